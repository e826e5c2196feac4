"""Writes the table that completion at the prompt goes by: `make completions`."""

import json
from importlib import import_module

import click

from mlquiz.cli import COMMANDS
from mlquiz.cli.completing import TABLE, Entry, entries_of


def table() -> dict[str, list[Entry]]:
    """Every command's parameters; `demo NAME` has those that are the same for each demo."""
    made = {name: import_module(f"mlquiz.cli.{name}").command() for name in COMMANDS}
    return {name: entries_of(command.params) for name, command in made.items()} | {"demo NAME": _of_each(made["demo"])}


def _of_each(demos: click.Group) -> list[Entry]:
    """What all demos take: the parameters that any two of them share, beside the seed."""
    with demos.make_context("demo", [], resilient_parsing=True) as context:
        first, second = demos.list_commands(context)[:2]
        one, other = (entries_of(demos.get_command(context, name).params) for name in (first, second))  # type: ignore[union-attr]
    shared = {entry["name"] for entry in other}
    return [{**entry, "help": ""} for entry in one if entry["name"] in shared]


def text() -> str:
    """The table's file."""
    return json.dumps(table(), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    TABLE.write_text(text(), encoding="utf-8")
