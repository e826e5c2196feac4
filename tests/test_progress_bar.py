"""A bar is shown for long work, on a terminal, and is gone at its end."""

from io import StringIO
from pathlib import Path

import pytest
import sample

from mlquiz.bank import load
from mlquiz.bank_index import BankIndex
from mlquiz.cli.context import console
from mlquiz.cli.progress_bar import bar
from mlquiz.content import Root


def told(times: int, *, after: int = 0, terminal: bool = True) -> str:
    """What stands in the output when that often something was told."""
    out = console(file=StringIO(), force_terminal=terminal, width=60)
    with bar(out, "Reading", after) as tell:
        for done in range(1, times + 1):
            tell(done, times)
    return str(out.file.getvalue())  # type: ignore[attr-defined]


def test_long_work_is_told_with_how_much_of_it_is_done() -> None:
    assert "Reading" in told(5, after=4) and "100%" in told(5, after=4)


@pytest.mark.parametrize(("times", "after", "terminal"), [(0, 0, True), (5, 5, True), (9, 0, False)])
def test_short_work_and_a_pipe_have_no_bar(times: int, after: int, terminal: bool) -> None:
    assert told(times, after=after, terminal=terminal) == ""


def test_the_bank_tells_of_the_files_that_are_not_in_the_index_alone(tmp_path: Path) -> None:
    root, index = Root(sample.bank(tmp_path / "bank")), BankIndex(tmp_path / "index.db", "1")
    heard: list[tuple[int, int]] = []
    files = len(load([root], index, lambda done, of: heard.append((done, of))).files)
    assert files > 1 and heard == [(done, files) for done in range(1, files + 1)]
    load([root], index, lambda done, of: pytest.fail("nothing is read"))
