"""Charts in the terminal: curves by plotext, and columns of a count for each day, of blocks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from rich.console import Console, ConsoleOptions, RenderResult
from rich.text import Text

NARROWEST = 40
"""Columns of a terminal below which a chart shows nothing that its numbers do not."""

EIGHTHS = " ▁▂▃▄▅▆▇█"


@dataclass(slots=True)
class Chart:
    """Curves and points over one pair of axes. What is left out of `ticks` is not labelled.

    Args:
        curves: (xs, ys, colour) of each, drawn as lines.
        points: (xs, ys, colour, sign) of each, drawn over them.
        x_ticks, y_ticks: where the axes have labels, and which.
        marks: x of vertical lines.
    """

    curves: Sequence[tuple[Sequence[float], Sequence[float], str]]
    x_ticks: Mapping[float, str]
    y_ticks: Mapping[float, str]
    points: Sequence[tuple[Sequence[float], Sequence[float], str, str]] = ()
    marks: Sequence[float] = ()
    height: int = 12
    width: int = 76
    """At most."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < NARROWEST:
            return
        import plotext

        plotext.clear_figure()
        plotext.theme("clear")
        plotext.plotsize(min(options.max_width, self.width), self.height)
        for x in self.marks:
            plotext.vline(x, color="gray")
        for xs, ys, color in self.curves:
            plotext.plot(list(xs), list(ys), marker="braille", color=color)
        for xs, ys, color, sign in self.points:
            plotext.scatter(list(xs), list(ys), marker=sign, color=color)
        along = [*self.x_ticks, *(x for xs, _, _ in self.curves for x in xs)]
        plotext.xlim(min(along), max(along))
        plotext.ylim(min(self.y_ticks), max(self.y_ticks))
        plotext.xticks(list(self.x_ticks), list(self.x_ticks.values()))
        plotext.yticks(list(self.y_ticks), list(self.y_ticks.values()))
        built = plotext.build().rstrip("\n").removesuffix("\x1b[0m")
        yield Text.from_ansi(built, no_wrap=True, overflow="crop")


@dataclass(slots=True)
class Columns:
    """One column a day, two cells wide where there is room, with the largest and nothing on the axis.

    Args:
        values: at least one.
        top: the label of the largest.
        labels: place of a day -> what stands below it.
    """

    values: Sequence[float]
    top: str
    labels: Mapping[int, str] = field(default_factory=dict)
    height: int = 4
    color: str = "cyan"

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        if options.max_width < NARROWEST:
            return
        margin = max(len(self.top), 1)
        cell = max(1, min(3, (options.max_width - margin - 2) // len(self.values)))
        shown = self.values[-((options.max_width - margin - 2) // cell) :]
        largest = max(shown) or 1
        for row in range(self.height, 0, -1):
            label = self.top if row == self.height else ""
            line = Text(f"{label:>{margin}} │", "dim", no_wrap=True, overflow="crop")
            line.append("".join(_cell(value / largest * self.height, row, cell) for value in shown), self.color)
            yield line
        yield Text(f"{'0':>{margin}} └" + "─" * (cell * len(shown)), "dim", no_wrap=True, overflow="crop")
        yield Text(" " * (margin + 2) + self._below(len(self.values) - len(shown), cell), "dim", no_wrap=True)

    def _below(self, hidden: int, cell: int) -> str:
        line = ""
        for place, label in sorted(self.labels.items()):
            start = (place - hidden) * cell
            if start >= len(line) + bool(line) and start >= 0:
                line = line.ljust(start) + label
        return line


def _cell(height: float, row: int, width: int) -> str:
    """The part of a column in one row, of eighths; a gap after it where there is room."""
    eighths = min(8, max(0, round((height - row + 1) * 8)))
    if row == 1 and height > 0:
        eighths = max(1, eighths)  # a little is not nothing
    return EIGHTHS[eighths] * max(1, width - 1) + " " * (width > 1)
