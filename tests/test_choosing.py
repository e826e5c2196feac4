"""Which questions are meant."""

from dataclasses import replace

import pytest
from builders import DAY, NUMBER, item, learning, reviewing

from mlquiz.core.choosing import LEECH, Wanted, chosen
from mlquiz.core.errors import BadInput
from mlquiz.core.log import Marks
from mlquiz.core.question import Citation, SeedSource
from mlquiz.core.session import Moment

ITEMS = [
    item("due", topic="a", tags=["red"]),
    item("later", topic="a", sources=[Citation("Hinton, lecture 6e")]),
    item("step", topic="b", tags=["red", "blue"]),
    item("leech", NUMBER, topic="b", sources=[SeedSource("seed_001.md", 3, "ru")]),
    item("fresh", topic="c"),
]
CARDS = {
    "due": reviewing("due", due_day=10),
    "later": reviewing("later", due_day=11),
    "step": learning("step", 0),
    "leech": reviewing("leech", due_day=30),
}
LAPSED = CARDS | {"leech": replace(CARDS["leech"], lapses=LEECH)}
MARKS = {"later": Marks(flagged=True), "fresh": Marks(suspended=True, flagged=True)}


def ids(**wanted: object) -> list[str]:
    return [one.id for one in chosen(ITEMS, Wanted(**wanted), LAPSED, MARKS, Moment(10 * DAY, 10))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, ["due", "later", "step", "leech", "fresh"]),
        ({"topics": ["a", "c"]}, ["due", "later", "fresh"]),
        ({"tags": ["blue"]}, ["step"]),
        ({"tags": ["red"], "topics": ["a"]}, ["due"]),
        ({"levels": ["senior"]}, []),
        ({"forms": ["numeric"]}, ["leech"]),
        ({"sources": ["hinton"]}, ["later"]),
        ({"sources": ["SEED_001"]}, ["leech"]),
        ({"due": True}, ["due", "step"]),
        ({"new": True}, ["fresh"]),
        ({"leeches": True}, ["leech"]),
        ({"flagged": True}, ["later", "fresh"]),
        ({"flagged": True, "new": True}, ["fresh"]),
    ],
)
def test_parts_narrow_the_choice_and_values_widen_it(wanted: dict[str, object], expected: list[str]) -> None:
    assert ids(**wanted) == expected


def test_of_many_names_the_error_lists_a_dozen_that_the_most_questions_have() -> None:
    tagged = [item(f"i{number}", tags=["common", f"tag-{number:02}"]) for number in range(100)]
    with pytest.raises(BadInput) as error:
        Wanted(tags=["nope"]).check(tagged)
    names = str(error.value.next_step).removeprefix("there are: ").split(", ")
    assert names[0] == "common" and names[-1] == "…" and len(names) == 13
    with pytest.raises(BadInput, match="There is no tag") as error:
        Wanted(tags=["comon"]).check(tagged)


@pytest.mark.parametrize(
    "wanted", [{"topics": ["d"]}, {"tags": ["rde"]}, {"levels": ["boss"]}, {"forms": ["x"]}, {"sources": ["none"]}]
)
def test_a_name_that_no_question_has_is_refused(wanted: dict[str, list[str]]) -> None:
    with pytest.raises(BadInput):
        Wanted(**wanted).check(ITEMS)


def test_names_that_are_there_pass() -> None:
    Wanted(["a"], ["red"], ["mid"], ["open"], ["lecture"]).check(ITEMS)
