"""`mlquiz study` by lines: over a pipe, with --plain, on a dumb terminal."""

import re
from pathlib import Path

import pytest
import sample
from sample import TOPIC, asked, told
from terminal import ENTER, Result, Terminal, log, run, says

from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.messages import translations

IS_RIGHT, IS_WRONG = "✓ Right", "✗ Wrong"


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' own bank, in use: apples (open), bridges (choice), candles (numeric), asked in this order."""
    monkeypatch.setenv("MLQUIZ_BANK", str(tmp_path / "bank"))
    return sample.bank(tmp_path / "bank")


def study(*lines: str, topic: str = TOPIC, options: tuple[object, ...] = (), **env: str) -> Result:
    """A session over a pipe that ends with these lines."""
    return run("study", "--topic", topic, *map(str, options), stdin="".join(f"{line}\n" for line in lines), **env)


def graded() -> list[tuple[str, Rating]]:
    return [(event["question"], event["rating"]) for event in log() if event["kind"] == "reviewed"]


def times_asked(id: str, result: Result) -> int:
    return result.out.count("\n" + asked(id, "en"))


@pytest.mark.usefixtures("own")
class TestASession:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_form_is_asked_answered_and_graded_in_every_language(self, language: Language) -> None:
        tr = translations(language)
        result = study("space", "zx", "2", "", "3", "4 640", "", options=("--lang", language, "--limit", "3"))
        assert result.code == 0 and result.err == ""
        for id in sample.QUESTIONS:
            assert asked(id, language) in result.text and told(id, language) in result.text
        assert says(IS_RIGHT, language) in result.text
        assert (
            tr.gettext("Session") in result.text
            and tr.ngettext("{n} answer", "{n} answers", 3).format(n=3) in result.text
        )
        assert graded() == [("apples", Rating.HARD), ("bridges", Rating.GOOD), ("candles", Rating.GOOD)]
        assert [event["answer"] for event in log()] == ["falls,pulled", None, "4 640"]

    def test_the_end_of_input_leaves_with_everything_that_was_graded(self) -> None:
        result = study("", "4", "")
        assert (result.code, graded()) == (0, [("apples", Rating.EASY)])
        assert told("bridges", "en") in result.text and "1 answer," in result.text

    def test_no_input_at_all_shows_the_first_question(self) -> None:
        result = run("study", "--topic", TOPIC)
        assert result.code == 0 and asked("apples", "en") in result.text and "No answer graded." in result.text

    @pytest.mark.parametrize("leave", ["q", " Q ", "й"])
    def test_q_leaves(self, leave: str) -> None:
        result = study("", leave, "4")
        assert (result.code, graded()) == (0, [])

    def test_a_choice_is_told_right_or_wrong(self) -> None:
        for letter in "abc":
            result = study(letter, options=("--form", "choice", "--limit", "abc".index(letter) + 1))
            shown = dict(re.findall(r"^ (\w) +(Of \w+)", result.out, re.MULTILINE))
            assert (IS_RIGHT in result.out) is (shown[letter] == "Of stone")
            assert (IS_WRONG in result.out) is (shown[letter] != "Of stone")
            assert all(one["because"] in result.out for one in told("bridges", "en", "choices").values())

    @pytest.mark.parametrize(
        ("typed", "right"),
        [
            ("4640", True),
            ("4,640", True),
            (" 4 640 ", True),
            ("4640.0", True),
            ("4.64e3", True),
            ("-4640", False),
            ("0", False),
        ],
    )
    def test_a_number_is_read_as_people_write_it(self, typed: str, right: bool) -> None:
        result = study(typed, options=("--form", "numeric"))
        assert (IS_RIGHT in result.out) is right and (IS_WRONG in result.out) is not right

    @pytest.mark.parametrize("typed", ["4x", "1e999", "--3", "4.6.4"])
    def test_what_is_no_number_is_asked_again(self, typed: str) -> None:
        result = study(typed, "4640", options=("--form", "numeric"))
        assert says("That is not a number: type one as 4640 or 0.3162.") in result.out and IS_RIGHT in result.out

    def test_undo_brings_the_last_card_back(self) -> None:
        result = study("", "4", "u", "1")
        assert graded() == [("apples", Rating.EASY), ("apples", Rating.AGAIN)]
        assert times_asked("apples", result) == 2 and log()[1]["kind"] == "undone"

    def test_l_goes_through_the_languages(self) -> None:
        result = study("l", "", "l", "l")
        assert asked("apples", "ru") in result.out
        assert [told("apples", language) in result.text for language in LANGUAGES] == [False, True, True, True]

    def test_a_question_mark_lists_every_key(self) -> None:
        lines = study("?").out.splitlines()
        for key in ("Enter", "1 2 3 4", "a b c d", "0–9", "z x c v", "y n", *"dluktsfpoeq"):
            assert any(re.match(rf" {re.escape(key)} {{2,}}\w", line) for line in lines), key

    @pytest.mark.parametrize("word", ["quit", "exit", "help", "good"])
    def test_a_word_is_not_taken_for_its_letters(self, word: str) -> None:
        study("", "4", "", word)
        assert [event["kind"] for event in log()] == ["reviewed"]

    @pytest.mark.parametrize("line", ["5", "é中", "\x1b[A", "\0", "x" * 10_000, "3"])
    def test_a_line_without_a_meaning_changes_nothing(self, line: str) -> None:
        assert study(line, "", "4").code == 0
        assert graded() == [("apples", Rating.EASY)]

    def test_bytes_that_are_no_utf8_are_no_answer(self) -> None:
        result = run("study", "--topic", TOPIC, stdin=b"\xff\n\n4\n", PYTHONIOENCODING="utf-8:strict")
        assert result.code == 0 and graded() == [("apples", Rating.EASY)]

    def test_what_was_graded_easy_is_not_asked_again_today(self) -> None:
        study("", "4", "", "4")
        again = study("4640", "4")
        assert asked("candles", "en") in again.out
        assert asked("apples", "en") not in again.out and asked("bridges", "en") not in again.out
        last = study()
        assert (last.code, last.out) == (0, "Nothing to study now.\n")

    def test_what_was_forgotten_comes_back_in_the_same_session(self) -> None:
        result = study("", "1", "", "4", "", "4", "", "", "4")
        assert times_asked("apples", result) == 2
        assert re.search(r"The next card comes back in \d:\d\d\.\n Enter now   u undo   q quit", result.out)

    def test_what_was_forgotten_is_left_waiting_where_the_input_ends(self) -> None:
        result = study("", "1", options=("--form", "open"))
        assert times_asked("apples", result) == 1 and "1 card comes back later today." in result.out
        again = study("u", "q", options=("--form", "open"))
        assert again.code == 0 and "comes back in" in again.out


