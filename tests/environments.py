"""Python environments of the tests' own: the program with what it requires, but not the TensorFlow of this one.

What it requires is linked from this environment, package by package as the metadata name them: nothing is downloaded,
and a requirement that pyproject.toml forgets is missing there.
"""

import tomllib
import venv
from collections.abc import Iterator, Sequence
from importlib.metadata import distribution
from pathlib import Path

import pytest
import terminal
from packaging.requirements import Requirement

from mlquiz.content import own_root

ROOT = own_root().path
HEAVY = {"tensorflow", "tensorflow-cpu", "keras", "numpy"}


def make(folder: Path, requirements: Sequence[str]) -> Path:
    """A virtual environment with the light ones of some requirements; its site-packages."""
    venv.create(folder, with_pip=False)
    [site] = folder.glob("lib/python*/site-packages")
    for name in set(_required(requirements)):
        found = distribution(name)
        for top in {file.parts[0] for file in found.files or ()} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(Path(str(found.locate_file(top))))
    return site


def use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Let every run of this test be one of this checkout without TensorFlow; the environment's site-packages."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = make(folder / "environment", project["dependencies"])
    (site / "mlquiz").symlink_to(ROOT / "mlquiz")
    monkeypatch.setattr(terminal, "PYTHON", str(folder / "environment" / "bin" / "python"))
    return site


def _required(requirements: Sequence[str], seen: frozenset[str] = frozenset()) -> Iterator[str]:
    """The light packages that requirements ask for on this machine, and all that those ask for."""
    for requirement in map(Requirement, requirements):
        applies = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
        if applies and requirement.name not in HEAVY | seen:
            yield requirement.name
            yield from _required(distribution(requirement.name).requires or [], seen | {requirement.name})
