"""An activity penalty costs the same slope at every input scale and batch size; a kernel penalty hangs on the scale.

One Dense unit without bias learns y = 5 x from inputs of mean 0 and standard deviation s, with the mean squared error.
The activity regularizer L2(l) adds l times the mean of the squared outputs, l s^2 w^2: the error s^2 (w - 5)^2 has the
same factor s^2, it cancels, and the minimum is w = 5 / (1 + l) whatever s is. The kernel regularizer adds l w^2, which
knows nothing of the inputs: w = 5 s^2 / (s^2 + l). Small inputs make the penalty win, large ones make it vanish.

Keras divides the sum of the squared outputs by the batch size, so that the penalty keeps step with the error, which is
a mean as well: on one example and on 256 the slope is the same. Added as the bare sum, as Keras 3.13.2 did, the
penalty grows with the batch, and the slope becomes 5 / (1 + l B). That is the control.

Each unit has the learning rate that takes a tenth of its distance in a step (on all examples).

Sources: Keras 3.15.1, keras/src/layers/layer.py, Layer.__call__ (the division by the batch size) and
Layer._get_regularization_losses; keras-team/keras issue 22018.

    mlquiz demo activity-regularizer --factor 1 --scale 3
    mlquiz demo activity-regularizer --summed
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["activity-vs-kernel-regularizer", "activity-regularizer-batch"]
CONTROL = {"summed": True}
PREDICTION = {"choice": ["kernel", "activity", "both", "neither"]}
SEEDS = [0, 1, 2, 3, 4]

SLOPE, BATCHES = 5, [1, 4, 32, 256]  # the last batch is all examples
STEPS, STRIDE = 120, 4
CLOSE, APART = 0.01, 0.05  # of the true slope


def standardised(random):
    """Examples of mean 0 and standard deviation 1, exactly."""
    draw = random.normal(size=(BATCHES[-1], 1))
    return ((draw - draw.mean()) / draw.std()).astype("float32")


def unit(**regularizer):
    layer = keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros", **regularizer)
    layer.build((None, 1))
    return layer


def trainer(layers, cases, rates, penalty):
    """A function that takes a step for each shuffle of the examples, with every layer on the scale of its case."""

    @tf.function
    def train(shuffled):
        for examples in shuffled:
            with tf.GradientTape() as tape:
                total = 0.0
                for layer, (name, s, batch) in zip(layers, cases):
                    inputs = s * examples[:batch]
                    outputs = layer(inputs)
                    total += tf.reduce_mean((outputs - SLOPE * inputs) ** 2) + penalty(layer, name, outputs)
            gradients = tape.gradient(total, [layer.kernel.value for layer in layers])
            for layer, rate, gradient in zip(layers, rates, gradients):
                layer.kernel.assign_sub(rate * gradient)

    return train


def run(
    factor: Annotated[float, Between(0.001, 10.0)] = 0.1,
    scale: Annotated[float, Between(1.5, 100.0)] = 10.0,
    summed: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    scales = {"small": 1 / scale, "unit": 1.0, "large": scale}
    yield from (Plot(panel, 0, dict.fromkeys(scales, 0.0)) for panel in ("activity", "kernel"))

    l2 = keras.regularizers.L2(factor)
    kind = {"activity": {} if summed else {"activity_regularizer": l2}, "kernel": {"kernel_regularizer": l2}}
    cases = [(name, s, BATCHES[-1]) for name in kind for s in scales.values()]  # penalty, scale, batch size
    cases += [("activity", 1.0, batch) for batch in BATCHES]
    layers = [unit(**kind[name]) for name, _, _ in cases]
    weight = {batch: factor * (batch if summed else 1) for batch in BATCHES}  # of the activity penalty
    curvature = {"activity": lambda s, batch: s**2 * (1 + weight[batch]), "kernel": lambda s, _: s**2 + factor}
    rates = [0.05 / curvature[name](s, batch) for name, s, batch in cases]

    def penalty(layer, name, outputs):
        return l2(outputs) if summed and name == "activity" else sum(layer.losses)

    train = trainer(layers, cases, rates, penalty)
    random = np.random.default_rng(seed)
    inputs = standardised(random)
    for step in range(STRIDE, STEPS + 1, STRIDE):
        train(tf.constant([random.permutation(inputs) for _ in range(STRIDE)]))
        slopes = [layer.kernel.numpy().item() for layer in layers]
        activity, kernel = dict(zip(scales, slopes)), dict(zip(scales, slopes[3:]))
        yield Plot("activity", step, activity)
        yield Plot("kernel", step, kernel)

    by_batch = dict(zip(BATCHES, slopes[6:]))
    for batch, layer in zip(BATCHES, layers[6:]):
        called = float(l2(layer(inputs[:batch])))
        cells = {"batch": batch, "called": called, "added": called if summed else float(sum(layer.losses))}
        yield Row("batches", {**cells, "slope": by_batch[batch], "formula": SLOPE / (1 + weight[batch])})

    expected = SLOPE / (1 + factor)
    formula = {name: SLOPE * s**2 / (s**2 + factor) for name, s in scales.items()}
    found = {"activity": activity, "kernel": kernel, "formula": formula, "batch": by_batch}
    numbers = {f"{what}_{name}": slope for what, slopes in found.items() for name, slope in slopes.items()}
    numbers |= {"factor": factor, "expected": expected, "s_small": 1 / scale, "s_large": scale}
    yield Say("formula", numbers)
    constant = [name for name in kind if np.ptp(list(found[name].values())) < CLOSE * SLOPE]
    errors = [slope - expected for slope in [*activity.values(), *by_batch.values()]]
    errors += [kernel[name] - formula[name] for name in scales]
    holds = constant == ["activity"] and bool(np.max(np.abs(errors)) < CLOSE * SLOPE)
    observed = "both" if len(constant) == 2 else "".join(constant) or "neither"
    tells = formula["large"] - formula["small"] > APART * SLOPE
    yield Verdict(holds if tells else None, observed=observed if tells else None, numbers=numbers)
