"""The two ways of `mlquiz add` that talk to a person: questions at the terminal, and an editor."""

from collections.abc import Collection, Mapping
from gettext import NullTranslations
from typing import Any

import click

from mlquiz import drafts, writing
from mlquiz.bank import is_name
from mlquiz.cli.author import Author, confirmed, typed
from mlquiz.cli.given import problems_so_far
from mlquiz.cli.telling import tell
from mlquiz.core.draft import Draft, suggested_id
from mlquiz.core.errors import BadEnvironment, BadInput, Command
from mlquiz.core.grading import parse_number
from mlquiz.core.question import FORMS, FormKind
from mlquiz.core.sentence import said
from mlquiz.editor import edited
from mlquiz.strict_yaml import read_text

LEVELS = ("junior", "mid", "senior")
OF_FORMS: Mapping[str, FormKind] = {
    "right": "choice", "wrong": "choice", "value": "numeric", "tolerance": "numeric", "unit": "numeric",
    "key_point": "open",
}  # fmt: skip
"""Options that only one form has."""


def ask(author: Author, draft: Draft, given: Collection[str] = ()) -> None:
    """Ask for each part in turn, show the file, write it. Leaving in the middle keeps what was typed.

    Args:
        given: the options whose parts the draft has already; they are not asked for.
    """
    _ = author.tr.gettext
    form = _Form(author.tr, given)
    draft.kind = form.kind or draft.kind
    with author.keeping(lambda: writing.to_yaml(draft.data()) if draft.question or given else None):
        if problems := problems_so_far(draft, author.demos() if draft.demo else ()):
            raise author.kept(writing.to_yaml(draft.data()), problems)
        form.fill(draft, author)
        text = writing.to_yaml(draft.data())
        question, problems = author.read(text)
        if question is None:
            raise author.kept(text, problems)
        author.context.console.print(f"\n{text}", style="dim")
        author.show_formulas(question)
        if not confirmed(_("Add it?"), author.tr, default=True):
            path = author.keep(text, "unfinished")
            author.settled = True
            told = _("kept in {path}; nothing was added").format(path=path)
            author.context.console.print(told, soft_wrap=True)
            return
        author.write(text, question)


def goes_on(author: Author, topic: str | None) -> bool:
    """Whether the author goes on with the latest draft that was kept; one that they are done with can be deleted.

    Args:
        topic: the topic that they want to write in; None for any.
    """
    _, out = author.tr.gettext, author.context.console
    kept = drafts.waiting(author.context.settings.drafts, topic, author.id)
    if not kept:
        return False
    path = kept[0].path
    out.print(_("A draft was kept: {path}").format(path=path), soft_wrap=True)
    if confirmed(_("Go on with it in your editor?"), author.tr, default=True):
        author.go_on(kept[0])
    elif confirmed(_("Delete it?"), author.tr, default=False):
        path.unlink(missing_ok=True)
    else:
        drafts.leave(path)
        command = author.again_of(kept[0])
        tell(out, [_("It stays there, and is not offered again; delete the file, or add it with:"), Command(command)])
    return author.draft is not None


def edit(author: Author, draft: Draft, given: Collection[str] = ()) -> None:
    """Open the draft or the template in an editor until what it holds is valid, or the author gives up.

    Args:
        given: the options whose parts the draft has: then it is opened with them.
    """
    _ = author.tr.gettext
    before = text = _opened_with(author, draft, given)
    adds_unchanged = bool(author.draft or given)
    with author.keeping(lambda: text if given or text != before else None):
        while True:
            text, failure = edited(text, author.context.settings.editor, "question.yaml")
            if failure:
                what = said("{failure}; nothing was added.", failure=failure)
                raise BadEnvironment(what, next_step=said("name one that runs: mlquiz config editor COMMAND"))
            if text == before and not adds_unchanged:
                raise BadInput(said("The template was not changed, so nothing was added."))
            question, problems = author.read(text)
            if question is not None:
                author.show_similar(question)
                author.show_formulas(question)
                author.write(text, question)
                return
            for problem in problems:
                tell(author.context.errors, [problem.told(author.tr)], "red")
            if not (author.context.at_terminal and confirmed(_("Edit it again?"), author.tr, default=True)):
                raise author.kept(text, problems)


def _opened_with(author: Author, draft: Draft, given: Collection[str]) -> str:
    if author.draft:
        return read_text(author.draft)
    return writing.to_yaml(draft.data()) if given else writing.template(draft.language, author.tr)


