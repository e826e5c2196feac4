"""`mlquiz search TEXT`: questions found by their words, in all languages at once."""

import json
import sys
from dataclasses import dataclass
from typing import Annotated, Any

import click
import typer

from mlquiz.bank import Bank
from mlquiz.cli import choosing
from mlquiz.cli.context import Context
from mlquiz.cli.output import AsJson
from mlquiz.cli.show import print_card
from mlquiz.cli.telling import tell
from mlquiz.core.choosing import Wanted, chosen
from mlquiz.core.cue import cue, with_numbers
from mlquiz.core.errors import BadInput
from mlquiz.core.finding import Query, loosened, spans
from mlquiz.core.question import LANGUAGES
from mlquiz.core.results import Result, partly, ranked
from mlquiz.core.sentence import N_, said
from mlquiz.search_index import SearchIndex
from mlquiz.view import found as view
from mlquiz.view.prose import plain

LIMIT = 10
ROWS = len(LANGUAGES)
"""Rows of the index that are looked at closely for one result: a question has one a language."""

EXAMPLES = (
    ("mlquiz search learning rate", N_("questions that say both words")),
    ("mlquiz search 过拟合 --level senior", N_("words of any of the four languages, and the options of study")),
    ("mlquiz search dropout --open 1", N_("the card of the first result")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@dataclass(frozen=True)
class Found:
    """What a search came to."""

    query: Query
    results: list[Result]
    total: int
    """How many questions say all of it."""
    partly: bool
    """Whether none does, so that these say some of it."""


@app.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Find questions that say all of these words, in any language, inflected or not, with or without accents."),
)
def search(
    text: Annotated[list[str], typer.Argument(metavar="TEXT", help=N_("Words, in any of the languages."))],
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
    lang: choosing.Lang = None,
    limit: Annotated[int, typer.Option(min=1, help=N_("At most this many results."))] = LIMIT,
    open: Annotated[int | None, typer.Option("--open", min=1, help=N_("Show the card of this result."))] = None,
    as_json: AsJson = False,
) -> int:
    """Print what was found, and open cards by number."""
    if as_json and open is not None:
        raise BadInput(said("--json opens no card."), next_step=said("leave out --json or --open"))
    context, words = Context.from_world(lang), " ".join(text)
    wanted = Wanted(
        topic or (), tag or (), level or (), form or (), source or (), due, new, leeches, flagged, suspended
    )
    bank = context.bank()
    wanted.check(bank.items.values())
    among = _among(context, bank, wanted)
    with context.search(bank) as index:
        found = _found(index, words, among, bank, context, limit)
    if as_json:
        click.echo(json.dumps(_as_json(words, found, context), ensure_ascii=False))
    elif open is not None:
        print_card(context, _numbered(found, str(open)).item)
    else:
        _print(found, context)
        if found.results and context.at_terminal:
            _open_by_number(found, context)
    return 0


def command() -> click.Command:
    """`mlquiz search`."""
    return typer.main.get_command(app)


def _among(context: Context, bank: Bank, wanted: Wanted) -> set[str] | None:
    """The questions that the options leave; None for all of them. Memory is asked only where an option does."""
    if wanted == Wanted((), (), (), (), ()):
        return None
    items, moment = bank.items.values(), context.moment()
    if not (wanted.due or wanted.new or wanted.leeches or wanted.flagged or wanted.suspended):
        return {item.id for item in chosen(items, wanted, {}, {}, moment)}
    with context.store(bank) as store:
        return {item.id for item in chosen(items, wanted, store.cards(), store.marks(), moment)}


def _found(index: SearchIndex, text: str, among: set[str] | None, bank: Bank, context: Context, limit: int) -> Found:
    query = choosing.sought(index.query(text), text)
    ids = index.ids(query)
    ids = ids if among is None else ids & among
    if ids:
        results = ranked(index.hits(query, among, most=ROWS * limit), bank.items, query, context.language)
    else:
        query = loosened(query)
        results = partly(index.hits(query, among, most=ROWS * limit, partly=True), bank.items, query, limit)
    return Found(query, results[:limit], len(ids), not ids)


def _numbered(found: Found, number: str) -> Result:
    last = len(found.results)
    if number.isdecimal() and len(number) < 6 and 0 < int(number) <= last:
        return found.results[int(number) - 1]
    raise BadInput(
        said("There is no result {number}.", number=choosing.shortened(number)),
        expected=said("a number from 1 to {last}", last=last) if last else None,
        next_step=None if last else said("try fewer words"),
    )


def _print(found: Found, context: Context) -> None:
    _, _n, console = context.tr.gettext, context.tr.ngettext, context.console
    if found.partly:
        told = _("No question says all of that; these say some of it.") if found.results else _("Nothing found.")
        console.print(told, style="magenta")
    if found.results:
        console.print(view.results(found.results, found.query, context.language, context.tr))
    if found.total > len(found.results):
        told = _n("{n} question found.", "{n} questions found.", found.total).format(n=found.total)
        console.print(told + " " + _("--limit {n} shows all.").format(n=found.total), style="dim")


def _open_by_number(found: Found, context: Context) -> None:
    """Show the cards whose numbers are typed, until Enter alone, `q` or the end of input."""
    _ = context.tr.gettext
    prompt = _("A number opens the card, Enter leaves:") + " "
    while True:
        context.console.print(prompt, style="dim", end="")
        line = sys.stdin.readline().strip()
        if not line or line.lower() in ("q", "й"):
            return
        try:
            print_card(context, _numbered(found, line).item)
        except BadInput as error:
            tell(context.console, error.lines(context.tr), "red")


def _as_json(text: str, found: Found, context: Context) -> dict[str, Any]:
    return {
        "version": 1,
        "query": text,
        "found": found.total,
        "partly": found.partly,
        "results": [_result(number, one, found.query, context) for number, one in enumerate(found.results, 1)],
    }


def _result(number: int, one: Result, query: Query, context: Context) -> dict[str, Any]:
    question, line = one.item.question, plain(with_numbers(one.item.question, one.text, one.language))
    return {
        "number": number,
        "id": one.item.id,
        "topic": one.item.topic,
        "form": question.form.kind,
        "level": question.level,
        "question": plain(cue(question, context.language)),
        "language": one.language,
        "part": one.part,
        "text": line,
        "matches": sorted({(span.start, span.end) for span in spans(line, query)}),
    }
