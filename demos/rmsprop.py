"""RMSprop does not feel how steep each weight's direction is: it divides that out.

A bowl f = (x^2 + k y^2) / 2 that is 200 times as steep in y as in x. Plain SGD has to take the one rate that y can bear
and then crawls along x: even the best constant rate, 2 / (1 + k), leaves (k - 1) / (k + 1) of the distance after each
step, so the steps it needs grow in proportion to k. RMSprop divides each weight's gradient by the root of a decaying
average of that weight's own squared gradients; a factor k stands above and below the line and cancels, so RMSprop takes
as many steps as in a round bowl. Adagrad divides by the root of the whole sum: k cancels there too, but the sum never
forgets, and the steps fade.

Per weight means per axis. Turn the valley by 45 degrees and every weight's gradient mixes both slopes: nothing cancels
any more, and the advantage over SGD is gone. That is the control.

Plotted is the distance to the minimum, not the loss: the loss of a valley hides its flat direction.

Sources: Keras 3.15.1, keras/src/optimizers/rmsprop.py and adagrad.py, update_step; G. Hinton, N. Srivastava,
K. Swersky, Neural Networks for Machine Learning, lecture 6e, 2012.

    mlquiz demo rmsprop --lr 0.02 --k 1000 --steps 2500
    mlquiz demo rmsprop --angle 45
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["rmsprop-denominator", "rmsprop-first-step"]
CONTROL = {"angle": 45.0}
PREDICTION = {"choice": ["same", "more", "sgd"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"valley": "rmsprop", "sgd_valley": "sgd"}

NAMES = ["sgd", "rmsprop", "adagrad"]
ARRIVED = 0.01  # of the distance at the start
CUT = 1e-4  # where the plotted curves are cut off
FRAMES = 40


def rotation(angle):
    cos, sin = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    return np.array([[cos, -sin], [sin, cos]])


def curvatures(k, angle):
    """The Hessian of the bowl: curvature 1 and k along two axes that are turned by `angle` degrees."""
    return (rotation(angle) @ np.diag([1.0, k]) @ rotation(angle).T).astype("float32")


def best_sgd_steps(k):
    return np.log(ARRIVED) / np.log((k - 1) / (k + 1))


def first_rmsprop_step(rho):
    """In units of lr: v starts at zero and has seen one gradient, so g / sqrt(v) = g / sqrt((1 - rho) g^2)."""
    return 1 / np.sqrt(1 - rho)


def optimizers(steepness, lr, rho):
    best = keras.optimizers.SGD(2 / (1 + steepness))  # of all constant rates
    return dict(zip(NAMES, [best, keras.optimizers.RMSprop(lr, rho=rho), keras.optimizers.Adagrad(lr)]))


def descend(optimizer, hessian, start, stride):
    """Yields the positions after each of the next `stride` steps, again and again."""
    weights = keras.Variable(start)
    optimizer.build([weights])

    @tf.function
    def frame():
        path = tf.TensorArray("float32", size=stride)
        for step in tf.range(stride):
            gradient = tf.linalg.matvec(hessian, weights.value)
            optimizer.apply([gradient], [weights])
            path = path.write(step, weights.value)
        return path.stack()

    while True:
        yield frame().numpy()


def distances(path):
    return np.linalg.norm(path, axis=1) / np.linalg.norm(path[0])


def moved(path):
    """How far each step moved the weight that it moved most."""
    return np.abs(np.diff(path, axis=0)).max(axis=1)


def arrival(path):
    """The first step within 1 % of the starting distance; infinite if there is none."""
    inside = np.flatnonzero(distances(path) < ARRIVED)
    return int(inside[0]) if len(inside) else np.inf


def run(
    k: Annotated[float, Between(2.0, 1000.0)] = 200.0,
    angle: Annotated[float, Between(0.0, 45.0)] = 0.0,
    lr: Annotated[float, Between(0.001, 0.1)] = 0.01,
    rho: Annotated[float, Between(0.0, 0.999)] = 0.9,
    steps: Annotated[int, Between(100, 5000)] = 600,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    bowls = {"round": 1.0, "valley": k}
    for bowl in bowls:
        yield Plot(bowl, 0, dict.fromkeys(NAMES, 1.0), log=True)

    stride = -(-steps // FRAMES)
    start = (rotation(angle) @ np.random.default_rng(seed).uniform(0.5, 1.5, size=2)).astype("float32")
    walks = {}
    for bowl, steepness in bowls.items():
        for name, optimizer in optimizers(steepness, lr, rho).items():
            walks[bowl, name] = descend(optimizer, curvatures(steepness, angle), start, stride)

    paths = dict.fromkeys(walks, start[None])
    for step in range(stride, FRAMES * stride + 1, stride):
        paths = {key: np.concatenate([path, next(walks[key])]) for key, path in paths.items()}
        for bowl in bowls:
            yield Plot(bowl, step, {name: max(CUT, distances(paths[bowl, name])[-1]) for name in NAMES}, log=True)
        moves = {name: moved(paths["valley", name]) / lr for name in ("rmsprop", "adagrad")}
        if step == stride:
            yield Plot("move", 1, {name: lengths[0] for name, lengths in moves.items()})
        yield Plot("move", step, {name: lengths[-1] for name, lengths in moves.items()})

    needed = {key: arrival(path) for key, path in paths.items()}
    shown = {key: f"> {step}" if needed[key] == np.inf else needed[key] for key in paths}
    for name in NAMES:
        yield Row("needed", {"optimizer": name, "in-round": shown["round", name], "in-valley": shown["valley", name]})
    yield Say("sgd", {"steps": shown["valley", "sgd"], "formula": best_sgd_steps(k)})
    yield Say("first", {"measured": moves["rmsprop"][0], "formula": first_rmsprop_step(rho), "rho": rho})
    percent_left = 100 * distances(paths["valley", "adagrad"])[-1]
    yield Say("fades", {"step": step, "move": moves["adagrad"][-1], "left": percent_left})
    if needed["valley", "rmsprop"] < np.inf:
        yield Say("floor", {"swing": np.abs(paths["valley", "rmsprop"][-stride:]).max() / lr})

    before, after, sgd = needed["round", "rmsprop"], needed["valley", "rmsprop"], needed["valley", "sgd"]
    tells = before < np.inf and min(after, sgd) < np.inf  # else too few steps, or too large a rate to come so close
    same = after <= 1.05 * before
    observed = "same" if same else "more" if after < sgd else "sgd"
    numbers = {"k": k, "angle": angle} | {bowl: shown[bowl, "rmsprop"] for bowl in bowls}
    numbers |= {f"sgd_{bowl}": shown[bowl, "sgd"] for bowl in bowls}
    yield Verdict(same if tells else None, observed=observed if tells else None, numbers=numbers)
