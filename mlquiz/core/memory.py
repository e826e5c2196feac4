"""How well something is remembered: FSRS-6, by the engine that Anki itself uses.

Stability is the number of days in which the probability of recall falls to 0.9; difficulty runs from 1 to 10;
retrievability is the probability of recall now. Time between reviews is counted in whole study days.
Source: the FSRS-6 algorithm as implemented in fsrs-rs (https://github.com/open-spaced-repetition/fsrs-rs).
"""

from collections.abc import Iterable, Sequence
from enum import IntEnum
from math import isfinite
from typing import Any, NamedTuple

import fsrs_rs_python as fsrs

from mlquiz.core.errors import BadInput
from mlquiz.core.sentence import said

DEFAULT_PARAMETERS: tuple[float, ...] = tuple(fsrs.DEFAULT_PARAMETERS)

BOUNDS: tuple[tuple[float, float], ...] = (
    *[(0.001, 100.0)] * 4, (1.0, 10.0), (0.001, 4.0), (0.001, 4.0), (0.001, 0.75), (0.0, 4.5), (0.0, 0.8),
    (0.001, 3.5), (0.001, 5.0), (0.001, 0.25), (0.001, 0.9), (0.0, 4.0), (0.0, 1.0), (1.0, 6.0), (0.0, 2.0),
    (0.0, 2.0), (0.0, 0.8), (0.1, 0.8),
)  # fmt: skip
"""Of w0 to w20. Beyond them the engine silently takes the nearest bound (fsrs-rs: parameter_clipper.rs)."""

LONGEST = 36_500
"""Days; the longest interval, and where FSRS clamps stability."""

_MOST_DAYS = 2**32 - 1
"""The engine counts them in 32 bits."""


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

    Raises:
        BadInput: not 21 finite numbers, or one out of its bounds.
    """

    def __init__(self, parameters: Sequence[float] = DEFAULT_PARAMETERS) -> None:
        self.parameters = _checked(parameters)
        self._engine = fsrs.FSRS(list(self.parameters))
        self._decay = -self.parameters[20]
        self._factor = 0.9 ** (1 / self._decay) - 1

    def after(self, memory: Memory | None, days: int) -> dict[Rating, Memory]:
        """The memory after each rating, `days` study days (0 = the same day) after the last one; None = never seen."""
        state = fsrs.MemoryState(memory.stability, memory.difficulty) if memory else None
        states = self._engine.next_states(state, 0.9, min(days, _MOST_DAYS))
        again, hard, good, easy = states.again.memory, states.hard.memory, states.good.memory, states.easy.memory
        return {
            Rating.AGAIN: Memory(again.stability, again.difficulty),
            Rating.HARD: Memory(hard.stability, hard.difficulty),
            Rating.GOOD: Memory(good.stability, good.difficulty),
            Rating.EASY: Memory(easy.stability, easy.difficulty),
        }

    def along(self, histories: Iterable[tuple[Sequence[int], Sequence[int]]]) -> list[list[fsrs.MemoryState]]:
        """The memory after each answer of many histories, to the bit what `after` gives one answer after the other.

        Args:
            histories: the ratings, none empty, and the study days before each.

        Returns:
            For each history a list of the engine's own states, which have a `stability` and a `difficulty`.
        """
        return self._engine.historical_memory_state_batch([_item(*history) for history in histories])

    def stabilities(self, states: Sequence[fsrs.MemoryState], rating: int, days: Sequence[int]) -> list[float]:
        """The stability after the same rating in each of many states, `days` study days after the answer before."""
        items = {gap: _item((rating,), (gap,)) for gap in set(days)}
        found = self._engine.memory_state_batch([items[gap] for gap in days], states)
        return [state.stability for state in found]

    def retrievability(self, memory: Memory, days: float) -> float:
        """R(t, S) = (1 + F t/S)^(-w20), in (0, 1]."""
        return float(self.recall(memory.stability, days))

    def recall(self, stability: Any, days: Any) -> Any:
        """Retrievability; also of numpy's columns."""
        return (1 + self._factor * days / stability) ** self._decay

    def interval(self, memory: Memory, retention: float) -> float:
        """I(r, S) = S/F (r^(-1/w20) - 1): the days after which retrievability has fallen to `retention`."""
        return memory.stability * self.span(retention)

    def span(self, retention: float) -> float:
        """The interval for a stability of one day."""
        return float((retention ** (1 / self._decay) - 1) / self._factor)


def _item(ratings: Sequence[int], days: Sequence[int]) -> fsrs.FSRSItem:
    if max(days) > _MOST_DAYS:
        days = [min(gap, _MOST_DAYS) for gap in days]
    return fsrs.FSRSItem(list(map(fsrs.FSRSReview, ratings, days)))


def _checked(parameters: Sequence[float]) -> tuple[float, ...]:
    next_step = said("take the default parameters, or fit them anew")
    if len(parameters) != len(BOUNDS):
        raise BadInput(
            said("FSRS-6 has another number of parameters."),
            expected=str(len(BOUNDS)),
            received=str(len(parameters)),
            next_step=next_step,
        )
    for index, (weight, (low, high)) in enumerate(zip(parameters, BOUNDS, strict=True)):
        slack = 1e-6 * high  # a bound that went through 32 bits
        if not isfinite(weight) or not low - slack <= weight <= high + slack:
            raise BadInput(
                said("The memory parameter w{index} is out of its bounds.", index=index),
                expected=said("a number from {low} to {high}", low=low, high=high),
                received=str(weight),
                next_step=next_step,
            )
    return tuple(parameters)
