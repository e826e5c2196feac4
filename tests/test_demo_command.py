"""`mlquiz demo`: the list, the options, the run, and what stands around it when something goes wrong.

A run with TensorFlow takes seconds, so what does not depend on it is shown with a stand-in: a demo that counts.
"""

import json
import math
import os
import re
import signal
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import environments
import pytest
import sample
import stand_in
import terminal
from terminal import (
    BACKSPACE,
    ENTER,
    INTERRUPT,
    PATIENCE,
    Terminal,
    environment,
    joined,
    none_left,
    program,
    run,
)

from mlquiz import demos
from mlquiz.content import own_root
from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.lab import Verdict
from mlquiz.messages import translations
from mlquiz.worker import NotFinite, Worker

OURS = demos.find([own_root()]).demos
EVERY_DEMO = pytest.mark.parametrize("name", sorted(OURS))
CHATTER = re.compile(r"CHATTER|tensorflow|oneDNN|cuda|WARNING|[IWE]0000", re.IGNORECASE)


@pytest.fixture
def counting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The stand-in: `mlquiz demo counting` and `mlquiz demo weighing` run without TensorFlow."""
    return stand_in.use(tmp_path, monkeypatch)


@cache
def stream(*args: str) -> tuple[int, list[dict[str, Any]]]:
    """A real demo's exit code and events."""
    result = run("demo", *args, "--json")
    assert result.err == ""
    return result.code, [json.loads(line) for line in result.out.splitlines()]


class TestTheList:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_tells_what_each_demo_finds_in_every_language(self, language: Language) -> None:
        result = run("demo", "--lang", language)
        assert result.code == 0
        for name, demo in OURS.items():
            assert f"\n  {name}\n" in result.out and demo.topic in result.out
            assert joined(demo.words(language).finding)[:40] in result.text
            assert ", ".join(demo.questions) in result.text

    def test_as_json_it_is_one_object(self) -> None:
        listed = json.loads(run("demo", "--json").out)
        assert [one["demo"] for one in listed["demos"]] == sorted(OURS)
        assert all(one["finding"] and one["questions"] and one["topic"] for one in listed["demos"])

    @pytest.mark.usefixtures("counting")
    def test_demos_of_the_user_stand_beside_ours(self) -> None:
        out = run("demo").out
        assert "counting" in out and "rmsprop" in out and "arithmetic" in out

    @pytest.mark.parametrize("broken", ["demos/broken.py", "demos/counting.yaml", "demos/counting.py"])
    def test_a_broken_file_is_named_and_the_others_are_listed(self, counting: Path, broken: str) -> None:
        path = counting.parents[1] / broken
        path.write_text("text: [", encoding="utf-8")
        result = run("demo")
        assert result.code == 0 and "weighing" in result.out and "rmsprop" in result.out
        assert re.search(rf"{re.escape(str(path))}:\d+:\d+: ", result.err)

    def test_a_demo_without_words_is_named_and_the_others_are_listed(self, counting: Path) -> None:
        counting.with_suffix(".yaml").unlink()
        result = run("demo")
        assert result.code == 0 and "weighing" in result.out
        assert str(counting.with_suffix(".yaml")) in result.err


