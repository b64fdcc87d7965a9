"""The sockets: what a reader, an encoder, an index, a language model and a verifier must do for the rest of the house."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ragqa.quantise import Bytes
from ragqa.types import Document, Filters, Passage, Record, Source, Subject, Usage
from ragqa.vocabulary import Fault

Vectors: TypeAlias = NDArray[np.float32]
"""Rows of unit length, shape (texts, dimensions)."""


class RawFile(NamedTuple):
    """Bytes to be read, and the names they go by."""

    name: str  # as the user knows it, such as "folder/trial.nxml"
    suffix: str  # lower case, with the dot, such as ".nxml"
    path: Path  # where the bytes are on disk


Reader = Callable[[RawFile], Iterable[Document]]
"""Turn one file into its documents; raise ReadError with the reason where it is not one."""


class Encoder(Protocol):
    """Texts in, vectors out."""

    @property
    def name(self) -> str:
        """Say which model this is, the same on every machine: it is compared with an index's manifest."""

    @property
    def dimensions(self) -> int:
        """Return the length of a vector."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that will be searched."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Encode texts that search."""


class Scored(NamedTuple):
    """A passage id and its score in one arm."""

    passage_id: str
    score: float


class Instead(NamedTuple):
    """What may stand in the place of words that are searched for: other names of what they name.

    A passage gains by the best name of which it holds every term what that scores over the words, and nothing where they score more.
    """

    words: Mapping[str, float]  # weighted terms
    names: Sequence[Mapping[str, float]]


class DocumentCard(NamedTuple):
    """A document without its text."""

    document_id: str
    source: Source
    subject: Subject


class Fields(NamedTuple):
    """The fields of a passage that are searched."""

    title: str
    headings: tuple[str, ...]
    text: str


class ShortForms(Protocol):
    """Short forms with one meaning each, found by the keys (`ragqa.text.key_of`, or a name itself that has no terms) of both."""

    @property
    def longest(self) -> int:
        """Return the terms of the longest name."""

    def sharing(self, keys: Collection[str]) -> Mapping[str, str]:
        """Return short form -> long form, at least of those where either has one of the keys."""

    def all(self) -> Mapping[str, str]:
        """Return short form -> long form."""


class Entry(NamedTuple):
    """A document as an index takes it in whole: with its passages, and the vectors of these and of their sentences."""

    document: Document
    passages: tuple[Passage, ...]
    abbreviations: tuple[tuple[str, str], ...]
    vectors: Vectors  # a row a passage
    sentences: tuple[Bytes, ...] | None  # rows of a passage's sentences, a passage each; None where there are none
    file: str
    digest: str  # of the file
    content: bytes  # a digest of the document, its passages and abbreviations


class Generation(Protocol):
    """A state of an index that is being written: nothing of it is seen before it is activated."""

    def add(self, entries: Iterable[Entry]) -> int:
        """Put documents, each in place of one of the same id; return how many. Adding one twice changes nothing.

        Raises EncoderError for vectors of another shape, or that hold what is no number.
        """

    def remove(self, document_ids: Sequence[str]) -> int:
        """Remove documents; return how many there were."""

    def seal(self) -> None:
        """Wait until all is searchable, and check that it is whole; raise IndexDamaged where it is not."""

    def activate(self) -> None:
        """Put the generation in force, in one step."""

    def close(self) -> None:
        """Let go of it; what was not activated is never seen."""


