"""docs/configuration.md says of each setting what the program says, and names each variable that it reads."""

import re
import tomllib

import pytest

import mlquiz
from mlquiz.config_file import check_text
from mlquiz.content import own_root
from mlquiz.core.settings import KEYS, written

PATH = own_root().path / "docs" / "configuration.md"
if not PATH.is_file():
    pytest.skip("an installed program has no docs", allow_module_level=True)
TEXT = PATH.read_text(encoding="utf-8")


def test_the_table_is_that_of_the_settings() -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) ?\|$", TEXT.partition("## Settings")[2].partition("##")[0], re.M
    )
    defaults = {name: "" if key.default is None else f"`{written(key.default)}`" for name, key in KEYS.items()}
    assert rows == [(name, key.says, key.expects, defaults[name]) for name, key in KEYS.items()]


def test_the_example_is_a_file_that_the_program_takes() -> None:
    [example] = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    check_text(example, "the example")
    assert set(tomllib.loads(example)) <= set(KEYS)


def test_each_variable_of_ours_is_named() -> None:
    sources = (path.read_text(encoding="utf-8") for path in own_root().path.joinpath("mlquiz").rglob("*.py"))
    ours = {name for source in sources for name in re.findall(r"\"(MLQUIZ_[A-Z]+)\"", source)}
    assert mlquiz.__version__ and ours and {f"`{name}`" for name in ours} <= set(re.findall(r"`[A-Z_]+`", TEXT))
