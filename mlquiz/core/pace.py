"""How long the rest of a session takes, by how long this user has taken before."""

from collections import Counter
from collections.abc import Iterable, Sequence
from math import ceil

from mlquiz.core.question import FormKind

ENOUGH = 5
"""Answers from which a median tells something."""

Pace = Sequence[tuple[FormKind, float]]
"""The form and seconds of the user's latest answers."""


def minutes(pace: Pace, forms: Iterable[FormKind]) -> int | None:
    """About how many minutes questions of these forms take: the median of the answers to each form, or of all
    answers where that form has too few. None before there are enough at all."""
    if len(pace) < ENOUGH:
        return None
    overall = _median([seconds for _, seconds in pace])
    total = 0.0
    for form, count in Counter(forms).items():
        of_form = [seconds for kind, seconds in pace if kind == form]
        total += count * (_median(of_form) if len(of_form) >= ENOUGH else overall)
    return ceil(total / 60)


def _median(values: list[float]) -> float:
    """The middle one, the upper of two; the statistics module takes 3 ms to import, and this is the first screen."""
    return sorted(values)[len(values) // 2]
