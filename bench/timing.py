"""Two things timed in turn, A B A B ..., and the ratio of their medians."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Comparison:
    """A figure beside its yardstick, in seconds, and the goal for it."""

    name: str
    ours: float
    yardstick: float
    against: str
    goal: str

    def __str__(self) -> str:
        ratio = f"{self.ours / self.yardstick:6.2f}x" if self.yardstick else ""
        times = f"{self.ours * 1000:9.2f} ms  {self.yardstick * 1000:9.2f} ms"
        return f"{self.name:<44} {times}  {ratio:>8}  {self.goal:<28} {self.against}"


def in_turn(ours: Callable[[], object], yardstick: Callable[[], object], runs: int) -> tuple[float, float]:
    """Medians of both over `runs` turns, after one of each that does not count."""
    taken: tuple[list[float], list[float]] = ([], [])
    for turn in range(runs + 1):
        for times, call in zip(taken, (ours, yardstick), strict=True):
            begun = time.perf_counter()
            call()
            if turn:
                times.append(time.perf_counter() - begun)
    return median(taken[0]), median(taken[1])


def process(arguments: Sequence[str], environment: dict[str, str] | None = None) -> Callable[[], object]:
    """A call that runs a Python process to its end, its output read and dropped."""

    def call() -> None:
        subprocess.run(
            [sys.executable, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            env=os.environ | (environment or {}),
        )

    return call


def third_party_modules(arguments: Sequence[str], environment: dict[str, str]) -> list[str]:
    """The modules from outside the standard library and this project that a call of mlquiz imports."""
    code = (
        "import sys; from mlquiz.cli import run; "
        f"run({list(arguments)!r}); "
        "own = sys.stdlib_module_names | {'mlquiz', '__mp_main__'}; "
        "print('\\n'.join(m for m in sys.modules if m.split('.')[0] not in own))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | environment,
    )
    lines = done.stdout.splitlines()
    return [line for line in lines if line.replace(".", "").replace("_", "").isalnum() and importable(line)]


def importable(name: str) -> bool:
    """Whether a line of output is a module that can be imported by its name."""
    from importlib.util import find_spec

    try:
        return find_spec(name) is not None
    except (ImportError, ValueError, AttributeError):
        return False
