"""The questions with what stands in the user's memory, in an order that one asks for."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Literal, NamedTuple, get_args

from mlquiz.core.choosing import is_due, is_leech
from mlquiz.core.log import Marks
from mlquiz.core.schedule import Card, Learning
from mlquiz.core.session import Item, Moment

Order = Literal["topic", "due", "lapses", "id"]
ORDERS: tuple[Order, ...] = get_args(Order)

Mark = Literal["flagged", "suspended", "buried", "leech"]
MARKS: tuple[Mark, ...] = get_args(Mark)


class Row(NamedTuple):
    """A question and what stands of it."""

    item: Item
    card: Card | None
    marks: tuple[Mark, ...]
    due: bool
    """Whether it is to be answered now or today."""
    due_day: int | None
    """The study day on which it is due; None for a new one."""

    @property
    def interval(self) -> int | None:
        """Days between its last answer and its due day; None for one that is new or on a learning step."""
        return None if self.card is None or isinstance(self.card.place, Learning) else self.card.place.interval

    @property
    def lapses(self) -> int:
        return self.card.lapses if self.card else 0


def rows(items: Iterable[Item], cards: Mapping[str, Card], marks: Mapping[str, Marks], moment: Moment) -> list[Row]:
    """A row a question."""
    return [_row(item, cards.get(item.id), marks.get(item.id, Marks()), moment) for item in items]


def ordered(of: Iterable[Row], order: Order) -> list[Row]:
    """The rows by topic, by due time with the new ones last, by lapses with the most first, or by id."""
    keys: dict[Order, Callable[[Row], Any]] = {
        "topic": lambda row: row.item.topic,
        "due": _due_key,
        "lapses": lambda row: -row.lapses,
        "id": lambda row: 0,
    }
    return sorted(of, key=lambda row: (keys[order](row), row.item.id))


def iso(day: int) -> str:
    """A study day as a date, as 2026-12-15; one that no calendar has, as its number."""
    try:
        return (date(1970, 1, 1) + timedelta(days=day)).isoformat()
    except OverflowError:
        return str(day)


def _row(item: Item, card: Card | None, marks: Marks, moment: Moment) -> Row:
    stands: dict[Mark, bool] = {
        "flagged": marks.flagged,
        "suspended": marks.suspended,
        "buried": marks.buried == moment.day,
        "leech": card is not None and is_leech(card),
    }
    there = tuple(mark for mark in MARKS if stands[mark])
    if card is None:
        return Row(item, None, there, False, None)
    due_day = moment.day if isinstance(card.place, Learning) else card.place.due_day
    return Row(item, card, there, is_due(card, moment), due_day)


def _due_key(row: Row) -> tuple[bool, int, int]:
    if row.card is None or row.due_day is None:
        return True, 0, 0
    return False, row.due_day, row.card.place.due_at if isinstance(row.card.place, Learning) else 0
