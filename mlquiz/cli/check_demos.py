"""The harness of `mlquiz check --demos`: each demo on its seeds, twice on one of them, and its control."""

from collections.abc import Iterator

from mlquiz.cli.context import Context
from mlquiz.core.errors import MlquizError
from mlquiz.demos import Catalogue, Demo
from mlquiz.lab import Event, Verdict
from mlquiz.view.picture import Picture, line_of
from mlquiz.worker import NotFinite, Worker


def run_all(context: Context, catalogue: Catalogue) -> bool:
    """Run every demo, a line for each; True when every claim holds and every control fails."""
    good = True
    for demo in catalogue.demos.values():
        faults = list(faults_of(demo))
        good &= not faults
        told = "; ".join(faults) or f"holds on {len(demo.seeds)} seeds, and its control fails on each"
        context.console.print(f"{demo.name}: {told}", style="red" if faults else "green")
    return good


def faults_of(demo: Demo) -> Iterator[str]:
    """What is wrong with a demo's runs; nothing when all is as it claims."""
    try:
        with Worker() as worker:
            runs = {seed: _run(worker, demo, control=False, seed=seed) for seed in demo.seeds}
            for seed, events in runs.items():
                yield from _of_verdict(events, True, f"seed {seed}")
                yield from _of_words(demo, events)
                yield from _of_verdict(_run(worker, demo, control=True, seed=seed), False, f"control, seed {seed}")
            first = demo.seeds[0]
            if _run(worker, demo, control=False, seed=first) != runs[first]:
                yield f"seed {first} gives other events the second time"
    except NotFinite:
        yield "a number is not finite"
    except MlquizError as error:
        yield str(error)


def _run(worker: Worker, demo: Demo, *, control: bool, seed: int) -> list[Event]:
    given = (dict(demo.control) if control else {}) | {"seed": seed}
    return list(worker.run(demo.path, demo.settings(given)))


def _of_verdict(events: list[Event], expected: bool, run: str) -> Iterator[str]:
    verdict = events[-1] if events else None
    if not isinstance(verdict, Verdict):
        yield f"{run}: the last event is no verdict"
    elif verdict.holds is not expected:
        yield f"{run}: expected the claim to {'hold' if expected else 'fail'}, received {verdict.holds}"


def _of_words(demo: Demo, events: list[Event]) -> Iterator[str]:
    """Every sentence can be said, in every language, with the numbers of the run."""
    for language, words in demo.languages.items():
        picture = Picture(words)
        try:
            for event in events:
                picture.add(event)
                line_of(event, words)
            if picture.verdict is None:
                return
            for sentence in (words.verdict.holds, words.verdict.fails, words.verdict.inconclusive):
                sentence.format_map(picture.verdict.numbers)
        except (KeyError, ValueError, IndexError) as error:
            yield f"{language}: a sentence does not fit its numbers: {error!r}"
