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
from mlquiz.core.question import Choice, Citation, Language, Numeric, Open, SeedSource, Source
from mlquiz.core.schedule import MINUTE, Card, Learning
from mlquiz.core.session import Moment, Screen
from mlquiz.core.template import filled
from mlquiz.view.prose import plain, prose
from mlquiz.view.wrapping import Wrapped

CHOICE_KEYS = "abcd"
TICK_KEYS = "zxcv"
"""Keys for key points: none of them does anything else."""

STYLES = {Rating.AGAIN: "red", Rating.HARD: "magenta", Rating.GOOD: "green", Rating.EASY: "cyan"}


class Divider:
    """A line between cards on a terminal, and an empty line where it would be read aloud."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Rule(style="dim") if console.is_terminal else ""


class Flow:
    """Items side by side, two cells apart, as many on a line as fit; an item is not torn unless it is wider."""

    def __init__(self, items: Sequence[Line]) -> None:
        self.items = items

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = Line()
        for item in self.items:
            if line and line.cell_len + 2 + item.cell_len > options.max_width:
                yield line
                line = Line()
            line = line.append("  ").append_text(item) if line else item.copy()
        yield line


def rating_name(rating: Rating, tr: NullTranslations) -> str:
    """Again, hard, good, easy."""
    _ = tr.gettext
    return {Rating.AGAIN: _("again"), Rating.HARD: _("hard"), Rating.GOOD: _("good"), Rating.EASY: _("easy")}[rating]


def wait(card: Card, moment: Moment, tr: NullTranslations) -> str:
    """How long until a card comes back: minutes on a learning step, else days, months or years."""
    _ = tr.gettext
    if isinstance(card.place, Learning):
        minutes = max(1, (card.place.due_at - moment.at + MINUTE // 2) // MINUTE)
        return _("{n} min").format(n=minutes) if minutes < 60 else _("{n} h").format(n=round(minutes / 60))
    days = card.place.interval
    if days < 31:
        return _("{n} d").format(n=days)
    if days < 365:
        return _("{n} mo").format(n=f"{days / 30.4:.1f}")
    return _("{n} y").format(n=f"{days / 365.25:.1f}")


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
    """The line over a card: what kind of question this is, and how many are left."""
    _ = tr.gettext
    facts = [_("new")] if screen.is_new else []
    left = tr.ngettext("{n} question left", "{n} questions left", screen.left).format(n=screen.left)
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
    _ = tr.gettext
    line = Line(screen.item.topic, "bold cyan")
    kind = {"open": _("open"), "choice": _("choice"), "numeric": _("number")}[screen.item.question.form.kind]
    level = {"junior": _("junior"), "mid": _("mid-level"), "senior": _("senior")}[screen.item.question.level]
    return line.append(" · " + " · ".join((kind, level, *facts, screen.language)), "dim")


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

    outcome = list(_outcome(screen, tr))
    parts: list[RenderableType] = [
        Divider(),
        *outcome,
        *([""] if outcome else []),
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
    sources = "; ".join(source(one) for one in screen.item.question.sources)
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


def footer(screen: Screen, tr: NullTranslations, *, plain_keys: bool = False) -> RenderableType:
    """The keys that mean something now; a grade's key shows when the card would come back.

    Args:
        plain_keys: whether lines are typed rather than keys pressed, so that Enter stands for the space bar.
    """
    _ = tr.gettext
    parts: list[RenderableType] = list(key_points(screen))
    if parts:
        parts.append(Line(_("* essential point"), "dim"))
    if screen.revealed:
        parts += [*_outcome(screen, tr), grades(screen, tr)]
    parts.append(_keys(screen, tr, plain_keys))
    return Group(*parts)


def grades(screen: Screen, tr: NullTranslations) -> RenderableType:
    """1 again, 2 hard, 3 good, 4 easy, each with its interval; the proposed one stands out."""
    keys = []
    for rating, card in screen.previews.items():
        style = STYLES[rating] + (" reverse" if rating == screen.proposed else "")
        key = Line().append(f" {rating} {rating_name(rating, tr)} ", f"bold {style}")
        keys.append(key.append(f" {wait(card, screen.moment, tr)} ", "dim"))
    return Flow(keys)


def key_names(screen: Screen, tr: NullTranslations, *, plain_keys: bool = False) -> list[tuple[str, str]]:
    """(key, what it does) for the keys that mean something now, but for the grades."""
    _ = tr.gettext
    space = _("Enter") if plain_keys else _("space")
    keys: list[tuple[str, str]] = []
    if not screen.revealed:
        match screen.item.question.form:
            case Open():
                keys.append((space, _("answer")))
            case Choice():
                keys.append((f"a–{CHOICE_KEYS[len(screen.options) - 1]}", _("choose")))
            case Numeric():
                keys.append(("0–9", _("type the number, then Enter")))
        if not isinstance(screen.item.question.form, Open):
            keys.append((space, _("give up")))
    else:
        if screen.proposed:
            keys.append((space, rating_name(screen.proposed, tr)))
        if screen.item.question.demo:
            keys.append(("d", _("demo")))
    if len(screen.item.question.text) > 1:
        keys.append(("l", _("language")))
    if screen.can_undo:
        keys.append(("u", _("undo")))
    return [*keys, ("?", _("help")), ("q", _("quit"))]


def help_lines(tr: NullTranslations) -> list[tuple[str, str]]:
    """Every key of a session and what it does, for `?`."""
    _ = tr.gettext
    return [
        (_("space"), _("show the answer; then take the proposed grade")),
        ("1 2 3 4", _("grade yourself: again, hard, good, easy; the time beside a key is when the card comes back")),
        ("a b c d", _("choose an answer")),
        ("0–9", _("type the number, then Enter")),
        ("z x c v", _("tick the key points that you said; they propose a grade")),
        ("d", _("run the demo that shows the answer, and come back")),
        ("l", _("the same card in the next language")),
        ("u", _("undo the last grade")),
        ("q", _("leave; every graded answer is saved already")),
    ]


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


def last_undo(tr: NullTranslations) -> Line:
    """What is offered after the last card."""
    _ = tr.gettext
    line = Line(" u", "bold").append(" " + _("undo"), "dim")
    return line.append("   " + _("Enter"), "bold").append(" " + _("done"), "dim")


def source(one: Source) -> str:
    """A source in one line."""
    match one:
        case SeedSource(seed=seed, item=item, language=language):
            return f"{seed} #{item} ({language})"
        case Citation(cite=cite, url=url):
            return plain(cite) + (f", {url}" if url else "")


def _outcome(screen: Screen, tr: NullTranslations) -> Iterator[RenderableType]:
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


def _keys(screen: Screen, tr: NullTranslations, plain_keys: bool) -> RenderableType:
    names = key_names(screen, tr, plain_keys=plain_keys)
    return Flow([Line().append(f" {key}", "bold").append(f" {does}", "dim") for key, does in names])


def number(value: float, language: Language) -> str:
    """A number for the screen: whole ones in full, others with six digits."""
    return written(round(value) if value == round(value) else float(f"{value:.6g}"), language)
