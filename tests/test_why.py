"""`mlquiz why`: one question's memory in words and numbers, as the log has it."""

import json
import os
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from random import Random
from time import time

import pytest
import sample
from builders import AGAIN, DAY, EASY, GOOD, HARD, MODEL, SCHEDULER, reviewed
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from terminal import Terminal, run, says

from mlquiz.core.effort import Effort
from mlquiz.core.explanation import Asked, OnStep, Why, by_plan, forgetting, why
from mlquiz.core.forecast import Forecast
from mlquiz.core.history import histories
from mlquiz.core.log import Entry, Marked, Marks, entry_id
from mlquiz.core.memory import Rating
from mlquiz.core.plan import Date, Plan
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.schedule import Scheduler
from mlquiz.core.session import Moment
from mlquiz.messages import translations
from mlquiz.store import Store
from mlquiz.view.footer import wait
from mlquiz.view.why import why as shown

START = 20_000
LOG = [
    reviewed(START * DAY, "q", AGAIN), reviewed(START * DAY + 60_000, "q", GOOD), reviewed(START * DAY + 660_000, "q", GOOD),
    reviewed((START + 2) * DAY, "q", GOOD), reviewed((START + 9) * DAY, "q", HARD), reviewed((START + 16) * DAY, "q", AGAIN),
    reviewed((START + 16) * DAY + 600_000, "q", GOOD),
]  # fmt: skip


def account(log: Sequence[Entry] = LOG, day: int = START + 18, marks: Marks = Marks()) -> Why:  # noqa: B008
    history = next(iter(histories(log)), None)
    return why(SCHEDULER, "q", history, marks, day * DAY, day)


def text(of: Why, language: Language = "en", width: int = 80, own: bool = False) -> str:
    console = Console(file=StringIO(), width=width, markup=False, highlight=False)
    curve = forgetting(SCHEDULER, of.steps, of.day + 10) if of.steps else []
    console.print(shown(of, own, curve, translations(language), language))
    assert isinstance(console.file, StringIO)
    return "\n".join(line.rstrip() for line in console.file.getvalue().splitlines())


ENGLISH = """\
Recall now: 87%. Stability, the days until recall has fallen to 90%: 1.3.
Difficulty, from 1 to 10: 9.2.
Answered 7 times, forgotten in review: 1.
Due for 1 day, since 2024-10-21.
Desired retention: 90%.

History
day         grade  after  recall  stability  difficulty  interval
2024-10-04  again                       0.2         6.4     1 min
2024-10-04  good     0 d          0.2 → 0.2   6.4 → 6.4    10 min
2024-10-04  good     0 d          0.2 → 0.3   6.4 → 6.4       1 d
2024-10-06  good     2 d     73%  0.3 → 2.8   6.4 → 6.4       4 d
2024-10-13  hard     7 d     83%  2.8 → 9.2   6.4 → 7.6       9 d
2024-10-20  again    7 d     92%  9.2 → 1.3   7.6 → 9.2    10 min
2024-10-20  good     0 d          1.3 → 1.3   9.2 → 9.2       1 d

Probability of recall, days from today
    ┌────────────────────────────────────────────┬─────────────────────────┐
100%┤⡇    ⡷⢄               ⢸⠒⠢⠤⣀⣀           ⢸⢄   │                         │
    │⢇    ⡇⠈⠒⢄             ⢸    ⠈⠉⠑⠒⠦⠤⣀⣀⡀   ⢸⠈⢆  │                         │
    │⢸    ⡇   ⠑⠢⢄          ⢸            ⠉⠉⠓⠒● ⠈⢆⡀│                         │
    │ ⡇   ⡇      ⠉⠒⠤⣀      ⢸                    ⠑⢄                         │
 85%┤ ⢇   ⡇          ⠉⠑⠢⠤⣀⣀⢸                     │⠑⢤⡀                      │
    │ ⠈⢆  ⡇               ⠈●                     │  ⠈⠓⠤⣀                   │
    │  ⠘⡄ ⡇                                      │      ⠉⠒⠤⣀⡀              │
    │   ⠈⢆●                                      │          ⠈⠉⠒⠲⠤⣀⣀⡀       │
 70%┤     ⠁                                      │                 ⠉⠉⠒⠒⠢⠤⠤⣀│
    └────────────────────┬───────────────────────┴────────────────────────┬┘
                        −10                      0                       10

What each key would do now
1 again  10 min  Relearning step 1 of 1. Stability 1.3 → 0.4 days, difficulty
                 9.2 → 9.7.
2 hard   2 d     Recall will have fallen to 90% after 2.3 days. Stability 1.3 →
                 2.3 days, difficulty 9.2 → 9.4.
3 good   4 d     Recall will have fallen to 90% after 2.9 days. Fuzz drew 4 out
                 of 3 to 4. It is a day longer than the key before at least.
                 Stability 1.3 → 2.9 days, difficulty 9.2 → 9.2.
4 easy   6 d     Recall will have fallen to 90% after 4.4 days. Fuzz drew 6 out
                 of 5 to 6. It is a day longer than the key before at least.
                 Stability 1.3 → 4.4 days, difficulty 9.2 → 8.9.
""".removesuffix("\n")

