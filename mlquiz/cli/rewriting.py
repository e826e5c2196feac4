"""Edit the question on the table in the user's editor, and go on with what it says then.

The editor works on a draft; the bank's file is replaced only by a question that is valid, and a draft that is not
stays where it is.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from mlquiz import bank as banks
from mlquiz import drafts, editor, writing
from mlquiz.core.errors import BadEnvironment, BadInput, InvalidFile
from mlquiz.core.nearest import near_demo
from mlquiz.core.question import Question
from mlquiz.core.sentence import Sentence, said
from mlquiz.core.session import Item
from mlquiz.strict_yaml import read_text

if TYPE_CHECKING:
    from mlquiz.cli.desk import Desk


def edit(desk: "Desk") -> Sentence:
    """Open the question in the editor, and say what came of it.

    Raises:
        BadInput: the file is not the user's, is gone, was changed by another program, or what was written is not
            valid; the bank is as it was then, and what was written is kept.
        BadEnvironment: the editor failed, or a folder cannot be written.
    """
    item = desk.screen.item
    path = _of_user(desk, item.id)
    before = _read(path)
    draft = desk.drafts.get(item.id) or drafts.keep(before, desk.context.settings.drafts, item.id)
    if draft is None:
        where = desk.context.settings.drafts
        raise BadEnvironment(said("{where} cannot be written.", where=where), next_step=said("make it writable"))
    desk.drafts[item.id] = draft
    kept = said("the question is as it was; what you wrote is kept in {path}; e opens that again", path=draft)
    failure = editor.open_in(desk.context.settings.editor, draft)
    try:
        text = read_text(draft)
    except InvalidFile as error:
        raise InvalidFile(error.problems, next_step=kept) from None
    if text == before:
        _drop(desk, item.id)
        if failure:
            raise BadEnvironment(
                said("{what}.", what=failure), next_step=said("name another with mlquiz config, or in EDITOR")
            )
        return said("Nothing was changed.")
    if failure:
        raise BadEnvironment(said("{what}.", what=failure), next_step=kept)
    question = _valid(desk, text, draft, kept)
    if _read(path) != before:
        raise BadInput(said("Another program has changed {path} meanwhile.", path=path), next_step=kept)
    writing.rewrite(path, text)
    _drop(desk, item.id)
    new = Item(item.id, item.topic, banks.content_of(text), question)
    desk.session, desk.state = desk.session.rewritten(desk.state, new, desk.moment)
    return said("Written to {path}.", path=path)


def _of_user(desk: "Desk", id: str) -> Path:
    """The question's file, where it is the user's."""
    assert desk.bank
    path = desk.bank.files[id]
    if desk.bank.roots[id].ours:
        raise BadInput(
            said("This question is one of mlquiz's own, and its file is not changed from here: {path}", path=path),
            next_step=said("mlquiz add --editor writes one of your own"),
        )
    return path


def _drop(desk: "Desk", id: str) -> None:
    desk.drafts.pop(id).unlink(missing_ok=True)


def _read(path: Path) -> str:
    try:
        return read_text(path)
    except InvalidFile as error:
        what = said("{path} cannot be read any more.", path=path)
        raise BadInput(what, received=error.problems[0].what) from None


def _valid(desk: "Desk", text: str, draft: Path, kept: Sentence) -> Question:
    try:
        question, document = banks.read_question(text, str(draft))
    except InvalidFile as error:
        raise BadInput(str(error), next_step=kept) from None
    if question and question.demo and question.demo not in desk.demos.demos:
        known = desk.demos.demos
        document.report(("demo",), said("unknown demo"), near_demo(question.demo, known), question.demo)
    if question is None or document.problems:
        raise InvalidFile(sorted(document.problems), next_step=kept)
    return question
