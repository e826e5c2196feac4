"""Numeric questions that are drawn afresh at each showing: variables for the text, and the answer in closed form.

Each generator is a function from a source of randomness to (variables, answer). The tests hold every closed form
against Keras itself over many random draws. Numbers are drawn so that one can do the sum in an interview.
"""

from collections.abc import Callable, Mapping
from math import ceil
from random import Random

Draw = tuple[Mapping[str, float], float]


def dense_parameters(random: Random) -> Draw:
    """Kernel and bias of Dense: (inputs + 1) * units (Keras Dense.build)."""
    inputs, units = random.choice((8, 16, 30, 64, 100, 128, 784)), random.choice((1, 2, 5, 10, 16, 32, 64, 100, 128))
    return {"inputs": inputs, "units": units}, (inputs + 1) * units


def conv2d_parameters(random: Random) -> Draw:
    """Kernel and bias of Conv2D: (kernel^2 * channels + 1) * filters (Keras BaseConv.build)."""
    height, width = (random.choice((28, 32, 50, 64, 100, 224)) for _ in range(2))
    channels, filters = random.choice((1, 3, 8, 16, 32, 64)), random.choice((8, 16, 32, 64))
    kernel = random.choice((1, 3, 5, 7))
    variables = {"height": height, "width": width, "channels": channels, "filters": filters, "kernel": kernel}
    return variables, (kernel**2 * channels + 1) * filters


def separable_conv2d_parameters(random: Random) -> Draw:
    """One kernel a channel, then 1 x 1 over the channels, and the bias: kernel^2 * channels + (channels + 1) * filters.

    Source: Keras BaseSeparableConv.build with depth_multiplier 1; the depthwise half has no bias.
    """
    height, width = (random.choice((14, 28, 32, 56, 64)) for _ in range(2))
    channels, filters = random.choice((3, 8, 16, 32, 64)), random.choice((8, 16, 32, 64, 128))
    kernel = random.choice((3, 5, 7))
    variables = {"height": height, "width": width, "channels": channels, "filters": filters, "kernel": kernel}
    return variables, kernel**2 * channels + (channels + 1) * filters


def conv1d_output_length(random: Random) -> Draw:
    """Positions of a dilated kernel with padding "valid": floor((length - dilation * (kernel - 1) - 1) / stride) + 1.

    Keras refuses strides and dilation together, so at most one of them is above 1.
    """
    length, kernel = random.choice((20, 28, 32, 50, 64, 100, 128)), random.choice((2, 3, 4, 5, 7))
    stride, dilation = random.choice(((1, 1), (2, 1), (3, 1), (4, 1), (1, 2), (1, 3)))
    variables = {"length": length, "kernel": kernel, "stride": stride, "dilation": dilation}
    return variables, (length - dilation * (kernel - 1) - 1) // stride + 1


def conv2d_transpose_size(random: Random) -> Draw:
    """Rows out of Conv2DTranspose with padding "valid": size * stride + max(kernel - stride, 0).

    Source: keras/src/backend/common/backend_utils.py, _get_output_shape_given_tf_padding.
    """
    size, kernel = random.choice((4, 5, 7, 8, 14, 16, 28)), random.choice((2, 3, 4, 5))
    stride = random.choice((1, 2, 3))
    return {"size": size, "kernel": kernel, "stride": stride}, size * stride + max(kernel - stride, 0)


def pool_output_size(random: Random) -> Draw:
    """Rows out of MaxPooling2D with padding "valid": floor((size - pool) / stride) + 1."""
    size, pool = random.choice((7, 13, 14, 27, 28, 32, 55, 56, 63, 112)), random.choice((2, 3, 4))
    stride = random.choice((1, 2, 3))
    return {"size": size, "pool": pool, "stride": stride}, (size - pool) // stride + 1


