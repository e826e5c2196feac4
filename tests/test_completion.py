"""Completion at the shell's prompt: the right words, in a real bash, without loading what a command needs."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import sample
from terminal import PATIENCE, PYTHON, environment, run

from mlquiz.cli import COMMANDS
from mlquiz.cli.completing import TABLE
from mlquiz.cli.completion import INSTALL
from mlquiz.cli.completion_table import text
from mlquiz.content import own_root
from mlquiz.core.question import FORMS, LANGUAGES, LEVELS
from mlquiz.core.settings import KEYS

HEAVY = {"tensorflow", "keras", "numpy", "pydantic", "yaml", "rich", "typer", "tomlkit", "plotext", "mlquiz.store"}


@pytest.fixture(autouse=True)
def _a_bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLQUIZ_BANK", str(sample.bank(tmp_path / "bank")))


def completed(*words: str, **env: str) -> list[str]:
    """What Click answers a bash that completes the last of some words."""
    line = {
        "_MLQUIZ_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("mlquiz", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = run(**{**line, **env})
    assert (done.code, done.err) == (0, ""), done.err
    return [item.partition(",")[2] for item in done.out.splitlines() if item]


@pytest.mark.filterwarnings("ignore:'click.utils:DeprecationWarning")  # Typer's, on being imported
def test_the_table_is_that_of_the_commands() -> None:
    """After a change of options: make completions."""
    assert TABLE.read_text(encoding="utf-8") == text()
    assert set(json.loads(text())) == {*COMMANDS, "demo NAME"}


def test_commands_and_options() -> None:
    assert completed("") == list(COMMANDS)
    assert completed("sh") == ["show"] and completed("xyz") == []
    assert completed("--u") == ["--ui"] and completed("--ui", "r") == ["ru"]
    assert completed("check", "--err") == ["--errata"]
    assert {"--topic", "--tag", "--lang", "--help"} <= set(completed("study", "--"))
    assert completed("--ui", "ru", "study", "--top") == ["--topic"]


@pytest.mark.parametrize("command", ["xyz", "", "demo xyz", "show --no-such-option"])
def test_nothing_is_said_of_a_line_that_means_nothing(command: str) -> None:
    assert completed(*command.split(), "-x") == []


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["study", "--lang", ""], LANGUAGES), (["study", "--level", ""], LEVELS), (["study", "--form", ""], FORMS),
        (["add", "--demo", "rmsp"], ["rmsprop"]), (["demo", "rmsp"], ["rmsprop"]), (["config", "--unset", "reten"], ["retention"]),
        (["config", "ui", ""], LANGUAGES), (["config", "confidence", ""], ["true", "false"]), (["completion", ""], INSTALL),
        (["show", "conv2d-param"], ["conv2d-parameters"]),
    ],
)  # fmt: skip
def test_values(words: list[str], expected: Iterator[str]) -> None:
    assert completed(*words) == list(expected)


def test_ids_topics_demos_and_settings_are_those_that_there_are(tmp_path: Path) -> None:
    ours = own_root()
    ids = {path.stem for path in ours.questions.glob("*/*.yaml")}
    assert ids < set(completed("show", "")) and {"rmsprop-first-step"} <= ids
    assert {path.parent.name for path in ours.questions.glob("*/*.yaml")} | {"sample"} == set(
        completed("study", "--topic", "")
    )
    assert {path.stem.replace("_", "-") for path in ours.demos.glob("*.py")} == set(completed("demo", ""))
    keys = set(completed("config", ""))
    assert set(KEYS) < keys and "topic_retention.optimizers" in keys


def test_tags_come_from_the_bank_once_it_was_used() -> None:
    assert completed("study", "--tag", "drop") == []
    run("show", "rmsprop-first-step")
    assert completed("study", "--tag", "drop") == ["dropout"]


def test_a_demos_options_are_its_parameters() -> None:
    assert {"--lr", "--lang", "--control", "--seed"} <= set(completed("demo", "rmsprop", "--"))
    assert "--stack" in completed("demo", "conv-params", "--st")


def test_a_broken_demo_and_broken_settings_say_nothing(tmp_path: Path) -> None:
    demos = Path(os.environ["MLQUIZ_HOME"]) / "demos"
    demos.mkdir()
    (demos / "broken.py").write_text("def run(", encoding="utf-8")
    (demos.parent / "config.toml").write_text("= = =", encoding="utf-8")
    assert completed("demo", "brok") == ["broken"]
    assert "--lang" in completed("demo", "broken", "--", MLQUIZ_LANG="xx", MLQUIZ_UI="xx", MLQUIZ_BANK="/no/where")


@pytest.mark.parametrize(
    "words", [["st"], ["study", "--to"], ["study", "--topic", "o"], ["study", "--tag", "d"], ["show", "r"], ["demo", "r"],
              ["demo", "rmsprop", "--l"], ["config", "r"], ["config", "ui", "r"], ["check", "--"], ["add", "--demo", "r"]],
)  # fmt: skip
def test_nothing_heavy_is_loaded_while_completing(tmp_path: Path, words: list[str]) -> None:
    run("show", "rmsprop-first-step")  # so that there is an index with tags
    code = (
        "import atexit, json, sys; sys.argv = ['mlquiz']\n"
        f"atexit.register(lambda: open({str(tmp_path / 'loaded')!r}, 'w').write(json.dumps(sorted(sys.modules))))\n"
        "from mlquiz.cli import main; main()"
    )
    line = {
        "_MLQUIZ_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(("mlquiz", *words)),
        "COMP_CWORD": str(len(words)),
    }
    done = subprocess.run(
        [PYTHON, "-c", code], env=environment(line), capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    loaded = json.loads((tmp_path / "loaded").read_text(encoding="utf-8"))
    assert done.stdout and "mlquiz.cli" in loaded and not HEAVY.intersection(loaded)


@pytest.mark.parametrize("shell", INSTALL)
def test_the_script_is_one_that_the_shell_can_read(shell: str) -> None:
    done = run("completion", shell)
    assert done.code == 0 and done.out.startswith(f"# {INSTALL[shell]}\n") and "_MLQUIZ_COMPLETE" in done.out
    if shutil.which(shell):
        subprocess.run([shell, "-n"], input=done.out, text=True, check=True, timeout=PATIENCE)


def test_an_unknown_shell_is_named_with_those_that_there_are() -> None:
    done = run("completion", "powershell")
    assert done.code == 2 and "bash, zsh, fish" in done.err


@pytest.mark.skipif(not shutil.which("bash"), reason="completes in a real bash")
def test_a_real_bash_completes(tmp_path: Path) -> None:
    """The script that users evaluate, then the function that it registers, as bash calls it on Tab."""
    (tmp_path / "bin").mkdir()
    program = tmp_path / "bin" / "mlquiz"
    program.write_text(f'#!/bin/sh\nexec {PYTHON} -m mlquiz "$@"\n', encoding="utf-8")
    program.chmod(0o755)
    script = """\
eval "$(mlquiz completion bash)"
asks() { COMP_WORDS=(mlquiz "$@"); COMP_CWORD=$#; COMPREPLY=(); $(complete -p mlquiz | sed 's/.*-F \\([^ ]*\\).*/\\1/') mlquiz
echo "${COMPREPLY[*]}"; }
asks stu
asks study --topic optimiz
asks demo rmspr
"""
    done = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, timeout=4 * PATIENCE, check=True,
        env=environment({"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}"}),
    )  # fmt: skip
    assert done.stdout.splitlines() == ["study", "optimizers", "rmsprop"], done.stderr
