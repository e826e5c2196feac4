"""A list over the footer: whole where both fit the window, else a page at a time."""

from collections.abc import Callable
from functools import partial
from gettext import NullTranslations

from rich.console import Console, Group, RenderableType
from rich.segment import Segment, Segments

from mlquiz.keys import ENTER, ESCAPE, SPACE
from mlquiz.view.key_list import goes_on

ON = (SPACE, ENTER, ESCAPE)
"""Keys that go on to the next page; an arrow is an Escape here. Any other leaves the list, and does what it does."""

Footer = Callable[[], RenderableType]
"""What stands at the bottom now; it is drawn again as the time goes by."""


def rows(console: Console, of: RenderableType) -> int:
    """How many rows of the window it takes."""
    return len(console.render_lines(of, pad=False))


def fits(console: Console, *parts: RenderableType) -> bool:
    """Whether the window holds all of them, one under the other."""
    return rows(console, Group(*parts)) <= console.height


def print_paged(
    console: Console,
    whole: RenderableType,
    under: RenderableType,
    tr: NullTranslations,
    *,
    kept: Footer,
    wait: Callable[[Footer], bool],
) -> None:
    """Print a list, the last part of it so that what stands under it afterwards finds room.

    Args:
        under: what the caller draws after the list.
        kept: what of it stays in sight under each page.
        wait: draws what it is given, and waits for a key; whether to go on with the list.
    """
    lines = console.render_lines(whole, pad=False)
    while lines and len(lines) + rows(console, under) > console.height:
        room = max(1, console.height - max(rows(console, _under_page(kept, tr, more)) for more in (True, False)))
        page, lines = lines[:room], lines[room:]
        _print(console, page)
        if not wait(partial(_under_page, kept, tr, bool(lines))):
            return
    _print(console, lines)


def _under_page(kept: Footer, tr: NullTranslations, more: bool) -> RenderableType:
    return Group(kept(), goes_on(tr, more=more))


def _print(console: Console, lines: list[list[Segment]]) -> None:
    console.print(Segments([segment for line in lines for segment in [*line, Segment.line()]]), end="")
