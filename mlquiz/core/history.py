"""What each question went through: its answers in order, and the memory around each of them.

The memories are those of the parameters that hold now, worked out by the engine for whole histories at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

from mlquiz.core.log import Entry, Reviewed, standing
from mlquiz.core.memory import Memory, Rating
from mlquiz.core.schedule import Card, Scheduler, days_between, last_day
from mlquiz.core.walk import Walk


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
    walk = Walk(scheduler)
    for history, states in zip(told, model.along((one.ratings, one.gaps) for one in told), strict=True):
        before: Memory | None = None
        arrivals = walk.path(history.ratings)
        for entry, gap, state, arrival in zip(history.answers, history.gaps, states, arrivals[:-1], strict=True):
            memory = Memory(state.stability, state.difficulty)
            recall = model.retrievability(before, gap) if before else None
            elapsed = gap if before else None
            found.append(Answer(entry, history.question, elapsed, before, memory, recall, walk.reviewing[arrival]))
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
    """The days as the scheduler counts them, also where a clock went back."""
    lasts = accumulate((answer.day for answer in answers), last_day)
    return (0, *(days_between(last, answer.day) for last, answer in zip(lasts, answers[1:], strict=False)))