OTHERS: dict[Language, str] = {
    "ru": """\
Вероятность вспомнить сейчас: 87 %. Стабильность (за сколько дней она упадёт до
90 %): 1,3. Сложность (от 1 до 10): 9,2.
Ответов: 7, забыт при повторении: 1.
Просрочен на 1 день, с 2024-10-21.
Желаемая доля вспоминания: 90 %.
                  9,2 → 9,2.
4 легко   6 дн.   Вероятность вспомнить упадёт до 90 % через 4,4 дн. Случайный
                  разброс выбрал 6 из 5–6. Интервал хотя бы на день больше, чем
                  у предыдущей клавиши. Стабильность 1,3 → 4,4 дн., сложность
                  9,2 → 8,9.
""",
    "fr": """\
Rappel actuel : 87 %. Stabilité, en jours jusqu'à ce que le rappel tombe à
90 % : 1,3. Difficulté, de 1 à 10 : 9,2.
7 réponses ; oublis en révision : 1.
En retard de 1 jour, depuis le 2024-10-21.
Rétention visée : 90 %.
                     jours, difficulté 9,2 → 9,2.
4 facile     6 j     Le rappel sera tombé à 90 % après 4,4 jours. Tirage
                     aléatoire (fuzz) : 6, entre 5 et 6. C'est au moins un jour
                     de plus qu'avec la touche précédente. Stabilité 1,3 → 4,4
                     jours, difficulté 9,2 → 8,9.
""",
    "zh": """\
当前回忆概率：87%。稳定性（回忆概率降到 90% 所需天数）：1.3。难度（1 到 10）：
9.2。
作答 7 次，复习时遗忘 1 次。
已逾期 1 天，自 2024-10-21 起。
期望保持率：90%。
2 困难  2 天     2.3 天后回忆概率降到 90%。稳定性 1.3 → 2.3 天，难度 9.2 → 9.4。
3 良好  4 天     2.9 天后回忆概率降到 90%。随机浮动从 3 到 4 中取了 4。它至少比
                 前一个按键多一天。稳定性 1.3 → 2.9 天，难度 9.2 → 9.2。
4 简单  6 天     4.4 天后回忆概率降到 90%。随机浮动从 5 到 6 中取了 6。它至少比
                 前一个按键多一天。稳定性 1.3 → 4.4 天，难度 9.2 → 8.9。
""",
}
"""The first lines and the last ones."""


def test_the_account_in_english() -> None:
    assert text(account()) == ENGLISH


@pytest.mark.parametrize("language", OTHERS)
def test_the_account_in_other_languages(language: Language) -> None:
    lines = text(account(), language).splitlines(keepends=True)
    assert "".join((*lines[:5], *lines[-5:], "\n")) == OTHERS[language]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [40, 80, 140])
def test_the_account_fits_and_is_told_in_each_language(language: Language, width: int) -> None:
    lines = text(account(), language, width).splitlines()
    assert max(map(cell_len, lines)) <= width
    assert says("What each key would do now", language) in lines


PLAN = Plan((Date(START + 38),), 3.0)


