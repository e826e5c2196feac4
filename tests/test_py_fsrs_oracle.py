"""The schedule against py-fsrs (`fsrs` >= 6.3.2) on 100,000 random histories, and where the two are meant to differ.

A history is lived on a wall clock: in a time zone with its changes of daylight saving time, sometimes moving to
another, with a rollover hour, with a clock that is set back now and then. py-fsrs counts blocks of 24 hours, so it is
asked at noon of each study day: there its days are ours. Compared after each answer: stability and difficulty, the
step and its wait, the interval without fuzz, the four keys before the last answer.
"""

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import version
from typing import NamedTuple
from zoneinfo import ZoneInfo

import fsrs
import pytest
from builders import AGAIN, EASY, GOOD, HARD, MODEL, PLAIN

from mlquiz.core.memory import Rating
from mlquiz.core.schedule import (
    JOURNEY,
    LONGEST,
    MINUTE,
    Card,
    Learning,
    Reviewing,
    days_between,
    fuzz_range,
    study_day,
)

HISTORIES, CHUNKS = 100_000, 10
ORACLE = fsrs.Scheduler(enable_fuzzing=False)
THEIRS = {rating: fsrs.Rating(rating) for rating in Rating}
NEVER_SEEN = fsrs.Card(card_id=1, due=datetime(2026, 1, 1, tzinfo=UTC))
EPOCH = datetime(1970, 1, 1, 12, tzinfo=UTC)
ZONES = [
    ZoneInfo(name)
    for name in (
        "UTC", "Europe/Paris", "America/New_York", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe",
        "Pacific/Auckland", "Pacific/Honolulu", "America/St_Johns", "Africa/Casablanca", "Pacific/Apia",
    )
]  # fmt: skip
TOLERANCE = 1e-4
"""Relative. The engine calculates in 32 bits, where rounding grows over a history; py-fsrs in 64."""
SLACK = (1 - TOLERANCE, 1 + TOLERANCE)

RATINGS = [AGAIN, HARD, GOOD, GOOD, GOOD, EASY]
MINUTES = [0.2, 1, 6, 10, 11, 90, 300, 720, 1300, 1440, 1500, 2880, 4320, 10_080, 43_200, 288_000]


class Moment(NamedTuple):
    """An answer as it is lived."""

    at: datetime
    day: int
    rating: Rating


def lived(source: random.Random) -> Iterator[Moment]:
    """A history: one to eight answers, minutes to months apart, before a clock is set back by days."""
    zone, rollover = source.choice(ZONES), source.randint(0, 12)
    at, last = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=source.randrange(525_600)), 0
    for _ in range(source.randint(1, 8)):
        if source.random() < 0.05:
            zone = source.choice(ZONES)
        local = at.astimezone(zone)
        day = study_day(local, rollover)
        assert day == (local.date() - date(1970, 1, 1)).days - (local.hour < rollover)
        if day < last - JOURNEY:
            return
        yield Moment(at, day, source.choice(RATINGS))
        last = day
        back = source.random() < 0.03
        at += timedelta(minutes=-source.randrange(1440) if back else source.choice(MINUTES) * source.uniform(0.5, 1.5))


def agree(ours: Card, theirs: fsrs.Card, at: datetime) -> None:
    """The memory, the step and its wait, or the interval without fuzz and without the order of the keys."""
    assert abs(ours.memory.stability / theirs.stability - 1) < TOLERANCE
    assert abs(ours.memory.difficulty / theirs.difficulty - 1) < TOLERANCE
    wait = theirs.due - at
    if isinstance(ours.place, Learning):
        relearning = theirs.state == fsrs.State.Relearning
        assert (ours.place.step, ours.place.relearning) == (theirs.step, relearning)
        assert ours.place.due_at == wait / timedelta(minutes=1) * MINUTE
    else:
        assert theirs.state == fsrs.State.Review
        assert ours.place.interval >= wait.days - (abs(theirs.stability % 1 - 0.5) < TOLERANCE * theirs.stability)


def compare(source: random.Random) -> tuple[int, int]:
    """One history on both sides; how many answers agreed, and how many keys were moved by their order."""
    card, theirs, compared, moved = None, NEVER_SEEN, 0, 0
    for moment in lived(source):
        noon = EPOCH + timedelta(days=moment.day)
        before = theirs
        theirs, _ = ORACLE.review_card(before, THEIRS[moment.rating], noon)
        if theirs.stability > LONGEST:  # which the engine clamps
            break
        if source.random() < 0.25:
            moved += compare_keys(card, before, moment.day)
        card = PLAIN.answer(card, "q", moment.rating, 0, moment.day)
        agree(card, theirs, noon)
        compared += 1
    return compared, moved


