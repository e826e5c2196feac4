"""A session that was left, as plain data, and back: the same card in the same state, the rest in the same order.

What was graded and marked in it is in the log; from that come the states before each of these, to be undone.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields, replace
from random import Random
from typing import Any

from mlquiz.core.log import Entry, Marked, Marks, Reviewed, marks_of, replay_question
from mlquiz.core.question import Open
from mlquiz.core.queue import Queue
from mlquiz.core.schedule import Card, Learning
from mlquiz.core.session import Moment, Session, Showing, State
from mlquiz.core.showing import available, fitting

Done = tuple[Reviewed | Marked, ...]


def kept(state: State, moment: Moment, call: str) -> dict[str, Any] | None:
    """A session as it is left; None when there is nothing to go on with.

    Args:
        call: all that decides what is asked, as a text: the options, the bank.
    """
    if not state.to_come:
        return None
    on_table = [*state.aside, *([state.showing] if state.showing else [])]
    return {
        "call": call,
        "day": state.day,
        "last_at": state.last_at,
        "planned": list(state.queue.planned),
        "waiting": [list(entry) for entry in state.queue.waiting],
        "shown": bool(state.showing),
        "table": [_as_data(one.aside(moment.at)) for one in on_table],
        "done": [[entry.id, entry.question] for entry in state.done],
    }


def resumed(
    data: Any,
    session: Session,
    moment: Moment,
    call: str,
    last_at: int,
    ends_at: int | None = None,
    log: Callable[[str], Iterable[Entry]] = lambda id: (),
) -> State | None:
    """The state that was kept; None when it is of another day, another call, or before something else was answered.

    Args:
        data: what `kept` gave, or anything else.
        last_at: the time of the newest event in the log.
        ends_at: when the time of this session is up.
        log: the events of a question.
    """
    try:
        if (data["call"], data["day"], data["last_at"]) != (call, moment.day, last_at):
            return None
        table = [_showing(one, session, moment) for one in data["table"]]
        queue = Queue(tuple(map(str, data["planned"])), tuple((int(at), str(id)) for at, id in data["waiting"]))
        state = State(
            queue,
            table.pop() if data["shown"] else None,
            moment.day,
            aside=tuple(table),
            last_at=last_at,
            ends_at=ends_at,
        )
        if not state.to_come or not all(id in session.items for id in state.to_come):
            return None
        done = [(str(id), str(question)) for id, question in data.get("done", ())]
        return _with_past(state, done, session, moment, log)
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _with_past(
    state: State,
    done: Sequence[tuple[str, str]],
    session: Session,
    moment: Moment,
    log: Callable[[str], Iterable[Entry]],
) -> State:
    """The state with the states before what was done, each with its card on the table again.

    The order of the queue is not kept with each: a card that was dealt since then goes back to its head. Without one of
    the events, or its question, nothing of it can be undone.
    """
    events = {entry.id: entry for question in {question for _, question in done} for entry in log(question)}
    ids = frozenset(id for id, _ in done)
    told = [events.get(id) for id, _ in done]
    known = tuple(entry for entry in told if isinstance(entry, Reviewed | Marked) and entry.question in session.items)
    if len(known) < len(done):
        return state
    memories = _memories(known, [entry for id, entry in events.items() if id not in ids], session)
    tables = [state]
    for entry, (touched, _) in zip(reversed(known), reversed(memories[:-1]), strict=True):
        tables.append(_before(entry, tables[-1], touched, session, moment))
    past: tuple[State, ...] = ()
    for index, (table, (touched, marked)) in enumerate(zip(reversed(tables), memories, strict=True)):
        now = replace(table, touched=touched, marked=marked, done=known[:index], past=past, earlier=ids)
        past = (*past, now)
    return past[-1]


Memories = tuple[Mapping[str, Card | None], Mapping[str, Marks]]
"""What was remembered of the questions that were answered, and what stood on those that were marked."""


def _memories(done: Done, others: Sequence[Entry], session: Session) -> list[Memories]:
    """Before each of these events, and after the last; `others` are those of the same questions beside them."""
    of = {entry.question: [other for other in others if other.question == entry.question] for entry in done}
    answered = dict.fromkeys(entry.question for entry in done if isinstance(entry, Reviewed))
    cards = {id: replay_question(session.scheduler, id, of[id]) for id in answered}
    marks = {entry.question: marks_of(of[entry.question]) for entry in done if isinstance(entry, Marked)}
    found: list[Memories] = [(cards, marks)]
    for entry in done:
        id = entry.question
        if isinstance(entry, Reviewed):
            cards = {**cards, id: session.scheduler.answer(cards[id], id, entry.rating, entry.at, entry.day)}
        else:
            marks = {**marks, id: marks[id].after(entry.mark, entry.on, entry.day)}
        found.append((cards, marks))
    return found


def _before(
    entry: Reviewed | Marked, after: State, touched: Mapping[str, Card | None], session: Session, moment: Moment
) -> State:
    """The table before an event: its card is on it, and the one that was dealt then goes back to the queue."""
    if isinstance(entry, Marked) and (entry.mark == "flagged" or not entry.on):  # it moved no card
        return after
    queue = after.queue.without(entry.question)
    dealt = next((one.id for one in (*after.aside, after.showing) if one), None)
    if dealt and dealt != entry.question:
        queue = queue.without(dealt)
        card = touched[dealt] if dealt in touched else session.cards.get(dealt)
        if card and isinstance(card.place, Learning):
            queue = queue.waits(card)
        else:
            queue = queue._replace(planned=(dealt, *queue.planned))
    return replace(after, queue=queue, aside=(), showing=_asked(entry, session, moment))


def _asked(entry: Reviewed | Marked, session: Session, moment: Moment) -> Showing:
    """The card of an event as it lay on the table, as far as the log says it."""
    question, seed = session.items[entry.question].question, Random(entry.id).getrandbits(31)
    answers = available(question, session.answer_language)
    if isinstance(entry, Marked):
        return Showing(entry.question, moment.at, seed, available(question, session.language), answers)
    is_open, answer = isinstance(question.form, Open), entry.answer
    return Showing(
        id=entry.question,
        shown_at=moment.at,
        seed=seed if entry.seed is None else entry.seed,
        language=available(question, entry.language),
        answer_language=answers,
        revealed=True,
        ticked=frozenset((answer or "").split(",")) if is_open else frozenset(),
        given=None if is_open else answer,
        right=entry.right,
        demo=entry.demo,
        sure=entry.sure,
    )


def _as_data(showing: Showing) -> dict[str, Any]:
    data = {one.name: getattr(showing, one.name) for one in fields(showing)}
    return data | {"ticked": sorted(showing.ticked), "visited": list(showing.visited), "demo": dict(showing.demo)}


def _showing(data: Mapping[str, Any], session: Session, moment: Moment) -> Showing:
    read = {**data, "ticked": frozenset(data["ticked"]), "visited": tuple(data["visited"])}
    return fitting(Showing(**read), session.items[data["id"]].question, moment.at)
