"""What a demo promises: its claim on its seeds, a control that fails on each, the same events the second time."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from threading import Timer
from time import monotonic
from typing import NamedTuple

from mlquiz.core.errors import BadEnvironment, MlquizError
from mlquiz.core.grading import within
from mlquiz.core.question import Question
from mlquiz.core.sentence import Figure, joined, said
from mlquiz.core.words import Words
from mlquiz.demos import Demo
from mlquiz.lab import Bars, Event, Mark, Plot, Row, Shades, Verdict
from mlquiz.view.picture import Picture, line_of, sentence
from mlquiz.worker import NotFinite, Worker

BUDGET = 8.0
"""Seconds of processor time that a default run may take, TensorFlow already imported: other work on the machine adds
nothing to them, as it does to those of the clock."""

HANGS = 180.0
"""Seconds by the clock after which a run is taken to hang, and ended."""


class Fault(NamedTuple):
    """What a demo does that its contract forbids, and what to do about it."""

    what: str
    next_step: str


class Report(NamedTuple):
    """What the harness found of one demo; the times are those of a default run in a warm process."""

    faults: Sequence[Fault]
    seconds: float
    cpu_seconds: float


class _Hangs(Exception):
    """A run did not end."""


def report(demo: Demo, questions: Mapping[str, Question], seeds: Sequence[int] | None = None) -> Report:
    """Hold a demo against its contract, but for the time that it takes.

    Args:
        questions: those whose answers quote a figure of their demo.
        seeds: instead of the demo's own.
    """
    faults: list[Fault] = []
    seconds = cpu_seconds = 0.0
    mend = said("mend {file}", file=demo.path.name)
    try:
        with Worker() as worker:
            runs: dict[int, list[Event]] = {}
            for seed in seeds or demo.seeds:
                runs[seed] = _run(worker, demo, seed=seed)
                command = f"mlquiz demo {demo.name} --seed {seed}"
                faults += _faults(_of_verdict(runs[seed], True, said("seed {n}", n=seed)), command)
                in_words = said("mend {file}", file=demo.path.with_suffix(".yaml").name)
                faults += _faults(_of_words(demo, runs[seed]), in_words)
                held_back = _run(worker, demo, control=True, seed=seed)
                run = said("control, seed {n}", n=seed)
                faults += _faults(_of_verdict(held_back, False, run), f"{command} --control")
            first = next(iter(runs))
            start = monotonic()
            if _run(worker, demo, seed=first) != runs[first]:
                again = said("seed {n} gives other events the second time", n=first)
                faults.append(Fault(again, said("take all chance from the seed")))
            seconds, cpu_seconds = monotonic() - start, worker.cpu_seconds
            faults += _faults(_of_quotes(demo, questions, _run(worker, demo)), said("mend the quote or the demo"))
    except NotFinite:
        faults.append(Fault(said("a number is not finite"), mend))
    except _Hangs:
        endless = said(
            "a run had not ended after {most} s by the clock (its budget is {budget} s of processor time)",
            most=Figure(HANGS), budget=Figure(BUDGET),
        )  # fmt: skip
        faults.append(Fault(endless, mend))
    except MlquizError as error:
        told_of = joined([part for part in (error.what, error.received, error.next_step) if part])
        faults.append(Fault(told_of, mend))
    return Report(list(dict.fromkeys(faults)), seconds, cpu_seconds)


def in_time(found: Report) -> Report:
    """A report that tells of a default run that takes more than its budget."""
    if found.cpu_seconds <= BUDGET:
        return found
    late = said(
        "a default run takes {cpu} s of processor time ({seconds} s by the clock), over {most} s of processor time",
        cpu=Figure(found.cpu_seconds, ".1f"), seconds=Figure(found.seconds, ".1f"), most=Figure(BUDGET),
    )  # fmt: skip
    fault = Fault(late, said("make it smaller: fewer steps, examples or repetitions"))
    return found._replace(faults=[*found.faults, fault])


def _faults(found: Iterable[str], next_step: str) -> Iterator[Fault]:
    return (Fault(what, next_step) for what in found)


def _run(worker: Worker, demo: Demo, *, control: bool = False, seed: int | None = None) -> list[Event]:
    """The events of a run; of a default one where no seed is given.

    Raises:
        _Hangs: it did not end.
    """
    given = (dict(demo.control) if control else {}) | ({} if seed is None else {"seed": seed})
    watch = Timer(HANGS, worker.kill)
    watch.start()
    try:
        return list(worker.run(demo.path, demo.settings(given)))
    except BadEnvironment:
        if watch.finished.is_set():
            raise _Hangs from None
        raise
    finally:
        watch.cancel()


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
                figures = {"value": Figure(quote.value, "g"), "measured": Figure(measured, "g")}
                yield said(
                    "{id} quotes {number} as {value}, the run gives {measured}", id=id, number=quote.number, **figures
                )
