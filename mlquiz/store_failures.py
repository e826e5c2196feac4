"""What SQLite and the disk can do to the store, each in words that say what to do next."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlquiz.core.errors import BadEnvironment


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a message that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        what, next_step = _explanation(error)
        raise BadEnvironment(f"{path}: {what} ({error}).", next_step=next_step) from error
    except OSError as error:
        raise BadEnvironment(
            f"{path} cannot be used: {error.strerror or error}.",
            next_step="choose another folder with MLQUIZ_HOME",
        ) from error


def _explanation(error: sqlite3.DatabaseError) -> tuple[str, str]:
    code = (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF
    known = {
        sqlite3.SQLITE_BUSY: (
            "another program is writing to the store",
            "close the other mlquiz, then try again; every graded answer before this one is safe",
        ),
        sqlite3.SQLITE_READONLY: (
            "the store is read-only",
            "make the file and its folder writable, or set MLQUIZ_HOME",
        ),
        sqlite3.SQLITE_CANTOPEN: ("the store cannot be opened", "make its folder writable, or set MLQUIZ_HOME"),
        sqlite3.SQLITE_FULL: (
            "the disk is full, this answer was not saved",
            "free some space; every graded answer before this one is safe",
        ),
        sqlite3.SQLITE_IOERR: (
            "the disk does not take the write",
            "look at the disk; every answer before this one is safe",
        ),
        sqlite3.SQLITE_NOTADB: ("this is not a database", "move the file away; mlquiz then starts a new one"),
        sqlite3.SQLITE_CORRUPT: ("the database is damaged", "restore a copy, or move the file away to start anew"),
    }
    return known.get(code, ("the store failed", "move the file away to start anew, and keep it for a report"))
