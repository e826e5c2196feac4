"""The same session by lines, for a pipe, a dumb terminal or a screen reader: no colour, no cursor movement."""

from collections.abc import Iterator
from typing import TextIO

from mlquiz.cli.desk import Desk, Scroll, meaning, remark, takes_number
from mlquiz.cli.telling import tell
from mlquiz.core.errors import BadInput, MlquizError
from mlquiz.core.grading import NO_NUMBER
from mlquiz.core.session import Answer, Deal, DemoSeen, Screen, Undo
from mlquiz.keys import ENTER, NUMBER, SPACE, named
from mlquiz.view import footer
from mlquiz.view.key_list import key_list, of_session

_TOGETHER = frozenset("zxcv1234 ")
"""Keys that may stand together in a line, as `zx 3`; a word is not taken for its letters."""


class ByLine:
    """The plain front end: reads a line, acts on it, prints what is new."""

    def __init__(self, desk: Desk, lines: TextIO) -> None:
        self.desk, self.lines = desk, lines
        self.console = desk.context.console
        self.scroll = Scroll(self.console, desk.tr)
        self.words = footer.words(desk.tr)

    def run(self) -> None:
        """Until there is no more card, `q`, or the end of input."""
        while self._one_card() if self.desk.state.showing else self._rest():
            pass

    def _one_card(self) -> bool:
        screen = self.desk.screen
        self.scroll.show(screen)
        self.console.print(footer.footer(screen, self.desk.tr, plain_keys=True))
        line = self.lines.readline()
        if not line or self._key(line) == "q":
            return False
        self._take(line.strip(), screen)
        return True

    def _rest(self) -> bool:
        """With no card on the table: whether the session goes on."""
        rest, can_undo = self.desk.rest, bool(self.desk.state.past)
        self.scroll.forget()
        if rest.why == "over" and not can_undo:
            return False
        if rest.why == "waiting" and rest.until <= self.desk.moment.at:
            self.desk.act(Deal())
            return True
        moment, tr = self.desk.moment, self.desk.tr
        self.console.print(footer.rest(rest, moment, tr, can_undo=can_undo, plain_keys=True))
        line = self.lines.readline()
        key = self._key(line)
        if key == "u":
            self.desk.act(Undo())
        elif not line or key == "q" or rest.why == "over":
            return False
        elif key in (ENTER, SPACE):
            self.desk.act(Deal(early=True))
        return True

    def _key(self, line: str) -> str:
        """The one key that a line stands for: an empty one is Enter, a word what it says."""
        word = line.strip().casefold()
        return self.words.get(word) or (named(word) if word else ENTER)

    def _take(self, line: str, screen: Screen) -> None:
        """Act on a line; what stands in it after a grade is not for the next card."""
        try:
            if takes_number(screen) and line[:1] in NUMBER - {"e"}:
                self.desk.act(Answer(line))
                return
            for key in self._keys(line):
                now = self.desk.screen
                if key == "?":
                    self.console.print(key_list(of_session(self.desk.tr, plain_keys=True)))
                elif key == "d" and now.revealed and self.desk.demo:
                    self._demo()
                elif key == "e":
                    self._edit()
                elif action := meaning(key, now):
                    self.desk.act(action)
                    if told := remark(action, now, self.desk):
                        self.console.print(told)
                    if not self.desk.state.showing or self.desk.state.showing.id != now.item.id:
                        return
                    if len(self.desk.state.answered) != screen.answered:
                        return
        except BadInput:
            self.console.print(NO_NUMBER.told(self.desk.tr))

    def _edit(self) -> None:
        if not self.desk.context.at_terminal:
            self.console.print(self.desk.tr.gettext("An editor needs a terminal."))
            return
        from mlquiz.cli import rewriting

        try:
            tell(self.console, [rewriting.edit(self.desk).told(self.desk.tr)])
        except MlquizError as error:
            self._tell(error)

    def _tell(self, error: MlquizError) -> None:
        tell(self.console, error.lines(self.desk.tr))

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
            self._tell(error)

    def _keys(self, line: str) -> Iterator[str]:
        """The keys that a line stands for: one, or several ticks and a grade."""
        if len(line) > 1 and set(line.casefold()) <= _TOGETHER:
            yield from (named(character) for character in line if not character.isspace())
        elif len(key := self._key(line)) == 1 or key in (ENTER, SPACE):
            yield key
