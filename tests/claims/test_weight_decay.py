"""Penalties on weights and weight decay: geometry, smoothness, zeros, collinear features, the optimizer's argument."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

Array = np.ndarray[Any, Any]


def ridge(features: Array, target: Array, factor: float) -> Array:
    """The weights that minimise |y - Xw|^2 + factor * |w|^2."""
    return np.linalg.solve(features.T @ features + factor * np.eye(features.shape[1]), features.T @ target)


def lasso(features: Array, target: Array, factor: float, start: Array | None = None) -> Array:
    """The weights that minimise mean (y - Xw)^2 + factor * |w|_1, by coordinate descent."""
    weights = np.zeros(features.shape[1]) if start is None else start.astype(float)
    scale = (features**2).mean(0)
    for _ in range(1000):
        before = weights.copy()
        for j in range(len(weights)):
            rest = target - features @ weights + features[:, j] * weights[j]
            pull = (features[:, j] * rest).mean()
            weights[j] = np.sign(pull) * max(abs(pull) - factor / 2, 0) / scale[j]
        if np.abs(before - weights).max() < 1e-9:
            break
    return weights


# l1-l2-geometry


def _nearest(target: Sequence[float], norm: int, budget: float = 1.0) -> Array:
    """The point of the norm's ball nearest to the target, found by walking round the edge."""
    angle = np.linspace(0, 2 * np.pi, 40_001)
    edge = np.stack([np.cos(angle), np.sin(angle)])
    edge = edge / np.abs(edge).sum(0) if norm == 1 else edge
    edge = edge * budget
    return edge[:, ((edge - np.array(target)[:, None]) ** 2).sum(0).argmin()]


def test_the_diamond_is_touched_at_its_corner_and_the_circle_is_not() -> None:
    """Round contours about (2, 0.8), budget 1: the diamond gives (1, 0), the circle (0.928, 0.371)."""
    assert _nearest((2, 0.8), 1) == pytest.approx([1, 0], abs=1e-9)
    assert _nearest((2, 0.8), 2) == pytest.approx([0.928, 0.371], abs=1e-3)
    # an edge, not a corner, when the two weights are nearly equal
    assert _nearest((1.5, 1.2), 1) == pytest.approx([0.65, 0.35], abs=1e-3)


def test_the_penalised_minimum_is_the_constrained_one() -> None:
    """L1(2) and L2(1.154) on that loss give the same two points as the budget of 1."""
    axis = np.linspace(-0.1, 1.5, 801)
    first, second = np.meshgrid(axis, axis, indexing="ij")
    loss = (first - 2) ** 2 + (second - 0.8) ** 2
    for penalty, norm in ((2 * (np.abs(first) + np.abs(second)), 1), (1.1541 * (first**2 + second**2), 2)):
        best = np.unravel_index((loss + penalty).argmin(), loss.shape)
        assert axis[list(best)] == pytest.approx(_nearest((2, 0.8), norm), abs=3e-3)


def test_share_of_directions_that_end_in_a_corner() -> None:
    """Minimum at distance 2 from the origin, any direction: 54 % end in a corner; at distance 5, 82 %."""
    angle = np.linspace(0, 2 * np.pi, 1_000_001)
    for distance, share in ((2, 0.54), (5, 0.82)):
        gap = np.abs(np.abs(distance * np.cos(angle)) - np.abs(distance * np.sin(angle)))
        assert np.mean(gap >= 1) == pytest.approx(share, abs=0.005)


# regularization-smoothness


def _two_features(scale: float, factor: float) -> tuple[float, float]:
    """Slope and amplitude of the wiggle of w1 * x + w2 * scale * sin(10x), fitted to x + 0.3 sin(10x)."""
    points = np.linspace(-1, 1, 41)
    features = np.stack([points, scale * np.sin(10 * points)], 1)
    slope, wiggle = ridge(features, points + 0.3 * np.sin(10 * points), factor)
    return slope, wiggle * scale


def test_the_scale_of_a_feature_decides_whether_l2_smooths() -> None:
    """The same penalty of 10 removes the wiggle or strengthens it; unpenalised, both fits are the same curve."""
    for scale in (0.1, 10.0):
        assert _two_features(scale, 0) == pytest.approx((1, 0.3))
    assert _two_features(0.1, 10) == pytest.approx((0.620, 0.0067), abs=1e-3)
    assert _two_features(10.0, 10) == pytest.approx((0.584, 0.352), abs=1e-3)


