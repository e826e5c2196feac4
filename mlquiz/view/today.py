"""Today at a glance: what waits, what was done, what to type next."""

from collections.abc import Iterator
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mlquiz.core.number import written
from mlquiz.core.question import Language
from mlquiz.core.today import Today
from mlquiz.view import amount
from mlquiz.view.wrapping import Wrapped


def today(of: Today, tr: NullTranslations, language: Language) -> RenderableType:
    """A few lines."""
    _ = tr.gettext
    told = _("Today, {date}").format(date=amount.day(of.day))
    lines = [_waiting(of, tr, language), _done(of, tr, language), *_date(of, tr)]
    return Group(Text(told, "bold cyan"), *map(Wrapped, lines), "", _next(of, tr))


def _date(of: Today, tr: NullTranslations) -> Iterator[str]:
    """How long it is to the planned date."""
    _, _n = tr.gettext, tr.ngettext
    if not of.date:
        return
    day, name = of.date
    told, left = f"{name}, {amount.day(day)}" if name else amount.day(day), day - of.day
    if left:
        yield _n("{n} day left to {date}", "{n} days left to {date}", left).format(n=left, date=told)
    else:
        yield _("This is the day: {date}").format(date=told)


def _waiting(of: Today, tr: NullTranslations, language: Language) -> str:
    _, _n = tr.gettext, tr.ngettext
    if not of.waiting:
        return _("Nothing is due.")
    parts = []
    if of.due:
        parts.append(_n("{n} question due", "{n} questions due", of.due).format(n=written(of.due, language)))
    if of.learning:
        parts.append(_n("{n} being learnt", "{n} being learnt", of.learning).format(n=written(of.learning, language)))
    if of.new:
        parts.append(_n("{n} new question", "{n} new questions", of.new).format(n=written(of.new, language)))
    return " · ".join(parts)


def _done(of: Today, tr: NullTranslations, language: Language) -> str:
    _, _n = tr.gettext, tr.ngettext
    parts = []
    if of.answers:
        minutes = max(1, round(of.seconds / 60))
        answers = _n("{n} answer", "{n} answers", of.answers).format(n=written(of.answers, language))
        took = _n("{n} minute", "{n} minutes", minutes).format(n=written(minutes, language))
        parts.append(_("{answers}, {minutes}").format(answers=answers, minutes=took))
    else:
        parts.append(_("Nothing answered yet today."))
    if of.streak:
        parts.append(_n("{n} study day in a row", "{n} study days in a row", of.streak).format(n=of.streak))
    return " · ".join(parts)


def _next(of: Today, tr: NullTranslations) -> RenderableType:
    _ = tr.gettext
    lines = [("mlquiz study", _("study now"))] if of.waiting else []
    if of.is_first or not of.waiting:
        lines.append(("mlquiz demo", _("experiments that show the answers")))
    if not of.is_first:
        lines.append(("mlquiz stats", _("how learning goes")))
    if of.date:
        lines.append(("mlquiz plan", _("how ready you are")))
    lines.append(("mlquiz --help", _("all commands")))
    table = Table.grid(padding=(0, 2))
    for line, does in lines:
        table.add_row(Text(line, "bold"), Wrapped(does))
    return table
