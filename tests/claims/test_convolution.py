"""Convolution layers: shapes, counts, correlation, receptive fields and the checkerboard, run with Keras itself."""

from collections.abc import Callable
from math import ceil

import keras
import numpy as np
import numpy.typing as npt
import pytest
import tensorflow as tf
from keras import layers

Array = npt.NDArray[np.float32]


def noise(seed: int, *shape: int) -> Array:
    return np.random.default_rng(seed).standard_normal(shape).astype("float32")


def run(layer: keras.layers.Layer, inputs: Array) -> Array:
    output: Array = keras.ops.convert_to_numpy(layer(inputs))
    return output


def with_kernel(layer: keras.layers.Layer, kernel: npt.ArrayLike, channels: int = 1) -> keras.layers.Layer:
    """The layer with this kernel, given in any shape that holds as many numbers."""
    layer.build((None,) + (None,) * layer.rank + (channels,))
    layer.kernel.assign(np.reshape(np.asarray(kernel, "float32"), layer.kernel.shape))
    return layer


def ones_through(layer: keras.layers.Layer, *size: int) -> Array:
    """What a layer whose weights are all 1 makes of a constant map of ones."""
    return run(layer, np.ones((1, *size, 1), "float32"))[0, ..., 0]


def transposed(dimensions: int, size: int) -> keras.layers.Layer:
    kind = {1: layers.Conv1DTranspose, 2: layers.Conv2DTranspose}[dimensions]
    return kind(1, size, strides=2, use_bias=False, kernel_initializer="ones")


# conv1d-kernel-shape


def test_conv1d_takes_steps_and_channels_and_its_kernel_has_three_axes() -> None:
    """`Conv1D(16, 5)` on 100 steps of 8 channels has a kernel of (5, 8, 16); a one-dimensional sample is refused."""
    layer = layers.Conv1D(16, 5)
    assert run(layer, noise(0, 1, 100, 8)).shape == (1, 96, 16)
    assert tuple(layer.kernel.shape) == (5, 8, 16)
    with pytest.raises(ValueError, match="expected min_ndim=3"):
        layers.Conv1D(16, 5)(noise(0, 1, 100))


def test_conv1d_keeps_the_shape_only_with_same_padding_and_as_many_filters_as_channels() -> None:
    """100 x 8 becomes 96 x 16, with "same" or "causal" 100 x 16, and 100 x 8 only with 8 filters and stride 1."""
    sequence = noise(0, 1, 100, 8)
    assert run(layers.Conv1D(16, 5), sequence).shape[1:] == (96, 16)
    for padding in ("same", "causal"):
        assert run(layers.Conv1D(16, 5, padding=padding), sequence).shape[1:] == (100, 16)
        assert run(layers.Conv1D(8, 5, padding=padding), sequence).shape[1:] == (100, 8)
        assert run(layers.Conv1D(8, 5, padding=padding, strides=2), sequence).shape[1:] == (50, 8)


def test_one_number_of_the_input_of_conv1d_changes_kernel_times_filters_numbers_of_the_output() -> None:
    """One number in the middle of 100 x 8 changes 5 positions x 16 filters, in whichever channel it stands."""
    for seed in range(10):
        keras.utils.set_random_seed(seed)
        layer, sequence = layers.Conv1D(16, 5), noise(seed, 1, 100, 8)
        changed = sequence.copy()
        changed[0, 50, seed % 8] += 1
        assert np.count_nonzero(run(layer, changed) != run(layer, sequence)) == 80


def test_conv1d_knows_no_order_of_channels_but_an_order_of_steps() -> None:
    """Channels shuffled together with the kernel's second axis give the same output; shuffled steps do not."""
    keras.utils.set_random_seed(0)
    order, sequence = np.random.default_rng(1).permutation(8), noise(0, 1, 100, 8)
    layer = layers.Conv1D(16, 5)
    output = run(layer, sequence)
    kernel = layer.get_weights()[0]
    shuffled = with_kernel(layers.Conv1D(16, 5), kernel[:, order], channels=8)
    assert np.allclose(run(shuffled, sequence[..., order]), output, atol=1e-5)
    steps = np.array([1, 0, 2, 3, 4])
    shuffled = with_kernel(layers.Conv1D(16, 5), kernel[steps], channels=8)
    assert np.abs(run(shuffled, sequence) - output).max() > 0.1


