"""What a search looks for, and where a text says it.

Letters are compared without case and accents, words by their stems, Chinese character by character, so that a Chinese
word of any length is found. `BatchNormalization` is found as one word and as two.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import NamedTuple

from mlquiz.core.stems import stems

MOST = 32
"""So many words of a query are looked for, and so many characters of a Chinese one."""

PARTIAL = 3
"""Letters from which the beginning of a word stands for the word."""

_FIRST_HAN = "\u2e80"
_HAN = f"{_FIRST_HAN}-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Chinese characters, and what is written without spaces as they are."""

_HAN_ALONE = re.compile(f"([{_HAN}])")
_WORD = re.compile(rf"(?P<han>(?=[^\W_])[{_HAN}])|(?:[^\W_{_HAN}][\u0300-\u036f]*)+")
_CAPITAL = re.compile("(?<=[a-z]{2})(?=[A-Z][a-z]{2})")
_MARKS = re.compile("[\u0300-\u036f]+")
_FRACTION = "\u2044"
"""The slash of ½, which is one word."""

_SHORT_I = "\ue000"
"""Stands for й while accents are taken away: it is another letter than и."""


class Token(NamedTuple):
    """A word of a text, or a Chinese character, and where it stands."""

    start: int
    end: int
    folded: str


class Term(NamedTuple):
    """One thing to look for: any of some words, or of some phrases."""

    words: frozenset[str]
    phrases: frozenset[tuple[str, ...]] = frozenset()

    @property
    def alternatives(self) -> list[tuple[str, ...]]:
        """Every word and phrase that will do, in a fixed order."""
        return sorted({(word,) for word in self.words} | self.phrases)


class Query(NamedTuple):
    """What to look for: these terms, and rather in the words of the query than in other forms of them."""

    terms: tuple[Term, ...]
    exact: str
    """The folded words of the query."""


class Span(NamedTuple):
    """Where a text says a term of a query."""

    start: int
    end: int
    term: int


class Closeness(NamedTuple):
    """How well a text says a query; the smaller the better."""

    scattered: bool
    """Whether the terms stand apart or in another order."""
    inflected: bool
    """Whether the text has them in other forms than the query."""


def bare(text: str) -> str:
    """A text without case, accents and width of letters; й stays another letter than и."""
    text = unicodedata.normalize("NFKC", text).replace(_FRACTION, "").casefold()
    text = text.replace(_SHORT_I, " ").replace("й", _SHORT_I)
    text = _MARKS.sub("", unicodedata.normalize("NFD", text))
    return unicodedata.normalize("NFC", text).replace(_SHORT_I, "й")


