"""Settings in, their encoder out; an index and an adapter in, the index with its vectors turned, nothing encoded again, out."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from ragqa.config import Settings
from ragqa.encode import (
    AUTO,
    INT8,
    NONE,
    AdaptedEncoder,
    FolderEncoder,
    OnnxEncoder,
    find_adapter,
    join,
    open_encoder,
    turned,
    write_adapter,
)
from ragqa.index import LocalIndex, turn_vectors
from ragqa.index.files import scratch
from ragqa.protocols import Vectors

SHORT_DOCUMENTS = 6
"""Passages a document, on the mean, up to which the shipped adapter is put in force by itself (ADR 0009)."""


def encoder_of(settings: Settings) -> FolderEncoder:
    """Return the encoder of settings; with `auto`, without an adapter: that comes when the vectors are there."""
    encoding = settings.encoding
    return open_encoder(
        settings.encoder,
        adapter=NONE if settings.adapter == AUTO else settings.adapter,
        questions=encoding.questions,
        prompts=(encoding.query_prompt, encoding.passage_prompt),
    )


def put_in_force(
    folder: Path, encoder: OnnxEncoder | AdaptedEncoder, matrix: Vectors, *, name: str, fingerprint: str
) -> str:
    """Multiply the vectors of an index by a matrix, on top of the adapter it has, and return its encoder's new name.

    `fingerprint` is that of the index as it was read. Raises IndexBusy where it has become another one since.
    """
    base, whole = (encoder.base, matrix @ encoder.adapter.matrix) if isinstance(encoder, AdaptedEncoder) else (encoder, matrix)
    with scratch(folder) as lent:
        adapter = write_adapter(lent / "adapter", whole, name=name, base=base.name.removesuffix(INT8))
        joined = join(base, adapter, lent / "encoder")
        turn_vectors(
            folder,
            lambda vectors: turned(vectors, matrix),
            fingerprint=fingerprint,
            encoder=joined.name,
            encoder_folder=lent / "encoder",
            snapshot=datetime.now(tz=UTC).date(),
        )
    return joined.name


def adapt_short(folder: Path, shipped: str) -> bool:
    """Put a shipped adapter in force where an index of short documents has none and its encoder is the adapter's; tell whether."""
    with LocalIndex.open(folder) as index:
        short = index.passage_count <= SHORT_DOCUMENTS * index.document_count
        adapter = find_adapter(shipped)
        if not short or index.encoder_folder is None or index.encoder_name.removesuffix(INT8) != adapter.base:
            return False
        put_in_force(folder, OnnxEncoder(index.encoder_folder), adapter.matrix, name=shipped, fingerprint=index.fingerprint)
    return True