def test_l2_lowers_the_curvature_of_a_polynomial_fit() -> None:
    """Degree 9, 15 noisy points, penalty 0.01, 12 seeds: curvature falls each time, to a third in the median."""
    grid, points, powers = np.linspace(-1, 1, 501), np.linspace(-1, 1, 15), np.arange(1, 10)
    features = points[:, None] ** powers
    bend = np.array([k * (k - 1) * grid ** max(k - 2, 0) for k in powers]).T
    ratios = []
    for seed in range(12):
        target = np.sin(3 * points) + 0.3 * np.random.default_rng(seed).normal(size=15)
        free, held = (np.sqrt(np.mean((bend @ ridge(features, target, f)) ** 2)) for f in (0, 0.01))
        ratios.append(held / free)
    assert max(ratios) < 0.8
    assert np.median(ratios) == pytest.approx(0.33, abs=0.02)


def test_a_straight_line_only_loses_slope() -> None:
    """With the one feature x there is nothing to bend: a penalty of 10 takes 10 / 24 of the slope and no more."""
    points = np.linspace(-1, 1, 41)
    target = points + 0.3 * np.sin(10 * points)
    free, held = ridge(points[:, None], target, 0)[0], ridge(points[:, None], target, 10)[0]
    assert free == pytest.approx(1.06, abs=0.01)
    assert held == pytest.approx(0.62, abs=0.01)
    assert held / free == pytest.approx(14 / 24, abs=0.01)


# l1-exact-zeros


class SoftThreshold(keras.constraints.Constraint):
    """After each step every weight moves towards zero by a fixed amount, and no further than zero."""

    def __init__(self, amount: float) -> None:
        self.amount = amount

    def __call__(self, w: Any) -> Any:
        return keras.ops.sign(w) * keras.ops.relu(keras.ops.absolute(w) - self.amount)


def _fitted(seed: int, optimizer: keras.optimizers.Optimizer, **options: Any) -> Array:
    """The kernel after 300 full-batch epochs on 200 x 100 with ten weights of 1 and ninety of 0."""
    random = np.random.default_rng(seed)
    features, true = random.normal(size=(200, 100)), np.zeros(100)
    true[:10] = 1
    target = features @ true + 0.5 * random.normal(size=200)
    keras.utils.set_random_seed(seed)
    model = keras.Sequential([keras.Input((100,)), keras.layers.Dense(1, use_bias=False, **options)])
    model.compile(optimizer, loss="mse")
    batch = tf.data.Dataset.from_tensors((features.astype("float32"), target.astype("float32")[:, None])).repeat()
    model.fit(batch, steps_per_epoch=300, epochs=1, shuffle=False, verbose=0)
    kernel: Array = model.layers[0].kernel.numpy()[:, 0]
    return kernel


def test_the_l1_regularizer_leaves_no_exact_zero_and_a_proximal_step_does() -> None:
    """L1(0.1), 300 steps: no weight is 0.0 under SGD or Adam, most are below 0.01; soft thresholding makes zeros."""
    for seed in (0,):  # the others differ by less than the bounds; each run takes half a second
        sgd = _fitted(seed, keras.optimizers.SGD(0.1), kernel_regularizer=keras.regularizers.L1(0.1))
        adam = _fitted(seed, keras.optimizers.Adam(0.01), kernel_regularizer=keras.regularizers.L1(0.1))
        proximal = _fitted(seed, keras.optimizers.SGD(0.1), kernel_constraint=SoftThreshold(0.01))
        for kernel in (sgd, adam):
            assert not np.isin(kernel, (0, 1)).any()
        assert 55 <= (np.abs(sgd) < 0.01).sum() <= 75
        assert 78 <= (np.abs(adam) < 0.01).sum() <= 92
        assert 70 <= (proximal == 0).sum() <= 90
        for kernel in (sgd, adam, proximal):
            assert (kernel[:10] > 0.7).all()  # the ten that count, and none of them is 1


