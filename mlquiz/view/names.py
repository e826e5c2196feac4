"""What a question is, in words of the interface."""

from gettext import NullTranslations
from typing import cast

from mlquiz.core.number import written
from mlquiz.core.question import FormKind, Language, Level


def form_name(kind: FormKind, tr: NullTranslations) -> str:
    """Open, choice, number."""
    _ = tr.gettext
    return {"open": _("open"), "choice": _("choice"), "numeric": _("number")}[kind]


def level_name(level: Level, tr: NullTranslations) -> str:
    """Junior, mid-level, senior."""
    _ = tr.gettext
    return {"junior": _("junior"), "mid": _("mid-level"), "senior": _("senior")}[level]


def language_of(tr: NullTranslations) -> Language:
    """The language that these translations speak."""
    return cast(Language, tr.info().get("language", "en"))


def days(count: int, tr: NullTranslations) -> str:
    """A number of days in short: days, months or years."""
    _, _n = tr.gettext, tr.ngettext
    if count < 31:
        return _("{n} d").format(n=count)
    language = language_of(tr)
    if count < 365:
        return _("{n} mo").format(n=written(count / 30.4, language, ".1f"))
    years = round(count / 365.25, 1)
    return _n("{n} y", "{n} y", int(years)).format(n=written(years, language, ".1f"))  # French: 1,9 an, 2,0 ans
