"""The built wheel: all content is in it, and it works from an empty folder with nothing but what it requires."""

import gettext
import re
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import environments
import pytest
from environments import ROOT
from terminal import PATIENCE, Result, as_shell, environment


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [built] = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    """The files in the wheel."""
    with ZipFile(wheel) as archive:
        return {name for name in archive.namelist() if not name.endswith("/")}


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel and what it requires, but for TensorFlow and NumPy."""
    folder = tmp_path_factory.mktemp("installed")
    environments.make(folder, metadata(wheel))
    command = [
        sys.executable,
        "-m",
        "pip",
        "--quiet",
        "--python",
        folder / "bin" / "python",
        "install",
        "--no-deps",
        wheel,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def metadata(wheel: Path) -> list[str]:
    """The requirements that the wheel declares."""
    with ZipFile(wheel) as archive:
        [name] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return re.findall(r"^Requires-Dist: (.*)$", archive.read(name).decode(), re.MULTILINE)


def call(installed: Path, folder: Path, *args: str, stdin: str = "") -> Result:
    """The installed program, from a folder that is not the checkout."""
    done = subprocess.run(
        [installed / "bin" / "mlquiz", *args], input=stdin, capture_output=True, text=True, cwd=folder, check=False,
        env=environment({"PYTHONPATH": None}), timeout=PATIENCE,
    )  # fmt: skip
    return Result(as_shell(done.returncode), done.stdout, done.stderr)


def test_its_only_top_level_names_are_the_package_and_its_metadata(names: set[str]) -> None:
    tops = {name.split("/")[0] for name in names}
    assert {re.sub(r"-.*\.dist-info$", ".dist-info", top) for top in tops} == {"mlquiz", "mlquiz.dist-info"}


def test_all_content_is_in_it(names: set[str]) -> None:
    content = [*ROOT.glob("questions/**/*"), *ROOT.glob("demos/*.py"), *ROOT.glob("demos/*.yaml")]
    expected = {f"mlquiz/_content/{path.relative_to(ROOT).as_posix()}" for path in content if path.is_file()}
    assert len(expected) > 20 and expected <= names
    package = [path for path in (ROOT / "mlquiz").rglob("*") if path.suffix in (".py", ".sql", ".mo")]
    assert {path.relative_to(ROOT).as_posix() for path in package} <= names
    assert {name.split("/")[2] for name in names if name.endswith("mlquiz.mo")} == {"ru", "fr", "zh"}


def test_nothing_else_is_in_it(names: set[str]) -> None:
    assert not [name for name in names if re.search(r"__pycache__|\.pyc$|(^|/)(tests|bench)/|/\.", name)]
    assert any(name.endswith("dist-info/licenses/LICENSE") for name in names)


def test_its_translations_can_be_read(wheel: Path) -> None:
    with ZipFile(wheel) as archive, archive.open("mlquiz/locale/zh/LC_MESSAGES/mlquiz.mo") as file:
        assert gettext.GNUTranslations(file).gettext("Nothing to study now.") != "Nothing to study now."  # type: ignore[arg-type]


class TestInstalledWithoutTensorFlow:
    def test_it_is_the_wheel_that_runs(self, installed: Path, tmp_path: Path) -> None:
        where = call(installed, tmp_path, "where")
        assert where.code == 0 and where.out.count(str(installed)) == 2 and str(ROOT) not in where.out
        assert "mlquiz/_content/questions" in where.out and "mlquiz/_content/demos" in where.out

    def test_help_and_version_are_told(self, installed: Path, tmp_path: Path) -> None:
        assert "mlquiz study" in call(installed, tmp_path, "--help").out
        assert call(installed, tmp_path, "--version").code == 0

    def test_a_session_asks_and_keeps_an_answer(self, installed: Path, tmp_path: Path) -> None:
        first = call(installed, tmp_path, "study", "--plain", "--lang", "fr", stdin="\n4\nq\n")
        assert first.code == 0 and first.err == "" and "· fr" in first.out and "1 réponse" in first.out
        assert (tmp_path / "mlquiz.db").exists()

    def test_the_bank_in_it_is_whole(self, installed: Path, tmp_path: Path) -> None:
        checked = call(installed, tmp_path, "check")
        assert checked.code == 0, checked.out
        count = len(list((ROOT / "questions").glob("*/*.yaml")))
        assert f"{count} questions" in checked.out

    def test_demos_are_listed_and_say_what_to_install(self, installed: Path, tmp_path: Path) -> None:
        listed = call(installed, tmp_path, "demo", "--lang", "ru")
        assert listed.code == 0 and "\n  rmsprop\n" in listed.out
        assert call(installed, tmp_path, "demo", "rmsprop", "--help").code == 0
        refused = call(installed, tmp_path, "demo", "rmsprop")
        assert refused.code == 5 and "pip install" in refused.err and "tensorflow" in refused.err

    def test_a_question_can_be_added(self, installed: Path, tmp_path: Path) -> None:
        added = call(installed, tmp_path, "add", "--question", "Who?", "--answer", "She.")
        assert added.code == 0
        assert "Who?" in call(installed, tmp_path, "study", "--topic", "own").out
