"""A question being written: from answers or flags to the bank's YAML structure, and an id for it."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

from mlquiz.core.question import FormKind, Language

_WORDS = 6
"""An id made from a question has at most so many words."""


@dataclass(slots=True)
class Draft:
    """What the user has given so far, in one language."""

    language: Language
    kind: FormKind = "open"
    level: str = "mid"
    question: str = ""
    answer: str = ""
    why: str = ""
    limits: str = ""
    key_points: Sequence[str] = ()
    """The first is the essential one."""
    right: str = ""
    wrong: Sequence[str] = ()
    value: float | int | None = None
    tolerance: float | int = 0
    unit: str = ""
    tags: Sequence[str] = ()
    demo: str = ""
    cite: str = ""

    def data(self) -> dict[str, Any]:
        """The structure that a question file has; parts that were not given are left out."""
        text = {
            "question": self.question,
            "answer": self.answer,
            "why": self.why,
            "limits": self.limits,
            "key_points": dict(zip(self._keys(self.key_points, "point"), self.key_points, strict=True)),
            "choices": self._choices(),
            "unit": self.unit,
        }
        required = ("question", "answer")
        return {
            "level": self.level,
            "form": self._form(),
            **({"sources": [{"cite": self.cite}]} if self.cite else {}),
            **({"tags": list(self.tags)} if self.tags else {}),
            **({"demo": self.demo} if self.demo else {}),
            "text": {self.language: {name: part for name, part in text.items() if part or name in required}},
        }

    def _form(self) -> dict[str, Any]:
        """The form; what was given of another one stands there too, for the rules to refuse it."""
        given = {"value": self.value, "tolerance": self.tolerance or None}
        number = {name: value for name, value in given.items() if value is not None}
        match self.kind:
            case "open":
                points = self._keys(self.key_points, "point")
                return {"kind": "open"} | ({"key_points": points, "essential": points[0]} if points else {}) | number
            case "choice":
                return {"kind": "choice", "right": "right", "wrong": self._keys(self.wrong, "wrong")} | number
            case "numeric":
                return {"kind": "numeric", "value": self.value, "tolerance": self.tolerance}

    def _choices(self) -> dict[str, Any]:
        if self.kind != "choice":
            return {}
        told = {"right": self.right} | dict(zip(self._keys(self.wrong, "wrong"), self.wrong, strict=True))
        return {key: {"text": text} for key, text in told.items()}

    @staticmethod
    def _keys(texts: Sequence[str], stem: str) -> list[str]:
        return [f"{stem}-{number}" for number in range(1, len(texts) + 1)]


def suggested_id(question: str) -> str:
    """An id from a question's first words; where it has no Latin letters, one from its hash."""
    plain = unicodedata.normalize("NFKD", question).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", plain)
    if sum(map(len, words)) < len(question) / 4 or not words:
        return "q-" + blake2b(question.encode(), digest_size=4).hexdigest()
    return "-".join(words[:_WORDS])