def test_conv1d_is_a_conv2d_as_wide_as_the_channels() -> None:
    """`Conv2D(16, (5, 8))` with the same weights on an image of 100 x 8 with one channel gives the same numbers."""
    keras.utils.set_random_seed(0)
    sequence, layer = noise(0, 1, 100, 8), layers.Conv1D(16, 5)
    output = run(layer, sequence)
    image = with_kernel(layers.Conv2D(16, (5, 8)), layer.get_weights()[0])
    assert np.allclose(run(image, sequence[..., None])[:, :, 0], output, atol=1e-5)


def test_groups_give_each_filter_of_conv1d_one_channel() -> None:
    """With groups=8 on 8 channels the kernel of `Conv1D(16, 5)` is (5, 1, 16)."""
    layer = layers.Conv1D(16, 5, groups=8)
    layer.build((None, 100, 8))
    assert tuple(layer.kernel.shape) == (5, 1, 16)


# conv1d-output-length


def test_conv1d_drops_what_is_left_after_the_last_whole_move() -> None:
    """Length 10, kernel 3, stride 3: three positions, and the last step has gradient zero; at stride 1 it has not."""
    for stride, positions, reached in ((3, 3, False), (1, 8, True)):
        layer = layers.Conv1D(1, 3, strides=stride, kernel_initializer="ones")
        sequence = tf.Variable(noise(0, 1, 10, 1))
        with tf.GradientTape() as tape:
            output = layer(sequence)
        gradient = tape.gradient(output, sequence).numpy().ravel()
        assert output.shape[1] == positions
        assert bool(gradient[-1]) == reached
        assert np.all(gradient[:-1] != 0)


def test_same_and_causal_padding_leave_length_over_stride_whatever_the_kernel() -> None:
    """With "same" or "causal" the length is ceil(length / stride): 100 at stride 1, 34 at stride 3."""
    for padding in ("same", "causal"):
        for kernel in (2, 3, 7):
            for stride, dilation in ((1, 1), (3, 1), (1, 3)):
                layer = layers.Conv1D(4, kernel, padding=padding, strides=stride, dilation_rate=dilation)
                assert layer.compute_output_shape((None, 100, 8))[1] == ceil(100 / stride)
    assert layers.Conv1D(4, 3, padding="same", strides=3).compute_output_shape((None, 100, 8))[1] == 34


def test_keras_refuses_strides_with_dilation_and_a_kernel_longer_than_the_sequence() -> None:
    """A stride and a dilation above 1 together, or a kernel that spans more than the sequence, raise ValueErrors."""
    with pytest.raises(ValueError, match="not supported in conjunction"):
        layers.Conv1D(4, 3, strides=2, dilation_rate=2)
    layers.Conv1D(4, 3, dilation_rate=4).compute_output_shape((None, 9, 8))
    with pytest.raises(ValueError, match="zero or negative"):
        layers.Conv1D(4, 3, dilation_rate=4).compute_output_shape((None, 8, 8))


def test_a_convolution_need_not_shrink_and_a_shorter_input_saves_it_no_parameters() -> None:
    """`Conv1D(16, 5)` has 656 parameters on 100 steps and on 1000; only Dense behind Flatten shrinks with the input."""
    counts, heads = [], []
    for length in (100, 1000):
        model = keras.Sequential([layers.Input((length, 8)), layers.Conv1D(16, 5), layers.Flatten(), layers.Dense(10)])
        counts.append(model.layers[0].count_params())
        heads.append(model.layers[2].count_params())
    assert counts == [656, 656]
    assert heads[0] < heads[1]
    assert layers.Conv1D(16, 5, padding="same").compute_output_shape((None, 100, 8))[1] == 100


# conv-is-cross-correlation


def test_the_response_of_conv1d_to_an_impulse_is_its_kernel_reversed() -> None:
    """[0, 0, 1, 0, 0] becomes [0, 3, 2, 1, 0] with kernel [1, 2, 3], as in np.correlate and not in np.convolve."""
    impulse = np.array([0, 0, 1, 0, 0], "float32")
    layer = with_kernel(layers.Conv1D(1, 3, padding="same", use_bias=False), [1, 2, 3])
    assert run(layer, impulse[None, :, None]).ravel().tolist() == [0, 3, 2, 1, 0]
    assert np.correlate(impulse, [1, 2, 3], "same").tolist() == [0, 3, 2, 1, 0]
    assert np.convolve(impulse, [1, 2, 3], "same").tolist() == [0, 1, 2, 3, 0]
    layer = with_kernel(layers.Conv1DTranspose(1, 3, padding="same", use_bias=False), [1, 2, 3])
    assert run(layer, impulse[None, :, None]).ravel().tolist() == [0, 1, 2, 3, 0]


