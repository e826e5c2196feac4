"""The demos: what each claims, asks and takes, read from its source without importing it.

A demo is `demos/NAME.py` (in NAME a hyphen stands for the file's underscore) and `demos/NAME.yaml`, its words.
"""

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from mlquiz.content import Root
from mlquiz.core.errors import BadInput, InvalidFile, Problem
from mlquiz.core.nearest import unknown
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.sentence import said, together
from mlquiz.core.sweep import Sweep
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
            return said("like {example}", example=self.example)
        return "" if self.low is None else said("{low} to {high}", low=self.low, high=self.high)

    def takes(self, value: Value) -> bool:
        """Whether a value is in range."""
        if self.pattern:
            return re.fullmatch(self.pattern, str(value)) is not None
        return self.low is None or self.high is None or self.low <= float(value) <= self.high

    def refusal(self, value: Value) -> str:
        """What to say of a value that is out of range."""
        place = {"option": self.option, "expected": self.range, "received": value}
        return said("{option} is out of range, expected {expected}, received {received}", **place)

    def typed(self, value: Value) -> str:
        """The parameter with a value, as one would type it."""
        if self.type is bool:
            return self.option if value else f"--no-{self.option[2:]}"
        return f"{self.option} {value}"


@dataclass(frozen=True)
class Demo:
    """A demo's outline. `words` is read from its YAML file when it is first asked for."""

    name: str
    path: Path
    docstring: str
    questions: Sequence[str]
    control: Mapping[str, Value]
    prediction: Mapping[str, Any]
    """{"choice": [keys]}, {"order": [keys]} or {"number": label}."""
    seeds: Sequence[int]
    parameters: Sequence[Parameter]
    outcomes: Mapping[str, str] = field(default_factory=dict)
    """Numbers of the verdict that a sweep draws -> their labels."""
    sweeps_at_once: bool = False
    """Whether it has a function of its own that trains all values of a sweep together."""
    ours: bool = False
    """Whether it came with the program; a user is told of any other that it is code."""

    @cached_property
    def _document(self) -> DemoWords:
        path = self.path.with_suffix(".yaml")
        document = parse(read_text(path), str(path))
        words = validate(DemoWords, document)
        if words is not None and not words.text:
            document.report(
                ("text",),
                said("no language"),
                said("at least one of {names}", names=", ".join(LANGUAGES)),
                said("none"),
            )
        if words is None or document.problems:
            raise InvalidFile(document.problems)
        told = {language: replace(of, language=language) for language, of in words.text.items()}
        return DemoWords(words.topic, told)

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
        """The keys to choose from or to put in order, none when a number is asked for."""
        return list(self.prediction.get("choice") or self.prediction.get("order") or ())

    @property
    def is_order(self) -> bool:
        """Whether the prediction is an order of its choices."""
        return "order" in self.prediction

    def settings(self, given: Mapping[str, Value]) -> dict[str, Value]:
        """The parameters of a run: the defaults with what was given.

        Raises:
            BadInput: an unknown name or a value out of range.
        """
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in set(given) - set(known):
            raise unknown("parameter", name, known, next_step=self._listed)
        wrong = [known[name] for name, value in given.items() if not known[name].takes(value)]
        next_step = f"mlquiz demo {self.name} --help"
        if len(wrong) == 1:
            what = said("{demo}: {option} is out of range.", demo=self.name, option=wrong[0].option)
            raise BadInput(what, expected=wrong[0].range, received=str(given[wrong[0].name]), next_step=next_step)
        if wrong:
            told = (one.refusal(given[one.name]) for one in wrong)
            raise BadInput(
                together(said("{demo}: {what}", demo=self.name, what=one) for one in told), next_step=next_step
            )
        return {name: given.get(name, parameter.default) for name, parameter in known.items()}

    def sweep_values(self, sweep: Sweep) -> list[Value]:
        """The values of a sweep as the parameter takes them, none twice.

        Raises:
            BadInput: an unknown parameter, one that is no number, a value out of range, or nothing to draw.
        """
        if not (self.outcomes or self.sweeps_at_once):
            what = said("{demo} has no number to sweep.", demo=self.name)
            raise BadInput(what, next_step=said("mlquiz demo lists the others"))
        known = {parameter.name: parameter for parameter in self.parameters if parameter.type in (int, float)}
        if sweep.parameter not in known:
            raise unknown("parameter", sweep.parameter, known, next_step=self._listed)
        of_type = known[sweep.parameter].type
        values: list[Value] = list(dict.fromkeys(round(value) if of_type is int else value for value in sweep.values))
        for value in (values[0], values[-1]):
            self.settings({sweep.parameter: value})
        return values

    @property
    def _listed(self) -> str:
        return said("{command} lists them", command=f"mlquiz demo {self.name} --help")

    def asks_of(self, settings: Mapping[str, Value]) -> bool:
        """Whether the prediction's question fits a run: it speaks of the defaults, unless it asks for a number."""
        unlike = any(settings[one.name] != one.default for one in self.parameters if one.name != "seed")
        return not (unlike and self.choices)

    def command(self, settings: Mapping[str, Value]) -> str:
        """The command line that repeats a run."""
        changed = {one.name for one in self.parameters if one.name == "seed" or settings[one.name] != one.default}
        return " ".join((f"mlquiz demo {self.name}", *self.options({name: settings[name] for name in changed})))

    def options(self, settings: Mapping[str, Value]) -> list[str]:
        """Settings as one would type them, in the order of the form."""
        return [one.typed(settings[one.name]) for one in self.parameters if one.name in settings]


