"""Without a mask padded steps are steps: zeros at the end wipe out what an LSTM has read, zeros at the start do not.

Random sequences of six tokens are padded and read by an untrained LSTM. Plotted is how far apart the last states of two
sequences are, as a share of what it is without padding. Zeros at the end are one and the same input, step after step:
all states run into the fixed point of that step, and near it each step shrinks their distance by the spectral radius ρ
of the step's Jacobian (the forget gate alone would keep sigmoid(1) = 0.73 of the cell). So the distance falls as ρ^n,
and with it the gradient to what was read. Zeros at the start only move the state in which the reading begins. With
mask_zero=True the LSTM carries its state over padded steps, and nothing changes at all.

A mean has the same trouble without an LSTM: 2, 4, 9 and n zeros average 15 / (3 + n) unless a mask sets the divisor.

Over a few zeros an untrained LSTM carries its state: after four, a good third of the distance is left. That is the
control.

Sources: Keras 3.15.1, keras/src/utils/sequence_utils.py, pad_sequences; keras/src/backend/tensorflow/rnn.py, rnn;
keras/src/layers/pooling/global_average_pooling1d.py, call.

    mlquiz demo padding-mask --padding 4
    mlquiz demo padding-mask --padding 128 --units 64
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from mlquiz.lab import Between, Events, Plot, Row, Verdict

QUESTIONS = ["sequence-padding-mask", "padding-side", "masked-mean"]
CONTROL = {"padding": 4}
PREDICTION = {"choice": ["end", "start", "both", "neither"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"end": "end", "start": "start"}

TOKENS, SEQUENCES, LENGTH, FRAMES = 10, 32, 6, 16
LOST = 0.01  # of the distance without padding
LEAST = 1e-15  # where the plotted curves are cut off


def build(units, mask_zero):
    return keras.Sequential([
        keras.Input((None,), dtype="int32"),
        layers.Embedding(TOKENS, 8, mask_zero=mask_zero, dtype="float64"),
        layers.LSTM(units, dtype="float64"),
    ])  # fmt: skip


def spectral_radius(embedding, lstm):
    """Of the Jacobian of a step with token 0, at the state where such steps end."""
    zero = embedding(np.array([0]))
    step = tf.function(lambda state: tf.concat(lstm.cell(zero, tf.split(state, 2, axis=1))[1], axis=1))
    state = tf.zeros((1, 2 * lstm.units), "float64")
    for _ in range(300):
        state = step(state)
    with tf.GradientTape() as tape:
        tape.watch(state)
        after = step(state)
    return np.abs(np.linalg.eigvals(tape.jacobian(after, state)[0, :, 0])).max()


def distance(states):
    return np.median(np.linalg.norm(states[1:] - states[:-1], axis=1))


def averages(zeros):
    """Of 2, 4, 9 and some zeros, with a mask and without."""
    steps, mean = np.pad([2.0, 4.0, 9.0], (0, zeros)).reshape(1, -1, 1), layers.GlobalAveragePooling1D()
    return {"masked": mean(layers.Masking()(steps)).numpy().item(), "unmasked": mean(steps).numpy().item()}


def run(
    padding: Annotated[int, Between(1, 128)] = 64,
    units: Annotated[int, Between(2, 64)] = 16,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    for name, sides in (("default", {}), ("post", {"padding": "post", "truncating": "post"})):
        rows = keras.utils.pad_sequences([[3, 5], [1, 2, 4, 6, 8]], maxlen=4, **sides)
        yield Row("padded", {"sides": name, "short": str(rows[0]), "long": str(rows[1])})

    keras.utils.set_random_seed(seed)
    tokens = np.random.default_rng(seed).integers(1, TOKENS, (SEQUENCES, LENGTH))
    plain, masked = build(units, mask_zero=False), build(units, mask_zero=True)
    masked.set_weights(plain.get_weights())
    alone, radius = plain(tokens).numpy(), spectral_radius(*plain.layers)
    any_length = [tf.TensorSpec((None, None), "int32")]
    read, read_masked = (tf.function(model, input_signature=any_length) for model in (plain, masked))

    wrong, ends = 0.0, {}
    for zeros in sorted({round(padding * frame / FRAMES) for frame in range(FRAMES + 1)}):
        post, pre = (keras.utils.pad_sequences(tokens, LENGTH + zeros, padding=side) for side in ("post", "pre"))
        end, start = (distance(read(rows).numpy()) / distance(alone) for rows in (post, pre))
        wrong = max(wrong, *(np.abs(read_masked(rows).numpy() - alone).max() for rows in (post, pre)))
        ends[zeros] = max(LEAST, end)
        yield Plot("left", zeros, {"end": ends[zeros], "start": start, "theory": max(LEAST, radius**zeros)}, log=True)
        mean = averages(zeros)
        yield Plot("mean", zeros, mean)

    half = min(ends, key=lambda zeros: abs(zeros - padding / 2))
    factor = (ends[padding] / ends[half]) ** (1 / (padding - half))  # of one zero, once the first are over
    lost = {"end": end < LOST, "start": start < LOST}
    exact = wrong < 1e-9 and np.isclose([mean["masked"], mean["unmasked"]], [5, 15 / (3 + padding)]).all()
    yield Verdict(
        holds=bool(lost["end"] and not lost["start"] and exact and abs(factor / radius - 1) < 0.05),
        observed="both" if all(lost.values()) else "end" if lost["end"] else "start" if lost["start"] else "neither",
        numbers={
            "padding": padding, "end": end, "start": start, "wrong": wrong, **mean,
            "radius": radius, "factor": factor,
        },
    )  # fmt: skip
