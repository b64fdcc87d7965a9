"""Passages and vectors in, ranked passages out, from a folder on disk."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from ragqa.index.manifest import Idf, Recipe
from ragqa.index.reader import LocalIndex
from ragqa.vocabulary import DenseKind

if TYPE_CHECKING:
    from ragqa.index.draft import content_of
    from ragqa.index.loading import LocalGeneration
    from ragqa.index.packing import passage_text, sentence_texts
    from ragqa.index.sealing import fingerprint_from
    from ragqa.index.turning import turn_vectors
    from ragqa.index.verifying import VerifyReport, verify
    from ragqa.index.wording import passage_terms
    from ragqa.index.writer import IndexWriter, SealReport

__all__ = [
    "DenseKind",
    "Idf",
    "IndexWriter",
    "LocalGeneration",
    "LocalIndex",
    "Recipe",
    "SealReport",
    "VerifyReport",
    "content_of",
    "fingerprint_from",
    "passage_terms",
    "passage_text",
    "sentence_texts",
    "turn_vectors",
    "verify",
]

# What writes and checks, and where it lives: a question only reads.
_HOMES = {
    "IndexWriter": "ragqa.index.writer",
    "LocalGeneration": "ragqa.index.loading",
    "SealReport": "ragqa.index.writer",
    "VerifyReport": "ragqa.index.verifying",
    "content_of": "ragqa.index.draft",
    "fingerprint_from": "ragqa.index.sealing",
    "passage_terms": "ragqa.index.wording",
    "passage_text": "ragqa.index.packing",
    "sentence_texts": "ragqa.index.packing",
    "turn_vectors": "ragqa.index.turning",
    "verify": "ragqa.index.verifying",
}


def __getattr__(name: str) -> object:
    """Load what writes and checks when it is first asked for."""
    if name not in _HOMES:
        raise AttributeError(f"module 'ragqa.index' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
