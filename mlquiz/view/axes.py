"""Where the numbers of an axis stand, in a plot of few rows and columns."""

import math
from collections.abc import Sequence

MOST = 6
"""Steps between the powers of ten of an axis."""


def powers(low: int, high: int, rows: int) -> list[int]:
    """Powers of ten, evenly apart from the lowest row to the highest, where need be with one more at the top.

    No two of them share a row, and where they can each stands right in the middle of its own.
    """
    span, most = max(1, high - low), max(1, min(rows - 1, MOST))
    while True:
        counts = [count for count in range(1, most + 1) if span % count == 0]
        if span == 1 or most == 1 or counts[-1] > 1:
            break
        span += 1
    exact = [count for count in counts if (rows - 1) % count == 0 and count > 1]
    return list(range(low, low + span + 1, span // (exact or counts)[-1]))


def ticks(low: float, high: float, most: int, rows: int | None = None) -> list[float]:
    """Round numbers from low to high, steps of 1, 2 or 5 times a power of ten apart.

    Where only one would be left, finer ones: in each row the one that is nearest to its middle.

    Args:
        most: steps between them.
        rows: of the plot, of which no two numbers may share one.
    """
    if high <= low:
        return [float(low)]

    def place(tick: float) -> float:
        return (tick - low) / (high - low) * ((rows or 1000) - 1)

    def between(step: float) -> list[float]:
        return [count * step for count in range(math.ceil(low / step), math.floor(high / step) + 1)]

    power = 10.0 ** math.floor(math.log10((high - low) / most))
    for step in (factor * power for factor in (1, 2, 5, 10, 20, 50)):
        found = between(step)
        if (high - low) / step <= most and len({round(place(tick)) for tick in found}) == len(found):
            break
    for step in (factor * power for factor in (10, 5, 2, 1, 0.5)):
        if len(found) > 1:
            break
        by_fit = sorted(between(step), key=lambda tick: abs(place(tick) - round(place(tick))), reverse=True)
        found = sorted({round(place(tick)): tick for tick in by_fit}.values())  # of those in one row the last stays
    return found


def across(xs: Sequence[float]) -> Sequence[float]:
    """Round numbers, at most six; whole ones where all are whole. Zero is among them where it is in range."""
    first, last = min(xs), max(xs)
    if all(isinstance(x, int) for x in xs):
        return [round(tick) for tick in ticks(first, last, min(5, round(last - first)))]
    return ticks(first, last, 5)
