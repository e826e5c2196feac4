"""The settings that a user may choose: what each means, what it may be, what it is by itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from mlquiz.core.errors import BadInput
from mlquiz.core.language import LANGUAGES, Language
from mlquiz.core.nearest import unknown
from mlquiz.core.sentence import N_, said

NEW_A_DAY = 20
"""Questions introduced a day; Anki's default too."""


class Key(NamedTuple):
    """One setting.

    Args:
        says: what it is for, in one English sentence.
        expects: the values that it takes, in English.
        takes: whether a value read from TOML is one of these.
        default: what holds when it is not set; None where that depends on others.
    """

    says: str
    expects: str
    takes: Callable[[Any], bool]
    default: Any = None


def _number(low: float, high: float, kind: type = int) -> Callable[[Any], bool]:
    kinds = (int,) if kind is int else (int, float)
    return lambda value: isinstance(value, kinds) and not isinstance(value, bool) and low <= value <= high


def _language(value: Any) -> bool:
    return value in LANGUAGES


def _texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


_RETENTION = _number(0.7, 0.99, float)

LISTED = said("mlquiz config lists them")

KEYS: Mapping[str, Key] = {
    "ui": Key(N_("The interface's language; by itself that of the locale."), "en, ru, fr, zh", _language),
    "lang": Key(N_("The questions' language; by itself the interface's."), "en, ru, fr, zh", _language),
    "answer_lang": Key(N_("The answers' language; by itself the questions'."), "en, ru, fr, zh", _language),
    "new_a_day": Key(N_("How many questions are introduced a day."), N_("a whole number from 0"),
                     _number(0, 100_000), NEW_A_DAY),
    "minutes": Key(N_("How many minutes a session lasts; 0 for no end."), N_("whole minutes from 0"),
                   _number(0, 1440), 0),
    "confidence": Key(N_("Whether a session asks how sure you are before it shows the answer."),
                      N_("true or false"), lambda value: isinstance(value, bool), False),
    "retention": Key(N_("Desired retention: the probability of recall at which a question comes back."),
                     N_("a number from 0.7 to 0.99"), _RETENTION, 0.9),
    "topic_retention": Key(N_("Desired retention of single topics, as a table."), N_("numbers from 0.7 to 0.99"),
                           lambda value: isinstance(value, dict) and all(map(_RETENTION, value.values())), {}),
    "rollover_hour": Key(N_("The hour at which a study day begins."), N_("a whole number from 0 to 23"),
                         _number(0, 23), 4),
    "editor": Key(N_("The editor; by itself VISUAL, EDITOR or vi."), N_("a command"),
                  lambda value: isinstance(value, str) and bool(value.strip())),
    "banks": Key(N_("Further folders with questions/ and demos/."), N_("a list of folders"), _texts, []),
}  # fmt: skip


def checked(data: Mapping[str, Any], where: str) -> dict[str, Any]:
    """The settings of a file, completed by the defaults.

    Args:
        where: the file, for the error.

    Raises:
        BadInput: an unknown setting, or a value that it does not take.
    """
    for _, fault in faults(data, where):
        raise fault
    return {name: key.default for name, key in KEYS.items()} | dict(data)


def faults(data: Mapping[str, Any], where: str) -> Iterator[tuple[str, BadInput]]:
    """(name, what is wrong) of each setting of a file that is unknown or has a value that it does not take."""
    for name, value in data.items():
        if name not in KEYS:
            error = unknown("setting", name, KEYS, next_step=LISTED)
            yield name, BadInput(said("{where}: {what}", where=where, what=error.what), next_step=error.next_step)
        elif not KEYS[name].takes(value):
            what = said("{where}: the setting {name} does not take this value.", where=where, name=name)
            mend = said("mend it with mlquiz config --edit")
            yield name, BadInput(what, expected=said(KEYS[name].expects), received=repr(value), next_step=mend)


def setting(path: str) -> tuple[str, str]:
    """The setting that a path names, and the member where it is one of a table, as topic_retention.cnn.

    Raises:
        BadInput: no such setting, or one that is no table.
    """
    name, _, member = path.partition(".")
    if name not in KEYS:
        raise unknown("setting", name, KEYS, next_step=LISTED)
    if member and not isinstance(KEYS[name].default, dict):
        raise BadInput(said("The setting {name} is no table.", name=name), received=path)
    return name, member


def value_of(path: str, words: Sequence[str]) -> Any:
    """The value that words of a command line mean for a setting: a TOML value, a text, or a list of texts.

    Raises:
        BadInput: no such setting, or it takes nothing of the kind.
    """
    name, member = setting(path)
    meanings: list[Any] = [_literal(words[0]), words[0]] if len(words) == 1 else []
    for meaning in (*meanings, list(words)):
        if KEYS[name].takes({member: meaning} if member else meaning):
            return meaning
    what = said("The setting {name} does not take this value.", name=path)
    raise BadInput(what, expected=said(KEYS[name].expects), received=" ".join(words))


def written(value: Any) -> str:
    """A value as it stands in the file; TOML writes texts, numbers and lists as JSON does."""
    import json

    if isinstance(value, dict):
        return "{" + ", ".join(f"{name} = {written(of)}" for name, of in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)


def _literal(text: str) -> Any:
    import tomllib

    try:
        read = tomllib.loads(f"value = {text}")
    except ValueError:
        return None
    return read["value"] if len(read) == 1 else None


def language(name: str) -> Language:
    """A language by its code.

    Raises:
        BadInput: no such language.
    """
    if name.lower() in LANGUAGES:
        return cast(Language, name.lower())
    error = unknown("language", name, LANGUAGES, next_step=said("take one of the four"))
    error.expected = ", ".join(LANGUAGES)
    raise error
