"""`mlquiz where`: every path in use."""

from collections.abc import Iterator
from pathlib import Path

import click
import typer
from rich.cells import cell_len

from mlquiz.cli.context import Context
from mlquiz.cli.output import AsJson, print_json
from mlquiz.core.sentence import N_, Sentence, said

EXAMPLES = (
    ("mlquiz where", N_("your answers, settings, banks and drafts")),
    ("mlquiz where --json", N_("for another program")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_("Print every path in use, and whether it is there."),
)
def where(
    as_json: AsJson = False,
) -> int:
    """Print every path."""
    context = Context.from_world()
    paths = list(_paths(context))
    if as_json:
        print_json({"paths": [{"name": name, "path": str(path), "exists": path.exists()} for name, path in paths]})
        return 0
    told = [(name.told(context.tr), path) for name, path in paths]
    width = max(cell_len(name) for name, _ in told) + 1
    for name, path in told:
        there = path if path.exists() else context.tr.gettext("{file} (not there yet)").format(file=path)
        context.console.print(f"{name}{' ' * (width - cell_len(name))}{there}", soft_wrap=True)
    return 0


def _paths(context: Context) -> Iterator[tuple[Sentence, Path]]:
    settings = context.settings
    yield said("answers"), settings.store
    yield said("settings"), settings.file
    yield said("drafts"), settings.drafts
    yield said("bank index"), settings.bank_index
    yield said("search index"), settings.search_index
    for root in context.roots:
        yield said("questions (ours)") if root.ours else said("questions (yours)"), root.questions
        yield said("demos (ours)") if root.ours else said("demos (yours)"), root.demos


def command() -> click.Command:
    """`mlquiz where`."""
    return typer.main.get_command(app)
