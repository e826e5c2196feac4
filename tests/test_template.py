"""Texts with numbers put in: as the reader's language writes them in prose, as Python writes them in code."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.template import filled, placeholders, written

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
    assert float(written(number, language).replace("−", "-").replace(",", ".")) == number
