"""Each generator's closed form is held against Keras itself."""

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

import pytest

from mlquiz.content import own_root
from mlquiz.core.generators import GENERATORS

DRAWS = 200
"""Different draws, or all there are."""

Variables = Mapping[str, Any]


def built(layer: Any, *shape: int | None) -> Any:
    layer.build((None, *shape))
    return layer


def dense_parameters(keras: Any, of: Variables) -> float:
    return float(built(keras.layers.Dense(of["units"]), of["inputs"]).count_params())


def conv2d_parameters(keras: Any, of: Variables) -> float:
    layer = keras.layers.Conv2D(of["filters"], of["kernel"], kernel_initializer="zeros")
    return float(built(layer, of["height"], of["width"], of["channels"]).count_params())


def separable_conv2d_parameters(keras: Any, of: Variables) -> float:
    layer = keras.layers.SeparableConv2D(of["filters"], of["kernel"])
    return float(built(layer, of["height"], of["width"], of["channels"]).count_params())


def conv1d_output_length(keras: Any, of: Variables) -> float:
    layer = keras.layers.Conv1D(1, of["kernel"], strides=of["stride"], dilation_rate=of["dilation"])
    return float(layer.compute_output_shape((1, of["length"], 1))[1])


def conv2d_transpose_size(keras: Any, of: Variables) -> float:
    layer = keras.layers.Conv2DTranspose(1, of["kernel"], of["stride"], padding="valid")
    return float(layer.compute_output_shape((1, of["size"], of["size"], 1))[1])


def pool_output_size(keras: Any, of: Variables) -> float:
    layer = keras.layers.MaxPooling2D(of["pool"], of["stride"])
    return float(layer.compute_output_shape((1, of["size"], of["size"], 1))[1])


def receptive_field(keras: Any, of: Variables) -> float:
    """Input positions that the gradient of one output reaches."""
    import tensorflow as tf

    signal = tf.ones((1, 80, 1))
    with tf.GradientTape() as tape:
        tape.watch(signal)
        through = signal
        for number, stride in ((1, of["stride1"]), (2, of["stride2"]), (3, 1)):
            through = keras.layers.Conv1D(1, of[f"kernel{number}"], stride, kernel_initializer="ones")(through)
        one = through[0, 0, 0]
    return float(keras.ops.count_nonzero(tape.gradient(one, signal)))


def embedding_parameters(keras: Any, of: Variables) -> float:
    layer = keras.layers.Embedding(of["vocabulary"], of["dimension"], embeddings_initializer="zeros")
    return float(built(layer, 10).count_params())


def lstm_parameters(keras: Any, of: Variables) -> float:
    return float(
        built(keras.layers.LSTM(of["units"], recurrent_initializer="zeros"), 10, of["features"]).count_params()
    )


def gru_parameters(keras: Any, of: Variables) -> float:
    return float(built(keras.layers.GRU(of["units"], recurrent_initializer="zeros"), 10, of["features"]).count_params())


def batch_norm_parameters(keras: Any, of: Variables) -> float:
    layer = built(keras.layers.BatchNormalization(), of["height"], of["width"], of["channels"])
    return float(sum(weight.shape[0] for weight in layer.non_trainable_weights))


def batch_norm_moving_mean(keras: Any, of: Variables) -> float:
    layer = keras.layers.BatchNormalization()
    for _ in range(of["steps"]):
        layer(keras.ops.full((2, 1), float(of["mean"])), training=True)
    return float(layer.moving_mean[0])


def steps_per_epoch(keras: Any, of: Variables) -> float:
    from keras.src.trainers.epoch_iterator import EpochIterator

    examples = keras.ops.convert_to_numpy(keras.ops.zeros((of["examples"], 1)))
    iterator = EpochIterator(x=examples, batch_size=of["batch"])
    return float(iterator.num_batches * of["epochs"])


def early_stopping_epochs(keras: Any, of: Variables) -> float:
    callback = keras.callbacks.EarlyStopping(patience=of["patience"])
    callback.set_model(model := keras.Sequential())
    model.stop_training = False
    callback.on_train_begin()
    for epoch in range(1000):
        callback.on_epoch_end(epoch, {"val_loss": float(abs(of["best"] - epoch))})
        if model.stop_training:
            return float(epoch + 1)
    return float("nan")


