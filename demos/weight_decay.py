"""Under SGD weight decay and an L2 penalty are the same thing; under Adam L2 spares weights with large gradients.

Three weights start at 1. Their gradients have the sizes 100, 1 and 0.01 and come in pairs of opposite sign, in random
order: the data pull them nowhere, and whatever shrinks them is the penalty or the decay. L2(l) adds l w^2 to the
loss, hence 2 l w to the gradient. SGD multiplies that by the learning rate, and weight_decay = 2 l makes the same
step: after n steps (1 - lr weight_decay)^n of a weight is left. Adam divides the whole gradient, penalty included, by
the root of its mean square, here the gradient's size s: what is left is near exp(-lr 2 l n / s), nearly all for
s = 100; for s = 0.01 the penalty is the larger part of the gradient, and the weight falls by about lr a step. AdamW
decays the weight itself, outside the gradient, where nothing divides it: (1 - lr weight_decay)^n is left of each.
(In strict alternation of the signs 0.996, 0.818 and 0.023 are left with L2 and 0.817 with AdamW.)

With gradients of equal size there is nothing to spare, and that is the control. (Of size 1: then Adam divides by 1, and
the two agree even in their numbers.) Momentum parts them under SGD too: it goes on applying the penalty's gradient.

The fourth weight is a bias. A kernel_regularizer does not see it; the decay of an optimizer reaches every trainable
variable, unless it was excluded before the first step.

Sources: Keras 3.15.1, keras/src/regularizers/regularizers.py, L2, and keras/src/optimizers/base_optimizer.py,
_apply_weight_decay and exclude_from_weight_decay; I. Loshchilov, F. Hutter, Decoupled Weight Decay Regularization,
ICLR 2019, sections 1 and 2.

    mlquiz demo weight-decay --ratio 1
    mlquiz demo weight-decay --momentum 0.9
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Bars, Between, Events, Row, Say, Verdict

QUESTIONS = ["weight-decay-vs-l2", "weight-decay-argument"]
CONTROL = {"ratio": 1.0}
PREDICTION = {"choice": ["same", "large", "small"]}
SEEDS = [0, 1, 2, 3, 4]

WEIGHTS = ["large", "medium", "small", "bias"]  # named by their gradients
FRAMES = 40
EQUAL, APART = 0.001, 0.05  # shares this close are the same, this far apart are not


def without_bias(optimizer):
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    return optimizer


def learner(optimizer, sizes, regularizer=None):
    """A function that takes a step for each sign, the data's gradients being sign * sizes, and gives the weights."""
    ones = {"kernel_initializer": "ones", "bias_initializer": "ones"}
    layer = keras.layers.Dense(1, kernel_regularizer=regularizer, **ones)
    layer.build(sizes.shape)
    optimizer.build(layer.trainable_variables)

    @tf.function
    def steps(signs):
        for sign in signs:
            with tf.GradientTape() as tape:
                loss = sign * tf.reduce_sum(layer(sizes)) + sum(layer.losses)
            optimizer.apply(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables)
        return tf.concat([layer.kernel[:, 0], layer.bias], axis=0)

    return lambda signs: dict(zip(WEIGHTS, steps(signs).numpy()))


def spread(left):
    shares = [left[name] for name in WEIGHTS[:3]]
    return max(shares) - min(shares)


def run(
    ratio: Annotated[float, Between(1.0, 1000.0)] = 100.0,
    weight_decay: Annotated[float, Between(0.01, 1.0)] = 0.1,
    lr: Annotated[float, Between(0.0001, 0.01)] = 0.001,
    momentum: Annotated[float, Between(0.0, 0.95)] = 0.0,
    steps: Annotated[int, Between(200, 5000)] = 2000,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    start = dict.fromkeys(WEIGHTS, 1.0)
    yield Bars("adam-l2", start, of=1)
    yield Bars("adamw", start, of=1)

    sizes = np.array([[ratio, 1.0, 1 / ratio]], "float32")
    l2 = keras.regularizers.L2(weight_decay / 2)
    sgd, adam, adamw = keras.optimizers.SGD, keras.optimizers.Adam, keras.optimizers.AdamW
    learners = {
        "sgd-l2": learner(sgd(lr, momentum), sizes, l2),
        "sgd-decay": learner(sgd(lr, momentum, weight_decay=weight_decay), sizes),
        "with-l2": learner(adam(lr), sizes, l2),
        "decoupled": learner(adamw(lr, weight_decay=weight_decay), sizes),
        "excluded": learner(without_bias(adamw(lr, weight_decay=weight_decay)), sizes),
    }
    pairs = -(-steps // (2 * FRAMES))  # of steps in a frame
    first = np.random.default_rng(seed).choice([-1.0, 1.0], size=(FRAMES, pairs))
    for signs in np.stack([first, -first], axis=2).reshape(FRAMES, 2 * pairs):
        left = {name: learn(tf.constant(signs, "float32")) for name, learn in learners.items()}
        yield Bars("adam-l2", left["with-l2"], of=1)
        yield Bars("adamw", left["decoupled"], of=1)

    yield Row("end", {"optimizer": "size", "large": ratio, "medium": 1.0, "small": 1 / ratio, "bias": 1.0})
    for name, shares in left.items():
        yield Row("end", {"optimizer": name, **shares})
    formula = (1 - lr * weight_decay) ** (2 * pairs * FRAMES)
    penalty, decay = left["with-l2"], left["decoupled"]
    apart = spread(penalty) > APART
    numbers = {
        "formula": formula,
        "sgd": max(abs(left["sgd-l2"][name] - left["sgd-decay"][name]) for name in WEIGHTS[:3]),
        **{f"l2_{name}": penalty[name] for name in WEIGHTS}, **{f"adamw_{name}": decay[name] for name in WEIGHTS},
        "excluded": left["excluded"]["bias"],
    }  # fmt: skip
    yield Say("bias", numbers)
    tells = formula < 1 - APART
    same_share = spread(decay) < EQUAL and abs(decay["large"] - formula) < APART / 2
    spared = numbers["excluded"] > decay["bias"] + APART / 2
    yield Verdict(
        holds=bool(numbers["sgd"] < EQUAL and apart and same_share and spared) if tells else None,
        observed=(max(WEIGHTS[:3], key=penalty.get) if apart else "same") if tells else None,
        numbers=numbers,
    )