def test_ftrl_makes_exact_zeros_and_a_smaller_rate_only_comes_closer() -> None:
    """Ftrl has the proximal step built in. SGD at a tenth of the rate: none is zero, but more lie below 0.01."""
    assert (_fitted(0, keras.optimizers.Ftrl(0.5, l1_regularization_strength=30.0)) == 0).sum() >= 50
    slow = _fitted(0, keras.optimizers.SGD(0.02), kernel_regularizer=keras.regularizers.L1(0.1))
    assert (slow != 0).all()
    assert (np.abs(slow) < 0.01).sum() > 70


def test_l2_shrinks_without_pulling_small_weights_to_zero() -> None:
    """The control: with L2(0.1) no more than 25 of the 100 weights lie below 0.01, as without a penalty."""
    for options in ({}, {"kernel_regularizer": keras.regularizers.L2(0.1)}):
        assert (np.abs(_fitted(0, keras.optimizers.SGD(0.1), **options)) < 0.01).sum() <= 25


def test_l1_wins_on_sparse_truth_and_l2_on_dense_truth() -> None:
    """60 x 100, the best factor for each: L1 is better with 10 weights of 1, L2 with 100 small ones (8 seeds)."""

    def error(weights: Array, true: Array) -> float:
        return float(np.sum((weights - true) ** 2) + 0.25)

    for sparse in (True, False):
        for seed in range(8):
            random = np.random.default_rng(seed)
            features = random.normal(size=(60, 100))
            true = np.r_[np.ones(10), np.zeros(90)] if sparse else random.normal(size=100) * np.sqrt(0.1)
            target = features @ true + 0.5 * random.normal(size=60)
            factors = 10.0 ** np.arange(-2, 1.1, 0.5)
            one = min(error(_proximal(features, target, factor), true) for factor in factors)
            two = min(error(ridge(features, target, 60 * factor), true) for factor in factors)
            assert (one < two / 3) if sparse else (two < one)


def _proximal(features: Array, target: Array, factor: float) -> Array:
    """Accelerated proximal gradient (FISTA) for mean squared error plus factor * |w|_1."""
    rate = len(target) / (2 * np.linalg.norm(features, 2) ** 2)
    weights = ahead = np.zeros(features.shape[1])
    inertia = 1.0
    for _ in range(400):
        moved = ahead - rate * 2 * features.T @ (features @ ahead - target) / len(target)
        new = np.sign(moved) * np.maximum(np.abs(moved) - rate * factor, 0)
        grown = (1 + np.sqrt(1 + 4 * inertia**2)) / 2
        ahead, weights, inertia = new + (inertia - 1) / grown * (new - weights), new, grown
    return weights


# l2-collinear


def _pair(seed: int) -> tuple[Array, Array]:
    random = np.random.default_rng(seed)
    common = random.normal(size=100)
    features = np.stack([common + 0.05 * random.normal(size=100) for _ in range(2)], 1)
    return features, features.sum(1) + 0.5 * random.normal(size=100)


def test_ridge_evens_out_collinear_features() -> None:
    """Two features of correlation 0.997, true weights 1 and 1, 12 seeds: least squares gives pairs that differ by

    0.9 in the median and up to 2.5; ridge with 0.1 per example by at most 0.08, at a sum of 1.82 to 1.99. L1 with
    factor 0.1 leaves the median at 0.9 and makes one weight of 12 pairs zero twice.
    """
    free, held, sparse = [], [], []
    for seed in range(12):
        features, target = _pair(seed)
        sparse.append(lasso(features, target, 0.1))
        free.append(np.linalg.lstsq(features, target, rcond=None)[0])
        held.append(ridge(features, target, 10))
    gap = np.abs(np.diff(np.array(free))).ravel()
    assert np.median(gap) == pytest.approx(0.89, abs=0.02)
    assert gap.max() > 2.4
    assert np.abs(np.diff(np.array(held))).max() < 0.08
    assert np.median(np.abs(np.diff(np.array(sparse)))) == pytest.approx(0.92, abs=0.02)
    assert (np.array(sparse) == 0).sum() == 2
    assert 1.8 < np.array(held).sum(1).min() < np.array(held).sum(1).max() < 2.0


