"""Why a question comes back when it does: its history, its memory now, and what each key would do.

A key's interval comes from the step, or from the memory, the fuzz and the order of the keys. A plan moves no card:
until its last date it decides on which day a question is asked, where the memory alone would go by that interval.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

from mlquiz.core.forecast import Forecast
from mlquiz.core.history import History, Step, steps
from mlquiz.core.log import Marks
from mlquiz.core.memory import Memory, Rating
from mlquiz.core.plan import Date, Plan
from mlquiz.core.schedule import MINUTE, Card, Learning, Reviewing, Scheduler, days_between, fuzz_range, least_after


class Floor(Enum):
    """What keeps an interval from being shorter."""

    NONE = "none"
    ORDER = "order"
    """The key before it: each is a day longer at least."""
    GROWTH = "growth"
    """The last interval: where fuzz could give that again, none that is shorter is given."""


@dataclass(frozen=True, slots=True)
class OnStep:
    """The card goes to a learning step, or to a relearning one."""

    step: int
    """From 1."""
    steps: int
    minutes: float
    relearning: bool


@dataclass(frozen=True, slots=True)
class Days:
    """The card comes back after whole days."""

    days: int
    wanted: float
    """Days after which recall falls to the desired retention."""
    first: int
    last: int
    """The days among which fuzz chose."""
    floor: Floor
    """What raised the first of them."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one key would do now."""

    rating: Rating
    memory: Memory
    place: OnStep | Days


class Asked(Enum):
    """Whether a plan asks a question today."""

    TODAY = "today"
    STEP = "step"
    """On a learning step: when its minutes are up, as without a plan."""
    LATER = "later"
    LEFT_OUT = "left_out"
    """Suspended, or no longer in the bank: it is no part of the plan."""


@dataclass(frozen=True, slots=True)
class ByPlan:
    """What a plan that holds does with one question."""

    dates: Sequence[Date]
    """Those to come, at least one; from the last on the memory alone decides again."""
    asked: Asked
    is_off: bool
    """Whether today is a day off."""
    next: int | None = None
    """About the study day on which it is asked, where that is later; None for not before the last date."""
    recall: Sequence[float] = ()
    """The chance of recall on each date."""
    returns: Mapping[Rating, int | None] = field(default_factory=dict)
    """About the study day on which it is asked again, after each rating that leads past the steps; likewise."""


@dataclass(frozen=True, slots=True)
class Why:
    """All there is to say about one question's memory."""

    question: str
    day: int
    """The study day."""
    steps: Sequence[Step]
    """Its answers, none for one that was never answered."""
    marks: Marks
    recall: float | None
    """The probability of recall now."""
    retention: float
    """The desired one."""
    outcomes: Sequence[Outcome]
    """What each key would do now."""
    plan: ByPlan | None = None
    """None when no plan holds."""

    @property
    def card(self) -> Card | None:
        return self.steps[-1].after if self.steps else None


def why(scheduler: Scheduler, question: str, history: History | None, marks: Marks, at: int, day: int) -> Why:
    """The account of one question at a time `at` (ms) on study day `day`; no history = never answered."""
    told = steps(scheduler, history) if history else []
    card = replace(told[-1].after, question=question) if told else None
    recall = scheduler.model.retrievability(card.memory, days_between(card.last_day, day)) if card else None
    outcomes = explained(scheduler, card, question, at, day)
    return Why(question, day, told, marks, recall, retention_of(scheduler, question), outcomes)


