"""Tell the role of a sentence from its vector and from cue words, headings hidden: within the sources seen, and on one unseen.

Usage: python bench/roles.py NAME=INDEX... [--most 400]     (two indexes or more, with sentence vectors; needs scikit-learn)

Headings that name a role label the sentences of each index. A softmax regression on their vectors (what an index holds:
title, neighbours and sentence, encoded) and the cue's answer is fitted on six in ten documents, by a hash of their ids,
and measured on the others; then again with one index after the other left out of the fit. Definition counts as background.
"""

from __future__ import annotations

import argparse
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression

from ragqa.compose.roles import role_of
from ragqa.compose.standalone import fault_of
from ragqa.engine import Engine
from ragqa.vocabulary import StatementRole

STRENGTH, ROUNDS = 3.0, 200
DEV, PARTS = 6, 10
NEUTRAL = "Aspirin and ibuprofen are drugs."  # has no cue, so that its role is that of the heading


class Row(NamedTuple):
    """A sentence: whether it may be fitted to, the role by its heading, the role by its cues, and what is fitted on."""

    source: str
    dev: bool
    role: str
    cue: str
    traits: np.ndarray


def main() -> None:
    """Read, fit and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("indexes", nargs="+", metavar="NAME=INDEX")
    parser.add_argument("--most", type=int, default=400)
    given = parser.parse_args()
    rows = [row for pair in given.indexes for row in rows_of(*pair.split("=", 1), most=given.most)]
    print(f"{'':28} vector  cues  sentences")
    model = fitted([row for row in rows if row.dev])
    names = sorted({row.source for row in rows})
    for name in (*names, None):
        show(name or "all", model, [row for row in rows if not row.dev and name in {row.source, None}])
    for name in names:
        show(f"{name}, not fitted on it", fitted([row for row in rows if row.source != name]), [row for row in rows if row.source == name])


def rows_of(name: str, index: str, *, most: int) -> list[Row]:
    """Return the sentences of the first documents by hash whose headings name a role."""
    held = Engine.open(Path(index)).index
    rows = []
    for document in sorted((card.document_id for card in held.cards()), key=_hash)[:most]:
        passages = held.passages_of(document)
        for passage, vectors in zip(passages, held.sentence_vectors([p.id for p in passages]) or [], strict=True):
            role = role_of(NEUTRAL, passage.heading_path)
            if role is StatementRole.UNSORTED:
                continue
            for sentence, vector in zip(passage.sentences, vectors, strict=True):
                text = passage.text_at(sentence.span)
                if fault_of(text, sentence.kind) is None:
                    cue = role_of(text, ())
                    flags = np.array([cue is other for other in StatementRole], dtype=np.float32)
                    rows.append(Row(name, _hash(document)[0] % PARTS < DEV, _class(role), _class(cue), np.concatenate([np.array(vector), flags])))
    return rows


def fitted(rows: list[Row]) -> LogisticRegression:
    """Return a softmax regression on vectors and cues."""
    return LogisticRegression(C=STRENGTH, max_iter=ROUNDS).fit(np.array([row.traits for row in rows]), [row.role for row in rows])


def show(what: str, model: LogisticRegression, rows: list[Row]) -> None:
    """Print how often the model and the cues are right."""
    told = np.array([row.role for row in rows])
    by_model = model.predict(np.array([row.traits for row in rows])) == told
    by_cue = np.array([row.cue for row in rows]) == told
    print(f"{what:28} {by_model.mean():.3f}  {by_cue.mean():.3f}  {len(rows)}")


def _hash(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=8).digest()


def _class(role: StatementRole) -> str:
    return (StatementRole.BACKGROUND if role is StatementRole.DEFINITION else role).value


if __name__ == "__main__":
    main()
