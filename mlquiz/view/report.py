"""Lists that a command prints: a session's summary, its keys, one question in full, problems."""

from collections.abc import Iterable, Sequence
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlquiz.core.progress import Summary
from mlquiz.core.seeds import Entry
from mlquiz.view.card import STYLES, rating_name
from mlquiz.view.wrapping import Wrapped


def summary(of: Summary, titles: Sequence[str], waiting: int, tr: NullTranslations) -> RenderableType:
    """What a session came to.

    Args:
        titles: the questions that were missed, as they were asked.
        waiting: learning cards that come back later today.
    """
    _, _n = tr.gettext, tr.ngettext
    if not of.answers:
        return Text(_("No answer graded."), "dim")
    minutes = max(1, round(of.seconds / 60))
    answers = _n("{n} answer", "{n} answers", of.answers).format(n=of.answers)
    head = _("{answers}, {minutes}").format(
        answers=answers, minutes=_n("{n} minute", "{n} minutes", minutes).format(n=minutes)
    )
    parts: list[RenderableType] = ["", Text(_("Session"), "bold cyan"), Text(head)]
    counts = Text()
    for rating, count in of.ratings.items():
        counts.append(f"{rating_name(rating, tr)} {count}   ", STYLES[rating])
    parts.append(counts)
    if titles:
        parts += [Text(_("Missed"), "bold"), *(Wrapped(f"  {title}") for title in titles)]
    if of.wrong_predictions:
        parts.append(Text(_("Predicted wrongly: {demos}").format(demos=", ".join(of.wrong_predictions))))
    if waiting:
        told = _n("{n} card comes back later today.", "{n} cards come back later today.", waiting)
        parts.append(Text(told.format(n=waiting), "dim"))
    return Group(*parts)


def ledger(entries: Iterable[Entry]) -> RenderableType:
    """The items of the seed documents: the questions that answer each, their languages, demos and errata."""
    parts: list[RenderableType] = []
    document = ""
    for entry in entries:
        if entry.document != document:
            document = entry.document
            parts += ["", Text(f"{document} ({entry.language})", "bold cyan")]
        parts.append(Text(f"{entry.item:4}  {entry.title}", "" if entry.is_whole else "bold red"))
        facts = [
            ", ".join(entry.questions) or "no question",
            " ".join(entry.languages) or "no language",
            *(f"demo {demo}" for demo in entry.demos),
            *([f"errata: {len(entry.errata)}"] if entry.errata else []),
        ]
        parts.append(Padding(Text(" · ".join(facts), "dim"), (0, 0, 0, 6), expand=False))
    return Group(*parts)


def keys(lines: Sequence[tuple[str, str]]) -> RenderableType:
    """Keys and what they do."""
    table = Table.grid(padding=(0, 2))
    for key, does in lines:
        table.add_row(Text(f" {key}", "bold"), Wrapped(does))
    return table
