"""`--help` in the interface's language: our own texts, Click's words, and lines that fit Chinese."""

import re
from collections.abc import Iterable, Sequence
from copy import copy
from functools import partial
from gettext import NullTranslations
from typing import get_type_hints

import click

from mlquiz.cli.speech import interface
from mlquiz.core.sentence import N_

Examples = Sequence[tuple[str, str]]
"""Command lines, and what each does: English, marked by N_."""


def _n(one: str, many: str) -> tuple[str, str]:
    """Mark a sentence with a plural for the catalogues."""
    return one, many


CLICK = (
    N_("Usage:"), N_("Options"), N_("Commands"), N_("Arguments"), N_("required"), N_("default: {default}"),
    N_("env var: {var}"), N_("(dynamic)"), N_("Show this message and exit."), N_("Show the version and exit."),
    N_("%(prog)s, version %(version)s"), N_("Missing command."), N_("Missing argument"), N_("Missing option"),
    N_("Missing parameter"), N_("Invalid value: {message}"), N_("Invalid value for {param_hint}: {message}"),
    N_("No such option {name!r}."), N_("Option {name!r} does not take a value."), N_("Choose from:\n\t{choices}"),
    N_("{value!r} is not a valid {number_type}."), N_("{value} is not in the range {range}."),
    N_("{value!r} is not a valid boolean. Recognized values: {states}"), N_("file"), N_("directory"), N_("path"),
    N_("{name} {filename!r} does not exist."), N_("{name} {filename!r} is a file."),
    N_("{name} {filename!r} is a directory."), N_("{name} {filename!r} is not readable."),
    N_("{name} {filename!r} is not writable."), N_("Error: {message}"), N_("Error: invalid input"), N_("Aborted!"),
    N_("Argument {name!r} takes {nargs} values."),
    _n("Did you mean {possibility}?", "(Did you mean one of: {possibilities}?)"),
    _n("Got unexpected extra argument ({args})", "Got unexpected extra arguments ({args})"),
    _n("Option {name!r} requires an argument.", "Option {name!r} requires {nargs} arguments."),
    _n("Takes {nargs} values but 1 was given.", "Takes {nargs} values but {len} were given."),
    _n("{value!r} is not {choice}.", "{value!r} is not one of {choices}."),
)  # fmt: skip
"""Click's words, for our catalogues; a test holds them against the Click that is installed."""

PLACEHOLDERS = (N_("[OPTIONS]"), N_("COMMAND [ARGS]..."), N_("[COMMAND] [ARGS]..."))
TYPES = (N_("integer"), N_("integer range"), N_("float"), N_("float range"), N_("text"), N_("path"), N_("file"))
"""What stands for a value in a help, and what an error says was expected; Click has them in English alone."""

METAVARS = (
    N_("ANSWER"), N_("COUNT"), N_("DATE"), N_("DAYS"), N_("DIR"), N_("FILE"), N_("HIGH"), N_("ID"), N_("KEY"),
    N_("LOW"), N_("N"), N_("NAME"), N_("RETENTION"), N_("TEXT"), N_("VALUE"),
)  # fmt: skip
"""Our own, as in `[DATE]...`; values, as `en|ru|fr|zh`, are typed as they stand, the same in each language."""

_METAVAR = re.compile(r"[A-Z]+")


class Formatter(click.HelpFormatter):
    """Click's layout, with the heading's colon and the line breaks of each language."""

    def write_heading(self, heading: str) -> None:
        """`Options:`, or as a language writes a colon."""
        self.write(" " * self.current_indent + interface().gettext("{heading}:").format(heading=heading) + "\n")

    def write_text(self, text: str) -> None:
        """A text, its paragraphs kept."""
        if not _is_wide(text) or "\b" in text:
            super().write_text(text)
            return
        indent = " " * self.current_indent
        for line in _lines(" ".join(text.split()), self.width - self.current_indent):
            self.write(f"{indent}{line}\n")

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Terms on the left, what each means on the right."""
        rows = list(rows)
        if not any(_is_wide(text) for row in rows for text in row):
            super().write_dl(rows, col_max, col_spacing)
            return
        cells = {term: sum(1 + (one >= "\u2e80") for one in term) for term, _ in rows}
        left = min(max(cells.values()), col_max) + col_spacing
        indent = " " * (self.current_indent + left)
        for term, text in rows:
            lines = list(_lines(" ".join(text.split()), max(self.width - left - 2, 10))) or [""]
            self.write(" " * self.current_indent + term)
            self.write(" " * (left - cells[term]) if cells[term] <= left - col_spacing else f"\n{indent}")
            self.write(f"{lines[0]}\n" + "".join(f"{indent}{line}\n" for line in lines[1:]))


class Context(click.Context):
    """A context whose help is laid out by `Formatter`."""

    formatter_class = Formatter


def localised(command: click.Command, tr: NullTranslations, examples: Examples = ()) -> click.Command:
    """The command with its help, its options' helps and its examples in the language of these translations."""
    command.context_class = Context
    if type(command).__module__.startswith("typer."):  # lists the arguments itself; since 8.5 Click would do so again
        setattr(command, "format_arguments", lambda ctx, formatter: None)  # noqa: B010
    command.help = _told(command.help, tr)
    command.options_metavar = _told(command.options_metavar, tr)
    if isinstance(command, click.Group):
        command.subcommand_metavar = tr.gettext(command.subcommand_metavar)
    for parameter in command.params:
        if parameter.type.name in TYPES:
            parameter.type = copy(parameter.type)
            parameter.type.name = tr.gettext(parameter.type.name)
        if parameter.metavar:
            parameter.metavar = _METAVAR.sub(lambda found: _of_value(found[0], tr), parameter.metavar)
        if isinstance(parameter, click.Argument):
            parameter.help = _help_of(parameter, command)
        if isinstance(text := getattr(parameter, "help", None), str):
            parameter.help = _told(text, tr)
    if examples:
        # Typer makes its commands of classes of its own, so that only the instance can be given another ending
        setattr(command, "format_epilog", partial(_write_examples, examples, tr))  # noqa: B010
    return command


def _write_examples(
    examples: Examples, tr: NullTranslations, ctx: click.Context, formatter: click.HelpFormatter
) -> None:
    with formatter.section(tr.gettext("Examples")):
        formatter.write_dl([(line, tr.gettext(text)) for line, text in examples], col_max=42)


def _help_of(argument: click.Argument, command: click.Command) -> str | None:
    """An argument's help, which Click 8.5 drops when Typer before 0.26 gives it: taken from the signature again."""
    hints = get_type_hints(command.callback, include_extras=True) if command.callback else {}
    told = getattr(hints.get(argument.name or ""), "__metadata__", ())
    return getattr(argument, "help", None) or next((of.help for of in told if getattr(of, "help", None)), None)


def _of_value(word: str, tr: NullTranslations) -> str:
    return tr.gettext(word) if word in METAVARS else word


def _told(text: str | None, tr: NullTranslations) -> str | None:
    return tr.gettext(text) if text else text  # gettext("") is the catalogue's own header


def _is_wide(text: str) -> bool:
    return bool(text) and max(text) >= "\u2e80"


def _lines(text: str, width: int) -> Iterable[str]:
    from mlquiz.view.line_breaks import breaks

    start = 0
    for end in (*breaks(text, width), len(text)):
        yield text[start:end].strip()
        start = end
