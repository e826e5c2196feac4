"""Batch statistics, batches and updates, gradient noise and accumulation, depth with and without shortcuts, LSTM, GRU."""

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

Array = np.ndarray[Any, Any]


def _built(layer: Any, shape: Sequence[int | None]) -> Any:
    layer.build(tuple(shape))
    return layer


def _size(weights: Sequence[Any]) -> int:
    return sum(int(np.prod(weight.shape)) for weight in weights)


# --- batch normalization: parameters and moving averages


def test_batch_norm_keeps_two_statistics_a_channel_that_no_gradient_reaches() -> None:
    """Non-trainable: moving mean and variance, 2 C; γ and β as many again; height and width do not enter."""
    for height, width, channels in ((28, 28, 8), (7, 14, 64)):
        layer = _built(layers.BatchNormalization(), (None, height, width, channels))
        assert [weight.name for weight in layer.non_trainable_weights] == ["moving_mean", "moving_variance"]
        assert {tuple(weight.shape) for weight in layer.weights} == {(channels,)}
        assert (_size(layer.non_trainable_weights), layer.count_params()) == (2 * channels, 4 * channels)


def test_batch_norm_options_change_the_count_as_told() -> None:
    """Without scale and center the statistics stay; frozen, all 4 C are non-trainable; axis=-1 on channels first
    counts the width; layer norm keeps none."""
    shape = (None, 28, 20, 8)
    assert _built(layers.BatchNormalization(scale=False, center=False), shape).count_params() == 2 * 8
    frozen = layers.BatchNormalization()
    frozen.trainable = False
    assert (_size(_built(frozen, shape).non_trainable_weights), frozen.trainable_weights) == (4 * 8, [])
    channels_first = (None, 8, 28, 20)
    assert _size(_built(layers.BatchNormalization(), channels_first).non_trainable_weights) == 2 * 20
    assert _size(_built(layers.BatchNormalization(axis=1), channels_first).non_trainable_weights) == 2 * 8
    assert _built(layers.LayerNormalization(), shape).non_trainable_weights == []


def test_learned_scale_and_shift_undo_mean_0_and_variance_1() -> None:
    """Fitted to 3x + 7, batch norm alone gives out mean 7.0 and deviation 3.0 in training mode; before, 0 and 1."""
    keras.utils.set_random_seed(0)
    x = np.random.normal(size=(512, 1)).astype("float32")
    x = (x - x.mean()) / x.std()
    layer = layers.BatchNormalization()
    model = keras.Sequential([keras.Input((1,)), layer])
    before = layer(x, training=True).numpy()
    assert (before.mean(), before.std()) == (pytest.approx(0, abs=1e-5), pytest.approx(1, abs=1e-3))
    model.compile(keras.optimizers.SGD(0.1), "mse")
    model.fit(x, 3 * x + 7, batch_size=512, epochs=40, verbose=0)
    after = layer(x, training=True).numpy()
    assert (after.mean(), after.std()) == (pytest.approx(7, abs=0.01), pytest.approx(3, abs=0.01))


def test_the_moving_mean_counts_batches_and_not_examples() -> None:
    """Fifty batches of mean 5 leave 5 (1 - 0.99^50) = 1.975, with 2 examples a batch or 256."""
    for examples in (2, 256):
        layer = _built(layers.BatchNormalization(), (None, 1))
        for batch in np.random.default_rng(0).normal(size=(50, examples, 1)).astype("float32"):
            layer(batch - batch.mean() + 5, training=True)
        assert layer.moving_mean.numpy()[0] == pytest.approx(5 * (1 - 0.99**50), rel=1e-5)
        assert layer.moving_mean.numpy()[0] == pytest.approx(1.975, abs=5e-4)


