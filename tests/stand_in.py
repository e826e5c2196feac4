"""A bank with a demo that needs no TensorFlow, and a TensorFlow that does nothing but chatter: both at once."""

import re
import sys
from pathlib import Path

import environments
import pytest
import terminal

LIBRARY = """\
import os
os.write(1, b"I0000 CHATTER on standard output\\n")
os.write(2, b"W0000 CHATTER on standard error\\n")
def __getattr__(name):
    if name.startswith("__"):
        raise AttributeError(name)
    class Anything:
        def __getattr__(self, name): return self
        def __call__(self, *args): return None
    return Anything()
"""
CODE = '''\
"""Counts to a goal."""
import os, signal, time
from typing import Annotated
from mlquiz.lab import Bars, Between, Events, Mark, Matching, Plot, Row, Say, Shades, Verdict

QUESTIONS = []
CONTROL = {"goal": 5}
PREDICTION = {"choice": ["up", "down"]}
SEEDS = [0, 1]
OUTCOMES = {"goal": "height"}


def run(
    how: Annotated[str, Matching("well|refused|broken|killed|endless|infinite|open", "well")] = "well",
    goal: Annotated[int, Between(1, 5)] = 3,
    share: Annotated[float, Between(0.5, 2.0)] = 1.0,
    loud: bool = True,
    seed: Annotated[int, Between(0, 99)] = 0,
) -> Events:
    print("CHATTER of the demo")
    os.system("echo CHATTER of a child; echo CHATTER of a child >&2")
    if how == "refused":
        raise ValueError("seven is right out")
    for step in range(goal):
        yield Plot("curve", step, {"height": float(seed + step + 1), "depth": 1.0}, log=True)
        yield Bars("counts", {"height": step, "depth": goal}, goal)
    if how == "broken":
        raise RuntimeError("the wheel came off")
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    if how == "infinite":
        yield Plot("curve", goal, {"height": float("inf")})
    while how == "endless":
        time.sleep(0.05)
    yield Row("table", {"height": step, "depth": "deep"})
    yield Mark("curve", 1, "deep")
    yield Shades("matrix", {"height": [0.5, -1.0], "depth": [0.0, 1.0]})
    yield Say("sum", {"total": goal})
    yield Verdict(None if how == "open" else goal < 5, "up", {"goal": goal})
'''
WORDS = {
    "en": ("Counting", "It counts", "Up it goes", "Height", "Depth", "In the depth", "held", "What goes up?"),
    "ru": ("Счёт", "Считает", "Вверх", "Высота", "Глубина", "В глубине", "сошлось", "Что идёт вверх?"),
    "fr": (
        "Le compte",
        "Il compte",
        "Vers le haut",
        "Hauteur",
        "Profondeur",
        "Au fond",
        "tenu",
        "Qu'est-ce qui monte ?",
    ),
    "zh": ("计数", "数到目标", "向上走", "高度", "深度", "在深处", "成立了", "什么会上升？"),
}
"""title, finding, a choice, two series, a cell, the verdict, the prediction."""


def words(language: str) -> str:
    title, finding, up, height, depth, deep, held, question = WORDS[language]
    return f"""\
  {language}:
    title: "{title}"
    finding: "{finding}."
    mechanism: "{finding}, $k^2$."
    prediction: {{question: "{question}", choices: {{up: "{up}", down: "{depth}"}}}}
    control: "{finding} 5."
    verdict: {{holds: "{held} {{goal}}", fails: "{held}: 0", inconclusive: "{held}?"}}
    limits: "{finding}!"
    parameters: {{how: "{title}", goal: "{height}", share: "{depth}", loud: "{deep}", seed: "{up}"}}
    labels: {{curve: "{title}", matrix: "{finding}", counts: "{title}", table: "{title}", height: "{height}", depth: "{depth}", deep: "{deep}"}}
    say: {{sum: "{title} = {{total}}"}}
"""


def use(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write both and let every run of this test find them: `mlquiz demo counting`, `weighing` and `sorting`.

    Returns:
        The path of the demo "counting".
    """
    demos, libraries = folder / "bank" / "demos", environments.use(folder, monkeypatch)
    demos.mkdir(parents=True)
    (demos / "counting.py").write_text(CODE, encoding="utf-8")
    text = "topic: arithmetic\ntext:\n" + "".join(map(words, WORDS))
    (demos / "counting.yaml").write_text(text, encoding="utf-8")
    weighing = CODE.replace('{"choice": ["up", "down"]}', '{"number": "height"}').replace('"up", {"g', 'goal, {"g')
    (demos / "weighing.py").write_text(weighing, encoding="utf-8")
    text = re.sub(r", choices: {[^}]*}", "", text)
    (demos / "weighing.yaml").write_text(text, encoding="utf-8")
    sorting = CODE.replace('{"choice": ["up", "down"]}', '{"order": ["up", "down"]}').replace(
        '"up", {"g', '"down,up", {"g'
    )
    (demos / "sorting.py").write_text(sorting, encoding="utf-8")
    (demos / "sorting.yaml").write_text((demos / "counting.yaml").read_text(encoding="utf-8"), encoding="utf-8")
    for name in ("tensorflow", "keras", "numpy"):
        (libraries / f"{name}.py").write_text(LIBRARY, encoding="utf-8")
    monkeypatch.setattr(sys, "executable", terminal.PYTHON)
    monkeypatch.setenv("MLQUIZ_BANK", str(folder / "bank"))
    return demos / "counting.py"
