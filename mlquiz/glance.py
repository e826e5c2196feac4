"""The store at a glance: what waits and what was done today, read without the engine, the bank or a lock."""

import json
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from mlquiz.prompt import Outdated, check_rules, opened

CARDS = "SELECT question, due_day, due_at, first_day FROM card"
HIDDEN = "SELECT question FROM mark WHERE suspended OR buried = ?"
PLANS = "SELECT kind, id, detail FROM event WHERE question = '' AND kind IN ('planned', 'undone') ORDER BY id DESC"
BACKWARDS = """\
SELECT kind, id, day, CASE WHEN kind = 'undone' OR day = ? THEN detail END
FROM event WHERE kind IN ('reviewed', 'undone') ORDER BY id DESC
"""

Source = Path | sqlite3.Connection
"""The store's file, or a connection to its tables."""

UNTIDY = 2
"""Study days by which events of two machines, or of a journey, may stand out of order."""


class Unreadable(Exception):
    """There is no store, or it cannot be read now, or it, its cards or an event in it are not of this version."""


class Cards(NamedTuple):
    """How many questions wait."""

    due: int
    """Those whose day has come, or on a learning step whose minutes are up."""
    learning: int
    """On a learning step whose minutes are not up yet."""
    introduced: int
    """Answered for the first time on this study day."""
    unseen: int
    """Never answered."""


class Done(NamedTuple):
    """What was done on this study day, and the days on which something was done without a gap before it."""

    seconds: tuple[float, ...]
    """One for each answer."""
    days: frozenset[int]


def cards(source: Source, questions: Collection[str], at: int, day: int) -> Cards:
    """What waits among these questions at a time (ms) on a study day.

    Raises:
        Unreadable: there is no store, or it cannot be read now.
    """
    due = learning = introduced = 0
    with _opened(source) as db:
        hidden = {row[0] for row in db.execute(HIDDEN, (day,))}
        known = db.execute(CARDS).fetchall()
    for question, due_day, due_at, first_day in known:
        introduced += first_day == day
        if question in questions and question not in hidden:
            waits = due_at is not None and due_at > at
            learning += waits
            due += not waits and (due_at is not None or due_day <= day)
    unseen = set(questions) - hidden - {row[0] for row in known}
    return Cards(due, learning, introduced, len(unseen))


def done(source: Source, day: int) -> Done:
    """What was done, read backwards from the newest event to the first gap in the study days.

    Raises:
        Unreadable: there is no store, or it cannot be read now.
    """
    with _opened(source) as db:
        seconds, days = list[float](), set[int]()
        for of_day, taken in _answers(db, day):
            if of_day < _gap(days, day) - UNTIDY:
                break
            days.add(of_day)
            if taken is not None:
                seconds.append(taken)
    return Done(tuple(seconds), frozenset(days))


def dates(source: Source) -> list[tuple[int, str]]:
    """The (study day, name) of each date of the plan that holds, in order.

    Raises:
        Unreadable: there is no store, or it cannot be read now.
    """
    undone = set[str]()
    with _opened(source) as db:
        for kind, id, detail in db.execute(PLANS):
            if kind == "undone":
                undone.add(json.loads(detail)["target"])
            elif id not in undone:
                return [(day, name) for day, name in json.loads(detail)["dates"]]
    return []


@contextmanager
def _opened(source: Source) -> Iterator[sqlite3.Connection]:
    if isinstance(source, sqlite3.Connection):
        yield source
        return
    try:
        with closing(opened(str(source))) as db:
            check_rules(db)
            yield db
    except (sqlite3.Error, Outdated, KeyError, TypeError, ValueError) as error:  # also an event that is none of ours
        raise Unreadable(str(error)) from error


def _answers(db: sqlite3.Connection, today: int) -> Iterator[tuple[int, float | None]]:
    """(study day, seconds if it is today) of the answers that stand, newest first; an undo is newer than its answer."""
    undone = set[str]()
    for kind, id, day, detail in db.execute(BACKWARDS, (today,)):
        if kind == "undone":
            undone.add(json.loads(detail)["target"])
        elif id not in undone:
            yield day, json.loads(detail)["seconds"] if detail else None


def _gap(days: set[int], today: int) -> int:
    """The latest study day before today that is not among these."""
    day = today - 1
    while day in days:
        day -= 1
    return day