def test_fit_moves_the_mean_once_a_batch_and_evaluate_and_predict_do_not() -> None:
    """100 rows at batch size 32: 4 updates an epoch, the short last batch among them; inference leaves it alone."""
    layer = layers.BatchNormalization()
    model = keras.Sequential([keras.Input((1,)), layer])
    model.compile("sgd", "mse")
    x = np.full((100, 1), 10.0, "float32")
    model.fit(x, x, batch_size=32, epochs=3, verbose=0)
    assert layer.moving_mean.numpy()[0] == pytest.approx(10 * (1 - 0.99**12), rel=1e-5)
    held = layer.moving_mean.numpy()[0]
    model.evaluate(x, x, verbose=0)
    model.predict(x, verbose=0)
    assert layer.moving_mean.numpy()[0] == held
    layer.trainable = False
    layer(x, training=True)
    assert layer.moving_mean.numpy()[0] == held


def test_the_moving_variance_starts_at_1_and_averages_the_biased_variance() -> None:
    """After n batches of variance v: v + (1 - v) 0.99^n; the variance of 0 and 2 enters as 1, not 2."""
    layer = _built(layers.BatchNormalization(), (None, 1))
    for _ in range(10):
        layer(np.array([[0.0], [4.0]], "float32"), training=True)
    assert layer.moving_variance.numpy()[0] == pytest.approx(4 - 3 * 0.99**10, rel=1e-5)
    at_once = _built(layers.BatchNormalization(momentum=0.0), (None, 1))
    at_once(np.array([[0.0], [2.0]], "float32"), training=True)
    assert at_once.moving_variance.numpy()[0] == pytest.approx(1)


# --- batch normalization: noise


def test_batch_norm_noise_falls_with_the_root_of_the_batch_size() -> None:
    """A fixed example's output over 200 random batches: deviation 0.50-0.62 (batch 4), 0.29-0.31 (16),
    0.14-0.16 (64), 0.07-0.08 (256); none at inference."""
    bounds = {4: (0.45, 0.67), 16: (0.27, 0.33), 64: (0.13, 0.165), 256: (0.063, 0.085)}
    layer = _built(layers.BatchNormalization(), (None, 6))
    first = tf.function(lambda batch, training: layer(batch, training=training)[0], reduce_retracing=True)
    for seed in range(3):
        rng = np.random.default_rng(seed)
        pool, example = rng.normal(size=(20_000, 6)).astype("float32"), rng.normal(size=(1, 6)).astype("float32")
        for size, (low, high) in bounds.items():
            batches = [np.concatenate([example, pool[rng.integers(0, 20_000, size - 1)]]) for _ in range(200)]
            outputs = np.array([first(batch, training=True) for batch in map(tf.constant, batches)])
            assert low < outputs.std(axis=0).mean() < high
            inferred = np.array([first(batch, training=False) for batch in map(tf.constant, batches[:5])])
            assert np.ptp(inferred, axis=0).max() == 0


# --- batches and updates


def _updates(examples: int = 1000, accumulate: int | None = None, **fit: Any) -> int:
    model = keras.Sequential([keras.Input((1,)), layers.Dense(1)])
    model.compile(keras.optimizers.SGD(gradient_accumulation_steps=accumulate), "mse")
    model.fit(np.zeros((examples, 1)), np.zeros((examples, 1)), verbose=0, **fit)
    return int(model.optimizer.iterations)


def test_fit_updates_once_a_batch_the_short_last_one_included() -> None:
    """1000 examples, batch size 32, 3 epochs: 96 updates; 75 with validation_split=0.2; 30 with steps_per_epoch=10;
    24 when four batches are accumulated; the default batch size is 32."""
    assert _updates(batch_size=32, epochs=3) == 96
    assert _updates(batch_size=32, epochs=3, validation_split=0.2) == 75
    assert _updates(batch_size=32, epochs=3, steps_per_epoch=10) == 30
    assert _updates(accumulate=4, batch_size=32, epochs=3) == 24
    assert _updates() == 32


# --- gradient noise


