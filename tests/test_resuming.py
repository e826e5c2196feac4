"""A session that is left and gone on with: the same card in the same state, the rest in the same order."""

import json
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from builders import AGAIN, CHOICE, EASY, GENERATED, NUMBER, OPEN, SCHEDULER, item
from hypothesis import given
from hypothesis import strategies as st
from table import NOON, Table

from mlquiz.core.log import Entry, Marked, Undone, marks_of, replay
from mlquiz.core.progress import summary
from mlquiz.core.resuming import kept, resumed
from mlquiz.core.session import (
    Action,
    Answer,
    Deal,
    Grade,
    Item,
    Jump,
    Put,
    Reveal,
    Skip,
    State,
    SwitchLanguage,
    Tick,
    Undo,
)

ITEMS = (item("a", OPEN, follow_ups=["c"]), item("b", CHOICE), item("c", GENERATED), item("d", NUMBER))


def through_json(table: Table, call: str = "call") -> Any:
    return json.loads(json.dumps(kept(table.state, table.moment, call)))


def again(table: Table, data: Any, call: str = "call", last_at: int | None = None) -> State | None:
    return resumed(data, table.session, table.moment, call, table.state.last_at if last_at is None else last_at)


def comparable(table: Table, state: State) -> tuple[object, ...]:
    screen = table.session.screen(state, table.moment) if state.showing else None
    return screen and screen._replace(answered=0, can_undo=False, minutes_left=None), state.queue, state.to_come


ACTIONS: list[Action] = [
    Reveal(), Tick("first"), Answer("wrong"), Grade(AGAIN), Grade(EASY), SwitchLanguage(), Skip(), Put("buried"),
    Put("flagged"), Jump("follow-up"), Deal(early=True), Undo(),
]  # fmt: skip


@given(st.lists(st.sampled_from(ACTIONS), max_size=12))
def test_whatever_was_done_one_goes_on_with_the_same_card_as_it_was(actions: list[Action]) -> None:
    table = Table(*ITEMS)
    for action in actions:
        if not (isinstance(action, Answer) and table.id in ("c", "d")):
            table.do(action)
    data = through_json(table)
    if data is None:
        assert table.state.to_come == []
        return
    fresh = Table(*ITEMS, cards=dict(table.state.touched), marks=dict(table.state.marked))
    fresh.moment = table.moment
    state = again(fresh, data, last_at=table.state.last_at)
    assert state
    assert comparable(fresh, state) == comparable(table, table.state)


def resumed_at(table: Table, *items: Item) -> Table:
    """Another table, at which one goes on with the session that was left at this one; the log is the same."""
    fresh = Table(*items, cards=replay(SCHEDULER, table.log))
    marks = {entry.question: marks_of(events(table.log, entry.question)) for entry in table.log}
    fresh.session = replace(fresh.session, marks=marks)
    fresh.moment, fresh.log = table.moment, list(table.log)
    kept_then, log = through_json(table), partial(events, table.log)
    state = resumed(kept_then, fresh.session, table.moment, "call", table.state.last_at, log=log)
    assert state
    fresh.state = state
    return fresh


def events(log: list[Entry], question: str) -> list[Entry]:
    return [entry for entry in log if entry.question == question]


@given(st.lists(st.sampled_from(ACTIONS), max_size=16))
def test_what_was_done_before_one_left_is_undone_in_order_as_if_one_had_stayed(actions: list[Action]) -> None:
    table = Table(*ITEMS)
    for action in actions:
        if not (isinstance(action, Answer) and table.id in ("c", "d")):
            table.do(action)
    if through_json(table) is None:
        return
    fresh = resumed_at(table, *ITEMS)
    assert [entry.id for entry in fresh.state.done] == [entry.id for entry in table.state.done]
    assert len(fresh.state.past) == len(table.state.past) and fresh.state.own == ()
    while table.state.past:
        slip = table.state.done[-1]
        moved = not (isinstance(slip, Marked) and (slip.mark == "flagged" or not slip.on))
        for one in (table, fresh):
            one.do(Undo())
            assert isinstance(undo := one.log[-1], Undone) and undo.target == slip.id
            assert not moved or one.id == slip.question
        now = replay(SCHEDULER, fresh.log)
        for id in fresh.session.items:
            assert fresh.session.card(fresh.state, id) == now.get(id)
            assert fresh.session.marks_on(fresh.state, id) == marks_of(events(fresh.log, id))
        if not any(isinstance(action, Jump) for action in actions):
            assert sorted(fresh.state.to_come) == sorted(table.state.to_come)
    assert not fresh.state.done


