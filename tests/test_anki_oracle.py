"""The schedule against Anki itself (the `anki` package, run headless by anki_oracle.py): the same answers to both.

Anki keeps memory states rounded to 4 and 3 decimals, so each answer is compared from the state that Anki has before
it: the memory after each key, the steps and their waits, the days on each key, the day that it is due. Beside that
whole histories are lived on both sides, where the rounding may add up to a day or so in long intervals.
"""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from builders import AGAIN, GOOD, HARD

from mlquiz.core.memory import Memory, MemoryModel, Rating
from mlquiz.core.schedule import MINUTE, Card, Learning, Reviewing, Scheduler, fuzz_range

PROGRAM = Path(__file__).with_name("anki_oracle.py")
HISTORIES = 500
"""Of each scheduler."""

FITTED = (
    0.35, 0.9, 3.1, 14.2, 6.9, 0.71, 2.6, 0.02, 1.5, 0.21, 0.93, 1.7, 0.09, 0.31, 1.4, 0.45, 2.4, 0.7, 0.15, 0.11, 0.31,
)  # fmt: skip
SCHEDULERS = {
    "defaults": Scheduler(MemoryModel(), fuzz=False),
    "fitted": Scheduler(MemoryModel(FITTED), 0.83, (1, 5, 10), (5, 15), fuzz=False),
    "one-step": Scheduler(MemoryModel(), 0.95, (7,), (3,), fuzz=False),
}
INTERVALS = [*range(1, 31), 37, 45, 60, 90, 99, 100, 101, 140, 200, 300, 365, 500, 730]
Seen = dict[str, Any]


def ask(requests: list[Seen], fuzz: bool = False) -> list[Any]:
    """Anki's answers, from a process of its own."""
    environment = {name: value for name, value in os.environ.items() if name != "ANKI_TEST_MODE"}
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        input=json.dumps(requests),
        capture_output=True,
        text=True,
        check=False,
        env=environment | ({} if fuzz else {"ANKI_TEST_MODE": "1"}),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_is_asked_in_the_version_that_is_named() -> None:
    """Since 26.9 an interval is not shorter than the last one where fuzz could have given that; before, it could be."""
    assert tuple(map(int, version("anki").split("."))) >= (26, 9, 3)


def options(scheduler: Scheduler) -> Seen:
    """Deck options that say the same."""
    return {
        "parameters": scheduler.model.parameters,
        "retention": scheduler.retention,
        "steps": scheduler.learning_steps,
        "relearning_steps": scheduler.relearning_steps,
    }


@cache
def lived(fuzz: bool) -> dict[str, list[list[Seen]]]:
    """What Anki said before and after each answer of random histories, by scheduler."""
    source = random.Random(0)
    histories = [[
        [source.choice([0, 0, 0, 1, 2, 3, 7, 20, 60, 300, "due", "due", "due"]) if number else 0,
         source.choice([1, 2, 3, 3, 3, 4])]
        for number in range(source.randint(1, 9))
    ] for _ in range(HISTORIES)]  # fmt: skip
    answers = ask([{"settings": options(one), "histories": histories} for one in SCHEDULERS.values()], fuzz)
    return {
        name: [
            [{**seen, "key": key} for seen, (_, key) in zip(card, history, strict=True)]
            for card, history in zip(of, histories, strict=True)
        ]
        for name, of in zip(SCHEDULERS, answers, strict=True)
    }


def steps_of(scheduler: Scheduler, kind: str) -> tuple[float, ...]:
    return scheduler.relearning_steps if kind == "relearning" else scheduler.learning_steps


def card_of(scheduler: Scheduler, current: Seen) -> Card | None:
    """A card of ours that stands where Anki's does, last answered on day 0."""
    if current["kind"] == "new":
        return None
    place: Learning | Reviewing = Reviewing(current.get("days", 0), 0)
    if current["kind"] != "review":
        step = len(steps_of(scheduler, current["kind"])) - current["left"]
        place = Learning(step, 0, current["kind"] == "relearning")
    return Card("q", Memory(*current["memory"]), place, 0, 0, 3, 0)


def answers(name: str, fuzz: bool = False) -> Iterator[tuple[Scheduler, Seen]]:
    for history in lived(fuzz)[name]:
        for seen in history:
            yield SCHEDULERS[name], seen


def is_close(ours: Memory, theirs: list[float], tolerance: float = 2e-6) -> bool:
    return all(abs(one / other - 1) < tolerance for one, other in zip(ours, theirs, strict=True))


