"""A session at a desk with a clock of the test's own: time that is up, a study day that ends, a pause."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from random import Random
from typing import Any

import pytest
import sample
from rich.console import Console
from sample import asked
from terminal import log

from mlquiz import config
from mlquiz.cli import seating
from mlquiz.cli.by_key import ByKey
from mlquiz.cli.by_line import ByLine
from mlquiz.cli.context import Context, console
from mlquiz.cli.desk import Desk
from mlquiz.core.choosing import Wanted
from mlquiz.core.memory import Rating
from mlquiz.core.session import Grade, Put, Reveal
from mlquiz.keys import ENTER, SPACE, TIMEOUT, Keyboard

EVENING = datetime.fromisoformat("2026-03-02T21:00:00+00:00")
NIGHT = datetime.fromisoformat("2026-03-03T03:59:00+00:00")


class Room:
    """A desk, what it shows, and the clock on the wall."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.shown = StringIO()

    @contextmanager
    def desk(self, **settings: Any) -> Iterator[Desk]:
        """A session over the sample bank alone."""
        chosen = replace(config.from_environment(os.environ), **settings)
        context = Context(chosen, console(file=self.shown, width=80), Console(), lambda: self.now, Random(1))
        bank = context.bank()
        with context.store(bank) as store:
            choice = seating.Choice(context, bank, store, Wanted(topics=(sample.TOPIC,)))
            desk = seating.seat(choice)
            yield desk
            seating.leave(desk, choice)

    def lines(self, *lines: str | timedelta) -> Any:
        """Lines to read; a time passes before the line after it."""
        room, rest = self, list(lines)

        class Lines(StringIO):
            def readline(self, *of: Any) -> str:
                while rest and isinstance(rest[0], timedelta):
                    room.now += rest.pop(0)  # type: ignore[operator]
                return f"{rest.pop(0)}\n" if rest else ""

        return Lines()

    def keys(self, *keys: str | timedelta) -> Keyboard:
        """Keys to press; a time that passes is a wait that ends without a key."""
        room, rest = self, list(keys)

        class Keys(Keyboard):
            def press(self, seconds: float | None = None) -> str:
                if rest and isinstance(rest[0], timedelta):
                    room.now += rest.pop(0)  # type: ignore[operator]
                    return TIMEOUT
                return rest.pop(0) if rest else "q"  # type: ignore[return-value]

        return Keys(-1)


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' own bank: apples (open), bridges (choice), candles (numeric), asked in this order."""
    monkeypatch.setenv("MLQUIZ_BANK", str(tmp_path / "bank"))
    return sample.bank(tmp_path / "bank")


def days() -> list[tuple[str, int]]:
    """What happened, and on which day of March 2026."""
    first = datetime(2026, 3, 1).toordinal() - datetime(1970, 1, 1).toordinal()
    with closing(sqlite3.connect(Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db")) as database:
        rows = database.execute("SELECT question, day FROM event ORDER BY id").fetchall()
    return [(question, day - first + 1) for question, day in rows]


MINUTES = timedelta(minutes=1)


def test_after_its_minutes_no_card_is_dealt_until_one_says_so() -> None:
    room = Room(EVENING)
    with room.desk(minutes=15) as desk:
        ByLine(desk, room.lines("", 14 * MINUTES, "4", "", 2 * MINUTES, "4", "", "4640", "q")).run()
    shown = room.shown.getvalue()
    up = shown.index("The time that you gave this session is up.")
    assert shown.index(asked("bridges", "en")) < up < shown.index(asked("candles", "en"))
    assert "Enter go on" in shown and [event["question"] for event in log()] == ["apples", "bridges"]


def test_a_card_on_the_table_when_the_time_is_up_is_gone_on_with_next_time_with_time_of_its_own() -> None:
    room = Room(EVENING)
    with room.desk(minutes=1) as desk:
        ByLine(desk, room.lines("", 2 * MINUTES, "4", "q")).run()
    with room.desk(minutes=1) as desk:
        ByLine(desk, room.lines("", "4", "q")).run()
    assert [event["question"] for event in log()] == ["apples", "bridges"]


@pytest.mark.parametrize("front", ["keys", "lines"])
def test_a_waiting_card_comes_by_itself_when_its_minute_is_up(front: str) -> None:
    room = Room(EVENING)
    with room.desk() as desk:
        if front == "keys":
            actions = (SPACE, "1", SPACE, "4", SPACE, "4", *[MINUTES / 6] * 6, SPACE, "4", ENTER)
            ByKey(desk, room.keys(*actions)).run()
        else:
            ByLine(desk, room.lines("", "1", "", "4", "", "4", 2 * MINUTES, "", "", "4", "")).run()
    assert [event["question"] for event in log()] == ["apples", "bridges", "candles", "apples"]
    assert log()[-1]["seconds"] == 0
    assert "comes back in 1:00" in room.shown.getvalue()


def test_a_new_study_day_in_the_middle_has_its_own_limit_and_no_cards_buried_the_day_before() -> None:
    room = Room(NIGHT)
    with room.desk(new_a_day=2) as desk:
        assert desk.state.to_come == ["apples", "bridges"]
        desk.act(Put("buried"))
        desk.act(Reveal())
        room.now += 2 * MINUTES
        desk.act(Grade(Rating.EASY))
        assert desk.state.to_come == ["apples"]  # the second new one of the new day
        desk.act(Reveal())
        desk.act(Grade(Rating.EASY))
        assert desk.state.to_come == [] and desk.rest.why == "over"
    assert days() == [("apples", 2), ("bridges", 3), ("apples", 3)]


def test_a_clock_set_back_over_the_end_of_a_day_is_no_crash() -> None:
    room = Room(NIGHT + 2 * MINUTES)
    with room.desk() as desk:
        desk.act(Reveal())
        room.now = NIGHT
        desk.act(Grade(Rating.EASY))
        assert set(desk.state.to_come) == {"bridges", "candles"}
    assert days() == [("apples", 2)]


def test_a_session_of_yesterday_is_not_gone_on_with() -> None:
    room = Room(NIGHT)
    with room.desk() as desk:
        ByLine(desk, room.lines("k", "q")).run()
    room.now += 2 * MINUTES
    with room.desk() as desk:
        assert desk.screen.item.id == "apples"
    assert "You go on" not in room.shown.getvalue()


def test_the_heading_tells_the_time_left_from_the_fifth_answer_on() -> None:
    room = Room(EVENING)
    sample.write(Path(os.environ["MLQUIZ_BANK"]), "zebras", sample.short_question())
    with room.desk() as desk:
        pause = MINUTES / 2
        ByLine(
            desk, room.lines("", pause, "1", "", pause, "1", "", pause, "1", "", pause, "1", "", pause, "1", "q")
        ).run()
    headings = [line for line in room.shown.getvalue().splitlines() if "left" in line]
    assert [("about" in line) for line in headings] == [False] * 5 + [True] * (len(headings) - 5)
    assert headings[-1].endswith("questions left, about 2 min")


def test_a_limit_holds_over_the_end_of_a_day(own: Path) -> None:
    room = Room(NIGHT)
    with room.desk() as desk:
        assert desk.plan
        plan = desk.plan
        choice = replace(plan.__self__, limit=2)  # type: ignore[attr-defined]
        assert len(choice.queue(desk.moment).planned) == 2
        assert len(choice.queue(desk.moment, answered=1).planned) == 1
        assert len(choice.queue(desk.moment, answered=5).planned) == 0
