"""Learners to try schedules on: how they remember, how they rate, how long they take.

The first kind remembers as FSRS-6 says, each with parameters of their own. The second remembers as Pavlik and Anderson
(2005, Cognitive Science 29) say: each practice leaves a trace that decays as a power of time, the faster the better the
item was known when it was practised. What both have in common are ratings and seconds an answer, from
`default_simulator_config` of fsrs-rs.
"""

import math
from collections.abc import Sequence
from random import Random

import fsrs_rs_python as fsrs

from mlquiz.core.effort import Day
from mlquiz.core.memory import DEFAULT_PARAMETERS, Memory, MemoryModel, Rating

AGAIN, HARD, GOOD, EASY = range(4)
FIRST = (0.24, 0.094, 0.495, 0.171)
"""Shares of the four ratings among first answers."""
PASSED = (0.224, 0.631, 0.145)
"""Shares of Hard, Good and Easy among later answers that were right."""
LEARNING = ((0.3686, 0.0628, 0.5108, 0.0577), (0.0442, 0.4553, 0.4457, 0.0549), (0.0519, 0.0470, 0.8462, 0.0550))
"""Ratings on a learning step, by the rating before (Again, Hard, Good)."""
RELEARNING = ((0.2157, 0.0643, 0.6595, 0.0604), (0.0500, 0.4638, 0.4475, 0.0387), (0.1057, 0.1434, 0.7266, 0.0244))
SECONDS = ((19.58, 18.79, 13.78, 10.71), (19.38, 17.59, 12.38, 8.94), (16.44, 15.25, 12.32, 8.03))
"""Seconds by rating: of a new question and its steps, of a review, of a step after a lapse."""

SPREAD = (0.57, 0.28, 0.6, 0.12, 0.39, 0.18, 0.33, 0.3, 0.09, 0.16, 0.57, 0.25, 1.03, 0.31, 0.32, 0.14, 0.27)
"""Standard deviations between users of w4 to w20 (fsrs-rs, PARAMS_STDDEV)."""
SHARE = 0.5
"""Of these deviations: the parameters are drawn one by one, where in people they go together."""
LIMITS = (
    (1, 10), (0.001, 4), (0.001, 4), (0.001, 0.1), (0, 4.5), (0, 0.8), (0.001, 3.5), (0.001, 5), (0.001, 0.25),
    (0.001, 0.9), (0, 4), (0, 1), (1, 6), (0, 2), (0, 2), (0, 0.8), (0.1, 0.8),
)  # fmt: skip


def drawn(chance: Random, shares: Sequence[float]) -> int:
    """An index, by shares."""
    return chance.choices(range(len(shares)), shares)[0]


def varied(chance: Random) -> tuple[float, ...]:
    """FSRS-6 parameters of one learner."""
    good = math.exp(chance.gauss(0, 0.6))
    first = sorted(one * good * math.exp(chance.gauss(0, 0.3)) for one in DEFAULT_PARAMETERS[:4])
    later = [
        min(max(one + SHARE * spread * chance.gauss(0, 1), low), high)
        for one, spread, (low, high) in zip(DEFAULT_PARAMETERS[4:], SPREAD, LIMITS, strict=True)
    ]
    return (*(min(max(one, 0.001), 100) for one in first), *later)


class FsrsMemory:
    """Remembers as FSRS-6 says."""

    def __init__(self, chance: Random, questions: int, parameters: Sequence[float]) -> None:
        self.chance, self.model = chance, MemoryModel(parameters)
        self.engine = fsrs.FSRS(list(parameters))
        self.states: list[fsrs.MemoryState | None] = [None] * questions
        self.last = [0] * questions

    def recall(self, question: int, day: int) -> float:
        """The chance of recall on a day after the last one."""
        state = self.states[question]
        return self.model.retrievability(Memory(state.stability, 5), day - self.last[question]) if state else 0.0

    def first(self, question: int) -> int:
        """The rating of the first answer."""
        return drawn(self.chance, FIRST)

    def step(self, question: int, day: int, before: int, table: Sequence[Sequence[float]]) -> int:
        """The rating on a learning step."""
        if day > self.last[question]:
            return GOOD if self.chance.random() < self.recall(question, day) else AGAIN
        return drawn(self.chance, table[min(before, GOOD)])

    def learn(self, question: int, day: int, rating: int) -> None:
        """Remember the answer."""
        state = self.states[question]
        to = self.engine.next_states(state, 0.9, day - self.last[question] if state else 0)
        self.states[question] = (to.again, to.hard, to.good, to.easy)[rating].memory
        self.last[question] = day


