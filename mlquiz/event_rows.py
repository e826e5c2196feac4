"""Events as rows of the store: written, and read back, or named with what is wrong with them.

A log may come from elsewhere: from a newer mlquiz that knows more kinds, from another program, from a damaged file.
"""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields
from math import isfinite
from pathlib import Path
from typing import Any, NamedTuple, get_args

from mlquiz.core.errors import BadEnvironment
from mlquiz.core.log import Entry, Fitted, Mark, Marked, Planned, Reviewed, Undone
from mlquiz.core.memory import Rating
from mlquiz.core.sentence import Sentence, said

KINDS: dict[str, type[Entry]] = {
    "reviewed": Reviewed, "marked": Marked, "fitted": Fitted, "planned": Planned, "undone": Undone,
}  # fmt: skip
_NAMES = {of: name for name, of in KINDS.items()}
_COLUMNS = ("id", "at", "day", "question")

NEWER = said("a newer mlquiz wrote it: upgrade mlquiz; nothing was changed")
BROKEN = said("restore a copy of the file, or move it away to start anew; nothing was changed")

Row = tuple[str, int, int, str, str, str]
"""id, at, day, kind, question, detail: the columns of the table."""

LOG = """
SELECT id, at, day, kind, question, CASE kind WHEN 'reviewed' THEN json_extract(detail, '$.rating') ELSE detail END
FROM event ORDER BY id
"""


class Answer(NamedTuple):
    """As much of a review as a replay needs."""

    id: str
    question: str
    at: int
    day: int
    rating: Rating


def row_of(entry: Entry) -> Row:
    """The row of an event."""
    detail = {one.name: getattr(entry, one.name) for one in fields(entry) if one.name not in _COLUMNS}
    told = json.dumps(detail, ensure_ascii=False)
    return entry.id, entry.at, entry.day, _NAMES[type(entry)], entry.question, told


def entry_of(row: Row, path: Path) -> Entry:
    """The event of a row of the store at a path.

    Raises:
        BadEnvironment: this program cannot read it.
    """
    id, at, day, kind, question, detail = row
    try:
        return KINDS[kind](id=id, at=at, day=day, question=question, **_values(kind, json.loads(detail)))
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise _unreadable(id, path, *_fault(kind, detail)) from error


def read(db: sqlite3.Connection, path: Path, former: Mapping[str, str]) -> tuple[dict[str, list[Answer]], list[Entry]]:
    """The log as a replay needs it: the answers that stand, by their questions' ids of today, and all other events.

    An undo counts for events of the question that it names.

    Raises:
        BadEnvironment: this program cannot read an event that is no answer.
        KeyError, sqlite3.OperationalError: it cannot read an answer's rating; `entry_of` says what is wrong.
    """
    found, others, ratings = defaultdict(list), list[Entry](), {int(rating): rating for rating in Rating}
    for row in db.execute(LOG):
        id, at, day, kind, question, told = row
        if kind == "reviewed":
            found[former.get(question, question)].append(Answer(id, question, at, day, ratings[told]))
        else:
            others.append(entry_of(row, path))
    undone = defaultdict(set)
    for entry in others:
        if isinstance(entry, Undone):
            undone[former.get(entry.question, entry.question)].add(entry.target)
    for question in undone.keys() & found.keys():
        found[question] = [answer for answer in found[question] if answer.id not in undone[question]]
    return {question: found[question] for question in sorted(found) if found[question]}, others


def unordered(id: str, path: Path) -> BadEnvironment:
    """What to say of an event whose id does not begin with a time."""
    return _unreadable(id, path, said("its id does not begin with a time"), BROKEN)


def _values(kind: str, detail: dict[str, Any]) -> dict[str, Any]:
    """What a detail holds, as the event has it."""
    match kind:
        case "reviewed":
            detail["rating"] = Rating(detail["rating"])
            _number(detail["seconds"])
            _one_of(type(detail.get("demo", {})), [dict])
        case "marked":
            _one_of(detail["mark"], get_args(Mark))
        case "undone":
            _one_of(type(detail["target"]), [str])
        case "fitted":
            detail["weights"] = tuple(weight + 0.0 for weight in detail["weights"])  # their bounds the model checks
        case "planned":
            _number(detail["minutes"])
            detail["weekdays_off"] = tuple(map(int, detail["weekdays_off"]))
            detail["dates"] = tuple((int(day), str(name)) for day, name in detail["dates"])
            detail["days_off"] = tuple((int(first), int(last)) for first, last in detail["days_off"])
    return detail


def _number(value: Any) -> float:
    if isfinite(value):
        return value  # type: ignore[no-any-return]  # an int stays one: the log is given back as it was written
    raise ValueError(value)


def _one_of(value: Any, known: Sequence[Any]) -> None:
    if value not in known:
        raise ValueError(value)


def _fault(kind: str, detail: str) -> tuple[Sentence, Sentence]:
    """What is wrong with a row that cannot be read, and what to do."""
    if kind not in KINDS:
        return said("its kind {kind!r} is not known", kind=kind), NEWER
    try:
        values = json.loads(detail)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        return said("its detail is no JSON object"), BROKEN
    own = [one for one in fields(KINDS[kind]) if one.name not in _COLUMNS]
    if more := sorted({*values} - {one.name for one in own}):
        return said("its fields {names} are not known", names=", ".join(more)), NEWER
    needed = (one.name for one in own if one.default is MISSING and one.default_factory is MISSING)
    if missing := [name for name in needed if name not in values]:
        return said("it lacks {names}", names=", ".join(missing)), BROKEN
    if kind == "reviewed" and values["rating"] not in [*Rating]:
        return said("its rating {rating!r} is none from 1 to 4", rating=values["rating"]), BROKEN
    return said("a value in it is none of its kind"), BROKEN


def _unreadable(id: str, path: Path, why: Sentence, next_step: Sentence) -> BadEnvironment:
    what = said("{path}: the event {id} cannot be read: {why}.", path=path, id=id, why=why)
    return BadEnvironment(what, next_step=next_step)
