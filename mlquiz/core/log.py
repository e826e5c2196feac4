"""The log is the truth: what happened, as events that are only ever added, and the cards that a replay gives.

Events are ordered by their ids, which begin with the time. Any order, duplication or split of the same events
replays to the same cards: that is what makes undo, repair and merging two machines right.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter, lt
from random import Random
from typing import Any, Literal, NamedTuple, cast

from mlquiz.core.memory import Rating
from mlquiz.core.question import FormKind, Language
from mlquiz.core.replay import cards
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
    sure: bool | None = None
    """Whether the user was sure before the answer was shown; None where they were not asked or did not say."""


Mark = Literal["suspended", "buried", "flagged"]
"""What a user may put on a question: not asked until it is taken off; not asked on this study day; to come back to."""


@dataclass(frozen=True, slots=True)
class Marked:
    """A mark was put on a question, or taken off."""

    id: str
    at: int
    day: int
    question: str
    mark: Mark
    on: bool
    device: str


@dataclass(frozen=True, slots=True)
class Fitted:
    """The memory model's parameters were fitted to the log; the newest ones hold for every review."""

    id: str
    at: int
    day: int
    question: str
    """Empty: it is about all of them."""
    weights: tuple[float, ...]
    """w0 to w20; none for a return to the default ones."""
    reviews: int
    """How many reviews they were fitted to."""
    device: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Dates to be ready for; the newest plan holds."""

    id: str
    at: int
    day: int
    question: str
    """Empty: it is about all of them."""
    dates: tuple[tuple[int, str], ...]
    """(study day, the user's name for it), in order; none to go without a plan."""
    minutes: float
    """A day."""
    weekdays_off: tuple[int, ...]
    """0 is Monday."""
    days_off: tuple[tuple[int, int], ...]
    """(first, last) study day."""
    device: str


@dataclass(frozen=True, slots=True)
class Undone:
    """The event `target`, a review or a mark, was a slip: replay leaves it out."""

    id: str
    at: int
    day: int
    question: str
    target: str


Entry = Reviewed | Marked | Fitted | Planned | Undone


class Marks(NamedTuple):
    """What stands on a question."""

    suspended: bool = False
    buried: int | None = None
    """The study day on which it was buried."""
    flagged: bool = False

    def hides(self, day: int) -> bool:
        """Whether the question is not to be asked on a study day."""
        return self.suspended or self.buried == day

    def after(self, mark: Mark, on: bool, day: int) -> "Marks":
        """What stands on the question after a mark was put on it, or taken off, on a study day."""
        match mark:
            case "suspended":
                return self._replace(suspended=on)
            case "buried":
                return self._replace(buried=day if on else None)
            case "flagged":
                return self._replace(flagged=on)


def entry_id(at: int, random: Random) -> str:
    """A new id, unique on all machines and ordered by time (UUIDv7, RFC 9562 section 5.7)."""
    bits = at << 80 | 7 << 76 | random.getrandbits(12) << 64 | 2 << 62 | random.getrandbits(62)
    text = f"{bits:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def time_of(id: str) -> int:
    """The time in an id, in milliseconds since 1970."""
    return int(id[:8] + id[9:13], 16)


def standing(entries: Iterable[Entry]) -> list[Entry]:
    """The events in their order, each once, without the undos and what they undid."""
    by_id = {entry.id: entry for entry in entries}
    undone = {entry.target for entry in by_id.values() if isinstance(entry, Undone)}
    return [by_id[id] for id in sorted(by_id) if id not in undone and not isinstance(by_id[id], Undone)]


def marks_of(entries: Iterable[Entry]) -> Marks:
    """What stands on a question after its events."""
    marks = Marks()
    for entry in standing(entries):
        if isinstance(entry, Marked):
            marks = marks.after(entry.mark, entry.on, entry.day)
    return marks


def replay_question(scheduler: Scheduler, question: str, entries: Iterable[Entry]) -> Card | None:
    """The card of one question after its events, or None when nothing (that was not undone) happened."""
    reviews = _reviews(list(entries))
    return cards(scheduler, {question: reviews})[question] if reviews else None


def replay(scheduler: Scheduler, entries: Iterable[Entry], former: Mapping[str, str] | None = None) -> dict[str, Card]:
    """Every question's card, in order of question ids; `former` maps earlier ids to those of today."""
    by_question = defaultdict(list)
    for entry in entries:
        by_question[entry.question].append(entry)
    for old, new in (former or {}).items():
        if old in by_question:
            by_question[new] += by_question.pop(old)
    reviewed = {question: reviews for question, of in sorted(by_question.items()) if (reviews := _reviews(of))}
    return cards(scheduler, reviewed)


def _reviews(entries: Sequence[Entry]) -> list[Reviewed]:
    """The reviews that stand."""
    ids = list(map(attrgetter("id"), entries))
    if set(map(type, entries)) == {Reviewed} and all(map(lt, ids, ids[1:])):  # mostly nothing is to be put in order
        return cast(list[Reviewed], entries)
    return [entry for entry in standing(entries) if isinstance(entry, Reviewed)]
