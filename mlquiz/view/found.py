"""What a search found: numbered questions, each with the line that says it."""

from collections.abc import Sequence
from gettext import NullTranslations

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.padding import Padding
from rich.text import Text

from mlquiz.core.cue import cue, with_numbers
from mlquiz.core.finding import Query, spans
from mlquiz.core.question import Language
from mlquiz.core.results import Result
from mlquiz.view.names import form_name, language_of, level_name
from mlquiz.view.prose import plain
from mlquiz.view.punctuation import named

MATCH = "bold yellow not dim"


class Excerpt:
    """One line of a text around the first place that says a query, which stands out.

    Args:
        name: stands before the text, as its language.
    """

    def __init__(self, text: str, query: Query, style: str = "", name: str = "") -> None:
        self.text, self.query, self.style, self.label = plain(text), query, style, name

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        line = highlighted(self.text, self.query, self.style)
        room = options.max_width - cell_len(self.label)
        found = spans(self.text, self.query)
        start = _start(self.text, found[0].end if found else 0, room * 2 // 3)
        if start and cell_len(self.text) > room:
            line = Text("…", self.style).append_text(line[start:])
        line = line[: max(fitting(line.plain, room - 1), 1)].append("…") if line.cell_len > room else line
        yield Text(self.label, "dim").append_text(line)


def highlighted(text: str, query: Query, style: str = "") -> Text:
    """A line with all that it says of a query standing out."""
    line = Text(text, style)
    for span in spans(text, query):
        line.stylize(MATCH, span.start, span.end)
    return line


def fitting(text: str, room: int) -> int:
    """How many characters of a text fit into so many cells."""
    end = min(len(text), room)
    while cell_len(text[:end]) > room:
        end -= 1
    return end


def results(found: Sequence[Result], query: Query, language: Language, tr: NullTranslations) -> RenderableType:
    """The questions found, numbered from 1.

    Args:
        language: the one to tell the questions in; the line that was found stands in its own.
    """
    rows = [row for number, one in enumerate(found, 1) for row in ("", _result(number, one, query, language, tr))]
    return Group(*rows[1:])


def _result(number: int, one: Result, query: Query, language: Language, tr: NullTranslations) -> RenderableType:
    question = one.item.question
    head = Text().append(f"{number:2}  ", "bold").append_text(highlighted(one.item.id, query, "bold cyan")).append("  ")
    head.append_text(highlighted(one.item.topic, query, "dim"))
    for fact in (form_name(question.form.kind, tr), level_name(question.level, tr)):
        head.append(f" · {fact}", "dim")
    lines: list[RenderableType] = [Excerpt(cue(question, language), query)]
    told = with_numbers(question, one.text, one.language)
    if one.part == "id":
        tags = tr.gettext("{name}: {values}").format(name=tr.gettext("tags"), values=", ".join(question.tags))
        lines += [Excerpt(tags, query, "dim")] if spans(" ".join(question.tags), query) else []
    elif one.part != "question" or one.language != language:
        name = named(one.language, "", language_of(tr)) if one.language != language else ""
        lines.append(Excerpt(told, query, "dim", name))
    return Group(head, *(Padding(line, (0, 0, 0, 4), expand=False) for line in lines))


def _start(text: str, end: int, room: int) -> int:
    """Where a line begins that shows a place ending at `end` within so many cells: at a word, as early as it can."""
    start = 0
    while cell_len(text[start:end]) > room:
        following = text.find(" ", start + 1, end)
        start = following + 1 if following >= 0 and following - start < room // 2 else start + 1
    return start
