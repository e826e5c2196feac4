"""A batch of B examples gives the gradient of all of them up to an error of sigma / sqrt(B): four times B, half of it.

The gradient of a batch is the mean of B gradients drawn at random. It is unbiased, and the variance of such a mean is
that of a single one divided by B; its root mean square distance to the full gradient is therefore sigma / sqrt(B),
where sigma is the distance at B = 1. The network (8-16-1, mean squared error) stands still while batches are drawn.
Distance times sqrt(B) must be the same at every B, the slope in logarithms -1/2.

It needs independent draws. With --sorted a batch is a run of neighbours in a file sorted by target: its examples are
alike, their errors do not cancel, and a larger batch helps far less. That is the control, and why one shuffles.

An epoch pays for the larger batch: it makes ceil(N / B) updates, the short last batch included. `fit` is asked to
confirm that; three epochs are three times the rounded number.

Sources: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, 2016, section 8.1.3; Keras 3.15.1,
keras/src/trainers/data_adapters/array_data_adapter.py.

    mlquiz demo batch-size --sorted
    mlquiz demo batch-size --examples 1000
"""

from math import ceil
from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Bars, Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["batch-size-gradient-noise", "steps-per-epoch"]
CONTROL = {"sorted": True}
PREDICTION = {"choice": ["half", "quarter", "same"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"small": "of-64", "large": "of-256"}

SIZES = [1, 4, 16, 64, 256]
FRAMES, EPOCHS = 40, 3
FALLS = {0: "same", 1: "half", 2: "quarter"}  # by this power of two when the batch is four times as large


def regression(random, examples):
    x = random.normal(size=(examples, 8)).astype("float32")
    y = x[:, :1] - x[:, 1:2] * x[:, 2:3] + random.normal(size=(examples, 1))
    return x, y.astype("float32")


def gradient_of(model):
    """A function that gives the gradient of a batch's mean loss, all weights in one vector."""

    @tf.function(reduce_retracing=True)
    def gradient(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x) - y) ** 2)
        return tf.concat([tf.reshape(part, [-1]) for part in tape.gradient(loss, model.trainable_variables)], axis=0)

    return lambda x, y: gradient(tf.constant(x), tf.constant(y)).numpy()


def run(
    examples: Annotated[int, Between(500, 10000)] = 4000,
    draws: Annotated[int, Between(100, 1000)] = 200,
    sorted: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    names = {f"of-{size}": size for size in SIZES}
    yield Bars("times-root", dict.fromkeys(names, 0.0), of=1)
    random = np.random.default_rng(seed)
    x, y = regression(random, examples)
    if sorted:
        order = np.argsort(y[:, 0])
        x, y = x[order], y[order]
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((8,)), keras.layers.Dense(16, activation="relu"), keras.layers.Dense(1)])
    gradient = gradient_of(model)
    full = gradient(x, y)

    squares = {name: [] for name in names}
    for frame in range(1, FRAMES + 1):
        for name, size in names.items():
            for _ in range(ceil(draws / FRAMES)):
                chosen = random.integers(examples, size=size)
                if sorted:
                    chosen = random.integers(examples - size + 1) + np.arange(size)
                squares[name].append(((gradient(x[chosen], y[chosen]) - full) ** 2).sum())
        distance = {name: float(np.sqrt(np.mean(values))) for name, values in squares.items()}
        scaled = {name: distance[name] * size**0.5 for name, size in names.items()}
        yield Plot("distance", frame * ceil(draws / FRAMES), distance, log=True)
        yield Bars("times-root", scaled, of=max(scaled.values()))

    for name, size in names.items():
        measured = {"error": round(distance[name], 2), "sigma": round(distance["of-1"] / size**0.5, 2)}
        yield Row("end", {"size": size, **measured, "updates": ceil(examples / size)})
    model.compile("sgd", "mse")
    model.fit(x, y, batch_size=SIZES[-1], epochs=EPOCHS, verbose=0)
    updates, rounded = int(model.optimizer.iterations), EPOCHS * ceil(examples / SIZES[-1])
    numbers = {"epochs": EPOCHS, "size": SIZES[-1], "examples": examples, "updates": updates, "rounded": rounded}
    yield Say("fit", numbers)

    slope = np.polyfit(np.log(SIZES), np.log(list(distance.values())), 1)[0]
    ratio = distance["of-64"] / distance["of-256"]
    yield Verdict(
        holds=bool(abs(slope + 0.5) < 0.05 and 1.75 < ratio < 2.3 and updates == rounded),
        observed=FALLS[int(np.log2(ratio).round().clip(0, 2))],
        numbers={
            "small": distance["of-64"], "large": distance["of-256"], "ratio": ratio, "slope": slope,
            "lowest": min(scaled.values()), "highest": max(scaled.values()),
        },
    )  # fmt: skip