class TestHelp:
    @EVERY_DEMO
    def test_it_lists_every_parameter_with_its_range_and_default(self, name: str) -> None:
        options = run("demo", name, "--help").text.split("Options:")[1]
        for parameter in OURS[name].parameters:
            told = options.split(f"{parameter.option} ", 1)[1].split("]")[0]
            assert joined(OURS[name].words("en").parameters[parameter.name]) in told
            if parameter.type is not bool:
                assert f"[{parameter.range}; default: {parameter.default}" in told

    @pytest.mark.usefixtures("counting")
    def test_a_switch_has_its_default_too(self) -> None:
        assert re.search(r"--loud / --no-loud .*\[default", run("demo", "counting", "--help").text)

    @EVERY_DEMO
    def test_it_names_the_control_as_one_would_type_it(self, name: str) -> None:
        demo = OURS[name]
        options = demo.command(demo.settings(demo.control)).removeprefix(f"mlquiz demo {name} ").split(" --seed")[0]
        assert f"must fail: {options}." in run("demo", name, "--help").text

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_speaks_the_language_of_the_settings(self, language: Language) -> None:
        assert (
            joined(OURS["rmsprop"].words(language).finding)[:30]
            in run("demo", "rmsprop", "-h", MLQUIZ_LANG=language).text
        )

    def test_formulas_are_readable_in_it(self) -> None:
        assert "$" not in run("demo", "rmsprop", "--help").out

    @pytest.mark.parametrize("name", ["conv-params", "rmsprop"])
    def test_the_source_is_shown_whole(self, name: str) -> None:
        result = run("demo", name, "--source")
        assert result.code == 0 and result.out == OURS[name].source


@pytest.mark.usefixtures("counting")
class TestBadInput:
    """Nothing of it starts a run: the stand-in's TensorFlow would not let one through unseen."""

    @pytest.mark.parametrize(
        ("args", "says"),
        [
            (["rmsporp"], ["'rmsporp'", "did you mean rmsprop?"]),
            (["zzz"], ["'zzz'", "mlquiz demo lists them"]),
            (["counting", "--goal", "6"], ["--goal", "1 to 5", "6"]),
            (["counting", "--goal", "2.5"], ["--goal", "2.5"]),
            (["counting", "--share", "nan"], ["--share", "0.5 to 2.0", "nan"]),
            (["counting", "--share", "1e999"], ["--share", "0.5 to 2.0", "inf"]),
            (["counting", "--how", "ill"], ["--how", "like well", "ill"]),
            (["counting", "--gaol", "3"], ["--gaol", "--goal"]),
            (["counting", "--predict", "sideways"], ["--predict", "one of up, down", "sideways"]),
            (["weighing", "--predict", "heavy"], ["not a number", "heavy"]),
            (["counting", "--lang", "rus"], ["'rus'", "ru"]),
            (["counting", "--json", "--goal", "0"], ["--goal", "1 to 5", "0"]),
            (["counting", "--how", "refused"], ["seven is right out"]),
        ],
    )
    def test_it_is_told_with_what_is_expected_and_exit_code_2(self, args: list[str], says: list[str]) -> None:
        result = run("demo", *args)
        assert result.code == 2
        assert all(part in result.err for part in says) and "Traceback" not in result.err
        assert "refused" in args or result.out == ""

    def test_all_values_out_of_range_are_told_at_once(self) -> None:
        err = run("demo", "counting", "--goal", "6", "--share", "9", "--how", "ill").err
        assert "--goal" in err and "--share" in err and "--how" in err


class TestARun:
    def test_the_json_stream_tells_all_of_it_line_by_line(self) -> None:
        code, events = stream("rmsprop", "--seed", "3", "--predict", "same")
        assert code == 0
        start, *middle, verdict = events
        assert (start["event"], start["demo"], start["predicted"]) == ("start", "rmsprop", "same")
        assert start["settings"]["seed"] == 3 and start["command"] == "mlquiz demo rmsprop --seed 3"
        assert {event["event"] for event in middle} == {"plot", "row", "say"}
        assert (verdict["event"], verdict["holds"], verdict["observed"]) == ("verdict", True, "same")
        assert all(map(math.isfinite, numbers(events)))

    def test_the_same_seed_gives_the_same_events_and_another_seed_others(self) -> None:
        _, first = stream("rmsprop", "--seed", "3", "--predict", "same")
        second = [json.loads(line) for line in run("demo", "rmsprop", "--seed", "3", "--json").out.splitlines()]
        assert second[1:] == first[1:]
        assert stream("rmsprop", "--control", "--seed", "4")[1][1:] != first[1:]

    def test_the_control_fails_with_exit_code_3(self) -> None:
        code, events = stream("rmsprop", "--control", "--seed", "4")
        assert (code, events[-1]["holds"]) == (3, False)
        assert events[0]["settings"]["angle"] == 45.0 and "--angle 45.0" in events[0]["command"]

    def test_lines_end_with_the_verdict_and_what_was_predicted(self) -> None:
        tr, demo = translations("ru"), OURS["conv-params"]
        result = run("demo", "conv-params", "--lang", "ru", "--predict", "320")
        words = demo.words("ru")
        assert (result.code, result.err) == (0, "")
        assert result.out.startswith(words.title) and "$ mlquiz demo conv-params --seed 0" in result.out
        assert tr.gettext("The claim holds") in result.out
        assert tr.gettext("You predicted: {told}. What happened: {observed}").split("{")[0] in result.out
        assert joined(words.limits)[:40] in result.text and not CHATTER.search(result.text)


