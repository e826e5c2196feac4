"""The author of a new question: what they typed goes into a bank, or into a draft, and they are told which."""

import shlex
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import click

from mlquiz import bank as banks
from mlquiz import drafts, writing
from mlquiz.cli.context import Context
from mlquiz.cli.given import OptionProblem, problems_of, shown
from mlquiz.cli.telling import tell
from mlquiz.content import Root
from mlquiz.core.draft import Draft, suggested_id
from mlquiz.core.errors import BadEnvironment, BadInput, Command, InvalidFile, Problem
from mlquiz.core.formula import formulas_in, is_open, left_over, unicode_of
from mlquiz.core.nearest import near_demo
from mlquiz.core.question import Question, prose_of
from mlquiz.core.rules import missing_languages
from mlquiz.core.sentence import said
from mlquiz.folders import ANOTHER
from mlquiz.view.names import language_of
from mlquiz.view.prose import plain
from mlquiz.view.punctuation import named

OWN = "own"
"""The topic of a question that is given none."""


class Author:
    """Takes the text of a question into a bank, or keeps it and says what is wrong."""

    def __init__(self, context: Context, bank: banks.Bank, to: Path | None, topic: str, id: str | None) -> None:
        self.context, self.tr, self.to = context, context.tr, to
        self.misnamed = list(_misnamed(topic, id))
        """What is wrong with the names; the question is kept under others."""
        self.topic = topic if banks.is_name(topic) else OWN
        self.id = id if id is not None and banks.is_name(id) else None
        self.root = root = to or context.settings.banks[0]
        known = root.resolve() in {one.path.resolve() for one in context.roots}
        self.bank = bank if known else banks.load([*context.roots, Root(root)])
        self.settled = False
        """Whether what was typed is in the bank, or in a draft."""
        self.draft: Path | None = None
        """The draft that is gone on with."""

    def prepare(self) -> None:
        """Refuse, before the work begins, names that are none and a folder that takes no question.

        Raises:
            BadInput: a name is none, or the folder is not there and not wanted.
            BadEnvironment: the folder cannot be written.
        """
        if self.misnamed:
            raise InvalidFile(self.misnamed, said("give another name"))
        writing.check_writable(self.root / "questions" / self.topic)
        self.have_folder()

    def have_folder(self) -> None:
        """Ask for the folder of `--to` where it is not there; without a terminal one is made beside what is there.

        Raises:
            BadInput: it is not to be made.
        """
        if self.to is None or writing.is_there(self.to):
            return
        told = self.tr.gettext("There is no folder {folder}. Make it?").format(folder=self.to)
        if self.context.at_terminal:
            makes = confirmed(told, self.tr, default=True)
        else:
            makes = writing.is_there(self.to.absolute().parent)
        if not makes:
            raise BadInput(said("There is no such folder."), received=str(self.to), next_step=ANOTHER)

    @contextmanager
    def keeping(self, typed: Callable[[], str | None]) -> Iterator[None]:
        """However one leaves, what was typed is in the bank or in a draft."""
        try:
            yield
        except BaseException:
            text = None if self.settled else typed()
            if text and text.strip() and (path := self.keep(text, "unfinished")):
                told = self.tr.gettext("kept in {path}; nothing was added; go on with:").format(path=path)
                tell(self.context.errors, ["", told, Command(f"  {self.again(path)}")])
            raise

    def take_given(self, draft: Draft) -> None:
        """Write a question given by options; arguments and errors as for `take`."""
        text = writing.to_yaml(draft.data())
        with self.keeping(lambda: text):
            if problems := problems_of(draft, self.demos() if draft.demo else ()):
                raise self.kept(text, [*self.misnamed, *problems])
        self.take(text)

    def take(self, text: str) -> None:
        """Write the question, having shown what is similar.

        Raises:
            BadInput: it is not valid; nothing was written but a draft for another try.
        """
        with self.keeping(lambda: text):
            question, problems = self.read(text)
            if question is None or self.misnamed:
                raise self.kept(text, [*self.misnamed, *problems])
            if self.id is None:
                self.refuse_double(question)
            self.have_folder()
            self.show_similar(question)
            self.show_formulas(question)
            self.write(text, question)

    def refuse_double(self, question: Question) -> None:
        """Raises BadInput when the bank has the very same question and no id says that it is wanted."""
        for language, text in question.text.items():
            for id, item in self.bank.items.items():
                known = item.question.text.get(language)
                if known and plain(known.question).casefold() == plain(text.question).casefold():
                    what = said("The bank asks that already, as {id} in {file}.", id=id, file=self.bank.files[id])
                    raise BadInput(what, next_step=said("give an --id to add it all the same"))

    def read(self, text: str) -> tuple[Question | None, list[Problem]]:
        """The question in a text, or what is wrong with it."""
        try:
            question, document = banks.read_question(text, self.tr.gettext("your question"))
        except InvalidFile as error:
            return None, list(error.problems)
        if question and question.demo and question.demo not in (known := self.demos()):
            document.report(("demo",), said("unknown demo"), near_demo(question.demo, known), question.demo)
        return (None if document.problems else question), document.problems

    def demos(self) -> Collection[str]:
        """The names of the demos that there are."""
        from mlquiz.demos import find

        return find(self.context.roots).demos

    def kept(self, text: str, problems: Sequence[Problem]) -> BadInput:
        """The error for a text that is not valid, or has no valid name, which is kept."""
        path = self.keep(text, "question") if text.strip() else None
        self.settled = path is not None
        if path is None:
            return InvalidFile(sorted(problems), said("nothing was added; mend it and try again"))
        next_step = said("nothing was added; mend {path} (it holds what you typed), then:", path=path)
        if all(problem in self.misnamed for problem in problems):
            next_step = said("nothing was added; {path} holds what you typed; under another name:", path=path)
        return InvalidFile(sorted(problems), next_step, self.again(path))

    def keep(self, text: str, name: str) -> Path | None:
        """Put a text into the draft that is gone on with, or into one of its own; None when it cannot be written.

        Args:
            name: the draft's, where the question has no id.
        """
        if self.draft is None:
            return drafts.keep(text, self.context.settings.drafts, f"{self.topic}.{self.id or name}")
        with suppress(BadEnvironment):
            writing.rewrite(self.draft, text)
            return self.draft
        return None

    def go_on(self, draft: drafts.Draft) -> None:
        """Go on with a draft, under the names that it was kept with."""
        self.draft, self.topic, self.id = draft.path, draft.topic, self.id or draft.id

    def again(self, path: Path) -> str:
        """The command that adds a draft once it is mended."""
        return self.again_of(drafts.Draft(path, self.topic, self.id))

    def again_of(self, draft: drafts.Draft) -> str:
        """The command that adds any draft."""
        given = (("--id", draft.id), ("--topic", draft.topic), ("--to", self.to))
        options = " ".join(f"{name} {shlex.quote(str(value))}" for name, value in given if value)
        return f"mlquiz add {options} < {shlex.quote(str(draft.path))}"

    def show_similar(self, question: Question) -> bool:
        """Show the questions of the bank that ask much the same; True if there are any."""
        language, text = next(iter(question.text.items()))
        found = list(writing.similar(text.question, language, self.bank))
        for id, told in found:
            self.context.errors.print(self.similar(id, told), style="magenta")
        return bool(found)

    def show_formulas(self, question: Question) -> None:
        """Name the formulas that the card can only show as they stand."""
        _ = self.tr.gettext
        for text in question.text.values():
            for _where, part in prose_of(text):
                for latex in filter(left_over, formulas_in(part)):
                    told = _("note: the formula {formula} does not render; the card shows it as {shown}")
                    self.note(told.format(formula=f"${latex}$", shown=unicode_of(latex)))
                if is_open(part):
                    told = _("note: a dollar sign without its partner; the card shows it as it stands: {text}")
                    self.note(told.format(text=part[part.rindex("$") :].split("\n")[0]))

    def note(self, text: str) -> None:
        """Tell what does not keep the question from being added."""
        tell(self.context.errors, [text], "magenta")

    def similar(self, id: str, told: str) -> str:
        """One question of the bank, as much the same."""
        return self.tr.gettext("similar: {id}: {question}").format(id=id, question=plain(told))

    def write(self, text: str, question: Question) -> None:
        """Write the file and say where it is."""
        first = next(iter(question.text.values()))
        id = self.id or self._free(suggested_id(first.question))
        if taken := self.bank.files.get(id) or self.bank.former_ids.get(id):
            raise BadInput(
                said("The id {id} is taken by {owner}.", id=id, owner=taken), next_step=said("give another --id")
            )
        is_new = not writing.is_there(self.root)
        path = writing.save(writing.with_schema_line(text), self.root, self.topic, id)
        self.settled = True
        drafts.forget(text, self.context.settings.drafts)
        if self.draft:
            self.draft.unlink(missing_ok=True)
        _, out = self.tr.gettext, self.context.console
        if self.to and is_new:
            out.print(_("made the folder {folder}").format(folder=self.to), soft_wrap=True)
        out.print(_("added {id}: {path}").format(id=id, path=path), style="green", soft_wrap=True)
        if missing := missing_languages(question):
            out.print(_("still without: {languages}").format(languages=", ".join(missing)), style="dim")
        if self.root.absolute() not in [root.path.absolute() for root in self.context.roots]:
            told = _("study reads it when MLQUIZ_BANK names {folder}").format(folder=self.root)
            out.print(told, style="dim", soft_wrap=True)

    def _free(self, id: str) -> str:
        """The id, or the id with the first number that makes it a new one."""
        taken: Any = {*self.bank.items, *(path.stem for path in self.root.glob("questions/*/*.yaml"))}
        return next(one for one in (id, *(f"{id}-{number}" for number in range(2, 10_000))) if one not in taken)


def confirmed(question: str, tr: NullTranslations, *, default: bool) -> bool:
    """Whether the answer is yes: the interface's letter or word for it, or y; alone, Enter is the default."""
    _ = tr.gettext
    choices = _("Y/n") if default else _("y/N")
    yes, no = (set(side.casefold().split()) for side in choices.split("/"))
    while answer := str(typed(f"{question} [{choices}]", tr, default="", show_default=False)).strip().casefold():
        if answer in {*yes, _("yes"), "y", "yes"}:
            return True
        if answer in {*no, _("no"), "n", "no"}:
            return False
        click.echo("  " + _("Please answer yes or no: y or n."))
    return default


def typed(label: str, tr: NullTranslations, **more: Any) -> Any:
    """What is typed behind a label; with what Click's prompt takes besides, and the colon of the language."""
    return click.prompt(label, prompt_suffix=named("", "", language_of(tr)), **more)


def _misnamed(topic: str, id: str | None) -> Iterator[Problem]:
    for name, given in (("--topic", topic), ("--id", id)):
        if given is not None and not banks.is_name(given):
            yield OptionProblem(name, 0, 0, "", said("lower-case letters, digits and single hyphens"), shown(given))
