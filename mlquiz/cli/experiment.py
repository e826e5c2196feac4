"""Run a demo before someone's eyes: ask what they expect, draw while it trains, compare."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from gettext import NullTranslations
from time import monotonic
from typing import Any

from rich.console import Console
from rich.live import Live
from rich.text import Text

from mlquiz import keys
from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.grading import NO_NUMBER, parse_number
from mlquiz.core.question import Language
from mlquiz.core.sentence import one_of, said
from mlquiz.demos import Demo, Value
from mlquiz.lab import Event, Verdict
from mlquiz.view import demo as view
from mlquiz.view.picture import Picture, line_of
from mlquiz.view.prose import plain
from mlquiz.worker import NotFinite, Worker

SKIP = (keys.ENTER, keys.SPACE, keys.ESCAPE, keys.END)

FRAME = 1 / 15
"""Seconds between two drawings of a picture that grows."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a run, and what was predicted."""

    verdict: Verdict
    predicted: str | None
    right: bool | None

    def record(self, demo: Demo, settings: Mapping[str, Value]) -> dict[str, Any]:
        """For the review's event in the log."""
        return {
            "name": demo.name,
            "settings": dict(settings),
            "predicted": self.predicted,
            "observed": self.verdict.observed,
            "holds": self.verdict.holds,
            "right": self.right,
        }


def run(
    worker: Worker,
    demo: Demo,
    settings: Mapping[str, Value],
    console: Console,
    language: Language,
    tr: NullTranslations,
    ask: Callable[[], str | None],
) -> tuple[Outcome, Picture]:
    """Show one run on a console; a live picture in a terminal, lines elsewhere.

    Args:
        ask: returns the prediction, or None when it is skipped; called after the worker has begun to warm up.
    """
    words = demo.words(language)
    try:
        console.print(view.opening(demo, plain(words.title), demo.command(settings), tr))
        predicted = ask()
        picture = _watched(finite(worker.run(demo.path, settings)), Picture(words), console)
        verdict = picture.verdict or Verdict(None, None)
        console.print(view.closing(demo, words, verdict, predicted, tr))
        right = None if predicted is None else view.is_right(demo, verdict, predicted)
        return Outcome(verdict, predicted, right), picture
    except (KeyError, ValueError, TypeError, AttributeError, IndexError) as error:
        told = f"{type(error).__name__}: {error}"
        what = said("The demo {demo} and its words do not fit: {error}.", demo=demo.name, error=told)
        raise BadEnvironment(what, next_step="mlquiz check --demos") from error


def finite(events: Iterator[Event]) -> Iterator[Event]:
    """The events; a run with a number that is not finite ends as inconclusive."""
    try:
        yield from events
    except NotFinite:
        yield Verdict(None, None)


def asked_by_key(
    keyboard: keys.Keyboard, demo: Demo, console: Console, language: Language, tr: NullTranslations
) -> str | None:
    """The prediction from a terminal: a key for a choice, a line for a number, Enter to skip."""
    _ = tr.gettext
    console.print(view.prediction(demo, demo.words(language), tr))
    hint = _("a letter, or space to skip") if demo.choices else _("a number and Enter, or Enter to skip")
    if demo.is_order:
        hint = _("the letters in order, or space to skip")
    console.print(f"  ({hint})", style="dim")
    keyboard.clear()
    if demo.is_order:
        return _order(keyboard, demo, console)
    return _choice(keyboard, demo) if demo.choices else _number(keyboard, console, NO_NUMBER.told(tr))


def _choice(keyboard: keys.Keyboard, demo: Demo) -> str | None:
    by_key = dict(zip(view.CHOICE_KEYS, demo.choices, strict=False))
    while (key := keyboard.press()) not in SKIP:
        if key in by_key:
            return by_key[key]
    return None


def _order(keyboard: keys.Keyboard, demo: Demo, console: Console) -> str | None:
    by_key = dict(zip(view.CHOICE_KEYS, demo.choices, strict=False))
    typed: list[str] = []
    with Live(Text(" > "), console=console, auto_refresh=False) as live:
        while len(typed) < len(by_key):
            key = keyboard.press()
            if key in SKIP:
                return None
            if key == keys.BACKSPACE:
                del typed[-1:]
            elif key in by_key and key not in typed:
                typed.append(key)
            live.update(Text(" > " + " ".join(typed)), refresh=True)
    return ",".join(by_key[key] for key in typed)


def _number(keyboard: keys.Keyboard, console: Console, refusal: str) -> str | None:
    number = notice = ""
    with Live(Text(" > "), console=console, auto_refresh=False) as live:
        while (key := keyboard.press()) not in SKIP or (number and key in (keys.ENTER, keys.SPACE)):
            if key == keys.ENTER:
                try:
                    return f"{parse_number(number):.15g}"
                except BadInput:
                    number, notice = "", f"   {refusal}"
            else:
                number, notice = keys.typed(number, key), ""
            live.update(Text(f" > {number}{notice}"), refresh=True)
    return None


def checked_prediction(demo: Demo, given: str) -> str:
    """A prediction given as an option.

    Raises:
        BadInput: no such choice, or no number.
    """
    if not demo.choices:
        return f"{parse_number(given):.15g}"
    if demo.is_order:
        order = [part.strip() for part in given.split(",")]
        if sorted(order) == sorted(demo.choices):
            return ",".join(order)
        raise BadInput(
            said("--predict is no order."),
            expected=said("{names} in some order", names=",".join(demo.choices)),
            received=given,
        )
    if given in demo.choices:
        return given
    raise BadInput(said("--predict is not a choice."), expected=one_of(demo.choices), received=given)


def watch(
    demo: Demo, events: Iterator[Event], picture: Picture, console: Console, title: str, tr: NullTranslations
) -> Picture:
    """Show the events of a sweep: no prediction before it, no verdict after it."""
    console.print(view.opening(demo, title, None, tr))
    return _watched(events, picture, console)


def _watched(events: Iterator[Event], picture: Picture, console: Console) -> Picture:
    if not console.is_terminal or console.is_dumb_terminal:
        for event in events:
            picture.add(event)
            if line := line_of(event, picture.words):
                console.print(line, soft_wrap=True)
    else:
        _draw(events, picture, console)
    return picture


def _draw(events: Iterator[Event], picture: Picture, console: Console) -> None:
    drawn = 0.0
    with Live(picture, console=console, auto_refresh=False, redirect_stdout=False) as live:
        for event in events:
            picture.add(event)
            if monotonic() - drawn > FRAME:
                live.refresh()
                drawn = monotonic()
        live.refresh()
