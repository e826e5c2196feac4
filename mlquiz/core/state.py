"""Where a session stands: what is on the table, what is still to come, what was done."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from mlquiz.core.log import Marked, Marks, Reviewed
from mlquiz.core.memory import Rating
from mlquiz.core.queue import Queue
from mlquiz.core.schedule import Card
from mlquiz.core.showing import Showing


class Moment(NamedTuple):
    """Now: UTC in milliseconds since 1970, and the study day."""

    at: int
    day: int


@dataclass(frozen=True, slots=True)
class State:
    """Where a session stands. With no card on the table `Session.rest` says why."""

    queue: Queue
    showing: Showing | None
    day: int
    """The study day that the queue was planned for."""
    touched: Mapping[str, Card | None] = field(default_factory=dict)
    """The cards that were answered; None where that is undone and was the first answer."""
    marked: Mapping[str, Marks] = field(default_factory=dict)
    """What stands on the questions that were marked."""
    done: tuple[Reviewed | Marked, ...] = ()
    """What was graded and marked, in order, without what was undone; also before the session was left and resumed."""
    earlier: frozenset[str] = frozenset()
    """The ids of what was done before it was resumed."""
    past: tuple["State", ...] = ()
    """The states before each of these."""
    aside: tuple[Showing, ...] = ()
    """Cards to come back to, the last one first: from each one jumped to the next."""
    ends_at: int | None = None
    """When the time that the user has given themselves is up."""
    last_at: int = 0

    @property
    def answered(self) -> tuple[Reviewed, ...]:
        return tuple(entry for entry in self.done if isinstance(entry, Reviewed))

    @property
    def own(self) -> tuple[Reviewed, ...]:
        """The answers since the session was begun or resumed."""
        return tuple(entry for entry in self.answered if entry.id not in self.earlier)

    @property
    def to_come(self) -> list[str]:
        """The questions on the table, put aside, and in the queue."""
        here = [one.id for one in (self.showing, *self.aside) if one]
        return [*here, *self.queue.planned, *(id for _, id in self.queue.waiting)]

    def was_sure(self, id: str) -> bool:
        """Whether the last answer to a question was sure, and wrong."""
        last = next((entry for entry in reversed(self.answered) if entry.question == id), None)
        return last is not None and last.sure is True and last.rating == Rating.AGAIN


class Rest(NamedTuple):
    """Why there is no card on the table: all is answered, the rest is to wait for, or the time is up."""

    why: Literal["over", "waiting", "time"]
    until: int = 0
    """When the next card's time comes."""
    cards: int = 0
    """How many cards are still to come."""
