"""Texts with numbers to be put in: `{name}` in prose and in code, while formulas `$...$` keep their braces."""

from collections.abc import Mapping
from string import Formatter

from mlquiz.core.number import written
from mlquiz.core.question import Language


def placeholders(text: str) -> list[str]:
    """The names in braces, in the order of the text.

    Raises:
        ValueError: a brace is left open.
    """
    prose = text.split("$")[::2]
    return [name for part in prose for _, name, _, _ in Formatter().parse(part) if name is not None]


def filled(text: str, variables: Mapping[str, float], language: Language) -> str:
    """The text with its numbers put in, as the language writes them. Without variables the text is left as it is.

    Raises:
        KeyError, ValueError, IndexError, AttributeError: braces that name no variable.
    """
    if not variables:
        return text
    in_code = {name: f"{value:.15g}" for name, value in variables.items()}
    in_prose = {name: written(value, language) for name, value in variables.items()}
    parts = text.split("$")
    for index in range(0, len(parts), 2):
        pieces = parts[index].split("`")
        pieces[::2] = [piece.format_map(in_prose) for piece in pieces[::2]]
        pieces[1::2] = [piece.format_map(in_code) for piece in pieces[1::2]]
        parts[index] = "`".join(pieces)
    return "$".join(parts)
