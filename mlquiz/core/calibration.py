"""How well the expected recall fits what was recalled.

An answer is a test of the model when at least a day lies between it and the one before, as in the benchmark of
spaced-repetition algorithms (https://github.com/open-spaced-repetition/srs-benchmark).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from mlquiz.core.share import Share

if TYPE_CHECKING:
    from mlquiz.core.columns import Column

BINS = 10
"""Of expected recall, in a calibration plot."""

MOST_BINS = 100
"""More than the bins of like answers that a number of days, reviews or lapses can fall into."""

SURE = 1e-6
"""Nearest to 0 and 1 that an expectation is taken for, so that one surprise costs no infinity."""


@dataclass(frozen=True, slots=True, eq=False)
class Trials:
    """Expected recalls, and what came of them: columns with a row for each answer."""

    expected: "Sequence[float] | Column"
    right: "Sequence[bool] | Column"
    elapsed: "Sequence[int] | Column" = ()
    """Days since the answer before. This one and the next two are what alike answers have alike."""
    reviews: "Sequence[int] | Column" = ()
    """Answers after the first that came a day or more after the one before, this one too."""
    lapses: "Sequence[int] | Column" = ()
    """Those of them, before this one, that were forgotten."""

    def __len__(self) -> int:
        return len(self.expected)


class Bin(NamedTuple):
    """Answers whose expected recall is alike."""

    expected: float
    """On average."""
    actual: Share


class Score(NamedTuple):
    """How far expectations were from what happened; lower is better for both."""

    log_loss: float
    rmse: float


def score(trials: Trials) -> Score:
    """Log loss and RMSE(bins); there must be trials."""
    return Score(log_loss(trials), rmse_bins(trials))


def log_loss(trials: Trials, weights: Sequence[float] | None = None) -> float:
    """The mean of -ln(probability given to what happened), in nats."""
    import numpy as np

    expected = np.asarray(trials.expected)
    given = np.where(np.asarray(trials.right), expected, 1 - expected)
    return float(np.average(-np.log(np.maximum(given, SURE)), weights=weights))


def rmse_bins(trials: Trials, weights: Sequence[float] | None = None) -> float:
    """The root mean square difference of expected and actual recall over groups of like answers.

    Like answers have about the same days since the last one, number of reviews, and number of lapses: the bins of
    fsrs-rs (dataset.rs, `r_matrix_index`), whose widths grow by the factors 3.62, 1.89 and 1.73.
    """
    import numpy as np

    elapsed, reviews, lapses = np.asarray(trials.elapsed), np.asarray(trials.reviews), np.asarray(trials.lapses)
    like = (_bin(elapsed, 3.62) * MOST_BINS + _bin(reviews + 1, 1.89)) * MOST_BINS + _bin(lapses, 1.73)
    _, group, answers = np.unique(like, return_inverse=True, return_counts=True)
    surplus = np.bincount(group, np.asarray(trials.expected) - np.asarray(trials.right))
    squares = (surplus / answers) ** 2
    return float(np.sqrt(np.average(squares, weights=np.bincount(group, weights))))


def bins(trials: Trials, count: int = BINS) -> list[Bin]:
    """Expected and actual recall of answers in bins of equal width from 0 to 1, without the empty ones."""
    import numpy as np

    expected = np.asarray(trials.expected)
    of_bin = np.minimum((expected * count).astype(int), count - 1)
    answers, expectations, right = (
        np.bincount(of_bin, weights) for weights in (None, expected, np.asarray(trials.right, float))
    )
    return [
        Bin(float(expectations[one] / answers[one]), Share(int(right[one]), int(answers[one])))
        for one in np.flatnonzero(answers)
    ]


def _bin(values: "Column", base: float) -> "Column":
    """Which of the bins that grow by a factor each value is in, from 1; 0 for nothing."""
    import numpy as np

    return np.where(values > 0, np.floor(np.log(np.maximum(values, 1)) / np.log(base)) + 1, 0).astype(int)
