"""`mlquiz due`: how many questions are due, in a sentence, as JSON, or for a shell's prompt."""

import json
from typing import Annotated

import click
import typer

from mlquiz import prompt as for_a_shell
from mlquiz.cli.context import Context
from mlquiz.cli.today import told
from mlquiz.core.errors import BadInput
from mlquiz.core.sentence import N_, said

JSON_VERSION = 1

EXAMPLES = (
    ("mlquiz due", N_("a sentence")),
    ("PS1='$(mlquiz due --prompt) $ '", N_("the number in the prompt of bash")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"help_option_names": ["-h", "--help"]}, help=N_("Say how many questions are due now."))
def due(
    prompt: Annotated[
        bool, typer.Option("--prompt", help=N_("The number alone, or nothing: fast enough for a shell's prompt."))
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON object; docs/json.md."))] = False,
) -> int:
    """Print the number."""
    if prompt and as_json:
        raise BadInput(said("Only one of these at a time."), expected="--prompt, --json")
    if prompt:
        return for_a_shell.main()
    context = Context.from_world()
    of = told(context)
    if as_json:
        click.echo(json.dumps({"version": JSON_VERSION, "due": of.due, "learning": of.learning, "new": of.new}))
        return 0
    _, _n = context.tr.gettext, context.tr.ngettext
    count = of.due + of.learning
    sentence = (
        _n("{n} question is due.", "{n} questions are due.", count).format(n=count) if count else _("Nothing is due.")
    )
    context.console.print(sentence)
    return 0


def command() -> click.Command:
    """`mlquiz due`."""
    return typer.main.get_command(app)