def test_ridge_keeps_a_share_that_depends_on_the_variance() -> None:
    """d^2 / (d^2 + l): 94 to 96 % along the sum of the two features, 2 to 3 % along their difference."""
    for seed in range(12):
        features, target = _pair(seed)
        _, values, directions = np.linalg.svd(features, full_matrices=False)
        free, held = np.linalg.lstsq(features, target, rcond=None)[0], ridge(features, target, 10)
        kept = (directions @ held) / (directions @ free)
        assert kept == pytest.approx(values**2 / (values**2 + 10), abs=1e-6)
        assert 0.93 < kept[0] < 0.97
        assert 0.015 < kept[1] < 0.035


def test_l1_does_not_care_how_exact_copies_share() -> None:
    """Two equal columns, y = 2x: every split with the sum 1.95 is a minimum of L1(0.1), L2 has one, 0.952 each."""
    column = np.random.default_rng(0).normal(size=200)
    column /= np.sqrt(np.mean(column**2))
    features, target = np.stack([column, column], 1), 2 * column
    for start, end in (((0, 0), (1.95, 0)), ((0, 3), (0, 1.95)), ((1, 0.5), (1.45, 0.5))):
        assert lasso(features, target, 0.1, np.array(start)) == pytest.approx(end, abs=1e-6)
    assert ridge(features, target, 20) == pytest.approx([0.952, 0.952], abs=1e-3)


def test_the_larger_scale_takes_the_weight_from_its_copy() -> None:
    """With the columns x and 10x ridge gives the second ten times the weight: 99 % of the prediction."""
    column = np.random.default_rng(0).normal(size=200)
    weights = ridge(np.stack([column, 10 * column], 1), 2 * column, 20)
    assert weights[1] / weights[0] == pytest.approx(10)
    assert 10 * weights[1] / (weights[0] + 10 * weights[1]) == pytest.approx(0.99, abs=0.001)


# weight-decay-argument


def _net() -> keras.Model:
    layers = keras.layers
    return keras.Sequential(
        [
            keras.Input((2,)),
            layers.Dense(3, kernel_initializer="ones", bias_initializer="ones"),
            layers.BatchNormalization(beta_initializer="ones"),
            layers.LayerNormalization(beta_initializer="ones"),
        ]
    )


def _decayed(model: keras.Model, optimizer: keras.optimizers.Optimizer) -> dict[str, float]:
    """The largest value by a variable's short name after one step with zero gradients."""
    variables = model.trainable_variables
    optimizer.apply([keras.ops.zeros_like(one) for one in variables], variables)
    return {one.name: float(np.max(one.numpy())) for one in variables}


def test_weight_decay_reaches_biases_and_norm_scales_unless_excluded() -> None:
    """SGD(0.1, weight_decay=0.5), zero gradients: everything is multiplied by 0.95, or the kernels alone."""
    every = _decayed(_net(), keras.optimizers.SGD(0.1, weight_decay=0.5))
    assert every == pytest.approx(dict.fromkeys(("kernel", "bias", "gamma", "beta"), 0.95))
    optimizer = keras.optimizers.SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias", "gamma", "beta"])
    assert _decayed(_net(), optimizer) == pytest.approx({"kernel": 0.95, "bias": 1, "gamma": 1, "beta": 1})


def test_what_the_names_of_an_exclusion_match() -> None:
    """With TensorFlow a name is sought in the whole path of a variable; a second call replaces the first."""
    optimizer = keras.optimizers.SGD(0.1, weight_decay=0.5)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    optimizer.exclude_from_weight_decay(var_names=["batch_norm"])
    model = _net()
    variables = model.trainable_variables
    optimizer.apply([keras.ops.zeros_like(one) for one in variables], variables)
    decayed = {one.path.split("/", 1)[1]: float(np.max(one.numpy())) < 1 for one in variables}
    assert {name for name in decayed if not decayed[name]} == {name for name in decayed if "batch_norm" in name}
    assert sum(decayed.values()) == 4  # kernel and bias of Dense, gamma and beta of LayerNormalization


def _flat(target: Any, prediction: Any) -> Any:
    """A loss whose gradient is zero."""
    return keras.ops.mean(0 * (prediction - target), axis=-1)


def _trained(model: keras.Model) -> float:
    model.fit(np.zeros((4, 2), "float32"), np.zeros((4, 1), "float32"), verbose=0)
    return float(model.layers[0].bias.numpy()[0])


