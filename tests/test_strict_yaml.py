"""YAML without guesses: each kind of error is named at its exact line and column."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import mlquiz
from mlquiz.core.errors import InvalidFile, Problem
from mlquiz.strict_yaml import LARGEST, decode, parse, read_text

ROOT = Path(mlquiz.__file__).parents[1]
GUESSED = "YAML takes this for a"


def problems(content: str | bytes) -> list[Problem]:
    """Everything that is wrong with a file's content."""
    raw = content.encode() if isinstance(content, str) else content
    try:
        return parse(decode(raw, "file.yaml"), "file.yaml").problems
    except InvalidFile as error:
        return list(error.problems)


def places(content: str | bytes) -> list[tuple[int, int]]:
    return [(problem.line, problem.column) for problem in problems(content)]


PROBLEMS: list[tuple[str | bytes, int, int, str]] = [
    ("a: 1\nb: 2\na: 3\n", 3, 1, "duplicate key a, expected one a, received a second one (the first is on line 1)"),
    ("a:\n  b: 1\n  b: 2\n", 3, 3, "duplicate key b"),
    ("a: &x [1]\nb: *x\n", 2, 4, "an alias"),
    ("a: &x one\nb: *x\n", 2, 4, "an alias"),
    ("a: &x [*x]\n", 1, 8, "an alias"),
    ("a: no\n", 1, 4, f'{GUESSED} bool, expected a text in quotes, as "no", received no'),
    ("a: [x, Yes]\n", 1, 8, f"{GUESSED} bool"),
    ("a:\n  b: 12:30\n", 2, 6, f'{GUESSED} int, expected a text in quotes, as "12:30"'),
    ("a: 017\n", 1, 4, f"{GUESSED} int"),
    ("a: 0x1F\n", 1, 4, f"{GUESSED} int"),
    ("a: 1_000\n", 1, 4, f"{GUESSED} int"),
    ("a: .inf\n", 1, 4, f"{GUESSED} float"),
    ("a: 2026-01-31\n", 1, 4, f"{GUESSED} timestamp"),
    ("no: a\n", 1, 1, 'the key no, expected a text: write it as "no", received bool'),
    ("a:\n  1: b\n", 2, 3, "the key 1"),
    ("a:\n  <<: b\n", 2, 3, "the key <<"),
    ("? [a]\n: b\n", 1, 3, "the key ?"),
    ("a: !!python/object:os.system x\n", 1, 4, f"{GUESSED} python/object:os.system"),
    ("a: !mine x\n", 1, 4, ""),
    ("a: !mine [x]\n", 1, 4, ""),
    ("a: !!set {x, y}\n", 1, 4, ""),
    ("a:\n\tb: 1\n", 2, 1, "not YAML: found character that cannot start any token"),
    ("a: b: c\n", 1, 5, "not YAML: mapping values are not allowed"),
    ("a: 1\n---\nb: 2\n", 2, 1, "not YAML: a second document"),
    ('a: "\\ud800"\n', 1, 7, "not YAML"),
    ("a: *unknown\n", 1, 4, "an alias"),
    ("a: 1\nb: x\x07y\n", 2, 5, "not YAML, expected printable text, received character U+0007"),
    ("# яблоки\n\nc: \x1b\nd:\ne:\n", 3, 4, "not YAML, expected printable text, received character U+001B"),
    ("", 1, 1, "an empty file"),
    (" \n\n", 1, 1, "an empty file"),
    ("# nothing\n# yet\n", 1, 1, "an empty file, expected a question, received only comments"),
    (b"a: 1\nb: \0\n", 1, 1, "a binary file"),
    (b"a: 1\nb: \xff\n", 2, 4, "not UTF-8, expected text in UTF-8, received byte 0xff"),
    ("a: 1\nb: éé ".encode() + b"\xe9\n", 2, 7, "not UTF-8, expected text in UTF-8, received byte 0xe9"),
    (b"\xef\xbb\xbfa: 1\nb: \xfe\n", 2, 4, "not UTF-8, expected text in UTF-8, received byte 0xfe"),
    (b"a: 1\nb: \xd0", 2, 4, "not UTF-8, expected text in UTF-8, received byte 0xd0"),
    ("a: " + "x" * LARGEST, 1, 1, "too large"),
    ("[" * 30 + "]" * 30, 1, 22, "nested too deeply, expected at most 20 levels"),
    ("a: " + "9" * 5000, 1, 4, ""),
    ("a: 1.5e+999", 1, 4, ""),
]  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line", "column", "what"), PROBLEMS, ids=[ascii(content[:40]) for content, *_ in PROBLEMS]
)
def test_a_problem_is_named_at_its_place(content: str | bytes, line: int, column: int, what: str) -> None:
    found = problems(content)
    assert [(problem.line, problem.column) for problem in found] == [(line, column)]
    assert str(found[0]).startswith(f"file.yaml:{line}:{column}: {what}")


