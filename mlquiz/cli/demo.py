"""`mlquiz demo`: the list of demos; `mlquiz demo NAME`: one of them, its options made from its signature."""

import json
from collections.abc import Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any

import click

from mlquiz.cli.context import Context
from mlquiz.cli.help import Examples, localised
from mlquiz.cli.plot import check, save
from mlquiz.cli.speech import interface
from mlquiz.core.errors import BadInput, Exit
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.sentence import N_, one_of, said, told
from mlquiz.core.sweep import Sweep, parse
from mlquiz.core.words import Words
from mlquiz.demos import Catalogue, Demo, Parameter, find
from mlquiz.lab import Verdict, to_json
from mlquiz.view.demo import closing_text
from mlquiz.view.names import language_of
from mlquiz.view.picture import Picture
from mlquiz.view.prose import plain
from mlquiz.view.punctuation import named, separated

JSON_VERSION = 1
EXITS = {True: Exit.DONE, False: Exit.CLAIM_FAILS, None: Exit.INCONCLUSIVE}


EXAMPLES = (
    ("mlquiz demo", N_("the list, with what each finds")),
    ("mlquiz demo rmsprop", N_("predict, watch it train, read the verdict")),
    ("mlquiz demo overshoot --lr 0.99", N_("with another parameter")),
    ("mlquiz demo overshoot --sweep lr=0.01:1.2:16", N_("the outcome over a range")),
)

LANG = N_("The language.")


