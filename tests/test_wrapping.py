"""Line breaks in text that mixes Chinese with Latin words."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from mlquiz.view.line_breaks import hanging
from mlquiz.view.prose import plain, visible
from mlquiz.view.wrapping import breaks

MIXED = st.text(st.sampled_from("深度学习，。（）「」 abcXYZ-0123456789%é"), max_size=60)


def lines(text: str, width: int) -> list[str]:
    offsets = [0, *breaks(text, width), len(text)]
    return [text[start:end].rstrip() for start, end in pairwise(offsets)]


@given(MIXED, st.integers(2, 40))
def test_no_line_is_wider_than_asked_and_nothing_is_lost(text: str, width: int) -> None:
    assert all(cell_len(line) <= width for line in lines(text, width))
    assert "".join("".join(lines(text, width)).split()) == "".join(text.split())


@given(st.text(st.sampled_from("深度学习，。（）abc "), max_size=60), st.integers(12, 30))
def test_no_line_but_the_first_begins_with_closing_punctuation(text: str, width: int) -> None:
    """Unless there is more punctuation in a row than a line holds, or a space stands before it."""
    if not any(run in text for run in ("，。", "。，", "，，", "。。", "））", " ，", " 。", " ）", "）")):
        assert all(line[:1] not in "，。" for line in lines(text, width)[1:] if line)


@pytest.mark.parametrize(
    ("text", "width", "expected"),
    [
        ("学习率为三时，单元会死亡。", 12, ["学习率为三", "时，单元会死", "亡。"]),
        ("第 2 层（隐藏层）的单元", 9, ["第 2 层", "（隐藏", "层）的单", "元"]),
        ("Pourquoi ? « Oui » : 40 % !", 12, ["Pourquoi ?", "« Oui » :", "40 % !"]),
        ("Il en meurt 40 %, soit 3 Mo.", 15, ["Il en meurt", "40 %, soit", "3 Mo."]),
        ("a wonderfully long word", 6, ["a", "wonder", "fully", "long", "word"]),
        ("", 5, [""]),
    ],
)
def test_lines_break_where_a_typesetter_would(text: str, width: int, expected: list[str]) -> None:
    assert lines(text, width) == expected


def test_a_line_break_in_a_file_is_no_space_between_chinese_characters() -> None:
    assert plain("深度\n学习，\n60 次\nKeras\n层") == "深度学习，60 次 Keras 层"


@pytest.mark.parametrize(("text", "shown"), [("\x1b[31mred", "␛[31mred"), ("a\x07b", "a␇b"), ("x\u202ey", "x\ufffdy")])
def test_control_characters_are_shown_and_do_nothing(text: str, shown: str) -> None:
    assert visible(text) == shown


def test_no_line_breaks_at_a_space_that_holds_together() -> None:
    text = "attendu\u202f: «\u00a0mot\u00a0»\u202f; reçu\u202f: autre"
    parts = [text[start:end].rstrip(" ") for start, end in pairwise((0, *breaks(text, 12), len(text)))]
    assert parts == ["attendu\u202f:", "«\u00a0mot\u00a0»\u202f;", "reçu\u202f: autre"]


@given(MIXED, st.integers(0, 4), st.integers(20, 40))
def test_a_hanging_indent_loses_nothing_and_is_no_wider_than_asked(text: str, indent: int, width: int) -> None:
    first, *rest = hanging(" " * indent + text.strip(), width)
    assert all(cell_len(line) <= width for line in (first, *rest))
    assert all(line.startswith(" " * (indent + 2)) for line in rest if line.strip())
    assert "".join("".join((first, *rest)).split()) == "".join(text.split())


def test_each_line_of_a_text_hangs_by_itself() -> None:
    text = "what is wrong with it, told at length\n  next: what one does about it now"
    assert hanging(text, 24) == [
        "what is wrong with it,", "  told at length", "  next: what one does", "    about it now"
    ]  # fmt: skip
