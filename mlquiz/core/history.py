"""What each question went through: its answers in order, and the memory around each of them.

The memories are those of the parameters that hold now, worked out by the engine for whole histories at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from mlquiz.core.fitting import memories
from mlquiz.core.log import Entry, Reviewed, standing
from mlquiz.core.memory import Memory, Rating
from mlquiz.core.schedule import Card, Learning, Reviewing, Scheduler


@dataclass(frozen=True, slots=True)
class History:
    """The answers to one question that stand, in their order."""

    question: str
    """Its id of today."""
    answers: tuple[Reviewed, ...]
    gaps: tuple[int, ...]
    """Study days since the answer before, 0 for the first."""

    @property
    def ratings(self) -> tuple[Rating, ...]:
        return tuple(answer.rating for answer in self.answers)


class Answer(NamedTuple):
    """One answer and what was remembered around it."""

    entry: Reviewed
    question: str
    elapsed: int | None
    """Study days since the answer before; None for the first."""
    before: Memory | None
    after: Memory
    recall: float | None
    """The probability of recall that was expected; None for the first answer."""
    in_review: bool
    """Whether the card was past the learning steps."""


class Step(NamedTuple):
    """One answer with the card before and after it."""

    entry: Reviewed
    elapsed: int | None
    recall: float | None
    before: Card | None
    after: Card


def histories(entries: Iterable[Entry], former: Mapping[str, str] | None = None) -> list[History]:
    """The histories of all answered questions, in order of their ids; `former` maps earlier ids to those of today."""
    of_question = defaultdict(list)
    for entry in standing(entries):
        if isinstance(entry, Reviewed):
            of_question[(former or {}).get(entry.question, entry.question)].append(entry)
    return [History(id, tuple(answers), _gaps(answers)) for id, answers in sorted(of_question.items())]


def answers(scheduler: Scheduler, told: Sequence[History]) -> list[Answer]:
    """Every answer of these histories, in the order of the log."""
    model, found = scheduler.model, list[Answer]()
    steps = _Steps(scheduler)
    for history, after in zip(told, memories(model.parameters, told), strict=True):
        before: Memory | None = None
        for entry, gap, memory, in_review in zip(
            history.answers, history.gaps, after, steps.in_review(history.ratings), strict=True
        ):
            recall = model.retrievability(before, gap) if before else None
            elapsed = gap if before else None
            found.append(Answer(entry, history.question, elapsed, before, memory, recall, in_review))
            before = memory
    return sorted(found, key=lambda answer: answer.entry.id)


def steps(scheduler: Scheduler, history: History) -> list[Step]:
    """One question's answers with the cards that they led to."""
    found, before = list[Step](), None
    for entry, gap in zip(history.answers, history.gaps, strict=True):
        after = scheduler.answer(before, entry.question, entry.rating, entry.at, entry.day)
        recall = scheduler.model.retrievability(before.memory, gap) if before else None
        found.append(Step(entry, gap if before else None, recall, before, after))
        before = after
    return found


def _gaps(answers: Sequence[Reviewed]) -> tuple[int, ...]:
    """The days as the scheduler counts them: a clock that went back counts as the same day."""
    return (0, *(max(0, later.day - earlier.day) for earlier, later in pairwise(answers)))


class _Steps:
    """The way through the learning steps, which depends on the ratings alone: a table, filled as it is asked."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._next: dict[tuple[Learning | Reviewing | None, Rating], Learning | Reviewing] = {}

    def in_review(self, ratings: Iterable[Rating]) -> list[bool]:
        """Whether the card was past the steps before each answer."""
        place: Learning | Reviewing | None = None
        found = []
        for rating in ratings:
            found.append(isinstance(place, Reviewing))
            if (place, rating) not in self._next:
                self._next[place, rating] = self._after(place, rating)
            place = self._next[place, rating]
        return found

    def _after(self, place: Learning | Reviewing | None, rating: Rating) -> Learning | Reviewing:
        card = Card("", Memory(1.0, 5.0), place, 0, 0, 1, 0) if place else None
        after = self._scheduler.answer(card, "", rating, 0, 0).place
        return Learning(after.step, 0, after.relearning) if isinstance(after, Learning) else Reviewing(1, 1)
