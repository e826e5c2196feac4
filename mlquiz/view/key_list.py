"""Every key of a session and when it applies, for `?`: a screen of 80 columns and 24 rows holds it under a question."""

from collections.abc import Sequence
from gettext import NullTranslations

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from mlquiz.view.wrapping import Wrapped

Keys = Sequence[tuple[str, str]]
"""Keys, and what each does."""
Sections = Sequence[tuple[str, Keys]]
"""When keys apply, and the keys."""


def of_session(tr: NullTranslations, *, plain_keys: bool = False) -> Sections:
    """The keys of a session.

    Args:
        plain_keys: whether lines are typed rather than keys pressed, so that Enter stands for the space bar.
    """
    _ = tr.gettext
    space = _("Enter") if plain_keys else _("space")
    return [
        (
            _("While the question is shown"),
            [
                (space, _("show the answer")),
                ("a b c d", _("choose an answer (choice questions)")),
                ("0–9", _("type the number, then Enter (numeric questions)")),
                ("y n", _("sure, not sure, before the answer is shown (with --confidence)")),
            ],
        ),
        (
            _("Once the answer is shown"),
            [
                (space, _("take the proposed grade, where one is proposed")),
                ("1 2 3 4", _("again, hard, good, easy; beside it, when the card comes back")),
                ("z x c v", _("tick the key points you said; they propose a grade (open questions)")),
                ("d", _("run the demo that shows the answer, and come back (where there is one)")),
            ],
        ),
        (_("At any time"), _always(tr)),
    ]


def once_revealed(sections: Sections) -> Sections:
    """The sections without the one about a question whose answer is not shown yet."""
    return sections[1:]


def goes_on(tr: NullTranslations, *, more: bool) -> RenderableType:
    """The last line of a window that does not hold the whole list, or the list and what stands under it."""
    _ = tr.gettext
    told = _("The list goes on: press space.") if more else _("The list ends here: press space.")
    return Wrapped(told, "magenta")


def _always(tr: NullTranslations) -> Keys:
    _ = tr.gettext
    return [
        ("l", _("the same card in the next language (where it has another)")),
        ("p", _("see what this builds on (where there is a prerequisite); k comes back")),
        ("o", _("see what is asked next (where there is a follow-up); k comes back")),
        ("k", _("skip: the card comes again at the end of this session")),
        ("t", _("not today: the card is not asked again before tomorrow")),
        ("s", _("suspend: the card is not asked again; once more to ask it again")),
        ("f", _("flag the card, or take the flag off (mlquiz study --flagged)")),
        ("e", _("edit the question in your editor, and go on with it")),
        ("u", _("undo the last grade or mark, then the one before (where there is one)")),
        ("q", _("leave; every grade is saved, the same command goes on here today")),
    ]


def of_interview(tr: NullTranslations, *, plain_keys: bool = False) -> Sections:
    """The keys of an interview; arguments as for `of_session`."""
    _ = tr.gettext
    space = _("Enter") if plain_keys else _("space")
    return [
        (
            _("While the question is shown"),
            [
                (space, _("stop the clock and show the answer")),
                ("a b c d", _("choose an answer (choice questions)")),
                ("0–9", _("type the number, then Enter (numeric questions)")),
            ],
        ),
        (
            _("Once the answer is shown"),
            [
                ("z x c v", _("tick the key points that you said (open questions)")),
                ("y n", _("yes, no (where you are asked)")),
                (space, _("go on")),
            ],
        ),
        (
            _("At any time"),
            [
                ("l", _("the same card in the next language (where it has another)")),
                ("q", _("leave; the report tells what was answered")),
            ],
        ),
    ]


def key_list(sections: Sections) -> RenderableType:
    """The sections, one after the other; what a key does is set in where it wraps."""
    parts: list[RenderableType] = []
    widest = max(Text(key).cell_len for _, keys in sections for key, _ in keys)
    for when, keys in sections:
        parts.append(Wrapped(when, "bold cyan"))
        table = Table.grid(padding=(0, 2))
        table.add_column(width=widest + 1)
        for key, does in keys:
            table.add_row(Text(f" {key}", "bold"), Wrapped(does))
        parts.append(table)
    return Group(*parts)
