"""What stands under a card, as literal text at a fixed width."""

from dataclasses import replace
from io import StringIO

import pytest
from builders import CHOICE, EASY, NUMBER, OPEN, item, reviewing
from rich.console import RenderableType
from rich.table import Table as Grid
from table import TODAY, Table

from mlquiz.cli.context import console
from mlquiz.cli.drawn import Drawn
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.session import Answer, Confide, Deal, Grade, Jump, Moment, Put, Rest, Reveal, Tick
from mlquiz.messages import translations
from mlquiz.view import card, footer, names
from mlquiz.view.prose import prose

EN = translations("en")


def told(renderable: RenderableType, width: int = 80, color: str | None = None) -> list[str]:
    out = console(file=StringIO(), width=width, color_system=color, force_terminal=True)
    with out.capture() as capture:
        out.print(renderable)
    return [line.rstrip() for line in capture.get().splitlines()]


def under(table: Table, language: Language = "en", width: int = 80, *, plain_keys: bool = False) -> list[str]:
    return told(footer.footer(table.screen, translations(language), plain_keys=plain_keys), width)


def test_before_the_answer_there_are_the_keys_alone() -> None:
    assert under(Table(item("a", OPEN))) == [" space answer   l language   k skip   ? help   q quit"]
    assert under(Table(item("a", CHOICE)), width=60) == [
        " a–c choose   space give up   l language   k skip   ? help", " q quit",
    ]  # fmt: skip
    assert under(Table(item("a", NUMBER)), "fr")[0].startswith(" 0–9 saisir le nombre, puis Entrée")


def test_under_an_answer_stand_the_question_the_key_points_the_grades_and_the_keys() -> None:
    table = Table(item("a", OPEN, demo="rmsprop"), item("b")).do(Put("flagged"), Reveal(), Tick("first"))
    assert under(table) == [
        "⚑ en: Who?",
        " z ☑ * A point.",
        " x ☐   A point.",
        " c ☐   A point.",
        "* essential point",
        " 1 again  1 min    2 hard  6 min    3 good  10 min    4 easy  8 d",
        " space hard   d demo   l language   k skip   u undo   ? help   q quit",
    ]


def test_the_verdict_stands_there_too() -> None:
    assert under(Table(item("a", NUMBER)).do(Answer("4641")))[:3] == [
        "en: Who?", "✓ Right", "Answer: 4640   (you: 4641)"
    ]  # fmt: skip


def test_by_lines_the_question_is_not_read_out_again() -> None:
    lines = under(Table(item("a", CHOICE)).do(Answer("wrong")), plain_keys=True)
    assert lines[0] == "✗ Wrong" and lines[-1].startswith(" Enter again")


def test_a_long_question_is_one_line_in_every_language() -> None:
    table = Table(item("a"))
    screen = table.do(Reveal()).screen
    for text in ("word " * 60, "很长的问题" * 30):
        changed = screen._replace(text=replace(screen.text, question=f"{text}\n\n```python\nx = 1\n```"))
        line = told(footer.footer(changed, EN), 40)[0]
        assert line.endswith("…") and line.startswith(text[:4]) and "x = 1" not in line


def test_how_sure_one_is_is_asked_in_the_place_of_the_grades() -> None:
    table = Table(item("a", CHOICE), confidence=True).do(Answer("wrong"))
    keys = " y sure   n not sure   space answer   l language   k skip   ? help   q quit"
    assert under(table) == ["How sure are you?", keys]


def test_who_was_sure_and_wrong_is_offered_the_demo() -> None:
    table = Table(item("a", CHOICE, demo="relu"), confidence=True).do(Answer("wrong"), Confide(True))
    assert "You were sure of this one, and wrong.   d demo" in under(table)
    table.do(Grade(), Deal(early=True))
    assert under(table)[0] == "You were sure of this one, and wrong."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_leech_is_offered_help_in_one_line(language: Language) -> None:
    leech = replace(reviewing("b", 10, TODAY), lapses=8)
    table = Table(item("b", demo="relu", prerequisites=["a"]), item("a"), cards={"b": leech})
    while table.id != "b":
        table.do(Reveal(), Grade(EASY))
    tr = translations(language)
    count = tr.ngettext("Forgotten {n} time:", "Forgotten {n} times:", 8).format(n=8)
    first, suspend = f"p {tr.gettext('prerequisite')}", f"s {tr.gettext('suspend')}"
    assert f"{count}   {first}   {suspend}" in under(table, language)
    assert f"{count}   d {tr.gettext('demo')}   {first}   {suspend}" in under(table.do(Reveal()), language)


