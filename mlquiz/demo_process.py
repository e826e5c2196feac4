"""The process that runs demos, so that TensorFlow's chatter, a crash or a kill cannot reach the program.

It imports TensorFlow, executes no operation, and forks a fresh child for each request; where there is no fork it serves
one request and ends. Requests are JSON lines on standard input, answers JSON lines on what was standard output; a run
that ended tells the seconds of processor time that it took, in which a fork leaves out the import of TensorFlow.
"""

import gc
import importlib.util
import json
import math
import os
import select
import signal
import sys
from collections.abc import Iterator
from time import process_time
from typing import Any, TextIO

from mlquiz.lab import Event, Plot, numbers_of, to_json

QUIET = {
    "KERAS_BACKEND": "tensorflow",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "TF_ENABLE_ONEDNN_OPTS": "0",  # its rounding depends on the processor
    "CUDA_VISIBLE_DEVICES": "-1",
    "OPENBLAS_NUM_THREADS": "1",  # as for TensorFlow below
}


def main() -> None:
    """Serve until standard input ends."""
    if hasattr(signal, "SIGINT"):
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    os.environ |= QUIET
    gc.disable()  # saves 0.3 s of the import
    try:
        import keras  # noqa: F401 - warm for the children
        import numpy  # noqa: F401
        import tensorflow  # noqa: F401
    except ImportError as error:
        _send(out, message="missing", what=str(error))
        return
    gc.freeze()
    _send(out, message="ready")
    for request in _requests():
        if hasattr(os, "fork"):
            _serve_in_child(out, request)
        else:
            _serve(out, request)
            _leave(out)


def _requests() -> Iterator[dict[str, Any]]:
    """Lines of standard input, read unbuffered so that `select` sees what is left."""
    waiting = b""
    while chunk := os.read(0, 65536):
        waiting += chunk
        while b"\n" in waiting:
            line, waiting = waiting.split(b"\n", 1)
            yield json.loads(line)


def _serve_in_child(out: TextIO, request: dict[str, Any]) -> None:
    """Fork, and wait until the child has ended, however, or until nobody listens any more."""
    alive, held = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(alive)
        _serve(out, request)
        _leave(out)
    os.close(held)
    ready, _, _ = select.select([alive, 0], [], [])
    if alive not in ready:  # standard input ended: the program is gone
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(alive)
    _send(out, message="exit", status=os.waitstatus_to_exitcode(status))


def _serve(out: TextIO, request: dict[str, Any]) -> None:
    """Run one demo and send its events."""
    import tensorflow as tf

    before = process_time()
    tf.config.threading.set_intra_op_parallelism_threads(1)  # faster for nets this small, and the same sums each time
    tf.config.threading.set_inter_op_parallelism_threads(1)
    try:
        spec = importlib.util.spec_from_file_location("demo", request["path"])
        assert spec and spec.loader
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        for event in _events(module, request["settings"], request["sweep"]):
            if not all(map(math.isfinite, numbers_of(event))):
                _send(out, message="not finite")
                return
            _send(out, **to_json(event))
        _send(out, message="end", cpu=process_time() - before)
    except ValueError as error:
        _send(out, message="refused", what=str(error))
    except MemoryError:
        _send(out, message="failed", what="out of memory")
    except Exception as error:
        _send(out, message="failed", what=f"{type(error).__name__}: {error}")


def _events(module: Any, settings: dict[str, Any], sweep: tuple[str, list[Any]] | None) -> Iterator[Event]:
    """The events of a run, or of a sweep: by the demo's own function, else a run a value."""
    if sweep is None:
        yield from module.run(**settings)
    elif hasattr(module, "sweep"):
        yield from module.sweep(*sweep, **settings)
    else:
        name, values = sweep
        for value in values:
            *_, verdict = module.run(**settings | {name: value})
            numbers = {label: verdict.numbers[outcome] for outcome, label in module.OUTCOMES.items()}
            drawn = {label: number for label, number in numbers.items() if not isinstance(number, str)}
            if drawn and all(map(math.isfinite, drawn.values())):
                yield Plot(name, value, drawn)


def _send(out: TextIO, **message: Any) -> None:
    try:
        out.write(json.dumps(message, ensure_ascii=False) + "\n")
        out.flush()
    except BrokenPipeError:
        os._exit(0)


def _leave(out: TextIO) -> None:
    """End without TensorFlow's teardown, which takes half a second."""
    out.flush()
    sys.stderr.flush()
    os._exit(0)


if __name__ == "__main__":
    main()
