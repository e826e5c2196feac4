"""What reviews are worth until a date, and what a daily budget buys.

A day's time has a price: recall on the date per second. Given the prices, what a review is worth follows backwards
from the date, over what it does to memory (`Values`). Given what each is worth, the days are filled forwards: each
takes the reviews and new questions that gain most per second, until its time is spent (`Spending`). The search for
prices keeps those whose days lead to the most questions recalled.

Memories are not followed one by one but as amounts at nodes of a grid, so that a thousand questions cost what a
hundred do. It is a restless bandit, and the idea Whittle's (1988, Journal of Applied Probability 25A): a price on time,
and for each arm what it gains.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, sqrt
from operator import itemgetter
from typing import NamedTuple

from mlquiz.core.memory_grid import MemoryGrid, Review, Shares

LEAST = 1e-5
"""Recall per second below which a review is not worth its time: an hour would bring a 28th of a question more."""

STRIDE = 0.2
"""Share of the days since the last review, or until the end, between two days on which a review is considered."""

LOWEST_PRICE = 1e-4
LEVELS = 5
"""Prices tried first, besides the least: from the lowest to a whole question for an introduction's seconds."""

REFINEMENTS = 4
"""Times that prices are moved towards those at which the days filled up."""


class Horizon(NamedTuple):
    """The days ahead, in days from today.

    Args:
        stages: on which days something can be done; a stage may stand for several days.
        seconds: the time of each stage.
        dates: the days on which the questions should be recalled, in order.
    """

    stages: Sequence[int]
    seconds: Sequence[float]
    dates: Sequence[int]


class Course(NamedTuple):
    """What can happen to a memory that was last reviewed on a day."""

    stages: Sequence[int]
    """When the next review may be."""
    reviews: Sequence[Review]
    """What it leads to, for each of these."""
    kept: Sequence[float] | None
    """Recall on the dates before each of these; None when there is but one date."""
    rest: float
    """Recall on all dates, without any further review."""


Start = tuple[int, int]
"""(day of the last review, counted from today; node)."""


@dataclass(slots=True)
class Values:
    """What memories are worth under prices."""

    prices: Sequence[float]
    after: list[list[float]]
    """By stage and node: just reviewed there."""
    choices: dict[Start, list[float]]
    """For each stage of a course, the worth of the review then, its time paid."""
    introduced: list[float]
    """By stage: a question introduced there, its time not paid."""


@dataclass(slots=True)
class Amount:
    """Questions that share a course, and what of them was reviewed when."""

    start: Start
    all: float
    left: float
    taken: list[tuple[int, Review, float]] = field(default_factory=list)


@dataclass(slots=True)
class Spending:
    """The days as they fill up."""

    values: Values
    seconds: list[float] = field(default_factory=list)
    new: list[float] = field(default_factory=list)
    reviews: list[float] = field(default_factory=list)
    margins: list[float] = field(default_factory=list)
    """What the last second of each stage gained."""
    amounts: dict[Start, Amount] = field(default_factory=dict)
    left_out: float = 0.0
    """Questions never introduced."""


