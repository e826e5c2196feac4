"""A bank of thousands of questions, from its index."""

import json
import re
import zlib
from pathlib import Path

from bench.timing import Comparison, in_turn
from mlquiz.bank import load
from mlquiz.bank_index import BankIndex
from mlquiz.content import Root, own_root

LINKS = re.compile(r"(prerequisites|twins|follow_ups|formerly):.*\n(?:  - .*\n)*")


def large_bank(folder: Path, questions: int = 2_000) -> Comparison:
    """Loading it, against decoding all that the index has of it as JSON."""
    ours = sorted(own_root().questions.glob("*/*.yaml"))
    for number in range(questions):
        path = ours[number % len(ours)]
        copy = folder / "questions" / path.parent.name / f"{path.stem}-{number}.yaml"
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(LINKS.sub("", path.read_text(encoding="utf-8")), encoding="utf-8")
    root, index = Root(folder), BankIndex(folder / "index.db", "bench")
    assert len(load([root], index).items) == questions
    kept = index.all().values()

    def decoded() -> None:
        for one in kept:
            json.loads(one.facts)
            json.loads(zlib.decompress(one.texts))

    loaded, plain = in_turn(lambda: load([root], index), decoded, 5)
    return Comparison(f"bank of {questions:,} questions from its index", loaded, plain, "its JSON decoded", "1x")
