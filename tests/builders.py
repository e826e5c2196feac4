"""Questions, cards and events to test with: as short as the format allows, changed where a test looks."""

from collections.abc import Mapping
from random import Random
from typing import Any

from mlquiz.core.log import Entry, Mark, Marked, Reviewed, Undone, entry_id
from mlquiz.core.memory import Memory, MemoryModel, Rating
from mlquiz.core.question import LANGUAGES, Choice, ChoiceText, Form, Language, Numeric, Open, Question, Text
from mlquiz.core.queue import Candidate
from mlquiz.core.schedule import Card, Learning, Reviewing, Scheduler
from mlquiz.core.session import Item

AGAIN, HARD, GOOD, EASY = Rating
MODEL = MemoryModel()
SCHEDULER = Scheduler(MODEL)
PLAIN = Scheduler(MODEL, fuzz=False)
DAY = 86_400_000
"""In milliseconds."""

OPEN = Open("open", ["first", "second", "third"], "first")
CHOICE = Choice("choice", "right", ["wrong", "worse"])
NUMBER = Numeric("numeric", value=4640, tolerance=0.01)
GENERATED = Numeric("numeric", generator="conv2d-parameters")


def question(form: Form = OPEN, languages: tuple[Language, ...] = LANGUAGES, **changes: Any) -> Question:
    """A question of a form, told in some languages."""
    return Question("mid", form, {language: text(form, language) for language in languages}, **changes)


def text(form: Form, language: Language) -> Text:
    """All that one language has to say."""
    generated = isinstance(form, Numeric) and form.generator
    cue = "{filters} of {kernel} on {height} x {width} x {channels}" if generated else "Who?"
    points = dict.fromkeys(form.key_points, "A point.") if isinstance(form, Open) else {}
    choices = {key: ChoiceText(key) for key in (form.right, *form.wrong)} if isinstance(form, Choice) else {}
    return Text(f"{language}: {cue}", "She.", key_points=points, choices=choices)


def item(id: str, form: Form = OPEN, topic: str = "topic", **changes: Any) -> Item:
    """A question as a session holds it."""
    return Item(id, topic, f"hash of {id}", question(form, **changes))


def candidate(
    id: str, topic: str | None = None, *, after: tuple[str, ...] = (), twins: tuple[str, ...] = ()
) -> Candidate:
    """A question as the queue knows it; in a topic of its own unless one is given."""
    return Candidate(id, topic or f"topic of {id}", after, twins)


def learning(id: str, due_at: int, step: int = 0) -> Card:
    """A card on a learning step."""
    return Card(id, Memory(1.0, 5.0), Learning(step, due_at), 0, 0, 1, 0)


def reviewing(id: str, interval: int = 10, due_day: int = 10) -> Card:
    """A card past the steps."""
    return Card(id, Memory(float(interval), 5.0), Reviewing(interval, due_day), 0, due_day - interval, 3, 0)


def reviewed(at: int, question: str = "q", rating: Rating = GOOD, **changes: Any) -> Reviewed:
    """One graded answer, on the day that `at` is in."""
    plain: Mapping[str, Any] = {
        "id": entry_id(at, Random(at)), "at": at, "day": at // DAY, "question": question, "rating": rating,
        "form": "open", "language": "en", "content": "c", "parameters": "default", "device": "d", "seconds": 1.5,
    }  # fmt: skip
    return Reviewed(**{**plain, **changes})


def marked(at: int, question: str = "q", mark: Mark = "flagged", on: bool = True) -> Marked:
    """A mark put on a question, or taken off."""
    return Marked(entry_id(at, Random(at)), at, at // DAY, question, mark, on, "d")


def undone(at: int, slip: Entry) -> Undone:
    """The undo of an event."""
    return Undone(entry_id(at, Random(at)), at, at // DAY, slip.question, slip.id)


def unmarked(text: str) -> tuple[str, str]:
    """A text without its mark §, and where that stood, as line:column."""
    before, _, after = text.partition("§")
    return before + after, f"{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}"
