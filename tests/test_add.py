"""`mlquiz add`: by options, from standard input, in an editor, step by step; and what happens when it cannot."""

import os
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from sample import short_question
from terminal import ENTER, INTERRUPT, PYTHON, Terminal, environment, joined, run, says

from mlquiz import bank as banks
from mlquiz.cli.wizard import confirmed
from mlquiz.content import Root, own_root
from mlquiz.core.language import Language
from mlquiz.messages import translations
from mlquiz.writing import to_yaml

OPEN = ["--question", "Why is the sky blue?", "--answer", "Air scatters blue light most."]
POINTS = ["--key-point", "Short waves scatter more.", "--key-point", "The eye sees violet badly."]


@pytest.fixture
def home() -> Path:
    return Path(os.environ["MLQUIZ_HOME"])


def on_narrow_terminal(call: list[str]) -> list[str]:
    """The lines of a call that is refused, as it prints them on a terminal of 60 columns."""
    with Terminal(*call, width=60) as terminal:
        terminal.width = 10_000  # the terminal wraps a command that is to be pasted
        assert terminal.leave() == 2
        return terminal.raw.decode().replace("\r", "").splitlines()


def questions(root: Path) -> dict[str, Any]:
    """What stands in a bank: topic/id -> the data of its file."""
    found = sorted((root / "questions").glob("*/*"))
    return {f"{path.parent.name}/{path.stem}": yaml.safe_load(path.read_text(encoding="utf-8")) for path in found}


def drafts(home: Path) -> list[str]:
    """What was put aside, in the order of its names."""
    return [path.read_text(encoding="utf-8") for path in sorted((home / "drafts").glob("*"))]


def is_valid(root: Path) -> bool:
    """Whether the program reads everything in a bank."""
    return (root / "questions").is_dir() and not banks.load([Root(root)]).problems


