"""`mlquiz check` and `mlquiz show`: what is wrong with a bank, where, and what is shown of a question."""

import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
import sample
from sample import TOPIC, asked, short_question, told, write
from terminal import Terminal, joined, run

from mlquiz import bank as banks
from mlquiz.content import own_root
from mlquiz.core.question import LANGUAGES, Choice, Language, Open, SeedSource
from mlquiz.messages import translations
from mlquiz.view.prose import plain
from mlquiz.writing import to_yaml

OURS = banks.load([own_root()]).items
ERRATA = [one for item in OURS.values() for one in item.question.errata]


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bank of the user's, in use."""
    (tmp_path / "bank").mkdir()
    monkeypatch.setenv("MLQUIZ_BANK", str(tmp_path / "bank"))
    return tmp_path / "bank"


def lines_of(text: str, path: Path) -> list[str]:
    """What is told of one file, from the position on."""
    return [line.removeprefix(f"{path}:") for line in text.splitlines() if line.startswith(f"{path}:")]


class TestOurBank:
    def test_nothing_is_wrong_with_it(self) -> None:
        result = run("check")
        assert (result.code, result.err) == (0, ""), result.out
        assert f"{len(OURS)} questions" in result.out and result.out.rstrip().endswith("0 problems")
        assert "note:" not in result.out

    def test_the_schema_in_it_is_the_one_of_this_program(self) -> None:
        result = run("check", "--schema")
        assert result.code == 0 and result.out == (own_root().questions / "question.schema.json").read_text(
            encoding="utf-8"
        )

    @pytest.mark.parametrize("id", OURS)
    def test_every_question_can_be_shown_in_every_language(self, id: str) -> None:
        """One language through the program, all four of the bank in turn over the questions."""
        language: Language = LANGUAGES[list(OURS).index(id) % len(LANGUAGES)]
        text, form = OURS[id].question.text[language], OURS[id].question.form
        result = run("show", id, "--lang", language)
        assert (result.code, result.err) == (0, "")
        told_points = [text.key_points[point] for point in form.key_points] if isinstance(form, Open) else []
        choices = [choice.text for choice in text.choices.values()] if isinstance(form, Choice) else []
        for part in (text.limits or "", *told_points, *choices):
            assert "{" in part or squeezed(plain(part))[:25] in squeezed(result.out)
        assert "$" not in result.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_where_one_stands_is_told_in_one_line(language: Language) -> None:
    for id in ("weight-decay-vs-l2", "early-stopping-weights", "batch-norm-inference"):
        assert f" {language} " in run("show", id, "--lang", language).out.splitlines()[0] + " "


def squeezed(text: str) -> str:
    """Letters and digits alone, so that neither line breaks nor markup matter."""
    return re.sub(r"\W", "", text)


BROKEN: dict[str, tuple[bytes, str]] = {
    "empty": (b"", r"1:1: an empty file"),
    "comments": (b"# nothing\n", r"1:1: an empty file"),
    "binary": (b"level: mid\n\0\1\2", r"1:1: a binary file"),
    "huge": (b"# " + b"x" * 300_000, r"1:1: too large"),
    "latin": ("level: mid\ntags: [é]".encode("latin-1"), r"2:8: not UTF-8.*0xe9"),
    "half": (b"level: mid\ntext: {en: [", r"\d+:\d+: not YAML"),
    "tabs": (b"level: mid\n\ttext: 1", r"2:1: not YAML"),
    "alias": (b"level: &a mid\ntags: [*a]\n", r"\d+:\d+: "),
    "bomb": (b"a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]\n", r"\d+:\d+: an alias"),
    "deep": (b"[" * 5000 + b"]" * 5000, r"\d+:\d+: .*nested too deeply"),
    "number": (
        b"level: mid\ntext: {en: {question: 12:30, answer: no}}\nform: {kind: open}\n",
        r"2:2\d: YAML takes this",
    ),
    "twice": (b"level: mid\nlevel: mid\n", r"2:1: duplicate key level"),
    "unknown": (
        b"level: mid\nform: {kind: open}\ntext: {en: {question: Q, answer: A, hint: H}}\n",
        r"3:\d+: unknown key hint",
    ),
    "control": (b"level: mid\ntext: \x1b[31m\n", r"2:\d+: not YAML"),
    "list": (b"- one\n- two\n", r"1:1: "),
    "documents": (b"level: mid\n---\nlevel: mid\n", r"\d+:\d+: not YAML"),
}


