"""The last state of an RNN is one vector for the whole sequence; attention looks up the one position that is needed.

A sequence of pairs is read: a key, and a bit that belongs to it, the keys in a new order each time. Only then is one of
the keys asked for. Two networks learn from the same batches, each with an LSTM of its own: one answers from the LSTM's
last state, the other from the sum of all its states, weighted by a softmax over their scores with a query made from the
key. The second finds the pair: its weights, averaged by the place of the pair asked for, become a diagonal.

What the last state has learned by then has a closed form. It answers with the more frequent bit of the sequence,
whichever key is asked for, and a bit agrees with the majority of its n with probability 1/2 + C(n - 1, n div 2) / 2^n:
59.8 % for n = 16. It has kept a count and no pair, neither an early nor a late one.

The bottleneck is a price and no wall: 16 bits would fit into 16 units, and with --steps 2000 the last state has most of
them. Four pairs it has after 200 steps; that is the control.

Sources: D. Bahdanau, K. Cho, Y. Bengio, Neural Machine Translation by Jointly Learning to Align and Translate, ICLR
2015, sections 3.1 and 5.1; Keras 3.15.1, keras/src/layers/attention/attention.py (a dot product, not scaled).

    mlquiz demo attention --pairs 4
    mlquiz demo attention --steps 2000
"""

from math import comb
from typing import Annotated

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from mlquiz.lab import Between, Events, Plot, Say, Shades, Verdict

QUESTIONS = ["attention-bottleneck"]
CONTROL = {"pairs": 4}
PREDICTION = {"choice": ["all", "part", "majority"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"attention": "attention", "last": "last", "majority": "majority"}

BATCH, FRAMES = 128, 20
KNOWN = 0.95  # the share right from which on a network has the pairs
NEAR = 0.05  # how near to the majority's share counts as that


def majority_share(pairs):
    """How often a bit agrees with the more frequent one of its sequence."""
    return 0.5 + comb(pairs - 1, pairs // 2) / 2**pairs


def draw(random, pairs):
    """Sequences of pairs (a one-hot key, and a bit of -1 or 1); of one pair of each its key, its bit, and its place."""
    order = random.permuted(np.tile(np.arange(pairs), (BATCH, 1)), axis=1)
    bits = random.choice([-1.0, 1.0], (BATCH, pairs, 1))
    read = np.concatenate([np.eye(pairs)[order], bits], axis=2, dtype="float32")
    place = random.integers(pairs, size=BATCH)
    asked = read[np.arange(BATCH), place]
    return read, asked[:, :-1], asked[:, -1:], place


def build(pairs, units):
    read, asked = keras.Input((pairs, pairs + 1)), keras.Input((pairs,))
    last = layers.LSTM(units)(read)
    states = layers.LSTM(units, return_sequences=True)(read)
    query = layers.Reshape((1, units))(layers.Dense(units)(asked))
    found, weights = layers.Attention()([query, states], return_attention_scores=True)

    def answer(memory):
        hidden = layers.Dense(32, activation="relu")(layers.Concatenate()([memory, asked]))
        return layers.Dense(1)(hidden)

    return keras.Model([read, asked], [answer(layers.Flatten()(found)), answer(last), layers.Flatten()(weights)])


def stepper(model):
    """A function that answers a batch, and only then takes one step with it."""
    optimizer = keras.optimizers.Adam(0.02)
    optimizer.build(model.trainable_variables)
    variables = [variable.value for variable in model.trainable_variables]

    @tf.function
    def step(read, asked, bit):
        with tf.GradientTape() as tape:
            attention, last, weights = model([read, asked])
            losses = [tf.reduce_mean(tf.nn.softplus(-bit * logit)) for logit in (attention, last)]
        optimizer.apply(tape.gradient(losses, variables), model.trainable_variables)
        return tf.sign(attention), tf.sign(last), weights

    return step


def run(
    pairs: Annotated[int, Between(2, 20)] = 16,
    units: Annotated[int, Between(4, 64)] = 16,
    steps: Annotated[int, Between(100, 2000)] = 200,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"pairs": pairs, "units": units})
    keras.utils.set_random_seed(seed)
    random, majority = np.random.default_rng(seed), majority_share(pairs)
    step, stride = stepper(build(pairs, units)), -(-steps // FRAMES)
    for now in range(stride, FRAMES * stride + 1, stride):
        seen = []
        for _ in range(stride):
            read, asked, bit, place = draw(random, pairs)  # new each time: a test before it is a lesson
            answers = (output.numpy() for output in step(read, asked, bit))
            seen.append((*answers, bit, read[..., -1].sum(axis=1, keepdims=True), np.eye(pairs)[place]))
        attention, last, weights, bit, balance, place = map(np.concatenate, zip(*seen))

        mean = place.T / place.sum(axis=0)[:, None]  # a product with it averages over sequences, by place
        by_place = {"attention": mean @ (attention == bit), "last": mean @ (last == bit)}
        right = {name: share.mean() for name, share in by_place.items()}
        yield Plot("right", now, right | {"majority": majority})
        yield Shades("weights", {str(row + 1): shares for row, shares in enumerate(mean @ weights)})
    yield Shades("knows", {name: 2 * share[:, 0] - 1 for name, share in by_place.items()})

    agree = (last == np.sign(balance))[balance != 0].mean()
    finds, forgets = right["attention"] >= KNOWN, right["last"] <= majority + NEAR
    nothing = "majority" if right["last"] > majority - NEAR else None
    yield Verdict(
        holds=bool(finds and forgets) if finds or not forgets else None,  # else too few steps for either
        observed=nothing if forgets else "all" if right["last"] >= KNOWN else "part",
        numbers={"pairs": pairs, "units": units, "steps": now, "agree": 100 * agree}
        | {name: 100 * share for name, share in (right | {"majority": majority}).items()},
    )
