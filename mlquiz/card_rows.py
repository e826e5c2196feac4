"""Cards as rows of the store."""

from collections.abc import Sequence
from typing import Any

from mlquiz.core.memory import Memory
from mlquiz.core.schedule import Card, Learning, Reviewing


def row_of(card: Card) -> tuple[Any, ...]:
    """The row of a card, in the order of the table's columns."""
    place = card.place
    steps = (place.step, place.due_at, place.relearning) if isinstance(place, Learning) else (None, None, None)
    review = (place.interval, place.due_day) if isinstance(place, Reviewing) else (None, None)
    counts = (card.first_day, card.last_day, card.reviews, card.lapses)
    return (card.question, card.memory.stability, card.memory.difficulty, *steps, *review, *counts)


def card_of(row: Sequence[Any]) -> Card:
    """The card of a row."""
    question, stability, difficulty, step, due_at, relearning, interval, due_day, *counts = row
    place: Learning | Reviewing = (
        Reviewing(interval, due_day) if step is None else Learning(step, due_at, bool(relearning))
    )
    return Card(question, Memory(stability, difficulty), place, *counts)
