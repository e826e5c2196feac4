"""A question's texts outside a session: generated numbers are those that `mlquiz show` draws."""

from random import Random

from mlquiz.core.generators import GENERATORS
from mlquiz.core.question import LANGUAGES, Language, Numeric, Question
from mlquiz.core.template import filled


def cue(question: Question, wanted: Language) -> str:
    """What is asked, in the language wanted, or else in the first one that the question has."""
    language = next(language for language in (wanted, *LANGUAGES) if language in question.text)
    return with_numbers(question, question.text[language].question, language)


def with_numbers(question: Question, text: str, language: Language) -> str:
    """A text of a question with its numbers put in."""
    if isinstance(question.form, Numeric) and question.form.generator:
        return filled(text, GENERATORS[question.form.generator](Random(0))[0], language)
    return text
