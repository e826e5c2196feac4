"""Drafts: what was typed and is not in the bank. One of a new question is TOPIC.ID.yaml, one of an edit ID.yaml."""

import re
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from mlquiz.bank import is_name
from mlquiz.writing import write_new

_NAMELESS = re.compile(r"(question|unfinished)(-\d+)?")
"""What stands for the id of a question that had none when it was kept."""

_LEFT = ".left"
"""Lists the drafts that their author does not want to be asked about, each with the time of its last change."""


class Draft(NamedTuple):
    """A draft of a new question."""

    path: Path
    topic: str
    id: str | None


def keep(text: str, folder: Path, name: str) -> Path | None:
    """Put what was typed aside for another try, once however often it is tried; None when it cannot be written."""
    for number in range(1, 1000):
        path = folder / (f"{name}.yaml" if number == 1 else f"{name}-{number}.yaml")
        try:
            folder.mkdir(parents=True, exist_ok=True)
            write_new(path, text)
        except FileExistsError:
            if _holds(path, text):
                return path
            continue
        except OSError:
            return None
        return path
    return None


def waiting(folder: Path, topic: str | None, id: str | None) -> list[Draft]:
    """The drafts of new questions that may be gone on with, the latest first.

    Args:
        topic: the topic that is wanted; None for any.
        id: the id that is wanted, which also one that has none may get; None for any.
    """
    left = set(_left(folder))
    found = [path for path in folder.glob("*.yaml") if _line(path) not in left and _says_something(path)]
    found.sort(key=lambda path: (path.stat().st_mtime, path.name), reverse=True)
    of_new = (one for path in found if is_name((one := _draft(path)).topic) and "." in path.stem)
    return [one for one in of_new if topic in (None, one.topic) and (None in (id, one.id) or id == one.id)]


def leave(path: Path) -> None:
    """Do not offer a draft again, unless it changes."""
    with suppress(OSError):
        there = {_line(one) for one in path.parent.glob("*.yaml")}
        lines = [*(line for line in _left(path.parent) if line in there), _line(path)]
        path.with_name(_LEFT).write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def forget(text: str, folder: Path) -> None:
    """Delete the drafts that hold this text and nothing else: it is in the bank now."""
    for path in folder.glob("*.yaml"):
        if _holds(path, text):
            path.unlink(missing_ok=True)


def _draft(path: Path) -> Draft:
    topic, _, id = path.stem.partition(".")
    return Draft(path, topic, id if is_name(id) and not _NAMELESS.fullmatch(id) else None)


def _left(folder: Path) -> Iterator[str]:
    with suppress(OSError, UnicodeDecodeError):
        yield from (folder / _LEFT).read_text(encoding="utf-8").splitlines()


def _line(path: Path) -> str:
    try:
        return f"{path.stat().st_mtime_ns} {path.name}"
    except OSError:
        return path.name


def _says_something(path: Path) -> bool:
    try:
        return bool(path.read_bytes().strip())
    except OSError:
        return False


def _holds(path: Path, text: str) -> bool:
    try:
        return path.read_bytes() == text.encode()
    except (OSError, UnicodeEncodeError):
        return False
