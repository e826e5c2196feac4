"""Answers as the real Anki takes them: a program of its own, run by test_anki_oracle.py, headless.

Anki (AGPL-3.0) is a yardstick here and no part of mlquiz. It reads requests as JSON from standard input and writes
what Anki says to standard output. Fuzz is off when ANKI_TEST_MODE is set, as in Anki's own Python tests.

Time passes by moving the past back. Anki has no clock that could be set: it compares the card's last review
(`last_review_time`) and its due time or day with now. Before an answer that comes some days after the last one both
are moved back by as many days, which is all that its scheduler sees of days going by. The day is made to begin
twelve hours from now, so that none begins during the run.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from anki.collection import Collection
from anki.scheduler_pb2 import CardAnswer, SchedulingState

DAY = 86_400
KEYS = ("again", "hard", "good", "easy")


def collection(folder: str, settings: dict[str, Any]) -> Collection:
    """A collection with FSRS on and these deck options."""
    col = Collection(str(Path(folder) / "collection.anki2"))
    col.db.execute("PRAGMA synchronous = OFF")
    col.set_config("fsrs", True)
    col.set_config("rollover", (time.localtime().tm_hour + 12) % 24)
    options = col.decks.config_dict_for_deck_id(1)
    options["fsrsParams6"] = settings["parameters"]
    options["desiredRetention"] = settings["retention"]
    options["new"]["delays"], options["lapse"]["delays"] = settings["steps"], settings["relearning_steps"]
    options["lapse"]["leechFails"] = 0
    col.decks.update_config(options)
    return col


def new_card(col: Collection) -> int:
    note = col.new_note(col.models.by_name("Basic"))
    note["Front"] = "?"
    col.add_note(note, 1)
    return note.cards()[0].id


def told(state: SchedulingState) -> dict[str, Any]:
    """A state of Anki's in the words of the test."""
    normal = state.normal
    kind = normal.WhichOneof("kind")
    one = normal.relearning.learning if kind == "relearning" else getattr(normal, kind)
    if kind == "new":
        return {"kind": kind}
    memory = [one.memory_state.stability, one.memory_state.difficulty]
    if kind == "review":
        return {"kind": kind, "memory": memory, "days": one.scheduled_days}
    return {"kind": kind, "memory": memory, "left": one.remaining_steps, "seconds": one.scheduled_secs}


def days_pass(col: Collection, id: int, days: int) -> None:
    card = col.get_card(id)
    if days and card.last_review_time:
        card.last_review_time -= days * DAY
        card.due -= days if card.type == 2 else days * DAY
        col.update_card(card, skip_undo_entry=True)


def live(col: Collection, history: list[list[Any]]) -> list[dict[str, Any]]:
    """The card's state, and what its four keys would do, before each answer (days since the last one or "due", key)."""
    id, seen = new_card(col), []
    for gap, key in history:
        current = col._backend.get_scheduling_states(id).current.normal
        days = current.review.scheduled_days if gap == "due" else gap
        days_pass(col, id, days)
        states = col._backend.get_scheduling_states(id)
        keys = [told(getattr(states, name)) for name in KEYS]
        col.sched.answer_card(
            CardAnswer(
                card_id=id,
                current_state=states.current,
                new_state=getattr(states, KEYS[key - 1]),
                rating=key - 1,
                answered_at_millis=int(time.time() * 1000),
                milliseconds_taken=0,
            )
        )
        card = col.get_card(id)
        seen.append({
            "days": days, "current": told(states.current), "keys": keys, "lapses": card.lapses, "reviews": card.reps,
            "due": card.due - col.sched.today if card.type == 2 else None,
        })  # fmt: skip
    return seen


def fuzzed(col: Collection, intervals: list[int], draws: int) -> list[list[int]]:
    """The whole days that fuzz makes of each interval in so many draws, whose seed is the card's number of reviews."""
    id, days = new_card(col), [set() for _ in intervals]
    for reviews in range(1, draws + 1):
        col.db.execute("UPDATE cards SET reps = ? WHERE id = ?", reviews, id)
        for seen, interval in zip(days, intervals, strict=True):
            seen.add(interval + col._backend.fuzz_delta(card_id=id, interval=interval))
    return [sorted(seen) for seen in days]


def main() -> None:
    answers = []
    for request in json.load(sys.stdin):
        with tempfile.TemporaryDirectory() as folder:
            col = collection(folder, request["settings"])
            if "intervals" in request:
                answers.append(fuzzed(col, request["intervals"], request["draws"]))
            else:
                answers.append([live(col, history) for history in request["histories"]])
            col.close()
    json.dump(answers, sys.stdout)


main()
