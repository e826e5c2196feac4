"""Training with MSE finds the mean, with MAE the median: an outlier moves only the first.

A model of one weight, its answer to everything, is trained on the five targets 1, 2, 3, 4 and 100. Each target pulls
the constant towards itself with the slope of its term in the loss. Under the squared error the pull grows with the
distance, and the pulls cancel at the mean, 22. Under the absolute error each pulls with 1, however far away it is, and
the pulls cancel where as many targets lie above as below: at the median, 3. Where the fifth lies does not matter to it.

That is so as long as fewer than half of the targets are outliers. With three of five the median is an outlier itself,
which is the control.

What an outlier cannot do to the fit it still does to the measure: the MAE is a mean, and one error of 101 among four of
1 takes it from 1 to 21. The MSE goes from 1 to 2041; the median of the absolute errors stays 1.

Sources: Keras 3.15.1, keras/src/losses/losses.py, mean_absolute_error and mean_squared_error; I. Goodfellow, Y. Bengio,
A. Courville, Deep Learning, 2016, section 6.2.1.2.

    mlquiz demo mae --outlier 1000
    mlquiz demo mae --sweep outliers=1:4:4
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["mae-optimum", "mae-outliers"]
CONTROL = {"outliers": 3}
PREDICTION = {"number": "mae-constant"}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"mse": "mse", "mae": "mae"}

TARGETS = [1.0, 2.0, 3.0, 4.0, 5.0]
LOSSES = {"mse": keras.losses.mean_squared_error, "mae": keras.losses.mean_absolute_error}
PLACES, STEPS, FRAMES = 21, 600, 40


def with_outliers(outliers, place):
    """The targets, the last so many of them moved to this place."""
    return TARGETS[: len(TARGETS) - outliers] + [place] * outliers


def learner(loss, targets, start, rate):
    """A function that takes so many steps and gives the constants, one for each row of targets."""
    constants = keras.Variable(np.full((len(targets), 1), start), dtype="float64")
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, STEPS))
    optimizer.build([constants])

    @tf.function
    def train(steps):
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                value = tf.reduce_sum(loss(targets, constants + tf.zeros_like(targets)))
            optimizer.apply(tape.gradient(value, [constants.value]), [constants])
        return constants.value

    return lambda steps: train(tf.constant(steps)).numpy()[:, 0]


def run(
    outlier: Annotated[float, Between(5.0, 1000.0)] = 100.0,
    outliers: Annotated[int, Between(1, 4)] = 1,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    start = np.random.default_rng(seed).uniform(5, 15)
    yield Plot("constant", 0, dict.fromkeys(LOSSES, start))
    places = np.linspace(TARGETS[-1], outlier, PLACES)  # all of them learn together; the last one is shown
    targets = np.array([with_outliers(outliers, place) for place in places])
    learners = {name: learner(loss, tf.constant(targets), start, outlier / 100) for name, loss in LOSSES.items()}

    for step in range(0, STEPS, STEPS // FRAMES):
        constants = {name: train(STEPS // FRAMES) for name, train in learners.items()}
        yield Plot("constant", step + STEPS // FRAMES, {name: found[-1] for name, found in constants.items()})
    for place, *found in zip(places, *constants.values()):
        yield Plot("moved", place, dict(zip(LOSSES, found)))

    for error in (1.0, outlier + 1, 10 * outlier + 1):
        errors = np.array([1, 1, 1, 1, error])
        measured = {name: float(loss(errors, np.zeros(5))) for name, loss in LOSSES.items()}
        cells = {"error": error, **measured, "median": np.median(errors)}
        yield Row("measure", {name: int(cell) if cell == int(cell) else cell for name, cell in cells.items()})

    mean, median = targets[-1].mean(), np.median(targets[-1])
    mse, mae = (found[-1] for found in constants.values())
    moved = {f"{name}_moved": abs(found[-1] - found[0]) for name, found in constants.items()}
    numbers = {"mse": mse, "mae": mae, "mean": mean, "median": median, "outlier": outlier, **moved}
    yield Say("scores", {"at_mae": np.abs(targets[-1] - mae).mean(), "at_mse": np.abs(targets[-1] - mse).mean()})
    arrived = max(abs(mse - mean), abs(mae - median)) < 0.01 * outlier
    tells = arrived and outlier > 2 * TARGETS[-1]  # else nothing lies far out
    yield Verdict(
        holds=bool(moved["mae_moved"] < 0.1 * moved["mse_moved"]) if tells else None,
        observed=mae if arrived else None,
        numbers=numbers,
    )
