"""A plan: dates on which the questions should be recalled, minutes a day, days off.

Nothing else is stored. Cards stay what a replay of the log makes them. Every day the plan is made anew from what is
remembered then, so that a missed day needs no mending, and after the last date the usual scheduling is back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from math import isfinite
from typing import NamedTuple

from mlquiz.core.errors import BadInput
from mlquiz.core.log import Planned
from mlquiz.core.sentence import said

EPOCH = date(1970, 1, 1)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

FARTHEST = 731
"""Days ahead that a date may be."""

MOST = 720.0
"""Minutes a day that a plan may take."""


class Date(NamedTuple):
    """A study day on which the questions should be recalled, with the user's name for it."""

    day: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """Dates in order, minutes a day, and when there is no studying."""

    dates: tuple[Date, ...]
    minutes: float
    weekdays_off: frozenset[int] = frozenset()
    """0 is Monday."""
    days_off: tuple[tuple[int, int], ...] = ()
    """(first, last) study day of each time away."""

    def holds(self, day: int) -> bool:
        """Whether the plan says what to study on a day: until the eve of its last date."""
        return bool(self.dates) and day < self.dates[-1].day

    def seconds(self, day: int) -> float:
        """The time for a study day."""
        away = any(first <= day <= last for first, last in self.days_off)
        return 0.0 if away or calendar(day).weekday() in self.weekdays_off else self.minutes * 60


def plan_of(entry: Planned | None) -> Plan | None:
    """The plan of an event."""
    if entry is None:
        return None
    dates = tuple(Date(*date) for date in entry.dates)
    return Plan(dates, entry.minutes, frozenset(entry.weekdays_off), entry.days_off)


def calendar(day: int) -> date:
    """The calendar date of a study day."""
    return EPOCH + timedelta(days=day)


def parsed_date(text: str) -> int:
    """The study day of a date as `2026-12-15`.

    Raises:
        BadInput: it is no date.
    """
    try:
        return (date.fromisoformat(text) - EPOCH).days
    except ValueError:
        raise BadInput(
            said("This is no date."), expected=said("year-month-day, as {example}", example="2026-12-15"), received=text
        ) from None


def parsed_off(text: str) -> tuple[frozenset[int], tuple[tuple[int, int], ...]]:
    """Weekdays and times away, from `sat,sun,2026-12-24..2026-12-26`.

    Raises:
        BadInput: a part is neither a weekday nor a date nor two dates in order.
    """
    weekdays, away = set[int](), list[tuple[int, int]]()
    for part in filter(None, (one.strip().lower() for one in text.split(","))):
        if part in WEEKDAYS:
            weekdays.add(WEEKDAYS.index(part))
            continue
        first, dots, last = part.partition("..")
        try:
            away.append((parsed_date(first), parsed_date(last if dots else first)))
        except BadInput as error:
            expected = said("{weekdays}, a date, or two as {example}", weekdays=", ".join(WEEKDAYS),
                            example="2026-12-24..2026-12-26")  # fmt: skip
            raise BadInput(error.what, expected=expected, received=part) from None
        if away[-1][0] > away[-1][1]:
            raise BadInput(said("The days off end before they begin."), received=part)
    return frozenset(weekdays), tuple(away)


def checked(plan: Plan, today: int) -> Plan:
    """The plan, if it can be followed from today on.

    Raises:
        BadInput: a date that is not ahead or too far, dates not in order, minutes out of range, no day to study on.
    """
    _check_dates(plan.dates, today)
    if not (isfinite(plan.minutes) and 0 < plan.minutes <= MOST):
        expected = said("more than 0, at most {most}", most=f"{MOST:.0f}")
        raise BadInput(said("So many minutes a day make no plan."), expected=expected, received=f"{plan.minutes:g}")
    if not any(plan.seconds(day) for day in range(today, plan.dates[-1].day)):
        raise BadInput(
            said("The days off leave no day to study on."),
            expected=said("a day before {date}", date=calendar(plan.dates[-1].day).isoformat()),
            next_step=said("name fewer days after --off"),
        )
    return plan


def _check_dates(dates: Sequence[Date], today: int) -> None:
    for one in dates:
        if not today < one.day <= today + FARTHEST:
            past, now, far = said("The date is past."), said("The date is today."), said("The date is too far away.")
            raise BadInput(
                past if one.day < today else now if one.day == today else far,
                expected=said("a day after {today}, at most two years ahead", today=calendar(today).isoformat()),
                received=calendar(one.day).isoformat(),
            )
    if any(one.day >= after.day for one, after in pairwise(dates)):
        raise BadInput(
            said("The dates are not in order."),
            expected=said("each after the one before"),
            received=", ".join(calendar(one.day).isoformat() for one in dates),
        )
