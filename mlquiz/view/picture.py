"""A demo's events as a picture that grows: curves, bars of counts, tables, and lines that were said."""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import cycle

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlquiz.core.formula import unicode_of
from mlquiz.core.number import written
from mlquiz.core.words import Words
from mlquiz.lab import Bars, Event, Mark, Number, Plot, Row, Say, Shades, Told, Verdict
from mlquiz.view import axes
from mlquiz.view.prose import plain
from mlquiz.view.punctuation import named, separated
from mlquiz.view.wrapping import Wrapped

COLORS = {
    "red": "red",
    "blue+": "bright_blue",
    "green": "green",
    "magenta": "magenta",
    "cyan": "cyan",
    "orange": "yellow",
}
"""Plotext's names of the curves' colours, and Rich's: readable on light and on dark."""


_DECIMAL = re.compile(r"-?[0-9]+\.[0-9]+")

FRAME = 3
"""Rows of a plot that no curve is drawn in: its frame, and the numbers below it."""

SHADES = "·░▒▓█"
"""Five steps from nothing to the largest."""


@dataclass(slots=True)
class Panel:
    """The points of one panel of curves."""

    log: bool
    series: dict[str, tuple[list[Number], list[Number]]] = field(default_factory=dict)
    marks: dict[str, Number] = field(default_factory=dict)

    def add(self, x: Number, y: Mapping[str, Number]) -> None:
        for name, value in y.items():
            xs, ys = self.series.setdefault(name, ([], []))
            xs.append(x)
            ys.append(value)


@dataclass(slots=True)
class Picture:
    """What a run has shown so far. Render it anew after each event."""

    words: Words
    panels: dict[str, Panel | Bars | Shades | list[Row]] = field(default_factory=dict)
    said: list[Say] = field(default_factory=list)
    verdict: Verdict | None = None

    def add(self, event: Event) -> None:
        """Take in one more event."""
        match event:
            case Plot(panel, x, y, log):
                shown = self.panels.setdefault(panel, Panel(log))
                if isinstance(shown, Panel):
                    shown.add(x, y)
            case Mark(panel, x, name):
                shown = self.panels.setdefault(panel, Panel(log=False))
                if isinstance(shown, Panel):
                    shown.marks[name] = x
            case Bars(panel) | Shades(panel):
                self.panels[panel] = event
            case Row(panel):
                shown = self.panels.setdefault(panel, [])
                if isinstance(shown, list):
                    shown.append(event)
            case Say():
                self.said.append(event)
            case Verdict():
                self.verdict = event

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        for name, panel in self.panels.items():
            yield Wrapped(label(self.words, name), "bold")
            if isinstance(panel, Panel):
                yield from _curves(panel, self.words, options.max_width, _height(len(self.panels), options))
            elif isinstance(panel, Bars):
                yield _bars(panel, self.words, options.max_width)
            elif isinstance(panel, Shades):
                yield _shades(panel, self.words, options.max_width)
            else:
                yield _table(panel, self.words)
        for said in self.said:
            yield Padding(Wrapped(sentence(self.words.say[said.key], said.numbers, self.words)), (0, 0, 0, 2))


def label(words: Words, key: str) -> str:
    """What stands on the screen for a name in an event; a name that is a number is written as one."""
    if key not in words.labels and _DECIMAL.fullmatch(key):
        return written(float(key), words.language)
    return plain(words.labels.get(key) or words.parameters.get(key, key))


def sentence(template: str, numbers: Mapping[str, Told], words: Words) -> str:
    """A sentence with its numbers put in; a text among them may be a key into the labels.

    Raises:
        KeyError, ValueError, IndexError, TypeError: braces that do not fit the numbers.
    """
    values = {
        name: label(words, value) if isinstance(value, str) else Written(value, words)
        for name, value in numbers.items()
    }
    return plain(template.format_map(values))


def line_of(event: Event, words: Words) -> str | None:
    """An event as one plain line, for a pipe or a screen reader."""
    match event:
        case Plot(panel, x, y):
            values = "  ".join(f"{label(words, name)} {shown(value, words)}" for name, value in y.items())
            return named(f"{label(words, panel)} @ {shown(x, words)}", values, words.language)
        case Mark(panel, x, name):
            return named(label(words, panel), f"{label(words, name)} @ {shown(x, words)}", words.language)
        case Bars(panel, values=counts, of=of):
            values = "  ".join(
                f"{label(words, name)} {shown(value, words)}/{shown(of, words)}" for name, value in counts.items()
            )
            return named(label(words, panel), values, words.language)
        case Shades(panel, rows):
            told = (
                f"{label(words, name)} {' '.join(shown(value, words) for value in values)}"
                for name, values in rows.items()
            )
            return named(label(words, panel), separated(told, words.language), words.language)
        case Row(panel, cells):
            return "  ".join(f"{label(words, name)} {cell(name, value, words)}" for name, value in cells.items())
        case Say(key, numbers):
            return sentence(words.say[key], numbers, words)
    return None


def shown(value: Number, words: Words) -> str:
    """A number in at most nine characters or so, as the language writes it."""
    return written(value, words.language, "" if isinstance(value, int) else ".4g")


def cell(column: str, value: Told | Mapping[str, Told], words: Words) -> str:
    """What stands in a row of a table."""
    match value:
        case str():
            return label(words, value)
        case int() | float():
            return shown(value, words)
        case Mapping():
            return sentence(words.say[column], value, words)
    return f"{Written(value, words):.4g}"


