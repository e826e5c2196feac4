"""How learning goes, as tables, charts and a heat map of the year."""

from collections.abc import Iterable, Iterator, Sequence
from gettext import NullTranslations
from itertools import pairwise
from math import ceil

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from mlquiz.core.activity import WEEK, weekday
from mlquiz.core.calibration import Bin
from mlquiz.core.number import written
from mlquiz.core.question import Language
from mlquiz.core.schedule import Card
from mlquiz.core.share import Share
from mlquiz.core.stats import Stats
from mlquiz.view import amount
from mlquiz.view.chart import Chart, Columns
from mlquiz.view.picture import SHADES
from mlquiz.view.wrapping import Wrapped

DAYS = 30
"""Columns of the minutes a day."""

SOON = (1, 7, 30)
"""Days for which the forecast is summed up."""


def stats(
    of: Stats, desired: float, tr: NullTranslations, language: Language, *, charts: bool = True
) -> RenderableType:
    """Everything, part by part; without charts only what a pipe or a screen reader takes."""
    return Group(*_parts(of, desired, tr, language, charts))


def _parts(
    of: Stats, desired: float, tr: NullTranslations, language: Language, charts: bool
) -> Iterator[RenderableType]:
    _ = tr.gettext
    yield from (Wrapped(line) for line in _summary(of, tr, language))
    yield from _headed(_("True retention"))
    yield _retention(of, desired, tr, language)
    yield from _headed(_("Due in the next 30 days"))
    if charts:
        yield _forecast(of, language)
    yield Wrapped(_due(of.forecast, tr, language))
    if of.days:
        yield from _headed(_("Minutes a day"))
        if charts:
            yield _minutes(of, language)
        yield Wrapped(_busiest(of, tr, language))
    if charts:
        yield from _headed(_("The year, answers a day"))
        yield Year(of, tr, language)
    if of.hardest:
        yield from _headed(_("Hardest"))
        yield _hardest(of.hardest, tr, language)
    if of.bins:
        yield from _headed(_("Expected and actual recall"))
        yield _calibration(of.bins, tr, language)
        if charts:
            yield calibration([(of.bins, "cyan", "●")], language)
        assert of.log_loss is not None
        yield Wrapped(_("Log loss: {loss}.").format(loss=written(of.log_loss, language, ".3f")))


def _headed(title: str) -> Iterator[RenderableType]:
    yield ""
    yield Text(title, "bold cyan")


def _summary(of: Stats, tr: NullTranslations, language: Language) -> Iterator[str]:
    _, _n = tr.gettext, tr.ngettext
    answers = _n("{n} answer", "{n} answers", of.answers).format(n=written(of.answers, language))
    days = _n("{n} study day", "{n} study days", len(of.days)).format(n=written(len(of.days), language))
    took = amount.minutes(of.seconds, tr, language)
    yield _("{answers}, {days}, {minutes}").format(answers=answers, days=days, minutes=took)
    yield _("Study days in a row: {streak}, at most {longest}.").format(streak=of.streak, longest=of.longest_streak)


def _retention(of: Stats, desired: float, tr: NullTranslations, language: Language) -> RenderableType:
    _ = tr.gettext
    wanted = _("Desired retention: {retention}.").format(retention=amount.percent(desired, language))
    if not of.retention.answers:
        return Wrapped(amount.sentences((_("No card has come back for review yet."), wanted), language))
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    table.add_column("")
    for name in (_("recalled"), _("share"), _("95% interval")):
        table.add_column(name, justify="right", no_wrap=True)
    rows = [
        (_("all"), of.retention),
        *((topic or _("no longer in the bank"), share) for topic, share in of.by_topic.items()),
    ]
    rows += list(of.by_language.items()) if len(of.by_language) > 1 else []
    for name, share in rows:
        table.add_row(name, *_shared(share, language))
    told = _("First answers of a day to cards past the learning steps.")
    return Group(table, Wrapped(amount.sentences((told, wanted), language), "dim"))


def _shared(share: Share, language: Language) -> tuple[str, str, str]:
    counts = f"{written(share.right, language)}/{written(share.answers, language)}"
    return counts, amount.percent(share.value, language), amount.interval(share, language)


def _forecast(of: Stats, language: Language) -> RenderableType:
    weeks = {place: amount.day(of.today + place)[5:] for place in range(0, len(of.forecast), WEEK)}
    return Columns(of.forecast, written(max(of.forecast), language), weeks)


def _due(forecast: Sequence[int], tr: NullTranslations, language: Language) -> str:
    _ = tr.gettext
    today, week, month = (written(sum(forecast[:days]), language) for days in SOON)
    return _("Today {today}, within 7 days {week}, within 30 days {month}; new questions not counted.").format(
        today=today, week=week, month=month
    )


