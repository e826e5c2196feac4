"""`mlquiz study`: a session of what is due, and new questions."""

import sys
from dataclasses import replace
from gettext import NullTranslations
from typing import Annotated, Any

import click
import typer

from mlquiz import bank as banks
from mlquiz.cli import choosing
from mlquiz.cli.context import Context, console
from mlquiz.cli.desk import Desk
from mlquiz.cli.seating import Choice, leave, seat
from mlquiz.core.choosing import Wanted
from mlquiz.core.progress import summary
from mlquiz.core.sentence import N_
from mlquiz.core.settings import language
from mlquiz.view import report

EXAMPLES = (
    ("mlquiz study", N_("what is due today, then new questions")),
    ("mlquiz study --minutes 15 --confidence", N_("a quarter of an hour; say how sure you are")),
    ("mlquiz study --topic optimizers --level senior --new", N_("only new questions of one topic")),
    ("mlquiz study --lang ru --answer-lang en", N_("asked in one language, answered in another")),
    ("mlquiz study --flagged", N_("what you flagged, due or not")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "Study: questions that are due, and new ones. Every graded answer is saved at once; ? lists the keys, and the "
        "same command goes on where you stopped today."
    ),
)
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
    suspended: choosing.Suspended = False,
    search: choosing.Search = None,
    lang: choosing.Lang = None,
    answer_lang: Annotated[
        str | None, typer.Option(metavar="en|ru|fr|zh", help=N_("The answers' language, if another."))
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help=N_("At most this many questions."))] = None,
    new_a_day: Annotated[int | None, typer.Option(min=0, help=N_("At most this many new questions a day."))] = None,
    minutes: Annotated[
        int | None, typer.Option(min=0, help=N_("Deal no further card after so many minutes; 0 for no end."))
    ] = None,
    confidence: Annotated[
        bool | None,
        typer.Option("--confidence/--no-confidence", help=N_("Ask how sure you are before the answer is shown.")),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help=N_("By lines: no colour, no cursor movement."))] = False,
) -> int:
    """A session of what is wanted."""
    context = Context.from_world(lang)
    given: dict[str, Any] = {
        "answer_language": language(answer_lang) if answer_lang else None,
        "new_a_day": new_a_day,
        "minutes": minutes,
        "confidence": confidence,
    }
    context.settings = replace(context.settings, **{key: value for key, value in given.items() if value is not None})
    if plain or not context.interactive:
        context.console = console(force_terminal=False, no_color=True, width=context.console.width)
    wanted = Wanted(
        topic or (), tag or (), level or (), form or (), source or (), due, new, leeches, flagged, suspended
    )
    bank = context.bank()
    wanted.check(bank.items.values())
    wanted = replace(wanted, found=choosing.found(context, bank, search))
    with context.store(bank, writes=True) as store:
        choice = Choice(context, bank, store, wanted, limit)
        desk = seat(choice)
        _tell_left_out(context, bank, desk.tr)
        try:
            if desk.state.showing is None and desk.rest.why == "over":
                _tell_nothing(desk, choice.put_off(desk.moment))
            else:
                _run(desk, plain or not context.interactive)
        finally:
            leave(desk, choice)
    return 0


def command() -> click.Command:
    """`mlquiz study`."""
    return typer.main.get_command(app)


def _tell_left_out(context: Context, bank: banks.Bank, tr: NullTranslations) -> None:
    if bank.left_out:
        _n = tr.ngettext
        told = _n(
            "{n} file of the bank was left out; mlquiz check says why.",
            "{n} files of the bank were left out; mlquiz check says why.",
            bank.left_out,
        )
        context.errors.print(told.format(n=bank.left_out), style="magenta")


def _tell_nothing(desk: Desk, put_off: int) -> None:
    """That there is nothing to ask, and where the user has put it off, that."""
    _n = desk.tr.ngettext
    told = desk.tr.gettext("Nothing to study now.")
    if put_off:
        told = _n("Nothing to study now: {n} question is put off until tomorrow.",
                  "Nothing to study now: {n} questions are put off until tomorrow.", put_off)  # fmt: skip
    desk.context.console.print(told.format(n=put_off), style="green")


def _run(desk: Desk, plain: bool) -> None:
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
    of = summary(desk.session, desk.state)
    desk.context.console.print(report.summary(of, desk.session.language, desk.tr))
