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

    Args:
        most: steps between them.
        rows: of the plot, of which no two numbers may share one.
    """
    if high <= low:
        return [float(low)]
    power = math.floor(math.log10((high - low) / most))
    for step in (factor * 10.0**power for factor in (1, 2, 5, 10, 20, 50)):
        found = [count * step for count in range(math.ceil(low / step), math.floor(high / step) + 1)]
        taken = {round((tick - low) / (high - low) * ((rows or 1000) - 1)) for tick in found}
        if (high - low) / step <= most and len(taken) == len(found):
            break
    return found


def across(xs: Sequence[float]) -> Sequence[float]:
    """Five whole numbers from edge to edge where all are whole, else round ones."""
    first, last = min(xs), max(xs)
    if not all(isinstance(x, int) for x in xs):
        return ticks(first, last, 5)
    return sorted({round(first + (last - first) * part / 4) for part in range(5)})
