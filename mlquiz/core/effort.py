"""How long answers take and how they go: learnt from the log, from what most people need while the log is short."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from mlquiz.core.log import Reviewed
from mlquiz.core.memory import Rating

AWAY = 300.0
"""Seconds after which an answer is taken for a walk away from the desk, and counts this long."""

TRUST = 20
"""How many answers outweigh what most people need."""


class Effort(NamedTuple):
    """Seconds that a question takes on a day, its learning steps included, and how its answers are rated.

    The defaults follow from `default_simulator_config` of fsrs-rs, which comes from the logs of Anki's users: its
    seconds an answer, summed over the steps of 1 and 10 minutes on the first day, and of 10 minutes after a lapse.
    """

    new: float = 39.0
    """On the day on which it is introduced."""
    recalled: float = 13.0
    """On a later day, when it is recalled."""
    lapsed: float = 38.0
    """On a later day, when it is not."""
    first: tuple[float, ...] = (0.24, 0.094, 0.495, 0.171)
    """Shares of Again, Hard, Good and Easy among first answers."""
    passed: tuple[float, ...] = (0.224, 0.631, 0.145)
    """Shares of Hard, Good and Easy among later answers that were right."""


class Day(NamedTuple):
    """A question's first answer on a day, and the seconds of all that followed on it."""

    new: bool
    rating: Rating
    seconds: float


def days_of(answers: Iterable[Reviewed], first: Mapping[str, int]) -> Iterator[Day]:
    """The days of each question among answers.

    Args:
        first: the study day on which a question was introduced.
    """
    ordered = sorted(answers, key=lambda one: (one.question, one.day, one.id))
    for (question, day), group in groupby(ordered, key=lambda one: (one.question, one.day)):
        of_day = list(group)
        yield Day(first.get(question, day) == day, of_day[0].rating, seconds_of(of_day))


def seconds_of(answers: Iterable[Reviewed]) -> float:
    """The time that answers took."""
    return sum(min(one.seconds, AWAY) for one in answers)


def effort_of(days: Iterable[Day]) -> Effort:
    """The effort of these days, near what most people need while they are few."""
    new, recalled, lapsed = list[Day](), list[Day](), list[Day]()
    for day in days:
        (new if day.new else lapsed if day.rating == Rating.AGAIN else recalled).append(day)
    most = Effort()
    return Effort(
        _mean(most.new, new),
        _mean(most.recalled, recalled),
        _mean(most.lapsed, lapsed),
        _shares(most.first, new, (Rating.AGAIN, Rating.HARD, Rating.GOOD, Rating.EASY)),
        _shares(most.passed, recalled, (Rating.HARD, Rating.GOOD, Rating.EASY)),
    )


def _mean(most: float, days: Sequence[Day]) -> float:
    return (TRUST * most + sum(day.seconds for day in days)) / (TRUST + len(days))


def _shares(most: Sequence[float], days: Sequence[Day], ratings: Sequence[Rating]) -> tuple[float, ...]:
    counts = Counter(day.rating for day in days)
    return tuple(
        (TRUST * share + counts[rating]) / (TRUST + len(days)) for share, rating in zip(most, ratings, strict=True)
    )
