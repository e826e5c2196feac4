"""Gradient descent on a quadratic has one sharp limit, lr = 2 / L: below it converges, above it explodes.

L is the curvature, the second derivative of the loss. A step multiplies the distance to the minimum by 1 - lr L, so
after n steps |1 - lr L|^n of it is left: at 0.99 of the limit 0.98^n, at the limit 1 (the weight jumps from side to
side for ever), at 1.01 of it 1.02^n. Hovering around the minimum is that one point; on either side of it the distance
shrinks or grows geometrically. From half the limit up every step overshoots, and yet below the limit all converge.

The mean squared error of Keras has no factor 1/2: for the line y = w x it has L = 2 mean(x^2), and the limit is
1 / mean(x^2), half of what the textbook's loss with 1/2 allows.

A network has another L at every point. L at the start (the largest eigenvalue of the Hessian) still sets the scale:
at 1/4096 of 2 / L next to nothing is learnt, at half of it most, at four times it every run explodes. What
survives at 2 / L itself has moved to where lr L is about 2 again, the edge of stability: what stays near the limit is
the curvature, not the loss.

Sources: Keras 3.15.1, keras/src/losses/losses.py, mean_squared_error; G. Goh, Why Momentum Really Works, Distill 2017;
J. Cohen et al., Gradient Descent on Neural Networks Typically Occurs at the Edge of Stability, ICLR 2021.

    mlquiz demo overshoot --lr 1.01 --seed 3
    mlquiz demo overshoot --sweep lr=0.01:1.2:16
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Mark, Plot, Row, Say, Verdict

QUESTIONS = ["learning-rate-too-large", "learning-rate-threshold"]
CONTROL = {"lr": 0.99}
PREDICTION = {"choice": ["falls", "hovers", "explodes"]}
SEEDS = [0, 1, 2, 3, 4]

POWERS = [-12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3]  # the network's rates: 2^power of its 2 / L
WATCHED = {"least": -12, "sixteenth": -4, "half": -1, "at": 0, "four": 2}  # the ones that get a curve
LOST = 10.0  # a network with this loss has exploded; one that always answers 0 has 0.48
FRAMES = 40


def left_after(steps, multiple):
    """The closed form |1 - lr L|^n at lr = multiple * 2 / L."""
    return abs(1 - 2 * multiple) ** steps


def fate(left):
    """What became of a distance that was 1 at the start."""
    if 0.1 <= left <= 10:
        return "hovers" if abs(left - 1) < 1e-6 else "undecided"
    return "falls" if left < 0.1 else "explodes"


def descend(losses, variables, rates, stride, frames=FRAMES):
    """Each replica follows the gradient of its own loss, at its own rate; yields the step, 0 and each `stride` more."""

    @tf.function
    def frame():
        for _ in tf.range(stride):
            with tf.GradientTape() as tape:
                loss = losses()
            for variable, gradient in zip(variables, tape.gradient(loss, variables)):
                variable.assign_sub(rates * gradient)

    yield 0
    for step in range(stride, frames * stride + 1, stride):
        frame()
        yield step


def curvature(losses, variables, iterations=20):
    """The largest eigenvalue of each replica's Hessian, by power iteration: multiply a vector by it again and again."""
    vector = [tf.ones_like(variable) for variable in variables]
    for _ in range(iterations):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as inner:
                loss = losses()
            gradients = inner.gradient(loss, variables)
        product = outer.gradient(gradients, variables, output_gradients=vector)
        length = tf.sqrt(sum(tf.reduce_sum(part**2, axis=[-2, -1], keepdims=True) for part in product))
        vector = [part / length for part in product]
    return length.numpy()


def cut(values, low, high):
    return np.clip(np.nan_to_num(values, nan=high), low, high)


def spread(panel, rate, losses):
    low, median, high = np.quantile(losses, [0, 0.5, 1])
    return Plot(panel, rate, {"lowest": low, "median": median, "highest": high}, log=True)