def test_a_layer_trained_on_true_convolutions_learns_the_flipped_kernel() -> None:
    """Fitted to np.convolve(noise, [1, 2, 3]), the kernel becomes [3, 2, 1]; fitted to np.correlate, [1, 2, 3]."""

    model = keras.Sequential([layers.Input((32, 1)), layers.Conv1D(1, 3, use_bias=False)])
    model.compile(keras.optimizers.SGD(0.2), "mse")

    def learned(seed: int, operation: Callable[..., Array]) -> Array:
        signals = noise(seed, 64, 32)
        targets = np.stack([operation(signal, [1, 2, 3], "valid") for signal in signals]).astype("float32")
        model.set_weights([noise(100 + seed, 3, 1, 1)])
        for _ in range(40):
            model.train_on_batch(signals[..., None], targets[..., None])
        kernel: Array = model.get_weights()[0].ravel()
        return kernel

    for seed in range(10):
        assert np.allclose(learned(seed, np.convolve), [3, 2, 1], atol=2e-6)
    assert np.allclose(learned(0, np.correlate), [1, 2, 3], atol=2e-6)


def test_flipping_negates_sobel_and_leaves_a_symmetric_kernel_alone() -> None:
    """Turned by 180 degrees, the Sobel kernel changes its sign and the binomial (Gaussian) one nothing."""
    sobel, binomial = np.outer([1, 2, 1], [-1, 0, 1]), np.outer([1, 2, 1], [1, 2, 1])
    assert np.array_equal(sobel[::-1, ::-1], -sobel)
    assert np.array_equal(binomial[::-1, ::-1], binomial)


# conv-dimensions


def test_the_kernel_has_two_axes_more_than_the_layer_has_dimensions() -> None:
    """16 filters of size 3 on 8 channels: kernels (3, 8, 16), (3, 3, 8, 16), (3, 3, 3, 8, 16); 400, 1168, 3472."""
    kinds = (layers.Conv1D, layers.Conv2D, layers.Conv3D)
    for dimensions, (kind, parameters) in enumerate(zip(kinds, (400, 1168, 3472), strict=True), 1):
        layer = kind(16, 3)
        layer.build((None, *(50,) * dimensions, 8))
        assert tuple(layer.kernel.shape) == (*(3,) * dimensions, 8, 16)
        assert layer.count_params() == parameters


def test_a_colour_image_has_three_axes_and_is_nothing_for_conv3d() -> None:
    """`Conv3D` refuses a batch of (1, 112, 112, 3), which `Conv2D` takes, and takes a colour video of 16 frames."""
    with pytest.raises(ValueError, match="expected min_ndim=5"):
        layers.Conv3D(16, 3)(noise(0, 1, 112, 112, 3))
    assert run(layers.Conv2D(16, 3), noise(0, 1, 112, 112, 3)).shape == (1, 110, 110, 16)
    assert layers.Conv3D(16, 3).compute_output_shape((1, 16, 112, 112, 3)) == (1, 14, 110, 110, 16)
    assert layers.Conv2D(16, 3).compute_output_shape((1, 112, 112, 30)) == (1, 110, 110, 16)


def test_conv3d_on_a_colour_image_with_an_axis_added_is_conv2d() -> None:
    """On 112 x 112 x 3 x 1 the kernel of `Conv3D(16, 3)` has one position along the colours: it equals `Conv2D`."""
    keras.utils.set_random_seed(0)
    images, flat = noise(0, 2, 20, 20, 3), layers.Conv2D(16, 3)
    output = run(flat, images)
    deep = with_kernel(layers.Conv3D(16, 3), flat.get_weights()[0])
    assert run(deep, images[..., None]).shape == (2, 18, 18, 1, 16)
    assert np.allclose(run(deep, images[..., None])[:, :, :, 0], output, atol=1e-5)


# separable-conv2d-parameters


def separable(kernel: int, channels: int, filters: int, **options: int) -> int:
    layer = layers.SeparableConv2D(filters, kernel, **options)
    layer.build((None, 32, 32, channels))
    return int(layer.count_params())


def plain(kernel: int, channels: int, filters: int) -> int:
    layer = layers.Conv2D(filters, kernel)
    layer.build((None, 32, 32, channels))
    return int(layer.count_params())


