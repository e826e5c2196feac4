"""What a mock interview came to: scores by topic, what was missed, what to study."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from mlquiz.core.interview import Answered, Interview

WEAK = 0.7
"""A topic whose mean score is below is to be studied."""


class Topic(NamedTuple):
    """How a topic went."""

    name: str
    asked: int
    score: float
    """The mean over its questions."""
    seconds: float


class Report(NamedTuple):
    """What an interview came to."""

    answered: tuple[Answered, ...]
    planned: int
    """How many questions were to be asked."""
    score: float
    """The mean over the questions that were answered."""
    seconds: float
    allowed: float
    topics: tuple[Topic, ...]
    """The weakest first."""

    @property
    def to_study(self) -> list[Answered]:
        """The answers that lacked something, the worst first."""
        return sorted((one for one in self.answered if one.score < 1), key=lambda one: one.score)

    @property
    def weak_topics(self) -> list[str]:
        return [topic.name for topic in self.topics if topic.score < WEAK]

    @property
    def demos(self) -> list[str]:
        """The demos that show what was not known."""
        return list(dict.fromkeys(one.item.question.demo for one in self.to_study if one.item.question.demo))


def report(of: Interview) -> Report:
    """The report of an interview with at least one answer."""
    by_topic: dict[str, list[Answered]] = {}
    for one in of.answered:
        by_topic.setdefault(one.item.topic, []).append(one)
    topics = [Topic(name, len(its), _mean(its), sum(one.seconds for one in its)) for name, its in by_topic.items()]
    return Report(
        of.answered,
        of.count,
        _mean(of.answered),
        sum(one.seconds for one in of.answered),
        of.seconds,
        tuple(sorted(topics, key=lambda topic: (topic.score, topic.name))),
    )


def _mean(of: Sequence[Answered]) -> float:
    return sum(one.score for one in of) / len(of)


def as_json(of: Report, at: str, *, counted: bool) -> dict[str, Any]:
    """The report for another program.

    Args:
        at: when it ended, as an ISO 8601 time.
        counted: whether the answers count as reviews.
    """
    return {
        "version": 1,
        "at": at,
        "counted": counted,
        "questions": of.planned,
        "score": round(of.score, 4),
        "seconds": round(of.seconds, 1),
        "allowed": of.allowed,
        "topics": [
            {
                "topic": topic.name,
                "asked": topic.asked,
                "score": round(topic.score, 4),
                "seconds": round(topic.seconds, 1),
            }
            for topic in of.topics
        ],
        "answers": [_answer(one) for one in of.answered],
        "study": {
            "topics": of.weak_topics,
            "questions": [one.item.id for one in of.to_study],
            "demos": of.demos,
        },
    }


def _answer(one: Answered) -> dict[str, Any]:
    return {
        "id": one.item.id,
        "topic": one.item.topic,
        "form": one.item.question.form.kind,
        "level": one.item.question.level,
        "follows": one.follows,
        "score": round(one.score, 4),
        "rating": int(one.rating),
        "seconds": round(one.seconds, 1),
        "late": one.late,
        "right": one.right,
        "given": one.given,
        "expected": one.expected,
        "seed": one.seed,
        "said": list(one.said),
        "missed": list(one.missed),
        "critical_error": one.critical,
    }
