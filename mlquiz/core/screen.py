"""What a front end shows of the card on the table."""

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mlquiz.core import showing
from mlquiz.core.choosing import is_leech
from mlquiz.core.memory import Rating
from mlquiz.core.pace import minutes
from mlquiz.core.question import Language, Text
from mlquiz.core.schedule import Card
from mlquiz.core.showing import Item
from mlquiz.core.state import Moment, State

if TYPE_CHECKING:
    from mlquiz.core.session import Session


class Screen(NamedTuple):
    """A card as data, in no language yet except the question's own texts."""

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
    minutes_left: int | None
    """About how long the questions that are left take; None while too little is known."""
    flagged: bool
    sure: bool | None
    asks_sure: bool
    """Whether the answer waits until the user has said how sure they are."""
    was_sure: bool
    """Whether the user was sure of this question in this session, and wrong."""
    lapses: int
    is_leech: bool
    """Whether it was forgotten so often that it needs help, or would be with the proposed grade."""
    prerequisites: tuple[str, ...]
    follow_ups: tuple[str, ...]
    jumped: bool
    """Whether one comes back to another card after this one."""
    returns: Mapping[Rating, int | None]
    """Where a plan says when the card is asked again: the study day after each rating that leads past the steps, or
    None for not before the date."""


def screen_of(session: "Session", state: State, moment: Moment) -> Screen:
    """What to show of the card on the table."""
    now = state.showing
    assert now is not None
    item = session.items[now.id]
    question = item.question
    card = session.card(state, now.id)
    variables, expected = showing.numbers(question, now.seed)
    proposed = session.proposed(now)
    previews = session.scheduler.preview(card, now.id, moment.at, moment.day)
    to_come = state.to_come
    sunk = now.revealed and proposed == Rating.AGAIN
    return Screen(
        item=item,
        text=question.text[now.language],
        answer=question.text[now.answer_language],
        language=now.language,
        answer_language=now.answer_language,
        revealed=now.revealed,
        options=showing.options(question, now.seed),
        variables=variables,
        expected=expected,
        given=now.given,
        right=now.right,
        ticked=now.ticked,
        proposed=proposed,
        moment=moment,
        previews=previews,
        is_new=card is None,
        demo=now.demo,
        answered=len(state.answered),
        left=len(set(to_come)),
        can_undo=bool(state.past),
        minutes_left=_minutes_left(session, state, set(to_come)),
        flagged=session.marks_on(state, now.id).flagged,
        sure=now.sure,
        asks_sure=now.asks_sure,
        was_sure=(sunk and now.sure is True) or state.was_sure(now.id),
        lapses=previews[Rating.AGAIN].lapses if sunk else card.lapses if card else 0,
        is_leech=is_leech(previews[Rating.AGAIN]) if sunk else card is not None and is_leech(card),
        prerequisites=session.linked(now, "prerequisite"),
        follow_ups=session.linked(now, "follow-up"),
        jumped=bool(state.aside),
        returns=_returns(session, previews, moment) if now.revealed else {},
    )


def _minutes_left(session: "Session", state: State, to_come: Collection[str]) -> int | None:
    """By the plan, which counts with the steps of a question too; without one by the pace of the user's answers."""
    if session.plan:
        return max(1, round(sum(session.plan.cost(id, again=id in state.touched) for id in to_come) / 60))
    pace = [(entry.form, entry.seconds) for entry in state.own]
    return minutes((*session.pace, *pace), (session.items[id].question.form.kind for id in to_come))


def _returns(session: "Session", previews: Mapping[Rating, Card], moment: Moment) -> Mapping[Rating, int | None]:
    if session.plan is None:
        return {}
    return {rating: day and max(day, moment.day + 1) for rating, day in session.plan.returns(previews).items()}
