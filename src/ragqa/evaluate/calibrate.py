"""People's labels of (claim, answer) pairs in; a judge's card with its AUROC, threshold and error out."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import numpy as np

from ragqa.errors import GoldError
from ragqa.evaluate.judges import Judge, JudgeCard
from ragqa.evaluate.lines import json_lines
from ragqa.evaluate.statistics import auroc, best_threshold
from ragqa.text import sentences

_LABELS = "the physician labels of K-QA (threshold chosen on the same pairs)"
# Measured with `ragqa eval judge --labels nli_physician_labels.jsonl.gz` and all-MiniLM-L6-v2.
CARDS = {
    card.name: card
    for card in (
        JudgeCard("lexical", 1 / 3, 0.711, 0.765, 0.593, 399, _LABELS),
        JudgeCard("encoder", 0.6736, 0.720, 0.797, 0.516, 399, _LABELS),
        JudgeCard("lexical+encoder", 0.4776, 0.736, 0.817, 0.561, 399, _LABELS),
    )
}


class Label(NamedTuple):
    """A claim, an answer, and whether people say that the answer entails the claim."""

    claim: str
    answer: str
    entailed: bool


def read_labels(path: Path) -> list[Label]:
    """Read labelled pairs: `claim`, `answer`, `majority_label`. Raises GoldError with file, line and reason."""
    found = []
    for place, value in json_lines(path):
        claim, answer, label = (value.get(key) for key in ("claim", "answer", "majority_label"))
        if not isinstance(claim, str) or not isinstance(answer, str) or not isinstance(label, str):
            raise GoldError(f"{place}: needs the strings claim, answer and majority_label")
        found.append(Label(claim, answer, label == "Entailment"))
    if len({label.entailed for label in found}) < 2:  # noqa: PLR2004 both classes
        raise GoldError(f"{path}: labels of both kinds are needed")
    return found


def best_of(judge: Judge, claims: list[tuple[str, list[str]]]) -> list[float]:
    """Return the best score of each claim over its texts, 0 where it has none; the judge is asked once."""
    scores = judge.score([(claim, text) for claim, texts in claims for text in texts])
    best = []
    at = 0
    for _, texts in claims:
        best.append(max(scores[at : at + len(texts)], default=0.0))
        at += len(texts)
    return best


def calibrate(judge: Judge, labels: list[Label], *, named: str) -> JudgeCard:
    """Measure a judge on labelled pairs, an answer being judged by its best sentence."""
    cut = [(label.claim, [label.answer[start:end] for start, end in sentences(label.answer)]) for label in labels]
    scores = np.array(best_of(judge, cut), dtype=np.float64)
    entailed = np.array([label.entailed for label in labels])
    threshold = best_threshold(scores, entailed)
    return JudgeCard(
        judge.name,
        threshold.value,
        auroc(scores, entailed),
        threshold.sensitivity,
        threshold.specificity,
        len(labels),
        named,
    )


def card_of(judge: Judge, labels: Path | None) -> JudgeCard:
    """Return a judge's card: measured on a file of labels where one is given, else the one shipped for it."""
    if labels is not None:
        return calibrate(judge, read_labels(labels), named=labels.name)
    return CARDS.get(judge.name, JudgeCard(judge.name, 0.5))
