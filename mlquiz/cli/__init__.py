"""The command line: each command is a module of this package, imported when it is named."""

import contextlib
import errno
import gc
import io
import os
import signal
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from mlquiz import __version__
from mlquiz.cli.help import Context, localised
from mlquiz.cli.speech import OPTION, interface, listen
from mlquiz.core.errors import BadEnvironment, BadInput, Command, Exit, MlquizError
from mlquiz.core.language import LANGUAGES
from mlquiz.core.nearest import unknown
from mlquiz.core.sentence import N_, said

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

COMMANDS = {
    "study": N_("Study: questions that are due, and new ones."),
    "demo": N_("Run a live Keras demo that shows an answer by experiment, or list them."),
    "add": N_("Add a question to your own bank."),
    "interview": N_("A timed mock interview with a report."),
    "plan": N_("Be ready for a date: how ready you are, what to study each day, what does not fit."),
    "search": N_("Find questions by their words, in all languages at once."),
    "list": N_("List questions with when they are due."),
    "show": N_("Show one question with its answer."),
    "stats": N_("How learning goes: retention, forecast, the year, hardest questions."),
    "why": N_("Explain one question's memory and what each key would do."),
    "optimize": N_("Fit the memory model to your own answers."),
    "due": N_("Say how many questions are due now."),
    "check": N_("Check the bank: files, languages, links, demos."),
    "config": N_("List, explain and write the settings."),
    "completion": N_("Print the script by which a shell completes what you type."),
    "where": N_("Print every path in use."),
}
"""Name -> one line, so that `--help` imports no command. A command's module has `command()` and EXAMPLES, both with
texts marked by N_; after a change of options, `make completions`."""

EXAMPLES = (
    ("mlquiz", N_("today at a glance")),
    ("mlquiz study", N_("what is due today, then new questions")),
    ("mlquiz study --lang ru --answer-lang en", N_("asked in one language, answered in another")),
    ("mlquiz demo rmsprop", N_("predict, watch, verdict")),
    ("mlquiz add", N_("a new question, step by step")),
    ("mlquiz config ui fr", N_("the interface in French from now on")),
)


class Commands(click.Group):
    """The commands, loaded lazily."""

    context_class = Context

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        if incomplete.startswith("-"):
            return super().shell_complete(ctx, incomplete)
        from click.shell_completion import CompletionItem

        tr = interface()
        names = [name for name in COMMANDS if name.startswith(incomplete)]
        return [CompletionItem(name, help=tr.gettext(COMMANDS[name])) for name in names]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if ctx.resilient_parsing:  # the shell asks how a line goes on
            from mlquiz.cli import completing

            return completing.command(cmd_name)
        if cmd_name not in COMMANDS:
            raise unknown("command", cmd_name, COMMANDS, next_step=said("mlquiz --help lists the commands"))
        module = import_module(f"mlquiz.cli.{cmd_name}")
        command: click.Command = localised(module.command(), interface(), getattr(module, "EXAMPLES", ()))
        gc.enable()
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        tr = interface()
        with formatter.section(tr.gettext("Commands")):
            formatter.write_dl([(name, tr.gettext(text)) for name, text in COMMANDS.items()])


class Terminated(BaseException):
    """SIGTERM or SIGHUP: leave as on Ctrl-C, so that no process stays behind."""


def program() -> click.Command:
    """`mlquiz` with its own options; the commands come when they are named."""
    options: list[click.Parameter] = [
        # taken by `listen` before anything is parsed; here for the help, and for one that is given no language
        click.Option([OPTION], type=click.Choice(LANGUAGES), metavar="en|ru|fr|zh", expose_value=False, help=UI),
        click.Option(["--json"], is_flag=True, help=N_("Without a command: today as one JSON object.")),
        click.Option(
            ["--version"], is_flag=True, is_eager=True, expose_value=False, callback=_version,
            help=N_("Show the version and exit."),
        ),
    ]  # fmt: skip
    made = Commands(
        "mlquiz", params=options, callback=_alone, invoke_without_command=True, help=HELP,
        context_settings={"help_option_names": ["-h", "--help"]},
    )  # fmt: skip
    return localised(made, interface(), EXAMPLES)


UI = N_("The interface's language; may stand anywhere.")
HELP = N_(
    "Flashcards that prove themselves: machine-learning interview questions in English, Russian, French and Chinese, "
    "with live Keras demos that show the answers by experiment."
)


@click.pass_context
def _alone(ctx: click.Context, json: bool) -> int:
    if ctx.invoked_subcommand is None:
        from mlquiz.cli.context import Context
        from mlquiz.cli.today import today

        return today(Context.from_world(), as_json=json)
    if json:
        raise BadInput(said("--json stands behind the command."), received=f"mlquiz --json {ctx.invoked_subcommand}")
    return 0


def _version(ctx: click.Context, option: click.Parameter, asked: bool) -> None:
    if asked:
        told = interface().gettext("%(prog)s, version %(version)s")
        click.echo(told % {"prog": "mlquiz", "version": __version__})
        ctx.exit()


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
        words = listen(sys.argv[1:] if arguments is None else arguments)
        result: Any = program().main(words, prog_name="mlquiz", standalone_mode=False)
        sys.stdout.flush()
        return int(result or 0)
    except MlquizError as error:
        return _say(error.lines(interface()), error.exit_code)
    except click.ClickException as error:
        hint = getattr(error, "ctx", None)
        told = BadInput(error.format_message(), next_step=f"{hint.command_path} --help" if hint else None)
        return _say(told.lines(interface()), Exit.BAD_INPUT)
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
    from mlquiz.view.line_breaks import hanging
    from mlquiz.view.prose import visible

    width = _columns()
    for line in lines:
        told = visible(line)
        print(*(hanging(told, width) if width and not isinstance(line, Command) else [told]), sep="\n", file=sys.stderr)
    return int(code)


def _columns() -> int | None:
    """The width of the terminal that errors go to; None when they go elsewhere."""
    with contextlib.suppress(OSError, ValueError):
        if sys.stderr and sys.stderr.isatty():
            return os.get_terminal_size(sys.stderr.fileno()).columns or None
    return None


def _bug(error: Exception) -> int:
    """A failure that nobody foresaw: kept in a file for a report, told in two lines."""
    import tempfile
    import traceback

    _ = interface().gettext
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        full = BadEnvironment(said("The disk is full."), next_step=said("free some space; every graded answer is safe"))
        return _say(full.lines(interface()), full.exit_code)
    kept = None
    with (
        contextlib.suppress(OSError),
        tempfile.NamedTemporaryFile("w", prefix="mlquiz-", suffix=".log", delete=False, encoding="utf-8") as file,
    ):
        file.writelines(traceback.format_exception(error))
        kept = file.name
    what = said("mlquiz failed: {error}", error=f"{type(error).__name__}: {error}")
    failed = BadEnvironment(what, next_step=said("please report it with {file}", file=kept) if kept else None)
    safe = _("every graded answer is safe")  # in no f-string: Babel does not look there
    return _say([*failed.lines(interface()), f"  {safe}"], failed.exit_code)
