"""Double descent: the error on new data peaks where the model can just fit every example, and falls again beyond.

Least squares on the outputs of random ReLUs that nobody trains, 40 examples with noise, 60 draws. The weights are found
by singular values: with features = u s v', a direction gets the weight (u' y) / s. Where there are as many features as
examples, exactly one set of weights fits all the examples, noise included, and the smallest s is close to zero: the
weights explode, and with them the error between the examples. With more features the smallest s grows again, and of the
many exact fits this formula takes the one of least norm, as gradient descent from zero would. A further feature can
only shorten that one, for it may be left unused: once a draw is fitted exactly, its weights never get longer.

A penalty l on the squared weights replaces 1 / s by s / (s^2 + l), which is never large. The peak is gone: the control.

Sources: M. Belkin et al., Reconciling modern machine-learning practice and the classical bias-variance trade-off, PNAS
116(32), 2019, arXiv 1812.11118; P. Nakkiran et al., Optimal Regularization Can Mitigate Double Descent, ICLR 2021.

    mlquiz demo double-descent --noise 0.5
    mlquiz demo double-descent --sweep examples=10:80:8
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Mark, Plot, Row, Say, Verdict

QUESTIONS = ["double-descent"]
CONTROL = {"l2": 0.3}
PREDICTION = {"choice": ["rises", "peak", "falls"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"features": "at-peak"}

DRAWS, INPUTS, NEW = 60, 5, 100
SHARES = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.1, 1.15, 1.2, 1.3, 1.5, 2, 2.5, 3, 4, 5]
FAR = 10  # times as many features as examples
STANDS_OUT = 3  # a peak is so many times as high as the valleys on its sides


def truth(x):
    return np.sin(x[..., :1]) + x[..., 1:2] / 2


def random_relus(width, seed):
    """A hidden layer for each draw, with weights that stay as they were drawn."""
    generator = keras.random.SeedGenerator(seed)
    kernel = keras.random.normal((DRAWS, INPUTS, width), stddev=INPUTS**-0.5, dtype="float64", seed=generator)
    bias = keras.random.normal((DRAWS, 1, width), stddev=0.5, dtype="float64", seed=generator)
    return lambda x: keras.ops.relu(x @ kernel + bias).numpy()


def least_squares(features, y, l2):
    """The weights of least norm, or with a penalty on their squares; and the smallest singular value."""
    s, u, v = (tensor.numpy() for tensor in tf.linalg.svd(features))
    solvable = s > 1e-10 * s.max()
    gain = np.where(solvable, s / np.where(solvable, s**2 + l2, 1), 0)
    return v @ (gain[..., None] * (u.swapaxes(1, 2) @ y)), s[:, -1]


def draws(random, examples, noise):
    x, x_new = random.normal(size=(DRAWS, examples, INPUTS)), random.normal(size=(DRAWS, NEW, INPUTS))
    return x, truth(x) + noise * random.normal(size=(DRAWS, examples, 1)), x_new


def run(
    examples: Annotated[int, Between(10, 80)] = 40,
    noise: Annotated[float, Between(0.0, 1.0)] = 0.1,
    l2: Annotated[float, Between(0.0, 10.0)] = 0.0,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"draws": DRAWS, "examples": examples, "l2": l2})
    x, y, x_new = draws(np.random.default_rng(seed), examples, noise)
    hidden = random_relus(FAR * examples, seed)
    features, features_new = hidden(x), hidden(x_new)

    new, training, length = {}, {}, {}  # by number of features, for each draw
    widths = sorted({max(1, round(share * examples)) for share in SHARES})
    for width in [*widths, FAR * examples]:
        weights, smallest = least_squares(features[..., :width], y, l2)
        training[width] = np.mean((features[..., :width] @ weights - y) ** 2, axis=(1, 2))
        new[width] = np.mean((features_new[..., :width] @ weights - truth(x_new)) ** 2, axis=(1, 2))
        length[width] = np.linalg.norm(weights, axis=(1, 2))
        if width in widths:
            low, median, high = np.percentile(new[width], [25, 50, 75])
            yield Plot("error", width, {"median": median, "low": low, "high": high}, log=True)
            yield Plot("inside", width, {"length": np.median(length[width]), "smallest": np.median(smallest)}, log=True)

    yield Mark("error", examples, "examples")

    medians = {width: np.median(errors) for width, errors in new.items()}
    peak = max(widths[2:], key=medians.get)
    valley = min(widths[: widths.index(peak)], key=medians.get)
    for width in (valley, examples, widths[-1], FAR * examples):
        figures = {"training": round(np.median(training[width]), 9), "new": medians[width]}
        yield Row("end", {"features": width, **figures, "length": np.median(length[width])})

    fits = np.array([training[width] < 1e-12 for width in widths])[:-1]
    shorter = np.diff([length[width] for width in widths], axis=0) < 1e-6
    height = medians[peak] / max(medians[valley], medians[widths[-1]])
    numbers = {
        "features": peak, "examples": examples, "peak": medians[peak], "valley": valley, "before": medians[valley],
        "last": widths[-1], "after": medians[widths[-1]], "height": height, "equal": medians[examples], "draws": DRAWS,
        "shorter": np.sum(np.all(shorter | ~fits, axis=0)),
    }  # fmt: skip
    if fits.any():
        yield Say("shorter", numbers)
    peaks = height >= STANDS_OUT
    unclear = 1.5 < height < STANDS_OUT or (peaks and 0 < abs(peak - examples) <= 0.1 * examples)
    shape = "peak" if peaks else "falls" if medians[widths[-1]] < medians[valley] else "rises"
    holds = None if unclear else bool(peaks and peak == examples)
    yield Verdict(holds, observed=None if unclear else shape, numbers=numbers)
