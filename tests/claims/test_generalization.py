"""Activations, regularisation, overfitting and two error measures: the bank's claims, run."""

from functools import cache
from itertools import combinations

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

XOR_INPUTS = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
XOR_TARGETS = np.array([[0], [1], [1], [0]], "float32")
SKEWED = np.array([1, 2, 3, 4, 100], "float32")


def train(model: keras.Model, loss: keras.losses.Loss, x: np.ndarray, y: np.ndarray, steps: int, rate: float) -> float:
    """The loss after full-batch training with Adam; the loop runs inside one graph."""
    optimizer = keras.optimizers.Adam(rate)
    optimizer.build(model.trainable_variables)
    inputs, targets = tf.constant(x), tf.constant(y)

    @tf.function
    def run() -> None:
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                value = tf.add_n([loss(targets, model(inputs, training=True)), *model.losses])
            gradients = tape.gradient(value, model.trainable_variables)
            optimizer.apply(gradients, model.trainable_variables)

    run()
    return float(loss(targets, model(inputs)))


def stack(activation: str | None) -> keras.Model:
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(8, activation=activation),
            layers.Dense(8, activation=activation),
            layers.Dense(1),
        ]
    )


# Activations


def test_a_relu_output_cannot_fit_negative_targets() -> None:
    """A net of 16 ReLUs fits y = x on [-1, 1] below 0.001; with ReLU on the output it cannot pass 0.168."""
    x = np.linspace(-1, 1, 201, dtype="float32")[:, None]
    floor = np.mean(np.minimum(x, 0) ** 2)
    assert floor == pytest.approx(0.168, abs=0.0005)
    for seed in range(2):
        for output in (None, "relu"):
            keras.utils.set_random_seed(seed)
            model = keras.Sequential(
                [keras.Input((1,)), layers.Dense(16, activation="relu"), layers.Dense(1, activation=output)]
            )
            loss = train(model, keras.losses.MeanSquaredError(), x, x, 300, 0.01)
            assert loss >= floor - 1e-6 if output else loss < 0.001


def test_negative_logits_behind_a_relu_get_no_gradient() -> None:
    """Ten negative logits behind a ReLU: every class has 0.1, the loss is ln 10 and no weight gets a gradient."""
    for activation in ("relu", None):
        layer = layers.Dense(10, activation=activation, bias_initializer=keras.initializers.Constant(-1))
        layer.build((None, 4))
        layer.kernel.assign(np.zeros((4, 10)))
        with tf.GradientTape() as tape:
            loss = keras.losses.sparse_categorical_crossentropy(np.array([3]), layer(np.ones((1, 4))), from_logits=True)
        gradient = tape.gradient(loss, layer.kernel)
        assert float(loss[0]) == pytest.approx(np.log(10), abs=1e-5)
        assert bool(np.any(gradient)) is (activation is None)


def test_mobilenet_v2_leaves_eighteen_layers_without_activation() -> None:
    """Of MobileNetV2's 53 convolution and dense layers 35 feed a ReLU; 17 projections and the logits do not."""
    model = keras.applications.MobileNetV2(
        weights=None, input_shape=(32, 32, 3), classes=10, classifier_activation=None
    )
    followers: dict[str, list[str]] = {}
    for layer in model.layers:
        for tensor in [layer.input] if not isinstance(layer.input, list) else layer.input:
            followers.setdefault(tensor._keras_history.operation.name, []).append(layer.name)
    kinds = {layer.name: type(layer).__name__ for layer in model.layers}
    trainable = [name for name, kind in kinds.items() if kind in {"Conv2D", "DepthwiseConv2D", "Dense"}]
    linear = []
    for name in trainable:
        after = followers.get(name, [])
        while after and kinds[after[0]] == "BatchNormalization":
            after = followers[after[0]]
        if not any(kinds[other] == "ReLU" for other in after):
            linear.append(name)
    assert (len(trainable), len(linear)) == (53, 18)
    assert sum(name.endswith("project") for name in linear) == 17
    assert linear[-1] == "predictions"


def test_attention_projections_are_linear() -> None:
    """The four projections of MultiHeadAttention have no activation."""
    layer = layers.MultiHeadAttention(num_heads=2, key_dim=8)
    layer.build((None, 4, 16), (None, 4, 16))
    projections = [layer._query_dense, layer._key_dense, layer._value_dense, layer._output_dense]
    assert [projection.activation for projection in projections] == [keras.activations.linear] * 4


