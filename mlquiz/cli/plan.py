"""`mlquiz plan`: be ready for a date."""

import json
from collections.abc import Collection
from gettext import NullTranslations
from typing import Annotated, Any

import click
import typer

from mlquiz.cli.context import Context
from mlquiz.cli.planning import asks, forecast, put_off
from mlquiz.core.errors import BadInput
from mlquiz.core.forecast import Forecast, recall_now
from mlquiz.core.log import Planned, entry_id
from mlquiz.core.plan import WEEKDAYS, Date, Plan, checked, parsed_date, parsed_off, plan_of
from mlquiz.core.sentence import N_, said
from mlquiz.core.today import Asks
from mlquiz.store import Store
from mlquiz.view import amount
from mlquiz.view.plan import plan as shown
from mlquiz.view.wrapping import Wrapped

JSON_VERSION = 1

EXAMPLES = (
    ("mlquiz plan 2026-12-15 --minutes 25", N_("be ready on that day, with 25 minutes a day")),
    ("mlquiz plan 2026-12-15 --minutes 25 --off sat,sun", N_("no studying at weekends")),
    ("mlquiz plan", N_("how ready you are, and what is to come")),
    ("mlquiz plan --clear", N_("go without a plan")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    "plan",
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "Plan for a date, or several: mlquiz study then asks each day what serves most to recall on it within your "
        "minutes a day. Without a date, show the plan."
    ),
)
def make(
    dates: Annotated[list[str] | None, typer.Argument(metavar="[DATE]...", help=N_("As 2026-12-15, in order."))] = None,
    minutes: Annotated[float | None, typer.Option(help=N_("Minutes a day."))] = None,
    name: Annotated[list[str] | None, typer.Option(help=N_("A name for the date; again for the next one."))] = None,
    off: Annotated[
        list[str] | None,
        typer.Option(metavar="DAYS", help=N_("Days off, as sat,sun or 2026-12-24..2026-12-26; none for no days off.")),
    ] = None,
    clear: Annotated[bool, typer.Option("--clear", help=N_("Go without a plan."))] = False,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON object; docs/json.md."))] = False,
) -> int:
    """Change the plan where something is given, then print it."""
    context = Context.from_world()
    bank = context.bank()
    changes = bool(dates or minutes is not None or name or off)
    with context.store(bank, writes=changes or clear) as store:
        moment = context.moment()
        before = plan_of(store.planned())
        if clear:
            if changes:
                raise BadInput(said("--clear takes no plan."), next_step=said("leave out --clear, or the rest"))
            if before:
                _keep(context, store, Plan((), 0.0))
        elif changes:
            changed = _changed(before or Plan((), context.settings.minutes), dates or [], minutes, name or [], off)
            _keep(context, store, checked(changed, moment.day))
        plan = plan_of(store.planned())
        of = forecast(bank, store, moment.day)
        cards = {id: card for id, card in store.cards().items() if of and id in of.cards}
        now = recall_now(cards, store.scheduler.model, moment.day)
        asked, hidden = asks(of, store) if of else None, put_off(store, moment.day)
    topics = {item.id: item.topic for item in bank.items.values()}
    if as_json:
        click.echo(json.dumps(_told(plan, of, asked, hidden, now, topics, moment.day), ensure_ascii=False))
    elif plan is None:
        context.console.print(Wrapped(_no_plan(context.tr, cleared=clear and before is not None)))
    else:
        charts = context.console.is_terminal
        context.page(shown(plan, of, asked, now, topics, context.tr, context.ui, charts=charts))
    return 0


def command() -> click.Command:
    """`mlquiz plan`."""
    return typer.main.get_command(app)


def _no_plan(tr: NullTranslations, *, cleared: bool) -> str:
    _ = tr.gettext
    if cleared:
        return _("The plan is dropped; questions are asked by the usual scheduling.")
    return _("There is no plan. For one: mlquiz plan 2026-12-15 --minutes 25")


