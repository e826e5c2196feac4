"""The room in which an interview takes place: a question is put, answered against the clock, marked by its rubric."""

from contextlib import suppress
from dataclasses import dataclass

from rich.console import Group, RenderableType

from mlquiz.cli.asking import Front
from mlquiz.cli.context import Context
from mlquiz.cli.desk import meaning, takes_number
from mlquiz.cli.paged import Footer
from mlquiz.core.errors import BadInput
from mlquiz.core.grading import NO_NUMBER
from mlquiz.core.interview import Answered, Asked, Interview
from mlquiz.core.log import Entry
from mlquiz.core.question import Open
from mlquiz.core.queue import Queue
from mlquiz.core.session import Answer, Grade, Reveal, Screen, Session, State, SwitchLanguage, Tick
from mlquiz.keys import CONTINUED, END, ENTER, SPACE, TIMEOUT
from mlquiz.store import Store
from mlquiz.view import card
from mlquiz.view import interview as view
from mlquiz.view.key_list import key_list, of_interview


class Leave(Exception):
    """The user leaves the interview."""


@dataclass
class Room:
    """An interview that is going on.

    Args:
        store: where answers go that count as reviews; None when they do not.
        seconds: how long one answer may take; None for as long as the interview lasts.
    """

    context: Context
    front: Front
    session: Session
    going: Interview
    store: Store | None
    seconds: int | None

    def run(self) -> None:
        """Until the questions or the time are over, or the user leaves."""
        with suppress(Leave):
            while asked := self.going.next():
                question = Question(self, asked)
                self.going = self.going.after(question.answered())
                if question.is_last:
                    break


class Question:
    """One question of an interview, from the moment that it is put."""

    def __init__(self, room: Room, asked: Asked) -> None:
        self.room, self.asked = room, asked
        self.context, self.front, self.tr = room.context, room.front, room.context.tr
        last_at = room.store.last_at() if room.store else 0
        moment = self.context.moment()
        self.state: State = room.session.start(Queue((asked.id,)), moment, self.context.random, last_at)
        self.start = moment.at
        self.allowed = min(room.going.left, room.seconds or room.going.left)
        self.until = self.start + round(self.allowed * 1000)
        self.late = self.is_last = False
        self.footer: Footer = self._to_answer

    @property
    def screen(self) -> Screen:
        return self.room.session.screen(self.state, self.context.moment())

    @property
    def spent(self) -> float:
        """Seconds since the question was put; a clock set back counts for nothing."""
        return max(0.0, (self.context.moment().at - self.start) / 1000)

    def answered(self) -> Answered:
        """Put the question, take the answer, let it be marked; in the log, where it counts."""
        seconds = self._time_answer()
        self.context.console.print(card.answer(self.screen, self.tr))
        right = self._marked()
        screen, form = self.screen, self.screen.item.question.form
        said = tuple(point for point in form.key_points if point in screen.ticked) if isinstance(form, Open) else ()
        critical = isinstance(form, Open) and bool(said or right) and not self.is_last and self._said_critical_error()
        assert self.state.showing
        facts = (seconds, self.late, said, critical, right, screen.given, screen.expected, self.state.showing.seed)
        answer = Answered(screen.item, self.asked.follows, *facts)
        if self.room.store:
            self.room.store.append(self._step(Grade(answer.rating)))
        return answer

    def _time_answer(self) -> float:
        """Wait for the answer, or for the end of its time; the seconds that it took."""
        self._print()
        while not self.screen.revealed:
            key = self.front.press(self._to_answer, number=takes_number(self.screen), until=self.until)
            seconds, self.late = self.spent, key == TIMEOUT or self.spent > self.allowed
            if key == TIMEOUT:
                self._step(Reveal())
            else:
                self._turn(key)
        return min(seconds, self.allowed)

    def _turn(self, key: str | Answer) -> None:
        """Take a key before the answer."""
        action = key if isinstance(key, Answer) else self._meaning(key)
        if not isinstance(action, Answer | Reveal | SwitchLanguage):
            return
        try:
            self._step(action)
        except BadInput:
            self.front.tell(NO_NUMBER.told(self.tr))
        if isinstance(action, SwitchLanguage):
            self._print()

    def _marked(self) -> bool | None:
        """The mark; who leaves over an answer that the program has marked, or they in part, has answered it."""
        try:
            return self._mark()
        except Leave:
            if self.screen.right is None and not self.screen.ticked:
                raise
            self.is_last = True
            return self.screen.right

    def _mark(self) -> bool | None:
        """Let key points be ticked until the user goes on; whether it was right, where it is not they that say so."""
        form = self.screen.item.question.form
        ends = ("y", "n") if isinstance(form, Open) and not form.key_points else (ENTER, SPACE)
        self.footer = self._to_mark
        while (key := self.front.press(self.footer)) not in ends:
            action = self._meaning(str(key))
            if isinstance(action, Tick | SwitchLanguage):
                self._step(action)
            if isinstance(action, SwitchLanguage):
                self.context.console.print(card.answer(self.screen, self.tr))
        return key == "y" if "y" in ends else self.screen.right

    def _said_critical_error(self) -> bool:
        """Whether the user owns up to the error that fails the answer."""
        if not self.screen.answer.critical_error:
            return False
        self.footer = lambda: view.critical(self.screen, self.tr)
        while (key := self.front.press(self.footer)) not in ("y", "n"):
            self._meaning(str(key))
        return key == "y"

    def _meaning(self, key: str) -> object:
        """What a key does in a session; some are the interview's own."""
        if key in ("q", END):
            raise Leave
        if key == "?":
            self._list_keys()
        if key == CONTINUED:
            self._print()
            if self.screen.revealed:
                self.context.console.print(card.answer(self.screen, self.tr))
        return meaning(key, self.screen)

    def _list_keys(self) -> None:
        """The list of all keys; the time of the answer goes on."""
        keys = key_list(of_interview(self.tr, plain_keys=self.front.plain))
        until, kept = (None, Group) if self.screen.revealed else (self.until, self._clock)
        self.front.print_list(keys, self.tr, under=self.footer, kept=kept, until=until)

    def _step(self, action: Answer | Reveal | SwitchLanguage | Tick | Grade) -> list[Entry]:
        self.state, entries = self.room.session.step(self.state, action, self.context.moment(), self.context.random)
        return entries

    def _print(self) -> None:
        number = len(self.room.going.answered) + 1
        told = view.question(self.screen, number, self.room.going.count, self.asked.follows, self.tr)
        self.context.console.print(told)

    def _clock(self) -> RenderableType:
        return view.time_left(self.allowed - self.spent, self.room.going.left - self.spent, self.tr)

    def _to_answer(self) -> RenderableType:
        left = self.room.going.left - self.spent
        return view.to_answer(self.screen, self.allowed - self.spent, left, self.tr, plain_keys=self.front.plain)

    def _to_mark(self) -> RenderableType:
        return view.to_mark(self.screen, self.tr, plain_keys=self.front.plain, late=self.late)