def test_a_linear_stack_is_one_matrix() -> None:
    """Dense(8), Dense(8), Dense(1) without activations equal one 2 x 1 matrix and a bias: 105 parameters for 3."""
    keras.utils.set_random_seed(0)
    generator = np.random.default_rng(0)
    x = generator.normal(size=(1000, 2)).astype("float32")
    for activation in (None, "tanh"):
        model = stack(activation)
        assert model.count_params() == 105
        matrix, shift = np.eye(2), np.zeros(2)
        for layer in model.layers:
            layer.bias.assign(generator.normal(size=layer.bias.shape))
            kernel, bias = layer.get_weights()
            matrix, shift = matrix @ kernel, shift @ kernel + bias
        assert matrix.size + shift.size == 3
        difference = np.abs(model(x).numpy() - (x @ matrix + shift)).max()
        assert difference < 1e-4 if activation is None else difference > 0.1


def test_a_linear_stack_stays_at_ln_2_on_xor() -> None:
    """On XOR the linear stack ends at ln 2, which no linear logit can beat; with tanh the loss goes to zero."""
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    augmented = np.c_[XOR_INPUTS, np.ones(4)]
    assert np.allclose(augmented.T @ (0.5 - XOR_TARGETS), 0)  # the gradient at zero; the problem is convex
    for seed in range(2):
        for activation in (None, "tanh"):
            keras.utils.set_random_seed(seed)
            final = train(stack(activation), loss, XOR_INPUTS, XOR_TARGETS, 400, 0.03)
            assert final == pytest.approx(np.log(2), abs=1e-3) if activation is None else final < 0.01


def test_a_narrow_linear_layer_limits_the_rank() -> None:
    """Dense(8) before Dense(1000) on 1000 inputs: rank 8 and 17,008 parameters instead of 1,001,000."""
    narrow = keras.Sequential([keras.Input((1000,)), layers.Dense(8), layers.Dense(1000)])
    full = keras.Sequential([keras.Input((1000,)), layers.Dense(1000)])
    assert (narrow.count_params(), full.count_params()) == (17_008, 1_001_000)
    first, second = (layer.kernel.numpy() for layer in narrow.layers)
    assert np.linalg.matrix_rank(first @ second[:, :50]) == 8


# Regularisation


