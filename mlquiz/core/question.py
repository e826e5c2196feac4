"""What a question is: one idea, asked in one of three forms, told in up to four languages.

The data classes below are the bank's format. `mlquiz.bank` validates YAML files against them and generates the
JSON Schema for editors from them, so an attribute's docstring is what an author reads while typing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, get_args

from mlquiz.core.language import LANGUAGES as LANGUAGES
from mlquiz.core.language import Language as Language

Level = Literal["junior", "mid", "senior"]
FormKind = Literal["open", "choice", "numeric"]

FORMS: tuple[FormKind, ...] = get_args(FormKind)
LEVELS: tuple[Level, ...] = get_args(Level)


class Pattern:
    """A regular expression that a text must match; `says` is how an error names it.

    The data classes stay free of the validating library: it finds its hooks by their names.
    """

    def __init__(self, pattern: str, says: str) -> None:
        self.pattern, self.says = pattern, says

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        return handler(source) | {"pattern": self.pattern}


class OneOf:
    """A union whose member is told by `tell`, so that an error speaks of the one that was meant."""

    def __init__(self, members: dict[str, type], tell: Callable[[Any], Any]) -> None:
        self.members, self.tell = members, tell

    def __get_pydantic_core_schema__(self, source: Any, handler: Any) -> Any:
        choices = {tag: handler.generate_schema(member) for tag, member in self.members.items()}
        return {"type": "tagged-union", "choices": choices, "discriminator": self.tell}


def _field(name: str) -> Callable[[Any], Any]:
    return lambda value: value.get(name) if isinstance(value, dict) else getattr(value, name, None)


Key = Annotated[str, Pattern(r"^[a-z0-9]+(-[a-z0-9]+)*$", "lower-case letters, digits and single hyphens")]
"""A name in the bank: of a question, a choice, a key point, a demo."""

Prose = Annotated[str, Pattern(r"\S", "some text")]
"""Markdown with `$...$` formulas."""

STRICT: dict[str, Any] = {"extra": "forbid", "strict": True, "use_attribute_docstrings": True}


@dataclass(frozen=True, slots=True)
class Open:
    """Say it aloud, then tick the key points that you hit."""

    __pydantic_config__: ClassVar[Any] = STRICT
    kind: Literal["open"]
    key_points: list[Key] = field(default_factory=list)
    """Two to four ideas, each checkable yes or no, in the order in which one would say them."""
    essential: Key | None = None
    """The key point without which the answer has failed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One right answer among real misconceptions."""

    __pydantic_config__: ClassVar[Any] = STRICT
    kind: Literal["choice"]
    right: Key
    wrong: list[Key]


@dataclass(frozen=True, slots=True)
class Numeric:
    """A number: the fixed `value`, or one that a generator draws afresh at each showing."""

    __pydantic_config__: ClassVar[Any] = STRICT
    kind: Literal["numeric"]
    value: float | int | None = None
    generator: Key | None = None
    """The name of a generator in mlquiz/core/generators.py; its variables stand in the texts as {name}."""
    tolerance: float | int = 0
    """The largest accepted |given - expected| / |expected|; 0 asks for the exact number."""


Form = Annotated[
    Open | Choice | Numeric,
    OneOf({"open": Open, "choice": Choice, "numeric": Numeric}, _field("kind")),
]


@dataclass(frozen=True, slots=True)
class SeedSource:
    """An item of one of the documents that the bank grew from."""

    __pydantic_config__: ClassVar[Any] = STRICT
    seed: str
    """The document's file name."""
    item: int
    language: Language


@dataclass(frozen=True, slots=True)
class Citation:
    """A paper, a book, a documentation page or a source file."""

    __pydantic_config__: ClassVar[Any] = STRICT
    cite: Prose
    """Author, title, year, section; or the file in the Keras source."""
    url: Annotated[str, Pattern(r"^https://\S+$", "an https:// address")] | None = None


Source = Annotated[
    SeedSource | Citation,
    OneOf({"seed": SeedSource, "cite": Citation}, lambda value: "cite" if _field("cite")(value) else "seed"),
]


@dataclass(frozen=True, slots=True)
class Erratum:
    """A published answer that is wrong: where it stands, and what shows that it is."""

    __pydantic_config__: ClassVar[Any] = STRICT
    key: Key
    where: Source
    demo: Key | None = None
    """The demo that shows it, where there is one."""
    test: Annotated[str, Pattern(r"^test_[a-z0-9_]+\.py::test_[a-z0-9_]+$", "test_FILE.py::test_NAME")] | None = None
    """The test in tests/claims/ that runs it, where one does."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A figure in the texts that comes from a default run of the question's demo; the harness compares the two."""

    __pydantic_config__: ClassVar[Any] = STRICT
    number: str
    """Its name among the numbers of the demo's verdict."""
    value: float | int
    """As the texts have it."""
    tolerance: float | int = 0.05
    """The largest accepted |value - measured| / |measured|."""


@dataclass(frozen=True, slots=True)
class ChoiceText:
    """A choice in one language."""

    __pydantic_config__: ClassVar[Any] = STRICT
    text: Prose
    because: Prose | None = None
    """Why it is right, or what is mistaken about it; shown after the answer."""


