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


def head_of(reduce, shape):
    """A linear classifier behind what makes numbers of maps, ready to be trained on those numbers."""
    classifier = keras.Sequential([keras.Input(reduce.compute_output_shape(shape)[1:]), keras.layers.Dense(CLASSES)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    classifier.compile(keras.optimizers.Adam(0.02), loss, jit_compile=False)
    return classifier


def prepared(reduce, size, channels, examples, random):
    """For each task and head a classifier, what it learns from, what it is tested with; for each task the spots."""
    cases, spots = {}, {}
    for task in TASKS:
        (x, spot), (new, new_spot) = (maps(task, size, size, channels, n, random) for n in (examples, TESTS))
        spots[task] = spot, new_spot
        for head, layer in reduce.items():
            cases[task, head] = head_of(layer, x.shape), (layer(x), spot[task]), (layer(new), new_spot[task])
    return cases, spots


def accepts(reduce, classifier, x):
    try:
        return classifier.layers[0](reduce(x)) is not None
    except ValueError:
        return False


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
    cases, spots = prepared(reduce, size, channels, examples, random)
    for now in range(1, STEPS + 1):
        for classifier, (x, y), _ in cases.values():
            classifier.train_on_batch(x, y)
        if now % 2 == 0:
            right = {case: np.argmax(classifier(x), axis=1) == y for case, (classifier, _, (x, y)) in cases.items()}
            for task in TASKS:
                yield Plot(task, now, {head: 100 * right[task, head].mean() for head in HEADS})

    pairs, new_pairs = (list(zip(spot["what"], spot["where"])) for spot in spots["what"])
    seen = np.array([pair in set(pairs) for pair in new_pairs])
    numbers = {"size": size, "channels": channels, "seen": 100 * seen.mean(), "pairs": CLASSES * size**2}
    inputs = {"flatten": size * size * channels, "pooling": channels}
    other, _ = maps("what", *OTHER, channels, 2, random)
    agree = True
    for head in HEADS:
        classifier, formula = cases["what", head][0], (inputs[head] + 1) * CLASSES
        counted, passes = classifier.count_params(), accepts(reduce[head], classifier, other)
        agree = agree and counted == formula and passes == (head == "pooling")
        results = {task: 100 * right[task, head].mean() for task in TASKS}
        numbers |= {head: counted} | {f"{head}_{task}": result for task, result in results.items()}
        cells = {
            "inputs": inputs[head],
            "formula": formula,
            "keras": counted,
            "other": "passes" if passes else "refused",
        }
        yield Row(
            "heads", {"head": head} | cells | {f"{task}-right": round(result) for task, result in results.items()}
        )

    unseen = 100 * right["what", "flatten"][~seen].mean() if sum(~seen) >= ENOUGH else None
    numbers["unseen"] = "–" if unseen is None else round(unseen)
    yield Say("seen", numbers)
    known, ahead = min(numbers["flatten_where"], results["what"]), numbers["flatten_what"] - results["what"]
    holds = bool(agree and known >= KNOWS and results["where"] <= GUESSES)
    if holds:
        holds = None if unseen is None else bool(unseen < GUESSES)
    observed = "both" if abs(ahead) < ALIKE else "flatten" if ahead > 0 else "pooling"
    yield Verdict(holds, observed=observed, numbers=numbers)
