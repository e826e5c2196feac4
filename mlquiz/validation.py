"""Holding a document against a model: every problem at once, each at its line and column; and the model's schema.

Pydantic does both. It is imported when a file is validated, never to show a question that was validated before.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from mlquiz.core.errors import Problem
from mlquiz.core.question import FORMS
from mlquiz.core.sentence import N_, one_of, said
from mlquiz.strict_yaml import Document, Where

Model = TypeVar("Model")
_adapters: dict[Any, Any] = {}


def validate(model: type[Model], document: Document) -> Model | None:
    """The document as a `model`, or None; what is wrong stands in `document.problems`."""
    from pydantic import ValidationError

    try:
        valid: Model = _adapter(model).validate_json(json.dumps(document.data))
        return None if document.problems else valid
    except ValidationError as error:
        # Where a value could not be read, or fits no member of a union, the first word on it is enough.
        taken = {(problem.line, problem.column) for problem in document.problems}
        for one in error.errors(include_url=False):
            problem, absent = _told(document, dict(one))
            if absent or (problem.line, problem.column) not in taken:
                document.problems.append(problem)
            if not absent:
                taken.add((problem.line, problem.column))
        return None


def schema(model: type[Any], title: str) -> str:
    """The JSON Schema of a model, for editors."""
    generated = _adapter(model).json_schema()
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    return json.dumps(generated | head, indent=2, ensure_ascii=False) + "\n"


def _adapter(model: Any) -> Any:
    """The validator of a model, made once: that takes longer than reading a hundred files."""
    if model not in _adapters:
        from pydantic import TypeAdapter

        _adapters[model] = TypeAdapter(model)
    return _adapters[model]


def _told(document: Document, error: Mapping[str, Any]) -> tuple[Problem, bool]:
    """One finding of the validator in the words of this project, and whether it is that something is missing."""
    where, last = _where(document, error["loc"]), str(error["loc"][-1]) if error["loc"] else said("the file")
    if error["type"] == "missing":
        while where and not isinstance(_at(document.data, where), dict):
            where = where[:-1]
        return document.problem(where, said("{name} is missing", name=last)), True
    if error["type"] == "unexpected_keyword_argument":
        return document.problem(where, said("unknown key {name}", name=last)), False
    received = json.dumps(error["input"], ensure_ascii=False, default=str)
    received = received if len(received) <= 60 else received[:59] + "…"
    name = said("unknown key") if last == "[key]" else str(where[-1]) if where else said("the file")
    context = error.get("ctx", {})
    match error["type"]:
        case "literal_error":
            expected = one_of(_names(context["expected"]))
        case "string_pattern_mismatch":
            pattern = context["pattern"]
            expected = said(_PATTERNS[pattern])
        case "union_tag_invalid" | "union_tag_not_found":
            name, expected = "kind", one_of(_names(context.get("expected_tags", "") or ", ".join(FORMS)))
        case _:
            kind = _TYPES.get(error["type"])
            expected = said(kind) if kind else _bare(error["msg"])
    return document.problem(where, name, expected, received), False


def _names(listed: str) -> list[str]:
    """The names in the validator's `'a', 'b' or 'c'`."""
    return [name.strip(" '") for name in listed.replace(" or ", ",").split(",")]


def _bare(message: str) -> str:
    """What the validator says of a rarer mistake, which it says in English alone."""
    return message.removeprefix("Input should be ").replace("'", "")


def _where(document: Document, location: Sequence[str | int]) -> Where:
    """The validator's location without the names of a union's members, which stand in no file."""
    where: Where = ()
    for index, part in enumerate(location):
        following = location[index + 1] if index + 1 < len(location) else None
        around = _at(document.data, where)
        is_tag = isinstance(around, dict) and following in around and not isinstance(around.get(part), (dict, list))
        if (*where, part) in document.marks and not is_tag:
            where = (*where, part)
    return where


def _at(data: Any, where: Where) -> Any:
    for part in where:
        data = data[part]
    return data


_PATTERNS = {
    r"^[a-z0-9]+(-[a-z0-9]+)*$": N_("lower-case letters, digits and single hyphens"),
    r"\S": N_("some text"),
    r"^https://\S+$": N_("an https:// address"),
    r"^test_[a-z0-9_]+\.py::test_[a-z0-9_]+$": "test_FILE.py::test_NAME",
}

_TYPES = {
    "string_type": N_("a text"),
    "int_type": N_("a whole number"),
    "float_type": N_("a number"),
    "bool_type": N_("true or false"),
    "list_type": N_("a list"),
    "dict_type": N_("a mapping"),
    "dataclass_type": N_("a mapping"),
}
"""What the validator expected, by the type of its finding."""
