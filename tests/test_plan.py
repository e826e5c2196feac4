"""A plan for a date: what is asked today, what is expected on the day, what it refuses."""

import math
from datetime import date
from itertools import pairwise

import pytest
from builders import MODEL, reviewed
from hypothesis import given, settings
from hypothesis import strategies as st

from mlquiz.core.effort import AWAY, Effort, days_of, effort_of
from mlquiz.core.errors import BadInput
from mlquiz.core.forecast import Forecast, bounds, recall_now
from mlquiz.core.memory import Memory, Rating
from mlquiz.core.memory_grid import MemoryGrid
from mlquiz.core.plan import EPOCH, MOST, Date, Plan, calendar, checked, parsed_date, parsed_off
from mlquiz.core.schedule import Card, Learning, Reviewing

TODAY = parsed_date("2026-11-21")
SATURDAY, SUNDAY = 5, 6
DAY = 86_400_000


def card(id: str, stability: float, difficulty: float = 4.0, since: int = 3) -> Card:
    """A card last reviewed `since` days before today."""
    return Card(id, Memory(stability, difficulty), Reviewing(3, TODAY), TODAY - 9, TODAY - since, 2, 0)


def cards(*stabilities: float, since: int = 3) -> dict[str, Card]:
    return {f"known-{index}": card(f"known-{index}", one, since=since) for index, one in enumerate(stabilities)}


def fresh(count: int) -> list[str]:
    return [f"new-{index}" for index in range(count)]


def planned(days: int = 10, minutes: float = 5.0, **changes: object) -> Plan:
    return Plan((Date(TODAY + days),), minutes, **changes)  # type: ignore[arg-type]


def forecast(plan: Plan, known: dict[str, Card], new: int = 0, day: int = TODAY, spent: float = 0.0) -> Forecast:
    return Forecast(plan, day, known, fresh(new), MODEL, Effort(), spent)


def recalled(plan: Plan, known: dict[str, Card], new: int = 0) -> float:
    return forecast(plan, known, new).expected[-1].recalled


DECKS = st.tuples(
    st.lists(st.tuples(st.floats(0.1, 400), st.floats(1, 10), st.integers(0, 60)), max_size=12), st.integers(0, 25)
).filter(lambda deck: deck[0] or deck[1])
"""(stability, difficulty, days since the last review) of what is known, and how many questions are new."""


def deck(drawn: tuple[list[tuple[float, float, int]], int]) -> tuple[dict[str, Card], int]:
    known, new = drawn
    return {f"known-{index}": card(f"known-{index}", *one) for index, one in enumerate(known)}, new


# What is asked ------------------------------------------------------------------------------------------------------


def test_what_is_weak_and_what_is_new_goes_before_what_is_strong() -> None:
    of = forecast(planned(days=2, minutes=60), cards(300.0, 0.5), new=2)
    assert of.today[:3] == ("known-1", "new-0", "new-1")


def test_on_the_eve_the_weakest_that_can_be_saved_is_asked_first() -> None:
    known = cards(0.3, 2.0, 30.0, 300.0)
    assert forecast(planned(days=1), known).today == ("known-0", "known-1", "known-2", "known-3")


def test_a_question_reviewed_today_is_not_asked_again_today() -> None:
    assert forecast(planned(), cards(0.5, since=0)).today == ()


def test_a_question_on_a_learning_step_is_left_to_its_minute_and_its_time_is_kept_for_it() -> None:
    learning = Card("l", Memory(0.5, 5.0), Learning(0, 0), TODAY, TODAY, 1, 0)
    alone = forecast(planned(minutes=1), {}, new=9)
    beside = forecast(planned(minutes=1), {"l": learning}, new=9)
    assert "l" not in beside.today
    assert beside.ahead[0].seconds == pytest.approx(alone.ahead[0].seconds - Effort().recalled)


def test_with_little_time_the_last_pass_is_spread_over_days_and_not_heaped_on_the_eve() -> None:
    of = forecast(planned(days=20, minutes=4), cards(*[8.0] * 60))
    reviews = [one.reviews for one in of.ahead]
    assert sum(reviews[-6:]) > 60 and max(reviews) < 25


def test_the_plan_keeps_to_the_days_left_and_asks_nothing_on_days_off() -> None:
    plan = planned(days=9, weekdays_off=frozenset({SATURDAY}), days_off=((TODAY + 3, TODAY + 4),))
    of = forecast(plan, cards(1.0, 5.0), new=40)
    assert calendar(TODAY).weekday() == SATURDAY
    assert [one.day for one in of.ahead] == list(range(TODAY, TODAY + 9))
    assert [one.day - TODAY for one in of.ahead if one.seconds] == [1, 2, 5, 6, 8]
    assert of.today == ()


