"""What a question is, in words of the interface."""

from gettext import NullTranslations

from mlquiz.core.question import FormKind, Level


def form_name(kind: FormKind, tr: NullTranslations) -> str:
    """Open, choice, number."""
    _ = tr.gettext
    return {"open": _("open"), "choice": _("choice"), "numeric": _("number")}[kind]


def level_name(level: Level, tr: NullTranslations) -> str:
    """Junior, mid-level, senior."""
    _ = tr.gettext
    return {"junior": _("junior"), "mid": _("mid-level"), "senior": _("senior")}[level]
