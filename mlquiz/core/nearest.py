"""An unknown name, answered with the nearest known one."""

from collections.abc import Iterable
from difflib import get_close_matches

from mlquiz.core.errors import BadInput
from mlquiz.core.sentence import N_, said

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
    near = get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.6)
    meant = said("did you mean {names}?", names=", ".join(near)) if near else None
    return BadInput(said("There is no {kind} {name!r}.", kind=said(kind), name=name), next_step=meant or next_step)
