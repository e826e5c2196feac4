"""An L1 penalty under SGD or Adam leaves no weight exactly zero; the same penalty as a proximal step makes most zero.

The gradient of l |w| is l times the sign of w, equally large however small w is. A step takes lr l off the weight, and
one that is nearer to zero than that lands on the other side; the next step throws it back. So a useless weight changes
its sign again and again and hovers within about lr l of zero, 0.01 here. Adam makes smaller steps at the end and comes
closer, but does not arrive. The proximal step (ISTA) first takes the gradient step of the data alone, then moves each
weight by lr l towards zero and no further than zero; in Keras that is a constraint, applied after each step.

Zeros from a gradient method take a threshold after training. That is the control.

The data are the card's: 200 examples, 100 features of which ten matter, 300 full-batch steps. (Ftrl, with its
l1_regularization_strength, is the one optimizer of Keras that makes exact zeros itself.)

Sources: Keras 3.15.1, keras/src/regularizers/regularizers.py, L1; keras/src/optimizers/base_optimizer.py, apply
(constraints after the step); N. Parikh, S. Boyd, Proximal Algorithms, 2014, section 4.2.

    mlquiz demo exact-zeros --lr 0.02 --steps 1500
    mlquiz demo exact-zeros --threshold 0.01
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Bars, Between, Events, Plot, Say, Verdict

QUESTIONS = ["l1-exact-zeros"]
CONTROL = {"threshold": 0.01}
PREDICTION = {"choice": ["none", "adam", "both"]}
SEEDS = [0, 1, 2, 3, 4]

METHODS = ["sgd", "adam", "l2", "proximal"]
EXAMPLES, FEATURES, USEFUL = 200, 100, 10
SMALL = 0.01
FRAMES, WATCHED = 25, 50  # the last steps are watched one by one
MANY = 10  # zeros of the proximal step, for the run to tell


def soft_threshold(amount):
    """Moves each weight towards zero by a fixed amount, and no further than zero."""
    return lambda w: keras.ops.sign(w) * keras.ops.relu(keras.ops.absolute(w) - amount)


def regression(random):
    features, weights = random.normal(size=(EXAMPLES, FEATURES)), np.zeros(FEATURES)
    weights[:USEFUL] = 1
    target = features @ weights + 0.5 * random.normal(size=EXAMPLES)
    return tf.constant(features, "float32"), tf.constant(target[:, None], "float32")


def learner(seed, data, optimizer, **options):
    """A function that takes so many full-batch steps and gives the kernel after each."""
    keras.utils.set_random_seed(seed)
    layer = keras.layers.Dense(1, use_bias=False, **options)
    layer.build((None, FEATURES))
    optimizer.build(layer.trainable_variables)
    features, target = data

    @tf.function
    def train(steps):
        path = tf.TensorArray("float32", size=steps)
        for step in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((layer(features) - target) ** 2) + sum(layer.losses)
            optimizer.apply(tape.gradient(loss, layer.trainable_variables), layer.trainable_variables)
            path = path.write(step, layer.kernel[:, 0])
        return path.stack()

    return lambda steps: train(tf.constant(steps)).numpy()


def run(
    l1: Annotated[float, Between(0.001, 1.0)] = 0.1,
    lr: Annotated[float, Between(0.01, 0.25)] = 0.1,
    steps: Annotated[int, Between(100, 3000)] = 300,
    threshold: Annotated[float, Between(0.0, 0.1)] = 0.0,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Bars("zeros", dict.fromkeys(METHODS, 0), of=FEATURES)

    data = regression(np.random.default_rng(seed))
    sgd, adam, penalty = keras.optimizers.SGD, keras.optimizers.Adam, keras.regularizers.L1(l1)
    learners = {
        "sgd": learner(seed, data, sgd(lr), kernel_regularizer=penalty),
        "adam": learner(seed, data, adam(lr / 10), kernel_regularizer=penalty),
        "l2": learner(seed, data, sgd(lr), kernel_regularizer=keras.regularizers.L2(l1)),
        "proximal": learner(seed, data, sgd(lr), kernel_constraint=soft_threshold(lr * l1)),
    }
    stride = -(-(steps - WATCHED) // FRAMES)
    paths = {name: np.empty((0, FEATURES)) for name in METHODS}
    for length in [stride] * FRAMES + [WATCHED]:
        for name, train in learners.items():
            paths[name] = np.concatenate([paths[name], train(length)])
        sizes = {name: np.abs(path[-1]) for name, path in paths.items()}
        zeros = {name: int(np.sum((size == 0) | (size < threshold))) for name, size in sizes.items()}
        small = {name: int(np.sum(size < SMALL)) for name, size in sizes.items()}
        yield Bars("zeros", zeros, of=FEATURES)
        yield Bars("small", small, of=FEATURES)

    useless = USEFUL + int(np.argmax(sizes["proximal"][USEFUL:] == 0))  # the first that the proximal step makes zero
    step = len(paths["sgd"])
    for at in range(step - WATCHED, step):
        yield Plot("path", at + 1, {name: paths[name][at, useless] for name in ("sgd", "adam", "proximal")})

    flips = (np.diff(np.sign(paths["sgd"][:, USEFUL:]), axis=0) != 0).sum(axis=0)
    numbers = {
        **{f"{name}_zeros": zeros[name] for name in METHODS}, **{f"{name}_small": small[name] for name in METHODS},
        "kept": int(np.sum(sizes["proximal"][:USEFUL] != 0)), "useful": USEFUL,
        "steps": step, "flips": np.median(flips), "move": lr * l1,
    }  # fmt: skip
    yield Say("flips", numbers)
    reached = "both" if zeros["sgd"] else "adam" if zeros["adam"] else "none"
    tells = reached != "none" or zeros["proximal"] >= MANY
    yield Verdict(reached == "none" if tells else None, observed=reached if tells else None, numbers=numbers)