class PassageIndex(Protocol):
    """An index open for reading; safe to use from many threads."""

    @property
    def passage_count(self) -> int:
        """Return how many passages are searched."""

    @property
    def document_count(self) -> int:
        """Return how many documents these passages are of."""

    @property
    def snapshot(self) -> date:
        """Return the day on which this generation was sealed."""

    @property
    def fingerprint(self) -> str:
        """Return a digest of what is indexed and how: equal for equal content."""

    @property
    def encoder_name(self) -> str:
        """Return the name of the encoder that made the vectors."""

    def search_dense(self, vector: Vectors, *, depth: int, filters: Filters) -> list[Scored]:
        """Return the `depth` passages of highest cosine to `vector` (shape (dimensions,)), by (-score, id)."""

    def search_dense_each(self, vectors: Sequence[Vectors], *, depth: int, filters: Filters) -> list[list[Scored]]:
        """Return what `search_dense` gives for each vector; together they may cost less."""

    def search_lexical(self, terms: Mapping[str, float], *, depth: int, filters: Filters, instead: Sequence[Instead] = ()) -> list[Scored]:
        """Return the `depth` passages of highest BM25 for weighted terms or other names, scores above 0 only, by (-score, id)."""

    def score_dense(self, vector: Vectors, passage_ids: Sequence[str]) -> NDArray[np.float32]:
        """Return the cosine of each named passage."""

    def score_lexical(self, terms: Mapping[str, float], passage_ids: Sequence[str], *, instead: Sequence[Instead] = ()) -> NDArray[np.float32]:
        """Return the BM25 score of each named passage, 0 where no term and no other name matches."""

    def vectors(self, passage_ids: Sequence[str]) -> Vectors:
        """Return the stored vectors of passages."""

    def sentence_vectors(self, passage_ids: Sequence[str]) -> list[Vectors] | None:
        """Return, for each passage, a row for each of its sentences; None where the index holds none."""

    def passages(self, passage_ids: Sequence[str]) -> list[Passage]:
        """Return passages in the order asked; raise IndexDamaged where one is missing."""

    def fields(self, passage_ids: Sequence[str]) -> list[Fields]:
        """Return the searched fields of passages in the order asked, which costs less than the passages themselves."""

    def passages_of(self, document_id: str) -> list[Passage]:
        """Return the passages of a document in reading order."""

    def document(self, document_id: str) -> Document:
        """Return a whole document; raise CitationError where there is none."""

    def cards(self, document_ids: Sequence[str] | None = None) -> list[DocumentCard]:
        """Return the cards of documents in the order asked, or of all by id."""

    def subjects(self) -> Mapping[str, Subject]:
        """Return document id -> subject, of the documents that state one."""

    def document_frequency(self, terms: Sequence[str]) -> list[int]:
        """Return in how many passages each term stands."""

    def abbreviations(self) -> Mapping[str, tuple[str, ...]]:
        """Return short form -> long forms, as the documents define them (Schwartz and Hearst, 2003)."""

    def short_forms(self) -> ShortForms | None:
        """Return those that have one meaning, to be looked up by their keys; None where they cannot be."""

    def words(self) -> Mapping[str, int]:
        """Return the surface words of the index, lower case, with their counts."""


class ModelRequest(NamedTuple):
    """What a language model is asked: instructions, and the data apart from them."""

    prompt: str  # the name and version of the instructions, such as "write-2"
    instructions: str
    data: str
    shape: type[Record]  # what the reply must hold, as JSON


class ModelReply(NamedTuple):
    """What a language model answered."""

    text: str
    finished: bool  # False where the reply was cut off
    usage: Usage


class LanguageModel(Protocol):
    """Instructions and data in, text that nobody trusts out."""

    @property
    def name(self) -> str:
        """Return the model's name."""

    @property
    def endpoint(self) -> str:
        """Return where the model is: scheme, host and port."""

    def complete(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """Return the reply; `on_text` is called with what there is of it so far, as it comes.

        Raises ModelError where the endpoint, its key or the model is wrong, and ReplyError where no reply came.
        """


class Finding(NamedTuple):
    """A fault of a sentence, and the words that show it."""

    fault: Fault
    detail: str


class Checker(Protocol):
    """Holds a sentence against a quote."""

    @property
    def name(self) -> str:
        """Say which rules and which threshold these are."""

    def check(self, sentence: str, quote: str) -> list[Finding]:
        """Return what a sentence says beyond one quote, empty where the quote bears it whole."""
