"""How well the expected recall fits what was recalled.

An answer is a test of the model when at least a day lies between it and the one before, as in the benchmark of
spaced-repetition algorithms (https://github.com/open-spaced-repetition/srs-benchmark).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import repeat
from math import floor, log, sqrt
from typing import NamedTuple

from mlquiz.core.share import Share

BINS = 10
"""Of expected recall, in a calibration plot."""

SURE = 1e-6
"""Nearest to 0 and 1 that an expectation is taken for, so that one surprise costs no infinity."""


class Trial(NamedTuple):
    """An expected recall, and what came of it."""

    expected: float
    right: bool
    elapsed: int = 1
    """Days since the answer before."""
    reviews: int = 1
    """Answers after the first that came a day or more after the one before, this one too."""
    lapses: int = 0
    """Those of them, before this one, that were forgotten."""


class Bin(NamedTuple):
    """Answers whose expected recall is alike."""

    expected: float
    """On average."""
    actual: Share


class Score(NamedTuple):
    """How far expectations were from what happened; lower is better for both."""

    log_loss: float
    rmse: float


def score(trials: Sequence[Trial]) -> Score:
    """Log loss and RMSE(bins); there must be trials."""
    return Score(log_loss(trials), rmse_bins(trials))


def log_loss(trials: Sequence[Trial], weights: Sequence[float] | None = None) -> float:
    """The mean of -ln(probability given to what happened), in nats."""
    losses = [-log(max(trial[0] if trial[1] else 1 - trial[0], SURE)) for trial in trials]
    if weights is None:
        return sum(losses) / len(losses)
    return sum(weight * loss for weight, loss in zip(weights, losses, strict=True)) / sum(weights)


def rmse_bins(trials: Sequence[Trial], weights: Iterable[float] | None = None) -> float:
    """The root mean square difference of expected and actual recall over groups of like answers.

    Like answers have about the same days since the last one, number of reviews, and number of lapses: the bins of
    fsrs-rs (dataset.rs, `r_matrix_index`), whose widths grow by the factors 3.62, 1.89 and 1.73.
    """
    groups: defaultdict[tuple[int, ...], list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for (expected, right, *like), weight in zip(trials, weights or repeat(1.0), strict=weights is not None):
        group = groups[_group(*like)]
        group[0] += expected - right
        group[1] += weight
        group[2] += 1
    squares = sum((surplus / count) ** 2 * weight for surplus, weight, count in groups.values())
    return sqrt(squares / sum(weight for _, weight, _ in groups.values()))


def bins(trials: Iterable[Trial], count: int = BINS) -> list[Bin]:
    """Expected and actual recall of answers in bins of equal width from 0 to 1, without the empty ones."""
    groups: dict[int, list[Trial]] = defaultdict(list)
    for trial in trials:
        groups[min(floor(trial.expected * count), count - 1)].append(trial)
    return [
        Bin(sum(trial.expected for trial in group) / len(group), Share(sum(trial.right for trial in group), len(group)))
        for _, group in sorted(groups.items())
    ]


@cache
def _group(elapsed: int, reviews: int, lapses: int) -> tuple[int, ...]:
    widths = ((elapsed, 3.62), (reviews + 1, 1.89), (lapses, 1.73))
    return tuple(floor(log(value, base)) if value else -1 for value, base in widths)
