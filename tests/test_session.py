"""A session as a state machine: what each action does to the card on the table, the queue and the log."""

from dataclasses import replace

import pytest
from builders import AGAIN, CHOICE, DAY, EASY, GENERATED, GOOD, HARD, NUMBER, OPEN, SCHEDULER, item, reviewing
from hypothesis import given
from hypothesis import strategies as st
from table import NOON, TODAY, Table

from mlquiz.core.errors import BadInput
from mlquiz.core.log import Marks, Reviewed, Undone, marks_of, replay, standing, time_of
from mlquiz.core.memory import Rating
from mlquiz.core.question import Choice, Language, Open
from mlquiz.core.schedule import MINUTE
from mlquiz.core.session import (
    Action,
    Answer,
    Confide,
    Deal,
    DemoSeen,
    Grade,
    Jump,
    Moment,
    Put,
    Reveal,
    Skip,
    State,
    SwitchLanguage,
    Tick,
    Undo,
)


def open_table(*points: str) -> Table:
    """An open question, revealed, with some key points ticked."""
    return Table(item("q", OPEN)).do(Reveal(), *map(Tick, points))


# An open question ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("ticked", "proposed"),
    [
        ((), None),
        (("second", "third"), AGAIN),
        (("first",), HARD),
        (("first", "third"), HARD),
        (("third", "first", "second"), GOOD),
        (("first", "first"), None),
        (("first", "unknown"), HARD),
    ],
)
def test_the_ticked_key_points_propose_the_grade(ticked: tuple[str, ...], proposed: Rating | None) -> None:
    assert open_table(*ticked).screen.proposed == proposed


def test_an_open_question_without_key_points_is_graded_by_the_user_alone() -> None:
    table = Table(item("q", Open("open"))).do(Reveal(), Tick("first"), Grade())
    assert (table.screen.proposed, table.screen.ticked, table.log) == (None, frozenset(), [])
    assert table.do(Grade(EASY)).last.rating == EASY


def test_key_points_are_ticked_only_after_the_answer_is_shown() -> None:
    assert Table(item("q")).do(Tick("first")).screen.ticked == frozenset()


def test_the_user_has_the_last_word_on_the_grade() -> None:
    assert open_table("first").do(Grade()).last.rating == HARD
    assert open_table("first").do(Grade(EASY)).last.rating == EASY


def test_without_a_proposal_a_grade_must_be_named() -> None:
    table = open_table().do(Grade())
    assert (table.log, table.id) == ([], "q")
    assert table.do(Grade(GOOD)).last.rating == GOOD


def test_nothing_is_graded_before_the_answer_is_shown() -> None:
    table = Table(item("q"))
    before = table.state
    assert table.do(Grade(GOOD), Grade()).state == before
    assert table.log == []


def test_a_grade_is_logged_with_all_that_led_to_it() -> None:
    table = open_table("second", "first")
    table.do(DemoSeen({"name": "rmsprop", "right": True}), Grade())
    assert table.last == Reviewed(
        id=table.last.id, at=NOON + 5000, day=TODAY, question="q", rating=HARD, form="open", language="en",
        content="hash of q", parameters="default", device="device", seconds=5.0, answer="first,second", seed=None,
        right=None, demo={"name": "rmsprop", "right": True},
    )  # fmt: skip


# A choice and a number ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("given", "right", "rating"), [("right", True, GOOD), ("wrong", False, AGAIN)])
def test_a_choice_is_found_right_or_wrong_and_that_proposes_the_grade(given: str, right: bool, rating: Rating) -> None:
    table = Table(item("q", CHOICE)).do(Answer(given))
    assert (table.screen.revealed, table.screen.right, table.screen.proposed) == (True, right, rating)
    entry = table.do(Grade()).last
    assert (entry.answer, entry.right, entry.rating) == (given, right, rating)


