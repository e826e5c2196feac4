"""What the questions on Keras's regularisers and on interpretability state, run with Keras or in plain NumPy."""

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers
from keras.regularizers import L2, Regularizer


def train(
    model: keras.Model,
    inputs: np.ndarray,
    targets: np.ndarray,
    *,
    steps: int,
    optimizer: keras.optimizers.Optimizer,
    loss: str = "mean_squared_error",
) -> None:
    """Full-batch training, the model's penalties included, in one graph: fit would take ten times as long."""
    loss_function = keras.losses.get(loss)
    optimizer.build(model.trainable_variables)

    @tf.function
    def run() -> None:
        for _ in tf.range(steps):
            with tf.GradientTape() as tape:
                total = tf.reduce_mean(loss_function(targets, model(inputs, training=True)))
                total += tf.add_n([*model.losses, 0.0])
            optimizer.apply(tape.gradient(total, model.trainable_variables), model.trainable_variables)

    run()


def network(*stack: keras.Layer, inputs: int = 1) -> keras.Sequential:
    return keras.Sequential([keras.Input((inputs,)), *stack])


def at_origin(model: keras.Model) -> float:
    return float(model(np.zeros((1, 1), "float32"))[0, 0])


def standard_line() -> np.ndarray:
    """101 inputs with mean 0 and standard deviation 1."""
    line = np.linspace(-1, 1, 101)[:, None]
    return (line / line.std()).astype("float32")


def root_mean_square(values: np.ndarray) -> float:
    return float(np.sqrt(np.square(values).sum(axis=1).mean()))


# activity-vs-kernel-regularizer


@pytest.mark.parametrize(("spread", "kernel_keeps"), [(0.1, 0.4545), (1.0, 4.5455), (10.0, 4.9950)])
def test_only_the_kernel_penalty_depends_on_the_scale_of_the_input(spread: float, kernel_keeps: float) -> None:
    """True slope 5, factor 0.1: the kernel penalty leaves 5 s²/(s² + 0.1), the activity penalty 5/1.1 at every s."""
    inputs = np.array([[spread], [-spread]], "float32")

    def slope(curvature: float, **regularizer: Regularizer) -> float:
        model = network(layers.Dense(1, use_bias=False, **regularizer))
        train(model, inputs, 5 * inputs, steps=60, optimizer=keras.optimizers.SGD(0.4 / curvature))
        return float(model.get_weights()[0].item())

    assert slope(spread**2 + 0.1, kernel_regularizer=L2(0.1)) == pytest.approx(kernel_keeps, rel=1e-3)
    assert slope(spread**2 * 1.1, activity_regularizer=L2(0.1)) == pytest.approx(5 / 1.1, rel=1e-3)


def test_the_activity_penalty_counts_the_bias_and_the_activation_and_the_kernel_penalty_neither() -> None:
    """Kernel 1, bias 1, input 1 and a ReLU: activity penalty 4 l, kernel penalty l; at input −3 still l against 0."""
    options = {"kernel_initializer": "ones", "bias_initializer": "ones", "activation": "relu"}
    for example, activity in ((1.0, 0.4), (-3.0, 0.0)):
        inputs = np.array([[example]], "float32")
        by_activity = layers.Dense(1, activity_regularizer=L2(0.1), **options)
        by_kernel = layers.Dense(1, kernel_regularizer=L2(0.1), **options)
        by_activity(inputs)
        by_kernel(inputs)
        assert float(by_activity.losses[0]) == pytest.approx(activity)
        assert float(by_kernel.losses[0]) == pytest.approx(0.1)


