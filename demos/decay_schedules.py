"""A schedule object counts updates and the callback counts epochs: the same numbers decay `batches` times as fast.

Three schedules multiply the rate by `factor` in each period. ExponentialDecay does it smoothly, lr factor^(t / d), and
with staircase=True at one blow, lr factor^floor(t / d); it is given the optimizer's counter of updates, so d is a
number of updates. LearningRateScheduler gives its schedule the index of the epoch, and a step decay in it,
lr factor^(epoch // period), stands still within an epoch. Who writes decay_steps=2 and means two epochs gets a decay in
every two updates, with 5 batches an epoch five times as fast; decay_steps=2 * 5 is right, and that is the control.

The loop is what fit does: the callback is called as an epoch begins, the optimizer is applied once a batch. A real fit
of two epochs, in two calls, is held against it at the end.

Sources: Keras 3.15.1, keras/src/optimizers/schedules/learning_rate_schedule.py, ExponentialDecay, and
keras/src/optimizers/base_optimizer.py, learning_rate; keras/src/callbacks/learning_rate_scheduler.py, on_epoch_begin.

    mlquiz demo decay-schedules --convert
    mlquiz demo decay-schedules --batches 10 --period 3
"""

from typing import Annotated

import keras
import numpy as np

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["schedule-step-or-epoch", "step-decay-value", "exponential-decay-value"]
CONTROL = {"convert": True}
PREDICTION = {"choice": ["updates", "epochs", "restart"]}
SEEDS = [0, 1, 2, 3, 4]


def compiled(rate):
    model = keras.Sequential([keras.layers.Dense(1, use_bias=False)])
    model.compile(keras.optimizers.SGD(rate), loss="mse", jit_compile=False)
    model.build((None, 3))
    return model


def learning_rates(models, callback, epochs, batches):
    """Yields after each update the rates that each model has used so far."""
    rates = {name: [] for name in models}
    for epoch in range(epochs):
        callback.on_epoch_begin(epoch)
        for _ in range(batches):
            for name, model in models.items():
                rates[name].append(float(model.optimizer.learning_rate))
                weights = model.trainable_weights
                model.optimizer.apply([keras.ops.ones_like(weight) for weight in weights], weights)
            yield rates


def fitted_twice(model, batches):
    """The updates that fit counts, and the rate that it has come to."""
    x, y = keras.random.normal((batches, 3)), keras.random.normal((batches, 1))
    for _ in range(2):
        model.fit(x, y, batch_size=1, verbose=0)
    return {"updates": int(model.optimizer.iterations), "rate": float(model.optimizer.learning_rate)}


def run(
    lr: Annotated[float, Between(0.001, 1.0)] = 0.1,
    factor: Annotated[float, Between(0.1, 0.99)] = 0.5,
    period: Annotated[int, Between(1, 12)] = 2,
    batches: Annotated[int, Between(1, 10)] = 5,
    epochs: Annotated[int, Between(3, 12)] = 6,
    convert: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Plot("rates", 0, {"smooth": lr, "stairs": lr, "callback": lr}, log=True)

    keras.utils.set_random_seed(seed)
    decay_steps = period * batches if convert else period
    decay = keras.optimizers.schedules.ExponentialDecay
    smooth, stairs = decay(lr, decay_steps, factor), decay(lr, decay_steps, factor, staircase=True)
    models = {"smooth": compiled(smooth), "stairs": compiled(stairs), "callback": compiled(lr)}
    callback = keras.callbacks.LearningRateScheduler(lambda epoch: lr * factor ** (epoch // period))
    callback.set_model(models["callback"])
    for update, rates in enumerate(learning_rates(models, callback, epochs, batches)):
        if update:
            yield Plot("rates", update, {name: rates[name][-1] for name in rates}, log=True)

    t = np.arange(epochs * batches)
    by_update = {"smooth": t / period, "stairs": t // period, "callback": t // batches // period}
    as_meant = {"smooth": t / (period * batches), "stairs": t // (period * batches), "callback": t // batches // period}
    formula, meant = ({name: lr * factor ** of[name].astype(float) for name in of} for of in (by_update, as_meant))
    for name in models:
        yield Row("last", {
            "schedule": name, "counts": "epochs" if name == "callback" else "updates",
            "rate": rates[name][-1], "formula": formula[name][-1], "meant": meant[name][-1],
        })  # fmt: skip

    fitted = compiled(decay(lr, decay_steps, factor))
    yield Say("fit", fitted_twice(fitted, batches) | {"loop": rates["smooth"][2 * batches]})
    callback.set_model(fitted)
    try:
        callback.on_epoch_begin(0)
    except TypeError as error:
        yield Say("refused", {"error": type(error).__name__})

    close = {name: np.allclose(rates[name], formula[name], rtol=1e-3, atol=1e-30) for name in models}
    decays = np.log(rates["smooth"][batches] / lr) / np.log(factor)  # of the first epoch
    yield Verdict(
        holds=all(close.values()) if batches > 1 else None,
        observed=("updates" if close["smooth"] else "epochs") if batches > 1 else None,
        numbers={
            "decay_steps": decay_steps, "batches": batches, "epochs": epochs, "speed": decays * period,
            "rate": rates["smooth"][-1], "meant": meant["smooth"][-1], "callback": rates["callback"][-1],
        },
    )  # fmt: skip
