"""The memory model's parameters, fitted to one person's log by the optimiser of fsrs-rs, and tested on what came later.

The optimiser leaves the parameters alone below 8 reviews that came a day or more after the one before, fits the first
four below 64, and all 21 from there on (fsrs-rs: training.rs, `compute_parameters`).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import pairwise
from math import isfinite
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

import fsrs_rs_python as fsrs

from mlquiz.core.calibration import Score, Trials, score
from mlquiz.core.errors import BadInput
from mlquiz.core.memory import DEFAULT_PARAMETERS, LONGEST, MemoryModel, Rating
from mlquiz.core.sentence import said

if TYPE_CHECKING:
    from mlquiz.core.columns import Column
    from mlquiz.core.history import History

FIRST_FOUR, ALL = 8, 64
"""Reviews from which the optimiser fits the first four parameters, and all of them."""

FOLDS = 5
"""Parts of the later reviews, each predicted by what was fitted to all before it; the benchmark's number too."""

MOST_DAYS = 2**32 - 1
"""The engine counts them in 32 bits."""

DAY = 86_400_000
"""In milliseconds."""

Parameters = tuple[float, ...]
Told = Callable[[int, int], None]
"""Called with how many fits are done, and of how many."""


class Fit(NamedTuple):
    """Parameters fitted to all reviews, and how the ones in force and fitted ones did on reviews that were not seen."""

    parameters: Parameters
    reviews: int
    before: Trials
    """The later reviews as the parameters in force expected them."""
    after: Trials
    """The same, each as parameters expected it that were fitted to the reviews before."""
    changed: bool
    """Whether these are other parameters than those in force."""

    scores: tuple[Score, Score] | None
    """Before and after; None when there was no later review."""

    @property
    def is_better(self) -> bool:
        """Whether the split speaks for the new parameters: a lower log loss on what was not seen."""
        return self.changed and self.scores is not None and self.scores[1].log_loss < self.scores[0].log_loss


class Data:
    """The reviews to learn from, in order of time: those a day or more after the answer before."""

    def __init__(self, histories: Sequence["History"]) -> None:
        import numpy as np

        answers = [answer for history in histories for answer in history.answers]
        gaps = [min(gap, MOST_DAYS) for history in histories for gap in history.gaps]
        self._reviews = list(map(fsrs.FSRSReview, map(attrgetter("rating"), answers), gaps))
        counts = [len(history.answers) for history in histories]
        starts = np.repeat(np.cumsum([0, *counts], dtype=int)[:-1], counts)
        tests = np.array(gaps) > 0
        right = np.array([answer.rating for answer in answers]) != Rating.AGAIN
        rows = np.array(sorted(np.flatnonzero(tests).tolist(), key=lambda row: answers[row].id), int)
        self._places = list(zip(starts[rows].tolist(), rows.tolist(), strict=True))
        """Of each review: where among all answers its history begins, and where it stands itself."""
        self._cards = starts[rows].tolist()
        self._items = [fsrs.FSRSItem(self._reviews[start : row + 1]) for start, row in self._places]
        self.ids = [answers[row].id for _, row in self._places]
        self._right, self._elapsed = right[rows], np.array(gaps, int)[rows]
        self._nth, self._lapses = _so_far(tests, starts)[rows] + 1, _so_far(tests & ~right, starts)[rows]

    @cached_property
    def _before(self) -> list[fsrs.FSRSItem]:
        """What went before each review."""
        return [fsrs.FSRSItem(self._reviews[start:row]) for start, row in self._places]

    def __len__(self) -> int:
        return len(self._places)

    def fitted(self, until: int) -> Parameters:
        """Parameters fitted to the first reviews; the default ones where they do not suffice."""
        engine = fsrs.FSRS(list(DEFAULT_PARAMETERS))
        try:
            found = engine.compute_parameters(self._items[:until], self._cards[:until])
        except ValueError:  # the optimiser's word for too little data
            return DEFAULT_PARAMETERS
        if not all(map(isfinite, found)):
            raise BadInput(said("The optimiser found no parameters for this log."), next_step=_AS_BEFORE)
        return tuple(found)

    def expected(self, parameters: Parameters, first: int, last: int) -> "Column":
        """The recall that these parameters expect in the reviews from one to another."""
        import numpy as np

        states = fsrs.FSRS(list(parameters)).memory_state_batch(self._before[first:last])
        stability = np.array([state.stability for state in states])
        recall: Column = MemoryModel(parameters).recall(stability, self._elapsed[first:last])
        return recall

    def trials(self, expected: "Column", first: int) -> Trials:
        """The reviews from one on, with the recall that was expected in each."""
        told = slice(first, first + len(expected))
        return Trials(expected, *(of[told] for of in (self._right, self._elapsed, self._nth, self._lapses)))


def fit(
    histories: Sequence["History"], current: Parameters, since: str = "", told: Told = lambda done, of: None
) -> Fit:
    """Fit parameters to all reviews, and test fitted ones against those in force on a time-series split.

    Args:
        histories: of the questions that were answered.
        current: the parameters in force.
        since: the id of the event that brought them: only later reviews are new to them, so only those are a test.
        told: hears of the progress.

    Raises:
        BadInput: the log holds what cannot have happened, or the optimiser finds no parameters.
    """
    import numpy as np

    check(histories)
    data = Data(histories)
    edges = _edges(data.ids, since)
    before, after = data.expected(current, edges[0], edges[-1]), [np.zeros(0)]
    for done, (first, last) in enumerate(pairwise(edges)):
        told(done, len(edges))
        after.append(data.expected(data.fitted(first), first, last))
    told(len(edges) - 1, len(edges))
    parameters = data.fitted(len(data))
    told(len(edges), len(edges))
    trials = data.trials(before, edges[0]), data.trials(np.concatenate(after), edges[0])
    scores = (score(trials[0]), score(trials[1])) if len(before) else None
    return Fit(parameters, len(data), *trials, parameters != current, scores)


def check(histories: Iterable["History"]) -> None:
    """Refuse a log that would teach nonsense.

    Raises:
        BadInput: an answer whose study day is not that of its time, or that comes a century after the one before.
    """
    for history in histories:
        for answer, gap in zip(history.answers, history.gaps, strict=True):
            if gap > LONGEST or abs(answer.day - answer.at // DAY) > 1:
                raise BadInput(
                    said("The log holds an answer with an absurd time, to {question}.", question=answer.question),
                    expected=said("a study day within a day of the time"),
                    received=f"{answer.id}: {answer.at} ms, day {answer.day}",
                    next_step=_AS_BEFORE,
                )


def _so_far(counted: "Column", starts: "Column") -> "Column":
    """How many rows before each one count, in the same history; `starts` are the histories' first rows."""
    import numpy as np

    before: Column = np.cumsum(counted) - counted
    return before - before[starts]


def _edges(ids: Sequence[str], since: str) -> list[int]:
    """Where the later reviews are cut into parts, after a first sixth or what the parameters in force have seen."""
    seen = bisect_right(ids, since) if since else 0
    first = max(seen, len(ids) // (FOLDS + 1), min(FIRST_FOUR, len(ids)))
    later = len(ids) - first
    return sorted({first + later * part // FOLDS for part in range(FOLDS + 1)})


_AS_BEFORE = said("nothing was changed; the parameters in force stay")