class TestByOptions:
    def test_an_open_question(self, home: Path) -> None:
        result = run(
            "add", *OPEN, *POINTS, "--why", "Rayleigh.", "--limits", "At noon.", "--tag", "light", "--cite", "A book"
        )
        assert result.code == 0 and "added why-is-the-sky-blue:" in result.out and "ru, fr, zh" in result.out
        [(name, data)] = questions(home).items()
        assert (
            name == "own/why-is-the-sky-blue" and data["tags"] == ["light"] and data["sources"] == [{"cite": "A book"}]
        )
        text = data["text"]["en"]
        assert list(text["key_points"].values()) == POINTS[1::2] and text["why"] == "Rayleigh."
        assert data["form"]["essential"] == data["form"]["key_points"][0]
        assert is_valid(home) and drafts(home) == []

    def test_a_choice(self, home: Path) -> None:
        result = run(
            "add", *OPEN, "--right", "Scattering", "--wrong", "Reflection", "--wrong", "Emission", "--level", "junior"
        )
        [data] = questions(home).values()
        assert result.code == 0 and is_valid(home) and data["level"] == "junior"
        choices = data["text"]["en"]["choices"]
        assert data["form"]["kind"] == "choice" and choices[data["form"]["right"]]["text"] == "Scattering"
        assert [choices[key]["text"] for key in data["form"]["wrong"]] == ["Reflection", "Emission"]

    @pytest.mark.parametrize("value", ["4640", "0.3162", "-3", "1e-9", "1e20", "0"])
    def test_a_number(self, home: Path, value: str) -> None:
        result = run("add", *OPEN, f"--value={value}", "--tolerance", "0.01", "--unit", "nm")
        [data] = questions(home).values()
        assert result.code == 0 and is_valid(home)
        assert (float(data["form"]["value"]), data["text"]["en"]["unit"]) == (float(value), "nm")

    @pytest.mark.parametrize(
        ("language", "question", "id"),
        [
            ("fr", "Où est l'été éternel ?", "ou-est-l-ete-eternel"),
            ("ru", "Почему небо синее?", None),
            ("zh", "天空为什么是蓝色的？", None),
        ],
    )
    def test_in_another_language_it_is_asked_there_next(
        self, home: Path, language: str, question: str, id: str | None
    ) -> None:
        result = run("add", "--lang", language, "--question", question, "--answer", "!")
        assert result.code == 0 and is_valid(home)
        [name] = questions(home)
        assert name == f"own/{id}" if id else re.fullmatch(r"own/q-[0-9a-f]{8}", name)
        for wanted in (language, "en"):
            asked = run("study", "--topic", "own", "--lang", wanted, stdin="\n3\n")
            assert question in asked.out and f"· {language}" in asked.out

    def test_check_lists_what_is_still_missing_as_a_note(self, home: Path) -> None:
        run("add", *OPEN)
        result = run("check")
        assert result.code == 0
        assert re.search(
            r"^note: \S*why-is-the-sky-blue.yaml:\d+:\d+: incomplete, .*only en$", result.out, re.MULTILINE
        )

    def test_any_text_is_kept_as_it_was_written(self, home: Path) -> None:
        odd = 'no: "yes" # [red]{x}[/red] \\ \t \x1b[31m $x^2$ 🍎\n- a: b\n\n  ---\n"'
        result = run("add", "--id", "odd", "--question", odd, "--answer", "12:30", *POINTS)
        assert result.code == 0 and is_valid(home)
        assert questions(home)["own/odd"]["text"]["en"]["question"] == odd
        assert "\x1b" not in run("show", "odd").out and "\x1b" not in result.out

    def test_an_id_that_is_taken_gets_a_number(self, home: Path) -> None:
        for end in ("at noon?", "at dawn?", "on Mars?"):
            assert run("add", "--question", f"Why is the sky so blue {end}", "--answer", "!").code == 0
        assert set(questions(home)) == {f"own/why-is-the-sky-so-blue{end}" for end in ("", "-2", "-3")}

    def test_the_same_question_again_is_added_only_under_an_id(self, home: Path) -> None:
        assert run("add", *OPEN).code == 0
        again = run("add", *OPEN)
        assert (
            again.code == 2 and "why-is-the-sky-blue" in again.err and "--id" in again.err and len(questions(home)) == 1
        )
        assert run("add", *OPEN, "--id", "blue").code == 0 and len(questions(home)) == 2

    def test_a_similar_question_is_shown(self, home: Path) -> None:
        run("add", *OPEN)
        result = run("add", "--question", "The sky: why is it blue?", "--answer", "!")
        assert result.code == 0 and "similar: why-is-the-sky-blue: Why is the sky blue?" in result.err
        assert "similar" not in run("add", "--question", "What is momentum for?", "--answer", "!").err

    def test_to_another_bank(self, home: Path, tmp_path: Path) -> None:
        result = run("add", *OPEN, "--topic", "optics", "--id", "blue", "--to", tmp_path / "team")
        assert result.code == 0 and list(questions(tmp_path / "team")) == ["optics/blue"] and questions(home) == {}
        assert f"MLQUIZ_BANK names {tmp_path / 'team'}" in result.out
        assert "blue" in run("study", "--topic", "optics", MLQUIZ_BANK=str(tmp_path / "team")).out

    def test_an_editor_finds_the_schema_beside_it(self, home: Path) -> None:
        run("add", *OPEN)
        [path] = (home / "questions" / "own").glob("*.yaml")
        schema = re.match(r"# yaml-language-server: \$schema=(\S+)\n", path.read_text(encoding="utf-8"))
        assert schema and (path.parent / schema[1]).read_text(encoding="utf-8") == run("check", "--schema").out

    def test_a_demo_is_linked(self, home: Path) -> None:
        assert run("add", *OPEN, "--demo", "rmsprop").code == 0
        assert questions(home)["own/why-is-the-sky-blue"]["demo"] == "rmsprop"


