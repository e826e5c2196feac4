"""EarlyStopping leaves the weights of the last epoch; the best ones, patience epochs ago, are gone.

A network with more weights than examples learns from 100 points, some of them labelled wrongly. Its training loss falls
all the way; its validation loss falls, turns and rises. At the end of each epoch the callback adds 1 to its count,
sets it to 0 if the validation loss is the lowest so far, and stops fit once the count has reached patience. So it
stops max(1, patience) epochs after the best one, which had the index best:

    epochs = best + 1 + max(1, patience)

While it counts, the model goes on learning. By default nothing is put back. That can be seen from outside: the model
is evaluated after fit, and the validation loss that comes out is, to the last digit, that of one epoch of the history.
A twin with the same seed and restore_best_weights=True runs the same epochs and ends with the best epoch's weights.

The loss of an epoch is measured before its update (there is one batch), the validation loss after it.

Source: Keras 3.15.1, keras/src/callbacks/early_stopping.py, EarlyStopping.on_epoch_end and on_train_end.

    mlquiz demo early-stopping --patience 0
    mlquiz demo early-stopping --restore-best-weights
    mlquiz demo early-stopping --sweep patience=0:20:6
"""

from queue import Queue
from threading import Thread
from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Mark, Plot, Row, Say, Verdict

QUESTIONS = ["early-stopping-weights", "early-stopping-epochs"]
CONTROL = {"restore_best_weights": True}
PREDICTION = {"choice": ["last", "best", "window"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"epochs": "epochs", "best": "best-index"}

FEATURES, POINTS, HELD_OUT, MOST_EPOCHS = 10, 100, 500, 60


def noisy_labels(random, flipped):
    """Points and the side of a plane that each is on, wrong for a share of them; a batch to train, one to validate."""
    inputs = random.normal(size=(POINTS + HELD_OUT, FEATURES)).astype("float32")
    wrong = random.uniform(size=len(inputs)) < flipped
    labels = ((inputs @ random.normal(size=FEATURES) > 0) ^ wrong).astype("float32")[:, None]
    parts = slice(POINTS), slice(POINTS, None)
    return [tf.data.Dataset.from_tensors((inputs[part], labels[part])) for part in parts]


def network(seed):
    keras.utils.set_random_seed(seed)
    hidden, logit = keras.layers.Dense(128, activation="relu"), keras.layers.Dense(1)
    model = keras.Sequential([keras.Input((FEATURES,)), hidden, logit])
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    return model


def epochs_of_fit(model, training, validation, stopper):
    """Runs fit in a thread and yields what it logs, epoch by epoch."""
    logged = Queue()
    report = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: logged.put(dict(logs)), on_train_end=lambda logs: logged.put(None)
    )
    settings = {"epochs": MOST_EPOCHS, "callbacks": [stopper, report], "shuffle": False, "verbose": 0}
    fit = Thread(target=model.fit, args=[training], kwargs=settings | {"validation_data": validation})
    fit.start()
    yield from iter(logged.get, None)
    fit.join()


def epoch_of_weights(model, validation, history):
    """The number of the epoch whose validation loss the model has now."""
    loss = model.evaluate(validation, verbose=0)
    return int(np.argmin(np.abs(np.array(history) - loss))) + 1, loss


def run(
    patience: Annotated[int, Between(0, 30)] = 5,
    flipped: Annotated[float, Between(0.0, 0.4)] = 0.1,
    restore_best_weights: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"patience": patience, "points": POINTS, "held_out": HELD_OUT})
    training, validation = noisy_labels(np.random.default_rng(seed), flipped)

    model, history = network(seed), []
    stopper = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=restore_best_weights)
    for logs in epochs_of_fit(model, training, validation, stopper):
        history.append(logs["val_loss"])
        yield Plot("losses", len(history), {"training": logs["loss"], "validation": logs["val_loss"]})
    best, last = int(np.argmin(history)) + 1, len(history)
    yield Mark("losses", best, "best")
    yield Mark("losses", last, "last")

    twin = network(seed)
    opposite = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=not restore_best_weights)
    for _ in epochs_of_fit(twin, training, validation, opposite):
        pass
    held, loss = epoch_of_weights(model, validation, history)
    rows = {"best": (best, history[best - 1]), "last": (last, history[-1])}
    rows[str(restore_best_weights)] = held, loss
    rows[str(not restore_best_weights)] = epoch_of_weights(twin, validation, history)
    for name, (epoch, value) in rows.items():
        yield Row("weights", {"whose": name, "epoch": epoch, "loss": value})

    numbers = {
        "best": best - 1, "patience": patience, "wait": max(1, patience), "epochs": last,
        "formula": best + max(1, patience), "held": held, "number": best, "loss": loss,
        "lowest": history[best - 1], "percent": 100 * (loss / history[best - 1] - 1),
    }  # fmt: skip
    stopped = stopper.stopped_epoch > 0
    yield Say("epochs" if stopped else "ran-out", numbers)
    yield Verdict(
        holds=last == numbers["formula"] and held == last if stopped else None,
        observed=("last" if held == last else "best") if stopped else None,
        numbers=numbers,
    )
