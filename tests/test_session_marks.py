"""Skipping, marking, jumping, confidence and help: what a session does beside asking and grading."""

import pytest
from builders import AGAIN, CHOICE, EASY, GOOD, NUMBER, OPEN, SCHEDULER, item, reviewing
from table import TODAY, Table

from mlquiz.core.log import Marked, Marks, Reviewed, Undone, marks_of, replay
from mlquiz.core.question import Form
from mlquiz.core.schedule import Card
from mlquiz.core.session import (
    Answer,
    Confide,
    Grade,
    Jump,
    Link,
    Put,
    Reveal,
    Skip,
    SwitchLanguage,
    Tick,
    Undo,
)

BURIED, SUSPENDED, FLAGGED = Put("buried"), Put("suspended"), Put("flagged")


def ids(table: Table) -> list[str]:
    return table.state.to_come


# Skip ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", [OPEN, CHOICE, NUMBER])
@pytest.mark.parametrize("revealed", [False, True])
def test_a_skipped_card_comes_again_at_the_end_and_nothing_is_logged(form: Form, revealed: bool) -> None:
    table = Table(item("a", form), item("b"), item("c"))
    table.do(*[Reveal()] * revealed, Skip())
    assert (ids(table), table.log) == (["b", "c", "a"], [])
    assert not table.screen.revealed and not table.do(Skip(), Skip()).screen.revealed
    assert table.id == "a"


def test_a_learning_card_can_be_skipped_too() -> None:
    table = Table(item("a"), item("b"), item("c")).do(Reveal(), Grade(AGAIN)).wait(2)
    table.do(Reveal(), Grade(EASY))
    assert ids(table) == ["a", "c"]
    assert ids(table.do(Skip())) == ["c", "a"]


def test_the_only_card_stays_when_it_is_skipped() -> None:
    assert Table(item("a")).do(Reveal(), Skip()).id == "a"


# Marks --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("mark", [BURIED, SUSPENDED])
@pytest.mark.parametrize("revealed", [False, True])
def test_what_is_buried_or_suspended_leaves_the_session_and_the_log_has_it(mark: Put, revealed: bool) -> None:
    table = Table(item("a"), item("b")).do(*[Reveal()] * revealed, mark)
    assert ids(table) == ["b"]
    [entry] = table.log
    assert entry == Marked(entry.id, table.moment.at, TODAY, "a", mark.mark, True, "device")
    assert marks_of(table.log).hides(TODAY)
    assert marks_of(table.log).hides(TODAY + 1) == (mark == SUSPENDED)
    assert dict(table.state.touched) == {}


def test_a_learning_card_that_is_buried_does_not_come_back() -> None:
    table = Table(item("a")).do(Reveal(), Grade(AGAIN)).wait(2).do(Undo(), Grade(AGAIN), *[BURIED])
    assert table.rest.why == "waiting"  # there was no card on the table to bury
    table = Table(item("a"), item("b")).do(Reveal(), Grade(AGAIN)).wait(2).do(Reveal(), Grade(EASY), BURIED)
    assert (ids(table), table.rest.why) == ([], "over")


def test_a_flag_is_put_on_and_taken_off_and_the_card_stays() -> None:
    table = Table(item("a"), item("b")).do(FLAGGED)
    assert (table.id, table.screen.flagged) == ("a", True)
    assert not table.do(FLAGGED).screen.flagged
    assert [(entry.mark, entry.on) for entry in table.log if isinstance(entry, Marked)] == [
        ("flagged", True), ("flagged", False)
    ]  # fmt: skip


def test_marks_from_before_the_session_are_known() -> None:
    table = Table(item("a"), marks={"a": Marks(suspended=True, flagged=True)})
    assert table.screen.flagged
    table.do(SUSPENDED)
    assert table.id == "a" and marks_of(table.log) == Marks()
    assert table.session.marks_on(table.state, "a") == Marks(flagged=True)
    assert table.do(SUSPENDED).id is None


