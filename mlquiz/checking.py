"""Everything that `mlquiz check` has an opinion on: each file, each link, and whether what is ours is complete."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from mlquiz.bank import SCHEMA, SCHEMA_LINE, Bank, question_schema, unexpected_files
from mlquiz.content import Root
from mlquiz.core import rules
from mlquiz.core.errors import InvalidFile, Problem
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.words import Words
from mlquiz.demos import Catalogue, Demo


@dataclass(slots=True)
class Findings:
    """Problems must be mended; notes are what a user's own bank may leave open."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def check(bank: Bank, catalogue: Catalogue, roots: Sequence[Root]) -> Findings:
    """Hold the bank and the demos against the rules."""
    found = Findings([*bank.problems, *catalogue.problems, *unexpected_files(roots)])
    for id, item in bank.items.items():
        root, document = bank.roots[id], bank.documents[id]
        ours = root.ours
        same_bank = {name for name, demo in catalogue.demos.items() if demo.path.parent == root.demos}
        links = {name: demo.questions if name in same_bank else None for name, demo in catalogue.demos.items()}
        for finding in rules.of_links(id, item.question, bank.items, links):
            found.problems.append(document.problem(*finding))
        for finding in rules.of_completeness(item.question):
            (found.problems if ours else found.notes).append(document.problem(*finding))
    for demo in catalogue.demos.values():
        found.problems += _of_demo(demo, bank)
    for root in roots:
        if root.ours:
            found.problems += _of_schema(root, bank)
    found.problems.sort()
    return found


def right_is_longest(bank: Bank) -> Mapping[Language, tuple[int, int]]:
    """For each language: (choice questions whose right answer is the longest, choice questions)."""
    counts = {}
    for language in LANGUAGES:
        texts = [item.question for item in bank.items.values() if language in item.question.text]
        lengths = [pair for question in texts if (pair := rules.choice_lengths(question, question.text[language]))]
        counts[language] = sum(right > wrong for right, wrong in lengths), len(lengths)
    return counts


def _of_demo(demo: Demo, bank: Bank) -> Iterator[Problem]:
    for id in demo.questions:
        if id not in bank.items:
            yield Problem(str(demo.path), 1, 1, f"QUESTIONS names {id}, which is no question")
        elif bank.items[id].question.demo != demo.name:
            yield Problem(str(demo.path), 1, 1, f"QUESTIONS names {id}, which does not name this demo", demo.name)
    try:
        words = demo.languages
    except InvalidFile as error:
        yield from error.problems
        return
    file = str(demo.path.with_suffix(".yaml"))
    for language in LANGUAGES:
        if language not in words:
            yield Problem(file, 1, 1, f"no words in {language}", "all of " + ", ".join(LANGUAGES))
    reference = next(iter(words.values()))
    for language, of in words.items():
        for part, expected, received in _parts(demo, of, reference):
            if expected != received:
                yield Problem(
                    file, 1, 1, f"{part} in {language}", ", ".join(sorted(expected)), ", ".join(sorted(received))
                )


def _parts(demo: Demo, of: Words, reference: Words) -> Iterator[tuple[str, set[str], set[str]]]:
    """(part, the keys that it must have, the keys that it has)."""
    yield "parameters", {parameter.name for parameter in demo.parameters}, set(of.parameters)
    yield "choices of the prediction", set(demo.choices), set(of.prediction.choices)
    yield "labels", set(reference.labels), set(of.labels)
    yield "say", set(reference.say), set(of.say)
    for name in ("holds", "fails", "inconclusive"):
        expected, received = (set(rules.placeholders(getattr(words.verdict, name))) for words in (reference, of))
        yield f"numbers of verdict.{name}", expected, received
    for key in set(reference.say) & set(of.say):
        yield f"numbers of say.{key}", set(rules.placeholders(reference.say[key])), set(rules.placeholders(of.say[key]))


def _of_schema(root: Root, bank: Bank) -> Iterator[Problem]:
    path = root.questions / SCHEMA
    if not path.is_file() or path.read_text(encoding="utf-8") != question_schema():
        yield Problem(str(path), 1, 1, "not the schema of this program", "what `mlquiz check --schema` prints")
    for id, document in bank.documents.items():
        if bank.roots[id] == root and document.first_line != SCHEMA_LINE:
            yield Problem(document.file, 1, 1, "the first line", SCHEMA_LINE, document.first_line[:80])
