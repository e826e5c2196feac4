"""Every setting as it stands and where that comes from: told even when something is wrong with it.

The interface's language is asked of this before anything else is loaded, so that `--help` stays quick.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from mlquiz import folders
from mlquiz.core.errors import BadEnvironment, BadInput, MlquizError
from mlquiz.core.language import LANGUAGES, Language
from mlquiz.core.sentence import said
from mlquiz.core.settings import KEYS, faults, language


def read(file: Path) -> dict[str, Any]:
    """What a configuration file says; nothing when it is not there.

    Raises:
        BadInput: it is no TOML.
        BadEnvironment: it cannot be read.
    """
    try:
        if not file.exists():
            return {}
        import tomllib

        return tomllib.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:  # no TOML, or no UTF-8
        what = said("{where} is no TOML: {error}.", where=str(file), error=str(error))
        raise BadInput(what, next_step=said("mend it with mlquiz config --edit")) from None
    except OSError as error:
        what = said("{where} cannot be read: {error}.", where=str(file), error=error.strerror)
        raise BadEnvironment(what, next_step=said("choose another folder with MLQUIZ_HOME")) from None


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
            if given := named(environment, variable):
                known[name] = Standing(name, given, "environment", variable)
        except BadInput as error:
            problems.append(error)
    by_locale = of_locale(environment)
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
    return editor_of({}) if name == "editor" else KEYS[name].default


def editor_of(environment: Mapping[str, str]) -> str:
    """The editor that an environment names, or the platform's."""
    return environment.get("VISUAL") or environment.get("EDITOR") or ("notepad" if os.name == "nt" else "vi")


def named(environment: Mapping[str, str], variable: str) -> Language | None:
    """The language that a variable names; None where it is not set.

    Raises:
        BadInput: no such language.
    """
    given = environment.get(variable)
    try:
        return language(given) if given else None
    except BadInput as error:
        what = said("{where}: {what}", where=variable, what=error.what)
        raise BadInput(what, expected=error.expected, next_step=error.next_step) from None


def of_locale(environment: Mapping[str, str]) -> tuple[str, Language] | None:
    """The variable that names the locale, and its language where it is one of the four."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := environment.get(name):
            return next(((name, known) for known in LANGUAGES if value.lower().startswith(known)), None)
    return None
