"""A transposed convolution draws a checkerboard unless its kernel size is a multiple of the stride.

Each input of Conv2DTranspose adds a block as large as the kernel to the output, and the blocks begin `stride` apart.
Along an axis an output is covered by floor(kernel / stride) of them or by ceil(kernel / stride), in turns; in the plane
the two axes multiply. With size 3 and stride 2 that is 1 or 2 along an axis and 1, 2 or 4 in the plane. Weights of 1 on
a map of ones make the output count the blocks, so what is drawn is the layer's own pattern and nothing else. It is even
only where both counts are the same: where the stride divides the size, as with 4 and 2, the control.

A second layer deepens the pattern, and the gradient that a strided Conv2D passes back has the same grid. With random
kernels there is a pattern whatever the size, since the positions then use weights of their own; and a kernel such as
[0.5, 1, 0.5] is even at size 3 and stride 2. What the size decides is the pattern of a kernel that has none itself.

Sources: A. Odena, V. Dumoulin, C. Olah, Deconvolution and Checkerboard Artifacts, Distill, 2016; A. Aitken et al.,
Checkerboard artifact free sub-pixel convolution, 2017, section 2.

    mlquiz demo checkerboard --kernel 5 --stride 3
    mlquiz demo checkerboard --kernel 4
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Row, Say, Shades, Verdict

QUESTIONS = ["checkerboard"]
CONTROL = {"kernel": 4}
PREDICTION = {"choice": ["one", "two", "three"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"distinct": "distinct"}

INPUT, SHOWN = 40, 8  # sides of the map of ones, and of the part that is drawn


def with_ones(layer, kernel, stride):
    return layer(1, kernel, strides=stride, use_bias=False, kernel_initializer="ones")


def inside(maps, kernel, stride):
    """The only map, without the edges, where blocks are missing."""
    margin = 2 * kernel * stride
    return np.array(maps)[0, margin:-margin, margin:-margin, 0]


def distinct(values):
    return np.unique(values).tolist()


def blocks(kernel, stride):
    """How many blocks may cover an output in the plane."""
    along_axis = {kernel // stride, -(-kernel // stride)}
    return [rows * columns for rows in along_axis for columns in along_axis]


def random_pattern(kernel, stride):
    """With random kernels: spread over the positions of one period / their root mean square, mean of 64 maps."""
    maps = keras.layers.Conv2DTranspose(64, kernel, strides=stride, use_bias=False)(tf.ones((1, 8, 8, 64)))
    period = maps[0, 4 * stride : 5 * stride, 4 * stride : 5 * stride].numpy()
    return np.mean(period.std((0, 1)) / np.sqrt((period**2).mean((0, 1))))


def run(
    kernel: Annotated[int, Between(1, 8)] = 3,
    stride: Annotated[int, Between(1, 4)] = 2,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    keras.utils.set_random_seed(seed)
    ones = tf.ones((1, INPUT, INPUT, 1))
    multiple = (kernel // stride + 1) * stride
    for panel, size in {"chosen": kernel, "multiple": multiple}.items():
        output = with_ones(keras.layers.Conv2DTranspose, size, stride)(ones)
        drawn = inside(output, size, stride)[:SHOWN, :SHOWN]
        yield Shades(panel, {str(row): values for row, values in enumerate(drawn, 1)})

    measured = {}
    for size in sorted({*range(2, 7), kernel}):
        measured[size] = distinct(inside(with_ones(keras.layers.Conv2DTranspose, size, stride)(ones), size, stride))
        formula = distinct(blocks(size, stride))
        even = "no" if size % stride else "yes"
        yield Row("sizes", {"size": size, "divides": even, "formula": formula, "measured": measured[size]})

    twice = ones
    for _ in range(2):
        twice = with_ones(keras.layers.Conv2DTranspose, kernel, stride)(twice)
    yield Say("twice", {"values": distinct(inside(twice, kernel, stride))})

    image = tf.Variable(tf.ones((1, INPUT * stride, INPUT * stride, 1)))
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(with_ones(keras.layers.Conv2D, kernel, stride)(image))
    gradient = tape.gradient(total, image)
    yield Say("gradient", {"values": distinct(inside(gradient, kernel, stride))})

    upsampled = with_ones(keras.layers.Conv2D, kernel, 1)(keras.layers.UpSampling2D(stride)(ones))
    yield Say("upsampled", {"values": distinct(upsampled)})

    if stride > 1:
        patterns = {size: random_pattern(size, stride) for size in (kernel, multiple)}
        yield Say(
            "random", {"kernel": kernel, "here": patterns[kernel], "multiple": multiple, "there": patterns[multiple]}
        )

    values = measured[kernel]
    yield Verdict(
        holds=values == distinct(blocks(kernel, stride)) and len(values) > 1,
        observed={1: "one", 2: "two"}.get(len(values), "three"),
        numbers={"kernel": kernel, "stride": stride, "values": values, "distinct": len(values)},
    )
