"""Four micro-batches of 16, accumulated, make the update of a batch of 64, unless batch norm or unequal sizes step in.

With gradient_accumulation_steps=4 a Keras optimizer adds up the gradients of four batches, divides by 4, and only then
takes its step. If the loss is a mean over examples, the mean of four means over 16 is the mean over all 64, and so is
its gradient: the weights agree to rounding, update for update. Two things break that:

- Micro-batches of unequal size weigh the same. With 20, 20, 20 and 4 an example of the last counts five times as much
  as one of the others. (Padded sequences do it silently: what counts is the number of real tokens.)
- Batch norm takes mean and variance from 16 examples at a time, so what is trained is another function.

All networks start from the same weights and see the same examples in the same order; shown is the largest difference
of any trainable weight from the network that got the large batch. The control puts batch norm into every network.

Sources: Keras 3.15.1, keras/src/optimizers/base_optimizer.py, _backend_apply_gradients; Hugging Face, Fixing Gradient
Accumulation, 2024.

    mlquiz demo gradient-accumulation --last 16
    mlquiz demo gradient-accumulation --optimizer adam --lr 0.01
"""

from collections import Counter
from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Matching, Plot, Row, Say, Verdict

QUESTIONS = ["gradient-accumulation"]
CONTROL = {"batch_norm": True}
PREDICTION = {"choice": ["all", "unequal", "equal", "neither"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"equal": "equal", "unequal": "unequal", "norm": "batch-norm"}

MICRO = 16
SAME, OTHER = 1e-4, 1e-3  # a difference that is rounding, and one that is not
ALIKE = {(True, True): "all", (True, False): "unequal", (False, False): "equal"}  # (unequal, batch norm), if equal is


def learner(sizes, batch_norm, optimizer, lr, seed):
    """A function that makes one update, from a batch in parts of these sizes, and its optimizer."""
    keras.utils.set_random_seed(seed)  # all networks start from the same weights
    layers = [keras.layers.Dense(16, activation="relu"), keras.layers.BatchNormalization(), keras.layers.Dense(1)]
    model = keras.Sequential([keras.Input((8,)), *(layers if batch_norm else layers[::2])])
    kind = {"sgd": keras.optimizers.SGD, "adam": keras.optimizers.Adam}[optimizer]
    optimizer = kind(lr, gradient_accumulation_steps=len(sizes) if len(sizes) > 1 else None)
    optimizer.build(model.trainable_variables)

    @tf.function
    def update(x, y):
        for inputs, targets in zip(tf.split(x, sizes), tf.split(y, sizes)):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(inputs, training=True) - targets) ** 2)
            optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
        return tf.concat([tf.reshape(variable, [-1]) for variable in model.trainable_variables], axis=0)

    return update, optimizer


def one_digit(value):
    return float(f"{value:.1g}")


def run(
    parts: Annotated[int, Between(2, 8)] = 4,
    last: Annotated[int, Between(1, 16)] = 4,
    batch_norm: bool = False,
    optimizer: Annotated[str, Matching("sgd|adam", "adam")] = "sgd",
    lr: Annotated[float, Between(0.001, 0.1)] = 0.05,
    updates: Annotated[int, Between(10, 200)] = 40,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    batch = parts * MICRO
    yield Say("start", {"batch": batch, "parts": parts, "micro": MICRO})
    equal = [MICRO] * parts
    unequal = [*map(len, np.array_split(np.arange(batch - last), parts - 1)), last]
    ways = {
        "large": ([batch], batch_norm), "equal": (equal, batch_norm), "unequal": (unequal, batch_norm),
        "large-norm": ([batch], True), "batch-norm": (equal, True),
    }  # fmt: skip
    learners = {name: learner(sizes, norm, optimizer, lr, seed) for name, (sizes, norm) in ways.items()}
    random, differences = np.random.default_rng(seed), []
    for now in range(1, updates + 1):
        x = random.normal(size=(batch, 8))
        y = np.sin(2 * x[:, :1]) + x[:, 1:2] * x[:, 2:3]
        weights = {
            name: update(tf.constant(x, "float32"), tf.constant(y, "float32")) for name, (update, _) in learners.items()
        }
        pairs = {"equal": "large", "unequal": "large", "batch-norm": "large-norm"}
        differences.append({name: float(abs(weights[name] - weights[of]).numpy().max()) for name, of in pairs.items()})
        yield Plot("difference", now, {name: max(value, 1e-9) for name, value in differences[-1].items()}, log=True)

    worst = {name: max(difference[name] for difference in differences) for name in pairs}
    for name in pairs:
        sizes = " + ".join(f"{count}×{size}" for size, count in Counter(ways[name][0]).items())
        cells = {"sizes": sizes, "first": one_digit(differences[0][name]), "worst": one_digit(worst[name])}
        yield Row("end", {"way": name, **cells, "iterations": int(learners[name][1].iterations)})
    same = {name: value < SAME for name, value in worst.items()}
    unclear = any(SAME <= value < OTHER for value in worst.values())
    observed = ALIKE.get((same["unequal"], same["batch-norm"])) if same["equal"] else "neither"
    yield Verdict(
        holds=None if unclear else same["equal"] and not same["unequal"] and not same["batch-norm"],
        observed=None if unclear else observed,
        numbers={
            "equal": worst["equal"], "unequal": worst["unequal"], "norm": worst["batch-norm"],
            "last": last, "updates": updates,
        },
    )  # fmt: skip