def test_a_card_that_one_jumped_to_says_how_to_go_back() -> None:
    table = Table(item("a", follow_ups=["b"]), item("b")).do(Jump("follow-up"))
    assert " k back " in under(table)[0]


@pytest.mark.parametrize(
    ("rest", "can_undo", "lines"),
    [
        (Rest("waiting", 61_001, 2), True, ["The next card comes back in 1:02.", " space now   u undo   q quit"]),
        (Rest("waiting", 10, 1), False, ["The next card comes back in 0:01.", " space now   q quit"]),
        (Rest("time", cards=3), True, ["The time that you gave this session is up.", " space go on   u undo   q quit"]),
        (Rest("over"), True, [" u undo   Enter done"]),
    ],
)
def test_without_a_card_the_reason_and_the_keys_stand_there(rest: Rest, can_undo: bool, lines: list[str]) -> None:
    assert told(footer.rest(rest, Moment(0, 0), EN, can_undo=can_undo)) == lines


def test_the_heading_names_what_stands_on_the_card_and_what_is_left() -> None:
    table = Table(item("a"), item("b"), pace=[("open", 70.0)] * 5).do(Put("flagged"))
    assert told(card.heading(table.screen, EN))[0] == (
        "topic · open · mid-level · new · ⚑ flagged · en    2 questions left, about 3 min"
    )


def test_every_word_that_stands_for_a_key_does_so_in_its_language() -> None:
    for language in LANGUAGES:
        words = footer.words(translations(language))
        assert (
            words["skip"] == "k" and words["not today"] == "t" and words[translations(language).gettext("edit")] == "e"
        )
        assert not {word for word in words if len(word) == 1 and word != words[word]}


def test_code_is_highlighted_and_stands_close_to_its_text() -> None:
    text = "Look:\n\n```python\nimport keras  # here\n```\n\nand go on."
    assert told(prose(text)) == ["Look:", "", "  import keras  # here", "", "and go on."]
    assert any("\x1b[" in line and "import" in line for line in told(prose(text), color="standard"))


# Drawn in place -----------------------------------------------------------------------------------------------------


def test_what_is_too_high_for_the_terminal_shows_its_lower_part() -> None:
    out = console(file=StringIO(), width=20, height=4, force_terminal=True)
    grid = Grid.grid()
    for number in range(9):
        grid.add_row(f"line {number}")
    with out.capture() as capture:
        Drawn(out).draw(grid)
    assert [line for line in ("line 5", "line 6", "line 8") if line in capture.get()] == ["line 6", "line 8"]


def test_it_goes_up_as_many_rows_as_a_narrower_terminal_has_made_of_it() -> None:
    out = console(file=StringIO(), width=80, height=24, force_terminal=True)
    drawn = Drawn(out)
    drawn.draw("x" * 70)
    out.width = 30
    with out.capture() as capture:
        drawn.wipe()
    assert capture.get().count("\x1b[1A") == 2
    with out.capture() as capture:
        drawn.wipe()
    assert capture.get().count("\x1b[1A") == 0


@pytest.mark.parametrize(
    ("days", "language", "told"),
    [(30, "en", "30 "), (45, "en", "1.5 "), (45, "ru", "1,5 "), (45, "fr", "1,5 "), (600, "ru", "1,6 "), (600, "zh", "1.6 ")],
)  # fmt: skip
def test_months_and_years_are_written_as_the_language_does(days: int, language: Language, told: str) -> None:
    assert names.days(days, translations(language)).replace("\u00a0", " ").startswith(told)
