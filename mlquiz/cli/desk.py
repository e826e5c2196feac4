"""The desk at which one studies: a session with the store under it. What is graded is on disk before it counts."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from gettext import NullTranslations
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from mlquiz.bank import Bank
from mlquiz.cli.context import Context
from mlquiz.core.memory import Rating
from mlquiz.core.question import Choice, Numeric, Open
from mlquiz.core.queue import Queue
from mlquiz.core.session import (
    Action,
    Answer,
    Confide,
    Grade,
    Jump,
    Moment,
    Put,
    Rest,
    Reveal,
    Screen,
    Session,
    Skip,
    State,
    SwitchLanguage,
    Tick,
    Undo,
)
from mlquiz.keys import ENTER, SPACE
from mlquiz.store import Store
from mlquiz.view import card
from mlquiz.view.card import CHOICE_KEYS, TICK_KEYS

if TYPE_CHECKING:
    from mlquiz.demos import Catalogue, Demo


@dataclass
class Desk:
    """A session that is going on."""

    context: Context
    session: Session
    state: State
    store: Store
    tr: NullTranslations
    bank: Bank | None = None
    """Where the questions' files are."""
    plan: Callable[[Moment, int], Queue] | None = None
    """The queue of another study day, after so many questions were answered."""
    drafts: dict[str, Path] = field(default_factory=dict)
    """Questions that were edited and are not valid yet."""

    @cached_property
    def demos(self) -> "Catalogue":
        """The demos; looked for only when the first card is on the screen."""
        from mlquiz.demos import find

        return find(self.context.roots)

    @property
    def screen(self) -> Screen:
        """What to show now. Only while there is a card on the table."""
        return self.session.screen(self.state, self.moment)

    @property
    def rest(self) -> Rest:
        """Why there is no card on the table."""
        return self.session.rest(self.state, self.moment)

    @property
    def moment(self) -> Moment:
        return self.context.moment()

    @property
    def demo(self) -> "Demo | None":
        """The demo of the card on the table."""
        name = self.screen.item.question.demo
        return self.demos.demos.get(name) if name else None

    def act(self, action: Action) -> None:
        """Take a step; the log has it before the desk shows it. When a study day has begun, its queue is taken.

        Raises:
            BadInput: the answer is no number.
            BadEnvironment: the store cannot be written; the session stands where it stood.
        """
        moment, state = self.moment, self.state
        if moment.day != state.day and self.plan:
            answered = len({entry.question for entry in state.answered})
            state = self.session.replanned(state, self.plan(moment, answered), moment.day)
        state, entries = self.session.step(state, action, moment, self.context.random)
        if entries:
            self.store.append(entries)
        self.state = state


@dataclass
class Scroll:
    """What stands on the screen already, so that of a card only what is new is printed below it."""

    console: Console
    tr: NullTranslations
    question: object = None
    answer: object = None

    def show(self, screen: Screen) -> None:
        """Print the question if another one, or none, stands there; the answer once it is revealed."""
        question = (screen.item.id, screen.item.content, screen.answered, screen.language)
        answer = screen.answer_language if screen.revealed else None
        if self.question != question or (self.answer and not answer):
            self.console.print(card.question(screen, self.tr))
            self.answer = None
        if answer and self.answer != answer:
            self.console.print(card.answer(screen, self.tr))
        self.question, self.answer = question, answer

    def forget(self) -> None:
        """Let the next card be printed whole, for something else was printed below it."""
        self.question = self.answer = None


ANYWHERE: dict[str, Action] = {
    "u": Undo(),
    "l": SwitchLanguage(),
    "k": Skip(),
    "t": Put("buried"),
    "s": Put("suspended"),
    "f": Put("flagged"),
    "p": Jump("prerequisite"),
    "o": Jump("follow-up"),
}
"""Keys that mean the same before and after the answer."""


def meaning(key: str, screen: Screen) -> Action | None:
    """What a key does on this screen; None for one that does nothing, or that is the front end's own affair."""
    form = screen.item.question.form
    match key:
        case _ if key in ANYWHERE:
            return ANYWHERE[key]
        case "y" | "n" if screen.asks_sure:
            return Confide(key == "y")
        case "1" | "2" | "3" | "4" if screen.revealed:
            return Grade(Rating(int(key)))
        case _ if key in (SPACE, ENTER):
            return Grade() if screen.revealed else Confide(None) if screen.asks_sure else Reveal()
        case _ if key in TICK_KEYS and isinstance(form, Open) and screen.revealed:
            index = TICK_KEYS.index(key)
            return Tick(form.key_points[index]) if index < len(form.key_points) else None
        case _ if key in CHOICE_KEYS and isinstance(form, Choice) and not screen.revealed:
            index = CHOICE_KEYS.index(key)
            return Answer(screen.options[index]) if index < len(screen.options) else None
    return None


def remark(action: Action, before: Screen, desk: Desk) -> str:
    """What is to be said after an action that is not to be seen from the card itself; nothing for most."""
    _ = desk.tr.gettext
    here = desk.state.showing.id if desk.state.showing else None
    match action:
        case Put("buried"):
            return _("{id}: not asked again today").format(id=before.item.id)
        case Put("suspended") if here == before.item.id:
            return _("{id}: asked again from now on").format(id=before.item.id)
        case Put("suspended"):
            return _("{id}: suspended; mlquiz study --suspended has it").format(id=before.item.id)
        case Put("flagged"):
            flagged = desk.screen.flagged
            return (_("{id}: flagged") if flagged else _("{id}: no longer flagged")).format(id=before.item.id)
        case Skip() if here == before.item.id:
            return _("There is no other card now.")
        case Jump("prerequisite") if here == before.item.id:
            return _("This builds on no other question.")
        case Jump("follow-up") if here == before.item.id:
            return _("No question follows this one.")
    return ""


def takes_number(screen: Screen) -> bool:
    """Whether what is typed now is a number."""
    return isinstance(screen.item.question.form, Numeric) and not screen.revealed and not screen.asks_sure
