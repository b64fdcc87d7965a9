"""A claim and texts in, how far each text bears the claim out. A judge is named with its known error."""

from __future__ import annotations

import json
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import numpy as np

from ragqa.errors import UsageError
from ragqa.protocols import Vectors
from ragqa.text import terms

Encode = Callable[[Sequence[str]], Vectors]
SECONDS = 600  # how long a judge's command may take for one answer


class Judge(Protocol):
    """Claims and texts in, scores out; higher is more likely borne."""

    @property
    def name(self) -> str:
        """Return what the judge is called in a report."""

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return a score for each (claim, text)."""


class JudgeCard(NamedTuple):
    """What is known of a judge: its cut, and its error against people's labels; None where nobody measured it."""

    name: str
    threshold: float
    auroc: float | None = None
    sensitivity: float | None = None
    specificity: float | None = None
    pairs: int = 0
    labels: str | None = None

    def sentence(self) -> str:
        """Return the card as a sentence of a report."""
        if self.auroc is None:
            return f"Judge {self.name}: not calibrated, threshold {self.threshold:g}; its error is not known."
        return (
            f"Judge {self.name}: AUROC {self.auroc:.3f}, threshold {self.threshold:.3f} (sensitivity {self.sensitivity:.2f}, "
            f"specificity {self.specificity:.2f}) on {self.pairs} pairs of {self.labels}."
        )


class LexicalJudge:
    """The share of a claim's search terms that a text holds."""

    name = "lexical"

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the coverage of each claim, 0 to 1."""
        return [_coverage(claim, text) for claim, text in pairs]


class EncoderJudge:
    """The cosine of a claim and a text."""

    name = "encoder"

    def __init__(self, encode: Encode) -> None:
        self._encode = encode

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the cosine of each pair, -1 to 1."""
        if not pairs:
            return []
        texts = sorted({text for pair in pairs for text in pair}, key=lambda text: (len(text), text))
        vectors = self._encode(texts)
        places = {text: place for place, text in enumerate(texts)}
        return [float(np.dot(vectors[places[claim]], vectors[places[text]])) for claim, text in pairs]


class MixedJudge:
    """The mean of lexical coverage and cosine."""

    name = "lexical+encoder"

    def __init__(self, encode: Encode) -> None:
        self._parts = (LexicalJudge(), EncoderJudge(encode))

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the mean of both scores of each pair."""
        lexical, cosine = (part.score(pairs) for part in self._parts)
        return [(a + b) / 2 for a, b in zip(lexical, cosine, strict=True)]


class CommandJudge:
    """Any program, such as a cross-encoder or a language model: a JSON line {"claim", "text"} in, a score a line out."""

    def __init__(self, command: str) -> None:
        self._words = shlex.split(command)
        if not self._words:
            raise UsageError("the judge's command is empty", remedy="write: --judge 'command:PROGRAM ARGUMENTS'")
        self.name = f"command {command}"

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return what the program says of each pair. Raises UsageError where it fails or answers otherwise."""
        if not pairs:
            return []
        lines = "".join(json.dumps({"claim": claim, "text": text}, ensure_ascii=False) + "\n" for claim, text in pairs)
        try:
            done = subprocess.run(self._words, input=lines, capture_output=True, text=True, timeout=SECONDS, check=True)  # noqa: S603 the user's own command, without a shell
            scores = [float(line) for line in done.stdout.split()]
        except (OSError, subprocess.SubprocessError, ValueError) as error:
            raise UsageError(f"the judge's command failed: {error}") from error
        if len(scores) != len(pairs):
            raise UsageError(
                f"the judge's command gave {len(scores)} scores for {len(pairs)} pairs",
                remedy="it must print a number a line",
            )
        return scores


class CrossEncoderJudge:
    """What a cross-encoder says of claim and text, read together."""

    def __init__(self, name_or_path: str) -> None:
        from ragqa.encode import open_cross_encoder  # noqa: PLC0415 only this judge loads a model of its own

        self.name = f"cross-encoder {Path(name_or_path).name if Path(name_or_path).is_dir() else name_or_path}"
        self._score = open_cross_encoder(name_or_path)

    def score(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """Return the model's score of each pair, 0 to 1."""
        return self._score(pairs)


def open_judge(name: str, encode: Encode | None) -> Judge:
    """Return a judge: lexical, encoder, lexical+encoder, "cross-encoder:MODEL" or "command:PROGRAM ARGUMENTS"."""
    if name == "lexical":
        return LexicalJudge()
    if name.startswith("cross-encoder:"):
        return CrossEncoderJudge(name.removeprefix("cross-encoder:"))
    if name.startswith("command:"):
        return CommandJudge(name.removeprefix("command:"))
    if name in ("encoder", "lexical+encoder"):
        if encode is None:
            raise UsageError(f"the judge {name} needs an encoder", remedy="use --judge lexical")
        return EncoderJudge(encode) if name == "encoder" else MixedJudge(encode)
    raise UsageError(
        f"there is no judge {name!r}",
        remedy="use lexical, encoder, lexical+encoder, cross-encoder:MODEL or command:PROGRAM",
    )


def _coverage(claim: str, text: str) -> float:
    wanted = set(terms(claim))
    return len(wanted & set(terms(text))) / len(wanted) if wanted else 0.0
