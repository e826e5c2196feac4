"""The compiled bank: validated questions as JSON in a SQLite file, by path and time of change.

It is a cache: whatever is wrong with it, the bank is read from its files instead.
"""

import contextlib
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mlquiz import __version__

TABLE = """
CREATE TABLE IF NOT EXISTS question (path TEXT PRIMARY KEY, stamp TEXT, content TEXT, facts TEXT, texts BLOB)
"""


class Compiled(NamedTuple):
    """A question as the index keeps it."""

    stamp: str
    """When and how large the file was."""
    content: str
    """A hash of the file's text."""
    facts: str
    """The validated structure without its texts, as JSON."""
    texts: bytes
    """The texts, as JSON, compressed: they are most of it, and few are ever shown."""


class BankIndex:
    """The index in a file, made when it is not there.

    Args:
        path: the file.
        code: what the compiled form depends on beside the file: the program's version and the model's source.
    """

    def __init__(self, path: Path, code: str) -> None:
        self._path, self._code = path, code

    @classmethod
    def at(cls, path: Path) -> "BankIndex":
        """The index in a file, good for this version of the code alone."""
        here = Path(__file__).parent
        sources = (
            "bank.py",
            "bank_index.py",
            "core/question.py",
            "core/rules.py",
            "core/template.py",
            "core/generators.py",
            "strict_yaml.py",
            "validation.py",
        )
        stamps = " ".join(str((here / source).stat().st_mtime_ns) for source in sources)
        return cls(path, f"{__version__} {stamps}")

    def all(self) -> dict[str, Compiled]:
        """What is compiled, by path; nothing when there is no index that fits."""
        if not self._path.exists():
            return {}
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(self._path)) as db:
            if db.execute("SELECT code FROM program").fetchone() == (self._code,):
                rows = db.execute("SELECT path, stamp, content, facts, texts FROM question")
                return {path: Compiled(*rest) for path, *rest in rows}
        return {}

    def tags(self) -> list[str]:
        """Every tag in the compiled bank; none when there is no index, whichever version wrote it."""
        reading = f"{self._path.as_uri()}?mode=ro"
        with contextlib.suppress(sqlite3.Error), contextlib.closing(sqlite3.connect(reading, uri=True)) as db:
            rows = db.execute("SELECT DISTINCT value FROM question, json_each(facts, '$.tags') ORDER BY value")
            return [str(tag) for (tag,) in rows]
        return []

    def update(self, fresh: Mapping[str, Compiled | None]) -> None:
        """Keep what was compiled anew; None forgets a path. A disk that does not take it is no error."""
        if not fresh:
            return
        with contextlib.suppress(sqlite3.Error, OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                self._write(fresh)
            except sqlite3.DatabaseError as error:
                if isinstance(error, sqlite3.OperationalError):  # locked, full, read-only: another time
                    return
                self._path.unlink()  # damaged: made anew
                self._write(fresh)

    def _write(self, fresh: Mapping[str, Compiled | None]) -> None:
        with contextlib.closing(sqlite3.connect(self._path, timeout=0.2, isolation_level=None)) as db:
            db.execute("BEGIN IMMEDIATE")
            db.execute("CREATE TABLE IF NOT EXISTS program (code TEXT)")
            if db.execute("SELECT code FROM program").fetchone() != (self._code,):
                db.execute("DROP TABLE IF EXISTS question")
                db.execute("DELETE FROM program")
                db.execute("INSERT INTO program VALUES (?)", (self._code,))
            db.execute(TABLE)
            db.executemany("DELETE FROM question WHERE path = ?", [(path,) for path in fresh])
            rows = [(path, *kept) for path, kept in fresh.items() if kept]
            db.executemany("INSERT INTO question VALUES (?, ?, ?, ?, ?)", rows)
            db.execute("COMMIT")
