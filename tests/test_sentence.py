"""Sentences of the core are told in the interface's language at the edge."""

import pytest

from mlquiz.core.errors import BadInput
from mlquiz.core.nearest import unknown
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.sentence import Sentence, said, told
from mlquiz.messages import translations


def test_a_sentence_is_english_text_by_itself() -> None:
    assert said("There is no {kind} {name!r}.", kind=said("topic"), name="x") == "There is no topic 'x'."
    assert isinstance(said("topic"), Sentence) and "{braces}" in said("{braces} {n}", braces="{braces}", n=1)


def test_a_sentence_without_values_may_hold_braces() -> None:
    assert said("{}") == "{}" and told(said("{}"), translations("ru")) == "{}"


def test_the_sentences_in_a_sentence_are_told_in_its_language_too() -> None:
    error = unknown("topic", "optimiser", ["optimizers"], next_step="")
    assert error.lines(translations("ru")) == [
        "Не найдено: тема 'optimiser'.",
        "  дальше: может быть, optimizers?",
    ]
    assert error.lines(translations("zh")) == ["没有这个主题：'optimiser'。", "  下一步：你是想说 optimizers 吗？"]
    assert error.lines() == ["There is no topic 'optimiser'.", "  next: did you mean optimizers?"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_text_that_is_no_sentence_is_told_as_it_is(language: Language) -> None:
    assert BadInput("As it is.").lines(translations(language)) == ["As it is."]
    assert told(3, translations(language)) == 3
