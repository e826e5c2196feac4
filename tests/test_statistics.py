"""What statistics count: true retention, calibration, activity, against known values and against counting by hand."""

from collections.abc import Sequence
from random import Random

import fsrs_rs_python as fsrs
import pytest
from builders import AGAIN, DAY, EASY, GOOD, HARD, SCHEDULER, learning, reviewed, reviewing, undone
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.activity import Day, calendar, days, forecast, longest_streak, spent, streak, weekday
from mlquiz.core.calibration import Bin, Trials, bins, log_loss, rmse_bins, score
from mlquiz.core.history import Answer, answers, histories, steps
from mlquiz.core.log import Entry, Reviewed, Undone, replay
from mlquiz.core.memory import DEFAULT_PARAMETERS, Rating
from mlquiz.core.retention import first_reviews, retention, retention_by
from mlquiz.core.schedule import MINUTE, Reviewing, Scheduler
from mlquiz.core.share import Share, wilson
from mlquiz.core.stats import stats, trials

START = 20_000
"""A study day in 2024."""


@st.composite
def logs(draw: st.DrawFn, questions: Sequence[str] = ("a", "b", "old")) -> list[Entry]:
    """Answers over some weeks on one machine or two, some undone."""
    entries: list[Entry] = []
    at = START * DAY
    for _ in range(draw(st.integers(0, 40))):
        at += draw(st.sampled_from([10, MINUTE, DAY // 3, DAY, 3 * DAY, 20 * DAY]))
        entry = reviewed(at, draw(st.sampled_from(questions)), draw(st.sampled_from(Rating)),
                         language=draw(st.sampled_from(["en", "zh"])), device=draw(st.sampled_from("xy")))  # fmt: skip
        entries.append(entry)
        if draw(st.integers(0, 5)) == 0:
            entries.append(undone(at + 1, entry))
    return entries


def told(entries: Sequence[Entry], scheduler: Scheduler = SCHEDULER) -> list[Answer]:
    return answers(scheduler, histories(entries, {"old": "new"}))


@pytest.mark.parametrize(
    ("right", "of", "low", "high"),
    [
        # Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3
        (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718),
        (20, 20, 1 - 0.1611, 1.0),
    ],
)  # fmt: skip
def test_the_interval_of_a_share_is_the_published_score_interval(right: int, of: int, low: float, high: float) -> None:
    assert Share(right, of).interval == pytest.approx((low, high), abs=5e-5)


@given(st.integers(1, 500).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_an_interval_lies_within_0_and_1_and_holds_the_share(share: tuple[int, int]) -> None:
    low, high = wilson(*share)
    assert 0 <= low <= share[0] / share[1] <= high <= 1
    assert wilson(share[1] - share[0], share[1]) == pytest.approx((1 - high, 1 - low))


def test_of_nothing_nothing_is_known() -> None:
    assert wilson(0, 0) == (0.0, 1.0)


@given(logs())
def test_histories_at_once_are_the_answers_one_after_the_other(log: list[Entry]) -> None:
    one_by_one = {
        step.entry.id: (step.elapsed, step.before and step.before.memory, step.after.memory, step.recall,
                        step.before is not None and isinstance(step.before.place, Reviewing))
        for history in histories(log, {"old": "new"}) for step in steps(SCHEDULER, history)
    }  # fmt: skip
    at_once = told(log)
    assert {
        one.entry.id: (one.elapsed, one.before, one.after, one.recall, one.in_review) for one in at_once
    } == one_by_one
    assert [one.entry.id for one in at_once] == sorted(one_by_one)


@given(logs())
def test_the_last_step_of_a_history_is_the_card(log: list[Entry]) -> None:
    cards = replay(SCHEDULER, log, {"old": "new"})
    last = {history.question: steps(SCHEDULER, history)[-1].after for history in histories(log, {"old": "new"})}
    assert {id: (card.memory, card.place, card.reviews) for id, card in cards.items()} == {
        id: (card.memory, card.place, card.reviews) for id, card in last.items()
    }


@given(logs(), st.sampled_from([SCHEDULER, Scheduler(SCHEDULER.model, learning_steps=(), relearning_steps=(5, 20))]))
def test_true_retention_is_what_counting_by_hand_gives(log: list[Entry], scheduler: Scheduler) -> None:
    slips = {entry.target for entry in log if isinstance(entry, Undone)}
    right = of = 0
    for question in ("a", "b", "old"):
        card, last_day = None, None
        for entry in log:
            if isinstance(entry, Reviewed) and entry.question == question and entry.id not in slips:
                if card and isinstance(card.place, Reviewing) and entry.day != last_day:
                    of, right = of + 1, right + (entry.rating != AGAIN)
                card, last_day = scheduler.answer(card, question, entry.rating, entry.at, entry.day), entry.day
    assert retention(first_reviews(told(log, scheduler))) == (right, of)


@given(logs(), st.randoms(use_true_random=False))
def test_statistics_do_not_depend_on_the_order_in_which_two_machines_logs_were_merged(
    log: list[Entry], order: Random
) -> None:
    again = log + log[: len(log) // 2]
    order.shuffle(again)
    assert told(again) == told(log)


@given(logs())
def test_retention_by_language_adds_up(log: list[Entry]) -> None:
    reviewed = first_reviews(told(log))
    by_language = retention_by(reviewed, lambda one: one.entry.language).values()
    assert (sum(of.right for of in by_language), sum(of.answers for of in by_language)) == retention(reviewed)


def test_a_second_answer_on_the_day_of_a_lapse_is_not_counted() -> None:
    log = [reviewed(START * DAY, rating=EASY), reviewed((START + 8) * DAY, rating=AGAIN),
           reviewed((START + 8) * DAY + 600_000, rating=GOOD), reviewed((START + 8) * DAY + 700_000, rating=GOOD)]  # fmt: skip
    assert retention(first_reviews(told(log))) == Share(0, 1)


def test_the_study_day_of_the_event_counts_and_not_its_date() -> None:
    late = reviewed((START + 8) * DAY + 3_600_000, rating=GOOD, day=START + 7)  # one in the morning
    log = [reviewed(START * DAY, rating=EASY), late, reviewed(late.at + MINUTE, day=START + 7)]
    assert [one.elapsed for one in told(log)] == [None, 7, 0]
    assert list(days([late])) == [START + 7]


def test_log_loss_is_the_textbook_one() -> None:
    # scikit-learn's documentation of log_loss: y = [spam, ham, ham, spam], p(spam) = .9 .1 .2 .65 -> 0.21616...
    told = Trials([0.9, 0.1, 0.2, 0.65], [True, False, False, True])
    assert log_loss(told) == pytest.approx(0.21616187468057912)


def test_a_surprise_against_certainty_costs_no_infinity() -> None:
    assert log_loss(Trials([1.0], [False])) == pytest.approx(13.8155, abs=1e-3)
    assert log_loss(Trials([1.0], [True])) == 0


def test_log_loss_and_rmse_are_those_of_the_engine() -> None:
    """fsrs-rs-python's `evaluate` weighs the later reviews more: 0.25 + 0.75 (i / (n - 1))^3."""
    random = Random(7)
    log: list[Entry] = []
    for card in range(60):
        at = (START + card) * DAY
        for _ in range(random.randint(2, 9)):
            log.append(reviewed(at, f"q{card}", random.choice([AGAIN, HARD, GOOD, GOOD, GOOD, EASY])))
            at += random.choice([0, 1, 2, 5, 14, 60]) * DAY + 1
    items, found = [], []
    for history in histories(log):
        pairs = list(zip(history.ratings, history.gaps, strict=True))
        memories = steps(SCHEDULER, history)
        reviews = lapses = 0
        for place, (rating, gap) in enumerate(pairs):
            if gap:
                reviews += 1
                items.append(fsrs.FSRSItem([fsrs.FSRSReview(*pair) for pair in pairs[: place + 1]]))
                recall = memories[place].recall
                assert recall is not None
                found.append((recall, rating != AGAIN, gap, reviews, lapses))
                lapses += rating == AGAIN
    weights = [0.25 + 0.75 * (index / (len(found) - 1)) ** 3 for index in range(len(found))]
    theirs = fsrs.FSRS(list(DEFAULT_PARAMETERS)).evaluate(items)
    trials = Trials(*zip(*found, strict=True))
    assert log_loss(trials, weights) == pytest.approx(theirs.log_loss, rel=2e-4)
    assert rmse_bins(trials, weights) == pytest.approx(theirs.rmse_bins, rel=2e-4)


def test_the_weights_of_equal_answers_change_nothing() -> None:
    found = Trials([0.9, 0.8], [True, False], [3, 3], [2, 2], [0, 0])
    assert score(found) == (pytest.approx(log_loss(found, [2, 2])), pytest.approx(rmse_bins(found, [2, 2])))
    assert rmse_bins(found) == pytest.approx(0.35)


def test_bins_hold_every_answer_once() -> None:
    found = Trials([0.05, 0.95, 0.91, 1.0], [False, True, False, True])
    assert bins(found) == [
        Bin(0.05, Share(0, 1)),
        Bin(pytest.approx((0.95 + 0.91 + 1) / 3), Share(2, 3)),
    ]


@pytest.mark.parametrize(
    ("studied", "now", "longest"),
    [
        (set(), 0, 0), ({START}, 1, 1), ({START - 1}, 1, 1), ({START - 2}, 0, 1),
        ({START, START - 1, START - 3}, 2, 2), ({START - 1, START - 2, START - 4, START - 5, START - 6}, 2, 3),
    ],
)  # fmt: skip
def test_a_streak_lasts_until_a_whole_day_is_missed(studied: set[int], now: int, longest: int) -> None:
    assert (streak(studied, START), longest_streak(studied)) == (now, longest)


def test_an_answer_counts_for_ten_minutes_at_most_and_for_nothing_where_no_time_was_taken() -> None:
    assert [spent(seconds) for seconds in (3.5, 8000.0, -1.0, float("nan"), float("inf"))] == [
        3.5,
        600.0,
        0.0,
        0.0,
        0.0,
    ]


def test_what_is_overdue_or_being_learnt_comes_today() -> None:
    cards = [reviewing("a", due_day=8), reviewing("b", due_day=10), reviewing("c", due_day=12), learning("d", due_at=0),
             reviewing("e", due_day=10 + 3)]  # fmt: skip
    assert forecast(cards, 10, 3) == [3, 0, 1]


def test_the_calendar_has_a_row_for_each_weekday_and_ends_with_this_week() -> None:
    thursday = START + 1  # 2024-10-04 was a Friday, so START + 1 is a Saturday
    rows = calendar({START: Day(4, 0.0), START - 7: Day(2, 0.0)}, START, weeks=2)
    assert weekday(0) == 3 and weekday(thursday) == weekday(START) + 1
    assert rows[weekday(START)] == [2, 4]
    assert rows[6] == [0, None] and rows[0] == [0, 0]


def test_the_period_narrows_what_was_done_but_not_the_streak() -> None:
    log = [reviewed((START + offset) * DAY, f"q{offset}", EASY) for offset in range(5)]
    log += [reviewed((START + offset) * DAY + 5, "q0", GOOD) for offset in (2, 3)]
    cards = replay(SCHEDULER, log)
    whole, part = (stats(told(log), cards.values(), {"q0": "t"}, START + 4, period) for period in (None, 2))
    assert (whole.answers, part.answers, whole.streak, part.streak) == (7, 3, 5, 5)
    assert (whole.retention, part.retention) == (Share(2, 2), Share(1, 1))
    assert whole.by_topic == {"t": Share(2, 2)} and list(part.days) == [START + 3, START + 4]
    assert whole.log_loss == pytest.approx(log_loss(trials(told(log))))


def test_a_question_that_left_the_bank_is_counted_under_no_topic() -> None:
    log = [reviewed(START * DAY, "gone", EASY), reviewed((START + 9) * DAY, "gone", AGAIN)]
    found = stats(told(log), replay(SCHEDULER, log).values(), {}, START + 9)
    assert found.by_topic == {"": Share(0, 1)}
    assert [card.question for card in found.hardest] == ["gone"]


def test_nothing_studied_gives_empty_statistics() -> None:
    empty = stats([], [], {}, START)
    assert (empty.answers, empty.seconds, empty.retention, empty.bins, empty.log_loss) == (0, 0, Share(0, 0), [], None)