def regression(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """30 examples of 25 features, noise of variance 1, and 5000 test examples."""
    generator = np.random.default_rng(seed)
    weights = generator.normal(size=25) / 5
    x, noise = generator.normal(size=(30, 25)), generator.normal(size=30)
    x_test, noise_test = generator.normal(size=(5000, 25)), generator.normal(size=5000)
    return x, x @ weights + noise, x_test, x_test @ weights + noise_test


def ridge(x: np.ndarray, y: np.ndarray, factor: float) -> np.ndarray:
    """The minimum of Keras's mse + L2(factor), where the error is a mean and the penalty a sum."""
    return np.linalg.solve(x.T @ x + factor * len(x) * np.eye(x.shape[1]), x.T @ y)


def ridge_figures(factor: float) -> np.ndarray:
    """Training error, test error and length of the weights, for 50 draws."""
    rows = []
    for seed in range(50):
        x, y, x_test, y_test = regression(seed)
        weights = ridge(x, y, factor)
        rows.append(
            (np.mean((x @ weights - y) ** 2), np.mean((x_test @ weights - y_test) ** 2), np.linalg.norm(weights))
        )
    return np.array(rows)


def test_a_penalty_trades_training_error_for_test_error() -> None:
    """30 examples, 25 features: L2(1) raises the training error and lowers the test error; L2(100) is too much."""
    free, fitting, strong = (ridge_figures(factor) for factor in (0, 1, 100))
    assert np.median(free, 0) == pytest.approx([0.144, 5.88, 2.42], rel=0.01)
    assert np.median(fitting, 0) == pytest.approx([0.608, 1.51, 0.550], rel=0.01)
    assert np.all(fitting[:, 0] > free[:, 0])
    assert np.all(fitting[:, 1] < free[:, 1])
    assert np.median(strong, 0)[:2] == pytest.approx([1.61, 1.85], rel=0.01)
    assert np.median(strong[:, 1]) > 1.15 * np.median(fitting[:, 1])


def test_separable_classes_need_a_penalty_to_have_a_minimum() -> None:
    """Logistic regression on separable classes: the weights grow with the steps; with L2(0.01) they settle near 2."""
    for seed in range(3):
        generator = np.random.default_rng(seed)
        x = np.concatenate([generator.normal(size=(20, 2)) / 2 + shift for shift in (1.5, -1.5)])
        y = np.repeat([1, -1], 20)
        lengths = {}
        for factor in (0, 0.01):
            weights = np.zeros(2)
            for step in range(1, 10_001):
                slope = -(x * (y / (1 + np.exp(y * (x @ weights))))[:, None]).mean(0)
                weights -= slope + 2 * factor * weights
                lengths[factor, step] = np.linalg.norm(weights)
        assert lengths[0, 10] < 2 < 3 < lengths[0, 100] < 4 < lengths[0, 1000] < 6 < lengths[0, 10_000]
        assert lengths[0.01, 10_000] == pytest.approx(2, abs=0.1)
        assert lengths[0.01, 10_000] == pytest.approx(lengths[0.01, 1000], abs=1e-3)


def test_a_penalty_does_not_know_what_is_essential() -> None:
    """92 % of the signal in a feature of a tenth of the scale: its weight keeps 3 %, the other 77 %; rescaled, both."""
    assert pytest.approx(0.92, abs=0.005) == 1 / 1.09
    kept, rescaled = [], []
    for seed in range(20):
        generator = np.random.default_rng(seed)
        x = generator.normal(size=(1000, 2)) * [0.1, 1]
        y = x @ [10, 0.3] + 0.1 * generator.normal(size=1000)
        scale = x.std(0)
        kept.append(ridge(x, y, 0.3) / [10, 0.3])
        rescaled.append(ridge(x / scale, y, 0.3) / scale / [10, 0.3])
    assert np.median(kept, 0) == pytest.approx([0.032, 0.77], abs=0.03)
    assert np.max(kept, 0)[0] < 0.04 < 0.5 < np.min(kept, 0)[1]
    assert np.median(rescaled, 0) == pytest.approx([0.77, 0.77], abs=0.03)


def test_l2_shrinks_the_vector_and_removes_no_weight() -> None:
    """L2(1) on 25 weights: none is zero, all stay trainable; the effective number of parameters falls from 25 to 10."""
    effective, shares = [], []
    for seed in range(50):
        x, y, *_ = regression(seed)
        assert np.all(ridge(x, y, 1) != 0)
        squares = np.linalg.svd(x, compute_uv=False) ** 2
        effective.append(np.sum(squares / (squares + 30)))
        shares.append((squares / (squares + 30))[[0, -1]])
    assert 9 < min(effective) < max(effective) < 10.5
    x, y, *_ = (array.astype("float32") for array in regression(0))
    keras.utils.set_random_seed(0)
    layer = layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(1.0))
    model = keras.Sequential([keras.Input((25,)), layer])
    train(model, keras.losses.MeanSquaredError(), x, y[:, None], 2000, 0.01)
    assert np.allclose(layer.kernel.numpy()[:, 0], ridge(x, y, 1), atol=0.005)
    assert np.count_nonzero(layer.kernel.numpy()) == 25
    assert sum(weight.shape[0] for weight in model.trainable_weights) == 25
    assert np.linalg.norm(layer.kernel.numpy()) < 0.6 * np.linalg.norm(ridge(x, y, 0))


def test_l2_shortens_the_vector_but_can_lengthen_single_weights() -> None:
    """Under L2(1) the vector of 25 weights is shorter in all 50 draws, while some single weights are larger."""
    grown = []
    for seed in range(50):
        x, y, *_ = regression(seed)
        free, kept = ridge(x, y, 0), ridge(x, y, 1)
        assert np.linalg.norm(kept) < np.linalg.norm(free)
        grown.append(np.sum(np.abs(kept) > np.abs(free)))
    assert np.median(grown) == 3
    assert max(grown) < 13


# Overfitting


