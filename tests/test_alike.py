"""Pairs of texts that share most of their words: all of them, and only those."""

from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.alike import alike, nearest

WORDS = st.dictionaries(st.integers(0, 30).map(str), st.sets(st.sampled_from("abcdefgh"), max_size=6), max_size=12)


@given(WORDS, st.sampled_from([0.01, 0.3, 0.5, 0.7, 0.75, 1.0]))
def test_the_pairs_are_those_that_a_comparison_of_all_with_all_finds(
    words: dict[str, set[str]], threshold: float
) -> None:
    expected = {
        frozenset((one, other))
        for one, other in combinations([id for id in words if words[id]], 2)
        if len(words[one] & words[other]) / len(words[one] | words[other]) >= threshold
    }
    found = list(alike(words, threshold))
    assert {frozenset(pair[:2]) for pair in found} == expected
    assert len(found) == len(expected)


def test_a_text_without_words_is_like_none() -> None:
    assert list(alike({"one": [], "two": []}, 0.5)) == []


@given(
    WORDS, st.sets(st.sampled_from("abcdefgh"), max_size=6), st.sampled_from([0.3, 0.5, 0.7, 1.0]), st.integers(1, 4)
)
def test_the_nearest_are_those_that_the_pairs_name_the_likest_first(
    words: dict[str, set[str]], told: set[str], threshold: float, most: int
) -> None:
    share = {one if other == "told" else other: of for one, other, of in alike(words | {"told": told}, threshold)
             if "told" in (one, other)}  # fmt: skip
    found = nearest(told, words, threshold, most)
    assert [share[id] for id in found] == sorted(share.values(), reverse=True)[:most]
