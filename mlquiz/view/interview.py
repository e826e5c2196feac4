"""A mock interview on the screen: what stands over and under a question, and the report, which is Markdown too."""

from collections.abc import Iterator, Sequence
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from mlquiz.core.cue import cue
from mlquiz.core.interview import Answered
from mlquiz.core.interview_report import Report
from mlquiz.core.question import Choice, Language, Numeric, Open
from mlquiz.core.question import Text as Texts
from mlquiz.core.session import Screen
from mlquiz.core.showing import available
from mlquiz.view.card import CHOICE_KEYS, TICK_KEYS, Divider, Ends, key_points, number, title
from mlquiz.view.card import cue as asked
from mlquiz.view.footer import Flow
from mlquiz.view.prose import plain, prose
from mlquiz.view.wrapping import Wrapped

Keys = Sequence[tuple[str, str]]


def question(screen: Screen, number: int, count: int, follows: str | None, tr: NullTranslations) -> RenderableType:
    """A question as an interviewer puts it."""
    _ = tr.gettext
    place = Text(_("question {number} of {count}").format(number=number, count=count), "dim")
    lead: list[RenderableType] = [Text(_("An interviewer would go on with:"), "magenta"), ""] if follows else []
    return Group(Divider(), Ends(title(screen, tr), place), "", *lead, asked(screen), "")


def to_answer(screen: Screen, seconds: float, left: float, tr: NullTranslations, *, plain_keys: bool) -> RenderableType:
    """The keys while one thinks, and the time.

    Args:
        seconds: what is left for this question.
        left: what is left for the interview.
    """
    _ = tr.gettext
    space = _("Enter") if plain_keys else _("space")
    match screen.item.question.form:
        case Choice():
            keys = [(f"a–{CHOICE_KEYS[len(screen.options) - 1]}", _("choose")), (space, _("give up"))]
        case Numeric():
            keys = [("0–9", _("type the number, then Enter")), (space, _("give up"))]
        case Open():
            keys = [(space, _("I have said it"))]
    return Group(time_left(seconds, left, tr), _flow([*keys, *_always(screen, tr)]))


def time_left(seconds: float, left: float, tr: NullTranslations) -> RenderableType:
    """The time in one line; arguments as for `to_answer`."""
    time = Text(f" {clock(seconds)}", "bold" if seconds >= 10 else "bold red")
    if round(left) > round(seconds):
        time.append("  " + tr.gettext("interview {time}").format(time=clock(left)), "dim")
    return time


def to_mark(screen: Screen, tr: NullTranslations, *, plain_keys: bool, late: bool = False) -> RenderableType:
    """The rubric to tick, once the answer is shown; with no rubric, whether the answer was right."""
    _ = tr.gettext
    form = screen.item.question.form
    parts: list[RenderableType] = [Text(_("The time for this question is up."), "magenta")] if late else []
    enter = (_("Enter") if plain_keys else _("space"), _("go on"))
    if isinstance(form, Open) and not form.key_points:
        parts.append(Text(_("Was that your answer?"), "bold"))
        return Group(*parts, _flow([("y", _("yes")), ("n", _("no")), *_always(screen, tr)]))
    if isinstance(form, Open):
        parts += [*key_points(screen), Text(_("* essential point"), "dim")]
        ticks = TICK_KEYS[: len(form.key_points)]
        return Group(*parts, _flow([(" ".join(ticks), _("tick what you said")), enter, *_always(screen, tr)]))
    return Group(*parts, _flow([enter, *_always(screen, tr)]))


def critical(screen: Screen, tr: NullTranslations) -> RenderableType:
    """Whether what fails an answer was said."""
    _ = tr.gettext
    error = prose(screen.answer.critical_error or "")
    asks = Text(_("Did you say this? It fails the answer."), "bold")
    return Group(asks, Padding(error, (0, 0, 0, 2)), _flow([("y", _("yes")), ("n", _("no"))]))


