"""What stands in a bank beside its questions: the glossary, and the list of the documents that it grew from."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from mlquiz.content import GLOSSARY, SEEDS, Root
from mlquiz.core.errors import InvalidFile, Problem
from mlquiz.core.glossary import Term, of_glossary
from mlquiz.core.question import Key
from mlquiz.core.seeds import SeedDocument


@dataclass(slots=True)
class Reference:
    """The glossaries and seed lists of all banks as one; a bank further on may not redefine a term."""

    glossary: dict[str, Term] = field(default_factory=dict)
    seeds: dict[str, SeedDocument] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load(roots: Sequence[Root]) -> Reference:
    """What the roots have; a broken file is left out and named."""
    reference = Reference()
    for root in roots:
        glossary = _read(root, GLOSSARY, dict[Key, Term], reference)
        seeds = _read(root, SEEDS, dict[str, SeedDocument], reference)
        reference.glossary = glossary | reference.glossary
        reference.seeds = seeds | reference.seeds
    return reference


def _read(root: Root, name: str, model: Any, reference: Reference) -> dict[str, Any]:
    from mlquiz.strict_yaml import parse, read_text
    from mlquiz.validation import validate

    path = root.questions / name
    if not path.is_file():
        return {}
    try:
        document = parse(read_text(path), str(path))
    except InvalidFile as error:
        reference.problems += error.problems
        return {}
    valid: dict[str, Any] | None = validate(model, document)
    if valid is not None and name == GLOSSARY:
        for finding in of_glossary(valid):
            document.report(*finding)
    reference.problems += document.problems
    return valid or {}
