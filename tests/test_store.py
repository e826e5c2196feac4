"""The user's one file: what is answered is in it, whatever happens next, and the cards are what its log says."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import pytest
from builders import AGAIN, DAY, EASY, GOOD, SCHEDULER, marked, reviewed, undone
from hypothesis import given
from hypothesis import strategies as st
from test_log import logs

import mlquiz
from mlquiz import store_file
from mlquiz.core.errors import BadEnvironment
from mlquiz.core.log import Entry, Planned, entry_id, replay
from mlquiz.store import Store

MEMORY = Path(":memory:")
Opened = Callable[..., Store]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Opened]:
    """Opens the store of the test, with a short patience for locks; closed at the end."""
    open_ones: list[Store] = []

    def open_(path: Path = tmp_path / "mlquiz.db", **options: Any) -> Store:
        open_ones.append(Store(path, SCHEDULER, **options))
        return open_ones[-1]

    yield open_
    for one in open_ones:
        one.close()


def table(store: Store) -> list[tuple[Any, ...]]:
    """The stored cards, to the bit."""
    return store._db.execute("SELECT * FROM card ORDER BY question").fetchall()


# The log and its cards ----------------------------------------------------------------------------------------------


def test_events_come_back_as_they_were_written_after_the_file_is_opened_anew(opened: Opened) -> None:
    demo = {"name": "rmsprop", "settings": {"lr": 0.1}, "right": False}
    full = reviewed(1, "вопрос", answer="0,5 – «да»", seed=7, right=True, demo=demo)
    entries = [full, reviewed(2, "plain"), undone(3, full)]
    opened().append(entries)
    assert list(opened().entries()) == entries
    assert list(opened().entries("вопрос")) == [full, entries[2]]


@given(logs())
def test_cards_moved_step_by_step_are_those_of_a_replay_to_the_bit(log: list[Entry]) -> None:
    store = Store(MEMORY, SCHEDULER)
    for entry in log:
        store.append([entry])
    step_by_step = table(store)
    store.rebuild()
    assert table(store) == step_by_step
    assert store.cards() == replay(SCHEDULER, log)
    store.close()


@given(logs(), st.randoms(use_true_random=False), st.integers(1, 5))
def test_events_merged_in_any_order_and_split_with_duplicates_give_the_same_cards(
    log: list[Entry], order: Random, size: int
) -> None:
    mixed = log + order.choices(log, k=len(log) // 2) if log else []
    order.shuffle(mixed)
    store = Store(MEMORY, SCHEDULER)
    for start in range(0, len(mixed), size):
        store.append(mixed[start : start + size])
    assert store.cards() == replay(SCHEDULER, log)
    assert list(store.entries()) == log
    store.close()


@st.composite
def whole_logs(draw: st.DrawFn) -> list[Entry]:
    """Answers under an id of today and a former one, undos, marks and their undos, a plan."""
    log = draw(logs(["old", "new", "other"]))
    at = max([entry.at for entry in log], default=DAY) + DAY
    for n in range(draw(st.integers(0, 6))):
        question = draw(st.sampled_from(["old", "new", "other", "marked"]))
        mark = marked(
            at + 10 * n, question, draw(st.sampled_from(["suspended", "buried", "flagged"])), draw(st.booleans())
        )
        log.append(mark)
        if draw(st.booleans()):
            log.append(undone(at + 10 * n + 5, mark))
    log.append(Planned(entry_id(at + 99, Random(1)), at, at // DAY, "", ((at // DAY + 9, ""),), 5.0, (), (), "d"))
    return log


@given(whole_logs(), st.randoms(use_true_random=False), st.integers(0, 12))
def test_events_appended_at_once_in_any_order_give_the_cards_and_marks_of_those_appended_one_by_one(
    log: list[Entry], order: Random, known: int
) -> None:
    """As an import, or the log of another machine beside one's own."""
    one_by_one, at_once = (Store(MEMORY, SCHEDULER, {"old": "new"}) for _ in range(2))
    for entry in log:
        one_by_one.append([entry])
    order.shuffle(mixed := list(log))
    at_once.append(mixed[:known])
    at_once.append([*mixed[known:], *mixed[:3]])
    assert (table(at_once), at_once.marks()) == (table(one_by_one), one_by_one.marks())
    assert list(at_once.entries()) == list(one_by_one.entries())
    at_once.rebuild()
    assert (table(at_once), at_once.marks()) == (table(one_by_one), one_by_one.marks())
    for store in (one_by_one, at_once):
        store.close()


