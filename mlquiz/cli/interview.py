"""`mlquiz interview`: a timed mock, answered by rubric, with a report."""

import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import click
import typer

from mlquiz import writing
from mlquiz.bank import Bank
from mlquiz.cli import asking, choosing
from mlquiz.cli.context import Context, console
from mlquiz.cli.room import Room
from mlquiz.core import interview_report as reports
from mlquiz.core.choosing import Wanted, chosen
from mlquiz.core.errors import BadInput
from mlquiz.core.interview import Interview, drawn
from mlquiz.core.log import Marks
from mlquiz.core.sentence import N_, said
from mlquiz.core.session import Session
from mlquiz.store import Store
from mlquiz.view import interview as view

QUESTIONS = 10
MINUTES = 3
"""A question, when the time is not given."""

EXAMPLES = (
    ("mlquiz interview", N_("ten questions in thirty minutes")),
    ("mlquiz interview --level senior --seconds 90", N_("senior questions, a minute and a half each")),
    ("mlquiz interview --report mock.md --count", N_("with a report to keep, and as reviews")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "A timed mock interview over the topics, marked by rubric. Nothing of it counts as a review unless asked to."
    ),
)
def interview(
    questions: Annotated[int, typer.Option(min=1, max=500, help=N_("How many questions."))] = QUESTIONS,
    minutes: Annotated[
        int | None, typer.Option(min=1, max=1440, help=N_("How long the answers may take together; else 3 a question."))
    ] = None,
    seconds: Annotated[int | None, typer.Option(min=1, help=N_("How long one answer may take."))] = None,
    topic: choosing.Topics = None,
    tag: choosing.Tags = None,
    level: choosing.Levels = None,
    form: choosing.Forms = None,
    source: choosing.Sources = None,
    due: choosing.Due = False,
    new: choosing.New = False,
    leeches: choosing.Leeches = False,
    flagged: choosing.Flagged = False,
    search: choosing.Search = None,
    lang: choosing.Lang = None,
    count: Annotated[bool, typer.Option("--count", help=N_("Let the answers count as reviews."))] = False,
    report_file: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help=N_("Write the report: Markdown, or JSON for .json."))
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help=N_("By lines: no colour, no cursor movement."))] = False,
) -> int:
    """Hold an interview."""
    context = Context.from_world(lang)
    plain = plain or not context.interactive
    if plain:
        context.console = console(force_terminal=False, no_color=True, width=context.console.width)
    wanted = Wanted(topic or (), tag or (), level or (), form or (), source or (), due, new, leeches, flagged)
    bank = context.bank()
    wanted.check(bank.items.values())
    wanted = replace(wanted, found=choosing.found(context, bank, search))
    if report_file:
        writing.check_free(report_file)
    with context.store(bank, writes=count) as store:
        going = _planned(context, bank, store, wanted, questions, 60 * (minutes or MINUTES * questions))
        if not going.planned:
            raise BadInput(said("No question is like that."), next_step=said("try fewer options"))
        with asking.front(context.console, lambda: context.moment().at, plain=plain, lines=sys.stdin) as front:
            room = Room(context, front, _session(context, bank, store, count), going, store if count else None, seconds)
            try:
                room.run()
            finally:
                _tell(context, room.going, report_file, counted=count)
    return 0


def command() -> click.Command:
    """`mlquiz interview`."""
    return typer.main.get_command(app)


def _planned(context: Context, bank: Bank, store: Store, wanted: Wanted, count: int, seconds: float) -> Interview:
    """The interview before its first question: what is not to be asked today is not asked here."""
    moment, marks = context.moment(), store.marks()
    items = chosen(bank.items.values(), wanted, store.cards(), marks, moment)
    there = {item.id: item for item in items if not marks.get(item.id, Marks()).hides(moment.day)}
    planned = drawn(list(there.values()), count, context.random)
    return Interview(there, planned, len(planned), seconds)


def _session(context: Context, bank: Bank, store: Store, counts: bool) -> Session:
    settings, fitted = context.settings, store.fitted()
    name = f"{context.random.getrandbits(32):08x}"
    return Session(
        items=bank.items,
        cards=store.cards(),
        scheduler=store.scheduler,
        language=settings.language,
        answer_language=settings.answer_language or settings.language,
        device=store.device(name) if counts else name,
        parameters=fitted.id if fitted else "default",
    )


def _tell(context: Context, going: Interview, file: Path | None, *, counted: bool) -> None:
    """Print the report, and write it."""
    if not going.answered:
        context.console.print(context.tr.gettext("No question answered."), style="dim")
        return
    of, now, tr = reports.report(going), context.now(), context.tr
    language = context.settings.answer_language or context.language
    context.console.print(view.report(of, language, tr))
    if file:
        told = reports.as_json(of, now.isoformat(timespec="seconds"), counted=counted)
        text = json.dumps(told, ensure_ascii=False, indent=1) + "\n"
        if file.suffix != ".json":
            text = view.markdown(of, language, now.date().isoformat(), tr)
        writing.save_report(text, file)
        context.tell_written(file)
