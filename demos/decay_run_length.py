"""The longer the run, the smaller the best weight decay: it has the longer to erase what the weights began with.

Each update takes the share lr * decay off the weights, so what they were fades over 1 / (lr decay) updates: the memory
of the run. The data here say nothing about half of the directions (20 examples, 40 weights); what the random start put
there, only the decay can remove, and after n updates (1 - lr decay)^n of it is left. A short run needs a large decay
to get rid of it. A long run is rid of it anyway, and a large decay then only pulls on what the data have taught. So
the best decay falls as the run grows, here by more than the 1 / sqrt(updates) that Loshchilov and Hutter scale by.

It is an observation, not a law. From zero weights there is nothing to erase, and the best decay does not fall: that is
the control. With much noise in the targets decay is wanted at every length (--noise 0.5).

Trained at once are 9 data sets times 15 decays, by gradient descent with decoupled decay; for plain SGD and AdamW the
decay is the same. The error is the squared distance to the true weights, that on fresh examples less their noise.

Sources: I. Loshchilov, F. Hutter, Decoupled Weight Decay Regularization, ICLR 2019, section 1 and appendix B.1;
X. Wang, L. Aitchison, How to Set AdamW's Weight Decay as You Scale Model and Dataset Size, ICML 2025.

    mlquiz demo decay-run-length --start 0
    mlquiz demo decay-run-length --noise 0.5
"""

from typing import Annotated

import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["weight-decay-run-length"]
CONTROL = {"start": 0.0}
PREDICTION = {"choice": ["lower", "same", "higher"]}
SEEDS = [0, 1, 2, 3, 4]

SETS, EXAMPLES, WEIGHTS = 9, 20, 40
DECAYS = 10.0 ** np.arange(-3, 0.6, 0.25)
LENGTHS = ["short", "middle", "long"]  # a hundredth of the steps, a tenth, all
FRAMES = 25


def problem(random, noise):
    features = random.normal(size=(SETS, EXAMPLES, WEIGHTS))
    true = random.normal(size=(SETS, WEIGHTS, 1)) / np.sqrt(WEIGHTS)
    return features, features @ true + noise * random.normal(size=(SETS, EXAMPLES, 1)), true


def learner(features, target, start, lr):
    """A function that takes so many full-batch steps, with every decay on every data set, and gives the weights."""
    weights = tf.Variable(np.tile(start, len(DECAYS)))  # data set, weight, decay

    @tf.function
    def train(steps):
        for _ in tf.range(steps):
            error = tf.matmul(features, weights) - target
            gradient = 2 / EXAMPLES * tf.matmul(features, error, transpose_a=True)
            weights.assign_sub(lr * (gradient + DECAYS * weights))
        return weights.value()

    return lambda steps: train(tf.constant(steps)).numpy()


def run(
    start: Annotated[float, Between(0.0, 3.0)] = 1.0,
    noise: Annotated[float, Between(0.0, 1.0)] = 0.1,
    lr: Annotated[float, Between(0.005, 0.08)] = 0.05,
    steps: Annotated[int, Between(400, 10000)] = 4000,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"sets": SETS, "decays": len(DECAYS)})
    random = np.random.default_rng(seed)
    features, target, true = problem(random, noise)
    first = start * random.normal(size=true.shape) / np.sqrt(WEIGHTS)
    train = learner(features, target, first, lr)
    unseen = np.linalg.svd(features)[2][:, EXAMPLES:]  # the directions that the data say nothing about

    checkpoints = np.geomspace(steps / 100, steps, FRAMES).round().astype(int)
    lengths = dict(zip(checkpoints[:: FRAMES // 2], LENGTHS))
    chosen, errors, left, done = {}, {}, {}, 0
    for step in checkpoints:
        weights = train(step - done)  # data set, weight, decay
        error, done = np.sum((weights - true) ** 2, axis=1), step
        best = np.argmin(error, axis=1)
        quantiles = np.quantile(DECAYS[best], [0, 0.5, 1])
        yield Plot("best", np.log10(step), dict(zip(["lowest", "median", "highest"], quantiles)), log=True)
        if step in lengths:
            name = lengths[step]
            chosen[name], errors[name] = best, error
            left[name] = np.linalg.norm(unseen @ weights, axis=(0, 1)) / (np.linalg.norm(unseen @ first) or 1)
            for decay, value in zip(DECAYS, np.median(error, axis=0)):
                yield Plot("curve", np.log10(decay), {name: value})

    medians = {name: np.median(DECAYS[best]) for name, best in chosen.items()}
    for step, name in lengths.items():
        at_best, at_short = (np.median(errors[name][range(SETS), chosen[which]]) for which in (name, "short"))
        yield Row("lengths", {
            "length": name, "updates": int(step), "decay": medians[name], "memory": round(1 / (lr * medians[name])),
            "left": round(left[name][DECAYS.searchsorted(medians[name])], 4), "error": at_best, "kept": at_short,
        })  # fmt: skip
    gaps = [np.abs(left[name] - (1 - lr * DECAYS) ** step).max() for step, name in lengths.items()]
    if start:
        yield Say("left", {"gap": max(gaps)})
    yield Say("rule", {"rule": medians["short"] / 10, "long": medians["long"]})

    falls = int(np.sum((chosen["long"] < chosen["middle"]) & (chosen["middle"] < chosen["short"])))
    ratio = medians["long"] / medians["short"]
    change = "lower" if ratio < 0.5 else "higher" if ratio > 2 else "same"
    sure = change != "lower" or falls >= 0.75 * SETS
    numbers = {"falls": falls, "sets": SETS, "steps": int(step), **medians}
    yield Verdict(change == "lower" if sure else None, observed=change if sure else None, numbers=numbers)
