"""A convolution's filter is as deep as its input: k x k x channels weights and one bias, whatever the image's size.

A stack is written as in the literature: 16C3-MP2-32C3-MP2 has 16 filters of 3 x 3, max pooling by 2, 32 filters of 3
x 3, and so on; s2 after a convolution is its stride. Each layer's parameters are (k k channels + 1) filters, and the
channels are the filters of the convolution before. On an RGB image the first layer has (27 + 1) 16 = 448 parameters,
and the second (144 + 1) 32 = 4,640. The popular mistake takes filters for flat squares, (9 + 1) 32 = 320; that is the
control.

How often a filter is applied is measured too. Every application adds the filter's bias once, so the gradient of the
sum of all outputs with respect to that bias is the number of its applications: one for each output position. Times
the filters: 100 100 16 = 160,000 in the first layer, 50 50 32 = 80,000 in the second. An application is not a unit of
work: one of the first multiplies 27 numbers, one of the second 144, and the second layer does 2.7 times the work in
half the applications.

Sources: Keras 3.15.1, keras/src/layers/convolutional/base_conv.py, build, and keras/src/ops/operation_utils.py,
compute_conv_output_shape; the notation: D. Ciresan, U. Meier, J. Schmidhuber, Multi-column Deep Neural Networks for
Image Classification, CVPR 2012.

    mlquiz demo conv-params --stack 6C5-MP2-16C5-MP2 --input 32x32x1 --padding valid
    mlquiz demo conv-params --flat-filters
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Bars, Between, Events, Matching, Row, Say, Verdict

QUESTIONS = ["conv2d-parameters", "conv2d-applications"]
CONTROL = {"flat_filters": True}
PREDICTION = {"number": "parameters"}
SEEDS = [0, 1, 2, 3, 4]

MOST = {"parameters": 10_000_000, "multiplications": 5_000_000_000, "values": 30_000_000}  # in a live run


def parameters(kernel, channels, filters):
    return (kernel * kernel * channels + 1) * filters


def flat_parameters(kernel, filters):
    """The popular mistake: a filter that sees one channel only."""
    return (kernel * kernel + 1) * filters


def output_side(side, window, stride, padding):
    return -(-side // stride) if padding == "same" else (side - window) // stride + 1


def read(name):
    """Filters, window and stride: 32C3s2 is (32, 3, 2), and MP2 is (0, 2, 2)."""
    if name.startswith("MP"):
        return 0, int(name[2:]), int(name[2:])
    filters, _, rest = name.partition("C")
    kernel, _, stride = rest.partition("s")
    return int(filters), int(kernel), int(stride or 1)


def on_paper(stack, height, width, channels, padding):
    """What the formulas say of each layer, before any is built."""
    for name in stack.split("-"):
        filters, window, stride = read(name)
        rule = padding if filters else "valid"  # pooling keeps the default of Keras
        if rule == "valid" and window > min(height, width):
            raise ValueError(
                f"{name} without padding needs an input of at least {window} x {window} pixels, "
                f"received {height} x {width}. Give a larger --input or fewer layers, or pad convolutions "
                "with --padding same."
            )
        received = height * width * channels
        height, width = output_side(height, window, stride, rule), output_side(width, window, stride, rule)
        yield {
            "name": name, "filters": filters, "window": window, "channels": channels,
            "output": f"{height}×{width}×{filters or channels}",
            "parameters": parameters(window, channels, filters), "flat": flat_parameters(window, filters),
            "positions": height * width, "applications": height * width * filters,
            "multiplications": height * width * filters * window * window * channels,
            "values": received + height * width * (filters or channels),
        }  # fmt: skip
        channels = filters or channels


def check_effort(plan):
    for what, most in MOST.items():
        needed = sum(layer[what] for layer in plan)
        if needed > most:
            raise ValueError(
                f"A live run takes at most {most:,} {what}, received a stack and an image that need {needed:,}. "
                "Take fewer or smaller filters, or a smaller --input."
            )


def build(stack, sizes, padding):
    model = keras.Sequential([keras.Input(sizes)])
    for name in stack.split("-"):
        filters, window, stride = read(name)
        if filters:
            model.add(keras.layers.Conv2D(filters, window, strides=stride, padding=padding))
        else:
            model.add(keras.layers.MaxPooling2D(window))
    return model


def counted_applications(convolution, image):
    """Each application of a filter adds its bias to one output, so the gradient of the outputs' sum counts them."""
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(convolution(image))
    return int(np.sum(tape.gradient(total, convolution.bias.value), dtype="int64"))


def run(
    stack: Annotated[
        str,
        Matching(
            r"[1-9]\d{0,2}C[1-9]\d?(s[1-9])?"  # a convolution first, then up to eleven layers of either kind
            r"(-([1-9]\d{0,2}C[1-9]\d?(s[1-9])?|MP[1-9])){0,11}",
            "6C5-MP2-16C5s2",
        ),
    ] = "16C3-MP2-32C3-MP2",
    input: Annotated[str, Matching(r"[1-9]\d{0,2}x[1-9]\d{0,2}x[1-9]\d{0,2}", "32x32x1")] = "100x100x3",
    padding: Annotated[str, Matching("same|valid", "valid")] = "same",
    flat_filters: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    height, width, channels = (int(size) for size in input.split("x"))
    plan = list(on_paper(stack, height, width, channels, padding))
    check_effort(plan)

    keras.utils.set_random_seed(seed)
    model = build(stack, (height, width, channels), padding)
    image = keras.random.uniform((1, height, width, channels))
    convolutions, sums = [], {"formula": 0, "keras": 0}
    for layer, paper in zip(model.layers, plan):
        row = {
            "layer": paper["name"], "output": "×".join(map(str, layer.output.shape[1:])),
            "formula": paper["flat" if flat_filters else "parameters"], "keras": layer.count_params(),
            "positions": "–", "applications": "–", "multiplications": "–",
        }  # fmt: skip
        if paper["filters"]:
            row["applications"] = counted_applications(layer, image)
            row["positions"] = row["applications"] // paper["filters"]
            row["multiplications"] = paper["multiplications"]
            right = row["formula"] == row["keras"] and row["applications"] == paper["applications"]
            convolutions.append(paper | row | {"right": right})
        yield Row("layers", row)
        sums = {name: so_far + row[name] for name, so_far in sums.items()}
        yield Bars("sums", sums, of=max(sums.values()))
        image = layer(image)

    first, last = convolutions[0], convolutions[-1]
    numbers = {
        **{name: last[name] for name in ("layer", "window", "channels", "filters", "formula", "keras")},
        "convolutions": len(convolutions), "right": sum(layer["right"] for layer in convolutions),
        "parameters": sums["keras"], "applications": sum(layer["applications"] for layer in convolutions),
    }  # fmt: skip
    twice = build(stack, (2 * height, 2 * width, channels), padding)
    yield Say("twice", {"size": f"{2 * height}×{2 * width}", "parameters": twice.count_params()})
    yield Say("sum", numbers)
    if len(convolutions) > 1:
        yield Say("work", {
            "first": first["layer"], "last": last["layer"],
            "applications": last["applications"] / first["applications"],
            "multiplications": last["multiplications"] / first["multiplications"],
            "first_reads": first["window"] ** 2 * first["channels"],
            "last_reads": last["window"] ** 2 * last["channels"],
        })  # fmt: skip
    yield Verdict(numbers["right"] == len(convolutions), observed=last["keras"], numbers=numbers)
