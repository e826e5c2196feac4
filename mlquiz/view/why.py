"""One question's memory in words, numbers and a forgetting curve."""

import math
from collections.abc import Iterator, Sequence
from gettext import NullTranslations

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from mlquiz.core.explanation import Asked, ByPlan, Days, Floor, OnStep, Outcome, Why
from mlquiz.core.history import Step
from mlquiz.core.memory import Memory, Rating
from mlquiz.core.number import written
from mlquiz.core.question import Language
from mlquiz.core.schedule import MINUTE, Card, Learning
from mlquiz.core.session import Moment
from mlquiz.view import amount, axes
from mlquiz.view.card import STYLES, rating_name
from mlquiz.view.chart import Chart
from mlquiz.view.footer import step_time
from mlquiz.view.wrapping import Wrapped

WIDE, NARROW = 76, 72
"""Columns from which the history has what was before each answer, and from which it has all its columns."""


def why(
    of: Why, own_retention: bool, curve: Sequence[tuple[float, float]], tr: NullTranslations, language: Language
) -> RenderableType:
    """The whole account.

    Args:
        own_retention: whether the question's topic has a desired retention of its own.
        curve: (study day, recall), none where no curve is to be drawn.
    """
    _ = tr.gettext
    parts: list[RenderableType] = list(_marks(of, tr))
    if of.card is None:
        parts.append(Wrapped(_("Never answered: there is no memory of it yet.")))
    else:
        parts += [Wrapped(line) for line in _now(of, of.card, tr, language)]
    parts.append(Wrapped(_retention(of, own_retention, tr, language)))
    if of.plan:
        parts += ["", Text(_("The plan"), "bold cyan")]
        parts += [Wrapped(line) for line in _plan(of, of.plan, tr, language)]
    if of.steps:
        parts += ["", Text(_("History"), "bold cyan"), _History(of.steps, tr, language)]
    if curve:
        parts += ["", Text(_("Probability of recall, days from today"), "bold cyan"), _curve(of, curve, language)]
    parts += ["", Text(_("What each key would do now"), "bold cyan")]
    return Group(*parts, _keys(of, tr, language))


def _marks(of: Why, tr: NullTranslations) -> Iterator[RenderableType]:
    _ = tr.gettext
    if of.marks.suspended:
        yield Text(_("Suspended: it is not asked until you take that back."), "magenta")
    if of.marks.buried == of.day:
        yield Text(_("Buried: it is not asked today."), "magenta")
    if of.marks.flagged:
        yield Text(_("Flagged."), "magenta")


def _now(of: Why, card: Card, tr: NullTranslations, language: Language) -> Iterator[str]:
    _, _n = tr.gettext, tr.ngettext
    assert of.recall is not None
    yield _(
        "Recall now: {recall}. Stability, the days until recall has fallen to 90%: {stability}. "
        "Difficulty, from 1 to 10: {difficulty}."
    ).format(
        recall=amount.percent(of.recall, language),
        stability=amount.days(card.memory.stability, language),
        difficulty=written(card.memory.difficulty, language, ".1f"),
    )
    yield _n("Answered {n} time, forgotten in review: {lapses}.", "Answered {n} times, forgotten in review: {lapses}.",
             card.reviews).format(n=card.reviews, lapses=card.lapses)  # fmt: skip
    if isinstance(card.place, Learning):
        steps = _("On a relearning step.") if card.place.relearning else _("On a learning step.")
        yield steps
        return
    left, due = card.place.due_day - of.day, amount.day(card.place.due_day)
    if left > 0:
        yield _n("Due in {n} day, on {date}.", "Due in {n} days, on {date}.", left).format(n=left, date=due)
    elif left == 0:
        yield _("Due today.")
    else:
        yield _n("Due for {n} day, since {date}.", "Due for {n} days, since {date}.", -left).format(n=-left, date=due)


def _retention(of: Why, own: bool, tr: NullTranslations, language: Language) -> str:
    _ = tr.gettext
    share = amount.percent(of.retention, language)
    if own:
        return _("Desired retention: {retention}, that of its topic.").format(retention=share)
    return _("Desired retention: {retention}.").format(retention=share)