class Outlook:
    """The days ahead for memories, as amounts by start, and for a number of new questions."""

    def __init__(
        self, grid: MemoryGrid, horizon: Horizon, amounts: Mapping[Start, float], new: int, least: float = LEAST
    ) -> None:
        self.grid, self.horizon, self.amounts, self.new, self.least = grid, horizon, amounts, new, least
        self._introduced = grid.introduced()
        self._open = [seconds > 0 for seconds in horizon.seconds]
        self._later = {start: self._considered(start) for start in {*horizon.stages, *(day for day, _ in amounts)}}
        everywhere = {(day, node) for day in horizon.stages for node in range(len(grid))}
        self._courses = {start: self._course(start) for start in everywhere.union(amounts)}

    def best(self) -> Spending:
        """The days under the best prices found."""
        cost, days = self.grid.effort.new, len(self.horizon.stages)
        ratio = (1 / cost / LOWEST_PRICE) ** (1 / (LEVELS - 1))
        levels = [self.least, *(LOWEST_PRICE * ratio**level for level in range(LEVELS))]
        flat = [self.spent([level] * days) for level in levels]
        found = max(flat, key=self.worth)
        price = found.values.prices[0]
        for level in (price * sqrt(ratio), price, price / sqrt(ratio)):
            rising = [level * exp(stage / max(1, days) - 0.5) for stage in range(days)]
            found = max(found, self.spent(rising), key=self.worth)
        moving = found
        for _ in range(REFINEMENTS):
            paid = zip(moving.values.prices, moving.margins, strict=True)
            moving = self.spent([sqrt(price * margin) for price, margin in paid])
            found = max(found, moving, key=self.worth)
        return found

    def worth(self, spending: Spending) -> float:
        """Recall over all dates, less the least that the time must bring."""
        recalled = sum(self.recalled(spending, date) for date in self.horizon.dates)
        return recalled - self.least * sum(spending.seconds)

    def recalled(self, spending: Spending, date: int) -> float:
        """Questions expected to be recalled on a date."""
        total, stages = 0.0, self.horizon.stages
        for (start, node), amount in spending.amounts.items():
            if start < date:
                there = amount.left + sum(part for stage, _, part in amount.taken if stages[stage] >= date)
                total += there * self.grid.recall(node, date - start) if there > 1e-9 else 0.0
        return total

    def kept(self, spending: Spending, date: int) -> dict[Start, float]:
        """The chance of recall on a date, with the reviews that are planned before it."""
        stages, chances = self.horizon.stages, dict[Start, float]()
        for start in sorted(spending.amounts, reverse=True):
            amount = spending.amounts[start]
            day, node = start
            if day >= date:
                continue
            chance, rest = 0.0, 1.0
            for stage, (_, _, passed, low, high, lapsed, under, over), part in amount.taken:
                if stages[stage] < date:
                    share, then = part / amount.all, stages[stage]
                    landings = ((passed, low), (passed + 1, high), (lapsed, under), (lapsed + 1, over))
                    chance += share * sum(weight * chances[then, to] for to, weight in landings if weight)
                    rest -= share
            chances[start] = chance + max(0.0, rest) * self.grid.recall(node, date - day)
        return chances

    def kept_of_new(self, spending: Spending, kept: Mapping[Start, float]) -> list[float]:
        """By stage: the chance of recall of a question introduced there, given what `kept` said of a date."""
        return [
            sum(share * kept.get((day, node), 0.0) for node, share in self._introduced) if new else 0.0
            for day, new in zip(self.horizon.stages, spending.new, strict=True)
        ]

    def gain(self, spending: Spending, start: int, shares: Shares) -> float:
        """Recall per second that a review today brings, for a memory last reviewed on a day before."""
        if not self._open[0]:
            return 0.0
        return sum(share * self._gains(spending.values, (start, node))[0] for node, share in shares)

    def gain_of_new(self, spending: Spending) -> float:
        """Recall per second that an introduction today brings."""
        return self._gains_of_new(spending.values)[0] if self._open[0] else 0.0

    def next_stage(self, spending: Spending, shares: Shares, day: int = 0) -> int | None:
        """Where after today the next review of a memory is worth most; None when it is not worth its time.

        Args:
            day: of its last review, counted from today.
        """
        values, starts = spending.values, [(day, node) for node, _ in shares]
        rest = sum(share * self._courses[start].rest for start, (_, share) in zip(starts, shares, strict=True))
        worths = [
            sum(share * worth for worth, (_, share) in zip(at, shares, strict=True))
            for at in zip(*(values.choices[start] for start in starts), strict=True)
        ]
        stages = self._courses[starts[0]].stages
        later = (index for index, stage in enumerate(stages) if self.horizon.stages[stage] > 0)
        best = max(later, key=worths.__getitem__, default=None)
        return None if best is None or worths[best] <= rest else stages[best]

    def spent(self, prices: Sequence[float]) -> Spending:
        """Fill the days, each with what gains most per second."""
        values = self._values(prices)
        spending = Spending(values, left_out=float(self.new))
        waiting: list[list[tuple[float, float, Review | None, Amount | None]]] = [[] for _ in self.horizon.stages]
        for start, mass in self.amounts.items():
            self._wait(spending, waiting, start, mass)
        introductions = self._gains_of_new(values)
        for stage in range(len(self.horizon.stages)):
            if self._open[stage] and spending.left_out > 1e-9:
                waiting[stage].append((introductions[stage], self.grid.effort.new, None, None))
            waiting[stage].sort(key=itemgetter(0), reverse=True)
            for node, mass in self._fill(spending, stage, waiting[stage]).items():
                self._wait(spending, waiting, (self.horizon.stages[stage], node), mass)
        return spending

    def _fill(
        self,
        spending: Spending,
        stage: int,
        offers: Sequence[tuple[float, float, Review | None, Amount | None]],
    ) -> dict[int, float]:
        """Take offers while there is time; what they lead to, by node."""
        time, used, new, reviews, margin = self.horizon.seconds[stage], 0.0, 0.0, 0.0, self.least
        landed: dict[int, float] = {}
        for gain, cost, review, amount in offers:
            if gain <= self.least or used >= time:
                break
            there = amount.left if amount else spending.left_out
            if there < 1e-7:
                continue
            part = min(there, (time - used) / cost)
            margin = gain if part < there else self.least
            used += part * cost
            if review and amount:
                amount.left -= part
                amount.taken.append((stage, review, part))
                reviews += part
                _, _, passed, low, high, lapsed, under, over = review
                for node, share in ((passed, low), (passed + 1, high), (lapsed, under), (lapsed + 1, over)):
                    landed[node] = landed.get(node, 0.0) + part * share
            else:
                spending.left_out -= part
                new += part
                for node, share in self._introduced:
                    landed[node] = landed.get(node, 0.0) + part * share
        spending.seconds.append(used)
        spending.new.append(new)
        spending.reviews.append(reviews)
        spending.margins.append(margin)
        return landed

    def _wait(
        self,
        spending: Spending,
        waiting: Sequence[list[tuple[float, float, Review | None, Amount | None]]],
        start: Start,
        mass: float,
    ) -> None:
        """Offer questions to the stages at which they may be reviewed."""
        amount = spending.amounts.get(start)
        if amount:  # reviewed today before the plan was made, and now
            amount.all += mass
            amount.left += mass
            return
        amount = spending.amounts[start] = Amount(start, mass, mass)
        if mass < 1e-5:
            return
        course = self._courses[start]
        for stage, review, gain in zip(course.stages, course.reviews, self._gains(spending.values, start), strict=True):
            if gain > self.least:
                waiting[stage].append((gain, review[1], review, amount))

    def _gains(self, values: Values, start: Start) -> list[float]:
        """For each stage of a course: what a review then gains per second over the best that is left after it."""
        course, choices, prices = self._courses[start], values.choices[start], values.prices
        gains, best = [], course.rest
        backwards = zip(reversed(choices), reversed(course.reviews), reversed(course.stages), strict=True)
        for worth, review, stage in backwards:
            gains.append((worth - best) / review[1] + prices[stage])
            if worth > best:
                best = worth
        gains.reverse()
        return gains

    def _gains_of_new(self, values: Values) -> list[float]:
        """For each stage: what an introduction then gains per second over the best time after it, or none at all."""
        cost, best = self.grid.effort.new, 0.0
        gains = [0.0] * len(values.introduced)
        for stage in range(len(gains) - 1, -1, -1):
            if self._open[stage]:
                gains[stage] = (values.introduced[stage] - best) / cost
                best = max(best, values.introduced[stage] - values.prices[stage] * cost)
        return gains

    def _values(self, prices: Sequence[float]) -> Values:
        """What memories are worth, backwards from the date."""
        days, nodes = self.horizon.stages, range(len(self.grid))
        after: list[list[float]] = [[] for _ in days]
        choices: dict[Start, list[float]] = {}
        for stage in range(len(days) - 1, -1, -1):
            for node in nodes:
                worth = choices[days[stage], node] = self._choices((days[stage], node), after, prices)
                after[stage].append(max(self._courses[days[stage], node].rest, max(worth, default=0.0)))
        for start in self.amounts:
            if start not in choices:
                choices[start] = self._choices(start, after, prices)
        introduced = [sum(share * worths[node] for node, share in self._introduced) for worths in after]
        return Values(prices, after, choices, introduced)

    def _choices(self, start: Start, after: Sequence[Sequence[float]], prices: Sequence[float]) -> list[float]:
        """For each stage of a course: the worth of a review then, less the price of its time."""
        course = self._courses[start]
        worth = []
        for stage, (_, cost, a, low, high, b, under, over) in zip(course.stages, course.reviews, strict=True):
            to = after[stage]
            worth.append(to[a] * low + to[a + 1] * high + to[b] * under + to[b + 1] * over - prices[stage] * cost)
        return worth if course.kept is None else [kept + more for kept, more in zip(course.kept, worth, strict=True)]

    def _considered(self, start: int) -> list[int]:
        """The stages at which a memory reviewed on `start` may be reviewed next: all near it and near the end."""
        days = self.horizon.stages
        stage = next((index for index, day in enumerate(days) if day > start), len(days))
        considered = []
        while stage < len(days):
            if self._open[stage]:
                considered.append(stage)
            since, until = days[stage] - start, self.horizon.dates[-1] - days[stage]
            target = days[stage] + STRIDE * min(since, until)
            stage += 1
            while stage < len(days) and days[stage] <= target:
                stage += 1
        return considered

    def _course(self, start: Start) -> Course:
        day, node = start
        stages, days = self._later[day], self.horizon.stages
        reviews = [self.grid.review(node, days[stage] - day) for stage in stages]
        dates = [(date, self.grid.recall(node, date - day)) for date in self.horizon.dates if date > day]
        kept = [sum(recall for date, recall in dates if date <= days[stage]) for stage in stages]
        return Course(stages, reviews, kept if any(kept) else None, sum(recall for _, recall in dates))
