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


def fate(distance):
    """What became of a distance that was 1 at the start."""
    if abs(distance - 1) < 1e-6:
        return "hovers"
    return "falls" if distance < 0.1 else "explodes" if distance > 10 else "undecided"


def descend(losses, variables, rate, stride):
    """A function that takes `stride` steps; each replica follows the gradient of its own loss, at its own rate."""

    @tf.function
    def frame():
        for _ in tf.range(stride):
            with tf.GradientTape() as tape:
                loss = losses()
            for variable, gradient in zip(variables, tape.gradient(loss, variables)):
                variable.assign_sub(rate * gradient)

    return frame


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


def network(seed, seeds, rates, hidden=16):
    """Tanh networks that learn one period of a sine: a grid of rates x seeds, stacked in one graph."""
    x = np.linspace(-1.0, 1.0, 32)[:, None]
    glorot = keras.initializers.GlorotUniform(keras.random.SeedGenerator(seed))

    def stack(rows, columns):
        return np.stack([glorot((rows, columns), dtype="float64") for _ in range(seeds)])

    start = [stack(1, hidden), np.zeros((seeds, 1, hidden)), stack(hidden, 1), np.zeros((seeds, 1, 1))]
    variables = [tf.Variable(np.stack([values] * rates)) for values in start]

    def losses():
        kernel, bias, out_kernel, out_bias = variables
        output = tf.tanh(x @ kernel + bias) @ out_kernel + out_bias
        return tf.reduce_mean(keras.losses.mean_squared_error(np.sin(np.pi * x), output), axis=-1)

    return losses, variables


def run(
    lr: Annotated[float, Between(0.01, 1.2)] = 1.01,
    steps: Annotated[int, Between(200, 1000)] = 400,
    seeds: Annotated[int, Between(1, 20)] = 9,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    multiples = {"half": 0.5, "below": 0.99, "at": 1.0, "chosen": lr}
    yield Plot("line", 0, dict.fromkeys(multiples, 1.0), log=True)
    stride = -(-steps // FRAMES)
    frames = range(stride, FRAMES * stride + 1, stride)

    # The line y = w x through 32 points, from w = 4: one weight for each multiple of the limit 2 / L.
    x = np.random.default_rng(seed).normal(size=(1, 32))
    y = 3.0 * x
    limit = 2 / (2 * np.mean(x**2))
    weight = tf.Variable(np.full((len(multiples), 1), 4.0))
    rates = limit * np.array(list(multiples.values()))[:, None]
    frame = descend(lambda: keras.losses.mean_squared_error(y, weight * x), [weight], rates, stride)
    for step in frames:
        frame()
        left = dict(zip(multiples, np.abs(weight.numpy()[:, 0] - 3.0)))
        yield Plot("line", step, {name: cut(distance, 1e-6, 1e6) for name, distance in left.items()}, log=True)
    fates = {name: fate(distance) for name, distance in left.items()}
    for name, multiple in multiples.items():
        numbers = {"measured": left[name], "formula": left_after(step, multiple)}
        yield Row("left", {"multiple": multiple, **numbers, "fate": fates[name]})
    yield Say("limit", {"limit": limit, "textbook": 2 * limit})

    # The network: a grid of multiples of the limit that it starts with x seeds.
    losses, variables = network(seed, seeds, len(POWERS))
    loss_at_start, at_start = np.median(losses().numpy()), curvature(losses, variables)
    frame = descend(losses, variables, 2.0 ** np.array(POWERS)[:, None, None, None] * 2 / at_start, stride)
    for step in [0, *frames]:
        if step:
            frame()
        loss = dict(zip(POWERS, cut(losses().numpy(), 1e-3, LOST)))
        yield Plot("network", step, {name: np.median(loss[power]) for name, power in WATCHED.items()}, log=True)
    for power in POWERS:
        low, median, high = np.quantile(loss[power], [0, 0.5, 1])
        yield Plot("sweep", power, {"lowest": low, "median": median, "highest": high}, log=True)
    lost = {power: int(np.sum(replicas >= LOST)) for power, replicas in loss.items()}
    medians = {"start": loss_at_start} | {name: np.median(loss[power]) for name, power in WATCHED.items()}
    yield Say("network", medians | {"lost_at_one": lost[0], "lost_at_two": lost[1], "seeds": seeds})
    edge = (curvature(losses, variables) / at_start)[POWERS.index(0), loss[0] < LOST]
    if len(edge):
        yield Say("edge", {"median": np.median(edge), "low": edge.min(), "high": edge.max()})

    expected = {"half": "falls", "below": "falls", "at": "hovers", "chosen": "explodes"}
    undecided = "undecided" in fates.values()
    yield Verdict(
        holds=None if undecided else fates == expected and lost[-1] == 0 and lost[2] == seeds,
        observed=None if undecided else fates["chosen"],
        numbers={
            "lr": lr, "steps": step, "below": left["below"], "at": left["at"], "chosen": left["chosen"],
            "survivors": seeds - lost[-1], "lost": lost[2], "seeds": seeds,
        },
    )  # fmt: skip


def sweep(parameter, values, lr, steps, seeds, seed):
    """What the network's loss comes to at each multiple of the limit, all rates and seeds trained at once."""
    if parameter != "lr":
        raise ValueError("only lr can be swept here")
    losses, variables = network(seed, seeds, len(values))
    limit = 2 / curvature(losses, variables)
    descend(losses, variables, np.array(values)[:, None, None, None] * limit, steps)()
    for value, loss in zip(values, cut(losses().numpy(), 1e-3, LOST)):
        low, median, high = np.quantile(loss, [0, 0.5, 1])
        yield Plot("lr", value, {"lowest": low, "median": median, "highest": high}, log=True)
    yield Mark("lr", 1.0, "limit")
