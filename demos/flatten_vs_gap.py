"""Behind Flatten a class has a weight for every place of every map, behind global average pooling one for each map.

Dense(10) on maps of 8 x 8 x 128 has (8 8 128 + 1) 10 = 81,930 parameters behind Flatten and (128 + 1) 10 = 1,290 behind
GlobalAveragePooling2D, whatever the size. What that buys is measured with two tasks of ten classes each. In both there
is one bright spot among noise. What: the class is the map that has it, and its place is drawn anew for each example.
Where: the class is its place, always in the same map.

The mean of a map is the same wherever the spot lies. So the pooling head finds out what, at all places at once, and can
only guess where. The Flatten head learns where; but what it learns of a map at one place it does not know at the 63
others: 200 examples show it 200 of 640 pairs of map and place, at most, and of the rest it has to guess.

Then both get maps of 17 x 33. Pooling still makes one number of each map; behind Flatten there are numbers for which
Dense has no weights.

Sources: M. Lin, Q. Chen, S. Yan, Network In Network, 2013, section 3.2; Keras 3.15.1,
keras/src/layers/pooling/global_average_pooling2d.py, keras/src/layers/core/dense.py, build.

    mlquiz demo flatten-vs-gap --size 4
    mlquiz demo flatten-vs-gap --examples 1000
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["flatten-vs-global-average-pooling"]
CONTROL = {"size": 1}
PREDICTION = {"choice": ["flatten", "pooling", "both"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"flatten_what": "flatten-what", "pooling_what": "pooling-what"}

CLASSES, STEPS, TESTS = 10, 30, 200
TASKS, HEADS = ["what", "where"], ["flatten", "pooling"]
OTHER = (17, 33)  # maps of another size
KNOWS, GUESSES, ALIKE = 90, 50, 5  # per cent right
ENOUGH = 20  # examples to tell from


def maps(task, height, width, channels, count, random):
    """Noise with a bright spot: the maps, and for each example the map and the place of the spot."""
    x = random.random((count, height * width, channels), dtype="float32") - 0.5
    what = random.integers(0, CLASSES if task == "what" else 1, count)
    where = random.integers(0, height * width if task == "what" else min(CLASSES, height * width), count)
    x[np.arange(count), where, what] += 100
    return x.reshape(count, height, width, channels), {"what": what, "where": where}


def is_right(dense, x, y):
    return np.argmax(dense(x), axis=1) == y


def accepts(reduce, dense, x):
    try:
        return dense(reduce(x)) is not None
    except ValueError:
        return False


def learner(dense, x, y):
    loss, optimizer = keras.losses.SparseCategoricalCrossentropy(from_logits=True), keras.optimizers.Adam(0.02)
    optimizer.build(dense.trainable_variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            error = loss(y, dense(x))
        optimizer.apply(tape.gradient(error, dense.trainable_variables))

    return step


def run(
    size: Annotated[int, Between(1, 10)] = 8,
    channels: Annotated[int, Between(10, 128)] = 128,
    examples: Annotated[int, Between(50, 1000)] = 200,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"size": size, "channels": channels, "examples": examples})
    random = np.random.default_rng(seed)
    keras.utils.set_random_seed(seed)
    reduce = {"flatten": keras.layers.Flatten(), "pooling": keras.layers.GlobalAveragePooling2D()}
    dense, steps, tests = {}, {}, {}
    for task in TASKS:
        x, spot = maps(task, size, size, channels, examples, random)
        new, new_spot = maps(task, size, size, channels, TESTS, random)
        for head in HEADS:
            layer = dense[task, head] = keras.layers.Dense(CLASSES)
            layer.build(reduce[head](x).shape)
            steps[task, head] = learner(layer, reduce[head](x), spot[task])
            tests[task, head] = layer, reduce[head](new), new_spot[task]
        if task == "what":
            pairs = set(zip(spot["what"], spot["where"]))
            seen = np.array([pair in pairs for pair in zip(new_spot["what"], new_spot["where"])])
    for now in range(1, STEPS + 1):
        for step in steps.values():
            step()
        if now % 2 == 0:
            right = {case: is_right(*test) for case, test in tests.items()}
            for task in TASKS:
                yield Plot(task, now, {head: 100 * right[task, head].mean() for head in HEADS})

    numbers = {"size": size, "channels": channels, "seen": 100 * seen.mean(), "pairs": CLASSES * size**2}
    inputs = {"flatten": size * size * channels, "pooling": channels}
    other, _ = maps("what", *OTHER, channels, 2, random)
    agree = True
    for head in HEADS:
        layer = dense["what", head]
        counted, passes = layer.count_params(), accepts(reduce[head], layer, other)
        agree = agree and counted == (inputs[head] + 1) * CLASSES and passes == (head == "pooling")
        results = {task: 100 * right[task, head].mean() for task in TASKS}
        numbers |= {head: counted} | {f"{head}_{task}": result for task, result in results.items()}
        yield Row("heads", {
            "head": head, "inputs": inputs[head], "formula": (inputs[head] + 1) * CLASSES, "keras": counted,
            "other": "passes" if passes else "refused",
        } | {f"{task}-right": f"{result:.0f}" for task, result in results.items()})  # fmt: skip

    unseen = 100 * right["what", "flatten"][~seen].mean() if sum(~seen) >= ENOUGH else None
    numbers["unseen"] = "–" if unseen is None else f"{unseen:.0f}"
    yield Say("seen", numbers)
    known, ahead = min(numbers["flatten_where"], results["what"]), numbers["flatten_what"] - results["what"]
    if not agree or known < KNOWS or results["where"] > GUESSES:
        holds = False
    else:
        holds = None if unseen is None else bool(unseen < GUESSES)
    observed = "both" if abs(ahead) < ALIKE else "flatten" if ahead > 0 else "pooling"
    yield Verdict(holds, observed=observed, numbers=numbers)
