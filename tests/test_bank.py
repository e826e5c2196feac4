"""The bank: every file that is right loads, every one that is not says where and why, all of them at once."""

import contextlib
import json
import re
import sqlite3
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pytest
from builders import unmarked

from mlquiz.bank import Bank, load, question_schema, read_question, unexpected_files
from mlquiz.bank_index import BankIndex
from mlquiz.checking import right_is_longest
from mlquiz.content import Root, own_root, roots
from mlquiz.core import question as model
from mlquiz.core.question import LANGUAGES, Numeric, Question, Text
from mlquiz.core.rules import of_completeness, of_links
from mlquiz.demos import find

OPEN = """\
level: mid
form:
  kind: open
  key_points: [one, two]
  essential: one
text:
  en:
    question: Who?
    answer: She.
    key_points:
      one: First.
      two: Second.
"""
CHOICE = """\
level: mid
form:
  kind: choice
  right: yes-it-is
  wrong: [never, always]
text:
  en:
    question: Is it?
    answer: It is.
    choices:
      yes-it-is: {text: It is}
      never: {text: Never}
      always: {text: Always}
"""
NUMBER = """\
level: mid
form: {kind: numeric, value: 3}
text:
  en:
    question: How many?
    answer: Three.
"""
GENERATED = """\
level: mid
form: {kind: numeric, generator: conv2d-transpose-size}
text:
  en:
    question: Size {size}, kernel {kernel}, stride {stride}?
    answer: It follows from {size}, {kernel} and {stride}, as $x_{i}$ does.
"""


def told(text: str) -> list[str]:
    """The problems of a question file, without the file's name."""
    question, document = read_question(text, "f")
    assert (question is None) == bool(document.problems)
    return [str(problem).removeprefix("f:") for problem in document.problems]


@pytest.mark.parametrize("text", [OPEN, CHOICE, NUMBER, GENERATED], ids=["open", "choice", "numeric", "generated"])
def test_each_form_is_read(text: str) -> None:
    assert told(text) == []


LEVEL, EN, TWO = "level: mid", "  en:\n    question: Who?\n    answer: She.\n", "      two: Second.\n"
POINTS, NUMERIC = "    key_points:\n      one: First.\n", "form: {kind: numeric, value: 3}"
FORM = OPEN[OPEN.index("form") : OPEN.index("text")]
SPOILT = [
    (OPEN, LEVEL, "level: §middle", 'level, expected one of junior, mid, senior, received "middle"'),
    (OPEN, LEVEL + "\nform", "§form", "level is missing"),
    (OPEN, LEVEL, "level: mid\nleval: §mid", "unknown key leval"),
    (OPEN, EN, "  §en:\n    question: Who?\n", "answer is missing"),
    (OPEN, "She.", "§' '", 'answer, expected some text, received " "'),
    (OPEN, "She.", "§7", "answer, expected a text, received 7"),
    (OPEN, "  en:", "  §de:", 'unknown key, expected one of en, ru, fr, zh, received "de"'),
    (OPEN, "form:\n  kind: open", "§form:\n  kind: spoken", "kind, expected one of open, choice, numeric"),
    (OPEN, "essential: one", "essential: §three", "the essential key point, expected one of one, two, received three"),
    (OPEN, FORM, "§" + FORM.replace("  essential: one\n", ""), "the essential key point, expected one of one, two, received nothing"),
    (OPEN, "two: Second.", "two: §' First. '", "the same key point twice, expected one that differs, received First."),
    (OPEN, "key_points: [one, two]", "§key_points: [one, one]", "key points, expected at most four different ones"),
    (OPEN, POINTS + TWO, "    §" + POINTS.lstrip(), "key_points in en, expected one, two, received one"),
    (OPEN, "[one, two]", "[one, §Two]", "1, expected lower-case letters, digits and single hyphens, received \"Two\""),
    (OPEN, LEVEL, "level: mid\ntags: §fruit", 'tags, expected a list, received "fruit"'),
    (OPEN, LEVEL, "level: mid\nsources: [{cite: a, url: §http://b}]", "url, expected an https:// address"),
    (OPEN, LEVEL, "level: mid\nsources: [§{seed: a, item: 1}]", "language is missing"),
    ("errata: [{key: a, where: {cite: b}}]\n" + OPEN, "  en:", "  §en:", "errata in en, expected a, received none"),
    (OPEN, TWO, TWO + "    unit: §apples\n", "unit in a question of kind open"),
    (CHOICE, "  wrong: [never, always]", "  §wrong: [never]", "wrong choices, expected two or three different ones"),
    (CHOICE, "{text: Always}", "{text: §'Never '}", "the same choice twice, expected one that differs, received Never"),
    (CHOICE, "{text: Never}", "{text: §It is}", "the same choice twice, expected one that differs, received It is"),
    (CHOICE, "right: yes-it-is", "right: §never", "the right choice is also listed as wrong"),
    (CHOICE, "    choices:\n      yes-it-is: {text: It is}\n", "    §choices:\n", "choices in en, expected yes-it-is,"),
    (NUMBER, NUMERIC, "§form: {kind: numeric}", "the number's origin, expected either a value or a generator"),
    (NUMBER, NUMERIC, "§form: {kind: numeric, value: 3, generator: g}", "the number's origin"),
    (NUMBER, "value: 3", "value: §three", "value, expected a"),
    (NUMBER, "value: 3", "value: 3, tolerance: §-1", "tolerance, expected 0 or more and less than 1, received -1"),
    (NUMBER, "value: 3", "value: 3, tolerance: §1", "tolerance, expected 0 or more and less than 1, received 1"),
    (GENERATED, "conv2d-transpose-size", "§nothing", "unknown generator, expected one of dense-parameters,"),
    (GENERATED, "Size {size}", "§Size", "variables of the generator, expected {kernel} {size} {stride}"),
    (GENERATED, "Size {size}", "§Size { and {size}", ""),
    (GENERATED, "It follows from {size}", "§It follows from {height}", ""),
    (GENERATED, "It follows from {size}", "§It follows from {} and {size}", ""),
    (GENERATED, "It follows from {size}", "§It follows from { and {size}", ""),
]  # fmt: skip
"""(question, what to replace, what with, the problem at §)."""