def moons(count: int, generator: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    angle, kind = generator.uniform(0, np.pi, count), np.arange(count) % 2
    upper = np.c_[np.cos(angle), np.sin(angle)]
    lower = np.c_[1 - np.cos(angle), 0.5 - np.sin(angle)]
    return np.where(kind[:, None] == 0, upper, lower) + 0.25 * generator.normal(size=(count, 2)), kind


def neighbours(x: np.ndarray, kind: np.ndarray, points: np.ndarray, count: int) -> np.ndarray:
    distance = ((points[:, None] - x[None]) ** 2).sum(-1)
    return kind[np.argpartition(distance, count - 1, axis=1)[:, :count]].mean(1) > 0.5


def line(x: np.ndarray, kind: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Logistic regression by Newton's method."""
    augmented, weights = np.c_[x, np.ones(len(x))], np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-augmented @ weights))
        weights += np.linalg.solve((augmented * (p * (1 - p))[:, None]).T @ augmented, augmented.T @ (kind - p))
    return np.c_[points, np.ones(len(points))] @ weights > 0


@cache
def moon_accuracies() -> np.ndarray:
    """For 20 draws: training and test accuracy of a straight line, of 1 neighbour and of 15."""
    rows = []
    for seed in range(20):
        generator = np.random.default_rng(seed)
        x, kind = moons(200, generator)
        x_test, kind_test = moons(4000, generator)
        row = []
        for points, truth in ((x, kind), (x_test, kind_test)):
            guesses = (line(x, kind, points), neighbours(x, kind, points, 1), neighbours(x, kind, points, 15))
            row.append([np.mean(guess == truth) for guess in guesses])
        rows.append(np.transpose(row))
    return np.array(rows)


def test_a_gap_is_not_yet_overfitting() -> None:
    """One neighbour has the largest gap and beats the line; that 15 neighbours beat it shows that it overfits."""
    accuracies = moon_accuracies()
    straight, one, fifteen = np.median(accuracies, 0)
    assert straight == pytest.approx([0.865, 0.858], abs=0.001)
    assert one == pytest.approx([1, 0.916], abs=0.001)
    assert fifteen == pytest.approx([0.950, 0.937], abs=0.001)
    gap = accuracies[:, :, 0] - accuracies[:, :, 1]
    assert np.all(gap[:, 1] > np.maximum(gap[:, 0], gap[:, 2]))
    assert np.all(accuracies[:, 2, 1] > accuracies[:, 1, 1])  # and in training the order is the other way round
    assert np.all(accuracies[:, 2, 0] < accuracies[:, 1, 0])


def test_an_overfitted_model_can_be_useful() -> None:
    """One neighbour overfits and is still better on new data than the straight line, in 20 of 20 draws."""
    accuracies = moon_accuracies()
    assert np.all(accuracies[:, 1, 1] > accuracies[:, 0, 1] + 0.038)


def test_the_right_model_has_a_gap_too() -> None:
    """Linear regression of the true form, 10 features, 50 examples, noise 1: errors 0.78 in training, 1.25 on new."""
    rows = []
    for seed in range(200):
        generator = np.random.default_rng(seed)
        weights, x = generator.normal(size=10), generator.normal(size=(50, 10))
        y = x @ weights + generator.normal(size=50)
        fit = np.linalg.lstsq(x, y)[0]
        x_test = generator.normal(size=(2000, 10))
        y_test = x_test @ weights + generator.normal(size=2000)
        rows.append((np.mean((x @ fit - y) ** 2), np.mean((x_test @ fit - y_test) ** 2)))
    assert np.mean(rows, 0) == pytest.approx([0.784, 1.248], abs=0.001)
    assert pytest.approx(np.mean(rows, 0)[0], abs=0.03) == 1 - 10 / 50
    assert pytest.approx(np.mean(rows, 0)[1], abs=0.03) == 1 + 10 / 39


@cache
def descent(widths: tuple[int, ...], noise: float, penalty: float = 0) -> np.ndarray:
    """Least norm on random ReLU features, 40 examples; medians of training error, test error, length (60 draws)."""
    rows = []
    for seed in range(60):
        generator = np.random.default_rng(seed)
        x, x_test = generator.normal(size=(40, 5)), generator.normal(size=(500, 5))
        truth, truth_test = (np.sin(array[:, 0]) + array[:, 1] / 2 for array in (x, x_test))
        y = truth + noise * generator.normal(size=40)
        row = []
        for width in widths:
            weights, bias = generator.normal(size=(5, width)) / np.sqrt(5), generator.normal(size=width) / 2
            features, features_test = (np.maximum(array @ weights + bias, 0) for array in (x, x_test))
            if penalty:
                fit = features.T @ np.linalg.solve(features @ features.T + penalty * np.eye(40), y)
            else:
                fit = np.linalg.lstsq(features, y, rcond=1e-12)[0]
            row.append(
                (
                    np.mean((features @ fit - y) ** 2),
                    np.mean((features_test @ fit - truth_test) ** 2),
                    np.linalg.norm(fit),
                )
            )
        rows.append(row)
    return np.median(rows, 0)


