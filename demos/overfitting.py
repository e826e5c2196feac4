"""A gap is not overfitting: a model overfits if another one does worse in training and better on new data.

Polynomials are fitted to 40 points of sin(3x) plus noise, 200 times over. Straight line and degree 4 have the same gap,
and the line errs two and a half times as much on new data. Degree 9 has the widest gap of the three and still beats the
line; that it overfits shows only in the comparison with degree 4, which is worse in training and better on new data.

A gap comes with every fit, because the fit has seen the noise of its own examples and not that of others. For a model
of the right form with p weights it is about 2 s^2 p / n (s^2 is the variance of the noise): degree 4 should have
2 0.09 5 / 40 = 0.0225. It measures how much of the noise was fitted, and says nothing about what the model lacks.

What is lacking shows in the level at which the two learning curves meet. With five times the examples both gaps are
nearly closed: degree 9 has come down close to the noise, and the line is where it was.

The error on new data is computed on a fine grid, with the variance of the noise added. Without noise there is nothing
to overfit, and that is the control.

Sources: T. Mitchell, Machine Learning, 1997, section 3.7.1 (the definition); T. Hastie, R. Tibshirani, J. Friedman, The
Elements of Statistical Learning, 2nd ed., 2009, sections 7.3 and 7.4 (equation 7.24: the gap).

    mlquiz demo overfitting --examples 200
    mlquiz demo overfitting --sweep noise=0:1:11
"""

from typing import Annotated

import numpy as np
import tensorflow as tf

from mlquiz.lab import Between, Events, Plot, Row, Say, Verdict

QUESTIONS = ["overfitting-gap", "learning-curves"]
CONTROL = {"noise": 0.0}
PREDICTION = {"order": ["line", "four", "nine"]}
SEEDS = [0, 1, 2, 3, 4]
OUTCOMES = {"line": "line", "four": "four", "nine": "nine"}

DRAWS, MOST = 200, 200
DEGREES = {"line": 1, "four": 4, "nine": 9}
GRID = (np.arange(201) + 0.5) / 100.5 - 1


def features(x, degree):
    return np.polynomial.legendre.legvander(x, degree)


def errors(x, y, degree, noise):
    """Mean squared errors in training and on new data, for each draw."""
    weights = tf.linalg.lstsq(features(x, degree), y[..., None])
    training = y - (features(x, degree) @ weights)[..., 0]
    new = np.sin(3 * GRID) - (features(GRID, degree) @ weights)[..., 0]
    return np.mean(training**2, axis=1), np.mean(new**2, axis=1) + noise**2


def run(
    examples: Annotated[int, Between(25, 200)] = 40,
    noise: Annotated[float, Between(0.0, 1.0)] = 0.3,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    random = np.random.default_rng(seed)
    x = random.uniform(-1, 1, (DRAWS, MOST))
    y = np.sin(3 * x) + noise * random.normal(size=x.shape)

    measured = {}
    for degree in range(13):
        measured[degree] = training, new = errors(x[:, :examples], y[:, :examples], degree, noise)
        yield Plot("degrees", degree, {"training": np.median(training), "new": np.median(new), "noise": noise**2})

    for n in np.unique(np.geomspace(25, MOST, 25).round().astype(int)):
        curves = {}
        for name in ("line", "nine"):
            training, new = errors(x[:, :n], y[:, :n], DEGREES[name], noise)
            curves |= {f"{name}-training": np.median(training), f"{name}-new": np.median(new)}
        yield Plot("examples-seen", int(n), curves | {"noise": noise**2})

    medians = {name: np.median(measured[degree], axis=1) for name, degree in DEGREES.items()}
    gaps = {name: new - training for name, (training, new) in medians.items()}
    for name, (training, new) in medians.items():
        yield Row("three", {"polynomial": name, "training": training, "new": new, "gap": gaps[name]})
    four, nine, line = (measured[DEGREES[name]][1] for name in ("four", "nine", "line"))
    numbers = {
        **{name: new for name, (_, new) in medians.items()}, **{f"{name}_gap": gap for name, gap in gaps.items()},
        "draws": DRAWS, "beats_line": 100 * np.mean(nine < line), "beaten": 100 * np.mean(four < nine),
        "theory": 2 * noise**2 * (DEGREES["four"] + 1) / examples, "most": MOST,
        "line_end": curves["line-new"], "nine_end": curves["nine-new"], "floor": noise**2,
    }  # fmt: skip
    yield Say("gap", numbers)
    yield Say("more", numbers)

    order = sorted(medians, key=lambda name: medians[name][1])
    overfits = order == ["four", "nine", "line"] and medians["nine"][0] < medians["four"][0]
    split = any(40 < share < 60 for share in (numbers["beats_line"], numbers["beaten"]))  # the draws do not agree
    yield Verdict(
        holds=None if split else bool(overfits and gaps["nine"] > gaps["line"]),
        observed=None if split else ",".join(order),
        numbers=numbers,
    )
