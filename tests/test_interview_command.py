"""`mlquiz interview`: a timed mock in a terminal and by lines, marked by rubric, with a report."""

import json
import re
from pathlib import Path

import pytest
import sample
from sample import TOPIC, asked, short_question, told
from terminal import BACKSPACE, ENTER, INTERRUPT, Result, Terminal, joined, log, run, says

from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.messages import translations
from mlquiz.view.interview import percent

CRITICAL = {
    "level": "senior",
    "form": {"kind": "open", "key_points": ["down", "fast"], "essential": "down"},
    "follow_ups": ["plain-talk"],
    "text": {
        "en": {"question": "Where does rain go?", "answer": "Down.", "critical_error": "Rain goes up.",
               "key_points": {"down": "It goes down.", "fast": "It is fast."}},
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' own bank beside ours, with two questions more in a topic of weather, one following up the other."""
    monkeypatch.setenv("MLQUIZ_BANK", str(tmp_path / "bank"))
    bank = sample.bank(tmp_path / "bank")
    sample.write(bank, "rain", CRITICAL, "weather")
    sample.write(bank, "plain-talk", short_question(), "weather")
    return bank


def interview(*lines: str, options: tuple[str, ...] = ("--topic", TOPIC)) -> Result:
    """An interview over a pipe that ends with these lines."""
    return run("interview", *options, stdin="".join(f"{line}\n" for line in lines))


def test_an_open_question_is_marked_by_its_key_points_and_nothing_is_remembered() -> None:
    result = interview("", "zx", "", options=("--topic", TOPIC, "--form", "open", "--lang", "fr"))
    assert (result.code, result.err) == (0, "")
    assert asked("apples", "fr") in result.text and told("apples", "fr") in result.text
    assert "apples 67 %" in result.text
    assert told("apples", "fr", "key_points")["slow"] in result.out.rpartition(says("Interview", "fr"))[2]
    assert log() == []


def test_a_choice_and_a_number_are_graded_by_the_program_and_count_when_asked_to() -> None:
    result = interview("4,640", "", options=("--topic", TOPIC, "--form", "numeric", "--count"))
    assert says("✓ Right") in result.text and "100 %" in result.text
    result = interview("twelve", "12", "", options=("--topic", TOPIC, "--form", "numeric", "--count"))
    assert says("✗ Wrong") in result.text and "you answered: 12" in result.text and "right: 4640 candles" in result.text
    result = interview("space", "", options=("--topic", TOPIC, "--form", "choice", "--count"))
    assert "right: Of stone" in result.text and "you answered" not in result.text
    graded = [(event["question"], event["rating"], event["answer"]) for event in log()]
    assert graded == [
        ("candles", Rating.GOOD, "4,640"),
        ("candles", Rating.AGAIN, "12"),
        ("bridges", Rating.AGAIN, None),
    ]


def test_a_good_answer_leads_to_the_follow_up_and_one_without_a_rubric_is_marked_by_yes_or_no() -> None:
    with Terminal("interview", "--topic", "weather", "--count") as terminal:
        for _ in range(2):
            is_rain = "Where does rain go?" in terminal.until(says("quit"))
            assert (says("An interviewer would go on with:") in terminal.text) is (not is_rain and len(log()) == 1)
            terminal.press(" ")
            if is_rain:
                terminal.until(says("tick what you said"))
                terminal.press("zx ")
                terminal.until("Rain goes up.")
                terminal.press("n")
            else:
                terminal.until(says("Was that your answer?"))
                terminal.press(" zy")
        terminal.until(says("Interview"))
        assert terminal.leave() == 0 and "100 %" in terminal.text
    assert {(event["question"], event["rating"]) for event in log()} == {
        ("rain", Rating.GOOD),
        ("plain-talk", Rating.GOOD),
    }


def test_saying_the_critical_error_fails_the_answer() -> None:
    result = interview("", "zx", "", "y", options=("--search", "rain", "--topic", "weather", "--count"))
    assert says("Did you say this? It fails the answer.") in result.text
    assert "said what fails the answer: Rain goes up." in result.text and "mlquiz show rain" in result.text
    [event] = log()
    assert (event["rating"], event["answer"]) == (Rating.AGAIN, "down,fast")


def test_as_many_questions_as_asked_for_over_the_topics_of_our_bank() -> None:
    result = interview("", "", options=("--questions", "2", "--form", "choice"))
    assert "question 1 of 2" in result.text
    assert interview(options=("--questions", "7")).text.count("question 1 of 7") == 1


def test_the_report_is_written_as_markdown_and_as_json(tmp_path: Path) -> None:
    file, options = tmp_path / "mock.md", ("--search", "rain", "--topic", "weather")
    result = interview("", "z", "", "n", options=(*options, "--report", str(file), "--ui", "zh"))
    assert says("Written to {file}.", "zh", file=file) in result.text
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"# {says('Interview', 'zh')}, 20") and "1. `rain` (weather, 50%" in text
    assert "mlquiz show rain" in text
    interview("", "z", "", "n", options=(*options, "--report", str(tmp_path / "mock.json")))
    given = json.loads((tmp_path / "mock.json").read_text(encoding="utf-8"))
    assert (given["version"], given["score"], given["counted"]) == (1, 0.5, False)
    assert (given["answers"][0]["said"], given["answers"][0]["missed"]) == (["down"], ["fast"])


def test_a_report_that_cannot_be_written_is_refused_before_the_first_question(tmp_path: Path) -> None:
    (tmp_path / "there.md").write_text("mine")
    result = interview("", options=("--report", str(tmp_path / "there.md"), "--ui", "fr"))
    assert result.code == 2 and result.out == "" and says("give another name", "fr") in result.err
    assert (tmp_path / "there.md").read_text() == "mine"
    result = interview("", options=("--report", str(tmp_path / "nowhere" / "mock.md")))
    assert result.code == 2 and "is not a folder" in result.err


def test_leaving_early_tells_what_was_answered() -> None:
    result = interview("q")
    assert (result.code, result.out.splitlines()[-1]) == (0, says("No question answered."))
    result = interview("4640", "", "q", options=("--topic", TOPIC, "--form", "numeric", "--form", "choice"))
    assert result.code == 0
    assert interview("", "zx").code == 0  # the end of input, in the middle of marking


def test_nothing_to_ask_is_told() -> None:
    result = interview(options=("--leeches", "--ui", "ru"))
    assert result.code == 2 and says("No question is like that.", "ru") in result.err


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_whole_interview_in_a_terminal_in_every_language(language: Language) -> None:
    with Terminal("interview", "--topic", TOPIC, "--lang", language, "--count") as terminal:
        for number in range(1, 4):
            screen = terminal.until(says("quit", language))
            assert says("question {number} of {count}", language, number=number, count=3) in screen
            if asked("apples", language) in screen:
                assert told("apples", language) not in screen
                terminal.press("?l" + "lll" + " ")
                terminal.until(says("tick what you said", language))
                terminal.press("zxcxx")
                terminal.press(ENTER)
            elif asked("bridges", language) in screen:
                stone = told("bridges", language, "choices")["stone"]["text"]
                terminal.press(terminal.line(stone).split()[0])
                terminal.until(says("✓ Right", language))
                terminal.press(" ")
            else:
                terminal.press("46x5" + BACKSPACE + "40" + ENTER)
                terminal.until(says("✓ Right", language))
                terminal.press(ENTER)
        terminal.until(says("Interview", language))
        assert joined(percent(1, translations(language))) in terminal.text
        assert terminal.leave() == 0 and terminal.echoes()
    assert sorted((event["question"], event["rating"]) for event in log()) == [
        (id, Rating.GOOD) for id in ("apples", "bridges", "candles")
    ]


def test_when_the_time_is_up_the_answer_is_shown_and_a_number_that_is_half_typed_is_none() -> None:
    with Terminal("interview", "--topic", TOPIC, "--form", "numeric", "--seconds", "1") as terminal:
        terminal.until(asked("candles", "en"))
        terminal.press("464")
        terminal.until(says("The time for this question is up."))
        assert told("candles", "en") in terminal.text
        terminal.press(" ")
        terminal.until(says("the time was up"))
        assert terminal.leave() == 0 and "0 %" in terminal.text


def test_ctrl_z_gives_the_terminal_back_and_fg_shows_the_question_again_and_the_answer_once_it_is_shown() -> None:
    with Terminal("interview", "--topic", TOPIC, "--form", "numeric", shell=True, width=240) as terminal:
        terminal.until(asked("candles", "en"))
        terminal.press("46")
        terminal.until("> 46")
        for answered in (False, True):
            if answered:
                terminal.press("40" + ENTER)
                terminal.until(says("go on"))
            terminal.press("\x1a")
            terminal.until("topped")  # as the shell says it
            terminal.wait(terminal.echoes, "a terminal that echoes")
            assert not terminal.screen.cursor.hidden
            terminal.press("fg\r")
            terminal.until(says("go on") if answered else "> 46")
            assert asked("candles", "en") in terminal.text
            assert (told("candles", "en") in terminal.text) is answered
            terminal.wait(lambda: not terminal.echoes(), "single keys")
        terminal.press(ENTER)
        terminal.until(says("Interview"))
        assert joined(percent(1, translations("en"))) in terminal.text


def test_interrupted_it_tells_what_was_answered_and_leaves(tmp_path: Path) -> None:
    with Terminal("interview", "--topic", TOPIC, "--form", "numeric", "--form", "choice", "--count") as terminal:
        terminal.until(says("quit"))
        terminal.press(" ")
        terminal.until(says("go on"))
        terminal.press(ENTER)
        terminal.until(says("question {number} of {count}", number=2, count=2))
        terminal.press(INTERRUPT)
        terminal.until(says("What to study"))
        assert terminal.leave() == 130 and terminal.echoes()
    assert len(log()) == 1


@pytest.mark.parametrize("seed_free", range(2))
def test_the_report_has_the_numbers_that_were_asked(tmp_path: Path, seed_free: int) -> None:
    file = tmp_path / "mock.md"
    only = ("--topic", "embeddings", "--form", "numeric", "--questions", "1", "--report", str(file))
    result = interview("7", "", options=only)
    [said] = re.findall(r"Embedding\(([\d, ]+), mask_zero=True\)", result.text.split("you answered")[0])[:1]
    assert f"Embedding({said}, mask_zero=True)" in file.read_text(encoding="utf-8")


def test_who_leaves_over_the_solution_of_a_number_has_answered_it() -> None:
    result = interview("4,640", "q", options=("--topic", TOPIC, "--form", "numeric", "--count"))
    assert "100 %" in result.text and [event["question"] for event in log()] == ["candles"]


def test_who_leaves_before_marking_anything_has_not() -> None:
    result = interview("", "q", options=("--topic", TOPIC, "--form", "open", "--count"))
    assert says("No question answered.") in result.text and log() == []


def test_who_leaves_after_ticking_has() -> None:
    result = interview("", "z", "q", options=("--topic", TOPIC, "--form", "open"))
    assert "1 of 1 questions answered" in result.text
