"""Work on so many objects that the garbage collector would look at them again and again, and who hears of it."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Told = Callable[[int, int], None]
"""Called with how much is done, and of how much."""


def nobody(done: int, of: int) -> None:
    """Tell nobody."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """Make many objects that are all kept; the collector is off meanwhile."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
