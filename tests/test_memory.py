"""The memory model's laws, where FSRS keeps them, the exceptions where it does not, and what it refuses."""

from itertools import pairwise
from math import inf, nan

import pytest
from builders import EASY, GOOD, MODEL, SCHEDULER
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.errors import BadInput
from mlquiz.core.memory import BOUNDS, DEFAULT_PARAMETERS, LONGEST, Memory, MemoryModel
from mlquiz.core.schedule import Card, Learning, Reviewing, Scheduler

WEIGHTS = st.tuples(*(st.one_of(st.sampled_from(bounds), st.floats(*bounds)) for bounds in BOUNDS))
MODELS = st.one_of(st.just(MODEL), WEIGHTS.map(MemoryModel))
MEMORIES = st.builds(Memory, st.floats(0.0010000000474974513, LONGEST, width=32), st.floats(1, 10, width=32))
DAYS = st.one_of(st.integers(0, 3), st.integers(0, 4000))
SLACK = 1 + 1e-5
"""The engine calculates in 32 bits."""


# Laws ---------------------------------------------------------------------------------------------------------------


@given(MODELS, MEMORIES, DAYS)
def test_a_better_rating_never_leaves_a_smaller_stability_nor_a_greater_difficulty(
    model: MemoryModel, memory: Memory, days: int
) -> None:
    after = list(model.after(memory, days).values())
    for worse, better in pairwise(after):
        assert worse.stability <= better.stability * SLACK
        assert worse.difficulty >= better.difficulty


@pytest.mark.parametrize("days", [0, 5])
def test_an_answer_given_in_time_never_lowers_stability_unless_it_was_forgotten(days: int) -> None:
    memory = Memory(5.0, 5.0)
    again, *recalled = MODEL.after(memory, days).values()
    assert again.stability < memory.stability
    assert all(after.stability >= memory.stability for after in recalled)


@given(MODELS, MEMORIES, DAYS)
def test_states_stay_in_their_ranges(model: MemoryModel, memory: Memory, days: int) -> None:
    for after in model.after(memory, days).values():
        assert 0 < after.stability <= LONGEST
        assert 1 <= after.difficulty <= 10


@given(MODELS, MEMORIES, st.floats(0.7, 0.99))
def test_with_any_parameters_the_interval_is_the_inverse_of_retrievability(
    model: MemoryModel, memory: Memory, retention: float
) -> None:
    days = model.interval(memory, retention)
    assert model.retrievability(memory, days) == pytest.approx(retention)
    assert 0 < model.retrievability(memory, days * 1000) < model.retrievability(memory, days) < 1


@given(MODELS, st.floats(0.7, 0.99), MEMORIES, st.integers(1, LONGEST), DAYS, st.text(max_size=4))
def test_with_any_parameters_a_better_key_in_review_is_longer_by_a_day_at_least(
    model: MemoryModel, retention: float, memory: Memory, interval: int, days: int, question: str
) -> None:
    card = Card(question, memory, Reviewing(interval, interval), 0, 0, 7, 0)
    for scheduler in (Scheduler(model, retention), Scheduler(model, retention, fuzz=False)):
        after = scheduler.preview(card, question, 0, days)
        _, hard, good, easy = (one.place.interval if isinstance(one.place, Reviewing) else 0 for one in after.values())
        assert 1 <= hard <= good <= easy <= LONGEST
        assert (hard < good or good == LONGEST) and (good < easy or easy == LONGEST)


@given(MODELS, MEMORIES, st.integers(0, 1), DAYS)
def test_on_a_step_again_waits_shortest_and_easy_leaves_the_steps_for_longer_than_good(
    model: MemoryModel, memory: Memory, step: int, days: int
) -> None:
    card = Card("q", memory, Learning(step, 0), 0, 0, 2, 0)
    places = [after.place for after in Scheduler(model).preview(card, "q", 0, days).values()]
    waits = [place.due_at for place in places if isinstance(place, Learning)]
    assert waits == sorted(waits)
    intervals = [place.interval for place in places if isinstance(place, Reviewing)]
    assert len(waits) + len(intervals) == 4
    assert intervals == sorted(intervals)


