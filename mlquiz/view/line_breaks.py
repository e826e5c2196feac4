"""Where a line of text may end, Chinese and French included; light, so that `--help` can use it."""

import re
from collections.abc import Iterator
from functools import cache

from rich.cells import cell_len

_OPENING = "（《「『【〔“‘"
_CLOSING = "。，、；：？！）》」』】〕”’…—～·"
_WIDE = "\u2e80-\uffdc"
"""Chinese characters and full-width forms, with their neighbours."""

_FRENCH = r"(?:[ \u00a0\u202f](?:[:;?!»](?!\S)|(?:%|[kMG]o)(?!\w)[.,;)»]*))*"
_KEPT = "\u00a0\u202f"
"""Spaces at which no line breaks."""

_GAP = rf"[^\S{_KEPT}]*"
_WORD = re.compile(rf"{_GAP}(?:« )?[\S{_KEPT}]+{_FRENCH}{_GAP}")
"""What stays on one line of a text without Chinese: a word, with the punctuation that belongs to it."""


def is_wide(text: str) -> bool:
    """Whether a text has Chinese characters. The patterns for them take milliseconds to compile: only if needed."""
    return bool(text) and max(text) >= _WIDE[0]


@cache
def _wide_chunk() -> re.Pattern[str]:
    """What stays on one line of a text with Chinese: a Chinese character or a word, with its punctuation."""
    return re.compile(
        rf"{_GAP}(?:« )?[{_OPENING}]*(?:[{_WIDE}]|(?:[^\s{_WIDE}]|[{_KEPT}])+)?[{_CLOSING}]*{_FRENCH}{_GAP}"
    )


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


def hanging(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` cells; where one goes on, it is set in by two cells more than it began."""
    lines = []
    for line in text.split("\n"):
        indent = len(line) - len(line.lstrip(" "))
        body, start = line[indent:], 0
        for end in (*breaks(body, max(width - indent - 2, 10)), len(body)):
            lines.append(" " * (indent + 2 * bool(start)) + body[start:end].rstrip())
            start = end
    return lines