class TraceMemory:
    """Remembers as Pavlik and Anderson say.

    Activation is the log of the sum of the traces' t^-d, where t are seconds (those between sessions count a fortieth),
    and d = c e^m + a with the activation m at that practice; recall is 1 / (1 + e^((threshold - m) / noise)). Values as
    in the paper; the threshold is lower, since what is learnt is not word pairs read for seconds: about nine of ten
    questions are recalled the day after.
    """

    def __init__(self, chance: Random, questions: int) -> None:
        self.chance = chance
        self.intercept = 0.177 * math.exp(chance.gauss(0, 0.15))
        self.scale = 0.217 * math.exp(chance.gauss(0, 0.2))
        self.threshold = -1.6 + chance.gauss(0, 0.2)
        self.noise = 0.255
        self.ease = [chance.gauss(0, 0.35) for _ in range(questions)]
        self.traces: list[list[tuple[float, float]]] = [[] for _ in range(questions)]
        self.last = [0] * questions

    def recall(self, question: int, day: int) -> float:
        """The chance of recall on a day after the last one."""
        return self._chance(question, self._time(question, day)) if self.traces[question] else 0.0

    def first(self, question: int) -> int:
        """The rating of the first answer: the easier the question, the better."""
        place = 0.5 * (1 + math.erf(self.ease[question] / 0.35 / math.sqrt(2)))
        return next(rating for rating in range(4) if rating == EASY or place < sum(FIRST[: rating + 1]))

    def step(self, question: int, day: int, before: int, table: Sequence[Sequence[float]]) -> int:
        """The rating on a learning step."""
        return GOOD if self.chance.random() < self._chance(question, self._time(question, day)) else AGAIN

    def learn(self, question: int, day: int, rating: int) -> None:
        """Remember the answer."""
        now = self._time(question, day)
        known = math.exp(self._activation(question, now)) if self.traces[question] else 0.0
        self.traces[question].append((now, self.scale * known + self.intercept))
        self.last[question] = day

    def _time(self, question: int, day: int) -> float:
        """Seconds of the model's clock: a day between sessions is 86,400 / 40; steps are ten minutes apart."""
        traces = self.traces[question]
        return max(day * 86_400 / 40, traces[-1][0] + 600 if traces else 0.0)

    def _activation(self, question: int, now: float) -> float:
        return self.ease[question] + math.log(sum((now - then) ** -decay for then, decay in self.traces[question]))

    def _chance(self, question: int, now: float) -> float:
        return 1 / (1 + math.exp((self.threshold - self._activation(question, now)) / self.noise))


class Learner:
    """Someone who studies, and what the program believes of their memory.

    Args:
        kind: "FSRS-6" with parameters of their own, or "traces".
        fitted: whether the program knows these parameters.
    """

    def __init__(self, kind: str, seed: int, questions: int, fitted: bool = False) -> None:
        chance = Random(f"{kind} {seed}")
        self.questions, self.chance = questions, Random(seed)
        self.speed = math.exp(chance.gauss(0, 0.25))
        own = varied(chance) if kind == "FSRS-6" else DEFAULT_PARAMETERS
        self.memory = FsrsMemory(chance, questions, own) if kind == "FSRS-6" else TraceMemory(chance, questions)
        believed = own if fitted else DEFAULT_PARAMETERS
        self.model, self.engine = MemoryModel(believed), fsrs.FSRS(list(believed))
        self.states: list[fsrs.MemoryState | None] = [None] * questions
        self.last = [0] * questions
        self.steps: dict[int, tuple[int, int, bool]] = {}
        """Questions on a step: the rating before, steps left, whether after a lapse."""
        self.days: list[Day] = []

    def believed_recall(self, question: int, day: int) -> float:
        """The chance of recall as the program sees it."""
        state = self.states[question]
        return self.model.retrievability(Memory(state.stability, 5), day - self.last[question]) if state else 0.0

    def interval(self, question: int, retention: float) -> int:
        """Days from the last answer to the next."""
        state = self.states[question]
        return max(1, round(self.model.interval(Memory(state.stability, 5), retention))) if state else 0

    def ask(self, question: int, day: int, time: float) -> float:
        """Ask a question and go through its steps while there is time; the seconds that it took."""
        if question in self.steps:
            return self._steps(question, day, time, *self.steps.pop(question))
        new = self.states[question] is None
        if new:
            rating = self.memory.first(question)
        else:
            recalled = self.chance.random() < self.memory.recall(question, day)
            rating = 1 + drawn(self.chance, PASSED) if recalled else AGAIN
        spent = self._seconds(0 if new else 1, rating)
        self._learn(question, day, rating)
        done = not new and rating != AGAIN
        left = 0 if done else (2, 2, 1, 0)[rating] if new else 1
        spent += self._steps(question, day, time - spent, rating, left, not new)
        self.days.append(Day(new, Rating(rating + 1), spent))
        return spent

    def _steps(self, question: int, day: int, time: float, rating: int, left: int, lapsed: bool) -> float:
        """Go through the steps that are left; what there is no time for waits until the next day."""
        spent, all_steps = 0.0, 1 if lapsed else 2
        while left:
            if spent > time:
                self.steps[question] = (rating, left, lapsed)
                break
            rating = self.memory.step(question, day, rating, RELEARNING if lapsed else LEARNING)
            spent += self._seconds(2 if lapsed else 0, rating)
            self._learn(question, day, rating)
            left = (all_steps, left, left - 1, 0)[rating]
        return spent

    def _learn(self, question: int, day: int, rating: int) -> None:
        self.memory.learn(question, day, rating)
        state = self.states[question]
        to = self.engine.next_states(state, 0.9, day - self.last[question] if state else 0)
        self.states[question] = (to.again, to.hard, to.good, to.easy)[rating].memory
        self.last[question] = day

    def _seconds(self, kind: int, rating: int) -> float:
        return SECONDS[kind][rating] * self.speed * math.exp(self.chance.gauss(-0.08, 0.4))
