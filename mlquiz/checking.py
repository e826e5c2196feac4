"""Everything that `mlquiz check` has an opinion on: each file, each link, and whether what is ours is complete."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from mlquiz.bank import SCHEMA_LINE, Bank, question_schema, unexpected_files
from mlquiz.content import SCHEMA, Root
from mlquiz.core import rules
from mlquiz.core.alike import ALIKE, alike
from mlquiz.core.errors import InvalidFile, Problem
from mlquiz.core.formula import formulas_in, is_open, left_over, unicode_of
from mlquiz.core.glossary import of_terms, stems
from mlquiz.core.question import LANGUAGES, Finding, Language, Question, SeedSource, prose_of
from mlquiz.core.seeds import is_known
from mlquiz.core.sentence import said
from mlquiz.core.template import placeholders
from mlquiz.core.words import Words
from mlquiz.demos import Catalogue, Demo
from mlquiz.reference import Reference

NO_DEMO = said("no demo"), said("demo: NAME, or no_demo with the reason"), said("neither")


@dataclass(slots=True)
class Findings:
    """Problems must be mended; notes are what a user's own bank may leave open."""

    problems: list[Problem] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)


def check(bank: Bank, reference: Reference, catalogue: Catalogue, roots: Sequence[Root], keras: str | None) -> Findings:
    """Hold the bank and the demos against the rules.

    Args:
        keras: the version of Keras that is installed, as 3.15.1; None without one.
    """
    found = Findings([*bank.problems, *reference.problems, *catalogue.problems, *unexpected_files(roots)])
    links = {root: _links(catalogue, root) for root in roots}
    for id, item in bank.items.items():
        root, document = bank.roots[id], bank.documents[id]
        for finding in rules.of_links(id, item.question, bank.items, links[root]):
            found.problems.append(document.problem(*finding))
        for finding in _of_quality(item.question, reference, root):
            (found.problems if root.ours else found.notes).append(document.problem(*finding))
        if root.ours and not (item.question.demo or any(text.no_demo for text in item.question.text.values())):
            found.problems.append(document.problem((), *NO_DEMO))
    found.problems += _of_alike(bank)
    found.notes += _of_versions(bank, keras) if keras else ()
    for demo in catalogue.demos.values():
        found.problems += _of_demo(demo, bank)
    for root in roots:
        if root.ours:
            found.problems += _of_schema(root, bank)
    found.problems.sort()
    return found


def _links(catalogue: Catalogue, root: Root) -> dict[str, Sequence[str] | None]:
    """The demos as the questions of one bank may name them; one of another bank need not name them in turn."""
    demos = catalogue.demos.items()
    return {name: demo.questions if demo.path.parent == root.demos else None for name, demo in demos}


def right_is_longest(bank: Bank) -> Mapping[Language, tuple[int, int]]:
    """For each language: (choice questions whose right answer is the longest, choice questions)."""
    counts = {}
    for language in LANGUAGES:
        texts = [item.question for item in bank.items.values() if language in item.question.text]
        lengths = [pair for question in texts if (pair := rules.choice_lengths(question, question.text[language]))]
        counts[language] = sum(right > wrong for right, wrong in lengths), len(lengths)
    return counts


def _of_quality(question: Question, reference: Reference, root: Root) -> Iterator[Finding]:
    """What ours must have, and what a user's bank may leave open."""
    yield from rules.of_completeness(question)
    yield from rules.of_choices(question)
    yield from rules.of_evidence(question)
    yield from of_terms(question, reference.glossary)
    for language, text in question.text.items():
        for where, part in prose_of(text):
            for finding in _of_formulas(part):
                yield ("text", language, *where), *finding
    for index, source in enumerate(question.sources):
        if isinstance(source, SeedSource) and not is_known(source, reference.seeds):
            expected = said("a document, item and language of seeds.yaml")
            yield ("sources", index), said("an unknown seed item"), expected, str(source)
    for index, erratum in enumerate(question.errata):
        tests = _tests(root.path / "tests" / "claims")
        if erratum.test and tests and erratum.test not in tests:
            yield ("errata", index, "test"), said("an unknown test"), said("one in tests/claims"), erratum.test


def _of_formulas(text: str) -> Iterator[tuple[str, str, str]]:
    if is_open(text):
        expected = said("dollar signs in pairs on one line")
        yield said("a formula that is not closed"), expected, text[text.rindex("$") :][:20]
    for latex in formulas_in(text):
        if left := left_over(latex):
            what = said("a formula that does not render: {formula}", formula=latex)
            yield what, said("Unicode instead of {signs}", signs=left), unicode_of(latex)


