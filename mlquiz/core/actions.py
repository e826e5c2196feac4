"""What a user can do in a session."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from mlquiz.core.log import Mark
from mlquiz.core.memory import Rating


class Reveal:
    """Show the answer."""


class Tick(NamedTuple):
    """Tick or untick a key point."""

    key: str


class Answer(NamedTuple):
    """A choice's key, or a number as typed."""

    given: str


class Confide(NamedTuple):
    """Say how sure one is, where the session asks for it; then the answer is shown. None does not say."""

    sure: bool | None


class Grade(NamedTuple):
    """Rate the answer; None takes the proposed rating."""

    rating: Rating | None = None


class SwitchLanguage:
    """Show the question, or once revealed the answer, in the next language that it has."""


class DemoSeen(NamedTuple):
    """A demo was run at this card: its name, prediction, what was observed."""

    outcome: Mapping[str, Any]


class Skip:
    """Put the card at the end of this session; a card that one jumped to is left for the one before it."""


class Put(NamedTuple):
    """Put a mark on the question, or take off a flag or a suspension. What is suspended or buried leaves the table."""

    mark: Mark


Link = Literal["prerequisite", "follow-up"]


class Jump(NamedTuple):
    """Show a question that this one is linked to, then come back to this one."""

    link: Link


class Deal(NamedTuple):
    """With no card on the table: the next one whose time has come, or with `early` the next one all the same."""

    early: bool = False


class Undo:
    """Take the last grade or mark back and show that card again."""


Action = (
    Reveal | Tick | Answer | Confide | Grade | SwitchLanguage | DemoSeen | Skip | Put | Jump | Deal | Undo
)  # fmt: skip