@lru_cache(maxsize=1 << 18)
def fold(word: str) -> str:
    """The letters and digits of a word, bare."""
    return "".join(filter(str.isalnum, bare(word)))


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in their order; a name in capitals and small letters gives its parts."""
    for found in _WORD.finditer(text):
        cuts = [found.start() + cut.start() for cut in _CAPITAL.finditer(found[0])]
        for start, end in pairwise((found.start(), *cuts, found.end())):
            if folded := fold(text[start:end]):
                yield Token(start, end, folded)


def names(text: str) -> Iterator[Token]:
    """The names of a text that `tokens` takes apart, each as one word."""
    end = 0
    for cut in _CAPITAL.finditer(text):
        if cut.start() >= end:
            start = next((at for at in range(cut.start(), 0, -1) if not text[at - 1].isalnum()), 0)
            end = next((at for at in range(cut.start(), len(text)) if not text[at].isalnum()), len(text))
            yield Token(start, end, fold(text[start:end]))


def indexed(text: str) -> str:
    """A text as an index keeps it: bare, Chinese characters apart, names taken apart and then as one word."""
    whole = [name.folded for name in names(text)]
    text = bare(_CAPITAL.sub(" ", text))
    return " ".join([" ".join(_HAN_ALONE.split(text)) if max(text, default="") >= _FIRST_HAN else text, *whole])


def query(text: str, words_like: Callable[[str], Iterable[str]]) -> Query:
    """What a user's text looks for; no terms when there is no letter or digit in it.

    Args:
        words_like: the known words that begin with some letters.
    """
    terms = dict.fromkeys(_terms(text, words_like))
    return Query(tuple(terms)[:MOST], " ".join(token.folded for token in tokens(text)))


def loosened(of: Query) -> Query:
    """The same query with its long Chinese words taken apart into pairs of characters."""
    terms = dict.fromkeys(part for term in of.terms for part in _pairs(term))
    return of._replace(terms=tuple(terms)[:MOST])


def spans(text: str, of: Query) -> list[Span]:
    """All that a text says of a query, in order of their starts."""
    return _spans(text, list(tokens(text)), of)


def closeness(text: str, of: Query) -> Closeness | None:
    """How well a text says a query; None when it lacks one of its terms."""
    if not _may_say(text, of):
        return None
    there = list(tokens(text))
    found = _spans(text, there, of)
    if len({span.term for span in found}) < len(of.terms):
        return None
    said = " ".join(token.folded for token in there)
    return Closeness(not _in_order(text, found, len(of.terms)), f" {of.exact} " not in f" {said} ")


def _may_say(text: str, of: Query) -> bool:
    """A fast first look, which is right when it says no."""
    letters = bare(text)
    return all(any(phrase[0] in letters for phrase in term.alternatives) for term in of.terms)


def _spans(text: str, there: Sequence[Token], of: Query) -> list[Span]:
    places: dict[str, list[int]] = {}
    for place, token in enumerate(there):
        places.setdefault(token.folded, []).append(place)
    whole = list(names(text))
    found = set()
    for number, term in enumerate(of.terms):
        found |= {Span(name.start, name.end, number) for name in whole if name.folded in term.words}
        for phrase in term.alternatives:
            for place in places.get(phrase[0], ()):
                said = there[place : place + len(phrase)]
                if tuple(token.folded for token in said) == phrase:
                    found.add(Span(said[0].start, said[-1].end, number))
    return sorted(found)


def _in_order(text: str, found: Sequence[Span], count: int) -> bool:
    """Whether all terms stand side by side in the order of the query."""
    ends = {span.end for span in found if span.term == 0}
    for term in range(1, count):
        after = {gap.end() for end in ends for gap in [_GAP.match(text, end)] if gap}
        ends = {span.end for span in found if span.term == term and span.start in after}
    return bool(ends)


_GAP = re.compile(r"(?:[\W_]|(?<!\w)\w(?=['’])|(?<=['’])\w(?!\w))*")
"""What may stand between two words that follow one another: no word, but for a letter at an apostrophe, as in l'eau."""


def _terms(text: str, words_like: Callable[[str], Iterable[str]]) -> Iterator[Term]:
    run: list[str] = []
    last = 0
    for found in _WORD.finditer(text):
        if run and (not found["han"] or found.start() != last):
            yield _phrase(run)
            run = []
        if found["han"]:
            run.append(fold(found[0]))
            last = found.end()
        elif (word := fold(found[0])) and not _is_elided(text, found):
            parts = tuple(token.folded for token in tokens(found[0]))
            yield Term(_forms(word, words_like), frozenset({parts} if len(parts) > 1 else ()))
    if run:
        yield _phrase(run)


def _is_elided(text: str, word: re.Match[str]) -> bool:
    """Whether a letter stands at an apostrophe, as in l'eau or Keras's: it says nothing by itself."""
    beside = (text[word.start() - 1 : word.start()], text[word.end() : word.end() + 1])
    return len(word[0]) == 1 and not {"'", "’"}.isdisjoint(beside)


def _phrase(characters: Sequence[str]) -> Term:
    return Term(frozenset(), frozenset({tuple(characters[:MOST])}))


def _pairs(term: Term) -> Iterator[Term]:
    if term.words:
        yield term
        return
    for phrase in term.phrases:
        yield from (_phrase(phrase[at : at + 2]) for at in range(max(1, len(phrase) - 1)))


def _forms(word: str, words_like: Callable[[str], Iterable[str]]) -> frozenset[str]:
    """The known words that share a stem with this one; those too that begin with one which is not known itself."""
    wanted = stems(word)
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(word, *wanted, strict=False))
    beginning = "".join(letters[0] for letters in alike)
    known = set(words_like(beginning)) if len(beginning) > 1 else set()
    forms = {one for one in known if not wanted.isdisjoint(stems(one))}
    if word not in known and len(word) >= PARTIAL:
        forms |= {one for one in known if one.startswith(word)}
    return frozenset(forms | {word})
