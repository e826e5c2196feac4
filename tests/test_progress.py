"""What a session came to: what was missed and why, and what to do next."""

from dataclasses import replace

from builders import AGAIN, CHOICE, EASY, GENERATED, GOOD, HARD, NUMBER, OPEN, item, reviewing
from rich.console import Console
from table import TODAY, Table

from mlquiz.core.progress import Missed, Summary, summary
from mlquiz.core.question import Language
from mlquiz.core.session import Action, Answer, Confide, Deal, DemoSeen, Grade, Reveal, Tick
from mlquiz.messages import translations
from mlquiz.view import report


def of(table: Table) -> Summary:
    return summary(table.session, table.state)


def told(table: Table, language: Language = "en", width: int = 70) -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(report.summary(of(table), language, translations(language)))
    return [line.rstrip() for line in capture.get().splitlines() if line.strip()]


def test_a_missed_question_says_which_key_points_were_left_out() -> None:
    table = Table(item("a", OPEN)).do(Reveal(), Tick("second"), Grade(AGAIN))
    assert of(table).missed == (Missed("a", "en: Who?", unsaid=("A point.", "A point.")),)


def test_a_missed_choice_says_what_was_chosen_and_a_number_what_was_typed() -> None:
    table = Table(item("a", CHOICE), item("b", NUMBER), item("c", GENERATED))
    table.do(Answer("wrong"), Grade(), Answer("12"), Grade(), Answer("1"), Grade())
    choice, number, drawn = of(table).missed
    assert (choice.chosen, choice.typed) == ("wrong", None)
    assert (number.chosen, number.typed, number.expected) == (None, "12", 4640)
    assert drawn.expected and drawn.expected > 1 and "{" not in drawn.question


def test_who_gave_up_or_was_overruled_has_no_wrong_answer() -> None:
    table = Table(item("a", CHOICE), item("b", CHOICE)).do(Reveal(), Grade(AGAIN), Answer("right"), Grade(AGAIN))
    assert [(one.chosen, one.typed) for one in of(table).missed] == [(None, None), (None, None)]


def test_a_question_missed_twice_is_told_once_by_its_last_answer() -> None:
    table = Table(item("a", CHOICE)).do(Answer("wrong"), Grade()).wait(2)
    table.do(Deal(), Answer("worse"), Grade())
    assert [one.chosen for one in of(table).missed] == ["worse"]
    assert of(table).ratings == {AGAIN: 2, HARD: 0, GOOD: 0, EASY: 0}


def test_demos_of_missed_questions_are_named_unless_they_were_watched() -> None:
    table = Table(item("a", demo="rmsprop"), item("b", demo="relu"), item("c", demo="lrp"))
    table.do(Reveal(), DemoSeen({"name": "rmsprop", "right": False}), Grade(AGAIN))
    table.do(Reveal(), Grade(AGAIN), Reveal(), Grade(GOOD))
    assert (of(table).demos, of(table).wrong_predictions) == (("relu",), ("rmsprop",))


def test_the_next_cards_are_counted_without_those_that_are_suspended() -> None:
    cards = {id: reviewing(id, 10, TODAY + days) for id, days in (("a", 0), ("b", 2), ("c", 2), ("d", 1), ("gone", 1))}
    table = Table(*map(item, "abcd"), cards=cards)
    assert of(table).next_due == (1, 1)
    state = replace(table.state, marked={"d": table.session.marks_on(table.state, "d").after("suspended", True, 0)})
    assert summary(table.session, state).next_due == (2, 2)
    assert of(Table(item("a"))).next_due is None


def test_a_learning_card_on_the_table_comes_back_later_too() -> None:
    table = Table(item("a"), item("b")).do(Reveal(), Grade(AGAIN), Reveal(), Grade(AGAIN))
    assert of(table).waiting == 2
    assert of(table.do(Deal(early=True), Reveal())).waiting == 2
    assert of(table.do(Grade(EASY))).waiting == 1


def test_leeches_are_counted() -> None:
    cards = {id: replace(reviewing(id, 10, TODAY), lapses=lapses) for id, lapses in (("a", 7), ("b", 7), ("c", 0))}
    table = Table(*map(item, "abc"), cards=cards).do(Reveal(), Grade(AGAIN), Reveal(), Grade(GOOD))
    assert of(table).leeches == 1


def full() -> Table:
    """A session with something of everything."""
    cards = {"b": replace(reviewing("b", 10, TODAY), lapses=8), "d": reviewing("d", 10, TODAY + 3)}
    table = Table(item("b", CHOICE, demo="relu"), item("a", OPEN), item("c", NUMBER), item("d"), cards=cards,
                  confidence=True)  # fmt: skip
    answers: dict[str, list[Action]] = {
        "b": [Answer("wrong"), Confide(True)],
        "a": [Reveal(), Confide(None), Tick("second"), DemoSeen({"name": "lrp", "right": False})],
        "c": [Answer("12"), Confide(False)],
    }
    while table.id:
        table.do(*answers[table.id], Grade())
    return table


def test_the_summary_as_text() -> None:
    assert told(full()) == [
        "Session",
        "3 answers, less than a minute",
        "again 3   hard 0   good 0   easy 0",
        "Missed",
        "  a: en: Who?",
        "    not said: A point. · A point.",
        "  b: en: Who?",
        "    you chose: wrong",
        "  c: en: Who?",
        "    you typed 12; it is 4640",
        "Predicted wrongly: lrp",
        "Sure, but wrong: b",
        "Next",
        " mlquiz demo relu        shows what you missed",
        " mlquiz study --leeches  1 question forgotten again and again",
        "3 cards come back later today.",
        "1 card is due in 3 days.",
    ]


def test_the_summary_in_the_other_languages() -> None:
    assert told(full(), "ru")[-3:] == [
        " mlquiz study --leeches  1 вопрос забывается снова и снова",
        "3 карточки вернутся сегодня позже.",
        "1 карточка к повторению через 3 дня.",
    ]
    assert "    vous avez tapé 12\u202f; c'est 4640" in told(full(), "fr")
    assert "    没有说到：A point. · A point." in told(full(), "zh")
    assert told(full(), "zh")[-1] == "3 天后有 1 张卡片到期。"


def test_without_an_answer_there_is_nothing_to_tell() -> None:
    assert told(Table(item("a"))) == ["No answer graded."]
