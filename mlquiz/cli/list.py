"""`mlquiz list`: the questions as a table, with what stands in the user's memory."""

import json
from dataclasses import replace
from typing import Annotated, Any

import click
import typer

from mlquiz.cli import choosing
from mlquiz.cli.context import Context
from mlquiz.cli.output import AsJson, Pager
from mlquiz.core.choosing import Wanted, chosen
from mlquiz.core.cue import cue
from mlquiz.core.errors import BadInput
from mlquiz.core.listing import ORDERS, Row, iso, ordered, rows
from mlquiz.core.schedule import Learning
from mlquiz.core.sentence import N_, said
from mlquiz.view.listing import Listing, line
from mlquiz.view.prose import plain

EXAMPLES = (
    ("mlquiz list --due --sort due", N_("what is due, the longest overdue first")),
    ("mlquiz list --topic optimizers --leeches", N_("what is forgotten again and again in one topic")),
    ("mlquiz list | cut -f 1", N_("the ids alone")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    "list",
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("List questions: a table in a terminal, a line each with tabs between through a pipe."),
)
def list_questions(
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
    sort: Annotated[str, typer.Option(metavar="|".join(ORDERS), help=N_("What comes first."))] = "topic",
    pager: Pager = True,
    as_json: AsJson = False,
) -> int:
    """Print the questions that are wanted."""
    if sort not in ORDERS:
        raise BadInput(said("There is no such order."), expected=", ".join(ORDERS), received=sort)
    context = Context.from_world(lang)
    wanted = Wanted(
        topic or (), tag or (), level or (), form or (), source or (), due, new, leeches, flagged, suspended
    )
    order, of = sort, _rows(context, wanted, search)
    shown = ordered(of, order)
    if as_json:
        click.echo(json.dumps({"version": 1, "questions": [_told(row, context) for row in shown]}, ensure_ascii=False))
    elif not context.console.is_terminal:
        for row in shown:
            click.echo(line(row))
    elif not shown:
        context.console.print(context.tr.gettext("No question is like that."), style="magenta")
    else:
        context.page(Listing(shown, order, context.moment(), context.language, context.tr), pager)
    return 0


def command() -> click.Command:
    """`mlquiz list`."""
    return typer.main.get_command(app)


def _rows(context: Context, wanted: Wanted, search: str | None) -> list[Row]:
    bank, moment = context.bank(), context.moment()
    wanted.check(bank.items.values())
    wanted = replace(wanted, found=choosing.found(context, bank, search))
    with context.store(bank) as store:
        cards, marks = store.cards(), store.marks()
    return rows(chosen(bank.items.values(), wanted, cards, marks, moment), cards, marks, moment)


def _told(row: Row, context: Context) -> dict[str, Any]:
    question, card = row.item.question, row.card
    state = "new" if card is None else "learning" if isinstance(card.place, Learning) else "review"
    return {
        "id": row.item.id,
        "topic": row.item.topic,
        "form": question.form.kind,
        "level": question.level,
        "tags": question.tags,
        "languages": list(question.text),
        "question": plain(cue(question, context.language)),
        "state": state,
        "due": None if row.due_day is None else iso(row.due_day),
        "is_due": row.due,
        "interval": row.interval,
        "reviews": card.reviews if card else 0,
        "lapses": row.lapses,
        "marks": list(row.marks),
    }