@pytest.mark.usefixtures("own")
class TestOtherKeys:
    """By lines, as a letter or as a word, in English or in the interface's language."""

    @pytest.mark.parametrize("line", ["k", "л", "skip", "Skip"])
    def test_a_card_is_skipped(self, line: str) -> None:
        result = study(line, "", "4", "4640", "4", "", "4")
        assert [id for id, _ in graded()] == ["bridges", "candles", "apples"]
        assert times_asked("apples", result) == 2

    @pytest.mark.parametrize(
        ("line", "language", "mark"),
        [("t", "en", "buried"), ("not today", "en", "buried"), ("今天不问", "zh", "buried"),
         ("s", "fr", "suspended"), ("suspendre", "fr", "suspended"), ("исключить", "ru", "suspended")],
    )  # fmt: skip
    def test_a_card_is_buried_or_suspended_and_said_to_be(self, line: str, language: Language, mark: str) -> None:
        result = study(line, "q", options=("--lang", language))
        [event] = log()
        assert (event["kind"], event["question"], event["mark"], event["on"]) == ("marked", "apples", mark, True)
        assert "apples" in result.text and asked("bridges", language) in result.text
        assert asked("apples", language) not in study("q", options=("--lang", language)).text

    def test_marks_and_grades_are_undone_in_turn(self) -> None:
        result = study("s", "", "4", "f", "u", "u", "u", "q")
        assert [event["kind"] for event in log()] == ["marked", "reviewed", "marked", *["undone"] * 3]
        assert times_asked("apples", result) == 2

    def test_a_flag_stands_in_the_heading_and_chooses_the_question_next_time(self) -> None:
        result = study("flag", "l", "q")
        assert "apples: flagged" in result.text and "⚑ flagged" in result.text
        flagged = study("f", "q", options=("--flagged",))
        assert asked("apples", "en") in flagged.out and "no longer flagged" in flagged.out
        assert study(options=("--flagged", "--limit", 9)).out == "Nothing to study now.\n"

    def test_what_was_flagged_and_put_off_until_tomorrow_is_told(self) -> None:
        study("f", "t", "q")
        told = study(options=("--flagged",)).out
        assert told == "Nothing to study now: 1 question is put off until tomorrow.\n"

    def test_what_was_suspended_can_be_found_and_asked_again(self) -> None:
        study("s", "q")
        assert study(options=("--form", "open")).out == "Nothing to study now.\n"
        result = study("s", "q", options=("--suspended",))
        assert asked("apples", "en") in result.out and "asked again from now on" in result.out
        assert asked("apples", "en") in study(options=("--form", "open")).out

    def test_one_looks_at_what_a_question_builds_on_and_comes_back(self, own: Path) -> None:
        sample.write(own, "apples", sample.APPLES | {"prerequisites": ["candles"], "follow_ups": ["bridges"]})
        result = study("", "4", "p", "skip", "follow-up", "k", "", "zx", "")
        assert [result.out.count(asked(id, "en")) for id in ("candles", "bridges")] == [2, 2]
        assert ("apples", Rating.HARD) in graded()
        assert "This builds on no other question." in study("p", options=("--form", "choice")).out

    def test_confidence_is_asked_and_kept(self) -> None:
        result = study("", "y", "1", "a", "not sure", "3", options=("--confidence",))
        assert result.out.count("How sure are you?") == 2
        assert [event["sure"] for event in log()] == [True, False]
        assert "Sure, but wrong: apples" in result.out

    def test_an_editor_is_not_opened_without_a_terminal(self) -> None:
        result = study("e", "q", EDITOR="false")
        assert (result.code, "An editor needs a terminal." in result.out) == (0, True)


