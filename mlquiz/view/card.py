"""A card of the session as renderables: the question, the answer, and the keys under them."""

from collections.abc import Iterator, Sequence
from gettext import NullTranslations

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text as Line

from mlquiz.core.memory import Rating
from mlquiz.core.number import written
from mlquiz.core.question import Choice, Citation, Language, Open, SeedSource, Source
from mlquiz.core.session import Screen
from mlquiz.core.template import filled
from mlquiz.view.names import form_name, language_of, level_name
from mlquiz.view.prose import plain, prose
from mlquiz.view.punctuation import separated
from mlquiz.view.wrapping import Wrapped

CHOICE_KEYS = "abcd"
TICK_KEYS = "zxcv"
"""Keys for key points: none of them does anything else."""

STYLES = {Rating.AGAIN: "red", Rating.HARD: "magenta", Rating.GOOD: "green", Rating.EASY: "cyan"}


class Divider:
    """A line between cards on a terminal, and an empty line where it would be read aloud."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style="dim") if console.is_terminal else ""


def rating_name(rating: Rating, tr: NullTranslations) -> str:
    """Again, hard, good, easy."""
    _ = tr.gettext
    return {Rating.AGAIN: _("again"), Rating.HARD: _("hard"), Rating.GOOD: _("good"), Rating.EASY: _("easy")}[rating]


def question(screen: Screen, tr: NullTranslations) -> RenderableType:
    """The cue, and the choices of a choice question."""
    return Group(Divider(), heading(screen, tr), cue(screen), "")


def cue(screen: Screen) -> RenderableType:
    """The question itself, and its choices."""
    parts: list[RenderableType] = [prose(filled(screen.text.question, screen.variables, screen.language))]
    if screen.options:
        parts.append(Padding(options(screen), (1, 0, 0, 0)))
    return Group(*parts)


def heading(screen: Screen, tr: NullTranslations) -> RenderableType:
    """The line over a card: what kind of question this is, and what is left."""
    _ = tr.gettext
    facts = [*([_("new")] if screen.is_new else []), *(["⚑ " + _("flagged")] if screen.flagged else [])]
    left = tr.ngettext("{n} question left", "{n} questions left", screen.left).format(n=screen.left)
    if screen.minutes_left is not None:
        time = _("{n} min").format(n=screen.minutes_left)
        left = _("{left}, about {time}").format(left=left, time=time)
    return Group(Ends(title(screen, tr, facts), Line(left, "dim")), "")


class Ends:
    """Two lines at the two ends of one, or one under the other where they do not fit."""

    def __init__(self, left: Line, right: Line) -> None:
        self.left, self.right = left, right

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        gap = options.max_width - self.left.cell_len - self.right.cell_len
        if gap < 2:
            yield from (self.left, self.right)
        else:
            yield Line().append_text(self.left).append(" " * gap).append_text(self.right)


def title(screen: Screen, tr: NullTranslations, facts: Sequence[str] = ()) -> Line:
    """Topic, form, level, some more facts, language."""
    question = screen.item.question
    told = (form_name(question.form.kind, tr), level_name(question.level, tr), *facts, screen.language)
    return Line(screen.item.topic, "bold cyan").append(" · " + " · ".join(told), "dim")


def options(screen: Screen) -> RenderableType:
    """The choices, each with its key."""
    table = Table.grid(padding=(0, 1))
    for key, option in zip(CHOICE_KEYS, screen.options, strict=False):
        table.add_row(Line(f" {key}", "bold"), prose(screen.text.choices[option].text))
    return table


def answer(screen: Screen, tr: NullTranslations) -> RenderableType:
    """The answer in its layers: what one says, why, when it is false; then errata and sources."""
    _ = tr.gettext
    text = screen.answer

    def shown(layer: str) -> RenderableType:
        return prose(filled(layer, screen.variables, screen.answer_language))

    verdict = list(outcome(screen, tr))
    parts: list[RenderableType] = [
        Divider(),
        *verdict,
        *([""] if verdict else []),
        shown(text.answer),
    ]
    for name, layer in ((_("Why"), text.why), (_("When it is false"), text.limits)):
        if layer:
            parts += ["", Line(name, "bold"), Padding(shown(layer), (0, 0, 0, 2))]
    if screen.options:
        parts += ["", *_explained(screen)]
    if text.critical_error:
        parts += ["", Line(_("Said this, failed"), "bold red"), Padding(prose(text.critical_error), (0, 0, 0, 2))]
    for erratum in screen.item.question.errata:
        told = text.errata[erratum.key]
        where = source(erratum.where)
        parts += ["", Line(_("A published answer is wrong here: {where}").format(where=where), "bold magenta")]
        layers = [(_("It says"), told.said), (_("What holds"), told.holds), (_("See"), told.see)]
        if erratum.demo:
            layers.append(("", f"`mlquiz demo {erratum.demo}`"))
        table = Table.grid(padding=(0, 1))
        for name, layer in layers:
            table.add_row(Line(f"  {name}", "dim"), prose(layer))
        parts.append(table)
    sources = separated(map(source, screen.item.question.sources), language_of(tr))
    told_sources: list[RenderableType] = (
        [Line(_("Sources: {sources}").format(sources=sources), "dim"), ""] if sources else []
    )
    return Group(*parts, "", *told_sources)


def key_points(screen: Screen) -> Iterator[RenderableType]:
    """The key points of an open question, to tick."""
    form = screen.item.question.form
    if isinstance(form, Open) and screen.revealed:
        table = Table.grid(padding=(0, 1))
        for key, point in zip(TICK_KEYS, form.key_points, strict=False):
            mark = Line("☑", "bold green") if point in screen.ticked else Line("☐", "dim")
            star = Line("*", "bold red") if point == form.essential else Line(" ")
            table.add_row(Line(f" {key}", "bold"), mark, star, Wrapped(plain(screen.answer.key_points[point])))
        yield table


def links(screen: Screen, tr: NullTranslations) -> Line:
    """Where the question stands in the bank, and what it is linked to."""
    _ = tr.gettext
    question = screen.item.question
    rows = [
        (_("demo"), [f"mlquiz demo {question.demo}"] if question.demo else []),
        (_("no demo"), [plain(screen.answer.no_demo)] if screen.answer.no_demo else []),
        (_("first learn"), question.prerequisites),
        (_("do not confuse with"), question.twins),
        (_("asked next"), question.follow_ups),
        (_("tags"), question.tags),
        (_("verified with"), [question.verified_with] if question.verified_with else []),
    ]
    told = (_("{name}: {values}").format(name=name, values=", ".join(values)) for name, values in rows if values)
    return Line("\n".join(told), "dim")


def source(one: Source) -> str:
    """A source in one line."""
    match one:
        case SeedSource(seed=seed, item=item, language=language):
            return f"{seed} #{item} ({language})"
        case Citation(cite=cite, url=url):
            return plain(cite) + (f", {url}" if url else "")


def outcome(screen: Screen, tr: NullTranslations) -> Iterator[RenderableType]:
    _ = tr.gettext
    if screen.right is not None:
        yield Line(_("✓ Right"), "bold green") if screen.right else Line(_("✗ Wrong"), "bold red")
    if screen.expected is not None:
        unit = f" {plain(screen.answer.unit)}" if screen.answer.unit else ""
        line = Line(_("Answer: {number}").format(number=number(screen.expected, screen.answer_language) + unit), "bold")
        if screen.given is not None:
            line.append("   " + _("(you: {given})").format(given=plain(screen.given)), "dim")
        yield line


def _explained(screen: Screen) -> Iterator[RenderableType]:
    form = screen.item.question.form
    assert isinstance(form, Choice)
    table = Table.grid(padding=(0, 1))
    for key, option in zip(CHOICE_KEYS, screen.options, strict=False):
        told = screen.answer.choices[option]
        mark = (
            Line("✓", "bold green")
            if option == form.right
            else Line("✗", "bold red" if option == screen.given else "dim")
        )
        table.add_row(Line(f" {key}", "bold"), mark, prose(told.text))
        if told.because:
            table.add_row("", "", Padding(prose(told.because), (0, 0, 0, 2), style="dim"))
    yield table


def number(value: float, language: Language) -> str:
    """A number for the screen: whole ones in full, others with six digits."""
    return written(round(value) if value == round(value) else float(f"{value:.6g}"), language)
