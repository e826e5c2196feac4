"""Relevance is conserved: what LRP-0 hands down to the pixels adds up to the score, whatever the weights.

Layer-wise relevance propagation starts with one score f(x) of a ReLU network and hands it down. Unit j had the sum
z_j = sum_i a_i w_ij, and unit i below receives the share a_i w_ij / z_j of its relevance R_j. Without biases these
shares add up to one, so each layer holds f(x), from the output to the pixels. A bias in z_j keeps the share b_j / z_j,
an epsilon added to z_j keeps epsilon / z_j. The run books both: what arrives + what they keep = f(x) in every layer.

Each pixel then has pixel * df/dpixel, for in a ReLU network LRP-0 is the gradient times the input; the run compares.

That the books balance does not mean that a map explains the network. The rule that hands down positive contributions
only (alpha = 1, beta = 0) conserves f(x) too. But when the last two kernels are drawn anew, and the network has
forgotten what it knew, its map stays the same, and that of LRP-0 changes: the check that a heat map has to pass.

Sources: S. Bach et al., On Pixel-Wise Explanations for Non-Linear Classifier Decisions by Layer-Wise Relevance
Propagation, 2015, equations 2 and 60; G. Montavon et al., Layer-Wise Relevance Propagation: An Overview, 2019, section
10.2; J. Adebayo et al., Sanity Checks for Saliency Maps, 2018; L. Sixt et al., When Explanations Lie, 2020.

    mlquiz demo lrp --digit 6
    mlquiz demo lrp --biases --epsilon 0.1
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Shades, Verdict

QUESTIONS = ["lrp-conservation", "networks-hard-to-interpret"]
CONTROL = {"epsilon": 0.1}
PREDICTION = {"choice": ["all", "less", "more"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"arrived": "arrived"}

ROWS, COLUMNS = 9, 6
EXACT = 0.01  # per cent of the mean score: rounding, not loss
UNMOVED = 0.9  # the cosine of a map with the one of before
SEGMENTS = [  # of a seven-segment display, with the digits that each is lit for
    (np.s_[:, 0, 1:5], "02356789"), (np.s_[:, 4, 1:5], "2345689"), (np.s_[:, 8, 1:5], "0235689"),
    (np.s_[:, 1:4, 0], "045689"), (np.s_[:, 1:4, 5], "01234789"),
    (np.s_[:, 5:8, 0], "0268"), (np.s_[:, 5:8, 5], "013456789"),
]  # fmt: skip


def noisy(digits, random):
    pictures = 0.6 * random.uniform(size=(len(digits), ROWS, COLUMNS))
    for place, lit in SEGMENTS:
        pictures[place] += np.isin(digits, [int(digit) for digit in lit])[:, None]
    return pictures.reshape(len(digits), -1).astype("float32")


def network(hidden, biases):
    layers = [keras.layers.Dense(64, "relu", biases, "he_normal") for _ in range(hidden)]
    model = keras.Sequential([keras.Input((ROWS * COLUMNS,)), *layers, keras.layers.Dense(10, use_bias=biases)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(0.003), loss, jit_compile=False)
    return model


def propagate(model, pictures, digits, epsilon=0.0, positive=False):
    """The pixels' relevance, and the books: a layer's relevance, what biases have kept so far, what epsilon has."""
    values = [tf.constant(pictures)]
    for layer in model.layers:
        values.append(layer(values[-1]))
    relevance = values[-1] * tf.one_hot(digits, 10)
    to_biases = to_epsilon = tf.zeros(len(digits))
    books = [[tf.reduce_sum(relevance, axis=1), to_biases, to_epsilon]]
    for layer, below in zip(reversed(model.layers), reversed(values[:-1])):
        kernel, bias = layer.kernel.value, layer.bias.value if layer.use_bias else 0.0
        if positive:
            kernel, bias = tf.nn.relu(kernel), 0.0
        sums = below @ kernel + bias
        added = epsilon * tf.where(sums < 0, -1.0, 1.0)
        per_unit = tf.math.divide_no_nan(relevance, sums + added)
        relevance = below * (per_unit @ tf.transpose(kernel))
        to_biases += tf.reduce_sum(per_unit * bias, axis=1)
        to_epsilon += tf.reduce_sum(per_unit * added, axis=1)
        books.append([tf.reduce_sum(relevance, axis=1), to_biases, to_epsilon])
    return relevance.numpy(), np.array(books)


def gradient_times_input(model, pictures, digits):
    x = tf.Variable(pictures)
    with tf.GradientTape() as tape:
        scores = tf.reduce_sum(model(x) * tf.one_hot(digits, 10))
    return (x * tape.gradient(scores, x)).numpy()


def arrived(books):
    return np.clip(100 * books[-1, 0].sum() / books[0, 0].sum(), -100, 300)


def likeness(maps, others):
    """Median over the pictures of the cosine without its sign."""
    return np.median(np.abs(keras.losses.cosine_similarity(maps, others)))


def maps(*flat):
    """Side by side, each on its own scale."""
    gap = np.zeros((ROWS, 1))
    drawn = [part for one in flat for part in (one.reshape(ROWS, COLUMNS) / max(np.abs(one).max(), 1e-9), gap)]
    return Shades("maps", {str(row): values for row, values in enumerate(np.hstack(drawn[:-1]), 1)})


def run(
    digit: Annotated[int, Between(0, 9)] = 5,
    biases: bool = False,
    epsilon: Annotated[float, Between(0, 10)] = 0.0,
    hidden: Annotated[int, Between(2, 6)] = 3,
    steps: Annotated[int, Between(30, 300)] = 60,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    random = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    learned, asked = random.integers(0, 10, 256), np.array([digit, *random.integers(0, 10, 99)])
    x, pictures = noisy(learned, random), noisy(asked, random)
    yield Say("start", {"pictures": len(asked)})

    model = network(hidden, biases)
    for now in range(1, steps + 1):
        model.train_on_batch(x, learned)
        if now % -(-steps // 20) == 0:
            (_, chosen), (_, large) = (propagate(model, pictures, asked, keeps) for keeps in (epsilon, 1.0))
            yield Plot("learning", now, {"chosen": arrived(chosen), "large": arrived(large)})

    heat, books = propagate(model, pictures, asked, epsilon)
    heat_positive, positive = propagate(model, pictures, asked, positive=True)
    names = ["output", *map(str, range(hidden, 0, -1)), "pixels"]
    for name, kept, of_positive in zip(names, books[:, :, 0], positive[:, 0, 0]):
        cells = dict(zip(["relevance", "to-biases", "to-epsilon"], kept)) | {"together": kept.sum()}
        yield Row("books", {"layer": name} | {n: v.round(3) for n, v in (cells | {"positive": of_positive}).items()})

    product = gradient_times_input(model, pictures, asked)
    for layer in model.layers[-2:]:
        layer.kernel.assign(keras.initializers.HeNormal()(layer.kernel.shape))
    heat_anew, _ = propagate(model, pictures, asked, epsilon)
    positive_anew, _ = propagate(model, pictures, asked, positive=True)
    yield maps(pictures[0], heat[0], heat_anew[0], heat_positive[0], positive_anew[0])

    scores = books[0, 0]
    apart = {
        "missing": books[:, 0] - scores, "unbalanced": books.sum(axis=1) - scores, "gradient": heat - product,
        "positive_missing": positive[:, 0] - scores,
    }  # fmt: skip
    largest = np.abs(scores).mean()
    numbers = {name: 100 * np.abs(difference).max() / largest for name, difference in apart.items()} | {
        "digit": digit, "epsilon": epsilon, "score": scores[0], "arrived": arrived(books),
        "cosine": likeness(heat, heat_anew), "positive_cosine": likeness(heat_positive, positive_anew),
    }  # fmt: skip
    yield Say("check", numbers)
    conserved = bool(numbers["missing"] < EXACT)
    unmoved = bool(numbers["positive_missing"] < EXACT and numbers["positive_cosine"] > UNMOVED)
    observed = "all" if conserved else "less" if numbers["arrived"] < 100 else "more"
    yield Verdict(conserved and unmoved, observed=observed, numbers=numbers)
