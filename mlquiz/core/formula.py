"""Formulas in the bank's prose: `$...$` in the file, Unicode on the screen."""

import re

CODE_OR_FORMULA = re.compile(r"(?P<ticks>`+)(?P<code>.+?)(?P=ticks)|\$(?P<formula>[^$\n]+)\$|(?P<tag><)", re.DOTALL)
"""What is no prose in a text; `<` stands alone, as Markdown would take it for HTML."""

_LEFT = re.compile(r"[\\^_{}]")


def unicode_of(latex: str) -> str:
    """A formula as Unicode text, by unicodeit."""
    from unicodeit import replace

    return str(replace(latex))


def formulas_in(text: str) -> list[str]:
    """The formulas of a text, as written."""
    return [found["formula"] for found in CODE_OR_FORMULA.finditer(text) if found["formula"]]


def is_open(text: str) -> bool:
    """Whether a dollar sign has no partner on its line."""
    return "$" in CODE_OR_FORMULA.sub("", text)


def left_over(latex: str) -> str:
    """The LaTeX that is still LaTeX when the formula is shown; empty when all of it has a Unicode form."""
    return "".join(_LEFT.findall(unicode_of(latex)))
