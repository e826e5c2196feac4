"""True retention: how much of what came back for review was still known."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import TypeVar

from mlquiz.core.history import Answer
from mlquiz.core.memory import Rating
from mlquiz.core.share import Share

Group = TypeVar("Group")


def first_reviews(answers: Iterable[Answer]) -> list[Answer]:
    """The answers that true retention counts: the first of a study day to a card that was in review."""
    seen: set[tuple[str, int]] = set()
    found = []
    for answer in answers:
        key = (answer.question, answer.entry.day)
        if answer.in_review and key not in seen:
            found.append(answer)
        seen.add(key)
    return found


def retention(answers: Iterable[Answer]) -> Share:
    """How many of these answers were right."""
    right = [answer.entry.rating != Rating.AGAIN for answer in answers]
    return Share(sum(right), len(right))


def retention_by(answers: Iterable[Answer], group: Callable[[Answer], Group]) -> dict[Group, Share]:
    """The retention of each group of answers, in the order in which the groups first come."""
    of_group = defaultdict(list)
    for answer in answers:
        of_group[group(answer)].append(answer)
    return {name: retention(of) for name, of in of_group.items()}
