"""What is asked next: urgency, topics in turn, new ones spread in, prerequisites first, twins apart."""

from collections.abc import Sequence
from itertools import groupby, pairwise, permutations

import pytest
from builders import candidate, learning, reviewing
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.queue import LEARN_AHEAD, Candidate, Queue, are_twins, plan
from mlquiz.core.schedule import MINUTE, Card

TODAY = 100


def due(id: str, overdue: float = 1.0) -> Card:
    """A card whose time since its last answer is `overdue` times the interval that was planned."""
    return reviewing(id, 100, TODAY + 100 - round(100 * overdue))


def planned(
    candidates: Sequence[Candidate], cards: Sequence[Card] = (), new: int = 99, limit: int | None = None
) -> str:
    """The planned ids in order, run together."""
    queue = plan(candidates, {card.question: card for card in cards}, TODAY, new=new, limit=limit)
    return "".join(queue.planned)


def of(names: str, topic: str | None = None) -> list[Candidate]:
    return [candidate(name, topic) for name in names]


# What is in it ------------------------------------------------------------------------------------------------------


def test_what_is_due_today_or_earlier_is_planned_and_what_is_due_later_is_not() -> None:
    cards = [reviewing(id, 10, day) for id, day in (("a", TODAY - 1), ("b", TODAY), ("c", TODAY + 1))]
    assert sorted(planned(of("abc"), cards)) == ["a", "b"]


def test_a_card_of_a_question_that_was_not_chosen_is_not_planned() -> None:
    assert planned(of("a"), [due("a"), due("b")]) == "a"


def test_learning_cards_wait_for_their_minute_however_early() -> None:
    cards = {card.question: card for card in (learning("a", 500), learning("b", 300), due("c"))}
    queue = plan(of("abc"), cards, TODAY, new=0)
    assert queue == Queue(("c",), ((300, "b"), (500, "a")))


@pytest.mark.parametrize(("new", "limit", "count"), [(0, None, 2), (1, None, 3), (9, None, 5), (9, 4, 4), (9, 1, 1)])
def test_limits_hold_for_new_questions_and_for_the_whole_session(new: int, limit: int | None, count: int) -> None:
    assert len(planned(of("abcde"), [due("a"), due("b")], new, limit)) == count


def test_learning_cards_count_towards_the_limit() -> None:
    cards = {card.question: card for card in (learning("a", 1), learning("b", 2), due("c"), due("d"))}
    for limit, expected in ((1, (0, 1)), (3, (1, 2)), (4, (2, 2))):
        queue = plan(of("abcd"), cards, TODAY, new=0, limit=limit)
        assert (len(queue.planned), len(queue.waiting)) == expected


@given(st.lists(st.tuples(st.sampled_from("xyz"), st.sampled_from(["new", "due", "later"])), max_size=40))
def test_everything_due_and_new_is_planned_once(kinds: list[tuple[str, str]]) -> None:
    candidates = [candidate(str(n), topic) for n, (topic, _) in enumerate(kinds)]
    cards = {str(n): due(str(n), 0.5 if kind == "later" else 1.5) for n, (_, kind) in enumerate(kinds) if kind != "new"}
    queue = plan(candidates, cards, TODAY, new=99)
    assert sorted(queue.planned) == sorted(str(n) for n, (_, kind) in enumerate(kinds) if kind != "later")


# In what order ------------------------------------------------------------------------------------------------------


def test_the_most_overdue_for_its_interval_comes_first() -> None:
    a_week_late, two_days_late = reviewing("a", 100, TODAY - 7), reviewing("b", 2, TODAY - 2)
    assert planned(of("ab"), [a_week_late, two_days_late]) == "ba"
    assert planned(of("abcd"), [due("a", 1.1), due("b", 3), due("c", 2), due("d", 1.5)]) == "bcda"


def test_topics_alternate() -> None:
    candidates = [*of("abc", "one"), *of("def", "other")]
    order = planned(candidates, [due(id, 9 - n) for n, id in enumerate("abcdef")])
    assert order == "adbecf"


def test_urgency_gives_way_to_topics_by_a_dozen_places_at_most() -> None:
    urgent, far = [f"u{n:02}" for n in range(30)], "far"
    candidates = [*(candidate(id, "same") for id in urgent), candidate(far, "other")]
    cards = {id: due(id, 40 - n) for n, id in enumerate([*urgent, far])}
    assert plan(candidates, cards, TODAY, new=0).planned.index(far) >= 30 - 12