def _gradients(seed: int) -> tuple[Callable[[Array], Array], Array, np.random.Generator]:
    """(gradient over the examples with these indices, the full one, a generator) of a network 8-16-1."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(4096, 8)).astype("float32")
    y = (x[:, :1] - x[:, 1:2] * x[:, 2:3] + rng.normal(size=(4096, 1))).astype("float32")
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), layers.Dense(1)])

    @tf.function(reduce_retracing=True)
    def gradient(inputs: Any, targets: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(inputs) - targets) ** 2)
        parts = tape.gradient(loss, model.trainable_variables)
        return tf.concat([tf.reshape(part, [-1]) for part in parts], 0)

    def of(chosen: Array) -> Array:
        return np.asarray(gradient(tf.constant(x[chosen]), tf.constant(y[chosen])))

    return of, of(np.arange(4096)), rng


def test_four_times_the_batch_halves_the_distance_to_the_full_gradient() -> None:
    """The root mean square distance times the root of the batch size is the same at 4, 16, 64 and 256."""
    for seed in range(3):
        gradient, full, rng = _gradients(seed)
        distances = []
        for size in (4, 16, 64, 256):
            errors = [np.sum((gradient(rng.integers(0, 4096, size)) - full) ** 2) for _ in range(200)]
            distances.append(float(np.sqrt(np.mean(errors))))
        assert all(1.8 < larger / smaller < 2.25 for larger, smaller in pairwise(distances))
        assert not 3.5 < distances[-2] / distances[-1] < 4.5
        drawn = [np.sum((gradient(rng.permutation(4096)[:1024]) - full) ** 2) for _ in range(200)]
        without = float(np.sqrt(np.mean(drawn))) / (distances[-1] / 2)
        assert without == pytest.approx(np.sqrt(1 - 1024 / 4096), abs=0.07)


# --- gradient accumulation


def _after_one_epoch(seed: int, optimizer: Any, batch: int, *, batch_norm: bool = False) -> Array:
    """The trainable weights of a network 8-16-1 after one epoch over 64 examples, in order."""
    rng = np.random.default_rng(seed)
    x, y = rng.normal(size=(64, 8)).astype("float32"), rng.normal(size=(64, 1)).astype("float32")
    keras.utils.set_random_seed(seed)
    normal = [layers.BatchNormalization()] if batch_norm else []
    model = keras.Sequential([keras.Input((8,)), layers.Dense(16, activation="relu"), *normal, layers.Dense(1)])
    model.compile(optimizer, "mse", run_eagerly=True)  # a handful of steps: tracing would cost more
    model.fit(x, y, batch_size=batch, shuffle=False, verbose=0)
    return np.concatenate([weight.numpy().ravel() for weight in model.trainable_weights])


def test_accumulation_over_equal_micro_batches_is_the_large_batch() -> None:
    """4 x 16 and 64 give the same weights within 1e-6, with SGD and with Adam; four updates do not."""
    for seed, (kind, rate) in enumerate(((keras.optimizers.SGD, 0.1), (keras.optimizers.Adam, 0.01))):
        large = _after_one_epoch(seed, kind(rate), 64)
        assert np.abs(_after_one_epoch(seed, kind(rate, gradient_accumulation_steps=4), 16) - large).max() < 1e-6
        assert np.abs(_after_one_epoch(seed, kind(rate), 16) - large).max() > 0.02


def test_accumulation_with_batch_norm_or_unequal_batches_is_not_the_large_batch() -> None:
    """SGD at 0.1: 0.017-0.073 away with batch norm inside, 0.010-0.039 away with batches of 28, 28 and 8."""
    for seed in range(2):
        large = _after_one_epoch(seed, keras.optimizers.SGD(0.1), 64, batch_norm=True)
        parts = _after_one_epoch(seed, keras.optimizers.SGD(0.1, gradient_accumulation_steps=4), 16, batch_norm=True)
        assert 0.01 < np.abs(parts - large).max() < 0.1
        large = _after_one_epoch(seed, keras.optimizers.SGD(0.1), 64)
        parts = _after_one_epoch(seed, keras.optimizers.SGD(0.1, gradient_accumulation_steps=3), 28)
        assert 0.005 < np.abs(parts - large).max() < 0.06


def test_masked_means_do_not_add_up_and_sample_weights_do() -> None:
    """Sequences of 3, 9, 20 and 32 tokens, one to a micro-batch: the mean of masked means is 25-72 % off the
    gradient over all tokens; weights of zero divide by all positions and add up exactly."""
    mask = (np.arange(32) < np.array([3, 9, 20, 32])[:, None]).astype("float32")
    for seed in range(10):
        rng = np.random.default_rng(seed)
        x, y = rng.normal(size=(4, 32, 8)).astype("float32"), rng.normal(size=(4, 32, 1)).astype("float32")
        weights = tf.Variable(rng.normal(size=(8, 1)).astype("float32"))

        def gradient(chosen: list[int], divide: str, x: Array = x, y: Array = y, weights: Any = weights) -> Array:
            loss = keras.losses.MeanSquaredError()
            with tf.GradientTape() as tape:
                output = tf.constant(x[chosen]) @ weights
                if divide == "mask":
                    keras.src.backend.set_keras_mask(output, tf.constant(mask[chosen] > 0))
                    value = loss(y[chosen], output)
                else:
                    value = loss(y[chosen], output, sample_weight=mask[chosen])
            return np.asarray(tape.gradient(value, weights))

        off = {}
        for divide in ("mask", "weight"):
            full = gradient([0, 1, 2, 3], divide)
            parts = np.mean([gradient([one], divide) for one in range(4)], axis=0)
            off[divide] = np.linalg.norm(parts - full) / np.linalg.norm(full)
        assert 0.2 < off["mask"] < 0.8
        assert off["weight"] < 1e-5


def test_keras_averages_then_clips_and_counts_updates() -> None:
    """Gradients 1, 2, 3, 6 move the weight by 3 once; 8, -8, 2, 2 are clipped as their mean 1."""
    for gradients, clipnorm, left in (((1, 2, 3, 6), None, 7.0), ((8, -8, 2, 2), 1.0, 9.0)):
        weight = keras.Variable([10.0])
        optimizer = keras.optimizers.SGD(1.0, gradient_accumulation_steps=4, clipnorm=clipnorm)
        seen = []
        for gradient in gradients:
            optimizer.apply_gradients([(tf.constant([float(gradient)]), weight)])
            seen.append(float(weight.numpy()[0]))
        assert seen == pytest.approx([10, 10, 10, left])
        assert int(optimizer.iterations) == 1


def test_a_schedule_is_given_micro_batches_and_what_is_left_waits_for_the_next_epoch() -> None:
    """Two micro-batches an update: the schedule sees 1 at the first update and 3 at the second."""
    asked = []

    class Recorded(keras.optimizers.schedules.LearningRateSchedule):
        def __call__(self, step: Any) -> Any:
            asked.append(int(step))
            return tf.constant(1.0)

        def get_config(self) -> dict[str, Any]:
            return {}

    weight = keras.Variable([10.0])
    optimizer = keras.optimizers.SGD(Recorded(), gradient_accumulation_steps=2)
    for _ in range(4):
        optimizer.apply_gradients([(tf.constant([1.0]), weight)])
    assert sorted(set(asked))[-1] == 3
    assert int(optimizer.iterations) == 2
    assert _updates(64, accumulate=3, batch_size=16, epochs=1) == 1
    assert _updates(64, accumulate=3, batch_size=16, epochs=3) == 4


# --- depth with and without shortcuts


class _Deep:
    """Fully connected networks 8-32-...-32-1 with ReLU, one a seed, all computed at once (first axis: the seed)."""

    def __init__(self, depth: int, seeds: int, *, init: str = "he", norm: str = "none", residual: bool = False) -> None:
        rng, width, gain = np.random.default_rng(0), 32, 2.0 if init == "he" else 1.0

        def drawn(*shape: int, variance: float) -> Any:
            return tf.Variable((rng.normal(size=shape) * variance**0.5).astype("float32"))

        self.depth, self.norm, self.residual = depth, norm, residual
        self.first = drawn(seeds, 8, width, variance=gain / 8)
        self.kernels = drawn(depth, seeds, width, width, variance=gain / width)
        self.last = drawn(seeds, width, 1, variance=1 / width)
        flat = (depth, seeds, 1, width)
        self.biases, self.shifts = tf.Variable(tf.zeros(flat)), tf.Variable(tf.zeros(flat))
        self.scales = tf.Variable(tf.ones(flat))
        self.offset = tf.Variable(tf.zeros((seeds, 1, 1)))
        self.variables = [self.first, self.kernels, self.last, self.biases, self.offset]
        self.variables += [self.scales, self.shifts] if norm != "none" else []

    def _normal(self, hidden: Any, index: int) -> Any:
        if self.norm == "none":
            return hidden
        mean, variance = tf.nn.moments(hidden, [1 if self.norm == "batch" else 2], keepdims=True)
        return (hidden - mean) / tf.sqrt(variance + 1e-3) * self.scales[index] + self.shifts[index]

    def __call__(self, x: Any) -> Any:
        hidden = x @ self.first if self.residual else tf.nn.relu(x @ self.first)
        for index in range(self.depth):
            if self.residual:
                inner = self._normal(hidden, index) @ self.kernels[index] + self.biases[index]
                hidden = hidden + tf.nn.relu(inner)
            else:
                inner = hidden @ self.kernels[index] + self.biases[index]
                hidden = tf.nn.relu(self._normal(inner, index))
        return hidden @ self.last + self.offset

    def input_gradient(self, x: Array) -> Array:
        """Root mean square over the examples of the length of d(output)/d(input), for each seed."""
        signs = tf.constant(np.random.default_rng(1).choice([-1.0, 1.0], size=(*x.shape[:2], 1)).astype("float32"))
        inputs = tf.constant(x)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            output = tf.reduce_sum(signs * self(inputs))
        return np.asarray(tf.sqrt(tf.reduce_mean(tf.reduce_sum(tape.gradient(output, inputs) ** 2, 2), 1)))

    def fitted(self, x: Array, y: Array, rate: float, epochs: int) -> Array:
        """The training error of each seed after training with Adam in batches of 32."""
        optimizer = keras.optimizers.Adam(rate)
        optimizer.build(self.variables)

        @tf.function
        def step(inputs: Any, targets: Any) -> None:
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(tf.reduce_mean((self(inputs) - targets) ** 2, (1, 2)))
            optimizer.apply_gradients(zip(tape.gradient(loss, self.variables), self.variables, strict=True))

        rng, examples = np.random.default_rng(0), x.shape[1]
        for _ in range(epochs):
            order = rng.permutation(examples)
            for start in range(0, examples, 32):
                chosen = order[start : start + 32]
                step(tf.constant(x[:, chosen]), tf.constant(y[:, chosen]))
        return np.asarray(tf.reduce_mean((self(tf.constant(x)) - y) ** 2, (1, 2)))


def _regression(seeds: int) -> tuple[Array, Array]:
    """256 examples a seed with a target of mean 0 and variance 1: the best constant has the error 1."""
    x = np.random.default_rng(2).normal(size=(seeds, 256, 8))
    y = np.sin(2 * x[..., :1]) + x[..., 1:2] * x[..., 2:3]
    y = (y - y.mean(axis=1, keepdims=True)) / y.std(axis=1, keepdims=True)
    return x.astype("float32"), y.astype("float32")


def test_gradients_vanish_with_glorot_and_not_with_he_and_layer_norm() -> None:
    """Input gradient at initialization, 40 ReLU layers: below 1e-5 with Glorot; with He and layer norm between 0.05
    and 10, like that of 4 layers."""
    x, _ = _regression(12)
    vanished = _Deep(40, 12, init="glorot").input_gradient(x)
    shallow, deep = (_Deep(depth, 12, norm="layer").input_gradient(x) for depth in (4, 40))
    assert vanished.max() < 1e-5
    assert 0.05 < deep.min() <= deep.max() < 10
    assert 0.2 < shallow.min() <= shallow.max() < 3


def test_batch_norm_makes_gradients_explode_with_depth_unless_there_are_shortcuts() -> None:
    """Plain ReLU layers with batch norm, at initialization: 1.2-2.0 at depth 4, 940-3600 at depth 40; without batch
    norm depth 40 has 0.06-2.7, with shortcuts around it 6.8-31."""
    x, _ = _regression(12)
    assert _Deep(4, 12, norm="batch").input_gradient(x).max() < 3
    assert _Deep(40, 12, norm="batch").input_gradient(x).min() > 400
    assert _Deep(40, 12).input_gradient(x).max() < 5
    assert _Deep(40, 12, norm="batch", residual=True).input_gradient(x).max() < 50


def test_a_deep_plain_network_whose_gradients_arrive_at_the_start_still_fails_to_fit_its_training_data() -> None:
    """Adam at 0.002, 120 updates, He and layer norm: 4 layers fit, 40 plain layers stay at the error of a constant,
    40 residual ones fit in the median. (The question's figures are after 200 updates, over 12 seeds.)"""
    x, y = _regression(4)
    assert _Deep(4, 4, norm="layer").fitted(x, y, 0.002, 15).max() < 0.3
    assert _Deep(40, 4, norm="layer").fitted(x, y, 0.002, 15).min() > 0.9
    assert np.median(_Deep(40, 4, norm="layer", residual=True).fitted(x, y, 0.002, 15)) < 0.4


# --- shortcuts and parameters


def _block(channels: int, filters: int, shortcut: str = "none") -> Any:
    """Two 3 x 3 convolutions, with an identity or a projection shortcut around them."""
    inputs = keras.Input((16, 16, channels))
    outputs = layers.Conv2D(filters, 3, padding="same", activation="relu")(inputs)
    outputs = layers.Conv2D(filters, 3, padding="same")(outputs)
    if shortcut == "identity":
        outputs = layers.Add()([outputs, inputs])
    elif shortcut == "projection":
        outputs = layers.Add()([outputs, layers.Conv2D(filters, 1)(inputs)])
    return keras.Model(inputs, outputs)


def test_an_identity_shortcut_adds_no_parameter_and_saves_none() -> None:
    """73,856 with and without; from 64 to 128 channels a 1 x 1 projection adds 8,320 to 221,440."""
    assert _block(64, 64).count_params() == _block(64, 64, "identity").count_params() == 73_856
    assert _block(64, 128).count_params() == 221_440
    assert _block(64, 128, "projection").count_params() == 221_440 + 8_320


def test_the_addition_wants_equal_shapes_but_broadcasts_a_single_channel() -> None:
    """64 and 128 channels: ValueError; 1 and 64: no complaint."""
    with pytest.raises(ValueError, match="incompatible shapes"):
        _block(64, 128, "identity")
    assert _block(1, 64, "identity").output_shape == (None, 16, 16, 64)


def test_the_jacobian_of_x_plus_a_zero_branch_is_the_identity() -> None:
    """y = x + F(x) with F's weights at zero hands the gradient through unchanged; F alone passes none."""
    branch = layers.Dense(4, kernel_initializer="zeros")
    x = tf.Variable(np.random.default_rng(0).normal(size=(1, 4)).astype("float32"))
    with tf.GradientTape(persistent=True) as tape:
        alone = branch(tf.convert_to_tensor(x))
        output = layers.Add()([tf.convert_to_tensor(x), alone])
    assert np.array_equal(tape.jacobian(output, x).numpy().reshape(4, 4), np.eye(4))
    assert not tape.jacobian(alone, x).numpy().any()


def test_vgg16_is_large_by_its_dense_layers_and_resnet50_has_more_in_its_convolutions() -> None:
    """VGG-16: 138,357,544, of them 123,642,856 dense and 14,714,688 convolutional; ResNet-50: 25,636,712, of them
    23,481,472 in convolutions."""
    filters = [64, 64, 128, 128, 256, 256, 256, *[512] * 6]
    convolutional = sum((9 * before + 1) * after for before, after in pairwise([3, *filters]))
    dense = sum((before + 1) * after for before, after in pairwise([512 * 7 * 7, 4096, 4096, 1000]))
    assert (convolutional, dense, convolutional + dense) == (14_714_688, 123_642_856, 138_357_544)
    model = keras.applications.ResNet50(weights=None)
    kernels = sum(layer.count_params() for layer in model.layers if isinstance(layer, layers.Conv2D))
    assert (model.count_params(), kernels) == (25_636_712, 23_481_472)


# --- LSTM and GRU


def test_lstm_has_four_maps_and_one_bias_vector() -> None:
    """4 u (f + u + 1), whatever the length; the forget gate's bias starts at 1; Bidirectional doubles it."""
    for features, units in ((20, 50), (8, 16)):
        layer = _built(layers.LSTM(units), (None, None, features))
        shapes = [(features, 4 * units), (units, 4 * units), (4 * units,)]
        assert [tuple(weight.shape) for weight in layer.weights] == shapes
        assert layer.count_params() == 4 * units * (features + units + 1)
        assert layer.cell.bias.numpy().reshape(4, units).mean(axis=1).tolist() == [0, 1, 0, 0]
        sequences = _built(layers.LSTM(units, return_sequences=True), (None, 7, features))
        assert sequences.count_params() == layer.count_params()
        both = _built(layers.Bidirectional(layers.LSTM(units)), (None, 7, features))
        assert both.count_params() == 2 * layer.count_params()
        bare = _built(layers.LSTM(units, use_bias=False), (None, 7, features))
        assert bare.count_params() == layer.count_params() - 4 * units


def test_gru_has_three_maps_and_two_bias_vectors_by_default() -> None:
    """3 u (f + u + 2); with reset_after=False 3 u (f + u + 1), three quarters of the LSTM."""
    for features, units in ((20, 50), (8, 16)):
        layer = _built(layers.GRU(units), (None, None, features))
        assert tuple(layer.cell.bias.shape) == (2, 3 * units)
        assert layer.count_params() == 3 * units * (features + units + 2)
        single = _built(layers.GRU(units, reset_after=False), (None, None, features)).count_params()
        assert single == 3 * units * (features + units + 1) == layer.count_params() - 3 * units
        assert single == 0.75 * _built(layers.LSTM(units), (None, None, features)).count_params()
        bare = _built(layers.GRU(units, use_bias=False), (None, None, features))
        assert bare.count_params() == layer.count_params() - 6 * units


def test_the_two_biases_merge_in_the_gates_of_a_gru_and_not_in_its_candidate() -> None:
    """Moving the recurrent bias into the input bias changes nothing for the gates, and the output for the candidate."""
    units, x = 3, np.random.default_rng(0).normal(size=(2, 5, 4)).astype("float32")
    layer = _built(layers.GRU(units), (None, 5, 4))
    bias = np.random.default_rng(1).normal(size=(2, 3 * units)).astype("float32")

    def output(merged: slice) -> Array:
        moved = bias.copy()
        moved[0, merged] += moved[1, merged]
        moved[1, merged] = 0
        layer.cell.bias.assign(moved)
        return np.asarray(layer(x))

    kept = output(slice(0, 0))
    assert output(slice(0, 2 * units)) == pytest.approx(kept, abs=1e-6)
    assert np.abs(output(slice(2 * units, None)) - kept).max() > 0.01


# --- batch norm at inference


def test_after_ten_batches_the_output_at_inference_is_off_by_eight() -> None:
    """Mean 10, variance 4, ten batches: 7.97 in inference, 2.0 with momentum 0.9, and 0 in training mode."""
    batch = np.array([[8.0], [12.0]], dtype="float32")
    for momentum, expected in ((0.99, 7.968), (0.9, 2.028)):
        layer = layers.BatchNormalization(momentum=momentum)
        for _ in range(10):
            training = float(keras.ops.mean(layer(batch, training=True)))
        assert float(keras.ops.mean(layer(batch, training=False))) == pytest.approx(expected, abs=0.01)
        assert training == pytest.approx(0, abs=1e-5)
