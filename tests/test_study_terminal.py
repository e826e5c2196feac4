"""`mlquiz study` in a terminal, as a user presses keys: four languages, 80 and 120 columns."""

import os
import re
import signal
from pathlib import Path

import pytest
import sample
from rich.cells import cell_len
from sample import LONG, TOPIC, asked, told
from terminal import BACKSPACE, DOWN, END, ENTER, INTERRUPT, LEFT, RIGHT, UP, Terminal, joined, log, none_left, says

from mlquiz import bank as banks
from mlquiz.content import own_root
from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Choice, Language
from mlquiz.messages import translations
from mlquiz.view.card import rating_name
from mlquiz.view.prose import plain
from mlquiz.view.punctuation import named

IS_RIGHT, IS_WRONG = "✓ Right", "✗ Wrong"
TYPE = "type the number, then Enter"
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)
EVERY_WIDTH = pytest.mark.parametrize("width", [80, 120])


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The tests' own bank: apples (open), bridges (choice), candles (numeric), asked in this order."""
    return sample.bank(tmp_path / "bank")


def study(
    own: Path, *options: str, language: str = "en", width: int = 80, height: int = 100, **env: str | None
) -> Terminal:
    return Terminal(
        "study", "--topic", TOPIC, "--lang", language, *options, width=width, height=height, MLQUIZ_BANK=str(own), **env
    )  # fmt: skip


def grade(rating: Rating, language: Language) -> str:
    """How a grade stands under a card: its key and its name."""
    return f"{rating} {rating_name(rating, translations(language))}"


@EVERY_WIDTH
@EVERY_LANGUAGE
class TestEveryLanguageAndWidth:
    def test_key_points_propose_a_grade_and_a_key_gives_it(self, own: Path, language: Language, width: int) -> None:
        with study(own, language=language, width=width) as terminal:
            first = terminal.until(says("quit", language))
            assert asked("apples", language) in first and joined(LONG[language]) in first
            assert told("apples", language) not in first and grade(Rating.GOOD, language) not in first
            assert says("new", language) in terminal.line(TOPIC)
            terminal.press(" ")
            revealed = terminal.until(says("quit", language))
            assert told("apples", language) in revealed
            assert all(point in revealed for point in told("apples", language, "key_points").values())
            assert terminal.highlighted() == ""
            for key, proposed in (("z", Rating.HARD), ("x", Rating.HARD), ("c", Rating.GOOD), ("z", Rating.AGAIN)):
                terminal.press(key)
                terminal.until_highlighted(grade(proposed, language))
            terminal.press("2")
            terminal.until(asked("bridges", language))
        [event] = log()
        assert (event["question"], event["rating"], event["language"]) == ("apples", Rating.HARD, language)
        assert event["answer"] == "pulled,slow"

    def test_a_choice_is_graded_and_every_choice_explained(self, own: Path, language: Language, width: int) -> None:
        choice = "stone" if width == 80 else "paper"
        right, choices = choice == "stone", told("bridges", language, "choices")
        with study(own, "--form", "choice", language=language, width=width) as terminal:
            question = terminal.until(says("quit", language))
            assert all(joined(one["text"]) in question and one["because"] not in question for one in choices.values())
            terminal.press(terminal.line(choices[choice]["text"]).split()[0])
            answer = terminal.until(says("quit", language))
            assert (says(IS_RIGHT, language) in answer) is right
            assert (says(IS_WRONG, language) in answer) is not right
            assert all(one["because"] in answer for one in choices.values())
            assert terminal.highlighted() == grade(Rating.GOOD if right else Rating.AGAIN, language)
            terminal.press(" ")
            terminal.wait(lambda: len(log()) == 1, "the event")
        assert log()[0]["rating"] == (Rating.GOOD if right else Rating.AGAIN)
        assert (log()[0]["answer"], log()[0]["right"]) == (choice, right)

    def test_a_number_is_typed_mended_refused_and_its_grade_overridden(
        self, own: Path, language: Language, width: int
    ) -> None:
        with study(own, "--form", "numeric", language=language, width=width) as terminal:
            terminal.until(asked("candles", language))
            terminal.press(f"46{BACKSPACE}..{ENTER}")
            terminal.until(says("That is not a number: type one as 4640 or 0.3162.", language))
            assert told("candles", language) not in terminal.text
            terminal.press(f"4641{BACKSPACE}")
            terminal.wait(lambda: "> 464 " in terminal.line("> 464") + " ", "what was typed")
            terminal.press(f"2{ENTER}")
            answer = terminal.until(says("quit", language))
            assert says(IS_WRONG, language) in answer and told("candles", language) in answer
            assert f"4640 {told('candles', language, 'unit')}" in answer and "4642" in answer
            assert terminal.highlighted() == grade(Rating.AGAIN, language)
            terminal.press("4")
            terminal.until(says("done", language))
            assert terminal.leave(ENTER) == 0
        [event] = log()
        assert (event["rating"], event["right"], event["answer"]) == (Rating.EASY, False, "4642")

    def test_undo_brings_the_last_card_back_as_it_was(self, own: Path, language: Language, width: int) -> None:
        with study(own, language=language, width=width) as terminal:
            terminal.until(asked("apples", language))
            terminal.press(" z4")
            assert says("undo", language) in terminal.until(says("choose", language))
            terminal.press("u")
            again = terminal.until(grade(Rating.HARD, language))
            assert asked("apples", language) in again and told("apples", language) in again
            terminal.until_highlighted(grade(Rating.HARD, language))
            terminal.press("1")
            terminal.until(asked("bridges", language))
        graded, undone, graded_again = log()
        assert (undone["kind"], undone["target"], undone["question"]) == ("undone", undone["target"], "apples")
        assert (graded["rating"], graded_again["rating"]) == (Rating.EASY, Rating.AGAIN)

    def test_one_key_goes_through_the_languages_helps_and_leaves(
        self, own: Path, language: Language, width: int
    ) -> None:
        following = sample.other_language(language)
        with study(own, language=language, width=width) as terminal:
            terminal.until(asked("apples", language))
            terminal.press("l")
            assert f" {following} " in terminal.until(asked("apples", following)) + " "
            terminal.press(" ")
            assert told("apples", language) not in terminal.until(told("apples", following))
            terminal.press("lll")
            terminal.until(told("apples", language))
            terminal.press("?")
            help = terminal.until(says("quit", language))
            demo = "run the demo that shows the answer, and come back (where there is one)"
            undo = "undo the last grade or mark, then the one before (where there is one)"
            assert all(joined(says(sentence, language)) in help for sentence in (demo, undo))
            terminal.press("z")
            terminal.until(grade(Rating.GOOD, language))
            terminal.press("1")
            terminal.until(asked("bridges", language))
            assert terminal.leave("q") == 0
            summary = terminal.text
            assert (
                says("Session", language) in summary
                and joined(named("apples", asked("apples", following), language)) in summary
            )
            assert f"{rating_name(Rating.AGAIN, translations(language))} 1" in summary
        assert [event["rating"] for event in log()] == [Rating.AGAIN]


