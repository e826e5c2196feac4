"""The handful of words that a demo speaks.

A demo is `demos/NAME.py`, code for reading, and beside it `demos/NAME.yaml`, what is said about it in each language.
The code has a docstring, the literals QUESTIONS, CONTROL, PREDICTION and SEEDS, and

    def run(lr: Annotated[float, Between(1e-4, 1.0)] = 0.1, seed: Annotated[int, Between(0, 9999)] = 0) -> Events:
        ...
        yield Plot("loss", step, {"sgd": 0.31, "rmsprop": 0.02})
        yield Verdict(holds=abs(ratio - 3.162) < 1e-3, observed="rmsprop", numbers={"ratio": ratio})

whose signature is the form on the command line, whose events are the picture, and whose last event is the verdict.
`--sweep` draws, with a run for each value of a parameter, what the literal OUTCOMES lists: {"a number of the verdict":
"its label"}; the panel has the name of the parameter. A demo that can train all values at once has a function
`sweep(parameter, values, **settings)` that yields the events.
Every name in an event (a panel, a series, a column, a line that is said) is a key into the words of NAME.yaml.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Number = float | int
Told = Number | str | Sequence[Number]
"""What stands in a sentence or a cell: a number, several, or a text, which is a key into the words if there is one.
Numbers are handed as they were measured: the words say how many digits, the reader's language how they are written."""


@dataclass(frozen=True, slots=True)
class Between:
    """The range of a parameter, both ends included."""

    low: Number
    high: Number


@dataclass(frozen=True, slots=True)
class Matching:
    """A text parameter: the regular expression that it must match whole, and an example of one that does."""

    pattern: str
    example: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One more x on each curve of a panel. `log` draws y on a logarithmic scale."""

    panel: str
    x: Number
    y: Mapping[str, Number]
    log: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A vertical line in a panel of curves: where theory puts a threshold."""

    panel: str
    x: Number
    name: str


@dataclass(frozen=True, slots=True)
class Bars:
    """The counts of a panel as they stand now, each out of `of`."""

    panel: str
    values: Mapping[str, Number]
    of: Number


@dataclass(frozen=True, slots=True)
class Shades:
    """A matrix as it stands now: row -> its values, all rows of one length. The largest magnitude is the darkest."""

    panel: str
    rows: Mapping[str, Sequence[Number]]


@dataclass(frozen=True, slots=True)
class Row:
    """One more row of a table: column -> what stands there.

    A cell of named numbers, as {"median": 3, "low": 2, "high": 5}, is said by the words' sentence of its column's name.
    """

    panel: str
    cells: Mapping[str, Told | Mapping[str, Told]]


@dataclass(frozen=True, slots=True)
class Say:
    """A line under the picture: the words' sentence `key` with these numbers put in."""

    key: str
    numbers: Mapping[str, Told] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the run showed about the claim.

    Args:
        holds: True or False as computed from the run; None where the run does not tell (inconclusive).
        observed: the prediction's right answer as this run gave it: a choice's key, a number, or the keys of an
            order joined by commas.
        numbers: the figures behind it; the words' sentences for each verdict name them.
    """

    holds: bool | None
    observed: str | Number | None
    numbers: Mapping[str, Told] = field(default_factory=dict)


Event = Plot | Mark | Bars | Shades | Row | Say | Verdict
Events = Iterator[Event]

_KINDS: dict[str, type[Event]] = {
    "plot": Plot,
    "mark": Mark,
    "bars": Bars,
    "shades": Shades,
    "row": Row,
    "say": Say,
    "verdict": Verdict,
}


def to_json(event: Event) -> dict[str, Any]:
    """An event as one object of the `--json` stream; NumPy and Keras numbers become plain ones."""
    kind = next(name for name, of in _KINDS.items() if isinstance(event, of))
    return {"event": kind} | {name: _plain(getattr(event, name)) for name in event.__slots__}


def from_json(data: Mapping[str, Any]) -> Event:
    """The event that `to_json` wrote."""
    return _KINDS[data["event"]](**{name: value for name, value in data.items() if name != "event"})


def numbers_of(event: Event) -> Iterator[float]:
    """Every number in an event, so that a run can be held against infinities and NaN."""
    yield from _floats(to_json(event))


def _floats(value: Any) -> Iterator[float]:
    match value:
        case float():
            yield value
        case dict():
            for inner in value.values():
                yield from _floats(inner)
        case list():
            for inner in value:
                yield from _floats(inner)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if hasattr(value, "tolist"):  # an array, of zero dimensions or more
        return value.tolist()
    if isinstance(value, (list, tuple)):
        return [_plain(inner) for inner in value]
    if hasattr(value, "item"):  # a NumPy scalar, a zero-dimensional array
        return value.item()
    return float(value) if hasattr(value, "numpy") else value


__all__: Sequence[str] = [
    "Bars", "Between", "Event", "Events", "Mark", "Matching", "Plot", "Row", "Say", "Shades", "Verdict",
]  # fmt: skip
