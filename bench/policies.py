"""Ways to choose what is asked today: the plan, and what people do without one."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from bench.learners import Learner
from mlquiz.core.effort import effort_of
from mlquiz.core.forecast import Forecast
from mlquiz.core.memory import Memory
from mlquiz.core.outlook import LEAST
from mlquiz.core.plan import Date, Plan
from mlquiz.core.schedule import Card, Reviewing


class Policy(Protocol):
    """The questions to ask on a day, in order; asking ends when the day's time is over."""

    def __call__(self, learner: Learner, day: int, until: int) -> Sequence[int]: ...


def seen(learner: Learner) -> list[int]:
    """Questions introduced and on no step."""
    return [one for one in range(learner.questions) if learner.states[one] is not None and one not in learner.steps]


def fresh(learner: Learner, pace: str, days: int) -> list[int]:
    """New questions for a day: as many as fit, or evenly over two thirds of the days."""
    new = [one for one in range(learner.questions) if learner.states[one] is None]
    return new if pace == "fits" else new[: math.ceil(learner.questions / (days * 2 / 3))]


class Due(NamedTuple):
    """Questions that are due at a desired retention, most overdue first, then new ones.

    Args:
        retention: at the start.
        pace: of introductions, "fits" or "even".
        rise: what is added to the retention until the last day.
        cap: the longest interval, as a share of the days that were left when it began.
        final: on that many last days, all that would be recalled with less than 0.97 on the date, weakest first.
    """

    retention: float
    pace: str
    rise: float = 0.0
    cap: float | None = None
    final: int = 0

    def __call__(self, learner: Learner, day: int, until: int) -> Sequence[int]:
        new = fresh(learner, self.pace, until)
        if until - day <= self.final:
            weak = sorted((learner.believed_recall(one, until), one) for one in seen(learner))
            return [one for recall, one in weak if recall < 0.97 and learner.last[one] < day] + new
        retention = self.retention + self.rise * day / until
        due = []
        for one in seen(learner):
            since, interval = day - learner.last[one], learner.interval(one, retention)
            if self.cap:
                interval = min(interval, max(1, int((until - learner.last[one]) * self.cap)))
            if since >= interval:
                due.append((-since / interval, one))
        return [one for _, one in sorted(due)] + new


class Cram(NamedTuple):
    """Nothing until the last days; then what is weak, what is new, and everything again."""

    days: int

    def __call__(self, learner: Learner, day: int, until: int) -> Sequence[int]:
        if until - day > self.days:
            return []
        known = sorted((learner.believed_recall(one, until), one) for one in seen(learner) if learner.last[one] < day)
        weak = [one for recall, one in known if recall < 0.9]
        return weak + fresh(learner, "fits", until) + [one for recall, one in known if recall >= 0.9]


class Planned(NamedTuple):
    """The plan of the program, made anew each day from what it believes then."""

    minutes: float
    least: float = LEAST
    """Recall per second that a review must bring."""

    def forecast(self, learner: Learner, day: int, until: int) -> Forecast:
        cards = {
            str(one): Card(str(one), Memory(state.stability, state.difficulty), Reviewing(1, day), 0, last, 1, 0)
            for one, (state, last) in enumerate(zip(learner.states, learner.last, strict=True))
            if state is not None
        }
        new = [str(one) for one in range(learner.questions) if str(one) not in cards]
        plan, effort = Plan((Date(until),), self.minutes), effort_of(learner.days)
        return Forecast(plan, day, cards, new, learner.model, effort, least=self.least)

    def __call__(self, learner: Learner, day: int, until: int) -> Sequence[int]:
        return [int(one) for one in self.forecast(learner, day, until).today if int(one) not in learner.steps]


Named = dict[str, Policy]

PACES = ("fits", "even")


def others() -> Named:
    """What the plan is compared with."""
    named: Named = {}
    for pace in PACES:
        named |= {f"retention {r}, new {pace}": Due(r, pace) for r in (0.8, 0.85, 0.9, 0.95)}
        named |= {f"ramp {r}-{r + 0.12:.2f}, new {pace}": Due(r, pace, 0.12, 0.5) for r in (0.8, 0.85)}
        named |= {
            f"retention {r}, final pass {days} d, new {pace}": Due(r, pace, final=days)
            for r in (0.7, 0.8, 0.9)
            for days in (1, 3, 7)
        }
    return named | {f"cramming {days} d": Cram(days) for days in (3, 7)}


def plain(named: Callable[[str], float]) -> float:
    """The better of the two ways to introduce new questions at a plain retention of 0.90."""
    return max(named(f"retention 0.9, new {pace}") for pace in PACES)
