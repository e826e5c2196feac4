"""The plan in the log, made for today out of what the store and the bank hold."""

from typing import TYPE_CHECKING

from mlquiz.bank import Bank
from mlquiz.bulk import without_collecting
from mlquiz.core.log import Marks
from mlquiz.core.plan import plan_of
from mlquiz.core.queue import introductions
from mlquiz.core.today import Asks
from mlquiz.store import Store

if TYPE_CHECKING:
    from mlquiz.core.forecast import Forecast

LATEST = 2000
"""How many of the latest answers tell how long a question takes."""


def forecast(bank: Bank, store: Store, day: int) -> "Forecast | None":
    """The plan as it stands on a study day; None when there is none, or its last date has come.

    What is suspended is not part of it.
    """
    plan = plan_of(store.planned())
    if plan is None or not plan.holds(day):
        return None
    from mlquiz.core.effort import days_of, effort_of, seconds_of
    from mlquiz.core.forecast import Forecast

    marks, remembered = store.marks(), store.cards()
    asked = [item.candidate for item in bank.items.values() if not marks.get(item.id, Marks()).suspended]
    if not asked:
        return None
    cards = {one.id: remembered[one.id] for one in asked if one.id in remembered}
    fresh = introductions([one for one in asked if one.id not in cards])
    answers = store.latest(LATEST)
    effort = effort_of(days_of(answers, {id: card.first_day for id, card in remembered.items()}))
    spent = seconds_of(one for one in answers if one.day == day)
    with without_collecting():
        return Forecast(plan, day, cards, fresh, store.scheduler.model, effort, spent)


def asks(of: "Forecast", store: Store) -> Asks:
    """What a plan asks today, without what is not to be asked today."""
    return of.asks(put_off(store, of.day))


def put_off(store: Store, day: int) -> set[str]:
    """What is not to be asked on a study day."""
    return {id for id, marks in store.marks().items() if marks.hides(day)}