def test_separable_convolution_counts() -> None:
    """64 filters of 3 x 3 on 32 channels: 2400 against 18,496; at kernel size 1 it costs more, 2144 against 2112."""
    assert (separable(3, 32, 64), plain(3, 32, 64)) == (2400, 18_496)
    assert (separable(1, 32, 64), plain(1, 32, 64)) == (2144, 2112)
    for multiplier in (1, 2, 3):
        assert separable(3, 32, 64, depth_multiplier=multiplier) == (9 * 32 + 32 * 64) * multiplier + 64
    share = (9 * 32 + 32 * 64) / (9 * 32 * 64)
    assert share == pytest.approx(1 / 64 + 1 / 9)


def test_separable_convolution_is_a_convolution_with_the_product_of_its_two_kernels() -> None:
    """`SeparableConv2D` equals `Conv2D` with kernel[i, j, c, f] = depthwise[i, j, c] * pointwise[c, f]."""
    keras.utils.set_random_seed(0)
    layer, images = layers.SeparableConv2D(8, 3), noise(0, 2, 10, 10, 4)
    output = run(layer, images)
    depthwise, pointwise, _ = layer.get_weights()
    product = depthwise * pointwise[0, 0]
    assert product.shape == (3, 3, 4, 8)
    assert np.allclose(run(with_kernel(layers.Conv2D(8, 3), product, channels=4), images), output, atol=1e-5)


# receptive-field


