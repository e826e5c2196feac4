"""Marks and fitted parameters are events: any order and duplication of them gives the same store."""

import sqlite3
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random

import pytest
from builders import AGAIN, DAY, EASY, GOOD, SCHEDULER, marked, reviewed, undone
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.log import Entry, Fitted, Marks, entry_id, marks_of, replay, standing
from mlquiz.core.memory import DEFAULT_PARAMETERS, MemoryModel
from mlquiz.core.schedule import Scheduler
from mlquiz.store import Store
from mlquiz.store_file import SCHEMA

WEIGHTS = (*DEFAULT_PARAMETERS[:20], 0.3)


@st.composite
def logs(draw: st.DrawFn) -> list[Entry]:
    """Reviews, marks on and off, and undos of what stands."""
    entries: list[Entry] = []
    for at in range(DAY, DAY * (2 + draw(st.integers(0, 12))), DAY):
        question = draw(st.sampled_from(["a", "old", "new"]))
        undoable = [one for one in standing(entries) if one.question == question]
        kind = draw(st.sampled_from(["mark", "review", *(["undo"] if undoable else [])]))
        if kind == "mark":
            mark = draw(st.sampled_from(["suspended", "buried", "flagged"]))
            entries.append(marked(at, question, mark, draw(st.booleans())))  # type: ignore[arg-type]
        elif kind == "review":
            entries.append(reviewed(at, question))
        else:
            entries.append(undone(at, draw(st.sampled_from(undoable))))
    return entries


@given(logs(), st.randoms(use_true_random=False), st.integers(1, 4))
def test_marks_are_those_of_the_log_in_whatever_order_it_comes(log: list[Entry], order: Random, size: int) -> None:
    mixed = log + order.choices(log, k=len(log) // 2) if log else []
    order.shuffle(mixed)
    with closing(Store(Path(":memory:"), SCHEDULER, {"old": "new"})) as store:
        for start in range(0, len(mixed), size):
            store.append(mixed[start : start + size])
        ids = {"a": ("a",), "new": ("old", "new")}
        expected = {id: marks_of(one for one in log if one.question in of) for id, of in ids.items()}
        assert store.marks() == {id: marks for id, marks in expected.items() if marks != Marks()}
        before = (store.marks(), store.cards())
        store.rebuild()
        assert (store.marks(), store.cards()) == before
        assert list(store.entries()) == log


def test_the_last_word_on_a_mark_holds() -> None:
    on, off = marked(1, mark="suspended"), marked(2, mark="suspended", on=False)
    assert marks_of([on]).suspended and not marks_of([on, off]).suspended
    assert marks_of([on, off, undone(3, off)]).suspended
    assert marks_of([marked(5 * DAY, mark="buried")]) == Marks(buried=5)


@pytest.mark.parametrize(
    ("marks", "hidden"), [(Marks(), False), (Marks(flagged=True), False), (Marks(buried=9), False),
                          (Marks(buried=10), True), (Marks(suspended=True), True)],
)  # fmt: skip
def test_a_question_is_hidden_while_suspended_and_on_the_day_it_was_buried(marks: Marks, hidden: bool) -> None:
    assert marks.hides(10) is hidden


def test_a_question_that_is_renamed_keeps_its_marks(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db", SCHEDULER)) as store:
        store.append([marked(1, "old")])
    with closing(Store(tmp_path / "a.db", SCHEDULER, {"old": "new"})) as store:
        assert store.marks() == {"new": Marks(flagged=True)}


def fitted(at: int, weights: tuple[float, ...]) -> Fitted:
    return Fitted(entry_id(at, Random(at)), at, at // DAY, "", weights, 100, "d")


def test_the_newest_parameters_that_were_not_undone_hold(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db", SCHEDULER)) as store:
        assert store.fitted() is None
        first, second = fitted(1, WEIGHTS), fitted(2, DEFAULT_PARAMETERS)
        store.append([reviewed(0), second, first])
        assert store.fitted() == second
        store.append([undone(3, second)])
        assert store.fitted() == first
        store.append([fitted(4, ())])
        assert store.fitted() is None


def test_other_rules_move_all_cards_by_a_replay_and_the_same_rules_none(tmp_path: Path) -> None:
    log = [reviewed(n * DAY, "q", rating) for n, rating in enumerate([EASY, GOOD, AGAIN, GOOD], 1)]
    with closing(Store(tmp_path / "a.db", SCHEDULER)) as store:
        store.append(log)
        for rules in (
            Scheduler(MemoryModel(WEIGHTS)),
            replace(SCHEDULER, retention=0.8),
            replace(SCHEDULER, retentions={"q": 0.95}),
            replace(SCHEDULER, fuzz=False),
            SCHEDULER,
        ):
            store.obey(rules)
            assert store.cards() == replay(rules, log)
        replays = count()
        store._rebuild = lambda: next(replays)  # type: ignore[method-assign, assignment]
        store.obey(SCHEDULER)
        assert next(replays) == 0


def test_a_question_may_have_a_desired_retention_of_its_own() -> None:
    rules = replace(SCHEDULER, fuzz=False, retentions={"weak": 0.8})
    due = {id: rules.answer(None, id, EASY, 0, 0).place.due_day for id in ("weak", "plain")}  # type: ignore[union-attr]
    assert due["weak"] > due["plain"]


def test_what_a_machine_keeps_for_itself_is_not_in_the_log(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "a.db", SCHEDULER)) as store:
        assert store.setting("session") is None
        store.keep("session", "here")
        store.keep("session", "there")
        assert store.setting("session") == "there" and list(store.entries()) == []
        store.keep("session", None)
        assert store.setting("session") is None


def test_a_store_of_the_first_version_is_taken_over(tmp_path: Path) -> None:
    log = [reviewed(n * DAY, f"q{n % 3}") for n in range(9)]
    with closing(Store(tmp_path / "a.db", SCHEDULER)) as store:
        store.append(log)
        cards = store.cards()
    with closing(sqlite3.connect(tmp_path / "a.db")) as database:
        database.executescript("DROP TABLE mark; PRAGMA user_version = 1")
    with closing(Store(tmp_path / "a.db", SCHEDULER)) as store:
        assert (list(store.entries()), store.cards(), store.marks()) == (log, cards, {})
        store.append([marked(20 * DAY, "q1", "suspended")])
        assert store.marks() == {"q1": Marks(suspended=True)}
    assert sorted(path.stem for path in SCHEMA.glob("*.sql")) == ["1", "2"]
