"""Momentum widens the range of stable learning rates, to (2 + 2 b) / L; Nesterov's momentum narrows it.

Under a constant gradient g the velocity of Keras, v = b v - lr g, grows towards lr g / (1 - b), ten times the plain
step at b = 0.9, so one expects momentum to need a smaller rate. But a rate is too large when the weight jumps over the
minimum to a point as far away, and there the gradient changes its sign at every step. In a velocity such gradients
cancel: v (1 + b) = -lr g, the step is 1 / (1 + b) of the plain one, and 2 / L becomes 2 (1 + b) / L. Nesterov's step
is b v - lr g, which for the same gradient is (1 + 2 b) / (1 + b) of the plain one: more than 1, and 2 / L becomes
2 (1 + b) / ((1 + 2 b) L). At b = 0.9 the limits are 2, 3.8 and 1.357, in units of 1 / L.

All rates from 0.01 to 4.2 learn at once, each on its own weight: SGD's rate is 1, and the gradient of a weight is
rate * w, as for a bowl of curvature 1. The limit is the last rate at which the weight has come closer to the minimum.

The first three steps under a constant gradient start from rest: 3 + 2 b + b^2 plain steps with momentum, 3 + 3 b +
2 b^2 + b^3 with Nesterov's.

Sources: Keras 3.15.1, keras/src/optimizers/sgd.py, update_step; B. Polyak, Some Methods of Speeding Up the Convergence
of Iteration Methods, 1964; G. Goh, Why Momentum Really Works, Distill 2017.

    mlquiz demo momentum --momentum 0.5
    mlquiz demo momentum --sweep momentum=0:0.95:20
    mlquiz demo momentum --sweep lr=0.1:4.2:42
"""

import itertools
from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Mark, Plot, Row, Verdict

QUESTIONS = ["momentum-step"]
CONTROL = {"momentum": 0.0}
PREDICTION = {"order": ["plain", "heavy", "nesterov"]}
SEEDS = [0, 1, 2, 3, 4]

RATES = np.arange(1, 421) / 100  # in units of 1 / L
FRAMES = 40


def optimizers(lr, momentum):
    sgd = keras.optimizers.SGD
    return {"plain": sgd(lr), "heavy": sgd(lr, momentum), "nesterov": sgd(lr, momentum, nesterov=True)}


def limits(b):
    """The closed forms of the largest stable rates."""
    return {"plain": 2, "heavy": 2 + 2 * b, "nesterov": (2 + 2 * b) / (1 + 2 * b)}


def three_steps(b):
    """How many plain steps the first three amount to, under a constant gradient."""
    return {"plain": 3, "heavy": 3 + 2 * b + b**2, "nesterov": 3 + 3 * b + 2 * b**2 + b**3}


def descend(optimizer, rates, start, stride):
    """Yields the share of the distance that is left at each rate after each `stride` steps."""
    weights = keras.Variable(np.full(len(rates), start), dtype="float64")
    optimizer.build([weights])

    @tf.function
    def frame():
        for _ in tf.range(stride):
            optimizer.apply([rates * weights.value], [weights])
        return weights.value

    while True:
        yield np.clip(np.nan_to_num(np.abs(frame().numpy() / start), nan=1e6), 1e-6, 1e6)


def train(rates, momentum, steps, seed):
    """Yields a step and what is left there with each optimizer at each rate."""
    start, stride = np.random.default_rng(seed).normal(), -(-steps // FRAMES)
    walks = {name: descend(sgd, rates, start, stride) for name, sgd in optimizers(1.0, momentum).items()}
    for step in range(stride, FRAMES * stride + 1, stride):
        yield step, {name: next(walk) for name, walk in walks.items()}


def pull(optimizer):
    """Yields the weight after each step, from 10 and under a constant gradient of 2."""
    weight = keras.Variable([10.0])
    while True:
        optimizer.apply([tf.constant([2.0])], [weight])
        yield float(weight.numpy()[0])


def run(
    lr: Annotated[float, Between(0.01, 4.2)] = 3.0,
    momentum: Annotated[float, Between(0.0, 0.99)] = 0.9,
    steps: Annotated[int, Between(100, 1000)] = 200,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Plot("watched", 0, dict.fromkeys(PREDICTION["order"], 1.0), log=True)
    for step, left in train(np.append(RATES, lr), momentum, steps, seed):
        yield Plot("watched", step, {name: shares[-1] for name, shares in left.items()}, log=True)
    for at in range(4, len(RATES), 6):
        yield Plot("rates", RATES[at], {name: shares[at] for name, shares in left.items()}, log=True)

    formula, coefficient = limits(momentum), three_steps(momentum)
    measured = {name: RATES[shares[:-1] < 1][-1] for name, shares in left.items()}
    right = True
    for name, sgd in optimizers(0.1, momentum).items():
        yield Mark("rates", formula[name], f"{name}-limit")
        one, two, three = itertools.islice(pull(sgd), 3)
        expected = 10 - 0.1 * 2 * coefficient[name]
        right &= abs(three - expected) < 1e-4 and abs(measured[name] - formula[name]) < 0.0101
        yield Row("table", {
            "method": name, "measured": measured[name], "limit": formula[name],
            "one": one, "two": two, "three": three, "expected": expected,
        })  # fmt: skip

    tells = momentum ** (step / 2) < 0.01  # what is left of a swing: else too few steps
    smallest_first = sorted(measured, key=measured.get)
    yield Verdict(
        holds=bool(right and measured["nesterov"] < measured["plain"] < measured["heavy"]) if tells else None,
        observed=",".join(smallest_first) if tells and len(set(measured.values())) == 3 else None,
        numbers=measured | {f"{name}_limit": limit for name, limit in formula.items()} | {"b": momentum, "steps": step},
    )


def sweep(parameter, values, **settings):
    if parameter == "lr":  # all in one training
        settings.pop("lr")
        *_, (_, left) = train(np.array(values), **settings)
        for at, rate in enumerate(values):
            yield Plot(parameter, rate, {name: shares[at] for name, shares in left.items()}, log=True)
    else:
        for value in values:
            *_, verdict = run(**settings | {parameter: value})
            yield Plot(parameter, value, {name: verdict.numbers[name] for name in PREDICTION["order"]})
