"""Forty plain layers fit their training data worse than four although gradients arrive; x + F(x) undoes that.

A plain network of blocks h = relu(F(h)) beside a residual one of the very same blocks, h = relu(h + F(h)), where F is
linear, layer norm, ReLU, linear, layer norm. Both start from the same weights, have equally many of them (an addition
has none) and see the same examples. Beside them a plain network of only four layers. What is compared is the training
error, so overfitting cannot be the reason; and lack of capacity cannot, as the residual network fits.

Vanishing gradients are not the reason either, and the run shows it: the gradient of the first layer is measured at
every update, and in the plain deep network it is about as large as in the shallow one (medians of 0.5 to 4.4 times
over five seeds). But it turns: the gradients of two updates in a row have a cosine of 0.15 to 0.31, against 0.92 to
0.96 in the other two networks. What one step has gained is of little use to the next. That fits the other
observation: with a tenth of the learning rate and ten times the updates the plain network gets there too. The paper
leaves the cause open; that the gradients of deep plain networks come to look like white noise is what Balduzzi and
others found.

At --lr 0.005 the plain network does lose its gradient, after a few updates: it has become a constant.

Sources: K. He, X. Zhang, S. Ren, J. Sun, Deep Residual Learning for Image Recognition, 2015, sections 1, 3.2 and 4.1;
D. Balduzzi et al., The Shattered Gradients Problem, ICML 2017.

    mlquiz demo residual --lr 0.005
    mlquiz demo residual --lr 0.00012 --steps 800
    mlquiz demo residual --sweep blocks=1:40:6
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["residual-degradation", "residual-parameters"]
CONTROL = {"blocks": 2}
PREDICTION = {"choice": ["fits", "vanished", "arrives"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"plain": "plain-deep", "residual": "residual-deep", "shallow": "plain-shallow"}

KINDS = ["plain-shallow", "plain-deep", "residual-deep"]
NETWORKS, EXAMPLES, INPUTS, WIDTH = 6, 32, 8, 24
FITTED, VANISHED = 0.15, 0.1  # of the error of a constant; of the shallow network's gradient


def regression(random):
    """Examples for each network, with targets of mean 0 and variance 1: a constant has the error 1."""
    x = random.normal(size=(NETWORKS, EXAMPLES, INPUTS))
    y = np.sin(2 * x[..., :1]) + x[..., 1:2] * x[..., 2:3]
    y = (y - y.mean(axis=1, keepdims=True)) / y.std(axis=1, keepdims=True)
    return x.astype("float32"), y.astype("float32")


def learner(x, y, shortcut, blocks, lr, random):
    """A function that takes one step of Adam. With x added (1) or not (0), the weights at the start are the same."""

    def weight(*shape, gain=2.0):
        start = random.normal(size=shape) * np.sqrt(gain / shape[-2])
        return tf.Variable(np.repeat(start, len(shortcut), axis=-4).astype("float32"))

    first, last = weight(1, NETWORKS, INPUTS, WIDTH), weight(1, NETWORKS, WIDTH, 1, gain=1.0)
    kernels = weight(blocks, 2, 1, NETWORKS, WIDTH, WIDTH)
    optimizer = keras.optimizers.Adam(lr)
    optimizer.build([first, kernels, last])

    layer_norm = keras.ops.layer_normalization

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            h = tf.nn.relu(x @ first)
            for kernel in kernels:
                f = layer_norm(tf.nn.relu(layer_norm(h @ kernel[0], epsilon=1e-3)) @ kernel[1], epsilon=1e-3)
                h = tf.nn.relu(tf.reshape(shortcut, (-1, 1, 1, 1)) * h + f)
            error = tf.reduce_mean((h @ last - y) ** 2, axis=(2, 3))  # of each kind and network
        gradients = tape.gradient(error, [first, kernels, last])
        optimizer.apply(gradients, [first, kernels, last])
        return error, tf.reshape(gradients[0], (len(shortcut), NETWORKS, -1))

    return step


def conv_block(shortcut):
    x = keras.Input((16, 16, 64))
    f = keras.layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    f = keras.layers.Conv2D(64, 3, padding="same")(f)
    return keras.Model(x, keras.layers.Add()([x, f]) if shortcut else f)


def spread(values):
    return {"median": np.median(values), "low": values.min(), "high": values.max()}


def run(
    blocks: Annotated[int, Between(1, 40)] = 20,
    lr: Annotated[float, Between(0.0001, 0.02)] = 0.0012,
    steps: Annotated[int, Between(50, 1000)] = 80,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"networks": NETWORKS, "examples": EXAMPLES, "layers": 2 * blocks})
    random = np.random.default_rng(seed)
    data = regression(random)
    shallow, deep = learner(*data, [0.0], 2, lr, random), learner(*data, [0.0, 1.0], blocks, lr, random)
    errors, gradients = [], []
    for now in range(1, steps + 1):
        error, gradient = (np.concatenate(both) for both in zip(shallow(), deep()))
        errors.append(error)
        gradients.append(gradient)
        if now % -(-steps // 40) == 0:
            length = np.linalg.norm(gradient, axis=-1)
            yield Plot("error", now, dict(zip(KINDS, np.median(error, axis=1).clip(1e-3, 10))), log=True)
            yield Plot("gradient", now, dict(zip(KINDS, np.median(length, axis=1).clip(1e-4, 100))), log=True)

    error, lengths = np.mean(errors[-10:], axis=0), np.linalg.norm(gradients, axis=-1)  # update, kind, network
    cosines = -keras.losses.cosine_similarity(np.array(gradients[1:]), np.array(gradients[:-1]))  # of two in a row
    arrives, turn = np.median(lengths, axis=(0, 2)), np.median(cosines, axis=(0, 2))
    for kind, name in enumerate(KINDS):
        measured = {"end-error": spread(error[kind]), "length": arrives[kind].round(2), "turn": turn[kind].round(2)}
        yield Row("end", {"network": name, "layers": 2 * blocks if kind else 4, **measured})
    yield Say("block", {"alone": conv_block(False).count_params(), "around": conv_block(True).count_params()})

    few, plain, residual = np.median(error, axis=1)
    share = arrives[1] / arrives[0]
    outcome = "fits" if plain < FITTED else "vanished" if share < VANISHED else "arrives"
    numbers = {"shallow": few, "plain": plain, "residual": residual, "share": share, "layers": 2 * blocks}
    holds = bool(outcome == "arrives" and residual < FITTED)
    tells = few < FITTED  # else not even the shallow network has learned
    yield Verdict(holds if tells else None, observed=outcome if tells else None, numbers=numbers)