@EVERY_WIDTH
@EVERY_LANGUAGE
def test_columns_line_up_whatever_the_width_of_the_characters(own: Path, language: Language, width: int) -> None:
    with study(own, language=language, width=width) as terminal:
        terminal.until(says("quit", language))
        left = translations(language).ngettext("{n} question left", "{n} questions left", 3).format(n=3)
        assert terminal.line(TOPIC).endswith(left) and cell_len(terminal.line(TOPIC)) == width
        terminal.press(" z")
        terminal.until("☑")
        points = [terminal.line(point) for point in told("apples", language, "key_points").values()]
        assert {column(line, point) for line, point in zip(points, points_of(language), strict=True)} == {7}
        terminal.press("1")
        terminal.until(says("choose", language))
        texts = [
            one["text"].removesuffix(LONG[language]).strip() for one in told("bridges", language, "choices").values()
        ]
        assert {column(terminal.line(text), text) for text in texts} == {3}
        longest = terminal.lines().index(terminal.line(texts[2]))
        wrapped = terminal.lines()[longest + 1]
        assert wrapped[:3] == "   " and wrapped[3] != " "
        terminal.press("?")
        terminal.until(says("quit", language))
        help = [terminal.line(f" {key}  ") for key in ("z x c v", "d", "l", "u", "q")]
        assert len({cell_len(re.match(r"\s*[a-z ]*?\s{2,}", line)[0]) for line in help}) == 1  # type: ignore[index]


def points_of(language: str) -> list[str]:
    return list(told("apples", language, "key_points").values())


def column(line: str, text: str) -> int:
    """Where a text begins in a line, in columns of the screen."""
    return cell_len(line[: line.index(text)])


@EVERY_LANGUAGE
def test_every_question_of_our_bank_can_be_answered_to_the_end(language: Language) -> None:
    ids = set(banks.load([own_root()]).items)
    with Terminal("study", "--new-a-day", "1000", "--lang", language) as terminal:
        terminal.until(says("quit", language))
        for number in range(1, len(ids) + 1):
            terminal.press(" ")
            terminal.until(grade(Rating.EASY, language))
            terminal.press("4")
            terminal.wait(lambda: len(log()) == number, f"answer {number}")  # noqa: B023 - waits here
        assert terminal.leave(ENTER) == 0
    assert {event["question"] for event in log()} == ids


