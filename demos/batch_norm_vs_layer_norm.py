"""Batch norm's output for a sample depends on the other samples of its batch; layer norm's never does.

Batch norm takes mean and variance of each feature over the batch, down the columns; layer norm takes those of each
sample over its features, along the rows. So the same sample comes out of batch norm (in training) differently whenever
its neighbours are replaced, and out of layer norm the same to the last bit. After batch norm the columns have mean 0
and the rows do not, after layer norm it is the other way round.

Small batches show it at its sharpest. A batch of one is its own mean: the output is beta, whatever the input. In a
batch of two a feature lies at distance d on either side of the mean, its variance is d^2, and the output is beta plus
or minus d / sqrt(d^2 + epsilon): nothing but the sign is left of the input, unless d is as small as sqrt(epsilon).

At inference batch norm uses its moving averages instead, neighbours no longer matter, and that is the control.

Sources: Keras 3.15.1, keras/src/layers/normalization/batch_normalization.py, build and call, and
layer_normalization.py; J. L. Ba, J. R. Kiros, G. E. Hinton, Layer Normalization, 2016, section 3.

    mlquiz demo batch-norm-vs-layer-norm --batch 64
    mlquiz demo batch-norm-vs-layer-norm --beta 0.5
"""

from typing import Annotated

import keras
import numpy as np

from mlquiz.lab import Between, Events, Row, Say, Shades, Verdict

QUESTIONS = ["batch-norm-vs-layer-norm"]
CONTROL = {"training": False}
PREDICTION = {"choice": ["batch", "layer", "both", "neither"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"batch_moves": "batch-norm", "layer_moves": "layer-norm"}

DRAWS = 8  # sets of neighbours
SIZES = [1, 2, 4, 16, 64]
CHANGED = {(True, False): "batch", (False, True): "layer", (True, True): "both", (False, False): "neither"}


def batches(sample, size, random):
    """The sample as the first of its batch, among one set of random neighbours after another."""
    for _ in range(DRAWS):
        neighbours = random.normal(size=(size - 1, sample.shape[1])).astype("float32")
        yield np.concatenate([sample, neighbours])


def swing(outputs):
    """How far a feature of the sample moves at most."""
    return float(np.ptp(outputs, axis=0).max())


def largest_mean(outputs, axis):
    return float(abs(outputs.mean(axis=axis)).max())


def run(
    batch: Annotated[int, Between(2, 64)] = 4,
    features: Annotated[int, Between(2, 16)] = 8,
    beta: Annotated[float, Between(-2.0, 2.0)] = 0.0,
    training: bool = True,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"features": features, "neighbours": batch - 1, "draws": DRAWS})
    random = np.random.default_rng(seed)
    sample = random.normal(size=(1, features)).astype("float32")
    start = keras.initializers.Constant(beta)
    batch_norm = keras.layers.BatchNormalization(beta_initializer=start)
    layer_norm = keras.layers.LayerNormalization(beta_initializer=start)

    rows = {"batch": {}, "layer": {}}
    for draw, inputs in enumerate(batches(sample, batch, random), 1):
        after_batch, after_layer = batch_norm(inputs, training=training).numpy(), layer_norm(inputs).numpy()
        rows["batch"][str(draw)], rows["layer"][str(draw)] = after_batch[0], after_layer[0]
        yield Shades("batch-rows", dict(rows["batch"]))
        yield Shades("layer-rows", dict(rows["layer"]))
    moves = {name: swing(list(outputs.values())) for name, outputs in rows.items()}
    yield Say("axes", {
        "batch_columns": largest_mean(after_batch - beta, 0), "batch_rows": largest_mean(after_batch - beta, 1),
        "layer_columns": largest_mean(after_layer - beta, 0), "layer_rows": largest_mean(after_layer - beta, 1),
    })  # fmt: skip

    alone = pair = 0.0
    for size in SIZES:
        sets = list(batches(sample, size, random))
        outputs = np.array([batch_norm(inputs, training=training).numpy()[0] for inputs in sets])
        if size == 1:
            alone = abs(outputs - beta).max()
        if size == 2:
            half = np.array([(inputs[0] - inputs[1]) / 2 for inputs in sets])
            pair = abs(outputs - beta - half / np.sqrt(half**2 + batch_norm.epsilon)).max()
        moving = {
            "batch-norm": swing(outputs),
            "inference": swing([batch_norm(inputs, training=False)[0] for inputs in sets]),
            "layer-norm": swing([layer_norm(inputs)[0] for inputs in sets]),
        }
        lowest, highest = outputs.min().round(2), outputs.max().round(2)
        yield Row("sizes", {"size": size, "from": lowest, "to": highest} | {k: round(v, 3) for k, v in moving.items()})

    numbers = {f"{name}_moves": move for name, move in moves.items()} | {"alone": alone, "pair": pair, "batch": batch}
    yield Verdict(
        holds=bool(moves["batch"] > 1e-5 and moves["layer"] < 1e-6 and max(alone, pair) < 1e-5),
        observed=CHANGED[moves["batch"] > 1e-5, moves["layer"] > 1e-5],
        numbers=numbers,
    )
