"""Stems of words, by Snowball, so that an inflected form is found as the word that it is a form of."""

from functools import cache, lru_cache
from typing import Any

_CYRILLIC = "\u0400"
_BEYOND_CYRILLIC = "\u0530"


@lru_cache(maxsize=1 << 18)
def stem(word: str, algorithm: str) -> str:
    """The stem of a word in lower case.

    Args:
        algorithm: the name of a Snowball stemmer, as `english`.
    """
    return str(_stemmer(algorithm).stemWord(word))


@lru_cache(maxsize=1 << 18)
def stems(word: str) -> frozenset[str]:
    """The stems that a word may have, by its letters: a Russian one, or both an English and a French one."""
    if any(_CYRILLIC <= letter < _BEYOND_CYRILLIC for letter in word):
        return frozenset({stem(word, "russian")})
    return frozenset({stem(word, "english"), stem(word, "french")})


@cache
def _stemmer(algorithm: str) -> Any:
    from snowballstemmer import stemmer

    return stemmer(algorithm)
