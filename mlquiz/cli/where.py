"""`mlquiz where`: every path in use."""

import click
import typer

from mlquiz.cli.context import Context

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def where() -> int:
    """Print every path in use, and whether it is there."""
    context = Context.from_world()
    settings = context.settings
    paths = [("answers", settings.store), ("drafts", settings.drafts), ("bank index", settings.bank_index)]
    paths.append(("search index", settings.search_index))
    for root in context.roots:
        owner = "ours" if root.ours else "yours"
        paths += [(f"questions ({owner})", root.questions), (f"demos ({owner})", root.demos)]
    for name, path in paths:
        there = "" if path.exists() else "  (not there yet)"
        context.console.print(f"{name:<18} {path}{there}", soft_wrap=True)
    return 0


def command() -> click.Command:
    """`mlquiz where`."""
    return typer.main.get_command(app)