def test_what_cannot_be_introduced_in_time_is_named_and_is_the_last_in_order() -> None:
    of = forecast(planned(days=2, minutes=2), {}, new=30)
    count = len(of.introductions)
    assert 0 < count < 10
    assert list(of.introductions) == fresh(30)[:count]
    assert all(of.recall[id] == (0.0,) for id in fresh(30)[count:])


def test_a_second_date_keeps_what_the_first_needs_and_comes_after_it() -> None:
    plan = Plan((Date(TODAY + 5, "first"), Date(TODAY + 40, "second")), 5.0)
    of = forecast(plan, cards(2.0, 4.0), new=20)
    assert [one.date.name for one in of.expected] == ["first", "second"]
    assert of.expected[1].recalled > of.expected[0].recalled > 0.8 * recalled(planned(days=5), cards(2.0, 4.0), 20)
    assert forecast(plan, cards(2.0), day=TODAY + 5).ahead[0].day == TODAY + 5


def test_far_dates_are_planned_in_blocks_whose_days_are_all_there() -> None:
    of = forecast(planned(days=400, minutes=1), cards(2.0), new=3)
    assert sum(one.days for one in of.ahead) == 400 and len(of.ahead) == 48
    assert all(one.day + one.days == after.day for one, after in pairwise(of.ahead))


def test_the_next_review_is_later_for_what_is_known_better_and_none_on_the_eve() -> None:
    of = forecast(planned(days=30, minutes=30), cards(2.0), new=5)
    weak, strong = of.next_day(Memory(1.0, 5.0)), of.next_day(Memory(6.0, 5.0))
    assert weak and strong and TODAY < weak < strong < TODAY + 30
    assert forecast(planned(days=1), cards(2.0)).next_day(Memory(1.0, 5.0)) is None


# Laws ---------------------------------------------------------------------------------------------------------------


@settings(max_examples=12, deadline=None)
@given(DECKS, st.integers(1, 20), st.floats(0.5, 60))
def test_no_day_takes_more_than_its_time_and_none_is_outside_the_plan(drawn: tuple, days: int, minutes: float) -> None:  # type: ignore[type-arg]
    of = forecast(planned(days, minutes), *deck(drawn))
    assert all(one.seconds <= minutes * 60 + 1e-6 for one in of.ahead)
    assert of.ahead[0].day == TODAY and of.ahead[-1].day + of.ahead[-1].days == TODAY + days
    assert sum(one.new for one in of.ahead) <= drawn[1] + 1e-6


@settings(max_examples=8, deadline=None)
@given(DECKS, st.integers(1, 15), st.floats(0.5, 20))
def test_the_expected_number_is_the_sum_of_the_questions_chances(drawn: tuple, days: int, minutes: float) -> None:  # type: ignore[type-arg]
    of = forecast(planned(days, minutes), *deck(drawn))
    chances = [chance for (chance,) in of.recall.values()]
    assert all(0 <= chance <= 1 for chance in chances)
    expected = of.expected[0]
    assert expected.recalled == pytest.approx(sum(chances))
    assert 0 <= expected.low <= expected.recalled <= expected.high <= len(chances) + 1e-9


@settings(max_examples=12, deadline=None)
@given(DECKS, st.integers(1, 15), st.floats(0.5, 10))
def test_much_more_time_never_predicts_less(drawn: tuple, days: int, minutes: float) -> None:  # type: ignore[type-arg]
    known, new = deck(drawn)
    less, more = (recalled(planned(days, time), known, new) for time in (minutes, 3 * minutes))
    assert more >= less - 0.01 * (len(known) + new)


@settings(max_examples=10, deadline=None)
@given(DECKS, st.integers(2, 12))
def test_the_same_memory_on_the_same_day_gives_the_same_plan(drawn: tuple, days: int) -> None:  # type: ignore[type-arg]
    one, other = (forecast(planned(days), *deck(drawn)) for _ in range(2))
    assert (one.today, one.ahead, one.expected) == (other.today, other.ahead, other.expected)


def test_a_missed_day_changes_nothing_but_what_is_still_to_come() -> None:
    known, plan = cards(1.0, 4.0, 20.0), planned(days=12)
    missed = forecast(plan, known, new=10, day=TODAY + 1)
    assert missed.ahead[0].day == TODAY + 1 and len(missed.ahead) == 11
    assert missed.today and missed.expected[0].recalled <= forecast(plan, known, new=10).expected[0].recalled + 0.1


def test_planning_does_better_than_no_more_study_and_no_better_than_all() -> None:
    known = cards(1.0, 3.0, 9.0, 27.0)
    idle = sum(MODEL.retrievability(one.memory, 3 + 10) for one in known.values())
    assert idle < recalled(planned(), known) < 4


