"""A table that a narrow window does not tear: there each row's cells stand under its first one, with their headings."""

from collections.abc import Sequence

from rich.console import Console, ConsoleOptions, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlquiz.core.question import Language
from mlquiz.view.punctuation import named
from mlquiz.view.wrapping import Wrapped

GAP = 2
"""Cells between two columns."""


class Rows:
    """Rows of text, each under a name in the first column.

    Args:
        headings: of all columns; the first may be empty.
        rows: as many cells each; an empty one is left out where cells are stacked.
    """

    def __init__(self, headings: Sequence[str], rows: Sequence[Sequence[str]], language: Language) -> None:
        self.headings, self.rows, self.language = headings, rows, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if self._narrowest() > options.max_width:
            for row in self.rows:
                yield Wrapped(row[0])
                yield Padding(Wrapped(self._told(row), "dim"), (0, 0, 0, 2), expand=False)
            return
        table = Table(box=None, padding=(0, GAP // 2), header_style="dim", pad_edge=False)
        for place, heading in enumerate(self.headings):
            table.add_column(heading, justify="right" if place else "left", no_wrap=bool(place))
        for row in self.rows:
            table.add_row(*row)
        yield table

    def _told(self, row: Sequence[str]) -> str:
        cells = zip(self.headings[1:], row[1:], strict=True)
        return " · ".join(named(heading, cell, self.language).replace(" ", "\u00a0") for heading, cell in cells if cell)

    def _narrowest(self) -> int:
        """The cells that the table takes when only its names wrap, at words."""
        names, *others = zip(self.headings, *self.rows, strict=True)
        longest = max((Text(word).cell_len for name in names for word in name.split()), default=0)
        return longest + sum(GAP + max(Text(cell).cell_len for cell in column) for column in others)
