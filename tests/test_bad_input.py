"""Bad input and bad surroundings: a clear error, the right exit code, nothing lost, never a traceback."""

import os
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from time import time

import pytest
import terminal
from builders import DAY, SCHEDULER, reviewed
from terminal import PATIENCE, Result, environment, program

from mlquiz.core.language import LANGUAGES
from mlquiz.store import Store
from mlquiz.store_file import VERSION


@pytest.fixture
def home() -> Path:
    return Path(os.environ["MLQUIZ_HOME"])


def run(*args: str, **options: str | None) -> Result:
    """As in `terminal`, and without a traceback whatever happens."""
    result = terminal.run(*args, **options)  # type: ignore[arg-type]
    assert "Traceback" not in result.out + result.err and "report it" not in result.err, result.err
    return result


class TestUnknownNames:
    @pytest.mark.parametrize(
        ("typed", "nearest"), [("stduy", "study"), ("Study", "study"), ("dmeo", "demo"), ("chekc", "check")]
    )
    def test_a_command_is_answered_with_the_nearest(self, typed: str, nearest: str) -> None:
        result = run(typed)
        assert (result.code, result.out) == (2, "") and f"did you mean {nearest}" in result.err.split(typed)[1]

    def test_a_command_like_none_leads_to_the_help(self) -> None:
        result = run("xyzzy")
        assert result.code == 2 and "mlquiz --help" in result.err

    @pytest.mark.parametrize("command", ["study", "show", "check", "add", "where", "demo"])
    def test_an_option_is_answered_with_the_help_of_its_command(self, command: str) -> None:
        result = run(command, "--no-such-option")
        assert (result.code, result.out) == (2, "")
        assert "--no-such-option" in result.err and f"mlquiz {command} --help" in result.err

    @pytest.mark.parametrize("command", ["show", "why"])
    @pytest.mark.parametrize(
        ("id", "hint"),
        [
            ("rmsprop", "mlquiz search rmsprop finds the questions that say it"),
            ("its own gradient", "mlquiz search 'its own gradient' finds"),
            ("xyzzyq", "mlquiz check lists the files that could not be loaded"),
        ],
    )
    def test_a_word_that_is_no_id_leads_to_the_search(self, command: str, id: str, hint: str) -> None:
        result = run(command, id)
        assert (result.code, result.out) == (2, "") and hint in result.err

    def test_a_missing_argument_is_named(self) -> None:
        result = run("show")
        assert result.code == 2 and "ID" in result.err

    @pytest.mark.parametrize(
        "command", [["study"], ["show", "rmsprop-first-step"], ["demo"], ["demo", "rmsprop", "--help"], ["where"]]
    )
    def test_a_language_in_the_environment(self, command: list[str]) -> None:
        result = run(*command, MLQUIZ_LANG="frr")
        assert result.code == 2 and "MLQUIZ_LANG" in result.err and "'frr'" in result.err
        assert "fr" in result.err.split("'frr'")[1]

    @pytest.mark.parametrize("locale", ["C", "POSIX", "C.UTF-8", "de_DE.UTF-8", "xx", "русский"])
    def test_a_locale_of_another_language_is_english(self, locale: str) -> None:
        assert run("study", LANG=locale).code == 0
        assert "question" in run("study", LC_ALL=locale).out


class TestALogFromElsewhere:
    @pytest.fixture(params=["sung", "reviewed"])
    def told(self, request: pytest.FixtureRequest, home: Path) -> str:
        """A store with an answer of now, and an event of a newer mlquiz or one that is broken; what is said of it."""
        now = int(time() * 1000)
        store = Store(home / "mlquiz.db", SCHEDULER)
        store.append([reviewed(now, "rmsprop-first-step")])
        store.close()
        question = "" if request.param == "sung" else "rmsprop-first-step"
        with closing(sqlite3.connect(home / "mlquiz.db")) as db, db:
            row = (reviewed(now + 1).id, now + 1, now // DAY, request.param, question, '{"rating": 3}')
            db.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?, ?)", row)
        return "upgrade mlquiz" if request.param == "sung" else "restore a copy"

    def test_every_command_that_reads_it_names_the_event_and_leaves_the_log_as_it_is(
        self, told: str, home: Path
    ) -> None:
        with closing(sqlite3.connect(home / "mlquiz.db")) as db:
            before = db.execute("SELECT * FROM event").fetchall()
        for command in (("stats",), ("why", "rmsprop-first-step"), ("study",), ("optimize",)):
            result = run(*command)
            assert result.code == 5 and told in result.err and "cannot be read" in result.err, command
        with closing(sqlite3.connect(home / "mlquiz.db")) as db:
            assert db.execute("SELECT * FROM event").fetchall() == before

    def test_it_is_said_in_the_languages_of_the_interface(self, told: str) -> None:
        sentences = {run("stats", MLQUIZ_UI=language).err for language in LANGUAGES}
        assert len(sentences) == len(LANGUAGES) and all("rmsprop" not in one for one in sentences)


