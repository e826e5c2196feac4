"""Single key presses from a terminal, for as long as a session lasts.

The terminal stays in cbreak mode between presses, so that keys pressed fast are neither echoed nor lost, and Ctrl-C
and Ctrl-Z keep their meaning. Pasted text is one event, not so many keys, where the terminal marks it (bracketed
paste). Keys of Russian and French layouts mean what stands on the same cap.
"""

import contextlib
import os
import re
import select
import signal
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager

ENTER, SPACE, BACKSPACE, ESCAPE, END = "enter", "space", "backspace", "escape", "end"
PASTED, RESIZED, CONTINUED, TIMEOUT = "pasted", "resized", "continued", "timeout"
"""What is no key, but comes between keys: text was pasted, the terminal has another size, the program is back from
Ctrl-Z, nothing was pressed in time."""

NUMBER = frozenset("0123456789.,-+e")
"""Keys that a number is typed with."""

_NAMED = {"\r": ENTER, "\n": ENTER, " ": SPACE, "\x7f": BACKSPACE, "\x08": BACKSPACE, "\x04": END, "\x1b": ESCAPE}
_SEQUENCE = re.compile(rb"\x1b+(?P<rest>\[\[?[\x30-\x3f]*[\x20-\x2f]*[\x40-\x7e]|O[\x40-\x7e])?")
"""What a terminal sends for an arrow or function key (ECMA-48 control sequences, SS3, and the Linux console's own)."""

_PASTE, _PASTE_ENDS = b"\x1b[200~", b"\x1b[201~"
_LONGEST_PASTE = 1_000_000
"""Bytes."""
_PASTE_PAUSE = 0.5
"""Seconds after which a paste that goes no further is taken to have ended."""
_MARK_PASTES, _MARK_NO_PASTES, _SHOW_CURSOR = b"\x1b[?2004h", b"\x1b[?2004l", b"\x1b[?25h"

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
        self._wake: tuple[int, int] | None = None
        self.pasted = ""
        """The text of the last PASTED."""
        self._back = ""

    @classmethod
    @contextmanager
    def open(cls) -> Iterator["Keyboard"]:
        """Standard input in cbreak mode, put back on leaving however one leaves."""
        keyboard = cls(sys.stdin.fileno())
        keyboard._wake = os.pipe()
        for end in keyboard._wake:
            os.set_blocking(end, False)
        try:
            with keyboard._single_keys():
                yield keyboard
        finally:
            for end in keyboard._wake:
                os.close(end)
            keyboard._wake = None

    @contextmanager
    def lent(self) -> Iterator[None]:
        """The terminal as it was before, for another program; Ctrl-C is that program's alone."""
        with self._given_back():
            # unlike SIG_IGN, a handler of ours is not inherited by the program that is started
            interrupt = signal.signal(signal.SIGINT, lambda *of: None)
            try:
                yield
            finally:
                signal.signal(signal.SIGINT, interrupt)

    @contextmanager
    def _single_keys(self) -> Iterator[None]:
        import termios
        import tty

        self._before = termios.tcgetattr(self._descriptor)

        def take(*signal_and_frame: object) -> None:
            tty.setcbreak(self._descriptor, termios.TCSADRAIN)
            _send(_MARK_PASTES)

        def give_back() -> None:
            _send(_MARK_NO_PASTES + _SHOW_CURSOR)
            with contextlib.suppress(termios.error):  # the terminal is gone
                termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)

        def stop(*signal_and_frame: object) -> None:
            give_back()
            _send(b"\r\n")  # a line for the shell
            signal.signal(signal.SIGTSTP, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGTSTP)  # until the shell continues it
            signal.signal(signal.SIGTSTP, stop)
            take()
            self._note(CONTINUED)

        handlers = {signal.SIGTSTP: stop, signal.SIGWINCH: lambda *of: self._note(RESIZED), signal.SIGCONT: take}
        self._take, self._give_back = take, give_back
        before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        try:
            take()
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
            give_back()

    @contextmanager
    def _given_back(self) -> Iterator[None]:
        numbers = (signal.SIGTSTP, signal.SIGWINCH, signal.SIGCONT)
        ours = {number: signal.signal(number, signal.SIG_DFL) for number in numbers}
        self._give_back()
        try:
            yield
        finally:
            self._take()
            for number, handler in ours.items():
                signal.signal(number, handler)

    def _note(self, event: str) -> None:
        """Let the wait for a key end with an event; called while a signal is handled."""
        if self._wake:
            with contextlib.suppress(BlockingIOError):  # it is full of earlier ones
                os.write(self._wake[1], event[:1].encode())

    def press(self, seconds: float | None = None) -> str:
        """The next key, or what happened before it: PASTED, RESIZED, CONTINUED, or TIMEOUT after `seconds`.

        An escape sequence, as of an arrow key, is one key named "escape"; END when input ends.
        """
        if self._back:
            key, self._back = self._back, ""
            return key
        while True:
            if not self._bytes:
                if event := self._event(seconds):
                    return event
                self._bytes = self._read()
                if not self._bytes:
                    return END
            if self._bytes.startswith(_PASTE):
                self._paste()
                return PASTED
            if self._bytes[:1] == b"\x1b":
                self._skip_sequence()
                return ESCAPE
            size = _utf8_length(self._bytes[0])
            while len(self._bytes) < size and (more := self._read()):
                self._bytes += more
            character, self._bytes = self._bytes[:size].decode("utf-8", "replace"), self._bytes[size:]
            return named(character)

    def put_back(self, key: str) -> None:
        """Let a key be the next one, for another to read."""
        self._back = key

    def _event(self, seconds: float | None) -> str | None:
        """Wait for a key; what came instead of one."""
        watched = [self._descriptor, *(self._wake or ())[:1]]
        ready = select.select(watched, [], [], seconds)[0]
        if self._wake and self._wake[0] in ready:
            return CONTINUED if CONTINUED[:1].encode() in os.read(self._wake[0], 1024) else RESIZED
        return None if ready else TIMEOUT

    def _paste(self) -> None:
        while _PASTE_ENDS not in self._bytes and len(self._bytes) < _LONGEST_PASTE:
            if not self._ready(_PASTE_PAUSE) or not (more := self._read()):
                break
            self._bytes += more
        text, _, self._bytes = self._bytes.removeprefix(_PASTE).partition(_PASTE_ENDS)
        self.pasted = text.decode("utf-8", "replace")

    def clear(self) -> None:
        """Forget what was pressed while nobody was asked."""
        self._bytes, self._back = b"", ""
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


def _send(sequence: bytes) -> None:
    """Tell the terminal something at once, past all buffers: also while a signal is handled."""
    with contextlib.suppress(OSError, ValueError):
        if os.isatty(sys.stdout.fileno()):
            os.write(sys.stdout.fileno(), sequence)


def _utf8_length(first: int) -> int:
    return 1 if first < 0xC0 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
