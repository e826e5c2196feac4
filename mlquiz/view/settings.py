"""The settings as a list, and one of them explained."""

from collections.abc import Iterator, Sequence
from gettext import NullTranslations
from pathlib import Path

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlquiz.core.sentence import N_
from mlquiz.core.settings import KEYS, written
from mlquiz.origins import Standing
from mlquiz.view.wrapping import Wrapped

ORIGINS = {"default": N_("default"), "file": N_("file")}


MEANING = 24
"""Columns at least that a table has for what a setting means; with fewer left, it stands under its name."""


class Settings:
    """Every setting: name, value, where that comes from, what it means."""

    def __init__(self, settings: Sequence[Standing], tr: NullTranslations) -> None:
        self.settings, self.tr = settings, tr

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        cells = [(one.name, written(one.value), origin(one, self.tr)) for one in self.settings]
        taken = sum(2 + max(Text(cell).cell_len for cell in column) for column in zip(*cells, strict=True))
        yield from self._stacked() if taken + MEANING > options.max_width else [self._table()]

    def _stacked(self) -> Iterator[RenderableType]:
        _ = self.tr.gettext
        for one in self.settings:
            told = _("{key} = {value} ({origin})")
            told = told.format(key=one.name, value=written(one.value), origin=origin(one, self.tr))
            yield Wrapped(told, "" if one.origin == "default" else "bold")
            yield Padding(Wrapped(_(KEYS[one.name].says), "dim"), (0, 0, 0, 2), expand=False)

    def _table(self) -> RenderableType:
        _ = self.tr.gettext
        table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold cyan", pad_edge=False)
        for title in (_("Setting"), _("Value"), _("From"), _("Meaning")):
            table.add_column(title, no_wrap=title == _("Setting"), overflow="fold")
        for one in self.settings:
            style = "" if one.origin == "default" else "bold"
            cells = (one.name, written(one.value), origin(one, self.tr))
            table.add_row(*(Text(cell, style) for cell in cells), Wrapped(_(KEYS[one.name].says), "dim"))
        return table


def listed(settings: Sequence[Standing], file: Path, tr: NullTranslations) -> RenderableType:
    """The file's path, and every setting."""
    told = str(file) if file.exists() else tr.gettext("{file} (not there yet)").format(file=file)
    return Group(Text(told, "dim", overflow="fold"), "", Settings(settings, tr))


def explained(of: Standing, tr: NullTranslations) -> RenderableType:
    """One setting in full, and the command that sets it."""
    _, key = tr.gettext, KEYS[of.name]
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_row(_("value"), Text(written(of.value), "bold"))
    facts.add_row(_("from"), origin(of, tr))
    if key.default is not None:
        facts.add_row(_("default"), written(key.default))
    facts.add_row(_("takes"), _(key.expects))
    topic, value = _("TOPIC"), _("VALUE")  # in no f-string: Babel does not look there
    member = f".{topic}" if isinstance(key.default, dict) else ""
    command = Text(f"$ mlquiz config {of.name}{member} {value}", "dim")
    return Group(Text(of.name, "bold cyan"), Wrapped(_(key.says)), "", facts, "", command)


def origin(of: Standing, tr: NullTranslations) -> str:
    """Where a setting's value comes from: the name of a variable, or a word."""
    return of.variable or tr.gettext(ORIGINS[of.origin])
