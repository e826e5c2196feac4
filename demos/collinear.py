"""Of two nearly equal features L2 gives each half of the weight; L1 gives one all of it, and the noise says which.

Both features are the same variable plus a little of their own, and the target is their sum plus noise. The data then
know the sum of the two weights well and their difference hardly at all: without a penalty the pair lands anywhere,
such as -3.3 and 5.3. For a given sum equal shares have the smallest sum of squares, so L2 evens them out. The sum of
absolute values is the same for every split with equal signs, so L1 leaves the split to the noise, as if there were no
penalty, until one weight reaches zero; there it stops.

What L2 keeps is uneven by direction. Along a principal direction of the data with singular value d it keeps
d^2 / (d^2 + n l2) of what least squares has: nearly all along the sum of the features, which varies a lot, and next to
nothing along their difference, which hardly varies.

Where the features differ, all three agree. That is the control.

A dozen data sets are fitted at once, without a penalty, with L2 and with L1, on the mean squared error: gradient steps
with momentum, L1 by its proximal step (FISTA), so that a zero is a zero.

Sources: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, 2nd ed., 2009, section 3.4.1;
H. Zou, T. Hastie, Regularization and Variable Selection via the Elastic Net, JRSS B 67, 2005, section 2.3;
A. Beck, M. Teboulle, A Fast Iterative Shrinkage-Thresholding Algorithm, SIAM J. Imaging Sciences 2, 2009.

    mlquiz demo collinear --difference 0.05 --noise 0.5
    mlquiz demo collinear --difference 1
"""

from typing import Annotated

import numpy as np
import tensorflow as tf

from mlquiz.lab import Bars, Between, Events, Row, Say, Verdict

QUESTIONS = ["l2-collinear"]
CONTROL = {"difference": 1.0}
PREDICTION = {"choice": ["both", "l2", "l1", "neither"]}
SEEDS = [0, 1, 2, 3, 4]

DRAWS, EXAMPLES = 12, 100
PENALTIES = ["none", "l2", "l1"]
MOMENTUM = 0.985
FRAMES, STRIDE = 40, 40
EVEN = 0.2  # of the sum: two weights no further apart than that are even
SHARED = {(True, True): "both", (True, False): "l2", (False, True): "l1", (False, False): "neither"}


def draw(seed, difference, noise):
    random = np.random.default_rng(seed)
    common = random.normal(size=EXAMPLES)
    features = np.stack([common + difference * random.normal(size=EXAMPLES) for _ in range(2)], axis=1)
    return features, features.sum(axis=1) + noise * random.normal(size=EXAMPLES)


def fit(features, targets, l2, l1):
    """A function that takes so many steps with each penalty on each data set, from zero, and gives the weights."""
    products = tf.constant(np.swapaxes(features, 1, 2) @ features / EXAMPLES)
    pulls = tf.constant(np.einsum("dei,de->di", features, targets) / EXAMPLES)
    l2, l1 = np.array(l2)[:, None, None], np.array(l1)[:, None, None]
    rate = 1 / (2 * np.linalg.eigvalsh(products)[:, -1:] + 2 * l2)
    weights, ahead = (tf.Variable(np.zeros((len(l2), *pulls.shape))) for _ in range(2))

    @tf.function
    def train(steps):
        for _ in tf.range(steps):
            gradient = 2 * (tf.linalg.matvec(products, ahead) - pulls) + 2 * l2 * ahead
            moved = ahead - rate * gradient
            moved = tf.sign(moved) * tf.nn.relu(tf.abs(moved) - rate * l1)
            ahead.assign(moved + MOMENTUM * (moved - weights))
            weights.assign(moved)
        return weights.value()

    return lambda steps: dict(zip(PENALTIES, train(tf.constant(steps)).numpy()))


def kept(features, l2, without, penalised):
    """Along the sum and the difference, of what least squares has: measured, and d^2 / (d^2 + n l2)."""
    _, values, directions = np.linalg.svd(features, full_matrices=False)
    measured = np.einsum("dki,di->dk", directions, penalised) / np.einsum("dki,di->dk", directions, without)
    return np.median(measured, axis=0), np.median(values**2 / (values**2 + EXAMPLES * l2), axis=0)


def run(
    difference: Annotated[float, Between(0.01, 1.0)] = 0.01,
    noise: Annotated[float, Between(0.1, 2.0)] = 1.0,
    l2: Annotated[float, Between(0.001, 1.0)] = 0.1,
    l1: Annotated[float, Between(0.001, 1.0)] = 0.1,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Bars("zeros", dict.fromkeys(PENALTIES, 0), of=DRAWS)
    features, targets = map(np.array, zip(*[draw(DRAWS * seed + one, difference, noise) for one in range(DRAWS)]))
    train = fit(features, targets, l2=[0.0, l2, 0.0], l1=[0.0, 0.0, l1])
    for _ in range(FRAMES):
        weights = train(STRIDE)
        zeros = {name: int(np.any(pairs == 0, axis=1).sum()) for name, pairs in weights.items()}
        yield Bars("zeros", zeros, of=DRAWS)
        first = {f"{name}-{i + 1}": max(0, weights[name][0, i]) for name in ("l2", "l1") for i in range(2)}
        yield Bars("first", first, of=2)

    for one in range(DRAWS):
        cells = {f"{name}-{i + 1}": weights[name][one, i] for name in PENALTIES for i in range(2)}
        yield Row("draws", {"draw": one + 1, **cells})
    measured, formula = kept(features, l2, weights["none"], weights["l2"])
    yield Say("kept", {
        "sum": 100 * measured[0], "sum_formula": 100 * formula[0],
        "difference": 100 * measured[1], "difference_formula": 100 * formula[1],
    })  # fmt: skip

    gaps = {name: np.abs(pairs[:, 0] - pairs[:, 1]) for name, pairs in weights.items()}
    even = {name: np.median(gaps[name] / np.abs(pairs.sum(axis=1))) < EVEN for name, pairs in weights.items()}
    dropped = (weights["l1"] == 0).sum(axis=0)
    numbers = {
        "draws": DRAWS, "picked": zeros["l1"], "without": zeros["none"], "first": dropped[0], "second": dropped[1],
        "l2_most": gaps["l2"].max(), **{name: np.median(gap) for name, gap in gaps.items()},
    }  # fmt: skip
    tells = zeros["l1"] >= DRAWS / 2 or zeros["l1"] == 0 or not even["l2"]
    fits = np.allclose(measured, formula, rtol=0.05)
    yield Verdict(
        holds=bool(even["l2"] and fits and zeros["l1"] >= DRAWS / 2) if tells else None,
        observed=SHARED[bool(even["l2"]), bool(even["l1"])] if tells else None,
        numbers=numbers,
    )
