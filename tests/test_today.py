"""`mlquiz` alone and `mlquiz due`: what waits and what was done, read at a glance and as the store has it."""

import json
import os
import re
import sqlite3
import subprocess
from collections.abc import Iterable
from contextlib import closing
from datetime import datetime
from io import StringIO
from pathlib import Path
from random import Random
from time import time

import pytest
import sample
from builders import AGAIN, DAY, EASY, GOOD, SCHEDULER, reviewed, undone
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from terminal import PATIENCE, PYTHON, environment, run, says

from mlquiz import glance, prompt
from mlquiz.core.activity import days, streak
from mlquiz.core.choosing import is_due
from mlquiz.core.log import Entry, Marked, Marks, Planned, Reviewed, Undone, entry_id, standing
from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.schedule import FUZZ_SEED, Learning, study_day
from mlquiz.core.session import Moment
from mlquiz.core.today import Today
from mlquiz.messages import translations
from mlquiz.store import Store
from mlquiz.view.today import today as shown

START = 20_000
IDS = ("a", "b", "c", "d")


def fill(path: Path, entries: Iterable[Entry]) -> Store:
    store = Store(path, SCHEDULER)
    store.append(entries)
    return store


def mine() -> Path:
    return Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db"


@st.composite
def logs(draw: st.DrawFn) -> list[Entry]:
    """Answers, undos and marks, mostly day after day."""
    entries: list[Entry] = []
    at = START * DAY
    for _ in range(draw(st.integers(0, 25))):
        at += draw(st.sampled_from([1000, 60_000, DAY // 3, DAY, DAY, 3 * DAY]))
        answer = reviewed(at, draw(st.sampled_from(IDS)), draw(st.sampled_from(Rating)))
        entries.append(answer)
        match draw(st.integers(0, 6)):
            case 0:
                entries.append(undone(at + 10, answer))
            case 1:
                mark = draw(st.sampled_from(["suspended", "buried"]))
                entries.append(Marked(entry_id(at + 20, Random(at)), at, at // DAY, answer.question, mark, True, "d"))
    return entries


@given(log=logs(), later=st.integers(0, 3))
def test_a_glance_sees_what_the_store_knows(
    tmp_path_factory: pytest.TempPathFactory, log: list[Entry], later: int
) -> None:
    path = tmp_path_factory.mktemp("store") / "mlquiz.db"
    store = fill(path, log)
    now = max([entry.at for entry in log], default=START * DAY) + later * DAY + 30_000
    day = now // DAY
    cards, marks = store.cards(), store.marks()
    asked = {id: card for id, card in cards.items() if not marks.get(id, Marks()).hides(day)}
    due = [card for card in asked.values() if is_due(card, Moment(now, day))]
    later = [card for card in asked.values() if isinstance(card.place, Learning) and card.place.due_at > now]
    assert glance.cards(path, IDS, now, day) == (
        len(due), len(later), store.introduced_on(day),
        sum(id not in cards and not marks.get(id, Marks()).hides(day) for id in IDS),
    )  # fmt: skip
    assert prompt.due(str(path), now, day) == len(due)
    answered = [entry for entry in standing(log) if isinstance(entry, Reviewed)]
    found = glance.done(path, day)
    assert sorted(found.seconds) == sorted(entry.seconds for entry in answered if entry.day == day)
    assert streak(found.days, day) == streak(days(answered), day)
    store.close()


def test_the_walk_back_ends_at_the_first_gap(tmp_path: Path) -> None:
    log = [reviewed((START - days) * DAY + 1) for days in (0, 1, 2, 9, 10)]
    fill(tmp_path / "a.db", log).close()
    assert glance.done(tmp_path / "a.db", START).days == {START, START - 1, START - 2}


def test_another_machines_clock_that_is_a_little_behind_breaks_no_streak(tmp_path: Path) -> None:
    log = [
        reviewed(START * DAY + 5, day=START),
        reviewed(START * DAY + 1, day=START - 2),
        reviewed(START * DAY + 3, day=START - 1),
    ]
    fill(tmp_path / "a.db", log).close()
    assert streak(glance.done(tmp_path / "a.db", START).days, START) == 3


@given(st.datetimes(datetime(1971, 1, 1), datetime(2100, 1, 1)), st.integers(0, 23))
def test_the_glances_study_day_is_the_schedulers(local: datetime, rollover: int) -> None:
    assert prompt.day_of(local, rollover) == study_day(local, rollover)


def text(of: Today, language: Language) -> str:
    console = Console(file=StringIO(), width=60, markup=False, highlight=False)
    console.print(shown(of, translations(language), language))
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


BUSY = Today(START, 12, 1, 20, 34, 725.0, 5, (START + 24, "Acme"), is_first=False)
SAID: dict[Language, str] = {
    "en": """\
Today, 2024-10-04
12 questions due · 1 being learnt · 20 new questions
34 answers, 12 minutes · 5 study days in a row
24 days left to Acme, 2024-10-28

mlquiz study   study now
mlquiz stats   how learning goes
mlquiz plan    how ready you are
mlquiz --help  all commands""",
    "ru": """\
Сегодня, 2024-10-04
12 вопросов к повторению · 1 на заучивании · 20 новых
вопросов
34 ответа, 12 минут · 5 учебных дней подряд
24 дня до даты: Acme, 2024-10-28

mlquiz study   заниматься
mlquiz stats   как идёт учёба
mlquiz plan    насколько вы готовы
mlquiz --help  все команды""",
    "fr": """\
Aujourd'hui, 2024-10-04
12 questions à réviser · 1 en apprentissage · 20 nouvelles
questions
34 réponses, 12 minutes · 5 jours d'étude d'affilée
24 jours avant l'échéance : Acme, 2024-10-28

mlquiz study   étudier maintenant
mlquiz stats   les progrès
mlquiz plan    où en est votre préparation
mlquiz --help  toutes les commandes""",
    "zh": """\
今天，2024-10-04
12 题到期 · 1 题在学 · 20 道新题
34 次作答，12 分钟 · 连续学习 5 天
距 Acme, 2024-10-28 还有 24 天

mlquiz study   开始学习
mlquiz stats   学习进展
mlquiz plan    准备得怎么样
mlquiz --help  全部命令""",
}
"""A day with something of everything."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_day_in_each_language(language: Language) -> None:
    assert text(BUSY, language) == SAID[language]


def test_a_day_on_which_nothing_waits_points_elsewhere() -> None:
    told = text(Today(START, 0, 0, 0, 0, 0.0, 0, None, is_first=False), "en")
    assert told.splitlines()[1:3] == ["Nothing is due.", "Nothing answered yet today."]
    assert "mlquiz study" not in told and "mlquiz demo" in told


def test_the_planned_day_itself_is_said() -> None:
    assert "This is the day: 2024-10-04" in text(Today(START, 1, 0, 0, 0, 0.0, 0, (START, ""), is_first=False), "en")


def planned(at: int, *dates: tuple[int, str]) -> Planned:
    return Planned(entry_id(at, Random(at)), at, at // DAY, "", dates, 25.0, (), (), "d")


def test_the_newest_plan_that_was_not_undone_holds(tmp_path: Path) -> None:
    first, slip = planned(START * DAY, (START + 9, "a"), (START + 20, "b")), planned(START * DAY + 9, (START + 3, ""))
    store = fill(tmp_path / "a.db", [first, slip])
    assert glance.dates(tmp_path / "a.db") == [(START + 3, "")]
    store.append([Undone(entry_id(START * DAY + 20, Random(1)), START * DAY + 20, START, "", slip.id)])
    assert glance.dates(tmp_path / "a.db") == [(START + 9, "a"), (START + 20, "b")]
    store.append([planned(START * DAY + 30)])
    assert glance.dates(tmp_path / "a.db") == []
    store.close()


@pytest.fixture
def bank(tmp_path: Path) -> str:
    """Three questions, of which one is due, one is on a step, and one was never answered; one answer was of today."""
    now = int(time() * 1000)
    day = study_day(datetime.now(), 4)
    log = [reviewed(now - 20 * DAY, "apples", EASY, day=day - 20), reviewed(now - 5000, "bridges", AGAIN, day=day),
           reviewed(now - 30 * DAY, "gone", EASY, day=day - 30)]  # fmt: skip
    fill(mine(), log).close()
    return str(sample.bank(tmp_path / "bank"))


def test_mlquiz_alone_tells_the_day(bank: str) -> None:
    done = run(MLQUIZ_BANK=bank)
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == f"Today, {datetime.now().date().isoformat()}" or datetime.now().hour < 4
    assert lines[1] == "1 question due · 1 being learnt · 19 new questions"
    assert lines[2] == "1 answer, less than a minute · 1 study day in a row"
    told = json.loads(run("--json", MLQUIZ_BANK=bank).out)
    assert {name: told[name] for name in ("version", "due", "learning", "new", "answers", "streak", "is_first")} == {
        "version": 1, "due": 1, "learning": 1, "new": 19, "answers": 1, "streak": 1, "is_first": False,
    }  # fmt: skip


def test_mlquiz_alone_tells_how_long_it_is_to_the_date(bank: str) -> None:
    day = study_day(datetime.now(), 4)
    fill(mine(), [planned(int(time() * 1000), (day - 3, "past"), (day + 12, "Acme"))]).close()
    assert "12 days left to Acme, " in run(MLQUIZ_BANK=bank).out
    assert json.loads(run("--json", MLQUIZ_BANK=bank).out)["planned"]["days"] == 12


def test_mlquiz_alone_with_nothing_studied_says_how_to_begin() -> None:
    done = run("--ui", "fr")
    assert done.code == 0
    assert says("study now", "fr") in done.out and says("experiments that show the answers", "fr") in done.out
    assert not mine().exists(), "looking makes no store"


def test_json_without_a_command_stands_alone() -> None:
    done = run("--json", "where")
    assert done.code == 2 and "--json stands behind the command." in done.err


def test_help_is_still_the_help() -> None:
    assert run("--help").out.startswith("Usage: mlquiz")


@pytest.mark.parametrize("language", LANGUAGES)
def test_due_is_a_sentence(bank: str, language: Language) -> None:
    expected = translations(language).ngettext("{n} question is due.", "{n} questions are due.", 1).format(n=1)
    assert run("due", "--ui", language, MLQUIZ_BANK=bank).out == expected + "\n"


def test_due_as_json(bank: str) -> None:
    told = json.loads(run("due", "--json", MLQUIZ_BANK=bank).out)
    assert told == {"version": 1, "due": 1, "learning": 1, "new": 19, "asks": None}


def due_everywhere(bank: str) -> list[int]:
    """What each command says is due."""
    env = {"MLQUIZ_BANK": bank}
    options = ("--plain", "--due")
    left = re.search(r"(\d+) questions? left", run("study", *options, stdin="q\n", **env).text)
    return [
        json.loads(run("due", "--json", **env).out)["due"],
        int(run("due", "--prompt", **env).out or "0"),
        json.loads(run("--json", **env).out)["due"],
        int(left[1]) if left else 0,
        sum(one["is_due"] for one in json.loads(run("list", "--json", **env).out)["questions"]),
    ]


def test_all_commands_agree_on_what_is_due_also_on_steps_and_under_a_plan(tmp_path: Path) -> None:
    bank, now, day = str(sample.bank(tmp_path / "bank")), int(time() * 1000), study_day(datetime.now(), 4)
    step = reviewed(now - 5000, "bridges", AGAIN, day=day)
    fill(mine(), [step]).close()
    assert due_everywhere(bank) == [0] * 5, "its minutes are not up"
    log = [reviewed(now - 20 * DAY, "apples", EASY, day=day - 20), reviewed(now - 900_000, "candles", AGAIN, day=day)]
    fill(mine(), log).close()
    assert due_everywhere(bank) == [2] * 5, "the minutes of one are up"
    fill(mine(), [planned(now, (day + 9, ""))]).close()
    assert due_everywhere(bank) == [2] * 5, "a plan changes what is asked, not what is due"
    assert "2 questions are due.\nPlanned for " in run("due", MLQUIZ_BANK=bank).out


def test_a_store_that_cannot_be_read_is_explained() -> None:
    mine().write_bytes(b"no database at all" * 100)
    for args in ([], ["due"]):
        done = run(*args)
        assert done.code == 5 and "this is not a database" in done.text


def prompted(**env: str) -> tuple[int, str, str]:
    done = run("due", "--prompt", **env)
    return done.code, done.out, done.err


def test_a_prompt_is_the_number_of_what_is_due(bank: str) -> None:
    assert prompted() == (0, "2\n", "")  # the question that left the bank, too: the bank is not read


def test_a_prompt_is_silent_where_nothing_is_due_or_nothing_is_there(tmp_path: Path) -> None:
    assert prompted() == (0, "", "")
    assert not mine().exists()
    fill(mine(), [reviewed(int(time() * 1000), "apples", GOOD)]).close()
    assert prompted() == (0, "", "")


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_a_prompt_is_silent_about_a_damaged_store(content: bytes) -> None:
    mine().write_bytes(content)
    assert prompted() == (0, "", "")


def test_a_prompt_is_silent_about_a_broken_configuration(bank: str) -> None:
    mine().with_name("config.toml").write_text("rollover_hour = ", encoding="utf-8")
    assert prompted() == (0, "", "")


def test_a_prompt_does_not_wait_for_a_lock(bank: str) -> None:
    with sqlite3.connect(mine(), isolation_level=None) as db:
        db.execute("PRAGMA locking_mode = EXCLUSIVE")
        db.execute("BEGIN EXCLUSIVE")
        db.execute("INSERT INTO setting VALUES ('a', 'b')")
        code, out, err = prompted()
    db.close()
    assert (code, err) == (0, "") and out in ("", "2\n")


def test_a_prompt_finds_a_store_whose_path_has_signs_of_its_own(bank: str, tmp_path: Path) -> None:
    home = tmp_path / "100% sure? #1"
    home.mkdir()
    mine().rename(home / "mlquiz.db")
    assert prompted(MLQUIZ_HOME=str(home))[1] == "2\n"


def test_a_prompt_tells_the_number_also_where_an_older_program_moved_the_cards(tmp_path: Path) -> None:
    now, day = int(time() * 1000), study_day(datetime.now(), 4)
    store = fill(mine(), [reviewed(now - 20 * DAY, "apples", EASY, day=day - 20)])
    store.obey(SCHEDULER)
    store.close()
    env = {"MLQUIZ_BANK": str(sample.bank(tmp_path / "bank"))}
    with closing(sqlite3.connect(mine(), isolation_level=None)) as db:
        db.execute("UPDATE card SET due_day = due_day + 1000")
        assert prompted(**env) == (0, "", ""), "by the cards as they stand"
        db.execute("UPDATE setting SET value = replace(value, ?, 'older') WHERE name = 'rules'", (FUZZ_SEED,))
    assert prompted(**env) == (0, "1\n", "")
    assert prompt.FUZZ_SEED == FUZZ_SEED


def test_a_prompt_knows_when_the_study_day_begins(bank: str) -> None:
    config = mine().with_name("config.toml")
    config.write_text("rollover_hour = 0\n", encoding="utf-8")
    assert prompted()[1] == "2\n"


def test_a_prompt_imports_nothing_else_of_the_program(bank: str) -> None:
    probe = """\
import sys
sys.argv = ["mlquiz", "due", "--prompt"]
from mlquiz.__main__ import main
try:
    main()
except SystemExit:
    ours = ("mlquiz", "rich", "click", "typer", "fsrs_rs_python", "yaml", "pydantic")
    print(*sorted(name for name in sys.modules if name.partition(".")[0] in ours))
"""
    done = subprocess.run(
        [PYTHON, "-c", probe], capture_output=True, text=True, env=environment(), timeout=PATIENCE, check=True
    )
    assert done.stdout.splitlines() == ["2", "mlquiz mlquiz.__main__ mlquiz.prompt"]
