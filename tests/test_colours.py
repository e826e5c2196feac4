"""NO_COLOR and FORCE_COLOR do what their names say, and a pipe stays a pipe."""

import json
import re

import pytest
from terminal import Terminal, run

from mlquiz.core.settings import KEYS

COLOUR = re.compile(rb"\x1b\[[0-9;]*\b[39][0-7]m")
"""A sequence that sets one of the sixteen colours."""

COMMANDS = [["config"], ["show", "rmsprop-first-step"], ["demo"], ["check", "--errata"]]


@pytest.mark.parametrize("command", COMMANDS)
def test_through_a_pipe_there_is_no_colour_unless_it_is_forced(command: list[str]) -> None:
    assert "\x1b" not in run(*command).out
    forced = run(*command, FORCE_COLOR="1").out
    assert "\x1b[" in forced or command == ["check", "--errata"]  # which is Markdown there
    assert "\x1b[?25l" not in forced and "\x1b[2K" not in forced
    assert "\x1b" not in run(*command, FORCE_COLOR="1", NO_COLOR="1").out


def test_forced_colours_make_no_terminal_of_a_pipe() -> None:
    assert run("list", FORCE_COLOR="1").out == run("list").out
    assert json.loads(run("config", "--json", FORCE_COLOR="1").out)["version"] == 1


@pytest.mark.parametrize("command", COMMANDS[:2])
def test_a_terminal_has_colours_unless_they_are_not_wanted(command: list[str]) -> None:
    for env, coloured in (({}, True), ({"NO_COLOR": "1"}, False)):
        with Terminal(*command, PAGER="cat", **env) as terminal:
            assert terminal.leave() == 0
            assert bool(COLOUR.search(terminal.raw)) is coloured


@pytest.mark.parametrize("command", [["show", "rmsprop-first-step"], ["check", "--errata"], ["check", "--formulas"]])
def test_long_output_goes_through_the_pager_on_a_terminal(command: list[str]) -> None:
    pager = "echo PAGED; cat"
    with Terminal(*command, height=10, PAGER=pager) as terminal:
        assert terminal.leave() == 0 and b"PAGED" in terminal.raw
    with Terminal(*command, "--no-pager", height=10, PAGER=pager) as terminal:
        assert terminal.leave() == 0 and b"PAGED" not in terminal.raw
    assert "PAGED" not in run(*command, PAGER=pager).out


class TestJson:
    """Each report is one object with the version of its form; docs/json.md."""

    @pytest.mark.parametrize(
        ("command", "keys"),
        [
            (["where"], {"paths"}), (["config"], {"file", "exists", "settings", "problems"}), (["demo"], {"demos"}),
            (["show", "rmsprop-first-step", "--lang", "fr"], {"id", "topic", "language", "text", "expected", "level", "form", "file"}),
            (["check"], {"questions", "demos", "problems", "notes", "right_is_longest"}),
            (["check", "--seeds"], {"whole", "items"}), (["check", "--errata"], {"language", "errata"}),
            (["check", "--formulas"], {"formulas"}),
        ],
    )  # fmt: skip
    def test_a_report_is_one_object(self, command: list[str], keys: set[str]) -> None:
        done = run(*command, "--json", MLQUIZ_UI="ru")
        data = json.loads(done.out)
        assert (done.code, done.err, data["version"]) == (0, "", 1) and keys <= set(data)

    def test_its_words_are_english_whatever_the_interface_speaks(self) -> None:
        data = json.loads(run("config", "minutes", "--json", MLQUIZ_UI="zh").out)
        assert [one["meaning"] for one in data["settings"]] == [KEYS["minutes"].says]
        paths = json.loads(run("where", "--json", MLQUIZ_UI="zh").out)["paths"]
        assert {"answers", "settings", "questions (ours)"} <= {one["name"] for one in paths}
