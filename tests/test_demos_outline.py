"""A demo is known from its source, without being run: what it claims, asks and takes."""

import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from builders import unmarked
from hypothesis import given
from hypothesis import strategies as st

import mlquiz
from mlquiz.content import Root, own_root
from mlquiz.core.errors import BadInput, InvalidFile
from mlquiz.core.question import LANGUAGES
from mlquiz.core.template import placeholders
from mlquiz.core.words import Words
from mlquiz.demos import Catalogue, Demo, Parameter, Value, find, outline

CODE = '''\
"""What is found, and why."""

import keras_is_not_imported
from mlquiz.lab import Between, Events, Matching

QUESTIONS = ["apples-fall"]
CONTROL = {"height": 0.0}
PREDICTION = {"choice": ["up", "down"]}
SEEDS = [0, 1]


def run(
    height: Annotated[float, Between(0.0, 9.5)] = 2.0,
    steps: Annotated[int, Between(-5, 1_000)] = 10,
    stack: Annotated[str, Matching("[A-Z0-9]+(-[A-Z0-9]+)*", "16C3-MP2")] = "8C3",
    air: bool = True,
    vacuum_pump: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    raise AssertionError("a demo is outlined without being run")
'''

PARAMETERS = [
    Parameter("height", float, 2.0, 0.0, 9.5),
    Parameter("steps", int, 10, -5, 1000),
    Parameter("stack", str, "8C3", pattern="[A-Z0-9]+(-[A-Z0-9]+)*", example="16C3-MP2"),
    Parameter("air", bool, True),
    Parameter("vacuum_pump", bool, False),
    Parameter("seed", int, 0, 0, 9999),
]


@pytest.fixture
def root(tmp_path: Path) -> Root:
    (tmp_path / "demos").mkdir()
    return Root(tmp_path)


def write(root: Root, code: str, name: str = "falling_apple.py") -> Path:
    path = root.demos / name
    path.write_text(code, encoding="utf-8")
    return path


@pytest.fixture
def demo(root: Root) -> Demo:
    return outline(write(root, CODE))


# What is read -------------------------------------------------------------------------------------------------------


def test_the_outline_is_what_stands_in_the_source(demo: Demo) -> None:
    assert (demo.name, demo.docstring) == ("falling-apple", "What is found, and why.")
    assert (demo.questions, demo.control) == (["apples-fall"], {"height": 0.0})
    assert (demo.choices, demo.seeds, demo.source) == (["up", "down"], [0, 1], CODE)
    assert demo.parameters == PARAMETERS
    assert [one.option for one in demo.parameters][4] == "--vacuum-pump"
    assert [one.range for one in demo.parameters] == ["0.0 to 9.5", "-5 to 1000", "like 16C3-MP2", "", "", "0 to 9999"]


