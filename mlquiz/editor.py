"""The user's own editor."""

import shlex
import subprocess
import tempfile
from pathlib import Path

from mlquiz.core.sentence import Sentence, said


def open_in(editor: str, path: Path) -> Sentence | None:
    """Let the user edit a file, and say what went wrong with the editor, if anything did.

    Args:
        editor: the command, with its options.
    """
    try:
        code = subprocess.run([*shlex.split(editor), str(path)], check=False).returncode
    except (OSError, ValueError) as error:
        return said("The editor {editor!r} cannot be run: {error}", editor=editor, error=str(error))
    return said("The editor {editor!r} ended with exit code {code}", editor=editor, code=code) if code else None


def edited(text: str, editor: str, name: str) -> tuple[str, Sentence | None]:
    """The text after an editor had it, and what went wrong with the editor, if anything did.

    Args:
        editor: the command, with its options.
        name: the file's name while it is edited, by which an editor knows its kind.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_text(text, encoding="utf-8", errors="surrogateescape")
        failure = open_in(editor, path)
        try:
            return path.read_text(encoding="utf-8", errors="replace"), failure
        except OSError:
            return text, failure or said("The editor {editor!r} left no file", editor=editor)
