"""`make bench-plan`: recall on the day, minutes and worst day, of the plan and of what people do without one.

Every policy has the same learners, seconds an answer and daily time, after which asking ends. The table is Markdown, as
in docs/planning.md.
"""

import argparse
import gc
import math
import time
from collections.abc import Iterator, Mapping, Sequence
from multiprocessing import Pool
from random import Random
from statistics import mean, median, stdev
from typing import NamedTuple

from bench.learners import Learner
from bench.policies import PACES, Due, Planned, Policy, others
from mlquiz.core.outlook import LEAST


class Case(NamedTuple):
    """A deck, the days until the date, and minutes a day."""

    questions: int
    days: int
    minutes: float
    memory: str = "FSRS-6"
    fitted: bool = False
    late: bool = False
    """The first half is studied without a plan, half as long a day, at a retention of 0.90."""
    missed: bool = False
    """One day of five is missed, and a week in the middle; nobody knows beforehand."""

    def __str__(self) -> str:
        notes = [
            *(["fitted"] if self.fitted else []),
            *(["late start"] if self.late else []),
            *(["missed days"] if self.missed else []),
        ]
        return f"{self.memory} | {self.questions} | {self.days} | {self.minutes:.0f} | {', '.join(notes)}"


DECKS = [
    Case(100, 10, 10), Case(100, 30, 10), Case(100, 30, 25), Case(100, 60, 10), Case(300, 10, 25), Case(300, 30, 10),
    Case(300, 30, 25), Case(300, 30, 40), Case(300, 60, 10), Case(1000, 10, 40), Case(1000, 30, 25),
    Case(1000, 60, 25), Case(1000, 60, 40),
]  # fmt: skip
SOME = [Case(100, 30, 10), Case(300, 30, 10), Case(300, 30, 25), Case(1000, 30, 25)]
CASES = [
    *DECKS,
    *(case._replace(fitted=True) for case in SOME),
    *(case._replace(memory="traces") for case in (*SOME, Case(300, 10, 25), Case(100, 60, 10))),
    *(case._replace(late=True) for case in SOME[1:]),
    *(case._replace(missed=True) for case in SOME[1:]),
]


class Outcome(NamedTuple):
    """What a policy led to with one learner: recall on the date, minutes in all, the worst day over the daily time."""

    recall: float
    minutes: float
    worst: float
    predicted: tuple[float, ...] | None = None
    """Recall expected when the plan began, and the bounds that should hold nine of ten."""


class Task(NamedTuple):
    """One policy with one learner."""

    case: Case
    policy: str
    seed: int
    least: float = LEAST
    """Recall per second that the plan asks of a review."""


def missed_days(case: Case, seed: int) -> set[int]:
    """Days without studying."""
    if not case.missed:
        return set()
    middle = case.days // 2
    return {day for day in range(case.days) if Random(f"{seed} {day}").random() < 0.2} | {*range(middle, middle + 7)}


def outcome(task: Task) -> Outcome:
    """Study until the date."""
    case, limit = task.case, task.case.minutes * 60
    learner = Learner(case.memory, task.seed, case.questions, case.fitted)
    policy: Policy = Planned(case.minutes, task.least) if task.policy == "plan" else others()[task.policy]
    missed, begins, days = missed_days(case, task.seed), case.days // 2 if case.late else 0, list[float]()
    predicted = None
    for day in range(case.days):
        if day == begins and isinstance(policy, Planned):
            expected = policy.forecast(learner, day, case.days).expected[0]
            predicted = tuple(one / case.questions for one in (expected.recalled, expected.low, expected.high))
        if day not in missed:
            today, time = (Due(0.9, "fits"), limit / 2) if day < begins else (policy, limit)
            days.append(studied(learner, today, day, case.days, time))
    recall = mean(learner.memory.recall(one, case.days) for one in range(case.questions))
    return Outcome(recall, sum(days) / 60, max(days) / limit, predicted)


def studied(learner: Learner, policy: Policy, day: int, until: int, time: float) -> float:
    """Study for a day; the seconds that it took. Steps left over from the day before come first."""
    spent = 0.0
    for question in (*learner.steps, *policy(learner, day, until)):
        if spent >= time:
            break
        spent += learner.ask(question, day, time - spent)
    return spent


class Result(NamedTuple):
    """A case with all its outcomes, by policy, in the order of learners."""

    case: Case
    outcomes: Mapping[str, Sequence[Outcome]]

    def recall(self, policy: str) -> float:
        return mean(one.recall for one in self.outcomes[policy])

    @property
    def best_other(self) -> str:
        return max((name for name in self.outcomes if name != "plan"), key=self.recall)

    @property
    def plain(self) -> str:
        return max((f"retention 0.9, new {pace}" for pace in PACES), key=self.recall)

    def gain(self, over: str) -> tuple[float, float]:
        """Points of recall that the plan is ahead, learner by learner, and their standard error."""
        pairs = zip(self.outcomes["plan"], self.outcomes[over], strict=True)
        points = [100 * (plan.recall - other.recall) for plan, other in pairs]
        return mean(points), stdev(points) / math.sqrt(len(points))

    def told(self, policy: str) -> str:
        of = self.outcomes[policy]
        figures = self.recall(policy), mean(one.minutes for one in of), max(one.worst for one in of)
        return "{:.3f} | {:.0f} | {:.2f}".format(*figures)

    def __str__(self) -> str:
        best, plain = self.gain(self.best_other), self.gain(self.plain)
        return (
            f"| {self.case} | {self.told('plan')} | {self.best_other} | {self.told(self.best_other)} | "
            f"{best[0]:+.1f} ± {best[1]:.1f} | {self.recall(self.plain):.3f} | {plain[0]:+.1f} ± {plain[1]:.1f} |"
        )