def numbers(value: Any) -> Iterator[float]:
    """Every number in some JSON."""
    if isinstance(value, (dict, list)):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from numbers(inner)
    elif isinstance(value, (int, float)):
        yield value


@pytest.mark.usefixtures("counting")
class TestAStandInRun:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_speaks_the_language_asked_for(self, language: Language) -> None:
        title, finding, up, height, depth, deep, held, _ = stand_in.WORDS[language]
        result = run("demo", "counting", "--lang", language, "--predict", "up")
        for part in (title, finding, f"{height} 1", f"{depth} {deep}", f"{title} = 3", f"{held} 3"):
            assert part in result.out, part
        tr = translations(language)
        assert tr.gettext("You predicted it: {told}").format(told=up) in result.out
        assert all(tr.gettext(name) in result.out for name in ("Why", "Control", "Limits"))
        other = [WORDS for name, WORDS in stand_in.WORDS.items() if name != language]
        assert not any(words[0] in result.out for words in other)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_before_a_demo_of_ones_own_runs_its_file_is_named_as_code(self, language: Language, counting: Path) -> None:
        out = "".join(run("demo", "counting", "--lang", language, "--control").out.split())
        note = (
            translations(language).gettext("This demo is code from a folder of your own: {path}").format(path=counting)
        )
        assert out.index("".join(note.split())) < out.index(stand_in.WORDS[language][3])

    def test_a_sweep_names_it_too(self, counting: Path) -> None:
        out = "".join(run("demo", "counting", "--sweep", "goal=1:2:2").out.split())
        assert out.index(f"codefromafolderofyourown:{counting}") < out.index("Height")

    def test_a_demo_of_ours_is_not_called_code_of_ones_own(self) -> None:
        assert [name for name, demo in OURS.items() if not demo.ours] == []
        assert "of your own" not in run("demo", "conv-params", "--no-predict").text

    @pytest.mark.parametrize(
        ("options", "code", "says"),
        [
            (["--goal", "4"], 0, "The claim holds"),
            (["--control"], 3, "The claim fails"),
            (["--how", "open"], 4, "Inconclusive"),
            (["--how", "infinite"], 4, "not finite"),
            (["--how", "refused"], 2, "seven is right out"),
            (["--how", "broken"], 5, "the wheel came off"),
            (["--how", "killed"], 5, "exit status -9"),
        ],
    )
    def test_each_outcome_has_its_exit_code(self, options: list[str], code: int, says: str) -> None:
        for form in ([], ["--json"]):
            result = run("demo", "counting", *options, *form)
            assert result.code == code and not CHATTER.search(result.out + result.err.split("its last line was")[0])
            assert "Traceback" not in result.err
            assert says in result.out + result.err or (form and code < 5 and code != 2)

    def test_a_switch_may_be_turned_off_and_is_named_in_the_command(self) -> None:
        command = json.loads(run("demo", "counting", "--no-loud", "--goal", "2", "--json").out.splitlines()[0])[
            "command"
        ]
        assert command == "mlquiz demo counting --goal 2 --no-loud --seed 0"
        assert json.loads(run(*command.split()[1:], "--json").out.splitlines()[0])["settings"]["loud"] is False

    def test_a_choice_is_predicted_by_key_before_the_run(self) -> None:
        with Terminal("demo", "counting") as terminal:
            asked = terminal.until("to skip)")
            assert "What goes up?" in asked and "a Up it goes" in asked and "b Depth" in asked
            assert "Height" not in asked
            terminal.press("b")
            assert terminal.leave() == 0
            assert "You predicted: Depth. What happened: Up it goes" in terminal.text
            assert terminal.echoes() and none_left(terminal.mark)
        assert not CHATTER.search(terminal.raw.decode())

    def test_a_number_is_predicted_with_mistakes_mended(self) -> None:
        with Terminal("demo", "weighing") as terminal:
            terminal.until("What goes up?")
            terminal.press(f"3..{ENTER}")
            terminal.until("That is not a number: type one as 4640 or 0.3162.")
            terminal.press(f"34{BACKSPACE}")
            terminal.until("> 3")
            assert terminal.leave(ENTER) == 0
            assert "You predicted it: 3" in terminal.text

    def test_an_order_is_predicted_letter_by_letter(self) -> None:
        with Terminal("demo", "sorting") as terminal:
            terminal.until("the letters in order")
            terminal.press(f"a{BACKSPACE}xb")
            terminal.until("> b")
            assert terminal.leave("a") == 0
            assert "You predicted it: Depth → Up it goes" in terminal.text

    def test_an_order_is_predicted_by_option(self) -> None:
        wrong = run("demo", "sorting", "--predict", "up, down")
        assert wrong.code == 0 and "You predicted: Up it goes → Depth. What happened: Depth → Up it goes" in wrong.text
        for given in ("up", "up,up", "down,up,down"):
            assert "no order" in run("demo", "sorting", "--predict", given).err

    @pytest.mark.parametrize(("name", "key"), [("counting", " "), ("counting", ENTER), ("weighing", ENTER)])
    def test_a_prediction_may_be_skipped(self, name: str, key: str) -> None:
        with Terminal("demo", name) as terminal:
            terminal.until("What goes up?")
            assert terminal.leave(key) == 0
            assert "You predicted" not in terminal.text and "The claim holds" in terminal.text

    def test_it_may_be_left_out_by_option(self) -> None:
        with Terminal("demo", "counting", "--no-predict") as terminal:
            assert terminal.leave() == 0 and "What goes up?" not in terminal.text

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("width", [20, 80, 120])
    def test_the_picture_fits_every_width(self, language: Language, width: int) -> None:
        with Terminal("demo", "counting", "--lang", language, "--no-predict", width=width) as terminal:
            assert terminal.leave() == 0
            assert "█" in terminal.text and stand_in.WORDS[language][3] in terminal.text
            assert not terminal.screen.cursor.hidden

    @pytest.mark.parametrize("keys", [INTERRUPT, "d" + INTERRUPT])
    def test_an_interrupt_at_the_prediction_leaves_nothing_behind(self, keys: str) -> None:
        with Terminal("demo", "counting") as terminal:
            terminal.until("What goes up?")
            assert terminal.leave(keys[-1]) == 130
            assert terminal.echoes() and none_left(terminal.mark)

    def test_an_interrupt_during_the_run_leaves_nothing_behind(self) -> None:
        with Terminal("demo", "counting", "--how", "endless", "--no-predict") as terminal:
            terminal.until("━")
            assert len(terminal.processes()) > 1
            assert terminal.leave(INTERRUPT) == 130
            assert none_left(terminal.mark) and not terminal.screen.cursor.hidden

    @pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, 137)])
    def test_a_signal_leaves_no_process_behind(self, number: int, code: int) -> None:
        mark = f"counting-{number}-{os.getpid()}"
        process = subprocess.Popen(
            program("demo", "counting", "--how", "endless", "--json"), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment({"MLQUIZ_TEST_MARK": mark}), text=True,
        )  # fmt: skip
        assert process.stdout
        while '"bars"' not in process.stdout.readline():
            pass
        process.send_signal(number)
        _, errors = process.communicate(timeout=PATIENCE)
        assert (process.returncode if process.returncode >= 0 else 128 - process.returncode) == code
        assert errors.strip() == "" and none_left(mark)

    @pytest.mark.parametrize("form", [[], ["--json"]])
    def test_a_reader_that_has_seen_enough_is_no_failure(self, form: list[str]) -> None:
        process = subprocess.Popen(
            program("demo", "counting", "--goal", "5", *form), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=environment(), text=True,
        )  # fmt: skip
        assert process.stdout and process.stdout.readline()
        process.stdout.close()
        assert process.stderr and process.stderr.read() == ""
        process.stderr.close()
        assert process.wait(PATIENCE) == 0