def test_the_program_can_be_overruled_and_the_log_keeps_what_it_found() -> None:
    entry = Table(item("q", CHOICE)).do(Answer("wrong"), Grade(EASY)).last
    assert (entry.rating, entry.right) == (EASY, False)


def test_a_first_answer_stands() -> None:
    screen = Table(item("q", CHOICE)).do(Answer("wrong"), Answer("right")).screen
    assert (screen.given, screen.right) == ("wrong", False)


def test_giving_up_shows_the_answer_and_proposes_nothing() -> None:
    for form in (CHOICE, NUMBER):
        screen = Table(item("q", form)).do(Reveal(), Answer("right")).screen
        assert (screen.revealed, screen.given, screen.right, screen.proposed) == (True, None, None, None)


def test_choices_are_shuffled_anew_at_each_showing_and_the_log_can_tell_how() -> None:
    orders = set()
    for seed in range(40):
        table = Table(item("q", CHOICE), seed=seed)
        shown = table.screen.options
        assert sorted(shown) == ["right", "worse", "wrong"]
        orders.add(shown)
        again = Table(item("q", CHOICE))
        again.state = replace(
            again.state, showing=replace(again.state.showing, seed=table.do(Reveal(), Grade(GOOD)).last.seed)
        )
        assert again.screen.options == shown
    assert len(orders) == 6


@pytest.mark.parametrize(
    ("given", "right"),
    [
        ("4640", True), ("4 640", True), ("4,640", True), ("4\u202f640", True), ("4\u00a0640", True), ("4_640", True),
        ("4.64e3", True), (" 4640.0 ", True), ("4640,0", True), ("4，640", True), ("４６４０", True), ("+4640", True),
        ("4600", True), ("4686.4", True), ("4686.5", False), ("4593", False), ("4,64", False), ("-4640", False),
        ("−4640", False), ("1e-3", False), ("0", False),
    ],
)  # fmt: skip
def test_a_number_is_right_within_one_percent_however_it_is_written(given: str, right: bool) -> None:
    assert Table(item("q", NUMBER)).do(Answer(given)).screen.right == right


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("0,3162", 0.3162), ("0,316", 0.316), (",5", 0.5), ("-0,125", -0.125), ("3.162", 3.162), ("1e-3", 0.001),
        ("−2", -2), ("1,234,567", 1_234_567), ("1 234,5", 1234.5), ("-4,640", -4640), ("0", 0),
    ],
)  # fmt: skip
def test_an_exact_number_is_read_as_people_write_it(given: str, value: float) -> None:
    exact = replace(NUMBER, value=value, tolerance=0)
    assert Table(item("q", exact)).do(Answer(given)).screen.right
    near = replace(exact, value=value + 1e-6 * max(1.0, abs(value)))
    assert not Table(item("q", near)).do(Answer(given)).screen.right


@pytest.mark.parametrize(
    "given",
    [
        "",
        " ",
        "many",
        "4640 parameters",
        "1.2.3",
        "1e",
        "nan",
        "inf",
        "1e999",
        "0,5,1",
        "1,2.5",
        "1,,2",
        "0x10",
        "--1",
        "٫",
    ],
)
def test_what_is_no_number_is_refused_and_the_question_stays_open(given: str) -> None:
    table = Table(item("q", NUMBER))
    before = table.state
    with pytest.raises(BadInput, match="not a number") as caught:
        table.do(Answer(given))
    assert caught.value.received == repr(given)
    assert table.state == before
    assert table.do(Answer("4640")).screen.right


def test_a_key_of_no_choice_is_refused_and_the_question_stays_open() -> None:
    table = Table(item("q", CHOICE))
    with pytest.raises(BadInput, match="no such choice"):
        table.do(Answer("d"))
    assert not table.screen.revealed


def test_an_open_question_takes_no_typed_answer() -> None:
    assert not Table(item("q", OPEN)).do(Answer("first")).screen.revealed


