"""`mlquiz check --demos`: every demo is run against its contract, and what came of each is told."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from gettext import NullTranslations
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from mlquiz.cli.context import Context
from mlquiz.cli.contract import Report, in_time, report
from mlquiz.cli.telling import tell
from mlquiz.core.errors import Problem
from mlquiz.core.number import written
from mlquiz.core.question import Question
from mlquiz.core.sentence import joined, said
from mlquiz.demos import Catalogue, Demo
from mlquiz.view.names import language_of

AT_ONCE = 2
"""Demos that run side by side; each takes one core."""


def run_all(
    context: Context, catalogue: Catalogue, questions: Mapping[str, Question], seeds: int | None, *, quiet: bool
) -> list[tuple[Demo, Report]]:
    """Run every demo, some lines for each as it ends; what was found of each.

    Args:
        seeds: how many seeds, counted from 0; those of each demo when it is None.
        quiet: print nothing.
    """
    ran: list[tuple[Demo, Report]] = []
    console = context.console
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(*columns, console=console, transient=True, disable=quiet or not console.is_terminal)
    with progress, ThreadPoolExecutor(AT_ONCE) as pool:
        task = progress.add_task(context.tr.gettext("demos"), total=len(catalogue.demos))
        waiting = {
            pool.submit(report, demo, questions, None if seeds is None else range(seeds)): demo
            for demo in catalogue.demos.values()
        }
        for done in as_completed(waiting):
            demo, found = waiting[done], in_time(done.result())
            ran.append((demo, found))
            if not quiet:
                tell_found(progress.console, demo, found, seeds, context.tr)
            progress.advance(task)
    return ran


def tell_found(console: Console, demo: Demo, found: Report, seeds: int | None, tr: NullTranslations) -> None:
    """Print what was found of a demo: that it holds, or its faults and what to do."""
    n = len(demo.seeds) if seeds is None else seeds
    fine = tr.ngettext(
        "holds on {n} seed, and its control fails on it ({seconds} s of processor time a run)",
        "holds on {n} seeds, and its control fails on each ({seconds} s of processor time a run)", n,
    ).format(n=written(n, language_of(tr)), seconds=written(found.cpu_seconds, language_of(tr), ".1f"))  # fmt: skip
    line = said("{name}: {values}", name=demo.name, values=joined([fault.what for fault in found.faults]) or fine)
    tell(console, [line.told(tr)], "red" if found.faults else "green")
    for step in dict.fromkeys(fault.next_step for fault in found.faults):
        tell(console, ["  " + said("{part}: {text}", part=said("next"), text=step).told(tr)], "red")


def problem(demo: Demo, found: Report) -> Problem:
    """A demo that failed, as a place in the bank that must be mended."""
    return Problem(str(demo.path), 1, 1, joined([fault.what for fault in found.faults]))


def as_json(demo: Demo, found: Report, seeds: int | None) -> dict[str, Any]:
    """What was found of a demo; docs/json.md."""
    return {
        "demo": demo.name,
        "holds": not found.faults,
        "faults": [fault.what for fault in found.faults],
        "next": list(dict.fromkeys(fault.next_step for fault in found.faults)),
        "runs": len(demo.seeds) if seeds is None else seeds,
        "seconds": found.seconds,
        "cpu_seconds": found.cpu_seconds,
    }