@pytest.mark.parametrize(("text", "old", "new", "problem"), SPOILT, ids=[new.strip()[-40:] for _, _, new, _ in SPOILT])
def test_what_is_wrong_with_a_question_is_told_at_its_place(text: str, old: str, new: str, problem: str) -> None:
    assert old in text
    spoilt, place = unmarked(text.replace(old, new, 1))
    found = told(spoilt)
    assert any(one.startswith(f"{place}: {problem}") for one in found), found


@pytest.mark.parametrize("value", ["three", "true", "[3]"])
def test_one_mistake_is_one_problem(value: str) -> None:
    assert len(told(NUMBER.replace("value: 3", f"value: {value}"))) == 1


def test_all_problems_of_a_question_are_told_at_once() -> None:
    spoilt = OPEN.replace("mid", "expert").replace("She.", "12:30").replace("  kind: open", "  kind: open\n  hint: x")
    assert [one[: one.index(": ")] for one in sorted(told(spoilt))] == ["10:13", "1:8", "4:9"]


# Folders of files ---------------------------------------------------------------------------------------------------


@pytest.fixture
def root(tmp_path: Path) -> Root:
    return Root(tmp_path / "bank")


def put(root: Root, path: str, text: str = OPEN) -> Path:
    file = root.questions / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_a_question_is_known_by_its_file_and_folder(root: Root) -> None:
    file = put(root, "fruit/an-apple.yaml")
    bank = load([root])
    item = bank.items["an-apple"]
    assert (item.id, item.topic, bank.topics, bank.files["an-apple"]) == ("an-apple", "fruit", ["fruit"], file)
    assert (bank.problems, bank.left_out) == ([], 0)


def test_a_broken_file_is_left_out_and_named_and_the_others_load(root: Root) -> None:
    put(root, "fruit/apple.yaml")
    put(root, "tools/hammer.yaml", CHOICE)
    broken = {"a": "level: [", "b": OPEN.replace("mid", "no"), "c": "", "d": "a: &x [1]\nb: *x\n", "e": GENERATED + "}"}
    for id, text in broken.items():
        put(root, f"tools/{id}.yaml", text)
    (root.questions / "tools" / "binary.yaml").write_bytes(b"\0\1\2")
    bank = load([root])
    assert sorted(bank.items) == ["apple", "hammer"]
    named = {Path(problem.file).stem for problem in bank.problems}
    assert named == {*broken, "binary"}
    assert bank.left_out == len(named)


