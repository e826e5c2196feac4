"""An LSTM is four maps of input and state, a GRU three, but with two biases each: LSTM(50) 14,200, GRU(50) 10,800.

Each map reads i features and u numbers of state and has u outputs: u (i + u) weights. An LSTM has four (input gate,
forget gate, candidate, output gate), each with one bias a unit: 4 u (i + u + 1). A GRU has three (update gate, reset
gate, candidate). Keras gives it two biases a unit, one for the product with the input and one for that with the state,
for its default is reset_after=True: 3 u (i + u + 2). The length of the sequence does not occur, all time steps use the
same weights.

Whether the second bias is of use can be seen in its gradient. In the gates the two are added: their gradients are the
same, and one would do. In the candidate the reset gate multiplies the second, r (U h + c), and not the first: there
the gradients differ. So of the 3 u biases more, u make a difference and 2 u are there for the form.

Sources: Keras 3.15.1, keras/src/layers/rnn/lstm.py and gru.py, LSTMCell.build, GRUCell.build and call; S. Hochreiter,
J. Schmidhuber, Long Short-Term Memory, 1997; K. Cho et al., Learning Phrase Representations using RNN Encoder-Decoder,
2014, section 2.3.

    mlquiz demo recurrent-params --units 128 --features 64
    mlquiz demo recurrent-params --one-bias
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Bars, Between, Events, Row, Say, Shades, Verdict

QUESTIONS = ["lstm-parameters", "gru-parameters"]
CONTROL = {"one_bias": True}
PREDICTION = {"number": "parameters"}
SEEDS = [0, 1, 2, 3, 4]

SHOWN = 8  # units of the GRU whose biases are drawn
LAYERS = {  # maps, and biases for each unit of a map
    "rnn": (keras.layers.SimpleRNN, 1, 1),
    "lstm": (keras.layers.LSTM, 4, 1),
    "gru": (keras.layers.GRU, 3, 2),
    "gru-before": (lambda units: keras.layers.GRU(units, reset_after=False), 3, 1),
    "both-ways": (lambda units: keras.layers.Bidirectional(keras.layers.LSTM(units)), 8, 1),
}


def formula(maps, units, features, biases):
    return maps * units * (features + units + biases)


def bias_gradients(sequences):
    """Of the two biases of a GRU: an array (2, update, reset and candidate for each unit)."""
    gru = keras.layers.GRU(SHOWN, bias_initializer="glorot_uniform")
    gru.build(sequences.shape)
    with tf.GradientTape() as tape:
        total = tf.reduce_sum(gru(sequences) ** 2)
    return tape.gradient(total, gru.cell.bias.value).numpy()


def run(
    units: Annotated[int, Between(1, 256)] = 50,
    features: Annotated[int, Between(1, 256)] = 20,
    one_bias: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"units": units, "features": features})
    keras.utils.set_random_seed(seed)
    short, long = keras.random.normal((2, 3, features)), keras.random.normal((2, 12, features))
    counts, right, lengths = {}, 0, True
    for name, (new, maps, biases) in LAYERS.items():
        layer = new(units)
        layer(short)
        counts[name] = layer.count_params()
        layer(long)  # the same weights for any number of time steps
        lengths = lengths and layer.count_params() == counts[name]
        expected = formula(maps, units, features, 1 if one_bias else biases)
        right += expected == counts[name]
        shapes = ["×".join(map(str, weight.shape)) for weight in layer.weights if weight.name == "bias"]
        yield Row("layers", {
            "layer": name, "maps": maps, "bias": ", ".join(shapes), "formula": expected, "keras": counts[name],
        })  # fmt: skip
        yield Bars("counts", counts, of=max(counts.values()))

    gradients = bias_gradients(long)
    of_input, of_state = gradients
    parts = [part / np.abs(part).max() for part in np.split(gradients, 3, axis=1)]  # each on its own scale
    gap = np.zeros((2, 1))
    drawn = np.hstack([parts[0], gap, parts[1], gap, parts[2]])
    yield Shades("biases", dict(zip(["of-input", "of-state"], drawn)))
    gates, candidate = slice(0, 2 * SHOWN), slice(2 * SHOWN, None)
    numbers = {
        "units": units, "features": features, "lstm": counts["lstm"], "gru": counts["gru"],
        "formula": formula(3, units, features, 1 if one_bias else 2), "right": right, "layers": len(LAYERS),
        "share": 100 * counts["gru"] / counts["lstm"],
        "gates": np.abs(of_input - of_state)[gates].max(), "candidate": np.abs(of_input - of_state)[candidate].max(),
    }  # fmt: skip
    yield Say("biases", numbers)
    same_gates = numbers["gates"] < 1e-4 * np.abs(gradients).max()
    yield Verdict(
        holds=bool(right == len(LAYERS) and lengths and same_gates and numbers["candidate"] > numbers["gates"]),
        observed=counts["gru"],
        numbers=numbers,
    )
