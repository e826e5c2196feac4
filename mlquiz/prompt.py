"""`mlquiz due --prompt`: the number for a shell's prompt, before anything else of the program is imported.

It prints nothing where there is nothing to say, also when that is because something is wrong: a prompt is no place
for it. It imports as little as it can, not even pathlib: a shell waits for it at each prompt.
"""

# pathlib and what it imports take as long as all the rest
# ruff: noqa: PTH100, PTH110, PTH118, PTH123, PTH202

import os
import sqlite3
import sys
import time
from datetime import datetime, timedelta

ARGUMENTS = ["due", "--prompt"]

ROLLOVER_HOUR = 4
"""As in mlquiz.core.settings."""

FUZZ_SEED = "blake2b splitmix64"
"""As in mlquiz.core.schedule."""

PATIENCE = 0.1
"""Seconds to wait for another process's lock."""

EPOCH = 719_163
"""1970-01-01 as a day of the Gregorian calendar."""

DUE = """\
SELECT count(*) FROM card LEFT JOIN mark USING (question)
WHERE (due_day <= :day OR due_at <= :at) AND NOT coalesce(suspended, 0) AND coalesce(buried, -1) <> :day
"""


class Outdated(Exception):
    """An older mlquiz moved the cards by other rules."""


def main() -> int | None:
    """Print how many cards are due, or nothing; None where an older mlquiz left cards that have to be moved first."""
    try:
        waiting = _now(os.environ.get("MLQUIZ_HOME"))  # noqa: TID251 - a context would cost more than the answer
        if waiting:
            sys.stdout.write(f"{waiting}\n")
            sys.stdout.flush()
    except Outdated:
        return None
    except Exception:
        return 0
    return 0


def due(path: str, at: int, day: int) -> int:
    """How many cards are due at a time (ms) on a study day.

    Raises:
        sqlite3.Error: there is no store, or it cannot be read now.
        Outdated: the cards stand where older rules put them.
    """
    db = opened(path)
    try:
        check_rules(db)
        return int(db.execute(DUE, {"at": at, "day": day}).fetchone()[0])
    finally:
        db.close()


def check_rules(db: sqlite3.Connection) -> None:
    """Refuse cards that an older program moved.

    Raises:
        Outdated: it drew their fuzz in another way.
    """
    rules = db.execute("SELECT value FROM setting WHERE name = 'rules'").fetchone()
    if rules and f"'{FUZZ_SEED}'" not in rules[0]:
        raise Outdated


def opened(path: str, patience: float = PATIENCE) -> sqlite3.Connection:
    """The store, read-only and without waiting for long.

    SQLite makes an index of the write-ahead log beside the file. In a folder where it cannot, the file is read as one
    that nobody changes, as long as there is no such log: then the file holds everything.

    Raises:
        sqlite3.Error: it is not there, or it cannot be read.
    """
    path = os.path.abspath(path)
    name = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        return _connected(f"file:{name}?mode=ro", patience)
    except sqlite3.OperationalError as error:
        log, code = path + "-wal", getattr(error, "sqlite_errorcode", 0) & 0xFF
        needs_index = code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
        if not needs_index or (os.path.exists(log) and os.path.getsize(log)):
            raise
        return _connected(f"file:{name}?mode=ro&immutable=1", patience)


def _connected(name: str, patience: float) -> sqlite3.Connection:
    db = sqlite3.connect(name, uri=True, timeout=patience)
    try:
        db.execute("PRAGMA user_version").fetchone()  # SQLite looks at a file only when it is asked something
    except sqlite3.Error:
        db.close()
        raise
    return db


def day_of(local: datetime, rollover_hour: int) -> int:
    """The study day that a local time belongs to, as `mlquiz.core.schedule.study_day` counts it."""
    return (local.replace(tzinfo=None) - timedelta(hours=rollover_hour)).toordinal() - EPOCH


def _now(home: str | None) -> int:
    now = time.time()
    data, config = (home, home) if home else _folders()
    day = day_of(datetime.fromtimestamp(now), _rollover(os.path.join(config, "config.toml")))
    return due(os.path.join(data, "mlquiz.db"), int(now * 1000), day)


def _folders() -> tuple[str, str]:
    from platformdirs import user_config_dir, user_data_dir

    return user_data_dir("mlquiz", appauthor=False), user_config_dir("mlquiz", appauthor=False)


def _rollover(config: str) -> int:
    if not os.path.exists(config):
        return ROLLOVER_HOUR
    import tomllib

    with open(config, "rb") as file:
        return int(tomllib.load(file).get("rollover_hour", ROLLOVER_HOUR))