def _minutes(of: Stats, language: Language) -> RenderableType:
    first = max(of.today - DAYS + 1, min(of.days))
    first = min(first, of.today - WEEK + 1)
    values = [of.days[day].seconds / 60 if day in of.days else 0.0 for day in range(first, of.today + 1)]
    weeks = {place: amount.day(first + place)[5:] for place in range(0, len(values), WEEK)}
    return Columns(values, written(max(values), language, ".0f"), weeks, color="green")


def _busiest(of: Stats, tr: NullTranslations, language: Language) -> str:
    _ = tr.gettext
    day = max(of.days, key=lambda day: of.days[day].answers)
    mean = of.seconds / 60 / len(of.days)
    return _("{mean} minutes a study day on average; most answers, {answers}, on {date}.").format(
        mean=written(mean, language, ".1f"), answers=written(of.days[day].answers, language), date=amount.day(day)
    )


class Year:
    """A cell for each day of a year, a row for each weekday; darker where more was answered, in shape and colour."""

    def __init__(self, of: Stats, tr: NullTranslations, language: Language) -> None:
        self.of, self.tr, self.language = of, tr, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        names = weekdays(self.tr)
        margin = max(Text(name).cell_len for name in names) + 1
        count = len(self.of.calendar[0])
        cell = 2 if margin + 2 * count <= options.max_width else 1
        shown = min(count, (options.max_width - margin) // cell)
        most = max((value or 0 for row in self.of.calendar for value in row), default=0)
        yield Text(" " * margin + self._months(shown, cell), "dim", no_wrap=True, overflow="crop")
        for name, row in zip(names, self.of.calendar, strict=True):
            line = Text(name, "dim", no_wrap=True, overflow="crop")
            line.append(" " * (margin - line.cell_len))
            line.append("".join(_shade(value, most) * cell for value in row[count - shown :]), "not dim green")
            yield line
        yield Wrapped(self._legend(most), "dim")

    def _months(self, shown: int, cell: int) -> str:
        """The number of each month over the week in which it begins."""
        monday = self.of.today - weekday(self.of.today)
        months = [amount.day(monday - WEEK * (shown - 1 - week))[5:7] for week in range(shown)]
        line = ""
        for week, (before, month) in enumerate(pairwise(months), 1):
            if month != before and len(line) <= week * cell:
                line = line.ljust(week * cell) + month + " "
        return line

    def _legend(self, most: int) -> str:
        told = [f"{SHADES[0]} 0"]
        for level in range(1, 5):
            values = [str(value) for value in range(1, most + 1) if _shade(value, most) == SHADES[level]]
            if values:
                told.append(f"{SHADES[level]} " + "–".join(dict.fromkeys((values[0], values[-1]))))
        return "  ".join(told)


def _shade(value: int | None, most: int) -> str:
    if value is None:
        return " "
    return SHADES[ceil(4 * value / most) if most else 0]


def weekdays(tr: NullTranslations) -> tuple[str, ...]:
    """Short names of the days of a week, from Monday on."""
    _ = tr.gettext
    return _("Mo"), _("Tu"), _("We"), _("Th"), _("Fr"), _("Sa"), _("Su")


def _hardest(cards: Iterable[Card], tr: NullTranslations, language: Language) -> RenderableType:
    _ = tr.gettext
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    table.add_column(_("question"))
    for name in (_("forgotten"), _("asked"), _("difficulty"), _("stability")):
        table.add_column(name, justify="right", no_wrap=True)
    for card in cards:
        facts = (card.lapses, card.reviews, written(card.memory.difficulty, language, ".1f"))
        table.add_row(card.question, *map(str, facts), amount.days(card.memory.stability, language))
    return table


def _calibration(bins: Sequence[Bin], tr: NullTranslations, language: Language) -> RenderableType:
    _ = tr.gettext
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    for name in (_("expected recall"), _("actual"), _("95% interval"), _("recalled")):
        table.add_column(name, justify="right", no_wrap=True)
    for bin in bins:
        counts, actual, interval = _shared(bin.actual, language)
        table.add_row(amount.percent(bin.expected, language), actual, interval, counts)
    return table


def calibration(lines: Sequence[tuple[Sequence[Bin], str, str]], language: Language) -> RenderableType:
    """Actual over expected recall, of each (bins, colour, sign); on the diagonal they agree."""
    lowest = min(min(bin.expected, bin.actual.value) for bins, _, _ in lines for bin in bins)
    floor = int(10 * lowest) / 10 if lowest < 0.9 else 0.8
    ticks = {share: amount.percent(share, language) for share in (floor, (floor + 1) / 2, 1.0)}
    points = [
        ([bin.expected for bin in bins], [bin.actual.value for bin in bins], color, sign) for bins, color, sign in lines
    ]
    return Chart([((floor, 1.0), (floor, 1.0), "gray")], ticks, ticks, points, width=60)
