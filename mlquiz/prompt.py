"""`mlquiz due --prompt`: the number for a shell's prompt, before anything else of the program is imported.

It prints nothing where there is nothing to say, also when that is because something is wrong: a prompt is no place
for it.
"""

import os
import sys
import time
from datetime import datetime
from pathlib import Path

from mlquiz.glance import day_of, due

ARGUMENTS = ["due", "--prompt"]
ROLLOVER_HOUR = 4
"""As in mlquiz.core.settings."""


def main() -> int:
    """Print how many cards are due, or nothing."""
    try:
        waiting = _due(os.environ.get("MLQUIZ_HOME"))  # noqa: TID251 - no context yet: it would cost more than the answer
        if waiting:
            sys.stdout.write(f"{waiting}\n")
            sys.stdout.flush()
    except Exception:
        return 0
    return 0


def _due(home: str | None) -> int:
    now = time.time()
    data, config = (Path(home), Path(home)) if home else _folders()
    day = day_of(datetime.fromtimestamp(now), _rollover(config / "config.toml"))
    return due(data / "mlquiz.db", int(now * 1000), day)


def _folders() -> tuple[Path, Path]:
    from platformdirs import user_config_path, user_data_path

    return user_data_path("mlquiz", appauthor=False), user_config_path("mlquiz", appauthor=False)


def _rollover(config: Path) -> int:
    if not config.exists():
        return ROLLOVER_HOUR
    import tomllib

    return int(tomllib.loads(config.read_text(encoding="utf-8")).get("rollover_hour", ROLLOVER_HOUR))
