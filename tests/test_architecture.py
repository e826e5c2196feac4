"""The floors of the program: an import goes down, never up, and each outside thing has one door."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

import mlquiz
from mlquiz.content import own_root

PACKAGE = Path(mlquiz.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
FLOORS = ("core", "edges", "view", "cli")
"""From the ground up. What stands in the package itself is an edge; `lab` is below all of them: a demo speaks it."""

HEAVY = {"tensorflow", "keras", "numpy"}


class Import(NamedTuple):
    name: str
    """With dots, of a module or of something in it."""
    at_once: bool
    """Whether it happens when the module is imported, and not inside a function or for the type checker alone."""


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")


def tree_of(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def imports(node: ast.AST, at_once: bool = True) -> Iterator[Import]:
    """The imports of a module, `from a import b` as a and a.b."""
    for inner in ast.iter_child_nodes(node):
        if isinstance(inner, ast.Import):
            yield from (Import(alias.name, at_once) for alias in inner.names)
        elif isinstance(inner, ast.ImportFrom):
            assert inner.level == 0 and inner.module, "imports name the whole path"
            yield from (
                Import(name, at_once) for name in (inner.module, *(f"{inner.module}.{a.name}" for a in inner.names))
            )
        elif isinstance(inner, ast.If) and ast.unparse(inner.test) == "TYPE_CHECKING":
            yield from imports(inner, False)
        else:
            yield from imports(inner, at_once and not isinstance(inner, ast.FunctionDef | ast.Lambda))


def calls(path: Path) -> set[str]:
    return {ast.unparse(node.func) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}


def floor(name: str) -> int:
    """The floor of a module of ours."""
    part = name.split(".")[1] if "." in name else ""
    if part in ("lab", "__init__", ""):
        return -1
    return FLOORS.index(part) if part in FLOORS else FLOORS.index("edges")


def top(name: str) -> str:
    return name.partition(".")[0]


def modules(*parts: str) -> list[Path]:
    """The modules on some floors."""
    return [path for path in MODULES if any((PACKAGE / part) in (path, *path.parents) for part in parts)]


CORE, VIEW, CLI = modules("core"), modules("view"), modules("cli", "__main__.py")
IDS = {"ids": name_of}


def test_there_are_modules_on_every_floor() -> None:
    assert min(len(CORE), len(VIEW), len(CLI), len(MODULES) - len(CORE + VIEW + CLI)) > 4


@pytest.mark.parametrize("path", [path for path in MODULES if path not in CLI], **IDS)
def test_imports_go_down_never_up(path: Path) -> None:
    ours = {one.name for one in imports(tree_of(path)) if top(one.name) == "mlquiz"}
    assert [name for name in ours if floor(name) > floor(name_of(path))] == []


@pytest.mark.parametrize("path", CORE, **IDS)
def test_the_core_has_no_clock_file_environment_randomness_or_printing_of_its_own(path: Path) -> None:
    names = {one.name for one in imports(tree_of(path))}
    doors = {
        "io",
        "os",
        "sys",
        "time",
        "pathlib",
        "random",
        "secrets",
        "tempfile",
        "subprocess",
        "sqlite3",
        "socket",
        "logging",
    }
    assert {name for name in names if top(name) in doors} <= {"random", "random.Random"}
    assert "import random" not in path.read_text(encoding="utf-8").splitlines()
    made = calls(path)
    assert not made & {"print", "input", "open", "datetime.now", "datetime.today", "datetime.utcnow", "date.today"}
    assert "Random()" not in {ast.unparse(node) for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)}


FOREIGN = {
    "memory.py": {"fsrs_rs_python"},
    "workload.py": {"fsrs_rs_python"},
    "fitting.py": {"fsrs_rs_python", "numpy"},
    "calibration.py": {"numpy"},
    "columns.py": {"numpy"},
    "stems.py": {"snowballstemmer"},
    "formula.py": {"unicodeit"},
}


@pytest.mark.parametrize("path", [*CORE, PACKAGE / "lab.py"], **IDS)
def test_core_and_lab_need_little_beside_the_standard_library(path: Path) -> None:
    foreign = {top(one.name) for one in imports(tree_of(path))} - sys.stdlib_module_names - {"mlquiz"}
    assert foreign <= FOREIGN.get(path.name, set())


@pytest.mark.parametrize("path", VIEW, **IDS)
def test_a_view_returns_what_is_shown_and_prints_nothing(path: Path) -> None:
    assert not {
        one
        for one in calls(path)
        if one in ("print", "input", "rprint") or one.endswith((".print", ".write", ".input"))
    }
    names = {one.name for one in imports(tree_of(path))}
    assert not {name for name in names if name.startswith(("mlquiz.cli", "mlquiz.store"))}


@pytest.mark.parametrize("path", [path for path in MODULES if path.name != "demo_process.py"], **IDS)
def test_no_module_imports_tensorflow_keras_or_numpy_when_it_is_imported(path: Path) -> None:
    assert not {one.name for one in imports(tree_of(path)) if one.at_once and top(one.name) in HEAVY}


def test_the_heavy_ones_are_imported_in_the_demos_process_alone_but_for_columns_of_numbers() -> None:
    named = {name_of(path): {top(one.name) for one in imports(tree_of(path))} & HEAVY for path in MODULES}
    importers = {name: heavy for name, heavy in named.items() if heavy}
    of_columns = {f"mlquiz.core.{part}": {"numpy"} for part in ("columns", "calibration", "fitting")}
    assert importers == {"mlquiz.demo_process": HEAVY} | of_columns


DOORS = {
    "click": "cli",
    "typer": "cli",
    "sqlite3": "edge",
    "yaml": "edge",
    "pydantic": "edge",
    "subprocess": "edge or cli",
    "rich": "view or cli",
}


@pytest.mark.parametrize("library", DOORS)
def test_a_library_is_imported_only_on_its_floor(library: str) -> None:
    importers = [path for path in MODULES if library in {top(one.name) for one in imports(tree_of(path))}]
    where = {"edge" if path not in CORE + VIEW + CLI else name_of(path).split(".")[1] for path in importers}
    assert where
    assert where <= set(DOORS[library].split(" or "))


@pytest.mark.parametrize("path", sorted(own_root().demos.glob("*.py")), ids=lambda path: path.stem)
def test_a_demo_imports_only_what_it_teaches_and_the_words_it_speaks(path: Path) -> None:
    names = {top(one.name) if top(one.name) != "mlquiz" else one.name for one in imports(tree_of(path))}
    ours = {name for name in names if name.startswith("mlquiz")}
    assert names - ours - sys.stdlib_module_names <= HEAVY
    assert {name for name in ours if name != "mlquiz" and not name.startswith("mlquiz.lab")} == set()
