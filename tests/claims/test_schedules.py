"""Learning rates that change: the callback that compounds, schedules that count updates, floors, warm-up, momentum."""

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import ops
from keras.optimizers import SGD, Adam
from keras.optimizers import schedules as sched

# Keras 3.15.1 converts its variables with np.array, which NumPy 2 and TensorFlow do not agree on yet.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

Rate = float | sched.LearningRateSchedule
X, Y = np.zeros((20, 3)), np.zeros((20, 1))


def model(optimizer: keras.optimizers.Optimizer) -> keras.Model:
    built = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
    built.compile(optimizer=optimizer, loss="mse")
    return built


def scheduler(schedule: Callable[..., Any]) -> keras.callbacks.LearningRateScheduler:
    return keras.callbacks.LearningRateScheduler(schedule)


def rates(trained: keras.Model, schedule: Callable[..., Any], epochs: int = 2, first: int = 0) -> list[float]:
    history = trained.fit(X, Y, epochs=epochs, initial_epoch=first, callbacks=[scheduler(schedule)], verbose=0)
    return history.history["learning_rate"]


def halve(_epoch: int, lr: float) -> float:
    return lr * 0.5


def by_epoch(epoch: int) -> float:
    return 0.8 * 0.5 ** (epoch + 1)


def descend(gradient: Callable[[Any, int], Any], rate: Rate, start: Any, steps: int) -> np.ndarray:
    """Steps of Keras's SGD from `start` with the gradient given, all in one graph."""
    weight = keras.Variable(np.asarray(start, "float64"), dtype="float64")
    optimizer = SGD(rate)
    optimizer.build([weight])

    @tf.function(autograph=False)
    def loop() -> None:
        def body(step: Any) -> tuple[Any]:
            optimizer.apply([gradient(weight.value, step)], [weight])
            return (step + 1,)

        tf.while_loop(lambda step: step < steps, body, [tf.constant(0)])

    loop()
    return np.asarray(weight)


# learning-rate-scheduler-compounding


def test_a_schedule_of_the_current_rate_compounds_over_two_fits() -> None:
    """lr * 0.5 from 0.8: 0.4, 0.2, then 0.1, 0.05 in a second fit; a function of the epoch starts over at 0.4."""
    first = model(SGD(0.8))
    assert rates(first, halve) == pytest.approx([0.4, 0.2])
    assert rates(first, halve) == pytest.approx([0.1, 0.05])
    control = model(SGD(0.8))
    assert rates(control, by_epoch) == pytest.approx([0.4, 0.2])
    assert rates(control, by_epoch) == pytest.approx([0.4, 0.2])


def test_initial_epoch_moves_a_function_of_the_epoch_only() -> None:
    """A second fit with initial_epoch=2: 0.1, 0.05 both for lr * 0.5 and for the function of the epoch."""
    for schedule in (halve, by_epoch):
        trained = model(SGD(0.8))
        rates(trained, schedule)
        assert rates(trained, schedule, epochs=4, first=2) == pytest.approx([0.1, 0.05])


def test_the_rate_is_saved_with_the_model_and_compile_resets_it(tmp_path: Path) -> None:
    """A loaded model goes on from 0.2 with 0.1; compiled with a new SGD(0.8) it begins with 0.4."""
    trained = model(SGD(0.8))
    rates(trained, halve)
    trained.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    assert float(loaded.optimizer.learning_rate) == pytest.approx(0.2)
    assert rates(loaded, halve) == pytest.approx([0.1, 0.05])
    trained.compile(optimizer=SGD(0.8), loss="mse")
    assert rates(trained, halve, epochs=1) == pytest.approx([0.4])


def test_the_docstring_example_of_the_callback_fails_at_epoch_ten() -> None:
    """lr * ops.exp(-0.1) is a tensor: ValueError at index 10; with math.exp the rate ends at 0.00607."""
    seen: list[int] = []

    def with_ops(epoch: int, lr: float) -> Any:
        seen.append(epoch)
        return lr if epoch < 10 else lr * ops.exp(-0.1)

    with pytest.raises(ValueError, match="should be a float"):
        rates(model(SGD()), with_ops, epochs=15)
    assert seen == list(range(11))
    last = rates(model(SGD()), lambda epoch, lr: lr if epoch < 10 else lr * math.exp(-0.1), epochs=15)[-1]
    assert last == pytest.approx(0.00607, abs=5e-6)


# step-decay-value


