"""What must be true of a question beyond its types, and of the bank as a whole.

A rule yields a path into the file (where to point), what is wrong, what was expected and what was received.
"""

from collections.abc import Collection, Iterator, Mapping
from random import Random

from mlquiz.core.generators import GENERATORS
from mlquiz.core.nearest import near_demo
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
from mlquiz.core.sentence import Sentence, one_of, said
from mlquiz.core.template import filled, placeholders

NONE = said("none")
NOTHING = said("nothing")

SHORT = 24
"""Characters up to which the length of a choice tells nothing."""


def of_question(question: Question) -> Iterator[Finding]:
    """Findings within one file."""
    if not question.text:
        yield ("text",), said("no language"), said("at least one of {names}", names=", ".join(LANGUAGES)), NONE
    yield from _of_form(question)
    yield from _of_quotes(question)
    errata = [erratum.key for erratum in question.errata]
    yield from _same_keys(question, "errata", errata)


def _of_quotes(question: Question) -> Iterator[Finding]:
    for index, quote in enumerate(question.quotes):
        if question.demo is None:
            yield ("quotes", index), said("a quoted figure without a demo"), "demo: NAME", NONE
        for language, text in question.text.items():
            told = written(quote.value, language)
            if not any(told in part for _, part in prose_of(text)):
                yield (
                    ("quotes", index),
                    said("the {language} text lacks the quoted figure", language=language),
                    told,
                    said("other figures"),
                )


def _of_form(question: Question) -> Iterator[Finding]:
    match question.form:
        case Open(key_points=points, essential=essential):
            if len(set(points)) != len(points) or len(points) > 4:
                yield ("form", "key_points"), said("key points"), said("at most four different ones"), ", ".join(points)
            if (essential not in points) if points else essential:
                yield (
                    ("form", "essential"),
                    said("the essential key point"),
                    one_of(points) or NONE,
                    essential or NOTHING,
                )
            yield from _same_keys(question, "key_points", points)
            yield from _of_points(question)
        case Choice(right=right, wrong=wrong):
            if not 2 <= len(set(wrong)) == len(wrong) <= 3:
                yield ("form", "wrong"), said("wrong choices"), said("two or three different ones"), str(wrong)
            if right in wrong:
                yield (
                    ("form", "right"),
                    said("the right choice is also listed as wrong"),
                    said("one right choice"),
                    right,
                )
            yield from _same_keys(question, "choices", dict.fromkeys((right, *wrong)))
            yield from _of_choice_texts(question)
        case Numeric() as form:
            yield from _of_numeric(question, form)
    for name, kind in (("key_points", Open), ("choices", Choice), ("unit", Numeric)):
        if not isinstance(question.form, kind):
            for language, text in question.text.items():
                if getattr(text, name):
                    where = ("text", language, name)
                    yield (
                        where,
                        said("{name} in a question of kind {kind}", name=name, kind=question.form.kind),
                        NONE,
                        said("some"),
                    )


def _of_points(question: Question) -> Iterator[Finding]:
    for language, text in question.text.items():
        for key in _repeated(text.key_points):
            where = ("text", language, "key_points", key)
            yield where, said("the same key point twice"), said("one that differs"), text.key_points[key].strip()


def _of_choice_texts(question: Question) -> Iterator[Finding]:
    for language, text in question.text.items():
        for key in _repeated({key: choice.text for key, choice in text.choices.items()}):
            where = ("text", language, "choices", key, "text")
            yield where, said("the same choice twice"), said("one that differs"), text.choices[key].text.strip()


def _repeated(texts: Mapping[str, str]) -> Iterator[str]:
    """The keys whose text an earlier one has, spaces aside."""
    seen = set[str]()
    for key, text in texts.items():
        plain = " ".join(text.split())
        if plain in seen:
            yield key
        seen.add(plain)


def _of_numeric(question: Question, form: Numeric) -> Iterator[Finding]:
    if (form.value is None) == (form.generator is None):
        given = said("neither") if form.value is None else said("both")
        yield ("form",), said("the number's origin"), said("either a value or a generator"), given
    if not 0 <= form.tolerance < 1:  # from 1 on, 0 would be right whatever the number
        yield ("form", "tolerance"), "tolerance", said("0 or more and less than 1"), str(form.tolerance)
    if form.generator is None:
        return
    if form.generator not in GENERATORS:
        yield ("form", "generator"), said("unknown generator"), one_of(GENERATORS), form.generator
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
            yield said("variables of the generator"), _braced(variables), _braced(used)
        else:
            filled(template, variables, "en")
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        yield said("braces that name no variable"), _braced(variables), str(error)


