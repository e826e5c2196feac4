"""When a question comes back: study days, learning steps, fuzz, and the four buttons.

FSRS says how memory changes; what a host must add is here, with the values that Anki uses (its manual, "Deck Options";
fuzz: rslib/src/scheduler/states/fuzz.rs). A preview *is* the outcome: `answer` picks one of what `preview` returned.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from hashlib import blake2b
from math import floor
from typing import Any

from mlquiz.core.errors import BadInput
from mlquiz.core.memory import LONGEST, Memory, MemoryModel, Rating
from mlquiz.core.sentence import said

MINUTE = 60_000
"""In milliseconds, the unit of every `at`."""

FUZZ = ((2.5, 7.0, 0.15), (7.0, 20.0, 0.10), (20.0, float("inf"), 0.05))
"""(from day, to day, share of the days between that is added to the half-width)."""

FUZZ_SEED = "blake2b splitmix64"
"""What fuzz is drawn by; another one moves due dates, so it is one of the rules."""

RETENTION = (0.7, 0.99)
"""The desired retention that a scheduler takes."""

_BITS = 2**64 - 1

JOURNEY = 1
"""Days by which a journey across time zones can set the study day back; a clock that is wrong sets it back further."""


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
    """The rules by which cards move. Steps in minutes, retention as a probability.

    Raises:
        BadInput: a retention out of its bounds.
    """

    model: MemoryModel
    retention: float = 0.9
    learning_steps: tuple[float, ...] = (1, 10)
    relearning_steps: tuple[float, ...] = (10,)
    fuzz: bool = True
    retentions: Mapping[str, float] = field(default_factory=dict)
    """Desired retention of the questions that have one of their own."""

    def __post_init__(self) -> None:
        low, high = RETENTION
        for retention in (self.retention, *self.retentions.values()):
            if not low <= retention <= high:  # nor is NaN
                raise BadInput(
                    said("The desired retention is out of its bounds."),
                    expected=said("a number from {low} to {high}", low=low, high=high),
                    received=str(retention),
                )

    @property
    def rules(self) -> str:
        """All that decides how cards move, as a text: the same rules give the same cards."""
        steps, retentions = (self.learning_steps, self.relearning_steps), sorted(self.retentions.items())
        return f"{self.model.parameters} {(self.retention, *steps, self.fuzz and FUZZ_SEED, retentions)}"

    def preview(self, card: Card | None, question: str, at: int, day: int) -> dict[Rating, Card]:
        """The card after each of the four ratings, if it is answered at `at` on study day `day`."""
        memories = self._memories(card, day)
        return {rating: self._after(card, question, rating, memories, at, day) for rating in Rating}

    def answer(self, card: Card | None, question: str, rating: Rating, at: int, day: int) -> Card:
        """The card after one rating."""
        return self._after(card, question, rating, self._memories(card, day), at, day)

    def wait(self, place: Learning | Reviewing | None, rating: Rating) -> tuple[int, float] | None:
        """The step to stand on and the minutes to wait there, or None past the steps; `place` None = never seen."""
        steps = self.relearning_steps if relearns(place) else self.learning_steps
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

    def interval(
        self, rating: Rating, memories: Mapping[Rating, Memory], last: int | None, question: str, reviews: int
    ) -> int:
        """Whole days past the steps, fuzzed by the question and its number of reviews, hard < good < easy.

        Args:
            memories: the memory after each rating.
            last: the interval before, None on a step.
        """
        chance = chance_of(seed_of(question), reviews) if self.fuzz else None
        interval = 0
        for key in (*shorter(rating, last is not None), rating):
            wanted, shortest = self.wanted(memories[key], question), interval + 1
            if last is not None and rating != Rating.AGAIN:
                shortest = max(shortest, least_after(last, wanted))
            interval = fuzzed(wanted, shortest, chance)
        return interval

    def wanted(self, memory: Memory, question: str) -> float:
        """The days after which recall has fallen to the question's desired retention, without fuzz."""
        return self.model.interval(memory, self.retentions.get(question, self.retention))

    def _memories(self, card: Card | None, day: int) -> dict[Rating, Memory]:
        return self.model.after(card.memory, days_between(card.last_day, day)) if card else self.model.after(None, 0)

    def _after(
        self, card: Card | None, question: str, rating: Rating, memories: Mapping[Rating, Memory], at: int, day: int
    ) -> Card:
        place, reviews = card.place if card else None, card.reviews if card else 0
        waits = self.wait(place, rating)
        if waits is None:
            last = place.interval if isinstance(place, Reviewing) else None
            interval = self.interval(rating, memories, last, question, reviews)
            moved: Learning | Reviewing = Reviewing(interval, day + interval)
        else:
            moved = Learning(waits[0], at + round(waits[1] * MINUTE), relearns(place))
        return Card(
            question,
            memories[rating],
            moved,
            card.first_day if card else day,
            last_day(card.last_day, day) if card else day,
            reviews + 1,
            (card.lapses if card else 0) + (isinstance(place, Reviewing) and rating == Rating.AGAIN),
        )


