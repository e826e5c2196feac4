"""How a command reports: `--json` as one object with the version of its form, and the pager."""

import json
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Annotated, Any

import click
import typer

from mlquiz.core.sentence import N_

if TYPE_CHECKING:
    from rich.console import Console

VERSION = 1
"""Keys are only ever added within a version."""

AsJson = Annotated[bool, typer.Option("--json", help=N_("One JSON object; docs/json.md."))]
Pager = Annotated[bool, typer.Option("--pager/--no-pager", help=N_("Page what is longer than the terminal."))]


def tell(console: "Console", lines: Iterable[str], style: str = "") -> None:
    """Print an error's lines: on a terminal with a hanging indent where they wrap, into a pipe as they are."""
    from mlquiz.view.line_breaks import hanging

    for line in lines:
        for part in hanging(line, console.width) if console.is_terminal else [line]:
            console.print(part, style=style, soft_wrap=True)


def print_json(data: Mapping[str, Any]) -> None:
    """Print an object; texts in it that are ours are English, whatever the interface speaks."""
    click.echo(json.dumps({"version": VERSION} | dict(data), ensure_ascii=False, default=str))
