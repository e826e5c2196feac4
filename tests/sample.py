"""A small bank of the tests' own: one question of each form, told in four languages that share no word."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mlquiz.core.question import LANGUAGES
from mlquiz.writing import to_yaml

TOPIC = "sample"
LONG = {
    "en": "Long enough to be wrapped on every screen, this sentence goes on about apples that fall from a tree, "
    "and about those who sit below it and wait.",
    "ru": "Достаточно длинная, чтобы перенестись на любом экране, эта фраза говорит о яблоках, падающих с дерева, "
    "и о тех, кто сидит под ним и ждёт.",
    "fr": "Assez longue pour passer à la ligne sur tout écran, cette phrase parle de pommes qui tombent d'un arbre, "
    "et de ceux qui sont assis dessous à les attendre.",
    "zh": "这句话足够长，在任何屏幕上都会换行，它讲的是从树上掉下来的苹果，以及坐在树下等待苹果掉下来的那个人，"
    "还有他在等待的时候想到的那些事情。",
}
APPLES: dict[str, Any] = {
    "level": "junior",
    "form": {"kind": "open", "key_points": ["falls", "pulled", "slow"], "essential": "falls"},
    "tags": ["fruit"],
    "text": {
        "en": {
            "question": "What does an apple do? " + LONG["en"], "answer": "It comes down.", "why": LONG["en"],
            "key_points": {"falls": "It falls.", "pulled": "Earth pulls it.", "slow": "It starts slowly."},
        },
        "ru": {
            "question": "Что делает яблоко? " + LONG["ru"], "answer": "Оно летит вниз.", "why": LONG["ru"],
            "key_points": {"falls": "Оно падает.", "pulled": "Его тянет Земля.", "slow": "Сначала медленно."},
        },
        "fr": {
            "question": "Que fait une pomme ? " + LONG["fr"], "answer": "Elle descend.", "why": LONG["fr"],
            "key_points": {"falls": "Elle tombe.", "pulled": "La Terre l'attire.", "slow": "Lentement d'abord."},
        },
        "zh": {
            "question": "苹果会怎样？" + LONG["zh"], "answer": "它往下走。", "why": LONG["zh"],
            "key_points": {"falls": "它会掉下来。", "pulled": "地球吸引它。", "slow": "一开始很慢。"},
        },
    },
}  # fmt: skip
BRIDGES: dict[str, Any] = {
    "level": "mid",
    "form": {"kind": "choice", "right": "stone", "wrong": ["paper", "water"]},
    "tags": ["building"],
    "text": {
        "en": {
            "question": "What is a bridge made of?", "answer": "Of something that bears a load.",
            "choices": {
                "stone": {"text": "Of stone", "because": "Stone bears a load."},
                "paper": {"text": "Of paper", "because": "Paper tears."},
                "water": {"text": "Of water. " + LONG["en"], "because": "Water flows away."},
            },
        },
        "ru": {
            "question": "Из чего построен мост?", "answer": "Из того, что держит груз.",
            "choices": {
                "stone": {"text": "Из камня", "because": "Камень держит груз."},
                "paper": {"text": "Из бумаги", "because": "Бумага рвётся."},
                "water": {"text": "Из воды. " + LONG["ru"], "because": "Вода утекает."},
            },
        },
        "fr": {
            "question": "De quoi est fait un pont ?", "answer": "De ce qui porte une charge.",
            "choices": {
                "stone": {"text": "De pierre", "because": "La pierre porte une charge."},
                "paper": {"text": "De papier", "because": "Le papier se déchire."},
                "water": {"text": "D'eau. " + LONG["fr"], "because": "L'eau s'écoule."},
            },
        },
        "zh": {
            "question": "桥是用什么造的？", "answer": "用能承重的东西。",
            "choices": {
                "stone": {"text": "用石头", "because": "石头能承重。"},
                "paper": {"text": "用纸", "because": "纸会破。"},
                "water": {"text": "用水。" + LONG["zh"], "because": "水会流走。"},
            },
        },
    },
}  # fmt: skip
CANDLES: dict[str, Any] = {
    "level": "senior",
    "form": {"kind": "numeric", "value": 4640},
    "tags": ["fruit", "light"],
    "text": {
        "en": {"question": "How many candles are there?", "answer": "As many as guests.", "unit": "candles"},
        "ru": {"question": "Сколько здесь свечей?", "answer": "По числу гостей.", "unit": "свечей"},
        "fr": {"question": "Combien de bougies y a-t-il ?", "answer": "Autant que d'invités.", "unit": "bougies"},
        "zh": {"question": "有多少支蜡烛？", "answer": "和客人一样多。", "unit": "支"},
    },
}
QUESTIONS = {"apples": APPLES, "bridges": BRIDGES, "candles": CANDLES}
"""In the order in which a session asks them."""


def write(bank: Path, id: str, question: Mapping[str, Any] | str, topic: str = TOPIC) -> Path:
    """Put a question, or any text, into a bank."""
    path = bank / "questions" / topic / f"{id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(question if isinstance(question, str) else to_yaml(dict(question)), encoding="utf-8")
    return path


def bank(path: Path, *ids: str) -> Path:
    """A bank with the questions of these ids, or with all three."""
    for id in ids or QUESTIONS:
        write(path, id, QUESTIONS[id])
    return path


def asked(id: str, language: str) -> str:
    """How a question begins."""
    text: str = QUESTIONS[id]["text"][language]["question"]
    return text.removesuffix(LONG[language]).strip()


def told(id: str, language: str, part: str = "answer") -> Any:
    """A part of a question's text."""
    return QUESTIONS[id]["text"][language][part]


def short_question(**changes: Any) -> dict[str, Any]:
    """A valid question in English alone, with some parts changed."""
    plain: dict[str, Any] = {
        "level": "mid", "form": {"kind": "open"}, "text": {"en": {"question": "Who?", "answer": "She."}},
    }  # fmt: skip
    return plain | changes


def other_language(language: str) -> str:
    """The next language, as the key `l` goes round."""
    return LANGUAGES[(LANGUAGES.index(language) + 1) % len(LANGUAGES)]  # type: ignore[arg-type]
