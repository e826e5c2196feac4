"""Shares, days and dates as each language writes them."""

from collections.abc import Iterable
from datetime import date, timedelta

from mlquiz.core.number import DECIMAL_COMMA, written
from mlquiz.core.question import Language
from mlquiz.core.share import Share

EPOCH = date(1970, 1, 1)


def percent(share: float, language: Language, places: int = 0) -> str:
    """A share from 0 to 1; where a comma is written, a space stands before the sign."""
    sign = "\u00a0%" if language in DECIMAL_COMMA else "%"
    return written(100 * share, language, f".{places}f") + sign


def interval(share: Share, language: Language) -> str:
    """The 95 % interval of a share, as 86–96%."""
    low, high = share.interval
    return f"{written(100 * low, language, '.0f')}–{percent(high, language)}"


def days(value: float, language: Language) -> str:
    """A number of days: with a digit after the mark below 100."""
    return written(value, language, ".1f" if value < 99.95 else ".0f")


def day(number: int) -> str:
    """A study day as a date, YYYY-MM-DD; one that no calendar has, as its number."""
    try:
        return (EPOCH + timedelta(days=number)).isoformat()
    except OverflowError:
        return str(number)


def sentences(parts: Iterable[str], language: Language) -> str:
    """Sentences one after the other, with a space between them where the language has one."""
    return ("" if language == "zh" else " ").join(parts)
