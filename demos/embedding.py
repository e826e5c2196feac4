"""Words that stand beside the same words get the same vector: near-synonyms, antonyms, and a mixture where senses meet.

Sentences of two words are drawn from three templates: river words with flow, swim, boat; money words with pay, lend,
save; hot and cold with soup, tea, bath. bank occurs in the first two. Skip-gram: an Embedding and a Dense layer with
softmax predict a word's neighbour. Of words with the same neighbours the loss wants the same logits, so their vectors
come together, whatever they mean: hot and cold as much as river and shore. bank has one vector for both its senses. The
neighbours predicted for it are those of the two fields in the shares of the corpus, and it halves the angle between
them: if c is the cosine of the fields, its cosine with either is √((1 + c) / 2).

An Embedding is a table with one row a word and nothing else. Looking up rows is multiplying one-hot vectors by the
table, which the run measures, forwards and backwards.

With --shuffle any word may stand beside any other: no neighbours tell words apart, and no fields are left. That is the
control.

Sources: T. Mikolov et al., Efficient Estimation of Word Representations in Vector Space, 2013, section 3; Keras 3.15.1,
keras/src/layers/core/embedding.py, build and call.

    mlquiz demo embedding --shuffle
    mlquiz demo embedding --dimensions 16
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf
from keras import layers

from mlquiz.lab import Between, Events, Plot, Say, Shades, Verdict

QUESTIONS = ["static-embeddings", "embedding-lookup", "embedding-parameters"]
CONTROL = {"shuffle": True}
PREDICTION = {"choice": ["opposite", "unrelated", "close"]}
SEEDS = [0, 1, 2, 3, 4]

RIVER, FLOWS = ["river", "shore", "water"], ["swim", "flow", "boat"]
MONEY, PAYS = ["money", "loan", "cash"], ["pay", "lend", "save"]
WARMTH, SERVED = ["hot", "cold"], ["soup", "tea", "bath"]
TEMPLATES = [([*RIVER, "bank"], FLOWS), ([*MONEY, "bank"], PAYS), (WARMTH, SERVED)]
SHOWN = [*RIVER, "bank", *MONEY, *WARMTH]
WORDS = [*SHOWN, *FLOWS, *PAYS, *SERVED]
SENTENCES, FRAMES = 400, 16
NEAR = 0.1


def corpus(random, shuffle):
    """Words and their neighbours, both ways round of each sentence, as ids."""
    drawn = [TEMPLATES[kind] for kind in random.integers(len(TEMPLATES), size=SENTENCES)]
    firsts, seconds = ([WORDS.index(random.choice(words)) for words in column] for column in zip(*drawn))
    if shuffle:
        random.shuffle(seconds)
    return np.array(firsts + seconds), np.array(seconds + firsts)


def mean_cosine(cosines, some, others):
    pairs = [(WORDS.index(one), WORDS.index(other)) for one in some for other in others if one != other]
    return np.mean([cosines[pair] for pair in pairs])


def similarities(cosines):
    return {
        "same": (mean_cosine(cosines, RIVER, RIVER) + mean_cosine(cosines, MONEY, MONEY)) / 2,
        "antonyms": mean_cosine(cosines, ["hot"], ["cold"]),
        "mixture": mean_cosine(cosines, ["bank"], RIVER + MONEY),
        "apart": mean_cosine(cosines, RIVER, MONEY),
    }


def run(
    dimensions: Annotated[int, Between(2, 32)] = 5,
    steps: Annotated[int, Between(20, 1000)] = 80,
    shuffle: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    keras.utils.set_random_seed(seed)
    words, neighbours = corpus(np.random.default_rng(seed), shuffle)
    embedding, decoder = layers.Embedding(len(WORDS), dimensions), layers.Dense(len(WORDS), use_bias=False)
    model = keras.Sequential([keras.Input((), dtype="int32"), embedding, decoder])
    loss, table = keras.losses.SparseCategoricalCrossentropy(from_logits=True), embedding.embeddings
    model.compile(keras.optimizers.Adam(0.05), loss)

    for now in range(steps + 1):
        if now:
            model.train_on_batch(words, neighbours)
        if now % -(-steps // FRAMES) and now < steps:
            continue
        vectors = keras.ops.normalize(table).numpy()
        cosines = vectors @ vectors.T
        means = similarities(cosines)
        yield Plot("cosines", now, means)
        yield Shades("matrix", dict(zip(SHOWN, cosines[: len(SHOWN), : len(SHOWN)])))

    with tf.GradientTape(persistent=True) as tape:
        vectors, products = embedding(words), tf.one_hot(words, len(WORDS)) @ table.value
        losses = [loss(neighbours, decoder(output)) for output in (vectors, products)]
    looked_up, multiplied = (tf.convert_to_tensor(tape.gradient(one, table.value)).numpy() for one in losses)
    bank, flows = WORDS.index("bank"), [WORDS.index(word) for word in FLOWS]
    predicted = tf.nn.softmax(model(np.array([bank])))[0].numpy()
    numbers = means | {
        "halfway": np.sqrt((1 + means["apart"]) / 2), "predicted": 100 * predicted[flows].sum(),
        "counted": 100 * np.isin(neighbours[words == bank], flows).mean(),
        "difference": np.abs(vectors - products).max(), "gradient": np.abs(looked_up - multiplied).max(),
        "rows": len(WORDS), "dimensions": dimensions, "parameters": embedding.count_params(),
    }  # fmt: skip
    yield Say("lookup", numbers)
    yield Say("bank", numbers)
    close, together = means["antonyms"], min(means["same"], means["antonyms"]) > 1 - NEAR
    between = abs(means["mixture"] - numbers["halfway"]) < NEAR and means["apart"] < means["mixture"] - NEAR
    learned = abs(numbers["predicted"] - numbers["counted"]) < 10  # per cent
    yield Verdict(
        holds=bool(together and between) if learned else None,
        observed="close" if close > 0.5 else "opposite" if close < -0.5 else "unrelated",
        numbers=numbers,
    )
