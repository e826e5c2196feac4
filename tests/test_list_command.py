"""`mlquiz list`: the questions with what stands in the user's memory."""

import json
import os
from pathlib import Path
from random import Random

import pytest
import sample
from builders import AGAIN, DAY, EASY, GOOD, SCHEDULER, item
from rich.cells import cell_len
from rich.console import Console
from sample import TOPIC, asked
from terminal import Terminal, run, says

from mlquiz.core.choosing import LEECH
from mlquiz.core.listing import ORDERS, Row, iso, ordered, rows
from mlquiz.core.log import Marked, Marks, Reviewed, entry_id
from mlquiz.core.memory import Memory, Rating
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.schedule import Card, Learning, Reviewing
from mlquiz.core.session import Moment
from mlquiz.messages import translations
from mlquiz.store import Store
from mlquiz.view.listing import Listing, legend, line

TODAY = 20_000
NOW = Moment(TODAY * DAY, TODAY)


@pytest.fixture(autouse=True)
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The tests' own bank, in use beside ours."""
    monkeypatch.setenv("MLQUIZ_BANK", str(tmp_path / "bank"))
    return sample.bank(tmp_path / "bank")


def card(id: str, place: Learning | Reviewing, lapses: int = 0) -> Card:
    return Card(id, Memory(5.0, 5.0), place, TODAY - 9, TODAY - 1, 3, lapses)


def some() -> list[Row]:
    """Questions of every standing."""
    cards = {
        "due": card("due", Reviewing(10, TODAY - 2)),
        "later": card("later", Reviewing(400, TODAY + 40), lapses=LEECH),
        "step": card("step", Learning(0, NOW.at + 600_000), lapses=1),
    }
    marks = {"later": Marks(suspended=True, flagged=True), "step": Marks(buried=TODAY), "new": Marks(buried=TODAY - 1)}
    topics = {"due": "b", "later": "a", "step": "b", "new": "a"}
    return rows([item(id, topic=topic) for id, topic in topics.items()], cards, marks, NOW)


def shown(of: list[Row], order: str, width: int, language: Language = "en") -> list[str]:
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        console.print(Listing(of, order, NOW, language, translations(language)))  # type: ignore[arg-type]
    return [text.rstrip() for text in capture.get().splitlines()]


@pytest.mark.parametrize(
    ("order", "ids"),
    [
        ("topic", "later new due step"),
        ("due", "due step later new"),
        ("lapses", "later step due new"),
        ("id", "due later new step"),
    ],
)
def test_the_order_is_the_one_asked_for(order: str, ids: str) -> None:
    assert [row.item.id for row in ordered(some(), order)] == ids.split()  # type: ignore[arg-type]


def test_a_row_says_what_stands_of_a_question() -> None:
    due, later, step, new = some()
    assert (due.due, step.due, later.due, new.due) == (True, False, False, False), "the step's minutes are not up"
    assert later.marks == ("flagged", "suspended", "leech") and step.marks == ("buried",) and new.marks == ()
    assert (due.interval, later.interval, step.interval, new.interval) == (10, 400, None, None)
    assert (new.due_day, step.due_day, due.due_day) == (None, TODAY, TODAY - 2)
    assert iso(0) == "1970-01-01" and iso(TODAY) == "2024-10-04"
    assert [iso(day) for day in (2_932_896, 2_932_897, -(2**36))] == ["9999-12-31", "2932897", str(-(2**36))]


def test_the_table_by_topic_has_the_topics_as_headings() -> None:
    assert shown(ordered(some(), "topic"), "topic", 80) == [
        "question id form level       due/interval lapses",
        "a",
        "later       open mid-level 1.3 mo / 1.1 y      8 FSL",
        "new         open mid-level            new",
        "b",
        "due         open mid-level     due / 10 d",
        "step        open mid-level         10 min      1 B",
        "F flagged · S suspended · B buried today · L leech",
    ]


def test_the_table_in_another_order_has_a_column_of_topics() -> None:
    assert shown(ordered(some(), "due")[:1], "due", 80) == [
        "question id topic form level     due/interval lapses",
        "due         b     open mid-level   due / 10 d",
    ]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("order", ORDERS)
@pytest.mark.parametrize("width", [40, 60, 80, 140])
def test_no_line_is_too_wide_and_no_id_is_torn(language: Language, order: str, width: int) -> None:
    long = item("a-question-with-an-id-of-forty-columns-x", topic="interpretability")
    longer = item("learning-rate-scheduler-compounding-after-all", topic="interpretability")
    of = rows(
        [long, longer],
        {one.id: card(one.id, Reviewing(400, TODAY + 400), 12) for one in (long, longer)},
        {one.id: Marks(True, TODAY, True) for one in (long, longer)},
        NOW,
    )
    lines = shown(of, order, width, language)
    assert max(map(cell_len, lines)) <= width
    assert ("Who?" in "".join(lines)) is (width == 140)
    ids = [text.split()[0] for text in lines if text.startswith(("a-", "learning-"))]
    assert ids == [long.id, longer.id if width > 40 else longer.id[:39] + "…"]


