"""The two ways of `mlquiz add` that talk to a person: questions at the terminal, and an editor."""

import re
from collections.abc import Mapping
from gettext import NullTranslations
from typing import TYPE_CHECKING, Any

import click

from mlquiz import writing
from mlquiz.bank import is_name
from mlquiz.cli.telling import tell
from mlquiz.core.draft import Draft, suggested_id
from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.grading import parse_number
from mlquiz.core.question import FORMS, FormKind, Language
from mlquiz.core.sentence import said
from mlquiz.editor import edited
from mlquiz.strict_yaml import read_text
from mlquiz.view.names import language_of
from mlquiz.view.punctuation import named

if TYPE_CHECKING:
    from mlquiz.cli.add import Author

LEVELS = ("junior", "mid", "senior")
_NAMELESS = re.compile(r"(question|unfinished)(-\d+)?")
"""Names of drafts that were kept before they had an id."""


def ask(author: "Author", language: Language) -> None:
    """Ask for each part in turn, show the file, write it. Leaving in the middle keeps what was typed."""
    draft, _ = Draft(language), author.tr.gettext
    with author.keeping(lambda: writing.to_yaml(draft.data()) if draft.question else None):
        _Form(author.tr).fill(draft, author)
        text = writing.to_yaml(draft.data())
        question, problems = author.read(text)
        if question is None:
            raise author.kept(text, problems)
        author.context.console.print(f"\n{text}", style="dim")
        if not confirmed(_("Add it?"), author.tr, default=True):
            path = author.keep(text, "unfinished")
            author.settled = True
            told = _("kept in {path}; nothing was added").format(path=path)
            author.context.console.print(told, soft_wrap=True)
            return
        author.write(text, question)


def goes_on(author: "Author") -> bool:
    """Whether the author goes on with the latest draft that was kept; one that they are done with can be deleted."""
    _ = author.tr.gettext
    kept = writing.drafts(author.context.settings.drafts, author.bank.items)
    if not kept:
        return False
    author.context.console.print(_("A draft was kept: {path}").format(path=kept[0]), soft_wrap=True)
    if confirmed(_("Go on with it in your editor?"), author.tr, default=True):
        author.draft = kept[0]
        if author.id is None and not _NAMELESS.fullmatch(kept[0].stem) and is_name(kept[0].stem):
            author.id = kept[0].stem
    elif confirmed(_("Delete it?"), author.tr, default=False):
        kept[0].unlink(missing_ok=True)
    return author.draft is not None


def edit(author: "Author", language: Language) -> None:
    """Open the draft or the template in an editor until what it holds is valid, or the author gives up."""
    _ = author.tr.gettext
    before = text = read_text(author.draft) if author.draft else writing.template(language, author.tr)
    with author.keeping(lambda: text if text != before else None):
        while True:
            text, failure = edited(text, author.context.settings.editor, "question.yaml")
            if failure:
                what = said("{failure}; nothing was added.", failure=failure)
                raise BadEnvironment(what, next_step=said("name one that runs: mlquiz config editor COMMAND"))
            if text == before and not author.draft:
                raise BadInput(said("The template was not changed, so nothing was added."))
            question, problems = author.read(text)
            if question is not None:
                author.show_similar(question)
                author.write(text, question)
                return
            for problem in problems:
                tell(author.context.errors, [problem.told(author.tr)], "red")
            if not (author.context.at_terminal and confirmed(_("Edit it again?"), author.tr, default=True)):
                raise author.kept(text, problems)


