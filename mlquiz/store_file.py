"""The store's file: of our kind, brought to this program's version, and opened also where it cannot be written."""

import errno
import shutil
import sqlite3
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep

from mlquiz.core.errors import BadEnvironment
from mlquiz.core.sentence import said
from mlquiz.prompt import opened as opened_for_reading

APPLICATION = 0x6D6C717A
"""SQLite's application_id of our files: "mlqz"."""

VERSION = 2
"""The newest schema that this program knows; schema/N.sql leads to version N."""

SCHEMA = Path(__file__).with_name("schema")
WAIT = 2.0
"""Seconds to wait for another process's lock."""

_REFUSED = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def opened(path: Path) -> sqlite3.Connection:
    """The file to read and to write; made, with its folder, when it is not there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    return _connected(str(path))


def opened_read_only(path: Path) -> sqlite3.Connection:
    """What is there, where it cannot be written: nothing when there is no file.

    A write-ahead log that a crash or another machine left beside the file is read too; where SQLite cannot make its
    index of it there, both are copied.
    """
    if not path.exists():
        return _connected(":memory:")
    try:
        return opened_for_reading(str(path), WAIT)
    except sqlite3.OperationalError as error:
        if not is_refused(error):
            raise
    with TemporaryDirectory(prefix="mlquiz-") as folder:
        for name in (path.name, f"{path.name}-wal"):
            if path.with_name(name).exists():
                shutil.copyfile(path.with_name(name), Path(folder, name))
        return in_memory(_connected(str(Path(folder, path.name))))


def in_memory(db: sqlite3.Connection) -> sqlite3.Connection:
    """A copy, to change what the file cannot take; the connection to the file is closed."""
    copy = _connected(":memory:")
    try:
        db.backup(copy)
    finally:
        db.close()
    return copy


def is_refused(error: Exception) -> bool:
    """Whether the file or its folder may not be written, or not even opened to write."""
    if isinstance(error, sqlite3.Error):
        return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF in _REFUSED
    return isinstance(error, OSError) and error.errno in _FORBIDDEN


def check_writable(db: sqlite3.Connection) -> None:
    """Try a write, and take it back. SQLite lets even a transaction begin on a file that it can only read."""
    db.execute("BEGIN IMMEDIATE")
    try:
        db.execute(f"PRAGMA user_version = {_version(db)[1]}")
    finally:
        if db.in_transaction:
            db.execute("ROLLBACK")


def is_writable(db: sqlite3.Connection) -> bool:
    """Whether the file takes writes."""
    try:
        check_writable(db)
    except sqlite3.OperationalError as error:
        if is_refused(error):
            return False
        raise
    return True


def is_current(db: sqlite3.Connection) -> bool:
    """Whether the file is ours and of this program's version."""
    return _version(db) == (APPLICATION, VERSION)


def update(db: sqlite3.Connection, path: Path) -> None:
    """Make the tables that are missing, in a transaction of the caller's.

    Raises:
        BadEnvironment: the file is another program's, or a newer mlquiz's.
    """
    application, version = _version(db)
    if application != APPLICATION and (version or db.execute("SELECT count(*) FROM sqlite_schema").fetchone()[0]):
        what = said("{path} is a database of another program.", path=path)
        raise BadEnvironment(what, next_step=said("move it away, or choose another folder with MLQUIZ_HOME"))
    if version > VERSION:
        raise BadEnvironment(
            said("{path} was written by a newer mlquiz.", path=path),
            expected=said("a store of version {version} or older", version=VERSION),
            received=said("version {version}", version=version),
            next_step=said("upgrade mlquiz; nothing was changed"),
        )
    for number in range(version + 1, VERSION + 1):
        for statement in (SCHEMA / f"{number}.sql").read_text(encoding="utf-8").split(";\n"):
            db.execute(statement)
    db.execute(f"PRAGMA application_id = {APPLICATION}")
    db.execute(f"PRAGMA user_version = {VERSION}")


def write_ahead(db: sqlite3.Connection) -> None:
    """Write-ahead logging. The switch to it does not wait for other connections, so that is done here."""
    patience = monotonic() + WAIT
    while True:
        try:
            db.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if monotonic() > patience or is_refused(error):
                raise
            sleep(0.01)


def _connected(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=WAIT, isolation_level=None)
    db.execute("PRAGMA synchronous = FULL")
    return db


def _version(db: sqlite3.Connection) -> tuple[int, int]:
    application, version = (
        int(db.execute(f"PRAGMA {name}").fetchone()[0]) for name in ("application_id", "user_version")
    )
    return application, version
