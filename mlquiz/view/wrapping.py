"""Line breaks for text that mixes Chinese with Latin words.

Rich breaks at spaces alone, which leaves Chinese ragged: here a line may also break between two Chinese characters, but
never before closing punctuation nor after an opening bracket (line-start and line-end prohibition in W3C CLREQ). French
punctuation that has a space before it stays on the line of its word, and so does a percent sign.
"""

from typing import Any

from rich.console import Console, ConsoleOptions, RenderResult
from rich.containers import Lines
from rich.markdown import CodeBlock, Markdown, MarkdownContext, Paragraph
from rich.syntax import Syntax
from rich.text import Text

from mlquiz.view.line_breaks import breaks as breaks
from mlquiz.view.line_breaks import is_wide as is_wide


class Wrapped(Text):
    """A text that wraps in this way. A word wider than the line is folded."""

    def wrap(self, console: Console, width: int, **options: Any) -> Lines:
        """The text in lines of at most `width` cells."""
        lines = Lines()
        for line in self.split("\n", allow_blank=True):
            for part in line.divide(breaks(line.plain, width)):
                part.rstrip()
                lines.append(part)
        return lines


class _Paragraph(Paragraph):
    def on_enter(self, context: MarkdownContext) -> None:
        super().on_enter(context)
        self.text = Wrapped(style=self.text.style)


class _Code(CodeBlock):
    """Code, set in by two cells; Rich's own puts further empty lines around it."""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Syntax(str(self.text).rstrip(), self.lexer_name, theme=self.theme, word_wrap=True, padding=(0, 2))


class WrappedMarkdown(Markdown):
    """Markdown whose paragraphs wrap in this way."""

    elements = {**Markdown.elements, "paragraph_open": _Paragraph, "fence": _Code, "code_block": _Code}  # noqa: RUF012 - as in the class it extends