class Demos(click.Group):
    """A command for each demo, made when it is named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(_catalogue(ctx).demos)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command:
        return _command(_catalogue(ctx).named(cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(interface().gettext("Demos")):
            formatter.write_text(interface().gettext("mlquiz demo lists them with what each finds."))


def command() -> click.Command:
    """`mlquiz demo`."""
    options: list[click.Parameter] = [
        _language_option(),
        click.Option(["--json"], is_flag=True, help=N_("One JSON object; docs/json.md.")),
    ]
    help = N_("Run a live Keras demo that shows an answer by experiment, or list them.")
    return Demos("demo", params=options, callback=_list, invoke_without_command=True, help=help)


@click.pass_context
def _list(ctx: click.Context, /, lang: str | None, json: bool) -> int:
    if ctx.invoked_subcommand:
        ctx.obj = {"lang": lang, "json": json}
        return 0
    context, catalogue = Context.from_world(lang), _catalogue(ctx)
    language = context.language
    demos, problems = catalogue.told()
    if json:
        _print_json({"version": JSON_VERSION, "demos": [_outlined(demo, demo.words(language)) for demo in demos]})
    else:
        from mlquiz.view.demo import catalogue as listed

        context.console.print(listed(demos, _without(context, language), language, context.tr))
    for problem in problems:
        told = context.tr.gettext("left out: {problem}").format(problem=problem.told(context.tr))
        context.errors.print(told, style="red", soft_wrap=True)
    return 0


def _command(demo: Demo) -> click.Command:
    context = Context.from_world()
    _, words = context.tr.gettext, demo.words(context.settings.language)
    control = " ".join(demo.options(demo.control))
    ours: list[click.Parameter] = [
        _language_option(),
        click.Option(
            ["--predict"],
            metavar="ANSWER",
            help=_("Your prediction: {answers}.").format(answers=told(_answers(demo), context.tr)),
        ),
        click.Option(["--no-predict", "skip"], is_flag=True, help=_("Do not ask for a prediction.")),
        click.Option(
            ["--control"],
            is_flag=True,
            help=_("Run the control, at which the claim must fail: {options}.").format(options=control),
        ),
        click.Option(["--source"], is_flag=True, help=_("Show the code instead of running it.")),
        click.Option(
            ["--sweep"],
            metavar="NAME=LOW:HIGH:COUNT[:log]",
            help=_("Draw the outcome over a range of one parameter instead, as lr=0.01:1.2:16."),
        ),
        click.Option(
            ["--plot"],
            type=click.Path(dir_okay=False, path_type=Path),
            help=_("Also draw the picture into a PNG or SVG file (needs matplotlib)."),
        ),
        click.Option(["--json"], is_flag=True, help=_("One JSON object a line for each event.")),
    ]

    def callback(**options: Any) -> int:
        return _run(demo, options)

    form: list[click.Parameter] = [_option(parameter, words.parameters, context.tr) for parameter in demo.parameters]
    help = f"{plain(words.finding)}\n\n{plain(words.mechanism)}"
    made = click.Command(demo.name, params=form + ours, callback=callback, help=help)
    return localised(made, context.tr, _examples(demo))


def _examples(demo: Demo) -> Examples:
    """Command lines that this demo takes."""
    name = f"mlquiz demo {demo.name}"
    return (
        (name, N_("predict, watch it train, read the verdict")),
        (f"{name} --control", N_("where its claim fails")),
        (f"{name} --source", N_("its code, made for reading")),
    )


@click.pass_context
def _run(ctx: click.Context, demo: Demo, options: dict[str, Any]) -> int:
    from mlquiz.cli.experiment import checked_prediction

    before: dict[str, Any] = ctx.parent.obj if ctx.parent and ctx.parent.obj else {"lang": None, "json": False}
    options["json"] |= before["json"]
    context = Context.from_world(options.pop("lang") or before["lang"])
    predict, skip, control, source, sweep, plot, as_json = (
        options.pop(name) for name in ("predict", "skip", "control", "source", "sweep", "plot", "json")
    )
    if source:
        from mlquiz.view.demo import source as code

        if context.console.is_terminal:
            context.console.print(code(demo))
        else:
            print(demo.source, end="")
        return 0
    given = {name: value for name, value in options.items() if value is not None}
    if control and (both := set(given) & set(demo.control)):
        what = said("--control sets {names} itself.", names=", ".join(sorted(both)))
        raise BadInput(what, next_step=said("leave one of the two out"))
    settings = demo.settings((dict(demo.control) if control else {}) | given)
    if plot and as_json:
        raise BadInput(said("--json draws no picture."), next_step=said("leave out --json or --plot"))
    if plot:
        check(plot)
    if sweep:
        return _sweep(context, demo, settings, parse(sweep), plot, as_json=as_json)
    predicted = None if predict is None else checked_prediction(demo, predict)
    if as_json:
        return _stream(demo, settings, predicted)
    asked = not skip and predict is None and demo.asks_of(settings)
    return _show(context, demo, settings, predicted, plot, ask=asked)


def _show(
    context: Context,
    demo: Demo,
    settings: Mapping[str, Any],
    predicted: str | None,
    plot: Path | None,
    *,
    ask: bool,
) -> int:
    from mlquiz.cli import experiment
    from mlquiz.keys import Keyboard
    from mlquiz.worker import Worker

    language, tr = context.language, context.tr

    def prediction() -> str | None:
        if not (ask and context.interactive):
            return predicted
        with Keyboard.open() as keyboard:
            return experiment.asked_by_key(keyboard, demo, context.console, language, tr)

    with Worker() as worker:
        outcome, picture = experiment.run(worker, demo, settings, context.console, language, tr, prediction)
    if plot:
        words = demo.words(language)
        save(picture, plot, plain(words.title), closing_text(words, outcome.verdict, tr))
        context.tell_written(plot)
    return EXITS[outcome.verdict.holds]


def _sweep(
    context: Context,
    demo: Demo,
    settings: Mapping[str, Any],
    sweep: Sweep,
    plot: Path | None,
    *,
    as_json: bool,
) -> int:
    from mlquiz.cli import experiment
    from mlquiz.worker import Worker

    values = demo.sweep_values(sweep)
    words = demo.words(context.language)
    title = named(plain(words.title), sweep.parameter, words.language)
    with Worker() as worker:
        events = experiment.finite(worker.run(demo.path, settings, (sweep.parameter, values)))
        if as_json:
            start = {"event": "start", "version": JSON_VERSION, "demo": demo.name, "settings": dict(settings)}
            _print_json(start | {"sweep": sweep.parameter, "values": values})
            for event in events:
                _print_json(to_json(event))
            return Exit.DONE
        picture = experiment.watch(demo, events, Picture(words), context.console, title, context.tr)
    if plot:
        save(picture, plot, title, "")
        context.tell_written(plot)
    return Exit.DONE


def _stream(demo: Demo, settings: Mapping[str, Any], predicted: str | None) -> int:
    from mlquiz.cli.experiment import finite
    from mlquiz.worker import Worker

    holds = None
    start = {"event": "start", "version": JSON_VERSION, "command": demo.command(settings)}
    _print_json(start | _outlined(demo, demo.words("en")) | {"settings": dict(settings), "predicted": predicted})
    with Worker() as worker:
        for event in finite(worker.run(demo.path, settings)):
            _print_json(to_json(event))
            holds = event.holds if isinstance(event, Verdict) else holds
    return EXITS[holds]


def _without(context: Context, language: Language) -> dict[str, str]:
    """Question -> why no experiment shows its answer."""
    texts = {id: item.question.text for id, item in context.bank().items.items()}
    told = {id: text.get(language) or next(iter(text.values())) for id, text in texts.items() if text}
    return {id: text.no_demo for id, text in told.items() if text.no_demo}


def _answers(demo: Demo) -> str:
    if demo.is_order:
        return said("{names} in some order", names=",".join(demo.choices))
    return one_of(demo.choices) or said("a number")


def _outlined(demo: Demo, words: Words) -> dict[str, Any]:
    return {"demo": demo.name, "topic": demo.topic, "finding": plain(words.finding), "questions": list(demo.questions)}


def _print_json(data: Mapping[str, Any]) -> None:
    print(json.dumps(data, ensure_ascii=False), flush=True)


def _catalogue(ctx: click.Context) -> Catalogue:
    root = ctx.find_root()
    found: Catalogue | None = root.meta.get("mlquiz.demos")
    if found is None:
        found = root.meta["mlquiz.demos"] = find(Context.from_world().roots)
    return found


def _language_option() -> click.Option:
    return click.Option(["--lang"], metavar="|".join(LANGUAGES), help=LANG)


def _option(parameter: Parameter, helps: Mapping[str, str], tr: NullTranslations) -> click.Option:
    """One parameter as an option. Its range is checked with all the others, so that the message is one of ours."""
    default = parameter.typed(parameter.default) if parameter.type is bool else parameter.default
    by_itself = tr.gettext("default: {default}").format(default=default)
    details = separated((str(told(part, tr)) for part in (parameter.range, by_itself) if part), language_of(tr))
    text = f"{plain(helps.get(parameter.name, ''))}  [{details}]"
    if parameter.type is bool:
        switch = f"{parameter.option}/--no-{parameter.option[2:]}"
        return click.Option([switch, parameter.name], default=None, help=text)
    return click.Option([parameter.option, parameter.name], type=parameter.type, help=text)
