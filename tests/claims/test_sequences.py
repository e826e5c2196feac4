"""Claims of the questions on sequences, embeddings and attention."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

# sequences


def _averaged(sequence: tf.Tensor | np.ndarray, mask: np.ndarray | None = None) -> float:
    return np.array(layers.GlobalAveragePooling1D()(sequence, mask=mask)).item()


def test_masked_mean_divides_by_the_steps_that_are_not_masked() -> None:
    """2, 4, 9 padded to 6 steps: 5 with the mask, 2.5 without; all masked gives NaN."""
    sequence = np.array([2, 4, 9, 0, 0, 0], "float32").reshape(1, 6, 1)
    assert _averaged(layers.Masking(0.0)(sequence)) == 5.0
    assert _averaged(sequence) == 2.5
    assert np.isnan(_averaged(np.zeros((1, 6, 1), "float32"), mask=np.zeros((1, 6), bool)))


def test_masking_looks_at_values_not_positions() -> None:
    """4, 0, 8 padded with zeros: the real zero is masked too, and the mean is 6, not 4."""
    sequence = np.array([4, 0, 8, 0, 0, 0], "float32").reshape(1, 6, 1)
    assert _averaged(layers.Masking(0.0)(sequence)) == 6.0


def test_conv1d_drops_the_mask_and_the_mean_is_over_all_steps() -> None:
    """Conv1D warns and loses the mask: the divisor is the padded length again."""
    sequence = np.array([2, 4, 9, 0, 0, 0], "float32").reshape(1, 6, 1)
    identity = layers.Conv1D(1, 1, kernel_initializer="ones", use_bias=False)
    with pytest.warns(UserWarning, match="does not support mask"):
        carried = identity(layers.Masking(0.0)(sequence))
    assert _averaged(carried) == 2.5


def test_pad_sequences_pads_and_cuts_in_front_text_vectorization_behind() -> None:
    """The defaults of pad_sequences are pre and pre; TextVectorization appends zeros and cuts the end."""
    ragged = [[3, 5], [1, 2, 4, 6, 8]]
    padded = keras.utils.pad_sequences(ragged, maxlen=4)
    assert padded.tolist() == [[0, 0, 3, 5], [2, 4, 6, 8]]
    behind = keras.utils.pad_sequences(ragged, maxlen=4, padding="post", truncating="post")
    assert behind.tolist() == [[3, 5, 0, 0], [1, 2, 4, 6]]
    vectorize = layers.TextVectorization(output_sequence_length=4, vocabulary=list("abcde"))
    assert np.array(vectorize(["a b", "a b c d e"])).tolist() == [[2, 3, 0, 0], [2, 3, 4, 5]]


def test_padding_saves_no_information_and_can_destroy_some() -> None:
    """[0, 7] and [7] become the same row; an LSTM alone with [3, 5] ends as after the padded, masked row."""
    rows = keras.utils.pad_sequences([[0, 7], [7]])
    assert rows[0].tolist() == rows[1].tolist() == [0, 7]
    cut = keras.utils.pad_sequences([[1, 2, 4, 6, 8], [9, 2, 4, 6, 8]], maxlen=4)
    assert cut[0].tolist() == cut[1].tolist()
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        embedding, lstm = layers.Embedding(10, 4, mask_zero=True), layers.LSTM(8, use_cudnn=False)
        alone = lstm(embedding(np.array([[3, 5]])))
        for row in ([0, 0, 3, 5], [3, 5, 0, 0]):
            padded = embedding(np.array([row]))
            np.testing.assert_allclose(lstm(padded), alone, atol=1e-6)
            unmasked = lstm(tf.identity(padded), mask=np.ones((1, 4), bool))
            assert np.abs(np.array(unmasked) - np.array(alone)).max() > 1e-4


# embeddings


def _looked_up_and_multiplied(tokens: np.ndarray) -> tuple[float, float, np.ndarray, int]:
    """Largest difference in output and gradient, the matrix product's gradient, and the rows stored by the lookup."""
    embedding, dense = layers.Embedding(1000, 16), layers.Dense(16, use_bias=False)
    embedding.build()
    dense.build((None, 1000))
    dense.kernel.assign(embedding.embeddings)
    places = tf.range(1.0, tokens.shape[1] + 1)[None, :, None]
    with tf.GradientTape(persistent=True) as tape:
        looked_up, multiplied = embedding(tokens), dense(tf.one_hot(tokens, 1000))
        losses = [tf.reduce_sum(tf.sin(3 * output) * places) for output in (looked_up, multiplied)]
    sparse = tape.gradient(losses[0], embedding.embeddings.value)
    full = tape.gradient(losses[1], dense.kernel.value)
    difference = float(tf.reduce_max(tf.abs(tf.convert_to_tensor(sparse) - full)))
    return float(tf.reduce_max(tf.abs(looked_up - multiplied))), difference, full.numpy(), sparse.values.shape[0]


