"""One concept, one term a language: what a question says otherwise is found."""

from pathlib import Path

import pytest
from builders import OPEN

from mlquiz.content import Root, own_root
from mlquiz.core.glossary import Term, of_glossary, of_terms
from mlquiz.core.question import LANGUAGES, ErratumText, Language, Question, Text
from mlquiz.reference import load

RATE = Term(
    ["learning rate"], ["скорость обучения"], ["taux d'apprentissage"], ["学习率"], avoid={"ru": ["темп обучения"]}
)
DECAY = Term(["weight decay"], ["затухание весов"], ["décroissance des poids"], ["权重衰减"], english=True)
GLOSSARY = {"learning-rate": RATE, "weight-decay": DECAY}


def told(**texts: str) -> Question:
    return Question("mid", OPEN, {of: Text(text, "It is.") for of, text in texts.items() if of in LANGUAGES})


def findings(**texts: str) -> list[tuple[str, str, str]]:
    """(language, what, expected) of every finding."""
    return [(str(where[1]), what, expected) for where, what, expected, _ in of_terms(told(**texts), GLOSSARY)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Что со скоростью обучения?"),
        ("ru", "Скорости обучения разные."),
        ("fr", "Quels taux d’apprentissage ?"),
        ("zh", "学习率多大？"),
        ("zh", "学 习 率"),
    ],
)
def test_an_inflected_form_is_the_term(language: Language, text: str) -> None:
    assert findings(en="Two learning rates.", **{language: text}) == []


def test_a_text_that_lacks_a_term_of_the_english_one_is_found() -> None:
    (found,) = findings(en="The learning rate.", ru="Шаг.")
    assert found == ("ru", "the ru text lacks the term learning-rate, which the English one has", "скорость обучения")


@pytest.mark.parametrize("text", ["`learning rate`", "$learning rate$", "the rate of learning", "learning rated"])
def test_code_formulas_and_other_words_are_not_the_term(text: str) -> None:
    assert findings(en=text, ru="Шаг.") == []


def test_a_word_to_avoid_is_found_where_it_stands() -> None:
    (found,) = of_terms(told(ru="О темпах обучения."), GLOSSARY)
    assert found == (
        ("text", "ru", "question"),
        "a word that the glossary avoids for learning-rate",
        "скорость обучения",
        "темп обучения",
    )


def test_what_a_source_said_may_have_its_words() -> None:
    text = Text("Что?", "То.", errata={"one": ErratumText("Темп обучения велик.", "Нет.", "Там.")})
    assert list(of_terms(Question("mid", OPEN, {"ru": text}), GLOSSARY)) == []


def test_the_english_term_stands_in_brackets_once() -> None:
    assert findings(en="Weight decay.", fr="La décroissance des poids (weight decay).") == []
    (found,) = findings(en="Weight decay.", fr="La décroissance des poids.")
    assert found[2] == "(weight decay) at its first use"


def test_a_form_that_another_term_avoids_is_found() -> None:
    (found,) = of_glossary({"one": RATE, "two": Term(["a"], ["темп обучения"], ["b"], ["c"])})
    assert found[0] == ("two", "ru", 0)


def test_ours_has_every_term_in_every_language_and_no_contradiction() -> None:
    reference = load([own_root()])
    assert reference.problems == [] and len(reference.glossary) > 60
    assert all(term.forms(language) for term in reference.glossary.values() for language in LANGUAGES)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("rate: {en: [a], ru: [b], fr: [c]}", "1:1: zh is missing"),
        ("rate: {en: [a], ru: [b], fr: [c], zh: [d], de: [e]}", "1:44: unknown key de"),
        (
            "Rate!: {en: [a], ru: [b], fr: [c], zh: [d]}",
            "1:1: unknown key, expected lower-case letters, digits and single hyphens",
        ),
        ("rate: {en: a, ru: [b], fr: [c], zh: [d]}", "1:12: en, expected a list"),
        ("[", "2:1: not YAML"),
    ],
)
def test_a_broken_glossary_is_named_and_the_others_are_used(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "questions").mkdir()
    file = tmp_path / "questions" / "glossary.yaml"
    file.write_text(text, encoding="utf-8")
    reference = load([own_root(), Root(tmp_path)])
    assert len(reference.glossary) > 60
    assert any(str(one).startswith(f"{file}:{problem}") for one in reference.problems), [*map(str, reference.problems)]
