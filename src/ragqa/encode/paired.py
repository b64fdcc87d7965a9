"""A model of passages and one of questions in; an encoder that gives each text to its own, with one folder for both, out.

As MedCPT has it: two models of one space, one trained to read articles and one to read what is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path

from ragqa.encode.adapted import files_of, gather
from ragqa.encode.models import PAIRED
from ragqa.encode.onnx import OnnxEncoder
from ragqa.errors import EncoderError
from ragqa.protocols import Vectors

QUESTIONS = "questions"  # the folder, inside that of the model of passages, of the other one


class PairEncoder:
    """Two exported models whose vectors may be compared; safe to use from many threads."""

    def __init__(self, passages: OnnxEncoder, questions: OnnxEncoder, folder: Path | None = None) -> None:
        """Join the two; `folder` holds the files of both. Raises EncoderError where their vectors differ in length."""
        if passages.dimensions != questions.dimensions:
            raise EncoderError(
                f"{passages.name} has {passages.dimensions} dimensions and {questions.name} {questions.dimensions}",
                remedy="name two models that were trained together",
            )
        self.passages, self.questions, self.folder = passages, questions, folder

    @property
    def name(self) -> str:
        """Return the names of both."""
        return f"{self.passages.name}{PAIRED}{self.questions.name}"

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""
        return self.passages.dimensions

    def encode_passages(self, texts: Sequence[str], on_progress: Callable[[int, int], None] | None = None) -> Vectors:
        """Encode texts that will be searched."""
        return self.passages.encode_passages(texts, on_progress)

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that search."""
        return self.questions.encode_queries(texts)

    def warm(self) -> None:
        """Load the model of questions now."""
        self.questions.warm()


def pair(passages: OnnxEncoder, questions: OnnxEncoder, cache: Path) -> PairEncoder:
    """Put the files of both into one folder under `cache`, made in one step where it is not there, and return the encoder."""
    joined = PairEncoder(passages, questions)
    home = cache / blake2b(f"{passages.home.name} {questions.home.name}".encode(), digest_size=16).hexdigest()
    asking = {f"{QUESTIONS}/{path.name}": path for path in files_of(questions)}
    gather(home, {path.name: path for path in files_of(passages)} | asking)
    joined.folder = home
    return joined
