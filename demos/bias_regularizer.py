"""A bias penalty pulls f(0) towards 0 only where f(0) is the bias: to 3 / (1 + l) there, not behind a hidden layer.

y = 2 x + 3 on 101 inputs of mean m and standard deviation 1, mean squared error, bias_regularizer=L2(l) on the last
layer. In a single Dense(1) the value at the origin is the bias b, and with m = 0 slope and bias do not meet in the
loss: (b - 3)^2 + l b^2 is least at b = 3 / (1 + l), and the slope stays 2. Off centre the slope makes up for a part
of the missing bias: b = 3 / (1 + l (1 + m^2)), and the slope becomes 2 + m (3 - b) / (1 + m^2).

Behind a hidden layer of ReLUs f(0) = v . relu(c) + b, and neither the hidden biases c nor the last kernel v has a
price. The penalised bias falls to 0 all the same; the others take over its part, and f(0) stays at 3. That is the
control. (A price on all biases does not help either: small biases and large kernels give the same product.)

Sources: Keras 3.15.1, keras/src/layers/core/dense.py, Dense.build (a regularizer belongs to one variable) and
keras/src/regularizers/regularizers.py, L2.

    mlquiz demo bias-regularizer --mean 1
    mlquiz demo bias-regularizer --hidden
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["bias-regularizer-origin"]
CONTROL = {"hidden": True}
PREDICTION = {"choice": ["zero", "half", "same"]}
SEEDS = [0, 1, 2, 3, 4]

SLOPE, VALUE = 2, 3  # the true line
EXAMPLES, FRAMES = 101, 30
CLOSE = 0.1


def network(hidden, factor):
    """Only the bias of the last layer is penalised."""
    layers = [keras.layers.Dense(32, "relu")] if hidden else []
    last = keras.layers.Dense(1, bias_regularizer=keras.regularizers.L2(factor))
    return keras.Sequential([keras.Input((1,)), *layers, last])


def trainer(models, inputs, targets, steps):
    """A function that takes so many steps with all models; they share no weight, so each learns its own part."""
    weights = [weight for model in models for weight in model.trainable_variables]
    optimizer = keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(0.1, steps))
    optimizer.build(weights)

    def loss(model):
        return tf.reduce_mean((model(inputs) - targets) ** 2) + sum(model.losses)

    @tf.function
    def train(count):
        for _ in tf.range(count):
            with tf.GradientTape() as tape:
                total = sum(map(loss, models))
            optimizer.apply(tape.gradient(total, weights), weights)

    return train


def run(
    factor: Annotated[float, Between(0.1, 10.0)] = 1.0,
    mean: Annotated[float, Between(-1.0, 1.0)] = 0.0,
    hidden: bool = False,
    steps: Annotated[int, Between(150, 4000)] = 240,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("line", {"mean": mean})
    factors = {"none": 0.0, "chosen": factor, "strong": 10 * factor}

    keras.utils.set_random_seed(seed)
    line = np.linspace(-1, 1, EXAMPLES)[:, None]
    inputs = tf.constant(line / line.std() + mean, "float32")
    targets = SLOPE * inputs + VALUE
    models = {name: network(hidden, l2) for name, l2 in factors.items()}
    train = trainer(list(models.values()), inputs, targets, steps)

    def value(name, x):
        return models[name](tf.constant([[x]], "float32")).numpy().item()

    stride = -(-steps // FRAMES)
    for step in range(stride, FRAMES * stride + 1, stride):
        train(tf.constant(stride))
        origin = {name: value(name, 0) for name in models}
        bias = {name: round(model.layers[-1].bias.numpy().item(), 4) + 0.0 for name, model in models.items()}
        yield Plot("origin", step, origin)
        yield Plot("bias", step, bias)

    formula = {name: VALUE / (1 + l2 * (1 + mean**2)) for name, l2 in factors.items()}
    for name, l2 in factors.items():
        cells = {"factor": l2, "last": bias[name], "value": origin[name], "formula": formula[name]}
        yield Row("end", {**cells, "slope": value(name, 0.5) - value(name, -0.5)})
    tells = abs(origin["none"] - VALUE) < CLOSE  # else the training was too short
    nearest = {"zero": abs(origin["chosen"]), "half": abs(origin["chosen"] - formula["chosen"])}
    nearest["same"] = abs(origin["chosen"] - VALUE)
    yield Verdict(
        holds=all(abs(origin[name] - formula[name]) < CLOSE for name in factors) if tells else None,
        observed=min(nearest, key=nearest.get) if tells else None,
        numbers={
            "factor": factor, "large": 10 * factor, "bias": round(bias["chosen"], 2) + 0.0, **origin,
            "formula": formula["chosen"], "strong_formula": formula["strong"],
        },
    )  # fmt: skip
