"""`mlquiz config`: lists, explains, writes, takes out, opens; a broken file is no reason not to."""

import json
import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console
from terminal import PYTHON, Result, joined, run, says

from mlquiz import config, config_file, origins
from mlquiz.core.errors import BadInput
from mlquiz.core.question import LANGUAGES, Language
from mlquiz.core.settings import KEYS, value_of
from mlquiz.messages import translations
from mlquiz.view.settings import listed as settings_of


@pytest.fixture
def file() -> Path:
    return Path(os.environ["MLQUIZ_HOME"]) / "config.toml"


def listed(*args: str, **env: str) -> dict[str, dict[str, Any]]:
    """The settings by key, as `--json` has them."""
    data = json.loads(run("config", *args, "--json", **env).out)
    assert data["version"] == 1
    return {one["key"]: one for one in data["settings"]}


def edit(tmp_path: Path, code: str) -> Result:
    """`mlquiz config --edit` with an editor that does to the text what some Python says."""
    script = tmp_path / "editor.py"
    script.write_text(
        f"import sys; from pathlib import Path; p = Path(sys.argv[1]); text = p.read_text(encoding='utf-8')\n{code}",
        encoding="utf-8",
    )
    return run("config", "--edit", VISUAL=f"{PYTHON} {script}")


class TestListing:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_key_is_explained_in_each_language(self, language: Language) -> None:
        tr = translations(language)
        out = run("config", "--ui", language, COLUMNS="300").text
        assert all(name in out and joined(tr.gettext(key.says)) in out for name, key in KEYS.items())

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("width", [40, 72, 80])
    def test_no_word_is_torn_on_any_screen(self, file: Path, language: Language, width: int) -> None:
        tr = translations(language)
        out = Console(width=width, color_system=None)
        with out.capture() as capture:
            out.print(settings_of(origins.standing({"MLQUIZ_HOME": str(file.parent)})[0], Path("c.toml"), tr))
        lines = capture.get().splitlines()
        assert max(map(cell_len, lines)) <= width
        if width < 72:
            told = joined("\n".join(lines))
            assert all(joined(tr.gettext(key.says)) in told for key in KEYS.values())
            assert all(any(line.startswith(f"{name} = ") for line in lines) for name in KEYS)
        else:
            words = {word for line in lines for word in line.split()}
            assert {word for key in KEYS.values() for word in tr.gettext(key.says).split()} <= words or language == "zh"

    def test_a_long_value_takes_no_room_from_what_a_setting_means(self, file: Path) -> None:
        file.write_text('ui = "en"\nbanks = ["/home/me/a/folder/of/questions/that/is/rather/deep"]\n', encoding="utf-8")
        out = Console(width=80, color_system=None)
        with out.capture() as capture:
            out.print(settings_of(origins.standing({"MLQUIZ_HOME": str(file.parent)})[0], file, translations("en")))
        lines = [line.rstrip() for line in capture.get().splitlines()]
        place = lines.index('banks = ["/home/me/a/folder/of/questions/that/is/rather/deep"] (file)')
        assert lines[place + 1] == "  " + KEYS["banks"].says

    def test_one_key_has_its_value_origin_default_and_what_it_takes(self, file: Path) -> None:
        file.write_text("retention = 0.95", encoding="utf-8")
        out = run("config", "retention").text
        assert all(part in out for part in ("0.95", "file", "default 0.9", "0.7 to 0.99", "config retention VALUE"))

    def test_each_origin_is_told(self, file: Path) -> None:
        file.write_text('minutes = 15\nlang = "zh"', encoding="utf-8")
        of = listed(LANG="fr_FR.UTF-8", MLQUIZ_LANG="ru", EDITOR="nano -w")
        told = {name: (one["value"], one["from"], one["variable"]) for name, one in of.items()}
        assert told["minutes"] == (15, "file", None) and told["confidence"] == (False, "default", None)
        assert told["ui"] == ("fr", "environment", "LANG") and told["lang"] == ("ru", "environment", "MLQUIZ_LANG")
        assert told["answer_lang"] == ("ru", "default", None)
        assert told["editor"] == ("nano -w", "environment", "EDITOR")

    @pytest.mark.parametrize(
        "environment",
        [{}, {"LANG": "fr_FR"}, {"MLQUIZ_LANG": "zh"}, {"MLQUIZ_LANG": "zh", "LC_ALL": "ru"}, {"MLQUIZ_UI": "fr"},
         {"VISUAL": "ed", "EDITOR": "vim"}],
    )  # fmt: skip
    @pytest.mark.parametrize("toml", ["", 'lang = "ru"', 'ui = "zh"\neditor = "emacs"', 'answer_lang = "fr"'])
    def test_what_is_told_is_what_the_program_goes_by(self, file: Path, toml: str, environment: dict[str, str]) -> None:
        file.write_text(toml, encoding="utf-8")
        given = {"MLQUIZ_HOME": str(file.parent), **environment}
        chosen, (known, problems) = config.from_environment(given), origins.standing(given)
        told = {one.name: one.value for one in known}
        assert not problems and origins.spoken(given) == told["ui"] == (chosen.ui or chosen.language)
        assert (told["lang"], told["editor"]) == (chosen.language, chosen.editor)
        assert told["answer_lang"] == (chosen.answer_language or chosen.language)
        assert all(told[name] == getattr(chosen, name) for name in config.PLAIN)

    def test_an_unknown_key_is_answered_with_the_nearest(self) -> None:
        done = run("config", "retension")
        assert done.code == 2 and "did you mean retention" in done.err


