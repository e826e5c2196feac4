"""The bank's prose as renderables: Markdown, formulas as Unicode, and nothing in it that could drive a terminal."""

import re
import unicodedata
from functools import cache

from mlquiz.core.formula import CODE_OR_FORMULA, unicode_of
from mlquiz.view.wrapping import WrappedMarkdown, is_wide

_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


def prose(text: str) -> WrappedMarkdown:
    """Markdown for the screen."""
    text = _joined(visible(text).strip())
    text = CODE_OR_FORMULA.sub(_shown, text)
    return WrappedMarkdown(text, hyperlinks=False, code_theme="ansi_dark", inline_code_theme=None)


def plain(text: str) -> str:
    """One line of plain text: formulas as Unicode, code without its backticks."""
    text = _joined(visible(text).strip())
    text = CODE_OR_FORMULA.sub(_bare, text)
    return " ".join(text.replace("*", "").split())


def visible(text: str) -> str:
    """The text with every control character but line breaks shown as a picture of itself, so that none acts."""
    return "".join(_picture(character) for character in text)


def _picture(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf"):
        return character
    if character == "\t":
        return " "
    if ord(character) < 0x20:
        return chr(0x2400 + ord(character))
    return "\u200d" if character == "\u200d" else "\N{REPLACEMENT CHARACTER}"


def _joined(text: str) -> str:
    """A Chinese text without those line breaks of its file that are no spaces."""
    return _wide_break().sub("", text) if is_wide(text) else text


@cache
def _wide_break() -> re.Pattern[str]:
    """A line break between Chinese characters, or after their punctuation."""
    wide = "[\u2e80-\uffdc]"
    return re.compile(rf"(?<={wide})[ \t]*\n[ \t]*(?={wide})|(?<=[。，、；：？！）])[ \t]*\n[ \t]*(?=\S)")


def _bare(found: re.Match[str]) -> str:
    return found["code"] or found["tag"] or unicode_of(found["formula"])


def _shown(found: re.Match[str]) -> str:
    """Code as it stands, a formula with nothing in it that is Markdown, and `<` as itself rather than as HTML."""
    if found["code"] is not None:
        return found[0]
    if found["tag"]:
        return "\\<"
    return _MARKDOWN.sub(r"\\\1", unicode_of(found["formula"]))
