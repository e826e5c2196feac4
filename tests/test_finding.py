"""What a search looks for in a text: letters folded, words by their stems, Chinese by its characters."""

import sqlite3
import unicodedata
from contextlib import closing
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.finding import Closeness, closeness, fold, indexed, loosened, query, spans, tokens

LETTERS = "abzÀéœçñßÆ аяёйЙЩ и\u0306 é 过拟合梯度 １２ 3²½ Ａ ﬁ '’-_.,;:!?()«»（），。\"*^{}$\\/\n\t\x00\ue000"
PROSE = st.text(st.sampled_from(LETTERS)) | st.text()
KNOWN = [
    *(
        "train",
        "training",
        "trained",
        "trains",
        "rate",
        "rates",
        "penalty",
        "penalties",
        "penalize",
        "loss",
        "lossless",
    ),
    *("optimizer", "optimizers", "optimization", "вес", "веса", "весов", "весь", "сеть", "сети", "сетей"),
    *("entrainement", "entrainer", "reseau", "reseaux", "batchnormalization", "batch"),
]


def words_like(beginning: str) -> list[str]:
    return [word for word in KNOWN if word.startswith(beginning)]


def words_of(text: str) -> set[str]:
    [term] = query(text, words_like).terms
    return set(term.words)


def seen(text: str, sought: str) -> list[str]:
    """What stands out in a text when something is searched for."""
    return [text[span.start : span.end] for span in spans(text, query(sought, words_like))]


@given(PROSE)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(st.sampled_from("abzéèàçñœйёщяЙ梯度19")))
def test_case_and_composition_make_no_difference(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower()) == fold(unicodedata.normalize("NFD", text)) == fold(text)


def test_accents_make_no_difference_but_the_short_i_is_a_letter() -> None:
    assert fold("Régularisation") == fold("regularisation") == fold("RE\u0301GULARISATION")
    assert fold("ещё") == fold("еще") and fold("и\u0301") == "и"
    assert fold("мой") != fold("мои") and fold("мои\u0306") == fold("мой")
    assert fold("ＲｅＬＵ") == "relu"


@given(PROSE)
def test_a_token_is_a_piece_of_the_text(text: str) -> None:
    found = list(tokens(text))
    assert all(fold(text[token.start : token.end]) == token.folded != "" for token in found)
    assert all(one.end <= other.start for one, other in pairwise(found))


@given(st.text(st.sampled_from(LETTERS)))
def test_the_index_has_the_tokens_of_the_text_in_their_order(text: str) -> None:
    with closing(sqlite3.connect(":memory:")) as db:
        db.execute("CREATE VIRTUAL TABLE text USING fts5 (part, tokenize='unicode61 remove_diacritics 0')")
        db.execute("CREATE VIRTUAL TABLE word USING fts5vocab (text, instance)")
        db.execute("INSERT INTO text VALUES (?)", [indexed(text)])
        words = [word for (word,) in db.execute('SELECT term FROM word ORDER BY "offset"')]
    assert words == [token.folded for token in tokens(text)]


def test_a_name_is_indexed_as_its_parts_and_as_one_word() -> None:
    assert indexed("a BatchNormalization layer").split() == [
        "a",
        "batch",
        "normalization",
        "layer",
        "batchnormalization",
    ]
    assert indexed("ReLU, Conv2DTranspose, RMSprop").split() == ["relu,", "conv2dtranspose,", "rmsprop"]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("Trained", {"train", "training", "trained", "trains"}),
        ("penalty", {"penalty", "penalties"}),
        ("весов", {"вес", "веса", "весов"}),
        ("сетями", {"сеть", "сети", "сетей", "сетями"}),
        ("entraîné", {"entrainement", "entrainer", "entraine"}),
        ("réseau", {"reseau", "reseaux"}),
        ("loss", {"loss"}),
        ("optimiz", {"optimizer", "optimizers", "optimization", "optimiz"}),
        ("op", {"op"}),
        ("nowhere", {"nowhere"}),
    ],
)
def test_a_word_stands_for_its_forms_and_the_beginning_of_one_for_all_that_begin_so(
    typed: str, words: set[str]
) -> None:
    assert words_of(typed) == words


@pytest.mark.parametrize(
    ("text", "sought", "expected"),
    [
        ("Training trains the penalty.", "train", ["Training", "trains"]),
        ("Веса сетей", "вес сеть", ["Веса", "сетей"]),
        ("Весь свет", "вес", []),
        ("L'entraînement du réseau", "RESEAUX entrainer", ["entraînement", "réseau"]),
        ("用梯度下降。梯 度", "梯度", ["梯度", "梯 度"]),
        ("A BatchNormalization layer, batch normalization", "BatchNormalization",
         ["BatchNormalization", "batch normalization"]),
        ("A BatchNormalization layer", "batchnormalization", ["BatchNormalization"]),
        ("use_bias", "bias", ["bias"]),
        ("Beaucoup d'entraînement", "l’entraînement", ["entraînement"]),
    ],
)  # fmt: skip
def test_what_stands_out_are_the_words_themselves_as_written(text: str, sought: str, expected: list[str]) -> None:
    assert seen(text, sought) == expected


@pytest.mark.parametrize(
    ("text", "how"),
    [
        ("the learning rate falls", Closeness(scattered=False, inflected=False)),
        ("the learning-rate: 3", Closeness(scattered=False, inflected=False)),
        ("learning rates", Closeness(scattered=False, inflected=True)),
        ("the rate of learning", Closeness(scattered=True, inflected=True)),
        ("learning alone", None),
        ("learning's rate", Closeness(scattered=False, inflected=True)),
    ],
)
def test_words_together_are_closer_than_words_apart_and_words_as_typed_than_other_forms(
    text: str, how: Closeness | None
) -> None:
    assert closeness(text, query("learning rate", words_like)) == how


def test_a_long_chinese_text_is_loosened_to_pairs_of_characters() -> None:
    strict = query("为什么过拟合 loss", words_like)
    assert len(strict.terms) == 2 and closeness("过拟合 loss", strict) is None
    pairs = {phrase for term in loosened(strict).terms for phrase in term.phrases}
    assert pairs == {("为", "什"), ("什", "么"), ("么", "过"), ("过", "拟"), ("拟", "合")}
    assert loosened(query("学", words_like)).terms == query("学", words_like).terms


@given(PROSE)
def test_any_text_makes_a_query_and_one_without_letters_and_digits_an_empty_one(text: str) -> None:
    made = query(text, words_like)
    found = list(tokens(text))
    assert found or not made.terms
    assert made.terms or all(token.end - token.start == 1 for token in found)  # letters at an apostrophe
    assert all(word.isalnum() for term in loosened(made).terms for phrase in term.alternatives for word in phrase)


def test_a_query_of_ten_thousand_words_or_characters_is_cut() -> None:
    assert len(query(" ".join(map(str, range(10_000))), words_like).terms) == 32
    [term] = query("学" * 10_000, words_like).terms
    assert term.alternatives == [("学",) * 32]
