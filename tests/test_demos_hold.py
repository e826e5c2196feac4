"""Every demo is what it claims: its claim holds on its seeds, its control fails, the same seed gives the same events."""

import json
import re
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from io import StringIO
from pathlib import Path

import pytest
import stand_in
from rich.cells import cell_len
from terminal import joined

from mlquiz import bank as banks
from mlquiz import content, demos
from mlquiz.cli import contract
from mlquiz.cli.check_demos import tell_found
from mlquiz.cli.context import console
from mlquiz.cli.contract import BUDGET, Report, in_time, report
from mlquiz.content import own_root
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.messages import translations

DEMOS = demos.find([own_root()]).demos
QUESTIONS = {id: item.question for id, item in banks.load([own_root()]).items.items()}
Check = Callable[..., int]
Faults = dict[str, Future[list[str]]]


def faults_of(demo: demos.Demo) -> list[str]:
    """On three of its seeds, to keep the suite short; `mlquiz check --demos` takes all. Times are no test's matter."""
    return [fault.what for fault in report(demo, QUESTIONS, demo.seeds[:3]).faults]


@pytest.fixture(scope="module")
def faults() -> Iterator[Faults]:
    """All demos at work, two at a time: each takes one core."""
    with ThreadPoolExecutor(2) as pool:
        yield {name: pool.submit(lambda demo=demo: faults_of(demo)) for name, demo in DEMOS.items()}


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return stand_in.use(tmp_path, monkeypatch)


def test_there_are_demos() -> None:
    assert {"rmsprop", "overshoot", "dying-relu", "conv-params"} <= set(DEMOS)


@pytest.mark.parametrize("name", DEMOS)
def test_a_demo_holds_on_its_seeds_and_its_control_fails(name: str, faults: Faults) -> None:
    assert faults[name].result() == []


class TestTheHarness:
    """It sees each fault, on a demo that needs no TensorFlow."""

    @pytest.mark.parametrize(
        ("found", "put", "fault"),
        [
            ("goal < 5", "goal < 6", "control, seed 0: the verdict should be: it fails; it is: it holds"),
            ("goal < 5", "goal < 3", "seed 1: the verdict should be: it holds; it is: it fails"),
            ("float(seed + step + 1)", "time.time()", "seed 0 gives other events the second time"),
            ('{"total": goal}', "{}", "zh: a sentence does not fit its numbers"),
            ("float(seed + step + 1)", "float('nan')", "not finite"),
            ("    yield Verdict(", "    len,(", "the last event is no verdict"),
            ("goal < 5", "1 / 0", "ZeroDivisionError"),
        ],
    )
    def test_it_names_what_is_wrong(self, counting: Path, found: str, put: str, fault: str) -> None:
        assert faults_of(demos.outline(counting)) == []
        code = counting.read_text(encoding="utf-8")
        assert found in code
        counting.write_text(code.replace(found, put), encoding="utf-8")
        assert fault in "; ".join(faults_of(demos.outline(counting)))


