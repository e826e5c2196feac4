"""Many histories at once: answers as columns, that all go one answer further in a few operations.

The memories are the engine's. What `schedule` says of days, intervals and fuzz is written a second time here for
columns; each such function has the name of its twin there, and a property holds the two together.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Protocol

from mlquiz.core.memory import LONGEST, Memory, Rating
from mlquiz.core.schedule import (
    FUZZ,
    JOURNEY,
    MINUTE,
    Card,
    Learning,
    Reviewing,
    Scheduler,
    chance_of,
    seed_of,
    shorter,
)
from mlquiz.core.walk import Arrival, Walk

if TYPE_CHECKING:
    import numpy as np

    Column = np.ndarray[Any, np.dtype[Any]]

_SHORTER = (Rating.HARD, Rating.GOOD)
"""The keys that can be shorter than another one by a day at least."""


class Answered(Protocol):
    """What a review must tell."""

    @property
    def at(self) -> int: ...
    @property
    def day(self) -> int: ...
    @property
    def question(self) -> str: ...
    @property
    def rating(self) -> Rating: ...


class Columns:
    """Answers as columns with a row for each, history after history, the longest first.

    The rows of the answers with one number, counted from 0, are those of the first so many histories: `_rows` gives
    them, so that a step through all of them is a few operations on columns.
    """

    def __init__(self, scheduler: Scheduler, histories: Sequence[Sequence[Answered]]) -> None:
        import numpy as np

        self.scheduler, self.walk = scheduler, Walk(scheduler)
        counts = list(map(len, histories))
        self.counts = np.array(counts)
        self.bounds = list(pairwise(accumulate(counts, initial=0)))
        self.first = np.array([first for first, _ in self.bounds])
        self.answers = list(chain.from_iterable(histories))
        self.ratings = list(map(attrgetter("rating"), self.answers))
        self.rating = np.frombuffer(bytes(self.ratings), np.uint8).astype(int)
        self.day = np.fromiter(map(attrgetter("day"), self.answers), int, len(self.answers))
        self.number = np.arange(len(self.answers)) - np.repeat(self.first, counts)
        self.gap, self.before, self.after = (np.zeros(len(self.answers), int) for _ in range(3))
        """Study days since the answer before, and the arrivals before and after each answer."""
        self.last_day = self.day[self.first]
        """Of each history, the study day from which its next answer is counted."""
        self._go()
        gaps = self.gap.tolist()
        told = ((self.ratings[start:end], gaps[start:end]) for start, end in self.bounds)
        self.states = list(chain.from_iterable(scheduler.model.along(told)))

    def _rows(self) -> Iterator["Column"]:
        for number in range(self.counts[0]):
            yield self.first[: (self.counts > number).sum()] + number

    def _go(self) -> None:
        """Count the days between the answers (`days_between`, `last_day`), and walk the steps."""
        import numpy as np

        following = np.array(self.walk.next)
        for number, rows in enumerate(self._rows()):
            day, last = self.day[rows], self.last_day[: len(rows)]
            self.gap[rows] = np.maximum(0, day - last)
            last[:] = np.where(day >= last - JOURNEY, day, last)
            if number:
                self.before[rows] = self.after[rows - 1]
            self.after[rows] = following[self.before[rows], self.rating[rows]]

    def cards(self, questions: Iterable[str]) -> Iterator[Card]:
        """The card after each history; `questions` are their ids of today."""
        import numpy as np

        ends, intervals = self.first + self.counts - 1, self._intervals()
        lapses = np.add.reduceat(np.array(self.walk.lapses)[self.after].astype(int), self.first)
        counts = (self.day[self.first], self.last_day, self.counts, lapses)
        columns = (ends, self.after[ends], intervals[ends], *counts)
        for question, end, arrived, interval, *told in zip(
            questions, *(column.tolist() for column in columns), strict=True
        ):
            state, place = self.states[end], self._place(self.answers[end], self.walk.arrivals[arrived], interval)
            yield Card(question, Memory(state.stability, state.difficulty), place, *told)

    def _place(self, last: Answered, arrival: Arrival | None, interval: int) -> Learning | Reviewing:
        assert arrival
        if arrival.minutes is None:
            return Reviewing(interval, last.day + interval)
        assert isinstance(arrival.place, Learning)
        return Learning(arrival.place.step, last.at + round(arrival.minutes * MINUTE), arrival.place.relearning)

    def _intervals(self) -> "Column":
        """The intervals that the answers gave, as far as the last ones lean on them; else 0, as after a step."""
        import numpy as np

        spans, has = self._spans(), [self._has(key) for key in _SHORTER]
        own = np.array([state.stability for state in self.states]) * spans
        needed = self._needed(own, np.sum(has, axis=0))
        wanted, chances = np.zeros((len(_SHORTER), len(own))), self._chances(needed)
        for days, key, there in zip(wanted, _SHORTER, has, strict=True):
            rows = np.flatnonzero(needed & there)
            days[rows] = self._stabilities(key, rows)
        intervals = np.zeros(len(own), int)
        for number, answered in enumerate(self._rows()):
            rows = answered[needed[answered]]
            last = intervals[rows - 1] if number else np.zeros(len(rows), int)
            chance, interval = None if chances is None else chances[rows], np.zeros(len(rows), int)
            for column in (*wanted * spans, own):
                days = column[rows]
                shortest = np.maximum(interval + 1, _least_after(last, days))
                interval = np.where(days > 0, _fuzzed(days, shortest, chance), interval)
            intervals[rows] = interval
        return intervals

    def _needed(self, own: "Column", keys: "Column") -> "Column":
        """Which answers' intervals are to be worked out: the last ones, and those on which these lean.

        An answer leans on the interval before it when that can raise its own, by growth or through a shorter key; one
        that was forgotten never does, so what went before it is not worked out.
        How long that one is at most follows from the days that it wants, as its shorter keys want no more; only of
        a first answer the parameters may have it otherwise.

        Args:
            own: the days that each answer wants.
            keys: how many shorter keys it has.
        """
        import numpy as np

        past, rows = np.array(self.walk.reviewing), np.arange(len(own))
        raised = np.minimum(_fuzz_range(np.arange(1.0, LONGEST + 2), 1)[1].astype(int), LONGEST)
        first, final = (days.astype(int) for days in _fuzz_range(own, 1))
        most = raised[final]
        for count, _ in enumerate(_SHORTER, 1):
            most = np.where(keys >= count, raised[most], most)
        most[self.first] = LONGEST
        last = np.roll(most, 1)
        for count, _ in enumerate(_SHORTER, 1):
            last = np.where(keys >= count, raised[last], last)
        leans = past[self.before] & (self.rating != Rating.AGAIN) & (last >= first)
        back_to = np.maximum.reduceat(np.where(leans, -1, rows), self.first)
        needed: Column = (rows >= np.repeat(back_to, self.counts)) & past[self.after]
        return needed

    def _has(self, key: Rating) -> "Column":
        """Which answers' keys are longer than this one by a day at least."""
        import numpy as np

        table = np.array([[key in shorter(rating, known) for rating in Rating] for known in (False, True)])
        has: Column = table[np.array(self.walk.reviewing).astype(int)[self.before], self.rating - 1]
        return has

    def _stabilities(self, key: Rating, rows: "Column") -> "Column":
        """What another key would have led to."""
        import numpy as np

        model, later = self.scheduler.model, self.number[rows] > 0
        found = np.full(len(rows), model.after(None, 0)[key].stability)
        rows = rows[later]
        found[later] = model.stabilities([self.states[row - 1] for row in rows.tolist()], key, self.gap[rows].tolist())
        return found

    def _spans(self) -> "Column | float":
        """The interval for a stability of one day."""
        import numpy as np

        span, usual, own = self.scheduler.model.span, self.scheduler.retention, self.scheduler.retentions
        if not own:
            return span(usual)
        spans = {retention: span(retention) for retention in {usual, *own.values()}}
        return np.array([spans[own.get(answer.question, usual)] for answer in self.answers])

    def _chances(self, needed: "Column") -> "Column | None":
        """What fuzz is drawn by, of the answers that need it."""
        import numpy as np

        if not self.scheduler.fuzz:
            return None
        rows, chances = np.flatnonzero(needed), np.zeros(len(needed))
        seeds = [seed_of(self.answers[row].question) for row in rows.tolist()]
        chances[rows] = chance_of(np.array(seeds, np.uint64), self.number[rows].astype(np.uint64))
        return chances


