"""`mlquiz plan`, and a session that follows it."""

import json
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
from builders import DAY, MODEL, SCHEDULER, candidate, item, learning, reviewed
from rich.cells import cell_len
from rich.console import Console
from table import TODAY as TABLE_DAY
from table import Table
from terminal import Result, joined, log, run, says

from mlquiz import config
from mlquiz.cli import seating
from mlquiz.cli.context import Context, console
from mlquiz.cli.planning import forecast
from mlquiz.core.choosing import Wanted
from mlquiz.core.effort import Effort
from mlquiz.core.forecast import Forecast, recall_now
from mlquiz.core.log import Planned, entry_id, replay
from mlquiz.core.memory import Memory, Rating
from mlquiz.core.plan import Date, Plan, parsed_date, plan_of
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.queue import along, introductions
from mlquiz.core.schedule import Card, Reviewing
from mlquiz.core.session import Grade, Reveal
from mlquiz.messages import translations
from mlquiz.store import Store
from mlquiz.view import amount
from mlquiz.view.footer import grades
from mlquiz.view.plan import plan
from mlquiz.view.today import planned_today

TODAY = parsed_date("2026-11-21")
AHEAD = (datetime.now(tz=UTC) + timedelta(days=20)).date().isoformat()
"""A date that is ahead whenever this runs."""