@pytest.mark.parametrize("mark", [BURIED, SUSPENDED])
def test_an_undo_takes_a_mark_back_and_brings_the_card_with_its_ticks(mark: Put) -> None:
    table = Table(item("a"), item("b")).do(Reveal(), Tick("first"), mark, Reveal(), Undo())
    assert (ids(table), table.screen.ticked, table.screen.revealed) == (["a", "b"], {"first"}, True)
    slip, undo = table.log
    assert isinstance(undo, Undone) and (undo.target, undo.question) == (slip.id, "a")
    assert marks_of(table.log) == Marks() and not table.screen.can_undo


def test_an_undone_flag_leaves_what_was_done_since_on_the_table() -> None:
    table = Table(item("a"), item("b")).do(FLAGGED, Reveal(), Tick("first"), Undo())
    assert (table.screen.flagged, table.screen.ticked) == (False, {"first"})


def test_grades_and_marks_are_undone_in_their_order() -> None:
    table = Table(item("a"), item("b"), item("c"), item("d"))
    table.do(Reveal(), Grade(GOOD), FLAGGED, SUSPENDED, Reveal(), Grade(EASY), BURIED)
    assert table.id is None
    seen = []
    for _ in range(5):
        table.do(Undo())
        seen.append((table.id, table.screen.flagged))
    assert seen == [("d", False), ("c", False), ("b", True), ("b", False), ("a", False)]
    targets = [entry.target for entry in table.log[5:] if isinstance(entry, Undone)]
    assert targets == [entry.id for entry in reversed(table.log[:5])]
    assert replay(SCHEDULER, table.log) == {}


# Jumps --------------------------------------------------------------------------------------------------------------

LINKED = (item("a", follow_ups=["c"]), item("b", prerequisites=["a", "gone"]), item("c"))


@pytest.mark.parametrize(("at", "link", "to"), [("b", "prerequisite", "a"), ("a", "follow-up", "c")])
def test_a_jump_shows_the_other_card_and_comes_back_to_this_one_as_it_was(at: str, link: Link, to: str) -> None:
    table = Table(*LINKED)
    if at == "b":
        table.do(Reveal(), Grade(EASY))
    before = table.do(SwitchLanguage(), Reveal(), Tick("second")).screen
    rest = ids(table)[1:]
    table.do(Jump(link))
    assert (table.id, table.screen.jumped, table.screen.revealed) == (to, True, False)
    table.do(Reveal(), Grade(EASY))
    assert table.screen._replace(moment=before.moment, previews={}, left=0, answered=0, can_undo=True) == (
        before._replace(previews={}, left=0, answered=0, can_undo=True)
    )
    assert ids(table)[1:] == [id for id in rest if id != to]


def test_time_at_the_other_card_is_not_counted_to_this_one() -> None:
    table = Table(*LINKED).do(Reveal(), Jump("follow-up")).wait(5).do(Skip(), Grade(GOOD))
    assert table.last.question == "a" and table.last.seconds == pytest.approx(3.0)


def test_a_card_that_one_only_wanted_to_see_is_left_by_skipping_it() -> None:
    table = Table(*LINKED).do(Jump("follow-up"), Reveal(), Skip())
    assert (ids(table), table.log, table.screen.jumped) == (["a", "b", "c"], [], False)


def test_without_such_a_link_a_jump_does_nothing() -> None:
    table = Table(*LINKED)
    before = table.state
    assert table.do(Jump("prerequisite")).state == before
    assert (table.screen.prerequisites, table.screen.follow_ups) == ((), ("c",))


def test_several_linked_questions_are_seen_one_after_the_other() -> None:
    table = Table(item("a", follow_ups=["b", "c"]), item("b"), item("c"))
    seen = []
    for _ in range(3):
        seen.append(table.do(Jump("follow-up")).id)
        table.do(Skip())
    assert seen == ["b", "c", "b"]


def test_jumps_lead_on_and_back_step_by_step_and_never_in_a_circle() -> None:
    table = Table(item("a", follow_ups=["b"]), item("b", follow_ups=["a", "c"]), item("c", follow_ups=["a", "b"]))
    table.do(*[Jump("follow-up")] * 3)
    assert (table.id, [one.id for one in table.state.aside]) == ("c", ["a", "b"])
    assert table.screen.left == 3
    assert [table.do(Skip()).id for _ in range(2)] == ["b", "a"]


