"""A transposed convolution gives back the shape of what was convolved, not what was convolved.

A convolution multiplies the picture, written as one long vector, by a sparse matrix C. Conv2DTranspose with the same
kernel multiplies by C's transpose, as backpropagation does: it is the gradient that the convolution passes back to its
input. The demo writes out both matrices, by sending unit vectors through both layers, and compares them.

By default nothing is lost on the way: the picture becomes as many numbers as it had, C can be inverted, and its inverse
brings the picture back. The transpose is another matrix and brings back another picture. Only where C has orthonormal
columns are the two the same: with blocks that do not overlap (stride = kernel) and kernel^2 orthonormal filters, the
control. With fewer filters C has fewer rows than columns, and then pictures that differ have the same convolution:
even the pseudo-inverse can only guess, see --stride 2 --filters 1. Everything is held against the picture at the scale
that suits it best, so that no error is due to the size of the weights.

Rows: a `valid` convolution makes floor((size - kernel) / stride) + 1, and of r rows Conv2DTranspose makes
r stride + max(kernel - stride, 0). With --size 10 --stride 2 that is 10, 4, 9: sizes 9 and 10 both shrink to 4.

Sources: V. Dumoulin, F. Visin, A guide to convolution arithmetic for deep learning, 2016, chapter 4; Keras 3.15.1,
keras/src/backend/common/backend_utils.py, _get_output_shape_given_tf_padding.

    mlquiz demo transposed-conv --stride 2 --filters 1
    mlquiz demo transposed-conv --initializer orthogonal
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Matching, Say, Shades, Verdict

QUESTIONS = ["deconvolution-not-inverse", "transposed-convolution-size"]
CONTROL = {"initializer": "orthogonal"}
PREDICTION = {"choice": ["picture", "shape", "neither"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"missed": "missed", "best": "best"}

SAME = 1  # per cent of the picture: what misses less has come back


def letter_n(size):
    row, column = np.indices((size, size, 1))[:2]
    return ((column == 0) | (column == size - 1) | (row == column)).astype("float32")


def matrix(layer, shape):
    """What a linear layer makes of each unit vector, a row for each."""
    units = np.eye(np.prod(shape), dtype="float32")
    return layer(units.reshape(-1, *shape)).numpy().reshape(len(units), -1).astype("float64")


def formula(rows, kernel, stride):
    return rows * stride + max(kernel - stride, 0)


def rows_of_layer(rows, kernel, stride):
    return keras.layers.Conv2DTranspose(1, kernel, strides=stride)(np.zeros((1, rows, rows, 1))).shape[1]


def percent_missed(picture, guess):
    scale = np.sum(picture * guess) / max(np.sum(guess**2), 1e-12)  # the one that suits the guess best
    return 100 * np.linalg.norm(picture - scale * guess) / np.linalg.norm(picture)


def shades(panel, *maps):
    """Maps of (rows, columns) side by side."""
    return Shades(panel, {str(row): values for row, values in enumerate(np.concatenate(maps, axis=1), 1)})


def gradient_by(image, convolution):
    """The convolution's maps, and their gradient with respect to the image when they are sent back through it."""
    with tf.GradientTape() as tape:
        maps = convolution(image)
    return maps, tape.gradient(maps, image, output_gradients=maps)[0].numpy()


def run(
    size: Annotated[int, Between(6, 12)] = 9,
    kernel: Annotated[int, Between(1, 5)] = 3,
    stride: Annotated[int, Between(1, 5)] = 3,
    filters: Annotated[int, Between(1, 9)] = 9,
    initializer: Annotated[str, Matching("glorot_uniform|orthogonal", "orthogonal")] = "glorot_uniform",
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    picture = letter_n(size)
    yield shades("picture", picture[..., 0])

    keras.utils.set_random_seed(seed)
    convolution = keras.layers.Conv2D(filters, kernel, strides=stride, use_bias=False, kernel_initializer=initializer)
    maps, gradient = gradient_by(tf.Variable(picture[None]), convolution)
    yield shades("maps", *np.moveaxis(maps[0].numpy(), -1, 0))

    transposed = keras.layers.Conv2DTranspose(1, kernel, strides=stride, use_bias=False)
    transposed.build(maps.shape)
    transposed.kernel.assign(convolution.kernel)
    back = transposed(maps)[0].numpy()

    small, rows = maps.shape[1], len(back)
    cases = [(small, k, s) for k in range(1, 6) for s in range(1, 6)]
    agree = sum(formula(*case) == rows_of_layer(*case) for case in cases)
    numbers = {
        "size": size, "kernel": kernel, "stride": stride, "small": small, "rows": rows,
        "formula": formula(small, kernel, stride), "cases": len(cases), "agree": agree,
    }  # fmt: skip
    yield Say("rows", numbers)
    if rows != size:
        yield shades("back-alone", back[..., 0])
        numbers |= {"outcome": "no-shape", "missed": "–", "best": "–"}
        yield Verdict(False, observed="neither", numbers=numbers)
        return

    c, c_transposed = matrix(convolution, picture.shape).T, matrix(transposed, maps.shape[1:]).T
    inverted, _, rank, _ = np.linalg.lstsq(c, c @ picture.ravel())  # by C's inverse, or its pseudo-inverse
    drawn = [one.reshape(size, size) / np.abs(one).max() for one in (back, inverted)]
    yield shades("back", drawn[0], np.zeros((size, 3)), drawn[1])

    numbers |= {
        "missed": percent_missed(picture, back), "best": percent_missed(picture[..., 0], inverted.reshape(size, size)),
        "rank": rank, "outputs": len(c), "inputs": size**2,
        "difference": np.abs(c_transposed - c.T).max(), "gradient": np.abs(back - gradient).max(),
    }  # fmt: skip
    yield from (Say(line, numbers) for line in ("transpose", "inverse"))
    came_back = bool(numbers["missed"] < SAME)
    holds = agree == len(cases) and bool(numbers["difference"] == 0) and not came_back
    numbers["outcome"] = "whole-picture" if came_back else "shape-only"
    yield Verdict(holds, observed="picture" if came_back else "shape", numbers=numbers)
