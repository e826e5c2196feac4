"""The harness of `mlquiz check --demos`: each demo on its seeds, twice on one of them, and its control on each."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from time import monotonic
from typing import Any, NamedTuple

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from mlquiz.cli.context import Context
from mlquiz.core.errors import MlquizError
from mlquiz.core.grading import within
from mlquiz.core.question import Question
from mlquiz.core.sentence import said, told
from mlquiz.core.words import Words
from mlquiz.demos import Catalogue, Demo
from mlquiz.lab import Bars, Event, Mark, Plot, Row, Shades, Verdict
from mlquiz.view.picture import Picture, line_of, sentence
from mlquiz.worker import NotFinite, Worker

BUDGET = 8.0
"""Seconds that a default run may take, TensorFlow already imported."""

AT_ONCE = 2
"""Demos that run side by side; each takes one core."""


class Report(NamedTuple):
    """What the harness found of one demo; the seconds are those of a default run in a warm process."""

    faults: Sequence[str]
    seconds: float


def run_all(
    context: Context, catalogue: Catalogue, questions: Mapping[str, Question], seeds: int | None, *, quiet: bool
) -> list[dict[str, Any]]:
    """Run every demo, a line for each as it ends; what was found of each, for JSON.

    Args:
        seeds: how many seeds, counted from 0; those of each demo when it is None.
        quiet: print nothing.
    """
    ran: list[dict[str, Any]] = []
    tr = context.tr
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    progress = Progress(
        *columns, console=context.console, transient=True, disable=quiet or not context.console.is_terminal
    )
    with progress, ThreadPoolExecutor(AT_ONCE) as pool:
        task = progress.add_task(tr.gettext("demos"), total=len(catalogue.demos))
        waiting = {
            pool.submit(report, demo, questions, None if seeds is None else range(seeds)): demo
            for demo in catalogue.demos.values()
        }
        for done in as_completed(waiting):
            demo, (faults, seconds) = waiting[done], done.result()
            if seconds > BUDGET:
                late = said(
                    "a default run takes {seconds} s, more than {most} s", seconds=f"{seconds:.1f}", most=BUDGET
                )
                faults = [*faults, late]
            runs = len(demo.seeds) if seeds is None else seeds
            ran.append(
                {"demo": demo.name, "holds": not faults, "faults": list(faults), "runs": runs, "seconds": seconds}
            )
            if not quiet:
                fine = said(
                    "holds on {n} seeds, and its control fails on each ({seconds} s a run)",
                    n=runs, seconds=f"{seconds:.1f}",
                )  # fmt: skip
                line = "; ".join(str(told(one, tr)) for one in faults or [fine])
                progress.console.print(f"{demo.name}: {line}", style="red" if faults else "green")
            progress.advance(task)
    return ran


def report(demo: Demo, questions: Mapping[str, Question], seeds: Sequence[int] | None = None) -> Report:
    """Hold a demo against its contract.

    Args:
        questions: those whose answers quote a figure of their demo.
        seeds: instead of the demo's own.
    """
    faults: list[str] = []
    seconds = 0.0
    try:
        with Worker() as worker:
            runs: dict[int, list[Event]] = {}
            for seed in seeds or demo.seeds:
                runs[seed] = _run(worker, demo, control=False, seed=seed)
                faults += _of_verdict(runs[seed], True, said("seed {n}", n=seed))
                faults += _of_words(demo, runs[seed])
                faults += _of_verdict(
                    _run(worker, demo, control=True, seed=seed), False, said("control, seed {n}", n=seed)
                )
            first = next(iter(runs))
            start = monotonic()
            if _run(worker, demo, control=False, seed=first) != runs[first]:
                faults.append(said("seed {n} gives other events the second time", n=first))
            seconds = monotonic() - start
            faults += _of_quotes(demo, questions, list(worker.run(demo.path, demo.settings({}))))
    except NotFinite:
        faults.append(said("a number is not finite"))
    except MlquizError as error:
        faults += [part for part in (error.what, error.received, error.next_step) if part]
    return Report(list(dict.fromkeys(faults)), seconds)


def _run(worker: Worker, demo: Demo, *, control: bool, seed: int) -> list[Event]:
    given = (dict(demo.control) if control else {}) | {"seed": seed}
    return list(worker.run(demo.path, demo.settings(given)))


def _of_verdict(events: list[Event], expected: bool, run: str) -> Iterator[str]:
    verdict = events[-1] if events else None
    if not isinstance(verdict, Verdict):
        yield said("{run}: the last event is no verdict", run=run)
    elif verdict.holds is not expected:
        named = {True: said("it holds"), False: said("it fails"), None: said("inconclusive")}
        place = {"run": run, "expected": named[expected], "received": named[verdict.holds]}
        yield said("{run}: the verdict should be: {expected}; it is: {received}", **place)


def _of_words(demo: Demo, events: list[Event]) -> Iterator[str]:
    """Every name has a label and every sentence can be said, in every language, with the numbers of the run."""
    for language, words in demo.languages.items():
        picture = Picture(words)
        try:
            for event in events:
                picture.add(event)
                line_of(event, words)
            if picture.verdict is None:
                return
            for template in (words.verdict.holds, words.verdict.fails, words.verdict.inconclusive):
                sentence(template, picture.verdict.numbers, words)
        except (KeyError, ValueError, IndexError, TypeError) as error:
            yield said("{language}: a sentence does not fit its numbers: {error}", language=language, error=repr(error))
        for name in dict.fromkeys(name for event in events for name in _names(event)):
            if _needs_label(name, words):
                yield said("{language}: no label for {name}", language=language, name=name)


def _names(event: Event) -> Iterator[str]:
    match event:
        case Plot(panel, y=named) | Bars(panel, values=named) | Shades(panel, rows=named) | Row(panel, cells=named):
            yield panel
            yield from named
        case Mark(panel, name=name):
            yield from (panel, name)


def _needs_label(name: str, words: Words) -> bool:
    """Whether a name is one of words, not of signs as 3x3, and has no label."""
    return name not in words.labels and len(name) > 1 and name.replace("-", "").replace("_", "").isalpha()


def _of_quotes(demo: Demo, questions: Mapping[str, Question], events: list[Event]) -> Iterator[str]:
    """The figures that the questions' answers quote are those of a default run."""
    verdict = events[-1] if events else None
    if not isinstance(verdict, Verdict):
        return
    for id in demo.questions:
        for quote in questions[id].quotes if id in questions else ():
            measured = verdict.numbers.get(quote.number)
            if not isinstance(measured, (int, float)):
                yield said("{id} quotes {number}, which is no number of the verdict", id=id, number=quote.number)
            elif not within(quote.value, measured, quote.tolerance):
                figures = {"value": f"{quote.value:g}", "measured": f"{measured:g}"}
                yield said(
                    "{id} quotes {number} as {value}, the run gives {measured}", id=id, number=quote.number, **figures
                )
