"""`mlquiz show ID`: one question with its answer."""

from dataclasses import asdict, replace
from random import Random
from typing import Annotated, Any

import click
import typer
from rich.console import Group

from mlquiz.cli import choosing
from mlquiz.cli.context import Context
from mlquiz.cli.output import AsJson, Pager, print_json
from mlquiz.core.memory import MemoryModel
from mlquiz.core.queue import Queue
from mlquiz.core.schedule import Scheduler
from mlquiz.core.sentence import N_
from mlquiz.core.session import Item, Reveal, Screen, Session
from mlquiz.view import card

app = typer.Typer(add_completion=False, rich_markup_mode=None)


EXAMPLES = (
    ("mlquiz show conv2d-parameters", N_("the question, its answer, what it leads to")),
    ("mlquiz show conv2d-parameters --lang fr", N_("in French")),
    ("mlquiz show conv2d-parameters --json", N_("for another program")),
)


@app.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Show one question with its answer. Your answers are not touched."),
)
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help=N_("The question's id, its file's name without .yaml."))],
    lang: choosing.Lang = None,
    seed: Annotated[int, typer.Option(min=0, help=N_("What a generated question is drawn from, as in the log."))] = 0,
    as_json: AsJson = False,
    pager: Pager = True,
) -> int:
    """Show one question, revealed, without touching the log."""
    context = Context.from_world(lang)
    bank = context.bank()
    name = bank.former_ids.get(id, id)
    if name not in bank.items:
        raise choosing.no_question(context, bank, id, bank.items)
    if as_json:
        print_json(_as_json(_revealed(context, bank.items[name], seed)) | {"file": str(bank.files[name])})
        return 0
    print_card(context, bank.items[name], seed, pager=pager)
    return 0


def print_card(context: Context, item: Item, seed: int = 0, *, pager: bool = False) -> None:
    """Print a question with its answer."""
    screen, tr = _revealed(context, item, seed), context.tr
    parts = (card.title(screen, tr), card.cue(screen), card.answer(screen, tr), *card.key_points(screen))
    context.page(Group(*parts, card.links(screen, tr)), pager)


def _revealed(context: Context, item: Item, seed: int) -> Screen:
    """The card with its answer, of a session that is not logged."""
    language = context.language
    session = Session({item.id: item}, {}, Scheduler(MemoryModel()), language, language, device="")
    moment, random = context.moment(), Random()
    state = session.start(Queue((item.id,)), moment, random)
    assert state.showing
    state = replace(state, showing=replace(state.showing, seed=seed))
    state, _ = session.step(state, Reveal(), moment, random)
    return session.screen(state, moment)


def _as_json(screen: Screen) -> dict[str, Any]:
    question = screen.item.question
    facts = {name: of for name, of in asdict(question).items() if name != "text"}
    return {
        "id": screen.item.id, "topic": screen.item.topic, "language": screen.language, "text": asdict(screen.text),
        "expected": screen.expected, **facts,
    }  # fmt: skip


def command() -> click.Command:
    """`mlquiz show`."""
    return typer.main.get_command(app)
