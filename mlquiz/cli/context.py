"""What a command works with: made once, from the outside world, and handed down. Tests make their own."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from gettext import NullTranslations
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment, SegmentLines
from rich.theme import Theme

from mlquiz import config
from mlquiz.bank import Bank, load
from mlquiz.bank_index import BankIndex
from mlquiz.bulk import without_collecting
from mlquiz.cli.progress_bar import bar
from mlquiz.content import Root, roots
from mlquiz.core.errors import BadInput
from mlquiz.core.log import Fitted
from mlquiz.core.memory import MemoryModel
from mlquiz.core.question import Language
from mlquiz.core.schedule import Scheduler, study_day
from mlquiz.core.sentence import said
from mlquiz.core.session import Moment
from mlquiz.core.settings import language
from mlquiz.messages import translations
from mlquiz.view.prose import visible

if TYPE_CHECKING:
    from mlquiz.search_index import SearchIndex
    from mlquiz.store import Store

FEW = 100
"""Files that are read before one would ask what takes so long."""


@dataclass
class Context:
    """Console, clock, randomness and settings of one call of the program."""

    settings: config.Settings
    console: Console
    errors: Console
    now: Callable[[], datetime]
    random: Random = field(default_factory=Random)

    @classmethod
    def from_world(cls, lang: str | None = None) -> "Context":
        """The real one; `lang` is the questions' language where an option names it."""
        settings = config.from_environment(os.environ)
        if lang:
            settings = replace(settings, language=language(lang))
        return cls(settings, console(), console(stderr=True), lambda: datetime.now().astimezone())

    def moment(self) -> Moment:
        """Now, and the study day it belongs to."""
        now = self.now()
        return Moment(int(now.timestamp() * 1000), study_day(now, self.settings.rollover_hour))

    @property
    def language(self) -> Language:
        """The questions' language."""
        return self.settings.language

    @property
    def ui(self) -> Language:
        """The interface's language; without one of its own it speaks that of the questions."""
        return self.settings.ui or self.language

    @cached_property
    def tr(self) -> NullTranslations:
        """The interface's sentences."""
        return translations(self.ui)

    def bank(self) -> Bank:
        """The bank of all roots, from the index where it is fresh."""
        with bar(self.errors, self.tr.gettext("Reading the bank"), after=FEW) as told:
            return load(self.roots, BankIndex.at(self.settings.bank_index), told)

    @contextmanager
    def search(self, bank: Bank) -> Iterator["SearchIndex"]:
        """The search index of a bank, brought up to date."""
        from mlquiz.search_index import SearchIndex

        with bar(self.errors, self.tr.gettext("Indexing the bank"), after=FEW) as told:
            index = SearchIndex.at(self.settings.search_index, bank.items, told)
        with closing(index):
            yield index

    @contextmanager
    def store(self, bank: Bank, *, writes: bool = False) -> Iterator["Store"]:
        """The user's answers, with the cards moved by the rules of the settings and the fitted parameters.

        Args:
            writes: whether the command writes to the log; one that only reads takes a file that cannot be written.
        """
        from mlquiz.store import Store

        store = Store(self.settings.store, Scheduler(MemoryModel()), bank.former_ids, reading=not writes)
        try:
            store.obey(self.scheduler(bank, store.fitted()))
            yield store
        finally:
            store.close()

    def scheduler(self, bank: Bank, fitted: Fitted | None) -> Scheduler:
        """The rules by which cards move: of the settings, with fitted parameters where there are any.

        Raises:
            BadInput: the fitted parameters, of another program perhaps, are out of their bounds.
        """
        of_topic = self.settings.topic_retention
        own = {id: of_topic[item.topic] for id, item in bank.items.items() if item.topic in of_topic}
        own |= {old: own[id] for old, id in bank.former_ids.items() if id in own}
        return Scheduler(_model(fitted), self.settings.retention, retentions=own)

    def page(self, renderable: RenderableType, pager: bool = True) -> None:
        """Print, through the user's pager what is longer than the terminal; less keeps the colours as git has it."""
        if not (pager and self.interactive):
            self.console.print(renderable)
            return
        with without_collecting():
            lines = self.console.render_lines(renderable, self.console.options.update(height=None), pad=False)
        shown = SegmentLines(lines, new_lines=True)
        if len(lines) < self.console.height:
            self.console.print(shown, end="")
            return
        os.environ.setdefault("LESS", "FRX")
        with self.console.pager(styles=True):
            self.console.print(shown, end="")

    def tell_written(self, file: Path) -> None:
        """Say where what was asked for stands now."""
        told = self.tr.gettext("Written to {file}.").format(file=file)
        self.console.print(told, style="dim", soft_wrap=True)

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


def _model(fitted: Fitted | None) -> MemoryModel:
    try:
        return MemoryModel(fitted.weights) if fitted else MemoryModel()
    except BadInput as error:
        error.next_step = said("mlquiz optimize --reset goes back to the default parameters")
        raise


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
    if "force_terminal" not in options and not _is_terminal(sys.stderr if options.get("stderr") else sys.stdout):
        # FORCE_COLOR asks for colours: Rich would take the pipe for a terminal, and move the cursor in it
        options["force_terminal"] = False
        if os.environ.get("FORCE_COLOR") and not os.environ.get("NO_COLOR"):
            options["color_system"] = "standard"
    return _Console(highlight=False, markup=False, emoji=False, theme=theme, **options)


def _is_terminal(stream: TextIO | None) -> bool:
    try:
        return stream is not None and stream.isatty()
    except ValueError:  # it is closed
        return False
