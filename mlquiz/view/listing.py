"""The questions as a table, and as lines for another program."""

from collections.abc import Callable, Iterator, Sequence
from gettext import NullTranslations
from itertools import groupby
from typing import Any, NamedTuple

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlquiz.core.cue import cue
from mlquiz.core.listing import MARKS, Order, Row, iso
from mlquiz.core.question import Language
from mlquiz.core.schedule import Learning
from mlquiz.core.session import Moment
from mlquiz.view.footer import wait
from mlquiz.view.names import days, form_name, language_of, level_name
from mlquiz.view.prose import plain
from mlquiz.view.punctuation import named
from mlquiz.view.wrapping import Wrapped

NARROW = 90
"""Columns below which the columns stand one cell apart."""

SMALL = 70
"""Columns below which form and level are left out."""

WIDE = 120
"""Columns from which the questions themselves are shown."""


class _Column(NamedTuple):
    heading: str
    cell: Callable[[Row], Text]
    options: dict[str, Any]


class Listing:
    """A table that takes what fits, and no table where an id would not; by topic it has the topics as headings.

    Args:
        language: the one to tell the questions in.
    """

    def __init__(
        self, rows: Sequence[Row], order: Order, moment: Moment, language: Language, tr: NullTranslations
    ) -> None:
        self.rows, self.order, self.moment, self.language, self.tr = rows, order, moment, language, tr

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        width = options.max_width
        gap = 1 if width < NARROW else 2
        bare = not any(row.lapses or row.marks for row in self.rows)
        shapes = [(True, True)] * (width >= SMALL) + [(False, True)] + [(False, False)] * bare
        tries = (self._columns(width, kinds=kinds, past=past) for kinds, past in shapes)
        columns = next((columns for columns in tries if self._taken(columns, gap) <= width), None)
        yield from self._table(columns, gap, expand=width >= WIDE) if columns else self._stacked()
        if letters := legend(self.rows, self.tr):
            yield Wrapped(letters, "dim")

    def _taken(self, columns: Sequence[_Column], gap: int) -> int:
        """The cells that whole columns take; a question's text takes what is left, of a topic's name some."""
        taken = 0
        for column in columns:
            if "ratio" not in column.options:
                widest = max(cell.cell_len for cell in (Text(column.heading), *map(column.cell, self.rows)))
                taken += gap + min(widest, column.options.get("max_width", widest))
        return taken - gap

    def _grouped(self) -> Iterator[tuple[str, Iterator[Row]]]:
        return groupby(self.rows, lambda row: row.item.topic if self.order == "topic" else "")

    def _table(self, columns: Sequence[_Column], gap: int, *, expand: bool) -> Iterator[RenderableType]:
        table = Table(box=None, padding=(0, gap, 0, 0), pad_edge=False, header_style="dim", expand=expand)
        for column in columns:
            table.add_column(column.heading, no_wrap=column is not columns[0], **column.options)
        for topic, of in self._grouped():
            if topic:
                table.add_row(Text(topic, "bold cyan"))
            for row in of:
                table.add_row(*(column.cell(row) for column in columns))
        yield table

    def _stacked(self) -> Iterator[RenderableType]:
        """Every id on a line of its own, what stands of it below."""
        for topic, of in self._grouped():
            if topic:
                yield Text(topic, "bold cyan")
            for row in of:
                yield Text(row.item.id, "bold" if row.due else "", no_wrap=True, overflow="ellipsis")
                yield Padding(self._facts(row, named_topic=not topic), (0, 0, 0, 2), expand=False)

    def _facts(self, row: Row, *, named_topic: bool) -> Text:
        """What a row says but for its id, in one text."""
        _ = self.tr.gettext
        lapses = named(_("lapses"), str(row.lapses), language_of(self.tr)).replace(" ", "\u00a0")
        told = Wrapped()
        for fact in (
            *([Text(row.item.topic, "cyan")] if named_topic else []),
            self._due(row),
            *([Text(lapses)] if row.lapses else []),
            *([_letters(row)] if row.marks else []),
        ):
            told.append(" · " if told else "", "dim").append_text(fact)
        return told

    def _columns(self, width: int, *, kinds: bool, past: bool) -> list[_Column]:
        _ = self.tr.gettext
        room = 16 if width >= 80 else 6
        topic = _Column(
            _("topic"), lambda row: Text(row.item.topic, "cyan"), {"overflow": "ellipsis", "max_width": room}
        )
        told = _Column(_("question"), lambda row: Text(plain(cue(row.item.question, self.language))), {"ratio": 1})
        kind = [
            _Column(_("form"), lambda row: Text(form_name(row.item.question.form.kind, self.tr), "dim"), {}),
            _Column(_("level"), lambda row: Text(level_name(row.item.question.level, self.tr), "dim"), {}),
        ]
        marks = [
            _Column(_("lapses"), lambda row: Text(str(row.lapses or "")), {"justify": "right"}),
            _Column("", _letters, {}),
        ]
        return [
            _Column(_("question id"), lambda row: Text(row.item.id, "bold" if row.due else ""), {"overflow": "fold"}),
            *([] if self.order == "topic" else [topic]),
            *(kind if kinds else []),
            _Column(_("due/interval"), self._due, {"justify": "right"}),
            *(marks if past else []),
            *([told] if width >= WIDE else []),
        ]

    def _due(self, row: Row) -> Text:
        """When it is due and after how long an interval, as `3 d / 21 d`; `new` for one never answered."""
        _ = self.tr.gettext
        if row.card is None or row.due_day is None:
            return Text(_("new"), "cyan")
        if isinstance(row.card.place, Learning):
            up = row.card.place.due_at <= self.moment.at
            return Text(_("due"), "green") if up else Text(wait(row.card, self.moment, self.tr), "green")
        until = Text(_("due"), "green") if row.due else Text(days(row.due_day - self.moment.day, self.tr))
        return until.append(f" / {wait(row.card, self.moment, self.tr)}", "not green dim")


def _letters(row: Row) -> Text:
    return Text("".join(mark[0].upper() for mark in row.marks), "magenta")


def legend(rows: Sequence[Row], tr: NullTranslations) -> str:
    """What the letters of the marks mean, of those that are there."""
    _ = tr.gettext
    names = {"flagged": _("flagged"), "suspended": _("suspended"), "buried": _("buried today"), "leech": _("leech")}
    there = {mark for row in rows for mark in row.marks}
    return " · ".join(f"{mark[0].upper()} {names[mark]}" for mark in MARKS if mark in there)


def line(row: Row) -> str:
    """A row for another program: id, topic, form, level, due date or `new`, interval in days, lapses, marks."""
    due = iso(row.due_day) if row.due_day is not None else "new"
    interval = "" if row.interval is None else str(row.interval)
    facts = (row.item.id, row.item.topic, row.item.question.form.kind, row.item.question.level, due, interval)
    return "\t".join((*facts, str(row.lapses), ",".join(row.marks)))
