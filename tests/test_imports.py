"""No command but a demo imports TensorFlow or Keras, few import NumPy, and `--help` imports no command."""

import json
import subprocess
from pathlib import Path

import pytest
import sample
from terminal import PATIENCE, PYTHON, environment

HEAVY = ("tensorflow", "keras", "numpy")
PROBE = """\
import json, sys
from mlquiz.cli import run
code = run(sys.argv[2:])
with open(sys.argv[1], "w") as file:
    json.dump([code, sorted(sys.modules)], file)
"""


def modules(tmp_path: Path, *args: str, stdin: str = "") -> set[str]:
    """The modules in memory when a command has done its work."""
    report = tmp_path / "modules.json"
    env = environment({"MLQUIZ_BANK": str(sample.bank(tmp_path / "bank"))})
    subprocess.run(
        [PYTHON, "-c", PROBE, report, *args],
        input=stdin,
        text=True,
        capture_output=True,
        env=env,
        timeout=PATIENCE,
        check=True,
    )
    code, names = json.loads(report.read_text(encoding="utf-8"))
    assert code == 0
    return set(names)


@pytest.mark.parametrize(
    ("args", "stdin"),
    [
        (["--help"], ""),
        (["--version"], ""),
        (["study", "--topic", "sample"], "\nz\n2\na\n3\n4640\n\nl\nu\n4\nq\n"),
        (["study", "--help"], ""),
        (["show", "rmsprop-first-step", "--lang", "ru"], ""),
        (["check"], ""),
        (["check", "--schema"], ""),
        (["add", "--question", "Why?", "--answer", "So.", "--demo", "rmsprop"], ""),
        (["where"], ""),
        (["config"], ""),
        (["completion", "bash"], ""),
        (["search", "apples"], ""),
        (["list"], ""),
        (["interview", "--topic", "sample"], "\n\nzx\n\n4640\n\n"),
        ([], ""),
        (["due"], ""),
        (["stats"], ""),
        (["why", "rmsprop-first-step"], ""),
        (["demo"], ""),
        (["demo", "--json"], ""),
        (["demo", "rmsprop", "--help"], ""),
        (["demo", "rmsprop", "--source"], ""),
    ],
)
def test_nothing_heavy_is_imported(tmp_path: Path, args: list[str], stdin: str) -> None:
    loaded = modules(tmp_path, *args, stdin=stdin)
    assert "mlquiz.cli" in loaded and not loaded.intersection(HEAVY)
    assert not any(name.startswith(tuple(f"{heavy}." for heavy in HEAVY)) for name in loaded)


def test_a_fit_counts_by_numpy_and_needs_no_more(tmp_path: Path) -> None:
    assert modules(tmp_path, "optimize", "--dry-run").intersection(HEAVY) == {"numpy"}


@pytest.mark.parametrize("ui", ["en", "ru"])
def test_help_imports_no_command_and_no_validator(tmp_path: Path, ui: str) -> None:
    loaded = modules(tmp_path, "--help", "--ui", ui)
    assert not loaded.intersection(
        {"mlquiz.cli.study", "mlquiz.cli.demo", "mlquiz.store", "mlquiz.bank", "pydantic", "rich", "yaml"}
    )


def test_the_probe_sees_what_is_imported(tmp_path: Path) -> None:
    assert {"mlquiz.cli.study", "mlquiz.store", "fsrs_rs_python"} <= modules(tmp_path, "study", "--topic", "sample")
