"""What `mlquiz study` does in a terminal beside asking and grading: marks, jumps, waiting, the editor, signals."""

import os
import shlex
import signal
import sys
from pathlib import Path

import pytest
import sample
import stand_in
from sample import TOPIC, asked, told
from terminal import END, ENTER, INTERRUPT, Terminal, joined, log, says

from mlquiz.bank import content_of
from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.messages import translations
from mlquiz.view.card import rating_name

WIDE = 240
"""Columns in which a path of the tests stands on one line."""
EVERY_LANGUAGE = pytest.mark.parametrize("language", LANGUAGES)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """The tests' own bank: apples (open), bridges (choice), candles (numeric), asked in this order."""
    return sample.bank(tmp_path / "bank")


def study(own: Path, *options: str, language: str = "en", shell: bool = False, **more: object) -> Terminal:
    return Terminal(
        "study", "--topic", TOPIC, "--lang", language, *options, shell=shell, MLQUIZ_BANK=str(own), **more  # type: ignore[arg-type]
    )  # fmt: skip


def editor(tmp_path: Path, *steps: str) -> str:
    """A command that edits: each call does the next of some Python statements about `path` and `text`."""
    script = tmp_path / "editor.py"
    count = tmp_path / "count"
    lines = [
        "import pathlib, subprocess, sys",
        f"path, count = pathlib.Path(sys.argv[1]), pathlib.Path({str(count)!r})",
        "text = path.read_text(encoding='utf-8')",
        "number = int(count.read_text()) if count.exists() else 0",
        "count.write_text(str(number + 1))",
        *(f"if number == {number}: {step}" for number, step in enumerate(steps)),
    ]
    script.write_text("\n".join(lines), encoding="utf-8")
    return shlex.join([sys.executable, str(script)])


@EVERY_LANGUAGE
def test_a_session_through_every_key(
    own: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: Language
) -> None:
    """One session, in which interface, questions and answers speak this language."""
    stand_in.use(tmp_path, monkeypatch)  # a demo that needs no TensorFlow
    sample.write(own, "apples", sample.APPLES | {"follow_ups": ["candles"], "demo": "counting"})
    sample.write(own, "candles", sample.CANDLES | {"prerequisites": ["bridges"]})
    tr = translations(language)
    again, hard = (f"{rating} {rating_name(rating, tr)}" for rating in (Rating.AGAIN, Rating.HARD))
    command = editor(tmp_path, "path.write_text(text.replace('level: junior', 'level: senior'), encoding='utf-8')")
    more = {"EDITOR": command, "MLQUIZ_UI": language}
    with study(own, "--confidence", language=language, width=WIDE, **more) as terminal:
        terminal.until(asked("apples", language))
        terminal.press("?")
        terminal.until(says("see what is asked next (where there is a follow-up); k comes back", language))
        terminal.press("k")  # skip: bridges
        paper = told("bridges", language, "choices")["paper"]["text"]
        terminal.until(paper)
        wrong = terminal.line(paper).split()[0]
        terminal.press("f")
        terminal.until(says("{id}: flagged", language, id="bridges"))
        terminal.press("f")
        terminal.until(says("{id}: no longer flagged", language, id="bridges"))
        terminal.press(wrong)
        terminal.until(says("How sure are you?", language))
        terminal.press("y")
        terminal.until(again)
        terminal.press("1")
        terminal.until(asked("candles", language))
        terminal.press("46")
        terminal.until("> 46")
        terminal.press("p")
        terminal.until(asked("bridges", language))
        assert says("back", language) in terminal.text
        terminal.press("k")
        terminal.until(asked("candles", language))
        terminal.press("t")
        terminal.until(says("{id}: not asked again today", language, id="candles"))
        terminal.until(asked("apples", language))
        terminal.press("o")
        terminal.until(asked("candles", language))
        terminal.press("k")
        terminal.until(asked("apples", language))
        terminal.press("e")
        path = own / "questions" / TOPIC / "apples.yaml"
        terminal.until(says("Written to {path}.", language, path="@").partition("@")[0].strip())
        terminal.until(says("senior", language))
        terminal.press("p")
        terminal.until(says("This builds on no other question.", language))
        terminal.press("l")
        terminal.until(asked("apples", LANGUAGES[(LANGUAGES.index(language) + 1) % 4]))
        terminal.press("lll")
        terminal.until(asked("apples", language))
        terminal.press(" ")
        terminal.until(says("How sure are you?", language))
        terminal.press("n")
        terminal.until(told("apples", language))
        terminal.press("z")
        terminal.until_highlighted(hard)
        terminal.press("d")
        terminal.until(says("a letter, or space to skip", language))
        terminal.press("a")
        terminal.until(says("The claim holds", language))
        terminal.until_highlighted(hard)
        terminal.press(" ")
        rest = says("The next card comes back in {time}.", language, time="@").partition("@")[0].strip()
        terminal.until(rest)
        terminal.press("u")
        terminal.until(asked("apples", language))
        terminal.press("s")
        terminal.until(rest)
        terminal.press("u")
        terminal.until(asked("apples", language))
        terminal.press("s")
        terminal.until(says("now", language))
        terminal.press(" ")
        assert says("You were sure of this one, and wrong.", language) in terminal.until(asked("bridges", language))
        assert terminal.leave("q") == 0
        assert joined(says("Sure, but wrong: {questions}", language, questions="bridges")) in terminal.text
    events = log()
    assert [(event["kind"], event["question"]) for event in events] == [
        ("marked", "bridges"), ("marked", "bridges"), ("reviewed", "bridges"), ("marked", "candles"),
        ("reviewed", "apples"), ("undone", "apples"), ("marked", "apples"), ("undone", "apples"), ("marked", "apples"),
    ]  # fmt: skip
    assert [event["rating"] for event in events if event["kind"] == "reviewed"] == [Rating.AGAIN, Rating.HARD]
    assert [event["demo"]["predicted"] for event in events if event.get("demo")] == ["up"]
    assert "level: senior" in path.read_text(encoding="utf-8")


