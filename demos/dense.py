"""Dense works along the last axis: 2 x 15 inputs give 2 x 2 outputs from 32 parameters; with Flatten 2 from 62.

The kernel has the shape (last axis, units), the bias the shape (units,): (15 + 1) 2 = 32 parameters, whatever axes
stand before the last one. Each row goes through the same kernel by itself, and the rows never meet. That is measured
by the gradient of every output with respect to every input: where it is zero, the output does not see the input. The
blocks on the diagonal are equal (one kernel serves all rows), those beside it are exactly zero.

Flatten makes one row of an example and computes nothing: input (r, c) comes to place 15 r + c, and the batch axis
stays. Behind it the last axis has 30 entries: (30 + 1) 2 = 62 parameters, two outputs, and each sees every input.
That is the control.

Sources: Keras 3.15.1, keras/src/layers/core/dense.py, build and call; keras/src/layers/reshaping/flatten.py, call.

    mlquiz demo dense --rows 3 --columns 8 --units 4
    mlquiz demo dense --flatten
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Row, Say, Shades, Verdict

QUESTIONS = ["dense-parameters", "dense-without-flatten", "flatten-keeps-batch"]
CONTROL = {"flatten": True}
PREDICTION = {"number": "parameters"}
SEEDS = [0, 1, 2, 3, 4]


def text(shape):
    return f"({', '.join('None' if size is None else str(size) for size in shape)}{',' if len(shape) == 1 else ''})"


def build(rows, columns, units, flatten):
    front = [keras.layers.Flatten()] if flatten else []
    return keras.Sequential([keras.Input((rows, columns)), *front, keras.layers.Dense(units)])


def sensitivity(model, example):
    """The derivative of each output (a row of the matrix) with respect to each input (a column)."""
    with tf.GradientTape() as tape:
        tape.watch(example)
        outputs = tf.reshape(model(example), [-1])
    return tape.jacobian(outputs, example).numpy().reshape(len(outputs), -1)


def run(
    rows: Annotated[int, Between(2, 4)] = 2,
    columns: Annotated[int, Between(2, 16)] = 15,
    units: Annotated[int, Between(1, 4)] = 2,
    flatten: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    images = np.arange(3 * rows * columns).reshape(3, rows, columns)
    flat = keras.layers.Flatten()(images).numpy()
    in_order = bool(np.all(flat == images.reshape(3, -1)))
    maps = keras.layers.Flatten().compute_output_shape((None, 4, 4, 8))
    yield Say("flatten", {"before": text(images.shape), "after": text(flat.shape), "maps": text(maps)})

    keras.utils.set_random_seed(seed)
    example = keras.random.normal((1, rows, columns))
    counts, shapes, seen = {}, {}, {}
    for name, in_front in {"alone": False, "behind": True}.items():
        model = build(rows, columns, units, in_front)
        dense, length = model.layers[-1], rows * columns if in_front else columns
        counts[name], shapes[name] = model.count_params(), model.output_shape
        yield Row("models", {
            "model": name, "output": text(shapes[name]), "kernel": text(dense.kernel.shape),
            "bias": text(dense.bias.shape), "formula": (length + 1) * units, "counted": counts[name],
        })  # fmt: skip
        seen[name] = sensitivity(model, example)
        places = (", ".join(map(str, place)) for place in np.ndindex(shapes[name][1:]))
        yield Shades(f"{name}-sees", {f"[{place}]": inputs for place, inputs in zip(places, seen[name])})

    name = "behind" if flatten else "alone"
    blocks = seen["alone"].reshape(rows, units, rows, columns)  # output row, unit, input row, column
    meeting = seen[name].reshape(-1, units, rows, columns)
    others = [np.abs(np.delete(meeting[row], row, axis=1)).max() for row in range(len(meeting))]
    shared = all(np.array_equal(blocks[row, :, row], blocks[0, :, 0]) for row in range(rows))
    expected = (None, rows, units), (columns + 1) * units
    apart = (shapes[name], counts[name]) == expected and max(others) == 0
    numbers = {
        "model": name, "rows": rows, "columns": columns, "units": units, "output": text(shapes[name]),
        "parameters": counts[name], "formula": expected[1], "other": max(others),
        "alone": counts["alone"], "behind": counts["behind"],
    }  # fmt: skip
    yield Verdict(bool(apart and shared and in_order), observed=counts["alone"], numbers=numbers)