@pytest.mark.usefixtures("counting")
class TestASweep:
    def test_it_draws_the_outcome_for_each_value(self) -> None:
        result = run("demo", "counting", "--sweep", "goal=1:4:4", "--json")
        start, *plots = [json.loads(line) for line in result.out.splitlines()]
        assert result.code == 0 and (start["sweep"], start["values"]) == ("goal", [1, 2, 3, 4])
        assert [(plot["panel"], plot["x"], plot["y"]) for plot in plots] == [
            ("goal", n, {"height": n}) for n in range(1, 5)
        ]

    def test_whole_numbers_are_run_once(self) -> None:
        result = run("demo", "counting", "--sweep", "goal=1:3:9")
        assert result.out.count("Height @") == 3

    def test_in_a_terminal_it_is_a_curve(self) -> None:
        with Terminal("demo", "counting", "--sweep", "goal=1:5:5", "--lang", "fr") as terminal:
            assert terminal.leave() == 0
            assert "━ Hauteur 5" in terminal.text and not terminal.screen.cursor.hidden

    @pytest.mark.parametrize(
        ("sweep", "says"),
        [
            ("goal", "lr=0.01:1.2:16"),
            ("goal=1:5", "lr=0.01:1.2:16"),
            ("goal=1:1e999x:3", "lr=0.01:1.2:16"),
            ("goal=..:2:3", "lr=0.01:1.2:16"),
            ("goal=1:5:1", "2 to 200"),
            ("goal=1:5:99999", "2 to 200"),
            ("goal=5:1:3", "low < high"),
            ("goal=0:5:3:log", "0 < low < high"),
            ("gaol=1:5:3", "did you mean goal?"),
            ("how=1:5:3", "There is no parameter 'how'"),
            ("goal=1:9:3", "expected: 1 to 5"),
            ("share=0.5:1e999:3", "expected: 0.5 to 2.0"),
        ],
    )
    def test_what_is_no_sweep_is_refused(self, sweep: str, says: str) -> None:
        result = run("demo", "counting", "--sweep", sweep)
        assert result.code == 2 and says in result.err and "Traceback" not in result.err

    def test_a_demo_with_no_number_to_draw_says_so(self, counting: Path) -> None:
        counting.write_text(counting.read_text(encoding="utf-8").replace("OUTCOMES =", "NOTHING ="), encoding="utf-8")
        assert "no number to sweep" in run("demo", "counting", "--sweep", "goal=1:5:3").err

    def test_a_demo_may_train_all_values_at_once(self, counting: Path) -> None:
        own = "\n\ndef sweep(parameter, values, **settings):\n    yield Mark(parameter, values[-1], 'deep')\n"
        counting.write_text(counting.read_text(encoding="utf-8") + own, encoding="utf-8")
        (_, line) = run("demo", "counting", "--sweep", "goal=1:5:3", "--json").out.splitlines()
        assert json.loads(line) == {"event": "mark", "panel": "goal", "x": 5, "name": "deep"}


