"""What the meaning check is worth on people's labels: threshold, AUROC, operating points.

Usage: python bench/calibrate.py LABELS        the file nli_physician_labels.jsonl.gz of K-QA; reads the default index for its encoder

Each label says whether an answer entails a claim. A claim is held against each sentence of the answer; its score is the best.
Half of the questions choose a threshold, the other half says what it gives, and the other way round; the claims of one answer
stay together. Beside the cosine: the rules of the verifier, which ask for a bearing sentence, and rules with the cosine.
"""

from __future__ import annotations

import argparse
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ragqa.config import Settings
from ragqa.engine import Engine, default_index
from ragqa.evaluate.calibrate import Label, read_labels
from ragqa.evaluate.statistics import auroc, best_threshold
from ragqa.text import sentences
from ragqa.verify import Verifier
from ragqa.verify.verifier import NEAREST
from ragqa.vocabulary import Fault

PRECISIONS = (0.8, 0.9, 0.95)


def main() -> None:
    """Score every label, print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("labels", type=Path)
    labels = read_labels(parser.parse_args().labels)
    engine = Engine.open(default_index(Settings()))
    cosines = np.array([best_cosine(label, engine) for label in labels])
    entailed = np.array([label.entailed for label in labels])
    print(f"{len(labels)} labels, {entailed.sum()} entailed; cosine of {engine.encoder.name}: AUROC {auroc(cosines, entailed):.3f}")
    halves = np.array([zlib.crc32(label.answer.encode()) % 2 for label in labels], dtype=bool)
    for chosen, held in ((halves, ~halves), (~halves, halves)):
        cut = best_threshold(cosines[chosen], entailed[chosen]).value
        print(f"threshold of one half {cut:.3f}; on the other: {_at(cosines[held] >= cut, entailed[held])}")
    print(f"threshold in use {NEAREST:.2f}: {_at(cosines >= NEAREST, entailed)}")
    for precision in PRECISIONS:
        found = [cut for cut in np.unique(cosines) if entailed[cosines >= cut].mean() >= precision]
        print(f"precision {precision:.2f}: " + (f"from cosine {found[0]:.3f}: {_at(cosines >= found[0], entailed)}" if found else "not reached"))
    borne = np.array([is_borne(label, engine.verifier()) for label in labels])
    print(f"the rules and the threshold in use: {_at(borne, entailed)}")


def best_cosine(label: Label, engine: Engine) -> float:
    """Return the cosine of a claim to the nearest sentence of its answer."""
    vectors = engine.encoder.encode_queries([label.claim, *_parts(label)])
    return float(max(vectors[1:] @ vectors[0]))


def is_borne(label: Label, verifier: Verifier) -> bool:
    """Tell whether the verifier finds a sentence of the answer that bears the claim; a missing full stop is no fault here."""
    claim = label.claim.rstrip(" .") + "."
    return any(not [f for f in verifier.check(claim, part) if f.fault is not Fault.SHAPE] for part in _parts(label))


def _parts(label: Label) -> Sequence[str]:
    return [label.answer[start:end] for start, end in sentences(label.answer)]


def _at(kept: np.ndarray, entailed: np.ndarray) -> str:
    precision = entailed[kept].mean() if kept.any() else float("nan")
    return f"{kept.sum()} kept, precision {precision:.3f}, entailed kept {kept[entailed].mean():.3f}, others refused {(~kept[~entailed]).mean():.3f}"


if __name__ == "__main__":
    main()
