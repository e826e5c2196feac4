"""Numeric questions that are drawn afresh at each showing: variables for the text, and the answer in closed form.

Each generator is a function from a source of randomness to (variables, answer). The tests hold every closed form
against Keras itself over many random draws.
"""

from collections.abc import Callable, Mapping
from random import Random

Draw = tuple[Mapping[str, int], int]


def conv2d_parameters(random: Random) -> Draw:
    """Kernel and bias of Conv2D: (kernel^2 * channels + 1) * filters (Keras BaseConv.build)."""
    variables = {
        "height": random.choice((28, 32, 50, 64, 100, 224)),
        "width": random.choice((28, 32, 50, 64, 100, 224)),
        "channels": random.choice((1, 3, 8, 16, 32, 64)),
        "filters": random.choice((8, 16, 32, 64)),
        "kernel": random.choice((1, 3, 5, 7)),
    }
    return variables, (variables["kernel"] ** 2 * variables["channels"] + 1) * variables["filters"]


def conv2d_transpose_size(random: Random) -> Draw:
    """Rows out of Conv2DTranspose with padding "valid": size * stride + max(kernel - stride, 0).

    Source: keras/src/backend/common/backend_utils.py, _get_output_shape_given_tf_padding.
    """
    variables = {
        "size": random.choice((4, 5, 7, 8, 14, 16, 28)),
        "kernel": random.choice((2, 3, 4, 5)),
        "stride": random.choice((1, 2, 3)),
    }
    size, kernel, stride = variables["size"], variables["kernel"], variables["stride"]
    return variables, size * stride + max(kernel - stride, 0)


GENERATORS: Mapping[str, Callable[[Random], Draw]] = {
    "conv2d-parameters": conv2d_parameters,
    "conv2d-transpose-size": conv2d_transpose_size,
}
