"""The log is the truth: what happened, as events that are only ever added, and the cards that a replay gives.

Events are ordered by their ids, which begin with the time. Any order, duplication or split of the same events
replays to the same cards: that is what makes undo, repair and merging two machines right.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

from mlquiz.core.memory import Rating
from mlquiz.core.question import FormKind, Language
from mlquiz.core.schedule import Card, Scheduler


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One graded answer."""

    id: str
    at: int
    """UTC, milliseconds since 1970."""
    day: int
    """The study day, in days since 1970-01-01 where the user was."""
    question: str
    rating: Rating
    form: FormKind
    language: Language
    content: str
    """A hash of the question's file at the time."""
    parameters: str
    """The version of the memory parameters."""
    device: str
    seconds: float
    answer: str | None = None
    """The choice's key, the number as typed, or the ticked key points joined by commas."""
    seed: int | None = None
    """What the choices were shuffled by, or a generated question drawn from."""
    right: bool | None = None
    """What the program found, where it graded."""
    demo: dict[str, Any] = field(default_factory=dict)
    """The demo run at this card, with its prediction and what was observed."""


@dataclass(frozen=True, slots=True)
class Undone:
    """The review `target` was a slip: replay leaves it out."""

    id: str
    at: int
    day: int
    question: str
    target: str


Entry = Reviewed | Undone


def entry_id(at: int, random: Random) -> str:
    """A new id, unique on all machines and ordered by time (UUIDv7, RFC 9562 section 5.7)."""
    bits = at << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62)
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def time_of(id: str) -> int:
    """The time in an id, in milliseconds since 1970."""
    return int(id[:8] + id[9:13], 16)


def replay_question(scheduler: Scheduler, question: str, entries: Iterable[Entry]) -> Card | None:
    """The card of one question after its events, or None when nothing (that was not undone) happened."""
    by_id = {entry.id: entry for entry in entries}
    undone = {entry.target for entry in by_id.values() if isinstance(entry, Undone)}
    card = None
    for _, entry in sorted(by_id.items()):
        if isinstance(entry, Reviewed) and entry.id not in undone:
            # the id at the time, which the fuzz was seeded by, so that a rename moves no due date
            card = scheduler.answer(card, entry.question, entry.rating, entry.at, entry.day)
    return card and replace(card, question=question)


def replay(scheduler: Scheduler, entries: Iterable[Entry], former: Mapping[str, str] | None = None) -> dict[str, Card]:
    """Every question's card, in order of question ids; `former` maps earlier ids to those of today."""
    by_question = defaultdict(list)
    for entry in entries:
        by_question[(former or {}).get(entry.question, entry.question)].append(entry)
    cards = {question: replay_question(scheduler, question, of) for question, of in sorted(by_question.items())}
    return {question: card for question, card in cards.items() if card is not None}