def test_a_generated_question_has_other_numbers_at_each_showing_and_its_answer_fits_them() -> None:
    drawn = set()
    for seed in range(30):
        table = Table(item("q", GENERATED), seed=seed)
        variables = table.screen.variables
        drawn.add(tuple(variables.values()))
        parameters = (variables["kernel"] ** 2 * variables["channels"] + 1) * variables["filters"]
        assert table.do(Answer(str(parameters))).screen.right
        asked = table.session.asked(table.do(Grade()).last)
        expected = "en: {filters} of {kernel} on {height} x {width} x {channels}".format(**variables)
        assert asked == expected
    assert len(drawn) > 20


def test_a_generated_question_has_the_same_numbers_for_the_same_seed() -> None:
    one, other = (Table(item("q", GENERATED), seed=5).screen.variables for _ in range(2))
    assert one == other


# Languages ----------------------------------------------------------------------------------------------------------

Pair = tuple[Language, Language]


@pytest.mark.parametrize(
    ("wanted", "switches", "asked", "told"),
    [
        (("en", "en"), 1, ("ru", "ru"), ("ru", "fr")),
        (("zh", "zh"), 1, ("en", "en"), ("en", "ru")),
        (("ru", "en"), 1, ("fr", "en"), ("fr", "ru")),
        (("fr", "zh"), 0, ("fr", "zh"), ("fr", "en")),
        (("en", "en"), 4, ("en", "en"), ("en", "ru")),
    ],
)
def test_before_the_answer_both_switch_unless_they_differ_and_after_it_the_answer_alone(
    wanted: Pair, switches: int, asked: Pair, told: Pair
) -> None:
    table = Table(item("q"), language=wanted[0], answer_language=wanted[1])
    screen = table.do(*[SwitchLanguage()] * switches).screen
    assert (screen.language, screen.answer_language) == asked
    assert screen.text.question == f"{asked[0]}: Who?"
    screen = table.do(Reveal(), SwitchLanguage()).screen
    assert (screen.language, screen.answer_language) == told
    assert screen.answer.question == f"{told[1]}: Who?"


def test_a_switch_lasts_for_one_card() -> None:
    table = Table(item("a"), item("b")).do(SwitchLanguage(), Reveal(), Grade(GOOD))
    assert (table.last.language, table.screen.language) == ("ru", "en")


@pytest.mark.parametrize(
    ("wanted", "having", "shown"),
    [("zh", ("en", "ru", "zh"), "zh"), ("zh", ("ru", "en"), "en"), ("zh", ("fr", "ru"), "ru"), ("en", ("fr",), "fr")],
)
def test_a_question_without_the_language_is_shown_in_english_or_the_first_it_has(
    wanted: Language, having: tuple[Language, ...], shown: Language
) -> None:
    table = Table(item("q", languages=having), language=wanted)
    assert (table.screen.language, table.screen.answer_language) == (shown, shown)
    seen = {table.do(SwitchLanguage()).screen.language for _ in having}
    assert seen == set(having)


# The run of a session -----------------------------------------------------------------------------------------------


def test_a_button_leads_to_the_card_that_it_previewed() -> None:
    for rating in Rating:
        table = Table(item("q", OPEN), cards={"q": reviewing("q", 10, TODAY)}).do(Reveal())
        promised = table.session.screen(table.state, table.moment._replace(at=table.moment.at + 1000)).previews[rating]
        assert table.do(Grade(rating)).state.touched == {"q": promised}
        assert replay(SCHEDULER, table.log)["q"].last_day == promised.last_day


def test_a_card_counts_as_new_until_it_is_answered() -> None:
    assert Table(item("q")).screen.is_new
    assert not Table(item("q"), cards={"q": reviewing("q", 10, TODAY)}).screen.is_new