class TestTheTime:
    """A default run is held to its own processor time; the clock only ends what hangs."""

    def test_more_processor_time_than_the_budget_is_a_fault_that_tells_both_times(self) -> None:
        busy = Report([], seconds=30.0, cpu_seconds=BUDGET)
        assert in_time(busy) == busy
        [fault] = in_time(busy._replace(cpu_seconds=9.25)).faults
        assert fault.what == (
            "a default run takes 9.2 s of processor time (30.0 s by the clock), over 8 s of processor time"
        )
        assert fault.next_step == "make it smaller: fewer steps, examples or repetitions"

    def test_work_counts_and_waiting_does_not(self, counting: Path) -> None:
        code = counting.read_text(encoding="utf-8")
        counting.write_text(
            code.replace('    print("CHATTER', '    time.sleep(0.5)\n    print("CHATTER', 1), encoding="utf-8"
        )
        asleep = report(demos.outline(counting), {}, [0])
        busy = "    while time.process_time() < 0.5:\n        pass\n"
        counting.write_text(code.replace('    print("CHATTER', busy + '    print("CHATTER', 1), encoding="utf-8")
        at_work = report(demos.outline(counting), {}, [0])
        assert asleep.faults == at_work.faults == []
        assert asleep.cpu_seconds < asleep.seconds / 2 and at_work.cpu_seconds > 0.4

    def test_a_run_that_does_not_end_is_ended(self, counting: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(contract, "HANGS", 1.0)
        code = counting.read_text(encoding="utf-8").replace('= "well"', '= "endless"').replace('"well")', '"endless")')
        counting.write_text(code, encoding="utf-8")
        [fault] = report(demos.outline(counting), {}, [0]).faults
        assert fault.what == (
            "a run had not ended after 1 s by the clock (its budget is 8 s of processor time)"
        ) and fault.next_step == "mend counting.py"  # fmt: skip


class TestWhatIsTold:
    """A demo's lines on a screen: words whole, numbers as the reader writes them."""

    @pytest.mark.parametrize("width", [40, 80])
    @pytest.mark.parametrize(
        ("language", "seconds"), [("en", "(0.7 s"), ("ru", "(0,7 с"), ("fr", "(0,7 s"), ("zh", "0.7 秒")]
    )
    def test_that_it_holds(self, counting: Path, language: Language, seconds: str, width: int) -> None:
        demo, fine = demos.outline(counting), Report([], 0.9, 0.7)
        whole = lines_of(demo, fine, language, 1000)[0]
        lines = lines_of(demo, fine, language, width)
        assert seconds in whole and joined(" ".join(lines)) == joined(whole)
        assert max(map(cell_len, lines)) <= width and all(line.startswith("  ") for line in lines[1:])

    def test_one_seed_is_told_in_the_singular(self, counting: Path) -> None:
        told = {one: lines_of(demos.outline(counting), Report([], 0.9, 0.7), one, 1000, 1)[0] for one in LANGUAGES}
        assert "on 1 seed," in told["en"] and "на 1 зерне," in told["ru"] and "sur 1 graine," in told["fr"]
        assert "1 个种子" in told["zh"]

    def test_that_it_takes_too_long(self, counting: Path) -> None:
        slow = in_time(Report([], seconds=30.0, cpu_seconds=9.25))
        lines = lines_of(demos.outline(counting), slow, "fr", 80)
        assert "9,2 s" in lines[0] and max(map(cell_len, lines)) <= 80
        assert all(line.startswith("  ") for line in lines[1:])


def lines_of(demo: demos.Demo, found: Report, language: Language, width: int, seeds: int = 5) -> list[str]:
    out = console(file=StringIO(), width=width, force_terminal=True, color_system=None)
    tell_found(out, demo, found, seeds, translations(language))
    return out.file.getvalue().splitlines()  # type: ignore[attr-defined,no-any-return]


class TestTheCheck:
    """`mlquiz check --demos` on a bank that has the stand-in's demos alone."""

    @pytest.fixture
    def check(self, counting: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
        monkeypatch.setattr(content, "roots", lambda folders: [content.Root(counting.parents[1])])
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of Typer's own imports
            from mlquiz.cli.check import check_bank
        return partial(check_bank, run_demos=True)

    @pytest.fixture
    def failing(self, counting: Path) -> str:
        code = counting.read_text(encoding="utf-8")
        counting.write_text(code.replace("goal < 5", "goal < 3"), encoding="utf-8")
        return str(counting)

    def test_where_every_demo_holds_there_is_no_problem(self, check: Check, capsys: pytest.CaptureFixture[str]) -> None:
        assert check() == 0
        out = capsys.readouterr().out
        assert re.search(
            r"^weighing: holds on 2 seeds, and its control fails on each \(\d\.\d s of processor time a run\)$",
            out,
            re.M,
        )
        assert out.endswith("0 questions, 3 demos: 0 problems\n")

    @pytest.mark.usefixtures("failing")
    def test_a_demo_that_fails_is_a_problem_counted_and_named_with_what_to_do(
        self, check: Check, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert check() == 1
        lines = capsys.readouterr().out.splitlines()
        told = lines.index(
            "counting: seed 0: the verdict should be: it holds; it is: it fails; "
            "seed 1: the verdict should be: it holds; it is: it fails"
        )
        assert lines[told + 1 : told + 3] == [
            "  next: mlquiz demo counting --seed 0", "  next: mlquiz demo counting --seed 1"
        ]  # fmt: skip
        assert lines[-2:] == ["0 questions, 3 demos: 1 problem", "Demos that failed: counting"]

    def test_json_has_it_among_the_problems(
        self, check: Check, failing: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert check(seeds="1", as_json=True) == 1
        report = json.loads(capsys.readouterr().out)
        [problem] = report["problems"]
        assert (problem["file"], problem["line"]) == (failing, 1)
        assert problem["what"] == "seed 0: the verdict should be: it holds; it is: it fails"
        [run] = [one for one in report["runs"] if not one["holds"]]
        assert (run["demo"], run["runs"], run["next"]) == ("counting", 1, ["mlquiz demo counting --seed 0"])
        assert set(run) == {"demo", "holds", "faults", "next", "runs", "seconds", "cpu_seconds"}
