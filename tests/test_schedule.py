"""When a question comes back: study days, steps, fuzz, the order of the buttons, and the published values of FSRS-6."""

import random
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from builders import AGAIN, DAY, EASY, GOOD, HARD, MODEL, PLAIN, SCHEDULER, reviewing
from hypothesis import assume, given
from hypothesis import strategies as st

from mlquiz.core.memory import DEFAULT_PARAMETERS, Memory, Rating
from mlquiz.core.schedule import (
    LONGEST,
    MINUTE,
    Card,
    Learning,
    Reviewing,
    Scheduler,
    fuzz_range,
    fuzzed,
    study_day,
)

RATINGS = st.sampled_from(Rating)
MEMORIES = st.builds(Memory, st.floats(0.001, LONGEST), st.floats(1, 10))
HISTORIES = st.lists(st.tuples(RATINGS, st.integers(0, 400)), max_size=12)
"""(rating, days until the next answer)."""


def card_after(history: list[tuple[Rating, int]], question: str = "q") -> tuple[Card | None, int]:
    """The card that a history leads to, and the day of the next answer."""
    card, day = None, 20_000
    for rating, gap in history:
        card = SCHEDULER.answer(card, question, rating, day * DAY, day)
        day += gap
    return card, day


def days(card: Card) -> int:
    """Days until it is due; 0 on a learning step."""
    return card.place.interval if isinstance(card.place, Reviewing) else 0


# FSRS-6 -------------------------------------------------------------------------------------------------------------


def test_answers_at_their_due_times_give_the_published_intervals() -> None:
    card, at, day, intervals = None, 0, 0, []
    for rating in [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5:
        card = PLAIN.answer(card, "q", rating, at, day)
        intervals.append(days(card))
        at, day = (card.place.due_at, day) if isinstance(card.place, Learning) else (at, card.place.due_day)
    assert intervals == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_a_history_gives_the_published_memory_state() -> None:
    card, day = None, 0
    for rating, gap in zip([AGAIN] + [GOOD] * 5, [0, 0, 1, 3, 8, 21], strict=True):
        day += gap
        card = PLAIN.answer(card, "q", rating, day * DAY, day)
    assert card
    assert card.memory.stability == pytest.approx(53.62691, rel=1e-6)
    assert card.memory.difficulty == pytest.approx(6.3574867, rel=1e-6)


def test_the_first_answer_takes_its_stability_from_the_first_four_parameters() -> None:
    stabilities = [memory.stability for memory in MODEL.after(None, 0).values()]
    assert stabilities == pytest.approx(DEFAULT_PARAMETERS[:4])
    assert DEFAULT_PARAMETERS[:4] == pytest.approx((0.212, 1.2931, 2.3065, 8.2956))


def test_on_the_same_day_only_again_lowers_stability() -> None:
    stabilities = [memory.stability for memory in MODEL.after(Memory(5.0, 5.0), 0).values()]
    assert stabilities == pytest.approx([1.596818, 5.0, 5.0, 8.12961], rel=1e-6)


@given(MEMORIES, st.floats(0.7, 0.99))
def test_the_interval_is_when_retrievability_has_fallen_to_the_retention(memory: Memory, retention: float) -> None:
    assert MODEL.retrievability(memory, MODEL.interval(memory, retention)) == pytest.approx(retention)


@given(MEMORIES)
def test_stability_is_the_interval_at_nine_tenths(memory: Memory) -> None:
    assert MODEL.interval(memory, 0.9) == pytest.approx(memory.stability)


@given(MEMORIES, st.floats(0, LONGEST), st.floats(0, LONGEST))
def test_retrievability_falls_from_one_and_never_reaches_zero(memory: Memory, some: float, more: float) -> None:
    some, more = sorted((some, more))
    assert MODEL.retrievability(memory, 0) == 1
    assert 0 < MODEL.retrievability(memory, more) <= MODEL.retrievability(memory, some) <= 1


# Study days ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("local", "day"),
    [("1970-01-01 04:00", 0), ("1970-01-02 03:59", 0), ("1970-01-02 04:00", 1), ("1970-01-01 03:59", -1)],
)
def test_a_study_day_begins_at_four(local: str, day: int) -> None:
    assert study_day(datetime.fromisoformat(local)) == day


def test_the_rollover_hour_can_be_another() -> None:
    assert study_day(datetime(1970, 1, 2, 0, 0), rollover_hour=0) == 1
    assert study_day(datetime(1970, 1, 2, 5, 59), rollover_hour=6) == 0


def test_late_in_the_evening_and_early_the_next_evening_are_two_days() -> None:
    assert study_day(datetime(2026, 5, 2, 18)) - study_day(datetime(2026, 5, 1, 22)) == 1


