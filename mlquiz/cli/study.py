"""`mlquiz study`: a session of what is due, and new questions."""

import sys
from gettext import NullTranslations
from typing import Annotated

import click
import typer

from mlquiz import bank as banks
from mlquiz import config
from mlquiz.cli.context import Context, console
from mlquiz.cli.desk import Desk
from mlquiz.core.memory import MemoryModel
from mlquiz.core.nearest import unknown
from mlquiz.core.progress import summary
from mlquiz.core.question import FORMS, Language
from mlquiz.core.queue import plan
from mlquiz.core.schedule import Scheduler
from mlquiz.core.session import Item, Session
from mlquiz.store import Store
from mlquiz.view import report
from mlquiz.view.prose import plain as plain_text

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(context_settings={"help_option_names": ["-h", "--help"]})
def study(
    topic: Annotated[list[str] | None, typer.Option(help="Only this topic; may be given again.")] = None,
    tag: Annotated[list[str] | None, typer.Option(help="Only questions with this tag; may be given again.")] = None,
    form: Annotated[str | None, typer.Option(metavar="open|choice|numeric", help="Only this form.")] = None,
    lang: Annotated[str | None, typer.Option(metavar="en|ru|fr|zh", help="The questions' language.")] = None,
    answer_lang: Annotated[
        str | None, typer.Option(metavar="en|ru|fr|zh", help="The answers' language, if another.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many questions.")] = None,
    new: Annotated[int, typer.Option(min=0, help="At most this many new questions a day.")] = config.NEW_A_DAY,
    plain: Annotated[bool, typer.Option("--plain", help="By lines: no colour, no cursor movement.")] = False,
) -> int:
    """Study: questions that are due, and new ones. Every graded answer is saved at once."""
    context = Context.from_world()
    if plain or not context.interactive:
        context.console = console(force_terminal=False, no_color=True, width=context.console.width)
    language = context.language(lang)
    bank = context.bank()
    items = chosen(bank, topic or [], tag or [], form)
    store = Store(context.settings.store, Scheduler(MemoryModel()), bank.former_ids)
    try:
        desk = seat(
            context,
            bank,
            items,
            store,
            language,
            context.language(answer_lang) if answer_lang else language,
            limit,
            new,
        )
        _tell_left_out(context, bank, desk.tr)
        _run(desk, plain or not context.interactive)
    finally:
        store.close()
    return 0


def command() -> click.Command:
    """`mlquiz study`."""
    return typer.main.get_command(app)


def chosen(bank: banks.Bank, topics: list[str], tags: list[str], form: str | None) -> list[Item]:
    """The questions that the options choose.

    Raises:
        BadInput: an unknown topic, tag or form.
    """
    known_tags = {tag for item in bank.items.values() for tag in item.question.tags}
    for kind, given, known in (
        ("topic", topics, bank.topics),
        ("tag", tags, known_tags),
        ("form", [form] if form else [], FORMS),
    ):
        for name in given:
            if name not in known:
                raise unknown(kind, name, known, next_step=f"there are: {', '.join(sorted(known))}")
    return [
        item
        for item in bank.items.values()
        if (not topics or item.topic in topics)
        and (not tags or set(tags) & set(item.question.tags))
        and form in (None, item.question.form.kind)
    ]


def seat(
    context: Context,
    bank: banks.Bank,
    items: list[Item],
    store: Store,
    language: Language,
    answer_language: Language,
    limit: int | None,
    new: int,
) -> Desk:
    """A desk with the first card on it."""
    moment = context.moment()
    cards = store.cards()
    room = max(0, new - store.introduced_on(moment.day))
    queue = plan([item.candidate for item in items], cards, moment.day, new=room, limit=limit)
    session = Session(
        items={item.id: item for item in items},
        cards=cards,
        scheduler=store.scheduler,
        language=language,
        answer_language=answer_language,
        device=store.device(f"{context.random.getrandbits(32):08x}"),
    )
    state = session.start(queue, moment, context.random, store.last_at())
    return Desk(context, session, state, store, context.sentences(language))


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
    if desk.state.showing is None:
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
    of = summary(desk.state.answered)
    titles = [f"{entry.question}: {plain_text(desk.session.asked(entry))}" for entry in of.missed]
    desk.context.console.print(report.summary(of, titles, len(desk.state.queue.waiting), desk.tr))