def test_the_first_answer_keeps_the_order_of_the_first_four_parameters_whatever_it_is() -> None:
    """The exception: nothing in FSRS orders w0 to w3, so that fitted ones can have an easy first answer forgotten
    sooner than a good one; the key for it is the longer one all the same.
    """
    weights = (0.2, 1.0, 50.0, 8.0, *DEFAULT_PARAMETERS[4:])
    after = MemoryModel(weights).after(None, 0)
    assert [round(memory.stability, 4) for memory in after.values()] == [0.2, 1.0, 50.0, 8.0]
    bare = Scheduler(MemoryModel(weights), learning_steps=(), fuzz=False).preview(None, "q", 0, 0)
    places = [bare[rating].place for rating in (GOOD, EASY)]
    assert [place.interval for place in places if isinstance(place, Reviewing)] == [50, 51]


# What is refused ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [0, 17, 19, 20, 22])
def test_another_number_of_parameters_is_refused(count: int) -> None:
    """The engine itself takes 0, 17 and 19 for other things than they are."""
    with pytest.raises(BadInput, match="number of parameters") as caught:
        MemoryModel((DEFAULT_PARAMETERS * 2)[:count])
    assert (caught.value.expected, caught.value.received) == ("21", str(count))
    assert caught.value.next_step


@pytest.mark.parametrize("index", range(21))
@pytest.mark.parametrize("weight", [nan, inf, -inf, 1e9, -1e9])
def test_a_parameter_out_of_its_bounds_is_refused_by_its_name(index: int, weight: float) -> None:
    weights = list(DEFAULT_PARAMETERS)
    weights[index] = weight
    with pytest.raises(BadInput, match=f"w{index} is out of its bounds") as caught:
        MemoryModel(weights)
    low, high = BOUNDS[index]
    assert (caught.value.expected, caught.value.received) == (f"a number from {low} to {high}", str(weight))


@pytest.mark.parametrize("index", range(21))
def test_the_bounds_are_those_of_the_engine(index: int) -> None:
    """Within them it takes a parameter as it is, beyond them it takes the bound: found by asking it.

    Just under its upper bound w5 changes nothing: every difficulty is clamped at 1 there.
    """

    def states(weight: float) -> list[Memory]:
        weights = [*DEFAULT_PARAMETERS[:4], 10.0, 0.3, *DEFAULT_PARAMETERS[6:]]
        weights[index] = weight
        model = MemoryModel.__new__(MemoryModel)
        model._engine = type(MODEL._engine)(weights)
        memories = [None, *(Memory(s, d) for s in (0.1, 1.0, 5.0, 500.0) for d in (2.0, 5.0, 8.0))]
        return [after for memory in memories for days in (0, 1, 90) for after in model.after(memory, days).values()]

    low, high = BOUNDS[index]
    inside = low + (high - low) / 1000, high - (high - low) / 1000
    assert states(low - 0.0005) == states(low) != states(inside[0])
    assert states(high + 0.1) == states(high)
    assert states(high) != states(inside[1]) or index == 5


def test_parameters_at_their_bounds_are_taken_also_after_a_way_through_32_bits() -> None:
    for bound in (0, 1):
        weights = [bounds[bound] for bounds in BOUNDS]
        engine = type(MODEL._engine)(weights)
        assert engine is not None
        assert MemoryModel(weights).parameters == tuple(weights)
    assert 0.800000011920929 in MemoryModel((*DEFAULT_PARAMETERS[:20], 0.800000011920929)).parameters


@pytest.mark.parametrize("retention", [nan, inf, -1, 0, 0.69, 0.991, 1, 90])
def test_a_retention_out_of_its_bounds_is_refused(retention: float) -> None:
    with pytest.raises(BadInput, match="retention is out of its bounds") as caught:
        Scheduler(MODEL, retention)
    assert (caught.value.expected, caught.value.received) == ("a number from 0.7 to 0.99", str(retention))
    with pytest.raises(BadInput, match="retention is out of its bounds"):
        Scheduler(MODEL, retentions={"q": retention})


def test_the_rules_change_with_all_that_moves_cards() -> None:
    others = [
        Scheduler(MemoryModel((0.3, *DEFAULT_PARAMETERS[1:]))), Scheduler(MODEL, 0.85), Scheduler(MODEL, fuzz=False),
        Scheduler(MODEL, learning_steps=(5,)), Scheduler(MODEL, relearning_steps=(5,)),
        Scheduler(MODEL, retentions={"q": 0.8}),
    ]  # fmt: skip
    assert len({scheduler.rules for scheduler in (SCHEDULER, *others)}) == 1 + len(others)
    assert Scheduler(MemoryModel()).rules == SCHEDULER.rules