def _changed(before: Plan, dates: list[str], minutes: float | None, names: list[str], off: list[str] | None) -> Plan:
    """The plan with what is given in place of what it said before.

    Raises:
        BadInput: no date, no minutes, more names than dates, or one that is not understood.
    """
    days = [parsed_date(date) for date in dates] or [date.day for date in before.dates]
    if not days:
        example = "mlquiz plan 2026-12-15 --minutes 25"
        raise BadInput(said("There is no plan to change."), next_step=said("name a date: {example}", example=example))
    # a new date begins anew; what is only changed keeps its days off
    weekdays, away = (before.weekdays_off, before.days_off) if off is None and not dates else _off(off or ["none"])
    if minutes is None and not before.minutes:
        given = [*dates, *(f"--off {text}" for text in off or ())]
        raise BadInput(
            said("The plan needs the minutes that you have a day."),
            next_step=f"mlquiz plan {' '.join(given)} --minutes 25",
        )
    if len(names) > len(days):
        what = said("There are more names than dates.")
        raise BadInput(what, expected=said("at most {n}", n=len(days)), received=", ".join(names))
    known = {date.day: date.name for date in before.dates}
    named = [*names, *("" for _ in days)] if names else [known.get(day, "") for day in days]
    return Plan(tuple(map(Date, days, named)), before.minutes if minutes is None else minutes, weekdays, away)


def _off(texts: list[str]) -> tuple[frozenset[int], tuple[tuple[int, int], ...]]:
    if texts == ["none"]:
        return frozenset(), ()
    parts = [parsed_off(text) for text in texts]
    return frozenset().union(*(days for days, _ in parts)), tuple(one for _, away in parts for one in away)


def _keep(context: Context, store: Store, plan: Plan) -> None:
    """Write the plan to the log."""
    moment = context.moment()
    id = entry_id(max(moment.at, store.last_at() + 1), context.random)
    off = tuple(sorted(plan.weekdays_off)), plan.days_off
    dates = tuple((one.day, one.name) for one in plan.dates)
    device = store.device(f"{context.random.getrandbits(32):08x}")
    store.append([Planned(id, *moment, "", dates, plan.minutes, *off, device)])


def _told(
    plan: Plan | None,
    of: Forecast | None,
    asked: Asks | None,
    hidden: Collection[str],
    now: dict[str, float],
    topics: dict[str, str],
    today: int,
) -> dict[str, Any]:
    told: dict[str, Any] = {"version": JSON_VERSION, "today": amount.day(today), "plan": plan and _as_data(plan)}
    if of is None or asked is None:
        return told | {"forecast": None}
    by_topic = {
        topic: _readiness(of, now, [id for id in of.recall if topics[id] == topic])
        for topic in sorted({topics[id] for id in of.recall})
    }
    expected = [
        {"date": amount.day(one.date.day), "recalled": one.recalled, "low": one.low, "high": one.high}
        for one in of.expected
    ]
    days = [
        {"date": amount.day(one.day), "days": one.days, "minutes": one.seconds / 60, "new": one.new,
         "reviews": one.reviews}
        for one in of.ahead
    ]  # fmt: skip
    forecast = _readiness(of, now, list(of.recall)) | {"expected": expected, "by_topic": by_topic, "days": days}
    introductions = {id: amount.day(day) for id, day in of.introductions.items()}
    late = [id for id in of.fresh if id not in introductions]
    seconds = {"new": of.effort.new, "recalled": of.effort.recalled, "forgotten": of.effort.lapsed}
    today_ids = [id for id in (*of.on_steps, *of.today) if id not in hidden]
    more = {"asked_today": today_ids, "enough_for": asked.enough, "introductions": introductions}
    return told | {"forecast": forecast | more | {"does_not_fit": late, "seconds": seconds}}


def _readiness(of: Forecast, now: dict[str, float], ids: list[str]) -> dict[str, Any]:
    on_dates = [sum(of.recall[id][index] for id in ids) for index in range(len(of.dates))]
    return {"questions": len(ids), "recalled_now": sum(now.get(id, 0.0) for id in ids), "recalled_on_dates": on_dates}


def _as_data(plan: Plan) -> dict[str, Any]:
    return {
        "dates": [{"date": amount.day(one.day), "name": one.name} for one in plan.dates],
        "minutes": plan.minutes,
        "weekdays_off": [WEEKDAYS[day] for day in sorted(plan.weekdays_off)],
        "days_off": [[amount.day(first), amount.day(last)] for first, last in plan.days_off],
    }