def test_embedding_is_a_product_with_one_hot_vectors() -> None:
    """Output and gradient agree to the bit; absent tokens' rows get exactly zero; the lookup stores 4 rows of 1000."""
    for seed in range(5):
        keras.utils.set_random_seed(seed)
        output, gradient, full, stored = _looked_up_and_multiplied(np.array([[3, 7, 7, 999]]))
        assert output == 0.0
        assert gradient <= 1e-6
        assert np.flatnonzero(np.abs(full).sum(axis=1)).tolist() == [3, 7, 999]
        assert stored == 4


def _rows_moved_in_the_second_step(
    optimizer: keras.optimizers.Optimizer, regularizer: keras.regularizers.Regularizer | None = None
) -> tuple[list[int], np.ndarray]:
    """Tokens 2 and 5 in the first batch, 7 alone in the second: which of ten rows move then, and how far."""
    keras.utils.set_random_seed(1)
    embedding = layers.Embedding(10, 4, embeddings_regularizer=regularizer)
    model = keras.Sequential(
        [keras.Input((3,), dtype="int32"), embedding, layers.GlobalAveragePooling1D(), layers.Dense(1)]
    )
    model.compile(optimizer, "mse")
    model.train_on_batch(np.array([[2, 5, 2]]), np.array([[1.0]]))
    before = embedding.embeddings.numpy().copy()
    model.train_on_batch(np.array([[7, 7, 7]]), np.array([[1.0]]))
    moved = np.abs(embedding.embeddings.numpy() - before).max(axis=1)
    return np.flatnonzero(moved).tolist(), moved


def test_rows_of_absent_tokens_can_move_all_the_same() -> None:
    """Plain SGD leaves them; momentum and Adam move rows met earlier; AdamW and an L2 penalty move all."""
    optimizers = keras.optimizers
    assert _rows_moved_in_the_second_step(optimizers.SGD(0.1))[0] == [7]
    assert _rows_moved_in_the_second_step(optimizers.SGD(0.1, momentum=0.9))[0] == [2, 5, 7]
    rows, moved = _rows_moved_in_the_second_step(optimizers.Adam(0.01))
    assert rows == [2, 5, 7]
    assert abs(moved[5] - 0.0067) < 1e-4
    assert _rows_moved_in_the_second_step(optimizers.AdamW(0.01))[0] == list(range(10))
    penalty = keras.regularizers.L2(1e-3)
    assert _rows_moved_in_the_second_step(optimizers.SGD(0.1), penalty)[0] == list(range(10))