def _least_after(last: "Column", wanted: "Column") -> "Column":
    """`least_after`; a `last` of 0 keeps nothing from being short."""
    import numpy as np

    return np.where(last <= _fuzz_range(wanted, 1)[1], last + (last < np.floor(wanted + 0.5)), 1)


def _fuzzed(days: "Column", shortest: "Column", chances: "Column | None") -> "Column":
    """`fuzzed`."""
    import numpy as np

    if chances is None:
        return np.minimum(np.maximum(np.floor(days + 0.5), shortest), LONGEST)
    low, high = _fuzz_range(days, shortest)
    fuzzed: Column = low + np.floor(chances * (1 + high - low))
    return fuzzed


def _fuzz_range(days: "Column", shortest: "Column | int") -> tuple["Column", "Column"]:
    """`fuzz_range`."""
    import numpy as np

    shortest = np.minimum(shortest, LONGEST)
    days = np.minimum(np.maximum(days, shortest), LONGEST)
    half = np.where(days >= FUZZ[0][0], 1.0, 0.0)
    for start, end, share in FUZZ:
        half += share * (np.clip(days, start, end) - start)
    low, high = np.maximum(np.floor(days - half + 0.5), shortest), np.minimum(np.floor(days + half + 0.5), LONGEST)
    return low, high + ((low == high) & (high > 2) & (high < LONGEST))
