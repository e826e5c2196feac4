"""The interface's language, settled before anything is parsed, so that errors and helps speak it too."""

import os
from collections.abc import Mapping
from functools import cache
from gettext import NullTranslations

from mlquiz import messages, origins
from mlquiz.core.language import Language
from mlquiz.core.settings import language

OPTION = "--ui"


def listen(arguments: list[str]) -> list[str]:
    """Take `--ui LANGUAGE` from wherever it stands, speak that language from now on, and return the rest.

    Raises:
        BadInput: no such language.
    """
    end = arguments.index("--") if "--" in arguments else len(arguments)
    rest: list[str] = []
    asked = None
    own = iter(arguments[:end])
    for word in own:
        if word.startswith(f"{OPTION}="):
            asked = word.removeprefix(f"{OPTION}=")
        elif word == OPTION:
            asked = next(own, "")
        else:
            rest.append(word)
    if asked is not None:
        os.environ["MLQUIZ_UI"] = language(asked)  # for the processes that this one starts, too
    spoken.cache_clear()
    _let_click_speak(spoken())
    return rest + arguments[end:]


def environment() -> Mapping[str, str]:
    """The environment of this call."""
    return os.environ


@cache
def spoken() -> Language:
    """The interface's language, as it was when this call of the program began."""
    return origins.spoken(os.environ)


def interface() -> NullTranslations:
    """The interface's sentences, also where the settings themselves are what is wrong."""
    return messages.translations(spoken())


def _let_click_speak(language: Language) -> None:
    """Click takes its words from gettext's domain of the process; LANGUAGE is how gettext is told which."""
    if language == "en":
        messages.unbind()
    else:
        os.environ["LANGUAGE"] = language
        messages.bind()
