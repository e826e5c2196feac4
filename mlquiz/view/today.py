"""Today at a glance: what waits, what was done, what to type next."""

from collections.abc import Iterator
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mlquiz.core.number import written
from mlquiz.core.question import Language
from mlquiz.core.today import Asks, Today
from mlquiz.view import amount
from mlquiz.view.wrapping import Wrapped


def today(of: Today, tr: NullTranslations, language: Language) -> RenderableType:
    """A few lines."""
    _ = tr.gettext
    told = _("Today, {date}").format(date=amount.day(of.day))
    lines = [*_waits(of, tr, language), _done(of, tr, language), *_date(of, tr)]
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


def _waits(of: Today, tr: NullTranslations, language: Language) -> Iterator[str]:
    """What waits: by the plan where one holds, else by the memory."""
    _, _n = tr.gettext, tr.ngettext
    if of.asks:
        yield from _asked(of.asks, tr, language)
    elif not of.waiting:
        yield _("Nothing is due.")
    else:
        due = _n("{n} question due", "{n} questions due", of.due).format(n=written(of.due, language))
        yield " · ".join([*([due] if of.due else []), *_further(of.learning, of.new, tr, language)])


def _asked(of: Asks, tr: NullTranslations, language: Language) -> Iterator[str]:
    told = tr.ngettext("{n} to review", "{n} to review", of.reviews).format(n=written(of.reviews, language))
    if of.questions:
        yield " · ".join([*([told] if of.reviews else []), *_further(of.learning, of.new, tr, language)])
    yield planned_today(of, tr, language)


def _further(learning: int, new: int, tr: NullTranslations, language: Language) -> Iterator[str]:
    _n = tr.ngettext
    if learning:
        yield _n("{n} being learnt", "{n} being learnt", learning).format(n=written(learning, language))
    if new:
        yield _n("{n} new question", "{n} new questions", new).format(n=written(new, language))


def planned_today(of: Asks, tr: NullTranslations, language: Language) -> str:
    """For when it is planned, what is worth asking today, and how much of that the time is enough for."""
    _, _n = tr.gettext, tr.ngettext
    date, count, time = amount.day(of.date), of.questions, amount.minutes(of.seconds, tr, language)
    if of.is_off:
        return _("Planned for {date}: today is a day off.").format(date=date)
    if not count:
        return _("Planned for {date}: nothing more today.").format(date=date)
    if of.enough == count:
        told = _n("Planned for {date}: {n} question today ({time}).",
                  "Planned for {date}: {n} questions today ({time}).", count)  # fmt: skip
    else:
        told = _n("Planned for {date}: {n} question worth asking today; time for about {enough} ({time}).",
                  "Planned for {date}: {n} questions worth asking today; time for about {enough} ({time}).",
                  count)  # fmt: skip
    enough = written(of.enough, language)
    return told.format(date=date, n=written(count, language), time=time, enough=enough)


def _done(of: Today, tr: NullTranslations, language: Language) -> str:
    _, _n = tr.gettext, tr.ngettext
    parts = []
    if of.answers:
        answers = _n("{n} answer", "{n} answers", of.answers).format(n=written(of.answers, language))
        took = amount.minutes(of.seconds, tr, language)
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
