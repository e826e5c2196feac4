"""`mlquiz optimize`: parameters are fitted, tested, kept or not, and taken back."""

import json
import os
from collections.abc import Iterable
from io import StringIO
from pathlib import Path
from random import Random

import learners
import pytest
import sample
from builders import DAY, SCHEDULER, reviewed
from rich.cells import cell_len
from rich.console import Console
from terminal import Terminal, log, run, says

from mlquiz.core.fitting import fit
from mlquiz.core.history import histories
from mlquiz.core.log import Entry, Fitted, entry_id
from mlquiz.core.memory import DEFAULT_PARAMETERS, MemoryModel
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.schedule import Scheduler
from mlquiz.messages import translations
from mlquiz.store import Store
from mlquiz.view.fitting import fit as shown

START = 20_000


def fill(entries: Iterable[Entry]) -> None:
    store = Store(Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db", SCHEDULER)
    store.append(entries)
    store.close()


def cards() -> dict[str, float]:
    store = Store(Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db", Scheduler(MemoryModel()))
    stabilities = {id: card.memory.stability for id, card in store.cards().items()}
    store.close()
    return stabilities


@pytest.fixture
def bank(tmp_path: Path) -> str:
    """A bank, and a store with a log that the default parameters do not fit."""
    fill(learners.log(300, 8, learners.FORGETFUL))
    return str(sample.bank(tmp_path / "bank"))


def test_better_parameters_are_kept_as_an_event_and_the_cards_move(bank: str) -> None:
    before = cards()
    told = json.loads(run("optimize", "--json", MLQUIZ_BANK=bank).out)
    assert told["better"] and told["kept"]
    assert told["fitted"]["log_loss"] < told["in_force"]["log_loss"]
    event = log()[-1]
    assert (event["kind"], event["weights"], event["reviews"]) == ("fitted", told["parameters"], told["reviews"])
    assert cards() != before
    assert {event["parameters"] for event in log() if event["kind"] == "reviewed"} == {"default"}


def test_a_dry_run_keeps_nothing(bank: str) -> None:
    before, events = cards(), log()
    done = run("optimize", "--dry-run", MLQUIZ_BANK=bank)
    assert (
        done.code == 0
        and says("They expect better what they have not seen; without --dry-run they would be kept.") in done.text
    )
    assert (cards(), log()) == (before, events)


def test_a_second_fit_finds_nothing_new(bank: str) -> None:
    run("optimize", MLQUIZ_BANK=bank)
    events = log()
    done = run("optimize", MLQUIZ_BANK=bank)
    assert says("The fit gives the parameters in force; nothing to change.") in done.text
    assert log() == events


def test_a_reset_goes_back_and_the_cards_with_it(bank: str) -> None:
    before = cards()
    run("optimize", MLQUIZ_BANK=bank)
    assert says("The default parameters hold again.") in run("optimize", "--reset", MLQUIZ_BANK=bank).text
    assert log()[-1]["weights"] == []
    assert cards() == before
    assert says("The default parameters hold already.") in run("optimize", "--reset", MLQUIZ_BANK=bank).text


@pytest.mark.parametrize("weights", [(float("nan"), *DEFAULT_PARAMETERS[1:]), (-5.0, *DEFAULT_PARAMETERS[1:])])
def test_parameters_that_cannot_be_are_told_and_can_be_taken_back(bank: str, weights: tuple[float, ...]) -> None:
    at = (START + 1000) * DAY
    fill([Fitted(entry_id(at, Random(1)), at, at // DAY, "", weights, 9, "elsewhere")])
    done = run("optimize", MLQUIZ_BANK=bank)
    assert done.code == 2 and "mlquiz optimize --reset" in done.err
    assert run("optimize", "--reset", MLQUIZ_BANK=bank).code == 0
    assert run("stats", MLQUIZ_BANK=bank).code == 0


def test_a_log_with_an_absurd_time_changes_nothing(bank: str) -> None:
    fill([reviewed((START + 900) * DAY, "q1", day=START + 40_000)])
    events = log()
    done = run("optimize", MLQUIZ_BANK=bank)
    assert done.code == 2 and "absurd time, to q1" in done.err and "nothing was changed" in done.err
    assert log() == events


@pytest.mark.parametrize("reviews", [0, 5, 30])
def test_a_short_log_is_told_what_it_can_and_cannot_do(tmp_path: Path, reviews: int) -> None:
    fill(reviewed((START + 3 * turn) * DAY) for turn in range(reviews + 1 if reviews else 0))
    done = run("optimize", MLQUIZ_BANK=str(sample.bank(tmp_path / "bank")))
    assert done.code == 0
    assert ("can be fitted from 8 reviews" in done.text) == (reviews < 8)
    assert ("only the first four parameters" in done.text) == (reviews >= 8)
    assert ("Nothing was fitted; the parameters in force stay." in done.text) == (reviews < 8)
    assert "The fit gives" not in done.text or reviews >= 8
    assert all(event["kind"] == "reviewed" for event in log())


def test_what_if_after_one_answer_speaks_of_one(tmp_path: Path) -> None:
    fill([reviewed(START * DAY)])
    shown = run("optimize", "--what-if", "0.9", MLQUIZ_BANK=str(sample.bank(tmp_path / "bank")))
    assert "those of your 1 answer, with" in shown.text


def test_what_if_sets_retentions_side_by_side(bank: str) -> None:
    told = json.loads(run("optimize", "--what-if", "0.87", "--json", MLQUIZ_BANK=bank).out)
    assert [year["retention"] for year in told["years"]] == [0.8, 0.85, 0.87, 0.9, 0.95]
    assert all(set(year) == {"retention", "reviews", "minutes", "known"} for year in told["years"])
    shown = run("optimize", "--what-if", "0.87", "--ui", "fr", MLQUIZ_BANK=bank)
    assert "87\u00a0%" in shown.out and says("minutes a day", "fr") in shown.out


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (["--what-if", "1.5"], "out of its bounds"), (["--what-if", "nan"], "out of its bounds"),
        (["--what-if", "much"], "not a valid float"), (["--reset", "--dry-run"], "Only one of these at a time."),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(args: list[str], said: str) -> None:
    done = run("optimize", *args)
    assert done.code == 2 and said in done.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fit_is_told_in_each_language_and_drawn(language: Language) -> None:
    found = fit(histories(learners.log(300, 8, learners.FORGETFUL)), DEFAULT_PARAMETERS)
    console = Console(file=StringIO(), width=80)
    console.print(shown(found, translations(language), language))
    assert isinstance(console.file, StringIO)
    lines = console.file.getvalue().splitlines()
    assert max(map(cell_len, lines)) <= 80
    assert says("fitted", language) in lines[2] and "○" in lines[-1] and "●" in lines[-1]
    assert any("┤" in line for line in lines)


def test_the_command_draws_on_a_terminal(bank: str) -> None:
    with Terminal("optimize", "--dry-run", MLQUIZ_BANK=bank) as terminal:
        assert terminal.leave() == 0
        assert "┤" in terminal.text and "log loss" in terminal.text
