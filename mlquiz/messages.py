"""The interface's sentences in four languages, by gettext; the English ones stand in the code.

The catalogues are locale/LANGUAGE/LC_MESSAGES/mlquiz.po; `make messages` compiles them and a test holds them complete.
"""

from gettext import GNUTranslations, NullTranslations
from pathlib import Path

from mlquiz.core.question import Language

LOCALE = Path(__file__).with_name("locale")


def translations(language: Language) -> NullTranslations:
    """The interface's sentences in a language."""
    if language == "en":
        return NullTranslations()
    with (LOCALE / language / "LC_MESSAGES" / "mlquiz.mo").open("rb") as file:
        return GNUTranslations(file)
