"""A bar on a terminal, for work that can take long."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import TYPE_CHECKING

from rich.console import Console

from mlquiz.bulk import Told, nobody

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


@contextmanager
def bar(console: Console, title: str, after: int = 0) -> Iterator[Told]:
    """Where to tell how much is done, and of how much; the bar is gone at the end.

    Args:
        after: how often it is told before the bar is shown: what takes no time needs none.
    """
    if not console.is_terminal:
        yield nobody
        return
    calls, shown = count(), list[tuple["Progress", "TaskID"]]()
    with ExitStack() as stack:

        def told(done: int, of: int) -> None:
            if next(calls) < after:
                return
            if not shown:
                from rich.progress import Progress

                progress = stack.enter_context(Progress(console=console, transient=True))
                shown.append((progress, progress.add_task(title)))
            progress, task = shown[0]
            progress.update(task, completed=done, total=of)

        yield told
