"""A mock interview: which questions are asked, and what an answer is worth by its rubric.

An interviewer spreads over the topics, goes deeper after a good answer, and stops when the time is up.
"""

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from random import Random
from typing import NamedTuple

from mlquiz.core import grading
from mlquiz.core.memory import Rating
from mlquiz.core.question import Open
from mlquiz.core.queue import are_twins
from mlquiz.core.session import Item

DEPTH = 2
"""So many times in a row an interviewer goes on with a follow-up."""


class Asked(NamedTuple):
    """A question to ask, and the one that it follows up, if any."""

    id: str
    follows: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer as it was marked."""

    item: Item
    follows: str | None
    seconds: float
    """From the question to the answer; marking does not count."""
    late: bool = False
    """Whether the time was up before the answer."""
    said: tuple[str, ...] = ()
    """The key points that were hit."""
    critical: bool = False
    """Whether the critical error was said."""
    right: bool | None = None
    """What the program found, or the user where an open question has no key points."""

    given: str | None = None
    """The choice's key, or the number as typed."""
    expected: float | None = None
    """The right number."""
    seed: int = 0
    """What its numbers were drawn from."""

    @property
    def missed(self) -> tuple[str, ...]:
        """The key points that were not said."""
        form = self.item.question.form
        points = form.key_points if isinstance(form, Open) else []
        return tuple(point for point in points if point not in self.said)

    @property
    def rating(self) -> Rating:
        """The rating that the rubric proposes; the critical error, or a number or choice that came too late, fails."""
        form = self.item.question.form
        if self.critical or (self.late and not isinstance(form, Open)):
            return Rating.AGAIN
        if isinstance(form, Open) and form.key_points:
            return grading.proposed_by_points(form, self.said) or Rating.AGAIN
        return grading.proposed(bool(self.right))

    @property
    def score(self) -> float:
        """From 0 to 1: the share of key points that were said; nothing for an answer that has failed."""
        points = len(self.said) + len(self.missed)
        return 0.0 if self.rating == Rating.AGAIN else len(self.said) / points if points else 1.0


@dataclass(frozen=True, slots=True)
class Interview:
    """Where an interview stands.

    Args:
        items: the questions that may be asked, follow-ups among them, by id.
        planned: what is still to be asked, when no answer leads elsewhere.
        count: how many questions in all.
        seconds: how long the answers may take together.
    """

    items: Mapping[str, Item]
    planned: tuple[str, ...]
    count: int
    seconds: float
    answered: tuple[Answered, ...] = ()

    @property
    def left(self) -> float:
        """The seconds that are left."""
        return max(0.0, self.seconds - sum(one.seconds for one in self.answered))

    def next(self) -> Asked | None:
        """What to ask now; None when it is over."""
        if len(self.answered) >= self.count or not self.left:
            return None
        if follow_up := next(self._follow_ups(), None):
            return Asked(follow_up, self.answered[-1].item.id)
        return next((Asked(id) for id in self.planned if self._is_fresh(id)), None)

    def after(self, answer: Answered) -> "Interview":
        """The interview with one more answer."""
        rest = tuple(id for id in self.planned if id != answer.item.id)
        return replace(self, planned=rest, answered=(*self.answered, answer))

    def _follow_ups(self) -> Iterator[str]:
        """What an interviewer would go on with after the last answer, if it was a good one."""
        deep = len(list(takewhile(lambda one: one.follows, reversed(self.answered))))
        if self.answered and self.answered[-1].rating >= Rating.GOOD and deep < DEPTH:
            yield from filter(self._is_fresh, self.answered[-1].item.question.follow_ups)

    def _is_fresh(self, id: str) -> bool:
        """Whether neither the question nor a twin of it was asked."""
        if id not in self.items:
            return False
        candidate = self.items[id].candidate
        return not any(one.item.id == id or are_twins(one.item.candidate, candidate) for one in self.answered)


def drawn(items: Sequence[Item], count: int, random: Random) -> tuple[str, ...]:
    """Questions drawn at random, a topic at a time, so that no topic has two more than another that has some left."""
    topics: dict[str, list[Item]] = {}
    for item in items:
        topics.setdefault(item.topic, []).append(item)
    for of in topics.values():
        random.shuffle(of)
    rounds = deque(random.sample(sorted(topics), len(topics)))
    taken: list[Item] = []
    while rounds and len(taken) < count:
        topic = rounds.popleft()
        while topics[topic]:
            item = topics[topic].pop()
            if not any(are_twins(item.candidate, other.candidate) for other in taken):
                taken.append(item)
                rounds.append(topic)
                break
    return tuple(item.id for item in taken)
