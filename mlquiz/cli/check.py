"""`mlquiz check`: is the bank right, and are its demos?"""

import sys
from pathlib import Path
from typing import Annotated

import click
import typer

from mlquiz import bank as banks
from mlquiz import content, demos
from mlquiz.checking import Findings, check, right_is_longest
from mlquiz.cli.context import Context
from mlquiz.core.errors import BadInput, Exit, Problem

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("check", context_settings={"help_option_names": ["-h", "--help"]})
def check_bank(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[DIR]...", help="Further folders with questions/ and demos/.")
    ] = None,
    run_demos: Annotated[
        bool, typer.Option("--demos", help="Also run every demo on its seeds, and its control.")
    ] = False,
    schema: Annotated[
        bool, typer.Option("--schema", help="Print the JSON Schema of a question and do nothing else.")
    ] = False,
) -> int:
    """Check the bank: files, languages, links both ways, demos. Exit code 1 when something must be mended."""
    if schema:
        sys.stdout.write(banks.question_schema())
        return Exit.DONE
    context = Context.from_world()
    for folder in folders or []:
        if not folder.is_dir():
            raise BadInput("There is no such folder.", received=str(folder))
    roots = content.roots([*context.settings.banks, *(folders or [])])
    bank, catalogue = banks.load(roots), demos.find(roots)
    findings = check(bank, catalogue, roots)
    _print(context, findings)
    for language, (longest, choices) in right_is_longest(bank).items():
        told = f"{language}: the right choice is the longest in {longest} of {choices} choice questions"
        context.console.print(told, style="dim")
    failed = bool(findings.problems)
    if run_demos:
        from mlquiz.cli.check_demos import run_all

        failed |= not run_all(context, catalogue)
    verdict = f"{len(bank.items)} questions, {len(catalogue.demos)} demos: {len(findings.problems)} problems"
    context.console.print(verdict, style="red" if failed else "green")
    return Exit.PROBLEMS if failed else Exit.DONE


def command() -> click.Command:
    """`mlquiz check`."""
    return typer.main.get_command(app)


def _print(context: Context, findings: Findings) -> None:
    for kind, style, problems in (("", "red", findings.problems), ("note: ", "dim", findings.notes)):
        for problem in problems:
            context.console.print(kind + str(_near(problem)), style=style, soft_wrap=True)


def _near(problem: Problem) -> Problem:
    """With the path as seen from here, when that is shorter."""
    here = str(Path.cwd()) + "/"
    return problem._replace(file=problem.file.removeprefix(here))
