"""Max pooling over windows dampens a shift; only pooling over the whole map makes the output invariant to it.

A lone peak may move inside its window and leaves the pooled map as it was; one step across the edge of a window, and
the map changes. Behind random 3 x 3 convolutions with ReLU a shift of a noise image by one pixel changes the maps by
1.19 of their norm before MaxPooling2D(2) and by 0.57 behind it (medians of ten). A shift by the stride moves the pooled
map by exactly one place, which is equivariance; in between there is neither. Global max pooling does not change at all
under a shift, but by 0.18 under a quarter turn and by 0.41 when the image is twice as large: pooling over positions
does nothing for these.

A window as large as the map is global pooling, the control.

Sources: R. Zhang, Making Convolutional Networks Shift-Invariant Again, ICML 2019, section 3; I. Goodfellow, Y. Bengio,
A. Courville, Deep Learning, 2016, section 9.3; Keras 3.15.1, keras/src/ops/operation_utils.py,
compute_pooling_output_shape.

    mlquiz demo pooling-invariance --pool 3
    mlquiz demo pooling-invariance --pool 8 --stride 8
"""

from typing import Annotated

import keras
import numpy as np

from mlquiz.lab import Between, Events, Plot, Row, Say, Shades, Verdict

QUESTIONS = ["pooling-invariance", "pool-output-size"]
CONTROL = {"pool": 32}
PREDICTION = {"choice": ["nothing", "less", "more"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"before": "before", "pooled": "pooled"}

SIDE, IMAGE, SHIFTS = 32, 16, 7  # the image lies in the middle and never reaches the edge
INVARIANT = 0.01


def pooled(maps, pool, stride):
    return keras.layers.MaxPooling2D(pool, strides=stride)(maps).numpy()


def pooled_rows(rows, pool, stride):
    return (rows - pool) // stride + 1


def change(after, before):
    return np.linalg.norm(after - before) / np.linalg.norm(before)


def noise_image(random):
    margin = (SIDE - IMAGE) // 2
    return np.pad(random.normal(size=(IMAGE, IMAGE)), margin).astype("float32")[..., None]


def changes(image, pool, stride):
    """What shifts by 0 to 6 pixels, a quarter turn and a doubling change behind one random convolution."""
    convolution = keras.layers.Conv2D(8, 3, padding="same", activation="relu", use_bias=False)
    maps = convolution(np.stack([np.roll(image, shift, axis=1) for shift in range(SHIFTS)]))
    small = pooled(maps, pool, stride)
    largest = keras.layers.GlobalMaxPooling2D()
    vector = largest(maps).numpy()
    by_shift = []
    for shift in range(SHIFTS):
        places = min(shift // stride, small.shape[2] - 1)  # by which the pooled map should move
        moved = change(small[shift, :, places:], small[0, :, : small.shape[2] - places])
        by_shift.append(
            [change(maps[shift], maps[0]), change(small[shift], small[0]), moved, change(vector[shift], vector[0])]
        )
    turned = largest(convolution(np.rot90(image)[None].copy())).numpy()[0]
    doubled = largest(convolution(image.repeat(2, 0).repeat(2, 1)[None])).numpy()[0]
    return np.array(by_shift), change(turned, vector[0]), change(doubled, vector[0])


def run(
    pool: Annotated[int, Between(1, 32)] = 2,
    stride: Annotated[int, Between(1, 8)] = 2,
    images: Annotated[int, Between(3, 20)] = 10,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    width = max(8, pool)
    peaks = np.eye(width, dtype="float32")[:, None, :, None]
    small = keras.layers.MaxPooling2D((1, pool), strides=stride)(peaks).numpy()
    gap = np.zeros(2)
    drawn = {
        str(place): np.concatenate([peaks[place - 1].ravel(), gap, small[place - 1].ravel()]) for place in range(1, 6)
    }
    yield Shades("peak", drawn)
    stays = sum(np.array_equal(one, other) for one, other in zip(small, small[1:]))
    yield Say("peak", {"stays": stays, "moves": width - 1})

    results = []
    for number in range(images):
        keras.utils.set_random_seed(10 * seed + number)
        results.append(changes(noise_image(np.random.default_rng(10 * seed + number)), pool, stride))
    by_shift, turned, doubled = (np.median(values, axis=0) for values in zip(*results))
    names = ("before", "pooled", "moved", "global")
    for shift, values in enumerate(by_shift):
        yield Plot("shift", shift, dict(zip(names, values)))
    for name, value in {"one-pixel": by_shift[1, 3], "turned": turned, "doubled": doubled}.items():
        yield Row("global-change", {"image": name, "change": value})

    cases = [(rows, p, s) for rows in (7, 8, 32) for p in (1, 2, 3, 5) for s in (1, 2, 3)]
    agree = sum(pooled(np.zeros((1, n, n, 1)), p, s).shape[1] == pooled_rows(n, p, s) for n, p, s in cases)
    rows = pooled_rows(SIDE, pool, stride)
    yield Say("size", {"side": SIDE, "pool": pool, "stride": stride, "rows": rows, "agree": agree, "cases": len(cases)})

    before, after = by_shift[1, :2]
    spread = np.array([one[0][1, 1] for one in results])
    numbers = {
        "pool": pool, "stride": stride, "images": images, "before": before, "pooled": after,
        "least": spread.min(), "most": spread.max(), "turned": turned, "doubled": doubled,
        "global": by_shift[:, 3].max(),
    }  # fmt: skip
    yield Verdict(
        holds=bool(after > INVARIANT > numbers["global"] and min(turned, doubled) > INVARIANT),
        observed="nothing" if after < INVARIANT else "less" if after < before else "more",
        numbers=numbers,
    )
