"""Choose on the tuned part of the gold set how many of a question's terms a quote must hold to bear on it; print its error.

Usage: python bench/fit_citation_cut.py [INDEX]

A quote of a question's own claims should reach the cut, one of another question of the same gold file should not, unless it
is from a document that bears on both. The cut is the lowest that refuses at least 95 % of the latter; the untouched part
is only measured.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ragqa.config import Settings
from ragqa.engine import Engine, default_index
from ragqa.evaluate.citing import BEARS_FROM
from ragqa.evaluate.gold import GoldQuestion
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.parts import Part
from ragqa.evaluate.statistics import auroc
from ragqa.text import terms

ROOT = Path(__file__).resolve().parent.parent
REFUSED = 0.95


class Shares(NamedTuple):
    """Shares of a question's terms that quotes hold: of its own claims, and of other questions' claims."""

    own: NDArray[np.float64]
    other: NDArray[np.float64]

    def sentence(self, cut: float) -> str:
        """Return what a cut does."""
        both = np.concatenate((self.own, self.other))
        area = auroc(both, np.arange(len(both)) < len(self.own))
        return (
            f"{len(self.own)} own and {len(self.other)} other quotes: AUROC {area:.3f}; at {cut:.3f} sensitivity "
            f"{(self.own >= cut).mean():.3f}, specificity {(self.other < cut).mean():.3f}"
        )


def shares_of(questions: list[GoldQuestion], engine: Engine) -> Shares:
    """Return the shares of all questions."""
    quotes = [
        (question, span.document, set(terms(f"{engine.index.document(span.document).source.title} {span.quoted}")))
        for question in questions
        for claim in question.must_have
        for span in claim.spans[:1]
    ]
    own, other = [], []
    for question in questions:
        wanted = set(terms(question.question))
        claims = (*question.must_have, *question.nice_to_have)
        bearing = {span.document for claim in claims for span in claim.spans} | set(question.relevant)
        for asked, document, held in quotes if wanted and question.must_have else ():
            share = len(wanted & held) / len(wanted)
            if asked.id == question.id:
                own.append(share)
            elif document not in bearing and asked.place.split(":")[0] == question.place.split(":")[0]:
                other.append(share)
    return Shares(np.array(own), np.array(other))


def main() -> None:
    """Choose, and print."""
    engine = Engine.open(Path(sys.argv[1]) if len(sys.argv) > 1 else default_index(Settings()))
    gold = read_gold(ROOT / "eval" / "gold", engine.index.document)
    parts = {part: shares_of([question for question in gold if question.part is part], engine) for part in Part}
    tuned = parts[Part.TUNED]
    cut = min(value for value in np.unique(tuned.own) if (tuned.other < value).mean() >= REFUSED)
    print(f"chosen on the tuned part: {cut:.3f}; in use: {BEARS_FROM}")
    for part, shares in parts.items():
        print(f"{part.value}: {shares.sentence(BEARS_FROM)}")


if __name__ == "__main__":
    main()