def test_a_learning_card_comes_back_and_the_session_ends_when_nothing_is_left() -> None:
    table = Table(item("a"), item("b")).do(Reveal(), Grade(AGAIN))
    assert (table.id, table.screen.left, table.screen.answered) == ("b", 2, 1)
    table.wait(1).do(Reveal(), Grade(EASY))
    assert (table.id, table.screen.left) == ("a", 1)
    table.do(Reveal(), Grade(EASY))
    assert table.id is None
    assert [entry.question for entry in table.log] == ["a", "b", "a"]


def test_after_its_end_a_session_takes_nothing_but_an_undo() -> None:
    table = Table(item("q")).do(Reveal(), Grade(EASY))
    over = table.state
    assert table.do(Reveal(), Grade(GOOD), Answer("x"), Tick("first"), SwitchLanguage(), DemoSeen({})).state == over
    assert len(table.log) == 1
    assert table.do(Undo()).id == "q"


def test_a_session_without_cards_is_over_at_once() -> None:
    assert Table().id is None
    assert Table().do(Undo()).log == []


def test_the_question_answered_last_is_not_asked_again_while_there_is_another() -> None:
    table = Table(item("a"), item("b")).do(Reveal(), Grade(AGAIN))
    table.moment = table.moment._replace(at=table.moment.at + 5 * MINUTE)
    table.do(Reveal(), Grade(AGAIN))
    assert [entry.question for entry in table.log] == ["a", "b"]
    assert table.id == "a"
    alone = Table(item("a")).do(Reveal(), Grade(AGAIN)).wait(1).do(Deal())
    assert alone.id == "a"


def test_a_twin_does_not_follow_its_twin_while_there_is_another() -> None:
    table = Table(item("a", twins=["b"]), item("b"), item("c"))
    order = []
    while table.id:
        order.append(table.id)
        table.do(Reveal(), Grade(EASY))
    assert order == ["a", "c", "b"]


def test_a_twin_whose_minute_is_up_waits_for_one_other_question() -> None:
    table = Table(item("a", twins=["b"]), item("c"), item("b"), item("d"))
    assert table.id == "a"
    table.do(Reveal(), Grade(AGAIN))
    while table.id != "b":
        table.do(Reveal(), Grade(EASY))
    table.moment = table.moment._replace(at=table.moment.at + 5 * MINUTE)
    assert table.do(Reveal(), Grade(EASY)).id == "d"


def test_a_clock_set_back_leaves_the_log_in_order_and_no_time_negative() -> None:
    table = Table(item("a"), item("b"), last_at=NOON + DAY)
    table.do(Reveal(), Grade(GOOD))
    table.moment = Moment(NOON - 3 * DAY, TODAY - 3)
    table.do(Reveal(), Grade(GOOD), Undo())
    assert [time_of(entry.id) for entry in table.log] == [NOON + DAY + n for n in (1, 2, 3)]
    assert [entry.id for entry in table.log] == sorted(entry.id for entry in table.log)
    assert table.log[1].seconds == 0.0


# Undo ---------------------------------------------------------------------------------------------------------------


def test_an_undo_shows_the_card_as_it_was_before_the_grade() -> None:
    table = Table(item("a", OPEN), item("b")).do(Reveal(), Tick("first"), SwitchLanguage())
    before = table.screen
    table.do(Grade(), Reveal(), Undo())
    assert table.screen._replace(moment=before.moment, previews={}) == before._replace(previews={})
    slip, undo = table.log
    assert isinstance(undo, Undone)
    assert (undo.target, undo.question) == (slip.id, "a")
    assert replay(SCHEDULER, table.log) == {}


def test_time_before_an_undo_is_not_counted_to_the_new_answer() -> None:
    table = Table(item("a")).do(Reveal(), Grade(EASY))
    table.moment = table.moment._replace(at=table.moment.at + 50 * MINUTE)
    assert table.do(Undo(), Grade(GOOD)).last.seconds == 1.0


def comparable(state: State) -> State:
    """A state without what the clock alone has changed in it."""
    return replace(state, last_at=0, showing=state.showing and replace(state.showing, shown_at=0))


