"""In training batch norm adds noise to every example: sqrt((1 + x^2 / 2) / B) for a value x in batches of B.

The same example falls into another batch each time, and is normalized with the mean and the variance of that batch.
The mean of B draws scatters with variance 1/B, their standard deviation with 1/(2B); the second multiplies x, so the
output (x - mean) / deviation has variance (1 + x^2 / 2) / B, in units of the feature's own deviation. Four times the
batch, half the noise; and an example far from the mean gets more of it. The formula is for large B: in batches of
four, where the example itself makes a quarter of the statistics, there is less.

This is what is meant by batch norm as a regularizer: noise whose strength is set by the batch size, which one chooses
for other reasons. It is no penalty on weights, and at inference it is gone: that is the control.

Every feature is normalized by itself, so a thousand batches fit into one call: each column is a batch of its own.

Sources: Keras 3.15.1, keras/src/layers/normalization/batch_normalization.py, call; S. Ioffe, C. Szegedy, Batch
Normalization, 2015, section 3.4; M. Teye, H. Azizpour, K. Smith, Bayesian Uncertainty Estimation for Batch Normalized
Deep Networks, ICML 2018.

    mlquiz demo batch-norm-noise --scale 2
    mlquiz demo batch-norm-noise --scale 0
"""

from typing import Annotated

import keras
import numpy as np

from mlquiz.lab import Bars, Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["batch-norm-regularizer"]
CONTROL = {"training": False}
PREDICTION = {"choice": ["half", "quarter", "same", "none"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"small": "of-64", "large": "of-256"}

SIZES = [4, 16, 64, 256]
FRAMES = 40
FALLS = {0: "same", 1: "half", 2: "quarter"}  # by this power of two when the batch is four times as large


def outputs(example, size, batches, training, random):
    """What batch norm makes of the example in so many random batches; row: batch, column: feature."""
    x = random.normal(size=(size, batches * len(example))).astype("float32")
    x[0] = np.tile(example, batches)
    return keras.layers.BatchNormalization()(x, training=training)[0].numpy().reshape(batches, -1)


def noise_in(rows):
    """The standard deviation over the rows, as root mean square over the columns, without the last bit's rounding."""
    return round(float(np.sqrt((rows - rows[0]).var(axis=0).mean())), 6)


def run(
    scale: Annotated[float, Between(0.0, 2.0)] = 1.0,
    features: Annotated[int, Between(1, 16)] = 6,
    batches: Annotated[int, Between(400, 4000)] = 1000,
    training: bool = True,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    names = {f"of-{size}": size for size in SIZES}
    yield Bars("noise", dict.fromkeys(names, 0.0), of=1)
    random = np.random.default_rng(seed)
    example = (scale * random.normal(size=features)).astype("float32")
    seen = {name: [] for name in names}
    for frame in range(1, FRAMES + 1):
        for name, size in names.items():
            seen[name].append(outputs(example, size, -(-batches // FRAMES), training, random))
        noise = {name: noise_in(np.concatenate(rows)) for name, rows in seen.items()}
        yield Plot("output", frame, {name: rows[-1][-1, 0] for name, rows in seen.items()})
        yield Bars("noise", noise, of=1)

    formula = {name: float(np.sqrt((1 + (example**2).mean() / 2) / size)) for name, size in names.items()}
    for name, size in names.items():
        measured = {"deviation": noise[name], "formula": formula[name], "times-root": noise[name] * size**0.5}
        yield Row("end", {"size": size, **{key: round(value, 3) for key, value in measured.items()}})
    yield Say("far", {"example": example[0], "batches": sum(map(len, seen[name]))})

    small, large = noise["of-64"], noise["of-256"]
    ratio = small / large if large else 1.0
    off = max(abs(noise[name] / formula[name] - 1) for name in ("of-64", "of-256"))
    yield Verdict(
        holds=bool(1.8 < ratio < 2.2 and off < 0.1),
        observed=FALLS[int(np.log2(ratio).round().clip(0, 2))] if large else "none",
        numbers={"small": small, "large": large, "ratio": ratio, "formula": formula["of-64"], "off": 100 * off},
    )