@pytest.mark.parametrize(
    "spoilt", ["form: {kind: numeric, value: " + "9" * 5000 + "}", GENERATED.replace("Size", "Size {")]
)
def test_no_content_of_one_file_takes_the_bank_down(root: Root, spoilt: str) -> None:
    put(root, "tools/spoilt.yaml", spoilt)
    put(root, "fruit/apple.yaml")
    bank = load([root])
    assert (list(bank.items), bank.left_out) == (["apple"], 1)


@pytest.mark.parametrize(
    "path", ["apple.yaml", "fruit/red/apple.yaml", "fruit/Apple.yaml", "my fruit/apple.yaml", "fruit/a--b.yaml"]
)
def test_a_misplaced_file_is_left_out_and_named(root: Root, path: str) -> None:
    file = put(root, path)
    bank = load([root])
    assert bank.items == {}
    assert [str(problem) for problem in bank.problems] == [
        f"{file}:1:1: misplaced, expected questions/TOPIC/ID.yaml in lower case and hyphens"
    ]


def test_an_id_is_taken_by_the_first_file_that_has_it(root: Root, tmp_path: Path) -> None:
    first, second = put(root, "fruit/apple.yaml"), put(root, "tools/apple.yaml", CHOICE)
    other = Root(tmp_path / "other")
    third = put(other, "fruit/apple.yaml", NUMBER)
    bank = load([root, other])
    assert bank.files == {"apple": first}
    assert [(problem.file, problem.what) for problem in bank.problems] == [
        (str(second), "the id apple is taken"),
        (str(third), "the id apple is taken"),
    ]
    assert all(problem.received.endswith(str(first)) for problem in bank.problems)


def test_what_is_no_question_and_no_schema_is_unexpected_and_hidden_files_are_not_looked_at(root: Root) -> None:
    put(root, "fruit/apple.yaml")
    put(root, "question.schema.json", "{}")
    put(root, "fruit/.apple.yaml.swp")
    put(root, "fruit/.hidden.yaml")
    stray = put(root, "fruit/apple.yml")
    assert [problem.file for problem in unexpected_files([root])] == [str(stray)]
    assert list(load([root]).items) == ["apple"]


def test_a_folder_that_is_not_there_holds_no_question(root: Root) -> None:
    assert load([root]).items == {}


def test_a_renamed_question_is_known_by_its_earlier_ids(root: Root) -> None:
    put(root, "fruit/apple.yaml", "formerly: [pear, plum]\n" + OPEN)
    assert load([root]).former_ids == {"pear": "apple", "plum": "apple"}


def test_only_another_text_has_another_content_hash(root: Root) -> None:
    put(root, "fruit/apple.yaml")
    put(root, "fruit/pear.yaml")
    put(root, "fruit/plum.yaml", CHOICE)
    apple, pear, plum = (item.content for item in load([root]).items.values())
    assert apple == pear != plum


# The compiled index -------------------------------------------------------------------------------------------------


@pytest.fixture
def index(tmp_path: Path) -> Callable[..., BankIndex]:
    return lambda code="this": BankIndex(tmp_path / "home" / "index.db", code)


def test_the_index_gives_the_same_bank_as_the_files(index: Callable[..., BankIndex]) -> None:
    read, first, second = load([own_root()]), load([own_root()], index()), load([own_root()], index())
    assert read.items == first.items == second.items
    assert list(read.items) == list(second.items)
    assert (len(first.documents), len(second.documents)) == (len(read.items), 0), "from the index no file is read"