def _plan(of: Why, plan: ByPlan, tr: NullTranslations, language: Language) -> Iterator[str]:
    """Whether the plan asks the question today, or else when, and until when it decides."""
    _ = tr.gettext
    last = amount.day(plan.dates[-1].day)
    if plan.asked is Asked.LEFT_OUT:
        yield _("It is no part of the plan: what is suspended or has left the bank is not asked.")
        return
    if plan.is_off:
        yield _("Today is a day off.")
    yield from _asked(of, plan, tr)
    for date, recall in zip(plan.dates, plan.recall, strict=True):
        told = _("Expected recall on {date}: {recall}.")
        yield told.format(date=amount.day(date.day), recall=amount.percent(recall, language))
    yield _(
        "The plan decides on which day it is asked, whatever the memory alone would say; "
        "from the last date, {date}, on the memory alone decides again."
    ).format(date=last)


def _asked(of: Why, plan: ByPlan, tr: NullTranslations) -> Iterator[str]:
    _, _n = tr.gettext, tr.ngettext
    if plan.asked is Asked.STEP:
        yield _("It is on a step, and asked when its minutes are up, as without a plan.")
    elif plan.asked is Asked.TODAY:
        yield _("It is among the questions for today.")
    elif plan.next is not None:
        left, date = plan.next - of.day, amount.day(plan.next)
        told = _n("Not asked today, but in about {n} day, on {date}.",
                  "Not asked today, but in about {n} days, on {date}.", left)  # fmt: skip
        yield told.format(n=left, date=date)
    elif of.card:
        told = _("Not asked again before {date}: the time does more for other questions.")
        yield told.format(date=amount.day(plan.dates[-1].day))
    else:
        yield _("Not introduced before {date}: there is no time for it.").format(date=amount.day(plan.dates[-1].day))


class _History:
    """The answers as a table: with what they changed in a wide window, with the least in a narrow one."""

    def __init__(self, steps: Sequence[Step], tr: NullTranslations, language: Language) -> None:
        self.steps, self.tr, self.language = steps, tr, language

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        _ = self.tr.gettext
        wide = options.max_width >= WIDE
        names = [_("day"), _("grade"), _("after"), _("recall"), _("stability"), _("difficulty"), _("interval")]
        kept = range(len(names)) if options.max_width >= NARROW else (0, 1, 4, 6)
        table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
        for index in kept:
            table.add_column(names[index], justify="left" if index < 2 else "right", no_wrap=not index)
        for step in self.steps:
            row = self._row(step, wide)
            table.add_row(*(row[index] for index in kept))
        yield table

    def _row(self, step: Step, wide: bool) -> list[str | Text]:
        _ = self.tr.gettext
        before = step.before.memory if step.before and wide else None
        return [
            amount.day(step.entry.day),
            Text(rating_name(step.entry.rating, self.tr), STYLES[step.entry.rating]),
            "" if step.elapsed is None else _("{n} d").format(n=step.elapsed),
            "" if step.recall is None or not step.elapsed else amount.percent(step.recall, self.language),
            _moved(before, step.after.memory, 0, self.language),
            _moved(before, step.after.memory, 1, self.language),
            _given(step.after, Moment(step.entry.at, step.entry.day), self.tr, self.language),
        ]


def _moved(before: Memory | None, after: Memory, part: int, language: Language) -> str:
    values = [amount.days(memory[part], language) for memory in (before, after) if memory]
    return " → ".join(values)


def _given(card: Card, moment: Moment, tr: NullTranslations, language: Language) -> str:
    _ = tr.gettext
    if isinstance(card.place, Learning):
        return step_time((card.place.due_at - moment.at) / MINUTE, tr)
    return _("{n} d").format(n=written(card.place.interval, language))