@dataclass(slots=True)
class Catalogue:
    """All demos by name, and what is wrong with files that are none."""

    demos: dict[str, Demo] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def told(self) -> tuple[list[Demo], list[Problem]]:
        """The demos whose words can be read, and what is wrong with the rest."""
        good, problems = [], list(self.problems)
        for demo in self.demos.values():
            try:
                demo.languages  # noqa: B018 - reads them
            except InvalidFile as error:
                problems += error.problems
            else:
                good.append(demo)
        return good, problems

    def named(self, name: str) -> Demo:
        """A demo by its name.

        Raises:
            BadInput: there is none; the message has the nearest name.
        """
        if name not in self.demos:
            raise unknown("demo", name, self.demos, next_step=said("{command} lists them", command="mlquiz demo"))
        return self.demos[name]


def find(roots: Sequence[Root]) -> Catalogue:
    """The demos of all roots; the first of a name wins."""
    catalogue = Catalogue()
    for root in roots:
        for path in sorted(root.demos.glob("*.py")):
            try:
                demo = outline(path, ours=root.ours)
            except InvalidFile as error:
                catalogue.problems += error.problems
            else:
                catalogue.demos.setdefault(demo.name, demo)
    return catalogue


def outline(path: Path, *, ours: bool = False) -> Demo:
    """A demo's metadata from its source.

    Raises:
        InvalidFile: it does not parse, or a part of the contract is missing.
    """
    try:
        tree = ast.parse(read_text(path))
    except SyntaxError as error:
        what = said("not Python: {error}", error=error.msg)
        problem = Problem(str(path), error.lineno or 1, error.offset or 1, what)
        raise InvalidFile([problem]) from error
    except (ValueError, RecursionError, MemoryError) as error:
        what = said("not Python: {error}", error=str(error) or type(error).__name__)
        raise InvalidFile([Problem(str(path), 1, 1, what)]) from error
    literals: dict[str, Any] = {}
    run = None
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            literals[node.targets[0].id] = node
        elif isinstance(node, ast.FunctionDef) and node.name == "run":
            run = node
    if run is None:
        raise InvalidFile([Problem(str(path), 1, 1, said("no function run"), "def run(...) -> Events")])
    return Demo(
        name=path.stem.replace("_", "-"),
        path=path,
        docstring=ast.get_docstring(tree) or "",
        questions=_literal(path, literals, "QUESTIONS", list),
        control=_literal(path, literals, "CONTROL", dict),
        prediction=_literal(path, literals, "PREDICTION", dict),
        seeds=_literal(path, literals, "SEEDS", list),
        parameters=_parameters(path, run),
        outcomes=_literal(path, literals, "OUTCOMES", dict) if "OUTCOMES" in literals else {},
        sweeps_at_once=any(isinstance(node, ast.FunctionDef) and node.name == "sweep" for node in tree.body),
        ours=ours,
    )


_INNER: Mapping[str, type] = {"QUESTIONS": str, "CONTROL": str, "PREDICTION": str, "SEEDS": int, "OUTCOMES": str}
"""What the members of each literal are (of a dict: its keys)."""


def _literal(path: Path, assigned: Mapping[str, ast.Assign], name: str, of: type) -> Any:
    try:
        value = ast.literal_eval(assigned[name].value)
    except KeyError:
        expected = said("a literal {kind}", kind=of.__name__)
        raise InvalidFile([Problem(str(path), 1, 1, said("{name} is missing", name=name), expected)]) from None
    except (ValueError, TypeError, SyntaxError):
        value = None
    inner = _INNER[name]
    members: Any = value if isinstance(value, of) else [None]
    if not all(isinstance(one, inner) for one in members) or (name == "SEEDS" and not members):
        expected = said("a literal {kind} of {members}", kind=of.__name__, members=inner.__name__)
        raise InvalidFile([Problem(str(path), assigned[name].lineno, 1, name, expected, said("something else"))])
    return value


def _parameters(path: Path, run: ast.FunctionDef) -> list[Parameter]:
    arguments = [*run.args.args, *run.args.kwonlyargs]
    defaults = [*run.args.defaults, *run.args.kw_defaults]
    if len(arguments) != len(defaults) or None in defaults:
        raise InvalidFile([Problem(str(path), run.lineno, 1, "run", said("a default for every parameter"))])
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
