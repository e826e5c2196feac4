"""What a plan asks today, and what can be expected on its dates."""

from bisect import bisect_right
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from itertools import accumulate, pairwise
from math import exp, hypot, sqrt
from typing import NamedTuple

from mlquiz.core.effort import Effort
from mlquiz.core.memory import Memory, MemoryModel, Rating
from mlquiz.core.memory_grid import MemoryGrid
from mlquiz.core.outlook import LEAST, Horizon, Outlook, Start
from mlquiz.core.plan import Date, Plan
from mlquiz.core.schedule import Card, Learning, Reviewing
from mlquiz.core.today import Asks

DAILY = 60
"""Days ahead of which each is planned singly."""
SINGLE, BLOCKS = 14, 20
"""Of more days ahead so many are planned singly at both ends, and those between them in so many blocks."""

SLACK = 1.25
"""The most that the questions for a day may take of its time; the time itself ends the session."""

MODEL_ERROR = 1.0
"""Standard deviation, between learners, of log(p / (1 - p)) of recall on the day around the prediction made before the
first answer; measured in docs/planning.md."""


class Ahead(NamedTuple):
    """A day of the plan, or several that are planned together; seconds and counts are expected ones."""

    day: int
    days: int
    seconds: float
    new: float
    reviews: float


class Expected(NamedTuple):
    """How many questions will be recalled on a date.

    `low` and `high` hold nine outcomes of ten: chance in each answer, and that the model does not know this learner.
    """

    date: Date
    recalled: float
    low: float
    high: float


