"""The errata of the bank as a document: what published answers say, what holds, and how anyone can see it."""

from collections.abc import Iterator, Mapping
from gettext import NullTranslations
from typing import Any

from mlquiz.core.question import Citation, Erratum, Language, Question, SeedSource
from mlquiz.core.seeds import Seeds

Entry = tuple[str, Question, Erratum]


def document(questions: Mapping[str, Question], seeds: Seeds, language: Language, tr: NullTranslations) -> str:
    """Markdown, source by source and item by item; only the errata that the language has."""
    _, _n = tr.gettext, tr.ngettext
    by_source: dict[tuple[str, int], list[Entry]] = {}
    for id, question in sorted(questions.items()):
        if language in question.text:
            for erratum in question.errata:
                by_source.setdefault(_place(erratum), []).append((id, question, erratum))
    count = sum(map(len, by_source.values()))
    others = sum(len(entries) for (_source, item), entries in by_source.items() if not item)
    told = _n("{n} erratum", "{n} errata", count)
    if others:
        told = _n("{n} erratum; against other sources than the seed documents: {others}",
                  "{n} errata; against other sources than the seed documents: {others}", count)  # fmt: skip
    lines = ["# " + _("Errata"), "", told.format(n=count, others=others)]
    heading = ""
    for (source, item), entries in sorted(by_source.items()):
        if source != heading:
            heading = source
            lines += ["", f"## {source}"]
        lines += ["", f"### {_title(source, item, seeds, language)}"] if item else []
        for entry in entries:
            lines += _told(*entry, language, tr)
    return "\n".join(lines) + "\n"


def entries(questions: Mapping[str, Question], language: Language) -> Iterator[dict[str, Any]]:
    """The errata as data; only those that the language has."""
    for id, question in sorted(questions.items()):
        for erratum in question.errata if language in question.text else ():
            text, (source, item) = question.text[language].errata[erratum.key], _place(erratum)
            yield {
                "question": id, "erratum": erratum.key, "source": source, "item": item or None, "said": text.said,
                "holds": text.holds, "see": text.see, "demo": erratum.demo, "test": erratum.test,
            }  # fmt: skip


def _told(id: str, question: Question, erratum: Erratum, language: Language, tr: NullTranslations) -> Iterator[str]:
    _ = tr.gettext
    text = question.text[language].errata[erratum.key]
    for name, part in ((_("It says"), text.said), (_("What holds"), text.holds), (_("See"), text.see)):
        yield ""
        yield f"**{name}.** {' '.join(part.split())}"
    evidence = [f"`mlquiz show {id}`"]
    if erratum.demo:
        evidence.append(f"`mlquiz demo {erratum.demo}`")
    if erratum.test:
        evidence.append(f"`tests/claims/{erratum.test}`")
    yield ""
    yield f"→ {' · '.join(evidence)}"


def _place(erratum: Erratum) -> tuple[str, int]:
    match erratum.where:
        case SeedSource(seed=seed, item=item):
            return seed, item
        case Citation(cite=cite):
            return cite, 0


def _title(source: str, item: int, seeds: Seeds, language: Language) -> str:
    title = seeds[source].title(item, language) if source in seeds else ""
    return f"{item}. {title}".rstrip()
