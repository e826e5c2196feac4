"""Writing into a bank: YAML as an author would lay it out, the editor's template, one new file at a time."""

import os
from collections.abc import Iterator
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import yaml

from mlquiz.bank import SCHEMA_LINE, Bank, question_schema
from mlquiz.content import SCHEMA
from mlquiz.core.alike import SIMILAR, nearest
from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.glossary import stems
from mlquiz.core.question import Language
from mlquiz.core.sentence import said
from mlquiz.folders import ANOTHER


class _Dumper(yaml.SafeDumper):
    """Long texts as `|` blocks, short lists on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.Node:
    style = "|" if "\n" in text.strip() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def to_yaml(data: dict[str, Any]) -> str:
    """A question file's text."""
    body = yaml.dump(data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)
    return f"{SCHEMA_LINE}\n{body}"


def with_schema_line(text: str) -> str:
    """The text with the line by which editors find the schema."""
    return text if text.startswith("# yaml-language-server:") else f"{SCHEMA_LINE}\n{text}"


def template(language: Language, tr: NullTranslations) -> str:
    """What an editor opens with: an open question, and the other two forms in comments."""
    _ = tr.gettext
    fill = _("Fill in what stands after the colons, save and leave. An unchanged file adds nothing.")
    prose = _("Prose is Markdown with $formulas$; one language is enough, further ones are blocks beside this one.")
    levels, points, essential, below = (
        _("junior, mid or senior"), _("two to four ideas, named here, told below"),
        _("the one without which the answer has failed"), _("and below"),
    )  # fmt: skip
    return f"""\
{SCHEMA_LINE}
# {fill}
# {prose}
level: mid          # {levels}
tags: []
form:
  kind: open
  key_points: [first, second]   # {points}
  essential: first              # {essential}
# form: {{kind: choice, right: yes-it-does, wrong: [never, always]}}      {below}: choices: {{never: {{text: ...}}}}
# form: {{kind: numeric, value: 4640, tolerance: 0.01}}                   {below}: unit: parameters
text:
  {language}:
    question: |
      ?
    answer: |
      ?
    key_points:
      first: "?"
      second: "?"
    # why: |
    # limits: |
"""


def save(text: str, root: Path, topic: str, id: str) -> Path:
    """Write one new question; an existing file is never touched.

    Raises:
        BadInput: the id is taken.
        BadEnvironment: the folder cannot be written.
    """
    path = root / "questions" / topic / f"{id}.yaml"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        schema = path.parent.parent / SCHEMA
        if not schema.exists():
            schema.write_text(question_schema(), encoding="utf-8")
        write_new(path, text)
    except FileExistsError:
        raise BadInput(said("{path} is there already.", path=path), next_step=said("give another --id")) from None
    except OSError as error:
        what = said("{where} cannot be written: {error}.", where=path, error=error.strerror)
        raise BadEnvironment(what, next_step=said("--to another folder")) from error
    return path


def is_there(path: Path) -> bool:
    """Whether a path leads somewhere; one that may not be looked at does, until it is written to."""
    try:
        return path.exists()
    except OSError:
        return True


def check_writable(folder: Path) -> None:
    """Refuse a folder in which nothing can be made, before the work for it begins.

    Raises:
        BadEnvironment: the folder, or the nearest one above it that is there, takes no files.
    """
    try:
        there = next(one for one in (folder, *folder.absolute().parents) if one.exists())
        if os.access(there, os.W_OK | os.X_OK):
            return
    except OSError:
        pass
    raise BadEnvironment(said("{where} cannot be written.", where=folder), next_step=said("--to another folder"))


def rewrite(path: Path, text: str) -> None:
    """Put another text into a file, all of it or nothing.

    Raises:
        BadEnvironment: the folder cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        try:
            _write_synced(aside, text)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        raise BadEnvironment(said("{where} cannot be written: {error}.", where=path, error=error.strerror)) from error


def check_free(path: Path) -> None:
    """Refuse a file that is there, or whose folder is not, before the work for it begins.

    Raises:
        BadInput: says which.
    """
    if path.exists() or path.is_symlink():
        raise BadInput(said("{file} is there already.", file=str(path)), next_step=said("give another name"))
    if not path.absolute().parent.is_dir():
        what = said("{folder} is not a folder.", folder=str(path.absolute().parent))
        raise BadInput(what, next_step=ANOTHER)


def save_report(text: str, path: Path) -> None:
    """Write a new file.

    Raises:
        BadInput: it is there already.
        BadEnvironment: it cannot be written.
    """
    try:
        write_new(path, text)
    except FileExistsError:
        raise BadInput(said("{file} is there already.", file=str(path)), next_step=said("give another name")) from None
    except OSError as error:
        raise BadEnvironment(said("{where} cannot be written: {error}.", where=path, error=error.strerror)) from None


def similar(question: str, language: Language, bank: Bank) -> Iterator[tuple[str, str]]:
    """(id, question) of those in the bank that ask much the same in this language, the nearest first."""
    told = {
        id: item.question.text[language].question for id, item in bank.items.items() if language in item.question.text
    }
    words = {id: stems(text, language) for id, text in told.items()}
    for id in nearest(stems(question, language), words, SIMILAR, most=3):
        yield id, told[id]


def write_new(path: Path, text: str) -> None:
    """Write a file, all of it or nothing: written aside, synced, then linked to its name, which must be free.

    Raises:
        FileExistsError: the name is taken.
        OSError: it cannot be written.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        _write_synced(aside, text)
        try:
            os.link(aside, path)
        except (NotImplementedError, PermissionError, OSError) as error:
            if isinstance(error, FileExistsError) or path.exists():
                raise FileExistsError(path) from error
            aside.rename(path)
    finally:
        aside.unlink(missing_ok=True)


def _write_synced(path: Path, text: str) -> None:
    with path.open("x", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
