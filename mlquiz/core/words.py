"""What is said about a demo, in one language: the model of `demos/NAME.yaml`, beside the code of `demos/NAME.py`.

Sentences may name the numbers of their event in braces, as `{ratio:.3f}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from mlquiz.core.question import STRICT, Key, Language, Prose


@dataclass(frozen=True, slots=True)
class PredictionWords:
    """What the user is asked before the run."""

    __pydantic_config__: ClassVar[Any] = STRICT
    question: Prose
    choices: dict[Key, Prose] = field(default_factory=dict)
    """One text for each choice that the code's PREDICTION lists."""


@dataclass(frozen=True, slots=True)
class VerdictWords:
    """The closing sentence, with the numbers behind it."""

    __pydantic_config__: ClassVar[Any] = STRICT
    holds: Prose
    fails: Prose
    inconclusive: Prose


@dataclass(frozen=True, slots=True)
class Words:
    """All that a reader of one language sees of a demo."""

    __pydantic_config__: ClassVar[Any] = STRICT
    title: Prose
    finding: Prose
    """The claim in one line, with its number."""
    mechanism: Prose
    """Why it is so, in a few sentences."""
    prediction: PredictionWords
    control: Prose
    """Which setting makes the claim fail, and why it must."""
    verdict: VerdictWords
    limits: Prose
    """One line: where this toy stops being true."""
    parameters: dict[str, Prose]
    """One line of help for each parameter of `run`."""
    labels: dict[str, Prose] = field(default_factory=dict)
    """Names in the events (panels, series, columns, cells) -> what stands on the screen."""
    say: dict[str, Prose] = field(default_factory=dict)
    """Lines that the code says with `Say(key, numbers)`."""
    language: Language = "en"
    """Not in the file: set from the block that it is when the words are read."""


@dataclass(frozen=True, slots=True)
class DemoWords:
    """A file of words: a topic, and one block a language."""

    __pydantic_config__: ClassVar[Any] = STRICT
    topic: Key
    text: Mapping[Language, Words]