def _first_adam_step(tokens: list[int], looked_up: bool) -> np.ndarray:
    """How far Adam(0.01) moves each row of the matrix in its first step."""
    layer = layers.Embedding(10, 4) if looked_up else layers.Dense(4, use_bias=False)
    inputs = np.array([tokens]) if looked_up else np.eye(10, dtype="float32")[[tokens]]
    model = keras.Sequential([keras.Input(inputs.shape[1:], dtype=inputs.dtype.name), layer])
    model.add(layers.GlobalAveragePooling1D())
    model.add(layers.Dense(1, kernel_initializer="ones"))
    model.compile(keras.optimizers.Adam(0.01), "mse")
    before = layer.get_weights()[0]
    model.train_on_batch(inputs, np.array([[1.0]]))
    return np.abs(layer.get_weights()[0] - before).max(axis=1)


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="only there is a lookup's gradient stored by rows")
def test_a_token_twice_in_a_batch_makes_adam_step_further_than_with_one_hot_vectors() -> None:
    """Adam squares the rows of the lookup before they are added up: √2 learning rates instead of one."""
    keras.utils.set_random_seed(0)
    np.testing.assert_allclose(_first_adam_step([2, 5, 2], looked_up=True)[[2, 5]], [0.01414, 0.01], rtol=1e-2)
    np.testing.assert_allclose(_first_adam_step([2, 5, 2], looked_up=False)[[2, 5]], [0.01, 0.01], rtol=1e-2)
    np.testing.assert_allclose(_first_adam_step([2, 5, 6], looked_up=True)[[2, 5, 6]], 0.01, rtol=1e-2)


def test_embedding_parameters_are_rows_times_dimension() -> None:
    """mask_zero changes nothing, sequence length neither; the LSTM behind is small beside the table."""
    for masked in (False, True):
        embedding = layers.Embedding(20000, 128, mask_zero=masked)
        assert embedding(np.zeros((1, 100), int)).shape == (1, 100, 128)
        assert embedding.count_params() == 2_560_000
    lstm = layers.LSTM(64)
    lstm.build((None, 100, 128))
    assert lstm.count_params() == 49_408
    tied = layers.ReversibleEmbedding(1000, 16)
    assert tied(tied(np.array([[1, 2]])), reverse=True).shape == (1, 2, 1000)
    assert tied.count_params() == 16_000


def test_row_zero_is_stored_and_gets_no_gradient_behind_a_mask() -> None:
    """With mask_zero and a layer that reads the mask, row 0 gets exactly zero; without, it does not."""
    tokens = np.array([[3, 5, 0, 0]])
    for masked in (True, False):
        embedding = layers.Embedding(10, 4, mask_zero=masked)
        embedding.build()
        with tf.GradientTape() as tape:
            total = tf.reduce_sum(layers.GlobalAveragePooling1D()(embedding(tokens)))
        gradient = tf.convert_to_tensor(tape.gradient(total, embedding.embeddings.value)).numpy()
        assert (np.abs(gradient[0]).max() == 0.0) == masked
        assert np.abs(gradient[3]).max() > 0


_RIVER, _FLOWS = ["river", "shore", "water"], ["swim", "flow", "boat"]
_MONEY, _PAYS = ["money", "loan", "cash"], ["pay", "lend", "save"]
_WORDS = [*_RIVER, *_MONEY, "bank", "hot", "cold", "soup", "tea", "bath", *_FLOWS, *_PAYS]


