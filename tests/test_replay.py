"""A replay gives to the bit what the answers give one after the other, whatever the parameters, steps and days."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any, NamedTuple

import pytest
from builders import AGAIN, DAY, EASY, GOOD, HARD, MODEL, SCHEDULER, reviewed, undone
from hypothesis import example, given
from hypothesis import strategies as st

from mlquiz.core.log import replay, replay_question
from mlquiz.core.memory import BOUNDS, DEFAULT_PARAMETERS, MemoryModel, Rating
from mlquiz.core.replay import at_once, cards
from mlquiz.core.schedule import Card, Learning, Reviewing, Scheduler


class Answer(NamedTuple):
    at: int
    day: int
    question: str
    rating: Rating


RATINGS = st.sampled_from([AGAIN, HARD, GOOD, GOOD, GOOD, EASY])
GAPS = st.sampled_from([0, 0, 1, 2, 3, 5, 9, 20, 60, 400, 40_000, -1, -1, -300])
"""Days until the next answer; back by one as on a journey, back by many as with a wrong clock."""
STEPS = st.sampled_from([(), (10,), (1, 10), (1, 5, 10)])
WEIGHTS = st.tuples(*(
    st.one_of(st.just(usual), st.sampled_from(bounds), st.floats(*bounds))
    for usual, bounds in zip(DEFAULT_PARAMETERS, BOUNDS, strict=True)
))  # fmt: skip
SCHEDULERS = st.builds(
    Scheduler,
    st.one_of(st.just(MODEL), WEIGHTS.map(MemoryModel)),
    st.floats(0.7, 0.99),
    STEPS,
    STEPS,
    st.sampled_from([True, True, True, False]),
    st.just({"a": 0.85}),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Answer]:
    """The answers to one question in their order."""
    answers, day = [], 20_000
    for _ in range(draw(st.integers(1, 15))):
        at = day * DAY + draw(st.integers(0, DAY - 1))
        answers.append(Answer(at, day, draw(st.sampled_from("aab")), draw(RATINGS)))
        day += draw(GAPS)
    return answers


def one_by_one(scheduler: Scheduler, answers: Sequence[Any]) -> Card | None:
    card = None
    for answer in answers:
        card = scheduler.answer(card, answer.question, answer.rating, answer.at, answer.day)
    return card


BETTER_FIRST_IS_WORSE = MemoryModel((*DEFAULT_PARAMETERS[:2], 99.7, *DEFAULT_PARAMETERS[3:]))
"""A first answer that was good is remembered for longer than an easy one: the order of the keys pushes far."""


@given(SCHEDULERS, st.lists(histories(), min_size=1, max_size=4))
@example(
    Scheduler(BETTER_FIRST_IS_WORSE, 0.98),
    [[Answer(0, 20_000, f"q{n}", EASY), Answer(0, 20_020, f"q{n}", GOOD)] for n in range(100)],
)
def test_replay_is_one_answer_after_the_other_to_the_bit(scheduler: Scheduler, many: list[list[Answer]]) -> None:
    questions = {str(number): answers for number, answers in enumerate(many)}
    for question, card in at_once(scheduler, questions).items():
        after = one_by_one(scheduler, questions[question])
        assert after
        assert card == replace(after, question=question)


def drawn(chance: Random) -> list[float]:
    """Parameters of which every third is anywhere within its bounds."""
    return [
        chance.choice([usual, usual, chance.uniform(low, high)])
        for usual, (low, high) in zip(DEFAULT_PARAMETERS, BOUNDS, strict=True)
    ]


def answered_when_due(scheduler: Scheduler, question: str, chance: Random) -> list[Answer]:
    """Up to forty answers, each about when the card is due: intervals follow so closely that one leans on another."""
    answers, card, day = list[Answer](), None, 20_000
    for _ in range(chance.randint(1, 40)):
        rating = chance.choices([AGAIN, HARD, GOOD, EASY], [1, 3, 4, 2])[0]
        answers.append(Answer(day * DAY, day, question, rating))
        card = scheduler.answer(card, question, rating, day * DAY, day)
        due = card.place.due_day if isinstance(card.place, Reviewing) else day
        day = min(due, day + 2_000) + chance.choice([0, 0, 0, 1, -1, 5])
    return answers


@pytest.mark.parametrize("seed", range(24))
def test_replay_is_one_answer_after_the_other_where_the_intervals_lean_on_one_another(seed: int) -> None:
    chance = Random(seed)
    weights = drawn(chance)
    steps = [chance.choice([(), (10,), (1, 10)]) for _ in range(2)]
    model = MODEL if seed % 3 == 0 else MemoryModel(weights)
    scheduler = Scheduler(model, chance.uniform(0.7, 0.99), *steps, fuzz=seed % 5 > 0)
    histories = {f"q{n}": answered_when_due(scheduler, f"q{n}", chance) for n in range(120)}
    assert at_once(scheduler, histories) == {id: one_by_one(scheduler, told) for id, told in histories.items()}


@pytest.mark.parametrize("retention", [0.9, 0.98])
def test_an_interval_leans_on_a_first_one_that_the_order_of_the_keys_made_long(retention: float) -> None:
    scheduler = Scheduler(BETTER_FIRST_IS_WORSE, retention)
    histories = {
        f"q{gap} {rating}": [Answer(0, 20_000, f"q{gap}", EASY), Answer(0, 20_000 + gap, f"q{gap}", rating)]
        for gap in range(1, 400) for rating in (HARD, GOOD, EASY)
    }  # fmt: skip
    assert at_once(scheduler, histories) == {
        id: replace(one_by_one(scheduler, told), question=id)  # type: ignore[type-var]
        for id, told in histories.items()
    }


@pytest.mark.parametrize("seed", [1022, 1698])  # where bounds that forget growth give another card
def test_an_interval_leans_on_one_that_growth_made_long(seed: int) -> None:
    chance = Random(seed)
    weights = drawn(chance)
    scheduler, histories = Scheduler(MemoryModel(weights), chance.uniform(0.7, 0.99), (), ()), dict[str, list[Answer]]()
    for question in (f"q{n}" for n in range(150)):
        told, card, day = list[Answer](), None, 20_000
        for _ in range(chance.randint(3, 25)):
            rating = chance.choice([HARD, HARD, GOOD, AGAIN]) if told else GOOD
            told.append(Answer(day * DAY, day, question, rating))
            card = scheduler.answer(card, question, rating, day * DAY, day)
            assert isinstance(card.place, Reviewing)
            day = min(card.place.due_day, day + 3_000) + chance.choice([0, 0, -1, 2, 9])
        histories[question] = told
    assert at_once(scheduler, histories) == {id: one_by_one(scheduler, told) for id, told in histories.items()}


def test_a_question_answered_five_thousand_times_is_replayed() -> None:
    for ratings in ([GOOD], [EASY, HARD, GOOD], [GOOD, AGAIN]):
        answers = [Answer(0, 20_000 + n // 40, "q", ratings[n % len(ratings)]) for n in range(5000)]
        assert cards(SCHEDULER, {"q": answers}) == {"q": one_by_one(SCHEDULER, answers)}


def test_nothing_is_replayed_to_nothing() -> None:
    assert cards(SCHEDULER, {}) == {}
    slip = reviewed(5)
    assert replay(SCHEDULER, [slip, undone(9, slip)]) == {}
    assert replay_question(SCHEDULER, "q", []) is None


# Days that go back --------------------------------------------------------------------------------------------------


def answered(*days: int, ratings: Mapping[int, Rating] | None = None) -> Card:
    answers = [Answer(day * DAY, day, "q", (ratings or {}).get(n, EASY)) for n, day in enumerate(days)]
    card = one_by_one(SCHEDULER, answers)
    assert card is not None
    assert cards(SCHEDULER, {"q": answers}) == {"q": card}
    return card


def memory(*gaps: int) -> Any:
    state = None
    for gap in gaps:
        state = MODEL.after(state, gap)[EASY]
    return state


def test_a_clock_set_back_by_a_year_and_then_right_again_counts_no_day_twice() -> None:
    assert answered(1000, 635, 1010).memory == memory(0, 0, 10)
    assert answered(1000, 635, 636, 1010).memory == memory(0, 0, 0, 10)
    assert answered(1000, 635).last_day == 1000


def test_with_the_clock_set_back_a_question_comes_back_by_that_clock_and_at_once_when_it_is_right_again() -> None:
    place = answered(1000, 635).place
    assert isinstance(place, Reviewing)
    assert place.due_day == 635 + place.interval < 1000


def test_a_day_that_comes_twice_on_a_journey_is_counted_from_the_second() -> None:
    """From Auckland on day 1000 to Honolulu, where it is day 999 still; the next day there is a day later."""
    assert answered(1000, 999, 1000).memory == memory(0, 0, 1)
    assert answered(1000, 999, 1000).last_day == 1000


def test_a_clock_that_was_ahead_makes_answers_same_day_ones_until_that_day_and_loses_no_question() -> None:
    card = answered(1000, 1365, 1001)
    assert card.memory == memory(0, 365, 0)
    assert isinstance(card.place, Reviewing)
    assert card.place.due_day == 1001 + card.place.interval


@pytest.mark.parametrize("day", [-719_162, 2_932_896, -(2**40), 2**40], ids=["year-1", "year-9999", "before", "after"])
def test_absurd_days_are_scheduled_and_lose_nothing(day: int) -> None:
    card = answered(day, 20_000, day, 20_001)
    assert (card.reviews, card.first_day) == (4, day)
    assert 0 < card.memory.stability <= 36_500
    learning = answered(20_000, day, ratings={1: AGAIN})
    assert learning.place == Learning(0, day * DAY + 600_000, relearning=True)
    assert all(SCHEDULER.preview(card, "q", day * DAY, day).values())
