"""Replaying a log, against the engine's own call for as many histories at once.

The engine's call alone is not all that stands between a log and its memory states: reviews must be grouped by
question and made into the engine's own objects, so the yardstick does that too; the bare call is given beside it.
"""

import random
from collections.abc import Iterator
from pathlib import Path

import fsrs_rs_python as fsrs

from bench.timing import Comparison, in_turn
from mlquiz.bulk import without_collecting
from mlquiz.core.log import Reviewed, entry_id, replay
from mlquiz.core.memory import MemoryModel, Rating
from mlquiz.core.schedule import Reviewing, Scheduler
from mlquiz.store import Store

DAY = 86_400_000


def log(reviews: int, questions: int) -> list[Reviewed]:
    """A log as two years of study leave it: answers when they are due or some days later, one in eight forgotten."""
    chance, scheduler, told = random.Random(0), Scheduler(MemoryModel()), []
    for number in range(questions):
        card, at, id = None, DAY * (18_000 + chance.randrange(700)), f"question-{number}"
        for _ in range(reviews // questions):
            day, rating = at // DAY, chance.choices(list(Rating), [12, 8, 70, 10])[0]
            card = scheduler.answer(card, id, rating, at, day)
            told.append(
                Reviewed(
                    id=entry_id(at, chance), at=at, day=day, question=id, rating=rating, form="open", language="en",
                    content="0" * 16, parameters="default", device="bench", seconds=9.0,
                )
            )  # fmt: skip
            late = DAY * chance.choice([0, 0, 0, 1, 3]) + chance.randrange(DAY // 2)
            at = card.place.due_day * DAY + late if isinstance(card.place, Reviewing) else card.place.due_at
    return sorted(told, key=lambda entry: entry.id)


def items(reviews: list[Reviewed]) -> list[fsrs.FSRSItem]:
    """The histories as the engine takes them."""
    by_question: dict[str, list[Reviewed]] = {}
    for entry in reviews:
        by_question.setdefault(entry.question, []).append(entry)
    made = []
    for entries in by_question.values():
        last, history = entries[0].day, []
        for entry in entries:
            history.append(fsrs.FSRSReview(entry.rating, entry.day - last))
            last = entry.day
        made.append(fsrs.FSRSItem(history))
    return made


def comparisons(folder: Path, reviews: int = 100_000, questions: int = 5_000) -> Iterator[Comparison]:
    """Replay in memory against the engine's batch call, and of a store against reading its log."""
    told, scheduler, engine = log(reviews, questions), Scheduler(MemoryModel()), fsrs.FSRS(fsrs.DEFAULT_PARAMETERS)
    name, prepared = f"replay of {reviews:,} reviews", items(told)
    with without_collecting():  # as a store has it when it is rebuilt
        ours, batch = in_turn(lambda: replay(scheduler, told), lambda: engine.memory_state_batch(items(told)), 3)
        yield Comparison(name, ours, batch, "engine's batch call, its items made from the reviews", "2x")
        _, bare = in_turn(int, lambda: engine.memory_state_batch(prepared), 3)
        yield Comparison(name, ours, bare, "engine's batch call alone, on items made before", "none")
        store = Store(folder / "replay.db", scheduler)
        store.append(told)
        rebuilt, read = in_turn(store.rebuild, lambda: list(store.entries()), 3)
        yield Comparison(f"store of {reviews:,} reviews rebuilt", rebuilt, read, "its log read", "2x")
        store.close()
