"""The words that a demo speaks: its events travel as JSON and arrive as they left."""

import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.lab import Bars, Event, Mark, Plot, Row, Say, Shades, Verdict, from_json, numbers_of, to_json

NUMBERS = st.integers(-(10**9), 10**9) | st.floats(allow_nan=False)
CELLS = st.dictionaries(st.text(), NUMBERS | st.text(), max_size=4)
FIGURES = st.dictionaries(st.text(), NUMBERS, max_size=4)
EVENTS = st.one_of(
    st.builds(Plot, st.text(), NUMBERS, FIGURES, st.booleans()),
    st.builds(Bars, st.text(), FIGURES, NUMBERS),
    st.builds(Mark, st.text(), NUMBERS, st.text()),
    st.builds(Shades, st.text(), st.dictionaries(st.text(), st.lists(NUMBERS, max_size=3), max_size=3)),
    st.builds(Row, st.text(), CELLS),
    st.builds(Say, st.text(), CELLS),
    st.builds(Verdict, st.none() | st.booleans(), st.none() | st.text() | NUMBERS, CELLS),
)


@given(EVENTS)
def test_an_event_arrives_as_it_left(event: Event) -> None:
    assert from_json(json.loads(json.dumps(to_json(event)))) == event


class Scalar:
    """A number as NumPy has it."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def item(self) -> Any:
        return self.value


class Tensor:
    """A number as TensorFlow has it."""

    def __init__(self, value: float) -> None:
        self.value = value

    def numpy(self) -> Scalar:
        return Scalar(self.value)

    def __float__(self) -> float:
        return self.value


class Array:
    """An array as NumPy has it."""

    def __init__(self, values: list[float]) -> None:
        self.values = values

    def tolist(self) -> list[float]:
        return self.values


def test_an_array_travels_as_a_list() -> None:
    event = Shades("p", {"a": Array([1.0, 2.0])})  # type: ignore[dict-item]
    assert to_json(event) == {"event": "shades", "panel": "p", "rows": {"a": [1.0, 2.0]}}


def test_numbers_of_numpy_and_tensorflow_travel_as_plain_ones() -> None:
    event = Verdict(Scalar(True), Scalar(3), {"ratio": Scalar(0.5), "loss": Tensor(0.25)})
    assert to_json(event) == {"event": "verdict", "holds": True, "observed": 3, "numbers": {"ratio": 0.5, "loss": 0.25}}
    json.dumps(to_json(event))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    "event",
    [
        lambda x: Plot("p", x, {"a": 1}),
        lambda x: Plot("p", 0, {"a": 1, "b": x}),
        lambda x: Bars("p", {"a": x}, 1),
        lambda x: Bars("p", {"a": 1}, x),
        lambda x: Mark("p", x, "m"),
        lambda x: Shades("p", {"a": [1, x], "b": (1.0, 2.0)}),
        lambda x: Row("p", {"a": "text", "b": x}),
        lambda x: Say("s", {"a": Scalar(x)}),
        lambda x: Verdict(True, x),
        lambda x: Verdict(True, "a", {"n": Tensor(x)}),
    ],
)
def test_a_number_that_is_not_finite_is_found_wherever_it_stands(event: Any, bad: float) -> None:
    assert all(map(math.isfinite, numbers_of(event(1.0))))
    assert not all(map(math.isfinite, numbers_of(event(bad))))
