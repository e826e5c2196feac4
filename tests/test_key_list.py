"""The list of all keys, for `?`: when each applies, in four languages, on one small screen."""

from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
import sample
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Group, RenderableType
from sample import TOPIC, asked
from sample import told as sample_told
from terminal import ENTER, Terminal, joined, log, run, says

from mlquiz.cli.context import console
from mlquiz.cli.paged import print_paged, rows
from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.messages import translations
from mlquiz.view.card import rating_name
from mlquiz.view.key_list import Sections, key_list, of_interview, of_session, once_revealed

EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
QUESTION, ANSWER, ALWAYS = "While the question is shown", "Once the answer is shown", "At any time"


def told(sections: Sections, width: int = 80) -> list[str]:
    out = console(file=StringIO(), width=width)
    with out.capture() as capture:
        out.print(key_list(sections))
    return [line.rstrip() for line in capture.get().splitlines()]


@EVERY_LANGUAGE
def test_on_80_columns_each_key_has_one_line_and_a_footer_finds_room_under_24(language: Language) -> None:
    sections = of_session(translations(language))
    lines = told(sections)
    assert len(lines) == sum(1 + len(keys) for _, keys in sections) <= 21
    assert [line for line in lines if not line.startswith(" ")] == [
        says(when, language) for when in (QUESTION, ANSWER, ALWAYS)
    ]  # fmt: skip


@EVERY_LANGUAGE
def test_on_40_columns_what_a_key_does_is_set_in_where_it_wraps(language: Language) -> None:
    for line in told(of_session(translations(language)), 40):
        assert line.startswith((" " * 10, " ")) or line in (says(when, language) for when in (QUESTION, ANSWER, ALWAYS))
        assert not line.startswith("  ") or line.startswith(" " * 10)


def test_it_says_what_a_card_must_have_for_a_key() -> None:
    lines = told(of_session(translations("en")))
    assert lines[5:7] == [ANSWER, " space    take the proposed grade, where one is proposed"]
    assert " d        run the demo that shows the answer, and come back (where there is one)" in lines[5:10]
    assert " p        see what this builds on (where there is a prerequisite); k comes back" in lines[10:]


@EVERY_LANGUAGE
def test_on_80_by_24_nothing_of_it_has_scrolled_away_under_the_footer(tmp_path: Path, language: Language) -> None:
    own = sample.bank(tmp_path / "bank")
    with Terminal(
        "study", "--topic", TOPIC, "--lang", language, height=24, MLQUIZ_BANK=str(own), MLQUIZ_UI=language
    ) as terminal:  # fmt: skip
        terminal.until(asked("apples", language).split()[0])
        terminal.press("?")
        terminal.until(says("undo the last grade or mark, then the one before (where there is one)", language))
        shown = terminal.until(says("quit", language))
        assert all(says(when, language) in shown for when in (QUESTION, ANSWER, ALWAYS))
        assert asked("apples", language).split()[0] in terminal.lines()[21]  # which question, under the list
        terminal.press(" ?")
        terminal.until(says("undo the last grade or mark, then the one before (where there is one)", language))
        shown = terminal.until(says("quit", language))
        assert terminal.lines()[0] == says(ANSWER, language) and says(ALWAYS, language) in shown
        assert_stands_whole(shown, language)
        terminal.press("zz3")  # keys act at once
        terminal.until(asked("bridges", language))
        assert terminal.leave("q") == 0


def assert_stands_whole(shown: str, language: Language) -> None:
    """The key points to tick and the grades with their intervals are on the screen."""
    points = sample_told("apples", language, "key_points").values()
    assert all(joined(point) in shown for point in points) and shown.count("☐") == len(points)
    assert all(f"{rating} {rating_name(rating, translations(language))}" in shown for rating in Rating)


GOES_ON, ENDS = "The list goes on: press space.", "The list ends here: press space."


