"""What a session came to."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from mlquiz.core.log import Reviewed
from mlquiz.core.memory import Rating


class Summary(NamedTuple):
    """Counts of a session; `missed` has the last Again of each question that got one."""

    answers: int
    seconds: float
    ratings: dict[Rating, int]
    missed: tuple[Reviewed, ...]
    wrong_predictions: tuple[str, ...]
    """Demos whose outcome was not the predicted one."""


def summary(answered: Sequence[Reviewed]) -> Summary:
    """The summary of graded answers."""
    counts = Counter(entry.rating for entry in answered)
    missed = {entry.question: entry for entry in answered if entry.rating == Rating.AGAIN}
    wrong = dict.fromkeys(str(entry.demo["name"]) for entry in answered if entry.demo.get("right") is False)
    return Summary(
        len(answered),
        sum(entry.seconds for entry in answered),
        {rating: counts[rating] for rating in Rating},
        tuple(missed.values()),
        tuple(wrong),
    )
