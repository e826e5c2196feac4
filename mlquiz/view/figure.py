"""A demo's picture as a figure of matplotlib's: an extra, imported only when a file is asked for."""

from collections.abc import Sequence
from typing import Any

from mlquiz.core.number import respelled
from mlquiz.core.words import Words
from mlquiz.lab import Bars, Row, Shades
from mlquiz.view.picture import Panel, Picture, cell, label

FONTS = ["DejaVu Sans", "Noto Sans CJK SC", "PingFang SC", "Microsoft YaHei", "WenQuanYi Zen Hei", "Arial Unicode MS"]
"""The first is matplotlib's own; the others have Chinese, on one system or another."""


def figure(picture: Picture, title: str, closing: str) -> Any:
    """A matplotlib figure: the panels one below the other, the verdict under them."""
    from matplotlib.figure import Figure

    panels = list(picture.panels.items())
    heights = [0.35 * (len(panel) + 1) if isinstance(panel, list) else 2.6 for _, panel in panels]
    with styled():
        drawn = Figure(figsize=(8, sum(heights) + 0.6 * len(panels) + 1.2), layout="constrained")
        axes: Any = drawn.subplots(len(panels), 1, squeeze=False, height_ratios=heights) if panels else []
        drawn.suptitle(title, fontweight="bold")
        drawn.supxlabel(closing, fontsize="small", wrap=True)
        for (name, panel), (axis,) in zip(panels, axes, strict=True):
            axis.set_title(label(picture.words, name), loc="left", fontsize="medium")
            _draw(axis, panel, picture)
        return drawn


def styled() -> Any:
    """The fonts and the frame of every figure of ours, as a context."""
    from matplotlib import font_manager, rc_context

    installed = {font.name for font in font_manager.fontManager.ttflist}
    fonts = [font for font in FONTS if font in installed]
    return rc_context({"font.family": fonts, "axes.spines.top": False, "axes.spines.right": False})


def _draw(axis: Any, panel: Panel | Bars | Shades | Sequence[Row], picture: Picture) -> None:
    words = picture.words
    match panel:
        case Panel():
            for name, (xs, ys) in panel.series.items():
                axis.plot(xs, ys, label=label(words, name), marker="." if len(xs) < 40 else None)
            for name, x in panel.marks.items():
                axis.axvline(x, color="gray", linestyle="--", label=label(words, name))
            if panel.log:
                axis.set_yscale("log")
            _write_ticks(axis, words)
            axis.legend(fontsize="small")
        case Bars(values=values, of=of):
            axis.barh([label(words, name) for name in values], list(values.values()))
            axis.set_xlim(0, of)
            _write_ticks(axis, words)
            axis.invert_yaxis()
        case Shades(rows=rows):
            largest = max((abs(value) for row in rows.values() for value in row), default=1) or 1
            axis.imshow(list(rows.values()), cmap="RdBu", vmin=-largest, vmax=largest, aspect="auto")
            axis.set_yticks(range(len(rows)), [label(words, name) for name in rows])
        case _:
            columns = list(dict.fromkeys(name for row in panel for name in row.cells))
            cells = [
                [cell(name, row.cells[name], words) if name in row.cells else "" for name in columns] for row in panel
            ]
            axis.axis("off")
            axis.table(cells, colLabels=[label(words, name) for name in columns], loc="center", edges="horizontal")


def _write_ticks(axis: Any, words: Words) -> None:
    """Numbers at the axes as the language writes them; powers of ten and names stay as matplotlib has them."""
    from matplotlib.ticker import ScalarFormatter

    class Written(ScalarFormatter):
        def __call__(self, x: float, pos: int | None = None) -> str:
            return respelled(super().__call__(x, pos), words.language)

    for one in (axis.xaxis, axis.yaxis):
        if type(one.get_major_formatter()) is ScalarFormatter:
            one.set_major_formatter(Written())
