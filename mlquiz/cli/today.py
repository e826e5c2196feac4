"""`mlquiz` alone: today at a glance."""

import json
from dataclasses import asdict, replace
from typing import Any

import click

from mlquiz import glance
from mlquiz.cli.context import Context
from mlquiz.content import BESIDE
from mlquiz.core.activity import spent, streak
from mlquiz.core.today import Asks, Today
from mlquiz.store_failures import is_there
from mlquiz.view.amount import day as iso
from mlquiz.view.today import today as shown

JSON_VERSION = 1


def today(context: Context, *, as_json: bool = False) -> int:
    """Print what waits, what was done, and what to type next."""
    of = told(context)
    if as_json:
        click.echo(json.dumps({"version": JSON_VERSION} | _as_data(of), ensure_ascii=False))
    else:
        context.console.print(shown(of, context.tr, context.ui))
    return 0


def _as_data(of: Today) -> dict[str, Any]:
    day, name = of.date or (None, "")
    planned = None if day is None else {"date": iso(day), "name": name, "days": day - of.day}
    told = {name: value for name, value in asdict(of).items() if name != "asks"}
    return told | {"date": iso(of.day), "planned": planned, "asks": as_data(of.asks)}


def as_data(of: Asks | None) -> dict[str, Any] | None:
    """What a plan asks, for JSON."""
    if of is None:
        return None
    amounts = {"questions": of.questions, "reviews": of.reviews, "new": of.new, "learning": of.learning}
    return amounts | {"enough_for": of.enough, "seconds": of.seconds}


def told(context: Context) -> Today:
    """Today, from the names of the bank's files and a few looks into the store: without a plan neither is loaded.

    Raises:
        BadEnvironment: the store cannot be read.
    """
    path, moment = context.settings.store, context.moment()
    questions = _questions(context)
    if not is_there(path):
        new = min(len(questions), context.settings.new_a_day)
        return Today(moment.day, 0, 0, new, 0, 0.0, 0, None, is_first=True)
    try:
        of = _read(context, questions, path)
    except glance.Unreadable:
        with context.store(context.bank()) as store:  # which says what is wrong, or brings an older file up to date
            store.check()
            of = store.read(lambda tables: _read(context, questions, tables))
    return _planned(context, questions, of) if of.date else of


def _planned(context: Context, questions: frozenset[str], of: Today) -> Today:
    """The same with what the plan asks; that needs the bank and the cards."""
    from mlquiz.cli.planning import asks, forecast

    bank = context.bank()
    with context.store(bank) as store:
        following = forecast(bank, store, of.day)
        if following is None:
            return of
        asked = asks(following, store)
        of = store.read(lambda tables: _read(context, questions, tables))  # by the rules of now
    return replace(of, new=asked.new, asks=asked)


def _read(context: Context, questions: frozenset[str], source: glance.Source) -> Today:
    moment = context.moment()
    cards, done = glance.cards(source, questions, moment.at, moment.day), glance.done(source, moment.day)
    return Today(
        moment.day,
        cards.due,
        cards.learning,
        min(cards.unseen, max(0, context.settings.new_a_day - cards.introduced)),
        len(done.seconds),
        sum(map(spent, done.seconds)),
        streak(done.days, moment.day),
        next((date for date in glance.dates(source) if date[0] >= moment.day), None),
        is_first=not done.days and cards.unseen == len(questions),
    )


def _questions(context: Context) -> frozenset[str]:
    """The ids of the bank by its files' names, one that is broken among them."""
    files = (path for root in context.roots for path in root.questions.glob("*/*.yaml"))
    return frozenset(path.stem for path in files if path.name not in BESIDE)
