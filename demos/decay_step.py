"""L2(l) under SGD takes 2 lr l of a weight in each step: the 2 from the square, the learning rate from the step.

The penalty l w^2 has the gradient 2 l w, and SGD multiplies a gradient by the learning rate. So w becomes
(1 - 2 lr l) w, and after n steps (1 - 2 lr l)^n of it is left, whatever its size. weight_decay = 2 l makes the same
step, as Keras decays by w -= w * weight_decay * learning_rate, without a 2; there it does so with Adam too, because
the decay does not pass through the gradient. Here the inputs are zero, and with them the gradients of the data.

The popular mistake subtracts 2 l w itself, beside the learning rate times the gradient of the data. The step would
then be 1 / lr times as large, and a smaller learning rate would no longer slow the decay. That is the control.

Sources: Keras 3.15.1, keras/src/regularizers/regularizers.py, L2; keras/src/optimizers/sgd.py, update_step;
keras/src/backend/tensorflow/optimizer.py, _apply_weight_decay; I. Loshchilov, F. Hutter, Decoupled Weight Decay
Regularization, ICLR 2019, equation 1 (a decay without the learning rate, and without the 2).

    mlquiz demo decay-step --lr 0.05 --steps 2000
    mlquiz demo decay-step --without-rate
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["l2-gradient-factor", "weight-decay-after-steps"]
CONTROL = {"without_rate": True}
PREDICTION = {"number": "first"}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"left": "l2", "mistaken": "mistake"}

FRAMES = 40
CURVES = ["l2", "slow", "mistake"]
CUT = 0.001  # where the plotted curves are cut off
TOLERANCE = 1e-4  # within which run and formula agree
FADED = 0.99  # more than this left, and a run does not tell one formula from another


def share_taken(lr, decay, without_rate):
    """Of a weight, in one step."""
    return decay if without_rate else lr * decay


def learner(optimizer, kernel, regularizer=None):
    """A function that takes so many steps with a data gradient of zero and gives the kernel."""
    layer = keras.layers.Dense(1, use_bias=False, kernel_regularizer=regularizer, dtype="float64")
    layer.build(kernel.T.shape)
    layer.kernel.assign(kernel)
    optimizer.build(layer.trainable_variables)
    inputs = tf.zeros(kernel.T.shape, "float64")

    @tf.function
    def train(steps):
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(layer(inputs)) + sum(layer.losses)
            optimizer.apply(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables)
        return layer.kernel.value

    return lambda steps: train(tf.constant(steps)).numpy()


def run(
    lr: Annotated[float, Between(0.001, 1.0)] = 0.1,
    l2: Annotated[float, Between(0.0001, 0.5)] = 0.01,
    start: Annotated[float, Between(0.01, 10.0)] = 0.5,
    steps: Annotated[int, Between(40, 5000)] = 1000,
    without_rate: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Plot("curves", 0, dict.fromkeys(CURVES, 1.0), log=True)
    kernel = np.vstack([[start], np.random.default_rng(seed).normal(size=(9, 1))])

    sgd, adam, penalty = keras.optimizers.SGD, keras.optimizers.Adam, keras.regularizers.L2(l2)
    learners = {
        "l2": learner(sgd(lr), kernel, penalty),
        "decay": learner(sgd(lr, weight_decay=2 * l2), kernel),
        "adam": learner(adam(lr, weight_decay=2 * l2), kernel),
        "half": learner(sgd(lr, weight_decay=l2), kernel),
        "slow": learner(sgd(lr / 10), kernel, penalty),
    }
    taken = {name: share_taken(lr, 2 * l2, without_rate) for name in ("l2", "decay", "adam")}
    taken |= {"half": share_taken(lr, l2, without_rate), "slow": share_taken(lr / 10, 2 * l2, without_rate)}

    stride = -(-steps // FRAMES)
    after_one = {name: train(1) for name, train in learners.items()}
    for step in range(stride, FRAMES * stride + 1, stride):
        kernels = {name: train(stride - 1 if step == stride else stride) for name, train in learners.items()}
        left = {name: kernels[name][0, 0] / start for name in learners} | {"mistake": (1 - 2 * l2) ** step}
        yield Plot("curves", step, {name: max(CUT, left[name]) for name in CURVES}, log=True)

    right = {}
    for name in learners:
        formula = (1 - taken[name]) ** step
        right[name] = bool(np.allclose(kernels[name] / kernel, formula, rtol=TOLERANCE, atol=TOLERANCE))
        yield Row("end", {
            "optimizer": name, "first": start - after_one[name][0, 0],
            "left": left[name], "formula": formula, "agrees": "yes" if right[name] else "no",
        })  # fmt: skip
    numbers = {
        "first": start - after_one["l2"][0, 0], "expected": start * taken["l2"], "start": start, "steps": step,
        "left": left["l2"], "formula": (1 - taken["l2"]) ** step, "mistaken": left["mistake"],
        "right": sum(right.values()), "runs": len(right),
    }  # fmt: skip
    yield Say("mistake", numbers | {"mistaken_first": 2 * l2 * start})
    tells = left["l2"] < FADED
    yield Verdict(all(right.values()) if tells else None, observed=numbers["first"], numbers=numbers)