class TestABrokenFile:
    @pytest.mark.parametrize(
        ("toml", "named"),
        [("new_a_day = = 5", "line 1"), ("colour = 3", "colour"), ("minutes = -1", "minutes"), ('ui = "xx"', "ui"),
         ('banks = ["nowhere"]', "nowhere")],
    )  # fmt: skip
    def test_is_listed_with_what_is_wrong(self, file: Path, toml: str, named: str) -> None:
        file.write_text(toml, encoding="utf-8")
        done = run("config")
        assert done.code == 1 and named in done.err and all(name in done.out for name in KEYS)
        assert run("study").code == 2

    @pytest.mark.parametrize("command", [["config"], ["config", "--help"], ["--help"]])
    def test_and_a_wrong_language_in_the_environment_block_nothing(self, file: Path, command: list[str]) -> None:
        file.write_bytes(b"\xff\xfe = ")
        assert run(*command, MLQUIZ_UI="klingon", MLQUIZ_LANG="xx").out

    def test_is_mended_by_setting_or_unsetting_the_wrong_key(self, file: Path) -> None:
        file.write_text("# mine\ncolour = 3\nminutes = -1", encoding="utf-8")
        assert run("config", "minutes", "20").code == 1
        assert run("config", "--unset", "colour").code == 0
        assert file.read_text(encoding="utf-8") == "# mine\nminutes = 20"

    def test_is_not_written_when_it_is_no_toml(self, file: Path) -> None:
        file.write_text("a = = 1", encoding="utf-8")
        done = run("config", "minutes", "20")
        assert done.code == 2 and "config --edit" in done.err and file.read_text(encoding="utf-8") == "a = = 1"

    def test_is_told_in_the_same_words_by_every_command(self, file: Path) -> None:
        file.write_text("new_a_day = = 5", encoding="utf-8")
        told = {run(*command).err for command in (["config", "minutes", "20"], ["config"], ["where"])}
        assert len(told) == 1 and "line 1, column 13" in told.pop()


