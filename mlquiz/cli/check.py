"""`mlquiz check`: is the bank right, and are its demos?"""

import sys
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from mlquiz import bank as banks
from mlquiz import content, demos
from mlquiz import folders as places
from mlquiz import reference as references
from mlquiz.checking import Findings, check, right_is_longest
from mlquiz.cli import check_reports as reports
from mlquiz.cli.context import FEW, Context
from mlquiz.cli.output import AsJson, Pager, print_json
from mlquiz.cli.progress_bar import bar
from mlquiz.cli.telling import tell
from mlquiz.core.errors import BadInput, Exit, Problem
from mlquiz.core.sentence import N_, said

EXAMPLES = (
    ("mlquiz check", N_("your bank and ours, each problem as file:line:column")),
    ("mlquiz check ~/team-bank", N_("a further folder with them")),
    ("mlquiz check --errata --lang fr", N_("where published answers are wrong")),
    ("mlquiz check --demos --seeds 20", N_("every demo on 20 seeds, and its control")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    "check",
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "Check the bank: files, languages, terms, formulas, links, demos. Exit code 1 when something must be mended."
    ),
)
def check_bank(
    folders: Annotated[
        list[Path] | None, typer.Argument(metavar="[DIR]...", help=N_("Further folders with questions/ and demos/."))
    ] = None,
    run_demos: Annotated[
        bool, typer.Option("--demos", help=N_("Also run every demo on its seeds, and its control."))
    ] = False,
    seeds: Annotated[str | None, typer.Option("--seeds")] = None,
    errata: Annotated[
        bool, typer.Option("--errata", help=N_("Print instead where published answers are wrong, with the evidence."))
    ] = False,
    formulas: Annotated[
        bool, typer.Option("--formulas", help=N_("Print instead every formula as it is shown."))
    ] = False,
    schema: Annotated[bool, typer.Option("--schema", help=N_("Print instead the JSON Schema of a question."))] = False,
    lang: Annotated[str | None, typer.Option(metavar="en|ru|fr|zh", help=N_("The language of --errata."))] = None,
    as_json: AsJson = False,
    pager: Pager = True,
) -> int:
    """Hold the bank against the rules, or print one of the reports on it."""
    folders, runs = list(folders or []), None
    if seeds and (run_demos or seeds.isdecimal()):
        runs, seeds = _count_of(seeds, run_demos), None
    elif seeds:  # what follows a bare --seeds is a folder
        folders.insert(0, Path(seeds))
    if sum((run_demos, seeds is not None, errata, formulas, schema)) > 1:
        expected = said("--demos, --seeds, --errata, --formulas or --schema")
        raise BadInput(said("Only one of the reports at a time."), expected=expected)
    if schema:
        sys.stdout.write(banks.question_schema())
        return Exit.DONE
    context = Context.from_world(lang)
    for folder in folders:
        if not folder.is_dir():
            raise BadInput(said("There is no such folder."), received=str(folder), next_step=places.ANOTHER)
    roots = content.roots([*context.settings.banks, *folders])
    with bar(context.errors, context.tr.gettext("Reading the bank"), after=FEW) as told:
        bank = banks.load(roots, told=told)
    if formulas:
        return reports.formulas(context, bank, as_json=as_json, pager=pager)
    if errata or seeds is not None:
        report = reports.errata if errata else reports.seeds
        return report(context, bank, references.load(roots), as_json=as_json, pager=pager)
    return _check(context, bank, roots, (run_demos, runs), as_json=as_json)


def _check(
    context: Context,
    bank: banks.Bank,
    roots: Sequence[content.Root],
    demos_on: tuple[bool, int | None],
    *,
    as_json: bool,
) -> int:
    """The check itself; `demos_on` is whether to run the demos, and on how many seeds."""
    catalogue = demos.find(roots)
    findings = check(bank, references.load(roots), catalogue, roots, _keras())
    longest = right_is_longest(bank)
    if not as_json:
        _print(context, findings)
        told = context.tr.gettext("{language}: the right choice is the longest in {n} of {all} choice questions")
        for language, (n, choices) in longest.items():
            context.console.print(told.format(language=language, n=n, all=choices), style="dim")
    problems, runs, failing = list(findings.problems), {}, ""
    if demos_on[0]:
        from mlquiz.cli import check_demos

        questions = {id: item.question for id, item in bank.items.items()}
        ran = check_demos.run_all(context, catalogue, questions, demos_on[1], quiet=as_json)
        failed = [(demo, found) for demo, found in ran if found.faults]
        problems += [check_demos.problem(demo, found) for demo, found in failed]
        runs = {"runs": [check_demos.as_json(demo, found, demos_on[1]) for demo, found in ran]}
        failing = ", ".join(demo.name for demo, _ in failed)
    counts = {"questions": len(bank.items), "demos": len(catalogue.demos)}
    if as_json:
        print_json(counts | _as_json(problems, findings.notes) | {"right_is_longest": longest} | runs)
    else:
        out, style = context.console, "red" if problems else "green"
        out.print(_verdict(context, counts, len(problems)), style=style)
        if failing:
            out.print(context.tr.gettext("Demos that failed: {demos}").format(demos=failing), style=style)
    return Exit.PROBLEMS if problems else Exit.DONE


def _verdict(context: Context, counts: dict[str, int], problems: int) -> str:
    _n = context.tr.ngettext
    return context.tr.gettext("{questions}, {demos}: {problems}").format(
        questions=_n("{n} question", "{n} questions", counts["questions"]).format(n=counts["questions"]),
        demos=_n("{n} demo", "{n} demos", counts["demos"]).format(n=counts["demos"]),
        problems=_n("{n} problem", "{n} problems", problems).format(n=problems),
    )


def _as_json(problems: Iterable[Problem], notes: Iterable[Problem]) -> dict[str, Any]:
    return {"problems": [one._asdict() for one in problems], "notes": [one._asdict() for one in notes]}


def _keras() -> str | None:
    """The version of Keras that is installed; its metadata are read, it is not imported."""
    try:
        return version("keras")
    except PackageNotFoundError:
        return None


def _count_of(text: str, run_demos: bool) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= 9999):
        what = said("{option} is out of range.", option="--seeds")
        raise BadInput(what, expected=said("{low} to {high}", low=1, high=9999), received=text)
    if not run_demos:
        raise BadInput(said("A number of seeds is for --demos."), next_step=f"mlquiz check --demos --seeds {text}")
    return int(text)


SEEDS = N_(
    "Print instead which question answers which item of the seed documents; "
    "with --demos, on how many seeds to run each."
)


def command() -> click.Command:
    """`mlquiz check`. Its `--seeds` may stand alone or with a number, which Typer has no word for."""
    made = typer.main.get_command(app)
    seeds = click.Option(["--seeds"], is_flag=False, flag_value="", metavar="[N]", help=SEEDS)
    made.params = [seeds if one.name == "seeds" else one for one in made.params]
    return made


def _print(context: Context, findings: Findings) -> None:
    note = context.tr.gettext("note: {problem}")
    for problem in findings.problems:
        tell(context.console, [_near(problem).told(context.tr)], "red")
    for problem in findings.notes:
        tell(context.console, [note.format(problem=_near(problem).told(context.tr))], "dim")


def _near(problem: Problem) -> Problem:
    """With the path as seen from here, when that is shorter."""
    here = str(Path.cwd()) + "/"
    return problem._replace(file=problem.file.removeprefix(here))
