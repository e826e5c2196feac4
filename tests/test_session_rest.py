"""Waiting, time and study days: when a session deals no card, and what is left then."""

import pytest
from builders import AGAIN, CHOICE, EASY, GOOD, NUMBER, item, learning
from hypothesis import given
from hypothesis import strategies as st
from table import NOON, TODAY, Table

from mlquiz.core.pace import minutes
from mlquiz.core.queue import LEARN_AHEAD, Queue
from mlquiz.core.schedule import MINUTE
from mlquiz.core.session import Deal, Grade, Jump, Put, Rest, Reveal, Skip, Undo


def forgotten(*more: str) -> Table:
    """A session with one card forgotten, so that it comes back in a minute, and others that are known."""
    table = Table(item("a"), *map(item, more)).do(Reveal(), Grade(AGAIN))
    return table.do(*[Reveal(), Grade(EASY)] * len(more))


def test_with_only_learning_cards_left_a_session_waits_for_the_first() -> None:
    table = forgotten("b", "c")
    assert table.rest == Rest("waiting", NOON + 2000 + MINUTE, 1)
    assert table.do(Deal()).id is None
    table.moment = table.moment._replace(at=NOON + 2000 + MINUTE - 1001)
    assert table.do(Deal()).id is None
    table.moment = table.moment._replace(at=NOON + 2000 + MINUTE - 1000)
    assert table.do(Deal()).id == "a"


def test_a_waiting_card_can_be_taken_at_once() -> None:
    table = forgotten("b").do(Deal(early=True))
    assert (table.id, table.do(Reveal(), Grade(EASY)).rest) == ("a", Rest("over"))


def test_of_two_waiting_cards_the_one_answered_last_comes_second() -> None:
    table = Table(item("a"), item("b")).do(Reveal(), Grade(AGAIN), Reveal(), Grade(AGAIN))
    assert table.do(Deal(early=True)).id == "a"
    assert table.do(Reveal(), Grade(AGAIN), Deal(early=True)).id == "b"


def test_a_card_that_comes_back_much_later_is_not_waited_for() -> None:
    table = Table(item("a"), cards={"a": learning("a", NOON + LEARN_AHEAD + 1)})
    assert (table.id, table.rest) == (None, Rest("over"))
    assert table.do(Deal(early=True)).id == "a"  # a second later it is near enough


def test_a_card_on_the_table_is_not_dealt_over() -> None:
    table = Table(item("a"), item("b"))
    before = table.state
    assert table.do(Deal(), Deal(early=True)).state == before


def test_what_waits_may_be_left_by_an_undo() -> None:
    assert forgotten("b").do(Undo()).id == "b"


# Time ---------------------------------------------------------------------------------------------------------------


def test_after_its_minutes_a_session_deals_no_further_card() -> None:
    table = Table(item("a"), item("b"), item("c"), minutes=15).wait(14).do(Reveal(), Grade(EASY))
    assert table.id == "b"
    table.wait(1)
    assert table.id == "b"  # what is on the table is answered
    table.do(Reveal(), Grade(EASY))
    assert (table.id, table.rest) == (None, Rest("time", cards=1))
    assert table.do(Deal()).id is None
    assert table.do(Deal(early=True)).id == "c"
    assert table.wait(60).do(Reveal(), Grade(EASY)).rest == Rest("over")


def test_without_anything_left_the_time_does_not_matter() -> None:
    assert Table(item("a"), minutes=1).wait(5).do(Reveal(), Grade(EASY)).rest == Rest("over")


def test_after_a_jump_one_comes_back_also_when_the_time_is_up() -> None:
    table = Table(item("a", follow_ups=["b"]), item("b"), minutes=1).do(Jump("follow-up")).wait(5).do(Skip())
    assert table.id == "a"


def test_who_went_on_after_the_time_is_not_stopped_again_by_an_undo() -> None:
    table = Table(item("a"), item("b"), item("c"), minutes=1).wait(2).do(Reveal(), Grade(EASY), Deal(early=True))
    assert table.do(Undo(), Reveal(), Grade(EASY)).id == "b"


# How long it takes --------------------------------------------------------------------------------------------------


def test_before_five_answers_nothing_is_said_about_time() -> None:
    pace = [("open", 30.0)] * 4
    table = Table(item("a"), item("b"), pace=pace)
    assert table.screen.minutes_left is None
    table.do(Reveal(), Grade(EASY))
    assert table.screen.minutes_left is not None


@pytest.mark.parametrize(
    ("forms", "expected"),
    [(["open"], 1), (["open"] * 2, 2), (["open"] * 3, 2), (["choice"] * 6, 1), (["choice"] * 7, 2),
     (["numeric"] * 7, 2), (["open", "choice", "numeric"], 1), ([], 0)],
)  # fmt: skip
def test_the_time_left_is_the_median_of_each_form_or_of_all_where_a_form_has_few(
    forms: list[str], expected: int
) -> None:
    slow, fast = [("open", seconds) for seconds in (1, 40, 40, 40, 3600)], [("choice", 10)] * 5
    assert minutes([*slow, *fast, ("numeric", 1000.0)], forms) == expected  # type: ignore[arg-type]


@given(st.lists(st.tuples(st.sampled_from(["open", "choice"]), st.floats(0, 1e4)), max_size=12), st.integers(0, 9))
def test_more_questions_never_take_less_time(pace: list[tuple[str, float]], more: int) -> None:
    few, many = (minutes(pace, ["open"] * count) for count in (3, 3 + more))  # type: ignore[arg-type]
    assert (few is None) == (many is None) == (len(pace) < 5)
    assert few is None or many is None or 0 <= few <= many


def test_a_screen_counts_each_question_that_is_to_come_once() -> None:
    table = Table(item("a", follow_ups=["c"]), item("b", CHOICE), item("c", NUMBER), pace=[("open", 60.0)] * 9)
    assert (table.screen.left, table.screen.minutes_left) == (3, 3)
    assert table.do(Jump("follow-up")).screen.left == 3
    assert table.do(Skip(), Reveal(), Grade(AGAIN)).screen.left == 3


# Study days ---------------------------------------------------------------------------------------------------------


def test_after_midnight_the_log_and_the_cards_are_of_the_new_day() -> None:
    table = Table(item("a"), item("b"), item("c")).do(Reveal(), Grade(GOOD))
    table.wait(0, days=1).do(Reveal(), Grade(EASY), Put("buried"))
    graded, later, buried = table.log
    assert (graded.day, later.day, buried.day) == (TODAY, TODAY + 1, TODAY + 1)
    card = table.state.touched[later.question]
    assert (card.first_day, card.last_day) == (TODAY + 1, TODAY + 1)
    assert table.session.marks_on(table.state, buried.question).hides(TODAY + 1)


def test_what_was_buried_yesterday_is_hidden_no_more() -> None:
    table = Table(item("a"), item("b")).do(Put("buried")).wait(0, days=1)
    assert not table.session.marks_on(table.state, "a").hides(table.moment.day)


def test_the_queue_of_a_new_day_leaves_what_is_on_the_table_there() -> None:
    table = Table(item("a", follow_ups=["c"]), item("b"), item("c")).do(Jump("follow-up"))
    state = table.session.replanned(table.state, Queue(("a", "b", "c", "d")), TODAY + 1)
    assert (state.showing, state.aside) == (table.state.showing, table.state.aside)
    assert (state.queue.planned, state.day) == (("b", "d"), TODAY + 1)