def clock(seconds: float) -> str:
    """Minutes and seconds, as 1:05."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"


def percent(share: float, tr: NullTranslations) -> str:
    """A score from 0 to 1, as 67 %."""
    return tr.gettext("{n} %").format(n=round(100 * share))


def report(of: Report, language: Language, tr: NullTranslations) -> RenderableType:
    """The report on the screen.

    Args:
        language: the one to tell key points in.
    """
    _ = tr.gettext
    parts: list[RenderableType] = [
        "",
        Text(_("Interview"), "bold cyan"),
        Text(summary(of, tr)),
        "",
        _topics(of, tr),
        "",
    ]
    for place, one in enumerate(of.answered, 1):
        head = Text(f"{place:2}  ").append(one.item.id, "bold").append("  " + percent(one.score, tr), _style(one.score))
        parts.append(head.append(f"  {clock(one.seconds)}", "dim"))
        parts += [_indented(plain(told), 4) for told in remarks(one, language, tr)]
    commands = list(to_study(of))
    if commands:
        parts += ["", Text(_("What to study"), "bold"), *(_indented(command, 2, "cyan") for command in commands)]
    return Group(*parts)


def markdown(of: Report, language: Language, date: str, tr: NullTranslations) -> str:
    """The report as a Markdown document.

    Args:
        date: when the interview was, as 2026-12-15.
    """
    _ = tr.gettext
    title, topics, questions, study = _("Interview"), _("By topic"), _("Question by question"), _("What to study")
    lines = [f"# {title}, {date}", "", summary(of, tr), "", f"## {topics}", ""]
    heads = (_("topic"), _("questions"), _("score"), _("time"))
    lines += [f"| {' | '.join(heads)} |", "|---|---:|---:|---:|"]
    for topic in of.topics:
        lines.append(f"| {topic.name} | {topic.asked} | {percent(topic.score, tr)} | {clock(topic.seconds)} |")
    lines += ["", f"## {questions}", ""]
    for place, one in enumerate(of.answered, 1):
        told = " ".join(cue(one.item.question, language, one.seed).split())
        facts = f"{one.item.topic}, {percent(one.score, tr)}, {clock(one.seconds)}"
        lines += [f"{place}. `{one.item.id}` ({facts})", "", f"   {told}", ""]
        lines += [f"   - {' '.join(remark.split())}" for remark in remarks(one, language, tr)]
        lines += [""] if lines[-1] else []
    if commands := list(to_study(of)):
        lines += [f"## {study}", "", "```", *commands, "```", ""]
    return "\n".join(lines)


def summary(of: Report, tr: NullTranslations) -> str:
    """Score, questions, time, in one line."""
    _ = tr.gettext
    told = _("{score} · {answered} of {count} questions answered · {time} of {allowed}")
    return told.format(
        score=percent(of.score, tr), answered=len(of.answered), count=of.planned, time=clock(of.seconds),
        allowed=clock(of.allowed),
    )  # fmt: skip


def remarks(one: Answered, language: Language, tr: NullTranslations) -> Iterator[str]:
    """What is to be said of an answer: why it failed, what it lacked."""
    _ = tr.gettext
    text = one.item.question.text[available(one.item.question, language)]
    if one.follows:
        yield _("follow-up of {id}").format(id=one.follows)
    if one.late:
        yield _("the time was up")
    if one.critical:
        yield _("said what fails the answer: {error}").format(error=text.critical_error)
    yield from _of_wrong(one, text, language, tr)
    for point in one.missed:
        essential = isinstance(one.item.question.form, Open) and point == one.item.question.form.essential
        told = _("missed, essential: {point}") if essential else _("missed: {point}")
        yield told.format(point=text.key_points[point])


def _of_wrong(one: Answered, text: Texts, language: Language, tr: NullTranslations) -> Iterator[str]:
    """What was answered to a choice or a number, and what would have been right."""
    _, form = tr.gettext, one.item.question.form
    if one.score or isinstance(form, Open):
        return
    if one.given is not None:
        given = text.choices[one.given].text if isinstance(form, Choice) else one.given
        yield _("you answered: {given}").format(given=given)
    unit = f" {text.unit}" if text.unit else ""
    right = text.choices[form.right].text if isinstance(form, Choice) else number(one.expected or 0.0, language) + unit
    yield _("right: {answer}").format(answer=right)


def to_study(of: Report) -> Iterator[str]:
    """The commands that an interview calls for."""
    if of.weak_topics:
        yield "mlquiz study" + "".join(f" --topic {topic}" for topic in of.weak_topics)
    yield from (f"mlquiz show {one.item.id}" for one in of.to_study)
    yield from (f"mlquiz demo {demo}" for demo in of.demos)


def _topics(of: Report, tr: NullTranslations) -> Table:
    _ = tr.gettext
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="dim")
    for heading in (_("topic"), _("questions"), _("score"), _("time")):
        table.add_column(heading, justify="left" if not table.columns else "right")
    for topic in of.topics:
        score = Text(percent(topic.score, tr), _style(topic.score))
        table.add_row(topic.name, str(topic.asked), score, clock(topic.seconds))
    return table


def _indented(text: str, by: int, style: str = "") -> Padding:
    return Padding(Wrapped(text, style), (0, 0, 0, by), expand=False)


def _style(score: float) -> str:
    return "green" if score == 1 else "red" if score == 0 else "magenta"


def _always(screen: Screen, tr: NullTranslations) -> Keys:
    _ = tr.gettext
    language = [("l", _("language"))] if len(screen.item.question.text) > 1 else []
    return [*language, ("?", _("help")), ("q", _("quit"))]


def _flow(keys: Keys) -> Flow:
    return Flow([Text().append(f" {key}", "bold").append(f" {does}", "dim") for key, does in keys])
