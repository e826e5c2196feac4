"""`make bench`: every figure beside its yardstick."""

import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench import replay
from bench.fitting import optimizer
from bench.large_bank import large_bank
from bench.timing import Comparison, in_turn, process, third_party_modules
from mlquiz import content, demos
from mlquiz.core.log import Reviewed, entry_id
from mlquiz.core.memory import MemoryModel, Rating
from mlquiz.core.schedule import Scheduler
from mlquiz.store import Store
from mlquiz.worker import Worker

RUNS = 11
BEYOND_IMPORT = 2.0
"""Seconds that a demo's whole process may take beyond importing TensorFlow."""
MLQUIZ = str(Path(sys.executable).with_name("mlquiz"))
"""The installed program, as a user runs it."""


def start_up(name: str, arguments: list[str], environment: dict[str, str]) -> Comparison:
    """A whole process against a bare one that imports the same third-party modules."""
    process([MLQUIZ, *arguments], environment)()  # the first call compiles the bank
    modules = third_party_modules(arguments, environment)
    bare = process(["-c", "import " + ", ".join(modules) if modules else "pass"], environment)
    ours, yardstick = in_turn(process([MLQUIZ, *arguments], environment), bare, RUNS)
    return Comparison(name, ours, yardstick, f"bare import of the same {len(modules)} modules", "1.3x")


def shell_prompt(environment: dict[str, str]) -> Comparison:
    """`mlquiz due --prompt` against an interpreter that does nothing."""
    ours, bare = in_turn(process(["-m", "mlquiz", "due", "--prompt"], environment), process(["-c", "pass"]), 15)
    return Comparison("mlquiz due --prompt", ours, bare, "python -c pass", "")


def one_answer(folder: Path) -> Comparison:
    """A graded answer, event and card in one transaction, against a raw commit of one row."""
    store = Store(folder / "bench.db", Scheduler(MemoryModel()))
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    raw.execute("PRAGMA journal_mode = WAL")
    raw.execute("PRAGMA synchronous = FULL")
    raw.execute("CREATE TABLE answer (id TEXT PRIMARY KEY, detail TEXT) STRICT, WITHOUT ROWID")
    chance = random.Random(0)
    clock = iter(range(1_700_000_000_000, 1_800_000_000_000, 1000))

    def ours() -> None:
        at = next(clock)
        store.append([
            Reviewed(
                id=entry_id(at, chance), at=at, day=at // 86_400_000, question=f"q{at % 997}", rating=Rating.GOOD,
                form="open", language="en", content="0" * 16, parameters="default", device="bench", seconds=9.0,
            )
        ])  # fmt: skip

    def one_row() -> None:
        raw.execute("INSERT INTO answer VALUES (?, ?)", (entry_id(next(clock), chance), "x" * 250))

    answer, row = in_turn(ours, one_row, 500)
    return Comparison("one graded answer", answer, row, "one-row commit, WAL and FULL", "1.5x")


def demo_processes() -> Iterator[str]:
    """Whole processes of demos against a plain import of TensorFlow, and how many stay within the goal."""
    plain = process(["-c", "import tensorflow"], {"TF_CPP_MIN_LOG_LEVEL": "3"})
    over: list[str] = []
    catalogue = demos.find([content.own_root()]).demos
    for name in sorted(catalogue):
        ours, imported = in_turn(process([MLQUIZ, "demo", name, "--no-predict"]), plain, 2)
        goal = f"+{BEYOND_IMPORT:.0f} s (here {ours - imported:+.2f} s)"
        over += [name] if ours - imported > BEYOND_IMPORT else []
        yield str(Comparison(f"mlquiz demo {name}", ours, imported, "import tensorflow", goal))
    within = len(catalogue) - len(over)
    told = ", ".join(over) or "none"
    yield f"within {BEYOND_IMPORT:.0f} s of the import: {within} of {len(catalogue)} demos; over: {told}"


