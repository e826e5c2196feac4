"""What SQLite and the disk can do to the store, each in words that say what to do next."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from mlquiz.core.errors import BadEnvironment
from mlquiz.core.sentence import N_, said


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what SQLite and the file system raise into a message that says what to do."""
    try:
        yield
    except (sqlite3.DatabaseError, OSError) as error:
        raise _explained(error, path) from error


def _explained(error: sqlite3.DatabaseError | OSError, path: Path) -> BadEnvironment:
    if _is_folder(path):
        told = said("{path} is a folder, where the file with your answers should be.", path=path)
        return BadEnvironment(told, next_step=said("move it away, or choose another folder with MLQUIZ_HOME"))
    if isinstance(error, FileExistsError | NotADirectoryError):
        told = said("{folder} is not a folder.", folder=path.parent)
        return BadEnvironment(told, next_step=said("choose another folder with MLQUIZ_HOME"))
    if isinstance(error, sqlite3.DatabaseError):
        what, next_step = _explanation(getattr(error, "sqlite_errorcode", None) or 0)
        told = said("{path}: {what} ({error}).", path=path, what=said(what), error=str(error))
        return BadEnvironment(told, next_step=said(next_step))
    told = said("{path} cannot be used: {error}.", path=path, error=error.strerror or str(error))
    return BadEnvironment(told, next_step=said("choose another folder with MLQUIZ_HOME"))


def _is_folder(path: Path) -> bool:
    with suppress(OSError):
        return path.is_dir()
    return False


def is_there(path: Path) -> bool:
    """Whether the file is there, or could be made.

    Raises:
        BadEnvironment: it can be neither: what should be its folder is none.
    """
    with explained(path):
        try:
            path.stat()
        except FileNotFoundError:
            return False
        return True


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
