"""Questions that ask nearly the same: pairs whose cues share most of their words.

All pairs of a large bank would take hours to compare. Two sets of words with a Jaccard similarity of at least t must
share one of their rarest words: those beyond the first t * size words of each, counted from the commonest, cannot
decide it alone (prefix filtering, Chaudhuri, Ganti, Kaushik, ICDE 2006, section 4). Only such pairs are compared.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from heapq import nlargest
from math import ceil

ALIKE = 0.7
"""The share of words that two cues have in common from which on they ask nearly the same."""

SIMILAR = 0.5
"""The share from which on an author is shown the other question; in our bank only variants of one idea have it."""

Pair = tuple[str, str, float]


def alike(words: Mapping[str, Collection[str]], threshold: float) -> Iterator[Pair]:
    """(id, id, Jaccard similarity) of every pair at or above the threshold.

    Args:
        words: the words of each text, by id.
        threshold: above 0, at most 1.
    """
    sets = {id: frozenset(of) for id, of in words.items() if of}
    spread = Counter(word for of in sets.values() for word in of)
    seen: defaultdict[str, list[str]] = defaultdict(list)
    for id, of in sets.items():
        rarest = sorted(of, key=lambda word: (spread[word], word))[: len(of) - ceil(threshold * len(of)) + 1]
        for other in dict.fromkeys(other for word in rarest for other in seen[word]):
            similarity = len(of & sets[other]) / len(of | sets[other])
            if similarity >= threshold:
                yield other, id, similarity
        for word in rarest:
            seen[word].append(id)


def nearest(told: Collection[str], words: Mapping[str, Collection[str]], threshold: float, most: int) -> list[str]:
    """The ids of the texts that are like another one, the likest first.

    Args:
        told: the words of that one.
        words: the words of each text, by id.
        threshold: the least Jaccard similarity.
        most: how many.
    """
    wanted = frozenset(told)
    shares = ((len(wanted & set(of)) / len(wanted | set(of)), id) for id, of in words.items() if of)
    best = nlargest(most, (pair for pair in shares if pair[0] >= threshold), key=lambda pair: pair[0])
    return [id for _, id in best]