class TestAUsersBank:
    @pytest.mark.parametrize("name", BROKEN)
    def test_a_broken_file_is_named_by_its_place_and_the_others_load(self, mine: Path, name: str) -> None:
        content, says = BROKEN[name]
        path = write(mine, name, "")
        path.write_bytes(content)
        write(mine, "good", short_question())
        checked = run("check")
        assert checked.code == 1 and "Traceback" not in checked.err
        assert any(re.match(says, line) for line in lines_of(checked.out, path)), checked.out
        studied = run("study", "--topic", TOPIC, stdin="\n4\n")
        assert studied.code == 0 and "Who?" in studied.out
        assert "1 file of the bank was left out; mlquiz check says why." in studied.err

    def test_all_broken_files_are_told_of_at_once_and_counted(self, mine: Path) -> None:
        paths = [write(mine, name, "") for name in BROKEN]
        for path, (content, _) in zip(paths, BROKEN.values(), strict=True):
            path.write_bytes(content)
        out = run("check").out
        assert all(lines_of(out, path) for path in paths)
        for language in LANGUAGES:
            n = len(BROKEN)
            sentence = "{n} file of the bank was left out; mlquiz check says why."
            plural = "{n} files of the bank were left out; mlquiz check says why."
            expected = translations(language).ngettext(sentence, plural, n).format(n=n)
            assert expected in run("study", "--lang", language, "--limit", "1").err

    @pytest.mark.parametrize(
        "place",
        [
            "questions/alone.yaml",
            "questions/a/b/deep.yaml",
            "questions/Topic/upper.yaml",
            "questions/topic/Two Words.yaml",
        ],
    )
    def test_a_misplaced_file_is_left_out_and_named(self, mine: Path, place: str) -> None:
        path = mine / place
        path.parent.mkdir(parents=True)
        write(mine, "good", short_question()).replace(path)
        result = run("check")
        assert result.code == 1 and lines_of(result.out, path)[0].startswith("1:1: misplaced")

    @pytest.mark.parametrize("name", ["notes.txt", "question.yml", "copy.yaml~"])
    def test_an_unexpected_file_is_named(self, mine: Path, name: str) -> None:
        path = write(mine, "good", short_question()).with_name(name)
        path.write_text("notes", encoding="utf-8")
        result = run("check")
        assert result.code == 1 and lines_of(result.out, path)[0].startswith("1:1: an unexpected file")

    def test_an_id_that_is_taken_is_named_with_its_owner(self, mine: Path) -> None:
        first, second = write(mine, "one", short_question(), "a"), write(mine, "one", short_question(), "b")
        third = write(mine, next(iter(OURS)), short_question())
        out = run("check").out
        assert not lines_of(out, first) and str(first) in lines_of(out, second)[0]
        assert "is taken" in lines_of(out, third)[0]

    @pytest.mark.parametrize("link", ["prerequisites", "twins", "follow_ups"])
    def test_a_link_that_leads_nowhere_is_named(self, mine: Path, link: str) -> None:
        path = write(mine, "one", short_question(**{link: ["rmsprop-first-step", "no-such-id"]}))
        result = run("check")
        [line] = lines_of(result.out, path)
        line_number = int(line.split(":")[0])
        assert result.code == 1 and "no-such-id" in line and "leads nowhere" in line
        assert "no-such-id" in path.read_text(encoding="utf-8").splitlines()[line_number - 1]

    def test_a_demo_that_does_not_exist_is_named(self, mine: Path) -> None:
        path = write(mine, "one", short_question(demo="no-such-demo"))
        result = run("check")
        [line] = lines_of(result.out, path)
        assert result.code == 1 and "unknown demo" in line and "mlquiz demo lists" in line and "no-such-demo" in line

    def test_on_a_terminal_it_is_told_in_whole_words(self, mine: Path) -> None:
        write(mine, "one", short_question(demo="no-such-demo"))
        whole = run("check").out
        with Terminal("check", width=60) as terminal:
            assert terminal.leave() == 1
            lines = terminal.lines()
        words = {word for line in lines for word in line.split() if word.isalpha()}
        assert words and words <= set(whole.split())
        assert any(line.startswith("  ") for line in lines)

    def test_what_is_still_missing_is_a_note_and_no_problem(self, mine: Path) -> None:
        path = write(mine, "one", short_question())
        result = run("check")
        assert result.code == 0 and not lines_of(result.out, path)
        assert any(f"note: {path}:" in line and "only en" in line for line in result.out.splitlines())

    def test_a_folder_given_is_checked_with_the_rest(self, mine: Path, tmp_path: Path) -> None:
        path = write(tmp_path / "team", "one", "level: boss\n")
        assert run("check").code == 0
        result = run("check", tmp_path / "team")
        assert result.code == 1 and lines_of(result.out, path)

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        result = run("check", tmp_path / "nowhere")
        assert result.code == 2 and str(tmp_path / "nowhere") in result.err

    def test_a_path_is_told_as_seen_from_here(self, mine: Path) -> None:
        write(mine, "one", "level: boss\n")
        assert re.search(rf"^questions/{TOPIC}/one.yaml:1:8: ", run("check", cwd=mine).out, re.MULTILINE)

    def test_links_in_the_file_system_that_lead_nowhere_are_named(self, mine: Path) -> None:
        write(mine, "good", short_question())
        loop = mine / "questions" / TOPIC / "loop.yaml"
        loop.symlink_to(loop)
        gone = mine / "questions" / TOPIC / "gone.yaml"
        gone.symlink_to(mine / "nowhere")
        result = run("check")
        assert result.code == 1 and lines_of(result.out, loop) and lines_of(result.out, gone)
        assert run("study", "--topic", TOPIC).code == 0

    def test_an_empty_bank_is_no_problem_and_one_that_is_not_there_is_named(self, mine: Path, tmp_path: Path) -> None:
        assert run("check").code == 0
        (tmp_path / "file").write_text("", encoding="utf-8")
        for place in (tmp_path / "nowhere", tmp_path / "file"):
            result = run("check", MLQUIZ_BANK=f"{mine}:{place}")
            assert result.code == 2 and "MLQUIZ_BANK" in result.err and str(place) in result.err