@pytest.mark.usefixtures("own")
class TestGoingOn:
    def test_the_same_command_goes_on_with_the_same_card_as_it_was(self) -> None:
        study("k", "", "4", "4640", "zzz", "q")
        result = study("3", "q")
        assert result.out.startswith("You go on where you stopped.\n") and IS_RIGHT in result.out
        assert [id for id, _ in graded()] == ["bridges", "candles"]
        assert asked("apples", "en") in result.out

    def test_what_was_graded_before_is_undone_in_order_with_its_card_on_the_screen(self) -> None:
        study("", "zx", "2", "", "3", "q")
        result = study("u", "u", "4", "q")
        assert result.out.startswith("You go on where you stopped.\n") and IS_WRONG not in result.out
        bridges, apples = result.out.index(asked("bridges", "en")), result.out.index(asked("apples", "en"))
        assert result.out.index(asked("candles", "en")) < bridges < apples < result.out.index(told("apples", "en"))
        assert [(one["kind"], one["question"]) for one in log()] == [
            ("reviewed", "apples"), ("reviewed", "bridges"), ("undone", "bridges"), ("undone", "apples"),
            ("reviewed", "apples"),
        ]  # fmt: skip
        assert log()[-1]["answer"] == "falls,pulled" and "1 answer," in result.out and "easy 1" in result.out
        again = study("u", "q")
        assert [one["kind"] for one in log()][-1] == "undone" and "No answer graded." in again.out

    def test_a_session_of_one_card_counts_its_own_answer_alone(self) -> None:
        study("", "1", "q")
        result = study("", "4", options=("--search", "bridges"))
        assert "\n1 answer," in result.out and "again 0" in result.out and "Missed" not in result.out
        on = study("q")
        assert "No answer graded." in on.out

    @pytest.mark.parametrize("options", [("--form", "numeric"), ("--limit", "9"), ("--lang", "fr")])
    def test_another_command_starts_afresh(self, options: tuple[str, ...]) -> None:
        study("k", "q")
        result = study("q", options=options)
        assert "You go on" not in result.text and "Vous reprenez" not in result.text

    def test_a_bank_that_has_changed_starts_afresh(self, own: Path) -> None:
        study("k", "q")
        sample.write(own, "zebras", sample.short_question())
        assert asked("apples", "en") in study("q").out

    def test_an_answer_given_elsewhere_starts_afresh(self) -> None:
        study("k", "q")
        study("", "4", "q", options=("--form", "choice"))
        result = study("q")
        assert "You go on" not in result.out and asked("apples", "en") in result.out

    def test_a_session_that_was_finished_is_not_gone_on_with(self) -> None:
        study("", "4", "", options=("--form", "open"))
        assert study(options=("--form", "open")).out == "Nothing to study now.\n"


