"""Numbers as each language writes them; the one place where a number becomes text that a user reads."""

import re

from mlquiz.core.language import Language

DECIMAL_COMMA: frozenset[Language] = frozenset({"ru", "fr"})
"""Languages whose prose writes 0,5 and sets thousands apart by a thin space. Code is written with a point in all."""

_FORMATTED = re.compile(r"( *)([+−-]?)([0-9]+)(\.[0-9]+)?(.*)")
_GROUPED_FROM = 5
"""Digits. A year or 4640 is read at a glance."""


def written(value: float, language: Language, specification: str = "") -> str:
    """A number as prose has it: the language's decimal mark, a true minus sign, thousands apart from 10,000 up.

    Args:
        specification: of Python's `format`, as `.2f`; without one all digits are there, and of 2.0 no zero.

    Raises:
        ValueError: no specification of a number.
    """
    return respelled(format(value, specification or ("d" if isinstance(value, int) else ".15g")), language)


def respelled(told: str, language: Language) -> str:
    """The same of a number that is formatted already, as `-1234.5`. What is no number stays."""
    found = _FORMATTED.fullmatch(told)
    if found is None:  # infinities
        return told.replace("-", "−")
    blank, sign, whole, fraction, rest = found.groups(default="")
    comma = language in DECIMAL_COMMA
    if len(whole) >= _GROUPED_FROM:
        whole = f"{int(whole):,}".replace(",", "\u202f" if comma else ",")
    if sign in ("-", "−"):
        sign = "−" if re.search("[1-9]", whole + fraction) else ""
    return blank + sign + whole + (fraction.replace(".", ",") if comma else fraction) + rest
