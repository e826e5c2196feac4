"""How an error is told once a command is at work; `mlquiz.cli` tells those that end it."""

from collections.abc import Iterable

from rich.console import Console

from mlquiz.core.errors import Command
from mlquiz.view.line_breaks import hanging


def tell(console: Console, lines: Iterable[str], style: str = "") -> None:
    """Print an error's lines: on a terminal with a hanging indent where they wrap, into a pipe as they are."""
    for line in lines:
        wraps = console.is_terminal and not isinstance(line, Command)
        for part in hanging(line, console.width) if wraps else [line]:
            console.print(part, style=style, soft_wrap=True)
