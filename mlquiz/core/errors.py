"""What can go wrong, in words: what, expected, received, next step. `mlquiz.cli` turns each into an exit code."""

from collections.abc import Sequence
from enum import IntEnum
from gettext import NullTranslations
from typing import NamedTuple

from mlquiz.core.sentence import N_, said, told


class Exit(IntEnum):
    """The exit codes, documented in docs/exit-codes.md."""

    DONE = 0
    PROBLEMS = 1
    BAD_INPUT = 2
    CLAIM_FAILS = 3
    INCONCLUSIVE = 4
    ENVIRONMENT = 5
    INTERRUPTED = 130
    TERMINATED = 143


class Command(str):
    """A line to paste into a shell: never broken, however narrow the terminal."""

    __slots__ = ()


class MlquizError(Exception):
    """An error that a user can act on; never shown as a traceback."""

    exit_code = Exit.BAD_INPUT

    def __init__(
        self,
        what: str,
        *,
        expected: str | None = None,
        received: str | None = None,
        next_step: str | None = None,
        command: str | None = None,
    ) -> None:
        super().__init__(what)
        self.command = command
        self.what, self.expected, self.received, self.next_step = what, expected, received, next_step

    def lines(self, tr: NullTranslations | None = None) -> list[str]:
        """The message in a language, a line for each part that is known."""
        tr = tr or NullTranslations()
        parts = [(N_("expected"), self.expected), (N_("received"), self.received), (N_("next"), self.next_step)]
        line = tr.gettext("{part}: {text}")
        named = (line.format(part=tr.gettext(part), text=told(text, tr)) for part, text in parts if text)
        command = [Command(f"    {self.command}")] if self.command else []
        return [*self._told(tr), *(f"  {one}" for one in named), *command]

    def _told(self, tr: NullTranslations) -> list[str]:
        return [str(told(self.what, tr))]

    def __str__(self) -> str:
        return "\n".join(self.lines())


class BadInput(MlquizError):
    """Something that the user gave: an id, a value, a file."""


class BadEnvironment(MlquizError):
    """Something around the program: a disk, a lock, a missing package."""

    exit_code = Exit.ENVIRONMENT


class Problem(NamedTuple):
    """A place in a file and what is wrong there; lines and columns count from 1."""

    file: str
    line: int
    column: int
    what: str
    expected: str = ""
    received: str = ""

    def __str__(self) -> str:
        return self.told(NullTranslations())

    def told(self, tr: NullTranslations) -> str:
        """`FILE:LINE:COLUMN: what, expected, received` in a language."""
        return f"{self.file}:{self.line}:{self.column}: {told(self.sentence(self.what), tr)}"

    def sentence(self, text: str) -> str:
        """What is wrong, as a text says it, with what was expected and received."""
        if self.expected:
            text = said("{what}, expected {expected}", what=text, expected=self.expected)
        if self.received:
            text = said("{what}, received {received}", what=text, received=self.received)
        return text


class InvalidFile(BadInput):
    """A file that holds problems, all of which it names."""

    def __init__(self, problems: Sequence[Problem], next_step: str | None = None, command: str | None = None) -> None:
        super().__init__("\n".join(map(str, problems)), next_step=next_step, command=command)
        self.problems = tuple(problems)

    def _told(self, tr: NullTranslations) -> list[str]:
        return [problem.told(tr) for problem in self.problems]
