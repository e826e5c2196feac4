"""`mlquiz study`: a session of what is due, and new questions."""

import contextlib
import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from gettext import NullTranslations
from typing import Annotated, Any

import click
import typer

from mlquiz import bank as banks
from mlquiz.cli import choosing
from mlquiz.cli.context import Context, console
from mlquiz.cli.desk import Desk
from mlquiz.core.choosing import Wanted, chosen
from mlquiz.core.errors import BadEnvironment
from mlquiz.core.log import Marks
from mlquiz.core.progress import summary
from mlquiz.core.queue import Queue, plan
from mlquiz.core.resuming import kept, resumed
from mlquiz.core.schedule import MINUTE
from mlquiz.core.session import Item, Moment, Session
from mlquiz.core.settings import NEW_A_DAY, language
from mlquiz.store import Store
from mlquiz.view import report

PACE = 200
"""How many of the latest answers tell how long the next ones take."""

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def study(
    topic: choosing.Topics = None,
    tag: choosing.Tags = None,
    level: choosing.Levels = None,
    form: choosing.Forms = None,
    source: choosing.Sources = None,
    due: choosing.Due = False,
    new: choosing.New = False,
    leeches: choosing.Leeches = False,
    flagged: choosing.Flagged = False,
    suspended: Annotated[bool, typer.Option("--suspended", help="Only what you suspended; s asks it again.")] = False,
    search: choosing.Search = None,
    lang: choosing.Lang = None,
    answer_lang: Annotated[
        str | None, typer.Option(metavar="en|ru|fr|zh", help="The answers' language, if another.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many questions.")] = None,
    new_a_day: Annotated[
        int | None, typer.Option(min=0, help=f"At most this many new questions a day; {NEW_A_DAY} unless set.")
    ] = None,
    minutes: Annotated[
        int | None, typer.Option(min=0, help="Deal no further card after so many minutes; 0 for no end.")
    ] = None,
    confidence: Annotated[
        bool | None,
        typer.Option("--confidence/--no-confidence", help="Ask how sure you are before the answer is shown."),
    ] = None,
    plain: Annotated[bool, typer.Option("--plain", help="By lines: no colour, no cursor movement.")] = False,
) -> int:
    """Study: questions that are due, and new ones. Every graded answer is saved at once."""
    context = Context.from_world(lang)
    given: dict[str, Any] = {
        "answer_language": language(answer_lang) if answer_lang else None,
        "new_a_day": new_a_day,
        "minutes": minutes,
        "confidence": confidence,
    }
    context.settings = replace(context.settings, **{key: value for key, value in given.items() if value is not None})
    if plain or not context.interactive:
        context.console = console(force_terminal=False, no_color=True, width=context.console.width)
    wanted = Wanted(topic or (), tag or (), level or (), form or (), source or (), due, new, leeches, flagged)
    bank = context.bank()
    wanted.check(bank.items.values())
    wanted = replace(wanted, found=choosing.found(context, bank, search))
    with context.store(bank) as store:
        choice = Choice(context, bank, store, wanted, limit, suspended)
        desk = seat(choice)
        _tell_left_out(context, bank, desk.tr)
        try:
            _run(desk, plain or not context.interactive)
        finally:
            leave(desk, choice)
    return 0


def command() -> click.Command:
    """`mlquiz study`."""
    return typer.main.get_command(app)


@dataclass(frozen=True)
class Choice:
    """What is asked in a session."""

    context: Context
    bank: banks.Bank
    store: Store
    wanted: Wanted
    limit: int | None = None
    suspended: bool = False
    """Whether what is suspended is asked, and nothing else."""

    def queue(self, moment: Moment, answered: int = 0) -> Queue:
        """The queue of a study day.

        Args:
            answered: how many questions this session has asked already.
        """
        cards, marks = self.store.cards(), self.store.marks()
        items = chosen(self.bank.items.values(), self.wanted, cards, marks, moment.day)
        limit = None if self.limit is None else max(0, self.limit - answered)
        if self.suspended:
            return Queue(tuple(item.id for item in items if marks.get(item.id, Marks()).suspended)[:limit])
        asked = [item.candidate for item in items if not marks.get(item.id, Marks()).hides(moment.day)]
        room = max(0, self.context.settings.new_a_day - self.store.introduced_on(moment.day))
        return plan(asked, cards, moment.day, new=room, limit=limit)

    def call(self, items: Mapping[str, Item]) -> str:
        """All that decides what is asked, as a text: the same text goes on with the same session."""
        settings = self.context.settings
        wanted = replace(self.wanted, found=sorted(self.wanted.found or ()))
        asked = (wanted, self.limit, self.suspended, settings.new_a_day)
        told = (settings.language, settings.answer_language, settings.confidence)
        bank = banks.content_of("\n".join(f"{item.id} {item.content}" for item in items.values()))
        return f"{asked} {told} {bank}"


def seat(choice: Choice) -> Desk:
    """A desk with a card on it: the one at which the same session was left today, or else the first one."""
    context, store, settings = choice.context, choice.store, choice.context.settings
    moment = context.moment()
    session = Session(
        items=choice.bank.items,
        cards=store.cards(),
        scheduler=store.scheduler,
        language=settings.language,
        answer_language=settings.answer_language or settings.language,
        device=store.device(f"{context.random.getrandbits(32):08x}"),
        parameters=fitted.id if (fitted := store.fitted()) else "default",
        marks=store.marks(),
        confidence=settings.confidence,
        pace=[(entry.form, entry.seconds) for entry in store.latest(PACE)],
    )
    last_at, ends_at = store.last_at(), moment.at + settings.minutes * MINUTE if settings.minutes else None
    state = resumed(_kept(store), session, moment, choice.call(session.items), last_at, ends_at)
    if state:
        context.console.print(context.tr.gettext("You go on where you stopped."), style="dim")
    else:
        state = session.start(choice.queue(moment), moment, context.random, last_at, ends_at)
    return Desk(context, session, state, store, context.tr, choice.bank, choice.queue)


def leave(desk: Desk, choice: Choice) -> None:
    """Keep the session as it stands, for the same command to go on with today."""
    left = kept(desk.state, desk.moment, choice.call(desk.session.items))
    with contextlib.suppress(BadEnvironment):  # every graded answer is in the log
        desk.store.keep("session", json.dumps(left) if left else None)


def _kept(store: Store) -> Any:
    try:
        return json.loads(store.setting("session") or "null")
    except ValueError:
        return None


def _tell_left_out(context: Context, bank: banks.Bank, tr: NullTranslations) -> None:
    if bank.left_out:
        _n = tr.ngettext
        told = _n(
            "{n} file of the bank was left out; mlquiz check says why.",
            "{n} files of the bank were left out; mlquiz check says why.",
            bank.left_out,
        )
        context.errors.print(told.format(n=bank.left_out), style="magenta")


def _run(desk: Desk, plain: bool) -> None:
    if desk.state.showing is None and desk.rest.why == "over":
        desk.context.console.print(desk.tr.gettext("Nothing to study now."), style="green")
        return
    try:
        if plain:
            from mlquiz.cli.by_line import ByLine

            ByLine(desk, sys.stdin).run()
        else:
            from mlquiz.cli.by_key import opened

            with opened(desk) as front:
                front.run()
    finally:
        _sum_up(desk)


def _sum_up(desk: Desk) -> None:
    of = summary(desk.session, desk.state)
    desk.context.console.print(report.summary(of, desk.session.language, desk.tr))