def test_step_decay_halves_at_the_epoch_whose_index_is_the_period() -> None:
    """0.1 * 0.5 ** (epoch // 3): three epochs at 0.1, the index 3 is the first at 0.05; (1 + epoch) // 3 is early."""
    late = rates(model(SGD(1.0)), lambda epoch: 0.1 * 0.5 ** (epoch // 3), epochs=7)
    assert late == pytest.approx([0.1, 0.1, 0.1, 0.05, 0.05, 0.05, 0.025])
    early = rates(model(SGD(1.0)), lambda epoch: 0.1 * 0.5 ** ((1 + epoch) // 3), epochs=7)
    assert early == pytest.approx([0.1, 0.1, 0.05, 0.05, 0.05, 0.025, 0.025])


def test_half_of_the_original_rate_is_a_single_drop() -> None:
    """Half the rate before falls again and again; half the original rate falls once and stays."""
    again = [0.1 * 0.5 ** (epoch // 10) for epoch in (0, 10, 20, 30)]
    once = [0.1 * 0.5 ** min(epoch // 10, 1) for epoch in (0, 10, 20, 30)]
    assert again == pytest.approx([0.1, 0.05, 0.025, 0.0125])
    assert once == pytest.approx([0.1, 0.05, 0.05, 0.05])


def test_a_piecewise_constant_boundary_still_has_the_old_value() -> None:
    """PiecewiseConstantDecay([10], [0.1, 0.05]) is 0.1 at step 10 and 0.05 from 11 on."""
    schedule = sched.PiecewiseConstantDecay([10], [0.1, 0.05])
    assert [float(schedule(step)) for step in (9, 10, 11)] == pytest.approx([0.1, 0.1, 0.05])


# schedule-step-or-epoch


def test_a_schedule_object_counts_updates_through_epochs_and_fits() -> None:
    """decay_steps=10, 20 batches a fit: 0.025 after the first, 0.00625 after the second; the callback counts epochs."""
    trained = model(SGD(sched.ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)))
    for expected, first in ((0.025, 0), (0.00625, 0), (0.0015625, 1)):
        trained.fit(X, Y, batch_size=1, epochs=first + 1, initial_epoch=first, verbose=0)
        assert float(trained.optimizer.learning_rate) == pytest.approx(expected)
    assert rates(model(SGD(0.1)), lambda epoch: 0.1 * 0.5 ** (epoch / 10), epochs=11)[-1] == pytest.approx(0.05)


def test_ten_halvings_in_an_epoch_of_a_hundred_batches() -> None:
    """decay_steps=10 and 100 batches: 0.1 / 1024 after one epoch; with decay_steps=1000 it takes ten epochs to halve."""
    for decay_steps, epochs, expected in ((10, 1, 0.1 / 1024), (1000, 10, 0.05)):
        trained = model(SGD(sched.ExponentialDecay(0.1, decay_steps=decay_steps, decay_rate=0.5)))
        trained.fit(np.zeros((100, 3)), np.zeros((100, 1)), batch_size=1, epochs=epochs, verbose=0)
        assert float(trained.optimizer.learning_rate) == pytest.approx(expected)


def test_a_schedule_object_and_a_callback_that_sets_the_rate_raise_type_error() -> None:
    """LearningRateScheduler and ReduceLROnPlateau both fail on an optimizer with a schedule; a float rate works."""
    plateau = keras.callbacks.ReduceLROnPlateau(monitor="loss", patience=1)
    for callback in (scheduler(lambda epoch, lr: 0.1), plateau):
        trained = model(SGD(sched.ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)))
        with pytest.raises(TypeError, match="not settable"):
            trained.fit(X, Y, epochs=5, callbacks=[callback], verbose=0)
    model(SGD(0.1)).fit(X, Y, epochs=5, callbacks=[scheduler(lambda epoch, lr: 0.1), plateau], verbose=0)


def test_epochs_put_into_a_formula_that_counts_steps_hardly_decay() -> None:
    """0.5 ** (epoch / 1000) with the epoch: 0.0993 after ten epochs, where 1000 updates were to halve 0.1."""
    wrong = rates(model(SGD(0.1)), lambda epoch: 0.1 * 0.5 ** (epoch / 1000), epochs=11)
    assert wrong[-1] == pytest.approx(0.0993, abs=5e-5)
    assert float(sched.ExponentialDecay(0.1, 1000, 0.5)(1000)) == pytest.approx(0.05)


def test_with_gradient_accumulation_a_schedule_counts_batches() -> None:
    """gradient_accumulation_steps=4, 20 batches: iterations is 5, yet the rate is that of step 20."""
    schedule = sched.ExponentialDecay(0.1, decay_steps=10, decay_rate=0.5)
    trained = model(SGD(schedule, gradient_accumulation_steps=4))
    trained.fit(X, Y, batch_size=1, verbose=0)
    assert int(trained.optimizer.iterations) == 5
    assert float(trained.optimizer.learning_rate) == pytest.approx(0.025)
    assert float(schedule(5)) == pytest.approx(0.0707, abs=5e-5)


# exponential-decay-value


def test_exponential_decay_is_smooth_unless_staircase() -> None:
    """0.1, 1000, 0.5: 0.0707 at step 500 and 0.05003 at 999, 0.1 at both with staircase; at 1000 both 0.05."""
    smooth, stairs = (sched.ExponentialDecay(0.1, 1000, 0.5, staircase=flag) for flag in (False, True))
    assert [float(smooth(step)) for step in (0, 500, 999, 1000)] == pytest.approx([0.1, 0.0707107, 0.0500347, 0.05])
    assert [float(stairs(step)) for step in (0, 500, 999, 1000)] == pytest.approx([0.1, 0.1, 0.1, 0.05])


# learning-rate-decay-floor


def noisy(seed: int, noise: float = 1.0) -> Callable[[Any, int], Any]:
    """The gradient of w^2/2 with noise of variance noise^2."""

    def gradient(weight: Any, step: Any) -> Any:
        return weight + noise * tf.random.stateless_normal(tf.shape(weight), [seed, step], dtype=tf.float64)

    return gradient


def test_noise_leaves_a_floor_in_proportion_to_the_rate() -> None:
    """1000 runs on w^2/2, noise of variance 1: mean loss near rate / (2 (2 - rate)); zero without noise."""
    start = np.ones(1000)
    for rate in (0.1, 0.01):
        floor = rate / (2 * (2 - rate))
        for seed in range(3):
            loss = np.mean(descend(noisy(seed), rate, start, 1000) ** 2 / 2)
            assert 0.8 * floor < loss < 1.2 * floor
        assert np.mean(descend(noisy(0, 0.0), rate, start, 1000) ** 2 / 2) < 1e-8


def test_decay_lowers_the_floor_unless_it_is_too_fast() -> None:
    """0.1 then 0.01: the floor of 0.01; 0.1 / (1 + t/10): 0.0005; halved at every step: 81 % of the distance stays."""
    start = np.ones(1000)
    for seed in range(3):
        dropped = descend(noisy(seed), sched.PiecewiseConstantDecay([500], [0.1, 0.01]), start, 1000)
        slow = descend(noisy(seed), sched.InverseTimeDecay(0.1, 10, 1.0), start, 1000)
        fast = descend(noisy(seed), sched.ExponentialDecay(0.1, 1, 0.5), start, 1000)
        assert 0.002 < np.mean(dropped**2 / 2) < 0.003
        assert 0.0004 < np.mean(slow**2 / 2) < 0.0006
        assert 0.79 < np.mean(fast) < 0.84
    alone = descend(noisy(0, 0.0), sched.ExponentialDecay(0.1, 1, 0.5), start, 1000)
    assert np.mean(alone) == pytest.approx(0.813, abs=0.001)


def regression(seed: int, rate: float, batch: int, noise: float) -> float:
    """Linear regression, 256 points, 5 weights, 50 runs side by side: mean squared error above the best, 1500 steps."""
    random = np.random.default_rng(seed)
    x = random.standard_normal((256, 5))
    y = x @ random.standard_normal(5) + noise * random.standard_normal(256)
    best = np.linalg.lstsq(x, y, rcond=None)[0]
    inputs, targets = tf.constant(x), tf.constant(y)

    def gradient(weight: Any, step: Any) -> Any:
        if batch == 256:
            residual = weight @ tf.transpose(inputs) - targets
            return 2 * residual @ inputs / 256
        chosen = tf.random.stateless_uniform((50, batch), [seed, step], 0, 256, dtype=tf.int32)
        rows = tf.gather(inputs, chosen)
        residual = tf.einsum("rbd,rd->rb", rows, weight) - tf.gather(targets, chosen)
        return 2 * tf.einsum("rb,rbd->rd", residual, rows) / batch

    weights = descend(gradient, rate, np.zeros((50, 5)), 1500)
    return float(np.mean((weights @ x.T - y) ** 2) - np.mean((x @ best - y) ** 2))


def test_mini_batches_leave_a_floor_where_the_full_batch_leaves_none() -> None:
    """Batches of 8: a floor of 0.02-0.035 at rate 0.04, a tenth at 0.004, a quarter at batch 32; full batch: none."""
    for seed in range(3):
        floor = regression(seed, 0.04, 8, 1.0)
        assert 0.018 < floor < 0.04
        assert 8 < floor / regression(seed, 0.004, 8, 1.0) < 15
        assert 3 < floor / regression(seed, 0.04, 32, 1.0) < 6
        assert abs(regression(seed, 0.04, 256, 1.0)) < 1e-11


def test_no_floor_where_every_example_can_be_fitted() -> None:
    """The same regression with targets free of noise: a constant rate and batches of 8 reach zero."""
    for seed in range(3):
        assert abs(regression(seed, 0.04, 8, 0.0)) < 1e-12


def double_well(weight: Any, _step: Any) -> Any:
    """The gradient of (w^2 - 1)^2 + 0.3 w: minima near 0.96 (loss 0.29) and -1.04 (loss -0.31)."""
    return 4 * weight * (weight**2 - 1) + 0.3


def test_decay_settles_in_the_nearest_minimum_not_in_the_best() -> None:
    """From w = 1.5, rate 0.05, constant or decayed: both end at 0.96; only a start at -1.5 ends at -1.04."""
    for rate in (0.05, sched.ExponentialDecay(0.05, 100, 0.5)):
        assert descend(double_well, rate, 1.5, 300) == pytest.approx(0.960, abs=0.001)
        assert descend(double_well, rate, -1.5, 300) == pytest.approx(-1.036, abs=0.001)
    losses = [(w**2 - 1) ** 2 + 0.3 * w for w in (0.960, -1.036)]
    assert losses == pytest.approx([0.29, -0.31], abs=0.005)


# warmup-why


def warm(target: float, steps: int = 20) -> sched.CosineDecay:
    return sched.CosineDecay(0.0, 10**9, warmup_target=target, warmup_steps=steps)


def valley(weight: Any, _step: Any) -> Any:
    """The gradient of (u v - 1)^2 / 2."""
    product = weight[0] * weight[1] - 1
    return tf.stack([product * weight[1], product * weight[0]])


def hessian(u: float, v: float) -> np.ndarray:
    return np.array([[v * v, 2 * u * v - 1], [2 * u * v - 1, u * u]])


def test_warm_up_makes_large_rates_usable_from_a_sharp_start() -> None:
    """u = v = 3: at 0.3, 0.5 and 0.9 it blows up within 4 steps, after 20 steps of warm-up it reaches zero."""
    for rate in (0.3, 0.5, 0.9):
        with np.errstate(all="ignore"):
            burst = descend(valley, rate, [3.0, 3.0], 4)
        assert not np.isfinite(burst).all() or np.abs(burst).max() > 1e6
        u, v = descend(valley, warm(rate), [3.0, 3.0], 300)
        assert (u * v - 1) ** 2 / 2 < 1e-25
        u, v = descend(valley, rate, [1.2, 1.2], 300)
        assert (u * v - 1) ** 2 / 2 < 1e-25  # the control: a start near the valley's floor needs no warm-up


def test_the_start_is_thirteen_times_as_sharp_as_the_minimum() -> None:
    """The largest curvature is 26 at (3, 3) and 2 at (1, 1): limits 2/26 = 0.077 and 1."""
    assert np.linalg.eigvalsh(hessian(3, 3)).max() == pytest.approx(26)
    assert np.linalg.eigvalsh(hessian(1, 1)).max() == pytest.approx(2)


def test_the_valley_gains_no_speed_by_warm_up() -> None:
    """A constant 0.2 is below 1e-6 after 7 steps, warm-up to 0.9 after 10: warm-up is not a gain in itself."""
    for rate, steps in ((0.2, 7), (warm(0.9), 10)):
        losses = [(np.prod(descend(valley, rate, [3.0, 3.0], count)) - 1) ** 2 / 2 for count in (steps - 1, steps)]
        assert losses[0] > 1e-6 > losses[1]


def test_adam_first_updates_on_pure_noise_are_its_longest() -> None:
    """Gradients of pure noise: root-mean-square update 1 rate at step 1, 0.33 at 10, 0.23 at 100 and after."""
    for seed in range(3):
        random = np.random.default_rng(seed)
        weight = keras.Variable(np.zeros(5000, "float32"))
        optimizer = Adam(0.001)
        sizes = []
        for _ in range(100):
            before = np.asarray(weight).copy()
            optimizer.apply([ops.convert_to_tensor(random.standard_normal(5000).astype("float32"))], [weight])
            sizes.append(float(np.sqrt(np.mean((np.asarray(weight) - before) ** 2))) / 0.001)
        assert sizes[0] == pytest.approx(1.0, abs=0.001)
        assert 0.31 < sizes[9] < 0.35
        assert 0.21 < sizes[99] < 0.25
        assert math.sqrt(0.1 / 1.9) == pytest.approx(0.229, abs=0.001)


def test_warm_up_can_end_in_the_worse_of_two_minima() -> None:
    """(w^2 - 1)^2 + 0.3 w from 1.5 at 0.2: at once it jumps over to -1.04, with warm-up it settles at 0.96."""
    assert descend(double_well, 0.2, 1.5, 300) == pytest.approx(-1.036, abs=0.001)
    assert descend(double_well, warm(0.2), 1.5, 300) == pytest.approx(0.960, abs=0.001)


# linear-warmup-value


def test_the_first_update_of_a_warm_up_from_zero_moves_nothing() -> None:
    """CosineDecay(0.0, warmup_target=0.1, warmup_steps=100): 0 at step 0, 0.05 at 50, 0.099 at 99, 0.1 at 100."""
    schedule = sched.CosineDecay(0.0, 1000, warmup_target=0.1, warmup_steps=100)
    assert [float(schedule(step)) for step in (0, 50, 99, 100)] == pytest.approx([0.0, 0.05, 0.099, 0.1])
    one = tf.constant(1.0, tf.float64)
    assert descend(lambda weight, step: one, schedule, 1.0, 1) == 1.0
    assert descend(lambda weight, step: one, schedule, 1.0, 2) == pytest.approx(0.999)


def test_warm_up_adds_the_initial_rate_that_its_docstring_leaves_out() -> None:
    """From 0.02 to 0.1 in 100 steps: 0.06 at step 50; the docstring's formula gives 0.04."""
    schedule = sched.CosineDecay(0.02, 1000, warmup_target=0.1, warmup_steps=100)
    assert float(schedule(0)) == pytest.approx(0.02)
    assert float(schedule(50)) == pytest.approx(0.06)
    documented = 50 / 100 * (0.1 - 0.02)
    assert documented == pytest.approx(0.04)


# momentum-step


def momentum_path(rate: Callable[[int], float], gradient: float, steps: int, nesterov: bool = False) -> list[float]:
    weight = keras.Variable(np.array([10.0]), dtype="float64")
    optimizer = SGD(rate(0), momentum=0.9, nesterov=nesterov)
    path = [10.0]
    for step in range(steps):
        optimizer.learning_rate = rate(step)
        optimizer.apply([ops.convert_to_tensor(np.array([gradient]))], [weight])
        path.append(float(np.asarray(weight)[0]))
    return path


def test_three_momentum_steps_under_a_constant_gradient() -> None:
    """10 - 0.1 * 2 * (3 + 2m + m^2) = 8.878; Nesterov (3 + 3m + 2m^2 + m^3): 8.390; without momentum 9.4."""
    assert momentum_path(lambda step: 0.1, 2.0, 3)[1:] == pytest.approx([9.8, 9.42, 8.878])
    assert momentum_path(lambda step: 0.1, 2.0, 3, nesterov=True)[-1] == pytest.approx(8.3902)
    nesterov = 10 - 0.1 * 2 * (3 + 3 * 0.9 + 2 * 0.81 + 0.729)
    assert nesterov == pytest.approx(8.3902)


def test_a_lower_rate_reaches_the_velocity_late() -> None:
    """g = 1, m = 0.9: steps grow from 0.1 to 1.0; after a cut to 0.01 Keras still moves 0.91, PyTorch's form 0.1."""
    path = momentum_path(lambda step: 0.1 if step < 100 else 0.01, 1.0, 101)
    moves = -np.diff(path)
    assert moves[0] == pytest.approx(0.1)
    assert moves[21] == pytest.approx(0.9, abs=0.01)
    assert moves[99] == pytest.approx(1.0, abs=0.001)
    assert moves[100] == pytest.approx(0.91, abs=0.001)
    velocity, other = 0.0, []  # PyTorch: v = m v + g, w -= lr v
    for step in range(101):
        velocity = 0.9 * velocity + 1.0
        other.append((0.1 if step < 100 else 0.01) * velocity)
    assert other[:100] == pytest.approx(moves[:100], rel=1e-5)
    assert other[100] == pytest.approx(0.1, abs=0.001)