class Forecast:
    """A plan as it stands on a study day on which it holds.

    Args:
        cards: what is remembered of the questions that are to be known.
        fresh: those never asked, in the order in which they should be introduced.
        spent: seconds studied today already.
        least: recall per second below which a review is not worth its time.
    """

    def __init__(
        self,
        plan: Plan,
        day: int,
        cards: Mapping[str, Card],
        fresh: Sequence[str],
        model: MemoryModel,
        effort: Effort,
        spent: float = 0.0,
        least: float = LEAST,
    ) -> None:
        self.day, self.cards, self.fresh, self.model, self.effort = day, cards, fresh, model, effort
        self.is_off = not plan.seconds(day)
        """Whether today is a day off."""
        self.dates = [date for date in plan.dates if date.day > day]
        stages = _stages(self.dates[-1].day - day)
        self._spans = list(pairwise([*stages, self.dates[-1].day - day]))
        seconds = [sum(plan.seconds(day + one) for one in range(*span)) for span in self._spans]
        waiting = sum(isinstance(card.place, Learning) for card in cards.values())
        seconds[0] = max(0.0, seconds[0] - spent - waiting * effort.recalled)
        self._grid = MemoryGrid(model, effort, self.dates[-1].day - day)
        self._starts = {id: (-_about(self._since(card)), self._grid.shares(card.memory)) for id, card in cards.items()}
        amounts: dict[Start, float] = {}
        for since, shares in self._starts.values():
            for node, share in shares:
                amounts[since, node] = amounts.get((since, node), 0.0) + share
        horizon = Horizon(stages, seconds, [date.day - day for date in self.dates])
        self._outlook = Outlook(self._grid, horizon, amounts, len(fresh), least)
        self._best = self._outlook.best()

    @cached_property
    def today(self) -> tuple[str, ...]:
        """What to ask today, what gains most per second first: a few more than the day's time is expected to hold."""
        new = self._outlook.gain_of_new(self._best)
        offers = [(new, self.effort.new, id) for id in self.fresh]
        for id, (since, shares) in self._starts.items():
            if since < 0 and not isinstance(self.cards[id].place, Learning):
                offers.append((self._outlook.gain(self._best, since, shares), self.cost(id), id))
        offers = sorted((offer for offer in offers if offer[0] > self._outlook.least), key=lambda offer: -offer[0])
        before = accumulate((cost for _, cost, _ in offers), initial=0.0)
        time = SLACK * self._outlook.horizon.seconds[0]
        return tuple(id for (_, _, id), spent in zip(offers, before, strict=False) if spent < time)

    def cost(self, question: str, *, again: bool = False) -> float:
        """About how many seconds a question takes today.

        Args:
            again: whether it was answered today, and is on a step.
        """
        card = self.cards.get(question)
        if again or (card and isinstance(card.place, Learning)):
            return self.effort.recalled
        if card is None:
            return self.effort.new
        recall = self.model.retrievability(card.memory, self._since(card))
        return recall * self.effort.recalled + (1 - recall) * self.effort.lapsed

    def asks(self, hidden: Collection[str] = ()) -> Asks:
        """What is asked today, without what is put off: all of it, and what the time is enough for.

        What the time is enough for is what the plan expects of the day, in whole questions.
        """
        on_steps = [id for id in self.on_steps if id not in hidden]
        there = [id for id in self.today if id not in hidden]
        new = sum(id not in self.cards for id in there)
        seconds, count, enough_new = sum(map(self.cost, there)), len(there), new
        if seconds > self.seconds_left:
            expected, seconds = self.ahead[0], self.seconds_left
            count = min(count, max(1, round(expected.reviews + expected.new)))
            enough_new = min(new, max(round(expected.new), count - (len(there) - new)), count)
        return Asks(
            self.dates[0].day,
            len(there) - new,
            new,
            len(on_steps),
            len(on_steps) + count - enough_new,
            enough_new,
            seconds + sum(map(self.cost, on_steps)),
            self.is_off,
        )

    @cached_property
    def on_steps(self) -> tuple[str, ...]:
        """The questions on a learning step, which are asked when their minutes are up, the earliest first."""
        places = ((card.place, id) for id, card in self.cards.items())
        return tuple(id for _, id in sorted((at.due_at, id) for at, id in places if isinstance(at, Learning)))

    @property
    def seconds_left(self) -> float:
        """The time that is left for today."""
        return self._outlook.horizon.seconds[0]

    @cached_property
    def ahead(self) -> tuple[Ahead, ...]:
        """The days until the last date."""
        best = self._best
        days = zip(self._spans, best.seconds, best.new, best.reviews, strict=True)
        return tuple(Ahead(self.day + first, until - first, *spent) for (first, until), *spent in days)

    @cached_property
    def recall(self) -> Mapping[str, tuple[float, ...]]:
        """The chance of recall of each question on each of the dates to come."""
        kept = [self._outlook.kept(self._best, date) for date in self._outlook.horizon.dates]
        of_new = list(zip(*(self._outlook.kept_of_new(self._best, of) for of in kept), strict=True))
        never = (0.0,) * len(kept)
        introduced = self._introduced
        return {
            id: tuple(sum(share * of[since, node] for node, share in shares) for of in kept)
            for id, (since, shares) in self._starts.items()
        } | {id: of_new[introduced[index]] if index < len(introduced) else never for index, id in enumerate(self.fresh)}

    @cached_property
    def expected(self) -> tuple[Expected, ...]:
        """How many questions will be recalled on each of the dates to come."""
        by_date = zip(self.dates, zip(*self.recall.values(), strict=True), strict=True)
        return tuple(Expected(date, sum(chances), *bounds(chances)) for date, chances in by_date)

    @cached_property
    def introductions(self) -> Mapping[str, int]:
        """The day on which each new question is introduced; one for which there is no time has none."""
        return {id: self.day + self._spans[stage][0] for id, stage in zip(self.fresh, self._introduced, strict=False)}

    def next_day(self, memory: Memory) -> int | None:
        """About when a question comes back that today leaves in this memory; None for not before the date."""
        return self._day_of(self._outlook.next_stage(self._best, self._grid.shares(memory)))

    def returns(self, previews: Mapping[Rating, Card]) -> dict[Rating, int | None]:
        """About when a question comes back after each rating today that leads past the steps, as `next_day` says it."""
        past_steps = {rating: card for rating, card in previews.items() if isinstance(card.place, Reviewing)}
        return {rating: self.next_day(card.memory) for rating, card in past_steps.items()}

    def asked_on(self, question: str) -> int | None:
        """About when a question is asked that is not asked today; None for not before the date."""
        if question not in self._starts:
            return self.introductions.get(question)
        since, shares = self._starts[question]
        return self._day_of(self._outlook.next_stage(self._best, shares, since))

    @property
    def _introduced(self) -> list[int]:
        """The stage at which each new question is introduced, in their order."""
        until = list(accumulate(self._best.new))
        stages = (bisect_right(until, index + 0.5) for index in range(len(self.fresh)))
        return [stage for stage in stages if stage < len(until)]

    def _day_of(self, stage: int | None) -> int | None:
        return None if stage is None else self.day + self._spans[stage][0]

    def _since(self, card: Card) -> int:
        return max(0, self.day - card.last_day)


def bounds(chances: Sequence[float]) -> tuple[float, float]:
    """What holds nine outcomes of ten for the number of questions recalled, given each one's chance."""
    mean, luck = sum(chances), 1.645 * sqrt(sum(chance * (1 - chance) for chance in chances))
    worse, better = (sum(_moved(chance, 1.645 * off) for chance in chances) for off in (-MODEL_ERROR, MODEL_ERROR))
    return max(0.0, mean - hypot(mean - worse, luck)), min(float(len(chances)), mean + hypot(better - mean, luck))


def _moved(chance: float, by: float) -> float:
    """A chance whose log odds are moved."""
    odds = exp(by)
    return chance * odds / (1 - chance + chance * odds)


def recall_now(cards: Mapping[str, Card], model: MemoryModel, day: int) -> dict[str, float]:
    """The chance of recall of each question today."""
    return {id: model.retrievability(card.memory, max(0, day - card.last_day)) for id, card in cards.items()}


def _stages(days: int) -> list[int]:
    """The days at which stages begin."""
    if days <= DAILY:
        return list(range(days))
    between = days - 2 * SINGLE
    return [*range(SINGLE), *(SINGLE + between * one // BLOCKS for one in range(BLOCKS)), *range(days - SINGLE, days)]


def _about(days: int) -> int:
    """A number of days, a large one rounded, so that questions share starts."""
    step = max(1, days // 8)
    return days // step * step
