"""An L2 penalty smooths only if bends need large weights: one of 10 flattens 0.1 sin(10x) and makes 10 sin(10x) larger.

Points of x + 0.3 sin(10x), without noise, are fitted with the features x and s sin(10x) by gradient descent on the
squared error plus l times the sum of the squared weights. Without the penalty the scale s changes nothing: the weight
is 0.3 / s, the wiggle 0.3. With it the wiggle costs l (0.3 / s)^2. For s = 0.1 that is a weight of 3, which is dear:
the wiggle falls to 0.007, and the curvature (f'' is the wiggle's alone) in proportion. For s = 10 a weight of 0.03
does it, nearly free. There the slope is dear, it falls to 0.58, and as x and sin(10x) are correlated the wiggle takes
over a part of it: 0.35, more sharply bent than without any penalty. The data and the penalty are the same; weights
are all that it sees. With s = 1 both fits are one and the same, and that is the control.

Powers of x resemble the small scale: sharp bends need large weights of opposite signs. Degree 9 on 15 noisy points,
l = 0.01 against none: over 3600 data sets the median curvature falls to a quarter; in 2 % of them it rises.

Descent has to arrive at ridge regression, (F'F + l I) w = F'y.

Sources: T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, 2nd ed., section 3.4.1 (ridge is
not equivariant under scaling of the inputs) and 5.4 (a penalty on f'' itself: smoothing splines).

    mlquiz demo smoothness --scale 0.3 --factor 30
    mlquiz demo smoothness --scale 1
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["regularization-smoothness"]
CONTROL = {"scale": 1.0}
PREDICTION = {"choice": ["smooths", "depends", "nothing"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"small": "small", "large": "large"}

WIGGLE, FREQUENCY, POINTS = 0.3, 10, 41
DEGREE, NOISY_POINTS, DATA_SETS = 9, 15, 12
FRAMES, STRIDE = 50, 20
GROWS, SHRINKS = 1.001, 0.9  # times the wiggle without a penalty


def features(x, scale):
    return np.stack([x, scale * np.sin(FREQUENCY * x)], axis=-1)


def ridge(matrix, target, factor):
    return np.linalg.solve(matrix.T @ matrix + factor * np.eye(matrix.shape[1]), matrix.T @ target)


def polynomial_curvatures(random):
    """Root mean square of f'' with a penalty over that without, for each data set."""
    x, powers = np.linspace(-1, 1, NOISY_POINTS), np.arange(1, DEGREE + 1)
    matrix, grid = x[:, None] ** powers, np.linspace(-1, 1, 501)[:, None]
    bends = powers * (powers - 1) * grid ** np.maximum(powers - 2, 0)
    for _ in range(DATA_SETS):
        target = np.sin(3 * x) + 0.3 * random.normal(size=NOISY_POINTS)
        free, held = (np.linalg.norm(bends @ ridge(matrix, target, penalty)) for penalty in (0, 0.01))
        yield held / free


def learner(matrix, target, factor, start):
    """A function that takes STRIDE steps of gradient descent and gives the weights."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(factor))
    layer.build(matrix.shape)
    layer.set_weights([start])
    largest = 2 * np.linalg.eigvalsh(matrix.T @ matrix)[-1] + 2 * factor  # curvature of the loss
    optimizer = keras.optimizers.SGD(1 / largest)
    optimizer.build(layer.trainable_variables)
    matrix, target = tf.constant(matrix, "float32"), tf.constant(target[:, None], "float32")

    @tf.function
    def steps():
        for _ in tf.range(STRIDE):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum((layer(matrix) - target) ** 2) + sum(layer.losses)
            optimizer.apply(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables)
        return layer.kernel[:, 0]

    return lambda: steps().numpy()


def run(
    scale: Annotated[float, Between(0.1, 1.0)] = 0.1,
    factor: Annotated[float, Between(0.1, 100.0)] = 10.0,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    random = np.random.default_rng(seed)
    slope, wiggle = random.uniform(-0.2, 0.2, 2)  # all start from the same curve
    fits = {"none": (1.0, 0.0), "small": (scale, factor), "large": (1 / scale, factor)}  # scale, penalty
    yield Plot("wiggles", 0, dict.fromkeys(fits, wiggle))

    x = np.linspace(-1, 1, POINTS)
    target = x + WIGGLE * np.sin(FREQUENCY * x)
    learners, formula = {}, {}
    for name, (s, penalty) in fits.items():
        matrix, start = features(x, s), np.array([[slope], [wiggle / s]])
        learners[name] = learner(matrix, target, penalty, start)
        formula[name] = ridge(matrix, target, penalty)[1] * s
    for step in range(STRIDE, FRAMES * STRIDE + 1, STRIDE):
        weights = {name: learn() for name, learn in learners.items()}
        wiggles = {name: weights[name][1] * s for name, (s, _) in fits.items()}
        yield Plot("wiggles", step, wiggles)
    for at in np.linspace(-1, 1, 61):
        curves = {name: float(features(at, s) @ weights[name]) for name, (s, _) in fits.items()}
        yield Plot("fits", round(float(at), 3), curves)
    for name, (s, penalty) in fits.items():
        cells = {"fit": name, "s": s, "l": penalty, "weight": weights[name][1], "wiggle": wiggles[name]}
        yield Row("end", {**cells, "formula": formula[name], "slope": weights[name][0]})

    ratios = np.array(list(polynomial_curvatures(random)))
    spread = {"median": np.median(ratios), "low": ratios.min(), "high": ratios.max()}
    yield Say("powers", {**spread, "fell": np.sum(ratios < 1), "sets": DATA_SETS})
    grew, tells = wiggles["large"] > GROWS * WIGGLE, wiggles["small"] < SHRINKS * WIGGLE
    arrived = all(abs(wiggles[name] - formula[name]) < 0.01 * WIGGLE for name in fits)
    yield Verdict(
        holds=bool(grew and arrived) if tells else None,
        observed=("depends" if grew else "smooths") if tells else None,
        numbers={"scale": scale, "inverse": 1 / scale, "factor": factor, "slope": weights["large"][0], **wiggles},
    )