@pytest.mark.usefixtures("counting")
class TestAPictureInAFile:
    @pytest.mark.parametrize("options", [[], ["--sweep", "goal=1:3:3"]])
    def test_the_last_line_says_where_it_was_written(self, options: list[str], tmp_path: Path) -> None:
        """The stand-in's environment has no matplotlib: nothing is drawn here."""
        drawn = "import mlquiz.cli.demo as demo; demo.check = lambda path: None; demo.save = lambda *parts: None; "
        call = ["demo", "counting", "--plot", str(tmp_path / "picture.svg"), *options]
        code = f"{drawn}from mlquiz.cli import main; main({call})"
        done = subprocess.run(
            [terminal.PYTHON, "-c", code], capture_output=True, text=True, check=False, env=environment()
        )
        assert done.stdout.endswith(f"\nWritten to {tmp_path / 'picture.svg'}.\n"), done.stderr

    @pytest.mark.parametrize("options", [["--json"], ["--json", "--sweep", "goal=1:5:3"]])
    def test_a_stream_of_json_draws_none_and_says_so(self, options: list[str], tmp_path: Path) -> None:
        result = run("demo", "counting", "--plot", tmp_path / "picture.svg", *options)
        assert result.code == 2 and "--json draws no picture." in result.err and result.out == ""

    def test_without_matplotlib_it_says_what_to_install(self, tmp_path: Path) -> None:
        result = run("demo", "counting", "--plot", tmp_path / "picture.svg")
        assert result.code == 5 and "pip install 'mlquiz[plot]'" in result.err and result.out == ""

    def test_a_place_where_none_can_be_is_refused_before_the_run(self, tmp_path: Path) -> None:
        for name, says in (("picture.gif", "FILE.png or FILE.svg"), ("nowhere/picture.png", "no such folder")):
            result = run("demo", "counting", "--plot", tmp_path / name)
            assert result.code == 2 and says in result.err and result.out == ""
        (tmp_path / "folder.png").mkdir()
        assert run("demo", "counting", "--plot", tmp_path / "folder.png").code == 2


