"""Flashcards that prove themselves: machine-learning interview questions with live Keras demos."""

__version__ = "0.1.0"