class Written:
    """A number, or several, that a sentence formats, written as the sentence's language has it."""

    def __init__(self, value: Number | Sequence[Number], words: Words) -> None:
        self._values, self._words = value if isinstance(value, Sequence) else [value], words

    def __format__(self, specification: str) -> str:
        told = [written(value, self._words.language, specification) for value in self._values]
        return separated(told, self._words.language) if any("," in one for one in told) else ", ".join(told)


def _height(panels: int, options: ConsoleOptions) -> int:
    """Rows for one plot, so that the whole picture fits the screen."""
    return max(6, min(14, (options.size.height - 8) // max(1, panels)))


def _curves(panel: Panel, words: Words, width: int, height: int) -> Iterable[RenderableType]:
    if width < 24 or not panel.series:
        yield _latest(panel, words)
        return
    import plotext

    plotext.clear_figure()
    plotext.theme("clear")
    plotext.plotsize(width, height)
    ceiling = floor = None
    for (xs, ys), color in zip(panel.series.values(), cycle(COLORS), strict=False):
        points = [(x, math.log10(y) if panel.log else y) for x, y in zip(xs, ys, strict=True) if y > 0 or not panel.log]
        if points:
            plotext.plot(*map(list, zip(*points, strict=True)), marker="braille", color=color)
            ceiling = max([y for _, y in points] + ([] if ceiling is None else [ceiling]))
            floor = min([y for _, y in points] + ([] if floor is None else [floor]))
    for x in panel.marks.values():
        plotext.vline(x, color="gray")
    plotext.xticks(*_written(axes.across([x for xs, _ in panel.series.values() for x in xs]), words))
    if floor is not None and ceiling is not None:
        if panel.log:
            powers = axes.powers(math.floor(floor), math.ceil(ceiling), height - FRAME)
            plotext.ylim(powers[0], powers[-1])
            plotext.yticks(powers, [unicode_of(f"10^{{{power}}}") for power in powers])
        else:
            plotext.yticks(*_written(axes.ticks(floor, ceiling, height // 2, height - FRAME), words))
    yield Text.from_ansi(plotext.build().rstrip("\n").removesuffix("\x1b[0m"), no_wrap=True, overflow="crop")
    yield _latest(panel, words)


def _written(ticks: Sequence[Number], words: Words) -> tuple[list[float], list[str]]:
    """Where the numbers of an axis stand, and how they are written."""
    return [float(tick) for tick in ticks], [shown(tick, words) for tick in ticks]


def _latest(panel: Panel, words: Words) -> RenderableType:
    """The legend, with where each curve stands now; an entry is torn only where it is wider than the screen."""
    line = Wrapped()
    for (name, (_, ys)), color in zip(panel.series.items(), cycle(COLORS.values()), strict=False):
        _enter(line, "━", label(words, name), color, shown(ys[-1], words))
    for name, x in panel.marks.items():
        _enter(line, "│", label(words, name), "dim", shown(x, words))
    return Padding(line, (0, 0, 0, 2), expand=False)


def _enter(line: Text, sign: str, name: str, style: str, number: str) -> None:
    line.append("  " if line else "").append(f"{sign} {name} ".replace(" ", "\u00a0"), style).append(number, "bold")


def _bars(bars: Bars, words: Words, width: int) -> RenderableType:
    table = Table.grid(padding=(0, 1))
    names = [label(words, name) for name in bars.values]
    room = max(5, min(40, width - max((Text(name).cell_len for name in names), default=0) - 16))
    for name, value in zip(names, bars.values.values(), strict=True):
        full = min(room, round(room * float(value) / float(bars.of))) if bars.of else 0
        bar = Text("█" * full, "red").append("░" * (room - full), "dim")
        table.add_row(Text("  " + name), bar, Text(f"{shown(value, words)}/{shown(bars.of, words)}", "bold"))
    return table


def _shades(shades: Shades, words: Words, width: int) -> RenderableType:
    """A matrix, a cell two columns wide; what is negative has a minus in it besides its colour."""
    table = Table.grid(padding=(0, 1))
    largest = max((abs(value) for values in shades.rows.values() for value in values), default=0)
    names = {name: label(words, name) for name in shades.rows}
    room = width - max((Text(name).cell_len for name in names.values()), default=0) - 4
    for name, values in shades.rows.items():
        line = Text(no_wrap=True, overflow="crop")
        cell = 2 if 2 * len(values) <= room else 1
        for value in values:
            level = round((len(SHADES) - 1) * abs(value) / largest) if largest else 0
            shade = SHADES[level] * cell
            negative = value < 0 and level > 0
            line.append(("-" + shade)[:cell] if negative and cell > 1 else shade, "red" if negative else "cyan")
        table.add_row(Text("  " + names[name]), line)
    return table


def _table(rows: list[Row], words: Words) -> RenderableType:
    columns = list(dict.fromkeys(name for row in rows for name in row.cells))
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=True)
    for name in columns:
        texts = [value for row in rows if isinstance(value := row.cells.get(name), str)]
        numeric = not any(character.isalpha() for text in texts for character in text)
        table.add_column(label(words, name), justify="right" if numeric else "left")
    for row in rows:
        table.add_row(*(Text(cell(name, row.cells[name], words) if name in row.cells else "") for name in columns))
    return table
