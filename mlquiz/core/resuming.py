"""A session that was left, as plain data, and back: the same card in the same state, the rest in the same order."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from mlquiz.core.queue import Queue
from mlquiz.core.session import Moment, Session, Showing, State
from mlquiz.core.showing import fitting


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
    }


def resumed(
    data: Any, session: Session, moment: Moment, call: str, last_at: int, ends_at: int | None = None
) -> State | None:
    """The state that was kept; None when it is of another day, another call, or before something else was answered.

    Args:
        data: what `kept` gave, or anything else.
        last_at: the time of the newest event in the log.
        ends_at: when the time of this session is up.
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
        return state if state.to_come and all(id in session.items for id in state.to_come) else None
    except (KeyError, TypeError, ValueError, IndexError):
        return None


def _as_data(showing: Showing) -> dict[str, Any]:
    data = {one.name: getattr(showing, one.name) for one in fields(showing)}
    return data | {"ticked": sorted(showing.ticked), "visited": list(showing.visited), "demo": dict(showing.demo)}


def _showing(data: Mapping[str, Any], session: Session, moment: Moment) -> Showing:
    read = {**data, "ticked": frozenset(data["ticked"]), "visited": tuple(data["visited"])}
    return fitting(Showing(**read), session.items[data["id"]].question, moment.at)
