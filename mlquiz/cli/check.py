"""`mlquiz check`: is the bank right, and are its demos?"""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated

import click
import typer

from mlquiz import bank as banks
from mlquiz import content, demos
from mlquiz import reference as references
from mlquiz.bank import Bank
from mlquiz.checking import Findings, check, right_is_longest
from mlquiz.cli.context import Context
from mlquiz.core.errors import BadInput, Exit, Problem
from mlquiz.core.formula import formulas_in, unicode_of
from mlquiz.core.question import prose_of
from mlquiz.core.seeds import ledger
from mlquiz.reference import Reference
from mlquiz.view import report
from mlquiz.view.errata import document
from mlquiz.view.prose import prose, visible

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command("check", context_settings={"help_option_names": ["-h", "--help"]})
def check_bank(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[DIR]...", help="Further folders with questions/ and demos/.")
    ] = None,
    run_demos: Annotated[
        bool, typer.Option("--demos", help="Also run every demo on its seeds, and its control.")
    ] = False,
    seeds: Annotated[str | None, typer.Option("--seeds")] = None,
    errata: Annotated[
        bool, typer.Option("--errata", help="Print instead where published answers are wrong, with the evidence.")
    ] = False,
    formulas: Annotated[bool, typer.Option("--formulas", help="Print instead every formula as it is shown.")] = False,
    schema: Annotated[bool, typer.Option("--schema", help="Print instead the JSON Schema of a question.")] = False,
    lang: Annotated[str | None, typer.Option(metavar="en|ru|fr|zh", help="The language of --errata.")] = None,
) -> int:
    """Check the bank: files, languages, terms, formulas, links, demos. Exit code 1 when something must be mended."""
    folders, runs = list(folders or []), None
    if seeds and (run_demos or seeds.isdecimal()):
        runs, seeds = _count_of(seeds, run_demos), None
    elif seeds:  # what follows a bare --seeds is a folder
        folders.insert(0, Path(seeds))
    if sum((run_demos, seeds is not None, errata, formulas, schema)) > 1:
        expected = "--demos, --seeds, --errata, --formulas or --schema"
        raise BadInput("Only one of the reports at a time.", expected=expected)
    if schema:
        sys.stdout.write(banks.question_schema())
        return Exit.DONE
    context = Context.from_world(lang)
    for folder in folders:
        if not folder.is_dir():
            raise BadInput("There is no such folder.", received=str(folder))
    roots = content.roots([*context.settings.banks, *folders])
    bank = banks.load(roots)
    if formulas:
        return _print_formulas(context, bank)
    reference = references.load(roots)
    if seeds is not None:
        return _print_ledger(context, bank, reference)
    if errata:
        return _print_errata(context, bank, reference)
    catalogue = demos.find(roots)
    findings = check(bank, reference, catalogue, roots, _keras())
    _print(context, findings)
    for language, (longest, choices) in right_is_longest(bank).items():
        told = f"{language}: the right choice is the longest in {longest} of {choices} choice questions"
        context.console.print(told, style="dim")
    failed = bool(findings.problems)
    if run_demos:
        from mlquiz.cli.check_demos import run_all

        questions = {id: item.question for id, item in bank.items.items()}
        failed |= not run_all(context, catalogue, questions, runs)
    verdict = f"{len(bank.items)} questions, {len(catalogue.demos)} demos: {len(findings.problems)} problems"
    context.console.print(verdict, style="red" if failed else "green")
    return Exit.PROBLEMS if failed else Exit.DONE


def _keras() -> str | None:
    """The version of Keras that is installed; its metadata are read, it is not imported."""
    try:
        return version("keras")
    except PackageNotFoundError:
        return None


def _print_ledger(context: Context, bank: Bank, reference: Reference) -> int:
    entries = list(ledger(reference.seeds, {id: item.question for id, item in bank.items.items()}))
    whole = sum(entry.is_whole for entry in entries)
    errata = sum(len(entry.errata) for entry in entries)
    cited = len({id for entry in entries for id in entry.questions})
    context.console.print(report.ledger(entries))
    told = f"{whole} of {len(entries)} seed items in all four languages, by {cited} questions, {errata} errata"
    context.console.print(f"\n{told}", style="green" if whole == len(entries) else "red")
    return Exit.DONE if whole == len(entries) else Exit.PROBLEMS


def _print_errata(context: Context, bank: Bank, reference: Reference) -> int:
    questions = {id: item.question for id, item in bank.items.items()}
    told = document(questions, reference.seeds, context.language, context.tr)
    if context.console.is_terminal:
        context.console.print(prose(told))
    else:
        sys.stdout.write(visible(told))
    return Exit.DONE


def _print_formulas(context: Context, bank: Bank) -> int:
    """Each formula of the bank once, as it is written and as it is shown."""
    parts = (part for item in bank.items.values() for text in item.question.text.values() for _, part in prose_of(text))
    for latex in sorted({latex for part in parts for latex in formulas_in(part)}):
        context.console.print(f"{latex}\t{unicode_of(latex)}", markup=False, highlight=False, soft_wrap=True)
    return Exit.DONE


def _count_of(text: str, run_demos: bool) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 9999):
        raise BadInput("--seeds is out of range.", expected="1 to 9999", received=text)
    if not run_demos:
        raise BadInput("A number of seeds is for --demos.", next_step=f"mlquiz check --demos --seeds {text}")
    return int(text)


def command() -> click.Command:
    """`mlquiz check`. Its `--seeds` may stand alone or with a number, which Typer has no word for."""
    made = typer.main.get_command(app)
    help = (
        "Print instead which question answers which item of the seed documents; "
        "with --demos, on how many seeds to run each."
    )
    seeds = click.Option(["--seeds"], is_flag=False, flag_value="", metavar="[N]", help=help)
    made.params = [seeds if one.name == "seeds" else one for one in made.params]
    return made


def _print(context: Context, findings: Findings) -> None:
    for kind, style, problems in (("", "red", findings.problems), ("note: ", "dim", findings.notes)):
        for problem in problems:
            context.console.print(kind + str(_near(problem)), style=style, soft_wrap=True)


def _near(problem: Problem) -> Problem:
    """With the path as seen from here, when that is shorter."""
    here = str(Path.cwd()) + "/"
    return problem._replace(file=problem.file.removeprefix(here))
