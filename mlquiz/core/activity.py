"""When answers were given and when the next ones are due, by study day."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from math import isfinite
from typing import TYPE_CHECKING, NamedTuple

from mlquiz.core.schedule import Card, Reviewing

if TYPE_CHECKING:
    from mlquiz.core.log import Reviewed

LONGEST_ANSWER = 600.0
"""Seconds that an answer counts for at most: beyond them nobody sat there."""

WEEK = 7
YEAR = 53
"""Weeks that a heat map of a year has, the last one perhaps not over."""


class Day(NamedTuple):
    """What was done on a study day."""

    answers: int
    seconds: float


def spent(seconds: float) -> float:
    """The seconds that an answer counts for."""
    return min(max(seconds, 0.0), LONGEST_ANSWER) if isfinite(seconds) else 0.0


def days(reviews: Iterable["Reviewed"]) -> dict[int, Day]:
    """What was done on each study day, the earliest first."""
    counts: Counter[int] = Counter()
    seconds: defaultdict[int, float] = defaultdict(float)
    for review in reviews:
        counts[review.day] += 1
        seconds[review.day] += spent(review.seconds)
    return {day: Day(counts[day], seconds[day]) for day in sorted(counts)}


def streak(studied: Collection[int], today: int) -> int:
    """The study days in a row up to today, or up to yesterday as long as today may still be one."""
    day = today if today in studied else today - 1
    length = 0
    while day in studied:
        day, length = day - 1, length + 1
    return length


def longest_streak(studied: Collection[int]) -> int:
    """The most study days in a row there ever were."""
    longest = 0
    for day in studied:
        if day - 1 not in studied:
            last = day
            while last + 1 in studied:
                last += 1
            longest = max(longest, last - day + 1)
    return longest


def forecast(cards: Iterable[Card], today: int, ahead: int = 30) -> list[int]:
    """How many cards come due on each study day from today on; what is overdue or being learnt counts for today."""
    due = [0] * ahead
    for card in cards:
        day = card.place.due_day - today if isinstance(card.place, Reviewing) else 0
        if day < ahead:
            due[max(0, day)] += 1
    return due


def weekday(day: int) -> int:
    """0 for Monday to 6 for Sunday; study day 0 was a Thursday."""
    return (day + 3) % WEEK


def calendar(done: Mapping[int, Day], today: int, weeks: int = YEAR) -> list[list[int | None]]:
    """Answers a day: a row for each day of the week from Monday on, a column for each week; None for days to come."""
    first = today - weekday(today) - WEEK * (weeks - 1)
    cells = [[first + WEEK * week + row for week in range(weeks)] for row in range(WEEK)]
    return [[None if day > today else done[day].answers if day in done else 0 for day in row] for row in cells]