def under_plan(plan: Plan = PLAN, log: Sequence[Entry] = LOG, marks: Marks = Marks(), spent: float = 0.0) -> Why:  # noqa: B008
    """The account of `q` under a plan for it and forty questions never asked."""
    of = account(log, marks=marks)
    cards = {"q": of.card} if of.card else {}
    fresh = [*map(str, range(40)), *([] if cards else ["q"])]
    ahead = Forecast(plan, of.day, cards, fresh, MODEL, Effort(), spent)
    return replace(of, plan=by_plan(plan, ahead, SCHEDULER, of, of.day * DAY))


BY_PLAN = """\
The plan
It is among the questions for today.
Expected recall on 2024-11-11: 97%.
The plan decides on which day it is asked, whatever the memory alone would say;
from the last date, 2024-11-11, on the memory alone decides again.
"""

KEYS_BY_PLAN = """\
2 hard   ≈ 15 d  About in 15 days by the plan; the memory alone would say 2 d.
                 Recall will have fallen to 90% after 2.3 days. Stability 1.3 →
                 2.3 days, difficulty 9.2 → 9.4.
3 good   ≈ 15 d  About in 15 days by the plan; the memory alone would say 4 d.
                 Recall will have fallen to 90% after 2.9 days. Fuzz drew 4 out
                 of 3 to 4. It is a day longer than the key before at least.
                 Stability 1.3 → 2.9 days, difficulty 9.2 → 9.2.
"""


def test_what_a_plan_does_is_told_of_today_of_the_dates_and_of_each_key() -> None:
    told = text(under_plan())
    assert BY_PLAN in told and KEYS_BY_PLAN in told
    assert "The plan" not in text(account())


def test_a_plan_without_time_today_names_the_day_and_one_without_time_at_all_says_so() -> None:
    off = under_plan(replace(PLAN, days_off=((START + 18, START + 19),)))
    assert off.plan and off.plan.next == START + 20
    assert "Today is a day off.\nNot asked today, but in about 2 days, on 2024-10-24.\n" in text(off)
    spent = under_plan(Plan((Date(START + 19),), 1.0), spent=60.0)
    assert "Not asked again before 2024-10-23: the time does more for other questions.\n" in text(spent)
    assert "4 easy   later" in text(spent)
    assert "By the plan not before 2024-10-23; the memory alone would say 6 d." in text(spent, width=120)
    late = under_plan(Plan((Date(START + 19),), 1.0), log=[], spent=60.0)
    assert "Not introduced before 2024-10-23: there is no time for it.\n" in text(late)


def test_a_plan_waits_for_a_step_and_leaves_out_what_is_suspended_but_not_what_is_buried() -> None:
    log = [reviewed((START + 18) * DAY - 60_000, "q", AGAIN, day=START + 18)]
    assert "It is on a step, and asked when its minutes are up, as without a plan.\n" in text(under_plan(log=log))
    buried = under_plan(marks=Marks(buried=START + 18))
    assert buried.plan and (buried.plan.asked, buried.plan.next) == (Asked.LATER, START + 20)
    of = account()
    nothing = replace(of, plan=by_plan(PLAN, None, SCHEDULER, of, of.day * DAY))
    assert "It is no part of the plan: what is suspended or has left the bank is not asked.\n" in text(nothing)
    assert "≈" not in text(nothing)


@settings(max_examples=15)
@given(st.integers(0, 7), st.lists(st.sampled_from([AGAIN, HARD, GOOD, EASY]), max_size=6), st.floats(0.2, 30))
def test_the_days_of_a_plan_lie_after_today_and_before_its_last_date(
    day: int, ratings: list[Rating], minutes: float
) -> None:
    log = [reviewed((START + n) * DAY, "q", rating) for n, rating in enumerate(ratings)]
    today = START + max(day, len(log))
    of = account(log, today)
    plan = Plan((Date(START + 9), Date(START + 12)), minutes)
    ahead = Forecast(plan, today, {"q": of.card} if of.card else {}, [] if of.card else ["q"], MODEL, Effort())
    told = by_plan(plan, ahead, SCHEDULER, of, today * DAY)
    assert (told.asked is Asked.TODAY) == ("q" in ahead.today)
    assert told.next is None or told.asked is Asked.LATER
    assert all(today < one < START + 12 for one in (told.next, *told.returns.values()) if one is not None)
    steps = [outcome.rating for outcome in of.outcomes if isinstance(outcome.place, OnStep)]
    assert {*steps, *told.returns} == set(Rating) and len(told.recall) == 2


