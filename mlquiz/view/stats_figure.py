"""The statistics as a figure of matplotlib's, for a slide or a wall."""

from gettext import NullTranslations
from typing import Any

from mlquiz.core.question import Language
from mlquiz.core.share import Share
from mlquiz.core.stats import Stats
from mlquiz.view import amount
from mlquiz.view.figure import styled
from mlquiz.view.stats import weekdays


def figure(of: Stats, desired: float, tr: NullTranslations, language: Language) -> Any:
    """Forecast, minutes a day, the year, retention by topic, calibration."""
    from matplotlib.figure import Figure

    _ = tr.gettext
    with styled():
        drawn = Figure(figsize=(10, 11), layout="constrained")
        axes: Any = drawn.subplot_mosaic([["due", "minutes"], ["year", "year"], ["topics", "recall"]],
                                         height_ratios=[3, 2, 4])  # fmt: skip
        for name, title in (
            ("due", _("Due in the next 30 days")), ("minutes", _("Minutes a day")),
            ("year", _("The year, answers a day")), ("topics", _("True retention")),
            ("recall", _("Expected and actual recall")),
        ):  # fmt: skip
            axes[name].set_title(title, loc="left", fontsize="medium")
        axes["due"].bar(range(len(of.forecast)), of.forecast)
        axes["minutes"].bar(
            [day - of.today for day in of.days], [day.seconds / 60 for day in of.days.values()], color="C2"
        )
        _year(axes["year"], of, tr)
        _retention(axes["topics"], of, desired, tr, language)
        _recall(axes["recall"], of, language)
    return drawn


def _year(axis: Any, of: Stats, tr: NullTranslations) -> None:
    cells = [[float("nan") if value is None else value for value in row] for row in of.calendar]
    axis.imshow(cells, cmap="Greens", aspect="equal", vmin=0)
    axis.set_yticks(range(len(cells)), weekdays(tr), fontsize="small")
    axis.set_xticks([len(cells[0]) - 1], [amount.day(of.today)], fontsize="small")


def _retention(axis: Any, of: Stats, desired: float, tr: NullTranslations, language: Language) -> None:
    _ = tr.gettext
    rows = {_("all"): of.retention} | {
        topic or _("no longer in the bank"): share for topic, share in of.by_topic.items()
    }
    known = {name: share for name, share in rows.items() if share.answers}
    for place, share in enumerate(known.values()):
        _interval(axis, share, place)
    axis.set_yticks(range(len(known)), list(known))
    axis.invert_yaxis()
    axis.axvline(desired, color="gray", linestyle="--")
    axis.set_xlim(right=1.02)
    _in_percent(axis.xaxis, [tick for tick in axis.get_xticks() if 0 <= tick <= 1], language)


def _interval(axis: Any, share: Share, place: int) -> None:
    low, high = share.interval
    axis.plot([low, high], [place, place], color="C0")
    axis.plot([share.value], [place], "o", color="C0")


def _recall(axis: Any, of: Stats, language: Language) -> None:
    axis.plot([0, 1], [0, 1], color="gray", linestyle="--")
    for bin in of.bins:
        axis.plot([bin.expected] * 2, bin.actual.interval, color="C0")
    axis.plot([bin.expected for bin in of.bins], [bin.actual.value for bin in of.bins], "o", color="C0")
    for each in (axis.xaxis, axis.yaxis):
        _in_percent(each, [0, 0.25, 0.5, 0.75, 1], language)


def _in_percent(axis: Any, ticks: Any, language: Language) -> None:
    axis.set_ticks(list(ticks), [amount.percent(float(tick), language) for tick in ticks])
