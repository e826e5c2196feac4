"""What holds for every test: none can touch the user's files, whatever it forgets."""

import signal
import sqlite3
from pathlib import Path

import hypothesis
import pytest

assert sqlite3  # loaded before TensorFlow, which brings a SQLite of its own, without full-text search

signal.signal(signal.SIGINT, signal.default_int_handler)  # a run in the background ignores it, and so would programs

hypothesis.settings.register_profile(
    "mlquiz", derandomize=False, deadline=None, max_examples=60, database=None, print_blob=True
)
hypothesis.settings.load_profile("mlquiz")


@pytest.fixture(autouse=True)
def _isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user's folders are the test's own, and nothing of the machine's settings is left."""
    for name in ("MLQUIZ_HOME", "HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in (
        "MLQUIZ_BANK",
        "MLQUIZ_LANG",
        "MLQUIZ_UI",
        "LC_ALL",
        "LC_MESSAGES",
        "LANG",
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
    ):
        monkeypatch.delenv(name, raising=False)
