"""A sentence and a quote in; what the sentence says beyond the quote, out."""

from ragqa.verify.names import NameBook
from ragqa.verify.verifier import Verifier

__all__ = ["NameBook", "Verifier"]