def test_time_spent_today_is_gone() -> None:
    of = forecast(planned(minutes=5), {}, new=30, spent=240.0)
    assert of.ahead[0].seconds == pytest.approx(60)
    assert forecast(planned(minutes=5), {}, new=30, spent=400.0).today == ()


def test_a_plan_holds_until_the_eve_of_its_last_date() -> None:
    plan = Plan((Date(TODAY + 1), Date(TODAY + 5)), 10)
    assert [plan.holds(TODAY + day) for day in (0, 1, 4, 5, 9)] == [True, True, True, False, False]


def test_recall_now_is_the_forgetting_curve() -> None:
    assert recall_now(cards(3.0), MODEL, TODAY)["known-0"] == pytest.approx(0.9)


def test_bounds_are_wider_than_chance_alone() -> None:
    low, high = bounds([0.8] * 100)
    assert 80 - low > 1.645 * math.sqrt(16) and 6 < high - 80 < 80 - low
    assert bounds([1.0] * 5) == (5, 5)


# The grid -----------------------------------------------------------------------------------------------------------


@given(st.floats(0.01, 40_000), st.floats(1, 10))
def test_shares_on_the_grid_add_up(stability: float, difficulty: float) -> None:
    grid = MemoryGrid(MODEL, Effort(), 30)
    assert sum(share for _, share in grid.shares(Memory(stability, difficulty))) == pytest.approx(1)


@given(st.integers(0, 43), st.integers(1, 60))
def test_a_review_on_the_grid_goes_somewhere_with_certainty(node: int, days: int) -> None:
    recall, seconds, *rest = MemoryGrid(MODEL, Effort(), 30).review(node, days)
    assert rest[1] + rest[2] == pytest.approx(recall) and rest[4] + rest[5] == pytest.approx(1 - recall)
    assert Effort().recalled <= seconds <= Effort().lapsed


# The effort ---------------------------------------------------------------------------------------------------------


def test_the_effort_is_learnt_from_whole_days_of_questions() -> None:
    log = [
        reviewed(1, "a", Rating.AGAIN, seconds=30), reviewed(2, "a", seconds=10),
        reviewed(DAY, "a", seconds=8), reviewed(2 * DAY, "a", Rating.AGAIN, seconds=20),
        reviewed(2 * DAY + 1, "a", seconds=9_999),
    ]  # fmt: skip
    assert [day.seconds for day in days_of(log, {"a": 0})] == [40, 8, 20 + AWAY]
    assert effort_of(())[:3] == Effort()[:3] and sum(effort_of(()).passed) == pytest.approx(1)
    long = effort_of([day for _ in range(400) for day in days_of(log, {"a": 0})])
    assert long.recalled == pytest.approx(8, abs=0.5) and long.new == pytest.approx(40, abs=0.5)
    assert long.lapsed == pytest.approx(320, rel=0.1) and long.first[0] > 0.9 and sum(long.first) == pytest.approx(1)


# What a plan refuses ------------------------------------------------------------------------------------------------


def test_dates_and_days_off_are_read() -> None:
    assert calendar(parsed_date("2026-12-15")) == date(2026, 12, 15) and calendar(0) == EPOCH
    weekdays, away = parsed_off("Sat,sun, 2026-12-24..2026-12-26,2027-01-01")
    assert weekdays == {SATURDAY, SUNDAY}
    assert [(calendar(a).day, calendar(b).day) for a, b in away] == [(24, 26), (1, 1)]


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "15.12.2026", ""])
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadInput, match="2026-12-15"):
        parsed_date(text)


@pytest.mark.parametrize("text", ["caturday", "2026-12-26..2026-12-24", "2026-12-24..x"])
def test_what_is_no_day_off_is_refused(text: str) -> None:
    with pytest.raises(BadInput):
        parsed_off(text)


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (planned(days=0), "today"),
        (planned(days=-3), "past"),
        (planned(days=5_000), "too far"),
        (Plan((Date(TODAY + 9), Date(TODAY + 4)), 10), "not in order"),
        (Plan((Date(TODAY + 9), Date(TODAY + 9)), 10), "not in order"),
        (planned(minutes=0), "minutes"),
        (planned(minutes=-5), "minutes"),
        (planned(minutes=math.nan), "minutes"),
        (planned(minutes=MOST + 1), "minutes"),
        (planned(days=3, days_off=((TODAY, TODAY + 2),)), "no day to study"),
        (planned(days=30, weekdays_off=frozenset(range(7))), "no day to study"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(plan: Plan, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        checked(plan, TODAY)


def test_a_plan_that_can_be_followed_is_kept() -> None:
    assert checked(planned(weekdays_off=frozenset({0})), TODAY) == planned(weekdays_off=frozenset({0}))