@pytest.mark.parametrize("change", ["2026-03-29", "2026-10-25"], ids=["forward", "back"])
def test_a_change_of_daylight_saving_time_moves_no_study_day(change: str) -> None:
    paris, day = ZoneInfo("Europe/Paris"), datetime.fromisoformat(change)
    before = study_day(day.replace(hour=3, minute=59, tzinfo=paris))
    assert study_day(day.replace(hour=4, tzinfo=paris)) == before + 1
    assert study_day(day.replace(hour=1, tzinfo=paris)) == before
    assert study_day((day + timedelta(days=1)).replace(hour=3, tzinfo=paris)) == before + 1
    assert study_day((day + timedelta(days=1)).replace(hour=4, tzinfo=paris)) == before + 2


def test_both_halves_of_the_hour_that_comes_twice_are_the_same_study_day() -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=ZoneInfo("Europe/Paris"))
    assert study_day(twice) == study_day(twice.replace(fold=1)) == study_day(datetime(2026, 10, 24, 12))


def test_answers_of_one_study_day_count_as_the_same_day_on_both_sides_of_midnight() -> None:
    evening, night = (study_day(datetime(2026, 5, day, hour)) for day, hour in ((1, 23), (2, 3)))
    card = PLAIN.answer(PLAIN.answer(None, "q", GOOD, 0, evening), "q", GOOD, 4 * 60 * MINUTE, night)
    assert card.memory == MODEL.after(MODEL.after(None, 0)[GOOD], 0)[GOOD]


def test_a_day_set_back_counts_as_the_same_day() -> None:
    card = reviewing("q", 10, 100)
    assert PLAIN.answer(card, "q", GOOD, 0, 50).memory == MODEL.after(card.memory, 0)[GOOD]


# Steps --------------------------------------------------------------------------------------------------------------

NEW = None
SECOND = Card("q", Memory(2.0, 5.0), Learning(1, 0), 0, 0, 1, 0)
LAPSED = Card("q", Memory(2.0, 5.0), Learning(0, 0, relearning=True), 0, 0, 5, 1)
REVIEW = reviewing("q")
LEFT = None


@pytest.mark.parametrize(
    ("card", "again", "hard", "good"),
    [
        (NEW, (0, 1), (0, 5.5), (1, 10)),
        (SECOND, (0, 1), (1, 10), LEFT),
        (LAPSED, (0, 10), (0, 15), LEFT),
        (REVIEW, (0, 10), LEFT, LEFT),
    ],
    ids=["new", "second-step", "relearning", "review"],
)
def test_each_button_leads_to_its_step_or_out_of_the_steps(
    card: Card | None, again: tuple[int, float], hard: tuple[int, float] | None, good: tuple[int, float] | None
) -> None:
    at, relearning = 1000, card in (LAPSED, REVIEW)
    expected = {AGAIN: again, HARD: hard, GOOD: good, EASY: LEFT}
    for rating, after in SCHEDULER.preview(card, "q", at, 10).items():
        if expected[rating] is LEFT:
            assert isinstance(after.place, Reviewing), rating
        else:
            step, minutes = expected[rating]
            assert after.place == Learning(step, at + round(minutes * MINUTE), relearning), rating


def test_hard_on_an_only_step_waits_one_and_a_half_times_it() -> None:
    place = Scheduler(MODEL, learning_steps=(10,)).answer(None, "q", HARD, 0, 0).place
    assert place == Learning(0, 15 * MINUTE)


def test_without_steps_every_answer_leads_to_a_review() -> None:
    bare = Scheduler(MODEL, learning_steps=(), relearning_steps=())
    for card in (NEW, SECOND, LAPSED, REVIEW):
        assert all(days(after) >= 1 for after in bare.preview(card, "q", 0, 10).values())


def test_a_step_that_is_no_longer_there_counts_as_the_last() -> None:
    beyond = Card("q", Memory(2.0, 5.0), Learning(5, 0), 0, 0, 6, 0)
    assert SCHEDULER.answer(beyond, "q", HARD, 0, 0).place == Learning(1, 10 * MINUTE)
    assert isinstance(SCHEDULER.answer(beyond, "q", GOOD, 0, 0).place, Reviewing)


def test_only_again_in_a_review_is_a_lapse() -> None:
    lapses = {card: [after.lapses for after in SCHEDULER.preview(card, "q", 0, 10).values()] for card in (NEW, REVIEW)}
    assert lapses == {NEW: [0, 0, 0, 0], REVIEW: [1, 0, 0, 0]}
    assert SCHEDULER.answer(LAPSED, "q", AGAIN, 0, 10).lapses == LAPSED.lapses


def test_a_card_counts_its_answers_and_keeps_its_first_day() -> None:
    card, day = card_after([(GOOD, 0), (GOOD, 3), (AGAIN, 0)])
    assert card
    assert (card.reviews, card.first_day, card.last_day) == (3, 20_000, day)


# Buttons and fuzz ---------------------------------------------------------------------------------------------------