def _curve(of: Why, curve: Sequence[tuple[float, float]], language: Language) -> RenderableType:
    first, last = curve[0][0] - of.day, curve[-1][0] - of.day
    lowest = min(recall for _, recall in curve)
    floor = min(0.8, int(10 * lowest) / 10)
    x_ticks = {day: written(day, language) for day in axes.across([math.ceil(first), math.floor(last)])}
    y_ticks = {share: amount.percent(share, language) for share in (floor, (floor + 1) / 2, 1.0)}
    asked = [step for step in of.steps if step.recall is not None and step.elapsed]
    reviews = ([step.entry.day - of.day for step in asked], [step.recall or 0.0 for step in asked], "magenta", "●")
    line = ([day - of.day for day, _ in curve], [recall for _, recall in curve], "cyan")
    return Chart([line], x_ticks, y_ticks, [reviews] if asked else [], [0.0])


def _keys(of: Why, tr: NullTranslations, language: Language) -> RenderableType:
    table = Table.grid(padding=(0, 2))
    for outcome in of.outcomes:
        name = Text(f"{int(outcome.rating)} {rating_name(outcome.rating, tr)}", STYLES[outcome.rating])
        interval = Text(_interval(of, outcome, tr, language), "bold")
        table.add_row(name, interval, Wrapped(_reason(of, outcome, tr, language)))
    return table


def _interval(of: Why, outcome: Outcome, tr: NullTranslations, language: Language) -> str:
    _ = tr.gettext
    if of.plan and outcome.rating in of.plan.returns:
        again = of.plan.returns[outcome.rating]
        return _("later") if again is None else "≈ " + _("{n} d").format(n=written(again - of.day, language))
    if isinstance(outcome.place, OnStep):
        return step_time(outcome.place.minutes, tr)
    return _("{n} d").format(n=written(outcome.place.days, language))


def _reason(of: Why, outcome: Outcome, tr: NullTranslations, language: Language) -> str:
    _ = tr.gettext
    place = outcome.place
    if isinstance(place, OnStep):
        told = [_place(place, tr)]
    else:
        told = [*_planned(of, outcome.rating, place, tr), *_days(of, place, tr, language)]
    before = of.card.memory if of.card else None
    stability, difficulty = (_moved(before, outcome.memory, part, language) for part in (0, 1))
    told.append(
        _("Stability {stability} days, difficulty {difficulty}.").format(stability=stability, difficulty=difficulty)
    )
    return amount.sentences(told, language)


def _place(place: OnStep, tr: NullTranslations) -> str:
    _ = tr.gettext
    if place.relearning:
        return _("Relearning step {step} of {steps}.").format(step=place.step, steps=place.steps)
    return _("Learning step {step} of {steps}.").format(step=place.step, steps=place.steps)


def _planned(of: Why, rating: Rating, place: Days, tr: NullTranslations) -> Iterator[str]:
    """When the plan asks again after a key, and when the memory alone would."""
    _, _n = tr.gettext, tr.ngettext
    if of.plan is None or rating not in of.plan.returns:
        return
    again = of.plan.returns[rating]
    if again is None:
        told = _("By the plan not before {date}; the memory alone would say {days}.")
        yield told.format(date=amount.day(of.plan.dates[-1].day), days=_("{n} d").format(n=place.days))
    else:
        left = again - of.day
        told = _n("About in {n} day by the plan; the memory alone would say {days}.",
                  "About in {n} days by the plan; the memory alone would say {days}.", left)  # fmt: skip
        yield told.format(n=left, days=_("{n} d").format(n=place.days))


def _days(of: Why, place: Days, tr: NullTranslations, language: Language) -> Iterator[str]:
    _ = tr.gettext
    yield _("Recall will have fallen to {retention} after {days} days.").format(
        retention=amount.percent(of.retention, language), days=amount.days(place.wanted, language)
    )
    if place.first < place.last:
        yield _("Fuzz drew {days} out of {first} to {last}.").format(
            days=place.days, first=place.first, last=place.last
        )
    if place.floor is Floor.ORDER:
        yield _("It is a day longer than the key before at least.")
    elif place.floor is Floor.GROWTH:
        yield _("It is not shorter than the last interval.")
