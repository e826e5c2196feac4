"""The ledger of the seed documents: which question answers which item, and where there is a hole."""

from builders import OPEN, question

from mlquiz.content import own_root
from mlquiz.core.question import LANGUAGES, Erratum, SeedSource
from mlquiz.core.seeds import SeedDocument, is_known, ledger
from mlquiz.reference import load

SEEDS = {"a.txt": SeedDocument("zh", [{"en": "Eggs"}, {"en": "Ham", "zh": "火腿"}], first=51)}
EGGS, HAM = SeedSource("a.txt", 51, "zh"), SeedSource("a.txt", 52, "zh")


def test_an_item_without_a_question_is_a_hole() -> None:
    eggs, ham = ledger(SEEDS, {"one": question(OPEN, sources=[EGGS])})
    assert (eggs.item, eggs.title, eggs.questions, eggs.is_whole) == (51, "Eggs", ["one"], True)
    assert (ham.questions, ham.languages, ham.is_whole) == ([], [], False)


def test_an_item_has_a_language_when_all_its_questions_have_it() -> None:
    asked = {"one": question(OPEN, sources=[EGGS]), "two": question(OPEN, ("en", "ru"), sources=[EGGS])}
    eggs, _ = ledger(SEEDS, asked)
    assert eggs.languages == ["en", "ru"] and not eggs.is_whole


def test_demos_and_errata_of_an_item_are_told() -> None:
    errata = [Erratum("wrong", EGGS), Erratum("other", HAM)]
    eggs, ham = ledger(SEEDS, {"one": question(OPEN, sources=[EGGS], errata=errata, demo="rmsprop")})
    assert (eggs.demos, eggs.errata) == (["rmsprop"], [("one", "wrong")])
    assert (ham.demos, ham.errata) == ([], [("one", "other")])


def test_an_item_is_known_by_document_number_and_language() -> None:
    assert is_known(EGGS, SEEDS) and is_known(HAM, SEEDS)
    for unknown in (SeedSource("a.txt", 50, "zh"), SeedSource("a.txt", 53, "zh"), SeedSource("b.txt", 51, "zh")):
        assert not is_known(unknown, SEEDS)
    assert not is_known(SeedSource("a.txt", 51, "en"), SEEDS)


def test_a_title_is_told_in_a_language_or_in_english() -> None:
    document = SEEDS["a.txt"]
    assert [document.title(52, "zh"), document.title(51, "zh"), document.title(53, "zh")] == ["火腿", "Eggs", ""]


def test_our_titles_are_there_in_every_language() -> None:
    for document in load([own_root()]).seeds.values():
        assert all(set(titles) == set(LANGUAGES) for titles in document.items)


def test_our_list_has_the_fifty_items_of_the_five_documents() -> None:
    seeds = load([own_root()]).seeds
    assert {name[:3]: (of.language, of.first, len(of.items)) for name, of in seeds.items()} == {
        "000": ("ru", 1, 3),
        "001": ("ru", 1, 7),
        "002": ("fr", 1, 25),
        "003": ("ru", 1, 5),
        "004": ("zh", 51, 10),
    }