def test_an_undo_counts_for_events_of_its_own_question_however_the_cards_are_made() -> None:
    """As another program might write it; what is derived stays what a replay gives."""
    answer, mark = reviewed(DAY, "q"), marked(DAY + 5, "q", "suspended")
    stray: list[Entry] = [replace(undone(DAY + 10 + n, slip), question="r") for n, slip in enumerate([answer, mark])]
    for events in ([[one] for one in (answer, mark, *stray)], [[answer, mark, *stray]]):
        store = Store(MEMORY, SCHEDULER)
        for some in events:
            store.append(some)
        before = table(store), store.marks()
        store.rebuild()
        assert (table(store), store.marks()) == before
        assert list(store.cards()) == ["q"] and store.marks()["q"].suspended
        store.close()


def test_many_events_move_each_question_they_touch_once(opened: Opened, monkeypatch: pytest.MonkeyPatch) -> None:
    store, moved = opened(), list[str]()
    place = Store._place
    monkeypatch.setattr(Store, "_place", lambda self, id, card: (moved.append(id), place(self, id, card)))
    log: list[Entry] = [reviewed(n * DAY, "qr"[n % 2]) for n in range(20)]
    store.append(reversed(log))
    assert sorted(moved) == ["q", "r"]
    store.append([*log, marked(30 * DAY, "q")])
    assert sorted(moved) == ["q", "r"] and store.cards() == replay(SCHEDULER, log)


@pytest.mark.parametrize("day", [-719_162, 2_932_896, -(2**36), 2**36], ids=["year-1", "year-9999", "before", "after"])
def test_absurd_times_in_a_log_lose_nothing_and_stop_nothing(opened: Opened, day: int) -> None:
    """As from a machine whose clock was wrong; the id still has a place in the order."""
    times = [(day, EASY), (20_000, GOOD), (day, AGAIN), (20_001, GOOD)]
    log = [replace(reviewed(n, "q", rating), at=on * DAY, day=on) for n, (on, rating) in enumerate(times)]
    store = opened()
    for entry in log:
        store.append([entry])
    step_by_step = table(store)
    store.rebuild()
    assert (table(store), list(store.entries())) == (step_by_step, log)
    assert store.cards()["q"].reviews == 4
    assert store.last_at() == 3


def test_a_review_and_its_undo_leave_no_card_and_both_events(opened: Opened) -> None:
    store, slip = opened(), reviewed(1)
    store.append([slip])
    assert list(store.cards()) == ["q"]
    store.append([undone(2, slip)])
    assert store.cards() == {}
    assert len(list(store.entries())) == 2


def test_two_programs_on_one_file_continue_each_others_cards(opened: Opened) -> None:
    one, other = opened(), opened()
    log = [reviewed(n * DAY, "q", rating) for n, rating in enumerate([EASY, GOOD, AGAIN, GOOD])]
    for store, entry in zip((one, other, one, other), log, strict=True):
        store.append([entry])
    assert one.cards() == other.cards() == replay(SCHEDULER, log)


def test_a_renamed_question_keeps_its_memory(opened: Opened) -> None:
    store, first = opened(), reviewed(0, "old", EASY)
    store.append([first])
    renamed = opened(former={"old": "new"})
    assert list(renamed.cards()) == ["new"]
    second = reviewed(9 * DAY, "new", GOOD)
    renamed.append([second])
    assert renamed.cards() == replay(SCHEDULER, [first, second], {"old": "new"})
    assert list(renamed.entries("new")) == [first, second]