def test_the_test_error_peaks_where_the_model_just_interpolates() -> None:
    """40 examples: test error 0.2 at 20 features, 3.5 at 40, 0.1 at 2000; training error zero from 40 on."""
    table = descent((5, 20, 38, 40, 42, 100, 2000), 0.1)
    assert table[:, 1].argmax() == 3
    assert np.all(table[3:, 0] < 1e-12)
    assert np.all(table[:3, 0] > 3e-4)
    assert 0.15 < table[1, 1] < 0.25
    assert 2.5 < table[3, 1] < 6
    assert 0.07 < table[6, 1] < 0.13
    assert table[6, 2] < table[1, 2] < table[3, 2]
    assert np.all(np.diff(table[3:, 2]) < 0)


def test_the_second_descent_need_not_win() -> None:
    """With noise of 0.5 the best model has 10 features; 2000 features are worse than that."""
    table = descent((5, 10, 40, 2000), 0.5)
    assert table[1, 1] < 0.8 * table[3, 1]
    assert table[2, 1] > 10


def test_a_penalty_removes_the_peak() -> None:
    """With an L2 penalty the test error at 40 features no longer stands out."""
    widths = (5, 20, 38, 40, 42, 100, 2000)
    table = descent(widths, 0.1, penalty=0.3)
    assert np.all(np.diff(table[:, 1]) < 0.02)
    assert table[3, 1] == pytest.approx(0.11, abs=0.02)
    assert descent(widths, 0.1)[3, 1] > 10 * table[3, 1]


def curve(degree: int, count: int) -> tuple[float, float]:
    """Training and validation error of a polynomial fit to sin(3x) with noise of variance 0.09; medians of 50."""
    rows = []
    for seed in range(50):
        generator = np.random.default_rng(seed)
        x, noise = generator.uniform(-1, 1, count), generator.normal(size=count)
        new, new_noise = generator.uniform(-1, 1, 4000), generator.normal(size=4000)
        fit = np.linalg.lstsq(np.polynomial.legendre.legvander(x, degree), np.sin(3 * x) + 0.3 * noise)[0]
        guess, new_guess = (np.polynomial.legendre.legval(array, fit) for array in (x, new))
        rows.append(
            (
                np.mean((guess - np.sin(3 * x) - 0.3 * noise) ** 2),
                np.mean((new_guess - np.sin(3 * new) - 0.3 * new_noise) ** 2),
            )
        )
    return tuple(np.median(rows, 0))


def test_more_data_does_not_help_a_straight_line() -> None:
    """A line on sin(3x): errors meet at 0.26 and stay for four times the data; degree 5 reaches 0.09."""
    assert curve(1, 50) == pytest.approx((0.233, 0.260), abs=0.001)
    assert curve(1, 100) == pytest.approx((0.249, 0.259), abs=0.001)
    assert curve(1, 400) == pytest.approx((0.253, 0.256), abs=0.001)
    assert curve(1, 1600) == pytest.approx((0.255, 0.255), abs=0.001)
    assert curve(5, 400) == pytest.approx((0.086, 0.091), abs=0.002)


def test_the_validation_curve_alone_does_not_diagnose() -> None:
    """50 examples: degrees 1 and 15 have validation errors of 0.26 and 0.24; 400 help only the second."""
    (line_train, line_new), (wave_train, wave_new) = curve(1, 50), curve(15, 50)
    assert line_new == pytest.approx(wave_new, abs=0.02)
    assert wave_train == pytest.approx(0.059, abs=0.001)
    assert wave_train < line_train / 3
    assert curve(15, 400) == pytest.approx((0.084, 0.094), abs=0.001)
    assert curve(1, 400)[1] > 0.95 * line_new


def test_avoiding_overfitting_is_not_enough() -> None:
    """The constant never overfits, its two errors agree, and its error is the largest: 0.62 against 0.09."""
    train_error, new_error = curve(0, 400)
    assert train_error == pytest.approx(new_error, abs=0.02)
    assert new_error > 6 * curve(5, 400)[1]


