"""The log is the truth: any order, duplication or split of the same events gives the same cards."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

from builders import AGAIN, DAY, EASY, GOOD, SCHEDULER, reviewed, undone
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.log import Entry, Reviewed, Undone, entry_id, replay
from mlquiz.core.memory import Rating

START = 1_790_000_000_000


@st.composite
def logs(draw: st.DrawFn, questions: Sequence[str] = ("a", "b", "c")) -> list[Entry]:
    """Answers and undos over some weeks, each undo of a review that stands."""
    entries: list[Entry] = []
    standing: list[Reviewed] = []
    at = START
    for _ in range(draw(st.integers(0, 14))):
        at += draw(st.sampled_from([1, 60_000, DAY // 2, 3 * DAY, 40 * DAY]))
        if standing and draw(st.integers(0, 3)) == 0:
            slip = standing.pop(draw(st.integers(0, len(standing) - 1)))
            entries.append(undone(at, slip))
        else:
            review = reviewed(at, draw(st.sampled_from(questions)), draw(st.sampled_from(Rating)))
            entries.append(review)
            standing.append(review)
    return entries


@given(logs(), st.randoms(use_true_random=False))
def test_any_order_and_duplication_of_the_events_replays_to_the_same_cards(log: list[Entry], order: Random) -> None:
    again = log + order.choices(log, k=len(log)) if log else []
    order.shuffle(again)
    assert list(replay(SCHEDULER, again).items()) == list(replay(SCHEDULER, log).items())


@given(logs(), st.sampled_from(["a", "new"]), st.sampled_from(Rating))
def test_an_answer_that_is_undone_leaves_no_trace(log: list[Entry], question: str, rating: Rating) -> None:
    slip = reviewed(START + 400 * DAY, question, rating)
    later = reviewed(START + 402 * DAY, question, GOOD)
    assert replay(SCHEDULER, [*log, slip]) != replay(SCHEDULER, log)
    assert replay(SCHEDULER, [*log, slip, undone(slip.at + 5, slip)]) == replay(SCHEDULER, log)
    assert replay(SCHEDULER, [*log, slip, undone(slip.at + 5, slip), later]) == replay(SCHEDULER, [*log, later])


@given(logs())
def test_the_cards_are_those_of_the_reviews_that_stand_one_after_the_other(log: list[Entry]) -> None:
    slips = {entry.target for entry in log if isinstance(entry, Undone)}
    cards: dict[str, Any] = {}
    for entry in log:
        if isinstance(entry, Reviewed) and entry.id not in slips:
            before = cards.get(entry.question)
            cards[entry.question] = SCHEDULER.answer(before, entry.question, entry.rating, entry.at, entry.day)
    assert replay(SCHEDULER, log) == cards


def test_cards_come_in_the_order_of_their_questions() -> None:
    assert list(replay(SCHEDULER, [reviewed(2, "b"), reviewed(1, "c"), reviewed(3, "a")])) == ["a", "b", "c"]


@given(logs(["old"]))
def test_a_renamed_question_keeps_its_memory_and_its_due_date(log: list[Entry]) -> None:
    under_old, under_new = replay(SCHEDULER, log), replay(SCHEDULER, log, {"old": "new"})
    assert list(under_new.values()) == [replace(card, question="new") for card in under_old.values()]
    assert list(under_new) == ["new"] * len(under_old)


def test_answers_before_and_after_a_rename_make_one_history() -> None:
    before, after = reviewed(START, "old", EASY), reviewed(START + 9 * DAY, "new", AGAIN)
    card = replay(SCHEDULER, [after, before], {"old": "new"})["new"]
    assert (card.reviews, card.lapses, card.first_day) == (2, 1, before.day)


@given(st.integers(0, 2**48 - 1), st.integers())
def test_an_id_is_a_uuid_of_version_7_with_its_time_in_front(at: int, seed: int) -> None:
    id = uuid.UUID(text := entry_id(at, Random(seed)))
    assert (str(id), id.version, id.variant, id.int >> 80) == (text, 7, uuid.RFC_4122, at)


@given(st.lists(st.integers(0, 2**48 - 1), unique=True), st.randoms(use_true_random=False))
def test_ids_sort_by_time(times: list[int], random: Random) -> None:
    ids = [entry_id(at, random) for at in times]
    assert sorted(ids) == [id for _, id in sorted(zip(times, ids, strict=True))]


def test_ids_of_the_same_millisecond_differ() -> None:
    random = Random(0)
    assert len({entry_id(START, random) for _ in range(10_000)}) == 10_000
