"""What must be true of a question beyond its types, and of the bank as a whole.

A rule yields a path into the file (where to point), what is wrong, what was expected and what was received.
"""

from collections.abc import Collection, Iterator, Mapping
from random import Random

from mlquiz.core.generators import GENERATORS
from mlquiz.core.number import written
from mlquiz.core.question import (
    LANGUAGES,
    Choice,
    Citation,
    Finding,
    Language,
    Numeric,
    Open,
    Path,
    Question,
    Text,
    prose_of,
)
from mlquiz.core.template import filled, placeholders

SHORT = 24
"""Characters up to which the length of a choice tells nothing."""


def of_question(question: Question) -> Iterator[Finding]:
    """Findings within one file."""
    if not question.text:
        yield ("text",), "no language", f"at least one of {', '.join(LANGUAGES)}", "none"
    yield from _of_form(question)
    yield from _of_quotes(question)
    errata = [erratum.key for erratum in question.errata]
    yield from _same_keys(question, "errata", errata)


def _of_quotes(question: Question) -> Iterator[Finding]:
    for index, quote in enumerate(question.quotes):
        if question.demo is None:
            yield ("quotes", index), "a quoted figure without a demo", "demo: NAME", "none"
        for language, text in question.text.items():
            told = written(quote.value, language)
            if not any(told in part for _, part in prose_of(text)):
                yield ("quotes", index), f"the {language} text lacks the quoted figure", told, "other figures"


def _of_form(question: Question) -> Iterator[Finding]:
    match question.form:
        case Open(key_points=points, essential=essential):
            if len(set(points)) != len(points) or len(points) > 4:
                yield ("form", "key_points"), "key points", "at most four different ones", ", ".join(points)
            if (essential not in points) if points else essential:
                yield ("form", "essential"), "the essential key point", " or ".join(points) or "none", str(essential)
            yield from _same_keys(question, "key_points", points)
        case Choice(right=right, wrong=wrong):
            if not 2 <= len(set(wrong)) == len(wrong) <= 3:
                yield ("form", "wrong"), "wrong choices", "two or three different ones", str(wrong)
            if right in wrong:
                yield ("form", "right"), "the right choice is also listed as wrong", "one right choice", right
            yield from _same_keys(question, "choices", dict.fromkeys((right, *wrong)))
        case Numeric() as form:
            yield from _of_numeric(question, form)
    for name, kind in (("key_points", Open), ("choices", Choice), ("unit", Numeric)):
        if not isinstance(question.form, kind):
            for language, text in question.text.items():
                if getattr(text, name):
                    where = ("text", language, name)
                    yield where, f"{name} in a question of kind {question.form.kind}", "none", "some"


def _of_numeric(question: Question, form: Numeric) -> Iterator[Finding]:
    if (form.value is None) == (form.generator is None):
        given = "neither" if form.value is None else "both"
        yield ("form",), "the number's origin", "either a value or a generator", given
    if form.tolerance < 0:
        yield ("form", "tolerance"), "tolerance", "0 or more", str(form.tolerance)
    if form.generator is None:
        return
    if form.generator not in GENERATORS:
        yield ("form", "generator"), "unknown generator", " or ".join(GENERATORS), form.generator
        return
    variables, _ = GENERATORS[form.generator](Random(0))
    for language, text in question.text.items():
        for name in ("question", "answer", "why", "limits"):
            for finding in _of_variables(getattr(text, name) or "", variables, all_of_them=name == "question"):
                yield (("text", language, name), *finding)


def _of_variables(
    template: str, variables: Mapping[str, float], *, all_of_them: bool
) -> Iterator[tuple[str, str, str]]:
    try:
        used = set(placeholders(template))
        if used != set(variables) if all_of_them else not used <= set(variables):
            yield "variables of the generator", _braced(variables), _braced(used)
        else:
            filled(template, variables, "en")
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        yield "braces that name no variable", _braced(variables), str(error)


def _same_keys(question: Question, name: str, keys: Collection[str]) -> Iterator[Finding]:
    for language, text in question.text.items():
        having = getattr(text, name)
        if set(having) != set(keys):
            received = ", ".join(having) or "none"
            yield ("text", language, name), f"{name} in {language}", ", ".join(keys) or "none", received


