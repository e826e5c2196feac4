"""How well something is remembered: FSRS-6, by the engine that Anki itself uses.

Stability is the number of days in which the probability of recall falls to 0.9; difficulty runs from 1 to 10;
retrievability is the probability of recall now. Time between reviews is counted in whole study days.
Source: the FSRS-6 algorithm as implemented in fsrs-rs (https://github.com/open-spaced-repetition/fsrs-rs).
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import NamedTuple

import fsrs_rs_python as fsrs

DEFAULT_PARAMETERS: tuple[float, ...] = tuple(fsrs.DEFAULT_PARAMETERS)


class Rating(IntEnum):
    """How the answer went, in the numbers of the keys."""

    AGAIN = 1
    HARD = 2
    GOOD = 3
    EASY = 4


class Memory(NamedTuple):
    """A memory state: stability in days, difficulty from 1 to 10."""

    stability: float
    difficulty: float


class MemoryModel:
    """FSRS-6 with given parameters.

    Args:
        parameters: the 21 weights w0 to w20.
    """

    def __init__(self, parameters: Sequence[float] = DEFAULT_PARAMETERS) -> None:
        self.parameters = tuple(parameters)
        self._engine = fsrs.FSRS(list(self.parameters))
        self._decay = -self.parameters[20]
        self._factor = 0.9 ** (1 / self._decay) - 1

    def after(self, memory: Memory | None, days: int) -> dict[Rating, Memory]:
        """The memory after each rating, `days` study days (0 = the same day) after the last one; None = never seen."""
        state = fsrs.MemoryState(memory.stability, memory.difficulty) if memory else None
        states = self._engine.next_states(state, 0.9, days)
        by_rating = zip(Rating, (states.again, states.hard, states.good, states.easy), strict=True)
        return {rating: Memory(to.memory.stability, to.memory.difficulty) for rating, to in by_rating}

    def retrievability(self, memory: Memory, days: float) -> float:
        """R(t, S) = (1 + F t/S)^(-w20), in (0, 1]."""
        return float((1 + self._factor * days / memory.stability) ** self._decay)

    def interval(self, memory: Memory, retention: float) -> float:
        """I(r, S) = S/F (r^(-1/w20) - 1): the days after which retrievability has fallen to `retention`."""
        return float(memory.stability / self._factor * (retention ** (1 / self._decay) - 1))
