"""Claims about Dense, Flatten, pooling heads, nested models and the layer counts of well-known networks."""

import importlib
from collections import Counter
from pathlib import Path

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from numpy.typing import NDArray

Array = NDArray[np.float32]

saving_warns = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")  # in Keras itself


def noise(*shape: int, seed: int = 0) -> Array:
    """Standard normal values."""
    return np.random.default_rng(seed).normal(size=shape).astype("float32")


def relative(value: Array, reference: Array) -> float:
    """How far two arrays lie apart, in units of the second one's norm."""
    return float(np.linalg.norm(value - reference) / np.linalg.norm(reference))


def kinds(model: keras.Model) -> Counter[str]:
    """How many layers of each class a model has."""
    return Counter(type(layer).__name__ for layer in model.layers)


def zeros(self: object, shape: tuple[int, ...], dtype: str | None = None) -> tf.Tensor:
    """An initializer that costs nothing: the big networks are only counted."""
    return tf.zeros(shape, dtype or "float32")


# Dense


@pytest.mark.parametrize(("inputs", "units"), [(8, 1), (30, 2), (784, 128)])
def test_dense_has_a_kernel_and_a_bias(inputs: int, units: int) -> None:
    """Kernel (inputs, units) and bias (units,): (inputs + 1) * units; other axes do not enter; flattened, they do."""
    dense = layers.Dense(units)
    dense.build((None, inputs))
    assert [tuple(weight.shape) for weight in dense.weights] == [(inputs, units), (units,)]
    assert dense.count_params() == (inputs + 1) * units
    deeper = layers.Dense(units)
    deeper.build((None, 10, inputs))
    assert deeper.count_params() == dense.count_params()
    bare = layers.Dense(units, use_bias=False)
    bare.build((None, inputs))
    assert bare.count_params() == inputs * units
    flattened = keras.Sequential([keras.Input((10, inputs)), layers.Flatten(), layers.Dense(units)])
    assert flattened.count_params() == (10 * inputs + 1) * units


def test_dense_acts_on_the_last_axis() -> None:
    """Dense(2) on 2 x 15: output (None, 2, 2), 32 parameters, each row by the same kernel; flattened (None, 2), 62."""
    keras.utils.set_random_seed(0)
    plain = keras.Sequential([keras.Input((2, 15)), layers.Dense(2)])
    flattened = keras.Sequential([keras.Input((2, 15)), layers.Flatten(), layers.Dense(2)])
    assert (plain.output_shape, plain.count_params()) == ((None, 2, 2), 32)
    assert (flattened.output_shape, flattened.count_params()) == ((None, 2), 62)
    x = noise(6, 2, 15)
    kernel, bias = plain.get_weights()
    for row in (0, 1):
        assert np.allclose(plain(x)[:, row], x[:, row] @ kernel + bias, atol=1e-5)
    changed = x.copy()
    changed[:, 1] += 1  # the other row: without Flatten it never meets the first one
    assert np.array_equal(plain(changed)[:, 0], plain(x)[:, 0])
    assert not np.allclose(flattened(changed), flattened(x), atol=1e-3)


def fitted(loss: str, examples: int) -> float:
    """Fit Dense(2) without Flatten to one-hot targets, one batch that holds all examples."""
    keras.utils.set_random_seed(0)
    model = keras.Sequential([keras.Input((2, 15)), layers.Dense(2, activation="softmax")])
    model.compile("sgd", loss, jit_compile=False)
    targets = np.eye(2, dtype="float32")[np.arange(examples) % 2]
    history = model.fit(noise(examples, 2, 15), targets, batch_size=examples, verbose=0)
    return float(history.history["loss"][0])


def test_forgotten_flatten_is_refused_by_crossentropy_but_not_always_by_mse() -> None:
    """Cross-entropy refuses (6, 2, 2) for targets (6, 2); MSE refuses three and six examples but trains on batches of 2 and 1."""
    for examples in (1, 2, 6):
        with pytest.raises(ValueError, match="same rank"):
            fitted("categorical_crossentropy", examples)
    for examples in (3, 6):
        with pytest.raises(ValueError, match="must be equal"):
            fitted("mse", examples)
    assert np.isfinite(fitted("mse", 2)) and np.isfinite(fitted("mse", 1))