@pytest.mark.parametrize(
    ("index", "actions"), [(0, [Reveal(), Tick("first")]), (1, [Answer("wrong")]), (3, [Answer("7")])]
)
def test_a_card_that_comes_back_lies_there_as_it_was_answered(index: int, actions: list[Action]) -> None:
    table = Table(ITEMS[index], item("z"))
    while table.id != ITEMS[index].id:
        table.do(Skip())
    before = table.do(*actions).screen
    table.do(Grade(AGAIN))
    fresh = resumed_at(table, ITEMS[index], item("z"))
    fresh.do(Undo())
    ours = fresh.screen
    assert (ours.item.id, ours.revealed, ours.given, ours.right, ours.ticked, ours.options) == (
        before.item.id, True, before.given, before.right, before.ticked, before.options
    )  # fmt: skip
    assert ours.is_new and ours.previews[EASY].memory == before.previews[EASY].memory
    assert summary(fresh.session, fresh.do(Grade(EASY)).state).answers == 1


def test_a_summary_counts_what_was_answered_since_one_went_on() -> None:
    table = Table(item("a"), item("b")).do(Reveal(), Grade(AGAIN))
    fresh = resumed_at(table, item("a"), item("b"))
    assert summary(fresh.session, fresh.state).answers == 0
    fresh.do(Reveal(), Grade(EASY))
    told = summary(fresh.session, fresh.state)
    assert (told.answers, told.missed, told.ratings[EASY]) == (1, (), 1)


def test_without_the_log_one_goes_on_but_nothing_is_undone() -> None:
    table = Table(*ITEMS).do(Reveal(), Grade(EASY))
    state = again(table, through_json(table))
    assert state and state.past == () and state.showing
    gone = through_json(table)
    gone["done"].append(["no such event", "a"])
    state = resumed(gone, table.session, table.moment, "call", table.state.last_at, log=partial(events, table.log))
    assert state and state.past == ()


def test_what_was_ticked_and_seen_is_still_there_and_the_pause_is_not_counted() -> None:
    table = Table(*ITEMS).do(SwitchLanguage(), Reveal(), Tick("first"))
    data = through_json(table)
    table.wait(180)
    state = again(table, data)
    assert state and state.showing
    assert (state.showing.ticked, state.showing.revealed, state.showing.language) == ({"first"}, True, "ru")
    table.state = state
    assert table.do(Grade(EASY)).last.seconds == pytest.approx(4.0)


def test_after_a_jump_one_still_comes_back() -> None:
    table = Table(*ITEMS).do(Jump("follow-up"))
    state = again(table, through_json(table))
    assert state
    table.state = state
    assert table.id == "c" and table.do(Skip()).id == "a"


def test_a_session_that_is_over_leaves_nothing_to_go_on_with() -> None:
    table = Table(item("a")).do(Reveal(), Grade(EASY))
    assert kept(table.state, table.moment, "call") is None


@pytest.mark.parametrize("change", ["call", "day", "answered elsewhere", "question gone"])
def test_another_call_another_day_or_another_bank_starts_afresh(change: str) -> None:
    table = Table(*ITEMS).do(Reveal())
    data = through_json(table)
    assert again(table, data)
    if change == "day":
        table.wait(0, days=1)
    if change == "question gone":
        table = Table(*ITEMS[1:])
    last_at = NOON if change == "answered elsewhere" else None
    assert again(table, data, call="other" if change == "call" else "call", last_at=last_at) is None


@pytest.mark.parametrize(
    "damage",
    [{"table": None}, {"table": [{}]}, {"table": [], "shown": True}, {"waiting": [[1]]}, {"planned": 5},
     {"waiting": [["x", "a"]]}, {"table": [{"id": "a"}], "shown": True}],
)  # fmt: skip
def test_what_was_kept_and_is_damaged_starts_afresh(damage: dict[str, Any]) -> None:
    table = Table(*ITEMS).do(Reveal())
    assert again(table, through_json(table) | damage) is None
    for other in (None, [], 3, "text", {}):
        assert again(table, other) is None


def test_an_answer_that_no_longer_fits_an_edited_question_is_dropped() -> None:
    table = Table(item("q", CHOICE)).do(Answer("wrong"))
    data = through_json(table)
    other = Table(item("q", NUMBER))
    state = again(other, data, last_at=0)
    assert state and state.showing
    assert (state.showing.revealed, state.showing.given) == (False, None)
