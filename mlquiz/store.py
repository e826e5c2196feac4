"""The user's one file: an append-only log of events in SQLite, and the cards that a replay of it gives.

Each answer is one transaction, on disk (WAL, synchronous=FULL) before the next card is shown.
"""

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from mlquiz import card_rows, event_rows, store_file
from mlquiz.bulk import without_collecting
from mlquiz.core.log import (
    Entry,
    Fitted,
    Marked,
    Marks,
    Planned,
    Reviewed,
    Undone,
    marks_of,
    replay,
    replay_question,
    standing,
    time_of,
)
from mlquiz.core.replay import cards
from mlquiz.core.schedule import Card, Scheduler
from mlquiz.store_failures import explained, read_only

_Told = TypeVar("_Told")


class Store:
    """An open store.

    Args:
        path: the file; made, with its folder, when it is not there.
        scheduler: the rules by which a replay moves cards.
        former: earlier id -> id of questions that were renamed; their memory follows them.
        reading: whether it is opened only to be read: then a file that cannot be written is read as it is, and what
            older rules or an older program left in it is brought up to date in memory.

    Raises:
        BadEnvironment: locked, read-only, not a database of ours, from a newer program, or no room on the disk.
    """

    def __init__(
        self, path: Path, scheduler: Scheduler, former: Mapping[str, str] | None = None, *, reading: bool = False
    ) -> None:
        self.path, self.scheduler, self.former = path, scheduler, dict(former or {})
        self._reading, self.is_read_only = reading, False
        with explained(path):
            try:
                self._open(store_file.opened)
            except (sqlite3.OperationalError, OSError) as error:
                if not reading or not store_file.is_refused(error):
                    raise
                self.is_read_only = True
                self._open(store_file.opened_read_only)

    def close(self) -> None:
        """Close the file; everything answered is on disk already."""
        self._db.close()

    def append(self, entries: Iterable[Entry]) -> None:
        """Write events and the cards they lead to in one transaction. Events that are there already change nothing.

        Raises:
            BadEnvironment: the file cannot be written; none of the events is in it then.
        """
        with self._written(), self._transaction():
            fresh = [entry for entry in entries if self._insert(entry)]
            if len(fresh) == 1:
                self._follow(fresh[0])
            else:
                self._follow_all(fresh)

    def entries(self, question: str | None = None) -> Iterator[Entry]:
        """The log in its order, of one question or of all.

        Raises:
            BadEnvironment: an event is none that this program can read.
        """
        ids = [] if question is None else self._ids(question)
        where = f"WHERE question IN ({', '.join('?' * len(ids))})" if ids else ""
        query = f"SELECT id, at, day, kind, question, detail FROM event {where} ORDER BY id"
        with explained(self.path):
            for row in self._db.execute(query, ids):
                yield event_rows.entry_of(row, self.path)

    def check(self) -> None:
        """Read every event.

        Raises:
            BadEnvironment: one is none that this program can read.
        """
        for _ in self.entries():
            pass

    def latest(self, count: int) -> list[Reviewed]:
        """The newest answers, the newest first, also those that were undone."""
        query = "SELECT id, at, day, kind, question, detail FROM event WHERE kind = 'reviewed' ORDER BY id DESC LIMIT ?"
        with explained(self.path):
            rows = self._db.execute(query, (count,)).fetchall()
        entries = (event_rows.entry_of(row, self.path) for row in rows)
        return [entry for entry in entries if isinstance(entry, Reviewed)]

    def cards(self) -> dict[str, Card]:
        """What is remembered, by question."""
        with explained(self.path):
            return {row[0]: card_rows.card_of(row) for row in self._db.execute("SELECT * FROM card ORDER BY question")}

    def marks(self) -> dict[str, Marks]:
        """What stands on the questions that were ever marked."""
        with explained(self.path):
            rows = self._db.execute("SELECT question, suspended, buried, flagged FROM mark ORDER BY question")
            return {question: Marks(bool(off), buried, bool(flag)) for question, off, buried, flag in rows}

    def fitted(self) -> Fitted | None:
        """The parameters that hold now; None for the default ones."""
        fits = [entry for entry in standing(self.entries("")) if isinstance(entry, Fitted)]
        return fits[-1] if fits and fits[-1].weights else None

    def planned(self) -> Planned | None:
        """The plan that holds now; None to go without one."""
        plans = [entry for entry in standing(self.entries("")) if isinstance(entry, Planned)]
        return plans[-1] if plans and plans[-1].dates else None

    def rebuild(self) -> None:
        """Replay the log into the cards and marks, from nothing."""
        with self._written(), self._transaction():
            self._rebuild()

    def read(self, look: Callable[[sqlite3.Connection], _Told]) -> _Told:
        """What a look into the tables tells."""
        with explained(self.path):
            return look(self._db)

    def obey(self, scheduler: Scheduler) -> None:
        """Move the cards by these rules from now on; when they were moved by others, the log is replayed."""
        self.scheduler = scheduler
        if self.setting("rules") != scheduler.rules:
            with explained(self.path), self._deriving():
                self._rebuild()

    def last_at(self) -> int:
        """The time in the newest event's id, 0 for an empty log."""
        with explained(self.path):
            newest = self._db.execute("SELECT max(id) FROM event").fetchone()[0]
        try:
            return time_of(newest) if newest else 0
        except ValueError:
            raise event_rows.unordered(newest, self.path) from None

    def introduced_on(self, day: int) -> int:
        """How many questions were first answered on a study day."""
        with explained(self.path):
            return int(self._db.execute("SELECT count(*) FROM card WHERE first_day = ?", (day,)).fetchone()[0])

    def device(self, new: str) -> str:
        """This machine's name in the log: the stored one, or `new` from now on."""
        if known := self.setting("device"):
            return known
        with self._written():
            self._db.execute("INSERT OR IGNORE INTO setting VALUES ('device', ?)", (new,))
        return self.setting("device") or new

    def setting(self, name: str) -> str | None:
        """What this machine keeps beside the log under a name, None when there is nothing."""
        with explained(self.path):
            row = self._db.execute("SELECT value FROM setting WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else None

    def keep(self, name: str, value: str | None) -> None:
        """Keep a setting of this machine; None forgets it. The log does not know of it."""
        with self._written():
            self._set(name, value)

    @contextmanager
    def _written(self) -> Iterator[None]:
        """Errors of a write explained; what stands in memory for the file takes none."""
        if self.is_read_only:
            raise read_only(self.path)
        with explained(self.path):
            yield

    def _set(self, name: str, value: str | None) -> None:
        if value is None:
            self._db.execute("DELETE FROM setting WHERE name = ?", (name,))
        else:
            self._db.execute("INSERT OR REPLACE INTO setting VALUES (?, ?)", (name, value))

    def _open(self, opened: Callable[[Path], sqlite3.Connection]) -> None:
        self._db = opened(self.path)
        try:
            self._prepare()
            self._adopt()
            if not self._reading:
                store_file.check_writable(self._db)
        except BaseException:
            self._db.close()
            raise

    def _rebuild(self) -> None:
        with without_collecting():
            found, others = self._read()
            self._db.execute("DELETE FROM card")
            self._put(*cards(self.scheduler, found).values())
        self._db.execute("DELETE FROM mark")
        for question, events in self._marked(others).items():
            self._put_marks(question, marks_of(events))
        self._set("rules", self.scheduler.rules)

    def _read(self) -> tuple[dict[str, list[event_rows.Answer]], list[Entry]]:
        try:
            return event_rows.read(self._db, self.path, self.former)
        except (KeyError, sqlite3.OperationalError):  # reading whole events tells what is wrong
            self.check()
            raise

    def _marked(self, entries: Iterable[Entry]) -> dict[str, list[Entry]]:
        """The marks among events, and the undos, by their questions' ids of today."""
        found = defaultdict[str, list[Entry]](list)
        for entry in entries:
            if isinstance(entry, Marked | Undone):
                found[self.former.get(entry.question, entry.question)].append(entry)
        return found

    def _prepare(self) -> None:
        if not store_file.is_current(self._db):
            with self._deriving():  # of several first starts one makes the tables, the others wait for it
                store_file.update(self._db, self.path)
        if not self.is_read_only:
            store_file.write_ahead(self._db)

    @contextmanager
    def _deriving(self) -> Iterator[None]:
        """A transaction for what the log implies; in memory, for one who only reads a file that cannot be written."""
        if self._reading and not store_file.is_writable(self._db):
            self._db, self.is_read_only = store_file.in_memory(self._db), True
        with self._transaction():
            yield

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self._db.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if self._db.in_transaction:  # a full disk has rolled back already
                self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def _insert(self, entry: Entry) -> bool:
        rows = "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?)"
        return self._db.execute(rows, event_rows.row_of(entry)).rowcount == 1

    def _follow(self, entry: Entry) -> None:
        """Move the question's card: one step for a newest review, else by replay of its events."""
        question = self.former.get(entry.question, entry.question)
        if not isinstance(entry, Reviewed):
            self._mark(question)
        if isinstance(entry, Marked | Fitted | Planned):
            return
        ids = self._ids(question)
        newest = f"SELECT max(id) FROM event WHERE question IN ({', '.join('?' * len(ids))})"
        if isinstance(entry, Reviewed) and self._db.execute(newest, ids).fetchone()[0] == entry.id:
            row = self._db.execute("SELECT * FROM card WHERE question = ?", (question,)).fetchone()
            before = card_rows.card_of(row) if row else None
            after = self.scheduler.answer(before, entry.question, entry.rating, entry.at, entry.day)
            card: Card | None = replace(after, question=question)
        else:
            card = replay_question(self.scheduler, question, self.entries(question))
        self._place(question, card)

    def _follow_all(self, entries: Sequence[Entry]) -> None:
        """Move the cards of many events at once, each by one replay of its question's events."""
        today = [(self.former.get(entry.question, entry.question), entry) for entry in entries]
        for question in dict.fromkeys(id for id, entry in today if not isinstance(entry, Reviewed)):
            self._mark(question)
        moved = dict.fromkeys(id for id, entry in today if isinstance(entry, Reviewed | Undone))
        events = (event for question in moved for event in self.entries(question))
        found = replay(self.scheduler, events, self.former)
        for question in moved:
            self._place(question, found.get(question))

    def _mark(self, question: str) -> None:
        self._put_marks(question, marks_of(self.entries(question)))

    def _put_marks(self, question: str, marks: Marks) -> None:
        if marks == Marks():
            self._db.execute("DELETE FROM mark WHERE question = ?", (question,))
        else:
            self._db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?, ?, ?)", (question, *marks))

    def _ids(self, question: str) -> list[str]:
        """A question's id and those that it had before."""
        return [question, *(old for old, new in self.former.items() if new == question)]

    def _adopt(self) -> None:
        """Give the memory of renamed questions to their new ids."""
        for old, new in self.former.items():
            known = "SELECT 1 FROM card WHERE question = ? UNION SELECT 1 FROM mark WHERE question = ?"
            if self._db.execute(known, (old, old)).fetchone():
                with self._deriving():
                    self._db.execute("DELETE FROM card WHERE question = ?", (old,))
                    self._db.execute("DELETE FROM mark WHERE question = ?", (old,))
                    self._mark(new)
                    card = replay_question(self.scheduler, new, self.entries(new))
                    if card:
                        self._put(card)

    def _place(self, question: str, card: Card | None) -> None:
        if card:
            self._put(card)
        else:
            self._db.execute("DELETE FROM card WHERE question = ?", (question,))

    def _put(self, *cards: Card) -> None:
        rows = f"INSERT OR REPLACE INTO card VALUES ({', '.join('?' * 12)})"
        self._db.executemany(rows, map(card_rows.row_of, cards))