class TestAWorker:
    def test_it_serves_one_run_after_another(self, counting: Path) -> None:
        with Worker() as worker:
            first, second = (verdict(worker, counting, goal=goal) for goal in (2, 5))
            assert (first.holds, second.holds) == (True, False)

    def test_it_survives_runs_that_end_badly(self, counting: Path) -> None:
        with Worker() as worker:
            for how, error in (("refused", BadInput), ("broken", BadEnvironment), ("killed", BadEnvironment)):
                with pytest.raises(error):
                    verdict(worker, counting, how=how)
                assert verdict(worker, counting).holds
            with pytest.raises(NotFinite):
                verdict(worker, counting, how="infinite")
            assert verdict(worker, counting).holds

    def test_when_it_is_killed_it_says_so_and_another_takes_over(self, counting: Path) -> None:
        with Worker() as worker:
            os.kill(worker._process.pid, signal.SIGKILL)
            with pytest.raises(BadEnvironment, match="died"):
                verdict(worker, counting)
        with Worker() as worker:
            assert verdict(worker, counting).holds

    def test_when_only_the_run_is_killed_it_goes_on(self, counting: Path) -> None:
        with Worker() as worker:
            events = worker.run(counting, settings(how="endless"))
            next(events)
            [child] = Path(f"/proc/{worker._process.pid}/task/{worker._process.pid}/children").read_text().split()
            os.kill(int(child), signal.SIGKILL)
            with pytest.raises(BadEnvironment, match="died"):
                list(events)
            assert verdict(worker, counting).holds

    def test_stopping_it_twice_is_no_failure(self, counting: Path) -> None:
        worker = Worker()
        assert verdict(worker, counting).holds
        worker.stop()
        worker.stop()

    def test_a_real_one_is_warm_for_several_runs(self) -> None:
        demo = OURS["conv-params"]
        with Worker() as worker:
            for given, holds in (({}, True), ({"stack": "nonsense"}, None), (dict(demo.control), False)):
                chosen = demo.settings({}) | given
                if holds is None:
                    with pytest.raises((BadInput, BadEnvironment)):
                        list(worker.run(demo.path, chosen))
                else:
                    *_, last = worker.run(demo.path, chosen)
                    assert isinstance(last, Verdict) and last.holds is holds


