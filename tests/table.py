"""A session to act in, with the log it writes and a clock that a test moves."""

from collections.abc import Mapping
from random import Random
from typing import Any

from builders import DAY, SCHEDULER

from mlquiz.core.log import Entry, Reviewed
from mlquiz.core.question import Language
from mlquiz.core.queue import plan
from mlquiz.core.schedule import MINUTE, Card
from mlquiz.core.session import Action, Item, Moment, Rest, Screen, Session

TODAY = 20_000
NOON = TODAY * DAY + DAY // 2


class Table:
    """A session that is going on, the log it writes, and a clock that a test moves."""

    def __init__(
        self,
        *items: Item,
        cards: Mapping[str, Card] | None = None,
        language: Language = "en",
        answer_language: Language | None = None,
        seed: int = 0,
        last_at: int = 0,
        minutes: int = 0,
        **rules: Any,
    ) -> None:
        self.cards, self.log, self.random = dict(cards or {}), list[Entry](), Random(seed)
        self.session = Session(
            {one.id: one for one in items}, self.cards, SCHEDULER, language, answer_language or language, "device",
            **rules,
        )  # fmt: skip
        self.moment = Moment(NOON, TODAY)
        queue = plan([one.candidate for one in items], self.cards, TODAY, new=99)
        ends_at = NOON + minutes * MINUTE if minutes else None
        self.state = self.session.start(queue, self.moment, self.random, last_at, ends_at)

    def do(self, *actions: Action) -> "Table":
        """Take steps, one second apart."""
        for action in actions:
            self.moment = self.moment._replace(at=self.moment.at + 1000)
            self.state, entries = self.session.step(self.state, action, self.moment, self.random)
            self.log += entries
        return self

    def wait(self, minutes: float, days: int = 0) -> "Table":
        """Let time pass."""
        self.moment = Moment(self.moment.at + round(minutes * MINUTE) + days * DAY, self.moment.day + days)
        return self

    @property
    def rest(self) -> Rest:
        return self.session.rest(self.state, self.moment)

    @property
    def screen(self) -> Screen:
        return self.session.screen(self.state, self.moment)

    @property
    def id(self) -> str | None:
        """The question on the table."""
        return self.state.showing.id if self.state.showing else None

    @property
    def last(self) -> Reviewed:
        assert isinstance(entry := self.log[-1], Reviewed)
        return entry
