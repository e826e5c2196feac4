"""`mlquiz show ID`: one question with its answer."""

from dataclasses import replace
from random import Random
from typing import Annotated

import click
import typer

from mlquiz.cli.context import Context
from mlquiz.core.memory import MemoryModel
from mlquiz.core.nearest import unknown
from mlquiz.core.queue import Queue
from mlquiz.core.schedule import Scheduler
from mlquiz.core.session import Item, Reveal, Session
from mlquiz.view import card

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="The question's id, its file's name without .yaml.")],
    lang: Annotated[str | None, typer.Option(metavar="en|ru|fr|zh", help="The language.")] = None,
    seed: Annotated[int, typer.Option(min=0, help="What a generated question is drawn from, as in the log.")] = 0,
) -> int:
    """Show one question with its answer. Your answers are not touched."""
    context = Context.from_world(lang)
    bank = context.bank()
    name = bank.former_ids.get(id, id)
    if name not in bank.items:
        raise unknown("question", id, bank.items, next_step="mlquiz check lists the files that could not be loaded")
    print_card(context, bank.items[name], seed)
    return 0


def print_card(context: Context, item: Item, seed: int = 0) -> None:
    """Print a question with its answer."""
    language, tr = context.language, context.tr
    session = Session({item.id: item}, {}, Scheduler(MemoryModel()), language, language, device="")
    moment, random = context.moment(), Random()
    state = session.start(Queue((item.id,)), moment, random)
    assert state.showing
    state = replace(state, showing=replace(state.showing, seed=seed))
    state, _ = session.step(state, Reveal(), moment, random)
    screen = session.screen(state, moment)
    context.console.print(card.title(screen, tr))
    context.console.print(card.cue(screen))
    context.console.print(card.answer(screen, tr))
    for points in card.key_points(screen):
        context.console.print(points)
    context.console.print(card.links(screen, tr))


def command() -> click.Command:
    """`mlquiz show`."""
    return typer.main.get_command(app)
