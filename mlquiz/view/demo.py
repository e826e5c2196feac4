"""What surrounds a demo's picture: the claim and the prediction before it, the verdict after it, and the lists."""

from collections.abc import Iterable, Mapping
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

from mlquiz.core.grading import within
from mlquiz.core.question import Language
from mlquiz.core.words import Words
from mlquiz.demos import Demo
from mlquiz.lab import Number, Verdict
from mlquiz.view.picture import label, sentence, shown
from mlquiz.view.prose import plain, prose
from mlquiz.view.punctuation import named
from mlquiz.view.wrapping import Wrapped

CHOICE_KEYS = "abcdef"


def catalogue(
    demos: Iterable[Demo], without: Mapping[str, str], language: Language, tr: NullTranslations
) -> RenderableType:
    """The list of demos by topic: name, finding, questions; then the questions that have none.

    Args:
        without: question -> why no experiment shows its answer.
    """
    _ = tr.gettext
    parts: list[RenderableType] = []
    topic = ""
    for demo in sorted(demos, key=lambda one: (one.topic, one.name)):
        if demo.topic != topic:
            topic = demo.topic
            parts += [Text(topic, "bold cyan")]
        parts.append(Text(f"  {demo.name}", "bold"))
        parts.append(Padding(prose(demo.words(language).finding), (0, 0, 0, 4)))
        if demo.questions:
            told = _("answers: {ids}").format(ids=", ".join(demo.questions))
            parts.append(Padding(Wrapped(told, "dim"), (0, 0, 0, 4)))
    if without:
        parts += ["", Text(_("Questions without a demo"), "bold cyan")]
        parts += [Padding(prose(named(id, why, language)), (0, 0, 0, 2)) for id, why in without.items()]
    return Group(
        *parts, "", Wrapped(_("mlquiz demo NAME runs one; mlquiz demo NAME --help lists its parameters"), "dim")
    )


def opening(demo: Demo, title: str, command: str | None, tr: NullTranslations) -> RenderableType:
    """The title, the command that repeats this run, and of a demo that is not ours that it is code."""
    _ = tr.gettext
    parts: list[RenderableType] = [Text(title, "bold cyan")]
    if command:
        parts.append(Text(f"$ {command}", "dim"))
    if not demo.ours:
        parts.append(Text(_("This demo is code from a folder of your own: {path}").format(path=demo.path), "dim"))
    return Group(*parts, "")


def prediction(demo: Demo, words: Words, tr: NullTranslations) -> RenderableType:
    """What the user is asked before the run."""
    _ = tr.gettext
    parts: list[RenderableType] = [Text(_("Predict"), "bold magenta"), prose(words.prediction.question)]
    table = Table.grid(padding=(0, 1))
    for key, choice in zip(CHOICE_KEYS, demo.choices, strict=False):
        table.add_row(Text(f" {key}", "bold"), prose(words.prediction.choices[choice]))
    return Group(*parts, *([table] if demo.choices else []))


def closing(demo: Demo, words: Words, verdict: Verdict, predicted: str | None, tr: NullTranslations) -> RenderableType:
    """The verdict with its numbers, the prediction held against it, mechanism, control and limits."""
    _ = tr.gettext
    name = _named(verdict, tr)
    style = {True: "bold green", False: "bold red", None: "bold yellow"}[verdict.holds]
    told = _said(words, verdict, tr)
    parts: list[RenderableType] = ["", Text(name, style), Wrapped(told)]
    if predicted is not None:
        parts.append(_compared(demo, words, verdict, predicted, tr))
    layers = ((_("Why"), words.mechanism), (_("Control"), words.control), (_("Limits"), words.limits))
    for title, layer in layers:
        parts += ["", Text(title, "bold"), Padding(prose(layer), (0, 0, 0, 2))]
    parts.append(Padding(Text(f"$ mlquiz demo {demo.name} --control", "dim"), (1, 0, 0, 0)))
    return Group(*parts, "")


def closing_text(words: Words, verdict: Verdict, tr: NullTranslations) -> str:
    """The verdict and its numbers as text."""
    return f"{_named(verdict, tr)}\n{_said(words, verdict, tr)}"


def is_right(demo: Demo, verdict: Verdict, predicted: str) -> bool | None:
    """Whether a prediction came true: the observed choice, the exact count, a measured number within 5 %.

    None if nothing was observed.
    """
    if verdict.observed is None:
        return None
    if demo.choices:
        return predicted == verdict.observed
    tolerance = 0.0 if isinstance(verdict.observed, int) else 0.05
    return within(float(predicted), float(verdict.observed), tolerance)


def source(demo: Demo) -> RenderableType:
    """The demo's code, highlighted."""
    return Syntax(demo.source, "python", theme="ansi_dark", background_color="default", word_wrap=True)


def _named(verdict: Verdict, tr: NullTranslations) -> str:
    _ = tr.gettext
    return {True: _("The claim holds"), False: _("The claim fails"), None: _("Inconclusive")}[verdict.holds]


def _said(words: Words, verdict: Verdict, tr: NullTranslations) -> str:
    _ = tr.gettext
    if not verdict.numbers:
        return _("The run gave a number that is not finite, so it does not tell.")
    of = words.verdict
    template = {True: of.holds, False: of.fails, None: of.inconclusive}[verdict.holds]
    return sentence(template, verdict.numbers, words)


def _compared(demo: Demo, words: Words, verdict: Verdict, predicted: str, tr: NullTranslations) -> RenderableType:
    _ = tr.gettext
    right = is_right(demo, verdict, predicted)
    told = _told(words, predicted)
    if right is None:
        return Wrapped(_("You predicted: {told}. This run does not tell.").format(told=told), "yellow")
    if right:
        return Wrapped(_("You predicted it: {told}").format(told=told), "green")
    observed = _told(words, verdict.observed)
    return Wrapped(_("You predicted: {told}. What happened: {observed}").format(told=told, observed=observed), "red")


def _told(words: Words, value: str | Number | None) -> str:
    if isinstance(value, str):
        parts = value.split(",")
        return " → ".join(plain(words.prediction.choices.get(part, label(words, part))) for part in parts)
    return "" if value is None else shown(value, words)