class TestRefused:
    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (["--topic", "My Topic"], ["--topic", "hyphens", "My Topic"]),
            (["--topic", "../away"], ["--topic", "hyphens"]),
            (["--id", "Blue!"], ["--id", "hyphens", "Blue!"]),
            (["--id", ""], ["--id", "hyphens"]),
            (["--id", "rmsprop-first-step"], ["rmsprop-first-step is taken"]),
            (["--lang", "de"], ["'de'"]),
            (["--value", "many"], ["--value", "many"]),
            (["--colour", "blue"], ["--colour"]),
        ],
    )
    def test_an_option_that_cannot_be_used(self, home: Path, options: list[str], says: list[str]) -> None:
        result = run("add", *OPEN, *options)
        assert result.code == 2 and all(part in result.err for part in says) and "Traceback" not in result.err
        assert questions(home) == {}

    @pytest.mark.parametrize("stdin", [None, to_yaml(short_question())])
    @pytest.mark.parametrize("names", [["--id", "Bad Id"], ["--id", "../x"], ["--topic", "A B"]])
    def test_a_name_that_is_none_loses_nothing(self, home: Path, names: list[str], stdin: str | None) -> None:
        result = run("add", *([] if stdin else OPEN), *names, stdin=stdin)
        path = home / "drafts" / "own.question.yaml"
        assert result.code == 2 and result.err.startswith(f"{names[0]}, expected lower-case") and names[1] in result.err
        assert "next: nothing was added" in result.err and f"    mlquiz add --topic own < {path}" in result.err
        assert run("add", stdin=path.read_text(encoding="utf-8")).code == 0 and len(questions(home)) == 1

    @pytest.mark.parametrize("options", [["--answer", "X", "--tag", "t"], ["--value", "3"], ["--level", "senior"]])
    def test_options_without_the_question(self, home: Path, options: list[str]) -> None:
        result = run("add", *options, stdin=to_yaml(short_question()))
        assert result.code == 2 and result.err.startswith("--question is missing.") and "next:" in result.err
        assert questions(home) == {}

    @pytest.mark.parametrize(
        ("answer", "shown"),
        [("$\\frac{1}{2$", "note: the formula $\\frac{1}{2$ does not render"), ("cost is $x", "as it stands: $x")],
    )
    def test_a_formula_that_does_not_render_is_told_at_once(self, home: Path, answer: str, shown: str) -> None:
        result = run("add", "--question", "Why?", "--answer", answer)
        assert result.code == 0 and shown in result.err and len(questions(home)) == 1
        assert run("add", "--question", "What?", "--answer", "$x^2$").err == ""

    def test_a_folder_is_made_only_in_one_that_is_there(self, home: Path, tmp_path: Path) -> None:
        result = run("add", *OPEN, "--to", tmp_path / "no" / "such")
        assert result.code == 2 and "There is no such folder." in result.err and "next:" in result.err
        assert not (tmp_path / "no").exists() and len(drafts(home)) == 1
        assert f"made the folder {tmp_path / 'such'}" in run("add", *OPEN, "--to", tmp_path / "such").out
        again = run("add", "--question", "What?", "--answer", "!", "--to", tmp_path / "such")
        assert again.code == 0 and "made the folder" not in again.out

    @pytest.mark.parametrize(("key", "code"), [("n", 2), ("y", 0)])
    def test_at_a_terminal_it_asks_before_it_makes_a_folder(
        self, home: Path, tmp_path: Path, key: str, code: int
    ) -> None:
        with wide("add", *OPEN, "--to", tmp_path / "no" / "such") as terminal:
            terminal.until("Make it?")
            assert terminal.leave(key + ENTER) == code
        assert (tmp_path / "no").exists() == (code == 0) and len(drafts(home)) == bool(code)

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (["--answer", " "], '--answer, expected some text, received " "'),
            (["--answer", ""], "--answer, expected some text, received nothing"),
            (["--right", "Yes"], "--wrong: wrong choices, expected two or three different ones, received nothing"),
            (["--right", "Yes", "--wrong", "No"], '--wrong: wrong choices, expected two or three .*, received "No"'),
            (["--wrong", "No", "--wrong", "Never"], "--right, expected some text, received nothing"),
            (["--wrong", "No", "--wrong", "", "--right", "Yes"], "--wrong, expected some text, received nothing"),
            (["--right", "A", "--wrong", "A ", "--wrong", "B"], '--wrong: the same choice twice, .*, received "A "$'),
            (["--right", "A", "--wrong", "B", "--wrong", "B"], '--wrong: the same choice twice, .*, received "B"$'),
            (["--key-point", "k", "--key-point", "k"], '--key-point: the same key point twice, .*, received "k"$'),
            ([f"--key-point={letter}" for letter in "abcde"], "--key-point: key points, expected at most four different ones, received \"a\", "),
            (["--key-point", "a", "--right", "Yes", "--wrong", "b", "--wrong", "c"], "--key-point: .*received \"a\"$"),
            (["--level", "boss"], '--level, expected one of junior, mid, senior, received "boss"$'),
            (["--demo", "rmsporp"], '--demo: unknown demo, expected rmsprop, received "rmsporp"$'),
            (["--demo", "xyzzy"], '--demo: unknown demo, expected a name that mlquiz demo lists, received "xyzzy"$'),
            (["--tag", "fine", "--tag", "Two Words"], '--tag, expected lower-case.*, received "Two Words"$'),
            (["--value", "3", "--tolerance", "-1"], "--tolerance, expected 0 or more and less than 1, received -1$"),
            (["--value", "5", "--tolerance", "2"], "--tolerance, expected 0 or more and less than 1, received 2$"),
            (["--tolerance", "0.1"], "--tolerance: a tolerance without a number, expected --value, received 0.1"),
            (["--value", "nan"], "--value, expected a number, received nan"),
            (["--unit", "nm"], '--unit: unit in a question of kind open, expected none, received "nm"'),
            (
                ["--value", "3", "--right", "Yes", "--wrong", "No", "--wrong", "Never"],
                "--value: a question has one form, expected either --value, or --right with --wrong, received 3$",
            ),
        ],
    )  # fmt: skip
    def test_what_is_invalid_is_named_by_its_option_with_what_was_given_and_kept(
        self, home: Path, options: list[str], says: str
    ) -> None:
        result = run("add", *OPEN, *options)
        problems, _, next_step = result.err.partition("\n  next: nothing was added")
        assert result.code == 2 and next_step and re.fullmatch(f"{says}.*", problems), result.err
        assert questions(home) == {}
        [draft] = drafts(home)
        assert "Why is the sky blue?" in draft and all(
            option in draft for option in options if not option.startswith("-")
        )

    def test_every_problem_is_told_at_once(self, home: Path) -> None:
        err = run("add", *OPEN, "--level", "boss", "--tag", "Two Words", "--demo", "rmsporp").err
        assert "boss" in err and "Two Words" in err

    def test_the_way_back_that_it_names_works(self, home: Path) -> None:
        err = run("add", "--id", "blue", "--topic", "optics", *OPEN, "--level", "boss").err
        [path] = (home / "drafts").iterdir()
        assert f"mlquiz add --id blue --topic optics < {path}" in err
        mended = path.read_text(encoding="utf-8").replace("boss", "senior")
        assert run("add", "--id", "blue", "--topic", "optics", stdin=mended).code == 0
        assert list(questions(home)) == ["optics/blue"] and is_valid(home)

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_on_a_terminal_the_hints_wrap_with_a_hanging_indent_and_in_a_pipe_they_do_not(
        self, home: Path, language: str
    ) -> None:
        call = ["add", *OPEN, "--level", "boss", "--ui", language]
        piped = run(*call).err.splitlines()
        assert len(piped) == 3 and len(piped[1]) > 80
        shown = on_narrow_terminal(call)
        assert len(shown) > 4 and "".join("".join(shown).split()) == "".join("".join(piped).split())
        place = next(number for number, line in enumerate(shown) if line.startswith(piped[1][:6]))
        assert all(line.startswith("    ") for line in shown[place + 1 :])

    def test_a_command_to_paste_stands_on_a_line_of_its_own_and_is_never_broken(self, home: Path) -> None:
        [draft] = [home / "drafts" / "own.question.yaml"]
        shown = on_narrow_terminal(["add", *OPEN, "--level", "boss"])
        assert shown[-1] == f"    mlquiz add --topic own < {draft}" and len(shown[-1]) > 60
        draft.write_text(draft.read_text(encoding="utf-8").replace("boss", "mid"), encoding="utf-8")
        done = subprocess.run(
            shown[-1].replace("mlquiz", f"{PYTHON} -m mlquiz"), shell=True, check=False, env=environment()
        )
        assert done.returncode == 0 and len(questions(home)) == 1

    def test_the_command_names_the_bank_and_is_quoted_for_the_shell(self, home: Path, tmp_path: Path) -> None:
        err = run("add", *OPEN, "--level", "boss", "--to", tmp_path / "my team").err
        assert f"--to '{tmp_path / 'my team'}' < " in err

    def test_drafts_never_overwrite_one_another(self, home: Path) -> None:
        for level in ("boss", "chief"):
            run("add", *OPEN, "--level", level)
        assert ["boss" in draft for draft in drafts(home)] == ["chief" not in draft for draft in drafts(home)]
        assert len(drafts(home)) == 2

    def test_the_same_call_again_keeps_no_second_draft(self, home: Path) -> None:
        for _ in range(3):
            err = run("add", *OPEN, "--level", "boss").err
            assert f"mend {home / 'drafts' / 'own.question.yaml'} (" in err
        assert len(drafts(home)) == 1

    def test_a_draft_that_was_added_from_its_file_is_gone(self, home: Path) -> None:
        run("add", *OPEN, "--level", "boss")
        [path] = (home / "drafts").iterdir()
        mended = path.read_text(encoding="utf-8").replace("boss", "senior")
        path.write_text(mended, encoding="utf-8")
        assert run("add", stdin=mended).code == 0
        assert drafts(home) == [] and is_valid(home)

    def test_an_existing_file_is_never_changed(self, home: Path, tmp_path: Path) -> None:
        """Not even one in a folder that the program does not study."""
        run("add", *OPEN, "--id", "blue", "--to", tmp_path / "team")
        before = questions(tmp_path / "team")
        result = run("add", "--question", "Other?", "--answer", "!", "--id", "blue", "--to", tmp_path / "team")
        assert result.code == 2 and "blue" in result.err and questions(tmp_path / "team") == before
        assert any("Other?" in draft for draft in drafts(home)), "what was typed is kept"

    @pytest.mark.parametrize("where", ["/proc/nowhere", "/dev/null"])
    def test_a_folder_that_cannot_be_written_loses_nothing(self, home: Path, where: str) -> None:
        result = run("add", *OPEN, "--to", where)
        assert result.code == 5 and where in result.err and "Traceback" not in result.err
        assert any("Why is the sky blue?" in draft for draft in drafts(home)), "what was typed is kept"

    def test_bytes_that_are_no_text(self, home: Path) -> None:
        result = run("add", "--question", os.fsdecode(b"\xff\xfe?"), "--answer", "!")
        assert result.code == 2 and "Traceback" not in result.err and "report it" not in result.err
        assert questions(home) == {}