class TestWaiting:
    def test_the_seconds_are_counted_down_and_a_key_takes_the_card_now(self, own: Path) -> None:
        with study(own, "--form", "open") as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" 1")
            terminal.until("The next card comes back in 0:58.")
            terminal.until("The next card comes back in 0:57.")
            assert terminal.text.count("comes back in") == 1
            terminal.press("x2f\x1b[A")  # no keys of this screen
            terminal.press(" ")
            terminal.until(asked("apples", "en"))
            assert terminal.leave(f" 4{ENTER}") == 0
        assert [event["rating"] for event in log()] == [Rating.AGAIN, Rating.EASY]

    @pytest.mark.parametrize("keys", ["q", END, INTERRUPT])
    def test_it_can_be_left_and_the_card_waits_when_one_comes_back(self, own: Path, keys: str) -> None:
        with study(own, "--form", "open") as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" 1")
            terminal.until("comes back in")
            assert terminal.leave(keys) == (130 if keys == INTERRUPT else 0)
            assert terminal.echoes() and not terminal.screen.cursor.hidden
            assert "1 card comes back later today." in terminal.text
        with study(own, "--form", "open") as terminal:
            terminal.until("comes back in")


class TestGoingOn:
    @pytest.mark.parametrize("how", ["q", INTERRUPT, signal.SIGHUP, signal.SIGTERM])
    def test_however_one_left_the_same_card_lies_there_as_it_was(self, own: Path, how: str | signal.Signals) -> None:
        with study(own) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press("k")
            terminal.until(asked("bridges", "en"))
            terminal.press(" 4k")
            terminal.until(asked("apples", "en"))
            terminal.press(" z")
            terminal.until_highlighted("2 hard")
            if isinstance(how, str):
                terminal.leave(how)
            else:
                os.kill(terminal.child.pid, how)
                terminal.leave()
        with study(own) as terminal:
            terminal.until_highlighted("2 hard")
            text = terminal.until("You go on where you stopped.")
            assert asked("apples", "en") in text and told("apples", "en") in text and "2 questions left" in text
            assert terminal.leave(" q") == 0
        assert [(event["question"], event["rating"]) for event in log()] == [("bridges", 4), ("apples", 2)]

    def test_u_takes_back_what_was_graded_before_one_left(self, own: Path) -> None:
        with study(own) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" z1")
            terminal.until(asked("bridges", "en"))
            assert terminal.leave("q") == 0
        with study(own) as terminal:
            terminal.until("You go on where you stopped.")
            terminal.press("u")
            terminal.until_highlighted("2 hard")
            assert told("apples", "en") in terminal.text
            assert terminal.leave("3q") == 0
            assert "1 answer," in terminal.text
        assert [event["kind"] for event in log()] == ["reviewed", "undone", "reviewed"]


