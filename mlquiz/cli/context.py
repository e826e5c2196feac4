"""What a command works with: made once, from the outside world, and handed down. Tests make their own."""

import os
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from gettext import NullTranslations
from importlib.util import find_spec
from random import Random
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.theme import Theme

from mlquiz import config
from mlquiz.bank import Bank, load
from mlquiz.bank_index import BankIndex
from mlquiz.content import Root, roots
from mlquiz.core.question import Language
from mlquiz.core.schedule import study_day
from mlquiz.core.session import Moment
from mlquiz.messages import translations
from mlquiz.view.prose import visible


@dataclass
class Context:
    """Console, clock, randomness and settings of one call of the program."""

    settings: config.Settings
    console: Console
    errors: Console
    now: Callable[[], datetime]
    random: Random = field(default_factory=Random)

    @classmethod
    def from_world(cls) -> "Context":
        """The real one."""
        return cls(
            config.from_environment(os.environ), console(), console(stderr=True), lambda: datetime.now().astimezone()
        )

    def moment(self) -> Moment:
        """Now, and the study day it belongs to."""
        now = self.now()
        return Moment(int(now.timestamp() * 1000), study_day(now))

    def language(self, given: str | None) -> Language:
        """The language asked for, or the one of the settings."""
        return config.language(given) if given else self.settings.language

    def sentences(self, language: Language) -> NullTranslations:
        """The interface's sentences in a language."""
        return translations(language)

    def bank(self) -> Bank:
        """The bank of all roots, from the index where it is fresh."""
        return load(self.roots, BankIndex.at(self.settings.bank_index))

    @property
    def roots(self) -> list[Root]:
        return roots(self.settings.banks)

    @property
    def interactive(self) -> bool:
        """Whether a person sits at a terminal that can move its cursor and give single keys."""
        return self.at_terminal and not self.console.is_dumb_terminal and find_spec("termios") is not None

    @property
    def at_terminal(self) -> bool:
        """Whether a person types and reads, on however simple a terminal."""
        return sys.stdin.isatty() and self.console.is_terminal


class _Console(Console):
    """A console that no text can drive: control characters are shown, whatever they came in."""

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of a renderable, their texts made visible."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.replace("\n", "").isprintable():
                yield segment
            else:
                yield Segment(visible(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        """Leave it to the program, which has one place for exit codes."""
        raise BrokenPipeError


def console(**options: Any) -> Console:
    """A console on which a text of the bank is only ever text, with colours that suit light and dark."""
    theme = Theme({"markdown.code": "cyan", "markdown.item.bullet": "dim", "markdown.item.number": "dim"})
    return _Console(highlight=False, markup=False, emoji=False, theme=theme, **options)
