"""The two ways of `mlquiz add` that talk to a person: questions at the terminal, and an editor."""

import shlex
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from mlquiz import writing
from mlquiz.core.draft import Draft, suggested_id
from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.grading import parse_number
from mlquiz.core.question import FORMS, FormKind, Language
from mlquiz.view.prose import plain

if TYPE_CHECKING:
    from mlquiz.cli.add import Author

LEVELS = ("junior", "mid", "senior")


def ask(author: "Author", language: Language) -> None:
    """Ask for each part in turn, show the file, write it. Leaving in the middle keeps what was typed."""
    draft = Draft(language)
    with author.keeping(lambda: writing.to_yaml(draft.data()) if draft.question else None):
        _fill(draft, author)
        text = writing.to_yaml(draft.data())
        question, problems = author.read(text)
        if question is None:
            raise author.kept(text, problems)
        author.context.console.print(f"\n{text}", style="dim")
        if not click.confirm("Add it?", default=True):
            path = writing.keep(text, author.context.settings.drafts, author.id or "unfinished")
            author.settled = True
            author.context.console.print(f"kept in {path}; nothing was added", soft_wrap=True)
            return
        author.write(text, question)


def edit(author: "Author", language: Language) -> None:
    """Open the template in an editor until what it holds is valid, or the author gives up."""
    before = text = writing.template(language)
    with author.keeping(lambda: text if text != before else None):
        while True:
            text, failure = _edited(text, author.context.settings.editor)
            if failure:
                raise BadEnvironment(f"{failure}; nothing was added.", next_step="set EDITOR to an editor that runs")
            if text == before:
                raise BadInput("The template was not changed, so nothing was added.")
            question, problems = author.read(text)
            if question is not None:
                author.show_similar(question)
                author.write(text, question)
                return
            for problem in problems:
                author.context.errors.print(str(problem), style="red", soft_wrap=True)
            if not (author.context.at_terminal and click.confirm("Edit it again?", default=True)):
                raise author.kept(text, problems)


def _fill(draft: Draft, author: "Author") -> None:
    draft.question = _text("Question")
    if any(writing.similar(draft.question, draft.language, author.bank)):
        for id, told in writing.similar(draft.question, draft.language, author.bank):
            author.context.console.print(f"  similar: {id}: {plain(told)}", style="magenta")
        if not click.confirm("Is yours another question?", default=True):
            raise click.Abort
    draft.kind = _kind(click.prompt("Form", type=click.Choice(FORMS), default="open"))
    match draft.kind:
        case "open":
            draft.answer = _text("Answer, as you would say it")
            points: list[str] = []
            draft.key_points = points
            _list("Key point (the essential one first; empty when done)", points, most=4)
        case "choice":
            draft.right = _text("Right choice")
            wrong: list[str] = []
            draft.wrong = wrong
            _list("Wrong choice (a real misconception; empty when done)", wrong, most=3, least=2)
            draft.answer = _text("Answer, as you would say it")
        case "numeric":
            draft.value = _number("Number")
            draft.tolerance = _number("Accepted relative error", default="0")
            draft.unit = click.prompt("Unit", default="", show_default=False)
            draft.answer = _text("Answer, as you would say it")
    draft.why = click.prompt("Why (optional)", default="", show_default=False)
    draft.limits = click.prompt("When it is false (optional)", default="", show_default=False)
    draft.level = click.prompt("Level", type=click.Choice(LEVELS), default="mid")
    draft.cite = click.prompt("Source (optional)", default="", show_default=False)
    author.topic = _name("Topic", author.topic)
    author.id = _name("Id", author.id or suggested_id(draft.question), taken=author.bank.items)


def _text(label: str) -> str:
    while not (text := str(click.prompt(label)).strip()):
        click.echo("  some text, please")
    return text


def _list(label: str, given: list[str], most: int, least: int = 0) -> None:
    """Fill a list in place, so that what is in it is kept when one leaves in the middle."""
    while len(given) < most:
        text = str(click.prompt(f"{label} {len(given) + 1}", default="", show_default=False)).strip()
        if text:
            given.append(text)
        elif len(given) >= least:
            break
        else:
            click.echo(f"  at least {least}")


def _number(label: str, default: str | None = None) -> float | int:
    while True:
        try:
            number = parse_number(click.prompt(label, default=default))
        except BadInput as error:
            click.echo(f"  {error}")
        else:
            return int(number) if number == int(number) else number


def _name(label: str, default: str, taken: Mapping[str, Any] | None = None) -> str:
    from mlquiz.bank import is_name

    while True:
        name = str(click.prompt(label, default=default)).strip()
        if not is_name(name):
            click.echo("  lower-case letters, digits and hyphens, as learning-rate")
        elif taken and name in taken:
            click.echo("  that id is taken")
        else:
            return name


def _kind(name: str) -> FormKind:
    return next(form for form in FORMS if form == name)


def _edited(text: str, editor: str) -> tuple[str, str | None]:
    """The text after an editor had it, and what went wrong with the editor, if anything did."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "question.yaml"
        path.write_text(text, encoding="utf-8")
        failure = None
        try:
            code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
            if code:
                failure = f"The editor {editor!r} ended with exit code {code}"
        except (OSError, ValueError) as error:
            failure = f"The editor {editor!r} cannot be run: {error}"
        try:
            return path.read_text(encoding="utf-8", errors="replace"), failure
        except OSError:
            return text, failure or f"The editor {editor!r} left no file"
