"""An unknown name, answered with the nearest known one."""

from collections.abc import Iterable
from difflib import get_close_matches

from mlquiz.core.errors import BadInput
from mlquiz.core.sentence import N_, one_of, said

NOUNS = (
    N_("command"),
    N_("demo"),
    N_("form"),
    N_("language"),
    N_("parameter"),
    N_("question"),
    N_("setting"),
    N_("shell"),
    N_("tag"),
    N_("topic"),
)
"""What can be unknown."""


def unknown(kind: str, name: str, known: Iterable[str], *, next_step: str) -> BadInput:
    """The error for a name that is not among the known ones.

    Args:
        kind: what the name should be, as `question`.
        next_step: what to do when none is near.
    """
    near = nearest(name, known)
    meant = said("did you mean {names}?", names=", ".join(near)) if near else None
    return BadInput(said("There is no {kind} {name!r}.", kind=said(kind), name=name), next_step=meant or next_step)


def nearest(name: str, known: Iterable[str]) -> list[str]:
    """Up to three of the known names that a misspelt one may mean, the nearest first."""
    return get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.6)


def near_demo(name: str, known: Iterable[str]) -> str:
    """What is expected where no demo has this name."""
    return one_of(nearest(name, known)) or said("a name that {command} lists", command="mlquiz demo")
