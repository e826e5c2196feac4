"""Why a key gives the interval that it shows: the step, or the memory, the fuzz and the order of the keys."""

from dataclasses import dataclass, replace
from enum import Enum

from mlquiz.core.memory import Memory, Rating
from mlquiz.core.schedule import MINUTE, Card, Learning, Reviewing, Scheduler, fuzz_range


class Floor(Enum):
    """What keeps an interval from being shorter."""

    NONE = "none"
    ORDER = "order"
    """The key before it: each is a day longer at least."""
    GROWTH = "growth"
    """The last interval: an interval that grows is never made shorter than it by fuzz."""


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
    days, wanted = to.place.interval, scheduler.model.interval(to.memory, retention_of(scheduler, to.question))
    last = card.place.interval if card and isinstance(card.place, Reviewing) else None
    floors = [(1, Floor.NONE)]
    if isinstance(shorter, Reviewing):
        floors.append((shorter.interval + 1, Floor.ORDER))
    if scheduler.fuzz and last is not None and rating != Rating.AGAIN and round(wanted) > last:
        floors.append((last + 1, Floor.GROWTH))
    shortest, floor = max(floors, key=lambda one: one[0])
    first, final = fuzz_range(wanted, shortest) if scheduler.fuzz else (days, days)
    unraised = fuzz_range(wanted)[0] if scheduler.fuzz else round(wanted)
    return Days(days, wanted, first, final, floor if first > max(unraised, 1) else Floor.NONE)