def field(*kernels_and_strides: tuple[int, int], dilation: int = 1) -> int:
    """Input positions with a gradient other than zero for one output in the middle."""
    inputs = tf.Variable(np.zeros((1, 150, 1), "float32"))
    with tf.GradientTape() as tape:
        outputs = inputs
        for kernel, stride in kernels_and_strides:
            layer = layers.Conv1D(1, kernel, strides=stride, dilation_rate=dilation, kernel_initializer="ones")
            outputs = layer(outputs)
        output = outputs[0, outputs.shape[1] // 2, 0]
    reached = np.flatnonzero(tape.gradient(output, inputs).numpy())
    return int(reached[-1] - reached[0]) + 1


def test_the_receptive_field_is_what_the_gradient_reaches() -> None:
    """Each layer adds (kernel - 1) times the strides before it; the last stride is without effect."""
    assert field((3, 1), (3, 1), (3, 1)) == 7 == field((7, 1))
    assert field((3, 2), (3, 2), (3, 1)) == 15 == field((3, 2), (3, 2), (3, 2))
    for first, step, second, stride, third in ((7, 2, 3, 1, 5), (5, 3, 5, 2, 7), (3, 1, 5, 2, 3)):
        expected = 1 + (first - 1) + (second - 1) * step + (third - 1) * step * stride
        assert field((first, step), (second, stride), (third, 1)) == expected
    assert field((3, 1), dilation=4) == 4 * (3 - 1) + 1


def test_three_small_kernels_need_fewer_weights_than_one_large_one() -> None:
    """On C channels three layers of 3 x 3 have 27 C^2 weights, one of 7 x 7 has 49 C^2 (C = 16, biases aside)."""
    assert 3 * (plain(3, 16, 16) - 16) == 27 * 16**2
    assert plain(7, 16, 16) - 16 == 49 * 16**2


def test_the_centre_of_a_deep_receptive_field_carries_nearly_all_of_the_gradient() -> None:
    """20 layers of 3 x 3 with equal weights: field 41 x 41, of which the inner 17 x 17 (17 %) carry 96 %."""
    inputs = tf.Variable(np.zeros((1, 41, 41, 1), "float32"))
    with tf.GradientTape() as tape:
        outputs = inputs
        for _ in range(20):
            outputs = layers.Conv2D(1, 3, kernel_initializer=keras.initializers.Constant(1 / 9))(outputs)
    assert outputs.shape == (1, 1, 1, 1)
    gradient = tape.gradient(outputs, inputs).numpy()[0, ..., 0]
    assert np.all(gradient > 0)
    assert gradient.sum() == pytest.approx(1, abs=1e-4)
    assert gradient[12:29, 12:29].sum() == pytest.approx(0.963, abs=0.001)
    assert round(17**2 / gradient.size, 2) == 0.17


def test_the_effective_field_grows_like_the_root_of_the_depth() -> None:
    """With equal weights the standard deviation of the gradient's place is sqrt(2 n / 3) after n layers of size 3."""
    for depth in (5, 20, 80):
        weights = np.ones(1)
        for _ in range(depth):
            weights = np.convolve(weights, np.full(3, 1 / 3))
        place = np.arange(len(weights)) - depth
        assert np.sqrt((weights * place**2).sum()) == pytest.approx(np.sqrt(2 * depth / 3))


# checkerboard


def test_blocks_overlap_evenly_only_if_the_kernel_is_a_multiple_of_the_stride() -> None:
    """Ones through `Conv2DTranspose(strides=2)`, inside: sizes 2 to 6 give {1}, {1, 2, 4}, {4}, {4, 6, 9}, {9}."""
    inside = {size: set(ones_through(transposed(2, size), 9, 9)[6:-6, 6:-6].ravel().tolist()) for size in range(2, 7)}
    assert inside == {2: {1}, 3: {1, 2, 4}, 4: {4}, 5: {4, 6, 9}, 6: {9}}
    assert ones_through(transposed(1, 3), 6)[2:-2].tolist() == [2, 1] * 4 + [2]


def test_two_layers_in_a_row_deepen_the_checkerboard() -> None:
    """Two transposed convolutions of size 3 and stride 2 give 1, 3, 2, 3 along an axis, so 1 to 9 in the plane."""
    both = keras.Sequential([transposed(1, 3), transposed(1, 3)])
    assert ones_through(both, 6)[3:15].tolist() == [1, 3, 2, 3] * 3
    both = keras.Sequential([transposed(2, 3), transposed(2, 3)])
    assert set(ones_through(both, 6, 6)[7:-7, 7:-7].ravel().tolist()) == {1, 2, 3, 4, 6, 9}


def test_the_gradient_of_a_strided_convolution_has_the_same_grid() -> None:
    """A `Conv2D` of ones with stride 2 sends back 1, 2 and 4 if its size is 3, and 4 everywhere if it is 4."""
    for size, values in ((3, {1, 2, 4}), (4, {4})):
        layer = layers.Conv2D(1, size, strides=2, kernel_initializer="ones")
        images = tf.Variable(np.ones((1, 22, 22, 1), "float32"))
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(layer(images))
        assert set(tape.gradient(total, images).numpy()[0, 4:-4, 4:-4, 0].ravel().tolist()) == values


def test_enlarging_first_and_convolving_then_is_even() -> None:
    """`UpSampling2D` and a 3 x 3 convolution of ones make 9 of ones at every position."""
    enlarged = run(layers.UpSampling2D(2), np.ones((1, 9, 9, 1), "float32"))
    output = run(layers.Conv2D(1, 3, use_bias=False, kernel_initializer="ones"), enlarged)
    assert set(output.ravel().tolist()) == {9}


def test_random_kernels_show_a_pattern_of_the_same_strength_for_sizes_3_and_4() -> None:
    """Spread of the four kinds of position over their root mean square: about 0.85 for both (64 maps, ten seeds)."""
    strength = {}
    for size in (3, 4):
        seeds = []
        for seed in range(10):
            keras.utils.set_random_seed(seed)
            layer = layers.Conv2DTranspose(64, size, strides=2, use_bias=False)
            output = run(layer, np.ones((1, 8, 8, 64), "float32"))[0, 6:10, 6:10]
            seeds.append(np.mean(output.std((0, 1)) / np.sqrt((output**2).mean((0, 1)))))
        assert all(0.75 < seed < 0.95 for seed in seeds)
        strength[size] = np.mean(seeds)
    assert abs(strength[3] - strength[4]) < 0.03
    assert ones_through(transposed(2, 4), 9, 9)[6:-6, 6:-6].std() == 0


def test_a_transposed_convolution_interpolates_only_if_its_kernel_does() -> None:
    """[0.25, 0.75, 0.75, 0.25] doubles as bilinear interpolation does, edges aside; ones make 1, 2, 1, 2 of ones."""
    signal = noise(0, 1, 8, 1)
    layer = layers.Conv1DTranspose(1, 4, strides=2, padding="same", use_bias=False)
    doubled = run(with_kernel(layer, [0.25, 0.75, 0.75, 0.25]), signal).ravel()
    bilinear = run(layers.UpSampling2D((2, 1), interpolation="bilinear"), signal[:, :, None]).ravel()
    assert np.allclose(doubled[1:-1], bilinear[1:-1], atol=1e-6)
    assert not np.isclose(doubled[0], bilinear[0])
    assert set(ones_through(transposed(1, 3), 8)[2:-2].tolist()) == {1, 2}
