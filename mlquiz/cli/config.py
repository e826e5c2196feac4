"""`mlquiz config`: every setting with its origin; one explained, written, taken out; the file in an editor."""

from pathlib import Path
from typing import Annotated, Any

import click
import typer

from mlquiz import config_file, folders, origins
from mlquiz.cli.context import console
from mlquiz.cli.output import AsJson, print_json
from mlquiz.cli.speech import environment, interface
from mlquiz.cli.telling import tell
from mlquiz.content import roots
from mlquiz.core.errors import BadEnvironment, BadInput, Exit, MlquizError
from mlquiz.core.nearest import unknown
from mlquiz.core.sentence import N_, said
from mlquiz.core.settings import KEYS, setting, value_of, written

EXAMPLES = (
    ("mlquiz config", N_("every setting, and where its value comes from")),
    ("mlquiz config retention", N_("what one of them means")),
    ("mlquiz config ui fr", N_("set it")),
    ("mlquiz config topic_retention.optimizers 0.95", N_("one topic's own value")),
    ("mlquiz config --unset ui", N_("back to the default")),
)

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.command(
    context_settings={"help_option_names": ["-h", "--help"], "ignore_unknown_options": True},  # -1 is a value
    help=N_("List the settings with where each comes from; explain one; or write it to the configuration file."),
)
def config(
    key: Annotated[str | None, typer.Argument(metavar="KEY", help=N_("A setting, as retention."))] = None,
    value: Annotated[
        list[str] | None, typer.Argument(metavar="VALUE...", help=N_("Its new value; several for a list."))
    ] = None,
    unset: Annotated[
        str | None, typer.Option(metavar="KEY", help=N_("Take a setting out of the file: its default holds again."))
    ] = None,
    edit: Annotated[bool, typer.Option("--edit", help=N_("Open the file in your editor."))] = False,
    as_json: AsJson = False,
) -> int:
    """Print, explain or write settings. A file that is broken is no reason not to."""
    if sum((bool(value), unset is not None, edit, as_json)) > 1 or (key and (unset is not None or edit)):
        raise BadInput(said("Only one of these at a time."), expected=said("KEY VALUE, --unset KEY, --edit or --json"))
    file = folders.config_file(environment())
    if edit:
        return _edit(file)
    if unset is not None:
        return _unset(file, unset)
    if key and value:
        return _put(file, key, value_of(key, value))
    return _tell(file, key, as_json=as_json)


def command() -> click.Command:
    """`mlquiz config`."""
    return typer.main.get_command(app)


def _tell(file: Path, key: str | None, *, as_json: bool) -> int:
    from mlquiz.view.settings import explained, listed

    known, problems = origins.standing(environment())
    wanted = [one for one in known if key is None or one.name == setting(key)[0]]
    if as_json:
        _print_json(file, wanted, problems)
    elif key:
        console().print(explained(wanted[0], interface()))
    else:
        console().print(listed(wanted, file, interface()))
    for problem in problems:
        _complain(problem)
    return Exit.PROBLEMS if problems else Exit.DONE


def _print_json(file: Path, wanted: list[origins.Standing], problems: list[MlquizError]) -> None:
    told = [
        {
            "key": one.name, "value": one.value, "from": one.origin, "variable": one.variable,
            "default": KEYS[one.name].default, "expected": KEYS[one.name].expects, "meaning": KEYS[one.name].says,
        }
        for one in wanted
    ]  # fmt: skip
    data = {"file": str(file), "exists": file.exists(), "settings": told}
    print_json(data | {"problems": [str(problem) for problem in problems]})


def _put(file: Path, key: str, value: Any) -> int:
    if key == "banks":
        for folder in value:
            if not (file.parent / Path(folder).expanduser()).is_dir():
                raise BadInput(said("There is no such folder."), received=folder, next_step=folders.ANOTHER)
        value = [str(Path(folder).expanduser().absolute()) for folder in value]
    topic = setting(key)[1]
    banks = roots(origins.known_banks(environment()))
    topics = {path.parent.name for root in banks for path in root.questions.glob("*/*.yaml")}
    if topic and topic not in topics:
        raise unknown("topic", topic, topics, next_step=said("{command} lists them", command="mlquiz list"))
    config_file.put(file, key, value)
    return _written(file, key)


def _unset(file: Path, key: str) -> int:
    if not config_file.drop(file, key):
        if key.partition(".")[0] not in KEYS:
            setting(key)  # raises: it is unknown
        console().print(interface().gettext("{key} is not set in {file}.").format(key=key, file=file), soft_wrap=True)
        return Exit.DONE
    return _written(file, key)


def _written(file: Path, key: str) -> int:
    """Say what holds now, and what is still wrong with the file."""
    from mlquiz.view.settings import origin

    tr = interface()
    known, problems = origins.standing(environment())
    for one in known:
        if one.name == key.partition(".")[0]:
            told = tr.gettext("{key} = {value} ({origin})")
            console().print(told.format(key=one.name, value=written(one.value), origin=origin(one, tr)), soft_wrap=True)
    for problem in problems:
        _complain(problem)
    return Exit.PROBLEMS if problems else Exit.DONE


def _edit(file: Path) -> int:
    from mlquiz.editor import edited

    tr = interface()
    _ = tr.gettext
    known, _problems = origins.standing(environment())
    editor = next(one.value for one in known if one.name == "editor")
    before = config_file.text_of(file, tr)
    text, failure = edited(before, editor, "config.toml")
    if failure:
        what = said("{failure}; nothing was changed.", failure=failure)
        raise BadEnvironment(what, next_step=said("name one that runs: mlquiz config editor COMMAND"))
    if text == before:
        console().print(_("Nothing was changed."))
        return Exit.DONE
    try:
        config_file.check_text(text, str(file))
    except BadInput as error:
        aside = config_file.keep(text, file)
        error.next_step = said("nothing was changed; what you wrote is kept in {file}", file=aside)
        raise
    config_file.save(file, text)
    console().print(_("saved: {file}").format(file=file), soft_wrap=True)
    return Exit.DONE


def _complain(problem: MlquizError) -> None:
    tell(console(stderr=True), problem.lines(interface()), "red")