@EVERY_LANGUAGE
def test_the_right_choice_of_our_own_questions_is_told_to_be_right(language: Language) -> None:
    items = banks.load([own_root()]).items
    with Terminal("study", "--form", "choice", "--limit", "3", "--lang", language) as terminal:
        for number in range(1, 4):
            shown = terminal.until(says("give up", language))
            item = next(one for one in items.values() if joined(plain(one.question.text[language].question)) in shown)
            assert isinstance(item.question.form, Choice)
            right = joined(plain(item.question.text[language].choices[item.question.form.right].text))
            key = next(letter for letter in "abcd" if f" {letter} {right}" in shown)
            terminal.press(key)
            terminal.until(says(IS_RIGHT, language))
            terminal.press("4")
            terminal.wait(lambda: len(log()) == number, f"answer {number}")  # noqa: B023 - waits here
        assert terminal.leave(ENTER) == 0
    assert all(event["right"] for event in log())


def test_an_answer_survives_a_kill_right_after_its_key(own: Path) -> None:
    with study(own) as terminal:
        terminal.until(asked("apples", "en"))
        terminal.press(" 3")
        terminal.until(asked("bridges", "en"))
        os.kill(terminal.child.pid, signal.SIGKILL)
        assert terminal.leave() == 128 + signal.SIGKILL
    assert [(event["question"], event["rating"]) for event in log()] == [("apples", Rating.GOOD)]


def test_keys_pasted_in_one_go_all_act(own: Path) -> None:
    with study(own) as terminal:
        terminal.until(asked("apples", "en"))
        terminal.press("  4")  # no grade is proposed, so the second blank takes none
        terminal.until(asked("bridges", "en"))
        assert terminal.leave(f" 4 4{ENTER}") == 0
    assert [(event["question"], event["rating"]) for event in log()] == [
        ("apples", Rating.EASY), ("bridges", Rating.EASY), ("candles", Rating.EASY)
    ]  # fmt: skip


def test_keys_pressed_before_the_first_card_are_not_lost(own: Path) -> None:
    with study(own) as terminal:
        terminal.press(" 3")
        terminal.until(asked("bridges", "en"))


@pytest.mark.parametrize("key", [UP, DOWN, LEFT, RIGHT, "\x1bOA", "\x1b[3~", "\x1b[1;5C", "\t", "w", "5", "ü中🍎"])
def test_keys_without_a_meaning_do_nothing(own: Path, key: str) -> None:
    with study(own) as terminal:
        terminal.until(says("quit", "en"))
        terminal.press(key)
        terminal.press("z" + key)
        terminal.press(" ")
        terminal.until(told("apples", "en"))
        terminal.press(key)
        assert terminal.highlighted() == ""
        terminal.press("z")
        terminal.until_highlighted(grade(Rating.HARD, "en"))
    assert log() == []


@pytest.mark.parametrize(("layout", "keys"), [("ru", " яч3"), ("fr", ' zx"'), ("full-width", "　ｚｘ３")])
def test_keys_of_other_layouts_mean_what_stands_on_the_same_cap(own: Path, layout: str, keys: str) -> None:
    with study(own) as terminal:
        terminal.until(asked("apples", "en"))
        terminal.press(keys)
        terminal.until(asked("bridges", "en"))
    [event] = log()
    assert (event["answer"], event["rating"]) == ("falls,pulled", Rating.GOOD)


@pytest.mark.parametrize(("keys", "code"), [("q", 0), (END, 0), (INTERRUPT, 130), (f"46{INTERRUPT}", 130)])
def test_every_way_out_keeps_what_was_graded_and_restores_the_terminal(own: Path, keys: str, code: int) -> None:
    with study(own) as terminal:
        assert terminal.echoes()
        terminal.until(asked("apples", "en"))
        assert not terminal.echoes()
        terminal.press(" 4 4")
        terminal.until(asked("candles", "en"))
        assert terminal.leave(keys) == code
        assert terminal.echoes() and not terminal.screen.cursor.hidden
        assert "2 answers" in terminal.text
    assert len(log()) == 2


def test_being_terminated_leaves_no_process_and_restores_the_terminal(own: Path) -> None:
    sample.write(own, "apples", sample.APPLES | {"demo": "rmsprop"})
    with study(own) as terminal:
        terminal.until(asked("apples", "en"))
        terminal.wait(lambda: len(terminal.processes()) > 1, "the demos' process")
        os.kill(terminal.child.pid, signal.SIGTERM)
        assert terminal.leave() == 128 + signal.SIGTERM
        assert terminal.echoes() and not terminal.screen.cursor.hidden
        assert none_left(terminal.mark)