def network(seed, seeds, multiples, hidden=16):
    """Tanh networks that learn one period of a sine: a grid of rates x seeds, stacked; their rates, their curvature."""
    x = np.linspace(-1.0, 1.0, 32)[:, None]
    glorot = keras.initializers.GlorotUniform(keras.random.SeedGenerator(seed))

    def stack(rows, columns):
        return np.stack([glorot((rows, columns), dtype="float64") for _ in range(seeds)])

    start = [stack(1, hidden), np.zeros((seeds, 1, hidden)), stack(hidden, 1), np.zeros((seeds, 1, 1))]
    variables = [tf.Variable(np.stack([values] * len(multiples))) for values in start]

    def losses():
        kernel, bias, out_kernel, out_bias = variables
        output = tf.tanh(x @ kernel + bias) @ out_kernel + out_bias
        return tf.reduce_mean(keras.losses.mean_squared_error(np.sin(np.pi * x), output), axis=-1)

    at_start = curvature(losses, variables)
    return losses, variables, np.reshape(multiples, (-1, 1, 1, 1)) * 2 / at_start, at_start


def run(
    lr: Annotated[float, Between(0.01, 1.2)] = 1.01,
    steps: Annotated[int, Between(200, 1000)] = 400,
    seeds: Annotated[int, Between(1, 20)] = 9,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    multiples = {"half": 0.5, "below": 0.99, "at": 1.0, "chosen": lr}
    stride = -(-steps // FRAMES)

    # The line y = w x through 32 points, from w = 4: one weight for each multiple of the limit 2 / L.
    x = np.random.default_rng(seed).normal(size=(1, 32))
    limit, weight = 2 / (2 * np.mean(x**2)), tf.Variable(np.full((len(multiples), 1), 4.0))
    rates = limit * np.array(list(multiples.values()))[:, None]
    for step in descend(lambda: keras.losses.mean_squared_error(3 * x, weight * x), [weight], rates, stride):
        left = dict(zip(multiples, np.abs(weight.numpy()[:, 0] - 3.0)))
        yield Plot("line", step, {name: cut(distance, 1e-6, 1e6) for name, distance in left.items()}, log=True)
    fates = {name: fate(distance) for name, distance in left.items()}
    for name, multiple in multiples.items():
        figures = {"measured": left[name], "formula": left_after(step, multiple)}
        yield Row("left", {"multiple": multiple, **figures, "fate": fates[name]})
    yield Say("limit", {"limit": limit, "textbook": 2 * limit})

    losses, variables, rates, at_start = network(seed, seeds, 2.0 ** np.array(POWERS))
    loss_at_start = np.median(losses().numpy())
    for step in descend(losses, variables, rates, stride):
        loss = dict(zip(POWERS, cut(losses().numpy(), 1e-3, LOST)))
        medians = {name: np.median(loss[power]) for name, power in WATCHED.items()}
        yield Plot("network", step, medians, log=True)
    for power in POWERS:
        yield spread("sweep", power, loss[power])
    lost = {power: int(np.sum(replicas >= LOST)) for power, replicas in loss.items()}
    medians |= {"start": loss_at_start, "lost_at_one": lost[0], "lost_at_two": lost[1], "seeds": seeds}
    yield Say("network", medians)
    edge = (curvature(losses, variables) / at_start)[POWERS.index(0), loss[0] < LOST]
    if len(edge):
        yield Say("edge", {"median": np.median(edge), "low": edge.min(), "high": edge.max()})

    expected = {"half": "falls", "below": "falls", "at": "hovers", "chosen": "explodes"}
    tells = "undecided" not in fates.values()
    numbers = {"lr": lr, "steps": step, "survivors": seeds - lost[-1], "lost": lost[2], "seeds": seeds}
    yield Verdict(
        holds=fates == expected and lost[-1] == 0 and lost[2] == seeds if tells else None,
        observed=fates["chosen"] if tells else None,
        numbers=numbers | {name: left[name] for name in ("below", "at", "chosen")},
    )


def sweep(parameter, values, lr, steps, seeds, seed):
    """What the network's loss comes to at each multiple of the limit, all rates and seeds trained at once."""
    if parameter != "lr":
        raise ValueError("only lr can be swept here")
    losses, variables, rates, _ = network(seed, seeds, values)
    list(descend(losses, variables, rates, steps, frames=1))
    for value, loss in zip(values, cut(losses().numpy(), 1e-3, LOST)):
        yield spread("lr", value, loss)
    yield Mark("lr", 1.0, "limit")
