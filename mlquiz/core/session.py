"""A study session as a state machine: it takes an action and returns the next state and what to write to the log.

It has no clock, no randomness and no screen of its own. The full-colour front end and the plain one are two thin
loops over `step` and `screen`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import Any, NamedTuple

from mlquiz.core import grading
from mlquiz.core.errors import BadInput
from mlquiz.core.generators import GENERATORS
from mlquiz.core.log import Entry, Reviewed, Undone, entry_id
from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Choice, Language, Numeric, Open, Question, Text
from mlquiz.core.queue import Candidate, Queue, are_twins
from mlquiz.core.schedule import Card, Scheduler
from mlquiz.core.template import filled


class Moment(NamedTuple):
    """Now: UTC in milliseconds since 1970, and the study day."""

    at: int
    day: int


class Reveal:
    """Show the answer."""


class Tick(NamedTuple):
    """Tick or untick a key point."""

    key: str


class Answer(NamedTuple):
    """A choice's key, or a number as typed."""

    given: str


class Grade(NamedTuple):
    """Rate the answer; None takes the proposed rating."""

    rating: Rating | None = None


class SwitchLanguage:
    """Show the question, or once revealed the answer, in the next language that it has."""


class DemoSeen(NamedTuple):
    """A demo was run at this card: its name, prediction, what was observed."""

    outcome: Mapping[str, Any]


class Undo:
    """Take the last grade back and show that card again."""


Action = Reveal | Tick | Answer | Grade | SwitchLanguage | DemoSeen | Undo


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


@dataclass(frozen=True, slots=True)
class State:
    """Where a session stands. `showing` is None when it is over; `past` holds the states before each grade."""

    queue: Queue
    showing: Showing | None
    touched: Mapping[str, Card]
    answered: tuple[Reviewed, ...] = ()
    past: tuple["State", ...] = ()
    last_at: int = 0


