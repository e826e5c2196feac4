"""A mock interview's rules: which questions, what an answer is worth, what the report says."""

from random import Random

import pytest
from builders import CHOICE, NUMBER, OPEN, item
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from mlquiz.core.interview import DEPTH, Answered, Asked, Interview, drawn
from mlquiz.core.interview_report import as_json, report
from mlquiz.core.memory import Rating
from mlquiz.core.question import LANGUAGES, Language, Open
from mlquiz.core.queue import are_twins
from mlquiz.core.session import Item
from mlquiz.messages import translations
from mlquiz.view.interview import clock, markdown, remarks
from mlquiz.view.interview import report as shown

ALL = ("first", "second", "third")
TALK = Open("open")
"""An open question without key points."""


def answered(form: object = OPEN, id: str = "one", topic: str = "topic", **facts: object) -> Answered:
    return Answered(item(id, form, topic), facts.pop("follows", None), facts.pop("seconds", 60.0), **facts)  # type: ignore[arg-type]


@given(
    topics=st.lists(st.integers(0, 4), max_size=30),
    twins=st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=8),
    count=st.integers(1, 12),
    seed=st.integers(),
)
def test_the_questions_are_spread_over_the_topics_without_twins(
    topics: list[int], twins: list[tuple[int, int]], count: int, seed: int
) -> None:
    of = {one: [f"q{other}" for first, other in twins if first == one and other != one] for one in range(len(topics))}
    items = [item(f"q{place}", topic=f"t{topic}", twins=of[place]) for place, topic in enumerate(topics)]
    by_id = {one.id: one for one in items}
    taken = [by_id[id] for id in drawn(items, count, Random(seed))]
    assert len(taken) <= count and len({one.id for one in taken}) == len(taken)
    assert not any(are_twins(one.candidate, other.candidate) for one in taken for other in taken if one is not other)
    if not twins:
        assert len(taken) == min(count, len(items))
        asked = {topic: sum(one.topic == topic for one in taken) for topic in {one.topic for one in items}}
        there = {topic: sum(one.topic == topic for one in items) for topic in asked}
        assert all(asked[one] >= asked[other] - 1 or asked[one] == there[one] for one in asked for other in asked)


@pytest.mark.parametrize(
    ("answer", "rating", "score"),
    [
        (answered(said=ALL), Rating.GOOD, 1.0),
        (answered(said=("first", "third")), Rating.HARD, 2 / 3),
        (answered(said=("second", "third")), Rating.AGAIN, 0.0),  # the essential point is lacking
        (answered(), Rating.AGAIN, 0.0),
        (answered(said=ALL, critical=True), Rating.AGAIN, 0.0),
        (answered(said=ALL, late=True), Rating.GOOD, 1.0),
        (answered(TALK, right=True), Rating.GOOD, 1.0),
        (answered(TALK, right=False), Rating.AGAIN, 0.0),
        (answered(CHOICE, right=True), Rating.GOOD, 1.0),
        (answered(CHOICE, right=True, late=True), Rating.AGAIN, 0.0),
        (answered(NUMBER, right=False), Rating.AGAIN, 0.0),
        (answered(NUMBER), Rating.AGAIN, 0.0),
    ],
)
def test_the_rubric_proposes_a_grade_and_gives_a_score(answer: Answered, rating: Rating, score: float) -> None:
    assert (answer.rating, answer.score) == (rating, pytest.approx(score))


def going(*items: Item, count: int = 9, seconds: float = 600) -> Interview:
    return Interview({one.id: one for one in items}, tuple(one.id for one in items), count, seconds)


def good(interview: Interview, asked: Asked, **facts: object) -> Interview:
    return interview.after(Answered(interview.items[asked.id], asked.follows, 1.0, said=ALL, **facts))  # type: ignore[arg-type]


def test_a_good_answer_leads_deeper_and_not_for_ever() -> None:
    chain = [item(f"q{place}", follow_ups=[f"q{place + 1}", "nowhere"]) for place in range(6)]
    interview = going(item("start"), *reversed(chain))
    assert interview.next() == Asked("start")
    interview = good(interview, Asked("start"))
    interview = good(interview, Asked("q0"))
    for place in range(DEPTH):
        assert interview.next() == Asked(f"q{place + 1}", f"q{place}")
        interview = good(interview, Asked(f"q{place + 1}", f"q{place}"))
    assert interview.next() == Asked("q5")


def test_a_poor_answer_leads_to_the_next_topic() -> None:
    first, second, third = item("first", follow_ups=["third"]), item("second"), item("third")
    interview = going(first, second, third).after(Answered(first, None, 1.0, said=("first",)))
    assert interview.next() == Asked("second")


