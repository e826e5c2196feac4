"""`--plot FILE`: a picture as a PNG or SVG file."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.sentence import said
from mlquiz.folders import ANOTHER
from mlquiz.view.figure import figure
from mlquiz.view.picture import Picture

SUFFIXES = (".png", ".svg")


def check(path: Path) -> None:
    """Whether a picture could be written to a path; asked before the run.

    Raises:
        BadInput: another suffix, or no such folder.
        BadEnvironment: matplotlib is not installed.
    """
    if path.suffix.lower() not in SUFFIXES:
        raise BadInput(said("--plot writes PNG or SVG."), expected=said("FILE.png or FILE.svg"), received=path.name)
    if not path.absolute().parent.is_dir():
        raise BadInput(said("There is no such folder."), received=str(path.parent), next_step=ANOTHER)
    if find_spec("matplotlib") is None:
        raise BadEnvironment(said("--plot needs matplotlib."), next_step="pip install 'mlquiz[plot]'")


def save(picture: Picture, path: Path, title: str, closing: str) -> None:
    """Write a demo's picture.

    Raises:
        BadEnvironment: the file cannot be written.
    """
    write(figure(picture, title, closing), path)


def write(drawn: Any, path: Path) -> None:
    """Write a figure of matplotlib's.

    Raises:
        BadEnvironment: the file cannot be written.
    """
    try:
        drawn.savefig(path, dpi=150)
    except OSError as error:
        what = said("{where} cannot be written: {error}.", where=path, error=error.strerror)
        raise BadEnvironment(what) from error
