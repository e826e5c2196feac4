"""Dense layers without an activation between them are one matrix: three of them learn no more of XOR than one.

(x W1 + b1) W2 + b2 and so on is x W + b again, with W = W1 W2 W3. The best that a plane can do on XOR is to answer
1/2 everywhere, and the cross-entropy of that is ln 2 = 0.693: there its gradient is zero, as the four points cancel,
and in W it is convex. A stack of 105 parameters stays there as one layer of 3 parameters does; the same stack with
tanh between its layers gets to zero. In W1, W2 and W3 the loss is not convex, but nothing below ln 2 can be reached,
since no W has it.

Sources: I. Goodfellow, Y. Bengio, A. Courville, Deep Learning, 2016, section 6.1; Keras 3.15.1,
keras/src/layers/core/dense.py, Dense.call.

    mlquiz demo linear-stack --between tanh
    mlquiz demo linear-stack --steps 50
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Matching, Plot, Row, Say, Verdict

QUESTIONS = ["linear-stack", "activation-after-every-layer"]
CONTROL = {"between": "tanh"}
PREDICTION = {"choice": ["zero", "half", "floor"]}
SEEDS = [0, 1, 2, 3, 4]

FLOOR = np.log(2)
SHAPES = [(2, 8), (8, 8), (8, 1)]
REPLICAS = 8
FRAMES = 30
XOR = np.array([[-1, -1], [-1, 1], [1, -1], [1, 1]], "float32"), np.array([[0], [1], [1], [0]], "float32")


def stack(seed):
    """Kernels and biases of three Dense layers, those of all replicas stacked."""
    glorot = keras.initializers.GlorotUniform(keras.random.SeedGenerator(seed))
    kernels = [keras.Variable(np.stack([glorot(shape) for _ in range(REPLICAS)])) for shape in SHAPES]
    return kernels, [keras.Variable(np.zeros((REPLICAS, 1, units), "float32")) for _, units in SHAPES]


def logits(kernels, biases, activation, x):
    for layer, (kernel, bias) in enumerate(zip(kernels, biases)):
        x = keras.ops.matmul(x, kernel) + bias
        x = activation(x) if layer < len(SHAPES) - 1 else x
    return x


def losses(kernels, biases, activation):
    x, y = XOR
    targets = tf.broadcast_to(y, (REPLICAS, *y.shape))
    crossentropy = keras.losses.binary_crossentropy(targets, logits(kernels, biases, activation, x), from_logits=True)
    return tf.reduce_mean(crossentropy, axis=-1)


def training(seed, activation, lr, stride):
    """Yields the loss of each replica, at the start and after every `stride` steps of Adam."""
    kernels, biases = stack(seed)
    optimizer = keras.optimizers.Adam(lr)
    optimizer.build(kernels + biases)

    @tf.function
    def frame():
        for _ in tf.range(stride):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(losses(kernels, biases, activation))  # a replica's gradient is its own
            optimizer.apply(tape.gradient(loss, [variable.value for variable in kernels + biases]))

    while True:
        yield losses(kernels, biases, activation).numpy()
        frame()


def difference_to_one_matrix(kernels, biases, activation, seed):
    """The largest |stack(x) - (x W + b)| over random inputs, relative to the largest |stack(x)|."""
    first, second, third = (np.array(kernel) for kernel in kernels)
    bias = (np.array(biases[0]) @ second + np.array(biases[1])) @ third + np.array(biases[2])
    x = np.random.default_rng(seed).normal(size=(100, 2)).astype("float32")
    stacked = np.array(logits(kernels, biases, activation, x))
    return np.abs(stacked - (x @ (first @ second @ third) + bias)).max() / np.abs(stacked).max()


def run(
    between: Annotated[str, Matching("linear|tanh", "linear")] = "linear",
    lr: Annotated[float, Between(0.001, 0.1)] = 0.03,
    steps: Annotated[int, Between(30, 1500)] = 300,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Plot("loss", 0, {"floor": FLOOR})
    activations = {"stack": keras.activations.get(between), "tanh": keras.activations.tanh}
    stride = -(-steps // FRAMES)
    runs = {name: training(seed, activation, lr, stride) for name, activation in activations.items()}
    for frame in range(FRAMES + 1):
        loss = {name: next(walk) for name, walk in runs.items()}
        yield Plot("loss", frame * stride, {"floor": FLOOR} | {name: np.median(of) for name, of in loss.items()})
    for name, values in loss.items():
        numbers = {"lowest": values.min(), "median": np.median(values), "highest": values.max()}
        yield Row("after", {"network": name, **numbers})
    difference = difference_to_one_matrix(*stack(seed), activations["stack"], seed)
    parameters = sum((rows + 1) * units for rows, units in SHAPES)
    yield Say("matrix", {"difference": difference, "parameters": parameters, "one": 3})

    below = int(np.sum(loss["stack"] < FLOOR - 1e-4))
    learnt = int(np.sum(loss["tanh"] < 0.1))
    yield Verdict(
        holds=None if learnt < REPLICAS / 2 else below == 0,  # where tanh has not learnt it, the run was too short
        observed="floor" if below == 0 else "zero" if np.median(loss["stack"]) < 0.1 else "half",
        numbers={
            "lowest": loss["stack"].min(), "floor": FLOOR, "below": below, "learnt": learnt, "replicas": REPLICAS,
            "difference": difference, "steps": frame * stride,
        },
    )  # fmt: skip