def test_a_changed_a_broken_and_a_mended_file_are_read_anew(root: Root, index: Callable[..., BankIndex]) -> None:
    put(root, "fruit/apple.yaml")
    put(root, "fruit/pear.yaml")
    loads: list[Bank] = [load([root], index())]
    for text in (OPEN.replace("She.", "They."), "level: [", CHOICE):
        put(root, "fruit/apple.yaml", text)
        loads += [load([root], index()), load([root], index())]
    kinds = [bank.items["apple"].question.form.kind if "apple" in bank.items else "broken" for bank in loads]
    assert kinds == ["open", "open", "open", "broken", "broken", "choice", "choice"]
    assert loads[2].items["apple"].question.text["en"].answer == "They."
    assert all("pear" in bank.items for bank in loads)
    (root.questions / "fruit" / "apple.yaml").unlink()
    assert list(load([root], index()).items) == ["pear"]


def test_an_index_of_another_version_is_as_none(root: Root, index: Callable[..., BankIndex]) -> None:
    put(root, "fruit/apple.yaml")
    load([root], index())
    assert [len(load([root], index("another")).documents) for _ in range(2)] == [1, 0]


def garbage(path: Path) -> None:
    path.write_bytes(b"no database " * 400)


def other_data(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("UPDATE question SET facts = '{}'")


def no_table(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as database, database:
        database.execute("DROP TABLE question")


@pytest.mark.parametrize("damage", [garbage, other_data, no_table])
def test_a_damaged_index_is_as_none_and_is_made_anew(
    damage: Callable[[Path], None], root: Root, index: Callable[..., BankIndex], tmp_path: Path
) -> None:
    put(root, "fruit/apple.yaml")
    load([root], index())
    damage(tmp_path / "home" / "index.db")
    first, second = load([root], index()), load([root], index())
    assert list(first.items) == list(second.items) == ["apple"]
    assert (len(first.documents), len(second.documents)) == (1, 0)


@pytest.mark.parametrize("packed", [b"no texts", zlib.compress(b"{"), zlib.compress(b'{"en": {"quest": 1}}'), None])
def test_texts_that_are_damaged_in_the_index_are_read_from_the_file(
    packed: bytes | None, root: Root, index: Callable[..., BankIndex], tmp_path: Path
) -> None:
    put(root, "fruit/apple.yaml")
    told = load([root], index()).items["apple"].question
    with contextlib.closing(sqlite3.connect(tmp_path / "home" / "index.db")) as database, database:
        database.execute("UPDATE question SET texts = ?", (packed,))
    assert load([root], index()).items["apple"].question == told


def test_a_question_from_the_index_is_the_one_in_the_file(root: Root, index: Callable[..., BankIndex]) -> None:
    put(root, "fruit/apple.yaml")
    put(root, "fruit/pear.yaml", CHOICE)
    read, compiled = load([root], index()), load([root], index())
    assert read.documents and not compiled.documents
    assert read.items == compiled.items


# The schema for editors ---------------------------------------------------------------------------------------------


def parts(schema: Any) -> list[Mapping[str, Any]]:
    """Every object in a JSON structure."""
    inner = schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ()
    return ([schema] if isinstance(schema, dict) else []) + [part for value in inner for part in parts(value)]


def test_the_schema_is_draft_07_and_all_its_references_lead_somewhere() -> None:
    schema = json.loads(question_schema())
    assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
    for part in parts(schema):
        assert not {"prefixItems", "unevaluatedProperties", "dependentRequired"} & set(part), "younger than draft-07"
        if isinstance(reference := part.get("$ref"), str):
            target: Any = schema
            for step in reference.removeprefix("#/").split("/"):
                target = target[step]
            assert target["type"] == "object"


def test_the_schema_names_every_key_and_forbids_others() -> None:
    schema = json.loads(question_schema())
    of_type = {
        part["title"]: part for part in parts(schema) if "properties" in part and isinstance(part.get("title"), str)
    }
    models = [one for one in vars(model).values() if is_dataclass(one) and isinstance(one, type)]
    assert len(models) > 8
    for one in models:
        described = schema if one is Question else of_type[one.__name__]
        assert set(described["properties"]) == {field.name for field in fields(one)}
        assert described["additionalProperties"] is False


def test_the_schema_shows_an_author_what_the_docstrings_say() -> None:
    text = question_schema()
    for sentence in (
        "Two to four ideas, each checkable yes or no, in the order in which one would say them.",
        "The mechanism behind it.",
        "Ids of questions to introduce before this one.",
        "One right answer among real misconceptions.",
    ):
        assert json.dumps(sentence)[1:-1] in text


# Our own questions --------------------------------------------------------------------------------------------------

OURS = load([own_root()])


def test_our_bank_loads_without_a_problem() -> None:
    assert OURS.items
    assert [str(problem) for problem in OURS.problems] == []
    assert list(unexpected_files([own_root()])) == []


@pytest.mark.parametrize("id", OURS.items)
def test_each_of_our_questions_says_the_same_things_in_four_languages(id: str) -> None:
    question = OURS.items[id].question
    assert set(question.text) == set(LANGUAGES)
    assert list(of_completeness(question)) == []
    shapes = {language: shape(text) for language, text in question.text.items()}
    assert len(set(shapes.values())) == 1, shapes


def shape(text: Text) -> str:
    """Which parts a text has, and the keys in them."""
    present = {one.name: getattr(text, one.name) for one in fields(Text) if getattr(text, one.name)}
    return str({name: sorted(part) if isinstance(part, dict) else "" for name, part in present.items()})


@pytest.mark.parametrize("id", OURS.items)
def test_the_links_of_our_questions_lead_somewhere_and_back(id: str) -> None:
    demos = {name: demo.questions for name, demo in find(roots([])).demos.items()}
    assert list(of_links(id, OURS.items[id].question, OURS.items, demos)) == []


def test_our_prerequisites_have_no_cycle() -> None:
    def ancestors(id: str, path: tuple[str, ...] = ()) -> None:
        assert id not in path, path
        for other in OURS.items[id].question.prerequisites:
            ancestors(other, (*path, id))

    for id in OURS.items:
        ancestors(id)


class TestQuotes:
    """A figure in the texts that is the demo's."""

    def with_quote(self, value: float, answer: str, demo: str = "demo: rmsprop\n") -> list[str]:
        quote = f"{demo}quotes:\n  - {{number: left, value: {value}}}\n"
        return told(quote + OPEN.replace("answer: She.", f"answer: {answer}"))

    def test_it_stands_in_the_texts(self) -> None:
        assert self.with_quote(0.817, "0.817 is left.") == []
        [missing] = self.with_quote(0.817, "0.818 is left.")
        assert missing.startswith("3:5: the en text lacks the quoted figure, expected 0.817")

    def test_it_needs_a_demo(self) -> None:
        [alone] = self.with_quote(0.817, "0.817 is left.", demo="")
        assert "a quoted figure without a demo" in alone


class TestOurBank:
    """What the bank promises as a whole."""

    def test_a_third_of_the_questions_is_graded_by_the_program(self) -> None:
        kinds = [item.question.form.kind for item in OURS.items.values()]
        assert 3 * (len(kinds) - kinds.count("open")) >= len(kinds) >= 80

    def test_at_least_eight_questions_are_drawn_afresh_each_by_its_own_generator(self) -> None:
        drawn = [
            item.question.form.generator for item in OURS.items.values() if isinstance(item.question.form, Numeric)
        ]
        generators = [generator for generator in drawn if generator]
        assert len(generators) == len(set(generators)) >= 8

    def test_the_right_choice_is_the_longest_about_as_often_as_chance_would_have_it(self) -> None:
        for longest, choices in right_is_longest(OURS).values():
            assert choices / 6 < longest < choices / 3

    def test_no_statement_was_checked_with_an_older_keras_than_the_pinned_one(self) -> None:
        assert {item.question.verified_with for item in OURS.items.values()} == {f"keras {version('keras')}"}

    def test_every_test_that_an_erratum_names_is_there(self) -> None:
        named = {one.test for item in OURS.items.values() for one in item.question.errata if one.test}
        folder = own_root().path / "tests" / "claims"
        there = {
            f"{path.name}::{name}"
            for path in folder.glob("*.py")
            for name in re.findall(r"def (test_\w+)", path.read_text("utf-8"))
        }
        assert len(named) > 30 and named <= there

    def test_every_answer_is_shown_by_a_demo_or_says_why_not(self) -> None:
        without = {id: item.question for id, item in OURS.items.items() if not item.question.demo}
        assert all(question.text[language].no_demo for question in without.values() for language in LANGUAGES)
        assert set(without) <= {"deep-learning-books"}