def test_outlines_import_no_demo_and_no_keras() -> None:
    code = """
import sys
from mlquiz.content import roots
from mlquiz.demos import find
demos = find(roots([])).demos
assert len(demos) >= 3, demos
for demo in demos.values():
    demo.docstring, demo.parameters, demo.settings({}), demo.words("ru").title
print(sorted({"keras", "tensorflow", "numpy", "pydantic", *demos} & set(sys.modules)))
"""
    folder = Path(mlquiz.__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert done.stdout == "['pydantic']\n", done.stderr  # it validates the words


# What is wrong ------------------------------------------------------------------------------------------------------


FORM = "expected name: Annotated[float, Between(low, high)] = default"
SPOILT = [
    ("def run(", "def run(§:", "not Python: invalid syntax"),
    ('"""What', '§"""What', "no function run, expected def run(...) -> Events"),
    ("QUESTIONS = [", "WHY = [", "QUESTIONS is missing, expected a literal list"),
    ("SEEDS = [0, 1]", "SEEDS: list[int]", "SEEDS is missing, expected a literal list"),
    ("SEEDS = [0, 1]", "§SEEDS = range(2)", "SEEDS, expected a literal list"),
    ("SEEDS = [0, 1]", "§SEEDS = {0: 1}", "SEEDS, expected a literal list"),
    ('CONTROL = {"height": 0.0}', "§CONTROL = {[0]: 1}", "CONTROL, expected a literal dict"),
    ("air: bool = True", "§air: list = True", f"air, {FORM}"),
    ("air: bool = True", "§air = True", f"air, {FORM}"),
    ("air: bool = True", "§air: bool = some()", f"air, {FORM}"),
    ("steps: Annotated[int, Between(-5, 1_000)]", "§steps: Annotated[int, Between(-5)]", f"steps, {FORM}"),
    ("steps: Annotated[int, Between(-5, 1_000)]", "§steps: Annotated[int, Between(-5, MOST)]", f"steps, {FORM}"),
    ("steps: Annotated[int, Between(-5, 1_000)]", "§steps: Annotated[int, Above(-5, 5)]", f"steps, {FORM}"),
    ("def run(", "§def run(\n    least: int,", "run, expected a default for every parameter"),
    ("def run(", "§def run(\n    *,\n    least: int,", "run, expected a default for every parameter"),
]


@pytest.mark.parametrize(("old", "new", "problem"), SPOILT, ids=[new for _, new, _ in SPOILT])
def test_what_keeps_a_file_from_being_a_demo_is_named_at_its_place(
    root: Root, old: str, new: str, problem: str
) -> None:
    assert old in CODE
    code, place = unmarked(CODE.replace(old, new, 1)) if "§" in new else (CODE.replace(old, new, 1), "1:1")
    path = write(root, code.replace("def run", "def walk") if "no function run" in problem else code)
    with pytest.raises(InvalidFile) as caught:
        outline(path)
    assert str(caught.value).startswith(f"{path}:{place}: {problem}")


def test_a_broken_demo_is_named_and_the_others_are_found(root: Root) -> None:
    write(root, CODE)
    broken = [
        write(root, text, f"{name}.py") for name, text in (("a", "def run("), ("b", "x = 1"), ("c", ""), ("d", "\0"))
    ]
    catalogue = find([root])
    assert list(catalogue.demos) == ["falling-apple"]
    assert [problem.file for problem in catalogue.problems] == list(map(str, broken))


def test_of_two_demos_with_a_name_the_first_counts(root: Root, tmp_path: Path) -> None:
    first, second = write(root, CODE), tmp_path / "other"
    (second / "demos").mkdir(parents=True)
    (second / "demos" / "falling_apple.py").write_text(CODE)
    assert find([root, Root(second)]).demos["falling-apple"].path == first


def test_an_unknown_demo_is_answered_with_the_nearest(demo: Demo) -> None:
    with pytest.raises(BadInput, match="no demo 'faling-aple'") as caught:
        Catalogue({demo.name: demo}).named("faling-aple")
    assert caught.value.next_step == "did you mean falling-apple?"


def test_words_that_are_missing_or_broken_are_named(demo: Demo) -> None:
    with pytest.raises(InvalidFile, match=r"falling_apple\.yaml:1:1: cannot be read"):
        _ = demo.languages
    demo.path.with_suffix(".yaml").write_text("topic: fruit\ntext: {de: {}}\n")
    with pytest.raises(InvalidFile, match=r"falling_apple\.yaml:2:8: unknown key, expected one of en, ru, fr, zh"):
        _ = outline(demo.path).languages
    demo.path.with_suffix(".yaml").write_text("topic: fruit\ntext: {}\n")
    with pytest.raises(InvalidFile, match=r"falling_apple\.yaml:2:"):
        _ = outline(demo.path).words("en")


# Settings -----------------------------------------------------------------------------------------------------------


def test_settings_are_the_defaults_with_what_was_given(demo: Demo) -> None:
    assert demo.settings({"height": 9.5, "air": False}) == {
        "height": 9.5, "steps": 10, "stack": "8C3", "air": False, "vacuum_pump": False, "seed": 0,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "range"),
    [
        ("height", 9.51, "0.0 to 9.5"), ("height", -0.01, "0.0 to 9.5"), ("height", float("nan"), "0.0 to 9.5"),
        ("steps", 1001, "-5 to 1000"), ("steps", -6, "-5 to 1000"), ("stack", "16c3", "like 16C3-MP2"),
        ("stack", "", "like 16C3-MP2"), ("stack", "8C3\n", "like 16C3-MP2"), ("seed", -1, "0 to 9999"),
    ],
)  # fmt: skip
def test_a_setting_out_of_its_range_is_refused_with_the_range(demo: Demo, name: str, value: Value, range: str) -> None:
    with pytest.raises(BadInput, match=f"falling-apple: --{name} is out of range") as caught:
        demo.settings({name: value})
    assert (caught.value.expected, caught.value.received) == (range, str(value))
    assert caught.value.next_step == "mlquiz demo falling-apple --help"


