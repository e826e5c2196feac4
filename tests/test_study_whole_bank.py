"""Every question of our bank, studied in every language on a terminal of 80 columns."""

import re

import pytest
from terminal import ENTER, Terminal, log, says

from mlquiz import bank as banks
from mlquiz.content import own_root
from mlquiz.core.question import LANGUAGES, Choice, Language, Numeric
from mlquiz.view.prose import plain

OURS = banks.load([own_root()]).items


def squeezed(text: str) -> str:
    """Letters and digits alone, so that neither line breaks nor markup matter."""
    return re.sub(r"[\W_]", "", text)


def pieces(text: str) -> list[str]:
    """What a text shows whatever numbers are put in."""
    return [squeezed(piece) for piece in re.split(r"\{\w+\}", plain(text))]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_asked_answered_and_graded(language: Language) -> None:
    waiting = set(OURS)
    with Terminal("study", "--new-a-day", str(len(OURS)), "--lang", language, height=250) as terminal:
        while waiting:
            shown = squeezed(terminal.until(says("quit", language)))
            (id,) = (
                id for id in waiting if all(part in shown for part in pieces(OURS[id].question.text[language].question))
            )
            text, form = OURS[id].question.text[language], OURS[id].question.form
            terminal.press("a" if isinstance(form, Choice) else f"1{ENTER}" if isinstance(form, Numeric) else " ")
            terminal.wait(lambda: "4" in terminal.text and says("quit", language) in terminal.text, "the answer")
            answered = terminal.until(says("quit", language))
            told = [
                text.answer,
                text.why or "",
                text.limits or "",
                text.critical_error or "",
                *text.key_points.values(),
            ]
            told += [one.because or "" for one in text.choices.values()]
            told += [part for one in text.errata.values() for part in (one.said, one.holds, one.see)]
            missing = [part for one in told for part in pieces(one) if part not in squeezed(answered)]
            assert missing == [], id
            assert "$" not in answered and "\\" not in answered, id
            terminal.press("4")
            waiting.discard(id)
            if not waiting:
                terminal.until(says("done", language))
        assert terminal.leave(ENTER) == 0
    assert sorted(event["question"] for event in log()) == sorted(OURS)