def test_an_exclusion_after_the_first_fit_is_silently_ignored() -> None:
    """No error is raised and the bias goes on falling: 0.95, 0.9025; compiled anew, it stays there.

    Compiling before the exclusion does no harm.

    The optimizer read back from its configuration has the decay but not the exclusion.
    """
    dense = keras.layers.Dense(1, kernel_initializer="ones", bias_initializer="ones")
    late = keras.Sequential([keras.Input((2,)), dense])
    optimizer = keras.optimizers.SGD(0.1, weight_decay=0.5)
    late.compile(optimizer, loss=_flat)
    assert _trained(late) == pytest.approx(0.95)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    assert _trained(late) == pytest.approx(0.9025)
    late.compile(optimizer, loss=_flat)
    assert _trained(late) == pytest.approx(0.9025)

    early = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, bias_initializer="ones")])
    optimizer = keras.optimizers.SGD(0.1, weight_decay=0.5)
    early.compile(optimizer, loss=_flat)
    optimizer.exclude_from_weight_decay(var_names=["bias"])
    assert _trained(early) == 1
    loaded = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert loaded.weight_decay == 0.5
    early.compile(loaded, loss=_flat)
    assert _trained(early) == pytest.approx(0.95)


def test_the_arguments_w_regularizer_and_b_regularizer_are_gone() -> None:
    """Keras 3 raises a ValueError for them; AdamW decays by 0.004 unless told otherwise, Adam not at all."""
    for name in ("W_regularizer", "b_regularizer"):
        with pytest.raises(ValueError, match="Unrecognized keyword"):
            keras.layers.Dense(3, **{name: "l2"})
    assert keras.optimizers.AdamW().weight_decay == 0.004
    assert keras.optimizers.Adam().weight_decay is None


# weight-decay-run-length

GRID = 10.0 ** np.arange(-3, 0.51, 0.25)


def _problem(seed: int, noise: float, start: float) -> tuple[Array, Array, Array, Array]:
    random = np.random.default_rng(seed)
    features = random.normal(size=(50, 100))
    true = random.normal(size=100) / 10
    target = features @ true + noise * random.normal(size=50)
    return features, target, true, start * random.normal(size=100) / 10


def _run(features: Array, target: Array, weights: Array, decays: Array, steps: int) -> Array:
    """Full-batch SGD(0.02, weight_decay) on the mean squared error, in closed form; one column a decay."""
    values, axes = np.linalg.eigh(2 * features.T @ features / len(target))
    shrink = decays + values[:, None]
    fixed = (axes.T @ (2 * features.T @ target / len(target)))[:, None] / shrink
    return axes @ (fixed + ((axes.T @ weights)[:, None] - fixed) * (1 - 0.02 * shrink) ** steps)


def _best(seed: int, noise: float, start: float) -> list[float]:
    """The best decay of the grid after 100, 1000 and 10,000 steps, by the distance from the true weights."""
    features, target, true, weights = _problem(seed, noise, start)
    ends = (_run(features, target, weights, GRID, steps) for steps in (100, 1000, 10_000))
    return [float(GRID[((end - true[:, None]) ** 2).sum(0).argmin()]) for end in ends]


def test_the_closed_form_is_what_keras_does() -> None:
    """SGD(0.02, weight_decay=0.5) on a Dense kernel, 40 full-batch steps."""
    features, target, _, weights = _problem(0, 0.1, 1)
    kernel = keras.Variable(weights[:, None].astype("float32"))
    optimizer = keras.optimizers.SGD(0.02, weight_decay=0.5)
    for _ in range(40):
        error = features @ kernel.numpy()[:, 0] - target
        optimizer.apply([tf.constant((2 * features.T @ error / 50)[:, None].astype("float32"))], [kernel])
    assert kernel.numpy()[:, 0] == pytest.approx(_run(features, target, weights, np.array([0.5]), 40)[:, 0], abs=1e-4)


def test_the_best_decay_falls_with_the_steps_when_it_must_erase_the_start() -> None:
    """20 seeds of 20; medians 1, 0.18, 0.03. From a zero start it falls in none, with noisy targets in none."""
    falling = np.array([_best(seed, 0.1, 1) for seed in range(20)])
    assert (np.diff(falling) < 0).all()
    assert np.median(falling, axis=0) == pytest.approx([1, 0.18, 0.032], rel=0.05)
    for noise, start in ((0.1, 0.0), (0.5, 1.0)):
        control = np.array([_best(seed, noise, start) for seed in range(20)])
        assert not (np.diff(control) < 0).all(axis=1).any()
    noisy = np.median([_best(seed, 0.5, 1.0) for seed in range(20)], axis=0)
    assert 0.9 < noisy.min() < noisy.max() < 1.4


