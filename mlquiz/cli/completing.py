"""Completion at the shell's prompt, quick because it loads no command: their options stand in a table.

`make completions` writes the table from the commands, and a test holds it against them. The values come from the
names of files and folders. Click speaks with the shell.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypedDict

import click
from click.shell_completion import CompletionItem

from mlquiz.cli.help import localised
from mlquiz.cli.speech import environment, interface
from mlquiz.content import Root, roots

TABLE = Path(__file__).with_name("completions.json")


class Entry(TypedDict):
    """A parameter of a command, as far as completing needs it."""

    name: str
    options: list[str]
    """As on the command line; of an argument none."""
    off: list[str]
    """The options that turn a flag off."""
    flag: bool
    many: bool
    several: bool
    """Whether it takes the rest of the line."""
    metavar: str
    path: str
    """`file` or `dir` for a path, else empty."""
    help: str


def entries_of(parameters: Sequence[click.Parameter]) -> list[Entry]:
    """The table's entries for the parameters of a command."""
    return [
        Entry(
            name=one.name or "",
            options=list(one.opts) if isinstance(one, click.Option) else [],
            off=list(one.secondary_opts),
            flag=bool(getattr(one, "is_flag", False)),
            many=bool(getattr(one, "multiple", False)),
            several=one.nargs == -1,
            metavar=one.metavar or "",
            path=("file" if one.type.file_okay and not one.type.dir_okay else "dir")
            if isinstance(one.type, click.Path)
            else "",
            help=getattr(one, "help", None) or "",
        )
        for one in parameters
    ]


def command(name: str) -> click.Command | None:
    """A stand-in for a command, with its options; None for one that the table does not have."""
    table: dict[str, list[Entry]] = json.loads(TABLE.read_text(encoding="utf-8"))
    if name not in table:
        return None
    parameters = [_parameter(entry) for entry in table[name]]
    if name != "demo":
        return localised(click.Command(name, params=parameters), interface())
    return Demos(name, parameters, table["demo NAME"])


class Demos(click.Group):
    """`mlquiz demo`: its commands are the demos, their options the parameters of each one's `run`."""

    def __init__(self, name: str, params: list[click.Parameter], of_each: list[Entry]) -> None:
        super().__init__(name, params=params, invoke_without_command=True)
        self.of_each = of_each

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """One demo's options; None for an unknown demo or one whose file does not parse."""
        path = _demo_files().get(cmd_name)
        if path is None:
            return None
        names = list(_arguments(path))
        form: list[click.Parameter] = [click.Option([f"--{name.replace('_', '-')}"]) for name in names]
        own = [_parameter(entry) for entry in self.of_each if entry["name"] not in names]
        return localised(click.Command(cmd_name, params=form + own), interface())

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """The demos' names; options where one has begun with a hyphen."""
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        return _starting(incomplete, sorted(_demo_files()))


def _parameter(entry: Entry) -> click.Parameter:
    path: Any = {"file": click.Path(), "dir": click.Path(file_okay=False), "": None}[entry["path"]]
    complete = None if entry["path"] else _values_of(entry)
    if not entry["options"]:
        several = -1 if entry["several"] else 1
        return click.Argument([entry["name"]], required=False, nargs=several, type=path, shell_complete=complete)
    names = ["/".join((entry["options"][0], *entry["off"])), *entry["options"][1:], entry["name"]]
    return click.Option(
        names, is_flag=entry["flag"], multiple=entry["many"], type=path, help=entry["help"], shell_complete=complete
    )


def _values_of(entry: Entry) -> Callable[[click.Context, click.Parameter, str], list[CompletionItem]] | None:
    """What can stand for a parameter: the words of its metavar, as en|ru|fr|zh, or what its name stands for."""
    words = entry["metavar"].split("|") if "|" in entry["metavar"] else None
    source = VALUES.get(entry["name"])
    if words is None and source is None:
        return None

    def complete(ctx: click.Context, parameter: click.Parameter, incomplete: str) -> list[CompletionItem]:
        return _starting(incomplete, words or (source(ctx) if source else ()))

    return complete


def _starting(incomplete: str, words: Sequence[str]) -> list[CompletionItem]:
    return [CompletionItem(word) for word in words if word.startswith(incomplete)]


def _ids(ctx: click.Context) -> list[str]:
    return sorted({path.stem for root in _roots() for path in root.questions.glob("*/*.yaml")})


def _topics(ctx: click.Context) -> list[str]:
    return sorted({path.parent.name for root in _roots() for path in root.questions.glob("*/*.yaml")})


def _tags(ctx: click.Context) -> list[str]:
    """From the compiled bank: there are none before its first use."""
    from mlquiz import folders
    from mlquiz.bank_index import BankIndex

    return BankIndex.at(folders.home(environment()) / "bank-index.db").tags()


def _demos(ctx: click.Context) -> list[str]:
    return sorted(_demo_files())


def _keys(ctx: click.Context) -> list[str]:
    from mlquiz.core.settings import KEYS

    tables = [name for name, key in KEYS.items() if isinstance(key.default, dict)]
    return [*KEYS, *(f"{name}.{topic}" for name in tables for topic in _topics(ctx))]


def _settings_values(ctx: click.Context) -> list[str]:
    from mlquiz.core.language import LANGUAGES

    of: dict[str, Sequence[str]] = {"ui": LANGUAGES, "lang": LANGUAGES, "answer_lang": LANGUAGES}
    return list((of | {"confidence": ("true", "false")}).get(ctx.params.get("key") or "", ()))


VALUES: dict[str, Callable[[click.Context], Sequence[str]]] = {
    "id": _ids, "topic": _topics, "tag": _tags, "demo": _demos, "key": _keys, "unset": _keys, "value": _settings_values,
}  # fmt: skip
"""The name of a parameter, in whichever command, -> what can stand for it."""


def _roots() -> list[Root]:
    """The banks, as far as they can be told: a setting that is wrong is no reason to say so at a prompt."""
    from mlquiz import origins

    return roots(origins.known_banks(environment()))


def _demo_files() -> dict[str, Path]:
    found = (path for root in reversed(_roots()) for path in root.demos.glob("*.py"))
    return {path.stem.replace("_", "-"): path for path in found}


def _arguments(path: Path) -> Iterator[str]:
    """The parameters of a demo's `run`, from its source."""
    import ast

    try:
        tree = ast.parse(path.read_text(encoding="utf-8"))
    except (SyntaxError, ValueError, OSError):
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name == "run":
            yield from (argument.arg for argument in (*node.args.args, *node.args.kwonlyargs))
