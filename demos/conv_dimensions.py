"""The number in Conv1D, Conv2D and Conv3D counts the axes along which the kernel slides, not the kernel's own.

A kernel has an axis for each of those, one for the channels of the input, all of which it covers at once, and one for
its filters: (k, C, F), (k, k, C, F), (k, k, k, C, F). With biases that is (k^d C + 1) F parameters. SeparableConv2D
slides along two axes as well but splits the kernel into (k, k, C, 1) and (1, 1, C, F), with k^2 C + C F + F parameters:
at k = 3, C = 8 and F = 16 it has 216, fewer than even Conv1D with 400. Its share of Conv2D's weights is 1/F + 1/k^2.

That d axes are slid along is measured: one number of the input is changed, and what changes in a map of the output is a
row of k positions, a square of k^2 or a cube of k^3, the d-th power of what changes for Conv1D.

The output's length along each axis is floor((L - d (k - 1) - 1) / s) + 1 for stride s and dilation d, channels have no
say in it; with `same` padding it is ceil(L / s). The demo counts how often that agrees with Conv1D.

The control is the popular mistake that a 1-D convolution has a 1-D kernel: it leaves out the channels.

Sources: Keras 3.15.1, keras/src/layers/convolutional/base_conv.py and base_separable_conv.py, build;
keras/src/ops/operation_utils.py, compute_conv_output_shape; F. Chollet, Xception, 2017, section 2.

    mlquiz demo conv-dimensions --filters 64 --channels 16 --kernel 5
    mlquiz demo conv-dimensions --stride 2
"""

from typing import Annotated

import keras
import numpy as np

from mlquiz.lab import Bars, Between, Events, Row, Say, Verdict

QUESTIONS = ["conv-dimensions", "conv1d-kernel-shape", "conv1d-output-length", "separable-conv2d-parameters"]
CONTROL = {"flat_kernels": True}
PREDICTION = {"order": ["conv1d", "conv2d", "conv3d", "separable"]}
SEEDS = [0, 1, 2, 3, 4]

LAYERS = {  # and along how many axes they slide
    "conv1d": (keras.layers.Conv1D, 1),
    "conv2d": (keras.layers.Conv2D, 2),
    "conv3d": (keras.layers.Conv3D, 3),
    "separable": (keras.layers.SeparableConv2D, 2),
}


def kernel_shapes(name, k, channels, filters):
    if name == "separable":
        return [(k, k, channels, 1), (1, 1, channels, filters)]
    return [(k,) * LAYERS[name][1] + (channels, filters)]


def output_length(length, k, stride, dilation, padding):
    return -(-length // stride) if padding == "same" else (length - dilation * (k - 1) - 1) // stride + 1


def positions_reached(layer, axes, size, channels, random):
    """How many positions of the output change if one number in the middle of the input does."""
    before = random.normal(size=(size,) * axes + (channels,)).astype("float32")
    after = before.copy()
    after[(size // 2,) * axes + (0,)] += 1
    outputs = layer(np.stack([before, after])).numpy()
    return int((np.abs(outputs[1] - outputs[0]) > 1e-6).any(axis=-1).sum())


def lengths_that_agree(size):
    """Formula and Conv1D over kernels, strides, dilations and paddings (Keras takes stride or dilation, not both)."""
    rates = ((1, 1), (2, 1), (3, 1), (1, 2), (1, 3))
    cases = [(k, *rate, padding) for k in (1, 2, 3) for rate in rates for padding in ("valid", "same")]
    agree = 0
    for k, stride, dilation, padding in cases:
        layer = keras.layers.Conv1D(1, k, strides=stride, dilation_rate=dilation, padding=padding)
        agree += layer(np.ones((1, size, 1))).shape[1] == output_length(size, k, stride, dilation, padding)
    return agree, len(cases)


def times(shape):
    return "×".join(map(str, shape))


def run(
    size: Annotated[int, Between(8, 24)] = 16,
    channels: Annotated[int, Between(1, 16)] = 8,
    filters: Annotated[int, Between(1, 64)] = 16,
    kernel: Annotated[int, Between(1, 5)] = 3,
    stride: Annotated[int, Between(1, 3)] = 1,
    dilation: Annotated[int, Between(1, 3)] = 1,
    flat_kernels: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    if stride > 1 and dilation > 1:
        raise ValueError("Keras takes a stride or a dilation, received both above 1. Leave one of them at 1.")
    length = output_length(size, kernel, stride, dilation, "valid")
    if length < 1:
        raise ValueError(f"The kernel spans {dilation * (kernel - 1) + 1}, the input {size}. Take a larger --size.")
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    counts, reached, right = {}, {}, 0
    for name, (kind, axes) in LAYERS.items():
        layer = kind(filters, kernel, strides=stride, dilation_rate=dilation)
        reached[name] = positions_reached(layer, axes, size, channels, random)
        kernels = [weight.shape for weight in layer.weights if len(weight.shape) > 1]
        on_paper = kernel_shapes(name, kernel, 1 if flat_kernels else channels, filters)
        formula = sum(map(np.prod, on_paper)) + filters
        counts[name] = layer.count_params()
        output = layer.compute_output_shape((None,) + (size,) * axes + (channels,))[1:]
        measured = kernels, counts[name], output, reached[name]
        right += measured == (on_paper, formula, (length,) * axes + (filters,), reached["conv1d"] ** axes)
        yield Row("layers", {
            "layer": name, "kernel-shape": " + ".join(map(times, kernels)), "output": times(output),
            "reached": reached[name], "formula": int(formula), "keras": counts[name],
        })  # fmt: skip
        yield Bars("parameters", counts, of=max(counts.values()))

    agree, cases = lengths_that_agree(size)
    yield Say("length", {"size": size, "length": length, "agree": agree, "cases": cases})
    share = (counts["separable"] - filters) / (counts["conv2d"] - filters)
    yield Say("share", {"share": share, "formula": 1 / filters + 1 / kernel**2})
    yield Verdict(
        holds=bool(right == len(LAYERS) and agree == cases),
        observed=",".join(sorted(counts, key=counts.get)),
        numbers={"right": right, "layers": len(LAYERS), "agree": agree, "cases": cases} | counts,
    )