@given(st.integers(1, 30), st.integers(1, 10))
def test_new_questions_are_spread_evenly_among_the_due_ones(dues: int, news: int) -> None:
    old, fresh = [f"old-{n}" for n in range(dues)], [f"new-{n}" for n in range(news)]
    queue = plan([*map(candidate, fresh), *map(candidate, old)], {id: due(id) for id in old}, TODAY, new=news)
    runs = [(is_new, len(list(run))) for is_new, run in groupby(queue.planned, lambda id: id in fresh)]
    assert max(length for is_new, length in runs if is_new) <= -(-news // dues)
    assert max(length for is_new, length in runs if not is_new) <= -(-dues // news)


@given(
    st.permutations(range(20)),
    st.sets(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=40),
    st.integers(0, 20),
    st.integers(2, 20),
)
def test_prerequisites_come_before_what_builds_on_them_however_far_also_among_twins(
    order: list[int], links: set[tuple[int, int]], new: int, families: int
) -> None:
    builds_on = {n: tuple(str(low) for low, high in links if high == n and low < n) for n in order}
    twins = {n: tuple(map(str, range(n + families, 20, families))) for n in order}
    chosen = plan([candidate(str(n), after=builds_on[n], twins=twins[n]) for n in order], {}, TODAY, new=new).planned
    assert len(chosen) == new
    for place, id in enumerate(chosen):
        assert set(builds_on[int(id)]) <= set(chosen[:place])


def test_a_known_prerequisite_holds_nothing_back() -> None:
    assert planned([candidate("b", after=("a",)), candidate("a")], [reviewing("a", 10, TODAY + 5)]) == "b"


@pytest.mark.parametrize("links", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "a", "d": "a"}])
def test_a_cycle_of_prerequisites_is_cut(links: dict[str, str]) -> None:
    order = planned([candidate(id, after=tuple(links.get(id, ""))) for id in "abcd"])
    assert sorted(order) == list("abcd")
    if "d" in links:
        assert order.index("a") < order.index("d")


def apart(order: Sequence[Candidate]) -> bool:
    return not any(are_twins(one, other) for one, other in pairwise(order))


@given(st.lists(st.sampled_from(["batch and layer norm", "L2 and weight decay", None]), min_size=6, max_size=6))
def test_twins_are_not_planned_back_to_back_where_some_order_avoids_it(families: list[str | None]) -> None:
    family = dict(zip("abcdef", families, strict=True))
    twins = {
        id: tuple(other for other in family if family[id] and other > id and family[other] == family[id])
        for id in family
    }
    candidates = {id: candidate(id, twins=twins[id]) for id in family}
    order = planned(list(candidates.values()), [due(id, 9 - n) for n, id in enumerate(family)])
    if any(map(apart, permutations(candidates.values()))):
        assert apart([candidates[id] for id in order]), order


def test_being_twins_needs_to_be_said_by_one_of_them_only() -> None:
    a, b, c = candidate("a", twins=("b",)), candidate("b"), candidate("c")
    assert (are_twins(a, b), are_twins(b, a), are_twins(a, c)) == (True, True, False)
    assert planned([a, b, c]) == "acb"


# While the session goes on ------------------------------------------------------------------------------------------


def test_a_learning_card_comes_as_soon_as_its_minute_is_up() -> None:
    queue = Queue(("a", "b")).waits(learning("c", MINUTE))
    assert queue.next(MINUTE - 1) == "a"
    assert queue.next(MINUTE) == "c"


def test_of_learning_cards_the_one_that_has_waited_longest_comes_first() -> None:
    queue = Queue().waits(learning("a", 3)).waits(learning("b", 1)).waits(learning("c", 2))
    assert [queue.next(5), queue.without("b").next(5)] == ["b", "c"]


def test_with_nothing_else_left_a_learning_card_comes_up_to_twenty_minutes_early_if_asked_for() -> None:
    queue = Queue().waits(learning("c", LEARN_AHEAD + 10))
    assert LEARN_AHEAD == 20 * MINUTE
    assert queue.next(10, early=True) == "c"
    assert queue.next(9, early=True) is None
    assert queue.next(LEARN_AHEAD + 9) is None
    assert queue.next(LEARN_AHEAD + 10) == "c"


def test_a_card_past_the_steps_waits_for_nothing() -> None:
    assert Queue().waits(due("a")) == Queue()


def test_what_is_to_be_avoided_comes_only_when_there_is_nothing_else() -> None:
    queue = Queue(("a", "b"), ((0, "c"),))
    assert queue.next(0, lambda id: id == "c") == "a"
    assert queue.next(0, lambda id: id in "ac") == "b"
    assert queue.next(0, lambda id: True) == "c"


def test_a_question_that_was_taken_is_nowhere_in_the_queue() -> None:
    assert Queue(("a", "b"), ((0, "a"), (1, "c"))).without("a") == Queue(("b",), ((1, "c"),))


def test_asked_ahead_comes_what_is_not_due_yet_but_nothing_that_was_answered_today() -> None:
    cards = {"due": reviewing("due", 10, 10), "later": reviewing("later", 10, 15), "today": reviewing("today", 10, 20)}
    candidates = [candidate(id) for id in ("later", "today", "due")]
    assert plan(candidates, cards, 10, new=0).planned == ("due",)
    assert plan(candidates, cards, 10, new=0, ahead=True).planned == ("due", "later")
