"""The axes and the legend of a demo's curves, down to three rows of them."""

import re
from dataclasses import replace
from gettext import NullTranslations
from io import StringIO
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz import demos
from mlquiz.cli.context import console
from mlquiz.content import own_root
from mlquiz.core.words import Words
from mlquiz.lab import Plot
from mlquiz.view import axes
from mlquiz.view import demo as view
from mlquiz.view.picture import Picture

OVERSHOOT = demos.find([own_root()]).demos["overshoot"]
WORDS = OVERSHOOT.words("en")


def drawn(values: list[float], width: int, height: int, *, log: bool, words: Words = WORDS) -> list[str]:
    """The picture of one curve, line by line, on a screen of this size."""
    picture = Picture(words)
    for x, y in enumerate(values):
        picture.add(Plot("curve", x, {"half": y}, log))
    out = console(file=StringIO(), width=width, height=height)
    with out.capture() as capture:
        out.print(picture)
    return [line.rstrip() for line in capture.get().splitlines()]


@given(st.integers(-20, 20), st.integers(0, 30), st.integers(2, 14))
def test_powers_of_ten_stand_evenly_apart_each_in_a_row_of_its_own(low: int, span: int, rows: int) -> None:
    powers = axes.powers(low, low + span, rows)
    steps = {upper - lower for lower, upper in pairwise(powers)}
    assert powers[0] == low and powers[-1] in (low + max(1, span), low + span + 1)
    assert len(steps) == 1 and 2 <= len(powers) <= min(rows, 7)
    at = [(power - low) / (powers[-1] - low) * (rows - 1) for power in powers]
    assert len({round(place) for place in at}) == len(powers)


@given(
    st.floats(-1e6, 1e6, allow_subnormal=False), st.floats(1e-3, 1e6, allow_subnormal=False), st.integers(3, 14)
)  # fmt: skip
def test_no_two_numbers_of_a_linear_axis_share_a_row(low: float, span: float, rows: int) -> None:
    ticks = axes.ticks(low, low + span, (rows + 3) // 2, rows)
    at = [round((tick - low) / span * (rows - 1)) for tick in ticks]
    assert len(set(at)) == len(at) >= 2


def test_three_rows_in_which_one_round_number_would_stand_alone_have_a_finer_one_too() -> None:
    assert axes.ticks(0.0337, 3.162, 3, 3) == [2.0, 3.0]
    assert axes.ticks(0, 44.5, 3, 3) == [0.0, 20.0, 40.0]


@given(st.integers(-1000, 1000), st.integers(1, 100_000))
def test_whole_numbers_stand_round_steps_apart_with_zero_where_it_is_in_range(first: int, span: int) -> None:
    numbers = axes.across([first, first + span])
    assert all(isinstance(number, int) and first <= number <= first + span for number in numbers)
    [step] = {upper - lower for lower, upper in pairwise(numbers)}
    assert str(step).rstrip("0") in ("1", "2", "5") and all(number % step == 0 for number in numbers)
    assert 2 <= len(numbers) <= 6 and (0 in numbers) is (first <= 0 <= first + span)


def test_the_numbers_under_a_chart_are_those_that_one_would_write() -> None:
    assert axes.across(range(-12, 4)) == [-10, -5, 0]
    assert axes.across(range(40)) == [0, 10, 20, 30]
    assert axes.across([1, 2]) == [1, 2] and axes.across([7]) == [7]
    assert axes.across([0, 0.25, 1]) == pytest.approx([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])


@pytest.mark.parametrize(("width", "height"), [(80, 10), (60, 16), (80, 24), (140, 50)])
def test_the_labels_of_a_log_axis_are_where_their_powers_are(width: int, height: int) -> None:
    lines = drawn([10.0**power for power in range(-6, 5)], width, height, log=True)
    axis = [
        (row, found[1]) for row, line in enumerate(lines[2:]) if (found := re.match(r" *10([⁰¹²³⁴⁵⁶⁷⁸⁹⁻]+)┤", line))
    ]
    rows = sum("│" in line or "┤" in line for line in lines[2:])
    superscript = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")
    top, *_, bottom = [int(power.translate(superscript)) for _, power in axis]
    assert (top, bottom) == (4, -6) and len(axis) >= 3
    for row, power in axis:
        exact = (top - int(power.translate(superscript))) / (top - bottom) * (rows - 1)
        assert abs(row - exact) <= 0.5


def test_three_rows_have_threepowers_of_ten() -> None:
    lines = drawn([1.0, 1e-6, 2755.0], 40, 10, log=True)
    assert [line[:5] for line in lines[2:5]] == [" 10⁴┤", "10⁻¹┤", "10⁻⁶┤"]


def test_an_entry_of_the_legend_is_not_torn() -> None:
    words = replace(WORDS, labels={"curve": "Curve", "a": "half of 2/L", "b": "four times 2/L", "c": "edge"})
    picture = Picture(words)
    picture.add(Plot("curve", 0, {"a": 0.0079, "b": 0.01204, "c": 10}))
    picture.add(Plot("curve", 1, {"a": 0.0079, "b": 0.01204, "c": 10}))
    out = console(file=StringIO(), width=44, height=24)
    with out.capture() as capture:
        out.print(picture)
    legend = [line.replace("\u00a0", " ").rstrip() for line in capture.get().splitlines() if "━" in line]
    assert legend == ["  ━ half of 2/L 0.0079", "  ━ four times 2/L 0.01204  ━ edge 10"]


def test_in_the_list_what_a_demo_answers_keeps_its_indent_where_it_wraps() -> None:
    demo = replace(OVERSHOOT, questions=[f"a-question-of-some-length-{number}" for number in range(5)])
    out = console(file=StringIO(), width=60)
    with out.capture() as capture:
        out.print(view.catalogue([demo], {}, "en", NullTranslations()))
    lines = [line.rstrip() for line in capture.get().splitlines()]
    place = next(number for number, line in enumerate(lines) if line.startswith("    answers: a-question"))
    assert lines[place : place + 3] == [
        "    answers: a-question-of-some-length-0,",
        "    a-question-of-some-length-1,",
        "    a-question-of-some-length-2,",
    ]
