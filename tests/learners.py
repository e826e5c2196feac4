"""Logs of people who forget by given parameters, while a scheduler with others decides when they are asked."""

from collections.abc import Sequence
from random import Random

from builders import DAY, SCHEDULER, reviewed

from mlquiz.core.log import Reviewed
from mlquiz.core.memory import DEFAULT_PARAMETERS, MemoryModel, Rating
from mlquiz.core.schedule import Learning

FORGETFUL = (0.05, 0.2, 0.5, 1.5, *DEFAULT_PARAMETERS[4:])
"""First answers hold for a fifth of what the default parameters expect."""


def log(
    questions: int, answers: int, parameters: Sequence[float], start: int = 20_000, seed: int = 1, rest: int = 1
) -> list[Reviewed]:
    """What such a person answered, in order of time.

    Args:
        answers: to each question at most.
        start: the study day of the first.
        rest: days between the first answers to two questions.
    """
    truth, random = MemoryModel(parameters), Random(seed)
    found: list[Reviewed] = []
    for number in range(questions):
        id, card, memory, last = f"q{number}", None, None, 0
        at = (start + number * rest) * DAY + number * 1000
        for _ in range(answers):
            day = at // DAY
            recall = truth.retrievability(memory, day - last) if memory else 0.6
            recalled = random.choices([Rating.HARD, Rating.GOOD, Rating.EASY], [2, 6, 1])[0]
            rating = recalled if random.random() < recall else Rating.AGAIN
            found.append(reviewed(at, id, rating))
            memory, last = truth.after(memory, day - last if memory else 0)[rating], day
            card = SCHEDULER.answer(card, id, rating, at, day)
            at = card.place.due_at if isinstance(card.place, Learning) else card.place.due_day * DAY + at % DAY
    return sorted(found, key=lambda entry: entry.id)
