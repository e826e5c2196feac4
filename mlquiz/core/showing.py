"""The card on the table: what was drawn for this showing, what of it is shown, and what was answered so far."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any, NamedTuple

from mlquiz.core import grading
from mlquiz.core.actions import Action, Answer, Confide, DemoSeen, Reveal, SwitchLanguage, Tick
from mlquiz.core.errors import BadInput
from mlquiz.core.generators import GENERATORS
from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Choice, Language, Numeric, Open, Question
from mlquiz.core.queue import Candidate
from mlquiz.core.sentence import said


class Item(NamedTuple):
    """A question as a session holds it."""

    id: str
    topic: str
    content: str
    """A hash of its file."""
    question: Question

    @property
    def candidate(self) -> Candidate:
        """What the queue needs to know of it."""
        return Candidate(self.id, self.topic, tuple(self.question.prerequisites), tuple(self.question.twins))


@dataclass(frozen=True, slots=True)
class Showing:
    """The card on the table."""

    id: str
    shown_at: int
    seed: int
    language: Language
    answer_language: Language
    revealed: bool = False
    ticked: frozenset[str] = frozenset()
    given: str | None = None
    right: bool | None = None
    demo: Mapping[str, Any] = field(default_factory=dict)
    sure: bool | None = None
    asks_sure: bool = False
    """Whether the answer waits until the user has said how sure they are."""
    spent: int = 0
    """Milliseconds for which it lay on the table before `shown_at`."""
    visited: tuple[str, ...] = ()
    """The questions that were jumped to from here."""

    def aside(self, at: int) -> "Showing":
        """The card as it is put aside."""
        return replace(self, spent=self.milliseconds(at))

    def milliseconds(self, at: int) -> int:
        """How long it has lain on the table; a clock set back counts for nothing."""
        return self.spent + max(0, at - self.shown_at)


def turned(showing: Showing, action: Action, question: Question, *, confidence: bool = False) -> Showing:
    """The card after an action on it; one that has no meaning here changes nothing.

    Args:
        confidence: whether the user is asked how sure they are before the answer is shown.

    Raises:
        BadInput: the answer is no number, or no key of a choice.
    """
    form = question.form
    match action:
        case Reveal() if not showing.revealed:
            asks = confidence and isinstance(form, Open) and not showing.asks_sure
            return replace(showing, asks_sure=asks, revealed=not asks)
        case Answer(given) if not showing.revealed and not isinstance(form, Open):
            right = is_right(question, given, showing.seed)
            return replace(showing, given=given, right=right, asks_sure=confidence, revealed=not confidence)
        case Confide(sure) if showing.asks_sure:
            return replace(showing, sure=sure, asks_sure=False, revealed=True)
        case Tick(key) if showing.revealed and isinstance(form, Open):
            return replace(showing, ticked=showing.ticked ^ ({key} & set(form.key_points)))
        case SwitchLanguage():
            return _switched(showing, question)
        case DemoSeen(outcome):
            return replace(showing, demo=outcome)
    return showing


def fitting(showing: Showing, question: Question, at: int) -> Showing:
    """A card that was put aside, on the table again; what no longer fits a question edited since then is dropped."""
    showing = replace(
        showing,
        shown_at=at,
        language=available(question, showing.language),
        answer_language=available(question, showing.answer_language),
    )
    form = question.form
    kept = showing.ticked & set(form.key_points) if isinstance(form, Open) else frozenset[str]()
    showing = replace(showing, ticked=kept)
    if showing.given is None:
        return showing
    try:
        if not isinstance(form, Open):
            return replace(showing, right=is_right(question, showing.given, showing.seed))
    except BadInput:
        pass
    return replace(showing, revealed=False, asks_sure=False, given=None, right=None)


def available(question: Question, wanted: Language) -> Language:
    """The language wanted, or else English, or else the first one that the question has."""
    return next(language for language in (wanted, *LANGUAGES) if language in question.text)


def proposed(showing: Showing, question: Question) -> Rating | None:
    """The rating that what was answered proposes."""
    if isinstance(question.form, Open):
        return grading.proposed_by_points(question.form, showing.ticked)
    return None if showing.right is None else grading.proposed(showing.right)


def options(question: Question, seed: int) -> tuple[str, ...]:
    """Keys of the choices in the order shown."""
    if not isinstance(question.form, Choice):
        return ()
    keys = sorted((question.form.right, *question.form.wrong))
    Random(seed).shuffle(keys)
    return tuple(keys)


def numbers(question: Question, seed: int) -> tuple[Mapping[str, float], float | None]:
    """The numbers that stand in a question's text, and the one that it asks for."""
    if not isinstance(question.form, Numeric):
        return {}, None
    if question.form.generator:
        return GENERATORS[question.form.generator](Random(seed))
    return {}, question.form.value


def is_right(question: Question, given: str, seed: int) -> bool:
    """Whether a choice or a number is the right one.

    Raises:
        BadInput: no key of a choice, or no number.
    """
    if isinstance(question.form, Choice):
        if given not in (question.form.right, *question.form.wrong):
            raise BadInput(said("There is no such choice."), received=given)
        return given == question.form.right
    assert isinstance(question.form, Numeric)
    _, expected = numbers(question, seed)
    assert expected is not None
    return grading.numeric_is_right(question.form, grading.parse_number(given), expected)


def _switched(showing: Showing, question: Question) -> Showing:
    having = [language for language in LANGUAGES if language in question.text]
    following = dict(zip(having, [*having[1:], *having[:1]], strict=True))
    if showing.revealed:
        return replace(showing, answer_language=following[showing.answer_language])
    together = showing.language == showing.answer_language
    language = following[showing.language]
    return replace(showing, language=language, answer_language=language if together else showing.answer_language)
