"""`mlquiz completion SHELL`: the script by which a shell completes our commands and their values."""

import click

from mlquiz.core.errors import BadInput
from mlquiz.core.nearest import unknown
from mlquiz.core.sentence import N_

INSTALL = {
    "bash": """echo 'eval "$(mlquiz completion bash)"' >> ~/.bashrc""",
    "zsh": """echo 'eval "$(mlquiz completion zsh)"' >> ~/.zshrc""",
    "fish": "mlquiz completion fish > ~/.config/fish/completions/mlquiz.fish",
}
"""Shell -> the line that installs it for good."""

EXAMPLES = (
    ('eval "$(mlquiz completion bash)"', N_("complete in this shell, until it is closed")),
    (INSTALL["bash"], N_("in every bash from now on")),
    (INSTALL["zsh"], N_("in every zsh, after compinit")),
    (INSTALL["fish"], N_("in every fish")),
)


def command() -> click.Command:
    """`mlquiz completion`."""
    help = N_("Print the script by which a shell completes commands, ids, topics, tags, demos and settings.")
    shell = click.Argument(["shell"], metavar="bash|zsh|fish")
    return click.Command("completion", params=[shell], callback=_print, help=help)


def _print(shell: str) -> int:
    if shell not in INSTALL:
        error: BadInput = unknown("shell", shell, INSTALL, next_step="mlquiz completion --help")
        error.expected = ", ".join(INSTALL)
        raise error
    from click.shell_completion import get_completion_class

    made = get_completion_class(shell)
    assert made
    script = made(click.Command("mlquiz"), {}, "mlquiz", "_MLQUIZ_COMPLETE").source()
    click.echo(f"# {INSTALL[shell]}\n{script}")
    return 0
