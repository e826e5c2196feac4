"""Attention weights say in which shares states are mixed, not which words decide; other weights give the same output.

Ten tokens out of twenty are read by an LSTM, attention averages its states, and the class is the parity of one token,
by default the first. All texts are soon classified right, and the first position gets a small part of the weight,
mostly less than a tenth: the LSTM has carried the bit into all later states, and their average will do. What decides is
found by changing tokens: the first one turns every decision, none of the others any. Were weight what decides, the
first position would have most of it; the claim is that it has less than half. With twenty seeds it had 1 to 10 %
nineteen times, and 19 % once.

The classifier is linear, so its logit is the weighted mean of what it makes of each single state, of their votes. Many
weights have the same mean. Two states suffice, the one with the lowest vote and the one with the highest, in the shares
1 - s and s with s = (logit - lowest) / (highest - lowest). In the same way the states (1, 0), (0, 1) and (1/2, 1/2)
give (1/2, 1/2) with the weights (1/2, 1/2, 0) as with (0, 0, 1).

If the last token decides, only the last state has read it, and the weight must go there: that is the control. Nor must
weight and effect part ways. With --decides 2 the second position gets a quarter of the weight or more.

Sources: S. Jain, B. C. Wallace, Attention is not Explanation, NAACL 2019; S. Wiegreffe, Y. Pinter, Attention is not not
Explanation, EMNLP 2019, which asks that such other weights come from a trained model.

    mlquiz demo attention-weights --decides 10
    mlquiz demo attention-weights --decides 2
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from mlquiz.lab import Bars, Between, Events, Say, Shades, Verdict

QUESTIONS = ["attention-as-explanation"]
CONTROL = {"decides": 10}
PREDICTION = {"choice": ["most", "more", "less"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"weight": "weight", "heaviest": "heaviest"}

LENGTH, TOKENS, BATCH, FRAMES = 10, 20, 128, 12
LEARNED = 95  # per cent of the texts classified right
MOST = 50  # per cent of the weight


def build():
    tokens = keras.Input((LENGTH,), dtype="int32")
    states = layers.LSTM(16, return_sequences=True)(layers.Embedding(TOKENS, 8)(tokens))
    scores = layers.Dense(1)(layers.Dense(16, activation="tanh")(states))
    weights = layers.Softmax()(layers.Flatten()(scores))
    votes = layers.Flatten()(layers.Dense(1)(states))  # averaging the votes is voting on the average: Dense is linear
    return keras.Model(tokens, [layers.Dot(axes=1)([weights, votes]), weights, votes])


def stepper(model):
    optimizer = keras.optimizers.Adam(0.02)
    optimizer.build(model.trainable_variables)
    variables = [variable.value for variable in model.trainable_variables]

    @tf.function
    def step(texts, labels):
        with tf.GradientTape() as tape:
            logits, _, _ = model(texts)
            loss = keras.ops.mean(keras.losses.binary_crossentropy(labels, logits, from_logits=True))
        optimizer.apply(tape.gradient(loss, variables), model.trainable_variables)

    return step


def other_weights(logits, votes):
    """All the weight on two states, the lowest vote and the highest, with the same logit."""
    low, high = votes.min(axis=1, keepdims=True), votes.max(axis=1, keepdims=True)
    share, one_hot = (logits - low) / (high - low), np.eye(LENGTH)
    return (1 - share) * one_hot[votes.argmin(axis=1)] + share * one_hot[votes.argmax(axis=1)]


def run(
    decides: Annotated[int, Between(1, 10)] = 1,
    steps: Annotated[int, Between(24, 1000)] = 120,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"length": LENGTH, "decides": decides})
    keras.utils.set_random_seed(seed)
    random, place = np.random.default_rng(seed), decides - 1
    model = build()
    predict, step = tf.function(model), stepper(model)

    stride = -(-steps // FRAMES)
    for now in range(0, FRAMES * stride + 1, stride):
        for _ in range(stride if now else 0):
            batch = random.integers(TOKENS, size=(BATCH, LENGTH), dtype="int32")
            step(batch, batch[:, [place]] % 2)
        texts = random.integers(TOKENS, size=(200, LENGTH), dtype="int32")
        logits, weights, votes = (output.numpy() for output in predict(texts))
        changed = texts ^ np.eye(LENGTH, dtype="int32")[:, None]  # one token each: its parity turns
        turned = (predict(changed.reshape(-1, LENGTH))[0].numpy().reshape(LENGTH, -1) > 0) != (logits[:, 0] > 0)
        positions = range(1, LENGTH + 1)
        yield Bars("weights", dict(zip(map(str, positions), (100 * weights.mean(axis=0)).round(1))), of=100)
        yield Bars("turned", dict(zip(map(str, positions), (100 * turned.mean(axis=1)).round(1))), of=100)

    other = other_weights(logits, votes)
    yield Shades("other", {"learned": weights[0], "instead": other[0]})
    heaviest = np.where(np.arange(LENGTH) == place, -1, weights).argmax(axis=1)  # of the tokens that decide nothing
    right, weight = 100 * ((logits > 0) == texts[:, [place]] % 2).mean(), 100 * weights.mean(axis=0)[place]
    numbers = {
        "decides": decides, "right": right, "weight": weight, "even": 100 / LENGTH, "length": LENGTH, "steps": now,
        "turned": 100 * turned[place].mean(), "heaviest": 100 * turned[heaviest, np.arange(len(texts))].mean(),
        "moved": 100 * np.abs(other - weights).sum(axis=1).mean() / 2,
        "difference": np.abs((other * votes).sum(axis=1) - logits[:, 0]).max(),
    }  # fmt: skip
    yield Say("same", numbers)
    parted = weight < MOST and numbers["turned"] > 80 and numbers["heaviest"] < 10
    yield Verdict(
        holds=bool(parted and numbers["difference"] < 1e-4) if right >= LEARNED else None,
        observed="most" if weight > MOST else "more" if weight > numbers["even"] else "less",
        numbers=numbers,
    )