@pytest.mark.parametrize("seed", [0, 1])
def test_an_activity_penalty_on_a_hidden_layer_shrinks_that_layer_and_not_the_network_output(seed: int) -> None:
    """Hidden outputs fall to a sixth or so, the network's output keeps its size; on the last layer it falls by 1.1."""
    inputs = standard_line()
    targets = np.cos(inputs) + 2

    def sizes(hidden: Regularizer | None, last: Regularizer | None) -> tuple[float, float, float]:
        keras.utils.set_random_seed(seed)
        model = network(
            layers.Dense(32, "relu", activity_regularizer=hidden), layers.Dense(1, activity_regularizer=last)
        )
        train(model, inputs, targets, steps=2000, optimizer=keras.optimizers.Adam(0.01))
        kernel = np.linalg.norm(model.layers[1].get_weights()[0])
        return root_mean_square(model.layers[0](inputs)), root_mean_square(model(inputs)), float(kernel)

    hidden, output, kernel = sizes(None, None)
    hidden_penalised, output_after_hidden, kernel_after_hidden = sizes(L2(0.1), None)
    _, output_penalised, _ = sizes(None, L2(0.1))
    assert hidden_penalised < hidden / 4.5
    assert kernel_after_hidden > 2.5 * kernel
    assert output_after_hidden == pytest.approx(output, rel=0.03)
    assert output_penalised == pytest.approx(output / 1.1, rel=0.005)


@pytest.mark.parametrize(
    ("layer", "options"),
    [(layers.Dense, {"units": 3}), (layers.Conv2D, {"filters": 3, "kernel_size": 3}), (layers.LSTM, {"units": 3})],
)
def test_weight_regularizer_is_no_argument_of_keras(layer: type, options: dict) -> None:
    """Dense, Conv2D and LSTM refuse weight_regularizer and take kernel_regularizer."""
    layer(**options, kernel_regularizer="l2")
    with pytest.raises(ValueError, match="Unrecognized keyword arguments"):
        layer(**options, weight_regularizer="l2")


# activity-regularizer-batch


@pytest.mark.parametrize("batch", [1, 4, 32, 256])
def test_the_activity_penalty_is_a_mean_over_the_batch(batch: int) -> None:
    """Kernel of ones, five inputs of one, three units: 0.75 at each batch size; called directly, L2 grows with it."""
    layer = layers.Dense(3, kernel_initializer="ones", kernel_regularizer=L2(0.01), activity_regularizer=L2(0.01))
    outputs = layer(np.ones((batch, 5), "float32"))
    assert [float(loss) for loss in layer.losses] == pytest.approx([0.75, 0.15])
    assert float(L2(0.01)(outputs)) == pytest.approx(0.75 * batch)


def test_the_activity_penalty_is_a_sum_over_time_steps_and_units() -> None:
    """Seven time steps give 7 times the penalty of one, and twice the units twice the penalty."""
    assert activity_penalty((4, 5), units=3) == pytest.approx(0.75)
    assert activity_penalty((4, 7, 5), units=3) == pytest.approx(7 * 0.75)
    assert activity_penalty((4, 5), units=6) == pytest.approx(2 * 0.75)


def activity_penalty(shape: tuple[int, ...], *, units: int) -> float:
    layer = layers.Dense(units, kernel_initializer="ones", activity_regularizer=L2(0.01))
    layer(np.ones(shape, "float32"))
    return float(layer.losses[0])


def test_a_summed_loss_outgrows_the_penalties() -> None:
    """With reduction="sum" the data loss of 32 equal examples is 8 times that of 4, while the penalty stays."""
    small, large = (
        float(keras.losses.MeanSquaredError(reduction="sum")(np.zeros((batch, 1)), np.ones((batch, 1))))
        for batch in (4, 32)
    )
    assert large == pytest.approx(8 * small)
    assert activity_penalty((32, 5), units=3) == pytest.approx(activity_penalty((4, 5), units=3))


# bias-regularizer-origin


@pytest.mark.parametrize(("factor", "intercept"), [(0.0, 3.0), (0.01, 3 / 1.01), (1.0, 1.5)])
def test_a_bias_penalty_on_a_linear_layer_divides_the_intercept_by_1_plus_the_factor(
    factor: float, intercept: float
) -> None:
    """Targets 3 + 2x, inputs of mean 0, MSE: f(0) is 3/(1 + l), and the slope stays 2."""
    inputs = standard_line()
    model = network(layers.Dense(1, bias_regularizer=L2(factor)))
    train(model, inputs, 3 + 2 * inputs, steps=60, optimizer=keras.optimizers.SGD(0.4 / (1 + factor)))
    assert at_origin(model) == pytest.approx(intercept, abs=1e-3)
    assert model.get_weights()[0].item() == pytest.approx(2, abs=1e-3)