@cache
def _tests(folder: Path) -> frozenset[str]:
    """The tests of a folder by name; empty in an installed program, which has none."""
    named = re.compile(r"^def (test_\w+)", re.MULTILINE)
    files = folder.glob("test_*.py")
    return frozenset(f"{path.name}::{name}" for path in files for name in named.findall(path.read_text("utf-8")))


def _of_alike(bank: Bank) -> Iterator[Problem]:
    """Questions that ask nearly the same and are not declared as twins."""
    told: set[tuple[str, str]] = set()
    for language in LANGUAGES:
        texts = {id: item.question.text.get(language) for id, item in bank.items.items()}
        words = {id: stems(text.question, language) for id, text in texts.items() if text}
        for one, other, share in alike(words, ALIKE):
            declared = other in bank.items[one].question.twins or one in bank.items[other].question.twins
            if not declared and (one, other) not in told:
                told.add((one, other))
                what = said(
                    "asks nearly the same as {id} ({language}: {percent} % of the words)",
                    id=one, language=language, percent=round(100 * share),
                )  # fmt: skip
                expected = said("twins: [{id}], or one", id=one)
                yield bank.documents[other].problem(("text", language, "question"), what, expected)


def _of_versions(bank: Bank, keras: str) -> Iterator[Problem]:
    """Questions whose statements were checked with an older Keras, one note a version."""
    stale: dict[str, list[str]] = {}
    for id, item in bank.items.items():
        verified = item.question.verified_with or ""
        if verified.startswith("keras ") and _version(verified.removeprefix("keras ")) < _version(keras):
            stale.setdefault(verified, []).append(id)
    for verified, ids in sorted(stale.items()):
        first = bank.documents[ids[0]]
        what = said("verified with {version}: {ids}", version=verified, ids=", ".join(ids))
        yield first.problem(("verified_with",), what, f"keras {keras}")


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text))


def _of_demo(demo: Demo, bank: Bank) -> Iterator[Problem]:
    for id in demo.questions:
        if id not in bank.items:
            yield Problem(str(demo.path), 1, 1, said("QUESTIONS names {id}, which is no question", id=id))
        elif bank.items[id].question.demo != demo.name:
            what = said("QUESTIONS names {id}, which does not name this demo", id=id)
            yield Problem(str(demo.path), 1, 1, what, demo.name)
    try:
        words = demo.languages
    except InvalidFile as error:
        yield from error.problems
        return
    file = str(demo.path.with_suffix(".yaml"))
    for language in LANGUAGES:
        if language not in words:
            all_four = said("all of {names}", names=", ".join(LANGUAGES))
            yield Problem(file, 1, 1, said("no words in {language}", language=language), all_four)
    reference = next(iter(words.values()))
    for language, of in words.items():
        for part, expected, received in _parts(demo, of, reference):
            if expected != received:
                what = said("{name} in {language}", name=part, language=language)
                yield Problem(file, 1, 1, what, ", ".join(sorted(expected)), ", ".join(sorted(received)))


def _parts(demo: Demo, of: Words, reference: Words) -> Iterator[tuple[str, set[str], set[str]]]:
    """(part, the keys that it must have, the keys that it has)."""
    yield "parameters", {parameter.name for parameter in demo.parameters}, set(of.parameters)
    yield said("choices of the prediction"), set(demo.choices), set(of.prediction.choices)
    yield "labels", set(reference.labels), set(of.labels)
    yield "say", set(reference.say), set(of.say)
    for name in ("holds", "fails", "inconclusive"):
        wanted, having = (set(placeholders(getattr(words.verdict, name))) for words in (reference, of))
        yield said("numbers of {name}", name=f"verdict.{name}"), wanted, having
    for key in set(reference.say) & set(of.say):
        pair = set(placeholders(reference.say[key])), set(placeholders(of.say[key]))
        yield said("numbers of {name}", name=f"say.{key}"), *pair


def _of_schema(root: Root, bank: Bank) -> Iterator[Problem]:
    path = root.questions / SCHEMA
    if not path.is_file() or path.read_text(encoding="utf-8") != question_schema():
        what = said("not the schema of this program")
        yield Problem(str(path), 1, 1, what, said("what `mlquiz check --schema` prints"))
    for id, document in bank.documents.items():
        if bank.roots[id] == root and document.first_line != SCHEMA_LINE:
            yield Problem(document.file, 1, 1, said("the first line"), SCHEMA_LINE, document.first_line[:80])
