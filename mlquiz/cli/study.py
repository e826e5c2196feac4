"""`mlquiz study`: a session of what is due, and new questions."""

import sys
from dataclasses import replace
from gettext import NullTranslations
from typing import Annotated

import click
import typer

from mlquiz import bank as banks
from mlquiz.cli import choosing
from mlquiz.cli.context import Context, console
from mlquiz.cli.desk import Desk
from mlquiz.core.choosing import Wanted, chosen
from mlquiz.core.log import Marks
from mlquiz.core.progress import summary
from mlquiz.core.queue import plan
from mlquiz.core.session import Session
from mlquiz.core.settings import NEW_A_DAY, language
from mlquiz.store import Store
from mlquiz.view import report
from mlquiz.view.prose import plain as plain_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def study(
    topic: choosing.Topics = None,
    tag: choosing.Tags = None,
    level: choosing.Levels = None,
    form: choosing.Forms = None,
    source: choosing.Sources = None,
    due: choosing.Due = False,
    new: choosing.New = False,
    leeches: choosing.Leeches = False,
    flagged: choosing.Flagged = False,
    lang: choosing.Lang = None,
    answer_lang: Annotated[
        str | None, typer.Option(metavar="en|ru|fr|zh", help="The answers' language, if another.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many questions.")] = None,
    new_a_day: Annotated[
        int | None, typer.Option(min=0, help=f"At most this many new questions a day; {NEW_A_DAY} unless set.")
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="By lines: no colour, no cursor movement.")] = False,
) -> int:
    """Study: questions that are due, and new ones. Every graded answer is saved at once."""
    context = Context.from_world(lang)
    if answer_lang:
        context.settings = replace(context.settings, answer_language=language(answer_lang))
    if new_a_day is not None:
        context.settings = replace(context.settings, new_a_day=new_a_day)
    if plain or not context.interactive:
        context.console = console(force_terminal=False, no_color=True, width=context.console.width)
    wanted = Wanted(topic or (), tag or (), level or (), form or (), source or (), due, new, leeches, flagged)
    bank = context.bank()
    wanted.check(bank.items.values())
    with context.store(bank) as store:
        desk = seat(context, bank, store, wanted, limit)
        _tell_left_out(context, bank, desk.tr)
        _run(desk, plain or not context.interactive)
    return 0


def command() -> click.Command:
    """`mlquiz study`."""
    return typer.main.get_command(app)


def seat(context: Context, bank: banks.Bank, store: Store, wanted: Wanted, limit: int | None) -> Desk:
    """A desk with the first card on it."""
    moment, settings = context.moment(), context.settings
    cards, marks = store.cards(), store.marks()
    items = chosen(bank.items.values(), wanted, cards, marks, moment.day)
    asked = [item for item in items if not marks.get(item.id, Marks()).hides(moment.day)]
    room = max(0, settings.new_a_day - store.introduced_on(moment.day))
    queue = plan([item.candidate for item in asked], cards, moment.day, new=room, limit=limit)
    session = Session(
        items=bank.items,
        cards=cards,
        scheduler=store.scheduler,
        language=settings.language,
        answer_language=settings.answer_language or settings.language,
        device=store.device(f"{context.random.getrandbits(32):08x}"),
        parameters=fitted.id if (fitted := store.fitted()) else "default",
    )
    state = session.start(queue, moment, context.random, store.last_at())
    return Desk(context, session, state, store, context.tr)


def _tell_left_out(context: Context, bank: banks.Bank, tr: NullTranslations) -> None:
    if bank.left_out:
        _n = tr.ngettext
        told = _n(
            "{n} file of the bank was left out; mlquiz check says why.",
            "{n} files of the bank were left out; mlquiz check says why.",
            bank.left_out,
        )
        context.errors.print(told.format(n=bank.left_out), style="magenta")


def _run(desk: Desk, plain: bool) -> None:
    if desk.state.showing is None:
        desk.context.console.print(desk.tr.gettext("Nothing to study now."), style="green")
        return
    try:
        if plain:
            from mlquiz.cli.by_line import ByLine

            ByLine(desk, sys.stdin).run()
        else:
            from mlquiz.cli.by_key import opened

            with opened(desk) as front:
                front.run()
    finally:
        _sum_up(desk)


def _sum_up(desk: Desk) -> None:
    of = summary(desk.state.answered)
    titles = [f"{entry.question}: {plain_text(desk.session.asked(entry))}" for entry in of.missed]
    desk.context.console.print(report.summary(of, titles, len(desk.state.queue.waiting), desk.tr))
