"""A whole log's cards: to the bit what `Scheduler.answer` gives one answer after the other."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from mlquiz.core.columns import Answered, Columns
from mlquiz.core.schedule import Card, Scheduler

FEW = 5_000
"""Answers that are gone through in turn in the time that numpy takes to be imported."""


def cards(scheduler: Scheduler, histories: Mapping[str, Sequence[Answered]]) -> dict[str, Card]:
    """The card of each question after its answers, of which there is at least one, in their order."""
    if sum(map(len, histories.values())) > FEW:
        return at_once(scheduler, histories)
    return {question: in_turn(scheduler, question, answers) for question, answers in histories.items()}


def in_turn(scheduler: Scheduler, question: str, answers: Iterable[Answered]) -> Card:
    """The card of one question; it may have been answered under former ids."""
    card = None
    for answer in answers:
        card = scheduler.answer(card, answer.question, answer.rating, answer.at, answer.day)
    assert card
    return replace(card, question=question)


def at_once(scheduler: Scheduler, histories: Mapping[str, Sequence[Answered]]) -> dict[str, Card]:
    """The cards of many questions."""
    longest_first = sorted(histories.items(), key=lambda one: len(one[1]), reverse=True)
    found = Columns(scheduler, [answers for _, answers in longest_first]).cards([id for id, _ in longest_first])
    by_question = {card.question: card for card in found}
    return {question: by_question[question] for question in histories}
