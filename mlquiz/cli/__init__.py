"""The command line: each command is a module of this package, imported when it is named."""

import contextlib
import errno
import gc
import io
import os
import signal
import sys
from importlib import import_module
from typing import Any

import click

from mlquiz import __version__
from mlquiz.core.errors import Exit, MlquizError
from mlquiz.core.nearest import unknown

COMMANDS = {
    "study": "Study: questions that are due, and new ones.",
    "demo": "Run a live Keras demo that shows an answer by experiment, or list them.",
    "add": "Add a question to your own bank.",
    "show": "Show one question with its answer.",
    "check": "Check the bank: files, languages, links, demos.",
    "where": "Print every path in use.",
}
"""Name -> one line, so that `--help` imports no command."""

EXAMPLES = """\
Examples:
  mlquiz study                       what is due today, then new questions
  mlquiz study --lang ru --answer-lang en --topic optimizers
  mlquiz demo rmsprop                predict, watch, verdict
  mlquiz add                         a new question, step by step
"""


class Commands(click.Group):
    """The commands, loaded lazily."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take `--ui` wherever it stands."""
        own = args[: args.index("--")] if "--" in args else args
        for index, name in enumerate(own):
            size = 2 if name == "--ui" else 1 if name.startswith("--ui=") else 0
            if size and index:
                return self.parse_args(ctx, args[index : index + size] + args[:index] + args[index + size :])
        return super().parse_args(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            raise unknown("command", cmd_name, COMMANDS, next_step="mlquiz --help lists the commands")
        command: click.Command = import_module(f"mlquiz.cli.{cmd_name}").command()
        gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write("\n" + EXAMPLES)


class Terminated(BaseException):
    """SIGTERM or SIGHUP: leave as on Ctrl-C, so that no process stays behind."""


def _speak(ctx: click.Context, option: click.Parameter, ui: str | None) -> None:
    if ui:
        from mlquiz.cli.context import speak

        speak(ui)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(__version__, prog_name="mlquiz")
@click.option(
    "--ui",
    metavar="en|ru|fr|zh",
    is_eager=True,
    expose_value=False,
    callback=_speak,
    help="The interface's language; may stand anywhere.",
)
@click.pass_context
def mlquiz(ctx: click.Context) -> None:
    """Flashcards that prove themselves: machine-learning interview questions in English, Russian, French and Chinese,
    with live Keras demos that show the answers by experiment."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())


def main(arguments: list[str] | None = None) -> int:
    """The program: the one place where an error becomes an exit code."""
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, "replace"), (sys.stderr, "backslashreplace")):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)  # bytes or letters that an encoding lacks are no failure
    gc.disable()  # imports make no garbage; a command that is at work turns it on again
    return run(arguments)


def run(arguments: list[str] | None = None) -> int:
    """The exit code of one call; docs/exit-codes.md lists them."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), _terminate)
    try:
        result: Any = mlquiz.main(arguments, prog_name="mlquiz", standalone_mode=False)
        sys.stdout.flush()
        return int(result or 0)
    except MlquizError as error:
        from mlquiz.cli.context import interface

        return _say(error.lines(interface()), error.exit_code)
    except click.ClickException as error:
        hint = getattr(error, "ctx", None)
        lines = [error.format_message()]
        return _say(lines + ([f"  next: {hint.command_path} --help"] if hint else []), Exit.BAD_INPUT)
    except (KeyboardInterrupt, click.Abort):
        return _say([], Exit.INTERRUPTED)
    except Terminated:
        return Exit.TERMINATED
    except (BrokenPipeError, SystemExit):  # the reader has seen enough; Click leaves on that by itself
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:
        return _bug(error)


def _terminate(number: int, frame: object) -> None:
    raise Terminated


def _say(lines: list[str], code: int) -> int:
    """Print an error to standard error, with nothing in it that could drive the terminal."""
    from mlquiz.view.prose import visible

    for line in lines:
        print(visible(line), file=sys.stderr)
    return int(code)


def _bug(error: Exception) -> int:
    """A failure that nobody foresaw: kept in a file for a report, told in two lines."""
    import tempfile
    import traceback

    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _say(["The disk is full.", "  next: free some space; every graded answer is safe"], Exit.ENVIRONMENT)
    lines = [f"mlquiz failed: {type(error).__name__}: {error}"]
    with (
        contextlib.suppress(OSError),
        tempfile.NamedTemporaryFile("w", prefix="mlquiz-", suffix=".log", delete=False, encoding="utf-8") as file,
    ):
        file.writelines(traceback.format_exception(error))
        lines.append(f"  next: please report it with {file.name}")
    return _say([*lines, "  every graded answer is safe"], Exit.ENVIRONMENT)
