"""The session in a terminal: single keys, cards that scroll by, and a footer that is drawn in place."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import takewhile

from rich.console import Group
from rich.text import Text

from mlquiz.cli.desk import Desk, Scroll, meaning, remark, takes_number
from mlquiz.cli.drawn import Drawn
from mlquiz.cli.paged import ON, Footer, fits, print_paged
from mlquiz.cli.telling import tell
from mlquiz.core.errors import BadInput, MlquizError
from mlquiz.core.grading import NO_NUMBER
from mlquiz.core.session import Answer, Deal, DemoSeen, Screen, Undo
from mlquiz.keys import BACKSPACE, CONTINUED, END, ENTER, NUMBER, PASTED, RESIZED, SPACE, TIMEOUT, Keyboard, typed
from mlquiz.view import footer
from mlquiz.view.key_list import key_list, of_session, once_revealed
from mlquiz.view.line_breaks import hanging
from mlquiz.worker import Worker, available

CARD = "card"
"""What a key changed: more than the footer."""


class Leave(Exception):
    """The user leaves the session."""


class ByKey:
    """The full-colour front end."""

    def __init__(self, desk: Desk, keyboard: Keyboard) -> None:
        self.desk, self.keyboard = desk, keyboard
        self.console = desk.context.console
        self.worker: Worker | None = None
        self.typed = ""
        self.notice = ""
        self.listed = False
        """Whether the list of all keys has just been printed: the footer says which question it is."""
        self.scroll = Scroll(self.console, desk.tr)
        self.bottom = Drawn(self.console)

    def run(self) -> None:
        """Until there is no more card, or the user leaves."""
        try:
            while self._one_card() if self.desk.state.showing else self._rest():
                pass
        except Leave:
            pass
        finally:
            if self.worker:
                self.worker.stop()

    def _one_card(self) -> bool:
        """Show the card on the table until a key changes more than the footer."""
        self.scroll.show(self.desk.screen)
        command = None
        with self.bottom as bottom:
            while command is None:
                bottom.draw(self._footer())
                self._warm_up()
                command = self._press()
        match command:
            case "card" if self.notice:
                self.console.print(self.notice, style="dim")
                self.notice = ""
            case "q" | "end":
                raise Leave
            case "?":
                self._list_keys()
            case "d":
                self._demo()
            case "e":
                self._edit()
        return True

    def _list_keys(self) -> None:
        """Print the list of all keys; where the footer would not fit under it, what applies now, or by pages."""
        self.listed = True
        screen, tr, under = self.desk.screen, self.desk.tr, self._footer()
        sections = of_session(tr)
        if screen.revealed and not fits(self.console, key_list(sections), under):
            sections = once_revealed(sections)
        kept = partial(footer.kept, screen, tr)
        print_paged(self.console, key_list(sections), under, tr, kept=kept, wait=self._goes_on)

    def _goes_on(self, under: Footer) -> bool:
        """Wait for a key under a page of a list; whether to go on with it."""
        with self.bottom as bottom:
            key = RESIZED
            while key == RESIZED:
                bottom.draw(under())
                key = self.keyboard.press()
            if key == CONTINUED:
                bottom.forget()
        if key not in ON:
            self.keyboard.put_back(key)
        return key in ON

    def _rest(self) -> bool:
        """With no card on the table: wait for the next one, or ask; whether the session goes on."""
        rest, can_undo = self.desk.rest, bool(self.desk.state.past)
        self.scroll.forget()
        if rest.why == "over" and not can_undo:
            return False
        if rest.why == "waiting" and rest.until <= self.desk.moment.at:
            self.desk.act(Deal())
            return True
        with self.bottom as bottom:
            bottom.draw(footer.rest(rest, self.desk.moment, self.desk.tr, can_undo=can_undo))
            key = self.keyboard.press(1 if rest.why == "waiting" else None)
        match key:
            case "u":
                self.desk.act(Undo())
            case _ if key in (TIMEOUT, RESIZED, CONTINUED, PASTED):
                pass
            case _ if rest.why == "over" or key in ("q", END):
                return False
            case _ if key in (SPACE, ENTER):
                self.desk.act(Deal(early=True))
        return True

    def _warm_up(self) -> None:
        """Start the demos' process while the first card that has one is being read."""
        if not self.worker and self.desk.demo and available():
            self.worker = Worker()

    def _press(self) -> str | None:
        """Act on the next key: None when only the footer has changed, CARD when the card has, or a command."""
        screen, self.notice = self.desk.screen, ""
        key = self.keyboard.press()
        self.listed = False
        if key == CONTINUED:
            self.bottom.forget()
            self.scroll.forget()
            return CARD
        if key == PASTED:
            self._paste(screen)
            return None
        if takes_number(screen) and self._is_typing(key):
            return self._type(key)
        action = meaning(key, screen)
        if action is None:
            runs = key == "d" and screen.revealed and self.desk.demo is not None
            return key if runs or key in ("q", END, "?", "e") else None
        self.desk.act(action)
        self.notice = remark(action, screen, self.desk)
        if self.desk.state.showing and self._looks(self.desk.screen) == self._looks(screen):
            return None
        self.typed = ""
        return CARD

    @staticmethod
    def _looks(screen: Screen) -> tuple[object, ...]:
        """What of a screen stands above the footer."""
        return (screen.item.id, screen.answered, screen.language, screen.revealed and screen.answer_language)

    def _is_typing(self, key: str) -> bool:
        if key in (ENTER, SPACE) or key == "e":  # a number does not begin with an e: that edits
            return bool(self.typed)
        return key in NUMBER or key == BACKSPACE

    def _type(self, key: str) -> str | None:
        if key != ENTER:
            self.typed = typed(self.typed, key)
            return None
        try:
            self.desk.act(Answer(self.typed))
        except BadInput:
            self.notice, self.typed = NO_NUMBER.told(self.desk.tr), ""
            return None
        self.typed = ""
        return CARD if self.desk.screen.revealed else None

    def _paste(self, screen: Screen) -> None:
        """Take a number at the beginning of what was pasted; other text is no keys."""
        if takes_number(screen):
            for character in takewhile(lambda one: one == " " or one in NUMBER, self.keyboard.pasted.strip()):
                self.typed = typed(self.typed, SPACE if character == " " else character)
        else:
            self.notice = self.desk.tr.gettext("Pasted text is not taken for keys.")

    def _demo(self) -> None:
        demo, screen, tr = self.desk.demo, self.desk.screen, self.desk.tr
        assert demo
        from mlquiz.cli import experiment

        try:
            self.worker = self.worker or Worker()
            settings = demo.settings({})
            language = screen.answer_language
            outcome, _ = experiment.run(
                self.worker,
                demo,
                settings,
                self.console,
                language,
                tr,
                lambda: experiment.asked_by_key(self.keyboard, demo, self.console, language, tr),
            )
            self.desk.act(DemoSeen(outcome.record(demo, settings)))
        except KeyboardInterrupt:  # the demo is left, not the session
            self._new_worker()
        except MlquizError as error:
            self._tell(error)
            self._new_worker()
        self.keyboard.clear()

    def _edit(self) -> None:
        from mlquiz.cli import rewriting

        try:
            with self.keyboard.lent():
                told = rewriting.edit(self.desk)
            self.notice = told.told(self.desk.tr)
        except MlquizError as error:
            self.notice = "\n".join(error.lines(self.desk.tr))  # by the keys: the card is printed anew above them
        self.keyboard.clear()
        self.scroll.forget()

    def _tell(self, error: MlquizError) -> None:
        tell(self.console, error.lines(self.desk.tr), "red")

    def _new_worker(self) -> None:
        if self.worker:
            self.worker.stop()
        self.worker = Worker() if available() else None

    def _footer(self) -> Group:
        parts = [footer.footer(self.desk.screen, self.desk.tr, reminds=self.listed or None)]
        if self.typed:
            parts.insert(0, Text(f" > {self.typed}  ⏎", "bold"))
        if self.notice:
            parts.insert(0, Text("\n".join(hanging(self.notice, self.console.width)), "magenta"))
        return Group(*parts)


@contextmanager
def opened(desk: Desk) -> Iterator[ByKey]:
    """The front end on this terminal."""
    with Keyboard.open() as keyboard:
        yield ByKey(desk, keyboard)
