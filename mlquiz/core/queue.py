"""What is asked next.

Learning cards when their minutes are up; then due cards, most urgent first, interleaved by topic; new ones spread in
among them, prerequisites before what builds on them; twins never back to back.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from mlquiz.core.schedule import MINUTE, Card, Learning, Reviewing

LEARN_AHEAD = 20 * MINUTE
"""With nothing else left, a learning card is shown up to this long before its time."""

LOOK_AHEAD = 12
"""How many places urgency may give way so that topics alternate."""


class Candidate(NamedTuple):
    """What the queue needs to know of a question."""

    id: str
    topic: str
    prerequisites: tuple[str, ...] = ()
    twins: tuple[str, ...] = ()


class Queue(NamedTuple):
    """The rest of a session: planned questions in order, and learning cards waiting for their minute."""

    planned: tuple[str, ...] = ()
    waiting: tuple[tuple[int, str], ...] = ()
    """(due at, question), the earliest first."""

    def next(
        self, at: int, avoid: Callable[[str], bool] = lambda question: False, *, early: bool = False
    ) -> str | None:
        """The question to ask at this time; one to `avoid` only when there is nothing else.

        Args:
            early: whether a learning card is asked before its time even when there is nothing else.
        """
        due = [question for when, question in self.waiting if when <= at]
        if not (due or self.planned or early):
            return None
        ahead = [question for when, question in self.waiting if when <= at + LEARN_AHEAD]
        offers = [*due, *self.planned[:2], *ahead] if due else [*self.planned[:LOOK_AHEAD], *ahead]
        return next((question for question in offers if not avoid(question)), offers[0] if offers else None)

    def without(self, question: str) -> "Queue":
        """The queue after a question was taken."""
        return Queue(
            tuple(other for other in self.planned if other != question),
            tuple(entry for entry in self.waiting if entry[1] != question),
        )

    def waits(self, card: Card) -> "Queue":
        """The queue with a card that is on a learning step."""
        if not isinstance(card.place, Learning):
            return self
        return self._replace(waiting=tuple(sorted((*self.waiting, (card.place.due_at, card.question)))))


def urgency(card: Card, day: int) -> float:
    """Relative overdueness: days since the last answer over the interval that was planned."""
    assert isinstance(card.place, Reviewing)
    return (day - card.last_day) / card.place.interval


def plan(
    candidates: Sequence[Candidate],
    cards: Mapping[str, Card],
    day: int,
    *,
    new: int,
    limit: int | None = None,
    ahead: bool = False,
) -> Queue:
    """The queue of a session.

    Args:
        candidates: the questions that were chosen, in the bank's order.
        cards: what is remembered, by question.
        day: the study day.
        new: how many questions may be introduced.
        limit: how many questions the session may hold.
        ahead: whether what is not due yet is asked too, after what is; nothing that was answered on this day.
    """
    place = {one.id: cards[one.id].place for one in candidates if one.id in cards}
    waiting = sorted((at.due_at, id) for id, at in place.items() if isinstance(at, Learning))[:limit]
    room = None if limit is None else limit - len(waiting)
    reviewing = [one for one in candidates if isinstance(place.get(one.id), Reviewing)]
    due = [one for one in reviewing if _is_asked(cards[one.id], day, ahead)]
    due.sort(key=lambda one: (-urgency(cards[one.id], day), one.id))
    spare = new if room is None else min(new, max(0, room - len(due)))  # what is due goes before what is new
    fresh = _prerequisites_first([one for one in candidates if one.id not in cards])[:spare]
    planned = _arranged(_spread(due[:room], fresh)[:room])
    return Queue(tuple(one.id for one in planned), tuple(waiting))


def _is_asked(card: Card, day: int, ahead: bool) -> bool:
    assert isinstance(card.place, Reviewing)
    return card.place.due_day <= day or (ahead and card.last_day != day)


def along(
    candidates: Sequence[Candidate], cards: Mapping[str, Card], order: Iterable[str], *, limit: int | None = None
) -> Queue:
    """The queue of a session in the order of a plan, except that topics alternate and twins stand apart.

    Args:
        candidates: the questions that may be asked.
        order: what is to be asked, the most urgent first.
    """
    by_id = {one.id: one for one in candidates}
    places = ((id, cards[id].place) for id in by_id if id in cards)
    waiting = sorted((at.due_at, id) for id, at in places if isinstance(at, Learning))[:limit]
    asked = [by_id[id] for id in order if id in by_id]
    planned = _arranged(asked if limit is None else asked[: max(0, limit - len(waiting))])
    return Queue(tuple(one.id for one in planned), tuple(waiting))


def introductions(fresh: Sequence[Candidate]) -> list[str]:
    """New questions in the order to introduce them when there may not be time for all: some of each topic, and
    prerequisites before what builds on them."""
    sizes, places = Counter(one.topic for one in fresh), Counter[str]()
    keyed = []
    for one in fresh:
        keyed.append(((places[one.topic] + 0.5) / sizes[one.topic], one))
        places[one.topic] += 1
    return [one.id for one in _prerequisites_first([one for _, one in sorted(keyed, key=lambda pair: pair[0])])]


def _prerequisites_first(fresh: Sequence[Candidate]) -> list[Candidate]:
    """The bank's order, except that what builds on another new question comes after it. A cycle is cut."""
    by_id = {one.id: one for one in fresh}
    ordered: list[Candidate] = []
    seen: set[str] = set()
    for one in fresh:
        path = [] if one.id in seen else [one]
        while path:
            seen.add(path[-1].id)
            missing = next((by_id[id] for id in path[-1].prerequisites if id in by_id and id not in seen), None)
            if missing:
                path.append(missing)
            else:
                ordered.append(path.pop())
    return ordered


