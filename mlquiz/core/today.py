"""Today at a glance."""

from dataclasses import dataclass
from typing import NamedTuple


class Asks(NamedTuple):
    """What a plan asks on a study day: all that is worth asking, and how much of it the day's minutes are enough for.

    Both hold the cards on a learning step: these are asked as without a plan.
    """

    date: int
    """The study day that it is planned for."""
    reviews: int
    new: int
    learning: int
    enough_reviews: int
    """For so many reviews, learning cards among them, the time is enough."""
    enough_new: int
    seconds: float
    """About how long what the time is enough for takes."""
    is_off: bool
    """Whether the day is a day off."""

    @property
    def questions(self) -> int:
        return self.reviews + self.new + self.learning

    @property
    def enough(self) -> int:
        return self.enough_reviews + self.enough_new


@dataclass(frozen=True, slots=True)
class Today:
    """What waits and what was done on a study day."""

    day: int
    """In days since 1970-01-01."""
    due: int
    """By the memory: those whose day has come, or on a learning step whose minutes are up."""
    learning: int
    """On a learning step whose minutes are not up yet."""
    new: int
    """Questions that may still be introduced today."""
    answers: int
    seconds: float
    streak: int
    """Study days in a row up to now."""
    date: tuple[int, str] | None
    """The next date of the plan: its study day, and the user's name for it."""
    is_first: bool
    """Whether nothing was ever answered."""
    asks: Asks | None = None
    """What the plan asks; None when none holds."""

    @property
    def waiting(self) -> int:
        return self.asks.questions if self.asks else self.due + self.learning + self.new
