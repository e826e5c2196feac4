"""The interface's sentences in four languages, by gettext; the English ones stand in the code.

The catalogues are locale/LANGUAGE/LC_MESSAGES/mlquiz.po; `make messages` compiles them and a test holds them complete.
"""

import gettext
from gettext import NullTranslations
from pathlib import Path

from mlquiz.core.language import Language

DOMAIN = "mlquiz"
LOCALE = Path(__file__).with_name("locale")


def translations(language: Language) -> NullTranslations:
    """The interface's sentences in a language."""
    return NullTranslations() if language == "en" else gettext.translation(DOMAIN, LOCALE, [language])


def bind() -> None:
    """Let gettext's own functions find our catalogues, in the language that LANGUAGE names: Click calls them."""
    gettext.bindtextdomain(DOMAIN, str(LOCALE))
    gettext.textdomain(DOMAIN)


def unbind() -> None:
    """Let gettext's own functions say what they are given."""
    gettext.textdomain("messages")