def settings(**given: Any) -> dict[str, Any]:
    return {"how": "well", "goal": 3, "share": 1.0, "loud": True, "seed": 0} | given


def verdict(worker: Worker, demo: Path, **given: Any) -> Verdict:
    *_, last = worker.run(demo, settings(**given))
    assert isinstance(last, Verdict)
    return last


class TestWithoutTensorFlow:
    @pytest.fixture
    def without(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """An environment that has neither TensorFlow nor Keras nor NumPy."""
        environments.use(tmp_path, monkeypatch)

    @pytest.mark.usefixtures("without")
    @pytest.mark.parametrize("form", [[], ["--json"], ["--control", "--lang", "zh"]])
    def test_a_demo_says_in_one_line_what_to_install(self, form: list[str]) -> None:
        result = run("demo", "rmsprop", *form)
        assert result.code == 5 and "Traceback" not in result.err
        [line] = [line for line in result.err.splitlines() if "pip install" in line]
        assert "tensorflow" in line and "keras" in line

    @pytest.mark.usefixtures("without")
    def test_everything_else_works(self, tmp_path: Path) -> None:
        assert run("demo").code == run("demo", "rmsprop", "--help").code == run("demo", "rmsprop", "--source").code == 0
        assert run("show", "rmsprop-first-step").code == run("check").code == 0
        assert run("add", "--question", "Who?", "--answer", "She.").code == 0
        result = run("study", "--tag", "rmsprop", stdin="\nd\n3\nq\n")
        assert result.code == 0 and "pip install" in result.out and "1 answer" in result.out

    @pytest.mark.usefixtures("without")
    def test_a_session_in_a_terminal_says_so_at_the_key_and_goes_on(self, tmp_path: Path) -> None:
        bank = sample.bank(tmp_path / "bank", "apples", "bridges")
        sample.write(bank, "apples", sample.APPLES | {"demo": "rmsprop"})
        with Terminal("study", "--topic", sample.TOPIC, MLQUIZ_BANK=str(bank)) as terminal:
            terminal.until(sample.asked("apples", "en"))
            terminal.press(" d")
            assert "pip install" in terminal.until("3 good")
            terminal.press("3")
            terminal.until(sample.asked("bridges", "en"))

    @pytest.mark.parametrize(
        ("code", "says"),
        [("raise ImportError('no AVX here')", "no AVX here"), ("import os; os.abort()", "exit status -6")],
    )
    def test_one_that_cannot_be_imported_is_told_too(self, counting: Path, code: str, says: str) -> None:
        [library] = counting.parents[2].glob("environment/lib/*/site-packages/tensorflow.py")
        library.write_text(code, encoding="utf-8")
        for result in (run("demo", "counting"), run("demo", "counting", "--json")):
            assert result.code == 5 and says in result.err and "Traceback" not in result.err


@pytest.mark.usefixtures("counting")
def test_a_demo_runs_on_the_interpreter_that_runs_the_program() -> None:
    assert run("demo", "counting", PATH="").code == 0


def test_libraries_that_python_finds_by_pythonpath_are_found_by_a_demo_too(counting: Path, tmp_path: Path) -> None:
    """As on a cluster, where `module load` puts TensorFlow there."""
    for name in ("tensorflow.py", "keras.py", "numpy.py"):
        [library] = tmp_path.glob(f"environment/lib/*/site-packages/{name}")
        library.replace(tmp_path / name)
    assert run("demo", "counting", PYTHONPATH=str(tmp_path)).code == 0
    assert counting.exists()
