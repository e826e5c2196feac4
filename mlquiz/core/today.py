"""Today at a glance."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Today:
    """What waits and what was done on a study day."""

    day: int
    """In days since 1970-01-01."""
    due: int
    learning: int
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

    @property
    def waiting(self) -> int:
        return self.due + self.learning + self.new
