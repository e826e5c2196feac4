"""`mlquiz why ID`: one question's memory explained."""

import json
from dataclasses import replace
from random import Random
from typing import Annotated, Any

import click
import typer

from mlquiz.bank import Bank
from mlquiz.cli import choosing
from mlquiz.cli.context import Context
from mlquiz.cli.planning import forecast
from mlquiz.core.explanation import ByPlan, Days, Outcome, Why, by_plan, forgetting, why
from mlquiz.core.history import Step, histories
from mlquiz.core.log import Marks
from mlquiz.core.memory import Memory, MemoryModel
from mlquiz.core.plan import plan_of
from mlquiz.core.queue import Queue
from mlquiz.core.schedule import Card, Learning, Scheduler
from mlquiz.core.sentence import N_
from mlquiz.core.session import Session
from mlquiz.core.template import filled
from mlquiz.store import Store
from mlquiz.view import amount, card
from mlquiz.view.prose import plain
from mlquiz.view.why import why as shown
from mlquiz.view.wrapping import Wrapped

JSON_VERSION = 1

EXAMPLES = (
    ("mlquiz why rmsprop-first-step", N_("its history, its recall now, the four keys")),
    ("mlquiz why rmsprop-first-step --json", N_("the same for another program")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    "why",
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Explain one question's memory: its history, its recall now, and what each key would do."),
)
def explain(
    id: Annotated[str, typer.Argument(metavar="ID", help=N_("The question's id, its file's name without .yaml."))],
    lang: choosing.Lang = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON object; docs/json.md."))] = False,
) -> int:
    """Print what a replay of the question's answers gives."""
    context = Context.from_world(lang)
    bank = context.bank()
    name = bank.former_ids.get(id, id)
    with context.store(bank) as store:
        known = store.cards()
        if name not in bank.items and name not in known:
            raise choosing.no_question(context, bank, id, {*bank.items, *known})
        of = _why(context, bank, store, name)
        scheduler = store.scheduler
    if as_json:
        click.echo(json.dumps({"version": JSON_VERSION} | _told(of, bank), ensure_ascii=False))
        return 0
    _title(context, bank, name)
    draws = of.card is not None and context.console.is_terminal
    curve = forgetting(scheduler, of.steps, _horizon(of)) if draws else []
    own = name in scheduler.retentions
    context.console.print(shown(of, own, curve, context.tr, context.ui))
    return 0


def command() -> click.Command:
    """`mlquiz why`."""
    return typer.main.get_command(app)


def _why(context: Context, bank: Bank, store: Store, name: str) -> Why:
    moment = context.moment()
    history = next(iter(histories(store.entries(name), dict.fromkeys(store.former, name))), None)
    of = why(store.scheduler, name, history, store.marks().get(name, Marks()), moment.at, moment.day)
    plan = plan_of(store.planned())
    if plan is None or not plan.holds(moment.day):
        return of
    return replace(of, plan=by_plan(plan, forecast(bank, store, moment.day), store.scheduler, of, moment.at))


def _horizon(of: Why) -> int:
    """The study day up to which the curve goes on: a while after the card is due."""
    assert of.card
    place, last = of.card.place, of.card.last_day
    interval = 1 if isinstance(place, Learning) else place.interval
    return max(of.day + 1, last + interval + max(1, interval // 4))


def _title(context: Context, bank: Bank, name: str) -> None:
    tr = context.tr
    context.console.print(name, style="bold")
    if name not in bank.items:
        context.console.print(tr.gettext("It is no longer in the bank."), style="magenta")
        return
    session = Session({name: bank.items[name]}, {}, Scheduler(MemoryModel()), context.language, context.language, "")
    state = session.start(Queue((name,)), context.moment(), Random(0))
    assert state.showing
    screen = session.screen(replace(state, showing=replace(state.showing, seed=0)), context.moment())
    context.console.print(card.title(screen, tr))
    context.console.print(Wrapped(plain(filled(screen.text.question, screen.variables, screen.language))), "")


def _told(of: Why, bank: Bank) -> dict[str, Any]:
    return {
        "question": of.question,
        "topic": bank.items[of.question].topic if of.question in bank.items else None,
        "day": of.day,
        "suspended": of.marks.suspended,
        "buried": of.marks.buried == of.day,
        "flagged": of.marks.flagged,
        "retention": of.retention,
        "recall": of.recall,
        "card": of.card and _card(of.card),
        "history": [_step(step) for step in of.steps],
        "keys": [_outcome(outcome) for outcome in of.outcomes],
        "plan": of.plan and _plan(of.plan),
    }


def _plan(plan: ByPlan) -> dict[str, Any]:
    return {
        "dates": [amount.day(date.day) for date in plan.dates],
        "asked": plan.asked.value,
        "day_off": plan.is_off,
        "next": _date(plan.next),
        "recall_on_dates": list(plan.recall),
        "keys": [{"rating": int(rating), "next": _date(day)} for rating, day in plan.returns.items()],
    }


def _date(day: int | None) -> str | None:
    return None if day is None else amount.day(day)


def _memory(memory: Memory) -> dict[str, float]:
    return {"stability": memory.stability, "difficulty": memory.difficulty}


def _card(card: Card) -> dict[str, Any]:
    place = card.place
    due = {"due_at": place.due_at} if isinstance(place, Learning) else {"due_day": place.due_day}
    steps = {"step": place.step + 1} if isinstance(place, Learning) else {"interval": place.interval}
    return _memory(card.memory) | due | steps | {"answers": card.reviews, "lapses": card.lapses}


def _step(step: Step) -> dict[str, Any]:
    entry = step.entry
    facts = {"id": entry.id, "at": entry.at, "day": entry.day, "rating": int(entry.rating), "seconds": entry.seconds}
    recall = {"elapsed": step.elapsed, "recall": step.recall}
    return facts | recall | {"before": step.before and _card(step.before), "after": _card(step.after)}


def _outcome(outcome: Outcome) -> dict[str, Any]:
    place = outcome.place
    if isinstance(place, Days):
        told: dict[str, Any] = {"days": place.days, "wanted": place.wanted, "first": place.first, "last": place.last}
        told |= {"raised_by": place.floor.value}
    else:
        told = {"minutes": place.minutes, "step": place.step, "steps": place.steps, "relearning": place.relearning}
    return {"rating": int(outcome.rating)} | told | _memory(outcome.memory)
