"""Workload against retention: what a year of the bank would cost at other desired retentions, by fsrs-rs's simulator.

The simulated person forgets by the parameters given, and grades and takes time as the log says; where the log is short,
as the simulator's own averages say, which count as many answers as `PRIOR`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean as mean
from typing import NamedTuple

import fsrs_rs_python as fsrs

from mlquiz.core.activity import spent
from mlquiz.core.history import Answer
from mlquiz.core.memory import Rating

PRIOR = 20
"""Answers that the averages of other people count for, beside those of the log."""

YEAR = 365
RUNS, CARDS = 20, 2_000
"""Simulated years, whose mean is told: as many, or fewer of a large bank, whose chance evens out by itself."""

DAY_SECONDS = 86_400.0


@dataclass(frozen=True, slots=True)
class Graded:
    """One answer as the simulator needs it."""

    rating: Rating
    seconds: float
    state: int
    """0: on the learning steps, 1: in review, 2: on the relearning steps."""
    is_first: bool


class Year(NamedTuple):
    """A year at one desired retention."""

    retention: float
    reviews: float
    """A day, without the first answers to new questions."""
    minutes: float
    """A day."""
    known: float
    """Share of the bank that would be recalled at its end."""


def year(
    parameters: Sequence[float], retention: float, answers: Iterable[Graded], questions: int, new_a_day: int
) -> Year:
    """The mean of some simulated years, which begin with nothing learnt.

    Args:
        parameters: w0 to w20.
        retention: the desired retention.
        answers: of the log, from which habits are taken.
        questions: how many the bank has, at least 1.
        new_a_day: how many are introduced a day, at least 1.
    """
    config = _config(list(answers), questions, new_a_day)
    count = max(1, min(RUNS, CARDS // questions))
    runs = [fsrs.simulate(list(parameters), retention, config, seed) for seed in range(count)]
    return Year(
        retention,
        mean(sum(run.review_cnt_per_day) for run in runs) / YEAR,
        mean(sum(run.cost_per_day) for run in runs) / YEAR / 60,
        mean(run.memorized_cnt_per_day[-1] for run in runs) / questions,
    )


def graded(answers: Iterable[Answer]) -> list[Graded]:
    """The answers of a log, in their order, as the simulator needs them."""
    found, reviewed = list[Graded](), set[str]()
    for one in answers:
        if one.in_review:
            reviewed.add(one.question)
        state = 1 if one.in_review else 2 if one.question in reviewed else 0
        found.append(Graded(one.entry.rating, one.entry.seconds, state, is_first=one.before is None))
    return found


def _config(answers: Sequence[Graded], questions: int, new_a_day: int) -> fsrs.SimulatorConfig:
    config = fsrs.default_simulator_config()
    config.deck_size, config.learn_span, config.learn_limit = questions, YEAR, new_a_day
    config.max_cost_perday = DAY_SECONDS
    config.first_rating_prob = _shares([one for one in answers if one.is_first], Rating, config.first_rating_prob)
    recalled = [one for one in answers if one.state == 1 and one.rating != Rating.AGAIN]
    config.review_rating_prob = _shares(recalled, [Rating.HARD, Rating.GOOD, Rating.EASY], config.review_rating_prob)
    config.state_rating_costs = [
        [_seconds([one for one in answers if (one.state, one.rating) == (state, rating)], cost)
         for rating, cost in zip(Rating, costs, strict=True)]
        for state, costs in enumerate(config.state_rating_costs)
    ]  # fmt: skip
    return config


def _shares(answers: Sequence[Graded], ratings: Iterable[Rating], usual: Sequence[float]) -> list[float]:
    counts = [PRIOR * share + sum(one.rating == rating for one in answers)
              for rating, share in zip(ratings, usual, strict=True)]  # fmt: skip
    return [count / sum(counts) for count in counts]


def _seconds(answers: Sequence[Graded], usual: float) -> float:
    return (PRIOR * usual + sum(spent(one.seconds) for one in answers)) / (PRIOR + len(answers))
