"""After n training batches the moving mean has covered 1 - 0.99^n of its way, and inference is wrong by the rest.

In training batch normalization uses the mean and variance of the batch; `predict` uses the moving mean and the moving
variance. These start at 0 and 1, and each training batch keeps a share `momentum` of them and adds the rest of its
own statistics. Nothing corrects for the start, so after n batches of mean m and variance v they hold exactly

    m (1 - momentum^n)  and  v + (1 - v) momentum^n

whatever the size of a batch. With the default momentum of 0.99 ten batches cover 9.6 %, a hundred 63.4 %, and 99 %
takes 459. Meanwhile the output has mean 0 in training mode and (m - moving mean) / sqrt(moving variance + epsilon) at
inference: a model can look right in `fit` and be wrong in `predict`, without any overfitting.

The control is a slip of the pen: PyTorch's momentum of 0.1 is the weight of the new batch, Keras's that of the old
average. In Keras 0.1 forgets at once, and ten batches leave no lag at all.

Sources: Keras 3.15.1, keras/src/layers/normalization/batch_normalization.py, build and call; S. Ioffe, C. Szegedy,
Batch Normalization, 2015, algorithm 2; keras-team/keras issue 7177.

    mlquiz demo batch-norm-inference --momentum 0.9
    mlquiz demo batch-norm-inference --batch 2
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["batch-norm-inference", "batch-norm-moving-mean", "batch-norm-parameters"]
CONTROL = {"momentum": 0.1}
PREDICTION = {"number": "covered"}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"covered": "covered", "output": "inference"}

TOLD = [1, 10, 50, 100, 459]  # batches after which there is a row
FRAMES = 45
WRONG = 0.5  # an output mean that counts as wrong, where training mode has 0


def batch_of(random, size, mean, deviation):
    """Random numbers with exactly this mean and this standard deviation."""
    x = random.normal(size=(size, 1))
    return tf.constant(mean + deviation * (x - x.mean()) / x.std(), "float32")


def learner(momentum):
    layer = keras.layers.BatchNormalization(momentum=momentum)
    layer.build((None, 1))
    return layer, tf.function(lambda x, training: layer(x, training=training))


def sizes(shape):
    """How many parameters the layer has behind an output of this shape, and how many of them no gradient reaches."""
    layer = keras.layers.BatchNormalization()
    layer.build((None, *shape))
    return {"all": layer.count_params(), "fixed": sum(weight.shape[0] for weight in layer.non_trainable_weights)}


def run(
    momentum: Annotated[float, Between(0.0, 0.999)] = 0.99,
    mean: Annotated[float, Between(0.1, 100.0)] = 10.0,
    deviation: Annotated[float, Between(0.1, 100.0)] = 2.0,
    batch: Annotated[int, Between(2, 256)] = 32,
    steps: Annotated[int, Between(10, 1000)] = 459,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Plot("moving-mean", 0, {"moving": 0.0, "formula": 0.0})
    random = np.random.default_rng(seed)
    layer, call = learner(momentum)
    error, covered, outputs = 0.0, {}, {}
    for now in range(1, steps + 1):
        x = batch_of(random, batch, mean, deviation)
        trained = float(tf.reduce_mean(call(x, training=True)))
        moving, variance = layer.moving_mean.numpy()[0], layer.moving_variance.numpy()[0]
        formula, spread = mean * (1 - momentum**now), deviation**2 + (1 - deviation**2) * momentum**now
        error = max(error, abs(moving / formula - 1), abs(variance / spread - 1))
        if now in TOLD or now % -(-steps // FRAMES) == 0:
            output = round(float(tf.reduce_mean(call(x, training=False))), 6) + 0.0  # no -0
            covered[now], outputs[now] = 100 * moving / mean, output
            yield Plot("moving-mean", now, {"moving": moving, "formula": formula})
            yield Plot("output", now, {"training": trained, "inference": output})
        if now in TOLD:
            percent = 100 * (1 - momentum**now)
            cells = {
                "covered": covered[now].round(2),
                "percent": round(percent, 2),
                "inference": round(output, 3) + 0.0,
            }
            yield Row("told", {"batches": now, **cells})

    images = sizes((28, 20, 8))
    yield Say("parameters", images)
    holds = error < 1e-3 and abs(trained) < 0.01 and outputs[10] > WRONG and images["fixed"] == 2 * 8
    tells = mean >= deviation  # else the shift is lost in the spread
    yield Verdict(
        holds=bool(holds) if tells else None,
        observed=float(covered[10]) if tells else None,
        numbers={
            "momentum": momentum, "covered": covered[10], "formula": 100 * (1 - momentum**10), "trained": abs(trained),
            "output": outputs[10], "error": error,
        },
    )  # fmt: skip
