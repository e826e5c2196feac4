"""The session in a terminal: single keys, cards that scroll by, and a footer that is drawn in place."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Group
from rich.live import Live
from rich.text import Text

from mlquiz.cli.desk import Desk, Scroll, meaning, takes_number
from mlquiz.core.errors import BadInput, MlquizError
from mlquiz.core.session import Answer, DemoSeen, Screen, Undo
from mlquiz.keys import BACKSPACE, END, ENTER, NUMBER, SPACE, Keyboard, typed
from mlquiz.view import card, report
from mlquiz.worker import Worker, available


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
        self.scroll = Scroll(self.console, desk.tr)

    def run(self) -> None:
        """Until there is no more card, or the user leaves."""
        try:
            while self.desk.state.showing or self._undo_after_all():
                self.scroll.show(self.desk.screen)
                self._one_key()
        except Leave:
            pass
        finally:
            if self.worker:
                self.worker.stop()

    def _undo_after_all(self) -> bool:
        """After the last card: whether its grade was a slip."""
        if not self.desk.state.past:
            return False
        self.console.print(card.last_undo(self.desk.tr))
        if self.keyboard.press() == "u":
            self.desk.act(Undo())
        return self.desk.state.showing is not None

    def _warm_up(self) -> None:
        """Start the demos' process while the first card that has one is being read."""
        if not self.worker and self.desk.demo and available():
            self.worker = Worker()

    def _one_key(self) -> None:
        """Show the footer until a key changes more than the footer."""
        with Live(self._footer(), console=self.console, auto_refresh=False, transient=True) as live:
            live.refresh()
            self._warm_up()
            while (command := self._press()) is None:
                live.update(self._footer(), refresh=True)
        match command:
            case "q" | "end":
                raise Leave
            case "?":
                self.console.print(report.keys(card.help_lines(self.desk.tr)))
            case "d":
                self._demo()

    def _press(self) -> str | None:
        """Act on the next key: None when only the footer has changed, "card" when the card has, or a command."""
        screen, self.notice = self.desk.screen, ""
        key = self.keyboard.press()
        if takes_number(screen) and (key in NUMBER or key == BACKSPACE or (self.typed and key in (ENTER, SPACE))):
            return self._type(key)
        action = meaning(key, screen)
        if action is None:
            runs = key == "d" and screen.revealed and self.desk.demo is not None
            return key if runs or key in ("q", END, "?") else None
        self.desk.act(action)
        over = self.desk.state.showing is None
        return "card" if over or self._looks(self.desk.screen) != self._looks(screen) else None

    @staticmethod
    def _looks(screen: Screen) -> tuple[object, ...]:
        """What of a screen stands above the footer."""
        return (screen.item.id, screen.answered, screen.language, screen.revealed and screen.answer_language)

    def _type(self, key: str) -> str | None:
        if key != ENTER:
            self.typed = typed(self.typed, key)
            return None
        try:
            self.desk.act(Answer(self.typed))
        except BadInput:
            self.notice, self.typed = self.desk.tr.gettext("That is not a number."), ""
            return None
        self.typed = ""
        return "card"

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
            self.console.print(str(error), style="red")
            self._new_worker()
        self.keyboard.clear()

    def _new_worker(self) -> None:
        if self.worker:
            self.worker.stop()
        self.worker = Worker() if available() else None

    def _footer(self) -> Group:
        parts = [card.footer(self.desk.screen, self.desk.tr)]
        if self.typed:
            parts.insert(0, Text(f" > {self.typed}  ⏎", "bold"))
        if self.notice:
            parts.insert(0, Text(self.notice, "red"))
        return Group(*parts)


@contextmanager
def opened(desk: Desk) -> Iterator[ByKey]:
    """The front end on this terminal."""
    with Keyboard.open() as keyboard:
        yield ByKey(desk, keyboard)
