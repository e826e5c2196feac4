"""Dropout corrects itself in training, by 1 / (1 - rate); at inference it returns its input bit for bit.

In training Keras's Dropout sets each value to zero with the probability `rate` and multiplies the others by
1 / (1 - rate). The expected value of each stays what it was, (1 - rate) 1 / (1 - rate) = 1, so nothing is left to
correct at inference. (The paper of 2014 did it the other way round: survivors as they are, weights times the
probability of survival at test time. Its p is that probability, not the share that is dropped.)

A million ones go through the layer. The share of zeros and the mean must be within five standard deviations of `rate`
and 1, where one is sqrt(rate (1 - rate) / n) for the share and sqrt(rate / (1 - rate) / n) for the mean.

Only the mean is kept. Values with mean 0 and variance 1 come out with the variance 1 / (1 - rate); the ReLU of a sum
of 100 of them, divided by 10, has the mean 1 / sqrt(2 pi) at inference and nearly sqrt(1 / (1 - rate)) times as much
in training.

The control asks for training=True at inference too, as Monte Carlo dropout does: then the output is not the input.

Sources: Keras 3.15.1, keras/src/layers/regularization/dropout.py, call; N. Srivastava et al., Dropout: A Simple Way to
Prevent Neural Networks from Overfitting, JMLR 15, 2014, section 4.

    mlquiz demo dropout --rate 0.8
    mlquiz demo dropout --sweep rate=0.1:0.9:9
"""

from typing import Annotated

import keras
import numpy as np

from mlquiz.lab import Bars, Between, Events, Plot, Row, Verdict

QUESTIONS = ["dropout-inference"]
CONTROL = {"monte_carlo": True}
PREDICTION = {"choice": ["inverted", "original", "kept", "always"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"mean": "mean", "variance": "variance", "relu": "relu"}

FRAMES, INPUTS = 40, 100
QUANTITIES = ["zeros", "factor", "mean", "variance", "relu"]


def measured(ones, noise):
    """What came out of ones and of values with mean 0 and variance 1."""
    sums = noise.reshape(-1, INPUTS).sum(axis=1) / np.sqrt(INPUTS)
    return (
        100 * np.mean(ones == 0),
        ones.max(),
        np.mean(ones, dtype="float64"),
        np.mean(noise**2),
        np.mean(sums * (sums > 0)),
    )


def expected(rate):
    """The same by theory, in training."""
    return 100 * rate, 1 / (1 - rate), 1.0, 1 / (1 - rate), 1 / np.sqrt(2 * np.pi * (1 - rate))


def run(
    rate: Annotated[float, Between(0.05, 0.9)] = 0.4,
    values: Annotated[int, Between(40_000, 2_000_000)] = 1_000_000,
    monte_carlo: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Bars("outputs", {"0": 0}, of=values)

    layer, random = keras.layers.Dropout(rate, seed=seed), np.random.default_rng(seed)
    size = INPUTS * -(-values // (FRAMES * INPUTS))
    ones = np.ones(size, "float32")
    frames, changed = {"training": [], "inference": []}, 0
    for n in range(size, FRAMES * size + 1, size):
        noise = random.normal(size=size).astype("float32")
        for mode, training in (("training", True), ("inference", monte_carlo)):
            outputs = layer(noise, training=training).numpy()
            frames[mode].append(measured(layer(ones, training=training).numpy(), outputs))
        changed += int(np.sum(outputs != noise))  # at inference
        zeros, factor, mean, variance, relu = np.mean(frames["training"], axis=0)
        dropped = round(n * zeros / 100)
        yield Bars("outputs", {"0": dropped, f"{factor:.4g}": n - dropped}, of=n)
        error = np.sqrt(rate / (1 - rate) / n)  # the standard deviation of the mean
        yield Plot("running", n, {"mean": mean, "above": 1 + 2 * error, "below": 1 - 2 * error})

    table = np.mean(frames["training"], axis=0), np.mean(frames["inference"], axis=0), expected(rate)
    for quantity, training, inference, theory in zip(QUANTITIES, *table):
        yield Row("table", {"quantity": quantity, "training": training, "inference": inference, "theory": theory})

    share_error = 100 * np.sqrt(rate * (1 - rate) / n)
    share_right, dropped_is_kept = (abs(zeros - 100 * share) < 5 * share_error for share in (rate, 1 - rate))
    scaled = abs(factor - 1 / (1 - rate)) < 1e-5
    mean_kept = abs(mean - 1) < 5 * error
    seen = "always" if changed else "inverted" if share_right and scaled else "kept" if dropped_is_kept else "original"
    yield Verdict(
        holds=bool(seen == "inverted" and mean_kept),
        observed=seen,
        numbers={
            "rate": rate, "values": n, "zeros": zeros, "factor": factor, "mean": mean, "changed": changed,
            "variance": variance, "relu": relu, "relu_inference": table[1][-1],
        },
    )  # fmt: skip
