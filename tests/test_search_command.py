"""`mlquiz search`: questions by their words, through pipes and in a terminal; `--search` where questions are chosen."""

import json
from pathlib import Path

import pytest
import sample
from sample import TOPIC, asked, told
from terminal import ENTER, INTERRUPT, Result, Terminal, log, run, says

from mlquiz.core.question import LANGUAGES, Language

PROMPT = "A number opens the card, Enter leaves:"


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' own bank, in use beside ours: apples (open), bridges (choice), candles (numeric)."""
    monkeypatch.setenv("MLQUIZ_BANK", str(tmp_path / "bank"))
    return sample.bank(tmp_path / "bank")


def found(result: Result) -> list[str]:
    """The ids that a search printed, in order."""
    heads = (line.split() for line in result.out.splitlines() if line[:2].strip().isdigit())
    return [words[1] for words in heads]


@pytest.mark.parametrize(
    ("text", "language"), [("EARTH", "en"), ("pierres", "fr"), ("石头", "zh"), ("Землёй тянуть", "ru")]
)
def test_words_of_any_language_are_found_and_shown_in_it(text: str, language: str) -> None:
    result = run("search", text, "--topic", TOPIC, "--lang", "en" if language != "en" else "fr")
    assert (result.code, result.err) == (0, "")
    [id] = found(result)
    assert id == ("bridges" if text in ("pierres", "石头") else "apples")
    assert f"    {language}: " in result.out.replace("\u00a0:", ":")


def test_the_best_comes_first_and_more_is_told() -> None:
    result = run("search", "what", "--topic", TOPIC)
    assert found(result)[:2] in (["apples", "bridges"], ["bridges", "apples"])
    assert asked("bridges", "en") in result.out and "number · senior" not in result.out
    result = run("search", "gradient", "--limit", "2", "--lang", "ru")
    assert len(found(result)) == 2 and "--limit" in result.text
    assert len(found(run("search", "gradient", "--limit", "100"))) > 10


def test_options_narrow_a_search() -> None:
    assert sorted(found(run("search", "fruit"))) == ["apples", "candles"]
    assert found(run("search", "fruit", "--form", "numeric", "--topic", TOPIC)) == ["candles"]
    assert found(run("search", "fruit", "--level", "junior")) == ["apples"]
    assert found(run("search", "fruit", "--new", "--tag", "light")) == ["candles"]
    assert found(run("search", "fruit", "--flagged")) == []


def test_without_a_question_that_says_all_those_that_say_some_are_offered() -> None:
    result = run("search", "apples", "zeppelin", "--topic", TOPIC)
    assert found(result)[0] == "apples" and says("No question says all of that; these say some of it.") in result.text
    result = run("search", "zeppelin", "--lang", "zh")
    assert (result.code, result.text) == (0, says("Nothing found.", "zh"))


def test_json_is_one_object_and_its_matches_are_places_in_the_text() -> None:
    result = run("search", "guests", "--json")
    given = json.loads(result.out)
    assert (given["version"], given["query"], given["found"], given["partly"]) == (1, "guests", 1, False)
    [one] = given["results"]
    assert (one["number"], one["id"], one["topic"], one["form"], one["level"]) == (
        1,
        "candles",
        TOPIC,
        "numeric",
        "senior",
    )
    assert (one["language"], one["part"], one["question"]) == ("en", "answer", asked("candles", "en"))
    assert [one["text"][start:end] for start, end in one["matches"]] == ["guests"]
    assert json.loads(run("search", "zeppelin", "--json").out)["results"] == []


def test_open_shows_the_card_of_a_result() -> None:
    result = run("search", "guests", "--open", "1", "--lang", "fr")
    assert asked("candles", "fr") in result.text and told("candles", "fr") in result.text
    result = run("search", "guests", "--open", "2")
    assert result.code == 2 and "There is no result 2." in result.err and "from 1 to 1" in result.err
    assert run("search", "zeppelin", "--open", "1").code == 2
    assert "--json opens no card." in run("search", "guests", "--open", "1", "--json").err


@pytest.mark.parametrize("text", ["", '"', "（），。"])
def test_a_text_without_a_word_is_refused(text: str) -> None:
    result = run("search", text, "--ui", "ru")
    assert result.code == 2 and says("There is no word to search for.", "ru") in result.err


@pytest.mark.parametrize("text", ["NOT apples NEAR/3 question: (", "苹" * 10_000, "-- ' \udcff appl*"])
def test_no_text_breaks_a_search(text: str) -> None:
    result = run("search", "--", text)
    assert result.code in (0, 2) and "failed" not in result.err and "Traceback" not in result.err


def test_a_search_opens_no_store_unless_it_must(tmp_path: Path) -> None:
    run("search", "apples")
    assert (tmp_path / "search-index.db").exists() and not (tmp_path / "mlquiz.db").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_in_a_terminal_a_number_opens_the_card(language: Language) -> None:
    with Terminal("search", "fruit", "--lang", language) as terminal:
        listed = terminal.until(says(PROMPT, language))
        assert "apples" in listed and asked("candles", language) in listed
        assert b"33mfruit" in terminal.raw
        terminal.press("9" + ENTER)
        terminal.until(says("There is no result {number}.", language, number=9))
        terminal.press("2" + ENTER)
        terminal.until(told("apples", language))
        terminal.until(says(PROMPT, language))
        assert terminal.leave(ENTER) == 0


def test_interrupted_at_the_prompt_it_leaves() -> None:
    with Terminal("search", "fruit") as terminal:
        terminal.until(PROMPT)
        assert terminal.leave(INTERRUPT) == 130


def test_study_takes_what_a_search_finds() -> None:
    assert run("study", "--search", "гости", stdin="\n4640\n\nq\n").code == 0
    result = run("study", "--search", "носорог", "--ui", "ru")
    assert result.code == 2 and says("No question says that.", "ru") in result.err
    result = run("study", "--search", "ГОСТЕЙ", "--lang", "zh", stdin="4640\n\n")
    assert asked("candles", "zh") in result.text and [event["question"] for event in log()] == ["candles"]
