"""Where the user's files are: all under MLQUIZ_HOME, or in the platform's own folders for data and configuration."""

from collections.abc import Mapping
from pathlib import Path

from mlquiz.core.errors import BadEnvironment
from mlquiz.core.sentence import said

ANOTHER = said("name a folder that is there")
"""What to do where a folder that is named is none."""


def home(environment: Mapping[str, str]) -> Path:
    """The folder of answers, questions and drafts.

    Raises:
        BadEnvironment: there is no home directory and MLQUIZ_HOME is not set.
    """
    if given := environment.get("MLQUIZ_HOME"):
        return Path(given).absolute()
    from platformdirs import user_data_path

    try:
        path = user_data_path("mlquiz", appauthor=False)
    except (RuntimeError, KeyError, OSError) as error:
        path = Path(f"~ ({error})")
    if not path.is_absolute():
        raise BadEnvironment(
            said("There is no home directory to keep your answers in."),
            next_step=said("set MLQUIZ_HOME to a folder, as MLQUIZ_HOME=/tmp/mlquiz"),
        )
    return path


def config_file(environment: Mapping[str, str]) -> Path:
    """The configuration file, which need not be there."""
    if given := environment.get("MLQUIZ_HOME"):
        return Path(given).absolute() / "config.toml"
    from platformdirs import user_config_path

    return user_config_path("mlquiz", appauthor=False) / "config.toml"