class _Form:
    """The questions that the wizard asks, in the interface's language."""

    def __init__(self, tr: NullTranslations, given: Collection[str]) -> None:
        self.tr, self.given = tr, given
        self.kind = next((kind for option, kind in OF_FORMS.items() if option in given), None)
        """The form that an option tells."""

    def fill(self, draft: Draft, author: Author) -> None:
        """Ask for every part of a draft that was not given."""
        _ = self.tr.gettext
        draft.question = self.text(_("Question"))
        if found := list(writing.similar(draft.question, draft.language, author.bank)):
            for id, told in found:
                author.context.console.print(f"  {author.similar(id, told)}", style="magenta")
            if not confirmed(_("Is yours another question?"), author.tr, default=True):
                raise click.Abort
        draft.kind = self.kind or _kind(typed(_("Form"), self.tr, type=click.Choice(FORMS), default="open"))
        self.answer(draft)
        draft.why = draft.why or self.optional(_("Why (optional)"))
        draft.limits = draft.limits or self.optional(_("When it is false (optional)"))
        if "level" not in self.given:
            draft.level = typed(_("Level"), self.tr, type=click.Choice(LEVELS), default="mid")
        draft.cite = draft.cite or self.optional(_("Source (optional)"))
        author.topic = self.name(_("Topic"), author.topic)
        author.id = self.name(_("Id"), author.id or suggested_id(draft.question), taken=author.bank.items)

    def answer(self, draft: Draft) -> None:
        """Ask for what the form of the question needs and was not given."""
        _ = self.tr.gettext
        spoken = _("Answer, as you would say it")
        match draft.kind:
            case "open":
                draft.answer = draft.answer or self.text(spoken)
                if not draft.key_points:
                    draft.key_points = points = list[str]()
                    self.several(_("Key point (the essential one first; empty when done)"), points, most=4)
            case "choice":
                draft.right = draft.right or self.text(_("Right choice"))
                draft.wrong = wrong = list(draft.wrong)
                if len(wrong) < 2:
                    told = _("Wrong choice (a real misconception; empty when done)")
                    self.several(told, wrong, most=3, least=2, besides=draft.right)
                draft.answer = draft.answer or self.text(spoken)
            case "numeric":
                if draft.value is None:
                    draft.value = self.number(_("Number"))
                if "tolerance" not in self.given:
                    draft.tolerance = self.share(_("Accepted relative error"))
                draft.unit = draft.unit or self.optional(_("Unit"))
                draft.answer = draft.answer or self.text(spoken)

    def optional(self, label: str) -> str:
        """A text, or none."""
        return str(typed(label, self.tr, default="", show_default=False))

    def text(self, label: str) -> str:
        """A text that says something."""
        while not (text := str(typed(label, self.tr)).strip()):
            self.hint(self.tr.gettext("some text, please"))
        return text

    def several(self, label: str, given: list[str], most: int, least: int = 0, besides: str = "") -> None:
        """Fill a list in place, so that what is in it is kept when one leaves in the middle."""
        while len(given) < most:
            text = self.optional(f"{label} {len(given) + 1}").strip()
            if text and text in (*given, besides.strip()):
                self.hint(self.tr.gettext("that one is there already"))
            elif text:
                given.append(text)
            elif len(given) >= least:
                break
            else:
                self.hint(self.tr.gettext("at least {n}").format(n=least))

    def share(self, label: str) -> float | int:
        """A relative error, 0 when nothing is typed."""
        while not 0 <= (share := self.number(label, default="0")) < 1:
            self.hint(self.tr.gettext("0 or more and less than 1"))
        return share

    def number(self, label: str, default: str | None = None) -> float | int:
        """A number; a whole one without a point."""
        while True:
            try:
                number = parse_number(typed(label, self.tr, default=default))
            except BadInput as error:
                self.hint("\n  ".join(error.lines(self.tr)))
            else:
                return int(number) if number == int(number) else number

    def name(self, label: str, default: str, taken: Mapping[str, Any] | None = None) -> str:
        """A name that an id or a topic can have, and that is free."""
        while True:
            name = str(typed(label, self.tr, default=default)).strip()
            if not is_name(name):
                self.hint(self.tr.gettext("lower-case letters, digits and hyphens, as learning-rate"))
            elif taken and name in taken:
                self.hint(self.tr.gettext("that id is taken"))
            else:
                return name

    def hint(self, text: str) -> None:
        """Say what was wrong with an answer."""
        click.echo(f"  {text}")


def _kind(name: str) -> FormKind:
    return next(form for form in FORMS if form == name)
