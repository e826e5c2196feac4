"""At a constant learning rate SGD stops at a floor in proportion to the rate; a decayed rate sinks below it.

One weight w learns the mean of 256 numbers, loss (w - x)^2 / 2 averaged over them; they have mean 0 and variance 1, so
the minimum is at w = 0 and the curvature is 1. A mini-batch of B numbers drawn at random pulls w to its own mean: its
gradient has the right mean, w, and a variance of 1 / B that is the same at the minimum as anywhere else. A step
leaves 1 - lr of the distance and adds noise of variance lr^2 / B, so for any sequence of rates

    distance <- (1 - lr) distance        variance <- (1 - lr)^2 variance + lr^2 / B

and the expected loss is (distance^2 + variance) / 2. At a constant rate the noise of the last 1 / lr steps or so is
remembered: lr^2 times 1 / lr, hence a floor in proportion to lr, exactly lr / (2 (2 - lr) B). The rate
lr / (1 + lr t) makes w the plain mean of all that was drawn (and of 1 / lr - 1 numbers that stand for the start), so
the loss falls like 1 / (2 B t) and has no floor. A rate halved after every step adds up to 2 lr and never arrives.

The control takes all 256 numbers for each step. Then there is no noise and no floor, a constant rate goes all the way
down, and the decayed one is the slower.

Sources: H. Robbins, S. Monro, A Stochastic Approximation Method, 1951; L. Bottou, F. Curtis, J. Nocedal, Optimization
Methods for Large-Scale Machine Learning, 2018, theorems 4.6 and 4.7; Keras 3.15.1,
keras/src/optimizers/schedules/learning_rate_schedule.py, InverseTimeDecay and ExponentialDecay.

    mlquiz demo decay-floor --full-batch
    mlquiz demo decay-floor --sweep lr=0.05:0.5:10
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["learning-rate-decay-floor"]
CONTROL = {"full_batch": True}
PREDICTION = {"choice": ["same", "tenth", "hundredth", "zero"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"constant": "constant", "tenth": "tenth", "decayed": "decayed"}

NUMBERS, RUNS, FRAMES = 256, 1000, 40
CUT = 1e-6  # where the plotted losses are cut off


def learner(rate):
    """A function that takes a step of SGD for each row of targets, one target a run, and gives the weights."""
    weight = keras.Variable(np.ones(RUNS, "float32"))
    optimizer = keras.optimizers.SGD(rate)
    optimizer.build([weight])

    @tf.function
    def steps(targets):
        for target in targets:
            optimizer.apply([weight.value - target], [weight])  # the gradient of (w - target)^2 / 2
        return weight.value

    return lambda targets: steps(targets).numpy()


def expected_loss(rates, noise):
    """The recursion of distance and variance, for a gradient whose noise has this variance."""
    distance, variance = 1.0, 0.0
    for rate in rates:
        distance, variance = (1 - rate) * distance, (1 - rate) ** 2 * variance + rate**2 * noise
    return (distance**2 + variance) / 2


def floor_at(rate, noise):
    return rate / (2 * (2 - rate)) * noise


def rates_by_formula(lr, t):
    return {
        "constant": np.full(len(t), lr), "tenth": np.full(len(t), lr / 10),
        "decayed": lr / (1 + lr * t), "halved": lr * 0.5 ** np.minimum(t, 1000.0),
    }  # fmt: skip


def run(
    lr: Annotated[float, Between(0.02, 0.5)] = 0.1,
    batch: Annotated[int, Between(1, 16)] = 1,
    full_batch: bool = False,
    steps: Annotated[int, Between(200, 4000)] = 1000,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Plot("loss", 0, dict.fromkeys(["constant", "tenth", "decayed", "halved"], 0.5), log=True)

    random = np.random.default_rng(seed)
    numbers = random.normal(size=NUMBERS)
    numbers = (numbers - numbers.mean()) / numbers.std()
    noise = 0.0 if full_batch else 1 / batch
    decay, halving = keras.optimizers.schedules.InverseTimeDecay, keras.optimizers.schedules.ExponentialDecay
    schedules = {"constant": lr, "tenth": lr / 10, "decayed": decay(lr, 1, lr), "halved": halving(lr, 1, 0.5)}
    learners = {name: learner(schedule) for name, schedule in schedules.items()}

    stride = -(-steps // FRAMES)
    for step in range(stride, FRAMES * stride + 1, stride):
        if full_batch:
            targets = np.full((stride, RUNS), numbers.mean())
        else:
            targets = numbers[random.integers(NUMBERS, size=(stride, RUNS, batch))].mean(axis=2)
        weights = {name: learn(tf.constant(targets, "float32")) for name, learn in learners.items()}
        losses = {name: weight**2 / 2 for name, weight in weights.items()}
        yield Plot("loss", step, {name: max(CUT, loss.mean()) for name, loss in losses.items()}, log=True)
        yield Plot("one", step, {name: weights[name][0] for name in ("constant", "decayed")})

    rates = rates_by_formula(lr, np.arange(step))
    formula = {name: expected_loss(rates[name], noise) for name in rates}
    for name, loss in losses.items():
        fifths = loss.reshape(5, -1).mean(axis=1)
        cells = {"measured": loss.mean(), "fifths": {"low": fifths.min(), "high": fifths.max()}}
        yield Row("end", {"rate": name, **cells, "formula": formula[name]})

    measured = {name: float(loss.mean()) for name, loss in losses.items()}
    floors = {name: floor_at(rates[name][0], noise) for name in ("constant", "tenth")}
    yield Say("floor", floors)
    yield Say("halved", {"sum": rates["halved"].sum(), "left": 100 * weights["halved"].mean()})
    settled = formula["decayed"] < formula["tenth"] < 1.2 * floors["tenth"]
    tells = formula["constant"] < CUT if full_batch else settled
    as_formula = all(abs(measured[name] - formula[name]) < 0.25 * formula[name] for name in measured)
    below = measured["decayed"] < measured["tenth"] < measured["constant"]
    ratio = measured["tenth"] / max(measured["constant"], CUT)
    seen = "zero" if measured["constant"] < CUT else ["same", "tenth", "hundredth"][round(-np.log10(ratio)) % 3]
    yield Verdict(
        holds=bool(as_formula and below) if tells else None,
        observed=seen if tells else None,
        numbers=measured | {"lr": lr, "steps": step, "ratio": ratio},
    )
