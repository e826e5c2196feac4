"""The bank: folders of YAML files, one question each, as `questions/TOPIC/ID.yaml`.

A broken file is left out and named; the others load. What was validated once is kept compiled in an index, so that a
session starts without reading YAML; a file that has changed since is read anew.
"""

import contextlib
import json
import os
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mlquiz.bank_index import BankIndex, Compiled
from mlquiz.bulk import Told, nobody, without_collecting
from mlquiz.content import BESIDE, SCHEMA, Root
from mlquiz.core import rules
from mlquiz.core.errors import InvalidFile, Problem
from mlquiz.core.question import Language, Later, Question, Text, question_of, texts_of
from mlquiz.core.sentence import said
from mlquiz.core.showing import Item

if TYPE_CHECKING:
    from mlquiz.strict_yaml import Document

SCHEMA_LINE = f"# yaml-language-server: $schema=../{SCHEMA}"
_DAMAGE = (ValueError, KeyError, TypeError, AttributeError)
"""What it comes to when the index holds something else than was put in."""

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(slots=True)
class Bank:
    """What was loaded: the questions by id, where each stands, and what is wrong with the rest."""

    items: dict[str, Item] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)
    roots: dict[str, Root] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    documents: "dict[str, Document]" = field(default_factory=dict)
    """Where each value stands; only of files that were read, not of those from the index."""

    @property
    def left_out(self) -> int:
        """How many files could not be loaded."""
        return len({problem.file for problem in self.problems})

    @property
    def topics(self) -> list[str]:
        return sorted({item.topic for item in self.items.values()})

    @property
    def former_ids(self) -> dict[str, str]:
        """Earlier id -> id, for questions that were renamed."""
        claims = [(old, id) for id, item in self.items.items() for old in item.question.formerly]
        return {old: id for old, id in claims if old not in self.items}


def load(roots: Sequence[Root], index: BankIndex | None = None, told: Told = nobody) -> Bank:
    """Every question under the roots; problems are collected, not raised. Without an index every file is read.

    Args:
        told: hears after each file that is read, and is not in the index, how many are done, and of how many.
    """
    bank = Bank()
    with without_collecting():
        compiled = index.all() if index else {}
        fresh: dict[str, Compiled | None] = dict.fromkeys(compiled)
        places = [(root, path) for root in roots for path in _files(root.questions)]
        of_questions = [(root, path) for root, path in places if path.suffix == ".yaml" and not _is_beside(path, root)]
        for done, (root, path) in enumerate(of_questions, 1):
            known = compiled.get(str(path))
            fresh[str(path)] = _add(bank, root, path, known)
            if fresh[str(path)] is not known:
                told(done, len(of_questions))
        if index:
            index.update({path: known for path, known in fresh.items() if known != compiled.get(path)})
    return bank


def read_question(text: str, name: str) -> "tuple[Question | None, Document]":
    """A question from YAML text; when it is None the document's problems say why.

    Raises:
        InvalidFile: the text is no YAML.
    """
    from mlquiz.strict_yaml import parse

    document = parse(text, name)
    return hold(document), document


def hold(document: "Document") -> Question | None:
    """Hold a document against the rules of one question; when it is none its problems say why."""
    from mlquiz.validation import validate

    question = validate(Question, document)
    if question is not None:
        for finding in rules.of_question(question):
            document.report(*finding)
    return None if document.problems else question


def content_of(text: str) -> str:
    """A hash of a file's text, by which the log knows what was asked."""
    from hashlib import blake2b

    return blake2b(text.encode(), digest_size=8).hexdigest()


def is_name(text: str) -> bool:
    """Whether a text can be an id or a topic."""
    return _ID.fullmatch(text) is not None


def unexpected_files(roots: Iterable[Root]) -> Iterator[Problem]:
    """Files in a bank that are neither a question nor one of those beside the topics."""
    for root in roots:
        for path in _files(root.questions):
            if path.suffix != ".yaml" and not _is_beside(path, root):
                yield Problem(str(path), 1, 1, said("an unexpected file"), "TOPIC/ID.yaml", path.name)


def question_schema() -> str:
    """The JSON Schema that editors read."""
    from mlquiz.validation import schema

    return schema(Question, "mlquiz question")


def _files(folder: Path) -> list[Path]:
    """The files in a folder and those below it, folder by folder; without the hidden ones."""
    found = list[Path]()
    for parent, folders, names in os.walk(folder):
        folders.sort()
        within = Path(parent)
        found += [within / name for name in sorted(names) if not name.startswith(".")]
    return found


def _is_beside(path: Path, root: Root) -> bool:
    return path.name in BESIDE and path.parent == root.questions


def _add(bank: Bank, root: Root, path: Path, compiled: Compiled | None) -> Compiled | None:
    """Add one file's question to the bank; what the index is to keep of it, None for a file with problems."""
    name, topic, id = str(path), path.parent.name, path.stem
    try:
        if path.parent.parent != root.questions or not (is_name(id) and is_name(topic)):
            expected = said("questions/TOPIC/ID.yaml in lower case and hyphens")
            raise InvalidFile([Problem(name, 1, 1, said("misplaced"), expected)])
        if id in bank.items:
            what, received = said("the id {id} is taken", id=id), said("that of {file}", file=bank.files[id])
            raise InvalidFile([Problem(name, 1, 1, what, said("an id of its own"), received)])
        question = _compiled(path, compiled)
        if question is None or compiled is None:
            question, bank.documents[id], text = _read(path)
            compiled = _compile(path, text, bank.documents[id].data)
    except InvalidFile as error:
        bank.problems += error.problems
        return None
    bank.items[id] = Item(id, topic, compiled.content, question)
    bank.files[id], bank.roots[id] = path, root
    return compiled


def _compiled(path: Path, compiled: Compiled | None) -> Question | None:
    """The question as the index has it, unless the file has changed since or the index is damaged."""
    if compiled and compiled.stamp == _stamp(path):
        with contextlib.suppress(*_DAMAGE):
            return question_of(json.loads(compiled.facts), Later(partial(_texts, path, compiled.texts)))
    return None


def _texts(path: Path, packed: bytes) -> Mapping[Language, Text]:
    with contextlib.suppress(*_DAMAGE, zlib.error):
        return texts_of(json.loads(zlib.decompress(packed)))
    return _read(path)[0].text


def _read(path: Path) -> "tuple[Question, Document, str]":
    from mlquiz.strict_yaml import read_text

    text = read_text(path)
    question, document = read_question(text, str(path))
    if question is None:
        raise InvalidFile(document.problems)
    return question, document, text


def _compile(path: Path, text: str, data: Mapping[str, Any]) -> Compiled:
    facts = {name: value for name, value in data.items() if name != "text"}
    return Compiled(_stamp(path), content_of(text), _dumped(facts), zlib.compress(_dumped(data["text"]).encode(), 1))


def _stamp(path: Path) -> str:
    try:
        status = path.stat()
    except OSError as error:
        raise InvalidFile([Problem(str(path), 1, 1, said("cannot be read: {error}", error=error.strerror))]) from error
    return f"{status.st_mtime_ns} {status.st_size}"


def _dumped(data: Mapping[str, Any]) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