def _spread(due: Sequence[Candidate], fresh: Sequence[Candidate]) -> list[Candidate]:
    """New ones at even distances among the due ones."""
    keyed = [
        ((index + 0.5) / len(of), kind, one) for kind, of in enumerate((due, fresh)) for index, one in enumerate(of)
    ]
    return [one for _, _, one in sorted(keyed, key=lambda entry: entry[:2])]


def _arranged(ordered: Sequence[Candidate]) -> list[Candidate]:
    """About the same order: topics alternate, twins stand apart, and nothing overtakes its prerequisite."""
    rest, taken = list(ordered), list[Candidate]()
    pending = {one.id for one in rest}
    while rest:
        ready = [one for one in rest[:LOOK_AHEAD] if pending.isdisjoint(one.prerequisites)] or rest[:1]
        last = taken[-1] if taken else None
        best = min(ready, key=lambda one: (last is not None and are_twins(last, one), last and one.topic == last.topic))
        rest.remove(best)
        pending.remove(best.id)
        taken.append(best)
    return _twins_apart(taken)


def _twins_apart(ordered: list[Candidate]) -> list[Candidate]:
    """The order without the twins that were left side by side at its end: one of them changes places where it can."""
    for index in range(len(ordered) - 1, 0, -1):
        if are_twins(ordered[index - 1], ordered[index]):
            swaps = (_swapped(ordered, one, other) for one in (index, index - 1) for other in range(len(ordered)))
            better = (order for order in swaps if _pairs(order) < _pairs(ordered) and _sound(order))
            ordered = next(better, ordered)
    return ordered


def _swapped(ordered: list[Candidate], one: int, other: int) -> list[Candidate]:
    order = list(ordered)
    order[one], order[other] = order[other], order[one]
    return order


def _pairs(order: list[Candidate]) -> int:
    """How many twins stand side by side."""
    return sum(are_twins(one, other) for one, other in pairwise(order))


def _sound(order: list[Candidate]) -> bool:
    """Whether every prerequisite that is planned stands before what builds on it."""
    place = {one.id: index for index, one in enumerate(order)}
    return all(place.get(id, -1) < place[one.id] for one in order for id in one.prerequisites)


def are_twins(one: Candidate, other: Candidate) -> bool:
    """Whether two questions are too alike to be shown back to back."""
    return one.id in other.twins or other.id in one.twins
