"""English sentences that are told in the interface's language later, at the edge: the core knows no language.

Babel finds what `said` and `N_` are given, as it finds what `_` is given, so that a test holds the catalogues complete.
"""

from collections.abc import Iterable, Mapping, Sequence
from gettext import NullTranslations
from typing import NamedTuple, cast

from mlquiz.core.language import Language
from mlquiz.core.number import written


class Figure(NamedTuple):
    """A number among a sentence's values, told as the sentence's language writes it."""

    value: float
    specification: str = ""
    """Of Python's `format`, as `.2f`."""

    def __str__(self) -> str:
        return written(self.value, "en", self.specification)

    def told(self, tr: NullTranslations) -> str:
        """The number in the language of these translations."""
        return written(self.value, cast(Language, tr.info().get("language", "en")), self.specification)


class Sentence(str):
    """An English sentence that can be told in another language: `template` is in the catalogues, `values` fill it."""

    __slots__ = ("template", "values")
    template: str
    values: dict[str, object]

    def __new__(cls, template: str, values: Mapping[str, object]) -> "Sentence":
        sentence = super().__new__(cls, template.format(**values) if values else template)
        sentence.template, sentence.values = template, dict(values)
        return sentence

    def told(self, tr: NullTranslations) -> str:
        """The sentence in the language of these translations; sentences among its values are told in it too."""
        template = tr.gettext(self.template)
        return template.format(**{name: told(of, tr) for name, of in self.values.items()}) if self.values else template


def said(template: str, **values: object) -> Sentence:
    """A sentence to be told later; the values stand in it as `{name}`."""
    return Sentence(template, values)


def one_of(names: Iterable[str]) -> str:
    """What is expected where one of several names is."""
    told = ", ".join(names)
    return said("one of {names}", names=told) if ", " in told else told


def together(sentences: Iterable[str]) -> Sentence:
    """Several sentences, a line each."""
    values = {f"line{number}": sentence for number, sentence in enumerate(sentences)}
    return Sentence("\n".join(f"{{{name}}}" for name in values), values)


def joined(sentences: Sequence[str]) -> str:
    """Several findings in one line; nothing for none."""
    if len(sentences) < 2:
        return sentences[0] if sentences else ""
    return said("{first}; {rest}", first=sentences[0], rest=joined(sentences[1:]))


def N_(text: str) -> str:  # noqa: N802
    """Mark a text for the catalogues, by the name that gettext's tools know; it is translated where it is shown."""
    return text


def told(text: object, tr: NullTranslations) -> object:
    """A sentence in the language of these translations; anything else as it is."""
    return text.told(tr) if isinstance(text, Sentence | Figure) else text
