"""A CNN has three kinds of layers, not three layers, and each kind carries another load.

LeNet-5, a VGG and a ResNet are built, the last two with every width (filters, units, classes) divided by 16 and on
images of 224 x 224, so that layers, shapes and, nearly, shares are those of the originals. The number in the names of
VGG and ResNet counts what has a kernel on the way from input to output: convolutions, without those in the shortcuts,
and fully connected layers. VGG-16 has 13 + 3, ResNet-50 has 49 + 1. Poolings, normalizations and additions do not
count. What Keras lists in model.layers is far longer: the control. LeNet-5 has five kernels, too, but its paper counts
seven layers, for its subsampling had coefficients to learn.

A kernel is applied at each position of its output: a convolution's weight takes part in as many multiplications as the
map has pixels, a weight of a fully connected layer in one. So VGG-16 has most of its parameters in three fully
connected layers, and nearly all its work in the thirteen convolutions. ResNets average the maps first; a single
fully connected layer is left, with 8 % of the parameters of ResNet-50.

Sources: Y. LeCun et al., Gradient-Based Learning Applied to Document Recognition, 1998, section II.B; K. Simonyan, A.
Zisserman, Very Deep Convolutional Networks, 2014, table 1; K. He et al., Deep Residual Learning, 2015, table 1.

    mlquiz demo cnn-anatomy --vgg 19 --resnet 18
    mlquiz demo cnn-anatomy --count-all
"""

from math import prod
from typing import Annotated

import keras
from keras import layers

from mlquiz.lab import Bars, Between, Events, Matching, Row, Say, Verdict

QUESTIONS = ["cnn-anatomy"]
CONTROL = {"count_all": True}
PREDICTION = {"choice": ["convolutions", "dense", "split", "reverse"]}
SEEDS = [0, 1, 2, 3, 4]

KINDS = {
    "convolution": layers.Conv2D,
    "pooling": (layers.AveragePooling2D, layers.MaxPooling2D, layers.GlobalAveragePooling2D),
    "dense": layers.Dense,
    "normalization": layers.BatchNormalization,
    "addition": layers.Add,
}
VGG = {"11": (1, 1, 2, 2, 2), "13": (2, 2, 2, 2, 2), "16": (2, 2, 3, 3, 3), "19": (2, 2, 4, 4, 4)}
RESNET = {"18": (2, 2, 2, 2), "34": (3, 4, 6, 3), "50": (3, 4, 6, 3)}


def chain(shape, *stack):
    x = image = keras.Input(shape)
    for layer in stack:
        x = layer(x)
    return keras.Model(image, x)


def build_lenet():
    return chain(
        (32, 32, 1),
        layers.Conv2D(6, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Conv2D(16, 5, activation="tanh"), layers.AveragePooling2D(2),
        layers.Flatten(), layers.Dense(120, "tanh"), layers.Dense(84, "tanh"), layers.Dense(10),
    )  # fmt: skip


def build_vgg(number, thin):
    stack = []
    for filters, convolutions in zip((64, 128, 256, 512, 512), VGG[number]):
        stack += [layers.Conv2D(filters // thin, 3, padding="same", activation="relu") for _ in range(convolutions)]
        stack.append(layers.MaxPooling2D(2))
    units = (4096 // thin, 4096 // thin, 1000 // thin)
    return chain((224, 224, 3), *stack, layers.Flatten(), *map(layers.Dense, units))


def convolution(x, filters, kernel, stride=1, name=None):
    x = layers.Conv2D(filters, kernel, strides=stride, padding="same", use_bias=False, name=name)(x)
    return layers.BatchNormalization()(x)


def build_resnet(number, thin):
    x = image = keras.Input((224, 224, 3))
    x = layers.ReLU()(convolution(x, 64 // thin, 7, stride=2))
    x = layers.MaxPooling2D(3, strides=2, padding="same")(x)
    for stage, blocks in enumerate(RESNET[number]):
        filters = 64 * 2**stage // thin
        widths, kernels = ([filters, filters, 4 * filters], [1, 3, 1]) if number == "50" else ([filters] * 2, [3, 3])
        for block in range(blocks):
            stride = 2 if stage and not block else 1
            f = convolution(x, widths[0], kernels[0], stride)
            for width, kernel in zip(widths[1:], kernels[1:]):
                f = convolution(layers.ReLU()(f), width, kernel)
            if x.shape != f.shape:
                x = convolution(x, widths[-1], 1, stride, name=f"shortcut_{stage}")
            x = layers.ReLU()(layers.Add()([x, f]))
    return keras.Model(image, layers.Dense(1000 // thin)(layers.GlobalAveragePooling2D()(x)))


def loads(model, kind):
    """Parameters and multiplications of the layers of a kind: a kernel is applied at each position of its output."""
    chosen = [layer for layer in model.layers if isinstance(layer, KINDS[kind])]
    work = (prod(layer.kernel.shape) * prod(layer.output.shape[1:-1]) for layer in chosen)
    return sum(layer.count_params() for layer in chosen), sum(work)


def run(
    vgg: Annotated[str, Matching("11|13|16|19", "19")] = "16",
    resnet: Annotated[str, Matching("18|34|50", "34")] = "50",
    thin: Annotated[int, Between(8, 32)] = 16,
    count_all: bool = False,
    seed: Annotated[int, Between(0, 9999)] = 0,
) -> Events:
    yield Say("start", {"thin": thin})
    keras.utils.set_random_seed(seed)
    networks = {"LeNet-5": build_lenet(), f"VGG-{vgg}": build_vgg(vgg, thin)}
    networks[f"ResNet-{resnet}"] = build_resnet(resnet, thin)
    counts, shares = [], {}
    for name, model in networks.items():
        kinds = {kind: sum(isinstance(layer, of) for layer in model.layers) for kind, of in KINDS.items()}
        shortcuts = sum(layer.name.startswith("shortcut") for layer in model.layers)
        kernels = kinds["convolution"] - shortcuts + kinds["dense"]
        counts.append(len(model.layers) if count_all else kernels)
        yield Row("kinds", {"network": name, **kinds, "listed": len(model.layers), "counted": counts[-1]})

        of_convolutions, of_dense = loads(model, "convolution"), loads(model, "dense")
        columns = ["parameters", "work", "dense-parameters", "dense-work"]
        yield Row("loads", {"network": name} | dict(zip(columns, of_convolutions + of_dense)))
        for what, *of in zip(["parameters", "work"], of_convolutions, of_dense):
            shares[f"{name.split('-')[0].lower()}-{what}"] = round(100 * of[1] / sum(of), 2)
        yield Bars("shares", shares, of=100)

    of_vgg = shares["vgg-parameters"], shares["vgg-work"]
    where = {(False, False): "convolutions", (True, True): "dense", (True, False): "split", (False, True): "reverse"}
    observed = where[tuple(share > 50 for share in of_vgg)]
    right = sum(name.endswith(f"-{count}") for name, count in zip(networks, counts) if name != "LeNet-5")
    yield Verdict(right == 2 and observed == "split", observed=observed, numbers={
        "right": right, "vgg": vgg, "resnet": resnet, "vgg_counted": counts[1], "resnet_counted": counts[2],
        "dense_parameters": of_vgg[0], "dense_work": of_vgg[1], "resnet_dense": shares["resnet-parameters"],
    })  # fmt: skip