@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("everywhere", [False, True])
def test_behind_a_hidden_layer_a_bias_penalty_leaves_the_value_at_the_origin(seed: int, *, everywhere: bool) -> None:
    """Targets cos(x) + 2: bias_regularizer=L2(1.0) on the last layer, or on both, and f(0) is still about 3."""
    inputs = standard_line()
    keras.utils.set_random_seed(seed)
    hidden = layers.Dense(32, "relu", bias_regularizer=L2(1.0) if everywhere else None)
    model = network(hidden, layers.Dense(1, bias_regularizer=L2(1.0)))
    train(model, inputs, np.cos(inputs) + 2, steps=1500, optimizer=keras.optimizers.Adam(0.01))
    assert abs(model.get_weights()[-1].item()) < 0.05
    assert at_origin(model) == pytest.approx(3, abs=0.4)


def test_without_any_bias_a_relu_network_passes_through_the_origin_exactly() -> None:
    """A ReLU network with use_bias=False in each layer gives 0 at 0; with its biases set to 1 it does not."""
    keras.utils.set_random_seed(0)
    assert at_origin(network(layers.Dense(32, "relu", use_bias=False), layers.Dense(1, use_bias=False))) == 0
    ones = {"bias_initializer": "ones"}
    assert at_origin(network(layers.Dense(32, "relu", **ones), layers.Dense(1, **ones))) != 0


def test_a_bias_penalty_before_a_sigmoid_pulls_the_value_at_the_origin_to_one_half() -> None:
    """Sigmoid output, targets 1 for x > −1: f(0) is above 0.97 without the penalty and 0.500 with L2(100)."""
    inputs = standard_line()
    targets = (inputs > -1).astype("float32")
    values = []
    for factor in (0.0, 100.0):
        model = network(layers.Dense(1, "sigmoid", bias_regularizer=L2(factor)))
        train(
            model,
            inputs,
            targets,
            steps=1000,
            optimizer=keras.optimizers.Adam(0.02),
            loss="binary_crossentropy",
        )
        values.append(at_origin(model))
    assert values[0] > 0.97
    assert values[1] == pytest.approx(0.5, abs=0.005)


def test_behind_a_normalization_layer_the_origin_is_the_mean_of_the_data() -> None:
    """Inputs of mean 3, targets 2x − 3: the penalised bias is near 0 at x = 3, and f(0) comes out at −6, not −3."""
    inputs = standard_line() + 3
    normalization = layers.Normalization()
    normalization.adapt(inputs)
    model = network(normalization, layers.Dense(1, bias_regularizer=L2(100.0)))
    train(model, inputs, 2 * inputs - 3, steps=2000, optimizer=keras.optimizers.SGD(0.009))
    assert float(model(np.full((1, 1), 3, "float32"))[0, 0]) == pytest.approx(3 / 101, abs=0.01)
    assert at_origin(model) == pytest.approx(-5.97, abs=0.02)


def test_with_inputs_off_centre_the_slope_pays_for_the_smaller_intercept() -> None:
    """Inputs of mean 3, targets 2x − 3, L2(1.0) on the bias: intercept −0.27, slope 1.18, and an error of 0.74."""
    inputs = standard_line() + 3
    model = network(layers.Dense(1, bias_regularizer=L2(1.0)))
    train(model, inputs, 2 * inputs - 3, steps=3000, optimizer=keras.optimizers.Adam(0.02))
    assert at_origin(model) == pytest.approx(-3 / 11, abs=0.01)
    assert model.get_weights()[0].item() == pytest.approx(13 / 11, abs=0.01)


# regularizer-string-default and l2-penalty-value


def test_the_string_l2_means_a_factor_of_one_hundredth() -> None:
    """A kernel of 1, 2 and −3 with "l2" adds 0.14 to the loss; the bias of 5 adds nothing."""
    layer = layers.Dense(
        1,
        kernel_initializer=lambda shape, dtype=None: keras.ops.reshape(keras.ops.array([1.0, 2.0, -3.0], dtype), shape),
        bias_initializer=keras.initializers.Constant(5.0),
        kernel_regularizer="l2",
    )
    layer(np.ones((32, 3), "float32"))
    assert [float(loss) for loss in layer.losses] == pytest.approx([0.14])
    assert keras.regularizers.get("l1").get_config()["l1"] == pytest.approx(0.01)