class _Form:
    """The questions that the wizard asks, in the interface's language."""

    def __init__(self, tr: NullTranslations) -> None:
        self.tr = tr

    def fill(self, draft: Draft, author: "Author") -> None:
        """Ask for every part of a draft."""
        _ = self.tr.gettext
        draft.question = self.text(_("Question"))
        if found := list(writing.similar(draft.question, draft.language, author.bank)):
            for id, told in found:
                author.context.console.print(f"  {author.similar(id, told)}", style="magenta")
            if not confirmed(_("Is yours another question?"), author.tr, default=True):
                raise click.Abort
        draft.kind = _kind(_typed(_("Form"), self.tr, type=click.Choice(FORMS), default="open"))
        self.answer(draft)
        draft.why = self.optional(_("Why (optional)"))
        draft.limits = self.optional(_("When it is false (optional)"))
        draft.level = _typed(_("Level"), self.tr, type=click.Choice(LEVELS), default="mid")
        draft.cite = self.optional(_("Source (optional)"))
        author.topic = self.name(_("Topic"), author.topic)
        author.id = self.name(_("Id"), author.id or suggested_id(draft.question), taken=author.bank.items)

    def answer(self, draft: Draft) -> None:
        """Ask for what the form of the question needs."""
        _ = self.tr.gettext
        spoken = _("Answer, as you would say it")
        match draft.kind:
            case "open":
                draft.answer = self.text(spoken)
                points: list[str] = []
                draft.key_points = points
                self.several(_("Key point (the essential one first; empty when done)"), points, most=4)
            case "choice":
                draft.right = self.text(_("Right choice"))
                wrong: list[str] = []
                draft.wrong = wrong
                self.several(_("Wrong choice (a real misconception; empty when done)"), wrong, most=3, least=2)
                draft.answer = self.text(spoken)
            case "numeric":
                draft.value = self.number(_("Number"))
                draft.tolerance = self.number(_("Accepted relative error"), default="0")
                draft.unit = self.optional(_("Unit"))
                draft.answer = self.text(spoken)

    def optional(self, label: str) -> str:
        """A text, or none."""
        return str(_typed(label, self.tr, default="", show_default=False))

    def text(self, label: str) -> str:
        """A text that says something."""
        while not (text := str(_typed(label, self.tr)).strip()):
            self.hint(self.tr.gettext("some text, please"))
        return text

    def several(self, label: str, given: list[str], most: int, least: int = 0) -> None:
        """Fill a list in place, so that what is in it is kept when one leaves in the middle."""
        while len(given) < most:
            text = self.optional(f"{label} {len(given) + 1}").strip()
            if text:
                given.append(text)
            elif len(given) >= least:
                break
            else:
                self.hint(self.tr.gettext("at least {n}").format(n=least))

    def number(self, label: str, default: str | None = None) -> float | int:
        """A number; a whole one without a point."""
        while True:
            try:
                number = parse_number(_typed(label, self.tr, default=default))
            except BadInput as error:
                self.hint("\n  ".join(error.lines(self.tr)))
            else:
                return int(number) if number == int(number) else number

    def name(self, label: str, default: str, taken: Mapping[str, Any] | None = None) -> str:
        """A name that an id or a topic can have, and that is free."""
        while True:
            name = str(_typed(label, self.tr, default=default)).strip()
            if not is_name(name):
                self.hint(self.tr.gettext("lower-case letters, digits and hyphens, as learning-rate"))
            elif taken and name in taken:
                self.hint(self.tr.gettext("that id is taken"))
            else:
                return name

    def hint(self, text: str) -> None:
        """Say what was wrong with an answer."""
        click.echo(f"  {text}")


def _typed(label: str, tr: NullTranslations, **more: Any) -> Any:
    """What is typed behind a label; with what Click's prompt takes besides, and the colon of the language."""
    return click.prompt(label, prompt_suffix=named("", "", language_of(tr)), **more)


def confirmed(question: str, tr: NullTranslations, *, default: bool) -> bool:
    """Whether the answer is yes: the interface's letter or word for it, or y; alone, Enter is the default."""
    _ = tr.gettext
    choices = _("Y/n") if default else _("y/N")
    yes, no = (set(side.casefold().split()) for side in choices.split("/"))
    while typed := str(_typed(f"{question} [{choices}]", tr, default="", show_default=False)).strip().casefold():
        if typed in {*yes, _("yes"), "y", "yes"}:
            return True
        if typed in {*no, _("no"), "n", "no"}:
            return False
        click.echo("  " + _("Please answer yes or no: y or n."))
    return default


def _kind(name: str) -> FormKind:
    return next(form for form in FORMS if form == name)
