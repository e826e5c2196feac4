"""What stands under a card: its key points to tick, the verdict, the grades with their intervals, the keys."""

from collections.abc import Sequence
from gettext import NullTranslations
from math import floor

from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.text import Text as Line

from mlquiz.core.memory import Rating
from mlquiz.core.question import Choice, Numeric, Open
from mlquiz.core.schedule import MINUTE, Card, Learning
from mlquiz.core.session import Moment, Rest, Screen
from mlquiz.core.template import filled
from mlquiz.view.card import CHOICE_KEYS, STYLES, key_points, outcome, rating_name
from mlquiz.view.names import days
from mlquiz.view.prose import plain


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


def wait(card: Card, moment: Moment, tr: NullTranslations) -> str:
    """How long until a card comes back: minutes on a learning step, else days, months or years."""
    _ = tr.gettext
    if isinstance(card.place, Learning):
        return step_time((card.place.due_at - moment.at) / MINUTE, tr)
    return days(card.place.interval, tr)


def step_time(minutes: float, tr: NullTranslations) -> str:
    """How long a learning step takes, in whole minutes or hours."""
    _ = tr.gettext
    count = max(1, floor(minutes + 0.5))
    return _("{n} min").format(n=count) if count < 60 else _("{n} h").format(n=round(count / 60))


Keys = list[tuple[str, str]]
"""Keys, and what each does."""


def footer(
    screen: Screen, tr: NullTranslations, *, plain_keys: bool = False, reminds: bool | None = None
) -> RenderableType:
    """What a key does now; a grade's key shows when the card would come back.

    Args:
        plain_keys: whether lines are typed rather than keys pressed, so that Enter stands for the space bar.
        reminds: whether the question stands over it in a line; by itself once the answer is shown, and with a flag.
    """
    _ = tr.gettext
    parts: list[RenderableType] = []
    if not plain_keys and (screen.revealed or screen.flagged if reminds is None else reminds):
        parts.append(reminder(screen))
    points = list(key_points(screen))
    if points:
        parts += [*points, Line(_("* essential point"), "dim")]
    if screen.revealed:
        parts += outcome(screen, tr)
    parts += advice(screen, tr)
    if screen.asks_sure:
        parts.append(Line(_("How sure are you?"), "bold"))
    elif screen.revealed:
        parts.append(grades(screen, tr))
    return Group(*parts, _told(key_names(screen, tr, plain_keys=plain_keys)))


def kept(screen: Screen, tr: NullTranslations) -> RenderableType:
    """What of it stays in sight under the pages of a long list: the grades, once there are any."""
    return grades(screen, tr) if screen.revealed and not screen.asks_sure else Group()


def reminder(screen: Screen) -> RenderableType:
    """The beginning of the question in one line, for when it has scrolled away, and its flag."""
    prose = screen.text.question.partition("```")[0]  # code in one line is none
    text = plain(filled(prose, screen.variables, screen.language))
    line = Line(no_wrap=True, overflow="ellipsis").append("⚑ " if screen.flagged else "", "magenta")
    return line.append(text, "dim")


def advice(screen: Screen, tr: NullTranslations) -> list[RenderableType]:
    """Help with a question that is forgotten again and again, and with an answer that was sure and wrong."""
    _ = tr.gettext
    demo = [("d", _("demo"))] if screen.revealed and screen.item.question.demo else []
    parts: list[RenderableType] = []
    if screen.was_sure:
        parts.append(_told(demo, Line(_("You were sure of this one, and wrong."), "magenta")))
    if screen.is_leech:
        told = tr.ngettext("Forgotten {n} time:", "Forgotten {n} times:", screen.lapses).format(n=screen.lapses)
        first = [("p", _("prerequisite"))] if screen.prerequisites else []
        parts.append(_told([*demo, *first, ("s", _("suspend"))], Line(told, "magenta")))
    return parts


