"""Pictures of the program's screens, for docs/screens: `make screens` runs each on a pseudo-terminal anew.

The history behind them is drawn by chance from a fixed seed: about three months of study, ending today.
"""

import io
import os
import re
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import pyte
from builders import DAY, marked
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import DIMMED_MONOKAI
from rich.text import Text
from terminal import Terminal, run

from mlquiz import bank as banks
from mlquiz.content import own_root
from mlquiz.core.log import Reviewed, entry_id
from mlquiz.core.memory import MemoryModel, Rating
from mlquiz.core.question import LANGUAGES
from mlquiz.core.schedule import Card, Learning, Scheduler
from mlquiz.store import Store

FOLDER = Path(__file__).parents[1] / "docs" / "screens"
WIDTHS = (80, 140)
DAYS = 90

SCREENS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "today": ((), ()),
    "question": (("study", "--flagged", "--topic", "optimizers"), ("",)),
    "answer": (("study", "--flagged", "--topic", "regularization"), (" ", "z")),
    "keys": (("study", "--flagged", "--topic", "optimizers"), ("?",)),
    "demo": (("demo", "rmsprop", "--no-predict"), ()),
    "plan": (("plan",), ()),
    "stats": (("stats",), ()),
    "why": (("why", "weight-decay-vs-l2"), ()),
    "list": (("list", "--topic", "convolution", "--no-pager"), ()),
    "search": (("search", "weight decay", "--limit", "5"), ("",)),
}
"""Name -> the call, and the keys pressed one after the other."""

FLAGGED = ("learning-rate-too-large", "weight-decay-vs-l2")


def history(home: Path, today_at: int) -> None:
    """A store in which somebody studied on most days; what they recall follows FSRS-6 with the default parameters."""
    random, model = Random(7), MemoryModel()
    scheduler = Scheduler(model)
    questions = sorted(banks.load([own_root()]).items.values(), key=lambda item: random.random())[:70]
    cards: dict[str, Card] = {}
    with closing(Store(home / "mlquiz.db", scheduler)) as store:
        for ago in range(DAYS, 0, -1):
            at = today_at - ago * DAY
            day = at // DAY
            due = [id for id, card in cards.items() if isinstance(card.place, Learning) or card.place.due_day <= day]
            fresh = [item.id for item in questions if item.id not in cards][: 2 if random.random() < 0.6 else 0]
            entries = []
            for id in [*due, *fresh] if random.random() < 0.85 else []:
                item = next(one for one in questions if one.id == id)
                for _ in range(3):
                    card = cards.get(id)
                    recall = model.retrievability(card.memory, day - card.last_day) if card else 0.5
                    rating = random.choice([Rating.GOOD] * 6 + [Rating.HARD, Rating.EASY])
                    rating = rating if random.random() < recall else Rating.AGAIN
                    at += 1000 * random.randint(15, 70)
                    cards[id] = scheduler.answer(card, id, rating, at, day)
                    entries.append(
                        Reviewed(
                            entry_id(at, random), at, day, id, rating, item.question.form.kind,
                            random.choice(LANGUAGES), item.content, "default", "device", random.uniform(10, 60),
                        )
                    )  # fmt: skip
                    if not isinstance(cards[id].place, Learning):
                        break
            store.append(entries)
        store.append(marked(today_at + number, id) for number, id in enumerate(FLAGGED))


BLANK = Style(strike=False)
"""Looks like nothing, and is not the style of a word."""


def style_of(cell: pyte.screens.Char) -> Style:
    """The looks of one cell of the screen."""
    named = {"brown": "yellow", "brightbrown": "bright_yellow"}
    colors = []
    for name in (cell.fg, cell.bg):
        is_hex = len(name) == 6 and all(letter in "0123456789abcdef" for letter in name)
        colors.append(f"#{name}" if is_hex else named.get(name, name.replace("bright", "bright_", 1)))
    return Style(
        color=colors[0], bgcolor=colors[1], bold=cell.bold, italic=cell.italics, underline=cell.underscore,
        reverse=cell.reverse,
    )  # fmt: skip


def runs(cells: Iterable[pyte.screens.Char]) -> Iterator[tuple[str, Style]]:
    """Neighbours of the same looks, together; blanks apart, so that each word is drawn in its own place."""
    for style, together in groupby(cells, style_of):
        for part in re.split(r"( +)", "".join(cell.data for cell in together)):
            yield part, style if part.strip() or style.reverse or style.bgcolor else BLANK


def save(terminal: Terminal, name: str) -> None:
    """Keep what stands on the screen as a picture."""
    console = Console(
        record=True, width=terminal.width, file=io.StringIO(), color_system="truecolor", force_terminal=True
    )
    rows = [terminal.screen.buffer[down] for down in range(terminal.screen.lines)]
    lines = [Text.assemble(*runs(row[at] for at in range(terminal.width))) for row in rows]
    while lines and not lines[-1].plain.strip():
        lines.pop()
    for line in lines:
        console.print(line, no_wrap=True, crop=True, highlight=False)
    FOLDER.mkdir(parents=True, exist_ok=True)
    console.save_svg(str(FOLDER / f"{name}.svg"), title="mlquiz", theme=DIMMED_MONOKAI)


def picture(name: str, language: str, width: int) -> None:
    """Run one call and keep its last screen."""
    call, keys = SCREENS[name]
    with Terminal(*call, width=width, height=110, MLQUIZ_UI=language, MLQUIZ_LANG=language) as terminal:
        if keys:
            for key in keys:
                terminal.settle()
                terminal.child.send(key)
            terminal.settle()
        else:
            terminal.wait(lambda: terminal._ended, "the end")
        save(terminal, f"{name}-{language}-{width}")


def main(wanted: list[str]) -> None:
    """Every screen in every language, narrow; in English wide too."""
    with TemporaryDirectory() as home:
        os.environ |= {"MLQUIZ_HOME": home, "HOME": home}
        history(Path(home), int(time.time() * 1000))
        assert run("plan", (date.today() + timedelta(days=24)).isoformat(), "--minutes", "12").code == 0
        for name in wanted or SCREENS:
            for language in LANGUAGES:
                for width in WIDTHS if language == "en" else WIDTHS[:1]:
                    picture(name, language, width)
                    print(name, language, width, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
