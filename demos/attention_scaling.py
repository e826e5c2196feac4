"""A dot product of d components has standard deviation √d, and a softmax over such scores gives nearly all to one key.

Queries and keys have d independent components of mean 0 and variance 1. A score q·k adds up d products of variance 1,
so its variance is d. The softmax is blind to a constant added to all scores but not to a factor: the more the scores
differ, the nearer its largest weight comes to 1, and the less gradient is left, for the derivative of a weight p by its
own score is p (1 - p). Divided by √d, scores have standard deviation 1 and the weights do not depend on d.

Keras's Attention() does not divide, MultiHeadAttention does. Both are run, the latter with projections that change
nothing. The exponent of d in the divisor is a parameter: 0 is Attention() as it stands, which is the control, and 1
overshoots, until all keys weigh the same.

Sources: A. Vaswani et al., Attention Is All You Need, NeurIPS 2017, section 3.2.1 and its footnote 4; Keras 3.15.1,
keras/src/layers/attention/attention.py, _calculate_scores, and multi_head_attention.py, _compute_attention.

    mlquiz demo attention-scaling --power 0
    mlquiz demo attention-scaling --power 1
"""

from typing import Annotated

import keras
import numpy as np

from mlquiz.lab import Between, Events, Row, Say, Shades, Verdict

QUESTIONS = ["attention-scaling"]
CONTROL = {"power": 0.0}
PREDICTION = {"choice": ["even", "quarter", "nearly-all"]}
SEEDS = [0, 1, 2, 3, 4]

DIMENSIONS = [4, 16, 64, 256, 1024]
SHOWN = 256  # the dimension that is asked about
NEAR = 0.05


def weights_of(query, keys):
    """The weights of Keras's own layer, one row for each query, the largest first."""
    _, weights = keras.layers.Attention()([query, keys, keys], return_attention_scores=True)
    return np.sort(weights[:, 0])[:, ::-1]


def weights_of_heads(query, keys):
    """The same by MultiHeadAttention with one head whose projections are the identity."""
    dimension = query.shape[-1]
    heads = keras.layers.MultiHeadAttention(1, dimension, use_bias=False)
    heads.build(query.shape, keys.shape)
    heads.set_weights([np.eye(dimension).reshape(weight.shape) for weight in heads.get_weights()])
    _, weights = heads(query, keys, return_attention_scores=True)
    return np.sort(weights[:, 0, 0])[:, ::-1]


def gradient_left(weights):
    return (weights * (1 - weights)).sum(axis=1).mean()


def run(
    power: Annotated[float, Between(0.0, 1.0)] = 0.5,
    keys: Annotated[int, Between(2, 32)] = 16,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    random = np.random.default_rng(seed)
    deviations, plain, divided, whole, after_division = {}, {}, {}, {}, {}
    for dimension in DIMENSIONS:
        samples = max(16_000, 2**20 // dimension) // keys
        query = random.standard_normal((samples, 1, dimension), dtype="float32")
        against = random.standard_normal((samples, keys, dimension), dtype="float32")
        scores = np.matmul(query, against.swapaxes(1, 2))
        unscaled, scaled = weights_of(query, against), weights_of(query / dimension**power, against)
        deviations[dimension] = scores.std()
        plain[dimension], divided[dimension] = unscaled[:, 0].mean(), scaled[:, 0].mean()
        yield Row("scores", {
            "d": dimension, "deviation": deviations[dimension], "root": dimension**0.5,
            "plain": plain[dimension], "divided": divided[dimension],
            "gradient-plain": gradient_left(unscaled), "gradient-divided": gradient_left(scaled),
        })  # fmt: skip
        whole[f"{dimension}"], after_division[f"{dimension} ÷"] = unscaled.mean(axis=0), scaled.mean(axis=0)
        yield Shades("weights", whole | after_division)
        if dimension == SHOWN:
            heads = weights_of_heads(query, against)
            yield Say("heads", {"d": SHOWN, "heads": heads[:, 0].mean(), "plain": plain[SHOWN]})

    after = [deviation / dimension**power for dimension, deviation in deviations.items()]
    spread = max(divided.values()) - min(divided.values())
    largest = plain[SHOWN]
    same = max(abs(np.array(after) - 1)) < NEAR and spread < NEAR  # at every d
    yield Verdict(
        holds=bool(same and largest > divided[SHOWN] + 0.2),
        observed="even" if largest < 1.5 / keys else "quarter" if largest < 0.5 else "nearly-all",
        numbers={
            "keys": keys, "power": power, "d": SHOWN, "deviation": deviations[SHOWN], "largest": largest,
            "least": min(divided.values()), "most": max(divided.values()),
            "first": DIMENSIONS[0], "last": DIMENSIONS[-1], "narrow": min(after), "wide": max(after),
        },
    )  # fmt: skip
