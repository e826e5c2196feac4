"""The interface speaks four languages: every sentence of the code stands in every catalogue."""

import string
from collections.abc import Sequence
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

import mlquiz
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.messages import LOCALE, translations

PACKAGE = Path(mlquiz.__file__).parent
TRANSLATED: list[Language] = [language for language in LANGUAGES if language != "en"]
KEYWORDS = {"_": None, "_n": (1, 2), "gettext": None, "ngettext": (1, 2), "said": None, "N_": None}
Ids = str | tuple[str, ...]


@cache
def extracted() -> frozenset[Ids]:
    """Every sentence of the code; a plural one is a pair."""
    found = extract_from_dir(PACKAGE, [("**.py", "python")], keywords=KEYWORDS)
    return frozenset(ids for _, _, ids, _, _ in found)


@cache
def catalogue(language: Language) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / "mlquiz.po").open("rb") as file:
        return read_po(file, locale=language)


def forms(text: str | Sequence[str]) -> Sequence[str]:
    return (text,) if isinstance(text, str) else text


def placeholders(text: str) -> set[str | None]:
    return {name for _, name, _, _ in string.Formatter().parse(text)} - {None}


def test_the_code_has_sentences_to_translate() -> None:
    assert len(extracted()) > 60
    assert {"Nothing to study now.", ("{n} answer", "{n} answers")} <= extracted()


@pytest.mark.parametrize("language", TRANSLATED)
def test_each_sentence_is_translated_and_none_that_is_not_said(language: Language) -> None:
    of = catalogue(language)
    assert {message.id for message in of if message.id} == extracted()
    assert list(of.obsolete) == []
    assert [message.id for message in of if message.id and (message.fuzzy or not all(forms(message.string)))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_has_the_placeholders_of_the_sentence(language: Language) -> None:
    for message in catalogue(language):
        if message.id:
            expected = placeholders(forms(message.id)[-1])
            assert all(placeholders(form) == expected for form in forms(message.string)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_compiled_catalogue_is_that_of_the_source(language: Language) -> None:
    write_mo(compiled := BytesIO(), catalogue(language))
    compiled.seek(0)
    with (LOCALE / language / "LC_MESSAGES" / "mlquiz.mo").open("rb") as file:
        shipped, expected = ([(one.id, one.string) for one in read_mo(of) if one.id] for of in (file, compiled))
    assert sorted(shipped, key=str) == sorted(expected, key=str)
    assert len(shipped) == len(extracted())


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_program_finds_the_sentences_of_each_language(language: Language) -> None:
    said = translations(language).gettext("Nothing to study now.")
    assert (said == "Nothing to study now.") == (language == "en")


@pytest.mark.parametrize(
    ("language", "n", "said"),
    [
        ("ru", 1, "1 минута"), ("ru", 2, "2 минуты"), ("ru", 5, "5 минут"), ("ru", 11, "11 минут"),
        ("ru", 21, "21 минута"), ("ru", 12, "12 минут"), ("ru", 104, "104 минуты"), ("ru", 111, "111 минут"),
        ("fr", 0, "0 minute"), ("fr", 1, "1 minute"), ("fr", 2, "2 minutes"),
        ("en", 0, "0 minutes"), ("en", 1, "1 minute"), ("en", 2, "2 minutes"), ("zh", 1, "1 分钟"), ("zh", 2, "2 分钟"),
    ],
)  # fmt: skip
def test_a_number_takes_the_plural_of_its_language(language: Language, n: int, said: str) -> None:
    assert translations(language).ngettext("{n} minute", "{n} minutes", n).format(n=n) == said