class TestAHome:
    def test_there_is_none(self) -> None:
        """No HOME, and a user whom the system does not know."""
        result = run("where", HOME=None, USERPROFILE=None, MLQUIZ_HOME=None, XDG_DATA_HOME=None)
        assert result.code in (0, 5)

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root may become a user whom the system does not know")
    def test_there_is_none_and_no_user_either(self) -> None:
        code = "import os, sys; os.setgid(54321); os.setuid(54321); from mlquiz.cli import main; main(['study'])"
        env = environment({"HOME": None, "USERPROFILE": None, "MLQUIZ_HOME": None, "XDG_DATA_HOME": None})
        done = subprocess.run(
            [terminal.PYTHON, "-c", code], capture_output=True, text=True, env=env, check=False, input=""
        )
        if "No module named" in done.stderr or "Permission denied" in done.stderr:
            pytest.skip("that user cannot read the program here")
        assert done.returncode == 5 and "MLQUIZ_HOME" in done.stderr and "Traceback" not in done.stderr

    @pytest.mark.parametrize("place", ["/proc/nowhere", "/dev/null", "/dev/null/below"])
    def test_it_cannot_be_made(self, place: str) -> None:
        result = run("study", MLQUIZ_HOME=place)
        assert result.code == 5 and place in result.err and "MLQUIZ_HOME" in result.err
        added = run("add", "--question", "Who?", "--answer", "She.", MLQUIZ_HOME=place)
        assert added.code == 5 and place in added.err and "--to" in added.err
        for command in (["where"], ["check"], ["demo"], ["show", "rmsprop-first-step"]):
            assert run(*command, MLQUIZ_HOME=place).code == 0

    def test_it_is_relative(self, tmp_path: Path) -> None:
        assert terminal.run("study", cwd=tmp_path, MLQUIZ_HOME="here").code == 0
        assert (tmp_path / "here" / "mlquiz.db").exists()


