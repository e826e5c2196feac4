"""Some lines at the bottom of a terminal that are drawn over themselves, while what stands above them scrolls away."""

from rich.console import Console, RenderableType
from rich.control import Control
from rich.segment import ControlType, Segment, Segments


class Drawn:
    """What is drawn in place; the cursor is hidden as long as it stands. Use it in `with`: it is gone at the end.

    Rich's own Live does not know that a terminal wraps the lines that are there when it becomes narrower, and shows the
    upper part of what is too high: here that is the lower part, where the keys are.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self._widths: list[int] = []
        """Of the lines that stand there, in cells."""

    def __enter__(self) -> "Drawn":
        return self

    def __exit__(self, *exception: object) -> None:
        self.wipe()

    def draw(self, renderable: RenderableType) -> None:
        """Put this in the place of what stood there."""
        lines = self.console.render_lines(renderable, pad=False)[-max(1, self.console.height - 1) :]
        with self.console:  # one write, so that nothing flickers
            self._erase()
            self.console.show_cursor(False)
            self.console.print(Segments(_joined(lines)), end="")
        self._widths = [sum(segment.cell_length for segment in line) for line in lines]

    def wipe(self) -> None:
        """Leave an empty line where it stood, and the cursor in it."""
        with self.console:
            self._erase()
            self.console.show_cursor(True)

    def forget(self) -> None:
        """What stood there has been left behind, as by a shell that wrote below it."""
        self._widths = []

    def _erase(self) -> None:
        width = max(1, self.console.width)
        rows = sum(
            max(1, -(-cells // width)) for cells in self._widths
        )  # as a terminal wraps them that became narrower
        if rows:
            up = [(ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)] * (rows - 1)
            self.console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2), *up))
        self._widths = []


def _joined(lines: list[list[Segment]]) -> list[Segment]:
    between = [[Segment.line(), *line] for line in lines[1:]]
    return [segment for line in [*lines[:1], *between] for segment in line]
