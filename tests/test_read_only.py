"""A home that cannot be written: what only reads works on what is there, and what must write says so at once."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from time import time
from typing import Any

import pytest
import sample
from builders import AGAIN, DAY, EASY, GOOD, SCHEDULER, marked, reviewed
from terminal import PATIENCE, Result, Terminal, environment, program, run

from mlquiz import prompt, store_file
from mlquiz.core.errors import BadEnvironment
from mlquiz.core.log import replay
from mlquiz.store import Store

LOG = [reviewed(DAY, "q", EASY), reviewed(9 * DAY, "q", GOOD), reviewed(9 * DAY + 1, "r", AGAIN), marked(10 * DAY, "s")]


def refusal(code: int, text: str) -> sqlite3.OperationalError:
    error = sqlite3.OperationalError(text)
    error.sqlite_errorcode = code
    return error


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A store with a log."""
    store = Store(tmp_path / "mlquiz.db", SCHEDULER)
    store.append(LOG)
    store.obey(SCHEDULER)
    store.close()
    return tmp_path / "mlquiz.db"


@pytest.fixture(params=["a folder that takes no files", "a file that takes no writes", "a read-only file system"])
def refused(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ways in which SQLite and the system refuse, also for root."""

    def opened(path: Path) -> sqlite3.Connection:
        match request.param:
            case "a folder that takes no files":
                raise refusal(sqlite3.SQLITE_CANTOPEN, "unable to open database file")
            case "a read-only file system":
                raise OSError(30, "Read-only file system")
        if not path.exists():
            raise refusal(sqlite3.SQLITE_CANTOPEN, "unable to open database file")
        return sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True, isolation_level=None)

    monkeypatch.setattr(store_file, "opened", opened)


@pytest.fixture
def reader(path: Path, refused: None) -> Iterator[Callable[..., Store]]:
    """Opens the store to be read; closed at the end."""
    open_ones: list[Store] = []

    def open_(**options: Any) -> Store:
        open_ones.append(Store(path, SCHEDULER, reading=True, **options))
        return open_ones[-1]

    yield open_
    for one in open_ones:
        one.close()


def test_what_is_there_is_read(reader: Callable[..., Store]) -> None:
    store = reader()
    store.obey(SCHEDULER)
    assert list(store.entries()) == LOG
    assert store.cards() == replay(SCHEDULER, LOG)
    assert store.marks()["s"].flagged
    assert store.read(lambda tables: tables.execute("SELECT count(*) FROM event").fetchone()) == (4,)


def test_other_rules_are_followed_in_memory_and_the_file_stays(reader: Callable[..., Store], path: Path) -> None:
    before, other = path.read_bytes(), replace(SCHEDULER, retention=0.8)
    store = reader()
    store.obey(other)
    assert store.cards() == replay(other, LOG) != replay(SCHEDULER, LOG)
    assert path.read_bytes() == before


def test_a_renamed_question_and_an_older_schema_are_read_as_today(reader: Callable[..., Store], path: Path) -> None:
    with closing(sqlite3.connect(path)) as db:
        db.executescript("DROP TABLE mark; PRAGMA user_version = 1")
    before = path.read_bytes()
    store = reader(former={"q": "new"})
    assert store.cards() == replay(SCHEDULER, LOG, {"q": "new"})
    assert path.read_bytes() == before


def test_nothing_is_written_where_it_would_be_lost(reader: Callable[..., Store]) -> None:
    for store in (reader(), reader(former={"q": "new"})):
        for write in (
            lambda one: one.append([reviewed(20 * DAY)]),
            lambda one: one.keep("x", "y"),
            lambda one: one.device("d"),
            Store.rebuild,
        ):
            with pytest.raises(BadEnvironment, match="read-only") as caught:
                write(store)
            assert caught.value.next_step
        assert list(store.entries()) == LOG


def test_without_a_store_there_is_nothing_and_none_is_made(tmp_path: Path, refused: None) -> None:
    store = Store(tmp_path / "none" / "mlquiz.db", SCHEDULER, reading=True)
    assert (store.cards(), list(store.entries()), store.last_at()) == ({}, [], 0)
    store.close()
    assert not (tmp_path / "none").exists()


def test_to_write_it_is_refused_before_anything_is_done(path: Path, refused: None) -> None:
    with pytest.raises(BadEnvironment) as caught:
        Store(path, SCHEDULER)
    assert str(path) in caught.value.what and caught.value.next_step


def test_what_is_wrong_with_the_file_is_still_said(tmp_path: Path, refused: None) -> None:
    for content, what in ((b"no database, " * 100, "not a database"), (b"", "")):
        (tmp_path / "x.db").write_bytes(content)
        if what:
            with pytest.raises(BadEnvironment, match=what):
                Store(tmp_path / "x.db", SCHEDULER, reading=True)
        else:
            Store(tmp_path / "x.db", SCHEDULER, reading=True).close()


# The write-ahead log that was left --------------------------------------------------------------------------------


@pytest.fixture(params=[sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY_DIRECTORY])
def no_index(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite can make no index of a write-ahead log, as in a folder that cannot be written."""
    connected = prompt._connected

    def refusing(name: str, patience: float) -> sqlite3.Connection:
        if "immutable" not in name:
            raise refusal(request.param, "unable to open database file")
        return connected(name, patience)

    monkeypatch.setattr(prompt, "_connected", refusing)


def test_a_file_without_a_log_is_read_as_one_that_nobody_changes(path: Path, no_index: None) -> None:
    with closing(store_file.opened_read_only(path)) as db:
        assert db.execute("SELECT count(*) FROM event").fetchone() == (4,)
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            db.execute("DELETE FROM event")
    assert prompt.due(str(path), 100 * DAY, 100) == 2


def test_a_log_that_a_crash_left_is_read_with_the_file(tmp_path: Path, path: Path, no_index: None) -> None:
    left = tmp_path / "left"
    left.mkdir()
    store = Store(path, SCHEDULER)
    store.append([reviewed(20 * DAY, "t")])
    for name in (path.name, f"{path.name}-wal"):
        shutil.copyfile(path.with_name(name), left / name)
    store.close()
    with closing(store_file.opened_read_only(left / path.name)) as db:
        assert db.execute("SELECT count(*) FROM event").fetchone() == (5,)
    with pytest.raises(sqlite3.OperationalError):
        prompt.due(str(left / path.name), 100 * DAY, 100)
    assert sorted(one.name for one in left.iterdir()) == [path.name, f"{path.name}-wal"]


# The program in a home that is really locked -----------------------------------------------------------------------


def unprivileged(*args: str, stdin: str = "", **env: str) -> Result:
    """`mlquiz ARGS` by someone whom permission bits hold: root without its privilege, or anybody else."""
    command = program(*args)
    if os.geteuid() == 0:
        if not (setpriv := shutil.which("setpriv")):
            pytest.skip("root may write anywhere, and there is no setpriv here")
        less = "-dac_override,-dac_read_search,-fowner"
        command = [setpriv, "--bounding-set", less, "--inh-caps", less, *command]
    done = subprocess.run(
        command, input=stdin.encode(), capture_output=True, env=environment(env), timeout=4 * PATIENCE, check=False
    )
    return Result(done.returncode, done.stdout.decode(), done.stderr.decode())


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a home with answers, in which nothing can be written."""
    home, now = tmp_path / "home", int(time() * 1000)
    home.mkdir()
    bank = sample.bank(tmp_path / "bank")
    store = Store(home / "mlquiz.db", SCHEDULER)
    log = [reviewed(now - days * DAY, "apples", GOOD, day=(now - days * DAY) // DAY) for days in (30, 29)]
    store.append(log)
    store.close()
    (home / "mlquiz.db").chmod(0o400)
    home.chmod(0o500)
    yield {"MLQUIZ_HOME": str(home), "MLQUIZ_BANK": str(bank)}
    home.chmod(0o700)


def test_the_program_reads_in_a_locked_home_and_says_at_once_that_it_cannot_write(locked: dict[str, str]) -> None:
    home = Path(locked["MLQUIZ_HOME"])
    before = {one.name: one.read_bytes() for one in home.iterdir()}
    assert "1 question due" in unprivileged(**locked).out
    assert unprivileged("due", "--prompt", **locked).out == "1\n"
    assert unprivileged("stats", **locked).out.startswith("2 answers")
    assert "Answered 2 times" in unprivileged("why", "apples", **locked).out
    assert unprivileged("plan", **locked).code == 0
    for command in (("study", "--plain"), ("plan", "2099-01-01", "--minutes", "5"), ("interview", "--count")):
        refused = unprivileged(*command, stdin="q\n", **locked)
        assert (refused.code, refused.out) == (5, "")
        assert "the store is read-only" in refused.err and "next:" in refused.err
    assert {one.name: one.read_bytes() for one in home.iterdir()} == before


def test_an_interview_that_does_not_count_can_be_had_in_a_locked_home(locked: dict[str, str]) -> None:
    done = unprivileged("interview", "--questions", "1", "--plain", stdin="q\n", **locked)
    assert (done.code, done.err) == (0, "")


def test_a_home_that_cannot_be_entered_is_an_error_of_the_surroundings(locked: dict[str, str]) -> None:
    Path(locked["MLQUIZ_HOME"]).chmod(0)
    refused = unprivileged("stats", **locked)
    assert refused.code == 5 and "cannot be read" in refused.err and "MLQUIZ_HOME" in refused.err


def test_add_says_before_its_first_question_that_the_bank_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with Terminal("add", "--to", tmp_path / "file" / "bank", width=200) as terminal:
        assert terminal.leave() == 5
        assert "cannot be written" in terminal.text and "--to another folder" in terminal.text


def test_a_configuration_that_cannot_be_written_is_told_with_a_next_step(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    refused = run("config", "ui", "fr", MLQUIZ_HOME=str(tmp_path / "file"))
    assert refused.code == 5 and "cannot be written" in refused.err and "next:" in refused.err
