"""Passages and vectors in, ranked passages out, from a folder on disk."""

from ragqa.index.manifest import DenseKind, Idf, Recipe
from ragqa.index.reader import LocalIndex
from ragqa.index.turning import turn_vectors
from ragqa.index.verify import VerifyReport, verify
from ragqa.index.writer import IndexWriter, SealReport

__all__ = ["DenseKind", "Idf", "IndexWriter", "LocalIndex", "Recipe", "SealReport", "VerifyReport", "turn_vectors", "verify"]
