"""A session that is left and gone on with: the same card in the same state, the rest in the same order."""

import json
from typing import Any

import pytest
from builders import AGAIN, CHOICE, EASY, GENERATED, NUMBER, OPEN, item
from hypothesis import given
from hypothesis import strategies as st
from table import NOON, Table

from mlquiz.core.resuming import kept, resumed
from mlquiz.core.session import (
    Action,
    Answer,
    Deal,
    Grade,
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
