"""What a search found, the best first: words together before words apart, the question before its answer, the answer
before the rest, the words as typed before other forms of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from mlquiz.core.finding import Query, closeness, spans, tokens
from mlquiz.core.question import Language, Text, prose_of
from mlquiz.core.session import Item


class Hit(NamedTuple):
    """A language of a question in which a search found something, and how well by the count of its words."""

    id: str
    language: Language
    score: float
    """The smaller the better."""


class Result(NamedTuple):
    """A question that was found."""

    item: Item
    language: Language
    """The language in which it says so best."""
    part: str
    """Where: `id`, `question`, `answer`, `why` and so on."""
    text: str
    """That part, as it stands in the file."""


class _Rank(NamedTuple):
    scattered: bool
    place: int
    """The named question itself, then the parts in order of weight; what is nowhere whole comes last."""
    inflected: bool


_NAMED, _REST, _NOWHERE = -1, 3, 4


def ranked(hits: Iterable[Hit], items: Mapping[str, Item], query: Query, preferred: Language) -> list[Result]:
    """The questions that say all of a query, the best first, each once in the language that says it best.

    Args:
        preferred: the language to show where others say it as well.
    """
    best: dict[str, tuple[tuple[_Rank, bool, float], Result]] = {}
    for id, language, score in hits:
        rank, result = _placed(items[id], language, query)
        key = (rank, language != preferred, score)
        if id not in best or key < best[id][0]:
            best[id] = (key, result)
    ordered = sorted(best.values(), key=lambda one: (one[0][0], one[0][2], one[1].item.id))
    return [result for _, result in ordered]


def partly(hits: Iterable[Hit], items: Mapping[str, Item], query: Query, most: int) -> list[Result]:
    """The questions that say some of a query, each once, in the order of the hits."""
    first: dict[str, Hit] = {}
    for hit in hits:
        first.setdefault(hit.id, hit)
    return [_fullest(items[hit.id], hit.language, query) for hit in list(first.values())[:most]]


def parts(item: Item, text: Text) -> Iterator[tuple[str, str]]:
    """(name, text) of all that can be found of a question in one language, in order of weight."""
    yield "question", text.question
    yield "id", " ".join((item.id, item.topic, *item.question.tags))
    yield "answer", text.answer
    for (name, *_), part in prose_of(text):
        if name not in ("question", "answer"):
            yield str(name), part


def _placed(item: Item, language: Language, query: Query) -> tuple[_Rank, Result]:
    """How well a question says a query in one language, and in which part."""
    said = list(parts(item, item.question.text[language]))
    if query.exact == " ".join(token.folded for token in tokens(item.id)):
        return _Rank(False, _NAMED, False), Result(item, language, *said[1])
    ranks = []
    for place, (name, text) in enumerate(said):
        if close := closeness(text, query):
            ranks.append((_Rank(close.scattered, min(place, _REST), close.inflected), (name, text)))
            if not close.scattered:
                break
    if ranks:
        rank, part = min(ranks)
        return rank, Result(item, language, *part)
    return _Rank(True, _NOWHERE, True), _fullest(item, language, query)


def _fullest(item: Item, language: Language, query: Query) -> Result:
    """The part of a question that says most terms of a query."""
    said = list(parts(item, item.question.text[language]))
    terms = [len({span.term for span in spans(text, query)}) for _, text in said]
    return Result(item, language, *said[terms.index(max(terms))])
