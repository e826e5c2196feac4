"""Each generator's closed form is held against Keras itself."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest

from mlquiz.core.generators import GENERATORS

DRAWS = 400

Variables = Mapping[str, int]


def conv2d_parameters(layers: Any, of: Variables) -> int:
    layer = layers.Conv2D(of["filters"], of["kernel"], kernel_initializer="zeros")
    layer.build((None, of["height"], of["width"], of["channels"]))
    return int(layer.count_params())


def conv2d_transpose_size(layers: Any, of: Variables) -> int:
    layer = layers.Conv2DTranspose(1, of["kernel"], of["stride"], padding="valid")
    return int(layer.compute_output_shape((1, of["size"], of["size"], 1))[1])


KERAS: dict[str, Callable[[Any, Variables], int]] = {
    "conv2d-parameters": conv2d_parameters,
    "conv2d-transpose-size": conv2d_transpose_size,
}


@pytest.mark.parametrize("name", GENERATORS)
def test_a_closed_form_gives_what_keras_gives(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras  # here, when HOME is the test's own: Keras writes a file there

    random = Random(0)
    draws = [GENERATORS[name](random) for _ in range(DRAWS)]
    for variables, answer in draws:
        assert KERAS[name](keras.layers, variables) == answer, variables
    assert len({tuple(variables.values()) for variables, _ in draws}) > 50