def compare_keys(card: Card | None, theirs: fsrs.Card, day: int) -> int:
    """The intervals on the four keys are py-fsrs's own, but each is longer than the one before it (Easy also than the
    one that Good would have if it left the steps), and none is shorter than a last one that fuzz could give again.
    """
    shortest, moved = (1, 1), 0
    for rating, after in PLAIN.preview(card, "q", 0, day).items():
        expected, _ = ORACLE.review_card(theirs, THEIRS[rating], EPOCH + timedelta(days=day))
        low, high = (
            min(max(round(days), least, last_again(card, rating, days)), LONGEST)
            for least, days in zip(shortest, (expected.stability * slack for slack in SLACK), strict=True)
        )
        if isinstance(after.place, Reviewing):
            assert low <= after.place.interval <= high
            moved += low > round(expected.stability * (1 + TOLERANCE))
        if rating == GOOD or (rating == HARD and card and isinstance(card.place, Reviewing)):
            shortest = low + 1, high + 1
    return moved


def last_again(card: Card | None, rating: Rating, days: float) -> int:
    """The last interval, where fuzz could give it instead of `days`; else 0."""
    last = card.place.interval if card and isinstance(card.place, Reviewing) and rating != AGAIN else 0
    return last if last <= fuzz_range(days)[1] else 0


@pytest.mark.parametrize("chunk", range(CHUNKS))
def test_schedules_agree_with_py_fsrs_on_random_histories(chunk: int) -> None:
    source = random.Random(chunk)
    results = [compare(source) for _ in range(HISTORIES // CHUNKS)]
    assert sum(compared for compared, _ in results) > 4 * HISTORIES // CHUNKS
    assert sum(moved for _, moved in results) > 0


def test_the_oracle_is_one_that_has_the_floor_for_hard_on_the_same_day() -> None:
    assert tuple(map(int, version("fsrs").split("."))) >= (6, 3, 2)


# Where they are meant to differ -------------------------------------------------------------------------------------


def test_where_blocks_of_24_hours_are_study_days_it_agrees_at_the_real_times_and_where_they_are_not_it_need_not() -> (
    None
):
    source, same, other = random.Random(0), 0, 0
    for _ in range(3000):
        card, theirs, before = None, NEVER_SEEN, None
        for moment in lived(source):
            blocks = (moment.at - before.at).days if before else 0
            if before and max(0, blocks) != days_between(before.day, moment.day):
                expected, _ = ORACLE.review_card(theirs, THEIRS[moment.rating], moment.at)
                ours = PLAIN.answer(card, "q", moment.rating, 0, moment.day)
                other += abs(ours.memory.stability / expected.stability - 1) > TOLERANCE
                break
            theirs, _ = ORACLE.review_card(theirs, THEIRS[moment.rating], moment.at)
            if theirs.stability > LONGEST:
                break
            card = PLAIN.answer(card, "q", moment.rating, 0, moment.day)
            agree(card, theirs, moment.at)
            same, before = same + 1, moment
    assert same > 5000
    assert other > 500


def test_from_one_evening_to_the_next_it_sees_the_same_day_and_gives_two_days_where_seven_are_right() -> None:
    evening, next_day = datetime(2026, 5, 1, 22, tzinfo=UTC), datetime(2026, 5, 2, 18, tzinfo=UTC)
    theirs, _ = ORACLE.review_card(NEVER_SEEN, fsrs.Rating.Good, evening)
    theirs, _ = ORACLE.review_card(theirs, fsrs.Rating.Good, next_day)
    first = PLAIN.answer(None, "q", GOOD, 0, study_day(evening))
    ours = PLAIN.answer(first, "q", GOOD, 0, study_day(next_day)).place
    assert isinstance(ours, Reviewing)
    assert ((theirs.due - next_day).days, ours.interval) == (2, 7)


def test_its_fuzz_leaves_its_own_range_and_is_another_at_each_look() -> None:
    random.seed(0)
    fuzzy = fsrs.Scheduler()
    drawn = [fuzzy._get_fuzzed_interval(interval=timedelta(days=3)).days for _ in range(2000)]
    first, last = fuzz_range(3)
    beyond = sum(not first <= days <= last for days in drawn) / len(drawn)
    assert (first, last, max(drawn)) == (2, 4, 5)
    assert 0.1 < beyond < 0.25
    assert len(set(drawn)) > 1


def test_it_does_not_clamp_stability() -> None:
    theirs, ours, day = NEVER_SEEN, None, 0
    while (theirs.stability or 0) <= LONGEST:
        theirs, _ = ORACLE.review_card(theirs, fsrs.Rating.Easy, EPOCH + timedelta(days=day))
        ours = MODEL.after(ours, 400 if day else 0)[EASY]
        day += 400
    assert ours
    assert ours.stability == LONGEST < theirs.stability


def test_it_counts_from_the_wrong_day_after_a_clock_was_set_back() -> None:
    card, theirs = None, NEVER_SEEN
    for day in (1000, 635, 1010):
        theirs, _ = ORACLE.review_card(theirs, fsrs.Rating.Easy, EPOCH + timedelta(days=day))
        card = PLAIN.answer(card, "q", EASY, 0, day)
    assert card
    state = None
    for gap in (0, 0, 10):
        state = MODEL.after(state, gap)[EASY]
    assert card.memory == state
    assert theirs.stability > 3 * card.memory.stability
