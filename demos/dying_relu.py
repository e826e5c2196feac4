"""A large learning rate kills ReLU units; 40 % of them is no bound; and only the first layer's dead stay dead.

A unit is dead when its output is zero on every training point. Then its gradient is zero on every point too: the
weights into it and its bias stand still from that step on. What follows depends on where it stands. In the first
layer the inputs are the data, which stand still as well: nothing can ever bring the unit back. In the second layer
the inputs are outputs of the first, which goes on learning: they can carry a dead unit back over its threshold
although none of its own weights has moved.

Networks 2-64-64-1 (He initialisation, plain full-batch gradient descent, 512 points of two moons) are trained from
the same starts at four rates: lr, a third, a tenth and a hundredth of it. All learn at once, stacked along the first
axis of their weights. Most of the dying happens within the first ten steps, while the loss is thrown about; from then
on accuracy recovers and the dead share falls, as units of the second layer come back. About five of those are dead
before any step.

"Stand still" is a property of plain gradient descent. Momentum goes on moving the weights of a unit that has just
died, and with --momentum 0.9 --lr 1 about one in ten of the first layer's dead comes back.

Dying is also a brake. A leak (slope > 0) leaves no unit dead, and with lr = 3 and a slope of 0.1 every network
overflows. A network that overflows keeps its last finite counts.

Sources: Stanford CS231n, Neural Networks Part 1, "as much as 40 % of your network can be dead"; K. He et al., Delving
Deep into Rectifiers, 2015, eq. 10; L. Lu et al., Dying ReLU and Initialization, 2019, arXiv 1903.06733.

    mlquiz demo dying-relu --lr 0.5
    mlquiz demo dying-relu --momentum 0.9 --lr 1
    mlquiz demo dying-relu --slope 0.1
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Bars, Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["relu-dying", "relu-dead-unit-revival"]
CONTROL = {"lr": 0.5}
PREDICTION = {"choice": ["neither", "first", "second", "both"]}
SEEDS = [0, 1, 2, 3, 4]

POINTS, UNITS = 512, 64
DIVISORS = {"hundredth": 100, "tenth": 10, "third": 3, "full": 1}  # of lr
QUOTED = 40  # per cent dead, the figure of CS231n
ACCURATE = 99  # per cent of the training points
FRAMES = 30
REVIVED = {(False, False): "neither", (True, False): "first", (False, True): "second", (True, True): "both"}


def two_moons(random):
    """Two interleaved half circles with noise, and which of them each point is on."""
    turn, moon = random.uniform(0, np.pi, POINTS), np.arange(POINTS) % 2
    upper = np.stack([np.cos(turn), np.sin(turn)], axis=1)
    points = np.where(moon[:, None], [1, 0.5] - upper, upper) + random.normal(0, 0.1, (POINTS, 2))
    return points.astype("float32"), moon.astype("float32")


def he_normal(networks, inputs, units):
    """One start for each network, the same at every learning rate."""
    start = keras.random.normal((networks, inputs, units), stddev=np.sqrt(2 / inputs))
    return tf.Variable(tf.tile(start, [len(DIVISORS), 1, 1]))


def stacked_networks(points, moon, networks, lr, momentum, slope):
    """A function that looks (dead units, accuracy and loss of each network) and then takes one step."""
    rates = np.repeat(lr / np.array(list(DIVISORS.values()), "float32"), networks)[:, None, None]
    sizes = [2, UNITS, UNITS, 1]
    kernels = [he_normal(networks, inputs, units) for inputs, units in zip(sizes, sizes[1:])]
    biases = [tf.Variable(tf.zeros((len(rates), 1, units))) for units in sizes[1:]]
    velocities = [tf.Variable(tf.zeros_like(variable)) for variable in kernels + biases]
    points = tf.tile(points[None], [len(rates), 1, 1])

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            first = tf.nn.leaky_relu(points @ kernels[0] + biases[0], slope)
            second = tf.nn.leaky_relu(first @ kernels[1] + biases[1], slope)
            logits = (second @ kernels[2] + biases[2])[..., 0]
            labels = tf.broadcast_to(moon, logits.shape)
            loss = tf.reduce_mean(tf.nn.sigmoid_cross_entropy_with_logits(labels, logits), axis=1)
        gradients = tape.gradient(loss, kernels + biases)
        for variable, velocity, gradient in zip(kernels + biases, velocities, gradients):
            velocity.assign(momentum * velocity - rates * gradient)
            variable.assign_add(velocity)
        dead = tf.reduce_all(tf.stack([first, second]) == 0, axis=2)  # layer, network, unit
        accuracy = 100 * tf.reduce_mean(tf.cast((logits > 0) == (labels > 0), "float32"), axis=1)
        return dead, accuracy, loss

    return step


def longest_silence(dead):
    """In steps, of those silences that ended."""
    silent = longest = np.zeros(dead[0].shape, int)
    for now in dead:
        longest = np.maximum(longest, np.where(now, 0, silent))
        silent = np.where(now, silent + 1, 0)
    return longest.max()


def revivals(dead):
    """How many units ever died in each layer and came back at a later step; of the second layer's, how many last."""
    died, back = dead.any(axis=0), (np.logical_or.accumulate(dead) & ~dead).any(axis=0)
    return {
        "first_died": died[0].sum(), "first_back": back[0].sum(),
        "second_died": died[1].sum(), "second_back": back[1].sum(),
        "active": (died & ~dead[-1])[1].sum(), "longest": longest_silence(dead[:, 1]),
    }  # fmt: skip