def relearns(place: Learning | Reviewing | None) -> bool:
    """Whether a step that is gone to from here is one after a lapse."""
    return isinstance(place, Reviewing) or (place is not None and place.relearning)


def shorter(rating: Rating, in_review: bool) -> tuple[Rating, ...]:
    """The keys whose intervals are shorter by a day at least; on a step, hard waits minutes."""
    if rating <= Rating.HARD:
        return ()
    return tuple(Rating(key) for key in range(Rating.HARD if in_review else Rating.GOOD, rating))


def least_after(last: int, wanted: float) -> int:
    """The shortest interval after one of `last` days: where fuzz could give that again none that is shorter, and a
    longer one if the interval grows; any where it is meant to be much shorter.
    """
    return last + (last < _round(wanted)) if last <= fuzz_range(wanted)[1] else 1


def days_between(last: int, day: int) -> int:
    """The study days since the last answer; one that is earlier than it counts as the same day."""
    return max(0, day - last)


def last_day(last: int, day: int) -> int:
    """The study day from which the next answer is counted, after an answer on `day` that followed one on `last`.

    A journey across time zones can bring the same day again; a day further back is a clock that was set back, and
    when it is right again the days between must not count twice.
    """
    return day if day >= last - JOURNEY else last


def fuzz_range(days: float, shortest: int = 1, longest: int = LONGEST) -> tuple[int, int]:
    """The first and last whole day that fuzz may give instead of `days`."""
    shortest = min(shortest, longest)
    days = min(max(days, shortest), longest)
    half = 0.0
    if days >= 2.5:
        half = 1.0
        for start, end, share in FUZZ:
            if days <= start:
                break
            half += share * ((days if days < end else end) - start)
    low, high = floor(days - half + 0.5), floor(days + half + 0.5)
    low = shortest if low < shortest else low
    high = longest if high > longest else high
    return low, high + 1 if low == high and 2 < high < longest else high


def fuzzed(days: float, shortest: int, chance: float | None) -> int:
    """A whole number of days near `days`, not under `shortest`; `chance` in [0, 1) says where, None = no fuzz."""
    if chance is None:
        return min(max(_round(days), shortest), LONGEST)
    low, high = fuzz_range(days, shortest)
    return low + floor(chance * (1 + high - low))


def _round(days: float) -> int:
    """Half up, where Python's own rounding would take the even neighbour."""
    return floor(days + 0.5)


@cache
def seed_of(question: str) -> int:
    """What fuzz is drawn from for a question: 64 bits that are the same on every machine."""
    return int.from_bytes(blake2b(question.encode(), digest_size=8).digest())


def chance_of(seed: Any, reviews: Any) -> Any:
    """A number in [0, 1) for a question's seed and how often it was answered; also for numpy's columns of uint64.

    The mixing of splitmix64 (Steele, Lea and Flood 2014, Fast splittable pseudorandom number generators).
    """
    mixed = (seed + reviews * 0x9E3779B97F4A7C15) & _BITS
    mixed = ((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9) & _BITS
    mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _BITS
    return ((mixed ^ (mixed >> 31)) >> 11) / 2**53
