"""Single keys from a terminal, on a pseudo-terminal of the test's own: none lost, none invented."""

import os
import signal
import sys
import termios
import threading
import tty
from collections.abc import Iterator

import pytest

from mlquiz.keys import BACKSPACE, END, ENTER, ESCAPE, PASTED, RESIZED, SPACE, TIMEOUT, Keyboard, named


@pytest.mark.parametrize(
    ("typed", "key"),
    [
        ("\r", ENTER), ("\n", ENTER), (" ", SPACE), ("\x7f", BACKSPACE), ("\x08", BACKSPACE), ("\x04", END),
        ("\x1b", ESCAPE), ("a", "a"), ("A", "a"), ("1", "1"), ("?", "?"), (",", ","), ("１", "1"), ("Ａ", "a"),
        ("й", "q"), ("Й", "q"), ("г", "u"), ("д", "l"), ("в", "d"), ("ф", "a"), ("и", "b"), ("с", "c"), ("я", "z"),
        ("ч", "x"), ("м", "v"), ("&", "1"), ("é", "2"), ('"', "3"), ("'", "4"), ("É", "2"), ("水", "水"),
    ],
)  # fmt: skip
def test_a_key_means_what_stands_on_its_cap(typed: str, key: str) -> None:
    assert named(typed) == key


def test_every_letter_of_a_russian_layout_is_one_of_a_latin_one() -> None:
    russian = "йцукенгшщзфывапролдячсмить"
    assert "".join(map(named, russian)) == "".join(map(named, russian.upper())) == "qwertyuiopasdfghjklzxcvbnm"


class Hands:
    """The other end of a keyboard."""

    def __init__(self) -> None:
        self.master, self.slave = os.openpty()
        tty.setcbreak(self.slave)
        self.keyboard = Keyboard(self.slave)

    def type(self, *parts: bytes | str) -> "Hands":
        for part in parts:
            os.write(self.master, part if isinstance(part, bytes) else part.encode())
        return self

    def press(self, count: int) -> list[str]:
        return [self.keyboard.press() for _ in range(count)]

    def leave(self) -> None:
        for descriptor in (self.master, self.slave):
            if descriptor >= 0:
                os.close(descriptor)
        self.master = self.slave = -1


@pytest.fixture
def hands() -> Iterator[Hands]:
    one = Hands()
    yield one
    one.leave()


def test_keys_pressed_fast_come_one_by_one_in_order(hands: Hands) -> None:
    assert hands.type("1", " ", "Z", "\r").press(4) == ["1", SPACE, "z", ENTER]


def test_a_paste_is_its_keys(hands: Hands) -> None:
    pasted = "0,316 и é水\n" * 150
    assert hands.type(pasted).press(len(pasted)) == [named(character) for character in pasted]


ONE_KEY = {
    "up": b"\x1b[A",
    "up, application mode": b"\x1bOA",
    "control right": b"\x1b[1;5C",
    "delete": b"\x1b[3~",
    "shift tab": b"\x1b[Z",
    "F1": b"\x1bOP",
    "F5": b"\x1b[15~",
    "F1 on the Linux console": b"\x1b[[A",
    "alt x": b"\x1bx",
    "alt up, as rxvt and PuTTY send it": b"\x1b\x1b[A",
    "alt with a letter of two bytes": "\x1bж".encode(),
}


@pytest.mark.parametrize("sequence", ONE_KEY.values(), ids=ONE_KEY)
def test_an_escape_sequence_is_one_key_and_what_follows_is_the_next(hands: Hands, sequence: bytes) -> None:
    assert hands.type(sequence, "7").press(2) == [ESCAPE, "7"]