@pytest.mark.usefixtures("own")
class TestOptions:
    def test_topic_tag_and_form_choose_what_is_asked(self) -> None:
        everything = ("", "4", "", "4", "", "4", "", "4")
        study(*everything, options=("--tag", "light"))
        assert [id for id, _ in graded()] == ["candles"]
        study(*everything, options=("--form", "choice"))
        assert [id for id, _ in graded()] == ["candles", "bridges"]
        study(*everything, options=("--tag", "fruit", "--tag", "building"))
        assert [id for id, _ in graded()] == ["candles", "bridges", "apples"]

    def test_another_topic_is_asked_alone(self, own: Path) -> None:
        sample.write(own, "zebras", sample.short_question(), topic="animals")
        result = study("", "4", topic="animals")
        assert "Who?" in result.out and [id for id, _ in graded()] == ["zebras"]

    def test_a_limit_and_a_number_of_new_ones_end_the_session_early(self) -> None:
        study(*["", "4"] * 3, options=("--limit", "1"))
        assert [id for id, _ in graded()] == ["apples"]
        study(*["", "4"] * 3, options=("--new-a-day", "2"))  # a day: apples was the first
        assert [id for id, _ in graded()] == ["apples", "bridges"]
        assert study(options=("--new-a-day", "0")).out == "Nothing to study now.\n"

    def test_question_and_answer_may_be_in_two_languages(self) -> None:
        result = study("", "4", options=("--lang", "ru", "--answer-lang", "en"))
        assert asked("apples", "ru") in result.text and told("apples", "en") in result.text
        assert asked("apples", "en") not in result.text and told("apples", "ru") not in result.text

    @pytest.mark.parametrize(
        "env", [{"MLQUIZ_LANG": "fr"}, {"LANG": "fr_FR.UTF-8"}, {"LC_ALL": "fr_CA", "LANG": "ru_RU"}]
    )
    def test_the_language_comes_from_the_environment(self, env: dict[str, str]) -> None:
        assert asked("apples", "fr") in study(**env).text

    def test_the_option_wins_over_the_environment(self) -> None:
        assert asked("apples", "zh") in study(options=("--lang", "ZH"), MLQUIZ_LANG="fr").text

    @pytest.mark.parametrize(
        ("option", "value", "nearest"),
        [("--topic", "optimisers", "optimizers"), ("--tag", "fruits", "fruit"), ("--form", "chioce", "choice"),
         ("--lang", "rus", "ru"), ("--answer-lang", "frr", "fr")],
    )  # fmt: skip
    def test_an_unknown_name_is_answered_with_the_nearest(self, option: str, value: str, nearest: str) -> None:
        result = run("study", option, value)
        assert (result.code, result.out) == (2, "")
        assert repr(value) in result.err and nearest in result.err.split(repr(value))[1]

    @pytest.mark.parametrize(
        ("option", "value"), [("--limit", "0"), ("--new-a-day", "-1"), ("--new-a-day", "many"), ("--limti", "3")]
    )
    def test_a_value_out_of_range_names_the_option(self, option: str, value: str) -> None:
        result = run("study", option, value)
        assert (result.code, result.out) == (2, "") and option in result.err and "mlquiz study --help" in result.err


