"""What `--sweep lr=0.01:1.2:16` means: a parameter, and the values to give it."""

import re
from typing import NamedTuple

from mlquiz.core.errors import BadInput
from mlquiz.core.sentence import said

EXAMPLE = said("lr=0.01:1.2:16, with :log at the end for equal ratios")
MOST = 200
_NUMBER = r"-?[0-9.]+(?:[eE][-+]?[0-9]+)?"
_RANGE = rf"(?P<low>{_NUMBER}):(?P<high>{_NUMBER}):(?P<count>[0-9]+)(?P<log>:log)?"
_FORM = re.compile(rf"(?P<name>[a-z][a-z0-9_-]*)={_RANGE}")


class Sweep(NamedTuple):
    """A parameter's name and its values, in ascending order."""

    parameter: str
    values: list[float]


def parse(text: str) -> Sweep:
    """The sweep that a text names.

    Raises:
        BadInput: it is no sweep, its ends are not in order, or it has fewer than 2 or more than MOST values.
    """
    found = _FORM.fullmatch(text.replace(" ", ""))
    try:
        low, high, count = (float(found["low"]), float(found["high"]), int(found["count"])) if found else (0.0, 0.0, 0)
    except ValueError:
        found = None
    if not found:
        raise BadInput(said("--sweep is no sweep."), expected=EXAMPLE, received=text)
    if not 2 <= count <= MOST:
        raise BadInput(
            said("--sweep has too few or too many values."),
            expected=said("{low} to {high}", low=2, high=MOST),
            received=str(count),
        )
    if low >= high or (found["log"] and low <= 0):
        ends = "0 < low < high" if found["log"] else "low < high"
        raise BadInput(said("--sweep has its ends the wrong way round."), expected=ends, received=text)
    steps = [step / (count - 1) for step in range(count)]
    values = [low * (high / low) ** step if found["log"] else low + (high - low) * step for step in steps]
    return Sweep(found["name"].replace("-", "_"), [float(f"{value:.12g}") for value in values])
