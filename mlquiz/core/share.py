"""A share of answers, and how far it can be trusted."""

from math import sqrt
from typing import NamedTuple

Z = 1.959964
"""The 97.5 % quantile of the normal distribution, for intervals of 95 %."""


class Share(NamedTuple):
    """Answers that were right, of how many."""

    right: int
    answers: int

    @property
    def value(self) -> float:
        """From 0 to 1; there must be answers."""
        return self.right / self.answers

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of the share."""
        return wilson(self.right, self.answers)


def wilson(right: int, of: int, z: float = Z) -> tuple[float, float]:
    """The score interval of a share (Wilson 1927; Brown, Cai and DasGupta 2001, Statistical Science 16, section 3.1.1).

    It stays within 0 and 1 and is of use from a handful of answers on, where the textbook one is not.
    """
    if not of:
        return 0.0, 1.0
    share = right / of
    centre = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low = 0.0 if right == 0 else max(0.0, centre - half)
    high = 1.0 if right == of else min(1.0, centre + half)
    return low, high
