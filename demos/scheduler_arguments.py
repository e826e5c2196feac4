"""LearningRateScheduler passes the index of the epoch about to start and the current rate, so lr * 0.5 compounds.

The callback calls its schedule in on_epoch_begin, before the first batch of the epoch: with the index of that epoch,
counted from 0, and with the rate that the optimizer has at that moment. It writes back what the schedule returns. A
schedule that multiplies the rate it is given goes on from whatever the last epoch left: after n epochs the rate is
lr factor^n, in as many calls of fit as one likes, because a second fit counts its epochs from 0 again but does not
touch the optimizer. From 0.8 it is 0.4, 0.2, and in a second fit 0.1, 0.05.

The control is a schedule that looks at the epoch only, lr factor^(epoch + 1). A second fit takes it back to the start,
0.4 and 0.2 once more, unless fit is told with initial_epoch that it goes on.

Each call is written down as it comes, with the number of updates that the optimizer has made so far: 0 at the first.

Source: Keras 3.15.1, keras/src/callbacks/learning_rate_scheduler.py, on_epoch_begin and _update_optimizer_lr.

    mlquiz demo scheduler-arguments --by-epoch
    mlquiz demo scheduler-arguments --by-epoch --resume
"""

from typing import Annotated

import keras
import numpy as np

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["learning-rate-scheduler-epoch", "learning-rate-scheduler-compounding"]
CONTROL = {"by_epoch": True}
PREDICTION = {"number": "rate"}
SEEDS = [0, 1, 2, 3, 4]

EXAMPLES, BATCH = 20, 5


def compiled(model, lr):
    model.compile(keras.optimizers.SGD(lr), loss="mse", jit_compile=False)
    return model


def written_down(schedule, optimizer, calls):
    def schedule_with_notes(epoch, lr):
        calls.append({"epoch": epoch, "lr": lr, "updates": int(optimizer.iterations)})
        return schedule(epoch, lr)

    return keras.callbacks.LearningRateScheduler(schedule_with_notes)


def run(
    lr: Annotated[float, Between(0.001, 1.0)] = 0.8,
    factor: Annotated[float, Between(0.1, 1.0)] = 0.5,
    epochs: Annotated[int, Between(1, 5)] = 2,
    by_epoch: bool = False,
    resume: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Plot("rates", 0, {"current": lr, "epoch": lr}, log=True)

    schedules = {
        "current": lambda epoch, rate: rate * factor,
        "epoch": lambda epoch, rate: lr * factor ** (epoch + 1),
    }
    chosen = "epoch" if by_epoch else "current"
    keras.utils.set_random_seed(seed)
    x, y = keras.random.normal((EXAMPLES, 3)), keras.random.normal((EXAMPLES, 1))
    models = {name: compiled(keras.Sequential([keras.layers.Dense(1)]), lr) for name in schedules}
    calls, trained = {name: [] for name in schedules}, {name: [] for name in schedules}
    for fit in (0, 1):
        first = fit * epochs if resume else 0
        for name, model in models.items():
            callback = written_down(schedules[name], model.optimizer, calls[name])
            history = model.fit(
                x, y, BATCH, epochs=first + epochs, initial_epoch=first, callbacks=[callback], verbose=0
            )
            trained[name] += history.history["learning_rate"]
        for epoch in range(fit * epochs, (fit + 1) * epochs):
            call, rates = calls[chosen][epoch], {name: trained[name][epoch] for name in models}
            arguments = f"({call['epoch']}, {call['lr']:.4g})"
            yield Row("calls", {"fit": fit + 1, "updates": call["updates"], "arguments": arguments, **rates})
            yield Plot("rates", epoch + 1, rates, log=True)

    again = compiled(models[chosen], lr)
    again.fit(x, y, BATCH, callbacks=[keras.callbacks.LearningRateScheduler(schedules[chosen])], verbose=0)
    yield Say("anew", {"lr": lr, "rate": float(again.optimizer.learning_rate)})

    begin, last, formula = calls[chosen][0], trained[chosen][-1], lr * factor ** (2 * epochs)
    at_begin = begin["epoch"] == begin["updates"] == 0
    current = np.allclose([call["lr"] for call in calls[chosen]], [lr, *trained[chosen][:-1]], atol=0)
    yield Verdict(
        holds=bool(at_begin and current and np.isclose(last, formula, atol=0)) if factor < 1 else None,
        observed=last,
        numbers={
            "lr": lr, "factor": factor, "calls": 2 * epochs, "last": last, "formula": formula,
            "by_epoch": trained["epoch"][-1], "index": begin["epoch"], "updates": begin["updates"],
        },
    )  # fmt: skip
