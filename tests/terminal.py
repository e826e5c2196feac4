"""The program as a user meets it: on a pseudo-terminal with a screen, or through pipes."""

import json
import os
import re
import shlex
import signal
import sqlite3
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any
from uuid import uuid4

import pexpect
import pyte
from rich.cells import cell_len

import mlquiz
from mlquiz.core.question import Language
from mlquiz.messages import translations

PYTHON = sys.executable
"""The interpreter that runs the program; a test may take another."""

PATIENCE = 30
"""Seconds until a test gives up waiting. Nothing is asserted about time."""
MARGIN = 20
"""Columns beyond those that the program knows of."""

ENTER, BACKSPACE, END, INTERRUPT = "\r", "\x7f", "\x04", "\x03"
UP, DOWN, RIGHT, LEFT = "\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D"
LEFT_OUT = ("COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "PYTHONWARNINGS")


def environment(changes: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """The environment of the isolating fixture with the package under test; None takes a variable away."""
    assert "MLQUIZ_HOME" in os.environ, "no test may touch the user's own files"
    package = str(Path(mlquiz.__file__).parents[1])
    wanted = {name: value for name, value in os.environ.items() if name not in LEFT_OUT}
    wanted |= {"PYTHONPATH": package, "PYTHONIOENCODING": "utf-8", "TERM": "xterm-256color"}
    return {name: value for name, value in {**wanted, **(changes or {})}.items() if value is not None}


def program(*args: object) -> list[str]:
    """The command line of `mlquiz ARGS`."""
    return [PYTHON, "-m", "mlquiz", *map(str, args)]


@dataclass(frozen=True)
class Result:
    """What one call through pipes came to."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Both outputs with their lines run together, so that a wrapped sentence is found."""
        return joined(self.out + self.err)


def run(*args: str | Path, stdin: str | bytes = "", cwd: Path | None = None, **env: str | None) -> Result:
    """`mlquiz ARGS` through pipes, as a shell would report it; keyword arguments change the environment."""
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        program(*args), input=given, capture_output=True, cwd=cwd, env=environment(env),
        timeout=4 * PATIENCE, check=False,
    )  # fmt: skip
    return Result(as_shell(done.returncode), done.stdout.decode(), done.stderr.decode())


def as_shell(code: int) -> int:
    """The exit code that a shell shows: 128 + n for a process that signal n ended."""
    return code if code >= 0 else 128 - code


def log() -> list[dict[str, Any]]:
    """The events in the user's store, the oldest first, as another program would read them."""
    with closing(sqlite3.connect(Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db")) as database:
        rows = database.execute("SELECT kind, question, detail FROM event ORDER BY id").fetchall()
    return [{"kind": kind, "question": question, **json.loads(detail)} for kind, question, detail in rows]


def says(sentence: str, language: Language = "en", **values: object) -> str:
    """A sentence of the interface in a language. One that the catalogues do not have is no sentence of it."""
    assert translations("zh").gettext(sentence) != sentence, f"the interface does not say {sentence!r}"
    return translations(language).gettext(sentence).format(**values)


def joined(text: str) -> str:
    """Text without its line breaks: words by single blanks, and none between Chinese characters."""
    return re.sub(r"(?<=[\u2e80-\uffef]) (?=[\u2e80-\uffef])", "", " ".join(text.split()))


class Terminal:
    """`mlquiz ARGS` on a pseudo-terminal. Use it in `with`: a program that still runs at the end is killed.

    The screen is wider than the program believes, so that a line that is too long is an error here, and high enough
    that nothing scrolls away between two key presses.
    """

    def __init__(
        self, *args: str | Path, width: int = 80, height: int = 100, shell: bool = False, **env: str | None
    ) -> None:
        self.width, self.mark = width, uuid4().hex
        self.screen = pyte.Screen(width + MARGIN, height)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        self._ended = False
        command = ["sh", "-i"] if shell else program(*args)
        self.child = pexpect.spawn(
            command[0], command[1:], dimensions=(height, width),
            env=environment({"MLQUIZ_TEST_MARK": self.mark, "PS1": "", **env}), timeout=PATIENCE,
        )  # fmt: skip
        self.child.delaybeforesend = None
        if shell:  # one with job control, so that Ctrl-Z has somewhere to go
            self.child.send(shlex.join(program(*args)) + "\r")

    def __enter__(self) -> "Terminal":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if error:
            print("\n".join(self.lines()))
        if self.child.isalive():
            self.child.kill(signal.SIGKILL)
            self.child.wait()
        self.child.ptyproc.delayafterclose = 0
        self.child.close()

    def press(self, keys: str) -> None:
        """Press keys on a screen wiped clean, so that `until` sees only what comes of them."""
        self._read(0.02)
        self._fits()
        self.screen.erase_in_display(2)
        self.child.send(keys.encode())

    def until(self, text: str) -> str:
        """Wait until a text stands on the screen, wrapped or not, and return all that stands there."""
        self.wait(lambda: joined(text) in self.text, f"{text!r} on the screen")
        return self.text

    def settle(self, seconds: float = 2.0) -> None:
        """Read until the program has been silent for a while; where nothing on the screen says that it is done."""
        while not self._ended:
            before = len(self.raw)
            self._read(seconds)
            if before and len(self.raw) == before:
                return

    def leave(self, keys: str = "") -> int:
        """Press keys, read until the program has ended, and return its exit code as a shell would."""
        if keys:
            self.press(keys)
        self.wait(lambda: self._ended, "the program to end")
        self._fits()
        self.child.wait()
        code = self.child.exitstatus if self.child.signalstatus is None else -self.child.signalstatus
        return as_shell(code)

    @property
    def text(self) -> str:
        return joined("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """The lines of the screen that are not empty, without the blanks at their end."""
        rows = (self.screen.buffer[down] for down in range(self.screen.lines))
        lines = ("".join(row[across].data for across in range(self.screen.columns)).rstrip() for row in rows)
        return list(filter(None, lines))

    def resize(self, width: int, height: int) -> None:
        """Give the terminal another size; the program is told of it."""
        self._read(0.02)
        self._fits()
        self.width = width
        self.screen.erase_in_display(2)
        self.child.setwinsize(height, width)

    def until_highlighted(self, text: str) -> None:
        """Wait until exactly this stands in reverse video: the proposed grade."""
        self.wait(lambda: self.highlighted() == text, f"{text!r} in reverse video")

    def line(self, part: str) -> str:
        """The first line that holds a text, or an empty one."""
        return next((line for line in self.lines() if part in line), "")

    def highlighted(self) -> str:
        """What stands in reverse video."""
        across = range(self.screen.columns)
        rows = (self.screen.buffer[down] for down in range(self.screen.lines))
        return joined(" ".join("".join(row[at].data for at in across if row[at].reverse) for row in rows))

    def widest(self) -> int:
        """The width of the longest line, where a Chinese character counts for two."""
        return max(map(cell_len, self.lines()), default=0)

    def _fits(self) -> None:
        assert self.widest() <= self.width, f"wider than {self.width} columns"

    def echoes(self) -> bool:
        """Whether the terminal shows what is typed and waits for whole lines, as a shell needs it."""
        flags = termios.tcgetattr(self.child.child_fd)[3]
        return bool(flags & termios.ECHO) and bool(flags & termios.ICANON)

    def processes(self) -> list[int]:
        """The processes that are left of this call, however they are related to it."""
        return processes(self.mark)

    def wait(self, happened: Callable[[], bool], what: str) -> None:
        """Read until something has happened; an error that shows the screen when it does not."""
        deadline = time.monotonic() + PATIENCE
        while not happened():
            if self._ended or time.monotonic() > deadline:
                if happened():
                    return
                raise AssertionError(f"waited for {what}, but there is:\n" + "\n".join(self.lines()))
            self._read(0.1)

    def _read(self, seconds: float) -> None:
        try:
            while True:
                received = self.child.read_nonblocking(65536, timeout=seconds)
                self.raw += received
                self._stream.feed(received)
                seconds = 0.01
        except pexpect.TIMEOUT:
            pass
        except pexpect.EOF:
            self._ended = True


def processes(mark: str) -> list[int]:
    """The running processes that have a mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            zombie = (folder / "stat").read_text().rpartition(")")[2].split()[0] == "Z"
            if not zombie and mark.encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def none_left(mark: str) -> bool:
    """Whether the marked processes have ended, or do so soon."""
    deadline = time.monotonic() + PATIENCE
    while processes(mark) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not processes(mark)