def test_a_question_never_answered_has_no_curve_and_no_history() -> None:
    told = text(account([]))
    assert "Never answered: there is no memory of it yet." in told
    assert "History" not in told and "┤" not in told
    assert "Learning step 1 of 2. Stability 0.2 days, difficulty 6.4." in told


def test_marks_are_told() -> None:
    told = text(account(marks=Marks(suspended=True, buried=START + 18, flagged=True)))
    assert told.splitlines()[:3] == [
        "Suspended: it is not asked until you take that back.", "Buried: it is not asked today.", "Flagged.",
    ]  # fmt: skip
    assert "Buried" not in text(account(marks=Marks(buried=START + 17)))


@pytest.mark.parametrize(
    ("day", "said"),
    [(17, "Due today."), (16, "Due in 1 day, on 2024-10-21."), (14, "Due in 3 days, on 2024-10-21."),
     (18, "Due for 1 day, since 2024-10-21."), (30, "Due for 13 days, since 2024-10-21.")],
)  # fmt: skip
def test_when_it_is_due_is_told(day: int, said: str) -> None:
    assert said in text(account(day=START + day))


def test_a_card_on_a_step_says_so() -> None:
    assert "On a learning step." in text(account(LOG[:1], START))
    assert "On a relearning step." in text(account(LOG[:6], START + 16))


def test_a_topics_own_retention_is_named() -> None:
    assert "Desired retention: 90%, that of its topic." in text(account(), own=True)


def test_the_curve_jumps_to_certainty_at_each_answer_and_falls_between() -> None:
    of = account()
    curve = forgetting(SCHEDULER, of.steps, START + 30)
    assert (curve[0], curve[-1][0]) == ((START, 1.0), START + 30)
    assert [day for day, recall in curve if recall == 1.0] == [
        START,
        START,
        START,
        START + 2,
        START + 9,
        START + 16,
        START + 16,
    ]
    assert all(later >= earlier for (earlier, _), (later, _) in pairwise(curve))
    assert min(recall for _, recall in curve) < 0.9


def test_the_curve_goes_through_what_was_expected_at_each_answer() -> None:
    of = account()
    curve = forgetting(SCHEDULER, of.steps, START + 30)
    for step in of.steps:
        if step.elapsed:
            assert (step.entry.day, step.recall) in [(day, pytest.approx(recall)) for day, recall in curve]


