"""Each key's interval is explained by what the scheduler does: the step, the memory, the fuzz, the order of keys."""

from random import Random

import pytest
from builders import AGAIN, DAY, EASY, GOOD, HARD, MODEL, PLAIN, SCHEDULER, reviewing
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.explanation import Days, Floor, OnStep, explained, retention_of
from mlquiz.core.memory import Memory, Rating
from mlquiz.core.schedule import Card, Learning, Reviewing, Scheduler, fuzz_range

SCHEDULERS = (SCHEDULER, PLAIN, Scheduler(MODEL, 0.8, learning_steps=(), relearning_steps=()), Scheduler(MODEL, 0.97))


def walked(scheduler: Scheduler, seed: int, answers: int) -> tuple[Card | None, int]:
    """A card after some answers, and a day on which it may be asked."""
    random, card, day = Random(seed), None, 100
    for _ in range(answers):
        card = scheduler.answer(card, "q", random.choice(list(Rating)), day * DAY, day)
        wait = card.place.interval if isinstance(card.place, Reviewing) else 0
        day += random.choice([0, 1, wait, 2 * wait])
    return card, day


@given(st.sampled_from(SCHEDULERS), st.integers(0, 10_000), st.integers(0, 12))
def test_an_explanation_says_what_the_key_does(scheduler: Scheduler, seed: int, answers: int) -> None:
    card, day = walked(scheduler, seed, answers)
    preview = scheduler.preview(card, "q", day * DAY, day)
    for outcome in explained(scheduler, card, "q", day * DAY, day):
        to = preview[outcome.rating]
        assert outcome.memory == to.memory
        if isinstance(outcome.place, OnStep):
            assert isinstance(to.place, Learning)
            assert outcome.place.minutes == pytest.approx((to.place.due_at - day * DAY) / 60_000)
            assert 1 <= outcome.place.step <= outcome.place.steps
        else:
            assert isinstance(to.place, Reviewing) and outcome.place.days == to.place.interval
            assert outcome.place.first <= outcome.place.days <= outcome.place.last
            assert outcome.place.wanted == scheduler.model.interval(to.memory, retention_of(scheduler, "q"))
            if outcome.place.floor is Floor.NONE and scheduler.fuzz:
                assert (outcome.place.first, outcome.place.last) == fuzz_range(outcome.place.wanted)


def test_a_new_question_goes_to_the_steps_except_by_easy() -> None:
    again, hard, good, easy = (outcome.place for outcome in explained(PLAIN, None, "q", 0, 0))
    assert again == OnStep(1, 2, 1, relearning=False)
    assert hard == OnStep(1, 2, 5.5, relearning=False)
    assert good == OnStep(2, 2, 10, relearning=False)
    assert isinstance(easy, Days) and (easy.days, easy.floor) == (8, Floor.NONE)


def test_a_lapse_goes_to_the_relearning_step() -> None:
    outcomes = explained(SCHEDULER, reviewing("q"), "q", 0, 10)
    assert outcomes[0].place == OnStep(1, 1, 10, relearning=True)


def test_the_order_of_keys_is_named_where_it_raises_an_interval() -> None:
    """A memory that hardly grows: hard, good and easy would all be a day."""
    card = Card("q", Memory(0.1, 10.0), Reviewing(1, 10), 0, 9, 3, 0)
    places = [outcome.place for outcome in explained(PLAIN, card, "q", 0, 9)]
    days = {rating: place for rating, place in zip(Rating, places, strict=True) if isinstance(place, Days)}
    assert [place.days for place in days.values()] == [1, 2, 3]
    assert [place.floor for place in days.values()] == [Floor.NONE, Floor.ORDER, Floor.ORDER]


def test_the_last_interval_is_named_where_it_raises_the_range() -> None:
    """Answered soon after ten days were given: the next is as long or a little longer, and fuzz makes it no shorter."""
    raised = {
        outcome.place.first
        for day in range(11)
        for outcome in explained(SCHEDULER, reviewing("q", 10, 10), "q", 0, day)
        if outcome.rating == HARD and isinstance(outcome.place, Days) and outcome.place.floor is Floor.GROWTH
    }
    assert raised == {10, 11}


@given(st.integers(1, 300), st.floats(0.6, 1.4), st.floats(1, 10), st.integers(0, 400), st.text(max_size=3))
def test_what_a_key_gives_is_among_the_days_that_are_told(
    last: int, share: float, difficulty: float, day: int, question: str
) -> None:
    card = Card(question, Memory(share * last, difficulty), Reviewing(last, last), 0, 0, 4, 0)
    for scheduler in (SCHEDULER, PLAIN):
        places = [outcome.place for outcome in explained(scheduler, card, question, 0, day)]
        assert all(place.first <= place.days <= place.last for place in places if isinstance(place, Days))


def test_a_topics_own_retention_is_the_one_that_counts() -> None:
    own = Scheduler(MODEL, 0.9, fuzz=False, retentions={"q": 0.8})
    assert (retention_of(own, "q"), retention_of(own, "other")) == (0.8, 0.9)
    [*_, easy] = explained(own, None, "q", 0, 0)
    assert isinstance(easy.place, Days) and easy.place.days > 8


def test_all_four_keys_are_explained_in_their_order() -> None:
    assert [outcome.rating for outcome in explained(SCHEDULER, None, "q", 0, 0)] == [AGAIN, HARD, GOOD, EASY]
