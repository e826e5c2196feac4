"""The options by which questions are chosen: the same for every command that takes some of the bank."""

from typing import Annotated

import typer

Topics = Annotated[list[str] | None, typer.Option("--topic", help="Only this topic; may be given again.")]
Tags = Annotated[list[str] | None, typer.Option("--tag", help="Only questions with this tag; may be given again.")]
Levels = Annotated[
    list[str] | None,
    typer.Option("--level", metavar="junior|mid|senior", help="Only this level; may be given again."),
]
Forms = Annotated[
    list[str] | None,
    typer.Option("--form", metavar="open|choice|numeric", help="Only this form; may be given again."),
]
Sources = Annotated[
    list[str] | None,
    typer.Option("--source", help="Only what cites this, by a part of its name; may be given again."),
]
Due = Annotated[bool, typer.Option("--due", help="Only what is due.")]
New = Annotated[bool, typer.Option("--new", help="Only what was never answered.")]
Leeches = Annotated[bool, typer.Option("--leeches", help="Only what was forgotten eight times or more.")]
Flagged = Annotated[bool, typer.Option("--flagged", help="Only what you flagged.")]
Lang = Annotated[str | None, typer.Option(metavar="en|ru|fr|zh", help="The questions' language.")]
