"""A file of a user's pairs, or the documents of an index, in; questions with the passages that answer them out."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from ragqa.errors import GoldError
from ragqa.evaluate.beir import read_beir
from ragqa.evaluate.lines import json_lines
from ragqa.evaluate.locate import locate
from ragqa.protocols import PassageIndex
from ragqa.types import Document, Passage
from ragqa.vocabulary import BlockKind

OWN_PASSAGES = 1_500
"""Passages of an index from which pairs are made: encoding them again, without their titles, takes about a minute."""

_SEED = 20261101
_SHORTEST = 60  # characters of a passage that can answer anything
_GENERIC = frozenset(("abstract", "background", "introduction", "conclusion", "conclusions", "discussion", "methods", "results", "summary"))


class Pair(NamedTuple):
    """A question, the ids of passages that answer it, and the document they are of (what is split by)."""

    question: str
    passages: tuple[str, ...]
    document: str


def read_pairs(path: Path, index: PassageIndex) -> list[Pair]:
    """Read a BEIR folder, or a JSONL file of `question`, `document` (an id, or a title that no other has) and, if it is known, `quoted`.

    A quote names the passage that holds it; without one every passage of the document counts as an answer.
    Raises GoldError, with file and line, for a document that the index does not hold or a quote that is not in it.
    """
    if path.is_dir():
        beir = read_beir(path, index.document, with_spans=False)
        found = ((beir.queries[query], documents) for query, documents in beir.qrels.items())
        return [
            Pair(question, tuple(p.id for p in index.passages_of(document)), document)
            for question, graded in found
            for document, grade in sorted(graded.items())
            if grade > 0
        ]
    ids = _named(index)
    return [_read_pair(place, record, index, ids) for place, record in json_lines(path)]


def _named(index: PassageIndex) -> dict[str, str]:
    """Return the id of each document under the id itself, and under its title where no other has it."""
    cards = index.cards()
    count = Counter(card.source.title for card in cards)
    titles = {card.source.title: card.document_id for card in cards if count[card.source.title] == 1}
    return titles | {card.document_id: card.document_id for card in cards}


def _read_pair(place: str, record: dict[str, object], index: PassageIndex, ids: Mapping[str, str]) -> Pair:
    question, named, quoted = record.get("question"), record.get("document"), record.get("quoted")
    if not isinstance(question, str) or not question.strip() or not isinstance(named, str):
        raise GoldError(f"{place}: a pair has a `question` and a `document`, both texts")
    if named not in ids:
        raise GoldError(f"{place}: {named!r} is not in this index", remedy="name a document by its id, which `ragqa search` shows, or by a title that no other has")
    document_id = ids[named]
    passages = index.passages_of(document_id)
    if isinstance(quoted, str):
        span = locate(quoted, index.document(document_id).text)
        if span is None:
            raise GoldError(f"{place}: {document_id} does not hold the quote", remedy="quote it as it stands")
        passages = [p for p in passages if p.span.start < span.end and span.start < p.span.end]
    if not passages:
        raise GoldError(f"{place}: no passage of {document_id} answers", remedy="quote running text, not a heading")
    return Pair(question, tuple(passage.id for passage in passages), document_id)


def own_pairs(index: PassageIndex, *, most: int = OWN_PASSAGES) -> tuple[list[Pair], list[Passage]]:
    """Make pairs from the documents themselves: title and heading, or a heading that asks, to the passages below it.

    Returns the pairs, and the passages that they are about: at most about `most`, of documents drawn by a fixed seed.
    """
    documents = [card.document_id for card in index.cards()]
    random.Random(_SEED).shuffle(documents)  # noqa: S311 - a sample, no secret
    pairs: list[Pair] = []
    kept: list[Passage] = []
    for name in documents:
        if len(kept) >= most:
            break
        document = index.document(name)
        passages = [passage for passage in index.passages_of(name) if len(passage.text) >= _SHORTEST]
        pairs.extend(_of_document(document, passages))
        kept.extend(passages)
    return pairs, kept


def _of_document(document: Document, passages: Sequence[Passage]) -> Iterator[Pair]:
    below: dict[tuple[str, ...], list[str]] = {}
    for passage in passages:
        below.setdefault(passage.heading_path, []).append(passage.id)
        for question in _asked_in(passage):
            yield Pair(question, (passage.id,), document.id)
    title = document.source.title
    for path, ids in below.items():
        last = path[-1] if path else ""
        if last.rstrip().endswith("?"):
            yield Pair(last, tuple(ids), document.id)
        elif last and last != title and last.casefold() not in _GENERIC:
            yield Pair(f"{title}: {last}", tuple(ids), document.id)
    if passages:
        yield Pair(title, tuple(passage.id for passage in passages), document.id)


def _asked_in(passage: Passage) -> Iterator[str]:
    """Yield the questions that a passage asks before it answers them."""
    for sentence in passage.sentences[:-1]:
        text = passage.text_at(sentence.span)
        if sentence.kind is BlockKind.PARAGRAPH and text.endswith("?") and len(text.split()) > 3:  # noqa: PLR2004
            yield text
