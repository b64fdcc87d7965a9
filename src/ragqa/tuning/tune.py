"""An index in; an adapter trained for it, tried on questions held back, and put in force where it is better, out."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ragqa.encode import (
    AdaptedEncoder,
    Course,
    OnnxEncoder,
    open_encoder,
    train_adapter,
    turned,
)  # fmt: skip
from ragqa.engine.adapting import put_in_force
from ragqa.errors import UsageError
from ragqa.index import LocalIndex
from ragqa.protocols import Vectors
from ragqa.retrieve import dense_weight_for, longness, weighted_terms
from ragqa.tuning.pairs import Pair, own_pairs, read_pairs
from ragqa.tuning.trial import ARM_DEPTH, Change, Material, Wording, change, lesson_of
from ragqa.types import Filters

OnProgress = Callable[[str, int, int | None], None]
FEWEST = 40
"""Questions below which there is nothing to learn, or to measure."""

_PULL = 1e-2  # stronger than for the shipped adapter: a user's pairs are few
_HELD_BACK = 4  # one document in so many
_MOST_HELD = 200_000  # vectors compared in memory


class TuneReport(NamedTuple):
    """What was learnt from, how the search did on what was held back, and whether the adapter is now in force.

    `change` is of both arms fused for a user's pairs, of the dense arm for pairs made from the documents.
    """

    pairs: int
    held_back: int
    made_from_documents: bool
    change: Change
    kept: bool
    encoder: str


def tune(
    folder: Path,
    *,
    pairs: Path | None = None,
    keep_made: bool = False,
    dry_run: bool = False,
    on_progress: OnProgress | None = None,
) -> TuneReport:
    """Train an adapter for an index on top of the one it has, and keep it only if it is better on documents held back.

    Without `pairs` (see `read_pairs`), questions are made from titles and headings. These are no proof: on the starter
    corpus they improved by 0.11 while people's questions lost 0.03 (ADR 0009), so such an adapter is kept only with
    `keep_made`. One document in four is held back. Kept means that the index gets a new generation: its vectors
    multiplied, nothing encoded again.
    Raises UsageError for too few pairs or an index without an exported encoder, GoldError for a bad file of pairs,
    IndexMissing, IndexDamaged, IndexBusy, and RagqaError for a disk that refuses.
    """
    progress = on_progress or (lambda _step, _done, _total: None)
    with LocalIndex.open(folder) as index:
        encoder = _encoder_of(index, folder)
        material, wording = _made(index, encoder, progress) if pairs is None else _given(pairs, index, encoder)
        course = Course(pull=_PULL)
        matrix = train_adapter([lesson_of(material)], course, on_progress=lambda done, all_: progress("training", done, all_))
        trial = change(material, turned(material.questions, matrix), turned(material.passages, matrix), wording)
        name = encoder.name
        kept = trial.better and not dry_run and (pairs is not None or keep_made)
        if kept:
            name = put_in_force(folder, encoder, matrix, name="tuned", fingerprint=index.fingerprint)
    held_back = int(material.held_back.sum())
    return TuneReport(len(material.answers) - held_back, held_back, pairs is None, trial, kept, name)


def _encoder_of(index: LocalIndex, folder: Path) -> OnnxEncoder | AdaptedEncoder:
    found = open_encoder(index.encoder_name, exported=index.encoder_folder) if index.encoder_folder else None
    if not isinstance(found, OnnxEncoder | AdaptedEncoder):
        raise UsageError(f"the encoder {index.encoder_name} of {folder} takes no adapter", remedy="only exported models do")
    return found


def _made(index: LocalIndex, encoder: OnnxEncoder | AdaptedEncoder, progress: OnProgress) -> tuple[Material, None]:
    found, passages = own_pairs(index)
    _enough(found, "the documents of this index give")
    # As stored, a passage holds its title and headings: that it is found by them would teach nothing.
    texts = [passage.text for passage in passages]
    vectors = encoder.encode_passages(texts, lambda done, all_: progress("texts encoded", done, all_))
    return _material(found, [passage.id for passage in passages], encoder, vectors), None


def _given(path: Path, index: LocalIndex, encoder: OnnxEncoder | AdaptedEncoder) -> tuple[Material, Wording]:
    found = read_pairs(path, index)
    _enough(found, f"{path} holds")
    if index.passage_count > _MOST_HELD:
        raise UsageError(
            f"{index.passage_count} passages are more than `tune` compares in memory ({_MOST_HELD})",
            remedy="tune an index of a part of the documents, and name its adapter in the settings of the whole one",
        )
    ids = [passage.id for card in index.cards() for passage in index.passages_of(card.document_id)]
    rows = {name: row for row, name in enumerate(ids)}
    worded = []
    for pair in found:
        hits = index.search_lexical(weighted_terms(pair.question), depth=ARM_DEPTH, filters=Filters())
        hits.sort(key=lambda hit: rows[hit.passage_id])
        worded.append((np.array([rows[h.passage_id] for h in hits], np.int64), np.array([h.score for h in hits], np.float32)))
    return _material(found, ids, encoder, index.vectors(ids)), Wording(worded, dense_weight_for(longness(index)))


def _material(found: list[Pair], ids: list[str], encoder: OnnxEncoder | AdaptedEncoder, vectors: Vectors) -> Material:
    rows = {name: row for row, name in enumerate(ids)}
    return Material(
        encoder.encode_queries([pair.question for pair in found]),
        vectors,
        [np.array([rows[name] for name in pair.passages], dtype=np.int64) for pair in found],
        np.array([_is_held_back(pair.document) for pair in found]),
    )


def _enough(found: list[Pair], what: str) -> None:
    held_back = sum(_is_held_back(pair.document) for pair in found)
    if len(found) - held_back < FEWEST or held_back < FEWEST // _HELD_BACK:
        raise UsageError(
            f"{what} {len(found)} pairs, {held_back} of them of documents held back: too few",
            remedy=f"at least {FEWEST} to learn from and {FEWEST // _HELD_BACK} of documents held back (one in {_HELD_BACK}) are needed",
        )


def _is_held_back(document: str) -> bool:
    return blake2b(document.encode("utf-8", "surrogatepass"), digest_size=4).digest()[0] % _HELD_BACK == 0
