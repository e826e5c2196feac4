"""Line breaks for text that mixes Chinese with Latin words.

Rich breaks at spaces alone, which leaves Chinese ragged: here a line may also break between two Chinese characters, but
never before closing punctuation nor after an opening bracket (line-start and line-end prohibition in W3C CLREQ). French
punctuation that has a space before it stays on the line of its word, and so does a percent sign.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from rich.cells import cell_len
from rich.console import Console
from rich.containers import Lines
from rich.markdown import Markdown, MarkdownContext, Paragraph
from rich.text import Text

_OPENING = "（《「『【〔“‘"
_CLOSING = "。，、；：？！）》」』】〕”’…—～·"
_WIDE = "\u2e80-\uffdc"
"""Chinese characters and full-width forms, with their neighbours."""

_FRENCH = r"(?: (?:[:;?!»](?!\S)|(?:%|[kMG]o)(?!\w)[.,;)»]*))*"
_WORD = re.compile(rf"\s*(?:« )?\S+{_FRENCH}\s*")
"""What stays on one line of a text without Chinese: a word, with the punctuation that belongs to it."""


def is_wide(text: str) -> bool:
    """Whether a text has Chinese characters. The patterns for them take milliseconds to compile: only if needed."""
    return bool(text) and max(text) >= _WIDE[0]


@cache
def _wide_chunk() -> re.Pattern[str]:
    """What stays on one line of a text with Chinese: a Chinese character or a word, with its punctuation."""
    return re.compile(rf"\s*(?:« )?[{_OPENING}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)?[{_CLOSING}]*{_FRENCH}\s*")


class Wrapped(Text):
    """A text that wraps in this way. A word wider than the line is folded."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """The text in lines of at most `width` cells."""
        lines = Lines()
        for line in self.split("\n", allow_blank=True):
            for part in line.divide(breaks(line.plain, width)):
                part.rstrip()
                lines.append(part)
        return lines


def breaks(text: str, width: int) -> Iterator[int]:
    """Offsets at which a line ends, so that no line is wider than `width` cells (unless one character is)."""
    used = 0
    for found in (_wide_chunk() if is_wide(text) else _WORD).finditer(text):
        bare = cell_len(found[0].rstrip())
        if bare and used and used + bare > width:
            yield found.start()
            used = 0
        if bare > width:
            for offset, character in enumerate(found[0].rstrip()):
                size = cell_len(character)
                if used + size > width and used:
                    yield found.start() + offset
                    used = 0
                used += size
            used += cell_len(found[0]) - bare
        else:
            used += cell_len(found[0])


class _Paragraph(Paragraph):
    def on_enter(self, context: MarkdownContext) -> None:
        super().on_enter(context)
        self.text = Wrapped(style=self.text.style)


class WrappedMarkdown(Markdown):
    """Markdown whose paragraphs wrap in this way."""

    elements = {**Markdown.elements, "paragraph_open": _Paragraph}  # noqa: RUF012 - as in the class it extends