def medians(values, group):
    return {name: np.median(values[networks]) for name, networks in group.items()}


def cells(count, dead, layer):
    spread = {"median": np.median(dead), "low": dead.min(), "high": dead.max()}
    return {f"{layer}-dead": spread, f"{layer}-back": {"back": count[f"{layer}_back"], "died": count[f"{layer}_died"]}}


def run(
    lr: Annotated[float, Between(0.01, 10.0)] = 3.0,
    momentum: Annotated[float, Between(0.0, 0.99)] = 0.0,
    slope: Annotated[float, Between(0.0, 0.5)] = 0.0,
    steps: Annotated[int, Between(100, 1000)] = 240,
    seeds: Annotated[int, Between(3, 15)] = 5,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"networks": len(DIVISORS) * seeds, "points": POINTS, "seeds": seeds})
    keras.utils.set_random_seed(seed)
    step = stacked_networks(*two_moons(np.random.default_rng(seed)), seeds, lr, momentum, slope)
    group = {name: slice(i * seeds, (i + 1) * seeds) for i, name in enumerate(DIVISORS)}

    finite, dead, accuracy, history = True, False, 0, []
    for now in range(steps + 1):
        seen, right, loss = (tensor.numpy() for tensor in step())
        finite &= np.isfinite(loss)
        dead, accuracy = np.where(finite[:, None], seen, dead), np.where(finite, right, accuracy)
        history.append(dead)
        if now % -(-steps // FRAMES) == 0 or now == steps:
            first, second = dead.sum(axis=2)
            share = 100 * (first + second) / (2 * UNITS)
            yield Plot("share", now, medians(share, group))
            yield Bars("first", medians(first, group), of=UNITS)
            yield Bars("second", medians(second, group), of=UNITS)

    history = np.array(history)  # step, layer, network, unit
    for name, networks in group.items():
        count = revivals(history[:, :, networks])
        layers = cells(count, first[networks], "first") | cells(count, second[networks], "second")
        yield Row("end", {"rate": lr / DIVISORS[name], **layers, "accuracy": np.median(accuracy[networks])})

    # The loop has ended with the networks trained at lr itself, and their count.
    accurate = finite[networks] & (accuracy[networks] >= ACCURATE)
    numbers = {
        "lr": lr, "networks": seeds, "overflowed": seeds - finite[networks].sum(), "accurate": accurate.sum(),
        "share": np.median(share[networks]), "tenth": np.median(share[group["tenth"]]),
        "most": share[networks][accurate].max(initial=0), "born": np.median(history[0, 1, networks].sum(axis=1)),
    } | count  # fmt: skip
    for line in ("accurate", "back", "overflow") if numbers["overflowed"] else ("accurate", "back"):
        yield Say(line, numbers)
    outcome, tells = (bool(count["first_back"]), bool(count["second_back"])), numbers["overflowed"] <= seeds / 2
    holds = bool(numbers["most"] > QUOTED) and outcome == (False, True)
    yield Verdict(holds if tells else None, observed=REVIVED[outcome] if tells else None, numbers=numbers)
