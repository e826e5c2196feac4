"""The options by which questions are chosen: the same for every command that takes some of the bank."""

import shlex
from collections.abc import Iterable
from typing import TYPE_CHECKING, Annotated

import typer

from mlquiz.bank import Bank
from mlquiz.cli.context import Context
from mlquiz.core.errors import BadInput
from mlquiz.core.nearest import unknown
from mlquiz.core.sentence import N_, said

if TYPE_CHECKING:
    from mlquiz.core.finding import Query

Topics = Annotated[list[str] | None, typer.Option("--topic", help=N_("Only this topic; may be given again."))]
Tags = Annotated[list[str] | None, typer.Option("--tag", help=N_("Only questions with this tag; may be given again."))]
Levels = Annotated[
    list[str] | None,
    typer.Option("--level", metavar="junior|mid|senior", help=N_("Only this level; may be given again.")),
]
Forms = Annotated[
    list[str] | None,
    typer.Option("--form", metavar="open|choice|numeric", help=N_("Only this form; may be given again.")),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help=N_("Only what cites this, by a part of its name; may be given again.")),
]
Due = Annotated[bool, typer.Option("--due", help=N_("Only what is due."))]
New = Annotated[bool, typer.Option("--new", help=N_("Only what was never answered."))]
Leeches = Annotated[bool, typer.Option("--leeches", help=N_("Only what was forgotten eight times or more."))]
Flagged = Annotated[bool, typer.Option("--flagged", help=N_("Only what you flagged."))]
Suspended = Annotated[bool, typer.Option("--suspended", help=N_("Only what you suspended."))]
Search = Annotated[str | None, typer.Option("--search", help=N_("Only what says this, as mlquiz search finds it."))]
Lang = Annotated[str | None, typer.Option(metavar="en|ru|fr|zh", help=N_("The questions' language."))]


def no_question(context: Context, bank: Bank, id: str, known: Iterable[str]) -> BadInput:
    """The error for an id that no question has: with the nearest one, or the search that finds the word."""
    next_step = said("mlquiz check lists the files that could not be loaded")
    with context.search(bank) as index:
        if index.ids(index.query(id)):
            command = f"mlquiz search {shlex.quote(id)}"
            next_step = said("{command} finds the questions that say it", command=command)
    return unknown("question", id, known, next_step=next_step)


def found(context: Context, bank: Bank, text: str | None) -> set[str] | None:
    """The questions that say all of a text; None when there is no text.

    Raises:
        BadInput: there is nothing in the text to look for, or nothing found.
    """
    if text is None:
        return None
    with context.search(bank) as index:
        ids = index.ids(sought(index.query(text), text))
    if not ids:
        raise BadInput(said("No question says that."), received=shortened(text), next_step=said("try fewer words"))
    return ids


def sought(query: "Query", text: str) -> "Query":
    """The query of a text.

    Raises:
        BadInput: it has no word.
    """
    if not query.terms:
        raise BadInput(
            said("There is no word to search for."),
            expected=said("letters or digits, in any language"),
            received=repr(shortened(text)),
        )
    return query


def shortened(text: str) -> str:
    """A user's text as an error repeats it."""
    return text if len(text) <= 60 else f"{text[:59]}…"