def receptive_field(random: Random) -> Draw:
    """Input positions that one output of three stacked convolutions sees: 1 + sum (kernel_i - 1) * stride before i.

    Source: A. Araujo, W. Norris, J. Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill 2019.
    """
    kernels = [random.choice((3, 5, 7)), random.choice((3, 5)), random.choice((3, 5, 7))]
    strides = [random.choice((1, 2, 3)), random.choice((1, 2))]
    variables = {f"kernel{number}": kernel for number, kernel in enumerate(kernels, 1)}
    variables |= {f"stride{number}": stride for number, stride in enumerate(strides, 1)}
    first, second, third = (kernel - 1 for kernel in kernels)
    return variables, 1 + first + second * strides[0] + third * strides[0] * strides[1]


def embedding_parameters(random: Random) -> Draw:
    """A row for each token: vocabulary * dimension (Keras Embedding.build)."""
    vocabulary, dimension = (
        random.choice((500, 1000, 5000, 10_000, 20_000, 50_000)),
        random.choice((8, 50, 64, 100, 128, 300)),
    )
    return {"vocabulary": vocabulary, "dimension": dimension}, vocabulary * dimension


def lstm_parameters(random: Random) -> Draw:
    """Four gates, each with kernel, recurrent kernel and bias: 4 * units * (features + units + 1) (Keras LSTMCell)."""
    features, units = random.choice((4, 8, 10, 20, 32, 64, 100)), random.choice((4, 8, 10, 16, 32, 50, 64))
    return {"features": features, "units": units}, 4 * units * (features + units + 1)


def gru_parameters(random: Random) -> Draw:
    """Three gates, two bias vectors as `reset_after=True` needs: 3 * units * (features + units + 2) (Keras GRUCell)."""
    features, units = random.choice((4, 8, 10, 20, 32, 64, 100)), random.choice((4, 8, 10, 16, 32, 50, 64))
    return {"features": features, "units": units}, 3 * units * (features + units + 2)


def batch_norm_parameters(random: Random) -> Draw:
    """Moving mean and moving variance, which no gradient reaches: 2 * channels (Keras BatchNormalization.build)."""
    height, width = (random.choice((7, 14, 28, 32, 56)) for _ in range(2))
    channels = random.choice((8, 16, 32, 48, 64, 128, 256))
    return {"height": height, "width": width, "channels": channels}, 2 * channels


def batch_norm_moving_mean(random: Random) -> Draw:
    """What a moving mean that starts at 0 has covered: mean * (1 - 0.99^steps) (Keras default momentum 0.99)."""
    mean, steps = random.choice((1, 2, 3, 4, 5, 6, 8, 10, 20, 50)), random.choice((1, 2, 10, 50, 100, 200))
    return {"mean": mean, "steps": steps}, mean * (1 - 0.99**steps)


def steps_per_epoch(random: Random) -> Draw:
    """Updates that `fit` makes: ceil(examples / batch) * epochs; the last batch may be smaller."""
    examples, batch = random.choice((100, 250, 500, 1000, 1200, 5000, 60_000)), random.choice((16, 32, 64, 100, 128))
    epochs = random.choice((1, 2, 3, 5, 10))
    return {"examples": examples, "batch": batch, "epochs": epochs}, ceil(examples / batch) * epochs


def early_stopping_epochs(random: Random) -> Draw:
    """Epochs that run when the best has the 0-based index `best`: best + 1 + patience (Keras EarlyStopping)."""
    best, patience = random.randrange(0, 12), random.choice((1, 2, 3, 5, 10))
    return {"best": best, "patience": patience}, best + 1 + patience