def test_the_default_factor_weighs_more_than_a_guess_on_a_wide_layer() -> None:
    """Dense(256) on 256 inputs starts at a penalty of 2.56, above the cross-entropy ln 10 of guessing among ten."""
    for seed in range(5):
        keras.utils.set_random_seed(seed)
        layer = layers.Dense(256, kernel_regularizer="l2")
        layer.build((None, 256))
        assert 2.5 < float(layer.losses[0]) < 2.62


def test_the_string_l1_l2_of_the_docstring_is_refused_and_l1l2_penalises_nothing() -> None:
    """The docstring of L1L2 promises "l1_l2" with 0.01 and 0.01; Keras raises, and "L1L2" has both factors at 0."""
    assert "kernel_regularizer='l1_l2'" in keras.regularizers.L1L2.__doc__
    with pytest.raises(ValueError, match="Could not interpret regularizer identifier"):
        layers.Dense(3, kernel_regularizer="l1_l2")
    assert keras.regularizers.get("L1L2").get_config() == {"l1": 0.0, "l2": 0.0}


def test_kernel_regularizer_is_not_known_to_every_layer() -> None:
    """Embedding, BatchNormalization and SeparableConv2D refuse it; they have names of their own."""
    refusals = [
        (layers.Embedding, {"input_dim": 5, "output_dim": 2}, ["embeddings_regularizer"]),
        (layers.BatchNormalization, {}, ["beta_regularizer", "gamma_regularizer"]),
        (
            layers.SeparableConv2D,
            {"filters": 2, "kernel_size": 3},
            ["depthwise_regularizer", "pointwise_regularizer"],
        ),
    ]
    for layer, options, names in refusals:
        layer(**options, **dict.fromkeys(names, "l2"))
        with pytest.raises(ValueError, match="Unrecognized keyword arguments"):
            layer(**options, kernel_regularizer="l2")


def test_kernel_regularizer_spares_the_recurrent_kernel_of_an_lstm() -> None:
    """LSTM(2, kernel_regularizer="l2") has one penalty, on the input kernel; recurrent_regularizer adds the other."""
    sequence = np.ones((1, 3, 2), "float32")
    one = layers.LSTM(2, kernel_regularizer="l2")
    one(sequence)
    two = layers.LSTM(2, kernel_regularizer="l2", recurrent_regularizer="l2")
    two(sequence)
    assert [float(loss) for loss in one.losses] == pytest.approx([0.01 * float(np.sum(one.get_weights()[0] ** 2))])
    assert len(two.losses) == 2


# penalty-in-validation-loss


