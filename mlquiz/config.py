"""Settings: from the environment, with defaults that suit most.

MLQUIZ_HOME holds everything of the user's; MLQUIZ_BANK lists further bank folders; MLQUIZ_LANG is the language.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.nearest import unknown
from mlquiz.core.question import LANGUAGES, Language

NEW_A_DAY = 20
"""Questions introduced a day unless `--new` says otherwise; Anki's default too."""


class Settings(NamedTuple):
    """Where the user's things are, and the language."""

    home: Path
    banks: tuple[Path, ...]
    """Further folders with `questions/` and `demos/`; the first is where `add` writes."""
    language: Language
    editor: str = "vi"

    @property
    def store(self) -> Path:
        return self.home / "mlquiz.db"

    @property
    def bank_index(self) -> Path:
        """The compiled bank; may be deleted at any time."""
        return self.home / "bank-index.db"

    @property
    def drafts(self) -> Path:
        """Where `add` keeps what was typed when it was not valid."""
        return self.home / "drafts"


def from_environment(environment: Mapping[str, str]) -> Settings:
    """The settings that an environment asks for.

    Raises:
        BadInput: MLQUIZ_LANG names no known language.
        BadEnvironment: there is no home directory and MLQUIZ_HOME is not set.
    """
    home = _home(environment)
    further = [Path(part) for part in environment.get("MLQUIZ_BANK", "").split(os.pathsep) if part]
    for folder in further:
        if not folder.is_dir():
            raise BadInput("MLQUIZ_BANK names a folder that is not there.", received=str(folder))
    editor = environment.get("VISUAL") or environment.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")
    return Settings(home, (home, *further), _language(environment), editor)


def language(name: str) -> Language:
    """A language by its code.

    Raises:
        BadInput: no such language.
    """
    for known in LANGUAGES:
        if name.lower() == known:
            return known
    error = unknown("language", name, LANGUAGES, next_step="take one of the four")
    error.expected = ", ".join(LANGUAGES)
    raise error


def _home(environment: Mapping[str, str]) -> Path:
    if given := environment.get("MLQUIZ_HOME"):
        return Path(given).absolute()
    from platformdirs import user_data_path

    try:
        path = user_data_path("mlquiz", appauthor=False)
    except (RuntimeError, KeyError, OSError) as error:
        path = Path(f"~ ({error})")
    if not path.is_absolute():
        raise BadEnvironment(
            "There is no home directory to keep your answers in.",
            next_step="set MLQUIZ_HOME to a folder, as MLQUIZ_HOME=/tmp/mlquiz",
        )
    return path


def _language(environment: Mapping[str, str]) -> Language:
    if given := environment.get("MLQUIZ_LANG"):
        try:
            return language(given)
        except BadInput as error:
            raise BadInput(f"MLQUIZ_LANG: {error.what}", expected=error.expected, next_step=error.next_step) from None
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return next((known for known in LANGUAGES if value.lower().startswith(known)), "en")
    return "en"