# Flatten and global average pooling


def test_flatten_keeps_the_batch_axis() -> None:
    """(3, 4, 4, 8) becomes (3, 128), channels fastest, in either data format; Flatten has no weights."""
    x = np.arange(3 * 4 * 4 * 8, dtype="float32").reshape(3, 4, 4, 8)
    flatten = layers.Flatten()
    flat = np.array(flatten(x))
    assert flat.shape == (3, 128) and flat.size == x.size
    assert np.array_equal(flat, x.reshape(3, 128))
    assert np.array_equal(flat[0, :8], x[0, 0, 0])  # the eight channels of the first position
    first = np.transpose(x, (0, 3, 1, 2))
    assert np.array_equal(layers.Flatten(data_format="channels_first")(first), flat)
    assert not np.array_equal(first.reshape(3, 128), flat)  # what a plain reshape of channels-first maps would give
    assert flatten.weights == []
    assert keras.Sequential([keras.Input((4, 4, 8)), layers.Flatten()]).output_shape == (None, 128)
    assert layers.Flatten()(np.arange(5.0)).shape == (5, 1)


def head(first: layers.Layer, rows: int | None = 8, columns: int | None = 8) -> keras.Model:
    """Ten classes from 128 maps."""
    return keras.Sequential([keras.Input((rows, columns, 128)), first, layers.Dense(10)])


def test_global_average_pooling_head_is_small() -> None:
    """8 x 8 x 128 maps, ten classes: 81,930 parameters behind Flatten, 1,290 behind global average pooling."""
    assert head(layers.Flatten()).count_params() == 81_930
    assert head(layers.GlobalAveragePooling2D()).count_params() == 1_290


def test_global_average_pooling_head_takes_any_size() -> None:
    """Maps of 17 x 33 pass behind global average pooling; behind Flatten an open size cannot even be built."""
    model = head(layers.GlobalAveragePooling2D(), None, None)
    assert model(noise(1, 17, 33, 128)).shape == model(noise(1, 8, 8, 128)).shape == (1, 10)
    with pytest.raises(ValueError, match="fully-defined"):
        head(layers.Flatten(), None, None)


@pytest.mark.parametrize("seed", range(10))
def test_global_average_pooling_forgets_positions(seed: int) -> None:
    """Shuffling the 64 positions moves no output behind global average pooling and all outputs behind Flatten."""
    keras.utils.set_random_seed(seed)
    maps = noise(1, 8, 8, 128, seed=seed)
    order = np.random.default_rng(seed).permutation(64)
    shuffled = maps.reshape(1, 64, 128)[:, order].reshape(maps.shape)
    pooled, flat = head(layers.GlobalAveragePooling2D()), head(layers.Flatten())
    assert np.abs(pooled(shuffled) - pooled(maps)).max() < 1e-6
    assert np.abs(flat(shuffled) - flat(maps)).max() > 1


# The layers of well-known networks


def test_vgg16_has_sixteen_layers_with_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    """VGG-16: 13 convolutions + 3 dense layers have weights, 5 poolings and Flatten have none; 89 % sit in Dense."""
    monkeypatch.setattr(keras.initializers.GlorotUniform, "__call__", zeros)
    model = keras.applications.VGG16(weights=None, input_shape=(32, 32, 3))
    assert kinds(model) == {"Conv2D": 13, "MaxPooling2D": 5, "Dense": 3, "Flatten": 1, "InputLayer": 1}
    assert sum(bool(layer.weights) for layer in model.layers) == 16
    convolutions = sum(layer.count_params() for layer in model.layers if isinstance(layer, layers.Conv2D))
    dense = (7 * 7 * 512 + 1) * 4096 + 4097 * 4096 + 4097 * 1000  # on images of 224 x 224
    assert (dense, convolutions + dense) == (123_642_856, 138_357_544)
    assert round(dense / (convolutions + dense), 2) == 0.89


