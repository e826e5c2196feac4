"""Keys asked for one at a time under a footer: by single keys in a terminal, by lines elsewhere."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from gettext import NullTranslations
from typing import Protocol, TextIO

from rich.console import Console, Group, RenderableType
from rich.text import Text

from mlquiz.cli.drawn import Drawn
from mlquiz.cli.paged import ON, Footer, print_paged
from mlquiz.core.session import Answer
from mlquiz.keys import (
    BACKSPACE,
    CONTINUED,
    END,
    ENTER,
    NUMBER,
    PASTED,
    RESIZED,
    SPACE,
    TIMEOUT,
    Keyboard,
    named,
    typed,
)


class Front(Protocol):
    """Where keys come from."""

    plain: bool
    """Whether lines are typed rather than keys pressed."""

    def press(self, footer: Footer, *, number: bool = False, until: int | None = None) -> str | Answer:
        """The next key, a number that was typed, TIMEOUT at a time in milliseconds since 1970, END when input ends.

        CONTINUED when the program is back from Ctrl-Z, and what stood above the footer has scrolled away.
        """

    def tell(self, sentence: str) -> None:
        """Say something before the next key."""

    def print_list(
        self, of: RenderableType, tr: NullTranslations, *, under: Footer, kept: Footer, until: int | None
    ) -> None:
        """Print a list over what stands under it.

        Args:
            kept: what stays in sight where the window does not hold the whole list.
            until: when to leave the rest of the list, as for `press`.
        """


class Keys:
    """Single keys; the footer is drawn in place."""

    plain = False

    def __init__(self, console: Console, keyboard: Keyboard, now: Callable[[], int]) -> None:
        self._console, self._keyboard, self._now = console, keyboard, now
        self._bottom = Drawn(console)
        self._typed = self._notice = ""

    def press(self, footer: Footer, *, number: bool = False, until: int | None = None) -> str | Answer:
        """The next key that means something to the one who asks."""
        if not number:
            self._typed = ""
        with self._bottom as bottom:
            while until is None or self._now() < until:
                bottom.draw(self._under(footer))
                key = self._keyboard.press(None if until is None else min(1.0, max(0.0, (until - self._now()) / 1000)))
                if key == CONTINUED:
                    bottom.forget()
                    return key
                if number and self._is_typing(key):
                    if key == ENTER:
                        given, self._typed = self._typed, ""
                        return Answer(given)
                    self._type(key)
                elif key not in (TIMEOUT, RESIZED, PASTED):
                    self._notice = ""
                    return key
        return TIMEOUT

    def tell(self, sentence: str) -> None:
        """Over the keys, until the next one."""
        self._notice = sentence

    def print_list(
        self, of: RenderableType, tr: NullTranslations, *, under: Footer, kept: Footer, until: int | None
    ) -> None:
        """A page at a time where need be; what is typed already stays."""
        below, number = self._under(under), self._typed
        self._typed = ""

        def goes_on(page: Footer) -> bool:
            key = str(self.press(page, until=until))
            if key not in (*ON, TIMEOUT):
                self._keyboard.put_back(key)
            return key in ON

        print_paged(self._console, of, below, tr, kept=kept, wait=goes_on)
        self._typed = number

    def _is_typing(self, key: str) -> bool:
        if key in (ENTER, SPACE, "e"):  # a number begins with none of them
            return bool(self._typed)
        return key in NUMBER or key in (BACKSPACE, PASTED)

    def _type(self, key: str) -> None:
        self._notice = ""
        for one in self._keyboard.pasted if key == PASTED else [key]:
            self._typed = typed(self._typed, SPACE if one == " " else one)

    def _under(self, footer: Footer) -> Group:
        notice = [Text(self._notice, "magenta")] if self._notice else []
        number = [Text(f" > {self._typed}  ⏎", "bold")] if self._typed else []
        return Group(*number, *notice, footer())


class Lines:
    """Lines, each of one key, a number, or several key points together."""

    plain = True

    def __init__(self, console: Console, lines: TextIO) -> None:
        self._console, self._lines = console, lines
        self._ticks: list[str] = []

    def press(self, footer: Footer, *, number: bool = False, until: int | None = None) -> str | Answer:
        """What the next line says. A line cannot be cut short: whoever asks looks at the clock."""
        if self._ticks:
            return self._ticks.pop(0)
        self._console.print(footer())
        line = self._lines.readline()
        word = line.strip()
        if not line:
            return END
        if number and word[:1] in NUMBER - {"e"} and word:
            return Answer(word)
        if len(word) > 1 and set(word.casefold()) <= set("zxcv "):
            first, *self._ticks = (named(one) for one in word if not one.isspace())
            return first
        return named(word) if len(word) == 1 else SPACE if word.casefold() == SPACE else word or ENTER

    def tell(self, sentence: str) -> None:
        """On a line of its own."""
        self._console.print(sentence)

    def print_list(
        self, of: RenderableType, tr: NullTranslations, *, under: Footer, kept: Footer, until: int | None
    ) -> None:
        """Whole: lines are read as they scroll by, or are read out."""
        self._console.print(of)


@contextmanager
def front(console: Console, now: Callable[[], int], *, plain: bool, lines: TextIO) -> Iterator[Front]:
    """The front that suits: single keys, or lines."""
    if plain:
        yield Lines(console, lines)
    else:
        with Keyboard.open() as keyboard:
            yield Keys(console, keyboard, now)