def step_decay_value(keras: Any, of: Variables) -> float:
    model = keras.Sequential()
    model.compile(keras.optimizers.SGD(of["initial"]))
    every, initial = of["every"], of["initial"]
    callback = keras.callbacks.LearningRateScheduler(lambda epoch: initial * 0.5 ** (epoch // every))
    callback.set_model(model)
    callback.on_epoch_begin(of["epoch"])
    return float(model.optimizer.learning_rate)


def exponential_decay_value(keras: Any, of: Variables) -> float:
    schedule = keras.optimizers.schedules.ExponentialDecay(of["initial"], of["decay_steps"], of["rate"])
    return float(schedule(of["step"]))


def linear_warmup_value(keras: Any, of: Variables) -> float:
    schedule = keras.optimizers.schedules.CosineDecay(0.0, 1000, warmup_target=of["target"], warmup_steps=of["warmup"])
    return float(schedule(of["step"]))


def momentum_step(keras: Any, of: Variables) -> float:
    optimizer = keras.optimizers.SGD(of["learning_rate"], momentum=of["momentum"])
    return after(keras, optimizer, of["start"], float(of["gradient"]), 3)


def weight_decay_after_steps(keras: Any, of: Variables) -> float:
    optimizer = keras.optimizers.SGD(of["learning_rate"], weight_decay=of["weight_decay"])
    return after(keras, optimizer, of["start"], 0.0, of["steps"])


def after(keras: Any, optimizer: Any, start: float, gradient: float, steps: int) -> float:
    """A weight after some steps under a constant gradient."""
    weight = keras.Variable(float(start))
    optimizer.build([weight])
    for _ in range(steps):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)])
    return float(weight)


def l2_penalty_value(keras: Any, of: Variables) -> float:
    layer = built(
        keras.layers.Dense(1, kernel_regularizer=keras.regularizers.L2(of["factor"]), bias_initializer="ones"), 3
    )
    layer.kernel.assign([[float(of[name])] for name in ("w1", "w2", "w3")])
    return float(sum(layer.losses))


def masked_mean(keras: Any, of: Variables) -> float:
    values = [of["a"], of["b"], of["c"]] + [0] * (of["length"] - 3)
    mask = keras.ops.convert_to_tensor([[value > 0 for value in values]])
    sequence = keras.ops.convert_to_tensor([[[float(value)] for value in values]])
    return float(keras.layers.GlobalAveragePooling1D()(sequence, mask=mask)[0, 0])


KERAS: dict[str, Callable[[Any, Variables], float]] = {
    name.replace("_", "-"): reference for name, reference in globals().items() if name.replace("_", "-") in GENERATORS
}


def draws(name: str) -> dict[tuple[float, ...], tuple[Variables, float]]:
    """Different draws of a generator, by their variables."""
    random = Random(0)
    drawn = [GENERATORS[name](random) for _ in range(3 * DRAWS)]
    different = {tuple(variables.values()): (variables, answer) for variables, answer in drawn}
    return dict(list(different.items())[:DRAWS])


# Keras reads the rate with an `__array__` of NumPy 1.
@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize("name", GENERATORS)
def test_a_closed_form_gives_what_keras_gives(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    import keras  # here, when HOME is the test's own: Keras writes a file there

    for variables, answer in draws(name).values():
        assert KERAS[name](keras, variables) == pytest.approx(answer, rel=1e-5, abs=1e-7), variables


@pytest.mark.parametrize("name", GENERATORS)
def test_a_question_drawn_afresh_is_another_one(name: str) -> None:
    assert len(draws(name)) >= 30
    assert len({answer for _, answer in draws(name).values()}) >= 7


def test_the_guide_lists_every_generator_with_its_variables() -> None:
    guide = (own_root().path / "docs" / "writing-a-question.md").read_text(encoding="utf-8")
    for name, generator in GENERATORS.items():
        variables = ", ".join(f"`{{{variable}}}`" for variable in generator(Random(0))[0])
        assert f"| `{name}` | {variables} |" in guide
