"""The memory model's parameters, fitted to one person's log by the optimiser of fsrs-rs, and tested on what came later.

The optimiser leaves the parameters alone below 8 reviews that came a day or more after the one before, fits the first
four below 64, and all 21 from there on (fsrs-rs: training.rs, `compute_parameters`).
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from itertools import pairwise
from math import isfinite
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import fsrs_rs_python as fsrs

from mlquiz.core.calibration import Score, Trial, score
from mlquiz.core.errors import BadInput
from mlquiz.core.memory import DEFAULT_PARAMETERS, LONGEST, Memory, MemoryModel, Rating
from mlquiz.core.sentence import said

if TYPE_CHECKING:
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


class Sample(NamedTuple):
    """One review to learn from: a history up to it."""

    id: str
    """Of the review's event: they are in order of time."""
    history: int
    place: int
    """Which answer of the history it is, from 0: the first teaches nothing of forgetting."""
    right: bool
    elapsed: int
    """Study days since the answer before."""
    reviews: int
    """How many such reviews the history has up to it."""
    lapses: int
    """How many of those before it were forgotten."""


class Fit(NamedTuple):
    """Parameters fitted to all reviews, and how the ones in force and fitted ones did on reviews that were not seen."""

    parameters: Parameters
    reviews: int
    before: tuple[Trial, ...]
    """The later reviews as the parameters in force expected them."""
    after: tuple[Trial, ...]
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
    """The reviews to learn from, in order of time, as the engine takes them."""

    def __init__(self, histories: Sequence["History"]) -> None:
        self._reviews = [_reviews(history) for history in histories]
        samples = (sample for index, history in enumerate(histories) for sample in _samples(index, history))
        self.samples = sorted(samples, key=itemgetter(0))
        self._cards = [sample.history for sample in self.samples]
        self._items = [fsrs.FSRSItem(self._reviews[index][: place + 1]) for _, index, place, *_ in self.samples]

    @cached_property
    def _before(self) -> list[fsrs.FSRSItem]:
        """What went before each sample; mostly that is what ends with the sample before."""
        made = {(one.history, one.place): item for one, item in zip(self.samples, self._items, strict=True)}
        return [
            made.get((one.history, one.place - 1)) or fsrs.FSRSItem(self._reviews[one.history][: one.place])
            for one in self.samples
        ]

    def fitted(self, until: int) -> Parameters:
        """Parameters fitted to the first samples; the default ones where they do not suffice."""
        engine = fsrs.FSRS(list(DEFAULT_PARAMETERS))
        try:
            found = engine.compute_parameters(self._items[:until], self._cards[:until])
        except ValueError:  # the optimiser's word for too little data
            return DEFAULT_PARAMETERS
        if not all(map(isfinite, found)):
            raise BadInput(said("The optimiser found no parameters for this log."), next_step=_AS_BEFORE)
        return tuple(found)

    def expected(self, parameters: Parameters, first: int, last: int) -> list[Trial]:
        """The samples from one place to another with the recall that these parameters expect."""
        recall, found = MemoryModel(parameters).retrievability, list[Trial]()
        states = fsrs.FSRS(list(parameters)).memory_state_batch(self._before[first:last])
        for state, (_, _, _, right, elapsed, reviews, lapses) in zip(states, self.samples[first:last], strict=True):
            expected = recall(Memory(state.stability, state.difficulty), elapsed)
            found.append(Trial(expected, right, elapsed, reviews, lapses))
        return found


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
    check(histories)
    data = Data(histories)
    edges = _edges(data.samples, since)
    before, after = data.expected(current, edges[0], edges[-1]), list[Trial]()
    for done, (first, last) in enumerate(pairwise(edges)):
        told(done, len(edges))
        after += data.expected(data.fitted(first), first, last)
    told(len(edges) - 1, len(edges))
    parameters = data.fitted(len(data.samples))
    told(len(edges), len(edges))
    scores = (score(before), score(after)) if before else None
    return Fit(parameters, len(data.samples), tuple(before), tuple(after), parameters != current, scores)


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


def memories(parameters: Sequence[float], histories: Sequence["History"]) -> list[list[Memory]]:
    """The memory after each answer of each history."""
    engine = fsrs.FSRS(list(parameters))
    found = engine.historical_memory_state_batch([fsrs.FSRSItem(_reviews(history)) for history in histories])
    return [[Memory(state.stability, state.difficulty) for state in states] for states in found]


def _reviews(history: "History") -> list[fsrs.FSRSReview]:
    gaps = history.gaps if max(history.gaps) < MOST_DAYS else [min(gap, MOST_DAYS) for gap in history.gaps]
    return list(map(fsrs.FSRSReview, history.ratings, gaps))


def _samples(index: int, history: "History") -> Iterator[Sample]:
    reviews = lapses = 0
    for place, (answer, gap) in enumerate(zip(history.answers, history.gaps, strict=True)):
        if gap:
            reviews += 1
            right = answer.rating != Rating.AGAIN
            yield Sample(answer.id, index, place, right, gap, reviews, lapses)
            lapses += not right


def _edges(samples: Sequence[Sample], since: str) -> list[int]:
    """Where the later reviews are cut into parts, after a first sixth or what the parameters in force have seen."""
    seen = bisect_right(samples, since, key=lambda sample: sample.id) if since else 0
    first = max(seen, len(samples) // (FOLDS + 1), min(FIRST_FOUR, len(samples)))
    later = len(samples) - first
    return sorted({first + later * part // FOLDS for part in range(FOLDS + 1)})


_AS_BEFORE = said("nothing was changed; the parameters in force stay")