def test_a_killed_program_leaves_no_process(own: Path) -> None:
    sample.write(own, "apples", sample.APPLES | {"demo": "rmsprop"})
    with study(own) as terminal:
        terminal.until(asked("apples", "en"))
        terminal.wait(lambda: len(terminal.processes()) > 1, "the demos' process")
        os.kill(terminal.child.pid, signal.SIGKILL)
        terminal.leave()
        assert none_left(terminal.mark)


@EVERY_LANGUAGE
def test_twenty_columns_are_enough(own: Path, language: Language) -> None:
    with study(own, language=language, width=20, height=200) as terminal:
        assert asked("apples", language).split()[0] in terminal.until(says("quit", language))
        terminal.press(" z")
        terminal.until_highlighted(grade(Rating.HARD, language))
        terminal.press("4")
        terminal.until(says("choose", language))
        terminal.press("?")
        terminal.until(says("choose", language))
        terminal.press(" 4")
        assert TOPIC in terminal.until(says(TYPE, language))
        assert terminal.leave(f"4640{ENTER}4{ENTER}") == 0
    assert len(log()) == 3


def test_when_all_is_answered_the_program_says_so(own: Path) -> None:
    with study(own) as terminal:
        terminal.until(asked("apples", "en"))
        assert terminal.leave(f" 4 4 4{ENTER}") == 0
        assert "3 answers" in terminal.text
    with study(own) as terminal:
        assert terminal.leave() == 0
        assert says("Nothing to study now.", "en") in terminal.text


def test_the_last_card_can_be_brought_back_too(own: Path) -> None:
    with study(own, "--form", "choice") as terminal:
        terminal.until(asked("bridges", "en"))
        terminal.press(" 4")
        terminal.until(says("done"))
        terminal.press("u")
        terminal.until(grade(Rating.GOOD, "en"))
        assert terminal.leave("3q") == 0
    assert [event.get("rating", event["kind"]) for event in log()] == [Rating.EASY, "undone", Rating.GOOD]


def test_a_footer_is_redrawn_in_place(own: Path) -> None:
    """Thirty key presses that change only the footer leave one footer on the screen."""
    with study(own) as terminal:
        terminal.until(asked("apples", "en"))
        terminal.press(" ")
        terminal.until(told("apples", "en", "key_points")["falls"])
        for key in "zxc" * 10:
            terminal.child.send(key)
        terminal.settle()
        assert terminal.highlighted() == ""
        assert sum(told("apples", "en", "key_points")["falls"] in line for line in terminal.lines()) == 1


def test_what_was_typed_goes_when_it_was_answered(own: Path) -> None:
    with study(own, "--form", "numeric") as terminal:
        terminal.until(asked("candles", "en"))
        terminal.press(f"4640{ENTER}")
        terminal.until(grade(Rating.GOOD, "en"))
        assert "> 4640" not in terminal.text


def test_a_number_may_be_typed_with_blanks_between_thousands(own: Path) -> None:
    with study(own, "--form", "numeric") as terminal:
        terminal.until(asked("candles", "en"))
        terminal.press(f"4 640{ENTER}")
        assert says(IS_RIGHT, "en") in terminal.until(grade(Rating.GOOD, "en"))


class TestDemoFromASession:
    def test_it_is_predicted_watched_and_comes_back_to_the_card(self, own: Path) -> None:
        sample.write(own, "apples", sample.APPLES | {"demo": "rmsprop"})
        with study(own) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" z")
            terminal.until_highlighted(grade(Rating.HARD, "en"))
            terminal.press("d")
            terminal.until(says("a letter, or space to skip", "en"))
            terminal.press("a")
            terminal.until(says("The claim holds", "en"))
            terminal.until_highlighted(grade(Rating.HARD, "en"))
            assert says("Limits", "en") in terminal.text and "☑" in terminal.line("It falls.")
            terminal.press("2")
            terminal.until(asked("bridges", "en"))
            assert terminal.leave("q") == 0
            assert none_left(terminal.mark)
        demo = log()[0]["demo"]
        assert (demo["name"], demo["predicted"], demo["holds"]) == ("rmsprop", "same", True)
        assert (demo["observed"], demo["right"]) == ("same", True)
        assert not re.search(rb"tensorflow|oneDNN|cuda|WARNING|[IWE]0000", terminal.raw, re.IGNORECASE)

    def test_leaving_it_with_an_interrupt_leaves_only_it(self, own: Path) -> None:
        sample.write(own, "apples", sample.APPLES | {"demo": "overshoot"})
        with study(own) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" d")
            terminal.until(says("a letter, or space to skip", "en"))
            terminal.press(" ")
            terminal.until("━")  # a curve's legend: it runs
            terminal.press(INTERRUPT)
            terminal.until(grade(Rating.GOOD, "en"))
            terminal.press("3")
            terminal.until(asked("bridges", "en"))
            assert terminal.leave("q") == 0
            assert none_left(terminal.mark)
        assert log()[0]["demo"] == {}
