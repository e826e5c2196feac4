"""`mlquiz add`: a new question, by wizard, in an editor, by options, or as YAML on standard input."""

import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from mlquiz import bank as banks
from mlquiz.cli import wizard
from mlquiz.cli.author import OWN, Author
from mlquiz.cli.context import Context
from mlquiz.core.draft import Draft
from mlquiz.core.errors import BadInput
from mlquiz.core.sentence import N_, said

app = typer.Typer(add_completion=False, rich_markup_mode=None)

PARTS = frozenset(
    ("question", "answer", "why", "limits", "key_point", "right", "wrong", "value", "tolerance", "unit", "level", "tag",
     "demo", "cite")
)  # fmt: skip
"""Options that give a part of the question."""

EXAMPLES = (
    ("mlquiz add", N_("step by step")),
    ("mlquiz add --editor --topic transformers", N_("in your editor, on a commented template")),
    ('mlquiz add --question "Why scale by sqrt(d)?" --answer "..." --key-point "..."', N_("by options")),
    ("mlquiz add --id my-question --topic mine < question.yaml", N_("from a file")),
)


@app.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "Add a question to your own bank. One language is enough to begin with; an existing file is never changed."
    ),
)
def add(
    id: Annotated[str | None, typer.Option(help=N_("The id; made from the question when left out."))] = None,
    topic: Annotated[str, typer.Option(help=N_("The topic, a folder of the bank."))] = OWN,
    lang: Annotated[str | None, typer.Option(metavar="en|ru|fr|zh", help=N_("The language you write in."))] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help=N_("The bank to write to instead of your own."))
    ] = None,
    editor: Annotated[bool, typer.Option("--editor", help=N_("Write in $EDITOR, on a commented template."))] = False,
    question: Annotated[str | None, typer.Option(help=N_("The question."))] = None,
    answer: Annotated[str, typer.Option(help=N_("What one would say."))] = "",
    why: Annotated[str, typer.Option(help=N_("The mechanism behind it."))] = "",
    limits: Annotated[str, typer.Option(help=N_("When it stops being true."))] = "",
    key_point: Annotated[
        list[str] | None, typer.Option(help=N_("A key point, the essential one first; again for more."))
    ] = None,
    right: Annotated[str, typer.Option(help=N_("The right choice; makes it a choice question."))] = "",
    wrong: Annotated[list[str] | None, typer.Option(help=N_("A wrong choice; again for more."))] = None,
    value: Annotated[float | None, typer.Option(help=N_("The number; makes it a numeric question."))] = None,
    tolerance: Annotated[float, typer.Option(help=N_("Accepted relative error of the number."))] = 0,
    unit: Annotated[str, typer.Option(help=N_("What the number counts."))] = "",
    level: Annotated[str, typer.Option(metavar="junior|mid|senior", help=N_("Who is asked this."))] = "mid",
    tag: Annotated[list[str] | None, typer.Option(help=N_("A tag; again for more."))] = None,
    demo: Annotated[str, typer.Option(help=N_("The demo that shows the answer."))] = "",
    cite: Annotated[str, typer.Option(help=N_("Where the answer can be checked."))] = "",
) -> int:
    """Add a question to your own bank. One language is enough to begin with; an existing file is never changed."""
    context = Context.from_world(lang)
    named = _named(click.get_current_context())
    author = Author(context, banks.load(context.roots), to, topic, id)
    draft = Draft(
        language=context.language,
        kind="choice" if right or wrong else "numeric" if value is not None else "open",
        level=level, question=question or "", answer=answer, why=why, limits=limits, key_points=key_point or (),
        right=right, wrong=wrong or (), value=value, tolerance=tolerance, unit=unit, tags=tag or (),
        demo=demo, cite=cite,
    )  # fmt: skip
    parts = named & PARTS
    if question is not None and not editor:
        author.take_given(draft)
    elif editor or context.at_terminal:
        author.prepare()
        wanted = topic if "topic" in named else None
        if context.at_terminal and not parts and wizard.goes_on(author, wanted):
            wizard.edit(author, draft)
        else:
            (wizard.edit if editor else wizard.ask)(author, draft, parts)
    elif parts:
        raise BadInput(
            said("{name} is missing.", name="--question"),
            next_step=said("give it, or leave out the other options and give the file on standard input"),
        )
    else:
        from mlquiz.strict_yaml import decode

        author.take(decode(sys.stdin.buffer.read(), context.tr.gettext("standard input")))
    return 0


def _named(call: click.Context) -> frozenset[str]:
    """The options that the command line has."""
    by_user = click.core.ParameterSource.COMMANDLINE
    return frozenset(name for name in call.params if call.get_parameter_source(name) is by_user)


def command() -> click.Command:
    """`mlquiz add`."""
    return typer.main.get_command(app)
