"""`mlquiz add`: a new question, by wizard, in an editor, by options, or as YAML on standard input."""

import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import click
import typer

from mlquiz import bank as banks
from mlquiz import writing
from mlquiz.cli import wizard
from mlquiz.cli.context import Context
from mlquiz.cli.telling import tell
from mlquiz.content import Root
from mlquiz.core.draft import Draft, suggested_id
from mlquiz.core.errors import BadEnvironment, BadInput, InvalidFile, Problem
from mlquiz.core.nearest import near_demo
from mlquiz.core.question import Question
from mlquiz.core.rules import missing_languages
from mlquiz.core.sentence import N_, said
from mlquiz.view.prose import plain

app = typer.Typer(add_completion=False, rich_markup_mode=None)

EXAMPLES = (
    ("mlquiz add", N_("step by step")),
    ("mlquiz add --editor --topic transformers", N_("in your editor, on a commented template")),
    ('mlquiz add --question "Why scale by sqrt(d)?" --answer "..." --key-point "..."', N_("by options")),
    ("mlquiz add --id my-question --topic mine < question.yaml", N_("from a file")),
)


@app.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    help=N_(
        "Add a question to your own bank. One language is enough to begin with; an existing file is never changed."
    ),
)
def add(
    id: Annotated[str | None, typer.Option(help=N_("The id; made from the question when left out."))] = None,
    topic: Annotated[str, typer.Option(help=N_("The topic, a folder of the bank."))] = "own",
    lang: Annotated[str | None, typer.Option(metavar="en|ru|fr|zh", help=N_("The language you write in."))] = None,
    to: Annotated[
        Path | None, typer.Option(metavar="DIR", help=N_("The bank to write to instead of your own."))
    ] = None,
    editor: Annotated[bool, typer.Option("--editor", help=N_("Write in $EDITOR, on a commented template."))] = False,
    question: Annotated[str | None, typer.Option(help=N_("The question."))] = None,
    answer: Annotated[str, typer.Option(help=N_("What one would say."))] = "",
    why: Annotated[str, typer.Option(help=N_("The mechanism behind it."))] = "",
    limits: Annotated[str, typer.Option(help=N_("When it stops being true."))] = "",
    key_point: Annotated[
        list[str] | None, typer.Option(help=N_("A key point, the essential one first; again for more."))
    ] = None,
    right: Annotated[str, typer.Option(help=N_("The right choice; makes it a choice question."))] = "",
    wrong: Annotated[list[str] | None, typer.Option(help=N_("A wrong choice; again for more."))] = None,
    value: Annotated[float | None, typer.Option(help=N_("The number; makes it a numeric question."))] = None,
    tolerance: Annotated[float, typer.Option(help=N_("Accepted relative error of the number."))] = 0,
    unit: Annotated[str, typer.Option(help=N_("What the number counts."))] = "",
    level: Annotated[str, typer.Option(metavar="junior|mid|senior", help=N_("Who is asked this."))] = "mid",
    tag: Annotated[list[str] | None, typer.Option(help=N_("A tag; again for more."))] = None,
    demo: Annotated[str, typer.Option(help=N_("The demo that shows the answer."))] = "",
    cite: Annotated[str, typer.Option(help=N_("Where the answer can be checked."))] = "",
) -> int:
    """Add a question to your own bank. One language is enough to begin with; an existing file is never changed."""
    context = Context.from_world(lang)
    language = context.language
    author = Author(context, banks.load(context.roots), to or context.settings.banks[0], topic, id)
    if question is not None:
        draft = Draft(
            language=language,
            kind="choice" if right or wrong else "numeric" if value is not None else "open",
            level=level, question=question, answer=answer, why=why, limits=limits, key_points=key_point or (),
            right=right, wrong=wrong or (), value=value, tolerance=tolerance, unit=unit, tags=tag or (),
            demo=demo, cite=cite,
        )  # fmt: skip
        author.take_given(draft)
    elif editor or context.at_terminal:
        writing.check_writable(author.root / "questions" / topic)
        goes_on = context.at_terminal and wizard.goes_on(author)
        (wizard.edit if editor or goes_on else wizard.ask)(author, language)
    else:
        from mlquiz.strict_yaml import decode

        author.take(decode(sys.stdin.buffer.read(), context.tr.gettext("standard input")))
    return 0


