"""A whole log's cards at once: to the bit what `Scheduler.answer` gives one answer after the other, in less time.

The memory after a history is one call of the engine, and the steps are a walk through a table of whole numbers.
What is left is the last interval, which depends on the one before only where fuzz could make it shorter; then that
one is worked out too, and so on back.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import accumulate
from math import ceil
from operator import sub
from typing import NamedTuple, Protocol

from mlquiz.core.memory import Memory, Rating
from mlquiz.core.schedule import (
    MINUTE,
    Card,
    Last,
    Learning,
    Reviewing,
    Scheduler,
    days_between,
    furthest,
    last_day,
    relearns,
)

_STRIDE = 40
"""Answers in one go, so that a question answered a thousand times exhausts no stack."""


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


def cards(scheduler: Scheduler, histories: Mapping[str, Sequence[Answered]]) -> dict[str, Card]:
    """The card of each question after its answers, of which there is at least one, in their order."""
    walk = Walk(scheduler)
    told = [History(scheduler, walk, answers) for answers in histories.values()]
    longer = [history for history in told if len(history.ratings) > 1]
    before = scheduler.model.after_histories((one.ratings[:-1], one.gaps[:-1]) for one in longer)
    for history, memory in zip(longer, before, strict=True):
        history.before = memory
    return {question: history.card(question) for question, history in zip(histories, told, strict=True)}


class Arrival(NamedTuple):
    """Where an answer leads: to a step, with the minutes to wait there, or past the steps (`minutes` None)."""

    place: Learning | Reviewing
    minutes: float | None
    is_lapse: bool


class Walk:
    """The ways through the steps, as a table: arrivals by number, and for each the arrival after each rating."""

    def __init__(self, scheduler: Scheduler) -> None:
        self.arrivals: list[Arrival | None] = [None]
        """The first is a question never seen."""
        self.next: list[list[int]] = []
        for known in self.arrivals:  # which grows meanwhile
            place = known.place if known else None
            row = [self._number(_arrival(scheduler, place, rating)) for rating in Rating]
            self.next.append([0, *row])
        self.reviewing = [arrival is not None and arrival.minutes is None for arrival in self.arrivals]
        self.lapses = [number for number, arrival in enumerate(self.arrivals) if arrival and arrival.is_lapse]

    def _number(self, arrival: Arrival) -> int:
        if arrival not in self.arrivals:
            self.arrivals.append(arrival)
        return self.arrivals.index(arrival)

    def path(self, ratings: Iterable[int]) -> list[int]:
        """The arrivals along a history, beginning with the question never seen."""
        following = self.next
        return list(accumulate(ratings, lambda arrival, rating: following[arrival][rating], initial=0))


def _arrival(scheduler: Scheduler, place: Learning | Reviewing | None, rating: Rating) -> Arrival:
    waits = scheduler.wait(place, rating)
    is_lapse = isinstance(place, Reviewing) and rating == Rating.AGAIN
    if waits is None:
        return Arrival(Reviewing(0, 0), None, is_lapse)
    return Arrival(Learning(waits[0], 0, relearns(place)), waits[1], is_lapse)


class History:
    """The answers of one question."""

    def __init__(self, scheduler: Scheduler, walk: Walk, answers: Sequence[Answered]) -> None:
        self.scheduler, self.walk, self.answers = scheduler, walk, answers
        self.ratings = [answer.rating for answer in answers]
        self.gaps, self.last_day = _gaps([answer.day for answer in answers])
        self.path = walk.path(self.ratings)
        self.before: Memory | None = None
        """The memory before the last answer."""
        self._memories: list[Memory] | None = None
        self._intervals: dict[int, int] = {}

    def card(self, question: str) -> Card:
        """The card after the last answer."""
        last, arrival = self.answers[-1], self.walk.arrivals[self.path[-1]]
        assert arrival is not None
        after = self.scheduler.model.after(self.before, self.gaps[-1])
        place: Learning | Reviewing
        if arrival.minutes is None:
            interval = self._interval(len(self.ratings) - 1, after)
            place = Reviewing(interval, last.day + interval)
        else:
            assert isinstance(arrival.place, Learning)
            due_at = last.at + round(arrival.minutes * MINUTE)
            place = Learning(arrival.place.step, due_at, arrival.place.relearning)
        lapses = sum(map(self.path.count, self.walk.lapses))
        first_day = self.answers[0].day
        return Card(question, after[last.rating], place, first_day, self.last_day, len(self.ratings), lapses)

    def _interval(self, index: int, after: Mapping[Rating, Memory]) -> int:
        """The interval that answer `index` gave; `after` is the memory after each rating there."""
        last = self._last(index) if self.walk.reviewing[self.path[index]] else None
        return self.scheduler.interval(self.ratings[index], after, last, self.answers[index].question, index)

    def _last(self, index: int) -> Last:
        exact = partial(self._exact, index - 1)
        if index == 1:  # the parameters may have it that a better first answer is remembered for less long
            return Last(exact(), exact)
        memory = self._before(index)
        assert memory is not None
        wanted = self.scheduler.wanted(memory, self.answers[index - 1].question)
        return Last(furthest(ceil(wanted), self.ratings[index - 1] - 1), exact)

    def _exact(self, index: int) -> int:
        """The interval after answer `index`, which may depend on the one before, back to the end of the steps."""
        start = index
        while start not in self._intervals and self.walk.reviewing[self.path[start]]:
            start -= 1
        for one in (*range(start, index, _STRIDE), index):
            if one not in self._intervals:
                after = self.scheduler.model.after(self._before(one), self.gaps[one])
                self._intervals[one] = self._interval(one, after)
        return self._intervals[index]

    def _before(self, index: int) -> Memory | None:
        if index == len(self.ratings) - 1:
            return self.before
        if self._memories is None:
            self._memories = self.scheduler.model.along(self.ratings, self.gaps)
        return self._memories[index - 1] if index else None


def _gaps(days: list[int]) -> tuple[list[int], int]:
    """The study days before each answer, and the day from which the next is counted."""
    if days == sorted(days):
        return [0, *map(sub, days[1:], days)], days[-1]
    lasts = list(accumulate(days, last_day))
    return [0, *(days_between(last, day) for last, day in zip(lasts, days[1:], strict=False))], lasts[-1]
