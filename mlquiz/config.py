"""Settings: from the configuration file and the environment, which goes before it.

MLQUIZ_HOME holds everything of the user's; MLQUIZ_BANK lists further bank folders; MLQUIZ_LANG is the questions'
language, MLQUIZ_UI the interface's.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mlquiz import folders
from mlquiz.core.errors import BadEnvironment, BadInput, MlquizError
from mlquiz.core.language import LANGUAGES, Language
from mlquiz.core.sentence import said
from mlquiz.core.settings import KEYS, NEW_A_DAY, checked, faults, language


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
    by_locale = _of_locale(environment)
    ui = _named(environment, "MLQUIZ_UI") or chosen["ui"] or (by_locale and by_locale[1])
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
        raise BadInput(what, next_step=said("mend it with mlquiz config --edit")) from None
    except OSError as error:
        raise BadEnvironment(said("{where} cannot be read: {error}.", where=str(file), error=error.strerror)) from None


class Standing(NamedTuple):
    """One setting as it stands."""

    name: str
    value: Any
    origin: Literal["file", "environment", "default"]
    variable: str | None = None
    """The one that it comes from, where it comes from the environment."""


def standing(environment: Mapping[str, str]) -> tuple[list[Standing], list[MlquizError]]:
    """Every setting with its origin, and what is wrong; a wrong one stands at its default, as if it were not set."""
    problems: list[MlquizError] = []
    file = folders.config_file(environment)
    try:
        data = read(file)
    except MlquizError as error:
        problems, data = [error], {}
    wrong = dict(faults(data, str(file)))
    problems += wrong.values()
    good = {name: value for name, value in data.items() if name not in wrong}
    known = {name: Standing(name, value, "file") for name, value in good.items()}
    for folder in good.get("banks", ()):
        if not (file.parent / Path(folder).expanduser()).is_dir():
            what = said("{where} names a folder that is not there.", where=str(file))
            problems.append(BadInput(what, received=folder))
    for name, variable in (("ui", "MLQUIZ_UI"), ("lang", "MLQUIZ_LANG")):
        try:
            if given := _named(environment, variable):
                known[name] = Standing(name, given, "environment", variable)
        except BadInput as error:
            problems.append(error)
    by_locale = _of_locale(environment)
    if by_locale:
        known.setdefault("ui", Standing("ui", by_locale[1], "environment", by_locale[0]))
    for variable in ("VISUAL", "EDITOR"):
        if environment.get(variable):
            known.setdefault("editor", Standing("editor", environment[variable], "environment", variable))
    return [known.get(name, Standing(name, _default(name, known), "default")) for name in KEYS], problems


def known_banks(environment: Mapping[str, str]) -> list[Path]:
    """The folders of the user's banks that are there, whatever else is wrong with the settings."""
    try:
        home, file = folders.home(environment), folders.config_file(environment)
        named = next(one.value for one in standing(environment)[0] if one.name == "banks")
    except (MlquizError, OSError, RuntimeError):
        return []
    also = [file.parent / Path(name).expanduser() for name in named]
    given = map(Path, filter(None, environment.get("MLQUIZ_BANK", "").split(os.pathsep)))
    return [home, *(folder for folder in (*given, *also) if folder.is_dir())]


def spoken(environment: Mapping[str, str]) -> Language:
    """The interface's language, also where the settings themselves are what is wrong."""
    try:
        return next(one.value for one in standing(environment)[0] if one.name == "ui")
    except (MlquizError, OSError, RuntimeError):  # there is no home directory
        return "en"


def _default(name: str, known: Mapping[str, Standing]) -> Any:
    """What holds by itself; of a language that of another setting."""
    after = {"ui": ("lang",), "lang": ("ui",), "answer_lang": ("lang", "ui")}
    if name in after:
        return next((known[other].value for other in after[name] if other in known), "en")
    return _editor({}) if name == "editor" else KEYS[name].default


def _editor(environment: Mapping[str, str]) -> str:
    return environment.get("VISUAL") or environment.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")


def _named(environment: Mapping[str, str], variable: str) -> Language | None:
    given = environment.get(variable)
    try:
        return language(given) if given else None
    except BadInput as error:
        what = said("{where}: {what}", where=variable, what=error.what)
        raise BadInput(what, expected=error.expected, next_step=error.next_step) from None


def _of_locale(environment: Mapping[str, str]) -> tuple[str, Language] | None:
    """The variable that names the locale, and its language where it is one of the four."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return next(((name, known) for known in LANGUAGES if value.lower().startswith(known)), None)
    return None