def read_through(terminal: Terminal, language: Language, *, stays: str) -> str:
    """Press `?`, and go on until the keys are back; what stood above the part that stays, page after page."""
    lines: list[str] = []
    goes_on, back = {says(GOES_ON, language), says(ENDS, language)}, says("quit", language)
    key = "?"
    while key:
        terminal.press(key)
        terminal.wait(lambda: any(one in terminal.text for one in {*goes_on, back}), "the last line of a page")
        shown = terminal.lines()
        assert len(shown) <= 12
        lines += shown[: next(place for place, line in enumerate(shown) if stays in line)]
        key = "" if back in terminal.text else " "
    return joined("\n".join(lines))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_where_it_does_not_fit_it_comes_by_pages_over_the_grades(tmp_path: Path, language: Language) -> None:
    own = sample.bank(tmp_path / "bank")
    with Terminal(
        "study", "--topic", TOPIC, "--lang", language, width=40, height=12, MLQUIZ_BANK=str(own), MLQUIZ_UI=language
    ) as terminal:  # fmt: skip
        terminal.until(says("quit", language))
        terminal.press(" ")
        terminal.until(says("quit", language))
        tr = translations(language)
        read = read_through(terminal, language, stays=f"1 {rating_name(Rating.AGAIN, tr)}")
        assert all(joined(does) in read for _, keys in once_revealed(of_session(tr)) for _, does in keys)
        assert_stands_whole(terminal.text, language)
        assert terminal.leave("q") == 0


def test_a_key_under_a_page_leaves_the_list_and_does_what_it_does(tmp_path: Path) -> None:
    own = sample.bank(tmp_path / "bank")
    with Terminal("study", "--topic", TOPIC, width=40, height=12, MLQUIZ_BANK=str(own)) as terminal:
        terminal.until(says("quit"))
        terminal.press(" ?")
        terminal.until(says(GOES_ON))
        terminal.press("2")
        terminal.until(says("choose"))
        assert terminal.leave("q") == 0
    assert [(event["question"], event["rating"]) for event in log()] == [("apples", Rating.HARD)]


def test_in_an_interview_it_comes_by_pages_over_the_clock_and_leaves_a_number_that_is_half_typed(
    tmp_path: Path,
) -> None:
    own = sample.bank(tmp_path / "bank")
    with Terminal(
        "interview", "--topic", TOPIC, "--form", "numeric", width=40, height=12, MLQUIZ_BANK=str(own)
    ) as terminal:  # fmt: skip
        terminal.until(says("quit"))
        terminal.press("46")
        terminal.until("> 46")
        read = read_through(terminal, "en", stays=":")
        assert not [does for _, keys in of_interview(translations("en")) for _, does in keys if does not in read], read
        terminal.until("> 46")
        terminal.press("40" + ENTER)
        terminal.until(says("✓ Right"))
        assert terminal.leave("q") == 0


@given(st.integers(1, 60), st.integers(0, 20), st.integers(0, 4), st.integers(1, 30))
def test_pages_hold_every_line_once_in_order_and_none_is_higher_than_the_window(
    length: int, under: int, kept: int, height: int
) -> None:
    out = console(file=StringIO(), width=40, height=height, force_terminal=True)
    before = 0

    def wait(page: Callable[[], RenderableType]) -> bool:
        nonlocal before
        printed = out.file.getvalue().count("\n")  # type: ignore[attr-defined]
        assert printed - before + rows(out, page()) <= max(height, kept + 2)
        before = printed
        return True

    whole = Group(*(f"line {number}" for number in range(length)))
    stays = Group(*["kept"] * kept)
    print_paged(out, whole, Group(*["under"] * under), translations("en"), kept=lambda: stays, wait=wait)
    lines = out.file.getvalue().splitlines()  # type: ignore[attr-defined]
    assert [line.rstrip() for line in lines] == [f"line {number}" for number in range(length)]
    assert len(lines) - before + under <= max(height, under)


def test_by_lines_enter_stands_for_the_space_bar(tmp_path: Path) -> None:
    result = run("study", "--topic", TOPIC, "--plain", stdin="?\n", MLQUIZ_BANK=str(sample.bank(tmp_path / "bank")))
    assert " Enter    show the answer " in result.out and " space " not in result.out


def test_an_interview_has_a_list_of_its_own() -> None:
    assert told(of_interview(translations("en")))[:2] == [QUESTION, " space    stop the clock and show the answer"]