# Mean absolute error


def test_the_best_constant_is_the_median_under_mae() -> None:
    """For 1, 2, 3, 4, 100 the slope of Keras's MAE is zero at 3, that of its MSE at 22."""
    for loss, best, other in (("mean_absolute_error", 3.0, 22.0), ("mean_squared_error", 22.0, 3.0)):
        function = getattr(keras.losses, loss)
        slopes = []
        for start in (best, best - 0.4, best + 0.4, other):
            constant = tf.Variable(start)
            with tf.GradientTape() as tape:
                value = function(SKEWED, tf.fill((5,), 1.0) * constant)
            slopes.append(float(tape.gradient(value, constant)))
        assert slopes[0] == pytest.approx(0, abs=1e-5)
        assert slopes[1] < 0 < slopes[2]
        assert abs(slopes[3]) > 0.5
    assert np.abs(SKEWED - 3).mean() == pytest.approx(20.2)
    assert np.abs(SKEWED - 22).mean() == pytest.approx(31.2)
    assert ((SKEWED - 22) ** 2).mean() == pytest.approx(1522)
    assert ((SKEWED - 3) ** 2).mean() == pytest.approx(1883)


def test_between_two_middle_targets_every_constant_is_best() -> None:
    """For 1, 2, 4, 100 the MAE is the same from 2 to 4."""
    errors = [np.abs(np.array([1, 2, 4, 100]) - constant).mean() for constant in (1.9, 2, 3, 4, 4.1)]
    assert errors[1] == errors[2] == errors[3] == 25.25
    assert min(errors[0], errors[4]) > 25.25


def test_a_metric_does_not_steer_the_fit() -> None:
    """Compiled with mse as the loss and mae as a metric, a constant is pulled to 22; with mae as the loss, to 3."""
    ends = {}
    for loss in ("mse", "mae"):
        model = keras.Sequential([keras.Input((1,)), layers.Dense(1, kernel_initializer="zeros")])
        schedule = keras.optimizers.schedules.PolynomialDecay(1.0, 60, 0.0)
        optimizer = keras.optimizers.SGD(0.5) if loss == "mse" else keras.optimizers.SGD(schedule)
        model.compile(optimizer=optimizer, loss=loss, metrics=["mae"])
        for _ in range(60):
            model.train_on_batch(np.zeros((5, 1)), SKEWED[:, None])
        ends[loss] = float(model.layers[0].bias.numpy()[0])
    assert ends["mse"] == pytest.approx(22, abs=0.01)
    assert ends["mae"] == pytest.approx(3, abs=0.15)


def test_mae_grows_with_a_single_error() -> None:
    """Five errors of 1; one of them becomes 101: MAE 1 to 21, MSE 1 to 2041, the median stays 1; no upper bound."""
    for wrong, mae, mse in ((1, 1, 1), (101, 21, 2041), (1001, 201, 200_401)):
        target = np.array([1, 1, 1, 1, wrong], "float32")
        assert float(keras.losses.mean_absolute_error(target, np.zeros(5))) == pytest.approx(mae)
        assert float(keras.losses.mean_squared_error(target, np.zeros(5))) == pytest.approx(mse)
        assert np.median(target) == 1


def least_absolute_line(x: np.ndarray, y: np.ndarray) -> float:
    """The slope of the line with the smallest sum of absolute errors; one such line passes through two points."""
    best = (np.inf, 0.0)
    for i, j in combinations(range(len(x)), 2):
        if x[i] != x[j]:
            slope = (y[j] - y[i]) / (x[j] - x[i])
            best = min(best, (np.abs(y - y[i] - slope * (x - x[i])).sum(), slope))
    return best[1]


def test_mae_fits_resist_a_bad_target_but_not_a_far_input() -> None:
    """Ten points on y = x and one wrong: at x = 10 the MAE line keeps slope 1, at x = 100 it loses it."""
    x = np.arange(11.0)
    y = np.append(x[:10], -100)
    assert least_absolute_line(x, y) == pytest.approx(1)
    assert np.polyfit(x, y, 1)[0] == pytest.approx(-4)
    x[10], y[10] = 100, 0
    assert least_absolute_line(x, y) == pytest.approx(-0.04, abs=0.005)