class TestEditor:
    def test_a_valid_text_is_gone_on_with_and_logged(self, own: Path, tmp_path: Path) -> None:
        path = own / "questions" / TOPIC / "apples.yaml"
        command = editor(
            tmp_path, "path.write_text(text.replace('It comes down.', 'Down it comes.'), encoding='utf-8')"
        )
        with study(own, width=WIDE, EDITOR=command) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" z")
            terminal.until_highlighted("2 hard")
            terminal.press("e")
            terminal.until("Down it comes.")
            terminal.until_highlighted("2 hard")
            assert not terminal.echoes()
            terminal.press("2")
            terminal.until(asked("bridges", "en"))
            assert terminal.leave("q") == 0
        assert log()[0]["content"] == content_of(path.read_text(encoding="utf-8"))
        assert list((Path(os.environ["MLQUIZ_HOME"]) / "drafts").glob("*")) == []

    def test_a_broken_text_is_kept_explained_and_opened_again(self, own: Path, tmp_path: Path) -> None:
        path = own / "questions" / TOPIC / "apples.yaml"
        before = path.read_text(encoding="utf-8")
        command = editor(
            tmp_path,
            "path.write_text(text.replace('level: junior', 'level: godlike'), encoding='utf-8')",
            "path.write_text(text.replace('level: godlike', 'level: senior'), encoding='utf-8')",
        )
        draft = Path(os.environ["MLQUIZ_HOME"]) / "drafts" / "apples.yaml"
        with study(own, width=WIDE, EDITOR=command) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press("e")
            shown = terminal.until("e opens that again")
            assert "godlike" in shown and joined(str(draft)).replace(" ", "") in shown.replace(" ", "")
            assert path.read_text(encoding="utf-8") == before and "godlike" in draft.read_text(encoding="utf-8")
            terminal.until(says("quit"))
            terminal.press("e")
            terminal.until("senior")
            assert terminal.leave("q") == 0
        assert path.read_text(encoding="utf-8") == before.replace("level: junior", "level: senior")
        assert not draft.exists()

    @pytest.mark.parametrize("command", ["false", "no-such-editor --wait", "'"])
    def test_an_editor_that_fails_changes_nothing(self, own: Path, command: str) -> None:
        before = (own / "questions" / TOPIC / "apples.yaml").read_text(encoding="utf-8")
        with study(own, width=WIDE, EDITOR=command) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press("e")
            assert "The editor" in terminal.until("in EDITOR")
            terminal.press(" 4")
            terminal.until(asked("bridges", "en"))
        assert (own / "questions" / TOPIC / "apples.yaml").read_text(encoding="utf-8") == before
        assert len(log()) == 1

    def test_a_text_of_an_editor_that_fails_is_kept(self, own: Path, tmp_path: Path) -> None:
        command = editor(tmp_path, "(path.write_text('half'), sys.exit(3))")
        with study(own, width=WIDE, EDITOR=command) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press("e")
            assert "exit code 3" in terminal.until("e opens that again")
        draft = Path(os.environ["MLQUIZ_HOME"]) / "drafts" / "apples.yaml"
        assert draft.read_text(encoding="utf-8") == "half"

    def test_an_editor_has_the_terminal_for_itself(self, own: Path, tmp_path: Path) -> None:
        command = editor(tmp_path, "print('echo' in subprocess.run('stty -a', shell=True, capture_output=True,"
                         " text=True, stdin=None).stdout.replace('-echo', ''), input('speak: '))")  # fmt: skip
        with study(own, width=WIDE, EDITOR=command) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press("e")
            terminal.until("speak:")
            assert terminal.echoes() and not terminal.screen.cursor.hidden
            terminal.press(f"kts{ENTER}")
            assert "True kts" in terminal.until("Nothing was changed.")
        assert log() == []

    def test_a_question_of_ours_is_not_changed(self) -> None:
        with Terminal("study", "--topic", "optimizers", width=WIDE, EDITOR="false") as terminal:
            terminal.until(says("quit"))
            terminal.press("e")
            shown = terminal.until("mlquiz add --editor")
            assert ".yaml" in shown and "mlquiz's own" in shown

    @pytest.mark.parametrize("change", ["gone", "broken", "changed"])
    def test_a_bank_that_changes_on_disk_is_no_crash(self, own: Path, tmp_path: Path, change: str) -> None:
        path = own / "questions" / TOPIC / "apples.yaml"
        step = f"(path.write_text(text + '# mine'), open({str(path)!r}, 'a').write('# theirs'))"
        with study(own, width=WIDE, EDITOR=editor(tmp_path, step)) as terminal:
            terminal.until(asked("apples", "en"))
            if change == "gone":
                path.unlink()
            if change == "broken":
                path.write_bytes(b"\xff\xfe")
            terminal.press("e")
            terminal.until("has changed" if change == "changed" else "cannot be read any more")
            terminal.press(" 4")
            terminal.until(asked("bridges", "en"))
            assert terminal.leave("q") == 0
        assert len(log()) == 1
        if change == "changed":
            assert path.read_text(encoding="utf-8").endswith("# theirs")


