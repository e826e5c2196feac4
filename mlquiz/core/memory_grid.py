"""Memory states on a grid, so that what a review leads to is looked up instead of computed card by card.

Nodes are stabilities in a geometric row times a few difficulties. A memory between nodes is spread over those around
it, its shares linear in the logarithm of stability and in difficulty.
"""

from collections.abc import Sequence
from math import exp, log

from mlquiz.core.effort import Effort
from mlquiz.core.memory import Memory, MemoryModel, Rating

Shares = list[tuple[int, float]]
"""(node, share), the shares adding up to 1."""

Review = tuple[float, float, int, float, float, int, float, float]
"""What a review leads to: the chance of recall, the seconds expected; then, for recall and for a lapse, the first of
two neighbouring nodes and the chance to land on each of them. Eight numbers that add up fast rather than a class."""

LOWEST = 0.1
"""Days of stability; nothing that was learnt stays below."""
RATIO = 2.0
DIFFICULTIES = (1.0, 4.0, 7.0, 10.0)


class MemoryGrid:
    """The grid for one memory model and one effort.

    Args:
        horizon: days that matter; a stability of six times as many is as good as any.
    """

    def __init__(self, model: MemoryModel, effort: Effort, horizon: int) -> None:
        self.model, self.effort = model, effort
        self._rows = int(log(max(50.0, 6.0 * horizon) / LOWEST) / log(RATIO)) + 2
        self._nodes = [Memory(LOWEST * RATIO**row, hard) for hard in DIFFICULTIES for row in range(self._rows)]
        self._reviews: list[dict[int, Review]] = [{} for _ in self._nodes]

    def __len__(self) -> int:
        return len(self._nodes)

    def recall(self, node: int, days: int) -> float:
        """The chance of recall `days` after the last review."""
        return self.model.retrievability(self._nodes[node], days)

    def shares(self, memory: Memory) -> Shares:
        """A memory as shares of the nodes around it."""
        row, above = self._row(memory.stability)
        place = min(max((memory.difficulty - 1) / 3, 0.0), len(DIFFICULTIES) - 1.000001)
        column = int(place)
        harder = place - column
        node = column * self._rows + row
        corners = (
            (node, (1 - above) * (1 - harder)),
            (node + 1, above * (1 - harder)),
            (node + self._rows, (1 - above) * harder),
            (node + self._rows + 1, above * harder),
        )
        return [(node, share) for node, share in corners if share > 1e-9]

    def review(self, node: int, days: int) -> Review:
        """What a review of a node leads to, `days` after the last one."""
        known = self._reviews[node].get(days)
        if known is None:
            known = self._reviews[node][days] = self._review(node, days)
        return known

    def introduced(self) -> Shares:
        """A new question at the end of its first day."""
        mixed: dict[int, float] = {}
        for chance, memory in zip(self.effort.first, first_days(self.model), strict=True):
            for node, share in self.shares(memory):
                mixed[node] = mixed.get(node, 0.0) + chance * share
        return list(mixed.items())

    def _review(self, node: int, days: int) -> Review:
        memory = self._nodes[node]
        recall = self.model.retrievability(memory, days)
        after = self.model.after(memory, days)
        passed = zip(self.effort.passed, (after[Rating.HARD], after[Rating.GOOD], after[Rating.EASY]), strict=True)
        row, above = self._row(exp(sum(share * log(to.stability) for share, to in passed)))
        lapsed = self.model.after(after[Rating.AGAIN], 0)[Rating.GOOD]  # the step after a lapse
        low, over = self._row(lapsed.stability)
        column = min(range(len(DIFFICULTIES)), key=lambda one: abs(DIFFICULTIES[one] - lapsed.difficulty))
        missed = 1 - recall
        return (
            recall,
            recall * self.effort.recalled + missed * self.effort.lapsed,
            node - node % self._rows + row,  # difficulty hardly moves while one recalls
            recall * (1 - above),
            recall * above,
            column * self._rows + low,
            missed * (1 - over),
            missed * over,
        )

    def _row(self, stability: float) -> tuple[int, float]:
        place = min(max(log(stability / LOWEST) / log(RATIO), 0.0), self._rows - 1.000001)
        return int(place), place - int(place)


def first_days(model: MemoryModel) -> Sequence[Memory]:
    """The memory at the end of the first day, by the first rating; the learning steps after it go well."""
    first = model.after(None, 0)
    again, hard, good, easy = (first[rating] for rating in Rating)

    def stepped(memory: Memory) -> Memory:
        return model.after(memory, 0)[Rating.GOOD]

    return stepped(stepped(again)), stepped(stepped(hard)), stepped(good), easy
