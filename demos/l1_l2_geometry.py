"""Kept inside a diamond, half of the random problems end with a weight that is exactly zero; inside a circle, none.

A penalty on the weights is a budget for them: |w1| + |w2| <= 1, a diamond with its corners on the axes, for L1, and
w1^2 + w2^2 <= 1, a disc, for L2. If the loss has its minimum outside, the best point inside is where the first of its
contours touches the region. There the gradient of the loss stands square on the edge. A point of the circle has one
such direction, a corner of the diamond a whole cone of them, a quarter turn wide. So the corners catch many problems,
and in a corner one weight is zero.

Each problem here has its minimum in a random direction. If the contours are round and the minimum is at distance d, a
corner is right for | |c1| - |c2| | >= 1, that is for the share (4 / pi) (arccos(1 / (d sqrt(2))) - pi / 4) of all
directions: 54 % for d = 2 and 82 % for d = 5. The cone says it problem by problem, for stretched contours too. All
problems are solved at once, by projected gradient descent: a step, then back to the nearest point of the region.

It takes corners on the axes. A diamond turned by 45 degrees (a square) catches as many problems in its corners, but no
weight is zero there. That is the control.

Sources: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, 2nd ed., 2009, section 3.4.3 and
figure 3.11; S. Boyd, L. Vandenberghe, Convex Optimization, 2004, section 4.2.3 (the condition on the gradient).

    mlquiz demo l1-l2-geometry --distance 5
    mlquiz demo l1-l2-geometry --stretch 5
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Bars, Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["l1-l2-geometry"]
CONTROL = {"angle": 45.0}
PREDICTION = {"choice": ["neither", "diamond", "both"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"diamond": "diamond", "cone": "cone"}

PROBLEMS = 1000  # at each distance
MULTIPLES = [0.5, 1.0, 2.5, 10.0]  # of the distance
FRAMES = [1] * 15 + [30] * 10  # steps; slow at first, to be watched


def turn(degrees):
    cos, sin = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[cos, sin], [-sin, cos]], "float32")


def directions(degrees):
    return np.array([turn(one)[0] for one in degrees])


def into_diamond(points):
    """The nearest point of the diamond: both weights lose the same amount, and none goes past zero."""
    size = tf.abs(points)
    excess = tf.maximum((tf.reduce_sum(size, -1, keepdims=True) - 1) / 2, tf.reduce_max(size, -1, keepdims=True) - 1)
    return tf.sign(points) * tf.nn.relu(size - tf.nn.relu(excess))


def pull(points, minima, hessians):
    """Minus the gradient of the loss (w - minimum) H (w - minimum) / 2."""
    return tf.linalg.matvec(hessians, minima - points)


def in_cone(minima, hessians, corners):
    """Which problems have a corner where the pull points outwards, within 45 degrees of the corner's own direction."""
    pulls = [(pull(corner, minima, hessians).numpy(), corner) for corner in corners]
    return np.any([np.sqrt(2) * force @ out >= np.linalg.norm(force, axis=-1) for force, out in pulls], axis=0)


def curved(axes, stretch):
    """A projection on each axis, and Hessians: across its axis a contour is longer, by the root of stretch."""
    steep = axes[:, :, None] * axes[:, None, :]
    return steep, steep + (np.eye(2, dtype="float32") - steep) / stretch


def trainer(weights, minima, hessians):
    """A function that takes so many steps of SGD; each is followed by the variables' constraints."""
    optimizer = keras.optimizers.SGD(0.1)
    optimizer.build(weights)

    @tf.function
    def descend(steps):
        for _ in tf.range(steps):
            optimizer.apply([-pull(points.value, minima, hessians) for points in weights], weights)

    return descend


def run(
    distance: Annotated[float, Between(1.0, 20.0)] = 2.0,
    stretch: Annotated[float, Between(1.0, 10.0)] = 1.0,
    angle: Annotated[float, Between(0.0, 90.0)] = 0.0,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    corners, around = directions(angle + np.arange(90, 451, 90)), directions(range(90, 451, 15))
    for name, outline in {"diamond": corners, "circle": around}.items():
        for x, y in outline:
            yield Plot("plane", x, {name: y})

    random = np.random.default_rng(seed)
    minima = directions(random.uniform(0, 360, PROBLEMS))
    minima[0] = [1.0, 0.4]  # this one is drawn
    minima = np.array(MULTIPLES, "float32")[:, None, None] * np.float32(distance) * minima
    steep, hessians = curved(directions(random.uniform(0, 180, PROBLEMS)), np.float32(stretch))

    start = random.uniform(-0.2, 0.2, size=minima.shape).astype("float32")
    weights = {"diamond": keras.Variable(start), "circle": keras.Variable(start)}
    weights["diamond"].constraint = lambda points: into_diamond(points @ turn(-angle)) @ turn(angle)
    weights["circle"].constraint = keras.constraints.MaxNorm(1.0, axis=-1)
    descend = trainer(list(weights.values()), minima, hessians)

    for steps in FRAMES:
        descend(tf.constant(steps))
        found = {name: variable.numpy() for name, variable in weights.items()}
        zeros = {name: np.any(np.abs(points) < 1e-6, axis=2).sum(axis=1) for name, points in found.items()}
        yield Bars("zeros", {name: int(counts[1]) for name, counts in zeros.items()}, of=PROBLEMS)
        for name, points in found.items():
            yield Plot("plane", points[1, 0, 0], {f"{name}-path": points[1, 0, 1]})

    gap = minima[1, 0] - found["diamond"][1, 0]
    root = steep[0] + (np.eye(2) - steep[0]) * np.sqrt(stretch)
    for x, y in minima[1, 0] + np.sqrt(gap @ hessians[0] @ gap) * around @ root:
        yield Plot("plane", x, {"contour": y})
    cone = in_cone(minima, hessians, corners).sum(axis=1)
    for row, multiple in enumerate(MULTIPLES):
        counts = {name: int(of[row]) for name, of in {"cone": cone, **zeros}.items()}
        yield Row("counts", {"distance": multiple * distance, **counts})

    (a, b), (c, d) = found["diamond"][1, 0], found["circle"][1, 0]
    yield Say("drawn", {"x": minima[1, 0, 0], "y": minima[1, 0, 1], "a": a, "b": b, "c": c, "d": d})
    numbers = {
        "distance": distance, "problems": PROBLEMS, "cone": int(cone[1]), "diamond": int(zeros["diamond"][1]),
        "circle": int(zeros["circle"].sum()), "far": int(zeros["diamond"][2]), "far_distance": MULTIPLES[2] * distance,
    }  # fmt: skip
    reached = "both" if numbers["circle"] else "diamond" if numbers["diamond"] else "neither"
    holds = reached == "diamond" and bool(max(abs(zeros["diamond"] - cone)) <= 0.01 * PROBLEMS)
    tells = cone[1] >= 0.05 * PROBLEMS
    yield Verdict(holds if tells else None, reached if tells else None, numbers)