def _skip_gram_cosines(seed: int) -> np.ndarray:
    """Cosines of all pairs of words after training on 400 two-word sentences, both directions of each."""
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    pairs = []
    for _ in range(400):
        first, second = [
            ([*_RIVER, "bank"], _FLOWS),
            ([*_MONEY, "bank"], _PAYS),
            (["hot", "cold"], ["soup", "tea", "bath"]),
        ][random.integers(3)]
        one, other = _WORDS.index(random.choice(first)), _WORDS.index(random.choice(second))
        pairs += [(one, other), (other, one)]
    words, neighbours = np.array(pairs).T
    embedding = layers.Embedding(len(_WORDS), 5)
    model = keras.Sequential([keras.Input((), dtype="int32"), embedding, layers.Dense(len(_WORDS), use_bias=False)])
    model.compile(keras.optimizers.Adam(0.02), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    model.fit(words, neighbours, batch_size=64, epochs=10, verbose=0)
    vectors = embedding.embeddings.numpy().copy()
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors @ vectors.T


def _mean_cosine(cosines: np.ndarray, some: list[str], others: list[str]) -> float:
    pairs = [(one, other) for one in some for other in others if one != other]
    return float(np.mean([cosines[_WORDS.index(one), _WORDS.index(other)] for one, other in pairs]))


def test_a_static_vector_mixes_the_senses_and_antonyms_are_close() -> None:
    """bank lies between its two fields, each of which is close in itself; hot and cold share contexts and are close."""
    for seed in range(2):
        cosines = _skip_gram_cosines(seed)
        assert _mean_cosine(cosines, ["hot"], ["cold"]) > 0.9
        for field in (_RIVER, _MONEY):
            assert _mean_cosine(cosines, field, field) > 0.85
            assert 0.45 < _mean_cosine(cosines, ["bank"], field) < 0.85
        assert _mean_cosine(cosines, _RIVER, _MONEY) < 0.25


# attention


def _pairs(random: np.random.Generator, examples: int, pairs: int) -> tuple[list[np.ndarray], np.ndarray]:
    """Keys in random order, each with a bit of ±1; then one of the keys is asked for."""
    keys = np.argsort(random.random((examples, pairs)), axis=1)
    bits = random.integers(0, 2, (examples, pairs)) * 2 - 1
    asked = random.integers(0, pairs, examples)
    read = np.concatenate([np.eye(pairs)[keys], bits[:, :, None]], axis=2).astype("float32")
    rows = np.arange(examples)
    return [read, np.eye(pairs, dtype="float32")[keys[rows, asked]]], bits[rows, asked] > 0


def _recall(pairs: int, attends: bool, seed: int) -> float:
    """Share of bits recalled after 200 steps, from the last state of LSTM(16) or by attention over all its states."""
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    read, asked = keras.Input((pairs, pairs + 1)), keras.Input((pairs,))
    states = layers.LSTM(16, return_sequences=attends, unroll=True)(read)
    if attends:
        query = layers.Reshape((1, 16))(layers.Dense(16)(asked))
        states = layers.Flatten()(layers.Attention()([query, states]))
    hidden = layers.Dense(32, activation="relu")(layers.Concatenate()([states, asked]))
    model = keras.Model([read, asked], layers.Dense(1)(hidden))
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    inputs, bits = _pairs(random, 256 * 200, pairs)
    model.fit(inputs, bits[:, None], batch_size=256, verbose=0)
    inputs, bits = _pairs(random, 4000, pairs)
    return float(((np.array(model(inputs))[:, 0] > 0) == bits).mean())


def test_attention_recalls_sixteen_pairs_where_the_last_state_recalls_four() -> None:
    """200 steps: the last state has 4 pairs but not 16, attention over the states has the 16."""
    assert _recall(4, attends=False, seed=0) > 0.97
    assert _recall(16, attends=False, seed=0) < 0.7
    assert _recall(16, attends=True, seed=0) > 0.97


def test_unscaled_scores_have_the_root_of_the_dimension_as_deviation_and_saturate_the_softmax() -> None:
    """4 to 1024 components: deviation √d; the largest of 16 weights 0.43 to 0.96 unscaled, 0.25 scaled; Σp(1-p) falls."""
    random = np.random.default_rng(0)
    largest = {4: 0.43, 64: 0.84, 256: 0.92, 1024: 0.96}
    for dimension, expected in largest.items():
        query = random.standard_normal((1000, 1, dimension)).astype("float32")
        keys = random.standard_normal((1000, 16, dimension)).astype("float32")
        scores = np.einsum("bqd,bkd->bk", query, keys)
        assert abs(scores.std() / np.sqrt(dimension) - 1) < 0.03
        _, weights = layers.Attention()([query, keys, keys], return_attention_scores=True)
        unscaled, scaled, shrunk = (
            np.array(keras.ops.softmax(scores / divisor)) for divisor in (1, np.sqrt(dimension), dimension)
        )
        np.testing.assert_allclose(np.array(weights)[:, 0], unscaled, atol=1e-3)
        assert abs(unscaled.max(axis=1).mean() - expected) < 0.015
        assert 0.23 < scaled.max(axis=1).mean() < 0.26
        if dimension == 256:
            slopes = [(weights * (1 - weights)).sum(axis=1).mean() for weights in (unscaled, scaled)]
            np.testing.assert_allclose(slopes, [0.11, 0.87], atol=0.02)
            assert abs(shrunk.max(axis=1).mean() - 0.07) < 0.005


def test_multi_head_attention_scales_and_attention_does_not() -> None:
    """MultiHeadAttention is a softmax of scores over √key_dim; use_scale is one learned factor, 1 at the start."""
    keras.utils.set_random_seed(0)
    random = np.random.default_rng(0)
    query, value = (random.standard_normal((2, steps, 64)).astype("float32") for steps in (3, 16))
    heads = layers.MultiHeadAttention(1, 64)
    _, weights = heads(query, value, return_attention_scores=True)
    queries, keys = heads._query_dense(query)[:, :, 0], heads._key_dense(value)[:, :, 0]
    scores = np.einsum("bqd,bkd->bqk", queries, keys)
    np.testing.assert_allclose(np.array(weights)[:, 0], keras.ops.softmax(scores / 8), atol=1e-6)
    assert np.abs(np.array(weights)[:, 0] - np.array(keras.ops.softmax(scores))).max() > 0.01
    plain, learned = layers.Attention(), layers.Attention(use_scale=True)
    np.testing.assert_array_equal(plain([query, value]), learned([query, value]))
    assert (plain.count_params(), learned.count_params()) == (0, 1)


def test_different_attention_weights_give_the_same_output() -> None:
    """States (1, 0), (0, 1), (½, ½): the weights (½, ½, 0) and (0, 0, 1) give (½, ½) both."""
    states = np.array([[[1, 0], [0, 1], [0.5, 0.5]]], "float32")
    keys = 100 * np.eye(3, dtype="float32")[None]
    for query, expected in (([1, 1, 0], [0.5, 0.5, 0]), ([0, 0, 1], [0, 0, 1])):
        output, weights = layers.Attention()(
            [np.array([[query]], "float32"), states, keys], return_attention_scores=True
        )
        np.testing.assert_allclose(np.array(weights)[0, 0], expected, atol=1e-20)
        assert np.array(output).tolist() == [[[0.5, 0.5]]]


def _decided_by_the_first_token(seed: int) -> tuple[float, float, float, float]:
    """Accuracy, the first position's mean weight, and the share of decisions that turn when the first token is changed,
    and when the most heavily weighted later one is."""
    keras.utils.set_random_seed(seed)
    random = np.random.default_rng(seed)
    tokens = keras.Input((10,), dtype="int32")
    states = layers.LSTM(16, return_sequences=True, unroll=True)(layers.Embedding(20, 8)(tokens))
    weights = layers.Softmax(axis=1)(layers.Dense(1)(layers.Dense(16, activation="tanh")(states)))
    logit = layers.Dense(1)(layers.Flatten()(layers.Dot(axes=1)([weights, states])))
    model, both = keras.Model(tokens, logit), keras.Model(tokens, [logit, weights])
    model.compile(keras.optimizers.Adam(0.01), keras.losses.BinaryCrossentropy(from_logits=True))
    texts = random.integers(0, 20, (256 * 150, 10))
    model.fit(texts, texts[:, :1] % 2, batch_size=256, verbose=0)
    texts = random.integers(0, 20, (2000, 10))
    logits, shares = (np.array(output)[..., 0] for output in both(texts))
    decided, rows, turned = logits > 0, np.arange(2000), []
    for position in (np.zeros(2000, int), shares[:, 1:].argmax(axis=1) + 1):
        changed = texts.copy()
        changed[rows, position] ^= 1
        turned.append(float(((np.array(model(changed))[:, 0] > 0) != decided).mean()))
    return float((decided == texts[:, 0] % 2).mean()), float(shares[:, 0].mean()), *turned


def test_the_decisive_token_need_not_get_the_attention() -> None:
    """The first of ten tokens alone decides and gets less than its even share; changing the heaviest later one turns none."""
    accuracy, share, turned_by_first, turned_by_heaviest = _decided_by_the_first_token(0)
    assert accuracy > 0.99
    assert share < 0.09
    assert turned_by_first > 0.99
    assert turned_by_heaviest < 0.01
