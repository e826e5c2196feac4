"""A demo run from the outside: a process that is warm before it is asked, and the events it streams."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

from mlquiz.core.errors import BadEnvironment, BadInput
from mlquiz.core.sentence import said
from mlquiz.lab import Event, from_json

INSTALL = "pip install 'tensorflow>=2.20,<2.22' 'keras>=3.12,<3.16'"


class NotFinite(Exception):
    """The run gave an infinity or NaN: it tells nothing."""


def available() -> bool:
    """Whether demos can run here; imports nothing."""
    return find_spec("tensorflow") is not None and find_spec("keras") is not None


class Worker:
    """A process for demos, warming up from the moment it is made; use it as a context manager.

    Raises:
        BadEnvironment: TensorFlow is not installed.
    """

    def __init__(self) -> None:
        if not available():
            raise BadEnvironment(said("Demos need TensorFlow, which is not installed."), next_step=INSTALL)
        self._start()

    cpu_seconds = 0.0
    """Processor time of the last run that came to its end, threads together, in seconds."""

    def _start(self) -> None:
        try:
            self._errors: IO[bytes] | None = TemporaryFile()  # noqa: SIM115 - lives as long as the process
        except OSError:  # no room for it: its last words are lost
            self._errors = None
        paths = (str(Path(__file__).resolve().parents[1]), os.environ.get("PYTHONPATH"))
        self._process = subprocess.Popen(
            # -P: a keras.py in the folder where one happens to stand is not Keras
            [sys.executable, "-P", "-m", "mlquiz.demo_process"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors or subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C in the terminal is for the program alone
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in paths if path)},
        )

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def run(
        self, path: Path, settings: Mapping[str, Any], sweep: tuple[str, Sequence[Any]] | None = None
    ) -> Iterator[Event]:
        """The events of one run as they happen; with `sweep`, of a run for each of a parameter's values.

        Raises:
            BadInput: the demo refuses the settings.
            BadEnvironment: TensorFlow cannot be imported, or the process died.
            NotFinite: a number in the run is not finite.
        """
        if self._process.poll() == 0 and not hasattr(os, "fork"):  # without fork a process serves one request
            self.stop()
            self._start()
        request = json.dumps({"path": str(path), "settings": dict(settings), "sweep": sweep}) + "\n"
        assert self._process.stdin and self._process.stdout
        with contextlib.suppress(OSError):  # why it died is in its last message
            self._process.stdin.write(request.encode())
            self._process.stdin.flush()
        outcome: dict[str, Any] = {}
        for line in self._process.stdout:
            answer = json.loads(line)
            if "event" in answer:
                yield from_json(answer)
            elif answer["message"] != "ready":
                outcome = outcome or answer
                if answer["message"] in ("exit", "missing") or not hasattr(os, "fork"):
                    break
        self.cpu_seconds = outcome.get("cpu", 0.0)
        self._raise(outcome or {"message": "exit", "status": self._process.wait()})

    def kill(self) -> None:
        """End the process and whatever it runs, at once; a run that is being read ends as if it had died."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if hasattr(os, "killpg"):
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def stop(self) -> None:
        """End the process and whatever it runs, and forget it."""
        self.kill()
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                with contextlib.suppress(BrokenPipeError):
                    stream.close()
        if self._errors:
            self._errors.close()

    def _raise(self, answer: Mapping[str, Any]) -> None:
        match answer["message"]:
            case "refused":
                raise BadInput(said("The demo cannot run with these settings."), received=answer["what"])
            case "not finite":
                raise NotFinite
            case "missing":
                what = said("TensorFlow cannot be imported: {error}.", error=answer["what"])
                raise BadEnvironment(what, next_step=INSTALL)
            case "failed":
                raise BadEnvironment(said("The demo failed: {error}.", error=answer["what"]))
            case "exit":
                status = said("exit status {status}", status=answer["status"])
                raise BadEnvironment(said("The demo's process died."), received=status, next_step=self._last_words())

    def _last_words(self) -> str | None:
        if not self._errors:
            return None
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return said("its last line was: {line}", line=lines[-1][:200]) if lines else None
