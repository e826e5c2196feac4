"""An L2 penalty raises the error in training and lowers it on new data; it shortens the weights and makes none zero.

A linear regression with 25 weights learns from 30 examples with noise of variance 1. Without a penalty it follows the
noise, and for that it needs long weights in those directions in which the inputs hardly vary. The penalty charges for
length. Along a principal direction of the inputs with the sum of squares d^2 it leaves the share

    d^2 / (d^2 + n l)

of what least squares would fit (Keras's loss is the mean over n examples plus l times the sum of squares). Strong
directions stay, weak ones, where most of the noise is, nearly go. The sum of the shares is the effective number of
parameters. The demo measures the shares on the weights that Keras has found, and holds their sum against the formula.
Beyond the best penalty the error on new data rises again: bias. With plenty of data there is no variance to save and
the bias is all that is left, which is the control.

The error on new data is exact: inputs are standard normal, so it is noise^2 + |w - true w|^2.

Sources: Keras 3.15.1, keras/src/regularizers/regularizers.py, L2.__call__; T. Hastie, R. Tibshirani, J. Friedman, The
Elements of Statistical Learning, 2nd ed., 2009, section 3.4.1, equations 3.47 and 3.50.

    mlquiz demo ridge --l2 10
    mlquiz demo ridge --sweep l2=0.01:100:13:log
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Shades, Verdict

QUESTIONS = ["regularization-reduces-overfitting", "why-regularize-weights"]
CONTROL = {"examples": 1000}
PREDICTION = {"choice": ["removed", "shorter", "uniform"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"training": "training", "new": "new"}

WEIGHTS, STEPS, FRAMES, DRAWS = 25, 1000, 40, 50


def draw(random, examples, noise):
    """Inputs, targets, and the weights that made them."""
    true = random.normal(size=(WEIGHTS, 1)) / 5
    x = random.normal(size=(examples, WEIGHTS))
    return x, x @ true + noise * random.normal(size=(examples, 1)), true


def solution(x, y, l2):
    """The minimum of mean squared error + l2 times the sum of squared weights, in closed form."""
    return np.linalg.solve(x.T @ x + len(x) * l2 * np.eye(WEIGHTS), x.T @ y)


def error_on_new_data(weights, true, noise):
    return noise**2 + np.sum((weights - true) ** 2)


def effective_parameters(x, l2):
    squares = np.linalg.svd(x, compute_uv=False) ** 2
    return np.sum(squares / (squares + len(x) * l2))


def learner(x, y, penalties):
    """A layer for each penalty: their kernels, and a function that takes so many steps with all of them."""
    options = {"use_bias": False, "kernel_initializer": "zeros", "dtype": "float64"}
    layers = [keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(l2), **options) for l2 in penalties]
    for layer in layers:
        layer.build(x.shape)
    kernels = [layer.kernel for layer in layers]
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.05, STEPS))
    optimizer.build(kernels)

    @tf.function
    def train(steps):
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = sum(tf.reduce_mean((layer(x) - y) ** 2) + sum(layer.losses) for layer in layers)
            optimizer.apply(tape.gradient(loss, kernels), kernels)

    return kernels, train


def shares_kept(x, y, weights):
    """Of what least squares would fit, along each principal direction of the inputs, the strongest first."""
    directions = np.linalg.svd(x, full_matrices=False)[2]
    return (directions @ weights / (directions @ solution(x, y, 0)))[:, 0]


def on_new_draws(random, examples, noise, l2):
    """Median errors on new data without a penalty and with it, both in closed form, and how often it was better."""
    draws = [draw(random, examples, noise) for _ in range(DRAWS)]
    free, penalized = (
        np.array([error_on_new_data(solution(x, y, penalty), true, noise) for x, y, true in draws])
        for penalty in (0, l2)
    )
    return {"median_free": np.median(free), "median": np.median(penalized), "better": np.sum(penalized < free)}


def run(
    l2: Annotated[float, Between(0.001, 1000.0)] = 1.0,
    examples: Annotated[int, Between(30, 1000)] = 30,
    noise: Annotated[float, Between(0.0, 3.0)] = 1.0,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"weights": WEIGHTS, "examples": examples})
    random = np.random.default_rng(seed)
    x, y, true = draw(random, examples, noise)
    penalties = sorted({0.0, 0.1, l2, 10.0, 100.0})
    kernels, train = learner(tf.constant(x), tf.constant(y), penalties)

    for step in range(0, STEPS + 1, STEPS // FRAMES):
        if step:
            train(tf.constant(STEPS // FRAMES))
        found = {penalty: kernel.numpy() for penalty, kernel in zip(penalties, kernels)}
        new = {penalty: error_on_new_data(weights, true, noise) for penalty, weights in found.items()}
        yield Plot("new-error", step, {f"L2({penalty:g})": round(error, 2) for penalty, error in new.items()})
        yield Shades("weights", {f"L2({penalty:g})": weights[:, 0] for penalty, weights in found.items()})

    training = {penalty: np.mean((x @ weights - y) ** 2) for penalty, weights in found.items()}
    kept = {penalty: shares_kept(x, y, weights) for penalty, weights in found.items()}
    for penalty, weights in found.items():
        yield Row("end", {
            "penalty": f"L2({penalty:g})", "training": training[penalty], "new": new[penalty],
            "length": np.linalg.norm(weights), "zeros": np.sum(weights == 0),
            "effective": kept[penalty].sum(), "formula": effective_parameters(x, penalty),
        })  # fmt: skip

    numbers = {
        "l2": l2, "free_training": training[0], "training": training[l2], "free_new": new[0], "new": new[l2],
        "weights": WEIGHTS, "zeros": np.sum(found[l2] == 0), "effective": kept[l2].sum(),
        "formula": effective_parameters(x, l2), "strongest": kept[l2][0], "weakest": kept[l2][-1],
    }  # fmt: skip
    yield Say("shares", numbers)
    yield Say("draws", on_new_draws(random, examples, noise, l2) | {"l2": l2, "draws": DRAWS})

    less = new[l2] < new[0] and training[l2] > training[0] and numbers["zeros"] == 0
    agrees = abs(numbers["effective"] - numbers["formula"]) < 0.1
    tells = abs(new[l2] - new[0]) > 0.02 * new[0]
    uniform = numbers["strongest"] < 1.2 * numbers["weakest"]
    observed = "removed" if numbers["zeros"] else "uniform" if uniform else "shorter"
    yield Verdict(bool(less and agrees) if tells else None, observed=observed, numbers=numbers)