def test_where_an_id_has_no_room_beside_them_its_facts_stand_under_it() -> None:
    assert shown(ordered(some(), "lapses")[:2], "lapses", 24) == [
        "later",
        "  a · 1.3 mo / 1.1 y ·",
        "  lapses:\u00a08 · FSL",
        "step",
        "  b · 10 min · lapses:\u00a01",
        "  · B",
        "F flagged · S suspended",
        "· B buried today · L",
        "leech",
    ]


def test_where_it_makes_room_the_columns_that_are_empty_are_left_out() -> None:
    new = [row for row in some() if row.item.id == "new"]
    assert shown(new, "topic", 27) == ["question id due/interval", "a", "new                  new"]


def test_the_legend_names_the_marks_that_are_there() -> None:
    assert legend(some()[:1], translations("en")) == ""
    assert legend(some()[2:3], translations("fr")).startswith("B ")


def test_a_line_has_its_facts_between_tabs() -> None:
    assert [line(row) for row in some()] == [
        "due\tb\topen\tmid\t2024-10-02\t10\t0\t",
        f"later\ta\topen\tmid\t{iso(TODAY + 40)}\t400\t8\tflagged,suspended,leech",
        "step\tb\topen\tmid\t2024-10-04\t\t1\tburied",
        "new\ta\topen\tmid\tnew\t\t0\t",
    ]


def answered(*answers: tuple[str, Rating]) -> None:
    """Answers in the user's store, long ago."""
    store = Store(Path(os.environ["MLQUIZ_HOME"]) / "mlquiz.db", SCHEDULER)
    random = Random(1)
    for at, (id, rating) in enumerate(answers, NOW.at):
        store.append([Reviewed(entry_id(at, random), at, TODAY, id, rating, "open", "en", "x", "default", "test", 5.0)])
    store.append([Marked(entry_id(NOW.at, random), NOW.at, TODAY, answers[0][0], "flagged", True, "test")])
    store.close()


def test_through_a_pipe_there_is_a_line_a_question_and_options_combine() -> None:
    answered(("apples", EASY), ("bridges", AGAIN))
    result = run("list", "--topic", TOPIC, "--sort", "id", "--ui", "ru")
    assert (result.code, result.err) == (0, "")
    fields = [text.split("\t") for text in result.out.splitlines()]
    assert [one[:4] for one in fields] == [
        ["apples", TOPIC, "open", "junior"], ["bridges", TOPIC, "choice", "mid"], ["candles", TOPIC, "numeric", "senior"],
    ]  # fmt: skip
    assert [one[4] == "new" for one in fields] == [False, False, True] and fields[0][-1] == "flagged"
    assert run("list", "--due", "--tag", "fruit").out.split()[:1] == ["apples"]
    assert run("list", "--search", "гости", "--new").out.split()[:1] == ["candles"]
    assert run("list", "--search", "гости", "--due").out == ""
    assert len(run("list").out.splitlines()) > 80


def test_json_tells_the_same_and_more() -> None:
    answered(("apples", GOOD))
    given = json.loads(run("list", "--topic", TOPIC, "--json", "--lang", "fr").out)
    assert given["version"] == 1
    apples, bridges, _ = given["questions"]
    assert apples["state"] == "learning" and apples["due"] and apples["marks"] == ["flagged"]
    assert apples["question"].startswith(asked("apples", "fr")) and apples["reviews"] == 1 and apples["is_due"]
    assert (bridges["state"], bridges["due"], bridges["interval"], bridges["lapses"]) == ("new", None, None, 0)


def test_an_order_that_is_not_there_is_refused() -> None:
    result = run("list", "--sort", "colour", "--ui", "zh")
    assert result.code == 2 and says("There is no such order.", "zh") in result.err and "lapses" in result.err


def test_a_short_list_stands_on_the_screen_and_a_long_one_goes_through_the_pager() -> None:
    with Terminal("list", "--topic", TOPIC, "--ui", "ru", PAGER="sed s/apples/paged/") as terminal:
        assert says("new", "ru") in terminal.until("candles") and "apples" in terminal.text
        assert terminal.leave() == 0
    with Terminal("list", "--sort", "id", height=24, PAGER="sed s/apples/paged/") as terminal:
        terminal.wait(lambda: b"paged" in terminal.raw, "the pager")
        assert terminal.leave() == 0 and b"apples" not in terminal.raw
    with Terminal("list", "--sort", "id", "--no-pager", height=24, PAGER="sed s/apples/paged/") as terminal:
        assert terminal.leave() == 0 and b"apples" in terminal.raw


def test_nothing_to_list_is_told() -> None:
    with Terminal("list", "--leeches", "--ui", "fr") as terminal:
        terminal.until(says("No question is like that.", "fr"))
        assert terminal.leave() == 0
