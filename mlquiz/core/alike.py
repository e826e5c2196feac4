"""Questions that ask nearly the same: pairs whose cues share most of their words.

All pairs of a large bank would take hours to compare. Two sets of words with a Jaccard similarity of at least t must
share one of their rarest words: those beyond the first t * size words of each, counted from the commonest, cannot
decide it alone (prefix filtering, Chaudhuri, Ganti, Kaushik, ICDE 2006, section 4). Only such pairs are compared.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from math import ceil

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
