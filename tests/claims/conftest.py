"""The bank's claims, run: what an answer or an erratum states about Keras is measured here."""

import os
from tempfile import mkdtemp

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ["KERAS_HOME"] = mkdtemp()  # set before Keras is imported: it writes its settings there


@pytest.fixture(autouse=True)
def _seeded() -> None:
    """The same draws in whatever order the tests run."""
    import keras

    keras.utils.set_random_seed(0)