@dataclass(frozen=True, slots=True)
class ErratumText:
    """An erratum in one language."""

    __pydantic_config__: ClassVar[Any] = STRICT
    said: Prose
    """What the source says, in our own words."""
    holds: Prose
    """What holds instead."""
    see: Prose
    """How anyone can see it: a run with its settings and figures, a source file, a paper and section."""


@dataclass(frozen=True, slots=True)
class Text:
    """Everything that a reader of one language sees; the keys are the same in every language."""

    __pydantic_config__: ClassVar[Any] = STRICT
    question: Prose
    """The cue: names the optimizer, the shape, the mode; has exactly one defensible answer."""
    answer: Prose
    """What one would say in 20 to 40 seconds."""
    why: Prose | None = None
    """The mechanism behind it."""
    limits: Prose | None = None
    """When the answer stops being true."""
    key_points: dict[Key, Prose] = field(default_factory=dict)
    critical_error: Prose | None = None
    """Who says this has failed, whatever else was right."""
    choices: dict[Key, ChoiceText] = field(default_factory=dict)
    errata: dict[Key, ErratumText] = field(default_factory=dict)
    unit: Prose | None = None
    """What a number counts, as `parameters`."""
    no_demo: Prose | None = None
    """Why no experiment shows the answer, where there is none."""


@dataclass(frozen=True, slots=True)
class Question:
    """One idea. Its id is the file's stem, its topic the folder: neither stands in the file."""

    __pydantic_config__: ClassVar[Any] = STRICT
    level: Level
    form: Form
    text: Mapping[Language, Text]
    """One block a language; the project's own questions have all four."""
    sources: list[Source] = field(default_factory=list)
    """Where the answer can be checked; the project's own questions name at least one."""
    tags: list[Key] = field(default_factory=list)
    demo: Key | None = None
    """The demo that shows the answer by experiment."""
    quotes: list[Quote] = field(default_factory=list)
    """Figures in the texts that are the demo's."""
    verified_with: str | None = None
    """The Keras version that the statements were checked with, as `keras 3.15.1`."""
    prerequisites: list[Key] = field(default_factory=list)
    """Ids of questions to introduce before this one."""
    twins: list[Key] = field(default_factory=list)
    """Ids of questions so alike that the two are never shown back to back."""
    follow_ups: list[Key] = field(default_factory=list)
    """Ids of what an interviewer would ask next."""
    formerly: list[Key] = field(default_factory=list)
    """Earlier ids of this question: its memory follows it through a rename."""
    errata: list[Erratum] = field(default_factory=list)


Path = tuple[str | int, ...]
"""Where a value stands in a file."""

Finding = tuple[Path, str, str, str]
"""Where, what is wrong, what was expected, what was received."""


def prose_of(text: Text) -> Iterator[tuple[Path, str]]:
    """All that a text says, part by part, each with its place in the text."""
    for name in ("question", "answer", "why", "limits", "critical_error", "unit", "no_demo"):
        if part := getattr(text, name):
            yield (name,), part
    for key, point in text.key_points.items():
        yield ("key_points", key), point
    for key, choice in text.choices.items():
        yield ("choices", key, "text"), choice.text
        if choice.because:
            yield ("choices", key, "because"), choice.because
    for key, erratum in text.errata.items():
        for name in ("said", "holds", "see"):
            yield ("errata", key, name), getattr(erratum, name)


class Later(Mapping[Language, Text]):
    """Texts that are read when the first of them is asked for."""

    __slots__ = ("_read", "_texts")

    def __init__(self, read: Callable[[], Mapping[Language, Text]]) -> None:
        self._read = read
        self._texts: Mapping[Language, Text] | None = None

    @property
    def _known(self) -> Mapping[Language, Text]:
        if self._texts is None:
            self._texts = self._read()
        return self._texts

    def __getitem__(self, language: Language) -> Text:
        return self._known[language]

    def __iter__(self) -> Iterator[Language]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def question_of(data: Mapping[str, Any], text: Mapping[Language, Text]) -> Question:
    """The question in a structure that was validated before, as from a cache; nothing is checked again.

    Args:
        data: all but the texts.
    """
    form: Any = {"open": Open, "choice": Choice, "numeric": Numeric}[data["form"]["kind"]]
    told = {
        "form": form(**data["form"]),
        "sources": [_source_of(source) for source in data.get("sources", ())],
        "quotes": [Quote(**one) for one in data.get("quotes", ())],
        "errata": [Erratum(**one | {"where": _source_of(one["where"])}) for one in data.get("errata", ())],
        "text": text,
    }
    return Question(**dict(data) | told)


def texts_of(data: Mapping[Language, Any]) -> dict[Language, Text]:
    """The texts in a structure that was validated before."""
    return {language: _text_of(text) for language, text in data.items()}


def _source_of(data: Mapping[str, Any]) -> SeedSource | Citation:
    return Citation(**data) if "cite" in data else SeedSource(**data)


def _text_of(data: Mapping[str, Any]) -> Text:
    choices = {key: ChoiceText(**choice) for key, choice in data.get("choices", {}).items()}
    errata = {key: ErratumText(**erratum) for key, erratum in data.get("errata", {}).items()}
    return Text(**dict(data) | {"choices": choices, "errata": errata})
