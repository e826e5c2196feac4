"""Sit down to study: what is asked, a desk with the first card on it, and how it is left."""

import contextlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from zlib import crc32

from mlquiz import bank as banks
from mlquiz.cli.context import Context
from mlquiz.cli.desk import Desk
from mlquiz.cli.planning import asks, forecast
from mlquiz.core.choosing import Wanted, chosen
from mlquiz.core.errors import BadEnvironment
from mlquiz.core.log import Marks
from mlquiz.core.queue import Queue, along, plan
from mlquiz.core.resuming import kept, resumed
from mlquiz.core.schedule import MINUTE
from mlquiz.core.session import Item, Moment, Session
from mlquiz.store import Store
from mlquiz.view.wrapping import Wrapped

if TYPE_CHECKING:
    from mlquiz.core.forecast import Forecast

PACE = 200
"""How many of the latest answers tell how long the next ones take."""


@dataclass(frozen=True)
class Choice:
    """What is asked in a session."""

    context: Context
    bank: banks.Bank
    store: Store
    wanted: Wanted
    limit: int | None = None
    _forecasts: dict[int, "Forecast | None"] = field(default_factory=dict)
    """By study day; made once, when the first card is dealt."""

    def queue(self, moment: Moment, answered: int = 0) -> Queue:
        """The queue of a study day.

        Args:
            answered: how many questions this session has asked already.
        """
        cards, marks = self.store.cards(), self.store.marks()
        items = chosen(self.bank.items.values(), self.wanted, cards, marks, moment)
        limit = None if self.limit is None else max(0, self.limit - answered)
        if self.wanted.suspended:
            return Queue(tuple(item.id for item in items)[:limit])
        asked = [item.candidate for item in items if not marks.get(item.id, Marks()).hides(moment.day)]
        if following := self.forecast(moment):
            return along(asked, cards, following.today, limit=limit)
        room = max(0, self.context.settings.new_a_day - self.store.introduced_on(moment.day))
        ahead = self.wanted.flagged or self.wanted.leeches  # few, and chosen one by one
        return plan(asked, cards, moment.day, new=room, limit=limit, ahead=ahead)

    def put_off(self, moment: Moment) -> int:
        """How many of the questions that were chosen are put off until tomorrow."""
        cards, marks = self.store.cards(), self.store.marks()
        items = chosen(self.bank.items.values(), self.wanted, cards, marks, moment)
        return sum(marks[item.id].buried == moment.day for item in items if item.id in marks)

    def forecast(self, moment: Moment) -> "Forecast | None":
        """The plan as it stands; None without one, or when other questions are chosen than a plan would ask."""
        if self.wanted != Wanted():
            return None
        if moment.day not in self._forecasts:
            self._forecasts[moment.day] = forecast(self.bank, self.store, moment.day)
        return self._forecasts[moment.day]

    def call(self, items: Mapping[str, Item]) -> str:
        """All that decides what is asked, as a text: the same text goes on with the same session."""
        settings = self.context.settings
        wanted = replace(self.wanted, found=sorted(self.wanted.found or ()))
        asked = (wanted, self.limit, settings.new_a_day, self.store.planned())
        told = (settings.language, settings.answer_language, settings.confidence)
        bank = crc32("\n".join(f"{item.id} {item.content}" for item in items.values()).encode())
        return f"{asked} {told} {bank}"


def seat(choice: Choice) -> Desk:
    """A desk with a card on it: the one at which the same session was left today, or else the first one."""
    context, store, settings = choice.context, choice.store, choice.context.settings
    moment = context.moment()
    session = Session(
        items=choice.bank.items,
        cards=store.cards(),
        scheduler=store.scheduler,
        language=settings.language,
        answer_language=settings.answer_language or settings.language,
        device=store.device(f"{context.random.getrandbits(32):08x}"),
        parameters=fitted.id if (fitted := store.fitted()) else "default",
        marks=store.marks(),
        confidence=settings.confidence,
        pace=[(entry.form, entry.seconds) for entry in store.latest(PACE)],
        plan=(plan := choice.forecast(moment)),
    )
    if plan:
        from mlquiz.view.today import planned_today

        context.console.print(Wrapped(planned_today(asks(plan, store), context.tr, context.ui), "dim"))
    last_at, ends_at = store.last_at(), _ends_at(settings.minutes * MINUTE, plan, moment)
    state = resumed(_kept(store), session, moment, choice.call(session.items), last_at, ends_at, store.entries)
    if state:
        context.console.print(context.tr.gettext("You go on where you stopped."), style="dim")
    else:
        state = session.start(choice.queue(moment), moment, context.random, last_at, ends_at)
    return Desk(context, session, state, store, context.tr, choice.bank, choice.queue)


def _ends_at(given: int, plan: "Forecast | None", moment: Moment) -> int | None:
    """When the time is up that the user has given themselves, for this session or for the day."""
    times = [given] if given else []
    if plan and plan.today:
        times.append(round(plan.seconds_left * 1000))
    return moment.at + min(times) if times else None


def leave(desk: Desk, choice: Choice) -> None:
    """Keep the session as it stands, for the same command to go on with today."""
    left = kept(desk.state, desk.moment, choice.call(desk.session.items))
    with contextlib.suppress(BadEnvironment):  # every graded answer is in the log
        desk.store.keep("session", json.dumps(left) if left else None)


def _kept(store: Store) -> Any:
    try:
        return json.loads(store.setting("session") or "null")
    except ValueError:
        return None