FITS = """
import time, keras, numpy as np
x = np.linspace(-1, 1, 32)[:, None]
begun = time.perf_counter()
for seed in range({fits}):
    model = keras.Sequential([keras.layers.Dense(16, "tanh"), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, np.sin(np.pi * x), batch_size=32, epochs=400, verbose=0)
print(time.perf_counter() - begun)
"""


def sweep() -> Comparison:
    """16 rates x 8 seeds of a small network trained at once, against one fit after another (4 measured, times 32)."""
    fits, replicas = 4, 16 * 8
    script = FITS.format(fits=fits)
    alone = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    demo = demos.find([content.own_root()]).named("overshoot")
    rates = [0.01 + 1.19 * step / 15 for step in range(16)]
    with Worker() as worker:
        taken = []
        for _ in range(4):
            begun = time.perf_counter()
            list(worker.run(demo.path, demo.settings({"seeds": 8}), ("lr", rates)))
            taken.append(time.perf_counter() - begun)
    one_by_one = float(alone.stdout) * replicas / fits
    return Comparison(
        "overshoot --sweep, 16 x 8 replicas", median(taken[1:]), one_by_one, "model.fit one by one", "0.05x"
    )


def warm_demo() -> list[Comparison]:
    """From the request to the first event with the worker warm, and to the verdict."""
    figures = []
    with Worker() as worker:
        for demo in demos.find([content.own_root()]).demos.values():
            first, last = [], []
            for _ in range(4):
                begun = time.perf_counter()
                for index, _event in enumerate(worker.run(demo.path, demo.settings({}))):
                    if index == 0:
                        first.append(time.perf_counter() - begun)
                last.append(time.perf_counter() - begun)
            # the first of the four waited for TensorFlow
            figures.append(Comparison(f"{demo.name}: d to first event, warm", median(first[1:]), 0.3, "0.3 s", "1.0x"))
            figures.append(Comparison(f"{demo.name}: d to verdict, warm", median(last[1:]), 3.0, "3 s", "1.0x"))
    return figures


def key_presses(folder: Path) -> Comparison:
    """A key's answer on the screen while the demo process warms up, against the same once it is warm."""
    import pexpect

    environment = {
        "MLQUIZ_HOME": str(folder / "keys"),
        "TERM": "xterm-256color",
        "PATH": "/usr/bin:/bin",
        "LANG": "C.UTF-8",
    }
    arguments = [MLQUIZ, "study", "--tag", "rmsprop", "--form", "open"]
    session = pexpect.spawn(sys.executable, arguments, env=environment, dimensions=(40, 100), encoding="utf-8")
    session.delaybeforesend = 0
    session.expect("space")
    session.send(" ")
    session.expect("easy")

    def presses(count: int) -> float:
        taken = []
        for index in range(count):
            begun = time.perf_counter()
            session.send("z")
            session.expect("☐" if index % 2 else "☑")
            session.expect("quit")
            taken.append(time.perf_counter() - begun)
            time.sleep(0.04)
        return median(taken)

    warming = presses(20)
    time.sleep(4)
    warm = presses(20)
    session.terminate(force=True)
    return Comparison("a key while the worker warms up", warming, warm, "the same key once it is warm", "not delayed")


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        environment = {"MLQUIZ_HOME": str(folder / "home")}
        print(f"{'':<44} {'ours':>12}  {'yardstick':>12}  {'ratio':>8}  {'goal':<28} yardstick")
        print(start_up("mlquiz --help", ["--help"], environment))
        print(start_up("first question on the screen", ["study", "--plain"], environment), flush=True)
        print(start_up("mlquiz, today at a glance", [], environment), flush=True)
        print(shell_prompt(environment), flush=True)
        print(one_answer(folder))
        print(large_bank(folder / "large"), flush=True)
        for comparison in replay.comparisons(folder):
            print(comparison, flush=True)
        for figure in optimizer():
            print(figure, flush=True)
        print(key_presses(folder), flush=True)
        print(sweep(), flush=True)
        for figure in (*warm_demo(), *demo_processes()):
            print(figure, flush=True)


if __name__ == "__main__":
    main()