def planned(at: int, *dates: int, minutes: float = 10.0) -> Planned:
    return Planned(entry_id(at, Random(at)), at, at // DAY, "", tuple((day, "") for day in dates), minutes, (), (), "d")


def told(*args: str) -> dict[str, Any]:
    result = run("plan", *args, "--json")
    assert (result.code, result.err) == (0, "")
    return dict(json.loads(result.out))


def plans() -> list[dict[str, Any]]:
    return [event for event in log() if event["kind"] == "planned"]


# The command --------------------------------------------------------------------------------------------------------


def test_a_plan_is_made_shown_changed_and_dropped() -> None:
    assert told() == {"version": 1, "today": told()["today"], "plan": None, "forecast": None}
    made = told(AHEAD, "--minutes", "25", "--name", "Acme", "--off", "sat,sun")
    assert made["plan"] == {
        "dates": [{"date": AHEAD, "name": "Acme"}], "minutes": 25, "weekdays_off": ["sat", "sun"], "days_off": []
    }  # fmt: skip
    assert told() == made
    assert told("--minutes", "40", "--off", "none")["plan"] == made["plan"] | {"minutes": 40, "weekdays_off": []}
    assert "Acme" in run("plan").out
    assert "dropped" in run("plan", "--clear").out
    assert told()["plan"] is None
    assert [event["minutes"] for event in plans()] == [25, 40, 0]


def test_what_is_told_of_a_plan_adds_up() -> None:
    of = told(AHEAD, "--minutes", "5")["forecast"]
    expected, topics, days = of["expected"][0], of["by_topic"].values(), of["days"]
    assert sum(topic["questions"] for topic in topics) == of["questions"] > 80
    assert sum(topic["recalled_on_dates"][0] for topic in topics) == pytest.approx(expected["recalled"])
    assert of["recalled_now"] == 0 and expected["low"] < expected["recalled"] < expected["high"] <= of["questions"]
    assert sum(day["days"] for day in days) in (19, 20, 21) and all(0 <= day["minutes"] <= 5.001 for day in days)
    assert len(of["introductions"]) + len(of["does_not_fit"]) == of["questions"]


def test_two_dates_may_have_names() -> None:
    later = (datetime.now(tz=UTC) + timedelta(days=60)).date().isoformat()
    made = told(AHEAD, later, "--minutes", "10", "--name", "one", "--name", "two")
    assert [date["name"] for date in made["plan"]["dates"]] == ["one", "two"]
    assert [one["date"] for one in made["forecast"]["expected"]] == [AHEAD, later]


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (("2020-01-01", "--minutes", "10"), "The date is past."),
        (("soon", "--minutes", "10"), "This is no date."),
        ((AHEAD,), "minutes that you have a day"),
        ((AHEAD, "--minutes", "0"), "make no plan"),
        ((AHEAD, "--minutes=-3"), "make no plan"),
        ((AHEAD, "--minutes", "nan"), "make no plan"),
        ((AHEAD, "--minutes", "100000"), "make no plan"),
        ((AHEAD, "2026-01-01", "--minutes", "9"), "The date"),
        ((AHEAD, AHEAD, "--minutes", "9"), "not in order"),
        ((AHEAD, "--minutes", "9", "--off", "mon,tue,wed,thu,fri,sat,sun"), "no day to study"),
        ((AHEAD, "--minutes", "9", "--off", "feast"), "This is no date."),
        ((AHEAD, "--minutes", "9", "--name", "a", "--name", "b"), "more names"),
        (("--minutes", "9"), "no plan to change"),
        (("--clear", AHEAD), "--clear takes no plan"),
    ],
)
def test_what_makes_no_plan_is_refused_and_changes_nothing(args: tuple[str, ...], says: str) -> None:
    result = run("plan", *args)
    assert result.code == 2 and says in result.err and result.out == ""
    assert not (Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db").exists() or plans() == []


def test_study_says_what_is_planned_and_asks_that() -> None:
    assert run("plan", AHEAD, "--minutes", "5").code == 0
    first = told()["forecast"]["asked_today"]
    result: Result = run("study", stdin="q\n")
    assert_same_numbers(result)
    session = json.loads(_setting("session"))
    assert {*session["planned"], session["table"][0]["id"]} == set(first)
    assert "Planned" not in run("study", "--topic", "optimizers", stdin="q\n").text


def assert_same_numbers(session: Result) -> None:
    """That the plan, the session, the day at a glance and all JSON tell the same numbers of today."""
    of, glance = told()["forecast"], json.loads(run("--json").out)["asks"]
    count, enough = len(of["asked_today"]), of["enough_for"]
    assert enough == round(of["days"][0]["new"] + of["days"][0]["reviews"]) < count
    assert (glance["questions"], glance["enough_for"]) == (count, enough)
    assert glance["reviews"] + glance["new"] + glance["learning"] == count
    sentence = f"{count} questions worth asking today; time for about {enough}"
    planned = f"Planned for {AHEAD}: {sentence} (5 minutes)."
    assert planned in joined(session.text) and planned in joined(run().text) and planned in joined(run("due").text)
    assert f"{count} questions left" in session.text
    shown = joined(run("plan").text)
    assert f"{sentence}." in shown
    found = re.search(r"Today about: reviews (\d+), new questions (\d+), 5 minutes\.", shown)
    assert found and int(found[1]) + int(found[2]) == enough


def _setting(name: str) -> str:
    with_store = Store(Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db", SCHEDULER)
    try:
        return with_store.setting(name) or ""
    finally:
        with_store.close()


# A session at a desk with a clock of the test's own -----------------------------------------------------------------


class Room:
    """A session with a clock on the wall."""

    def __init__(self) -> None:
        self.now = datetime.fromisoformat("2026-11-21T12:00:00+00:00")
        self.shown = StringIO()

    @contextmanager
    def choice(self) -> Iterator[seating.Choice]:
        context = Context(
            replace(config.from_environment(os.environ), rollover_hour=4),
            console(file=self.shown, width=80), Console(), lambda: self.now, Random(1),
        )  # fmt: skip
        bank = context.bank()
        with context.store(bank) as store:
            yield seating.Choice(context, bank, store, Wanted())


def test_the_time_of_the_plan_ends_a_session_and_a_day_off_asks_nothing() -> None:
    room = Room()
    with room.choice() as choice:
        off = Planned(
            entry_id(1, Random(1)), 1, TODAY, "", ((TODAY + 9, ""),), 10.0, (), ((TODAY + 1, TODAY + 1),), "d"
        )
        choice.store.append([off])
        desk = seating.seat(choice)
        assert desk.state.ends_at == desk.moment.at + 600_000
    room.now += timedelta(days=1)
    with room.choice() as choice:
        assert seating.seat(choice).state.showing is None
    assert "today is a day off" in room.shown.getvalue()


def test_time_studied_today_is_gone_and_the_effort_is_learnt() -> None:
    with Room().choice() as choice:
        choice.store.append([planned(1, TODAY + 9)])
        slow = [reviewed(TODAY * DAY + n, id, seconds=100) for n, id in enumerate(list(choice.bank.items)[:4])]
        choice.store.append(slow)
        of = forecast(choice.bank, choice.store, TODAY)
        assert of and of.effort.new > Effort().new
        assert of.seconds_left == pytest.approx(600 - 400 - 4 * of.effort.recalled)


def test_after_the_last_date_the_usual_scheduling_is_back() -> None:
    room = Room()
    with room.choice() as choice:
        choice.store.append([planned(1, TODAY)])
        assert choice.forecast(choice.context.moment()) is None
        assert len(choice.queue(choice.context.moment()).planned) == choice.context.settings.new_a_day


def test_what_is_suspended_is_no_part_of_the_plan() -> None:
    from builders import marked

    with Room().choice() as choice:
        some = next(iter(choice.bank.items))
        choice.store.append([planned(1, TODAY + 9), marked(2, some, "suspended")])
        of = forecast(choice.bank, choice.store, TODAY)
        assert of and some not in of.recall and len(of.recall) == len(choice.bank.items) - 1


# The log ------------------------------------------------------------------------------------------------------------


def test_the_newest_plan_holds_and_none_of_them_moves_a_card(tmp_path: Path) -> None:
    store = Store(tmp_path / "s.db", SCHEDULER)
    answer = reviewed(5, "q")
    store.append([answer, planned(9, 30, minutes=3.0), planned(7, 20)])
    assert store.planned() == planned(9, 30, minutes=3.0)
    assert plan_of(store.planned()) == Plan((Date(30),), 3.0)
    assert store.cards() == replay(SCHEDULER, [answer]) == replay(SCHEDULER, store.entries())
    store.rebuild()
    store.append([planned(11)])
    assert store.planned() is None and plan_of(None) is None and len(store.cards()) == 1
    store.close()


# The queue ----------------------------------------------------------------------------------------------------------


def test_the_queue_follows_the_plan_but_parts_twins_and_leaves_out_what_may_not_be_asked() -> None:
    twins = [candidate("a", twins=("b",)), candidate("b"), candidate("c")]
    assert along(twins, {}, "abcx").planned == ("a", "c", "b")
    step = {"c": learning("c", 5)}
    assert along(twins, step, "ab", limit=2) == (("a",), ((5, "c"),))
    assert along(twins, step, "ab", limit=1).planned == ()


def test_new_questions_are_introduced_from_all_topics_in_turn_and_prerequisites_first() -> None:
    fresh = [candidate(id, "big") for id in "abcd"] + [candidate("e", "small", after=("d",)), candidate("f", "small")]
    order = introductions(fresh)
    assert order.index("d") < order.index("e") and sorted(order) == list("abcdef")
    assert introductions([candidate(id, "big") for id in "abcd"] + [candidate("x", "small")]) == list("abxcd")


# The screen ---------------------------------------------------------------------------------------------------------


def test_the_keys_say_when_the_plan_asks_again() -> None:
    card = Card("q", Memory(2.0, 4.0), Reviewing(2, TABLE_DAY), TABLE_DAY - 9, TABLE_DAY - 4, 3, 0)
    for days, good in ((1, "later"), (25, "≈ ")):
        of = Forecast(Plan((Date(TABLE_DAY + days),), 30.0), TABLE_DAY, {"q": card}, (), MODEL, Effort())
        table = Table(item("q"), cards={"q": card}, plan=of).do(Reveal())
        shown = Console(width=120, color_system=None)
        with shown.capture() as capture:
            shown.print(grades(table.screen, translations("en")))
        assert "1 again  10 min" in capture.get() and f"3 good  {good}" in capture.get()
        assert table.do(Grade(Rating.GOOD)).last.rating == Rating.GOOD


def some(minutes: float = 5.0, **changes: Any) -> tuple[Plan, Forecast]:
    of = Plan((Date(TODAY + 24, "Acme"),), minutes, **changes)
    known = {id: Card(id, Memory(3.0, 4.0), Reviewing(3, TODAY), TODAY - 9, TODAY - 3, 2, 0) for id in ("a", "b")}
    return of, Forecast(of, TODAY, known, [f"new-{n}" for n in range(200)], MODEL, Effort())


def lines(language: Language, width: int, *, charts: bool = True) -> list[str]:
    of, ahead = some(weekdays_off=frozenset({6}))
    now = recall_now(ahead.cards, MODEL, TODAY)
    topics = {id: "known" if id in now else "fresh" for id in ahead.recall}
    shown = Console(width=width, color_system=None)
    with shown.capture() as capture:
        shown.print(plan(of, ahead, ahead.asks(), now, topics, translations(language), language, charts=charts))
    return [text.rstrip() for text in capture.get().splitlines()]


def test_the_plan_says_readiness_topics_days_and_what_does_not_fit() -> None:
    shown = lines("en", 80, charts=False)
    assert shown[:2] == ["Plan for 2026-12-15 (Acme): 5 minutes a day", "Days off: Su"]
    assert shown[3:6] == [
        "Readiness",
        "                   recalled  share  90% interval",
        "now                   2/202     1%",
    ]
    assert re.fullmatch(r"2026-12-15 \(Acme\)  +\d+/202 +\d+% +\d+–\d+", shown[6])
    assert "topic  questions  now  2026-12-15" in shown
    assert re.fullmatch(r"known +2 +90% +\d+%", shown[shown.index("By topic") + 3])
    assert "What does not fit" in shown and re.match(
        r"There is no time to introduce \d+ new questions, of 202 in the plan: new-", shown[-2]
    )
    assert shown[-1].endswith("…")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [20, 40, 80])
def test_a_row_has_its_name_on_every_width(language: Language, width: int) -> None:
    shown = lines(language, width, charts=False)
    for name in (says("now", language), "2026-12-15", "fresh", "known"):
        assert any(line.startswith(name) for line in shown)


def test_where_the_table_has_no_room_each_row_stands_under_its_name() -> None:
    assert lines("ru", 40)[5:7] == ["сейчас", "  вспомнено:\u00a02/202 · доля:\u00a01\u00a0%"]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [20, 40, 60, 80, 140])
