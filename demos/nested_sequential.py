"""Three layers in a Sequential of their own compute what they computed before, and are frozen in one line.

A Sequential is itself a layer: its call passes the data through its layers in turn. Wrapping three layers of a model in
one adds no weight and no operation, so parameters, outputs, gradients and all weights after many updates are those of
the flat model, bit for bit. To the parent the block is one layer with one `trainable`. When that is False, none of its
weights moves, not even the moving averages of its batch normalization: a frozen BatchNormalization runs in inference
mode even when the model is called with training=True.

What is easily forgotten is that `trainable` is read when the step is traced (by compile and fit: when they build their
training function). A step that was traced before goes on training the block: the control.

Sources: Keras 3.15.1, keras/src/models/sequential.py, Sequential.call; keras/src/layers/layer.py, Layer.trainable;
keras/src/layers/normalization/batch_normalization.py, call.

    mlquiz demo nested-sequential --width 64
    mlquiz demo nested-sequential --old-step
"""

from typing import Annotated

import keras
import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Mark, Plot, Row, Say, Verdict

QUESTIONS = ["nested-sequential"]
CONTROL = {"old_step": True}
PREDICTION = {"choice": ["nothing", "averages", "all"]}
SEEDS = [0, 1, 2, 3, 4]

PARTS = ["first", "gamma-beta", "averages", "second", "last"]
ARRAYS = {name: slice(2 * part, 2 * part + 2) for part, name in enumerate(PARTS)}  # in the order of get_weights
BLOCK = slice(0, 8)


def network(nested, width, seed):
    keras.utils.set_random_seed(seed)
    block = [
        keras.layers.Dense(width, "relu", name="first"),
        keras.layers.BatchNormalization(),
        keras.layers.Dense(width, "relu", name="second"),
    ]
    inner = [keras.Sequential(block, name="block")] if nested else block
    return keras.Sequential([keras.Input((8,)), *inner, keras.layers.Dense(3, name="last")])


def parameters_of_two_calls(block):
    """A block that is called on two inputs has its weights once."""
    left, right = keras.Input((8,)), keras.Input((8,))
    return keras.Model([left, right], keras.layers.Concatenate()([block(left), block(right)])).count_params()


def learner(model, x, y):
    """One update; what is trainable now stays so in this step, for it is read when the step is traced."""
    optimizer = keras.optimizers.Adam(0.01)
    optimizer.build(model.trainable_variables)

    @tf.function
    def step():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply(gradients, model.trainable_variables)
        return loss, gradients

    return step


def apart(ones, others):
    """The greatest difference between two lists of arrays."""
    return max(float(np.abs(one - other).max()) for one, other in zip(ones, others))


def run(
    width: Annotated[int, Between(2, 128)] = 16,
    steps: Annotated[int, Between(10, 200)] = 40,
    old_step: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"steps": steps})
    random = np.random.default_rng(seed)
    x = random.normal(size=(64, 8)).astype("float32")
    y = np.sin(x @ random.normal(size=(8, 3))).astype("float32")
    models = {"flat": network(False, width, seed), "nested": network(True, width, seed)}
    flat, nested = models.values()
    step = {name: learner(model, x, y) for name, model in models.items()}

    gradients_apart = outputs_apart = 0.0
    for now in range(1, 2 * steps + 1):
        result = {name: step[name]() for name in models}
        if now % -(-steps // 20) == 0 or now == steps:
            yield Plot("loss", now, {name: loss for name, (loss, _) in result.items()}, log=True)
        if now <= steps:
            gradients_apart = max(gradients_apart, apart(result["flat"][1], result["nested"][1]))
        if now == steps:
            outputs_apart = apart([flat(x)], [nested(x)])
            before = {name: model.get_weights() for name, model in models.items()}
            nested.get_layer("block").trainable = False
            if not old_step:
                step["nested"] = learner(nested, x, y)
            yield Mark("loss", now, "frozen")

    after, moved = {name: model.get_weights() for name, model in models.items()}, {}
    for name, arrays in ARRAYS.items():
        count, difference = sum(a.size for a in before["flat"][arrays]), apart(*(of[arrays] for of in before.values()))
        moved[name] = {model: apart(before[model][arrays], after[model][arrays]) for model in models}
        cells = {f"{model}-moved": round(distance, 4) for model, distance in moved[name].items()}
        yield Row("weights", {"layer": name, "parameters": count, "apart": round(difference, 4)} | cells)

    still = [np.array_equal(*pair) for pair in zip(before["nested"][BLOCK], after["nested"][BLOCK])]
    numbers = {
        "flat": flat.count_params(), "nested": nested.count_params(), "steps": steps, "still": sum(still),
        "flat_layers": len(flat.layers), "nested_layers": len(nested.layers), "last": moved["last"]["nested"],
        "weights": apart(before["flat"], before["nested"]), "outputs": outputs_apart, "gradients": gradients_apart,
    }  # fmt: skip
    block = nested.get_layer("block")
    yield Say("layers", numbers | {"block": block.count_params(), "twice": parameters_of_two_calls(block)})
    same = numbers["flat"] == numbers["nested"] and not any(numbers[n] for n in ("weights", "outputs", "gradients"))
    yield Verdict(
        holds=bool(same and all(still) and numbers["last"] > 0),
        observed="nothing" if all(still) else "all" if moved["first"]["nested"] else "averages",
        numbers=numbers,
    )