def command() -> click.Command:
    """`mlquiz add`."""
    return typer.main.get_command(app)


class Author:
    """Takes the text of a question into a bank, or keeps it and says what is wrong."""

    def __init__(self, context: Context, bank: banks.Bank, root: Path, topic: str, id: str | None) -> None:
        self.context, self.root, self.topic, self.id = context, root, topic, id
        self.tr = context.tr
        known = root.resolve() in {one.path.resolve() for one in context.roots}
        self.bank = bank if known else banks.load([*context.roots, Root(root)])
        self.settled = False
        """Whether what was typed is in the bank, or in a draft."""
        self.draft: Path | None = None
        """The draft that is gone on with."""
        for name, given in (("--topic", topic), ("--id", id)):
            if given is not None and not banks.is_name(given):
                what = said("{option} is not a name.", option=name)
                raise BadInput(what, expected=said("lower-case letters, digits and single hyphens"), received=given)

    @contextmanager
    def keeping(self, typed: Callable[[], str | None]) -> Iterator[None]:
        """However one leaves, what was typed is in the bank or in a draft."""
        try:
            yield
        except BaseException:
            text = None if self.settled else typed()
            if text and (path := self.keep(text, "unfinished")):
                told = self.tr.gettext("kept in {path}; nothing was added; go on with: {command}")
                tell(self.context.errors, ["", told.format(path=path, command=self.again(path))])
            raise

    def take_given(self, draft: Draft) -> None:
        """Write a question given by options; arguments and errors as for `take`."""
        from mlquiz.cli.given import problems_of

        text = writing.to_yaml(draft.data())
        with self.keeping(lambda: text):
            if problems := problems_of(draft, self.demos() if draft.demo else ()):
                raise self.kept(text, problems)
        self.take(text)

    def take(self, text: str) -> None:
        """Write the question, having shown what is similar.

        Raises:
            BadInput: it is not valid; nothing was written but a draft for another try.
        """
        with self.keeping(lambda: text):
            question, problems = self.read(text)
            if question is None:
                raise self.kept(text, problems)
            if self.id is None:
                self.refuse_double(question)
            self.show_similar(question)
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

    def kept(self, text: str, problems: list[Problem]) -> BadInput:
        """The error for a text that is not valid, which is kept."""
        path = self.keep(text, "question")
        self.settled = path is not None
        next_step = said("nothing was added; mend it and try again")
        if path:
            next_step = said(
                "nothing was added; mend {path} (it holds what you typed), then: {command}",
                path=path, command=self.again(path),
            )  # fmt: skip
        return InvalidFile(sorted(problems), next_step)

    def keep(self, text: str, name: str) -> Path | None:
        """Put a text into the draft that is gone on with, or into one of its own; None when it cannot be written.

        Args:
            name: the draft's, where the question has no id.
        """
        if self.draft is None:
            return writing.keep(text, self.context.settings.drafts, self.id or name)
        with suppress(BadEnvironment):
            writing.rewrite(self.draft, text)
            return self.draft
        return None

    def again(self, path: Path) -> str:
        """The command that adds a draft once it is mended."""
        return "mlquiz add " + (f"--id {self.id} " if self.id else "") + f"--topic {self.topic} < {path}"

    def show_similar(self, question: Question) -> bool:
        """Show the questions of the bank that ask much the same; True if there are any."""
        language, text = next(iter(question.text.items()))
        found = list(writing.similar(text.question, language, self.bank))
        for id, told in found:
            self.context.errors.print(self.similar(id, told), style="magenta")
        return bool(found)

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
        path = writing.save(writing.with_schema_line(text), self.root, self.topic, id)
        self.settled = True
        writing.forget(text, self.context.settings.drafts)
        if self.draft:
            self.draft.unlink(missing_ok=True)
        _, out = self.tr.gettext, self.context.console
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
