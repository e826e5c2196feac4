"""`mlquiz stats`: how learning goes."""

import json
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from mlquiz.cli import choosing, plot
from mlquiz.cli.context import Context
from mlquiz.core.activity import Day
from mlquiz.core.calibration import Bin
from mlquiz.core.choosing import Wanted, chosen
from mlquiz.core.errors import BadInput
from mlquiz.core.history import answers, histories
from mlquiz.core.log import Marks
from mlquiz.core.schedule import Card
from mlquiz.core.sentence import N_, said
from mlquiz.core.share import Share
from mlquiz.core.stats import Stats, stats
from mlquiz.view import amount
from mlquiz.view.stats import stats as shown
from mlquiz.view.wrapping import Wrapped

JSON_VERSION = 1

EXAMPLES = (
    ("mlquiz stats", N_("everything")),
    ("mlquiz stats --topic optimizers --days 30", N_("one topic, the last thirty days")),
    ("mlquiz stats --plot progress.png", N_("also a picture")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    "stats",
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "Show how learning goes: true retention, forecast, minutes, the year, the hardest questions, and how well "
        "expected recall fits actual recall."
    ),
)
def show(
    topic: choosing.Topics = None,
    tag: choosing.Tags = None,
    level: choosing.Levels = None,
    form: choosing.Forms = None,
    source: choosing.Sources = None,
    leeches: choosing.Leeches = False,
    flagged: choosing.Flagged = False,
    days: Annotated[int | None, typer.Option(min=1, help=N_("Only the last study days, this many."))] = None,
    picture: Annotated[
        Path | None,
        typer.Option("--plot", dir_okay=False, help=N_("Also draw a PNG or SVG file (needs matplotlib).")),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help=N_("One JSON object; docs/json.md."))] = False,
) -> int:
    """Print the statistics of the questions that are wanted."""
    if picture and as_json:
        raise BadInput(said("--json draws no picture."), next_step=said("leave out --json or --plot"))
    if picture:
        plot.check(picture)
    context = Context.from_world()
    wanted = Wanted(topic or (), tag or (), level or (), form or (), source or (), leeches=leeches, flagged=flagged)
    of, desired = _stats(context, wanted, days)
    if as_json:
        click.echo(json.dumps({"version": JSON_VERSION, "period": days} | _told(of, desired), ensure_ascii=False))
        return 0
    tr, language = context.tr, context.ui
    if not of.answers:
        context.console.print(Wrapped(tr.gettext("No answer to these questions yet; mlquiz study asks the first.")))
        return 0
    context.console.print(shown(of, desired, tr, language, charts=context.console.is_terminal))
    if picture:
        from mlquiz.view.stats_figure import figure

        plot.write(figure(of, desired, tr, language), picture)
        context.tell_written(picture)
    return 0


def command() -> click.Command:
    """`mlquiz stats`."""
    return typer.main.get_command(app)


def _stats(context: Context, wanted: Wanted, period: int | None) -> tuple[Stats, float]:
    """The statistics, and the desired retention; a question that left the bank counts where nothing is chosen."""
    bank, today = context.bank(), context.moment().day
    wanted.check(bank.items.values())
    with context.store(bank) as store:
        cards, marks = store.cards(), store.marks()
        items = chosen(bank.items.values(), wanted, cards, marks, context.moment())
        ids = {item.id for item in items} if wanted != Wanted() else {*bank.items, *cards}
        told = [history for history in histories(store.entries(), bank.former_ids) if history.question in ids]
        asked = [card for id, card in cards.items() if id in ids and id in bank.items and not _is_off(marks, id)]
        topics = {item.id: item.topic for item in bank.items.values()}
        return stats(answers(store.scheduler, told), asked, topics, today, period), store.scheduler.retention


def _is_off(marks: dict[str, Marks], id: str) -> bool:
    return id in marks and marks[id].suspended


def _told(of: Stats, desired: float) -> dict[str, Any]:
    return {
        "today": amount.day(of.today),
        "answers": of.answers,
        "seconds": of.seconds,
        "streak": of.streak,
        "longest_streak": of.longest_streak,
        "desired_retention": desired,
        "retention": _share(of.retention),
        "by_topic": {topic: _share(share) for topic, share in of.by_topic.items()},
        "by_language": {language: _share(share) for language, share in of.by_language.items()},
        "forecast": list(of.forecast),
        "days": [_day(day, done) for day, done in of.days.items()],
        "hardest": [_card(card) for card in of.hardest],
        "calibration": {"log_loss": of.log_loss, "bins": [_bin(bin) for bin in of.bins]},
    }


def _share(share: Share) -> dict[str, Any]:
    low, high = share.interval
    value = share.value if share.answers else None
    return {"recalled": share.right, "answers": share.answers, "share": value, "low": low, "high": high}


def _day(day: int, done: Day) -> dict[str, Any]:
    return {"date": amount.day(day), "answers": done.answers, "seconds": done.seconds}


def _card(card: Card) -> dict[str, Any]:
    memory = {"stability": card.memory.stability, "difficulty": card.memory.difficulty}
    return {"question": card.question, "lapses": card.lapses, "answers": card.reviews} | memory


def _bin(bin: Bin) -> dict[str, Any]:
    return {"expected": bin.expected} | _share(bin.actual)
