"""The ways through the learning steps as a table, for whole histories."""

from collections.abc import Iterable
from itertools import accumulate
from typing import NamedTuple

from mlquiz.core.memory import Rating
from mlquiz.core.schedule import Learning, Reviewing, Scheduler, relearns


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
        self.lapses = [arrival is not None and arrival.is_lapse for arrival in self.arrivals]

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
