"""Settings: from the configuration file and the environment, which goes before it.

MLQUIZ_HOME holds everything of the user's; MLQUIZ_BANK lists further bank folders; MLQUIZ_LANG is the questions'
language, MLQUIZ_UI the interface's.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mlquiz import folders
from mlquiz.core.errors import BadInput
from mlquiz.core.language import Language
from mlquiz.core.sentence import said
from mlquiz.core.settings import NEW_A_DAY, checked
from mlquiz.origins import editor_of, named, of_locale, read


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
    def search_index(self) -> Path:
        """The index of `search`; may be deleted at any time."""
        return self.home / "search-index.db"

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
    home, file = folders.home(environment), folders.config_file(environment)
    chosen = checked(read(file), str(file))
    banks = [(name, "MLQUIZ_BANK") for name in environment.get("MLQUIZ_BANK", "").split(os.pathsep) if name]
    banks += [(str(file.parent / Path(name).expanduser()), str(file)) for name in chosen["banks"]]
    for folder, where in banks:
        if not Path(folder).is_dir():
            raise BadInput(said("{where} names a folder that is not there.", where=where), received=folder)
    by_locale = of_locale(environment)
    ui = named(environment, "MLQUIZ_UI") or chosen["ui"] or (by_locale and by_locale[1])
    return Settings(
        home,
        file,
        (home, *(Path(folder) for folder, _ in banks)),
        language=named(environment, "MLQUIZ_LANG") or chosen["lang"] or ui or "en",
        answer_language=chosen["answer_lang"],
        ui=ui,
        editor=chosen["editor"] or editor_of(environment),
        **{name: chosen[name] for name in PLAIN},
    )


PLAIN = ("new_a_day", "minutes", "confidence", "retention", "topic_retention", "rollover_hour")
"""Settings that are as they stand in the file."""
