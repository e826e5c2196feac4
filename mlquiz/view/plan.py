"""A plan: what to expect on its dates, by topic, and the days ahead."""

from collections.abc import Iterator, Mapping
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.text import Text

from mlquiz.core.forecast import Expected, Forecast
from mlquiz.core.number import written
from mlquiz.core.plan import Date, Plan
from mlquiz.core.question import Language
from mlquiz.core.today import Asks
from mlquiz.view import amount
from mlquiz.view.chart import Columns
from mlquiz.view.rows import Rows
from mlquiz.view.stats import weekdays
from mlquiz.view.wrapping import Wrapped

NAMED = 8
"""How many of the questions that there is no time for are named."""


def plan(
    of: Plan,
    forecast: Forecast | None,
    asks: Asks | None,
    now: Mapping[str, float],
    topics: Mapping[str, str],
    tr: NullTranslations,
    language: Language,
    *,
    charts: bool = True,
) -> RenderableType:
    """The plan, and what can be expected of it; without charts only what a pipe or a screen reader takes.

    Args:
        forecast: None when its last date has come.
        asks: what it asks today; likewise.
        now: the chance of recall of each question today.
        topics: of every question in the plan.
    """
    _ = tr.gettext
    lines = [Wrapped(line, "bold cyan") for line in _dates(of, tr, language)]
    if forecast is None or asks is None:
        told = _("The last date has come; questions are asked by the usual scheduling.")
        return Group(*lines, Wrapped(told))
    return Group(*lines, *_outlook(forecast, asks, now, topics, tr, language, charts))


def _dates(of: Plan, tr: NullTranslations, language: Language) -> Iterator[str]:
    _, _n = tr.gettext, tr.ngettext
    dates = ", ".join(_dated(date, tr) for date in of.dates)
    minutes = written(of.minutes, language)
    told = _n("Plan for {dates}: {n} minute a day", "Plan for {dates}: {n} minutes a day", round(of.minutes))
    yield told.format(dates=dates, n=minutes)
    names = weekdays(tr)
    off = [names[day] for day in sorted(of.weekdays_off)]
    off += [amount.day(first) + (f"–{amount.day(last)}" if last > first else "") for first, last in of.days_off]
    if off:
        yield _("Days off: {days}").format(days=", ".join(off))


def _dated(date: Date, tr: NullTranslations) -> str:
    told = tr.gettext("{date} ({name})").format(date=amount.day(date.day), name=date.name)
    return told if date.name else amount.day(date.day)


def _outlook(
    of: Forecast,
    asks: Asks,
    now: Mapping[str, float],
    topics: Mapping[str, str],
    tr: NullTranslations,
    language: Language,
    charts: bool,
) -> Iterator[RenderableType]:
    _ = tr.gettext
    yield from _headed(_("Readiness"))
    yield _readiness(of, now, tr, language)
    told = _("Intervals hold nine outcomes of ten: chance, and that your memory is not the model's.")
    yield Wrapped(told, "dim")
    yield from _headed(_("By topic"))
    yield _by_topic(of, now, topics, tr, language)
    yield from _headed(_("The days ahead, minutes"))
    if charts:
        yield _columns(of, language)
    for line in _told_days(of, asks, tr, language):
        yield Wrapped(line)
    late = [id for id in of.fresh if id not in of.introductions]
    if late:
        yield from _headed(_("What does not fit"))
        yield Wrapped(_too_late(late, len(of.recall), tr, language))


def _headed(title: str) -> Iterator[RenderableType]:
    yield ""
    yield Text(title, "bold cyan")


def _readiness(of: Forecast, now: Mapping[str, float], tr: NullTranslations, language: Language) -> RenderableType:
    _ = tr.gettext
    count, recalled = len(of.recall), sum(now.values())
    rows = [(_("now"), *_counted(recalled, count, language), "")]
    rows += [
        (_dated(one.date, tr), *_counted(one.recalled, count, language), _interval(one, language))
        for one in of.expected
    ]
    return Rows(("", _("recalled"), _("share"), _("90% interval")), rows, language)


def _counted(recalled: float, count: int, language: Language) -> tuple[str, str]:
    share = amount.expected(recalled / count if count else 0.0, language)
    return f"{amount.whole(recalled, count, language)}/{written(count, language)}", share


def _interval(one: Expected, language: Language) -> str:
    return f"{written(round(one.low), language)}–{written(round(one.high), language)}"


def _by_topic(
    of: Forecast, now: Mapping[str, float], topics: Mapping[str, str], tr: NullTranslations, language: Language
) -> RenderableType:
    _ = tr.gettext
    rows = []
    for topic in sorted({topics[id] for id in of.recall}):
        ids = [id for id in of.recall if topics[id] == topic]
        shares = [sum(now.get(id, 0.0) for id in ids)]
        shares += [sum(of.recall[id][index] for id in ids) for index in range(len(of.dates))]
        told = (amount.expected(share / len(ids), language) for share in shares)
        rows.append((topic, written(len(ids), language), *told))
    headings = (_("topic"), _("questions"), _("now"), *(amount.day(date.day) for date in of.dates))
    return Rows(headings, rows, language)


def _columns(of: Forecast, language: Language) -> RenderableType:
    minutes = [one.seconds / 60 / one.days for one in of.ahead for _ in range(one.days)]
    labels = {place: amount.day(of.day + place)[5:] for place in range(0, len(minutes), 7)}
    return Columns(minutes[:MOST], written(round(max(minutes)), language), labels)


HOUR = 3600

MOST = 70
"""Days for which there are columns."""


def _told_days(of: Forecast, asks: Asks, tr: NullTranslations, language: Language) -> Iterator[str]:
    _, _n = tr.gettext, tr.ngettext
    if of.is_off:
        yield _("Today is a day off.")
    else:
        if asks.enough < asks.questions:
            told = _n("{n} question worth asking today; time for about {enough}.",
                      "{n} questions worth asking today; time for about {enough}.", asks.questions)  # fmt: skip
            yield told.format(n=written(asks.questions, language), enough=written(asks.enough, language))
        time = amount.minutes(asks.seconds, tr, language) if asks.questions else ""
        counts = written(asks.enough_reviews, language), written(asks.enough_new, language)
        told = _("Today about: reviews {reviews}, new questions {new}, {time}.") if time else _("Nothing more today.")
        yield told.format(reviews=counts[0], new=counts[1], time=time)
    if of.introductions:
        last = amount.day(max(of.introductions.values()))
        yield _("New questions until {date}: {n}.").format(date=last, n=written(len(of.introductions), language))
    seconds = sum(one.seconds for one in of.ahead)
    if seconds < HOUR:
        yield _("Until the last date {time} in all.").format(time=amount.minutes(seconds, tr, language))
    else:
        hours = written(seconds / HOUR, language, ".1f")
        yield _("Until the last date {hours} h in all.").format(hours=hours)
    effort = of.effort
    told = _("Counted with {new} s for a new question, {recalled} s for one recalled, {lapsed} s for one forgotten.")
    yield told.format(new=round(effort.new), recalled=round(effort.recalled), lapsed=round(effort.lapsed))


def _too_late(late: list[str], count: int, tr: NullTranslations, language: Language) -> str:
    told = tr.ngettext(
        "There is no time to introduce {n} new question, of {all} in the plan: {ids}",
        "There is no time to introduce {n} new questions, of {all} in the plan: {ids}",
        len(late),
    )
    counts = {"n": written(len(late), language), "all": written(count, language)}
    return told.format(**counts, ids=", ".join(late[:NAMED]) + (", …" if len(late) > NAMED else ""))
