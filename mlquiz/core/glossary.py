"""The bank's terms: one concept, one form a language, held against every question.

Words are compared so that an inflected form counts: English ones without the plural, Russian and French ones by
their stems (Snowball), Chinese by its characters.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any, ClassVar

from mlquiz.core.formula import CODE_OR_FORMULA
from mlquiz.core.question import LANGUAGES, STRICT, Finding, Key, Language, Prose, Question, Text, prose_of
from mlquiz.core.sentence import one_of, said
from mlquiz.core.stems import stem

_SNOWBALL = {"ru": "russian", "fr": "french"}
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Term:
    """A concept and how each language says it; the first form is the one to write, the others are accepted."""

    __pydantic_config__: ClassVar[Any] = STRICT
    en: list[Prose]
    ru: list[Prose]
    fr: list[Prose]
    zh: list[Prose]
    english: bool = False
    """Whether a text that is not English gives the English term once."""
    avoid: dict[Language, list[Prose]] = field(default_factory=dict)
    """What must not be written for it."""
    note: Prose | None = None

    def forms(self, language: Language) -> list[str]:
        return list(getattr(self, language))


Glossary = Mapping[Key, Term]


def of_terms(question: Question, glossary: Glossary) -> Iterator[Finding]:
    """What a question says otherwise than the glossary.

    A term that the English text uses must stand in the other languages' texts too, in one of their forms.
    """
    used = dict(_used(question, glossary))
    for language, text in question.text.items():
        for where, part in prose_of(text):
            if where[-1] != "said":  # what a source wrote, wrong words and all
                for id, form in _avoided(normal(part, language), glossary, language):
                    what = said("a word that the glossary avoids for {id}", id=id)
                    yield ("text", language, *where), what, glossary[id].forms(language)[0], form
        if language != "en":
            words = normal(_all_of(text), language)
            for id, term in used.items():
                forms, place = term.forms(language), {"language": language, "id": id}
                if not _says(words, forms, language):
                    what = said("the {language} text lacks the term {id}, which the English one has", **place)
                    yield ("text", language), what, one_of(forms), said("none of them")
                elif term.english and not _says(words, term.en, language):
                    what = said(
                        "the {language} text never gives the English of {form}", language=language, form=forms[0]
                    )
                    expected = said("({term}) at its first use", term=term.en[0])
                    yield ("text", language), what, expected, said("nothing in brackets")


def of_glossary(glossary: Glossary) -> Iterator[Finding]:
    """Forms that one term accepts and another avoids."""
    for language in LANGUAGES:
        avoided = {normal(form, language): id for id, term in glossary.items() for form in term.avoid.get(language, ())}
        for id, term in glossary.items():
            for index, form in enumerate(term.forms(language)):
                if other := avoided.get(normal(form, language)):
                    what = said("a form that {other} avoids", other=other)
                    yield (id, language, index), what, said("another form"), form


def _used(question: Question, glossary: Glossary) -> Iterator[tuple[str, Term]]:
    """The terms of the English text, its code and formulas left aside."""
    if "en" in question.text:
        words = normal(CODE_OR_FORMULA.sub(" ", _all_of(question.text["en"])), "en")
        yield from ((id, term) for id, term in glossary.items() if _says(words, term.en, "en"))


def _avoided(words: str, glossary: Glossary, language: Language) -> Iterator[tuple[str, str]]:
    for id, term in glossary.items():
        yield from ((id, form) for form in term.avoid.get(language, ()) if _says(words, [form], language))


def _all_of(text: Text) -> str:
    return "\n".join(part for _, part in prose_of(text))


def _says(words: str, forms: Iterable[str], language: Language) -> bool:
    return any(_form(form, language) in words for form in forms)


@cache
def _form(form: str, language: Language) -> str:
    return normal(form, language)


def normal(text: str, language: Language) -> str:
    """What two texts are compared by: stems, each between two spaces; of Chinese the characters without spaces."""
    if language == "zh":
        return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text).casefold())
    return f" {' '.join(stems(text, language))} "


def stems(text: str, language: Language) -> list[str]:
    """The stems of a text's words; of Chinese the pairs of neighbouring characters."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    if language == "zh":
        return [word[at : at + 2] for word in words for at in range(max(1, len(word) - 1))]
    return [_stem(word, language) for word in words]


@lru_cache(maxsize=1 << 18)
def _stem(word: str, language: Language) -> str:
    if language == "en":  # an English stem is too much: optimal, optimizer and optimization have the same
        return re.sub(r"(?<=ss)es$|(?<![suia])s$", "", word)
    return stem(word, _SNOWBALL[language])
