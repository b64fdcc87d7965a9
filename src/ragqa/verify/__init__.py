"""A sentence and a quote in; what the sentence says beyond the quote, out."""

from ragqa.verify.findings import Fault, Finding
from ragqa.verify.names import NameBook
from ragqa.verify.verifier import Verifier

__all__ = ["Fault", "Finding", "NameBook", "Verifier"]