@given(HISTORIES, RATINGS)
def test_what_a_button_previews_is_what_follows(history: list[tuple[Rating, int]], rating: Rating) -> None:
    card, day = card_after(history)
    preview = SCHEDULER.preview(card, "q", day * DAY, day)
    assert SCHEDULER.answer(card, "q", rating, day * DAY, day) == preview[rating]
    assert SCHEDULER.preview(card, "q", day * DAY, day) == preview


@given(HISTORIES, st.text())
def test_in_review_hard_is_shorter_than_good_and_good_than_easy_by_a_day_at_least(
    history: list[tuple[Rating, int]], question: str
) -> None:
    card, day = card_after([*history, (EASY, 5)], question)
    _, hard, good, easy = map(days, SCHEDULER.preview(card, question, day * DAY, day).values())
    assume(hard < LONGEST - 2)
    assert 1 <= hard < good < easy or easy == LONGEST


@given(HISTORIES)
def test_leaving_the_steps_by_easy_is_longer_than_by_good(history: list[tuple[Rating, int]]) -> None:
    card, day = card_after(history)
    _, _, good, easy = map(days, SCHEDULER.preview(card, "q", day * DAY, day).values())
    assert good < easy or easy == LONGEST


@given(
    st.integers(1, 400), st.floats(0.5, 1.5), st.floats(1, 10), st.integers(0, 5), st.sampled_from([HARD, GOOD, EASY])
)
def test_no_interval_is_shorter_than_the_last_one_where_fuzz_could_give_that_again(
    interval: int, share: float, difficulty: float, gap: int, rating: Rating
) -> None:
    """Answered long before its time a card grows by little or not at all, and fuzz reaches below where it was. What
    is meant to be much shorter, as after the desired retention was raised, is.
    """
    card = Card("q", Memory(share * interval, difficulty), Reviewing(interval, interval), 0, 0, 3, 0)
    wanted = MODEL.interval(MODEL.after(card.memory, gap)[rating], 0.9)
    for scheduler in (SCHEDULER, PLAIN):
        given_now = [days(scheduler.answer(card, f"q-{n}", rating, 0, gap)) for n in range(30)]
        if fuzz_range(wanted)[1] >= interval:
            assert min(given_now) >= interval + (wanted >= interval + 0.5)
        elif rating == HARD:
            assert max(given_now) < interval


@pytest.mark.parametrize(
    ("interval", "first", "last"),
    [
        (1, 1, 1), (2, 2, 2), (2.49, 2, 2), (2.5, 2, 4), (3, 2, 4), (5, 4, 6), (7, 5, 9), (10, 8, 12), (17, 14, 20),
        (20, 17, 23), (37, 33, 41), (100, 93, 107), (365, 345, 385), (LONGEST, 34_673, LONGEST),
        (40_000, 34_673, LONGEST),
    ],
)  # fmt: skip
def test_fuzz_reaches_both_ends_of_its_range_and_nothing_beyond(interval: float, first: int, last: int) -> None:
    """Half-width 1 + 0.15 of the days from 2.5 to 7 + 0.10 of those to 20 + 0.05 of those over 20, bounds rounded."""
    assert fuzz_range(interval) == (first, last)
    drawn = [fuzzed(interval, 1, chance / 10_000) for chance in range(10_000)]
    assert (min(drawn), max(drawn), set(drawn)) == (first, last, set(range(first, last + 1)))


@given(st.floats(0.001, 40_000), st.integers(1, LONGEST), st.floats(0, 1, exclude_max=True))
def test_fuzz_stays_between_the_shortest_and_the_longest(interval: float, shortest: int, chance: float) -> None:
    first, last = fuzz_range(interval, shortest)
    assert shortest <= first <= fuzzed(interval, shortest, chance) <= last <= LONGEST


def test_fuzz_is_drawn_by_the_question_and_its_number_of_answers_alone() -> None:
    card = reviewing("q", 60, 60)
    drawn = [SCHEDULER.answer(card, f"question-{n}", GOOD, 0, 60) for n in range(50)]
    random.seed(1)
    assert drawn == [Scheduler(MODEL).answer(card, f"question-{n}", GOOD, 0, 60) for n in range(50)]
    assert len({days(after) for after in drawn}) > 10
    other = {
        days(SCHEDULER.answer(Card("q", card.memory, card.place, 0, 0, n, 0), "q", GOOD, 0, 60)) for n in range(50)
    }
    assert len(other) > 10


def test_no_interval_is_longer_than_a_century() -> None:
    forever = Card("q", Memory(36_500.0, 1.0), Reviewing(LONGEST, LONGEST), 0, 0, 9, 0)
    assert days(PLAIN.answer(forever, "q", EASY, 0, LONGEST)) == LONGEST
    fuzzy = [days(SCHEDULER.answer(forever, f"q-{n}", rating, 0, LONGEST)) for n in range(100) for rating in Rating]
    assert max(fuzzy) == LONGEST
