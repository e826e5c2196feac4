"""What a fit of the parameters came to, and what other retentions would cost."""

from collections.abc import Iterator, Sequence
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mlquiz.core.calibration import bins
from mlquiz.core.fitting import ALL, FIRST_FOUR, Fit
from mlquiz.core.number import written
from mlquiz.core.question import Language
from mlquiz.core.workload import Year
from mlquiz.view import amount
from mlquiz.view.stats import calibration
from mlquiz.view.wrapping import Wrapped

OLD, NEW = ("magenta", "○"), ("cyan", "●")
"""Colour and sign of the parameters in force and of the fitted ones."""


def fit(of: Fit, tr: NullTranslations, language: Language, *, charts: bool = True) -> RenderableType:
    """What was learnt from, the scores before and after, and the calibration of both."""
    return Group(*_parts(of, tr, language, charts))


def _parts(of: Fit, tr: NullTranslations, language: Language, charts: bool) -> Iterator[RenderableType]:
    _, _n = tr.gettext, tr.ngettext
    told = _n("{n} review that came a day or more after the one before.",
              "{n} reviews that came a day or more after the one before.", of.reviews)  # fmt: skip
    yield Wrapped(told.format(n=written(of.reviews, language)))
    if of.reviews < ALL:
        yield Wrapped(_reach(of.reviews, tr))
    if of.scores is None:
        return
    yield from ("", _scores(of, tr, language))
    yield Wrapped(_n("Tested on {n} review that neither had seen.", "Tested on {n} reviews that neither had seen.",
                     len(of.before)).format(n=written(len(of.before), language)), "dim")  # fmt: skip
    if charts and of.changed:
        yield ""
        yield Text(_("Expected and actual recall"), "bold cyan")
        yield calibration([(bins(of.before), *OLD), (bins(of.after), *NEW)], language)
        yield Text.assemble(_key(OLD), _("in force"), _key(NEW), _("fitted"))


def _key(of: tuple[str, str]) -> tuple[str, str]:
    color, sign = of
    return f"  {sign} ", color


def _reach(reviews: int, tr: NullTranslations) -> str:
    _ = tr.gettext
    if reviews < FIRST_FOUR:
        return _(
            "Parameters can be fitted from {few} reviews on; until then the default ones are the best there are."
        ).format(few=FIRST_FOUR)
    return _(
        "Below {many} reviews only the first four parameters can be fitted: how long a first answer holds. "
        "The other seventeen stay as they are."
    ).format(many=ALL)


def _scores(of: Fit, tr: NullTranslations, language: Language) -> RenderableType:
    _ = tr.gettext
    assert of.scores
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    table.add_column("")
    table.add_column(Text(_("in force"), OLD[0]), justify="right")
    table.add_column(Text(_("fitted"), NEW[0]), justify="right")
    for name, values in zip((_("log loss"), "RMSE (bins)"), zip(*of.scores, strict=True), strict=True):
        table.add_row(name, *(written(value, language, ".4f") for value in values))
    return Group(table, Wrapped(_("Lower is better; the log loss decides."), "dim"))


def years(of: Sequence[Year], asked: float, current: float, tr: NullTranslations, language: Language) -> RenderableType:
    """What a year of the bank costs and brings at several desired retentions."""
    _ = tr.gettext
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    for name in (_("retention"), _("reviews a day"), _("minutes a day"), _("known at the end")):
        table.add_column(name, justify="right")
    table.add_column("")
    for year in of:
        note = _("in force") if year.retention == current else ""
        table.add_row(
            amount.percent(year.retention, language),
            written(year.reviews, language, ".1f"),
            written(year.minutes, language, ".1f"),
            amount.percent(year.known, language),
            note,
            style="bold" if year.retention == asked else "",
        )
    return table