OWN = {"kind": "choice", "right": "yes", "wrong": ["no", "never"]}


def noted(mine: Path, **changes: Any) -> str:
    """What `check` notes of a question of the user's."""
    path = write(mine, "one", short_question(**changes))
    result = run("check")
    assert result.code == 0, result.out
    return "\n".join(line for line in result.out.splitlines() if line.startswith(f"note: {path}:"))


class TestWhatCheckHasAnOpinionOn:
    """In a user's bank these are notes; in ours each of them is a problem."""

    def test_a_formula_that_does_not_render(self, mine: Path) -> None:
        told = noted(mine, text={"en": {"question": "Who?", "answer": r"It is $\frac{a}{b}$ or $x_{i}$."}})
        assert r"a formula that does not render: \frac{a}{b}" in told and "x_{i}" not in told

    def test_a_formula_that_is_not_closed(self, mine: Path) -> None:
        told = noted(mine, text={"en": {"question": "Who?", "answer": "It costs $5."}})
        assert "a formula that is not closed" in told and "$5." in told

    def test_choices_of_very_different_length(self, mine: Path) -> None:
        choices = {"yes": "It does so whenever the rate is small", "no": "It does so rarely, if ever", "never": "No"}
        text = {"question": "Who?", "answer": "She.", "choices": {key: {"text": one} for key, one in choices.items()}}
        told = noted(mine, form=OWN, text={"en": text})
        assert "choices of very different length in en" in told and "2 to 37 characters" in told

    def test_a_term_that_the_glossary_avoids(self, mine: Path) -> None:
        told = noted(mine, text={"fr": {"question": "Qui ?", "answer": "La perte de poids."}})
        assert "avoids for weight-decay, expected décroissance des poids, received perte de poids" in told

    def test_a_seed_item_that_no_document_has(self, mine: Path) -> None:
        told = noted(mine, sources=[{"seed": "003_bc46689fd2f0c5dc.txt", "item": 6, "language": "ru"}])
        assert "an unknown seed item" in told

    def test_an_erratum_that_nothing_carries(self, mine: Path) -> None:
        where = {"seed": "003_bc46689fd2f0c5dc.txt", "item": 5, "language": "ru"}
        text = {"question": "Who?", "answer": "She.", "errata": {"it": {"said": "a", "holds": "b", "see": "c"}}}
        told = noted(mine, errata=[{"key": "it", "where": where}], text={"en": text})
        assert "no evidence for it, expected a demo, a test or a citation" in told

    def test_statements_checked_with_an_older_keras(self, mine: Path) -> None:
        told = noted(mine, verified_with="keras 3.9.2")
        assert f"verified with keras 3.9.2: one, expected keras {version('keras')}" in told

    def test_two_that_ask_nearly_the_same(self, mine: Path) -> None:
        cue = "Why does {} divide the scores by the root of the key dimension?"
        texts = [{"en": {"question": cue.format(who), "answer": "So."}} for who in ("attention", "a transformer")]
        write(mine, "one", short_question(text=texts[0]))
        path = write(mine, "two", short_question(text=texts[1]))
        result = run("check")
        [line] = lines_of(result.out, path)
        assert result.code == 1 and "asks nearly the same as one" in line and "twins: [one]" in line
        write(mine, "two", short_question(text=texts[1], twins=["one"]))
        assert run("check").code == 0


