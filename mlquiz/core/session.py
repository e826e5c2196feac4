"""A study session as a state machine: it takes an action and returns the next state and what to write to the log.

It has no clock, no randomness and no screen of its own. The full-colour front end and the plain one are two thin
loops over `step` and `screen`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from random import Random
from typing import TYPE_CHECKING

from mlquiz.core import showing
from mlquiz.core.actions import (
    Action,
    Answer,
    Confide,
    Deal,
    DemoSeen,
    Grade,
    Jump,
    Link,
    Put,
    Reveal,
    Skip,
    SwitchLanguage,
    Tick,
    Undo,
)
from mlquiz.core.log import Entry, Mark, Marked, Marks, Reviewed, Undone, entry_id
from mlquiz.core.memory import Rating
from mlquiz.core.pace import Pace
from mlquiz.core.question import Language, Open
from mlquiz.core.queue import LEARN_AHEAD, Queue, are_twins
from mlquiz.core.schedule import Card, Scheduler
from mlquiz.core.screen import Screen, screen_of
from mlquiz.core.showing import Item, Showing, available
from mlquiz.core.state import Moment, Rest, State
from mlquiz.core.template import filled

if TYPE_CHECKING:
    from mlquiz.core.forecast import Forecast

__all__ = [
    "Action", "Answer", "Confide", "Deal", "DemoSeen", "Grade", "Item", "Jump", "Link", "Moment", "Put", "Rest",
    "Reveal", "Screen", "Session", "Showing", "Skip", "State", "SwitchLanguage", "Tick", "Undo", "available",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Session:
    """The rules of one session: what may be asked, what is remembered, in which languages.

    Args:
        items: the questions by id.
        cards: what was remembered at the start, by question.
        language: the questions' language; an item without it is shown in one that it has.
        answer_language: the answers' language.
        device: the name of this machine in the log.
        marks: what stood on the questions at the start.
        confidence: whether the user is asked how sure they are before an answer is shown.
        pace: the form and seconds of the user's latest answers.
        plan: what is planned for a date, where something is.
    """

    items: Mapping[str, Item]
    cards: Mapping[str, Card]
    scheduler: Scheduler
    language: Language
    answer_language: Language
    device: str
    parameters: str = "default"
    marks: Mapping[str, Marks] = field(default_factory=dict)
    confidence: bool = False
    pace: Pace = ()
    plan: "Forecast | None" = None

    def start(
        self, queue: Queue, moment: Moment, random: Random, last_at: int = 0, ends_at: int | None = None
    ) -> State:
        """The first card. `last_at` is the time of the newest event in the log, `ends_at` when the time is up."""
        return self._deal(State(queue, None, moment.day, last_at=last_at, ends_at=ends_at), moment, random)

    def step(self, state: State, action: Action, moment: Moment, random: Random) -> tuple[State, list[Entry]]:
        """The next state and the events to persist. An action that has no meaning here changes nothing.

        Raises:
            BadInput: the answer is no number, or no key of a choice.
        """
        match action:
            case Undo():
                return self._undo(state, moment, random)
            case Deal(early) if not state.showing:
                if early and self.rest(state, moment).why == "time":
                    return self._deal(replace(state, ends_at=None), moment, random), []
                return self._deal(state, moment, random, early=early), []
            case Skip() if state.showing:
                return self._skip(state, moment, random), []
            case Jump(link) if state.showing:
                return self._jump(state, link, moment, random), []
            case Put(mark) if state.showing:
                return self._mark(state, mark, moment, random)
            case Grade(rating) if state.showing and state.showing.revealed:
                chosen = rating or self.proposed(state.showing)
                return self._grade(state, chosen, moment, random) if chosen else (state, [])
            case _ if state.showing:
                question = self.items[state.showing.id].question
                turned = showing.turned(state.showing, action, question, confidence=self.confidence)
                return replace(state, showing=turned), []
        return state, []

    def screen(self, state: State, moment: Moment) -> Screen:
        """What to show of the card on the table."""
        return screen_of(self, state, moment)

    def rest(self, state: State, moment: Moment) -> Rest:
        """Why there is no card on the table."""
        soon = [when for when, _ in state.queue.waiting if when <= moment.at + LEARN_AHEAD]
        count = len(state.queue.planned) + len(soon)
        if not count:
            return Rest("over")
        if state.ends_at is not None and moment.at >= state.ends_at:
            return Rest("time", cards=count)
        return Rest("waiting", moment.at if state.queue.planned else min(soon), count)

    def asked(self, entry: Reviewed) -> str:
        """A question as it was asked in a review, with the numbers drawn then."""
        question = self.items[entry.question].question
        language = available(question, entry.language)
        return filled(question.text[language].question, showing.numbers(question, entry.seed or 0)[0], language)

    def replanned(self, state: State, queue: Queue, day: int) -> State:
        """The session with another queue, as when a study day has begun; the cards on the table stay there."""
        for one in (*state.aside, *([state.showing] if state.showing else [])):
            queue = queue.without(one.id)
        return replace(state, queue=queue, day=day)

    def rewritten(self, state: State, item: Item, moment: Moment) -> tuple["Session", State]:
        """The session with another text of a question; the card on the table keeps what still fits it."""
        now = state.showing
        if now and now.id == item.id:
            state = replace(state, showing=showing.fitting(now, item.question, moment.at))
        return replace(self, items={**self.items, item.id: item}), state

    def card(self, state: State, id: str) -> Card | None:
        """What is remembered of a question now."""
        return state.touched[id] if id in state.touched else self.cards.get(id)

    def marks_on(self, state: State, id: str) -> Marks:
        """What stands on a question now."""
        return state.marked.get(id) or self.marks.get(id) or Marks()

    def proposed(self, now: Showing) -> Rating | None:
        """The rating that what was answered proposes."""
        return showing.proposed(now, self.items[now.id].question)

    def linked(self, now: Showing, link: Link) -> tuple[str, ...]:
        """The questions that a card is linked to, as far as the bank has them."""
        question = self.items[now.id].question
        ids = question.prerequisites if link == "prerequisite" else question.follow_ups
        return tuple(id for id in ids if id in self.items)

    def _deal(self, state: State, moment: Moment, random: Random, *, early: bool = False) -> State:
        """The card that one comes back to, or else the next one in the queue."""
        if state.aside:
            *others, before = state.aside
            again = showing.fitting(before, self.items[before.id].question, moment.at)
            return replace(state, aside=tuple(others), showing=again)
        late = state.ends_at is not None and moment.at >= state.ends_at
        last = state.answered[-1].question if state.answered else None
        avoid = partial(self._too_early, last, state.queue)
        id = None if late else state.queue.next(moment.at, avoid, early=early)
        if id is None:
            return replace(state, showing=None)
        return replace(state, showing=self._shown(id, moment, random), queue=state.queue.without(id))

    def _shown(self, id: str, moment: Moment, random: Random) -> Showing:
        question = self.items[id].question
        languages = available(question, self.language), available(question, self.answer_language)
        return Showing(id, moment.at, random.getrandbits(31), *languages)

    def _too_early(self, last: str | None, queue: Queue, id: str) -> bool:
        """Whether a question is the last one or its twin, or builds on one that is still to come."""
        candidate = self.items[id].candidate
        if any(other in queue.planned for other in candidate.prerequisites):
            return True
        return last is not None and (id == last or are_twins(self.items[last].candidate, candidate))

    def _skip(self, state: State, moment: Moment, random: Random) -> State:
        assert state.showing
        if state.aside:
            return self._deal(state, moment, random)
        planned = (*state.queue.planned, state.showing.id)
        return self._deal(replace(state, queue=state.queue._replace(planned=planned)), moment, random)

    def _jump(self, state: State, link: Link, moment: Moment, random: Random) -> State:
        now = state.showing
        assert now
        here = {now.id, *(one.id for one in state.aside)}
        linked = [id for id in self.linked(now, link) if id not in here]
        to = next((id for id in linked if id not in now.visited), linked[0] if linked else None)
        if to is None:
            return state
        left = replace(now.aside(moment.at), visited=(*now.visited, to))
        return replace(state, aside=(*state.aside, left), showing=self._shown(to, moment, random))

    def _mark(self, state: State, mark: Mark, moment: Moment, random: Random) -> tuple[State, list[Entry]]:
        now = state.showing
        assert now
        marks = self.marks_on(state, now.id)
        on = mark == "buried" or not (marks.flagged if mark == "flagged" else marks.suspended)
        order = max(moment.at, state.last_at + 1)
        entry = Marked(entry_id(order, random), moment.at, moment.day, now.id, mark, on, self.device)
        after = replace(
            state,
            marked={**state.marked, now.id: marks.after(mark, on, moment.day)},
            done=(*state.done, entry),
            past=(*state.past, state),
            last_at=order,
        )
        if mark != "flagged" and on:
            after = self._deal(replace(after, queue=after.queue.without(now.id)), moment, random)
        return after, [entry]

    def _grade(self, state: State, rating: Rating, moment: Moment, random: Random) -> tuple[State, list[Entry]]:
        now = state.showing
        assert now is not None
        order = max(moment.at, state.last_at + 1)  # a clock set back must not put this answer before the last one
        item = self.items[now.id]
        entry = Reviewed(
            id=entry_id(order, random),
            at=moment.at,
            day=moment.day,
            question=now.id,
            rating=rating,
            form=item.question.form.kind,
            language=now.language,
            content=item.content,
            parameters=self.parameters,
            device=self.device,
            seconds=now.milliseconds(moment.at) / 1000,
            answer=now.given or ",".join(sorted(now.ticked)) or None,
            seed=None if isinstance(item.question.form, Open) else now.seed,
            right=now.right,
            demo=dict(now.demo),
            sure=now.sure,
        )
        card = self.scheduler.answer(self.card(state, now.id), now.id, rating, moment.at, moment.day)
        after = replace(
            state,
            queue=state.queue.without(now.id).waits(card),
            touched={**state.touched, now.id: card},
            done=(*state.done, entry),
            past=(*state.past, state),
            last_at=order,
        )
        return self._deal(after, moment, random), [entry]

    def _undo(self, state: State, moment: Moment, random: Random) -> tuple[State, list[Entry]]:
        if not state.past:
            return state, []
        slip, before, order = state.done[-1], state.past[-1], max(moment.at, state.last_at + 1)
        undone = Undone(entry_id(order, random), moment.at, moment.day, slip.question, slip.id)
        if isinstance(slip, Marked) and (slip.mark == "flagged" or not slip.on):  # it moved no card
            return replace(state, marked=before.marked, done=before.done, past=before.past, last_at=order), [undone]
        assert before.showing is not None
        question = self.items[before.showing.id].question
        again = replace(showing.fitting(before.showing, question, moment.at), spent=0)
        return replace(before, showing=again, last_at=order, ends_at=state.ends_at), [undone]