class TestFromStandardInput:
    def test_a_whole_question_with_comments(self, home: Path) -> None:
        text = "# mine\n" + to_yaml(short_question(tags=["light"]))
        assert run("add", "--id", "mine", "--topic", "optics", stdin=text).code == 0
        assert list(questions(home)) == ["optics/mine"] and is_valid(home)
        assert "# mine" in (home / "questions/optics/mine.yaml").read_text(encoding="utf-8")

    @pytest.mark.parametrize(
        ("text", "says", "there"),
        [
            ("level: mid\ntext: [1\n", "not YAML", ""),
            ("level: no\n", "YAML takes this for a bool", "no"),
            ("level: mid\nlevel: junior\n", "duplicate key level", "level: junior"),
            ("level: mid\ntxet: {}\n", "unknown key txet", "txet"),
            ("- a\n- b\n", "expected", "- a"),
            ("just a sentence", "expected", "just a sentence"),
        ],
    )
    def test_a_broken_one_is_named_by_its_place_and_kept(self, home: Path, text: str, says: str, there: str) -> None:
        """The place is one in the file that is named; without a name, in what was given."""
        result = run("add", stdin=text)
        found = re.search(rf"^(.*?):(\d+):(\d+): .*{says}", result.err, re.MULTILINE)
        assert result.code == 2 and found and "Traceback" not in result.err
        lines = (Path(found[1]).read_text(encoding="utf-8") if Path(found[1]).is_file() else text).splitlines()
        assert not there or lines[int(found[2]) - 1][int(found[3]) - 1 :].startswith(there)
        assert questions(home) == {} and any(text in draft for draft in drafts(home))

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"", "empty"),
            (b"# only a comment\n", "empty"),
            (b"\xff\xfe", "UTF-8"),
            (b"a: \0", "binary"),
            (b"x" * 300_000, "too large"),
        ],
    )
    def test_what_is_no_text_of_a_question(self, home: Path, content: bytes, says: str) -> None:
        result = run("add", stdin=content)
        assert result.code == 2 and says in result.err and questions(home) == {} and "Traceback" not in result.err