def test_a_grade_at_the_other_card_is_undone_there() -> None:
    table = Table(*LINKED).do(Jump("follow-up"), Reveal(), Grade(GOOD), Undo())
    assert (table.id, table.screen.jumped, table.screen.revealed) == ("c", True, True)
    assert table.do(Skip()).id == "a"


def test_a_card_suspended_on_a_jump_leads_back() -> None:
    table = Table(*LINKED).do(Jump("follow-up"), SUSPENDED)
    assert ids(table) == ["a", "b"]


# Confidence ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "answer"), [(OPEN, Reveal()), (CHOICE, Answer("wrong")), (NUMBER, Answer("12"))])
@pytest.mark.parametrize("sure", [True, False, None])
def test_the_answer_waits_until_one_has_said_how_sure_one_is(
    form: Form, answer: Reveal | Answer, sure: bool | None
) -> None:
    table = Table(item("q", form), confidence=True).do(answer)
    assert table.screen.asks_sure and not table.screen.revealed
    assert table.do(Grade(EASY)).log == []
    screen = table.do(Confide(sure)).screen
    assert (screen.revealed, screen.asks_sure, screen.sure) == (True, False, sure)
    assert table.do(Grade(AGAIN)).last.sure is sure


@pytest.mark.parametrize("form", [CHOICE, NUMBER])
def test_who_gives_up_is_not_asked(form: Form) -> None:
    screen = Table(item("q", form), confidence=True).do(Reveal()).screen
    assert (screen.revealed, screen.sure) == (True, None)


def test_a_choice_may_still_be_changed_while_one_is_asked() -> None:
    table = Table(item("q", CHOICE), confidence=True).do(Answer("wrong"), Answer("right"), Confide(True))
    assert table.screen.right


def test_without_the_option_nobody_is_asked() -> None:
    table = Table(item("q", CHOICE)).do(Confide(True), Answer("right"), Confide(True), Grade())
    assert isinstance(table.last, Reviewed) and table.last.sure is None


def test_an_answer_that_was_sure_and_wrong_comes_back_in_the_session_and_is_remembered_there() -> None:
    table = Table(item("a", CHOICE), confidence=True).do(Answer("wrong"), Confide(True))
    assert table.screen.was_sure
    table.do(Grade()).wait(1)
    table.state, _ = table.session.step(table.state, *deal(table))
    assert table.screen.was_sure and not table.screen.revealed
    table.do(Answer("right"), Confide(False), Grade(GOOD), Undo())
    assert table.screen.was_sure


def deal(table: Table) -> tuple:  # type: ignore[type-arg]
    from mlquiz.core.session import Deal

    return Deal(), table.moment, table.random


@pytest.mark.parametrize(("sure", "rating"), [(False, AGAIN), (None, AGAIN), (True, GOOD)])
def test_only_what_was_sure_and_wrong_is_remembered_so(sure: bool | None, rating: object) -> None:
    table = Table(item("a"), item("b"), confidence=True).do(Reveal(), Confide(sure), Grade(rating))  # type: ignore[arg-type]
    assert not table.state.was_sure("a")


# Leeches ------------------------------------------------------------------------------------------------------------


def lapsed(lapses: int) -> Card:
    from dataclasses import replace

    return replace(reviewing("q", 10, TODAY), lapses=lapses)


@pytest.mark.parametrize(("lapses", "is_leech"), [(0, False), (7, False), (8, True), (20, True)])
def test_a_question_that_lapsed_eight_times_is_shown_as_one_that_needs_help(lapses: int, is_leech: bool) -> None:
    screen = Table(item("q"), cards={"q": lapsed(lapses)}).screen
    assert (screen.is_leech, screen.lapses) == (is_leech, lapses)


def test_a_wrong_answer_that_makes_the_eighth_lapse_is_helped_at_once() -> None:
    table = Table(item("q", CHOICE), cards={"q": lapsed(7)}).do(Answer("wrong"))
    assert (table.screen.is_leech, table.screen.lapses) == (True, 8)
    assert not Table(item("q", CHOICE), cards={"q": lapsed(7)}).do(Answer("right")).screen.is_leech
