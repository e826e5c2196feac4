"""A learning rate 6.5 times too large for the start works once a warm-up has led to where it is not too large.

The loss (u v - 1)^2 / 2 is a valley along the curve u v = 1. Its curvature, the largest eigenvalue of the Hessian, is
26 at u = v = 3 and 2 at the flattest minimum, u = v = 1. A rate is stable up to about 2 / curvature: 0.077 at the
start, 1 at the end. Nine starts near (3, 3) take SGD's steps with the full rate at once, and nine more from the same
points with a linear warm-up. At once, the first step overshoots the valley by so much that it lands where it is steeper
still. With the warm-up, the rate grows while the curvature falls, and lr curvature / 2 never comes near 1.

Keras writes the warm-up as part of a schedule, CosineDecay(0.0, ..., warmup_target=lr, warmup_steps=n): the rate at
step t is lr t / n. The counter starts at 0, so the first of all updates has the rate 0 and moves nothing.

From (1.2, 1.2) the full rate is stable at once, and nothing is left for a warm-up to repair: that is the control.

Sources: J. Gilmer et al., A Loss Curvature Perspective on Training Instabilities of Deep Learning Models, ICLR 2022;
P. Goyal et al., Accurate, Large Minibatch SGD: Training ImageNet in 1 Hour, 2017, section 2.2; Keras 3.15.1,
keras/src/optimizers/schedules/learning_rate_schedule.py, CosineDecay.

    mlquiz demo warmup --warmup 3
    mlquiz demo warmup --start 1.2
    mlquiz demo warmup --sweep lr=0.05:0.8:16
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["warmup-why", "linear-warmup-value"]
CONTROL = {"start": 1.2}
PREDICTION = {"choice": ["zero", "later", "hovers"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"exploded": "once", "warm_exploded": "warm"}

STARTS = 9
SHARES = np.array([[0.2], [0.4], [0.6], [1.0]], "float32")  # of lr: four rates are tried side by side
ZERO, LOST = 1e-6, 1e6  # a loss below has arrived, one above has exploded
CUT = 2.0  # where the plotted products are cut off


def descend(rate, schedule, start, steps):
    """The path of u and v from all starts under SGD on (u v - 1)^2 / 2, at `rate` times the schedule."""
    weights = keras.Variable(start)
    optimizer = keras.optimizers.SGD(schedule)
    optimizer.build([weights])

    @tf.function
    def all_steps():
        path = tf.TensorArray("float32", size=steps)
        for step in tf.range(steps):
            u, v = weights.value[0], weights.value[1]
            optimizer.apply([rate * (u * v - 1) * tf.stack([v, u])], [weights])
            path = path.write(step, weights.value)
        return path.stack()

    path = np.concatenate([start[None], all_steps().numpy()])
    return np.clip(np.nan_to_num(path, nan=LOST), -LOST, LOST)


def loss(u, v):
    return np.clip((u * v - 1) ** 2 / 2, 1e-12, LOST)


def curvature(u, v):
    """The larger eigenvalue of the Hessian [[v^2, 2 u v - 1], [2 u v - 1, u^2]]."""
    return (u**2 + v**2) / 2 + np.hypot((u**2 - v**2) / 2, 2 * u * v - 1)


def run(
    lr: Annotated[float, Between(0.05, 1.0)] = 0.5,
    warmup: Annotated[int, Between(1, 100)] = 20,
    start: Annotated[float, Between(1.1, 4.0)] = 3.0,
    steps: Annotated[int, Between(40, 200)] = 60,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    starts = start * np.random.default_rng(seed).uniform(0.95, 1.05, size=(2, 1, STARTS))
    starts = np.repeat(starts, len(SHARES), axis=1).astype("float32")  # u and v, rate, start
    yield Plot("loss", 0, dict.fromkeys(["once", "warm"], np.median(loss(*starts))), log=True)

    ramp = keras.optimizers.schedules.CosineDecay(0.0, decay_steps=10**9, warmup_target=1.0, warmup_steps=warmup)
    shares = {"once": np.ones(steps), "warm": np.minimum(1, np.arange(steps) / warmup)}
    paths = {"once": descend(SHARES * lr, 1.0, starts, steps), "warm": descend(SHARES * lr, ramp, starts, steps)}
    full = {name: path[:, :, -1] for name, path in paths.items()}  # at the rate lr itself
    product = {
        name: [share * lr * np.median(curvature(*weights)) / 2 for share, weights in zip(shares[name], path)]
        for name, path in full.items()
    }
    for step in range(1, steps + 1):
        yield Plot("loss", step, {name: np.median(loss(*path[step])) for name, path in full.items()}, log=True)
        yield Plot("product", step, {name: min(CUT, along[step - 1]) for name, along in product.items()})

    limit = 2 / np.median(curvature(*starts))
    ends = {name: loss(*path[-1]) for name, path in paths.items()}
    for row, rate in enumerate(lr * SHARES[:, 0]):
        cells = {"rate": rate, "times": rate / limit}
        for name, end in ends.items():
            cells |= {f"{name}-exploded": np.sum(end[row] == LOST), f"{name}-arrived": np.sum(end[row] < ZERO)}
        yield Row("rates", cells)

    numbers = {
        "lr": lr, "warmup": warmup, "steps": steps, "starts": STARTS, "limit": limit, "times": lr / limit,
        "last": 2 / np.median(curvature(*full["warm"][-1])), "peak": min(1000.0, max(product["warm"])),
        "exploded": cells["once-exploded"], "arrived": cells["once-arrived"],
        "warm_exploded": cells["warm-exploded"], "warm_arrived": cells["warm-arrived"],
    }  # fmt: skip
    yield Say("limits", numbers)
    half, moved = warmup // 2, np.abs(full["warm"][1] - full["warm"][0]).max()
    yield Say("ramp", {"half": half, "keras": lr * float(ramp(half)), "formula": lr * half / warmup, "moved": moved})
    decided = all(cells[f"{name}-exploded"] + cells[f"{name}-arrived"] == STARTS for name in ends)
    yield Verdict(
        holds=bool(numbers["exploded"] == numbers["warm_arrived"] == STARTS) if decided else None,
        observed=("later" if numbers["warm_exploded"] else "zero") if decided else None,
        numbers=numbers,
    )