def test_both_ends_of_a_range_are_in_it(demo: Demo) -> None:
    for ends in ({"height": 0.0, "steps": -5}, {"height": 9.5, "steps": 1000}):
        assert demo.settings(ends) == demo.settings({}) | ends


def test_an_unknown_setting_is_answered_with_the_nearest(demo: Demo) -> None:
    with pytest.raises(BadInput, match="no parameter 'hight'") as caught:
        demo.settings({"hight": 1.0})
    assert caught.value.next_step == "did you mean height?"


SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        "height": st.floats(0, 9.5),
        "steps": st.integers(-5, 1000),
        "stack": st.from_regex("[A-Z0-9]+(-[A-Z0-9]+)*", fullmatch=True),
        "air": st.booleans(),
        "vacuum_pump": st.booleans(),
        "seed": st.integers(0, 9999),
    },
)


@given(SETTINGS)
def test_the_command_repeats_the_settings_and_names_the_seed(given: dict[str, Value]) -> None:
    demo = Demo("falling-apple", Path(), "", [], {}, {}, [], PARAMETERS)
    settings = demo.settings(given)
    words = shlex.split(demo.command(settings))
    assert words[:3] == ["mlquiz", "demo", "falling-apple"]
    assert "--seed" in words
    assert demo.settings(read(words[3:], demo.parameters)) == settings


def read(words: list[str], parameters: list[Parameter]) -> Mapping[str, Value]:
    """The options on a command line."""
    of = {one.option: one for one in parameters}
    given: dict[str, Value] = {}
    rest = iter(words)
    for word in rest:
        if word.startswith("--no-"):
            given[of["--" + word[5:]].name] = False
        else:
            given[of[word].name] = True if of[word].type is bool else of[word].type(next(rest))
    return given


# Our own demos ------------------------------------------------------------------------------------------------------

OURS = find([own_root()])


def test_our_demos_are_all_found() -> None:
    assert [str(problem) for problem in OURS.problems] == []
    assert {demo.path.name for demo in OURS.demos.values()} == {path.name for path in own_root().demos.glob("*.py")}


@pytest.mark.parametrize("name", OURS.demos)
def test_our_demos_start_and_are_controlled_within_their_own_ranges(name: str) -> None:
    demo = OURS.demos[name]
    assert demo.settings(demo.settings(demo.control)) == demo.settings(demo.control) != demo.settings({})
    assert (demo.docstring != "", len(demo.seeds) >= 3, "seed" in demo.settings({})) == (True, True, True)


@pytest.mark.parametrize("name", OURS.demos)
def test_our_demos_say_the_same_in_four_languages(name: str) -> None:
    demo = OURS.demos[name]
    assert list(demo.languages) == list(LANGUAGES)
    first, *others = (spoken(words) for words in demo.languages.values())
    for other in others:
        assert other == first
    for words in demo.languages.values():
        assert list(words.parameters) == [one.name for one in demo.parameters]
        assert set(words.prediction.choices) == set(demo.choices)


def spoken(words: Words) -> Mapping[str, object]:
    """The keys of a language's words, and the numbers that its sentences name."""
    said = {**words.say, "holds": words.verdict.holds, "fails": words.verdict.fails, "?": words.verdict.inconclusive}
    return {"labels": set(words.labels), "say": {key: set(placeholders(text)) for key, text in said.items()}}
