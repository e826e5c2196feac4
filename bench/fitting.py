"""Fitting the parameters to a log, against the same calls of the library on the same reviews."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from random import Random

import fsrs_rs_python as fsrs

from bench.timing import Comparison, in_turn
from mlquiz.bulk import without_collecting
from mlquiz.core.fitting import DAY, FIRST_FOUR, FOLDS, Data, fit
from mlquiz.core.history import History, histories
from mlquiz.core.log import Reviewed, entry_id
from mlquiz.core.memory import DEFAULT_PARAMETERS, Rating

START = 20_000


def optimizer(questions: int = 10_000, answers: int = 10) -> Iterator[Comparison]:
    """One fit to all histories, and all that `mlquiz optimize` does, against the library's own calls."""
    known = histories(_log(questions, answers))
    reviews, own = f"{questions * answers:,} reviews", "the same calls of fsrs-rs-python"
    with without_collecting():  # as `mlquiz optimize` has it
        one = in_turn(lambda: Data(known).fitted(len(known) * answers), lambda: _fit_directly(known), 5)
        whole = in_turn(lambda: fit(known, DEFAULT_PARAMETERS), lambda: _directly(known), 5)
    yield Comparison(f"fit, {reviews}", *one, own, "1.2x")
    yield Comparison(f"fit, split and scores, {reviews}", *whole, own, "1.2x")


def _fit_directly(known: Sequence[History]) -> None:
    items, cards = _items(known)
    fsrs.FSRS(list(DEFAULT_PARAMETERS)).compute_parameters(items, cards)


def _directly(known: Sequence[History]) -> None:
    """Five fits to what came before, both parameters evaluated on the part after it, one fit to all."""
    items, cards = _items(known)
    engine, first = fsrs.FSRS(list(DEFAULT_PARAMETERS)), max(len(items) // (FOLDS + 1), FIRST_FOUR)
    edges = [first + (len(items) - first) * part // FOLDS for part in range(FOLDS + 1)]
    engine.evaluate(items[edges[0] :])
    for start, end in pairwise(edges):
        fsrs.FSRS(engine.compute_parameters(items[:start], cards[:start])).evaluate(items[start:end])
    engine.compute_parameters(items, cards)


def _items(known: Sequence[History]) -> tuple[list[fsrs.FSRSItem], list[int]]:
    items = []
    for card, history in enumerate(known):
        reviews = list(map(fsrs.FSRSReview, history.ratings, history.gaps))
        for place, (answer, gap) in enumerate(zip(history.answers, history.gaps, strict=True), 1):
            if gap:
                items.append((answer.id, card, fsrs.FSRSItem(reviews[:place])))
    items.sort(key=lambda item: item[0])
    return [item for _, _, item in items], [card for _, card, _ in items]


def _log(questions: int, answers: int) -> list[Reviewed]:
    random, log = Random(1), list[Reviewed]()
    for number in range(questions):
        at = (START + random.randrange(300)) * DAY + number
        for _ in range(answers):
            rating = random.choice([Rating.AGAIN, Rating.GOOD, Rating.GOOD, Rating.GOOD, Rating.EASY])
            log.append(
                Reviewed(entry_id(at, random), at, at // DAY, f"q{number}", rating, "open", "en", "", "", "", 9.0)
            )
            at += random.choice([60_000, DAY, 3 * DAY, 9 * DAY, 20 * DAY])
    return log