class TestReports:
    def test_the_ledger_has_every_seed_item_and_fails_on_a_hole(self, mine: Path) -> None:
        whole = run("check", "--seeds")
        assert whole.code == 0 and "50 of 50 seed items in all four languages" in whole.out
        counts = [int(one) for one in re.findall(r"(\d+) (?:more )?errata", whole.out)]
        assert counts[:1] == [len([1 for one in ERRATA if isinstance(one.where, SeedSource)])] and len(counts) == 2
        assert sum(counts) == len(ERRATA)
        assert run("check", "--errata").out.splitlines()[2] == (
            f"{sum(counts)} errata; against other sources than the seed documents: {counts[1]}"
        )
        for id, item in OURS.items():
            if any(isinstance(source, SeedSource) for source in item.question.sources):
                assert id in joined(whole.out)
        (mine / "questions").mkdir()
        seeds = {"own.txt": {"language": "fr", "items": [{"en": "Eggs"}, {"en": "Ham"}]}}
        (mine / "questions" / "seeds.yaml").write_text(to_yaml(seeds), encoding="utf-8")
        write(mine, "eggs", short_question(sources=[{"seed": "own.txt", "item": 1, "language": "fr"}]))
        holes = run("check", "--seeds")
        assert holes.code == 1 and "50 of 52 seed items" in holes.out
        assert re.search(r"1  Eggs\n +eggs · en\n +2  Ham\n +no question · no language", holes.out)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_errata_are_a_document_with_evidence(self, language: Language) -> None:
        result = run("check", "--errata", "--lang", language)
        assert result.code == 0
        errata = [(id, one, item.question) for id, item in OURS.items() for one in item.question.errata]
        parts = result.out.split("→ ")
        assert len(parts) == len(errata) + 1
        for id, one, question in errata:
            text = question.text[language].errata[one.key]
            (part,) = (part for part in parts if " ".join(text.holds.split()) in part)
            assert " ".join(text.said.split()) in part and " ".join(text.see.split()) in part
            evidence = parts[parts.index(part) + 1].splitlines()[0]
            assert f"`mlquiz show {id}`" in evidence
            assert (f"`mlquiz demo {one.demo}`" in evidence) is bool(one.demo)
            assert (f"`tests/claims/{one.test}`" in evidence) is bool(one.test)

    def test_every_formula_is_shown_as_it_was_looked_at(self) -> None:
        golden = Path(__file__).with_name("formulas.golden.txt").read_text(encoding="utf-8")
        assert run("check", "--formulas").out == golden

    def test_one_report_at_a_time(self) -> None:
        result = run("check", "--seeds", "--errata")
        assert result.code == 2 and "Only one of the reports at a time." in result.err


MARKUP = "[red]rot[/red] [/] [link=file:///etc]x[/link] :smile: <b>fett</b> \x1b[31mANSI\x1b[0m \x1b]0;title\x07 \x9b31m \u202egnp"


