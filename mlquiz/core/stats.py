"""How learning goes, of the questions that were chosen: what `mlquiz stats` shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mlquiz.core.activity import Day, calendar, days, forecast, longest_streak, streak
from mlquiz.core.calibration import Bin, Trials, bins, log_loss
from mlquiz.core.history import Answer
from mlquiz.core.memory import Rating
from mlquiz.core.question import Language
from mlquiz.core.retention import first_reviews, retention, retention_by
from mlquiz.core.schedule import Card
from mlquiz.core.share import Share

AHEAD = 30
"""Days of the forecast."""

HARDEST = 10
"""How many of the hardest cards are named."""


@dataclass(frozen=True, slots=True)
class Stats:
    """What `mlquiz stats` shows; `today` is a study day, in days since 1970-01-01."""

    today: int
    days: Mapping[int, Day]
    """What was done on each study day of the period."""
    streak: int
    """Study days in a row up to now."""
    longest_streak: int
    retention: Share
    """The first answers of a day to cards in review."""
    by_topic: Mapping[str, Share]
    """An empty name: no longer in the bank."""
    by_language: Mapping[Language, Share]
    forecast: Sequence[int]
    """Cards that come due, from today on."""
    calendar: Sequence[Sequence[int | None]]
    """Answers on the days of a year, a row for each weekday from Monday on; None for days to come."""
    hardest: Sequence[Card]
    """Those that were forgotten, most often first."""
    bins: Sequence[Bin]
    log_loss: float | None
    """Of the expected recall, in nats; None without an answer that tests it."""

    @property
    def answers(self) -> int:
        """In the period."""
        return sum(day.answers for day in self.days.values())

    @property
    def seconds(self) -> float:
        """In the period."""
        return sum(day.seconds for day in self.days.values())


def stats(
    answers: Sequence[Answer], cards: Iterable[Card], topics: Mapping[str, str], today: int, period: int | None = None
) -> Stats:
    """The statistics of some questions.

    Args:
        answers: all of them to these questions, in their order.
        cards: of these questions, without those that are not asked.
        topics: question -> topic, of those in the bank.
        today: the study day.
        period: how many study days up to today count for what was done, retention and calibration; None for all.
    """
    of_period = [one for one in answers if period is None or today - period < one.entry.day <= today]
    done, known = days(one.entry for one in answers), list(cards)
    reviewed, told = first_reviews(of_period), trials(of_period)
    forgotten = sorted((card for card in known if card.lapses), key=_hardness)
    return Stats(
        today,
        {day: of for day, of in done.items() if period is None or today - period < day <= today},
        streak(done, today),
        longest_streak(done),
        retention(reviewed),
        dict(sorted(retention_by(reviewed, lambda one: topics.get(one.question, "")).items())),
        dict(sorted(retention_by(reviewed, lambda one: one.entry.language).items())),
        forecast(known, today, AHEAD),
        calendar(done, today),
        forgotten[:HARDEST],
        bins(told) if told else [],
        log_loss(told) if told else None,
    )


def trials(answers: Iterable[Answer]) -> Trials:
    """The answers that put an expected recall to the test: those a day or more after the one before."""
    tests = [
        (one.recall, one.entry.rating != Rating.AGAIN) for one in answers if one.recall is not None and one.elapsed
    ]
    return Trials([expected for expected, _ in tests], [right for _, right in tests])


def _hardness(card: Card) -> tuple[float, ...]:
    return -card.lapses, -card.memory.difficulty, card.memory.stability
