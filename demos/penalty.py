"""The penalty `"l2"` adds to a loss is 0.01 times the sum of the squared kernel weights; a custom loop leaves it out.

One Dense unit with the kernel 1, 2, -3 and the bias 5 predicts every target exactly: the error is 0, so whatever the
loss shows is the penalty, 0.01 (1 + 4 + 9) = 0.14. The bias costs nothing; there is no mean, no 1/2 and no batch size
in it. `fit` and `evaluate` go through the same compute_loss, which adds everything in model.losses; a metric sees
targets and predictions only, and shows 0.

A loss function sees targets and predictions only, too. A loop that takes the gradient of the bare error leaves the
kernel where it is. With `loss += sum(model.losses)` under the tape it makes the step of `fit`: each weight is
multiplied by 1 - 2 lr l. Read before the tape begins, model.losses is a constant: right in the printed loss, absent
from the gradient. On top of compute_loss, which has the penalties already, they count twice. `--add` chooses which of
the loops has to make the step of `fit`; the one that forgets the penalty is the control.

Sources: Keras 3.15.1, keras/src/regularizers/regularizers.py, L2; keras/src/trainers/trainer.py, compute_loss;
keras/src/layers/layer.py, Layer.losses.

    mlquiz demo penalty --kernel 0.5,-4 --factor 0.1
    mlquiz demo penalty --add before
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Matching, Row, Say, Verdict

QUESTIONS = ["regularizer-string-default", "l2-penalty-value", "penalty-in-validation-loss", "custom-loop-penalties"]
CONTROL = {"add": "never"}
PREDICTION = {"number": "loss"}
SEEDS = [0, 1, 2, 3, 4]

EXAMPLES, BIAS = 32, 5.0
LOOPS = ["under", "never", "before", "twice"]


def perfect_model(kernel, factor, lr):
    """It has the weights that the targets were made with."""
    regularizer = "l2" if factor == 0.01 else keras.regularizers.L2(factor)
    layer = keras.layers.Dense(1, kernel_regularizer=regularizer)
    model = keras.Sequential([keras.Input((len(kernel),)), layer])
    layer.set_weights([kernel, np.array([BIAS])])
    model.compile(keras.optimizers.SGD(lr), "mse", metrics=["mse"], run_eagerly=True)
    return model


def custom_step(model, inputs, targets, add):
    """One step of a loop as one writes it by hand; returns the loss that it would print."""
    error = keras.losses.MeanSquaredError()
    read_before = sum(model.losses)
    with tf.GradientTape() as tape:
        outputs = model(inputs, training=True)
        if add == "under":
            loss = error(targets, outputs) + sum(model.losses)
        elif add == "never":
            loss = error(targets, outputs)
        elif add == "before":
            loss = error(targets, outputs) + read_before
        else:
            loss = model.compute_loss(inputs, targets, outputs) + sum(model.losses)
    model.optimizer.apply(tape.gradient(loss, model.trainable_variables), model.trainable_variables)
    return float(loss)


def share(model, weights):
    """What a step has left of the kernel."""
    return float(np.sum(model.layers[0].kernel.numpy() * weights) / max(np.sum(weights**2), 1e-12))


def run(
    kernel: Annotated[str, Matching(r"-?\d(\.\d{1,3})?(,-?\d(\.\d{1,3})?){0,7}", "1,2,-3")] = "1,2,-3",
    factor: Annotated[float, Between(0.001, 1.0)] = 0.01,
    lr: Annotated[float, Between(0.01, 0.4)] = 0.1,
    add: Annotated[str, Matching("under|never|before|twice", "before")] = "under",
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    weights = np.array([float(weight) for weight in kernel.split(",")])[:, None]
    penalty = factor * np.sum(weights**2)
    yield Row("adds", {"candidate": "kernel-sum", "value": penalty})
    yield Row("adds", {"candidate": "with-bias", "value": penalty + factor * BIAS**2})
    yield Row("adds", {"candidate": "half", "value": penalty / 2})
    yield Row("adds", {"candidate": "mean", "value": penalty / len(weights)})

    keras.utils.set_random_seed(seed)
    model = perfect_model(weights, factor, lr)
    held = float(sum(model.losses))
    yield Row("adds", {"candidate": "losses", "value": held})
    inputs, unseen = keras.random.normal((2, EXAMPLES, len(weights)))
    targets, unseen_targets = model(inputs), model(unseen)
    fit = model.fit(inputs, targets, EXAMPLES, validation_data=(unseen, unseen_targets), verbose=0).history
    fit = {name: values[0] for name, values in fit.items()}
    after = float(sum(model.losses))
    yield Row("reported", {"data": "training", "loss": fit["loss"], "mse": fit["mse"], "losses": held})
    cells = {"loss": fit["val_loss"], "mse": round(fit["val_mse"], 4), "losses": after}
    yield Row("reported", {"data": "validation", **cells})

    kept = {"fit": share(model, weights)}
    yield Row("loops", {"loop": "fit", "printed": fit["loss"], "kept": kept["fit"]})
    for loop in LOOPS:
        model = perfect_model(weights, factor, lr)
        printed = custom_step(model, inputs, targets, loop)
        kept[loop] = share(model, weights)
        yield Row("loops", {"loop": loop, "printed": printed, "kept": kept[loop]})

    formula = 1 - 2 * lr * factor
    numbers = {"held": held, "formula": formula, "add": add, "mine": kept[add], **fit, "fit": kept["fit"]}
    yield Say("step", numbers)
    tells = penalty > 1e-6
    adds = np.allclose([held, fit["loss"] - fit["mse"], fit["val_loss"] - fit["val_mse"]], [penalty, held, after], 1e-3)
    off = np.abs([kept["fit"] - formula, kept[add] - formula, kept["never"] - 1])
    steps = bool(np.all(off < 0.1 * (1 - formula)))
    yield Verdict(adds and steps if tells else None, observed=fit["loss"] if tells else None, numbers=numbers)
