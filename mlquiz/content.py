"""Where the content is: in the package when installed, in the checkout when developed, and in the user's folders."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

GLOSSARY = "glossary.yaml"
SEEDS = "seeds.yaml"
SCHEMA = "question.schema.json"
BESIDE = (GLOSSARY, SEEDS, SCHEMA)
"""What may stand in `questions/` beside the topics."""

_PACKAGE = Path(__file__).resolve().parent


class Root(NamedTuple):
    """A folder that holds `questions/` and perhaps `demos/`; ours must be complete, a user's may be in progress."""

    path: Path
    ours: bool = False

    @property
    def questions(self) -> Path:
        return self.path / "questions"

    @property
    def demos(self) -> Path:
        return self.path / "demos"


def own_root() -> Root:
    """The project's own content."""
    packaged = _PACKAGE / "_content"
    return Root(packaged if packaged.is_dir() else _PACKAGE.parent, ours=True)


def roots(of_user: Sequence[Path]) -> list[Root]:
    """Our content first, then the user's folders in their order."""
    distinct = {root.path.resolve(): root for root in reversed([own_root(), *map(Root, of_user)])}
    return list(reversed(distinct.values()))
