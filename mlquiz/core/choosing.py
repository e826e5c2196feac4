"""Which questions are meant: by topic, tag, level, form and source, and by what stands in the user's memory."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from mlquiz.core.errors import BadInput
from mlquiz.core.log import Marks
from mlquiz.core.nearest import unknown
from mlquiz.core.question import FORMS, LEVELS, Citation, Question
from mlquiz.core.schedule import Card, Learning
from mlquiz.core.sentence import said
from mlquiz.core.showing import Item
from mlquiz.core.state import Moment

LEECH = 8
"""Lapses from which a question is a leech; Anki's threshold too (its manual, "Leeches")."""

MOST_NAMED = 12
"""Names that an error lists."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a user asked for; each part narrows the choice, several values within a part widen it."""

    topics: Collection[str] = ()
    tags: Collection[str] = ()
    levels: Collection[str] = ()
    forms: Collection[str] = ()
    sources: Collection[str] = ()
    """Parts of a seed document's name or of a citation, in any case."""
    due: bool = False
    new: bool = False
    leeches: bool = False
    flagged: bool = False
    suspended: bool = False
    found: Collection[str] | None = None
    """The ids that a search found; None when nothing was searched for."""

    def check(self, items: Collection[Item]) -> None:
        """Refuse names that no question has.

        Raises:
            BadInput: an unknown topic, tag, level, form or source.
        """
        for kind, given, known in (
            ("topic", self.topics, Counter(item.topic for item in items)),
            ("tag", self.tags, Counter(tag for item in items for tag in item.question.tags)),
            ("level", self.levels, Counter[str](LEVELS)),
            ("form", self.forms, Counter[str](FORMS)),
        ):
            for name in given:
                if name not in known:
                    raise unknown(kind, name, known, next_step=said("there are: {names}", names=_named(known)))
        for part in self.sources:
            if not any(_cites(item.question, part) for item in items):
                raise BadInput(
                    said("No question has such a source."), received=part, next_step=said("try a part of its name")
                )


def chosen(
    items: Iterable[Item], wanted: Wanted, cards: Mapping[str, Card], marks: Mapping[str, Marks], moment: Moment
) -> list[Item]:
    """The questions that are meant, in the bank's order."""
    return [item for item in items if _fits(item, wanted) and _stands(item.id, wanted, cards, marks, moment)]


def is_due(card: Card, moment: Moment) -> bool:
    """Whether a card's study day has come; of one on a learning step, whether its minutes are up."""
    if isinstance(card.place, Learning):
        return card.place.due_at <= moment.at
    return card.place.due_day <= moment.day


def is_leech(card: Card) -> bool:
    """Whether a card has lapsed so often that another showing alone will not help."""
    return card.lapses >= LEECH


def _fits(item: Item, wanted: Wanted) -> bool:
    question = item.question
    return (
        (wanted.found is None or item.id in wanted.found)
        and (not wanted.topics or item.topic in wanted.topics)
        and (not wanted.tags or not set(wanted.tags).isdisjoint(question.tags))
        and (not wanted.levels or question.level in wanted.levels)
        and (not wanted.forms or question.form.kind in wanted.forms)
        and (not wanted.sources or any(_cites(question, part) for part in wanted.sources))
    )


def _stands(id: str, wanted: Wanted, cards: Mapping[str, Card], marks: Mapping[str, Marks], moment: Moment) -> bool:
    card = cards.get(id)
    return (
        (not wanted.due or (card is not None and is_due(card, moment)))
        and (not wanted.new or card is None)
        and (not wanted.leeches or (card is not None and is_leech(card)))
        and (not wanted.flagged or marks.get(id, Marks()).flagged)
        and (not wanted.suspended or marks.get(id, Marks()).suspended)
    )


def _named(counts: Counter[str]) -> str:
    """The names in their order, of many only those that the most questions have."""
    names = ", ".join(sorted(name for name, _ in counts.most_common(MOST_NAMED)))
    return f"{names}, …" if len(counts) > MOST_NAMED else names


def _cites(question: Question, part: str) -> bool:
    names = (one.cite if isinstance(one, Citation) else one.seed for one in question.sources)
    return any(part.casefold() in name.casefold() for name in names)
