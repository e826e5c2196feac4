"""The four languages."""

from typing import Literal, get_args

Language = Literal["en", "ru", "fr", "zh"]

LANGUAGES: tuple[Language, ...] = get_args(Language)