@given(logs(["old", "new", "other"]), st.randoms(use_true_random=False))
def test_events_under_a_former_id_that_come_later_give_the_same_cards(log: list[Entry], order: Random) -> None:
    """As from another machine that did not know the new id yet."""
    order.shuffle(mixed := list(log))
    store = Store(MEMORY, SCHEDULER, {"old": "new"})
    for entry in mixed:
        store.append([entry])
    assert store.cards() == replay(SCHEDULER, log, {"old": "new"})
    store.close()


def test_it_knows_the_time_of_the_newest_event_and_how_many_questions_a_day_brought(opened: Opened) -> None:
    store = opened()
    assert (store.last_at(), store.introduced_on(1)) == (0, 0)
    slip = reviewed(DAY + 3, "c")
    store.append([reviewed(DAY + 1, "a"), reviewed(DAY + 2, "b"), slip, reviewed(2 * DAY, "a")])
    assert (store.last_at(), store.introduced_on(1), store.introduced_on(2)) == (2 * DAY, 3, 0)
    store.append([undone(2 * DAY + 9, slip)])
    assert (store.last_at(), store.introduced_on(1)) == (2 * DAY + 9, 2)


def test_a_machine_keeps_its_first_name(opened: Opened) -> None:
    assert [opened().device(name) for name in ("one", "other")] == ["one", "one"]


# Nothing is lost ----------------------------------------------------------------------------------------------------


def test_every_commit_is_synced_to_the_disk(opened: Opened) -> None:
    pragmas = [opened()._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]


def test_an_append_that_fails_half_way_writes_nothing(opened: Opened) -> None:
    store, kept = opened(), reviewed(1)
    store.append([kept])
    before = table(store)
    with pytest.raises(TypeError):
        store.append([reviewed(2, "q", AGAIN), reviewed(3, "r"), reviewed(4, demo={"not": object()})])
    assert (list(store.entries()), table(store)) == ([kept], before)
    store.append([reviewed(5, "r")])
    assert len(list(opened().entries())) == 2


def test_an_answer_outlives_kill_9_right_after_it(tmp_path: Path, opened: Opened) -> None:
    code = """
import os, signal, sys
from pathlib import Path
from builders import SCHEDULER, reviewed
from mlquiz.store import Store
Store(Path(sys.argv[1]), SCHEDULER).append([reviewed(1)])
os.kill(os.getpid(), signal.SIGKILL)
"""
    path, folders = tmp_path / "mlquiz.db", [Path(mlquiz.__file__).parents[1], Path(__file__).parent]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    killed = subprocess.run([sys.executable, "-c", code, path], env=environment, check=False)
    assert killed.returncode == -signal.SIGKILL
    store = opened(path)
    assert list(store.entries()) == [reviewed(1)]
    assert store.cards() == replay(SCHEDULER, [reviewed(1)])


def fails(act: Callable[[], Any], what: str) -> None:
    """The act ends in a message with these words and a next step."""
    with pytest.raises(BadEnvironment, match=what) as caught:
        act()
    assert caught.value.next_step