def _errors(decay: float, steps: int, seeds: int, examples: int | None) -> Array:
    """Test error, seed by seed, of networks of 20-32-32-1 with normalised hidden layers.

    They are trained at once, by AdamW with a cosine from 0.01 to 0 and batches of 16: fresh ones, or from a set of
    so many examples.
    """
    shapes = ((20, 32), (32, 32), (32, 1))
    start = [np.random.default_rng((seed, 9)) for seed in range(seeds)]
    net = [
        tf.Variable(np.stack([r.normal(size=s) * np.sqrt(2 / s[0]) for r in start]), dtype="float32") for s in shapes
    ]
    slots = [(tf.Variable(0 * one), tf.Variable(0 * one)) for one in net]
    teacher = tf.constant(np.stack([r.normal(size=(20, 4)) for r in start]), tf.float32)
    pool = tf.random.stateless_normal((seeds, examples or 1, 20), (1, 2))

    def label(x: tf.Tensor) -> tf.Tensor:
        return tf.cast(tf.reduce_prod(tf.tanh(x @ teacher / 2), -1) + x[..., 0] / 2 > 0, tf.float32)

    def output(x: tf.Tensor) -> tf.Tensor:
        for weights in net[:-1]:
            x = x @ weights
            x -= tf.reduce_mean(x, -1, keepdims=True)
            x = tf.nn.relu(x / tf.sqrt(tf.reduce_mean(x**2, -1, keepdims=True) + 1e-3))
        return (x @ net[-1])[..., 0]

    @tf.function
    def train() -> None:
        for step in tf.range(steps):
            if examples:
                x = tf.gather(pool, tf.random.stateless_uniform((16,), (step, 3), 0, examples, tf.int32), axis=1)
            else:
                x = tf.random.stateless_normal((seeds, 16, 20), (step, 3))
            with tf.GradientTape() as tape:
                loss = tf.nn.sigmoid_cross_entropy_with_logits(label(x), output(x))
                total = tf.reduce_sum(tf.reduce_mean(loss, 1))
            time = tf.cast(step, tf.float32)
            rate = 0.005 * (1 + tf.cos(np.pi * time / steps))
            for weights, (first, second), gradient in zip(net, slots, tape.gradient(total, net), strict=True):
                first.assign(0.9 * first + 0.1 * gradient)
                second.assign(0.999 * second + 0.001 * gradient**2)
                move = first / (1 - 0.9 ** (time + 1)) / (tf.sqrt(second / (1 - 0.999 ** (time + 1))) + 1e-7)
                weights.assign(weights * (1 - rate * decay) - rate * move)

    train()
    unseen = tf.random.stateless_normal((seeds, 4000, 20), (5, 6))
    errors: Array = tf.reduce_mean(tf.cast((output(unseen) > 0) != (label(unseen) > 0.5), tf.float32), 1).numpy()
    return errors


def test_networks_on_fresh_data_want_less_decay_in_a_longer_run() -> None:
    """Decay 10 against 0.1, ten networks each, test error in per cent: after 50 steps 25 against 29, after 1500 steps

    21 against 19. On a fixed set of 200 examples the larger decay wins after 1500 steps too.
    """
    runs = ((50, None, (25.1, 29.1)), (1500, None, (21.4, 18.7)), (1500, 200, (27.8, 29.1)))
    for steps, examples, expected in runs:
        large, small = (100 * _errors(decay, steps, 10, examples) for decay in (10.0, 0.1))
        assert (large.mean(), small.mean()) == pytest.approx(expected, abs=0.5)
        # ten of ten in each of the three; one is left to rounding
        assert ((large < small) == (expected[0] < expected[1])).sum() >= 9


# weight-decay-after-steps


