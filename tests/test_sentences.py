"""No sentence of the interface is hard-coded: what the program says stands in the catalogues, or on a short list."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.extract import extract_from_dir
from terminal import joined, run, says

import mlquiz
from mlquiz.cli import COMMANDS, program
from mlquiz.cli.help import CLICK, METAVARS, localised
from mlquiz.core.language import LANGUAGES, Language
from mlquiz.messages import translations

PACKAGE = Path(mlquiz.__file__).parent
MARKERS = {"_", "_n", "said", "N_", "gettext", "ngettext"}
TELLING = {
    "BadInput", "BadEnvironment", "MlquizError", "InvalidFile", "Problem", "unknown",  # errors
    "report", "problem", "append", "Finding",  # findings of `check`
    "print", "echo", "prompt", "confirm", "Text", "Wrapped", "add_row", "add_column", "hint", "section", "write_text",
    "Option", "Argument", "Command", "command", "add_task",  # the command line
}  # fmt: skip
"""Calls whose texts a user reads."""

STYLED = {"Text", "Wrapped", "append"}
"""Those of which only the first argument is a text; the second is a style."""

HELPS = {"help", "epilog", "short_help", "what", "expected", "received", "next_step", "title"}
"""Keywords that a user reads in those calls; the other ones are styles, names and metavars."""

WORDS = re.compile(r"[^\W\d_]{2,}[^\w]+[^\W\d_]{2,}|^[A-Z][a-z]{2,}")
"""What looks like a sentence: two words, or one with a capital letter."""

COMMAND = re.compile(r"(\$ |`)?mlquiz [a-z-]|(--[^\s,]+(, )?)+$")
"""A command line or options, which is typed the same in every language."""

NOT_OURS_TO_TELL = {
    "pip install 'tensorflow>=2.20,<2.22' 'keras>=3.12,<3.16'", "pip install 'mlquiz[plot]'",  # commands to type
    "demo: NAME", "def run(...) -> Events", "name: Annotated[float, Between(low, high)] = default",  # code to write
    "TOPIC/ID.yaml", "test_FILE.py::test_NAME", "`tests/claims/\0`", "another document", "\0: \0 ms, day \0",
}  # fmt: skip
"""Texts that are the same in every language."""

SKIPPED = {"demo_process.py", "lab.py", "completion_table.py"}
"""A process that speaks JSON with ours; words for demos; a tool of the project."""


def literals(node: ast.expr) -> Iterator[str]:
    """The texts that stand in an expression as they are, and in no call."""
    match node:
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(part.value if isinstance(part, ast.Constant) else "\0" for part in parts)  # type: ignore[misc]
        case ast.BinOp(left=left, right=right) | ast.IfExp(body=left, orelse=right):
            yield from literals(left)
            yield from literals(right)
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from literals(part)


def hard_coded(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of what looks like a sentence and is said without being marked for the catalogues."""
    for node in ast.walk(tree):
        told: list[ast.expr] = []
        if isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if name in TELLING:
                args = node.args[:1] if name in STYLED else node.args
                told = [*args, *(keyword.value for keyword in node.keywords if keyword.arg in HELPS)]
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple):  # a finding: where, what, expected...
            told = node.value.elts
        elif isinstance(node, ast.Yield) and isinstance(node.value, ast.JoinedStr):
            told = [node.value]
        for text in (text for expression in told for text in literals(expression)):
            if WORDS.search(text) and text not in NOT_OURS_TO_TELL and not COMMAND.match(text):
                yield getattr(node, "lineno", 0), text


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path.name not in SKIPPED)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_is_told_within_an_f_string_where_babel_does_not_look_is_in_the_catalogues(path: Path) -> None:
    for outer in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        for node in ast.walk(outer) if isinstance(outer, ast.JoinedStr) else ():
            match node:
                case ast.Call(func=ast.Name(id="_"), args=[ast.Constant(value=str(text))]):
                    assert translations("zh").gettext(text) != text


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_sentence_is_hard_coded(path: Path) -> None:
    assert list(hard_coded(ast.parse(path.read_text(encoding="utf-8")))) == []


@pytest.mark.parametrize(
    "code",
    ['BadInput("There is no such thing.")', 'BadInput(f"{name} is odd.")', 'x(what=1, y=BadInput(a, next_step="try it"))',
     'def f():\n    yield (), "no language"', 'console.print("Nothing" if a else b)', 'typer.Option(help="The language.")'],
)  # fmt: skip
def test_one_that_is_would_be_found(code: str) -> None:
    assert len(list(hard_coded(ast.parse(code)))) == 1


@pytest.mark.parametrize(
    "code", ['BadInput(said("There is no such thing."))', 'print(_("Nothing"))', 'log("Some words")']
)
def test_one_that_is_marked_is_none(code: str) -> None:
    assert list(hard_coded(ast.parse(code))) == []


def clicks_words() -> set[str | tuple[str, ...]]:
    found = extract_from_dir(Path(click.__file__).parent, [("**.py", "python")])
    return {ids for _, _, ids, _, _ in found}


NEVER_SAID = re.compile(
    r"Editing failed|Windows error|deprecated|Deprecat|password|UUID|the format|Unknown standard stream|stream"
    r"|Unknown color|any key|Do you want|Confirm the action|confirmation|entered values|Try '|No such command"
    r"|No options defined|defined twice|Could not determine|cannot use the same flag|exactly one parameter"
    r"|Invalid start character|Bash version|be an iterable|Choice\(|len_type|Could not open file|unknown error"
    r"|Missing \{param_type\}|Missing parameter: |is not executable|^d$|^'d'$|Positional arguments"
)
"""Click's words for what we do not use."""