class TestAStore:
    def test_it_is_locked(self, home: Path) -> None:
        """What was graded before stays; the answer that could not be saved is not claimed."""
        assert run("study", stdin="\n4\n").code == 0
        other = sqlite3.connect(home / "mlquiz.db", isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        result = run("study", stdin="\n4\n")
        other.close()
        assert result.code == 5 and "another program" in result.err and "close the other" in result.err
        assert len(terminal.log()) == 1 and "1 answer" not in result.out

    @pytest.mark.parametrize(
        ("content", "says"),
        [
            (b"not a database at all, but long enough to be one" * 20, "not a database"),
            (b"SQLite format 3\0" + b"\xff" * 500, ""),
        ],
    )
    def test_it_is_no_database(self, home: Path, content: bytes, says: str) -> None:
        (home / "mlquiz.db").write_bytes(content)
        result = run("study")
        assert result.code == 5 and says in result.err and "move the file away" in result.err
        assert (home / "mlquiz.db").read_bytes() == content

    def test_it_is_another_programs(self, home: Path) -> None:
        with sqlite3.connect(home / "mlquiz.db") as database:
            database.execute("CREATE TABLE notes (text)")
        database.close()
        result = run("study")
        assert result.code == 5 and "another program" in result.err and "MLQUIZ_HOME" in result.err

    def test_it_is_newer(self, home: Path) -> None:
        assert run("study").code == 0
        with sqlite3.connect(home / "mlquiz.db") as database:
            database.execute(f"PRAGMA user_version = {VERSION + 1}")
        database.close()
        result = run("study")
        assert result.code == 5 and f"version {VERSION + 1}" in result.err and "upgrade" in result.err

    def test_it_is_a_folder(self, home: Path) -> None:
        (home / "mlquiz.db").mkdir()
        result = run("study")
        assert result.code == 5 and "mlquiz.db" in result.err

    def test_the_rest_works_without_it(self, home: Path) -> None:
        (home / "mlquiz.db").write_bytes(b"not a database at all" * 50)
        for command in (["show", "rmsprop-first-step"], ["check"], ["demo"], ["where"]):
            assert run(*command).code == 0


class TestOutput:
    @pytest.mark.parametrize(
        "command", [["--help"], ["study"], ["show", "rmsprop-denominator"], ["check"], ["check", "--schema"], ["where"], ["demo"],
                    ["demo", "--json"], ["demo", "rmsprop", "--source"], ["demo", "rmsprop", "--help"]]
    )  # fmt: skip
    def test_it_is_closed_before_all_of_it_is_read(self, command: list[str]) -> None:
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run(
            program(*command), stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.PIPE, env=environment(),
            timeout=PATIENCE, check=False, text=True,
        )  # fmt: skip
        os.close(writing)
        assert (done.returncode, done.stderr) == (0, "")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
    @pytest.mark.parametrize("command", [["where"], ["show", "rmsprop-first-step"], ["check", "--schema"]])
    def test_it_cannot_be_written(self, command: list[str]) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                program(*command),
                stdout=full,
                stderr=subprocess.PIPE,
                env=environment(),
                timeout=PATIENCE,
                check=False,
                text=True,
            )
        assert done.returncode == 5 and "full" in done.stderr
        assert "Traceback" not in done.stderr and "report it" not in done.stderr

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1251", "gbk"])
    @pytest.mark.parametrize(
        "command", [["demo"], ["show", "rmsprop-first-step", "--lang", "zh"], ["study", "--lang", "ru"], ["check"]]
    )
    def test_an_encoding_that_lacks_our_letters(self, command: list[str], encoding: str) -> None:
        env = environment({"PYTHONIOENCODING": encoding})
        done = subprocess.run(program(*command), input=b"", capture_output=True, env=env, timeout=PATIENCE, check=False)
        assert done.returncode == 0 and b"UnicodeEncodeError" not in done.stderr

    def test_no_standard_streams_at_all(self) -> None:
        shell = " ".join(program("where")) + " <&- >&- 2>&-"
        assert subprocess.run(["sh", "-c", shell], env=environment(), timeout=PATIENCE, check=False).returncode in (
            0,
            5,
        )


def test_arguments_that_are_no_text() -> None:
    broken = os.fsdecode(b"\xff\xfe")
    for args in (["show", broken], [broken], ["study", "--topic", broken], ["demo", broken], ["check", broken]):
        assert run(*args).code == 2


def test_the_help_lists_every_command_and_no_other() -> None:
    out = run("--help").out
    for command in ("study", "demo", "add", "show", "check", "where"):
        assert f"\n  {command} " in out
        assert run(command, "--help").code == run(command, "-h").code == 0
    assert run("--version").out.startswith("mlquiz")


class TestNoFolder:
    @pytest.mark.parametrize("command", [["due"], [], ["study"], ["stats"]])
    def test_a_home_that_is_a_file_is_told_by_every_command_that_needs_the_answers(
        self, command: list[str], tmp_path: Path
    ) -> None:
        (tmp_path / "file").touch()
        result = run(*command, MLQUIZ_HOME=str(tmp_path / "file"))
        assert (
            (result.code, result.out) == (5, "")
            and "file is not a folder." in result.err
            and "MLQUIZ_HOME" in result.err
        )

    @pytest.mark.parametrize("command", ["due", "study", "stats"])
    def test_a_folder_in_the_place_of_the_store_is_called_one(self, command: str, home: Path) -> None:
        (home / "mlquiz.db").mkdir()
        result = run(command)
        assert (result.code, result.out) == (5, "") and "mlquiz.db is a folder" in result.err and "next:" in result.err

    @pytest.mark.parametrize(
        "command", [["check", "/nope"], ["interview", "--report", "/nope/a.md"], ["config", "banks", "/nope"]]
    )
    def test_one_that_is_not_there_is_named_with_what_to_do(self, command: list[str]) -> None:
        result = run(*command)
        assert result.code == 2 and "/nope" in result.err and "next: name a folder that is there" in result.err
