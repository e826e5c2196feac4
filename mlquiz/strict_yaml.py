"""YAML read strictly: no guesses, no duplicate keys, no aliases, and every value knows its line and column.

YAML 1.1 reads `no` as false and `12:30` as 750; here a plain value is a text, a decimal number, true, false or null,
and what YAML would guess otherwise is an error that asks for quotes. It is read from the parser's events rather than
its nodes: composing nodes recurses in C, where a deeply nested file would take the process down.
"""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from mlquiz.core.errors import InvalidFile, Problem
from mlquiz.core.sentence import said

LARGEST = 256 * 1024
"""Bytes. A question is about 10 KiB; a file this long is not one."""

DEEPEST = 20

Where = tuple[str | int, ...]
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"-?(0|[1-9][0-9]{0,307})")
_FLOAT = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_PREFIX = "tag:yaml.org,2002:"


@dataclass(slots=True)
class Document:
    """A file's content, and where each value in it stands (line and column from 1)."""

    file: str
    data: Any = None
    marks: dict[Where, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    first_line: str = ""

    def report(self, where: Where, what: str, expected: str = "", received: str = "") -> None:
        """Add a problem at a value."""
        self.problems.append(self.problem(where, what, expected, received))

    def problem(self, where: Where, what: str, expected: str = "", received: str = "") -> Problem:
        """A problem at a value, or at the nearest place around it that the file has."""
        while where not in self.marks and where:
            where = where[:-1]
        return Problem(self.file, *self.marks.get(where, (1, 1)), what, expected, received)


def read_text(path: Path, name: str | None = None) -> str:
    """A file's text.

    Raises:
        InvalidFile: unreadable, larger than LARGEST, binary, not UTF-8, or empty.
    """
    name = name or str(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except OSError as error:
        raise InvalidFile([Problem(name, 1, 1, said("cannot be read: {error}", error=error.strerror))]) from error
    return decode(content, name)


def decode(content: bytes, name: str) -> str:
    """UTF-8 bytes as text.

    Raises:
        InvalidFile: larger than LARGEST, binary, not UTF-8, or empty.
    """
    if len(content) > LARGEST:
        problem = Problem(name, 1, 1, said("too large"), said("at most {n} bytes", n=LARGEST), said("more"))
    elif b"\0" in content:
        problem = Problem(name, 1, 1, said("a binary file"), said("YAML in UTF-8"), said("a NUL byte"))
    else:
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            bad = error.object[error.start]
            line, column = _place(error.object[: error.start].decode("utf-8-sig"))
            received = said("byte {byte}", byte=f"0x{bad:02x}")
            problem = Problem(name, line, column, said("not UTF-8"), said("text in UTF-8"), received)
        else:
            if text.strip():
                return text
            problem = Problem(name, 1, 1, said("an empty file"), said("a question"), said("nothing"))
    raise InvalidFile([problem])


def parse(text: str, name: str) -> Document:
    """The document in a text, with the problems found so far.

    Raises:
        InvalidFile: the text is no YAML at all, or nested too deeply.
    """
    if found := yaml.reader.Reader.NON_PRINTABLE.search(text):
        line, column = _place(text[: found.start()])
        character = said("character {code}", code=f"U+{ord(found[0]):04X}")
        raise InvalidFile([Problem(name, line, column, said("not YAML"), said("printable text"), character)])
    loader = _Loader(text)
    try:
        return _Reader(name, loader).document(text.partition("\n")[0].rstrip())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = said("not YAML: {error}", error=error.problem or error.context)
        raise InvalidFile([Problem(name, line, column, what)]) from error
    finally:
        loader.dispose()


def _place(before: str) -> tuple[int, int]:
    """Line and column, from 1, of what comes after a text."""
    return before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1


class _Reader:
    """Turns the parser's events into plain values, noting where each stands and what is not allowed."""

    def __init__(self, name: str, loader: Any) -> None:
        self.read = Document(name)
        self.loader = loader

    def document(self, first_line: str) -> Document:
        self.read.first_line = first_line
        first = next((event for event in self.events() if isinstance(event, NodeEvent)), None)
        if first is None:
            only = said("only comments")
            raise InvalidFile([Problem(self.read.file, 1, 1, said("an empty file"), said("a question"), only)])
        self.read.data = self.value(first, ())
        for event in self.events():
            if isinstance(event, DocumentStartEvent):
                self.mark(event, ("another document",))
                self.read.report(
                    ("another document",), said("not YAML: a second document"), said("one question a file")
                )
                break
        return self.read

    def events(self) -> Iterator[Event]:
        while self.loader.check_event():
            yield self.loader.get_event()

    def mark(self, event: Event, where: Where) -> None:
        start: Any = event.start_mark
        self.read.marks[where] = start.line + 1, start.column + 1

    def value(self, event: Event, where: Where) -> Any:
        self.mark(event, where)
        if len(where) > DEEPEST:
            self.read.report(where, said("nested too deeply"), said("at most {n} levels", n=DEEPEST))
            raise InvalidFile(self.read.problems)
        if isinstance(event, AliasEvent):
            return self.read.report(where, said("an alias"), said("the text itself"), f"*{event.anchor}")
        if isinstance(event, ScalarEvent):
            return self.scalar(event, where)
        if isinstance(event, (MappingStartEvent, SequenceStartEvent)) and event.tag not in (None, "!"):
            self.guessed(where, event.tag, "")
        return self.mapping(where) if isinstance(event, MappingStartEvent) else self.sequence(where)

    def sequence(self, where: Where) -> list[Any]:
        values: list[Any] = []
        while not isinstance(event := self.loader.get_event(), CollectionEndEvent):
            values.append(self.value(event, (*where, len(values))))
        return values

    def mapping(self, where: Where) -> dict[str, Any]:
        values: dict[str, Any] = {}
        while not isinstance(event := self.loader.get_event(), CollectionEndEvent):
            name = event.value if isinstance(event, ScalarEvent) else "?"
            here, doubled = (*where, name), name in values
            first = self.read.marks[here][0] if doubled else 0
            self.key(event, here)
            if doubled:
                again = said("a second one (the first is on line {line})", line=first)
                self.read.report(here, said("duplicate key {name}", name=name), said("one {name}", name=name), again)
            place, following = self.read.marks[here], self.loader.get_event()
            values[name] = self.value(following, here)
            if not isinstance(following, ScalarEvent):
                self.read.marks[here] = place
        return values

    def key(self, event: Event, here: Where) -> None:
        self.mark(event, here)
        kind = self.kind(event) if isinstance(event, ScalarEvent) else said("a collection")
        if kind != "str":
            what, expected = said("the key {name}", name=here[-1]), said('a text: write it as "{name}"', name=here[-1])
            self.read.report(here, what, expected, kind)
            if not isinstance(event, ScalarEvent):
                problems = len(self.read.problems)
                self.value(event, (*here, "key"))
                del self.read.problems[problems:]  # one is enough for a key that is none

    def kind(self, event: ScalarEvent) -> str:
        """What YAML takes a scalar for."""
        tag = event.tag
        if tag in (None, "!"):
            tag = self.loader.resolve(yaml.ScalarNode, event.value, event.implicit) if tag is None else _PREFIX + "str"
        return str(tag).removeprefix(_PREFIX)

    def scalar(self, event: ScalarEvent, where: Where) -> Any:
        text, kind = str(event.value), self.kind(event)
        if kind == "str":
            return text
        if kind == "int" and _INT.fullmatch(text):
            return int(text)
        if kind == "float" and _FLOAT.fullmatch(text) and math.isfinite(float(text)):
            return float(text)
        if kind == "bool" and text in ("true", "false"):
            return text == "true"
        if kind == "null" and text in ("", "null", "~"):
            return None
        return self.guessed(where, kind, text)

    def guessed(self, where: Where, kind: str, text: str) -> None:
        short = 0 < len(text) < 40
        expected = said('a text in quotes, as "{text}"', text=text) if short else said("a text in quotes")
        what = said("YAML takes this for a {kind}", kind=kind.removeprefix(_PREFIX))
        self.read.report(where, what, expected, text[:40])
