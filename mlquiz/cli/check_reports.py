"""What `mlquiz check` prints instead of its findings: the ledger of the seeds, the errata, the formulas."""

from gettext import NullTranslations

from rich.console import Group
from rich.text import Text

from mlquiz.bank import Bank
from mlquiz.cli.context import Context
from mlquiz.cli.output import print_json
from mlquiz.core.errors import Exit
from mlquiz.core.formula import formulas_in, unicode_of
from mlquiz.core.question import Citation, prose_of
from mlquiz.core.seeds import ledger
from mlquiz.reference import Reference
from mlquiz.view import report
from mlquiz.view.errata import document, entries
from mlquiz.view.prose import prose, visible


def seeds(context: Context, bank: Bank, reference: Reference, *, as_json: bool, pager: bool) -> int:
    """Which question answers which item of the seed documents; exit code 1 while an item is not whole."""
    tr, known = context.tr, list(ledger(reference.seeds, {id: item.question for id, item in bank.items.items()}))
    whole = sum(entry.is_whole for entry in known)
    if as_json:
        print_json({"whole": whole, "items": [entry._asdict() for entry in known]})
    else:
        told = tr.gettext(
            "{whole} of {all} seed items in all four languages, by {questions} questions, {errata} errata"
        ).format(
            whole=whole, all=len(known), errata=sum(len(entry.errata) for entry in known),
            questions=len({id for entry in known for id in entry.questions}),
        )  # fmt: skip
        line = Text(f"\n{told}", "green" if whole == len(known) else "red")
        context.page(Group(report.ledger(known, tr), line, *_elsewhere(bank, tr)), pager)
    return Exit.DONE if whole == len(known) else Exit.PROBLEMS


def _elsewhere(bank: Bank, tr: NullTranslations) -> list[Text]:
    """How many more errata there are, against what is no seed document."""
    errata = (erratum for item in bank.items.values() for erratum in item.question.errata)
    count = sum(isinstance(erratum.where, Citation) for erratum in errata)
    told = tr.ngettext(
        "{n} more erratum is against another source; mlquiz check --errata prints all.",
        "{n} more errata are against other sources; mlquiz check --errata prints all.",
        count,
    )
    return [Text(told.format(n=count), "dim")] if count else []


def errata(context: Context, bank: Bank, reference: Reference, *, as_json: bool, pager: bool) -> int:
    """Where published answers are wrong, as one document."""
    questions = {id: item.question for id, item in bank.items.items()}
    if as_json:
        print_json({"language": context.language, "errata": list(entries(questions, context.language))})
        return Exit.DONE
    told = document(questions, reference.seeds, context.language, context.tr)
    if context.console.is_terminal:
        context.page(prose(told), pager)
    else:
        context.console.file.write(visible(told))
    return Exit.DONE


def formulas(context: Context, bank: Bank, *, as_json: bool, pager: bool) -> int:
    """Each formula of the bank once, as it is written and as it is shown."""
    parts = (part for item in bank.items.values() for text in item.question.text.values() for _, part in prose_of(text))
    found = sorted({latex for part in parts for latex in formulas_in(part)})
    if as_json:
        print_json({"formulas": [{"latex": latex, "shown": unicode_of(latex)} for latex in found]})
        return Exit.DONE
    lines = Text("\n".join(f"{latex}\t{unicode_of(latex)}" for latex in found), tab_size=1)
    if context.console.is_terminal:
        context.page(lines, pager)
    else:
        context.console.print(lines, soft_wrap=True)
    return Exit.DONE
