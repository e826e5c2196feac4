"""Single key presses from a terminal, for as long as a session lasts.

The terminal stays in cbreak mode between presses, so that keys pressed fast or pasted are neither echoed nor lost,
and Ctrl-C and Ctrl-Z keep their meaning. Keys of Russian and French layouts mean what stands on the same cap.
"""

import os
import re
import select
import signal
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

ENTER, SPACE, BACKSPACE, ESCAPE, END = "enter", "space", "backspace", "escape", "end"

NUMBER = frozenset("0123456789.,-+e")
"""Keys that a number is typed with."""

_NAMED = {"\r": ENTER, "\n": ENTER, " ": SPACE, "\x7f": BACKSPACE, "\x08": BACKSPACE, "\x04": END, "\x1b": ESCAPE}
_SEQUENCE = re.compile(rb"\x1b+(?P<rest>\[\[?[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|O[\x40-\x7e])?")
"""What a terminal sends for an arrow or function key (ECMA-48 control sequences, SS3, and the Linux console's own)."""

_CYRILLIC = str.maketrans("йцукенгшщзфывапролдячсмить", "qwertyuiopasdfghjklzxcvbnm")
_AZERTY_DIGITS = str.maketrans("&é\"'", "1234")


def named(character: str) -> str:
    """The key for a character: a name, a Latin letter or a digit in lower case, or the character itself."""
    if character in _NAMED:
        return _NAMED[character]
    folded = unicodedata.normalize("NFKC", character).lower()
    if folded in _NAMED:
        return _NAMED[folded]
    return folded.translate(_CYRILLIC).translate(_AZERTY_DIGITS)


def typed(before: str, key: str) -> str:
    """A number that is being typed, after one more key; a space may stand between thousands."""
    if key == BACKSPACE:
        return before[:-1]
    return before + " " if key == SPACE else before + key if key in NUMBER else before


class Keyboard:
    """The keys pressed on a terminal, in order; use it inside `with Keyboard.open() as keyboard`."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._bytes = b""

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Keyboard"]:
        """Standard input in cbreak mode, put back on leaving however one leaves."""
        import termios
        import tty

        descriptor = sys.stdin.fileno()
        before = termios.tcgetattr(descriptor)

        def single_keys(*signal_and_frame: object) -> None:
            tty.setcbreak(descriptor, termios.TCSADRAIN)

        continued = signal.signal(signal.SIGCONT, single_keys)  # back from Ctrl-Z
        try:
            single_keys()
            yield cls(descriptor)
        finally:
            signal.signal(signal.SIGCONT, continued)
            termios.tcsetattr(descriptor, termios.TCSADRAIN, before)

    def press(self) -> str:
        """The next key. An escape sequence, as of an arrow key, is one key named "escape"; END when input ends."""
        while True:
            if not self._bytes:
                self._bytes = self._read()
                if not self._bytes:
                    return END
            if self._bytes[:1] == b"\x1b":
                self._skip_sequence()
                return ESCAPE
            size = _utf8_length(self._bytes[0])
            while len(self._bytes) < size and (more := self._read()):
                self._bytes += more
            character, self._bytes = self._bytes[:size].decode("utf-8", "replace"), self._bytes[size:]
            return named(character)

    def clear(self) -> None:
        """Forget what was pressed while nobody was asked."""
        self._bytes = b""
        while self._ready(0):
            if not self._read():
                break

    def _read(self) -> bytes:
        try:
            return os.read(self._descriptor, 1024)
        except OSError:  # the terminal is gone
            return b""

    def _ready(self, seconds: float) -> bool:
        return bool(select.select([self._descriptor], [], [], seconds)[0])

    def _skip_sequence(self) -> None:
        """Drop an escape sequence, or Escape with the letter that Alt was held for, or a lone Escape."""
        if len(self._bytes) == 1 and self._ready(0.02):  # a lone Escape is followed by nothing for a moment
            self._bytes += self._read()
        sequence = _SEQUENCE.match(self._bytes)
        assert sequence
        self._bytes = self._bytes[sequence.end() :]
        if self._bytes and not sequence["rest"]:
            self._bytes = self._bytes[_utf8_length(self._bytes[0]) :]


def _utf8_length(first: int) -> int:
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