def test_the_decay_alone_multiplies_the_weight_by_the_same_factor_each_step() -> None:
    """SGD(0.1, weight_decay=0.5), ten zero gradients: 2 * 0.95^10; 2 * wd * w without the rate would give 0 at once.

    Momentum changes nothing, and neither does Adam.
    """
    for optimizer in (
        keras.optimizers.SGD(0.1, weight_decay=0.5),
        keras.optimizers.Adam(0.1, weight_decay=0.5),
        keras.optimizers.SGD(0.1, momentum=0.9, weight_decay=0.5),
    ):
        weight = keras.Variable(2.0)
        for _ in range(10):
            optimizer.apply([tf.constant(0.0)], [weight])
        assert float(weight.numpy()) == pytest.approx(2 * 0.95**10, rel=1e-5)


def test_the_decay_follows_the_learning_rate_schedule() -> None:
    """When the rate is halved after five steps, so is the share that the weight loses."""
    rate = keras.optimizers.schedules.PiecewiseConstantDecay([4], [0.1, 0.05])
    optimizer, weight = keras.optimizers.SGD(rate, weight_decay=0.5), keras.Variable(2.0)
    for _ in range(10):
        optimizer.apply([tf.constant(0.0)], [weight])
    assert float(weight.numpy()) == pytest.approx(2 * 0.95**5 * 0.975**5, rel=1e-5)


def test_larger_weights_lower_the_data_loss_of_a_separable_problem() -> None:
    """Logistic regression on six separable points: the loss falls as the weight grows tenfold, the penalty rises."""
    points = np.array([-3, -2, -1, 1, 2, 3], "float32")[:, None]
    labels = (points > 0).astype("float32")
    layer = keras.layers.Dense(1, use_bias=False, kernel_regularizer=keras.regularizers.L2(0.01))
    model = keras.Sequential([keras.Input((1,)), layer])
    measured = []
    for weight in (0.5, 5.0):
        layer.kernel.assign([[weight]])
        data = keras.losses.binary_crossentropy(labels, model(points), from_logits=True).numpy().mean()
        measured.append((float(data), float(model.losses[0].numpy())))
    assert measured[0] == pytest.approx((0.330, 0.0025), abs=1e-3)
    assert measured[1] == pytest.approx((0.0023, 0.25), abs=1e-3)


# early-stopping-epochs


class Script(keras.callbacks.Callback):
    """Puts a written sequence in the place of val_loss; its last value repeats."""

    def __init__(self, values: Sequence[float]) -> None:
        super().__init__()
        self.values = values

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        assert logs is not None
        logs["val_loss"] = self.values[min(epoch, len(self.values) - 1)]


def _epochs(values: Sequence[float], epochs: int = 30, **options: Any) -> int:
    """How many epochs `fit` runs with that val_loss."""
    stop = keras.callbacks.EarlyStopping(monitor="val_loss", **options)
    model = _epochs.__dict__.setdefault("model", keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)]))
    if not model.compiled:
        model.compile("sgd", "mse")
    data = np.ones((1, 1), "float32")
    history = model.fit(data, data, epochs=epochs, verbose=0, callbacks=[Script(values), stop])
    return len(history.epoch)


def test_early_stopping_runs_best_plus_one_plus_patience_epochs() -> None:
    """Best at index b, no improvement later: b + 1 + max(1, patience) epochs, so patience 0 and 1 are the same."""
    for best in (0, 2):
        values = [*range(10, 9 - best, -1), 20]
        assert [_epochs(values, patience=p) for p in (0, 1, 4)] == [best + 1 + max(1, p) for p in (0, 1, 4)]


def test_what_else_decides_when_early_stopping_stops() -> None:
    """A tie is no improvement; an improvement restarts the count; `epochs` comes first; start_from_epoch shifts."""
    assert _epochs([5, 4, 4, 4], patience=2) == 4
    assert _epochs([5, 4, 4.5, 4.6, 3, 9], patience=3) == 8
    assert _epochs([5, 4, 3, 3.5], patience=3, epochs=4) == 4
    assert _epochs([1, 2, 3], patience=2, start_from_epoch=3) == 6
    # a gain below min_delta counts for nothing, but small gains add up against the best value
    falling = [5 - 0.04 * i for i in range(20)]
    assert _epochs(falling, patience=2, min_delta=0.1) == 3
    assert _epochs(falling, patience=3, min_delta=0.1, epochs=8) == 8