class Screen(NamedTuple):
    """What a front end shows of a card: data, in no language yet except the question's own texts."""

    item: Item
    text: Text
    answer: Text
    language: Language
    answer_language: Language
    revealed: bool
    options: tuple[str, ...]
    """Keys of the choices in the order shown."""
    variables: Mapping[str, float]
    expected: float | None
    given: str | None
    right: bool | None
    ticked: frozenset[str]
    proposed: Rating | None
    moment: Moment
    previews: Mapping[Rating, Card]
    """The card after each rating, given at `moment`."""
    is_new: bool
    demo: Mapping[str, Any]
    answered: int
    left: int
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Session:
    """The rules of one session: what may be asked, what is remembered, in which languages.

    Args:
        items: the questions by id.
        cards: what was remembered at the start, by question.
        language: the questions' language; an item without it is shown in one that it has.
        answer_language: the answers' language.
        device: the name of this machine in the log.
    """

    items: Mapping[str, Item]
    cards: Mapping[str, Card]
    scheduler: Scheduler
    language: Language
    answer_language: Language
    device: str
    parameters: str = "default"

    def start(self, queue: Queue, moment: Moment, random: Random, last_at: int = 0) -> State:
        """The first card. `last_at` is the time of the newest event in the log."""
        return self._deal(State(queue, None, {}, last_at=last_at), moment, random)

    def step(self, state: State, action: Action, moment: Moment, random: Random) -> tuple[State, list[Entry]]:
        """The next state and the events to persist. An action that has no meaning here changes nothing.

        Raises:
            BadInput: the answer is no number, or no key of a choice.
        """
        match action:
            case Undo():
                return self._undo(state, moment, random)
            case Grade(rating) if state.showing and state.showing.revealed:
                chosen = rating or self.screen(state, moment).proposed
                return self._grade(state, chosen, moment, random) if chosen else (state, [])
            case _ if state.showing:
                return replace(state, showing=self._turned(state.showing, action)), []
        return state, []

    def screen(self, state: State, moment: Moment) -> Screen:
        """What to show of the card on the table."""
        showing = state.showing
        assert showing is not None
        item = self.items[showing.id]
        card = self._card(state, showing.id)
        variables, expected = _numbers(item.question, showing.seed)
        return Screen(
            item=item,
            text=item.question.text[showing.language],
            answer=item.question.text[showing.answer_language],
            language=showing.language,
            answer_language=showing.answer_language,
            revealed=showing.revealed,
            options=_options(item.question, showing.seed),
            variables=variables,
            expected=expected,
            given=showing.given,
            right=showing.right,
            ticked=showing.ticked,
            proposed=self._proposed(showing),
            moment=moment,
            previews=self.scheduler.preview(card, showing.id, moment.at, moment.day),
            is_new=card is None,
            demo=showing.demo,
            answered=len(state.answered),
            left=len(state.queue.planned) + 1,
            can_undo=bool(state.past),
        )

    def asked(self, entry: Reviewed) -> str:
        """A question as it was asked in a review, with the numbers drawn then."""
        question = self.items[entry.question].question
        language = available(question, entry.language)
        return filled(question.text[language].question, _numbers(question, entry.seed or 0)[0], language)

    def _card(self, state: State, id: str) -> Card | None:
        return state.touched.get(id) or self.cards.get(id)

    def _deal(self, state: State, moment: Moment, random: Random) -> State:
        last = state.answered[-1].question if state.answered else None
        id = state.queue.next(moment.at, partial(self._too_early, last, state.queue))
        if id is None:
            return replace(state, showing=None)
        question = self.items[id].question
        showing = Showing(
            id,
            moment.at,
            random.getrandbits(31),
            available(question, self.language),
            available(question, self.answer_language),
        )
        return replace(state, showing=showing, queue=state.queue.without(id))

    def _too_early(self, last: str | None, queue: Queue, id: str) -> bool:
        """Whether a question is the last one or its twin, or builds on one that is still to come."""
        candidate = self.items[id].candidate
        if any(other in queue.planned for other in candidate.prerequisites):
            return True
        return last is not None and (id == last or are_twins(self.items[last].candidate, candidate))

    def _turned(self, showing: Showing, action: Action) -> Showing:
        question = self.items[showing.id].question
        match action:
            case Reveal():
                return replace(showing, revealed=True)
            case Tick(key) if showing.revealed and isinstance(question.form, Open):
                return replace(showing, ticked=showing.ticked ^ ({key} & set(question.form.key_points)))
            case Answer(given) if not showing.revealed and not isinstance(question.form, Open):
                right = _is_right(question, given, showing.seed)
                return replace(showing, revealed=True, given=given, right=right)
            case SwitchLanguage():
                return _switched(showing, question)
            case DemoSeen(outcome):
                return replace(showing, demo=outcome)
        return showing

    def _proposed(self, showing: Showing) -> Rating | None:
        form = self.items[showing.id].question.form
        if isinstance(form, Open):
            return grading.proposed_by_points(form, showing.ticked)
        return None if showing.right is None else grading.proposed(showing.right)

    def _grade(self, state: State, rating: Rating, moment: Moment, random: Random) -> tuple[State, list[Entry]]:
        showing = state.showing
        assert showing is not None
        order = max(moment.at, state.last_at + 1)  # a clock set back must not put this answer before the last one
        item = self.items[showing.id]
        entry = Reviewed(
            id=entry_id(order, random),
            at=moment.at,
            day=moment.day,
            question=showing.id,
            rating=rating,
            form=item.question.form.kind,
            language=showing.language,
            content=item.content,
            parameters=self.parameters,
            device=self.device,
            seconds=max(0.0, (moment.at - showing.shown_at) / 1000),
            answer=showing.given or ",".join(sorted(showing.ticked)) or None,
            seed=None if isinstance(item.question.form, Open) else showing.seed,
            right=showing.right,
            demo=dict(showing.demo),
        )
        card = self.scheduler.answer(self._card(state, showing.id), showing.id, rating, moment.at, moment.day)
        after = replace(
            state,
            queue=state.queue.waits(card),
            touched={**state.touched, showing.id: card},
            answered=(*state.answered, entry),
            past=(*state.past, state),
            last_at=order,
        )
        return self._deal(after, moment, random), [entry]

    def _undo(self, state: State, moment: Moment, random: Random) -> tuple[State, list[Entry]]:
        if not state.past:
            return state, []
        slip, order = state.answered[-1], max(moment.at, state.last_at + 1)
        undone = Undone(entry_id(order, random), moment.at, moment.day, slip.question, slip.id)
        before = state.past[-1]
        assert before.showing is not None
        return replace(before, showing=replace(before.showing, shown_at=moment.at), last_at=order), [undone]


def available(question: Question, wanted: Language) -> Language:
    """The language wanted, or else English, or else the first one that the question has."""
    return next(language for language in (wanted, *LANGUAGES) if language in question.text)


def _switched(showing: Showing, question: Question) -> Showing:
    having = [language for language in LANGUAGES if language in question.text]
    following = dict(zip(having, [*having[1:], *having[:1]], strict=True))
    if showing.revealed:
        return replace(showing, answer_language=following[showing.answer_language])
    together = showing.language == showing.answer_language
    language = following[showing.language]
    return replace(showing, language=language, answer_language=language if together else showing.answer_language)


def _options(question: Question, seed: int) -> tuple[str, ...]:
    if not isinstance(question.form, Choice):
        return ()
    keys = sorted((question.form.right, *question.form.wrong))
    Random(seed).shuffle(keys)
    return tuple(keys)


def _numbers(question: Question, seed: int) -> tuple[Mapping[str, float], float | None]:
    if not isinstance(question.form, Numeric):
        return {}, None
    if question.form.generator:
        return GENERATORS[question.form.generator](Random(seed))
    return {}, question.form.value


def _is_right(question: Question, given: str, seed: int) -> bool:
    if isinstance(question.form, Choice):
        if given not in (question.form.right, *question.form.wrong):
            raise BadInput("There is no such choice.", received=given)
        return given == question.form.right
    assert isinstance(question.form, Numeric)
    _, expected = _numbers(question, seed)
    assert expected is not None
    return grading.numeric_is_right(question.form, grading.parse_number(given), expected)
