"""Writing the configuration file: its comments and its order stay, and no half of it is ever on the disk.

tomlkit does the writing. Reading needs only the standard library, so that no other command imports it.
"""

import os
import shutil
import tomllib
from collections.abc import Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.sentence import said
from mlquiz.core.settings import KEYS, checked, setting, written
from mlquiz.origins import read

REJECTED = "config-rejected"
"""The name, without its suffix, of what an editor left and was not valid."""


def put(file: Path, path: str, value: Any) -> None:
    """Write a setting, or one member of a table, as topic_retention.cnn.

    Raises:
        BadInput: the file is no TOML.
        BadEnvironment: it cannot be read or written.
    """
    document = _document(file)
    name, member = setting(path)
    if member:
        if not isinstance(document.get(name), Mapping):
            document[name] = {}
        document[name][member] = value
    else:
        document[name] = value
    save(file, _text(document))


def drop(file: Path, path: str) -> bool:
    """Take a setting out, known or not; False when it was not there.

    Raises:
        BadInput: the file is no TOML.
        BadEnvironment: it cannot be read or written.
    """
    document = _document(file)
    name, _, member = path.partition(".")
    table = document.get(name) if member else document
    if not isinstance(table, Mapping) or (member or name) not in table:
        return False
    table.pop(member or name)  # type: ignore[attr-defined]
    if member and not table:
        document.pop(name)
    save(file, _text(document))
    return True


def text_of(file: Path, tr: NullTranslations) -> str:
    """What an editor opens with: the file, or every setting as a comment where there is none."""
    text = _read(file)
    return text if text.strip() else template(tr)


def template(tr: NullTranslations) -> str:
    """Every setting as a comment that says what it is and what it may be."""
    _ = tr.gettext
    parts = []
    for name, key in KEYS.items():
        value = "" if key.default is None else written(key.default)
        parts.append(f"# {_(key.says)}\n# ({_(key.expects)})\n# {name} = {value}".rstrip())
    return "\n\n".join(parts) + "\n"


def check_text(text: str, where: str) -> None:
    """Whether a text could be the file.

    Raises:
        BadInput: it is no TOML, or a setting in it is wrong.
    """
    try:
        data = tomllib.loads(text)
    except ValueError as error:
        raise BadInput(said("{where} is no TOML: {error}.", where=where, error=str(error))) from None
    checked(data, where)


def keep(text: str, file: Path) -> Path:
    """Put a text that was not valid beside the file, under a name that is free.

    Raises:
        BadEnvironment: it cannot be written.
    """
    names = (f"{REJECTED}.toml", *(f"{REJECTED}-{number}.toml" for number in range(2, 1000)))
    path = next((path for path in map(file.with_name, names) if not path.exists()), file.with_name(names[0]))
    save(path, text)
    return path


def save(file: Path, text: str) -> None:
    """Write all of a text or nothing; a link stays a link.

    Raises:
        BadEnvironment: it cannot be written.
    """
    file = file.resolve()
    aside = file.with_name(f".{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_text(text, encoding="utf-8")
            if file.exists():
                shutil.copymode(file, aside)
            aside.replace(file)
        finally:
            aside.unlink(missing_ok=True)
    except OSError as error:
        what = said("{where} cannot be written: {error}.", where=file, error=error.strerror)
        raise BadEnvironment(what, next_step=said("choose another folder with MLQUIZ_HOME")) from error


def _document(file: Path) -> Any:
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    read(file)  # which tells of a broken file as every command does
    try:
        return tomlkit.parse(_read(file))
    except (TOMLKitError, ValueError) as error:
        what = said("{where} is no TOML: {error}.", where=file, error=str(error).rstrip("."))
        raise BadInput(what, next_step=said("mend it with mlquiz config --edit")) from None


def _text(document: Any) -> str:
    import tomlkit

    return tomlkit.dumps(document)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="surrogateescape") if file.exists() else ""
    except OSError as error:
        raise BadEnvironment(said("{where} cannot be read: {error}.", where=file, error=error.strerror)) from None
