"""The settings that a user may choose: what each means, what it may be, what it is by itself."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, cast

from mlquiz.core.errors import BadInput
from mlquiz.core.nearest import unknown
from mlquiz.core.question import LANGUAGES, Language
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

KEYS: Mapping[str, Key] = {
    "ui": Key(N_("The interface's language; by itself that of the locale."), "en, ru, fr, zh", _language),
    "lang": Key(N_("The questions' language; by itself the interface's."), "en, ru, fr, zh", _language),
    "answer_lang": Key(N_("The answers' language; by itself the questions'."), "en, ru, fr, zh", _language),
    "new_a_day": Key(N_("How many questions are introduced a day."), N_("a whole number from 0"),
                     _number(0, 100_000), NEW_A_DAY),
    "minutes": Key(N_("How long a session lasts; 0 for no end."), N_("whole minutes from 0"), _number(0, 1440), 0),
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
    for name, value in data.items():
        if name not in KEYS:
            error = unknown("setting", name, KEYS, next_step="mlquiz config lists them")
            raise BadInput(said("{where}: {what}", where=where, what=error.what), next_step=error.next_step)
        check(name, value, where)
    return {name: key.default for name, key in KEYS.items()} | dict(data)


def check(name: str, value: Any, where: str) -> None:
    """Refuse a value that a setting does not take.

    Raises:
        BadInput: says where, which setting, what it expects.
    """
    if not KEYS[name].takes(value):
        what = said("{where}: the setting {name} does not take this value.", where=where, name=name)
        raise BadInput(what, expected=said(KEYS[name].expects), received=repr(value))


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
