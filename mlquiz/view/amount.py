"""Shares, days and dates as each language writes them."""

from collections.abc import Iterable
from datetime import date, timedelta
from gettext import NullTranslations
from math import floor

from mlquiz.core.number import DECIMAL_COMMA, written
from mlquiz.core.question import Language
from mlquiz.core.share import Share

EPOCH = date(1970, 1, 1)


def percent(share: float, language: Language, places: int = 0) -> str:
    """A share from 0 to 1; where a comma is written, a space stands before the sign."""
    sign = "\u00a0%" if language in DECIMAL_COMMA else "%"
    return written(100 * share, language, f".{places}f") + sign


def whole(value: float, of: int, language: Language) -> str:
    """An expected number out of a whole one: rounded, but all only where it is all; else to a tenth below."""
    if value < of and round(value) == of:
        return written(floor(value * 10) / 10, language, ".1f")
    return written(round(value), language)


def expected(share: float, language: Language) -> str:
    """An expected share, likewise: 100% only where it is all."""
    if share < 1 and round(100 * share) == 100:
        return percent(floor(share * 1000) / 1000, language, 1)
    return percent(share, language)


def minutes(seconds: float, tr: NullTranslations, language: Language) -> str:
    """A time in minutes, as 12 minutes."""
    if seconds < 60:
        return tr.gettext("less than a minute")
    count = round(seconds / 60)
    return tr.ngettext("{n} minute", "{n} minutes", count).format(n=written(count, language))


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
