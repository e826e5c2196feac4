"""`mlquiz due`: how many questions are due, in a sentence, as JSON, or for a shell's prompt."""

import json
from contextlib import suppress
from typing import Annotated

import click
import typer

from mlquiz import prompt as for_a_shell
from mlquiz.cli.context import Context
from mlquiz.cli.today import as_data, told
from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.number import written
from mlquiz.core.sentence import N_, said
from mlquiz.view.today import planned_today
from mlquiz.view.wrapping import Wrapped

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
        return _prompt()
    context = Context.from_world()
    of = told(context)
    if as_json:
        waiting = {"due": of.due, "learning": of.learning, "new": of.new}
        click.echo(json.dumps({"version": JSON_VERSION} | waiting | {"asks": as_data(of.asks)}))
        return 0
    _, _n = context.tr.gettext, context.tr.ngettext
    told_due = _n("{n} question is due.", "{n} questions are due.", of.due).format(n=written(of.due, context.ui))
    context.console.print(told_due if of.due else _("Nothing is due."))
    if of.asks:
        context.console.print(Wrapped(planned_today(of.asks, context.tr, context.ui), "dim"))
    return 0


def _prompt() -> int:
    """The number alone, also where an older program left cards that have to be moved first; errors are not told."""
    if for_a_shell.main() is None:
        with suppress(BadInput, BadEnvironment):
            if waiting := told(Context.from_world()).due:
                click.echo(waiting)
    return 0


def command() -> click.Command:
    """`mlquiz due`."""
    return typer.main.get_command(app)
