"""The documents that the bank grew from, and which question answers which of their items."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from mlquiz.core.question import LANGUAGES, STRICT, Key, Language, Prose, Question, SeedSource


@dataclass(frozen=True, slots=True)
class SeedDocument:
    """A document of questions and answers; it is not part of the bank, its items are cited by number."""

    __pydantic_config__: ClassVar[Any] = STRICT
    language: Language
    items: list[dict[Language, Prose]]
    """What each item asks about, in order, told in every language."""
    first: int = 1
    """The number of the first item."""

    def title(self, item: int, language: Language) -> str:
        """What an item asks about; in English where the language is missing, empty for a number that there is not."""
        at = item - self.first
        titles = self.items[at] if 0 <= at < len(self.items) else {}
        return titles.get(language) or titles.get("en", "")


Seeds = Mapping[str, SeedDocument]


class Entry(NamedTuple):
    """One item of a seed document, and what the bank makes of it."""

    document: str
    item: int
    title: str
    language: Language
    questions: Sequence[str]
    languages: Sequence[Language]
    """Those that every one of the questions has; none where there is no question."""
    demos: Sequence[str]
    errata: Sequence[tuple[str, str]]
    """(question, key) of each erratum."""

    @property
    def is_whole(self) -> bool:
        return len(self.languages) == len(LANGUAGES)


def ledger(seeds: Seeds, questions: Mapping[Key, Question]) -> Iterator[Entry]:
    """Every item of every document, in their order."""
    for name, document in seeds.items():
        for number in range(document.first, document.first + len(document.items)):
            here = SeedSource(name, number, document.language)
            citing = {id: question for id, question in sorted(questions.items()) if here in question.sources}
            shared = [of for of in LANGUAGES if citing and all(of in question.text for question in citing.values())]
            demos = sorted({question.demo for question in citing.values() if question.demo})
            errata = [
                (id, erratum.key)
                for id, question in sorted(questions.items())
                for erratum in question.errata
                if erratum.where == here
            ]
            yield Entry(
                name, number, document.title(number, "en"), document.language, list(citing), shared, demos, errata
            )


def is_known(source: SeedSource, seeds: Seeds) -> bool:
    """Whether a document has such an item in such a language."""
    document = seeds.get(source.seed)
    if document is None or document.language != source.language:
        return False
    return document.first <= source.item < document.first + len(document.items)
