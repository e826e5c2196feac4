"""Lists that a command prints: a session's summary, its keys, one question in full, problems."""

from collections.abc import Iterable, Iterator, Sequence
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlquiz.core.progress import Missed, Summary
from mlquiz.core.question import Language
from mlquiz.core.seeds import Entry
from mlquiz.view import amount
from mlquiz.view.card import STYLES, number, rating_name
from mlquiz.view.prose import plain
from mlquiz.view.punctuation import named
from mlquiz.view.wrapping import Wrapped


def summary(of: Summary, language: Language, tr: NullTranslations) -> RenderableType:
    """What a session came to: how much, what was missed and why, what to do next.

    Args:
        language: the questions', for the numbers in them.
    """
    _, _n = tr.gettext, tr.ngettext
    if not of.answers:
        return Text(_("No answer graded."), "dim")
    answers = _n("{n} answer", "{n} answers", of.answers).format(n=of.answers)
    head = _("{answers}, {minutes}").format(answers=answers, minutes=amount.minutes(of.seconds, tr, language))
    parts: list[RenderableType] = ["", Text(_("Session"), "bold cyan"), Text(head)]
    counts = Text()
    for rating, count in of.ratings.items():
        counts.append(f"{rating_name(rating, tr)} {count}   ", STYLES[rating])
    parts.append(counts)
    if of.missed:
        parts.append(Text(_("Missed"), "bold"))
    for one in of.missed:
        parts.append(Padding(Wrapped(named(one.id, plain(one.question), language)), (0, 0, 0, 2), expand=False))
        parts += [Padding(Wrapped(told, "dim"), (0, 0, 0, 4), expand=False) for told in _why(one, language, tr)]
    if of.wrong_predictions:
        parts.append(Wrapped(_("Predicted wrongly: {demos}").format(demos=", ".join(of.wrong_predictions))))
    if sure := [one.id for one in of.missed if one.was_sure]:
        parts.append(Wrapped(_("Sure, but wrong: {questions}").format(questions=", ".join(sure))))
    return Group(*parts, *_next(of, tr))


def _why(one: Missed, language: Language, tr: NullTranslations) -> Iterator[str]:
    """Why a question was missed."""
    _ = tr.gettext
    if one.unsaid:
        yield _("not said: {points}").format(points=" · ".join(map(plain, one.unsaid)))
    if one.chosen:
        yield _("you chose: {choice}").format(choice=plain(one.chosen))
    if one.because:
        yield plain(one.because)
    if one.typed and one.expected is not None:
        yield _("you typed {given}; it is {number}").format(given=one.typed, number=number(one.expected, language))


def _next(of: Summary, tr: NullTranslations) -> Iterator[RenderableType]:
    """What to do next."""
    _, _n = tr.gettext, tr.ngettext
    commands = [(f"mlquiz demo {name}", _("shows what you missed")) for name in of.demos]
    if of.leeches:
        told = _n("{n} question forgotten again and again", "{n} questions forgotten again and again", of.leeches)
        commands.append(("mlquiz study --leeches", told.format(n=of.leeches)))
    if commands:
        yield Text(_("Next"), "bold")
        yield keys(commands)
    if of.waiting:
        told = _n("{n} card comes back later today.", "{n} cards come back later today.", of.waiting)
        yield Text(told.format(n=of.waiting), "dim")
    if of.next_due:
        days, count = of.next_due
        if days == 1:
            told = _n("{n} card is due tomorrow.", "{n} cards are due tomorrow.", count).format(n=count)
        else:
            when = _n("in {n} day", "in {n} days", days).format(n=days)
            told = _n("{n} card is due {when}.", "{n} cards are due {when}.", count).format(n=count, when=when)
        yield Text(told, "dim")


def ledger(entries: Iterable[Entry], tr: NullTranslations) -> RenderableType:
    """The items of the seed documents: the questions that answer each, their languages, demos and errata."""
    _ = tr.gettext
    parts: list[RenderableType] = []
    document = ""
    for entry in entries:
        if entry.document != document:
            document = entry.document
            parts += ["", Text(f"{document} ({entry.language})", "bold cyan")]
        parts.append(Text(f"{entry.item:4}  {entry.title}", "" if entry.is_whole else "bold red"))
        facts = [
            ", ".join(entry.questions) or _("no question"),
            " ".join(entry.languages) or _("no language"),
            *(_("demo {name}").format(name=demo) for demo in entry.demos),
            *([_("errata: {n}").format(n=len(entry.errata))] if entry.errata else []),
        ]
        parts.append(Padding(Text(" · ".join(facts), "dim"), (0, 0, 0, 6), expand=False))
    return Group(*parts)


def keys(lines: Sequence[tuple[str, str]]) -> RenderableType:
    """Keys and what they do."""
    table = Table.grid(padding=(0, 2))
    for key, does in lines:
        table.add_row(Text(f" {key}", "bold"), Wrapped(does))
    return table
