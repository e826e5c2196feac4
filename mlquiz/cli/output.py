"""How a command reports: `--json` as one object with the version of its form, and the pager."""

import json
from collections.abc import Mapping
from typing import Annotated, Any

import click
import typer

from mlquiz.core.sentence import N_

VERSION = 1
"""Keys are only ever added within a version."""

AsJson = Annotated[bool, typer.Option("--json", help=N_("One JSON object; docs/json.md."))]
Pager = Annotated[bool, typer.Option("--pager/--no-pager", help=N_("Page what is longer than the terminal."))]


def print_json(data: Mapping[str, Any]) -> None:
    """Print an object; texts in it that are ours are English, whatever the interface speaks."""
    click.echo(json.dumps({"version": VERSION} | dict(data), ensure_ascii=False, default=str))
