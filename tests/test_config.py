"""Settings come from the configuration file and the environment, which goes before it."""

from pathlib import Path

import pytest
import sample
from terminal import run, says

from mlquiz import config
from mlquiz.core.errors import BadInput, MlquizError
from mlquiz.core.settings import KEYS, checked


def settings(home: Path, toml: str = "", **environment: str) -> config.Settings:
    if toml:
        (home / "config.toml").write_text(toml, encoding="utf-8")
    return config.from_environment({"MLQUIZ_HOME": str(home), **environment})


class TestLanguages:
    @pytest.mark.parametrize(
        ("toml", "environment", "expected"),
        [
            ("", {}, ("en", None, None)),
            ("", {"LANG": "fr_FR.UTF-8"}, ("fr", None, "fr")),
            ("", {"LANG": "de_DE.UTF-8"}, ("en", None, None)),
            ("", {"LC_ALL": "zh_CN", "LANG": "fr_FR"}, ("zh", None, "zh")),
            ("", {"LANG": "fr_FR.UTF-8", "MLQUIZ_LANG": "en"}, ("en", None, "fr")),
            ("", {"LANG": "fr_FR.UTF-8", "MLQUIZ_UI": "RU"}, ("ru", None, "ru")),
            ('ui = "ru"', {"LANG": "fr_FR.UTF-8"}, ("ru", None, "ru")),
            ('ui = "ru"\nlang = "en"\nanswer_lang = "zh"', {}, ("en", "zh", "ru")),
            ('lang = "ru"', {"MLQUIZ_LANG": "fr"}, ("fr", None, None)),
        ],
    )
    def test_interface_questions_and_answers_have_each_their_own(
        self, tmp_path: Path, toml: str, environment: dict[str, str], expected: tuple[str, str | None, str | None]
    ) -> None:
        chosen = settings(tmp_path, toml, **environment)
        assert (chosen.language, chosen.answer_language, chosen.ui) == expected

    @pytest.mark.parametrize("args", [("--ui", "ru", "study"), ("study", "--ui", "ru"), ("study", "--ui=RU")])
    def test_the_option_for_the_interface_may_stand_anywhere(self, tmp_path: Path, args: tuple[str, ...]) -> None:
        bank = str(sample.bank(tmp_path / "bank"))
        done = run(*args, "--topic", "sample", "--lang", "fr", MLQUIZ_BANK=bank, MLQUIZ_UI="zh")
        assert says("No answer graded.", "ru") in done.text and "Que fait une pomme" in done.text

    def test_after_two_hyphens_nothing_is_an_option(self) -> None:
        assert "--ui" in run("show", "--", "--ui").err

    def test_an_unknown_language_of_the_interface_is_named(self) -> None:
        done = run("where", "--ui", "xx")
        assert done.code == 2 and "'xx'" in done.err and "en, ru, fr, zh" in done.err

    def test_an_error_speaks_the_interfaces_language(self) -> None:
        assert (
            says("There is no {kind} {name!r}.", "fr", kind="thème", name="x")
            in run("study", "--topic", "x", "--ui", "fr").err
        )


class TestFile:
    def test_values_are_read_from_it(self, tmp_path: Path) -> None:
        (tmp_path / "team").mkdir()
        toml = 'new_a_day = 5\nretention = 0.95\nbanks = ["team"]\n[topic_retention]\ncnn = 0.8'
        chosen = settings(tmp_path, toml, MLQUIZ_BANK=str(tmp_path))
        assert (chosen.new_a_day, chosen.retention, chosen.topic_retention) == (5, 0.95, {"cnn": 0.8})
        assert chosen.banks == (tmp_path, tmp_path, tmp_path / "team")

    def test_a_broken_file_is_named_and_nothing_runs(self, tmp_path: Path) -> None:
        (tmp_path / "config.toml").write_text("new_a_day = = 5", encoding="utf-8")
        done = run("study", MLQUIZ_HOME=str(tmp_path))
        assert done.code == 2 and "config.toml" in done.err and "line 1" in done.err
        assert not (tmp_path / "mlquiz.db").exists()

    @pytest.mark.parametrize(
        "toml",
        ["new_a_day = -1", "new_a_day = true", "new_a_day = 2.5", "retention = 0.5", 'retention = "0.9"', 'lang = "de"',
         "rollover_hour = 24", "confidence = 1", "topic_retention = 0.9", "[topic_retention]\ncnn = 1.5", 'banks = "x"',
         "banks = ['']", 'editor = " "'],
    )  # fmt: skip
    def test_a_value_that_a_setting_does_not_take_is_named(self, tmp_path: Path, toml: str) -> None:
        with pytest.raises(BadInput) as error:
            settings(tmp_path, toml)
        assert error.value.expected and error.value.received and "config.toml" in error.value.what

    def test_an_unknown_setting_gets_the_nearest_one(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match="new_a_dya") as error:
            settings(tmp_path, "new_a_dya = 3")
        assert "new_a_day" in str(error.value.next_step)

    def test_folders_that_are_not_there_are_named_with_their_origin(self, tmp_path: Path) -> None:
        with pytest.raises(BadInput, match=r"config\.toml"):
            settings(tmp_path, 'banks = ["nowhere"]')
        (tmp_path / "config.toml").unlink()
        with pytest.raises(BadInput, match="MLQUIZ_BANK"):
            settings(tmp_path, MLQUIZ_BANK="nowhere")

    def test_a_file_that_cannot_be_read_is_no_traceback(self, tmp_path: Path) -> None:
        (tmp_path / "config.toml").mkdir()
        with pytest.raises(MlquizError, match="cannot be read"):
            settings(tmp_path)

    def test_each_default_is_a_value_that_the_setting_takes(self) -> None:
        for name, key in KEYS.items():
            assert key.default is None or key.takes(key.default), name
        assert checked({}, "") == {name: key.default for name, key in KEYS.items()}


def test_the_study_day_begins_at_the_hour_of_the_settings(tmp_path: Path) -> None:
    from datetime import datetime

    from mlquiz.cli.context import Context, console

    early = datetime(2026, 3, 1, 5, 30).astimezone()
    days = []
    for hour in (0, 6):
        chosen = settings(tmp_path, f"rollover_hour = {hour}")
        days.append(Context(chosen, console(), console(), lambda: early).moment().day)
    assert days[0] - days[1] == 1
