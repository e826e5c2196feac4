"""`mlquiz optimize`: the memory model's parameters, fitted to the user's own log."""

import json
from typing import Annotated, Any

import click
import typer

from mlquiz.bank import Bank
from mlquiz.bulk import without_collecting
from mlquiz.cli.context import Context
from mlquiz.cli.progress_bar import bar
from mlquiz.core.calibration import bins
from mlquiz.core.choosing import is_due
from mlquiz.core.errors import BadInput
from mlquiz.core.fitting import FIRST_FOUR, Fit, fit
from mlquiz.core.history import answers, histories
from mlquiz.core.log import Fitted, entry_id
from mlquiz.core.memory import DEFAULT_PARAMETERS
from mlquiz.core.number import written
from mlquiz.core.schedule import RETENTION
from mlquiz.core.sentence import N_, said
from mlquiz.core.workload import Year, graded, year
from mlquiz.store import Store
from mlquiz.view.fitting import fit as shown
from mlquiz.view.fitting import years as shown_years
from mlquiz.view.wrapping import Wrapped

JSON_VERSION = 1

GRID = (0.8, 0.85, 0.9, 0.95)
"""Desired retentions that `--what-if` sets beside the one asked for."""

EXAMPLES = (
    ("mlquiz optimize", N_("fit, test, and keep what is better")),
    ("mlquiz optimize --dry-run", N_("fit and test alone")),
    ("mlquiz optimize --what-if 0.85", N_("what another desired retention would cost")),
    ("mlquiz optimize --reset", N_("back to the default parameters")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "Fit the memory model's parameters to your own answers. The new ones are kept only if they expect better "
        "what they have not seen."
    ),
)
def optimize(
    dry_run: Annotated[bool, typer.Option("--dry-run", help=N_("Show what would be; keep nothing."))] = False,
    reset: Annotated[bool, typer.Option("--reset", help=N_("Go back to the default parameters."))] = False,
    what_if: Annotated[
        float | None,
        typer.Option(
            metavar="RETENTION", help=N_("Workload and knowledge after a year at a desired retention, as 0.85.")
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON object; docs/json.md."))] = False,
) -> int:
    """Fit, reset, or look at workloads."""
    if sum((dry_run, reset, what_if is not None)) > 1:
        raise BadInput(said("Only one of these at a time."), expected="--dry-run, --reset, --what-if")
    context = Context.from_world()
    if reset:
        told = _reset(context, as_json=as_json)
    elif what_if is not None:
        told = _what_if(context, what_if, as_json=as_json)
    else:
        told = _fit(context, dry_run=dry_run, as_json=as_json)
    if as_json:
        click.echo(json.dumps({"version": JSON_VERSION} | told, ensure_ascii=False))
    return 0


def command() -> click.Command:
    """`mlquiz optimize`."""
    return typer.main.get_command(app)


def _fit(context: Context, *, dry_run: bool, as_json: bool) -> dict[str, Any]:
    bank = context.bank()
    with context.store(bank, writes=not dry_run) as store:
        fitted = store.fitted()
        with without_collecting(), bar(context.errors, context.tr.gettext("Fitting")) as told:
            known = histories(store.entries(), bank.former_ids)
            found = fit(known, store.scheduler.model.parameters, fitted.id if fitted else "", told)
        keeps = found.is_better and not dry_run
        due = (_due(context, store), _due(context, store))
        if keeps:
            _keep(context, store, bank, found.parameters, found.reviews)
            due = (due[0], _due(context, store))
    if not as_json:
        charts = context.console.is_terminal
        context.console.print(shown(found, context.tr, context.ui, charts=charts), "")
        context.console.print(Wrapped(_verdict(context, found, keeps, dry_run, due)))
    return _told(found, keeps, due)


def _verdict(context: Context, found: Fit, keeps: bool, dry_run: bool, due: tuple[int, int]) -> str:
    _ = context.tr.gettext
    if keeps:
        return _("The fitted parameters hold from now on; cards due today: {before}, now {after}.").format(
            before=due[0], after=due[1]
        )
    if found.reviews < FIRST_FOUR:
        return _("Nothing was fitted; the parameters in force stay.")
    if not found.changed:
        return _("The fit gives the parameters in force; nothing to change.")
    if not found.before:
        return _("There is no later review to test them on; the parameters in force stay.")
    if not found.is_better:
        return _("They expect no better what they have not seen; the parameters in force stay.")
    assert dry_run
    return _("They expect better what they have not seen; without --dry-run they would be kept.")


def _keep(context: Context, store: Store, bank: Bank, weights: tuple[float, ...], reviews: int) -> None:
    """Write the parameters as an event, and move the cards by them."""
    moment = context.moment()
    at = max(moment.at, store.last_at() + 1)
    device = store.device(f"{context.random.getrandbits(32):08x}")
    event = Fitted(entry_id(at, context.random), at, moment.day, "", weights, reviews, device)
    scheduler = context.scheduler(bank, event if weights else None)
    store.append([event])
    store.obey(scheduler)


def _reset(context: Context, *, as_json: bool) -> dict[str, Any]:
    """Back to the defaults, also from parameters with which no store could be opened."""
    _ = context.tr.gettext
    bank = context.bank()
    store = Store(context.settings.store, context.scheduler(bank, None), bank.former_ids)
    try:
        was = store.fitted()
        if was:
            _keep(context, store, bank, (), 0)
    finally:
        store.close()
    told = _("The default parameters hold again.") if was else _("The default parameters hold already.")
    if not as_json:
        context.console.print(Wrapped(told))
    return {"reset": was is not None}


def _what_if(context: Context, retention: float, *, as_json: bool) -> dict[str, Any]:
    low, high = RETENTION
    if not low <= retention <= high:
        raise BadInput(
            said("The desired retention is out of its bounds."),
            expected=said("a number from {low} to {high}", low=low, high=high),
            received=str(retention),
        )
    bank = context.bank()
    if not bank.items:
        raise BadInput(said("There is no question."), next_step=said("mlquiz add makes one"))
    with context.store(bank) as store:
        scheduler = store.scheduler
        given = graded(answers(scheduler, histories(store.entries(), bank.former_ids)))
    new = max(1, context.settings.new_a_day)
    wanted = sorted({*GRID, retention, scheduler.retention})
    found = [year(scheduler.model.parameters, one, given, len(bank.items), new) for one in wanted]
    if not as_json:
        _show_years(context, found, retention, scheduler.retention, len(bank.items), new, len(given))
    return {"questions": len(bank.items), "new_a_day": new, "years": [one._asdict() for one in found]}


def _show_years(
    context: Context, found: list[Year], asked: float, current: float, questions: int, new: int, answered: int
) -> None:
    _, _n = context.tr.gettext, context.tr.ngettext
    told = _n("A simulated year from the start: {n} question, {new} new a day at most.",
              "A simulated year from the start: {n} questions, {new} new a day at most.", questions)  # fmt: skip
    context.console.print(Wrapped(told.format(n=questions, new=new)))
    habits = _n("Grades and seconds are those of your {n} answer, with other people's averages where there are few.",
                "Grades and seconds are those of your {n} answers, with other people's averages where there are few.",
                answered)  # fmt: skip
    context.console.print(Wrapped(habits.format(n=written(answered, context.ui)), "dim"), "")
    context.console.print(shown_years(found, asked, current, context.tr, context.ui), "")
    context.console.print(Wrapped(_("mlquiz config retention VALUE sets it."), "dim"))


def _due(context: Context, store: Store) -> int:
    moment = context.moment()
    return sum(is_due(card, moment) for card in store.cards().values())


def _told(found: Fit, keeps: bool, due: tuple[int, int]) -> dict[str, Any]:
    before, after = found.scores or (None, None)
    return {
        "reviews": found.reviews,
        "tested": len(found.before),
        "in_force": before and before._asdict() | {"bins": _bins(found.before)},
        "fitted": after and after._asdict() | {"bins": _bins(found.after)},
        "better": found.is_better,
        "kept": keeps,
        "parameters": list(found.parameters),
        "default": list(DEFAULT_PARAMETERS),
        "due": {"before": due[0], "after": due[1]},
    }


def _bins(trials: Any) -> list[dict[str, float]]:
    return [
        {"expected": one.expected, "actual": one.actual.value, "answers": one.actual.answers} for one in bins(trials)
    ]