def test_a_problem_says_file_place_what_was_expected_and_what_was_received() -> None:
    assert str(Problem("f", 2, 3, "what", "this", "that")) == "f:2:3: what, expected this, received that"
    assert str(Problem("f", 2, 3, "what")) == "f:2:3: what"


def test_all_problems_of_a_file_are_told_at_once_in_its_order() -> None:
    assert places("a: no\nb:\n  - 12:30\n  - fine\n  - {c: 017, d: &x [1]}\nb: 2\n") == [(1, 4), (3, 5), (5, 9), (6, 1)]


def test_a_billion_laughs_are_not_laughed() -> None:
    lines = ["a0: &a0 [ha, ha]", *(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30))]
    found = problems("\n".join(lines))
    assert len(found) == 29 * 9
    assert all("alias" in problem.what for problem in found)


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? "])
def test_no_depth_of_nesting_takes_the_program_down(opening: str, tmp_path: Path) -> None:
    """In a process of its own: a stack that overflows in C is not an exception."""
    path = tmp_path / "deep.yaml"
    path.write_text(opening * (LARGEST // len(opening)))
    code = """
import sys
from pathlib import Path
from mlquiz.core.errors import InvalidFile
from mlquiz.strict_yaml import parse, read_text
try:
    parse(read_text(Path(sys.argv[1])), "deep")
except InvalidFile:
    print("refused")
"""
    done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=False, cwd=ROOT)
    assert (done.returncode, done.stdout) == (0, "refused\n"), done.stderr


@pytest.mark.parametrize(
    ("content", "data"),
    [
        ("a: text\n", "text"), ("a: 'no'\n", "no"), ('a: "12:30"\n', "12:30"), ("a: 12\n", 12), ("a: -0.5\n", -0.5),
        ("a: 1.5e-3\n", 0.0015), ("a: true\n", True), ("a: false\n", False), ("a: null\n", None), ("a: ~\n", None),
        ("a:\n", None), ("a: []\n", []), ("a: |\n  x\n  y\n", "x\ny\n"), ("a: 水\n", "水"), ("a: !!str 12\n", "12"),
        ("\ufeffa: x\r\n", "x"),
    ],
)  # fmt: skip
def test_what_can_be_read_in_one_way_only_is_read(content: str, data: object) -> None:
    document = parse(decode(content.encode(), "f"), "f")
    assert (document.data, document.problems) == ({"a": data}, [])
    assert type(document.data["a"]) is type(data)


def test_every_value_knows_its_place() -> None:
    document = parse("a: 1\nb:\n  - x\n  - c: {d: 2}\n", "f")
    expected = {("a",): (1, 4), ("b",): (2, 1), ("b", 0): (3, 5), ("b", 1, "c"): (4, 5), ("b", 1, "c", "d"): (4, 12)}
    assert {where: document.marks[where] for where in expected} == expected
    missing = document.problem(("b", 1, "c", "e"), "missing")
    assert (missing.line, missing.column) == (4, 5)


def test_a_file_that_cannot_be_read_is_a_problem_of_that_file(tmp_path: Path) -> None:
    with pytest.raises(InvalidFile, match=r"nowhere\.yaml:1:1: cannot be read: No such file"):
        read_text(tmp_path / "nowhere.yaml")


TEXTS = st.text(st.characters(categories=["L", "N", "P", "S", "Zs"]))
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=12,
)


@given(DATA)
def test_json_is_read_as_it_is(data: object) -> None:
    content = json.dumps({"data": data}, ensure_ascii=False)
    document = parse(content, "f")
    assert (document.data, document.problems) == ({"data": data}, [])


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
def test_any_bytes_are_read_or_refused_with_a_place_in_them(content: bytes) -> None:
    lines = content.count(b"\n") + content.count(b"\r") + 3
    for line, column in places(content):
        assert 1 <= line <= lines
        assert 1 <= column <= len(content) + 1