def test_no_question_and_no_twin_is_asked_twice() -> None:
    first = item("first", follow_ups=["twin", "second"], twins=["twin"])
    interview = good(going(first, item("twin"), item("second")), Asked("first"))
    assert interview.next() == Asked("second", "first")
    assert good(interview, Asked("second", "first")).next() is None


def test_it_is_over_when_the_questions_or_the_time_are() -> None:
    interview = going(item("a"), item("b"), item("c"), count=2, seconds=10)
    assert good(good(interview, Asked("a")), Asked("b")).next() is None
    late = interview.after(Answered(interview.items["a"], None, 10.0, late=True))
    assert late.left == 0 and late.next() is None


def one_interview() -> Interview:
    """Two topics: one good, one with all that can go wrong."""
    texts = {"critical_error": "It goes up."}
    failed = item("failed", topic="weak", demo="rmsprop")
    for language, text in failed.question.text.items():
        failed.question.text[language] = type(text)(  # type: ignore[index]
            text.question, text.answer, key_points=text.key_points, critical_error=texts["critical_error"]
        )
    answers = (
        answered(id="good", topic="strong", said=ALL),
        Answered(failed, "good", 90.0, True, ("first",), True),
        answered(CHOICE, "chosen", "weak", right=False, given="wrong"),
        answered(NUMBER, "counted", "weak", right=False, given="4", expected=4640.0),
        answered(id="half", topic="strong", said=("first",)),
    )
    return Interview({}, (), 6, 600, answers)


def test_the_report_has_scores_by_topic_the_weakest_first_and_what_to_study() -> None:
    of = report(one_interview())
    assert [(topic.name, topic.asked, round(topic.score, 2)) for topic in of.topics] == [
        ("weak", 3, 0.0),
        ("strong", 2, 0.67),
    ]
    assert of.score == pytest.approx((1 + 1 / 3) / 5) and of.seconds == 330
    assert [one.item.id for one in of.to_study] == ["failed", "chosen", "counted", "half"]
    assert of.weak_topics == ["weak", "strong"] and of.demos == ["rmsprop"]
    told = as_json(of, "2026-12-15T12:00:00+01:00", counted=False)
    assert told["study"] == {
        "topics": of.weak_topics,
        "questions": [one.item.id for one in of.to_study],
        "demos": ["rmsprop"],
    }
    assert told["answers"][1]["critical_error"] and told["answers"][1]["missed"] == ["second", "third"]


def test_what_is_remarked_on_an_answer() -> None:
    answers = one_interview().answered
    told = [list(remarks(one, "en", translations("en"))) for one in answers]
    assert told[0] == []
    assert told[1] == [
        "follow-up of good", "the time was up", "said what fails the answer: It goes up.", "missed: A point.", "missed: A point.",
    ]  # fmt: skip
    assert told[2] == ["you answered: wrong", "right: right"]
    assert told[3] == ["you answered: 4", "right: 4640"]


def test_the_report_as_markdown() -> None:
    text = markdown(report(one_interview()), "en", "2026-12-15", translations("en"))
    assert text.splitlines()[:9] == [
        "# Interview, 2026-12-15",
        "",
        "27 % · 5 of 6 questions answered · 5:30 of 10:00",
        "",
        "## By topic",
        "",
        "| topic | questions | score | time |",
        "|---|---:|---:|---:|",
        "| weak | 3 | 0 % | 3:30 |",
    ]
    assert "2. `failed` (weak, 0 %, 1:30)\n\n   en: Who?\n\n   - follow-up of good\n" in text
    assert text.endswith("```\nmlquiz study --topic weak --topic strong\nmlquiz show failed\nmlquiz show chosen\n"
                         "mlquiz show counted\nmlquiz show half\nmlquiz demo rmsprop\n```\n")  # fmt: skip


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", [60, 80])
def test_the_report_on_the_screen_says_the_same_in_every_language(language: Language, width: int) -> None:
    console = Console(width=width, color_system=None)
    tr = translations(language)
    with console.capture() as capture:
        console.print(shown(report(one_interview()), language, tr))
    text = " ".join(capture.get().split())
    assert all(
        said in text for said in (tr.gettext("What to study"), "mlquiz show counted", "mlquiz demo rmsprop", "1:30")
    )
    assert " ".join(tr.gettext("missed, essential: {point}").format(point="A point.").split()) not in text
    assert " ".join(tr.gettext("missed: {point}").format(point="A point.").split()) in text


def test_a_clock_shows_minutes_and_seconds() -> None:
    assert [clock(seconds) for seconds in (0, -3, 59.6, 65, 3600)] == ["0:00", "0:00", "1:00", "1:05", "60:00"]
