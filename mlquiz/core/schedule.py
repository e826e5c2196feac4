"""When a question comes back: study days, learning steps, fuzz, and the four buttons.

FSRS says how memory changes; what a host must add is here, with the values that Anki uses (its manual, "Deck Options";
fuzz: rslib/src/scheduler/states/fuzz.rs). A preview *is* the outcome: `answer` picks one of what `preview` returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import floor
from random import Random

from mlquiz.core.memory import Memory, MemoryModel, Rating

MINUTE = 60_000
"""In milliseconds, the unit of every `at`."""

FUZZ = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))
"""(from day, to day, share of the days between that is added to the half-width)."""

LONGEST = 36_500
"""Days; FSRS clamps stability there too."""


@dataclass(frozen=True, slots=True)
class Learning:
    """On a learning step, or a relearning one after a lapse; due at a minute of this day."""

    step: int
    due_at: int
    relearning: bool = False


@dataclass(frozen=True, slots=True)
class Reviewing:
    """Past the steps: due on a study day, `interval` days after the last answer."""

    interval: int
    due_day: int


@dataclass(frozen=True, slots=True)
class Card:
    """What is remembered of one question. A question never answered has no card."""

    question: str
    memory: Memory
    place: Learning | Reviewing
    first_day: int
    last_day: int
    reviews: int
    lapses: int


def study_day(local: datetime, rollover_hour: int = 4) -> int:
    """The study day that a local time belongs to, in days since 1970-01-01; a day begins at `rollover_hour`.

    Counted on the wall clock, so that a change of daylight saving time moves nothing.
    """
    shifted = local.replace(tzinfo=None) - timedelta(hours=rollover_hour)
    return shifted.toordinal() - datetime(1970, 1, 1).toordinal()


@dataclass(frozen=True, slots=True)
class Scheduler:
    """The rules by which cards move. Steps in minutes, retention as a probability."""

    model: MemoryModel
    retention: float = 0.9
    learning_steps: tuple[float, ...] = (1, 10)
    relearning_steps: tuple[float, ...] = (10,)
    fuzz: bool = True
    retentions: Mapping[str, float] = field(default_factory=dict)
    """Desired retention of the questions that have one of their own."""

    @property
    def rules(self) -> str:
        """All that decides how cards move, as a text: the same rules give the same cards."""
        rest = (self.retention, self.learning_steps, self.relearning_steps, self.fuzz, sorted(self.retentions.items()))
        return f"{self.model.parameters} {rest}"

    def preview(self, card: Card | None, question: str, at: int, day: int) -> dict[Rating, Card]:
        """The card after each of the four ratings, if it is answered at `at` on study day `day`."""
        elapsed = max(0, day - card.last_day) if card else 0
        memories = self.model.after(card.memory if card else None, elapsed)
        steps = self._steps(card)
        intervals = self._intervals(card, question, memories)
        place = card.place if card else Learning(0, at)
        after = {}
        for rating, memory in memories.items():
            wait = self._wait(place, rating, steps)
            moved: Learning | Reviewing = (
                Reviewing(intervals[rating], day + intervals[rating]) if wait is None else
                Learning(wait[0], at + round(wait[1] * MINUTE), isinstance(place, Reviewing) or place.relearning)
            )  # fmt: skip
            after[rating] = Card(
                question,
                memory,
                moved,
                card.first_day if card else day,
                day,
                (card.reviews if card else 0) + 1,
                (card.lapses if card else 0) + (isinstance(place, Reviewing) and rating == Rating.AGAIN),
            )
        return after

    def answer(self, card: Card | None, question: str, rating: Rating, at: int, day: int) -> Card:
        """The card after one rating."""
        return self.preview(card, question, at, day)[rating]

    def _steps(self, card: Card | None) -> tuple[float, ...]:
        lapsing = card is not None and (isinstance(card.place, Reviewing) or card.place.relearning)
        return self.relearning_steps if lapsing else self.learning_steps

    @staticmethod
    def _wait(place: Learning | Reviewing, rating: Rating, steps: tuple[float, ...]) -> tuple[int, float] | None:
        """The step to stand on and the minutes to wait there, or None to leave the steps."""
        if rating == Rating.EASY or not steps or (isinstance(place, Reviewing) and rating != Rating.AGAIN):
            return None
        if rating == Rating.AGAIN:
            return 0, steps[0]
        step = min(place.step, len(steps) - 1) if isinstance(place, Learning) else 0
        if rating == Rating.GOOD:
            return (step + 1, steps[step + 1]) if step + 1 < len(steps) else None
        if step == 0:
            return 0, (steps[0] + steps[1]) / 2 if len(steps) > 1 else steps[0] * 1.5
        return step, steps[step]

    def _intervals(self, card: Card | None, question: str, memories: dict[Rating, Memory]) -> dict[Rating, int]:
        """Whole days for each rating, fuzzed by question and number of reviews, hard < good < easy."""
        last = card.place.interval if card and isinstance(card.place, Reviewing) else None
        chance = _chance(question, card.reviews if card else 0) if self.fuzz else None
        intervals, shortest = {}, 1
        for rating, memory in memories.items():
            wanted = self.model.interval(memory, self.retentions.get(question, self.retention))
            grows = last is not None and rating != Rating.AGAIN and round(wanted) > last
            intervals[rating] = fuzzed(wanted, max(shortest, last + 1 if grows and last else 1), chance)
            if rating != Rating.AGAIN and (last is not None or rating == Rating.GOOD):
                shortest = intervals[rating] + 1
        return intervals


def fuzz_range(days: float, shortest: int = 1, longest: int = LONGEST) -> tuple[int, int]:
    """The first and last whole day that fuzz may give instead of `days`."""
    days = min(max(days, shortest), longest)
    half = 0.0 if days < 2.5 else 1 + sum(
        share * max(0.0, min(days, end) - start) for start, end, share in FUZZ
    )  # fmt: skip
    low, high = (min(max(_round(edge), shortest), longest) for edge in (days - half, days + half))
    return low, high + 1 if low == high and 2 < high < longest else high


def fuzzed(days: float, shortest: int, chance: float | None) -> int:
    """A whole number of days near `days`, not under `shortest`; `chance` in [0, 1) says where, None = no fuzz."""
    if chance is None:
        return min(max(_round(days), shortest), LONGEST)
    low, high = fuzz_range(days, min(shortest, LONGEST))
    return low + floor(chance * (1 + high - low))


def _round(days: float) -> int:
    """Half up, where Python's own rounding would take the even neighbour."""
    return floor(days + 0.5)


def _chance(question: str, reviews: int) -> float:
    """A number in [0, 1) fixed by the question and how often it was answered: the same on every machine."""
    return Random(f"{question} {reviews}").random()