def _same_keys(question: Question, name: str, keys: Collection[str]) -> Iterator[Finding]:
    for language, text in question.text.items():
        having = getattr(text, name)
        if set(having) != set(keys):
            what = said("{name} in {language}", name=name, language=language)
            yield ("text", language, name), what, ", ".join(keys) or NONE, ", ".join(having) or NONE


def of_completeness(question: Question) -> Iterator[Finding]:
    """What a question still lacks: fine in a user's bank, not in ours."""
    if missing_languages(question):
        received = ", ".join(language for language in LANGUAGES if language in question.text)
        expected = said("all of {names}", names=", ".join(LANGUAGES))
        yield ("text",), said("incomplete"), expected, said("only {names}", names=received)
    if not question.verified_with:
        yield (), _missing("verified_with"), said("the Keras version that the statements were checked with"), NONE
    if not question.sources:
        yield (), said("no source"), said("at least one seed item or citation"), NONE
    if isinstance(question.form, Open) and len(question.form.key_points) < 2:
        yield ("form",), said("key points"), said("two to four"), str(len(question.form.key_points))
    for language, text in question.text.items():
        for name in ("why", "limits"):
            if not getattr(text, name):
                yield ("text", language), _missing(name, language), said("some text"), NONE
        for key, choice in text.choices.items():
            if not choice.because:
                yield ("text", language, "choices", key), _missing("because", language), said("some text"), NONE
    for name in ("critical_error", "unit", "no_demo"):
        having = {language for language, text in question.text.items() if getattr(text, name)}
        for language in sorted(set(question.text) - having) if having else ():
            yield ("text", language), _missing(name, language), said("one as in the other languages"), NONE


def of_choices(question: Question) -> Iterator[Finding]:
    """Choices whose length gives the right one away."""
    for language, text in question.text.items():
        lengths = sorted(len(choice.text) for choice in text.choices.values())
        if lengths and lengths[-1] > max(2 * lengths[0], SHORT):
            where = ("text", language, "choices")
            received = said("{low} to {high} characters", low=lengths[0], high=lengths[-1])
            what = said("choices of very different length in {language}", language=language)
            yield where, what, said("none longer than two of another"), received


def of_evidence(question: Question) -> Iterator[Finding]:
    """Errata that nothing carries: no demo, no test, no citation."""
    cited = any(isinstance(source, Citation) for source in question.sources)
    for index, erratum in enumerate(question.errata):
        if not (erratum.demo or erratum.test or cited):
            what = said("no evidence for {key}", key=erratum.key)
            yield ("errata", index), what, said("a demo, a test or a citation"), NONE


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
                yield (name, index), said("{name} leads nowhere", name=name), said("the id of another question"), target
    for index, old in enumerate(question.formerly):
        if old in ids:
            yield ("formerly", index), said("a former id that a question has"), said("an id that is not in use"), old
    linked: list[tuple[Path, str | None]] = [(("demo",), question.demo)]
    linked += [(("errata", index, "demo"), erratum.demo) for index, erratum in enumerate(question.errata)]
    for where, demo in linked:
        if demo and demo not in demos:
            yield where, said("unknown demo"), near_demo(demo, demos), demo
    names = demos.get(question.demo or "")
    if names is not None and id not in names:
        what = said("demo {demo} does not name this question", demo=question.demo)
        yield ("demo",), what, said("{id} in its QUESTIONS", id=id), said("a one-way link")


def choice_lengths(question: Question, text: Text) -> tuple[int, int] | None:
    """(length of the right choice, length of the longest wrong one) in characters; None for other forms."""
    if not isinstance(question.form, Choice):
        return None
    wrong = max(len(text.choices[key].text) for key in question.form.wrong)
    return len(text.choices[question.form.right].text), wrong


def _missing(name: str, language: Language | None = None) -> Sentence:
    if language is None:
        return said("{name} is missing", name=name)
    return said("{name} is missing in {language}", name=name, language=language)


def _braced(names: Collection[str]) -> str:
    return " ".join(f"{{{name}}}" for name in sorted(names)) or NONE
