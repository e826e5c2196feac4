"""Keras's convolution is a cross-correlation: trained on true convolutions, it learns the kernel back to front.

Conv1D lays its kernel on the input as it is and adds up the products, y[t] = sum of w[i] x[t + i]. A convolution
flips the kernel first, y[t] = sum of w[i] x[t - i]. An impulse shows the difference: a convolution answers it with the
kernel itself, Conv1D with the kernel reversed, for the sliding kernel meets the single 1 with its last weight first.

For learning it makes no difference, because the weights flip instead. Two equal layers see the same noise; one is to
reproduce np.convolve(noise, kernel), the other np.correlate(noise, kernel). The first learns the kernel reversed, the
second the kernel as it is, both with the same loss of zero. A symmetric kernel cannot tell the two apart: the control.

Conv1DTranspose multiplies by the transposed matrix (see the demo transposed-conv), and the transpose of a
cross-correlation is a convolution: it answers an impulse with the kernel as it is.

Sources: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, 2016, section 9.1; Keras 3.15.1,
keras/src/backend/tensorflow/nn.py, conv.

    mlquiz demo cross-correlation --kernel 1,0,-1
    mlquiz demo cross-correlation --kernel 1,2,1
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Matching, Plot, Row, Say, Verdict

QUESTIONS = ["conv-is-cross-correlation"]
CONTROL = {"kernel": "1,2,1"}
PREDICTION = {"choice": ["same", "reversed", "neither"]}
SEEDS = [0, 1, 2, 3, 4]

OPERATIONS = {"convolve": np.convolve, "correlate": np.correlate}
SEQUENCES, LENGTH, LR = 16, 32, 0.1
CLOSE = 0.01  # to the true weights
FRAMES = 30


def of_keras(layer, impulse, weights):
    """What a layer with these weights makes of an impulse."""
    layer = layer(1, len(weights), padding="same", use_bias=False)
    layer.build((None, None, 1))
    layer.kernel.assign(np.reshape(weights, layer.kernel.shape))
    return layer(impulse[None, :, None]).numpy().ravel()


def learn(layer, inputs, targets, steps):
    """Yields the weights after each of the next `steps` steps of gradient descent, again and again."""
    optimizer = keras.optimizers.SGD(LR)
    optimizer.build(layer.trainable_variables)

    @tf.function
    def frame():
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((layer(inputs) - targets) ** 2)
            optimizer.apply([tape.gradient(loss, layer.kernel.value)])

    while True:
        frame()
        yield layer.kernel.numpy().ravel()


def run(
    kernel: Annotated[str, Matching(r"-?\d(,-?\d){2}((,-?\d){2})?", "1,2,3")] = "1,2,3",
    steps: Annotated[int, Between(10, 300)] = 90,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    weights = np.array([float(weight) for weight in kernel.split(",")])
    impulse = np.zeros(len(weights) + 2)
    impulse[len(impulse) // 2] = 1
    yield Row("impulse", {"operation": "input", "response": impulse})
    answers = {
        "np-convolve": np.convolve(impulse, weights, "same"),
        "conv1d": of_keras(keras.layers.Conv1D, impulse, weights),
        "transpose": of_keras(keras.layers.Conv1DTranspose, impulse, weights),
    }
    for operation, answer in answers.items():
        yield Row("impulse", {"operation": operation, "response": answer})

    keras.utils.set_random_seed(seed)
    noise = np.random.default_rng(seed).normal(size=(SEQUENCES, LENGTH)).astype("float32")
    stride, walks, learned = -(-steps // FRAMES), {}, {}
    for name, operation in OPERATIONS.items():
        layer = keras.layers.Conv1D(1, len(weights), use_bias=False)
        layer.build((None, None, 1))
        targets = np.stack([operation(sequence, weights, "valid") for sequence in noise])
        walks[name] = learn(layer, noise[..., None], targets[..., None].astype("float32"), stride)
        learned[name] = layer.kernel.numpy().ravel()
        yield Plot(name, 0, {f"w{i}": weight for i, weight in enumerate(learned[name], 1)})
    for step in range(stride, steps + 1, stride):
        for name, walk in walks.items():
            learned[name] = next(walk)
            yield Plot(name, step, {f"w{i}": weight for i, weight in enumerate(learned[name], 1)})

    def off(name, target):
        return np.abs(learned[name] - target).max()

    numbers = {
        "kernel": weights, "reversed": weights[::-1], "response": answers["conv1d"],
        "learned": np.round(learned["convolve"], 2), "off": off("convolve", weights[::-1]),
        "correlated": np.round(learned["correlate"], 2), "off_correlated": off("correlate", weights),
    }  # fmt: skip
    yield Say("learned", numbers)
    same, flipped = off("convolve", weights) < CLOSE, off("convolve", weights[::-1]) < CLOSE
    correlates = np.allclose(answers["conv1d"], answers["np-convolve"][::-1])
    yield Verdict(
        holds=bool(correlates and flipped and not same) if same or flipped else None,
        observed="same" if same else "reversed" if flipped else "neither",
        numbers=numbers,
    )
