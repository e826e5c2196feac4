"""An unknown name, answered with the nearest known one."""

from collections.abc import Iterable
from difflib import get_close_matches

from mlquiz.core.errors import BadInput


def unknown(kind: str, name: str, known: Iterable[str], *, next_step: str) -> BadInput:
    """The error for a name that is not among the known ones.

    Args:
        kind: what the name should be, as `question`.
        next_step: what to do when none is near.
    """
    near = get_close_matches(name.lower(), sorted(known), n=3, cutoff=0.6)
    expected = f"did you mean {' or '.join(near)}?" if near else None
    return BadInput(f"There is no {kind} {name!r}.", next_step=expected or next_step)