class TestInAnEditor:
    @pytest.fixture
    def editor(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
        """Makes an EDITOR of some lines of Python that change `text`."""

        def make(*lines: str) -> None:
            program = tmp_path / "an editor.py"
            start = "import pathlib, sys; path = pathlib.Path(sys.argv[1]); text = path.read_text(encoding='utf-8')"
            program.write_text("\n".join([start, *lines, "path.write_text(text, encoding='utf-8')"]), encoding="utf-8")
            monkeypatch.setenv("EDITOR", f"{PYTHON} '{program}'")
            monkeypatch.delenv("VISUAL", raising=False)

        return make

    FILL = "text = text.replace('?\\n', 'Why blue?\\n').replace('\"?\"', 'Scattering.', 1).replace('\"?\"', 'Violet.')"

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_the_filled_template_is_added(self, home: Path, editor: Any, language: str) -> None:
        editor(self.FILL)
        result = run("add", "--editor", "--topic", "optics", "--lang", language, "--id", "blue")
        assert result.code == 0 and is_valid(home)
        assert questions(home)["optics/blue"]["text"][language]["question"].strip() == "Why blue?"

    def test_an_unchanged_template_adds_nothing(self, home: Path, editor: Any) -> None:
        editor()
        result = run("add", "--editor")
        assert result.code == 2 and "not changed" in result.err and questions(home) == {} and drafts(home) == []

    def test_an_invalid_text_is_named_and_kept(self, home: Path, editor: Any) -> None:
        editor(self.FILL, "text = text.replace('level: mid', 'level: boss')")
        result = run("add", "--editor")
        assert result.code == 2 and re.search(r":\d+:8: level, expected", result.err) and questions(home) == {}
        [draft] = drafts(home)
        assert "level: boss" in draft and "Why blue?" in draft

    def test_at_a_terminal_it_opens_again_until_it_is_right(self, home: Path, editor: Any) -> None:
        second = "text = text.replace('level: boss', 'level: mid') if 'boss' in text else text.replace('level: mid', 'level: boss')"
        editor(self.FILL, second)
        with wide("add", "--editor", "--id", "blue") as terminal:
            terminal.until("Edit it again?")
            assert "level, expected" in terminal.text
            assert terminal.leave(ENTER) == 0
        assert list(questions(home)) == ["own/blue"] and drafts(home) == []

    def test_a_draft_that_was_kept_is_offered_mended_and_gone_once_it_is_added(self, home: Path, editor: Any) -> None:
        run("add", *OPEN, "--id", "blue", "--level", "boss")
        editor("text = text.replace('level: boss', 'level: chief') if 'boss' in text else text.replace('chief', 'mid')")
        with wide("add") as terminal:
            assert str(home / "drafts" / "own.blue.yaml") in terminal.until("Go on with it in your editor?")
            terminal.press(ENTER)
            terminal.until("Edit it again?")
            assert 'received "chief"' in terminal.text
            assert terminal.leave(f"n{ENTER}") == 2
        [draft] = drafts(home)
        assert "level: chief" in draft, "what was typed last is kept in the same place"
        with wide("add") as terminal:
            terminal.until("Go on with it in your editor?")
            assert terminal.leave(f"y{ENTER}") == 0
        assert list(questions(home)) == ["own/blue"] and drafts(home) == [] and is_valid(home)

    def test_a_draft_that_is_not_wanted_stays_or_is_deleted(self, home: Path) -> None:
        run("add", *OPEN, "--level", "boss")
        with wide("add") as terminal:
            answer(terminal, ("Go on with it in your editor?", "n"), ("Delete it?", "y"))
            terminal.until("Question")
            assert terminal.leave(INTERRUPT) == 130
        assert drafts(home) == []

    def test_a_draft_that_is_left_is_offered_again_only_when_it_has_changed(self, home: Path) -> None:
        run("add", *OPEN, "--level", "boss")
        path = home / "drafts" / "own.question.yaml"
        with wide("add") as terminal:
            answer(terminal, ("Go on with it in your editor?", "n"), ("Delete it?", ""))
            assert f"delete the file, or add it with: mlquiz add --topic own < {path}" in terminal.until("Question")
            assert terminal.leave(INTERRUPT) == 130
        with wide("add") as terminal:
            assert "draft" not in terminal.until("Question")
        path.write_text(path.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
        with wide("add") as terminal:
            terminal.until("Go on with it in your editor?")

    @pytest.mark.parametrize(
        ("name", "text", "options"),
        [
            ("apples", "level: mid", []),
            ("own.question", " \n", []),
            ("optics.question", "level: mid", ["--topic", "own"]),
            ("own.red", "level: mid", ["--id", "blue"]),
            ("own.question", "level: mid", ["--answer", "Scattering."]),
        ],
        ids=["of an edit", "empty", "of another topic", "of another id", "beside options"],
    )
    def test_a_draft_that_is_not_meant_is_not_offered(
        self, home: Path, name: str, text: str, options: list[str]
    ) -> None:
        (home / "drafts").mkdir()
        (home / "drafts" / f"{name}.yaml").write_text(text, encoding="utf-8")
        with wide("add", *options) as terminal:
            assert "draft" not in terminal.until("Question")

    def test_a_draft_is_gone_on_with_in_its_own_topic(self, home: Path, editor: Any) -> None:
        run("add", *OPEN, "--level", "boss", "--topic", "optics")
        editor("text = text.replace('boss', 'mid')")
        with wide("add") as terminal:
            terminal.until("Go on with it in your editor?")
            assert terminal.leave(ENTER) == 0
        assert list(questions(home)) == ["optics/why-is-the-sky-blue"]

    def test_an_editor_opens_with_what_the_options_give(self, home: Path, editor: Any) -> None:
        editor("text = text.replace('scatters', 'SCATTERS')")
        assert run("add", *OPEN, *POINTS, "--editor").code == 0
        assert "SCATTERS" in questions(home)["own/why-is-the-sky-blue"]["text"]["en"]["answer"]
        editor()
        assert run("add", *OPEN, *POINTS, "--editor", "--id", "blue").code == 0

    def test_an_editor_that_empties_the_text_leaves_no_draft(self, home: Path, editor: Any) -> None:
        editor("text = ''")
        assert run("add", "--editor").code == 2 and drafts(home) == []

    @pytest.mark.parametrize("line", ["sys.exit(3)", "path.write_text(text + '# mine\\n'); sys.exit(3)"])
    def test_an_editor_that_fails_adds_nothing_and_loses_nothing(self, home: Path, editor: Any, line: str) -> None:
        editor(line)
        result = run("add", "--editor")
        assert result.code == 5 and "exit code 3" in result.err and questions(home) == {}
        assert ["# mine" in draft for draft in drafts(home)] == ([True] if "mine" in line else [])

    @pytest.mark.parametrize("name", ["/no/such/editor", "'unclosed", "/dev/null"])
    def test_an_editor_that_cannot_be_run(self, home: Path, name: str) -> None:
        result = run("add", "--editor", EDITOR=name, VISUAL=None)
        assert (
            result.code == 5
            and name in result.err
            and "mlquiz config editor" in result.err
            and "Traceback" not in result.err
        )

    def test_an_editor_that_deletes_the_file(self, home: Path, tmp_path: Path) -> None:
        result = run("add", "--editor", EDITOR="rm", VISUAL=None)
        assert result.code in (2, 5) and "report it" not in result.err and questions(home) == {}


def wide(*args: str) -> Terminal:
    """A terminal on which no path is wrapped."""
    return Terminal(*args, width=400, height=40)


def answer(terminal: Terminal, *steps: tuple[str, str]) -> None:
    """Wait for each prompt and type its answer."""
    for prompt, typed in steps:
        terminal.until(prompt)
        terminal.press(typed + ENTER)


class TestStepByStep:
    def test_an_open_question_in_one_go(self, home: Path) -> None:
        with wide("add") as terminal:
            answer(
                terminal, ("Question", "Why is the sky blue?"), ("Form", ""), ("Answer", "Scattering."),
                ("Key point", "Short waves."), ("Key point", "Violet."), ("Key point", ""), ("Why", ""),
                ("When it is false", ""), ("Level", "senior"), ("Source", "A book"), ("Topic", "My Optics"),
                ("hyphens", "optics"), ("Id", ""),
            )  # fmt: skip
            assert "Why is the sky blue?" in terminal.until("Add it?")
            assert terminal.leave(ENTER) == 0
            assert "added why-is-the-sky-blue" in terminal.text
        data = questions(home)["optics/why-is-the-sky-blue"]
        assert is_valid(home) and data["level"] == "senior" and len(data["form"]["key_points"]) == 2
        assert "Why is the sky blue?" in run("study", "--topic", "optics").out

    def test_a_choice_and_a_number(self, home: Path) -> None:
        """The language of the question is not that of the interface."""
        end = (("Answer", "Scattering."), ("Why", ""), ("When", ""), ("Level", ""), ("Source", ""), ("Topic", ""))
        with wide("add", "--lang", "ru", "--ui", "en") as terminal:
            answer(
                terminal, ("Question", "Почему небо синее?"), ("Form", "choice"), ("Right choice", "Рассеяние"),
                ("Wrong choice", "Отражение"), ("Wrong choice", ""), ("at least 2", "Излучение"), ("Wrong choice", ""),
                *end, ("Id", "blue"), ("Add it?", "y"),
            )  # fmt: skip
            assert terminal.leave() == 0
        with wide("add") as terminal:
            answer(
                terminal, ("Question", "How fast is light?"), ("Form", "numeric"), ("Number", "fast"),
                ("That is not a number.", "299 792 458"), ("Accepted", "1"), ("less than 1", "0.01"), ("Unit", "m/s"), *end,
                ("Id", "blue"), ("taken", "light"), ("Add it?", ""),
            )  # fmt: skip
            assert terminal.leave() == 0
        assert is_valid(home) and questions(home)["own/light"]["form"]["value"] == 299_792_458
        assert questions(home)["own/blue"]["text"]["ru"]["question"] == "Почему небо синее?"

    @pytest.mark.parametrize("language", ["ru", "fr", "zh"])
    def test_it_asks_and_tells_in_the_interfaces_language(self, home: Path, language: Language) -> None:
        labels = (
            "Why (optional)", "When it is false (optional)", "Level", "Source (optional)", "Topic", "Id",
        )  # fmt: skip
        with wide("add", "--lang", "en", "--ui", language) as terminal:
            answer(
                terminal, (says("Question", language), "Why blue?"), (says("Form", language), "numeric"),
                (says("Number", language), "blue"), (says("That is not a number.", language), "470"),
                (says("Accepted relative error", language), ""), (says("Unit", language), "nm"),
                (says("Answer, as you would say it", language), "Scattering."),
                *((says(label, language), "") for label in labels), (says("Add it?", language), says("yes", language)),
            )  # fmt: skip
            assert terminal.leave() == 0
            assert joined(says("still without: {languages}", language, languages="ru, fr, zh")) in terminal.text
        assert is_valid(home) and questions(home)["own/why-blue"]["text"]["en"]["unit"] == "nm"

    @pytest.mark.parametrize(
        ("language", "letters", "no", "yes"),
        [
            ("en", "[Y/n]", "nO", "y"),
            ("ru", "[Д/н]", "н", "ДА"),
            ("fr", "[O/n]", "non", "o"),
            ("zh", "[Y 是/n 否]", "否", "是"),
        ],
    )
    def test_it_takes_yes_and_no_in_the_interfaces_language_and_in_english(
        self, home: Path, monkeypatch: pytest.MonkeyPatch, language: Language, letters: str, no: str, yes: str
    ) -> None:
        tr, asked = translations(language), list[str]()

        def says_of(*answers: str) -> bool:
            given = iter(answers)
            monkeypatch.setattr(click.termui, "visible_prompt_func", lambda prompt: asked.append(prompt) or next(given))
            return confirmed("?", tr, default=True)

        assert not says_of(no) and says_of(yes) and not says_of("perhaps", "N") and says_of("Yes") and says_of("")
        assert not says_of("no") and says_of("y")
        assert all(letters in prompt for prompt in asked)

    def test_a_similar_question_is_shown_before_the_work_begins(self, home: Path) -> None:
        run("add", *OPEN)
        with wide("add") as terminal:
            answer(terminal, ("Question", "Why is the sky so blue?"))
            assert "similar: why-is-the-sky-blue" in terminal.until("Is yours another question?")
            assert terminal.leave(f"n{ENTER}") != 0
        assert len(questions(home)) == 1

    def test_only_what_the_options_do_not_give_is_asked_for(self, home: Path) -> None:
        options = ["--answer", "Scattering.", "--tag", "light", "--level", "senior", "--key-point", "Short waves."]
        with wide("add", *options, "--why", "Rayleigh.", "--limits", "At noon.") as terminal:
            answer(terminal, ("Question", "Why is the sky blue?"), ("Source", ""), ("Topic", ""), ("Id", "blue"))
            terminal.until("Add it?")
            assert terminal.leave(ENTER) == 0
        data = questions(home)["own/blue"]
        assert is_valid(home) and (data["level"], data["tags"]) == ("senior", ["light"])
        assert data["text"]["en"]["answer"] == "Scattering." and len(data["form"]["key_points"]) == 1

    def test_a_wrong_choice_that_is_missing_is_asked_for_and_no_choice_twice(self, home: Path) -> None:
        with wide("add", "--right", "Scattering", "--wrong", "Reflection", "--answer", "Scattering.") as terminal:
            answer(
                terminal, ("Question", "Why blue?"), ("done) 2", "Scattering"), ("there already", "Emission"),
                ("done) 3", ""), ("Why", ""), ("When", ""), ("Level", ""), ("Source", ""), ("Topic", ""), ("Id", "blue"),
            )  # fmt: skip
            terminal.until("Add it?")
            assert terminal.leave(ENTER) == 0
        choices = questions(home)["own/blue"]["text"]["en"]["choices"]
        assert [choice["text"] for choice in choices.values()] == ["Scattering", "Reflection", "Emission"]

    @pytest.mark.parametrize("options", [["--level", "boss"], ["--tolerance", "2"], ["--right", "A", "--value", "3"]])
    def test_options_that_are_wrong_are_refused_before_anything_is_asked(self, home: Path, options: list[str]) -> None:
        with wide("add", *options) as terminal:
            assert terminal.leave() == 2
            assert "nothing was added" in terminal.text and "Question" not in terminal.text
        assert len(drafts(home)) == 1

    def test_declining_at_the_end_keeps_the_draft(self, home: Path) -> None:
        with wide("add", "--id", "blue") as terminal:
            answer(
                terminal, ("Question", "Why blue?"), ("Form", ""), ("Answer", "Scattering."), ("Key point", ""), ("Why", ""),
                ("When", ""), ("Level", ""), ("Source", ""), ("Topic", ""), ("Id", ""),
            )  # fmt: skip
            terminal.until("Add it?")
            assert terminal.leave(f"n{ENTER}") == 0
            assert "nothing was added" in terminal.text
        assert questions(home) == {} and "Why blue?" in drafts(home)[0]

    @pytest.mark.parametrize("leave", [INTERRUPT, "\x04"])
    def test_leaving_in_the_middle_keeps_all_that_was_typed(self, home: Path, leave: str) -> None:
        with wide("add") as terminal:
            answer(
                terminal,
                ("Question", "Why blue?"),
                ("Form", ""),
                ("Answer", "Scattering."),
                ("done) 1", "Short waves."),
            )
            terminal.until("done) 2")
            assert terminal.leave(leave) == 130
            assert "kept in" in terminal.text and "nothing was added" in terminal.text
        [draft] = drafts(home)
        assert all(text in draft for text in ("Why blue?", "Scattering.", "Short waves."))
        assert questions(home) == {}

    def test_leaving_before_anything_was_typed_keeps_nothing(self, home: Path) -> None:
        with wide("add") as terminal:
            terminal.until("Question")
            assert terminal.leave(INTERRUPT) == 130
        assert drafts(home) == []

    def test_being_terminated_in_the_middle_keeps_all_that_was_typed(self, home: Path) -> None:
        with wide("add") as terminal:
            answer(terminal, ("Question", "Why blue?"), ("Form", ""))
            terminal.until("Answer")
            terminal.child.kill(signal.SIGTERM)
            assert terminal.leave() == 143
        assert "Why blue?" in "".join(drafts(home))


def test_ours_is_not_written_to(home: Path) -> None:
    before = sorted(own_root().questions.rglob("*"))
    assert run("add", *OPEN).code == 0
    assert sorted(own_root().questions.rglob("*")) == before
