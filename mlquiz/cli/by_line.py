"""The same session by lines, for a pipe, a dumb terminal or a screen reader: no colour, no cursor movement."""

from collections.abc import Iterator
from typing import TextIO

from mlquiz.cli.desk import Desk, Scroll, meaning, takes_number
from mlquiz.core.errors import BadInput, MlquizError
from mlquiz.core.session import Answer, DemoSeen, Screen, Undo
from mlquiz.keys import ENTER, NUMBER, SPACE, named
from mlquiz.view import card, report


class ByLine:
    """The plain front end: reads a line, acts on it, prints what is new."""

    def __init__(self, desk: Desk, lines: TextIO) -> None:
        self.desk, self.lines = desk, lines
        self.console = desk.context.console

    def run(self) -> None:
        """Until there is no more card, `q`, or the end of input."""
        scroll = Scroll(self.console, self.desk.tr)
        while self.desk.state.showing or self._undo_after_all():
            screen = self.desk.screen
            scroll.show(screen)
            self.console.print(card.footer(screen, self.desk.tr, plain_keys=True))
            line = self.lines.readline()
            if not line or named(line.strip()) == "q":
                return
            self._take(line.strip(), screen)

    def _undo_after_all(self) -> bool:
        """After the last card: whether its grade was a slip."""
        if not self.desk.state.past:
            return False
        self.console.print(card.last_undo(self.desk.tr))
        if named(self.lines.readline().strip()) == "u":
            self.desk.act(Undo())
        return self.desk.state.showing is not None

    def _take(self, line: str, screen: Screen) -> None:
        """Act on a line; what stands in it after a grade is not for the next card."""
        try:
            if takes_number(screen) and line[:1] in NUMBER - {"e"}:
                self.desk.act(Answer(line))
                return
            for key in _keys(line):
                if key == "?":
                    self.console.print(report.keys(card.help_lines(self.desk.tr)))
                elif key == "d" and self.desk.screen.revealed and self.desk.demo:
                    self._demo()
                elif action := meaning(key, self.desk.screen):
                    self.desk.act(action)
                    if len(self.desk.state.answered) != screen.answered:
                        return
        except BadInput:
            self.console.print(self.desk.tr.gettext("That is not a number."))

    def _demo(self) -> None:
        demo = self.desk.demo
        assert demo
        from mlquiz.cli import experiment
        from mlquiz.worker import Worker

        settings = demo.settings({})
        try:
            with Worker() as worker:
                language = self.desk.screen.answer_language
                outcome, _ = experiment.run(worker, demo, settings, self.console, language, self.desk.tr, lambda: None)
            self.desk.act(DemoSeen(outcome.record(demo, settings)))
        except MlquizError as error:
            self.console.print(str(error))


_TOGETHER = frozenset("zxcv1234 ")
"""Keys that may stand together in a line, as `zx 3`; a word is not taken for its letters."""


def _keys(line: str) -> Iterator[str]:
    """The keys that a line stands for: an empty one is Enter, `space` the space bar, others each character."""
    if not line:
        yield ENTER
    elif line.lower() in (SPACE, ENTER):
        yield line.lower()
    elif len(line) == 1 or set(line.lower()) <= _TOGETHER:
        yield from (named(character) for character in line if not character.isspace())
