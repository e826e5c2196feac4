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
        self.rating, self.day = np.array(self.ratings), np.array(list(map(attrgetter("day"), self.answers)))
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
        columns = (ends, self.after[ends], intervals[ends], self.first, self.last_day, lapses)
        for question, end, arrived, interval, first, last_day, lapsed in zip(
            questions, *(column.tolist() for column in columns), strict=True
        ):
            last, state = self.answers[end], self.states[end]
            place = self._place(last, self.walk.arrivals[arrived], interval)
            memory = Memory(state.stability, state.difficulty)
            yield Card(question, memory, place, self.answers[first].day, last_day, end - first + 1, lapsed)

    def _place(self, last: Answered, arrival: Arrival | None, interval: int) -> Learning | Reviewing:
        assert arrival
        if arrival.minutes is None:
            return Reviewing(interval, last.day + interval)
        assert isinstance(arrival.place, Learning)
        return Learning(arrival.place.step, last.at + round(arrival.minutes * MINUTE), arrival.place.relearning)

    def _intervals(self) -> "Column":
        """The interval that each answer gave, 0 where it led to a step."""
        import numpy as np

        past, chances, wanted = np.array(self.walk.reviewing), self._chances(), self._wanted()
        intervals = np.zeros(len(self.answers), int)
        for number, answered in enumerate(self._rows()):
            rows = answered[past[self.after[answered]]]
            last = intervals[rows - 1] if number else np.zeros(len(rows), int)
            last[self.rating[rows] == Rating.AGAIN] = 0
            chance = None if chances is None else chances[rows]
            interval = np.zeros(len(rows), int)
            for days in wanted:
                there = days[rows]
                shortest = np.maximum(interval + 1, _least_after(last, there))
                interval = np.where(there > 0, _fuzzed(there, shortest, chance), interval)
            intervals[rows] = interval
        return intervals

    def _wanted(self) -> list["Column"]:
        """The days that each key which has a say wants, the answer's own key last; 0 where it has none."""
        import numpy as np

        past, spans = np.array(self.walk.reviewing), self._spans()
        own = np.array([state.stability for state in self.states]) * spans
        wanted = []
        for key in (Rating.HARD, Rating.GOOD):
            counts = np.array(
                [[rating and key in shorter(Rating(rating), known) for rating in range(5)] for known in (False, True)]
            )
            rows = np.flatnonzero(past[self.after] & counts[past[self.before].astype(int), self.rating])
            wanted.append(np.zeros(len(self.answers)))
            wanted[-1][rows] = self._stabilities(key, rows)
        return [days * spans for days in wanted] + [own]

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

        usual, own = self.scheduler.span(""), {id: self.scheduler.span(id) for id in self.scheduler.retentions}
        return np.array([own.get(answer.question, usual) for answer in self.answers]) if own else usual

    def _chances(self) -> "Column | None":
        import numpy as np

        if not self.scheduler.fuzz:
            return None
        seeds = [seed_of(answer.question) for answer in self.answers]
        chances: Column = chance_of(np.array(seeds, np.uint64), self.number.astype(np.uint64))
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
