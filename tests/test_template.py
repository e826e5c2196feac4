"""Texts with numbers put in: as the reader's language writes them in prose, as Python writes them in code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.grading import parse_number
from mlquiz.core.number import written
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.template import filled, placeholders

TEXT = "rate {rate}, `SGD({rate})`, $x_{rate}$, {rate} again and `{steps}`"


@pytest.mark.parametrize(("language", "prose"), [("en", "−0.5"), ("zh", "−0.5"), ("ru", "−0,5"), ("fr", "−0,5")])
def test_prose_has_the_decimal_mark_of_its_language_and_code_a_point(language: Language, prose: str) -> None:
    told = filled(TEXT, {"rate": -0.5, "steps": 3}, language)
    assert told == f"rate {prose}, `SGD(-0.5)`, $x_{{rate}}$, {prose} again and `3`"


def test_a_text_without_variables_keeps_its_braces() -> None:
    assert filled("a set {1, 2} and $x_{i}$", {}, "ru") == "a set {1, 2} and $x_{i}$"


def test_the_braces_of_formulas_are_no_placeholders() -> None:
    assert placeholders(TEXT) == ["rate", "rate", "rate", "steps"]


@given(st.integers(-(10**9), 10**9) | st.sampled_from([0.1, 0.001, 1e-4, 0.64, 1.0]), st.sampled_from(LANGUAGES))
def test_a_number_that_is_written_can_be_read_again(number: float, language: Language) -> None:
    assert parse_number(written(number, language)) == number


@pytest.mark.parametrize(
    ("number", "specification", "en", "ru"),
    [
        (4640, "", "4640", "4640"),
        (73856, "", "73,856", "73\u202f856"),
        (-1234567.891, ".2f", "−1,234,567.89", "−1\u202f234\u202f567,89"),
        (2.0, "", "2", "2"),
        (0.5, ".3f", "0.500", "0,500"),
        (-0.001, ".2f", "0.00", "0,00"),
        (6.25e-08, ".2g", "6.2e-08", "6,2e-08"),
        (float("-inf"), ".1f", "−inf", "−inf"),
    ],
)
def test_a_number_is_written_as_the_language_has_it(number: float, specification: str, en: str, ru: str) -> None:
    assert [written(number, language, specification) for language in LANGUAGES] == [en, ru, ru, en]
