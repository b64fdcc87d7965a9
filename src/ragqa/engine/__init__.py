"""The only place that wires rooms: build, open, ask, search and trace."""

from ragqa.engine.ask import Engine
from ragqa.engine.build import BuildReport, add_to_index, build_index, remove_from_index
from ragqa.engine.lint import lint
from ragqa.engine.places import checkout, corpus_digest, default_index, starter_corpus

__all__ = [
    "BuildReport",
    "Engine",
    "add_to_index",
    "build_index",
    "checkout",
    "corpus_digest",
    "default_index",
    "lint",
    "remove_from_index",
    "starter_corpus",
]