def grading(rating: Rating) -> tuple[Action, Action]:
    return Reveal(), Grade(rating)


RATINGS = st.lists(st.sampled_from(Rating), max_size=8)
ITEMS = [
    item("a", OPEN, follow_ups=["d"]), item("b", CHOICE, prerequisites=["a"]), item("c", GENERATED, twins=["b"]),
    item("d", OPEN, "other", prerequisites=["c", "a"]),
]  # fmt: skip
KNOWN = {"d": reviewing("d", 10, TODAY - 1)}


@given(RATINGS, st.integers(0, 8), RATINGS)
def test_undo_of_any_depth_brings_back_card_queue_and_memory(
    first: list[Rating], depth: int, then: list[Rating]
) -> None:
    table, states = Table(*ITEMS, cards=KNOWN), list[State]()
    for rating in first:
        if table.id:
            states.append(comparable(table.do(Reveal()).state))
            table.do(Grade(rating))
    for _ in range(min(depth, len(states))):
        assert comparable(table.do(Undo()).state) == states.pop()
    for rating in then:
        table.do(*grading(rating))
    known = {id: card for id, card in table.state.touched.items() if id not in KNOWN}
    assert known == {id: card for id, card in replay(SCHEDULER, table.log).items() if id not in KNOWN}


def test_undo_with_nothing_graded_changes_nothing() -> None:
    table = Table(item("q")).do(Reveal())
    before = table.state
    assert not table.screen.can_undo
    assert table.do(Undo()).state == before
    assert table.log == []


ACTIONS: list[Action] = [
    Reveal(), Tick("first"), Tick("second"), Answer("right"), Answer("worse"), Answer("12"), Grade(),
    *map(Grade, Rating), SwitchLanguage(), DemoSeen({"name": "d"}), Undo(), Skip(), Put("buried"), Put("suspended"),
    Put("flagged"), Jump("prerequisite"), Jump("follow-up"), Confide(True), Confide(None), Deal(), Deal(early=True),
]  # fmt: skip


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(-2 * MINUTE, 15 * MINUTE)), max_size=40), st.booleans())
def test_whatever_is_pressed_the_session_believes_what_a_replay_of_its_log_gives(
    steps: list[tuple[Action, int]], confidence: bool
) -> None:
    """Also with a clock that jumps back; and each event has a new id, after those before it."""
    table = Table(*ITEMS, confidence=confidence, minutes=60)
    for action, wait in steps:
        table.moment = table.moment._replace(at=table.moment.at + wait)
        form = table.session.items[table.id].question.form if table.id else None
        if isinstance(action, Answer) and isinstance(form, Choice) != (action.given != "12"):
            continue  # would be refused
        table.do(action)
        assert table.id is None or table.screen.left >= 1
    assert dict(table.state.touched) == replay(SCHEDULER, table.log)
    for id in "abcd":
        assert table.session.marks_on(table.state, id) == marks_of(e for e in table.log if e.question == id)
    ids = [entry.id for entry in table.log]
    assert ids == sorted(set(ids))
    if not table.state.aside:  # a card that one jumped to may be in the queue too
        waiting = {id for _, id in table.state.queue.waiting}
        assert not {table.id} & (waiting | set(table.state.queue.planned))


@given(st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 2 * MINUTE)), max_size=30))
def test_undo_of_all_leaves_nothing_but_the_log(steps: list[tuple[Action, int]]) -> None:
    table = Table(*ITEMS)
    for action, wait in steps:
        table.moment = table.moment._replace(at=table.moment.at + wait)
        if not isinstance(action, Answer):
            table.do(action)
    while table.state.past:
        table.do(Undo())
    assert replay(SCHEDULER, table.log) == {} == dict(table.state.touched)
    assert standing(table.log) == [] == list(table.state.done)
    assert set(table.state.marked.values()) <= {Marks()}
    assert set(table.state.to_come) == set("abcd")