def ridge_problem(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """20 inputs, linear targets with noise of standard deviation 0.5; the first 60 of 1060 rows are for training."""
    random = np.random.default_rng(seed)
    weights = random.normal(size=(20, 1)) / 20**0.5
    inputs = random.normal(size=(1060, 20)).astype("float32")
    return inputs, (inputs @ weights + 0.5 * random.normal(size=(1060, 1))).astype("float32")


@pytest.mark.parametrize("seed", [3, 4])
def test_the_model_with_the_worse_validation_loss_can_have_the_better_metric(seed: int) -> None:
    """With L2(0.01) val_loss is higher and the MSE lower; the loss is the MSE plus the penalty."""
    inputs, targets = ridge_problem(seed)
    results = []
    for regularizer in (None, L2(0.01)):
        keras.utils.set_random_seed(seed)
        model = network(
            layers.Dense(64, "relu", kernel_regularizer=regularizer),
            layers.Dense(1, kernel_regularizer=regularizer),
            inputs=20,
        )
        train(model, inputs[:60], targets[:60], steps=150, optimizer=keras.optimizers.Adam(0.005))
        model.compile("sgd", "mse", metrics=["mse"])
        loss, metric = model.test_on_batch(inputs[60:], targets[60:])
        penalty = sum(float(value) for value in model.losses)
        assert float(loss) == pytest.approx(float(metric) + penalty, rel=1e-4)
        results.append((float(loss), float(metric)))
    (loss_without, metric_without), (loss_with, metric_with) = results
    assert loss_with > loss_without + 0.02
    assert metric_with < metric_without - 0.02


def test_fit_reports_the_penalty_in_val_loss_and_weight_decay_in_neither() -> None:
    """val_loss of fit minus val_mse is the penalty; with weight_decay in the optimizer there is no difference."""
    inputs, targets = ridge_problem(0)

    def gap(optimizer: keras.optimizers.Optimizer, regularizer: Regularizer | None) -> tuple[float, float]:
        model = network(layers.Dense(1, kernel_regularizer=regularizer), inputs=20)
        model.compile(optimizer, "mse", metrics=["mse"])
        history = model.fit(
            inputs[:60], targets[:60], validation_data=(inputs[60:100], targets[60:100]), verbose=0
        ).history
        return history["val_loss"][-1] - history["val_mse"][-1], sum(float(value) for value in model.losses)

    difference, penalty = gap(keras.optimizers.SGD(0.01), L2(0.1))
    assert penalty > 0.01
    assert difference == pytest.approx(penalty, rel=1e-3)
    assert gap(keras.optimizers.SGD(0.01, weight_decay=0.2), None) == (0, 0)


# custom-loop-penalties


def one_weight() -> keras.Sequential:
    model = network(layers.Dense(1, use_bias=False, kernel_regularizer=L2(0.01)))
    model.set_weights([np.array([[0.5]])])
    return model


@pytest.mark.parametrize(
    ("loop", "after"), [("data", 0.5), ("added", 0.499), ("read before", 0.5), ("compute", 0.499), ("twice", 0.498)]
)
def test_a_custom_loop_trains_on_the_penalty_only_if_it_adds_it_inside_the_tape(loop: str, after: float) -> None:
    """Weight 0.5, L2(0.01), zero inputs, SGD(0.1), one step: see the cases; compute_loss has the penalty already."""
    model = one_weight()
    optimizer = keras.optimizers.SGD(0.1)
    model.compile(optimizer, "mse")
    zeros = np.zeros((4, 1), "float32")
    read_before = sum(model.losses)
    with tf.GradientTape() as tape:
        outputs = model(zeros, training=True)
        data = keras.losses.MeanSquaredError()(zeros, outputs)
        total = {
            "data": lambda: data,
            "added": lambda: data + sum(model.losses),
            "read before": lambda: data + read_before,
            "compute": lambda: model.compute_loss(zeros, zeros, outputs),
            "twice": lambda: model.compute_loss(zeros, zeros, outputs) + sum(model.losses),
        }[loop]()
    gradients = tape.gradient(total, model.trainable_variables)
    optimizer.apply(gradients, model.trainable_variables)
    assert model.get_weights()[0].item() == pytest.approx(after, abs=1e-6)


def test_fit_adds_the_penalties_by_itself() -> None:
    """The same weight, one step of fit: 0.499, and the reported loss is 0.0025."""
    model = one_weight()
    model.compile(keras.optimizers.SGD(0.1), "mse")
    zeros = np.zeros((4, 1), "float32")
    history = model.fit(zeros, zeros, batch_size=4, verbose=0)
    assert model.get_weights()[0].item() == pytest.approx(0.499, abs=1e-6)
    assert history.history["loss"] == pytest.approx([0.0025])


def test_losses_holds_the_activity_penalty_of_the_last_call_only() -> None:
    """Before the first eager call there is none; after two calls there is one, that of the second."""
    layer = layers.Dense(1, use_bias=False, kernel_initializer="ones", activity_regularizer=L2(1.0))
    model = keras.Sequential([layer])
    assert model.losses == []
    model(np.full((4, 1), 2, "float32"))
    model(np.full((4, 1), 3, "float32"))
    assert [float(loss) for loss in model.losses] == pytest.approx([9])


def test_tensorflow_2_has_no_get_variable_and_no_variable_scope() -> None:
    """Both are left in tf.compat.v1 only."""
    for name in ("get_variable", "variable_scope"):
        assert not hasattr(tf, name)
        assert hasattr(tf.compat.v1, name)


# lrp-conservation


class ReluNetwork:
    """A ReLU network with one linear output, in NumPy, and layer-wise relevance propagation through it."""

    def __init__(self, seed: int, sizes: tuple[int, ...], *, bias: float = 0.0) -> None:
        random = np.random.default_rng(seed)
        self.input = random.normal(size=sizes[0])
        self.kernels = [random.normal(size=pair) * np.sqrt(2 / pair[0]) for pair in itertools.pairwise(sizes)]
        self.biases = [random.normal(size=size) * bias for size in sizes[1:]]

    def forward(self) -> tuple[list[np.ndarray], list[np.ndarray]]:
        """The input of each layer, with the output last, and the sums before the activation."""
        values, sums = [self.input], []
        for kernel, bias in zip(self.kernels, self.biases, strict=True):
            sums.append(values[-1] @ kernel + bias)
            values.append(np.maximum(sums[-1], 0))
        values[-1] = sums[-1]
        return values, sums

    def relevance(self, *, epsilon: float = 0.0, positive_only: bool = False) -> tuple[np.ndarray, list[float]]:
        """Relevance of the inputs, and the sum in each layer from the output down."""
        values, sums = self.forward()
        relevance = values[-1]
        totals = [float(relevance.sum())]
        for value, kernel, total in zip(values[-2::-1], self.kernels[::-1], sums[::-1], strict=True):
            contributions = value[:, None] * kernel
            if positive_only:
                contributions = np.maximum(contributions, 0)
                total = contributions.sum(axis=0)  # noqa: PLW2901
            denominator = total + epsilon * np.where(total < 0, -1, 1)
            relevance = contributions @ (relevance / np.where(denominator == 0, 1, denominator))
            totals.append(float(relevance.sum()))
        return relevance, totals

    def gradient(self) -> np.ndarray:
        _, sums = self.forward()
        gradient = np.ones(1)
        for kernel, above in zip(self.kernels[::-1], [None, *sums[-2::-1]], strict=True):
            gradient = kernel @ (gradient if above is None else gradient * (above > 0))
        return gradient


@pytest.mark.parametrize("seed", range(10))
def test_lrp_0_conserves_the_score_without_biases_and_loses_some_to_biases_and_epsilon(seed: int) -> None:
    """20-32-32-1: each layer's relevance sums to the score; biases of size 0.1 or ε = 0.1 break that."""
    plain = ReluNetwork(seed, (20, 32, 32, 1))
    _, totals = plain.relevance()
    assert totals == pytest.approx([totals[0]] * 4, rel=1e-9)
    for _, changed in (
        plain.relevance(epsilon=0.1),
        ReluNetwork(seed, (20, 32, 32, 1), bias=0.1).relevance(),
    ):
        assert abs(changed[-1] - changed[0]) > 1e-3 * abs(changed[0])


def test_the_figures_of_the_answer() -> None:
    """Seed 1: 0.716 in each layer; with biases 1.228 ends as 0.810; with ε = 0.1, 0.716 ends as 0.528."""
    plain = ReluNetwork(1, (20, 32, 32, 1))
    assert plain.relevance()[1] == pytest.approx([0.7155] * 4, abs=1e-4)
    assert plain.relevance(epsilon=0.1)[1][-1] == pytest.approx(0.528, abs=1e-3)
    totals = ReluNetwork(1, (20, 32, 32, 1), bias=0.1).relevance()[1]
    assert (totals[0], totals[-1]) == pytest.approx((1.2281, 0.8102), abs=1e-4)


@pytest.mark.parametrize("bias", [0.0, 0.1])
@pytest.mark.parametrize("seed", range(5))
def test_lrp_0_is_gradient_times_input_in_a_relu_network(seed: int, bias: float) -> None:
    """The same numbers, with biases and without; at ε = 0.1 they differ."""
    model = ReluNetwork(seed, (20, 32, 32, 1), bias=bias)
    product = model.gradient() * model.input
    assert model.relevance()[0] == pytest.approx(product, abs=1e-9)
    assert model.relevance(epsilon=0.1)[0] != pytest.approx(product, abs=1e-3)


@pytest.mark.parametrize("seed", range(12))
def test_a_rule_can_conserve_relevance_and_ignore_the_last_layers(seed: int) -> None:
    """20-64-64-64-1, last two kernels drawn anew: with positive contributions only the pattern keeps a cosine above 0.99."""
    model = ReluNetwork(seed, (20, 64, 64, 64, 1))
    patterns, totals = model.relevance(positive_only=True)
    exact, _ = model.relevance()
    assert totals == pytest.approx([totals[0]] * 5, rel=1e-9)
    random = np.random.default_rng(100 + seed)
    for index in (-2, -1):
        shape = model.kernels[index].shape
        model.kernels[index] = random.normal(size=shape) * np.sqrt(2 / shape[0])
    assert abs(cosine(patterns, model.relevance(positive_only=True)[0])) > 0.99
    assert abs(cosine(exact, model.relevance()[0])) < 0.53


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


# networks-hard-to-interpret


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_in_a_network_that_learned_a_product_no_weight_and_no_unit_tells_the_effect_of_an_input(seed: int) -> None:
    """Targets x1 · x2: R² 0.99 for 16 ReLUs, 0.02 for a line; slope along x1 +0.7 or −0.7 with x2; best unit r 0.6."""
    keras.utils.set_random_seed(seed)
    inputs = np.random.default_rng(seed).uniform(-1, 1, (512, 2)).astype("float32")
    targets = inputs[:, :1] * inputs[:, 1:]
    model = network(layers.Dense(16, "relu"), layers.Dense(1), inputs=2)
    train(model, inputs, targets, steps=1000, optimizer=keras.optimizers.Adam(0.01))
    points = tf.constant(inputs)
    with tf.GradientTape() as tape:
        tape.watch(points)
        outputs = model(points)
    slopes = tape.gradient(outputs, points).numpy()[:, 0]
    design = np.c_[inputs, np.ones(512)]
    line = design @ np.linalg.lstsq(design, targets, rcond=None)[0]
    assert explained(outputs.numpy(), targets) > 0.99
    assert explained(line, targets) < 0.03
    assert abs(slopes.mean()) < 0.1
    assert slopes[inputs[:, 1] > 0.5].mean() > 0.6
    assert slopes[inputs[:, 1] < -0.5].mean() < -0.6
    hidden = model.layers[0](inputs).numpy()
    correlations = [abs(np.corrcoef(unit, targets[:, 0])[0, 1]) for unit in hidden.T if unit.std() > 1e-6]
    assert max(correlations) < 0.6


def explained(outputs: np.ndarray, targets: np.ndarray) -> float:
    return float(1 - np.square(outputs - targets).mean() / targets.var())


def test_units_can_be_permuted_and_rescaled_without_changing_the_function() -> None:
    """Incoming weights times 8, outgoing weights by 8, units in reverse order: the same outputs."""
    keras.utils.set_random_seed(0)
    model = network(layers.Dense(16, "relu", bias_initializer="normal"), layers.Dense(1), inputs=2)
    inputs = np.random.default_rng(0).normal(size=(64, 2)).astype("float32")
    before = model(inputs).numpy()
    kernel, bias, outgoing, last = model.get_weights()
    model.set_weights([8 * kernel[:, ::-1], 8 * bias[::-1], outgoing[::-1] / 8, last])
    assert model(inputs).numpy() == pytest.approx(before, abs=1e-6)
    model.set_weights([8 * kernel, 8 * bias, outgoing, last])
    assert model(inputs).numpy() != pytest.approx(before, abs=1e-3)


def test_dropout_layers_leave_the_trained_function_untouched_at_inference() -> None:
    """The same weights with and without Dropout(0.5) between the layers: equal outputs bit for bit, not in training mode."""
    keras.utils.set_random_seed(0)
    dense = [layers.Dense(32, "relu"), layers.Dense(32, "relu"), layers.Dense(1)]
    without = network(*dense, inputs=4)
    with_dropout = network(dense[0], layers.Dropout(0.5), dense[1], layers.Dropout(0.5), dense[2], inputs=4)
    inputs = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
    assert np.array_equal(with_dropout(inputs), without(inputs))
    assert not np.array_equal(with_dropout(inputs, training=True), without(inputs))


def test_layers_alone_do_not_hide_anything_while_they_are_linear() -> None:
    """Three Dense layers without activation are one matrix, whose entries are the effects of the inputs."""
    keras.utils.set_random_seed(0)
    model = network(layers.Dense(32), layers.Dense(32), layers.Dense(1), inputs=4)
    matrix = np.linalg.multi_dot([model.get_weights()[index] for index in (0, 2, 4)])
    inputs = np.random.default_rng(0).normal(size=(64, 4)).astype("float32")
    assert model(inputs).numpy() == pytest.approx(inputs @ matrix, abs=1e-5)