@pytest.fixture(scope="module")
def resnet50() -> keras.Model:
    """ResNet-50 with all weights zero."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("GlorotUniform", "HeNormal"):
            patch.setattr(getattr(keras.initializers, name), "__call__", zeros)
        return keras.applications.ResNet50(weights=None)


def test_resnet50_ends_without_flatten(resnet50: keras.Model) -> None:
    """ResNet-50: 53 Conv2D, four of them shortcut projections, 2 poolings, 1 Dense, no Flatten."""
    model, count = resnet50, kinds(resnet50)
    assert (count["Conv2D"], count["Dense"], count["Flatten"], len(model.layers)) == (53, 1, 0, 177)
    assert (count["MaxPooling2D"], count["GlobalAveragePooling2D"]) == (1, 1)
    assert (count["BatchNormalization"], count["Add"]) == (53, 16)
    shortcuts = [layer.name for layer in model.layers if layer.name.endswith("_0_conv")]
    assert len(shortcuts) == 4 and count["Conv2D"] - len(shortcuts) + count["Dense"] == 50
    assert [layer.name for layer in model.layers[-2:]] == ["avg_pool", "predictions"]
    assert model.layers[-1].count_params() == 2_049_000 and model.count_params() == 25_636_712


def test_resnet50_begins_with_overlapping_pooling(resnet50: keras.Model) -> None:
    """Its first pooling has windows of 3 x 3 at stride 2."""
    stem = resnet50.get_layer("pool1_pool")
    assert (stem.pool_size, stem.strides) == ((3, 3), (2, 2))


# A Sequential inside a Sequential


def body() -> list[layers.Layer]:
    """Three layers that go into a block, or not."""
    return [
        layers.Dense(16, activation="relu", name="first"),
        layers.BatchNormalization(name="norm"),
        layers.Dense(16, activation="relu", name="second"),
    ]


def network(*, nested: bool, seed: int = 1) -> keras.Sequential:
    """Eight features, three outputs; the layers in between alone or as one block."""
    keras.utils.set_random_seed(seed)
    inner = [keras.Sequential(body(), name="block")] if nested else body()
    return keras.Sequential([keras.Input((8,)), *inner, layers.Dense(3, name="last")])


def gradients(model: keras.Model, x: Array, y: Array) -> list[Array]:
    """Gradients of the mean squared error in training mode."""
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
    return [np.array(gradient) for gradient in tape.gradient(loss, model.trainable_variables)]


def test_nested_model_computes_the_same() -> None:
    """Same weights, outputs and gradients, and the same weights after five epochs; 531 parameters either way."""
    flat, nested = network(nested=False), network(nested=True)
    x, y = noise(32, 8), noise(32, 3, seed=1)
    assert flat.count_params() == nested.count_params() == 531
    assert np.array_equal(flat(x), nested(x))
    assert all(map(np.array_equal, gradients(flat, x, y), gradients(nested, x, y)))
    for model in (flat, nested):
        keras.utils.set_random_seed(3)
        model.compile("adam", "mse", run_eagerly=True)
        model.fit(x, y, epochs=5, batch_size=8, verbose=0)
    assert all(map(np.array_equal, flat.get_weights(), nested.get_weights()))
    other = network(nested=True, seed=2)
    assert not np.allclose(other(x), nested(x), atol=1e-3)


def test_nested_model_is_one_layer_to_its_parent(capsys: pytest.CaptureFixture[str]) -> None:
    """Two layers instead of four; summary shows one line for the block unless expand_nested; names are per block."""
    flat, nested = network(nested=False), network(nested=True)
    assert (len(flat.layers), len(nested.layers)) == (4, 2)
    nested.summary()
    assert "norm" not in capsys.readouterr().out
    nested.summary(expand_nested=True)
    assert "norm" in capsys.readouterr().out
    with pytest.raises(ValueError, match="No such layer"):
        nested.get_layer("first")
    with pytest.raises(ValueError, match="unique names"):
        keras.Sequential([keras.Input((8,)), layers.Dense(8, name="same"), layers.Dense(8, name="same")])
    blocks = [keras.Sequential([layers.Dense(8, name="same")], name=name) for name in ("left", "right")]
    assert keras.Sequential([keras.Input((8,)), *blocks]).count_params() == 2 * 72


@saving_warns
def test_block_is_frozen_shared_and_saved_as_a_unit(tmp_path: Path) -> None:
    """One trainable=False holds all of a block still, moving averages too; two calls share its weights; it saves."""
    x, y = noise(32, 8), noise(32, 3, seed=1)
    nested = network(nested=True)
    block = nested.get_layer("block")
    block.trainable = False
    assert len(nested.trainable_weights) == 2
    before = nested.get_weights()
    nested.compile("adam", "mse", jit_compile=False)
    nested.fit(x, y, epochs=2, verbose=0)
    same = [np.array_equal(old, new) for old, new in zip(before, nested.get_weights(), strict=True)]
    assert same == [True] * 8 + [False] * 2
    block.save(tmp_path / "block.keras")
    assert np.array_equal(keras.saving.load_model(tmp_path / "block.keras")(x), block(x))
    left, right = keras.Input((8,)), keras.Input((8,))
    twice = keras.Model([left, right], layers.concatenate([block(left), block(right)]))
    assert twice.count_params() == block.count_params() == 480


@saving_warns
def test_nesting_changes_the_layout_of_a_weights_file(tmp_path: Path) -> None:
    """A weights file of the nested model does not load into the flat one; set_weights(get_weights()) fits."""
    flat, nested = network(nested=False), network(nested=True, seed=2)
    nested.save_weights(tmp_path / "nested.weights.h5")
    with pytest.raises(ValueError, match="could not be loaded"):
        flat.load_weights(tmp_path / "nested.weights.h5")
    flat.set_weights(nested.get_weights())
    x = noise(32, 8)
    assert np.array_equal(flat(x), nested(x))


# Books


def test_code_of_the_first_edition_fails_in_keras_3() -> None:
    """RMSprop(lr=...), fit_generator and ImageDataGenerator of Keras 2.0.8 are gone; pad_sequences is still there."""
    with pytest.raises(ValueError, match="not recognized"):
        keras.optimizers.RMSprop(lr=1e-4)
    assert not hasattr(keras.Sequential(), "fit_generator") and hasattr(keras.Sequential(), "fit")
    images = importlib.import_module("keras.preprocessing.image")
    assert not hasattr(images, "ImageDataGenerator") and hasattr(images, "load_img")
    with pytest.raises(ModuleNotFoundError):
        importlib.import_module("keras.preprocessing.text")
    assert keras.preprocessing.sequence.pad_sequences([[1]], maxlen=2).shape == (1, 2)


# Pooling


def pooled(x: Array, size: int | tuple[int, int] = 2, stride: int | tuple[int, int] | None = None) -> Array:
    """Max pooling with padding "valid"."""
    return np.array(layers.MaxPooling2D(size, strides=stride)(x))


def test_half_of_the_shifts_of_a_peak_move_the_pooled_peak() -> None:
    """A lone peak moved by one pixel: from an even column the pooled map stays, from an odd one it changes."""
    for column in range(7):
        row = np.zeros((1, 1, 8, 1), "float32")
        row[0, 0, column] = 1
        same = np.array_equal(pooled(row, (1, 2)), pooled(np.roll(row, 1, 2), (1, 2)))
        assert same == (column % 2 == 0)


@pytest.mark.parametrize("seed", range(10))
def test_a_third_of_pooled_noise_survives_a_shift(seed: int) -> None:
    """2 x 2 max pooling of noise: after a shift by one pixel a third of the values are what they were."""
    maps = noise(1, 200, 200, 1, seed=seed)
    share = np.mean(pooled(maps) == pooled(np.roll(maps, 1, 2)))
    assert 0.31 < share < 0.36


def changes(seed: int) -> dict[str, float]:
    """Relative differences behind a random convolution with ReLU when a noise image is shifted, turned or doubled."""
    keras.utils.set_random_seed(seed)
    image = np.zeros((1, 32, 32, 1), "float32")
    image[:, 8:24, 8:24] = noise(1, 16, 16, 1, seed=seed)
    convolution = layers.Conv2D(8, 3, padding="same", activation="relu", use_bias=False)
    maps, by_one, by_two, turned, doubled = (
        np.array(convolution(x))
        for x in (
            image,
            np.roll(image, 1, 2),
            np.roll(image, 2, 2),
            np.rot90(image, 1, (1, 2)).copy(),
            image.repeat(2, 1).repeat(2, 2),
        )
    )
    largest = layers.GlobalMaxPooling2D()
    return {
        "maps": relative(by_one, maps),
        "pooled": relative(pooled(by_one), pooled(maps)),
        "pooled, by two": relative(pooled(by_two), np.roll(pooled(maps), 1, 2)),
        "dense, by one": relative(pooled(by_one, 2, 1), np.roll(pooled(maps, 2, 1), 1, 2)),
        "global, by one": relative(np.array(largest(by_one)), np.array(largest(maps))),
        "global, turned": relative(np.array(largest(turned)), np.array(largest(maps))),
        "global, doubled": relative(np.array(largest(doubled)), np.array(largest(maps))),
    }


def test_pooling_is_no_invariance_to_shift_rotation_and_scale() -> None:
    """One pixel: 1.19 before pooling, 0.57 behind it; two pixels move the pooled map by one, exactly.

    Global max pooling: 0 for shifts, 0.18 for a quarter turn, 0.41 for the double size (medians of ten).
    """
    runs = [changes(seed) for seed in range(10)]
    median = {key: float(np.median([run[key] for run in runs])) for key in runs[0]}
    assert median["maps"] == pytest.approx(1.19, abs=0.03) and median["pooled"] == pytest.approx(0.57, abs=0.03)
    assert median["global, turned"] == pytest.approx(0.18, abs=0.02)
    assert median["global, doubled"] == pytest.approx(0.41, abs=0.02)
    for run in runs:
        assert run["maps"] > 0.9 > 0.75 > run["pooled"] > 0.45
        assert max(run["pooled, by two"], run["dense, by one"], run["global, by one"]) < 1e-6
        assert run["global, turned"] > 0.05 and run["global, doubled"] > 0.25


def test_pooling_spares_parameters_only_behind_flatten() -> None:
    """The next convolution keeps its 4,640 parameters; Dense(10) behind Flatten goes from 327,690 to 81,930."""
    counts = []
    for pool in ([], [layers.MaxPooling2D(2)]):
        first, second, dense = layers.Conv2D(16, 3, padding="same"), layers.Conv2D(32, 3, padding="same"), None
        dense = layers.Dense(10)
        keras.Sequential([keras.Input((32, 32, 3)), first, *pool, second, layers.Flatten(), dense])
        counts.append([layer.count_params() for layer in (first, *pool, second, dense)])
    assert counts == [[448, 4640, 327_690], [448, 0, 4640, 81_930]]


@pytest.mark.parametrize(("size", "pool", "stride"), [(7, 3, 2), (8, 3, 2), (55, 3, 2), (7, 2, 3), (28, 2, 2)])
def test_pooled_size_counts_whole_windows(size: int, pool: int, stride: int) -> None:
    """Valid: floor((size - pool) / stride) + 1; same: ceil(size / stride); the stride defaults to the window."""
    maps = np.zeros((1, size, size, 3), "float32")
    rows = (size - pool) // stride + 1
    assert pooled(maps, pool, stride).shape == (1, rows, rows, 3)
    same = layers.MaxPooling2D(pool, strides=stride, padding="same")(maps)
    assert same.shape[1] == -(-size // stride)
    assert layers.MaxPooling2D(pool).strides == (pool, pool)
