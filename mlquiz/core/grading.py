"""Was the answer right, and which rating does that propose? The user has the last word."""

import re
from collections.abc import Collection

from mlquiz.core.errors import BadInput
from mlquiz.core.memory import Rating
from mlquiz.core.question import Numeric, Open
from mlquiz.core.sentence import said

NO_NUMBER = said("That is not a number: type one as 4640 or 0.3162.")
"""What is said on a card, where there is no room for more."""

_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(,[0-9]{3})+(\.[0-9]*)?")
"""Thousands set apart by commas."""


def parse_number(text: str) -> float:
    """A number as people write it: 4640, 4 640, 4,640, 0,3162, 1e-3; a lone comma is a decimal one unless it
    stands before exactly three digits.

    Raises:
        BadInput: what is no number, or not a finite one.
    """
    plain = text.strip().replace("\u00a0", "").replace("\u202f", "").replace(" ", "").replace("_", "")
    plain = plain.replace("，", ",").replace("．", ".").replace("−", "-")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        number = float(plain)
    except ValueError:
        number = float("nan")
    if number - number != 0:  # NaN and the infinities
        raise BadInput(said("That is not a number."), expected=said("a number, as 4640 or 0.3162"), received=repr(text))
    return number


def within(given: float, expected: float, tolerance: float) -> bool:
    """|given - expected| <= tolerance * |expected|, with room for the rounding of floats."""
    return abs(given - expected) <= tolerance * abs(expected) + 1e-9 * max(1.0, abs(expected))


def numeric_is_right(form: Numeric, given: float, expected: float) -> bool:
    """Whether a number is close enough."""
    return within(given, expected, form.tolerance)


def proposed(right: bool) -> Rating:
    """The rating that a program-graded answer proposes."""
    return Rating.GOOD if right else Rating.AGAIN


def proposed_by_points(form: Open, ticked: Collection[str]) -> Rating | None:
    """The rating that the ticked key points propose; None while nothing is ticked."""
    if not ticked:
        return None
    if form.essential not in ticked:
        return Rating.AGAIN
    return Rating.GOOD if set(ticked) >= set(form.key_points) else Rating.HARD