class TestPlain:
    def test_a_pipe_gets_no_control_characters(self, own: Path) -> None:
        result = study("", "zx", "2", "a", "?", "3", "4641", "l", "u", "1", FORCE_COLOR="1")
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f]", result.out)

    @pytest.mark.parametrize(("options", "env"), [(("--plain",), {}), ((), {"TERM": "dumb"})])
    def test_a_terminal_gets_none_either_and_reads_lines(
        self, own: Path, options: tuple[str, ...], env: dict[str, str]
    ) -> None:
        with Terminal("study", "--topic", TOPIC, *options, **env) as terminal:
            terminal.until(asked("apples", "en"))
            assert terminal.echoes()
            terminal.press(ENTER)
            terminal.until(told("apples", "en"))
            terminal.press(f"4{ENTER}")
            terminal.until(asked("bridges", "en"))
            assert terminal.leave(f"q{ENTER}") == 0
        assert b"\x1b" not in terminal.raw and graded() == [("apples", Rating.EASY)]

    def test_no_color_leaves_the_colours_out_and_the_keys_in(self, own: Path) -> None:
        with Terminal("study", "--topic", TOPIC, NO_COLOR="1") as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" z")
            terminal.until_highlighted("2 hard")
            assert terminal.leave("q") == 0
        assert not re.search(rb"\x1b\[[0-9;]*\b(3[0-7]|9[0-7])[;m]", terminal.raw)

    def test_an_encoding_without_our_letters_is_no_failure(self, own: Path) -> None:
        """As on a Windows console, or with LC_ALL=C where Python does not coerce it."""
        result = study("", "4", PYTHONIOENCODING="ascii")
        assert result.code == 0 and "What does an apple do?" in result.out
        assert graded() == [("apples", Rating.EASY)]


class TestDemo:
    def test_it_runs_by_lines_and_its_outcome_is_kept(self, own: Path) -> None:
        sample.write(own, "apples", sample.APPLES | {"demo": "conv-params"})
        result = study("", "d", "4", options=("--lang", "fr"))
        assert result.code == 0 and translations("fr").gettext("The claim holds") in result.out
        demo = log()[0]["demo"]
        assert (demo["name"], demo["holds"], demo["predicted"]) == ("conv-params", True, None)
        assert "\x1b" not in result.out and not re.search(r"tensorflow|oneDNN|WARNING", result.out + result.err, re.I)

    def test_a_card_without_a_demo_has_none_to_run(self, own: Path) -> None:
        result = study("", "d", "4")
        assert result.code == 0 and graded() == [("apples", Rating.EASY)] and log()[0]["demo"] == {}

    def test_a_demo_that_does_not_exist_is_no_failure(self, own: Path) -> None:
        sample.write(own, "apples", sample.APPLES | {"demo": "no-such-demo"})
        assert study("", "d", "4").code == 0
        assert graded() == [("apples", Rating.EASY)]
