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
from keras import layers

from mlquiz.lab import Bars, Between, Events, Matching, Row, Say, Verdict

QUESTIONS = ["conv2d-parameters", "conv2d-applications"]
CONTROL = {"flat_filters": True}
PREDICTION = {"number": "parameters"}
SEEDS = [0, 1, 2, 3, 4]

MOST = {"parameters": 10_000_000, "multiplications": 5_000_000_000, "values": 30_000_000}  # in a live run


def parameters(kernel, channels, filters):
    return (kernel * kernel * channels + 1) * filters


def output_side(side, window, stride, padding):
    return -(-side // stride) if padding == "same" else (side - window) // stride + 1


def read(name):
    """Filters, window and stride: 32C3s2 is (32, 3, 2), and MP2 is (0, 2, 2)."""
    filters, _, window = name.replace("MP", "0C").partition("C")
    window, _, stride = window.partition("s")
    return int(filters), int(window), int(stride or (1 if int(filters) else window))


def on_paper(name, height, width, channels, padding, flat):
    """What the formulas say of a layer, and the height, width and channels that it makes; flat is the mistake."""
    filters, window, stride = read(name)
    rule = padding if filters else "valid"  # pooling keeps the default of Keras
    if rule == "valid" and window > min(height, width):
        received = f"received {height} x {width}: give a larger --input, fewer layers or --padding same"
        raise ValueError(f"{name} needs an input of at least {window} x {window} pixels, {received}.")
    output = *(output_side(side, window, stride, rule) for side in (height, width)), filters or channels
    applied, reads = output[0] * output[1] * filters, window**2 * channels
    return output, {
        "layer": name, "filters": filters, "window": window, "channels": channels, "reads": reads, "applied": applied,
        "formula": parameters(window, 1 if flat else channels, filters), "multiplications": applied * reads,
        "parameters": parameters(window, channels, filters), "values": height * width * channels + np.prod(output),
    }  # fmt: skip


def build(stack, shape, padding):
    model = keras.Sequential([keras.Input(shape)])
    for filters, window, stride in map(read, stack.split("-")):
        model.add(layers.Conv2D(filters, window, stride, padding) if filters else layers.MaxPooling2D(window))
    return model


def counted_applications(convolution, image):
    """Each application of a filter adds its bias to one output, so the gradient of the outputs' sum counts them."""
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(convolution(image))
    return int(np.sum(tape.gradient(total, convolution.bias.value), dtype="int64"))


def measured(layer, paper, image):
    """A layer as Keras has it, beside the formula."""
    row = {"layer": paper["layer"], "output": "×".join(map(str, layer.output.shape[1:]))}
    row |= {"formula": paper["formula"], "keras": layer.count_params()}
    if not paper["filters"]:
        return row | dict.fromkeys(["positions", "applications", "multiplications"], "–")
    count = counted_applications(layer, image)
    multiplications = paper["multiplications"]
    return row | {"positions": count // paper["filters"], "applications": count, "multiplications": multiplications}


def run(
    stack: Annotated[
        str,
        Matching(
            r"(?![M-])((^|-)([1-9]\d{0,2}C[1-9]\d?(s[1-9])?|MP[1-9])){1,12}",  # a convolution first, then either kind
            "6C5-MP2-16C5s2",
        ),
    ] = "16C3-MP2-32C3-MP2",
    input: Annotated[str, Matching(r"[1-9]\d{0,2}x[1-9]\d{0,2}x[1-9]\d{0,2}", "32x32x1")] = "100x100x3",
    padding: Annotated[str, Matching("same|valid", "valid")] = "same",
    flat_filters: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    shape = tuple(int(size) for size in input.split("x"))
    plan, output = [], shape
    for name in stack.split("-"):
        output, paper = on_paper(name, *output, padding, flat_filters)
        plan.append(paper)
    for what, most in MOST.items():
        if (needed := sum(layer[what] for layer in plan)) > most:
            raise ValueError(f"A live run takes at most {most:,} {what}, these need {needed:,}. Take smaller filters.")

    keras.utils.set_random_seed(seed)
    model = build(stack, shape, padding)
    image = keras.random.uniform((1, *shape))
    rows = []
    for layer, paper in zip(model.layers, plan):
        rows.append(measured(layer, paper, image))
        yield Row("layers", rows[-1])
        sums = {name: sum(row[name] for row in rows) for name in ("formula", "keras")}
        yield Bars("sums", sums, of=max(sums.values()))
        image = layer(image)

    convolutions = [paper | row for paper, row in zip(plan, rows) if paper["filters"]]
    first, last = convolutions[0], convolutions[-1]
    numbers = {name: last[name] for name in ("layer", "window", "channels", "filters", "formula", "keras")} | {
        "convolutions": len(convolutions), "parameters": sums["keras"],
        "applications": sum(layer["applications"] for layer in convolutions),
        "right": sum((of["keras"], of["applications"]) == (of["formula"], of["applied"]) for of in convolutions),
    }  # fmt: skip
    height, width, channels = shape
    twice = build(stack, (2 * height, 2 * width, channels), padding)
    yield Say("twice", {"size": f"{2 * height}×{2 * width}", "parameters": twice.count_params()})
    yield Say("sum", numbers)
    if len(convolutions) > 1:
        ratios = {name: last[name] / first[name] for name in ("applications", "multiplications")}
        reads = {"first_reads": first["reads"], "last_reads": last["reads"]}
        yield Say("work", {"first": first["layer"], "last": last["layer"], **ratios, **reads})
    yield Verdict(numbers["right"] == len(convolutions), observed=last["keras"], numbers=numbers)
