"""Colons, semicolons and plurals as each language writes them, where a line is made of parts."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import mlquiz
from mlquiz.core.language import Language
from mlquiz.messages import translations
from mlquiz.view import names
from mlquiz.view.punctuation import named, separated

PACKAGE = Path(mlquiz.__file__).parent
PYTHONS_OWN = {"{}: {}"}
"""How Python tells an exception: its name, and what it says."""


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "a: b; c"), ("ru", "a: b; c"), ("fr", "a\u00a0: b\u202f; c"), ("zh", "a：b；c")],
)
def test_a_colon_and_a_semicolon_are_those_of_the_language(language: Language, line: str) -> None:
    assert named("a", separated(["b", "c"], language), language) == line


@pytest.mark.parametrize(
    ("days", "language", "told"),
    [
        (400, "fr", "1,1 an"), (690, "fr", "1,9 an"), (731, "fr", "2,0 ans"), (36500, "fr", "99,9 ans"), (365, "fr", "1,0 an"),
        (690, "en", "1.9 y"), (690, "ru", "1,9 года"), (690, "zh", "1.9 年"),
    ],
)  # fmt: skip
def test_years_are_one_or_many_as_the_language_counts_them(days: int, language: Language, told: str) -> None:
    assert names.days(days, translations(language)).replace("\u00a0", " ") == told


def glued(path: Path) -> Iterator[str]:
    """The f-strings of a file that put a colon or a semicolon and a blank between two of their parts."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
            if any(mark in (text := "".join(map(str, parts))) for mark in ("}: ", "}; ", ": {}", "; {}")):
                yield text


@pytest.mark.parametrize("floor", ["view", "cli"])
def test_no_line_that_a_user_reads_is_glued_together_with_english_punctuation(floor: str) -> None:
    found = {text for path in (PACKAGE / floor).glob("*.py") for text in glued(path)}
    assert found - PYTHONS_OWN - {"--{}: {}"} == set()
