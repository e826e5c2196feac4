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


def days(count: int, tr: NullTranslations) -> str:
    """A number of days in short: days, months or years."""
    _ = tr.gettext
    if count < 31:
        return _("{n} d").format(n=count)
    language = cast(Language, tr.info().get("language", "en"))
    if count < 365:
        return _("{n} mo").format(n=written(count / 30.4, language, ".1f"))
    return _("{n} y").format(n=written(count / 365.25, language, ".1f"))
