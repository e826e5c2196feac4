"""Colons and semicolons as each language writes them, for lines of parts that are no sentence of the catalogues.

French has a no-break space before a colon, a narrow one before a semicolon; Chinese has full-width forms and no space.
"""

from collections.abc import Iterable

from mlquiz.core.language import Language

_COLON: dict[Language, str] = {"fr": "\u00a0: ", "zh": "："}
_SEMICOLON: dict[Language, str] = {"fr": "\u202f; ", "zh": "；"}


def named(name: str, text: str, language: Language) -> str:
    """A name, a colon, and what stands behind it."""
    return f"{name}{_COLON.get(language, ': ')}{text}"


def separated(parts: Iterable[str], language: Language) -> str:
    """Parts with semicolons between them."""
    return _SEMICOLON.get(language, "; ").join(parts)
