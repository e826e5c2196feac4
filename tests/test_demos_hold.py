"""Every demo is what it claims: its claim holds on its seeds, its control fails, the same seed gives the same events."""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest
import stand_in

from mlquiz import bank as banks
from mlquiz import demos
from mlquiz.cli.check_demos import report
from mlquiz.content import own_root

DEMOS = demos.find([own_root()]).demos
QUESTIONS = {id: item.question for id, item in banks.load([own_root()]).items.items()}
Faults = dict[str, Future[list[str]]]


def faults_of(demo: demos.Demo) -> list[str]:
    """On three of its seeds, to keep the suite short; `mlquiz check --demos` takes all. Times are no test's matter."""
    return list(report(demo, QUESTIONS, demo.seeds[:3]).faults)


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