def test_no_line_is_too_wide_in_any_language(language: Language, width: int) -> None:
    assert max(map(cell_len, lines(language, width))) <= width


def test_a_plan_whose_date_has_come_says_so() -> None:
    shown = Console(width=80, color_system=None)
    with shown.capture() as capture:
        shown.print(plan(Plan((Date(TODAY),), 5.0), None, None, {}, {}, translations("en"), "en"))
    assert "the usual scheduling" in capture.get()
    assert planned_today(some()[1].asks(), translations("fr"), "fr").startswith("Plan pour le 2026-12-15")


def test_what_the_time_is_enough_for_is_all_where_it_is_and_what_is_put_off_is_not_counted() -> None:
    _, ahead = some(minutes=5.0)
    of = ahead.asks()
    assert of.questions == len(ahead.today) > of.enough == round(ahead.ahead[0].new + ahead.ahead[0].reviews)
    assert of.seconds == ahead.seconds_left == 300
    assert ahead.asks([ahead.today[0]]).questions == of.questions - 1
    plan_, _ = some(minutes=60.0)
    known = {"a": Card("a", Memory(3.0, 4.0), Reviewing(3, TODAY), TODAY - 9, TODAY - 3, 2, 0),
             "s": learning("s", TODAY * DAY)}  # fmt: skip
    of = Forecast(plan_, TODAY, known, ["n"], MODEL, Effort()).asks()
    assert (of.reviews, of.new, of.learning) == (1, 1, 1)
    assert (of.enough, of.enough_reviews, of.enough_new) == (3, 2, 1)
    assert of.seconds == pytest.approx(2 * Effort().recalled + Effort().new, abs=10)
    said = planned_today(of, translations("en"), "en")
    assert said == "Planned for 2026-12-15: 3 questions today (1 minute)."


def test_an_expectation_is_not_rounded_to_all_and_a_time_not_to_nothing() -> None:
    told = [amount.whole(value, 86, "en") for value in (66.3, 85.2, 85.96, 86)]
    assert told == ["66", "85", "85.9", "86"]
    assert [amount.expected(share, "fr") for share in (0.994, 0.9999, 1)] == ["99\u00a0%", "99,9\u00a0%", "100\u00a0%"]
    tr = translations("en")
    times = [amount.minutes(seconds, tr, "en") for seconds in (0, 59, 60, 150, 900_000)]
    assert times == ["less than a minute", "less than a minute", "1 minute", "2 minutes", "15,000 minutes"]


def test_little_time_in_all_is_not_told_as_none() -> None:
    shown = Console(width=80, color_system=None)
    of = Plan((Date(TODAY + 1),), 0.5)
    ahead = Forecast(of, TODAY, {}, ["n"], MODEL, Effort())
    with shown.capture() as capture:
        shown.print(plan(of, ahead, ahead.asks(), {}, {"n": "t"}, translations("en"), "en", charts=False))
    assert "Until the last date less than a minute in all." in capture.get()
