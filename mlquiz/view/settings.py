"""The settings as a list, and one of them explained."""

from collections.abc import Sequence
from gettext import NullTranslations
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mlquiz.core.sentence import N_
from mlquiz.core.settings import KEYS, written
from mlquiz.origins import Standing
from mlquiz.view.wrapping import Wrapped

ORIGINS = {"default": N_("default"), "file": N_("file")}


def listed(settings: Sequence[Standing], file: Path, tr: NullTranslations) -> RenderableType:
    """Every setting: name, value, where that comes from, what it means."""
    _ = tr.gettext
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold cyan", pad_edge=False)
    for title in (_("Setting"), _("Value"), _("From"), _("Meaning")):
        table.add_column(title, no_wrap=title == _("Setting"), overflow="fold")
    for one in settings:
        style = "" if one.origin == "default" else "bold"
        cells = (one.name, written(one.value), origin(one, tr))
        table.add_row(*(Text(cell, style) for cell in cells), Text(_(KEYS[one.name].says), "dim"))
    where = Text(str(file) if file.exists() else _("{file} (not there yet)").format(file=file), "dim", overflow="fold")
    return Group(where, "", table)


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
