"""What SQLite and the disk can do to the store, each in words that say what to do next."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mlquiz.core.errors import BadEnvironment
from mlquiz.core.sentence import N_, said


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a message that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        what, next_step = _explanation(getattr(error, "sqlite_errorcode", None) or 0)
        raise BadEnvironment(
            said("{path}: {what} ({error}).", path=path, what=said(what), error=str(error)), next_step=said(next_step)
        ) from error
    except OSError as error:
        raise BadEnvironment(
            said("{path} cannot be used: {error}.", path=path, error=error.strerror or str(error)),
            next_step=said("choose another folder with MLQUIZ_HOME"),
        ) from error


def read_only(path: Path) -> BadEnvironment:
    """What to say where something is to be written to a store that is only read."""
    what, next_step = _explanation(sqlite3.SQLITE_READONLY)
    return BadEnvironment(said("{path}: {what}.", path=path, what=said(what)), next_step=said(next_step))


def _explanation(code: int) -> tuple[str, str]:
    known = {
        sqlite3.SQLITE_BUSY: (
            N_("another program is writing to the store"),
            N_("close the other mlquiz, then try again; every graded answer before this one is safe"),
        ),
        sqlite3.SQLITE_READONLY: (
            N_("the store is read-only"),
            N_("make the file and its folder writable, or set MLQUIZ_HOME; what only reads it works as it is"),
        ),
        sqlite3.SQLITE_CANTOPEN: (N_("the store cannot be opened"), N_("make its folder writable, or set MLQUIZ_HOME")),
        sqlite3.SQLITE_FULL: (
            N_("the disk is full, this answer was not saved"),
            N_("free some space; every graded answer before this one is safe"),
        ),
        sqlite3.SQLITE_IOERR: (
            N_("the disk does not take the write"),
            N_("look at the disk; every answer before this one is safe"),
        ),
        sqlite3.SQLITE_NOTADB: (N_("this is not a database"), N_("move the file away; mlquiz then starts a new one")),
        sqlite3.SQLITE_CORRUPT: (
            N_("the database is damaged"),
            N_("restore a copy, or move the file away to start anew"),
        ),
    }
    return known.get(
        code & 0xFF, (N_("the store failed"), N_("move the file away to start anew, and keep it for a report"))
    )