def grades(screen: Screen, tr: NullTranslations) -> RenderableType:
    """1 again, 2 hard, 3 good, 4 easy, each with its interval; the proposed one stands out."""
    keys = []
    for rating, card in screen.previews.items():
        style = STYLES[rating] + (" reverse" if rating == screen.proposed else "")
        key = Line().append(f" {rating} {rating_name(rating, tr)} ", f"bold {style}")
        keys.append(key.append(f" {_back(screen, rating, card, tr)} ", "dim"))
    return Flow(keys)


def _back(screen: Screen, rating: Rating, card: Card, tr: NullTranslations) -> str:
    """When a card comes back: as its memory says, or where there is a plan, about when that has it."""
    if rating not in screen.returns:
        return wait(card, screen.moment, tr)
    day = screen.returns[rating]
    return tr.gettext("later") if day is None else "≈ " + days(day - screen.moment.day, tr)


def key_names(screen: Screen, tr: NullTranslations, *, plain_keys: bool = False) -> Keys:
    """The keys that are used most now, but for the grades; `key_list` has all."""
    _ = tr.gettext
    space = _("Enter") if plain_keys else _("space")
    keys = _to_answer(screen, tr, space)
    if screen.revealed and screen.item.question.demo:
        keys.append(("d", _("demo")))
    if len(screen.item.question.text) > 1:
        keys.append(("l", _("language")))
    keys.append(("k", _("back") if screen.jumped else _("skip")))
    if screen.can_undo:
        keys.append(("u", _("undo")))
    return [*keys, ("?", _("help")), ("q", _("quit"))]


def _to_answer(screen: Screen, tr: NullTranslations, space: str) -> Keys:
    _ = tr.gettext
    if screen.asks_sure:
        return [("y", _("sure")), ("n", _("not sure")), (space, _("answer"))]
    if screen.revealed:
        return [(space, rating_name(screen.proposed, tr))] if screen.proposed else []
    match screen.item.question.form:
        case Choice():
            return [(f"a–{CHOICE_KEYS[len(screen.options) - 1]}", _("choose")), (space, _("give up"))]
        case Numeric():
            return [("0–9", _("type the number, then Enter")), (space, _("give up"))]
        case Open():
            return [(space, _("answer"))]


def words(tr: NullTranslations) -> dict[str, str]:
    """The words that may be typed for a key where lines are read, in English and in the interface's language."""
    _ = tr.gettext
    named = [
        ("demo", _("demo"), "d"), ("language", _("language"), "l"), ("undo", _("undo"), "u"), ("skip", _("skip"), "k"),
        ("back", _("back"), "k"), ("not today", _("not today"), "t"), ("suspend", _("suspend"), "s"),
        ("flag", _("flag"), "f"), ("prerequisite", _("prerequisite"), "p"), ("follow-up", _("follow-up"), "o"),
        ("edit", _("edit"), "e"), ("sure", _("sure"), "y"), ("not sure", _("not sure"), "n"), ("help", _("help"), "?"),
        ("quit", _("quit"), "q"),
    ]  # fmt: skip
    return {word.casefold(): key for english, local, key in named for word in (english, local)}


def rest(of: Rest, moment: Moment, tr: NullTranslations, *, can_undo: bool, plain_keys: bool = False) -> RenderableType:
    """What stands there when no card is on the table."""
    _ = tr.gettext
    space = _("Enter") if plain_keys else _("space")
    undo = [("u", _("undo"))] if can_undo else []
    if of.why == "over":
        return _told([*undo, (_("Enter"), _("done"))])
    if of.why == "time":
        told, keys = _("The time that you gave this session is up."), [(space, _("go on"))]
    else:
        seconds = max(0, -(-(of.until - moment.at) // 1000))
        time = f"{seconds // 60}:{seconds % 60:02}"
        told, keys = _("The next card comes back in {time}.").format(time=time), [(space, _("now"))]
    return Group(Line(told, "bold"), _told([*keys, *undo, ("q", _("quit"))]))


def _told(keys: Sequence[tuple[str, str]], *before: Line) -> RenderableType:
    return Flow([*before, *(Line().append(f" {key}", "bold").append(f" {does}", "dim") for key, does in keys)])