def step_decay_value(random: Random) -> Draw:
    """Halved every so many epochs, the callback counting from 0: initial * 0.5^floor(epoch / every)."""
    initial, every = random.choice((0.1, 0.2, 0.4, 0.8, 0.01, 0.04)), random.choice((2, 3, 5, 10))
    epoch = random.randrange(0, 3 * every + 1)
    return {"initial": initial, "every": every, "epoch": epoch}, initial * 0.5 ** (epoch // every)


def exponential_decay_value(random: Random) -> Draw:
    """initial * rate^(step / decay_steps) (Keras ExponentialDecay, staircase=False)."""
    initial, rate = random.choice((0.1, 0.2, 0.4, 0.8, 0.01)), random.choice((0.25, 0.5, 0.81, 0.9, 0.64))
    decay_steps = random.choice((100, 200, 500, 1000))
    step = decay_steps * random.choice((1, 2, 3, 4, 5, 6)) // 2
    variables = {"initial": initial, "rate": rate, "decay_steps": decay_steps, "step": step}
    return variables, initial * rate ** (step / decay_steps)


def linear_warmup_value(random: Random) -> Draw:
    """target * step / warmup while step < warmup (Keras CosineDecay._warmup_function from 0)."""
    target, warmup = random.choice((0.001, 0.01, 0.1, 0.2, 0.4, 0.8)), random.choice((20, 50, 100, 200, 500, 1000))
    step = warmup * random.choice((1, 2, 5, 10, 12, 15, 19)) // 20
    return {"target": target, "warmup": warmup, "step": step}, target * step / warmup


def momentum_step(random: Random) -> Draw:
    """Three steps of SGD with momentum m under a constant gradient g: w - lr * g * (3 + 2 m + m^2).

    Velocity: v = m * v - lr * g, w = w + v (keras/src/optimizers/sgd.py).
    """
    start, gradient = random.choice((0, 1, 2, 5, 10)), random.choice((-4, -2, -1, 1, 2, 4))
    learning_rate, momentum = random.choice((0.1, 0.2, 0.5)), random.choice((0.5, 0.8, 0.9))
    variables = {"start": start, "gradient": gradient, "learning_rate": learning_rate, "momentum": momentum}
    return variables, start - learning_rate * gradient * (3 + 2 * momentum + momentum**2)


def weight_decay_after_steps(random: Random) -> Draw:
    """What decoupled decay alone leaves: start * (1 - learning_rate * weight_decay)^steps.

    Source: keras/src/optimizers/base_optimizer.py, BaseOptimizer._apply_weight_decay.
    """
    start, learning_rate = random.choice((1, 2, 5, 10)), random.choice((0.1, 0.5, 1.0))
    weight_decay = random.choice((0.01, 0.02, 0.1, 0.2))
    steps = random.choice((2, 3, 10) if learning_rate * weight_decay > 0.01 else (2, 3, 10, 100))
    variables = {"start": start, "learning_rate": learning_rate, "weight_decay": weight_decay, "steps": steps}
    return variables, start * (1 - learning_rate * weight_decay) ** steps


def l2_penalty_value(random: Random) -> Draw:
    """factor * sum of the squared weights (Keras L2.__call__)."""
    factor = random.choice((0.001, 0.01, 0.1, 0.5))
    weights = {name: random.choice((-4, -3, -2, -1, 1, 2, 3, 4)) for name in ("w1", "w2", "w3")}
    return {"factor": factor} | weights, factor * sum(weight**2 for weight in weights.values())


def masked_mean(random: Random) -> Draw:
    """The mean over the three steps that are no padding (Keras GlobalAveragePooling1D with a mask)."""
    values = {name: random.randrange(1, 13) for name in ("a", "b", "c")}
    return values | {"length": random.choice((4, 5, 6, 8, 10))}, sum(values.values()) / 3


GENERATORS: Mapping[str, Callable[[Random], Draw]] = {
    "dense-parameters": dense_parameters,
    "conv2d-parameters": conv2d_parameters,
    "separable-conv2d-parameters": separable_conv2d_parameters,
    "conv1d-output-length": conv1d_output_length,
    "conv2d-transpose-size": conv2d_transpose_size,
    "pool-output-size": pool_output_size,
    "receptive-field": receptive_field,
    "embedding-parameters": embedding_parameters,
    "lstm-parameters": lstm_parameters,
    "gru-parameters": gru_parameters,
    "batch-norm-parameters": batch_norm_parameters,
    "batch-norm-moving-mean": batch_norm_moving_mean,
    "steps-per-epoch": steps_per_epoch,
    "early-stopping-epochs": early_stopping_epochs,
    "step-decay-value": step_decay_value,
    "exponential-decay-value": exponential_decay_value,
    "linear-warmup-value": linear_warmup_value,
    "momentum-step": momentum_step,
    "weight-decay-after-steps": weight_decay_after_steps,
    "l2-penalty-value": l2_penalty_value,
    "masked-mean": masked_mean,
}
