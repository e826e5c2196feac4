"""The index of a search: every question in every language, in SQLite's full-text engine (FTS5).

It is a cache: it follows the bank by itself, and whatever is wrong with its file, an index in memory takes its place.
"""

import contextlib
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from mlquiz import __version__
from mlquiz.bulk import Told, nobody
from mlquiz.core import finding
from mlquiz.core.errors import BadEnvironment
from mlquiz.core.finding import Query, Term, indexed
from mlquiz.core.question import Text
from mlquiz.core.results import Hit, parts
from mlquiz.core.sentence import said
from mlquiz.core.session import Item

WEIGHTS = (8, 2, 3, 1)
"""How much a word counts in the question, in the id with topic and tags, in the answer, in the rest."""

_TABLES = """\
DROP TABLE IF EXISTS program;
DROP TABLE IF EXISTS question;
DROP TABLE IF EXISTS told;
DROP TABLE IF EXISTS word;
DROP TABLE IF EXISTS text;
CREATE TABLE program (code TEXT);
CREATE TABLE question (id TEXT PRIMARY KEY, stamp TEXT);
CREATE TABLE told (number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT, language TEXT);
CREATE INDEX told_id ON told (id);
CREATE VIRTUAL TABLE text USING fts5
    (question, name, answer, rest, content='', tokenize='unicode61 remove_diacritics 0');
CREATE VIRTUAL TABLE word USING fts5vocab (text, row)
"""
"""`text` keeps no texts, so its rows cannot be taken out; one that no row of `told` names any more is never found."""


class SearchIndex:
    """The index of a bank, brought up to date when it is opened.

    Args:
        path: the file; made when it is not there.
        items: the questions by id.
        code: what the index depends on beside the questions: the program's version and the source of the folding.
        told: hears after each question that is taken up how many are done, and of how many.

    Raises:
        BadEnvironment: this SQLite has no full-text search.
    """

    def __init__(self, path: Path, items: Mapping[str, Item], code: str, told: Told = nobody) -> None:
        self._path, self._items, self._code, self._told = path, items, code, told
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._db = sqlite3.connect(path, timeout=0.2, isolation_level=None)
            self._follow()
        except (sqlite3.Error, OSError) as error:
            self._in_memory(error)

    @classmethod
    def at(cls, path: Path, items: Mapping[str, Item], told: Told = nobody) -> "SearchIndex":
        """The index in a file, good for this version of the code alone."""
        here = Path(__file__).parent
        sources = ("search_index.py", "core/finding.py", "core/results.py", "core/question.py")
        stamps = " ".join(str((here / source).stat().st_mtime_ns) for source in sources)
        return cls(path, items, f"{__version__} {stamps}", told)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def query(self, text: str) -> Query:
        """What a user's text looks for, in the words that the bank knows."""
        return finding.query(text, self._words_like)

    def ids(self, query: Query) -> set[str]:
        """Every question that says all terms of a query in one language."""
        if not query.terms:
            return set()
        sql = "SELECT DISTINCT id FROM text JOIN told ON number = text.rowid WHERE text MATCH ?"
        return {id for (id,) in self._rows(sql, [_expression(query.terms, "AND")])}

    def hits(self, query: Query, among: set[str] | None = None, *, most: int, partly: bool = False) -> list[Hit]:
        """The best rows, the best first.

        Args:
            among: the questions that are meant; None for all.
            most: how many.
            partly: whether a row that lacks some of the terms will do.
        """
        if not query.terms:
            return []
        sql = f"""SELECT id, language, bm25(text, {", ".join(map(str, WEIGHTS))}) AS score
                  FROM text JOIN told ON number = text.rowid WHERE text MATCH ? ORDER BY score, number LIMIT ?"""
        rows = self._rows(sql, [_expression(query.terms, "OR" if partly else "AND"), most if among is None else -1])
        return [Hit(*row) for row in rows if among is None or row[0] in among][:most]

    def _words_like(self, beginning: str) -> Iterator[str]:
        rows = self._rows("SELECT term FROM word WHERE term >= ? AND term < ?", [beginning, beginning + "\U0010ffff"])
        return (term for (term,) in rows)

    def _rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        try:
            return self._db.execute(sql, values).fetchall()
        except sqlite3.Error as error:
            self._in_memory(error)
            return self._db.execute(sql, values).fetchall()

    def _in_memory(self, error: Exception) -> None:
        """Take an index in memory instead of the file, which is made anew another time if it is damaged."""
        with contextlib.suppress(AttributeError):
            self._db.close()
        if isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.OperationalError):
            with contextlib.suppress(OSError):
                self._path.unlink()
        self._db = sqlite3.connect(":memory:", isolation_level=None)
        try:
            self._follow()
        except sqlite3.OperationalError as missing:
            raise BadEnvironment(
                said("This Python's SQLite has no full-text search (FTS5)."),
                received=f"SQLite {sqlite3.sqlite_version}",
                next_step=said("use a Python whose SQLite has it, as that of python.org"),
            ) from missing

    def _follow(self) -> None:
        """Bring the index up to the questions."""
        wanted = {id: f"{item.topic} {item.content}" for id, item in self._items.items()}
        known = self._known()
        if known == wanted:
            return
        self._db.execute("BEGIN IMMEDIATE")
        if known is None or self._waste(wanted) > len(wanted):
            known = {}
            for statement in _TABLES.split(";\n"):
                self._db.execute(statement)
            self._db.execute("INSERT INTO program VALUES (?)", (self._code,))
        gone = [(id,) for id, stamp in known.items() if wanted.get(id) != stamp]
        self._db.executemany("DELETE FROM told WHERE id = ?", gone)
        self._db.executemany("DELETE FROM question WHERE id = ?", gone)
        fresh = [id for id, stamp in wanted.items() if known.get(id) != stamp]
        self._db.executemany("INSERT INTO question VALUES (?, ?)", [(id, wanted[id]) for id in fresh])
        for done, id in enumerate(fresh, 1):
            self._add(self._items[id])
            self._told(done, len(fresh))
        self._db.execute("COMMIT")

    def _known(self) -> dict[str, str] | None:
        """The questions in the index; None when there is none that fits."""
        with contextlib.suppress(sqlite3.OperationalError):
            if self._db.execute("SELECT code FROM program").fetchone() == (self._code,):
                return dict(self._db.execute("SELECT id, stamp FROM question"))
        return None

    def _waste(self, wanted: Mapping[str, str]) -> int:
        """How many rows of the text have no question any more."""
        written = self._db.execute("SELECT coalesce(max(seq), 0) FROM sqlite_sequence").fetchone()[0]
        return int(written - self._db.execute("SELECT count(*) FROM told").fetchone()[0])

    def _add(self, item: Item) -> None:
        for language, text in item.question.text.items():
            row = self._db.execute("INSERT INTO told (id, language) VALUES (?, ?)", (item.id, language)).lastrowid
            self._db.execute("INSERT INTO text (rowid, question, name, answer, rest) VALUES (?, ?, ?, ?, ?)",
                             (row, *_columns(item, text)))  # fmt: skip


def _columns(item: Item, text: Text) -> list[str]:
    question, name, answer, *rest = (part for _, part in parts(item, text))
    return [indexed(question), indexed(name), indexed(answer), indexed("\n".join(rest))]


def _expression(terms: Iterable[Term], junction: str) -> str:
    """The query as FTS5 reads it; words hold letters and digits alone, so nothing in them is an operator."""
    groups = (" OR ".join(f'"{" ".join(phrase)}"' for phrase in term.alternatives) for term in terms)
    return f" {junction} ".join(f"({group})" for group in groups)
