"""Settings: from the configuration file and the environment, which goes before it.

MLQUIZ_HOME holds everything of the user's; MLQUIZ_BANK lists further bank folders; MLQUIZ_LANG is the questions'
language, MLQUIZ_UI the interface's.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.sentence import said
from mlquiz.core.settings import NEW_A_DAY, checked, language


@dataclass(frozen=True)
class Settings:
    """Where the user's things are, and what they chose; mlquiz.core.settings says what each choice means."""

    home: Path
    file: Path
    """The configuration file, which need not be there."""
    banks: tuple[Path, ...]
    """Further folders with `questions/` and `demos/`; the first is where `add` writes."""
    language: Language
    """The questions'."""
    answer_language: Language | None = None
    """The answers', when it is another."""
    ui: Language | None = None
    """The interface's; None to speak the questions' language."""
    editor: str = "vi"
    new_a_day: int = NEW_A_DAY
    minutes: int = 0
    confidence: bool = False
    retention: float = 0.9
    topic_retention: Mapping[str, float] = field(default_factory=dict)
    rollover_hour: int = 4

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
    """The settings that an environment and the configuration file in it ask for.

    Raises:
        BadInput: a language that is not known, a folder that is not there, a file with a mistake.
        BadEnvironment: there is no home directory and MLQUIZ_HOME is not set; the file cannot be read.
    """
    home = _home(environment)
    file = _file(environment, home)
    chosen = checked(read(file), str(file))
    banks = [(name, "MLQUIZ_BANK") for name in environment.get("MLQUIZ_BANK", "").split(os.pathsep) if name]
    banks += [(str(file.parent / Path(name).expanduser()), str(file)) for name in chosen["banks"]]
    for folder, where in banks:
        if not Path(folder).is_dir():
            raise BadInput(said("{where} names a folder that is not there.", where=where), received=folder)
    ui = _named(environment, "MLQUIZ_UI") or chosen["ui"] or _of_locale(environment)
    return Settings(
        home,
        file,
        (home, *(Path(folder) for folder, _ in banks)),
        language=_named(environment, "MLQUIZ_LANG") or chosen["lang"] or ui or "en",
        answer_language=chosen["answer_lang"],
        ui=ui,
        editor=chosen["editor"] or _editor(environment),
        **{name: chosen[name] for name in PLAIN},
    )


PLAIN = ("new_a_day", "minutes", "confidence", "retention", "topic_retention", "rollover_hour")
"""Settings that are as they stand in the file."""


def read(file: Path) -> dict[str, Any]:
    """What a configuration file says; nothing when it is not there.

    Raises:
        BadInput: it is no TOML.
        BadEnvironment: it cannot be read.
    """
    if not file.exists():
        return {}
    import tomllib

    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        what = said("{where} is no TOML: {error}.", where=str(file), error=str(error))
        raise BadInput(what, next_step=said("mend it in an editor, or move it away")) from None
    except OSError as error:
        raise BadEnvironment(said("{where} cannot be read: {error}.", where=str(file), error=error.strerror)) from None


def _editor(environment: Mapping[str, str]) -> str:
    return environment.get("VISUAL") or environment.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")


def _file(environment: Mapping[str, str], home: Path) -> Path:
    if environment.get("MLQUIZ_HOME"):
        return home / "config.toml"
    from platformdirs import user_config_path

    return user_config_path("mlquiz", appauthor=False) / "config.toml"


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


def _named(environment: Mapping[str, str], variable: str) -> Language | None:
    given = environment.get(variable)
    try:
        return language(given) if given else None
    except BadInput as error:
        what = said("{where}: {what}", where=variable, what=error.what)
        raise BadInput(what, expected=error.expected, next_step=error.next_step) from None


def _of_locale(environment: Mapping[str, str]) -> Language | None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return next((known for known in LANGUAGES if value.lower().startswith(known)), None)
    return None