class TestNothingInATextActs:
    @pytest.fixture
    def hostile(self, mine: Path) -> Path:
        text = {
            "question": f"Q {MARKUP}", "answer": f"A {MARKUP}", "why": f"W {MARKUP}", "critical_error": f"E {MARKUP}",
            "key_points": {"one": f"P {MARKUP}", "two": "Second."},
        }  # fmt: skip
        form = {"kind": "open", "key_points": ["one", "two"], "essential": "one"}
        write(mine, "hostile", short_question(form=form, text={"en": text}, sources=[{"cite": f"C {MARKUP}"}]))
        choices = {key: {"text": f"{key} {MARKUP}", "because": f"B {MARKUP}"} for key in ("one", "two", "three")}
        form = {"kind": "choice", "right": "one", "wrong": ["two", "three"]}
        write(
            mine,
            "hostile-choice",
            short_question(form=form, text={"en": {"question": "Q", "answer": "A", "choices": choices}}),
        )
        return mine

    @pytest.mark.usefixtures("hostile")
    @pytest.mark.parametrize("id", ["hostile", "hostile-choice"])
    def test_show_prints_it_as_text(self, id: str) -> None:
        out = run("show", id).out
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", out)
        assert squeezed("[red]rot[/red]") in squeezed(out) and out.count("[red]rot[/red]") >= 3 and "fett</b>" in out
        assert ":smile:" in out and "😄" not in out

    @pytest.mark.usefixtures("hostile")
    @pytest.mark.parametrize("form", ["open", "choice"])
    def test_a_session_shows_it_as_text(self, form: str) -> None:
        with Terminal("study", "--topic", TOPIC, "--form", form) as terminal:
            terminal.until("q quit")
            terminal.press(" z")
            shown = terminal.until("[red]rot[/red]")
            assert "ANSI" in shown and ":smile:" in shown
            terminal.press("1")
            terminal.until("q quit")
            assert terminal.leave("q") == 0
            assert "Missed" in terminal.text and (form == "choice" or "[red]rot[/red]" in terminal.text)
        for sequence in (b"\x1b[31mANSI", b"\x1b]0;", b"\x9b31m", "\x9b".encode(), b"\x1b]8;", "\u202e".encode()):
            assert sequence not in terminal.raw

    def test_add_and_check_print_it_as_text(self, mine: Path) -> None:
        write(mine, "hostile", short_question(level=f"boss {MARKUP}"))
        checked = run("check")
        assert (
            checked.code == 1 and "[red]rot[/red]" in checked.out and not re.search("[\x1b\x07\x9b\u202e]", checked.out)
        )
        added = run("add", "--question", MARKUP, "--answer", "!", "--level", f"boss {MARKUP}")
        assert added.code == 2 and "[red]rot[/red]" in added.err and not re.search("[\x1b\x07\x9b\u202e]", added.err)

    def test_neither_does_what_is_typed_on_the_command_line(self) -> None:
        for args in (["show", "\x1b[31mx"], ["\x1b[31mx"], ["study", "--topic", "\x1b[31mx"], ["demo", "\x1b[31mx"],
                     ["show", "x", "--lang", "\x1b[31mx"], ["study", "--\x1b[31mx"], ["study", "--limit", "\x1b[31mx"]):  # fmt: skip
            result = run(*args)
            assert result.code == 2 and "\x1b" not in result.err


class TestShow:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_question_stands_with_everything_that_belongs_to_it(self, mine: Path, language: Language) -> None:
        sample.bank(mine)
        links = {
            "demo": "rmsprop",
            "prerequisites": ["candles"],
            "twins": ["bridges"],
            "follow_ups": ["rmsprop-first-step"],
        }
        write(
            mine,
            "apples",
            sample.APPLES | links | {"sources": [{"cite": "Newton, 1687"}], "verified_with": "keras 3.15.1"},
        )
        text = run("show", "apples", "--lang", language).text
        assert asked("apples", language) in text and told("apples", language) in text
        assert all(point in text for point in told("apples", language, "key_points").values())
        for part in (
            "mlquiz demo rmsprop",
            "candles",
            "bridges",
            "rmsprop-first-step",
            "fruit",
            "Newton, 1687",
            "keras 3.15.1",
        ):
            assert part in text

    def test_a_generated_one_is_drawn_by_its_seed(self) -> None:
        generated = next(id for id, item in OURS.items() if getattr(item.question.form, "generator", None))
        shown = [run("show", generated, "--seed", seed).out for seed in ("1", "1", "2")]
        assert shown[0] == shown[1] != shown[2] and not any(re.search(r"\{[a-z]+\}", one) for one in shown)

    def test_a_former_id_leads_to_the_question(self, mine: Path) -> None:
        write(mine, "new-name", short_question(formerly=["old-name"]))
        assert "Who?" in run("show", "old-name").out

    def test_an_unknown_id_is_answered_with_the_nearest(self) -> None:
        result = run("show", "rmsprop-frist-step")
        assert result.code == 2 and "rmsprop-first-step" in result.err.split("rmsprop-frist-step")[1]

    def test_it_touches_no_answers(self) -> None:
        assert run("show", "rmsprop-first-step").code == 0
        assert not (Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db").exists()

    def test_a_language_that_the_question_lacks_is_replaced(self, mine: Path) -> None:
        write(mine, "one", short_question())
        assert "Who?" in joined(run("show", "one", "--lang", "zh").out)


def test_where_names_every_path_in_use(mine: Path) -> None:
    out = run("where").out
    home = os.environ["MLQUIZ_HOME"]
    for path in (
        f"{home}/mlquiz.db",
        f"{home}/drafts",
        f"{mine}/questions",
        f"{mine}/demos",
        str(own_root().questions),
    ):
        assert path in out
    assert all(line.endswith("(not there yet)") for line in out.splitlines() if home in line)