def test_an_escape_sequence_that_arrives_in_two_parts_is_one_key(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> None:
    """With more patience than the moment that is waited otherwise: nothing here depends on how fast the machine is."""
    ready = hands.keyboard._ready
    monkeypatch.setattr(hands.keyboard, "_ready", lambda seconds: ready(10))
    hands.type("\x1b")
    later = threading.Timer(0.01, lambda: hands.type("[A", "7"))
    later.start()
    assert hands.press(2) == [ESCAPE, "7"]
    later.join()


def test_escape_alone_is_a_key_and_takes_nothing_with_it(hands: Hands) -> None:
    assert hands.type("\x1b").press(1) == [ESCAPE]
    assert hands.type("a").press(1) == ["a"]


def test_a_letter_that_arrives_byte_by_byte_is_one_key(hands: Hands) -> None:
    pressed: list[str] = []
    reader = threading.Thread(target=lambda: pressed.extend(hands.press(3)))
    reader.start()
    for byte in "ф水🍎".encode():
        hands.type(bytes([byte]))
        threading.Event().wait(0.005)
    reader.join(10)
    assert pressed == ["a", "水", "🍎"]


def test_bytes_that_are_no_letter_are_one_unknown_key_each(hands: Hands) -> None:
    assert hands.type(b"\x80", "a").press(2) == ["\ufffd", "a"]


def test_input_that_ends_is_a_key_however_often_one_asks(hands: Hands) -> None:
    hands.type("a\x04")
    assert hands.press(2) == ["a", END]
    os.close(hands.master)
    hands.master = -1
    assert hands.press(2) == [END, END]


def test_input_that_ends_within_a_letter_ends_too() -> None:
    out, into = os.pipe()
    os.write(into, "ф".encode()[:1])
    os.close(into)
    keyboard = Keyboard(out)
    assert [keyboard.press(), keyboard.press()] == ["\ufffd", END]
    os.close(out)


def test_clear_forgets_what_nobody_asked_for(hands: Hands) -> None:
    assert hands.type("abc").press(1) == ["a"]
    hands.type("de")
    hands.keyboard.clear()
    assert hands.type("f").press(1) == ["f"]


def test_an_open_keyboard_echoes_nothing_keeps_signals_and_puts_the_terminal_back(
    hands: Hands, monkeypatch: pytest.MonkeyPatch
) -> None:
    tty.tcsetattr(hands.slave, termios.TCSANOW, before := usual(hands.slave))
    with open(hands.slave, closefd=False) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with pytest.raises(KeyboardInterrupt), Keyboard.open() as keyboard:
            flags = termios.tcgetattr(hands.slave)[3]
            assert not flags & (termios.ECHO | termios.ICANON)
            assert flags & termios.ISIG
            hands.type("x")
            assert keyboard.press() == "x"
            raise KeyboardInterrupt
    assert termios.tcgetattr(hands.slave)[3] == before[3]


def usual(descriptor: int) -> list[object]:
    """A terminal as a shell leaves it."""
    attributes = termios.tcgetattr(descriptor)
    attributes[3] |= termios.ECHO | termios.ICANON | termios.ISIG
    return attributes


# What comes between keys ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "4 640", "q\n\x1b[A", "многоe 水", "x" * 5000])
def test_pasted_text_that_the_terminal_marks_is_one_event(hands: Hands, text: str) -> None:
    hands.type("a", f"\x1b[200~{text}\x1b[201~", "b")
    assert hands.press(3) == ["a", PASTED, "b"]
    assert hands.keyboard.pasted == text


def test_a_paste_that_never_ends_does_not_hold_the_session_up(hands: Hands) -> None:
    assert hands.type("\x1b[200~abc").press(1) == [PASTED]
    assert hands.type("x").press(1) == ["x"]


def test_one_waits_no_longer_than_one_said(hands: Hands) -> None:
    assert hands.keyboard.press(0.01) == TIMEOUT
    assert hands.type("x").keyboard.press(10) == "x"


@pytest.fixture
def opened(hands: Hands, monkeypatch: pytest.MonkeyPatch) -> Iterator[Keyboard]:
    """An open keyboard on the test's terminal."""
    with open(hands.slave, closefd=False) as terminal:
        monkeypatch.setattr(sys, "stdin", terminal)
        with Keyboard.open() as keyboard:
            yield keyboard


def test_another_size_of_the_terminal_ends_the_wait_for_a_key(hands: Hands, opened: Keyboard) -> None:
    for _ in range(3):
        os.kill(os.getpid(), signal.SIGWINCH)
    assert opened.press() == RESIZED
    hands.type("x")
    assert opened.press() == "x"


def test_signals_have_their_own_handlers_again_when_the_keyboard_is_closed_or_lent(hands: Hands) -> None:
    numbers = (signal.SIGWINCH, signal.SIGTSTP, signal.SIGCONT, signal.SIGINT)
    before = [signal.getsignal(number) for number in numbers]
    with open(hands.slave, closefd=False) as terminal, pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stdin", terminal)
        with Keyboard.open() as keyboard:
            ours = [signal.getsignal(number) for number in numbers]
            with keyboard.lent():
                assert [signal.getsignal(number) for number in numbers[:3]] == [signal.SIG_DFL] * 3
                os.kill(os.getpid(), signal.SIGINT)  # the other program's affair
            assert [signal.getsignal(number) for number in numbers] == ours
    assert [signal.getsignal(number) for number in numbers] == before
