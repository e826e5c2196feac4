"""A question given by options: what is wrong with it is told by the option's name and what was given for it."""

import math
from collections.abc import Collection, Iterator
from dataclasses import replace
from gettext import NullTranslations

from mlquiz.bank import hold
from mlquiz.core.draft import Draft
from mlquiz.core.errors import Problem
from mlquiz.core.nearest import near_demo
from mlquiz.core.sentence import Sentence, said, told
from mlquiz.strict_yaml import Document, Where

LONGEST = 60
"""Characters of what was given that an error repeats."""


class OptionProblem(Problem):
    """A problem at an option: `file` has its name."""

    __slots__ = ()

    def told(self, tr: NullTranslations) -> str:
        """`--OPTION: what, expected, received` in a language."""
        text = said("{part}: {text}", part=self.file, text=self.what) if self.what else self.file
        return str(told(self.sentence(text), tr))


class Given(Document):
    """What the options say, as the document that a file with it would be; a place in it is an option."""

    def __init__(self, draft: Draft) -> None:
        super().__init__("", draft.data())
        self.options = dict(_options(draft))
        # a line for each place, so that two of them are never taken for one
        self.marks = {where: (place, 1) for place, where in enumerate(_places(self.data), 1)}

    def problem(self, where: Where, what: str, expected: str = "", received: str = "") -> Problem:
        """A problem at the option that a value comes from; a bare field's name says no more than the option's."""
        line, column = self.marks.get(where, (1, 1))
        while where not in self.options and where:
            where = where[:-1]
        name, given = self.options.get(where, ("--question", None))
        return OptionProblem(
            name, line, column, what if isinstance(what, Sentence) else "", expected, shown(given) or received
        )


def problems_of(draft: Draft, demos: Collection[str]) -> list[Problem]:
    """What is wrong with a question given by options.

    Args:
        demos: the names of those that there are.
    """
    given = Given(draft)
    for where, (_, value) in given.options.items():
        if isinstance(value, str) and not _is_text(value):
            given.report(where, said("not UTF-8"), said("text in UTF-8"))
    for where, value in ((VALUE, draft.value), (TOLERANCE, draft.tolerance)):
        if value is not None and not math.isfinite(value):
            given.report(where, "", said("a number"))
    if given.problems:  # nothing that the rules could be held against
        return given.problems
    hold(given)
    own = list(_contradictions(given, draft, demos))
    told_of = {problem.line for problem in own}
    return [*(problem for problem in given.problems if problem.line not in told_of), *own]


def _contradictions(given: "Given", draft: Draft, demos: Collection[str]) -> Iterator[Problem]:
    """What the rules for a file do not see, or would say of a place in it."""
    if draft.value is not None and draft.kind != "numeric":
        expected = said("either --value, or --right with --wrong")
        yield given.problem(VALUE, said("a question has one form"), expected)
    if draft.tolerance and draft.value is None:
        yield given.problem(TOLERANCE, said("a tolerance without a number"), "--value")
    if draft.demo and draft.demo not in demos:
        yield given.problem(("demo",), said("unknown demo"), near_demo(draft.demo, demos))


def problems_so_far(draft: Draft, demos: Collection[str]) -> list[Problem]:
    """What is wrong with the options that there are, where the rest is still to be asked; arguments as above."""
    rest = iter(("\ufffc1", "\ufffc2", "\ufffc3"))
    filled = replace(draft, question=draft.question.strip() or "?", answer=draft.answer.strip() or "?")
    if filled.kind == "choice":
        filled.right = filled.right.strip() or next(rest)
        filled.wrong = [*draft.wrong, *(next(rest) for _ in range(2 - len(draft.wrong)))]
    if filled.kind == "numeric" and filled.value is None:
        filled.value = 1
    return problems_of(filled, demos)


VALUE: Where = ("form", "value")
TOLERANCE: Where = ("form", "tolerance")


def _options(draft: Draft) -> Iterator[tuple[Where, tuple[str, object]]]:
    """The place in a question's file of what each option gives; its name, and what was given."""
    text = ("text", draft.language)
    yield ("level",), ("--level", draft.level)
    yield ("demo",), ("--demo", draft.demo)
    yield ("sources",), ("--cite", draft.cite)
    for name in ("question", "answer", "why", "limits", "unit"):
        yield (*text, name), (f"--{name}", getattr(draft, name))
    yield VALUE, ("--value", draft.value)
    yield TOLERANCE, ("--tolerance", draft.tolerance)
    yield ("form", "right"), ("--right", draft.right)
    yield (*text, "choices", "right"), ("--right", draft.right)
    yield (*text, "key_points"), ("--key-point", list(draft.key_points))
    lists = (
        ("--tag", draft.tags, ("tags",), None),
        ("--wrong", draft.wrong, ("form", "wrong"), (*text, "choices")),
        ("--key-point", draft.key_points, ("form", "key_points"), (*text, "key_points")),
    )
    for option, values, listed, texts in lists:
        yield listed, (option, list(values))
        for index, value in enumerate(values):
            yield (*listed, index), (option, value)
            if texts:
                yield (*texts, f"{option.rpartition('-')[2]}-{index + 1}"), (option, value)


def _places(data: object, where: Where = ()) -> Iterator[Where]:
    """Every place in the data, from the outside in."""
    yield where
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in inner:
        yield from _places(value, (*where, key))


def shown(given: object) -> str:
    """What was given, in quotation marks where it is text."""
    match given:
        case "" | None | []:
            return said("nothing")
        case list():
            return ", ".join(map(shown, given))
        case str():
            text = given if _is_text(given) else ascii(given)[1:-1]
            return f'"{text[: LONGEST - 1]}…"' if len(text) > LONGEST else f'"{text}"'
        case _:
            return f"{given:g}" if isinstance(given, float) else str(given)


def _is_text(text: str) -> bool:
    return not any("\ud800" <= letter <= "\udfff" for letter in text)
