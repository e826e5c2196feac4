"""The demos: what each claims, asks and takes, read from its source without importing it.

A demo is `demos/NAME.py` (in NAME a hyphen stands for the file's underscore) and `demos/NAME.yaml`, its words.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from mlquiz.content import Root
from mlquiz.core.errors import BadInput, InvalidFile, Problem
from mlquiz.core.nearest import unknown
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.words import DemoWords, Words
from mlquiz.strict_yaml import parse, read_text
from mlquiz.validation import validate

_TYPES: Mapping[str, type] = {"float": float, "int": int, "str": str, "bool": bool}
Value = float | int | str | bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a demo's `run`: a line of its form."""

    name: str
    type: type
    default: Value
    low: float | int | None = None
    high: float | int | None = None
    pattern: str | None = None
    example: str | None = None

    @property
    def option(self) -> str:
        """Its name on the command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def range(self) -> str:
        """What it may be, in words."""
        if self.pattern:
            return f"like {self.example}"
        return "" if self.low is None else f"{self.low} to {self.high}"


@dataclass(frozen=True)
class Demo:
    """A demo's outline. `words` is read from its YAML file when it is first asked for."""

    name: str
    path: Path
    docstring: str
    questions: Sequence[str]
    control: Mapping[str, Value]
    prediction: Mapping[str, Any]
    """{"choice": [keys]} or {"number": label}."""
    seeds: Sequence[int]
    parameters: Sequence[Parameter]

    @cached_property
    def _document(self) -> DemoWords:
        path = self.path.with_suffix(".yaml")
        document = parse(read_text(path), str(path))
        words = validate(DemoWords, document)
        if words is None:
            raise InvalidFile(document.problems)
        return words

    @property
    def topic(self) -> str:
        return self._document.topic

    @property
    def languages(self) -> Mapping[Language, Words]:
        """The words in each language. Raises InvalidFile when the file of words is broken."""
        return self._document.text

    def words(self, language: Language) -> Words:
        """The words in a language, else in English, else in the first there is."""
        having = self.languages
        return having[next(one for one in (language, *LANGUAGES) if one in having)]

    @property
    def source(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @property
    def choices(self) -> list[str]:
        """The keys of a choice prediction, none when a number is asked for."""
        return list(self.prediction.get("choice", ()))

    def settings(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """The parameters of a run: the defaults with what was given.

        Raises:
            BadInput: an unknown name or a value out of range.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name, value in given.items():
            if name not in known:
                raise unknown("parameter", name, known, next_step=f"mlquiz demo {self.name} --help lists them")
            _check(self, known[name], value)
        return {name: given.get(name, parameter.default) for name, parameter in known.items()}

    def command(self, settings: Mapping[str, Value]) -> str:
        """The command line that repeats a run."""
        line = f"mlquiz demo {self.name}"
        for parameter in self.parameters:
            value = settings[parameter.name]
            if parameter.name == "seed" or value != parameter.default:
                negated = parameter.type is bool and not value
                line += f" {'--no-' + parameter.option[2:] if negated else parameter.option}"
                line += "" if parameter.type is bool else f" {value}"
        return line


@dataclass(slots=True)
class Catalogue:
    """All demos by name, and what is wrong with files that are none."""

    demos: dict[str, Demo] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def named(self, name: str) -> Demo:
        """A demo by its name.

        Raises:
            BadInput: there is none; the message has the nearest name.
        """
        if name not in self.demos:
            raise unknown("demo", name, self.demos, next_step="mlquiz demo lists them")
        return self.demos[name]


def find(roots: Sequence[Root]) -> Catalogue:
    """The demos of all roots; the first of a name wins."""
    catalogue = Catalogue()
    for root in roots:
        for path in sorted(root.demos.glob("*.py")):
            try:
                demo = outline(path)
            except InvalidFile as error:
                catalogue.problems += error.problems
            else:
                catalogue.demos.setdefault(demo.name, demo)
    return catalogue


def outline(path: Path) -> Demo:
    """A demo's metadata from its source.

    Raises:
        InvalidFile: it does not parse, or a part of the contract is missing.
    """
    try:
        tree = ast.parse(read_text(path))
    except SyntaxError as error:
        problem = Problem(str(path), error.lineno or 1, error.offset or 1, f"not Python: {error.msg}")
        raise InvalidFile([problem]) from error
    literals: dict[str, Any] = {}
    run = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            literals[node.targets[0].id] = node
        elif isinstance(node, ast.FunctionDef) and node.name == "run":
            run = node
    if run is None:
        raise InvalidFile([Problem(str(path), 1, 1, "no function run", "def run(...) -> Events")])
    return Demo(
        name=path.stem.replace("_", "-"),
        path=path,
        docstring=ast.get_docstring(tree) or "",
        questions=_literal(path, literals, "QUESTIONS", list),
        control=_literal(path, literals, "CONTROL", dict),
        prediction=_literal(path, literals, "PREDICTION", dict),
        seeds=_literal(path, literals, "SEEDS", list),
        parameters=_parameters(path, run),
    )


def _literal(path: Path, assigned: Mapping[str, ast.Assign], name: str, of: type) -> Any:
    try:
        value = ast.literal_eval(assigned[name].value)
    except KeyError:
        raise InvalidFile([Problem(str(path), 1, 1, f"{name} is missing", f"a literal {of.__name__}")]) from None
    except (ValueError, TypeError, SyntaxError):
        value = None
    if not isinstance(value, of):
        line = assigned[name].lineno
        raise InvalidFile([Problem(str(path), line, 1, name, f"a literal {of.__name__}", "something else")])
    return value


def _parameters(path: Path, run: ast.FunctionDef) -> list[Parameter]:
    arguments = [*run.args.args, *run.args.kwonlyargs]
    defaults = [*run.args.defaults, *run.args.kw_defaults]
    if len(arguments) != len(defaults) or None in defaults:
        raise InvalidFile([Problem(str(path), run.lineno, 1, "run", "a default for every parameter")])
    found = []
    for argument, default in zip(arguments, defaults, strict=False):
        try:
            found.append(_parameter(argument, default))
        except (ValueError, KeyError, TypeError, AttributeError):
            expected = "name: Annotated[float, Between(low, high)] = default"
            problem = Problem(str(path), argument.lineno, argument.col_offset + 1, argument.arg, expected)
            raise InvalidFile([problem]) from None
    return found


def _parameter(argument: ast.arg, default: ast.expr | None) -> Parameter:
    assert default is not None
    value = ast.literal_eval(default)
    annotation: Any = argument.annotation
    if isinstance(annotation, ast.Name):
        return Parameter(argument.arg, _TYPES[annotation.id], value)
    kind, word = annotation.slice.elts
    first, second = (ast.literal_eval(literal) for literal in word.args)
    limits = {"Between": ("low", "high"), "Matching": ("pattern", "example")}[word.func.id]
    return Parameter(argument.arg, _TYPES[kind.id], value, **dict(zip(limits, (first, second), strict=True)))


def _check(demo: Demo, parameter: Parameter, value: Value) -> None:
    if parameter.pattern:
        valid = re.fullmatch(parameter.pattern, str(value)) is not None
    elif parameter.low is None or parameter.high is None:
        valid = True
    else:
        valid = parameter.low <= float(value) <= parameter.high
    if not valid:
        raise BadInput(
            f"{demo.name}: {parameter.option} is out of range.",
            expected=parameter.range,
            received=str(value),
            next_step=f"mlquiz demo {demo.name} --help",
        )