def by_plan(plan: Plan, of: Forecast | None, scheduler: Scheduler, told: Why, at: int) -> ByPlan:
    """What a plan that holds on the account's day does with the question at a time `at` (ms).

    Args:
        of: the plan as it stands on that day; None when it has no question.
    """
    day, dates = told.day, tuple(date for date in plan.dates if date.day > told.day)
    is_off = not plan.seconds(day)
    if of is None or told.question not in of.recall:
        return ByPlan(dates, Asked.LEFT_OUT, is_off)
    asked = _asked(of, told)
    next_day = of.asked_on(told.question) if asked is Asked.LATER else None
    returns = of.returns(scheduler.preview(told.card, told.question, at, day))
    return ByPlan(
        dates,
        asked,
        is_off,
        next_day and max(next_day, day + 1),
        of.recall[told.question],
        {rating: again and max(again, day + 1) for rating, again in returns.items()},
    )


def forgetting(scheduler: Scheduler, told: Sequence[Step], until: int, points: int = 200) -> list[tuple[float, float]]:
    """(study day, probability of recall) from the first answer to the day `until`, with a jump at each answer."""
    first, curve = told[0].after.last_day, list[tuple[float, float]]()
    ends = [step.after.last_day for step in told[1:]] + [until]
    for step, end in zip(told, ends, strict=True):
        start = step.after.last_day
        count = max(2, round(points * (end - start) / max(1, until - first)))
        for index in range(count if end > start else 1):
            elapsed = (end - start) * index / (count - 1)
            curve.append((start + elapsed, scheduler.model.retrievability(step.after.memory, elapsed)))
    return curve


def explained(scheduler: Scheduler, card: Card | None, question: str, at: int, day: int) -> list[Outcome]:
    """What each of the four keys would do, if the question were answered at `at` (ms) on study day `day`."""
    after = scheduler.preview(card, question, at, day)
    stepless = replace(scheduler, learning_steps=(), relearning_steps=())
    days = stepless.preview(card, question, at, day)  # the keys keep their order as if none led to a step
    outcomes = []
    for rating, to in after.items():
        shorter = days[Rating(rating - 1)].place if rating >= _ordered_from(card) else None
        place = _step(scheduler, to.place, at) or _days(scheduler, card, to, rating, shorter)
        outcomes.append(Outcome(rating, to.memory, place))
    return outcomes


def retention_of(scheduler: Scheduler, question: str) -> float:
    """The desired retention of a question: that of its topic, or of all."""
    return scheduler.retentions.get(question, scheduler.retention)


def _asked(of: Forecast, told: Why) -> Asked:
    if told.marks.hides(told.day):
        return Asked.LATER
    if told.card and isinstance(told.card.place, Learning):
        return Asked.STEP
    return Asked.TODAY if told.question in of.today else Asked.LATER


def _ordered_from(card: Card | None) -> Rating:
    """The first key whose interval is longer than that of the one before: on a step, hard waits minutes."""
    return Rating.GOOD if card and isinstance(card.place, Reviewing) else Rating.EASY


def _step(scheduler: Scheduler, place: Learning | Reviewing, at: int) -> OnStep | None:
    if isinstance(place, Reviewing):
        return None
    steps = scheduler.relearning_steps if place.relearning else scheduler.learning_steps
    return OnStep(place.step + 1, len(steps), (place.due_at - at) / MINUTE, place.relearning)


def _days(
    scheduler: Scheduler, card: Card | None, to: Card, rating: Rating, shorter: Learning | Reviewing | None
) -> Days:
    assert isinstance(to.place, Reviewing)
    days, wanted = to.place.interval, scheduler.wanted(to.memory, to.question)
    last = card.place.interval if card and isinstance(card.place, Reviewing) else None
    floors = [(1, Floor.NONE)]
    if isinstance(shorter, Reviewing):
        floors.append((shorter.interval + 1, Floor.ORDER))
    if last is not None and rating != Rating.AGAIN:
        floors.append((least_after(last, wanted), Floor.GROWTH))
    shortest, floor = max(floors, key=lambda one: one[0])
    first, final = fuzz_range(wanted, shortest) if scheduler.fuzz else (days, days)
    unraised = fuzz_range(wanted)[0] if scheduler.fuzz else round(wanted)
    return Days(days, wanted, first, final, floor if first > max(unraised, 1) else Floor.NONE)