def test_clicks_words_are_those_of_the_click_that_is_installed() -> None:
    theirs = clicks_words()
    typers = {"Arguments"}  # Typer's word
    assert set(CLICK) - theirs <= typers
    assert [ids for ids in theirs - set(CLICK) if not NEVER_SAID.search(str(ids))] == []


@pytest.mark.parametrize("command", [*COMMANDS, "demo rmsprop", ""])
@pytest.mark.parametrize("language", [language for language in LANGUAGES if language != "en"])
def test_the_help_of_each_command_is_in_the_interfaces_language(command: str, language: Language) -> None:
    """Its sentences in English are not there, nor are lines too wide for the terminal."""
    from rich.cells import cell_len

    english, told = (run(*command.split(), "--help", "--ui", ui, COLUMNS="80") for ui in ("en", language))
    assert english.code == told.code == 0 and told.err == ""
    heading = says("{heading}:", language, heading=says("Examples", language))
    assert says("Usage:", language) in told.out and heading in told.out
    assert says("Show this message and exit.", language) in told.text
    assert max(map(cell_len, told.out.splitlines())) <= 80
    same = set(sentences(english.out)) & set(sentences(told.out))
    assert [line for line in same if not line.startswith("mlquiz ")] == []


def sentences(help: str) -> Iterator[str]:
    """The texts on the right of a help: what an option does, what an example shows."""
    for line in help.splitlines():
        found = re.search(r" {2,}(\S.*)$", line.strip()) or re.search(r"^ {4,}(\S.*)$", line)
        if found and re.search(r"[a-z]{3,} [a-z]{2,} [a-z]{2,}", found[1]):
            yield found[1]


@pytest.mark.filterwarnings("ignore:'click.utils:DeprecationWarning")  # Typer's, on being imported
@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself_each_option_and_has_examples(name: str) -> None:
    context = click.Context(program(), info_name="mlquiz")
    group = context.command
    assert isinstance(group, click.Group)
    made = group.get_command(context, name)
    assert made and made.help and 2 <= len(examples_in(made.get_help(click.Context(made, context, name)))) <= 5
    assert [one.name for one in made.params if not getattr(one, "help", None) and one.name != "shell"] == []


def examples_in(help: str) -> list[str]:
    return [line for line in help.partition("Examples:")[2].splitlines() if "mlquiz" in line]


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["show"], says("Missing argument", "ru")),
        (["show", "a", "b"], "Лишний аргумент (b)"),
        (["study", "--nothing"], says("No such option {name!r}.", "ru", name="--nothing")),
        (["study", "--limit", "x"], "целое"),
        (["study", "--limit", "0"], says("{value} is not in the range {range}.", "ru", value="0", range="x>=1")),
        (["check", "--demos=1"], says("Option {name!r} does not take a value.", "ru", name="--demos")),
        (["config", "--unset"], "нужно 1 значение"),
    ],
)
def test_what_click_says_of_a_mistake_is_in_the_interfaces_language(args: list[str], told: str) -> None:
    done = run(*args, "--ui", "ru")
    assert done.code == 2 and joined(told) in done.text
    assert not re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", done.err.replace("mlquiz", ""))


def test_a_help_in_english_is_the_text_of_the_code() -> None:
    option = click.Option(["--x"], help="The language.")
    localised(click.Command("x", params=[option], help="The question."), translations("en"))
    assert option.help == "The language."


@pytest.mark.parametrize("name", COMMANDS)
def test_what_stands_for_a_value_is_a_word_of_the_catalogues(name: str) -> None:
    found = run(name, "--help", "--ui", "en").out.split("Examples:")[0]
    usage = found.partition("\n\n")[0].replace("[OPTIONS]", "").replace("COMMAND", "").replace("ARGS", "")
    options = re.findall(r"^  (?:-\w, )?--[a-z-]+ ([A-Z\[][^a-z ]*)(?: |$)", found, re.M)
    own = re.findall("[A-Z]+", " ".join([usage.partition("mlquiz")[2], *options]))
    assert set(own) - {"INTEGER", "FLOAT", "TEXT", "FILE", "PATH"} <= set(METAVARS)


@pytest.mark.parametrize("language", ["ru", "fr", "zh"])
def test_what_stands_for_a_value_is_told_in_the_interfaces_language(language: Language) -> None:
    told = {name: run(*name.split(), "--help", "--ui", language).out for name in ("plan", "config", "demo overshoot")}
    assert f"[{says('DATE', language)}]..." in told["plan"].splitlines()[0] and "DAYS" not in told["plan"]
    assert f"[{says('VALUE', language)}...]" in told["config"].splitlines()[0]
    assert f"--unset {says('KEY', language)} " in told["config"]
    parts = {name: says(name, language) for name in ("NAME", "LOW", "HIGH", "COUNT")}
    assert "--sweep {NAME}={LOW}:{HIGH}:{COUNT}[:log]".format(**parts) in told["demo overshoot"]
    assert "--lang en|ru|fr|zh" in told["demo overshoot"]
    assert says("ID", language) in run("show", "--ui", language).err
