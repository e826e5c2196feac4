"""The receptive field grows with every layer, what it makes use of only with the root of their number.

What an output can see is what its gradient reaches: the inputs with a gradient other than zero. A layer with kernel k,
stride s and dilation d adds (k - 1) d times the product of the strides before it, so 20 layers of size 3 see
1 + 20 * 2 = 41 positions. The demo counts them, for each number of layers, and they agree with the formula exactly.

But the positions do not count alike. At initialization the squared gradient is spread over the field like the place
after n random steps: its variance is the sum over the layers of (k^2 - 1) / 12 times (d times the strides before)^2. At
stride 1 that is a standard deviation of sqrt(n (k^2 - 1) / 12), 3.65 of 41 positions for 20 layers of size 3, and the
middle 15 hold 95 % (17 with one of five seeds). Strides are another matter: each stride of 2 doubles the steps that
follow, the last one alone takes the gradient over half of the field, and nearly all of it is in use: the control.

All depths are read from one backward pass: the gradient with respect to the input of the last n layers.

Sources: A. Araujo, W. Norris, J. Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill, 2019;
W. Luo, Y. Li, R. Urtasun, R. Zemel, Understanding the Effective Receptive Field in Deep Convolutional Neural Networks,
NIPS 2016, section 2; K. Simonyan, A. Zisserman, Very Deep Convolutional Networks, ICLR 2015, section 2.3.

    mlquiz demo receptive-field --kernel 5 --layers 10
    mlquiz demo receptive-field --dilation 4 --layers 8
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Say, Shades, Verdict

QUESTIONS = ["receptive-field"]
CONTROL = {"stride": 2, "layers": 5}
PREDICTION = {"choice": ["constant", "root", "linear"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"field": "counted", "used": "used"}

CHANNELS, OUTPUTS = 32, 5  # several outputs, so that something lies outside the field of the middle one
WIDEST = 71  # what fits a screen


def field(layers, kernel, stride, dilation):
    return 1 + sum((kernel - 1) * dilation * stride**below for below in range(layers))


def spread(layers, kernel, stride, dilation):
    """The standard deviation of the squared gradient's place if all weights of a kernel count alike."""
    return np.sqrt(sum((kernel**2 - 1) / 12 * (dilation * stride**below) ** 2 for below in range(layers)))


def squared_gradients(layers, kernel, stride, dilation, random):
    """Of a new network's middle output, at the input of the last layer, of the last two, ...: shares, zeros trimmed."""
    length = field(layers, kernel, stride, dilation) + (OUTPUTS - 1) * stride**layers
    maps = [tf.constant(random.normal(size=(1, length, CHANNELS)), "float32")]
    options = {"strides": stride, "dilation_rate": dilation, "activation": "relu", "use_bias": False}
    with tf.GradientTape() as tape:
        tape.watch(maps)
        for _ in range(layers):
            maps.append(keras.layers.Conv1D(CHANNELS, kernel, kernel_initializer="he_normal", **options)(maps[-1]))
        middle = tf.reduce_sum(maps[-1][:, OUTPUTS // 2])
    squares = [np.sum(np.square(g, dtype="float64"), axis=(0, 2)) for g in tape.gradient(middle, maps[:-1])]
    return [np.trim_zeros(square) / square.sum() for square in reversed(squares)]


def deviation(shares):
    places = np.arange(len(shares))
    return np.sqrt(shares @ (places - shares @ places) ** 2)


def used(shares):
    """The width of the smallest window in the middle with 95 % of the squared gradient."""
    widths = range(len(shares) % 2 or 2, len(shares) + 1, 2)
    return next(width for width in widths if shares[(len(shares) - width) // 2 :][:width].sum() > 0.95)


def shade(shares, width):
    """Zero outside the field, from a quarter to one inside."""
    left = (width - len(shares)) // 2
    return np.pad(np.where(shares > 0, 0.25 + 0.75 * shares / shares.max(), 0), (left, width - len(shares) - left))


def run(
    layers: Annotated[int, Between(1, 20)] = 20,
    kernel: Annotated[int, Between(2, 7)] = 3,
    stride: Annotated[int, Between(1, 3)] = 1,
    dilation: Annotated[int, Between(1, 4)] = 1,
    networks: Annotated[int, Between(1, 10)] = 5,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    if stride > 1 and dilation > 1:
        raise ValueError("Keras takes a stride or a dilation, received both above 1. Leave one of them at 1.")
    if (width := field(layers, kernel, stride, dilation)) > WIDEST:
        raise ValueError(f"The field is {width} wide, at most {WIDEST} fit. Take fewer layers or a smaller kernel.")
    depths, results = range(1, layers + 1), []
    yield Shades("field", {str(depth): np.zeros(width) for depth in depths})

    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    for _ in range(networks):
        results.append(squared_gradients(layers, kernel, stride, dilation, random))
        mean = [np.mean(shares, axis=0) for shares in zip(*results)]
        yield Shades("field", {str(depth): shade(shares, width) for depth, shares in zip(depths, mean)})

    right = 0
    for depth, shares in zip(depths, mean):
        right += len(shares) == field(depth, kernel, stride, dilation)
        sigma = spread(depth, kernel, stride, dilation)
        yield Plot("widths", depth, {"counted": len(shares), "used": used(shares), "sigma": 4 * sigma})
    yield Say("sigma", {"measured": deviation(shares), "formula": sigma})
    others = {"seven": (1, 7, 1, 1), "three": (3, 3, 1, 1), "strided": (3, 3, 2, 1)}
    yield Say("others", {name: len(squared_gradients(*other, random)[-1]) for name, other in others.items()})

    quarter = max(1, layers // 4)
    growth = np.log(deviation(shares) / deviation(mean[quarter - 1]))
    power = growth / np.log(layers / quarter) if layers > 1 else 0.0
    numbers = {
        "layers": layers, "kernel": kernel, "right": right, "field": len(shares), "used": used(shares),
        "percent": 100 * used(shares) / len(shares), "power": power,
    }  # fmt: skip
    yield Verdict(
        holds=right == layers and used(shares) < len(shares) / 2,
        observed=None if layers == 1 else "constant" if power < 0.25 else "root" if power < 0.75 else "linear",
        numbers=numbers,
    )