@pytest.fixture
def bank(tmp_path: Path) -> str:
    """A bank, and three answers to one of its questions in the user's store, the last just now."""
    now = int(time() * 1000)
    log: list[Entry] = [reviewed(now - days * DAY, "apples", rating, day=(now - days * DAY) // DAY)
                        for days, rating in ((9, EASY), (2, GOOD), (0, GOOD))]  # fmt: skip
    log.append(Marked(entry_id(now, Random(3)), now, now // DAY, "bridges", "suspended", True, "d"))
    store = Store(Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db", SCHEDULER)
    store.append(log)
    store.close()
    return str(sample.bank(tmp_path / "bank"))


def test_the_command_tells_history_and_keys_through_a_pipe_without_a_picture(bank: str) -> None:
    done = run("why", "apples", MLQUIZ_BANK=bank)
    assert done.code == 0, done.err
    assert done.out.startswith("apples\nsample · open · junior · en\nWhat does an apple do?")
    assert "Answered 3 times, forgotten in review: 0." in done.out
    assert "4 easy" in done.out
    assert "┤" not in done.out and "\x1b" not in done.out


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_draws_the_curve_on_a_terminal(bank: str, language: Language) -> None:
    with Terminal("why", "apples", "--ui", language, MLQUIZ_BANK=bank) as terminal:
        assert terminal.leave() == 0
        assert "100" in terminal.line("┤")
        assert says("History", language) in terminal.text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_command_names_the_plan_in_each_language(bank: str, language: Language) -> None:
    last = date.fromtimestamp(time()) + timedelta(days=20)
    assert run("plan", str(last), "--minutes", "20", MLQUIZ_BANK=bank).code == 0
    with Terminal("why", "apples", "--ui", language, height=60, MLQUIZ_BANK=bank) as terminal:
        assert terminal.leave() == 0
        assert says("The plan", language) in terminal.lines()
        assert terminal.line("≈")


def test_json_has_the_plan_in_the_words_of_study(bank: str) -> None:
    last = str(date.fromtimestamp(time()) + timedelta(days=20))
    assert json.loads(run("why", "apples", "--json", MLQUIZ_BANK=bank).out)["plan"] is None
    run("plan", last, "--minutes", "20", MLQUIZ_BANK=bank)
    today = json.loads(run("plan", "--json", MLQUIZ_BANK=bank).out)["forecast"]["asked_today"]
    asked = json.loads(run("why", today[0], "--json", MLQUIZ_BANK=bank).out)["plan"]
    assert (asked["dates"], asked["asked"], asked["day_off"], asked["next"]) == ([last], "today", False, None)
    told = json.loads(run("why", "apples", "--json", MLQUIZ_BANK=bank).out)["plan"]
    assert told["asked"] == "later" and told["next"] < last and 0 < told["recall_on_dates"][0] < 1
    assert [key["rating"] for key in told["keys"]] == [2, 3, 4]
    left_out = json.loads(run("why", "bridges", "--json", MLQUIZ_BANK=bank).out)["plan"]
    assert (left_out["asked"], left_out["keys"]) == ("left_out", [])


def test_json_has_the_same_facts(bank: str) -> None:
    told = json.loads(run("why", "apples", "--json", MLQUIZ_BANK=bank).out)
    assert (told["version"], told["question"], told["topic"]) == (1, "apples", "sample")
    assert [(step["rating"], step["elapsed"]) for step in told["history"]] == [(4, None), (3, 7), (3, 2)]
    assert told["history"][-1]["after"]["stability"] == told["card"]["stability"]
    assert [key["rating"] for key in told["keys"]] == [1, 2, 3, 4]
    assert told["keys"][0]["relearning"] is True
    assert told["keys"][2]["first"] <= told["keys"][2]["days"] <= told["keys"][2]["last"]


def test_a_suspended_question_that_was_never_answered_is_explained(bank: str) -> None:
    done = run("why", "bridges", MLQUIZ_BANK=bank)
    assert done.code == 0
    assert "Suspended" in done.out and "Never answered" in done.out


def test_an_unknown_question_is_named_with_its_neighbours(bank: str) -> None:
    done = run("why", "aples", MLQUIZ_BANK=bank)
    assert done.code == 2
    assert "There is no question 'aples'." in done.err and "did you mean apples" in done.err


def test_a_question_that_left_the_bank_keeps_its_account(bank: str) -> None:
    Path(bank, "questions", "sample", "apples.yaml").unlink()
    done = run("why", "apples", MLQUIZ_BANK=bank)
    assert done.code == 0
    assert "It is no longer in the bank." in done.out and "Answered 3 times" in done.out


def test_a_renamed_question_is_explained_by_either_name(bank: str) -> None:
    Path(bank, "questions", "sample", "apples.yaml").unlink()
    sample.write(Path(bank), "pears", sample.APPLES | {"formerly": ["apples"]})
    one, other = (run("why", name, "--json", MLQUIZ_BANK=bank) for name in ("apples", "pears"))
    assert len(json.loads(one.out)["history"]) == 3
    assert json.loads(one.out)["question"] == json.loads(other.out)["question"] == "pears"


def test_a_key_waits_as_long_as_the_session_says() -> None:
    for minutes, said in ((5.5, "6 min"), (1.0, "1 min"), (0.2, "1 min"), (90.0, "2 h")):
        steps = (1.0, minutes) if minutes > 1 else (minutes, 10.0)
        scheduler = Scheduler(MODEL, learning_steps=steps)
        of = why(scheduler, "q", None, Marks(), START * DAY, START)
        console = Console(file=StringIO(), width=80, markup=False, highlight=False)
        console.print(shown(of, False, [], translations("en"), "en"))
        assert isinstance(console.file, StringIO)
        rating = Rating.GOOD if minutes > 1 else Rating.AGAIN
        told = re.search(rf"^{int(rating)} \w+ +(\d+ \w+)", console.file.getvalue(), re.MULTILINE)
        card = scheduler.preview(None, "q", START * DAY, START)[rating]
        assert told and told[1] == wait(card, Moment(START * DAY, START), translations("en")) == said