HEADING = """\
| memory | questions | days | minutes a day | | plan: recall | minutes | worst day | best other | recall | minutes | \
worst day | plan ahead by | plain 0.90 | plan ahead by |
|---|--:|--:|--:|---|--:|--:|--:|---|--:|--:|--:|--:|--:|--:|"""


def results(cases: Sequence[Case], learners: int, pool: Pool) -> Iterator[Result]:  # type: ignore[valid-type]
    """Each case with all policies."""
    names = ["plan", *others()]
    tasks = [Task(case, name, seed) for case in cases for name in names for seed in range(learners)]
    outcomes = pool.imap(outcome, tasks)  # type: ignore[attr-defined]
    for case in cases:
        yield Result(case, {name: [next(outcomes) for _ in range(learners)] for name in names})


def summary(found: Sequence[Result]) -> Iterator[str]:
    """The goals, over all cases."""
    best, plain = [one.gain(one.best_other) for one in found], [one.gain(one.plain) for one in found]
    behind = sum(gain < -2 * error for gain, error in best)
    yield f"Ahead of the best other: {mean(g for g, _ in best):+.1f} points on average, least {min(best)[0]:+.1f}; "
    yield f"behind by more than two standard errors in {behind} of {len(found)} cases."
    yield f"Ahead of plain 0.90: {mean(g for g, _ in plain):+.1f} points on average, least {min(plain)[0]:+.1f}."
    yield f"Worst day: {max(o.worst for one in found for o in one.outcomes['plan']):.2f} of the daily time."
    for memory in dict.fromkeys(one.case.memory for one in found):
        yield calibration(memory, [o for one in found if one.case.memory == memory for o in one.outcomes["plan"]])


def calibration(memory: str, outcomes: Sequence[Outcome]) -> str:
    """How the predictions made when the plan began came true."""
    pairs = [(one.recall, one.predicted) for one in outcomes if one.predicted]
    held = mean(low <= recall <= high for recall, (_, low, high) in pairs)
    error = [math.log(a / (1 - a)) - math.log(p / (1 - p)) for a, (p, _, _) in pairs if 0 < p < 1]
    off = math.sqrt(mean(one**2 for one in error))
    points = mean(100 * (recall - predicted) for recall, (predicted, _, _) in pairs)
    return (
        f"{memory}: recall came out {points:+.1f} points from the first day's prediction on average, "
        f"{off:.2f} off in log odds (root mean square); the interval held {held:.0%} of {len(pairs)}."
    )


def frontier(case: Case, learners: int, pool: Pool) -> Iterator[str]:  # type: ignore[valid-type]
    """Minutes against recall: the plan when it asks more of each second, and what others reach."""
    yield f"\n{case.questions} questions, {case.days} days, {case.minutes:.0f} minutes a day: minutes in all, recall\n"
    rows = [("plan", least) for least in (LEAST, 1e-4, 3e-4, 6e-4, 1e-3)] + [(name, LEAST) for name in others()]
    tasks = [Task(case, name, seed, least) for name, least in rows for seed in range(learners)]
    outcomes = pool.imap(outcome, tasks)  # type: ignore[attr-defined]
    points = []
    for name, least in rows:
        of = [next(outcomes) for _ in range(learners)]
        label = f"plan, at least {least * 3600:.2g} questions an hour" if name == "plan" else name
        points.append((mean(one.minutes for one in of), mean(one.recall for one in of), label))
    top = 0.0
    for minutes, recall, label in sorted(points):
        if recall > top or label.startswith("plan"):
            yield f"| {minutes:.0f} | {recall:.3f} | {label} |"
        top = max(top, recall)


def speed() -> str:
    """A plan for a thousand questions, half of them known, over sixty days."""
    learner = Learner("FSRS-6", 0, 1000)
    for one in range(500):
        learner.ask(one, one % 30, 60)
    taken = []
    gc.disable()  # as mlquiz.cli.planning does
    for _ in range(5):
        begun = time.process_time()
        asked = Planned(25).forecast(learner, 30, 90).today
        taken.append(time.process_time() - begun)
    gc.enable()
    assert asked
    return f"1000 questions, 500 of them known, 60 days: a plan in {median(taken):.2f} s of one core"


def main() -> None:
    """Print the tables."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--quick", action="store_true", help="two learners, and no case of 60 days")
    options.add_argument("--learners", type=int, default=3)
    chosen = options.parse_args()
    learners = 2 if chosen.quick else chosen.learners
    cases = [case for case in CASES if not chosen.quick or case.days < 60]
    with Pool() as pool:
        print(HEADING)
        found = []
        for one in results(cases, learners, pool):
            print(one, flush=True)
            found.append(one)
        print("\n" + "\n".join(summary(found)))
        for case in (Case(300, 30, 25), Case(100, 30, 25)):
            print("\n".join(frontier(case, learners, pool)), flush=True)
    print("\n" + speed())


if __name__ == "__main__":
    main()
