"""The search index: what is found in four languages and in which order; a cache that follows the bank by itself."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from builders import item
from hypothesis import given
from hypothesis import strategies as st

from mlquiz import bank as banks
from mlquiz.content import own_root
from mlquiz.core.errors import BadEnvironment
from mlquiz.core.finding import loosened, tokens
from mlquiz.core.question import Language, Text, prose_of
from mlquiz.core.results import Result, ranked
from mlquiz.core.results import partly as partly_said
from mlquiz.core.session import Item
from mlquiz.search_index import SearchIndex

OURS = banks.load([own_root()]).items
WORDS = [
    (id, part[start.start : end.end])
    for id, one in OURS.items()
    for text in one.question.text.values()
    for _, part in prose_of(text)
    for found in [list(tokens(part))]
    for start, end in zip(found[::7], found[2::7], strict=False)
]


def told(id: str, topic: str = "topic", tags: list[str] | None = None, content: str = "1", **texts: Any) -> Item:
    """A question told in some languages by (question, answer) or (question, answer, why)."""
    made = item(id, topic=topic, tags=tags or [])
    text = {language: Text(*parts) for language, parts in texts.items()}
    return made._replace(content=content, question=replace(made.question, text=text))


def search(
    items: list[Item], text: str, folder: Path, language: Language = "en", *, partly: bool = False
) -> list[Result]:
    by_id = {one.id: one for one in items}
    with closing(SearchIndex.at(folder / "search-index.db", by_id)) as index:
        query = index.query(text)
        if not partly:
            return ranked(index.hits(query, most=50), by_id, query, language)
        query = loosened(query)
        return partly_said(index.hits(query, most=50, partly=True), by_id, query, most=9)


def order(items: list[Item], text: str, folder: Path) -> list[str]:
    return [one.item.id for one in search(items, text, folder)]


class TestRanking:
    @pytest.mark.parametrize(
        ("language", "exact", "inflected", "typed"),
        [
            ("en", "weight decay", "weights decayed", "weight decay"),
            ("ru", "затухание весов", "затухания веса", "Затухание весов"),
            ("fr", "décroissance du poids", "décroissances du poids", "decroissance du poids"),
            ("zh", "权重衰减", "权重会衰减", "权重衰减"),
        ],
    )
    def test_the_question_then_the_answer_then_the_rest_words_as_typed_first(
        self, tmp_path: Path, language: Language, exact: str, inflected: str, typed: str
    ) -> None:
        items = [
            told("rest", **{language: ("?", "!", exact)}),
            told("answer", **{language: ("?", exact)}),
            told("other-form", **{language: (inflected, "!")}),
            told("question", **{language: (f"?? {exact} ?", "!")}),
            told("nothing", **{language: ("?", "!")}),
        ]
        found = order(items, typed, tmp_path)
        forms = ["other-form"] if language != "zh" else []  # Chinese has no other forms: what is between counts
        assert found == ["question", *forms, "answer", "rest"]

    def test_words_together_go_before_words_apart_wherever_they_stand(self, tmp_path: Path) -> None:
        items = [told("apart", en=("The rate of learning?", "!")), told("together", en=("?", "The learning rate."))]
        assert order(items, "learning rate", tmp_path) == ["together", "apart"]

    def test_an_id_typed_whole_comes_first_and_topic_and_tags_are_found(self, tmp_path: Path) -> None:
        items = [
            told("other", en=("Momentum step, momentum step: momentum step?", "Momentum step.")),
            told("momentum-step", en=("?", "!")),
            told("tagged", topic="optimizers", tags=["adam"], en=("?", "!")),
        ]
        assert order(items, "momentum-step", tmp_path) == ["momentum-step", "other"]
        assert order(items, "Optimizers", tmp_path) == order(items, "ADAM", tmp_path) == ["tagged"]

    def test_the_language_that_says_it_is_shown_and_the_preferred_one_where_several_do(self, tmp_path: Path) -> None:
        items = [told("one", en=("Dropout?", "!"), ru=("Dropout?", "Выпадение."), zh=("Dropout？", "丢弃法。"))]
        assert [search(items, "dropout", tmp_path, language)[0].language for language in ("en", "ru", "zh")] == [
            "en", "ru", "zh",
        ]  # fmt: skip
        [found] = search(items, "выпадения", tmp_path)
        assert (found.language, found.part, found.text) == ("ru", "answer", "Выпадение.")
        assert search(items, "丢弃", tmp_path)[0].language == "zh"

    def test_all_words_must_stand_in_one_language_unless_some_will_do(self, tmp_path: Path) -> None:
        items = [told("both", en=("apples and pears", "!")), told("one", en=("apples", "!"), fr=("pears", "!"))]
        assert order(items, "pears apples", tmp_path) == ["both"]
        assert [one.item.id for one in search(items, "apples pears plums", tmp_path, partly=True)] == ["both", "one"]

    @pytest.mark.parametrize(
        ("typed", "id"),
        [
            ("过拟", "overfitting-gap"),
            ("градиентному спуску", "learning-rate-threshold"),
            ("REGULARISATION L2 gradient", "l1-exact-zeros"),
            ("batch normalization", "batch-norm-inference"),
            ("decouplee", "weight-decay-vs-l2"),
        ],
    )
    def test_our_bank_is_searched_as_one_would_type(self, tmp_path: Path, typed: str, id: str) -> None:
        assert id in order(list(OURS.values()), typed, tmp_path)


@cache
def whole() -> SearchIndex:
    """The index of our bank, in memory since it can be in no file."""
    return SearchIndex(Path(os.devnull) / "search-index.db", OURS, "")


class TestEveryWord:
    @given(found=st.sampled_from(WORDS))
    def test_what_a_question_says_finds_it(self, found: tuple[str, str]) -> None:
        id, words = found
        assert id in whole().ids(whole().query(words))

    @given(text=st.text() | st.sampled_from(["AND", "NOT a", '"', "a NEAR b", "a*", "-a", "question:a", "(", "a OR"]))
    def test_no_text_is_an_error(self, text: str) -> None:
        index = whole()
        query = index.query(text)
        hits = index.hits(loosened(query), most=10, partly=True)
        assert len(hits) <= 10 and index.ids(query) >= {hit.id for hit in index.hits(query, most=10)}


ITEMS = {one.id: one for one in (told("a", en=("apple", "!")), told("b", en=("banana", "!")))}


class TestACache:
    def ids(self, items: dict[str, Item], text: str, folder: Path) -> set[str]:
        with closing(SearchIndex.at(folder / "search-index.db", items)) as index:
            return index.ids(index.query(text))

    def test_it_follows_questions_that_change_come_go_and_move(self, tmp_path: Path) -> None:
        assert self.ids(ITEMS, "apple", tmp_path) == {"a"}
        changed = ITEMS | {"a": told("a", content="2", en=("apricot", "!"))}
        assert self.ids(changed, "apple", tmp_path) == set() and self.ids(changed, "apricot", tmp_path) == {"a"}
        assert self.ids({"b": ITEMS["b"]}, "apricot", tmp_path) == set()
        assert self.ids(ITEMS, "apple", tmp_path) == {"a"}
        moved = ITEMS | {"a": ITEMS["a"]._replace(topic="fruit")}
        assert self.ids(moved, "fruit", tmp_path) == {"a"}

    def test_it_does_not_grow_with_every_change(self, tmp_path: Path) -> None:
        for number in range(12):
            items = {"a": told("a", content=str(number), en=(f"apple {number}", "!"))}
            assert self.ids(items, f"apple {number}", tmp_path) == {"a"}
        with closing(sqlite3.connect(tmp_path / "search-index.db")) as db:
            assert db.execute("SELECT count(*) FROM text_docsize").fetchone()[0] <= 3

    def test_what_is_up_to_date_is_not_written_again(self, tmp_path: Path) -> None:
        self.ids(ITEMS, "apple", tmp_path)
        before = (tmp_path / "search-index.db").stat().st_mtime_ns
        self.ids(ITEMS, "banana", tmp_path)
        assert (tmp_path / "search-index.db").stat().st_mtime_ns == before

    @pytest.mark.parametrize(
        "damage", [lambda path: path.write_bytes(b"no database" * 999), lambda path: path.unlink()]
    )
    def test_a_damaged_or_missing_file_is_made_anew(self, tmp_path: Path, damage: Callable[[Path], Any]) -> None:
        self.ids(ITEMS, "apple", tmp_path)
        damage(tmp_path / "search-index.db")
        assert self.ids(ITEMS, "apple", tmp_path) == {"a"}
        assert self.ids(ITEMS, "apple", tmp_path) == {"a"}
        with closing(sqlite3.connect(tmp_path / "search-index.db")) as db:
            assert db.execute("SELECT count(*) FROM question").fetchone() == (2,)

    def test_damage_that_only_a_search_meets_is_no_error(self, tmp_path: Path) -> None:
        self.ids(ITEMS, "apple", tmp_path)
        with closing(sqlite3.connect(tmp_path / "search-index.db", isolation_level=None)) as db:
            db.execute("UPDATE text_data SET block = x'0000000fff' WHERE id > 10")
        assert self.ids(ITEMS, "apple", tmp_path) == {"a"}
        assert self.ids(ITEMS, "banana", tmp_path) == {"b"}

    def test_a_folder_that_cannot_be_written_is_no_error(self, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("in the way")
        assert self.ids(ITEMS, "apple", tmp_path / "file") == {"a"}

    def test_an_index_that_another_process_is_writing_is_no_error(self, tmp_path: Path) -> None:
        self.ids({}, "apple", tmp_path)
        self.ids({"b": ITEMS["b"]}, "apple", tmp_path)
        with closing(sqlite3.connect(tmp_path / "search-index.db", isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            assert self.ids(ITEMS, "apple", tmp_path) == {"a"}

    def test_a_sqlite_without_full_text_search_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("mlquiz.search_index._TABLES", "CREATE VIRTUAL TABLE text USING no_such_module (part)")
        with pytest.raises(BadEnvironment, match="FTS5"):
            self.ids(ITEMS, "apple", tmp_path)