@pytest.mark.parametrize("name", SCHEDULERS)
def test_each_key_does_what_it_does_in_anki(name: str) -> None:
    compared = 0
    for scheduler, seen in answers(name):
        card = card_of(scheduler, seen["current"])
        for after, theirs in zip(scheduler.preview(card, "q", 0, seen["days"]).values(), seen["keys"], strict=True):
            assert is_close(after.memory, theirs["memory"])
            if isinstance(after.place, Reviewing):
                assert theirs["kind"] == "review"
                wanted = scheduler.wanted(after.memory, "q")
                halfway = abs(wanted % 1 - 0.5) < 1e-6 * wanted  # where Anki's 32 bits may round the other way
                assert abs(after.place.interval - theirs["days"]) <= halfway
            else:
                assert theirs["kind"] == ("relearning" if after.place.relearning else "learning")
                assert theirs["left"] == len(steps_of(scheduler, theirs["kind"])) - after.place.step
                assert theirs["seconds"] * 1000 == after.place.due_at
            compared += 1
    assert compared > 15 * HISTORIES


@pytest.mark.parametrize("name", SCHEDULERS)
def test_whole_histories_lead_to_the_same_places_and_due_days(name: str) -> None:
    scheduler, same, due = SCHEDULERS[name], 0, 0
    for history in lived(False)[name]:
        card, day = None, 0
        for number, seen in enumerate(history):
            day += seen["days"]
            card = scheduler.answer(card, "q", Rating(seen["key"]), day * 1440 * MINUTE, day)
            assert is_close(card.memory, seen["keys"][seen["key"] - 1]["memory"], 5e-3)
            assert (card.lapses, card.reviews) == (seen["lapses"], number + 1)
            assert (seen["due"] is None) == isinstance(card.place, Learning)
            if isinstance(card.place, Reviewing):
                same += card.place.due_day - day == seen["due"]
                assert abs(card.place.interval - seen["due"]) <= 1 + seen["due"] // 500
                due += 1
    assert due > HISTORIES
    assert same / due > 0.98


def test_answers_at_their_due_times_give_in_anki_the_intervals_that_are_held_on_to_here() -> None:
    history = [["due", rating] for rating in [GOOD] * 6 + [AGAIN] * 2 + [GOOD] * 5]
    (cards,) = ask([{"settings": options(SCHEDULERS["defaults"]), "histories": [history]}])
    assert [seen["due"] or 0 for seen in cards[0]] == [0, 2, 11, 46, 163, 498, 0, 0, 2, 4, 7, 12, 21]


def test_the_reference_history_gives_its_memory_in_anki_too() -> None:
    history = [[gap, rating] for gap, rating in zip([0, 0, 1, 3, 8, 21], [1, 3, 3, 3, 3, 3], strict=True)]
    (cards,) = ask([{"settings": options(SCHEDULERS["defaults"]), "histories": [history]}])
    stability, difficulty = cards[0][-1]["keys"][GOOD - 1]["memory"]
    assert stability == pytest.approx(53.62691, rel=1e-3)
    assert difficulty == pytest.approx(6.3574867, rel=1e-3)


# Fuzz ---------------------------------------------------------------------------------------------------------------


def test_fuzz_reaches_the_same_ends_as_in_anki_and_nothing_beyond() -> None:
    request = {"settings": options(SCHEDULERS["defaults"]), "intervals": INTERVALS, "draws": 1500}
    (drawn,) = ask([request], fuzz=True)
    for interval, days in zip(INTERVALS, drawn, strict=True):
        first, last = fuzz_range(interval)
        assert (days[0], days[-1]) == (first, last), interval
        assert len(days) == last - first + 1 or last - first > 60


@pytest.mark.parametrize("name", SCHEDULERS)
def test_anki_fuzzes_each_key_within_the_range_that_is_ours(name: str) -> None:
    """With the shorter keys' intervals and the last one as Anki has them."""
    fuzzed = 0
    for scheduler, seen in answers(name, fuzz=True):
        if seen["current"]["kind"] != "review":
            continue
        last, shortest = seen["current"]["days"], 1
        for key in seen["keys"][HARD - 1 :]:
            wanted = scheduler.wanted(Memory(*key["memory"]), "q")
            least = last + (last < round(wanted)) if last <= fuzz_range(wanted)[1] else 1
            first, final = fuzz_range(wanted, max(shortest, least))
            assert first <= key["days"] <= final
            fuzzed += key["days"] != round(wanted)
            shortest = key["days"] + 1
    assert fuzzed > HISTORIES


# Where they are meant to differ -------------------------------------------------------------------------------------


def test_without_steps_anki_brings_back_within_the_day_what_is_asked_the_next_day_here() -> None:
    bare = Scheduler(MemoryModel(), 0.9, (), (), fuzz=False)
    (cards,) = ask([{"settings": options(bare), "histories": [[[0, 1]]]}])
    assert cards[0][0]["keys"][0]["kind"] == "learning"
    assert cards[0][0]["keys"][0]["seconds"] < 43_200
    place = bare.answer(None, "q", AGAIN, 0, 0).place
    assert place == Reviewing(1, 1)
