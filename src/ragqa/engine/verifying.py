"""An index in; the verifier that holds sentences against quotes with the names that this index knows, out."""

from __future__ import annotations

from ragqa.encode import open_cross_encoder
from ragqa.protocols import Encoder
from ragqa.question import ConceptKind, Lexicon, common_words
from ragqa.verify import NameBook, Verifier


def verifier_of(lexicon: Lexicon, encoder: Encoder, *, nli: str | None = None) -> Verifier:
    """Return a verifier that knows the names of a lexicon; `nli` names a cross-encoder that is asked besides."""
    groups = [(group.names, group.kind is ConceptKind.CONDITION) for group in lexicon.groups() if group.kind is not ConceptKind.POPULATION]
    return Verifier(NameBook(groups, common_words()), encoder.encode_queries, entails=open_cross_encoder(nli) if nli else None)