class TestWriting:
    @pytest.mark.parametrize(
        ("args", "expected"),
        [
            (["retention", "0.95"], {"retention": 0.95}),
            (["confidence", "true"], {"confidence": True}),
            (["editor", "code --wait"], {"editor": "code --wait"}),
            (["editor", "7"], {"editor": "7"}),
            (["lang", "ru"], {"lang": "ru"}),
            (["topic_retention.optimizers", "0.95"], {"topic_retention": {"optimizers": 0.95}}),
            (["topic_retention", "{cnn = 0.8}"], {"topic_retention": {"cnn": 0.8}}),
        ],
    )
    def test_a_value_is_written_and_told(self, file: Path, args: list[str], expected: dict[str, Any]) -> None:
        done = run("config", *args)
        assert done.code == 0 and args[0].partition(".")[0] in done.out
        assert tomllib.loads(file.read_text(encoding="utf-8")) == expected

    def test_folders_are_written_whole_and_must_be_there(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "one").mkdir()
        (tmp_path / "two").mkdir()
        assert run("config", "banks", tmp_path / "one", tmp_path / "two").code == 0
        written = tomllib.loads(file.read_text(encoding="utf-8"))["banks"]
        assert written == [str(tmp_path / "one"), str(tmp_path / "two")]
        done = run("config", "banks", tmp_path / "three")
        assert done.code == 2 and "three" in done.err
        assert tomllib.loads(file.read_text(encoding="utf-8"))["banks"] == written

    @pytest.mark.parametrize(
        "args", [["retention", "0.5"], ["confidence", "1"], ["lang", "de"], ["minutes", "ten"], ["minutes", "1", "2"],
                 ["colour", "red"], ["retention.cnn", "0.9"], ["topic_retention.optimizers", "2"],
                 ["topic_retention.optimisers", "0.9"],
                 ["minutes", "1", "--edit"], ["--unset", "minutes", "--edit"], ["--unset", "colour"]],
    )  # fmt: skip
    def test_what_a_setting_does_not_take_changes_nothing(self, file: Path, args: list[str]) -> None:
        file.write_text("minutes = 5", encoding="utf-8")
        done = run("config", *args)
        assert done.code == 2 and done.err and file.read_text(encoding="utf-8") == "minutes = 5"

    def test_comments_and_order_stay(self, file: Path) -> None:
        before = '# mine\nlang = "ru"  # to practise\n\n[topic_retention]\n# hard\ncnn = 0.95\n'
        file.write_text(before, encoding="utf-8")
        assert run("config", "minutes", "20").code == run("config", "lang", "fr").code == 0
        after = file.read_text(encoding="utf-8")
        assert all(part in after for part in ("# mine", '"fr"  # to practise', "# hard"))
        assert tomllib.loads(after) == {"lang": "fr", "minutes": 20, "topic_retention": {"cnn": 0.95}}

    def test_unset_takes_a_setting_out(self, file: Path) -> None:
        file.write_text("minutes = 5\n[topic_retention]\ncnn = 0.9\nrnn = 0.8\n", encoding="utf-8")
        assert "0 (default)" in run("config", "--unset", "minutes").out
        run("config", "--unset", "topic_retention.cnn")
        assert tomllib.loads(file.read_text(encoding="utf-8")) == {"topic_retention": {"rnn": 0.8}}
        run("config", "--unset", "topic_retention.rnn")
        assert tomllib.loads(file.read_text(encoding="utf-8")) == {}
        assert says("{key} is not set in {file}.", key="minutes", file=file) in run("config", "--unset", "minutes").text

    def test_a_link_to_the_file_stays_a_link(self, file: Path, tmp_path: Path) -> None:
        (tmp_path / "dotfiles").mkdir()
        file.symlink_to(tmp_path / "dotfiles" / "mlquiz.toml")
        assert run("config", "minutes", "20").code == 0 and file.is_symlink()
        assert (tmp_path / "dotfiles" / "mlquiz.toml").read_text(encoding="utf-8") == "minutes = 20\n"

    def test_a_place_that_cannot_be_written_is_named(self) -> None:
        done = run("config", "minutes", "20", MLQUIZ_HOME="/dev/null/below")
        assert done.code == 5 and "/dev/null/below" in done.err

    @settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(data=st.data())
    def test_any_sequence_of_writes_gives_what_was_asked_for(self, tmp_path: Path, data: st.DataObject) -> None:
        """A table, once there, does not swallow the settings that are written after it."""
        file, expected = tmp_path / "written.toml", {}
        file.unlink(missing_ok=True)
        values = {
            "minutes": st.integers(0, 1440), "retention": st.sampled_from([0.7, 0.8, 0.99]), "confidence": st.booleans(),
            "editor": st.text(min_size=1).filter(str.strip), "topic_retention.cnn": st.sampled_from([0.8, 0.9]),
            "banks": st.lists(st.text(min_size=1), max_size=2), "topic_retention.a b": st.just(0.75),
        }  # fmt: skip
        for name in data.draw(st.lists(st.sampled_from(sorted(values)), max_size=8)):
            table, _, member = name.partition(".")
            if data.draw(st.booleans()):
                value = data.draw(values[name])
                config_file.put(file, name, value)
                expected = expected | {table: {**expected.get(table, {}), member: value} if member else value}
            elif config_file.drop(file, name) and member:
                expected[table].pop(member)
                expected = {name: of for name, of in expected.items() if of != {}}
            else:
                expected.pop(name, None)
        written = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
        assert written == expected