class TestTheTerminal:
    def test_another_size_redraws_the_keys_at_once(self, own: Path) -> None:
        with study(own) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" z")
            terminal.until_highlighted("2 hard")
            for width in (40, 110, 30):
                terminal.resize(width, 30)
                terminal.until_highlighted("2 hard")
                terminal.until(says("quit"))
                assert terminal.widest() <= width and terminal.text.count(says("quit")) == 1
            terminal.press("2")
            terminal.until(asked("bridges", "en"))

    def test_ctrl_z_gives_the_terminal_back_and_fg_shows_the_card_again(self, own: Path) -> None:
        with study(own, shell=True, width=WIDE) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press(" z")
            terminal.until_highlighted("2 hard")
            terminal.press("\x1a")
            terminal.until("topped")  # as the shell says it
            terminal.wait(terminal.echoes, "a terminal that echoes")
            assert not terminal.screen.cursor.hidden
            terminal.press("fg\r")
            assert asked("apples", "en") in terminal.until(told("apples", "en"))
            terminal.until_highlighted("2 hard")
            terminal.wait(lambda: not terminal.echoes(), "single keys")
            terminal.press("2")
            terminal.until(asked("bridges", "en"))
            terminal.press("q")
            terminal.until("1 answer")
        assert [event["rating"] for event in log()] == [Rating.HARD]

    def test_ten_columns_and_four_lines_still_show_the_keys(self, own: Path) -> None:
        with study(own, width=10, height=4) as terminal:
            terminal.until("q quit")
            terminal.press(" ")
            terminal.until("q quit")
            for key in "zxfl?":
                terminal.press(key)
            terminal.press("4")
            terminal.wait(lambda: any(event["kind"] == "reviewed" for event in log()), "the grade")
            assert terminal.leave("q") == 0

    def test_pasted_text_is_no_keys(self, own: Path) -> None:
        with study(own) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.press("\x1b[200~stunk 4 4q\r\x1b[201~")
            terminal.until(says("Pasted text is not taken for keys."))
            terminal.press(" ")
            terminal.until(told("apples", "en"))
        assert log() == []

    def test_a_pasted_number_is_typed(self, own: Path) -> None:
        with study(own, "--form", "numeric") as terminal:
            terminal.until(asked("candles", "en"))
            terminal.press("\x1b[200~4 640 candles\r\x1b[201~")
            terminal.until("> 4 640")
            terminal.press(ENTER)
            terminal.until(says("✓ Right"))

    def test_the_terminal_marks_pastes_only_while_the_session_lasts(self, own: Path) -> None:
        with study(own) as terminal:
            terminal.until(asked("apples", "en"))
            terminal.leave("q")
        assert terminal.raw.count(b"\x1b[?2004h") == 1 and terminal.raw.rstrip().count(b"\x1b[?2004l") >= 1

    def test_at_24_lines_a_long_answer_leaves_the_question_and_the_verdict_by_the_keys(self, own: Path) -> None:
        long = dict(sample.BRIDGES["text"]["en"], why=" ".join(["It bears."] * 400))
        sample.write(own, "bridges", sample.BRIDGES | {"text": {"en": long}})
        with study(own, "--form", "choice", height=24) as terminal:
            terminal.until(asked("bridges", "en"))
            terminal.press(terminal.line("Of stone").split()[0])
            terminal.until_highlighted("3 good")
            below = joined("\n".join(terminal.lines()[-6:]))
            assert asked("bridges", "en") in below and says("✓ Right") in below
            assert len(terminal.screen.display) == 24
