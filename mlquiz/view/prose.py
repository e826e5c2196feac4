"""The bank's prose as renderables: Markdown, formulas as Unicode, and nothing in it that could drive a terminal."""

import re
import unicodedata

from mlquiz.view.wrapping import WrappedMarkdown

_CODE_OR_FORMULA = re.compile(r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\$(?P<formula>[^$\n]+)\$|(?P<tag><)", re.DOTALL)
_WIDE = "[\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]"
_WIDE_BREAK = re.compile(rf"(?<={_WIDE})[ \t]*\n[ \t]*(?={_WIDE})|(?<=[。，、；：？！）])[ \t]*\n[ \t]*(?=\S)")
"""A line break in a file that is no space on the screen: between Chinese characters, and after their punctuation."""
_MARKDOWN = re.compile(r"([\\`*_\[\]<>#|~])")


def prose(text: str) -> WrappedMarkdown:
    """Markdown for the screen."""
    text = _WIDE_BREAK.sub("", visible(text).strip())
    text = _CODE_OR_FORMULA.sub(_shown, text)
    return WrappedMarkdown(text, hyperlinks=False, code_theme="ansi_dark", inline_code_theme=None)


def plain(text: str) -> str:
    """One line of plain text: formulas as Unicode, code without its backticks."""
    text = _WIDE_BREAK.sub("", visible(text).strip())
    text = _CODE_OR_FORMULA.sub(_bare, text)
    return " ".join(text.replace("*", "").split())


def visible(text: str) -> str:
    """The text with every control character but line breaks shown as a picture of itself, so that none acts."""
    return "".join(_picture(character) for character in text)


def formula(latex: str) -> str:
    """A formula as Unicode text, by unicodeit."""
    from unicodeit import replace

    return str(replace(latex))


def _picture(character: str) -> str:
    if character == "\n" or unicodedata.category(character) not in ("Cc", "Cf"):
        return character
    if character == "\t":
        return " "
    if ord(character) < 0x20:
        return chr(0x2400 + ord(character))
    return "\u200d" if character == "\u200d" else "\N{REPLACEMENT CHARACTER}"


def _bare(found: re.Match[str]) -> str:
    return found["code"] or found["tag"] or formula(found["formula"])


def _shown(found: re.Match[str]) -> str:
    """Code as it stands, a formula with nothing in it that is Markdown, and `<` as itself rather than as HTML."""
    if found["code"] is not None:
        return found[0]
    if found["tag"]:
        return "\\<"
    return _MARKDOWN.sub(r"\\\1", formula(found["formula"]))