def test_a_lock_of_another_program_is_explained_and_the_answer_can_be_given_again(
    opened: Opened, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_file, "WAIT", 0.05)
    store = opened()
    store.append([reviewed(1)])
    other = sqlite3.connect(tmp_path / "mlquiz.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    fails(lambda: store.append([reviewed(2)]), "another program is writing")
    fails(lambda: Store(tmp_path / "mlquiz.db", SCHEDULER).append([reviewed(3)]), "another program is writing")
    other.execute("ROLLBACK")
    other.close()
    store.append([reviewed(2)])
    assert list(store.entries()) == [reviewed(1), reviewed(2)]


def test_a_full_disk_is_explained_and_loses_only_the_answer_that_did_not_fit(opened: Opened) -> None:
    store = opened()
    store.append([reviewed(1)])
    store._db.execute(f"PRAGMA max_page_count = {store._db.execute('PRAGMA page_count').fetchone()[0]}")
    fails(lambda: store.append([reviewed(2), reviewed(3, answer="x" * 100_000)]), "the disk is full")
    fails(lambda: store.append([reviewed(4, answer="x" * 100_000)]), "the disk is full")
    assert list(store.entries()) == [reviewed(1)]
    store._db.execute("PRAGMA max_page_count = 100000")
    store.append([reviewed(5, answer="x" * 100_000)])
    assert [entry.at for entry in opened().entries()] == [1, 5]
    assert store.cards() == replay(SCHEDULER, store.entries())


def test_a_file_that_became_read_only_is_explained(opened: Opened) -> None:
    store = opened()
    store.append([reviewed(1)])
    store._db.execute("PRAGMA query_only = 1")
    fails(lambda: store.append([reviewed(2)]), "read-only")
    fails(store.rebuild, "read-only")
    assert list(store.cards()) == ["q"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write to any file")
def test_a_read_only_file_is_refused(opened: Opened, tmp_path: Path) -> None:
    opened().close()
    (tmp_path / "mlquiz.db").chmod(0o400)
    fails(lambda: opened().append([reviewed(1)]), "read-only")


def a_folder(path: Path) -> None:
    path.mkdir()


def text(path: Path) -> None:
    path.write_bytes(b"no database, " * 100)


def another_program(path: Path) -> None:
    sqlite3.connect(path).executescript("CREATE TABLE mine (x); INSERT INTO mine VALUES (1)").connection.close()


def newer(path: Path) -> None:
    Store(path, SCHEDULER).close()
    sqlite3.connect(path).execute("PRAGMA user_version = 99").connection.close()


@pytest.mark.parametrize(
    ("spoil", "what"),
    [
        (a_folder, "is a folder"),
        (text, "not a database"),
        (another_program, "database of another program"),
        (newer, "newer mlquiz"),
    ],
)
def test_a_file_that_is_not_ours_is_refused_and_left_as_it_was(
    spoil: Callable[[Path], None], what: str, tmp_path: Path
) -> None:
    path = tmp_path / "spoilt.db"
    spoil(path)
    before = path.read_bytes() if path.is_file() else None
    fails(lambda: Store(path, SCHEDULER), what)
    assert before == (path.read_bytes() if path.is_file() else None)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["spoilt.db"]


def test_a_folder_that_cannot_be_made_is_explained(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    fails(lambda: Store(tmp_path / "file" / "mlquiz.db", SCHEDULER), "is not a folder")


# A log from elsewhere -----------------------------------------------------------------------------------------------

FOREIGN: list[tuple[str, str, str, str]] = [
    ("sung", "{}", "its kind 'sung' is not known", "upgrade mlquiz"),
    ("reviewed", "{", "its detail is no JSON object", "restore a copy"),
    ("reviewed", "[3]", "its detail is no JSON object", "restore a copy"),
    ("reviewed", "null", "its detail is no JSON object", "restore a copy"),
    ("reviewed", '{"rating": 5}', "its rating 5 is none from 1 to 4", "restore a copy"),
    ("reviewed", '{"rating": [3]}', "its rating [3] is none from 1 to 4", "restore a copy"),
    ("reviewed", '{"seconds": "x"}', "a value in it is none of its kind", "restore a copy"),
    ("reviewed", '{"seconds": NaN}', "a value in it is none of its kind", "restore a copy"),
    ("reviewed", '{"demo": [1]}', "a value in it is none of its kind", "restore a copy"),
    ("reviewed", '{"mood": 1, "air": 2}', "its fields air, mood are not known", "upgrade mlquiz"),
    ("marked", '{"on": true}', "it lacks mark, device", "restore a copy"),
    ("marked", '{"mark": "sung", "on": true, "device": "d"}', "none of its kind", "restore a copy"),
    ("fitted", '{"weights": [null], "reviews": 1, "device": "d"}', "none of its kind", "restore a copy"),
    ("fitted", '{"weights": 3, "reviews": 1, "device": "d"}', "none of its kind", "restore a copy"),
    ("planned", '{"dates": [[1]], "minutes": 1, "weekdays_off": [], "days_off": [], "device": "d"}', "none of its kind",
     "restore a copy"),
    ("undone", '{"target": [1]}', "none of its kind", "restore a copy"),
    ("undone", "{}", "it lacks target", "restore a copy"),
]  # fmt: skip
"""Kind and detail of an event that this program did not write, what is said of it, and what to do."""

FORGIVEN = ("a value in it is none of its kind", "its fields air, mood are not known")
"""Of answers: a replay looks at their ratings alone."""


def planted(path: Path, kind: str, detail: str, question: str = "q") -> str:
    """Put such an event into a store; its id. What it says is put over the fields of a review, if it is one."""
    id = reviewed(DAY + 7).id
    with closing(sqlite3.connect(path)) as db, db:
        if kind == "reviewed" and detail[:2] not in ("{", "[3", "nu"):
            plain = json.loads(db.execute("SELECT detail FROM event WHERE kind = 'reviewed'").fetchone()[0])
            detail = json.dumps(plain | json.loads(detail))
        row = (id, DAY + 7, 1, kind, question, detail)
        db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", row)
    return id


@pytest.mark.parametrize(("kind", "detail", "said", "next_step"), FOREIGN)
def test_an_event_that_is_none_of_ours_is_named_with_what_is_wrong_and_nothing_is_changed(
    opened: Opened, tmp_path: Path, kind: str, detail: str, said: str, next_step: str
) -> None:
    store = opened()
    store.append([reviewed(DAY)])
    id, before = planted(tmp_path / "mlquiz.db", kind, detail), table(store)
    other = replace(SCHEDULER, retention=0.8)
    replays = [] if said in FORGIVEN else [store.rebuild, lambda: store.obey(other)]
    for act in (lambda: list(store.entries()), store.check, *replays):
        with pytest.raises(BadEnvironment) as caught:
            act()
        assert id in caught.value.what and said in caught.value.what
        assert str(tmp_path / "mlquiz.db") in caught.value.what
        assert next_step in (caught.value.next_step or "") and "nothing was changed" in (caught.value.next_step or "")
    assert table(store) == before and len(store._db.execute("SELECT 1 FROM event").fetchall()) == 2
    assert store.setting("rules") is None


def test_an_answer_among_events_that_are_none_of_ours_is_taken_whole_or_not_at_all(
    opened: Opened, tmp_path: Path
) -> None:
    store, slip = opened(), reviewed(DAY)
    store.append([slip])
    planted(tmp_path / "mlquiz.db", "sung", "{}")
    store.append([reviewed(2 * DAY)])
    before = table(store), len(store._db.execute("SELECT 1 FROM event").fetchall())
    fails(lambda: store.append([undone(3 * DAY, slip)]), "its kind 'sung' is not known")
    assert (table(store), len(store._db.execute("SELECT 1 FROM event").fetchall())) == before


def test_an_id_without_a_time_is_named(opened: Opened) -> None:
    store = opened()
    store.append([replace(reviewed(DAY), id="zebra")])
    fails(store.last_at, "the event zebra cannot be read: its id does not begin with a time")


READERS: list[Callable[[Store], Any]] = [
    Store.cards,
    Store.last_at,
    lambda store: list(store.entries()),
    lambda store: store.introduced_on(0),
    lambda store: store.append([reviewed(9)]),
]


@pytest.mark.parametrize("read", READERS, ids=["cards", "last_at", "entries", "introduced_on", "append"])
def test_a_damaged_file_is_explained_wherever_it_is_read(
    read: Callable[[Store], Any], opened: Opened, tmp_path: Path
) -> None:
    path, store = tmp_path / "mlquiz.db", opened()
    store.append(reviewed(n, f"q{n}") for n in range(300))
    store.close()
    content = path.read_bytes()
    path.write_bytes(content[:8192] + b"\xa5" * (len(content) - 8192))
    fails(lambda: read(opened()), "damaged")