def of_completeness(question: Question) -> Iterator[Finding]:
    """What a question still lacks: fine in a user's bank, not in ours."""
    if missing_languages(question):
        received = ", ".join(language for language in LANGUAGES if language in question.text)
        yield ("text",), "incomplete", f"all of {', '.join(LANGUAGES)}", f"only {received}"
    if not question.verified_with:
        yield (), "verified_with is missing", "the Keras version that the statements were checked with", "none"
    if not question.sources:
        yield (), "no source", "at least one seed item or citation", "none"
    if isinstance(question.form, Open) and len(question.form.key_points) < 2:
        yield ("form",), "key points", "two to four", str(len(question.form.key_points))
    for language, text in question.text.items():
        for name in ("why", "limits"):
            if not getattr(text, name):
                yield ("text", language), f"{name} is missing in {language}", "some text", "none"
        for key, choice in text.choices.items():
            if not choice.because:
                yield ("text", language, "choices", key), f"because is missing in {language}", "some text", "none"
    for name in ("critical_error", "unit", "no_demo"):
        having = {language for language, text in question.text.items() if getattr(text, name)}
        for language in sorted(set(question.text) - having) if having else ():
            yield ("text", language), f"{name} is missing in {language}", "one as in the other languages", "none"


def of_choices(question: Question) -> Iterator[Finding]:
    """Choices whose length gives the right one away."""
    for language, text in question.text.items():
        lengths = sorted(len(choice.text) for choice in text.choices.values())
        if lengths and lengths[-1] > max(2 * lengths[0], SHORT):
            where = ("text", language, "choices")
            received = f"{lengths[0]} to {lengths[-1]} characters"
            yield where, f"choices of very different length in {language}", "none longer than two of another", received


def of_evidence(question: Question) -> Iterator[Finding]:
    """Errata that nothing carries: no demo, no test, no citation."""
    cited = any(isinstance(source, Citation) for source in question.sources)
    for index, erratum in enumerate(question.errata):
        if not (erratum.demo or erratum.test or cited):
            yield ("errata", index), f"no evidence for {erratum.key}", "a demo, a test or a citation", "none"


def missing_languages(question: Question) -> list[Language]:
    """The languages that a question does not have yet."""
    return [language for language in LANGUAGES if language not in question.text]


def of_links(
    id: str, question: Question, ids: Collection[str], demos: Mapping[str, Collection[str] | None]
) -> Iterator[Finding]:
    """Links of one question to others and to demos.

    `demos` maps a demo to the questions that it names; None for one of another bank, which need not name this one.
    """
    for name in ("prerequisites", "twins", "follow_ups"):
        for index, target in enumerate(getattr(question, name)):
            if target not in ids or target == id:
                yield (name, index), f"{name} leads nowhere", "the id of another question", target
    for index, old in enumerate(question.formerly):
        if old in ids:
            yield ("formerly", index), "a former id that a question has", "an id that is not in use", old
    linked: list[tuple[Path, str | None]] = [(("demo",), question.demo)]
    linked += [(("errata", index, "demo"), erratum.demo) for index, erratum in enumerate(question.errata)]
    for where, demo in linked:
        if demo and demo not in demos:
            yield where, "unknown demo", "one of " + ", ".join(sorted(demos)), demo
    names = demos.get(question.demo or "")
    if names is not None and id not in names:
        yield ("demo",), f"demo {question.demo} does not name this question", f"{id} in its QUESTIONS", "a one-way link"


def choice_lengths(question: Question, text: Text) -> tuple[int, int] | None:
    """(length of the right choice, length of the longest wrong one) in characters; None for other forms."""
    if not isinstance(question.form, Choice):
        return None
    wrong = max(len(text.choices[key].text) for key in question.form.wrong)
    return len(text.choices[question.form.right].text), wrong


def _braced(names: Collection[str]) -> str:
    return " ".join(f"{{{name}}}" for name in sorted(names)) or "none"
