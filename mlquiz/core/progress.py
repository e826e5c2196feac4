"""What a session came to, and what to do next."""

from collections import Counter
from typing import NamedTuple

from mlquiz.core.choosing import is_leech
from mlquiz.core.log import Reviewed
from mlquiz.core.memory import Rating
from mlquiz.core.question import Choice, Open
from mlquiz.core.schedule import Card, Learning, Reviewing
from mlquiz.core.session import Session, State
from mlquiz.core.showing import available, numbers


class Missed(NamedTuple):
    """A question that got an Again, and why: by what was left out, chosen or typed. Texts are the bank's."""

    id: str
    question: str
    unsaid: tuple[str, ...] = ()
    """Key points that were not ticked."""
    chosen: str | None = None
    """The wrong choice."""
    because: str | None = None
    """What is mistaken about it."""
    typed: str | None = None
    """The wrong number."""
    expected: float | None = None
    was_sure: bool = False


class Summary(NamedTuple):
    """What a session came to."""

    answers: int
    seconds: float
    ratings: dict[Rating, int]
    missed: tuple[Missed, ...]
    """The last Again of each question that got one."""
    wrong_predictions: tuple[str, ...]
    """Demos whose outcome was not the predicted one."""
    demos: tuple[str, ...]
    """Demos that show what was missed and were not watched."""
    leeches: int
    """How many of the answered questions are leeches."""
    waiting: int
    """Learning cards that come back later today."""
    next_due: tuple[int, int] | None
    """In how many days the next cards are due, and how many."""


def summary(session: Session, state: State) -> Summary:
    """The summary of a session; what was answered before it was left and resumed was summed up then."""
    answered = state.own
    counts = Counter(entry.rating for entry in answered)
    missed = {entry.question: entry for entry in answered if entry.rating == Rating.AGAIN}
    watched = {entry.demo["name"] for entry in answered if entry.demo}
    wrong = dict.fromkeys(str(entry.demo["name"]) for entry in answered if entry.demo.get("right") is False)
    shows = dict.fromkeys(session.items[id].question.demo for id in missed)
    return Summary(
        len(answered),
        sum(entry.seconds for entry in answered),
        {rating: counts[rating] for rating in Rating},
        tuple(_missed(session, entry) for entry in missed.values()),
        tuple(wrong),
        tuple(demo for demo in shows if demo and demo not in watched),
        sum(_is_leech(session.card(state, id)) for id in {entry.question for entry in answered}),
        len({id for id in state.to_come if _is_learning(session.card(state, id))}),
        _next_due(session, state),
    )


def _missed(session: Session, entry: Reviewed) -> Missed:
    question = session.items[entry.question].question
    form, text = question.form, question.text[available(question, entry.language)]
    missed = Missed(entry.question, session.asked(entry), was_sure=entry.sure is True)
    if isinstance(form, Open):
        said = (entry.answer or "").split(",")
        return missed._replace(unsaid=tuple(text.key_points[key] for key in form.key_points if key not in said))
    if entry.right is not False or entry.answer is None:
        return missed
    if isinstance(form, Choice):
        told = text.choices.get(entry.answer)
        return missed._replace(chosen=told.text, because=told.because) if told else missed
    return missed._replace(typed=entry.answer, expected=numbers(question, entry.seed or 0)[1])


def _is_leech(card: Card | None) -> bool:
    return card is not None and is_leech(card)


def _is_learning(card: Card | None) -> bool:
    return card is not None and isinstance(card.place, Learning)


def _next_due(session: Session, state: State) -> tuple[int, int] | None:
    """The first day after this one on which cards are due, and how many are then."""
    days = Counter(
        card.place.due_day - state.day
        for id, card in {**session.cards, **state.touched}.items()
        if id in session.items
        and card is not None
        and isinstance(card.place, Reviewing)
        and card.place.due_day > state.day
        and not session.marks_on(state, id).suspended
    )
    return min(days.items()) if days else None
