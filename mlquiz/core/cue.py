"""A question's texts outside a session: without a seed, generated numbers are those that `mlquiz show` draws."""

from mlquiz.core.question import Language, Question
from mlquiz.core.showing import available, numbers
from mlquiz.core.template import filled


def cue(question: Question, wanted: Language, seed: int = 0) -> str:
    """What is asked, in the language wanted, or else in one that the question has, with the numbers of a seed."""
    language = available(question, wanted)
    return with_numbers(question, question.text[language].question, language, seed)


def with_numbers(question: Question, text: str, language: Language, seed: int = 0) -> str:
    """A text of a question with its numbers put in."""
    return filled(text, numbers(question, seed)[0], language)
