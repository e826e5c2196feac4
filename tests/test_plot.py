"""A demo's picture as a file: what the screen shows, drawn by matplotlib."""

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from mlquiz.cli import plot
from mlquiz.core.errors import BadEnvironment
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.words import PredictionWords, VerdictWords, Words
from mlquiz.lab import Bars, Event, Mark, Plot, Row, Shades
from mlquiz.view.picture import Picture

LABELS: dict[Language, dict[str, str]] = {
    "en": {"curve": "Curve", "height": "Height", "limit": "Limit", "counts": "Counts", "matrix": "Matrix", "table": "Table"},
    "ru": {"curve": "Кривая", "height": "Высота", "limit": "Предел", "counts": "Счёт", "matrix": "Матрица", "table": "Таблица"},
    "fr": {"curve": "Courbe", "height": "Hauteur", "limit": "Limite", "counts": "Décompte", "matrix": "Matrice", "table": "Tableau"},
    "zh": {"curve": "曲线", "height": "高度", "limit": "界限", "counts": "计数", "matrix": "矩阵", "table": "表格"},
}  # fmt: skip
EVENTS: list[Event] = [
    Plot("curve", 0, {"height": 1.0}, log=True),
    Plot("curve", 1, {"height": 0.1}, log=True),
    Mark("curve", 0.5, "limit"),
    Bars("counts", {"height": 3}, 4),
    Shades("matrix", {"height": [0.0, -1.0], "limit": [0.5, 1.0]}),
    Row("table", {"height": 1.5, "limit": "height"}),
]


def picture(language: Language) -> Picture:
    verdict = VerdictWords("yes", "no", "open")
    words = Words("T", "F", "M", PredictionWords("?"), "C", verdict, "L", {}, LABELS[language], language=language)
    drawn = Picture(words)
    for event in EVENTS:
        drawn.add(event)
    return drawn


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_panel_curve_and_mark_has_its_name(language: Language, tmp_path: Path) -> None:
    plot.save(picture(language), tmp_path / "a.svg", "A title", "It holds.")
    names = re.findall("<!-- (.+?) -->", (tmp_path / "a.svg").read_text(encoding="utf-8"))
    assert set(LABELS[language].values()) | {"A title", "It holds."} <= set(names)


@pytest.mark.parametrize(
    ("language", "tick", "other"), [("en", "0.5", "0,5"), ("ru", "0,5", "0.5"), ("fr", "0,5", "0.5")]
)
def test_axes_have_the_decimal_mark_of_the_language(language: Language, tick: str, other: str, tmp_path: Path) -> None:
    drawn = Picture(picture(language).words)
    for x in (0.0, 1.0):
        drawn.add(Plot("curve", x, {"height": 2 * x - 1}))
    plot.save(drawn, tmp_path / "a.svg", "A title", "")
    names = re.findall("<!-- (.+?) -->", (tmp_path / "a.svg").read_text(encoding="utf-8"))
    assert any(tick in name for name in names) and not any(other in name for name in names)
    console = Console(file=StringIO(), width=80)
    console.print(drawn)
    screen = console.file.getvalue()  # type: ignore[attr-defined]
    assert f" {tick}┤" in screen and f"−{tick}┤" in screen and tick.replace("5", "2") in screen
    assert other not in screen and other.replace("5", "2") not in screen


def test_a_mark_that_comes_before_its_curve_is_shown(tmp_path: Path) -> None:
    early = Picture(picture("en").words)
    early.add(Mark("curve", 0.5, "limit"))
    console = Console(file=StringIO(), width=80)
    console.print(early)
    assert "Limit 0.5" in console.file.getvalue().replace("\u00a0", " ")  # type: ignore[attr-defined]
    plot.save(early, tmp_path / "a.svg", "A title", "")


def test_a_png_is_one(tmp_path: Path) -> None:
    plot.save(picture("en"), tmp_path / "a.png", "A title", "It holds.")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")


def test_a_picture_of_nothing_can_be_drawn(tmp_path: Path) -> None:
    empty = Picture(picture("en").words)
    plot.save(empty, tmp_path / "a.svg", "A title", "")
    assert "A title" in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_a_place_that_cannot_be_written_is_an_error_of_ours(tmp_path: Path) -> None:
    (tmp_path / "a.png").mkdir()
    with pytest.raises(BadEnvironment, match="cannot be written"):
        plot.save(picture("en"), tmp_path / "a.png", "A title", "")