class TestEditing:
    def test_a_new_file_opens_with_every_setting_as_a_comment(self, file: Path, tmp_path: Path) -> None:
        done = edit(tmp_path, "p.write_text(text.replace('# minutes = 0', 'minutes = 30'), encoding='utf-8')")
        text = file.read_text(encoding="utf-8")
        assert done.code == 0 and str(file) in done.out and tomllib.loads(text) == {"minutes": 30}
        assert all(f"# {name} =" in text for name in KEYS if name != "minutes")

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_every_default_of_the_template_is_one_that_the_setting_takes(self, language: Language) -> None:
        template = config_file.template(translations(language))
        lines = [line.removeprefix("# ") for line in template.splitlines() if line.startswith("# ")]
        settings = [line for line in lines if line.partition(" =")[0] in KEYS and not line.endswith("=")]
        config_file.check_text("\n".join(settings), "the template")
        assert len(settings) == sum(key.default is not None for key in KEYS.values())

    def test_left_as_it_was_nothing_is_written(self, file: Path, tmp_path: Path) -> None:
        assert "Nothing was changed." in edit(tmp_path, "").out and not file.exists()

    @pytest.mark.parametrize("text", ["minutes = -1", "a = = 1", "colour = 1"])
    def test_a_broken_file_is_refused_and_kept_aside(self, file: Path, tmp_path: Path, text: str) -> None:
        file.write_text("minutes = 5", encoding="utf-8")
        for kept in ("config-rejected.toml", "config-rejected-2.toml"):
            done = edit(tmp_path, f"p.write_text({text!r}, encoding='utf-8')")
            assert done.code == 2 and kept in done.err
            assert file.with_name(kept).read_text(encoding="utf-8") == text
        assert file.read_text(encoding="utf-8") == "minutes = 5"

    def test_a_broken_file_can_be_mended(self, file: Path, tmp_path: Path) -> None:
        file.write_text("minutes = = 5", encoding="utf-8")
        assert edit(tmp_path, "p.write_text(text.replace('= =', '='), encoding='utf-8')").code == 0
        assert file.read_text(encoding="utf-8") == "minutes = 5"

    @pytest.mark.parametrize("editor", ["false", "/no/such/editor", "'unbalanced"])
    def test_an_editor_that_fails_changes_nothing(self, file: Path, editor: str) -> None:
        file.write_text("minutes = 5", encoding="utf-8")
        done = run("config", "--edit", VISUAL=editor)
        assert (
            done.code == 5 and "mlquiz config editor" in done.err and file.read_text(encoding="utf-8") == "minutes = 5"
        )


def test_a_value_of_the_command_line_is_read_as_the_setting_takes_it() -> None:
    assert value_of("editor", ["true"]) == "true" and value_of("confidence", ["true"]) is True
    assert value_of("banks", ["a"]) == ["a"] and value_of("banks", ['["a", "b"]']) == ["a", "b"]
    with pytest.raises(BadInput):
        value_of("minutes", ["5\nretention = 0.9"])
