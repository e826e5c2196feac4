"""The list of all keys, for `?`: when each applies, in four languages, on one small screen."""

from io import StringIO
from pathlib import Path

import pytest
import sample
from sample import TOPIC, asked
from terminal import Terminal, run, says

from mlquiz.cli.context import console
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.messages import translations
from mlquiz.view.key_list import Sections, key_list, of_interview, of_session

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


@pytest.mark.parametrize(("language", "keys"), [("en", "?"), ("ru", " ?"), ("fr", " ?"), ("zh", "?")])
def test_on_80_by_24_nothing_of_it_has_scrolled_away_under_the_footer(
    tmp_path: Path, language: Language, keys: str
) -> None:
    own = sample.bank(tmp_path / "bank")
    with Terminal(
        "study", "--topic", TOPIC, "--lang", language, height=24, MLQUIZ_BANK=str(own), MLQUIZ_UI=language
    ) as terminal:  # fmt: skip
        terminal.until(asked("apples", language).split()[0])
        terminal.press(keys)
        terminal.until(says("undo the last grade or mark, then the one before (where there is one)", language))
        shown = terminal.until(says("quit", language))
        assert all(says(when, language) in shown for when in (QUESTION, ANSWER, ALWAYS))
        assert asked("apples", language).split()[0] in terminal.lines()[21]  # which question, under the list
        terminal.press("k")
        terminal.until(asked("bridges", language))
        assert terminal.leave("q") == 0


def test_by_lines_enter_stands_for_the_space_bar(tmp_path: Path) -> None:
    result = run("study", "--topic", TOPIC, "--plain", stdin="?\n", MLQUIZ_BANK=str(sample.bank(tmp_path / "bank")))
    assert " Enter    show the answer " in result.out and " space " not in result.out


def test_an_interview_has_a_list_of_its_own() -> None:
    assert told(of_interview(translations("en")))[:2] == [QUESTION, " space    stop the clock and show the answer"]
