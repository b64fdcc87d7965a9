"""Texts and vectors in; retrieval libraries that rank them, each as its own documentation sets it up, out.

Every peer gets the same texts (title, headings and passage, as ragqa encodes them) and the same vectors; how texts are cut
into words is each library's own affair. Exact cosines are computed once for all that fuse lists.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

DEPTH = 100
Floats = NDArray[np.float32]
Ranked = list[tuple[int, float]]
"""(row, score), best first."""
Search = Callable[[int], Ranked]
"""Number of a question -> what is found for it."""


class Given(NamedTuple):
    """What all peers get: the text and the unit vector of each passage and of each question."""

    texts: Sequence[str]
    vectors: Floats
    questions: Sequence[str]
    asked: Floats


def nearest(given: Given) -> Search:
    """Return an exact search by cosine."""

    def search(number: int) -> Ranked:
        cosines = given.vectors @ given.asked[number]
        best = np.argsort(-cosines, kind="stable")[:DEPTH]
        return [(int(row), float(cosines[row])) for row in best]

    return search


def bm25s_of(given: Given) -> Search:
    """Return bm25s with English stop words and the Snowball stemmer, as its README sets it up."""
    import bm25s  # noqa: PLC0415 a peer
    import Stemmer  # noqa: PLC0415 a peer

    stemmer = Stemmer.Stemmer("english")
    index = bm25s.BM25()
    index.index(bm25s.tokenize(list(given.texts), stopwords="en", stemmer=stemmer, show_progress=False), show_progress=False)

    def search(number: int) -> Ranked:
        tokens = bm25s.tokenize([given.questions[number]], stopwords="en", stemmer=stemmer, show_progress=False)
        rows, scores = index.retrieve(tokens, k=min(DEPTH, len(given.texts)), show_progress=False)
        return [(int(row), float(score)) for row, score in zip(rows[0], scores[0], strict=True) if score > 0]

    return search


def rank_bm25_of(given: Given) -> Search:
    """Return rank-bm25's BM25Okapi over lower-case words between blanks, as its README splits them."""
    from rank_bm25 import BM25Okapi  # noqa: PLC0415 a peer

    index = BM25Okapi([text.lower().split() for text in given.texts])

    def search(number: int) -> Ranked:
        scores = index.get_scores(given.questions[number].lower().split())
        best = np.argsort(-scores, kind="stable")[:DEPTH]
        return [(int(row), float(scores[row])) for row in best if scores[row] > 0]

    return search


def llamaindex_of(given: Given, mode: str) -> Search:
    """Return LlamaIndex's QueryFusionRetriever over bm25s, which its own BM25 retriever uses, and exact cosines; no language model."""
    from llama_index.core.llms import MockLLM  # noqa: PLC0415 a peer
    from llama_index.core.retrievers import BaseRetriever, QueryFusionRetriever  # noqa: PLC0415 a peer
    from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode  # noqa: PLC0415 a peer

    nodes = [TextNode(id_=str(row), text=text, metadata={"row": row}) for row, text in enumerate(given.texts)]
    number_of = {question: number for number, question in enumerate(given.questions)}

    class Arm(BaseRetriever):
        def __init__(self, search: Search) -> None:
            self._search = search
            super().__init__()

        def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
            return [NodeWithScore(node=nodes[row], score=score) for row, score in self._search(number_of[query_bundle.query_str])]

    fusion = QueryFusionRetriever(
        [Arm(nearest(given)), Arm(bm25s_of(given))], llm=MockLLM(), mode=mode, similarity_top_k=DEPTH, num_queries=1, use_async=False
    )
    return lambda number: [(int(found.node.node_id), float(found.score)) for found in fusion.retrieve(given.questions[number])]


def haystack_of(given: Given) -> Search:
    """Return Haystack's DocumentJoiner with reciprocal rank fusion over its in-memory BM25 and exact cosines."""
    from haystack import Document  # noqa: PLC0415 a peer
    from haystack.components.joiners import DocumentJoiner  # noqa: PLC0415 a peer
    from haystack.components.retrievers import InMemoryBM25Retriever  # noqa: PLC0415 a peer
    from haystack.document_stores.in_memory import InMemoryDocumentStore  # noqa: PLC0415 a peer

    documents = [Document(id=str(row), content=text) for row, text in enumerate(given.texts)]
    store = InMemoryDocumentStore()
    store.write_documents(documents)
    lexical, joiner, dense = InMemoryBM25Retriever(store, top_k=DEPTH), DocumentJoiner("reciprocal_rank_fusion", top_k=DEPTH), nearest(given)

    def search(number: int) -> Ranked:
        meaning = [Document(id=str(row), content=given.texts[row], score=score) for row, score in dense(number)]
        wording = lexical.run(query=given.questions[number])["documents"]
        joined = joiner.run(documents=[wording, meaning])["documents"]
        return [(int(document.id), float(document.score or 0)) for document in joined]

    return search


def txtai_of(given: Given) -> Search:
    """Return txtai's hybrid search (half and half of its own BM25, normalised, and the vectors, searched exactly)."""
    from txtai import Embeddings  # noqa: PLC0415 a peer

    vector_of = dict(zip(given.texts, given.vectors, strict=True)) | dict(zip(given.questions, given.asked, strict=True))

    def transform(texts: Sequence[str]) -> Floats:
        return np.stack([vector_of[text] for text in texts])

    index = Embeddings(method="external", transform=transform, hybrid=True, content=False, backend="numpy")
    index.index((row, text, None) for row, text in enumerate(given.texts))
    return lambda number: [(int(row), float(score)) for row, score in index.search(given.questions[number], DEPTH)]


def lancedb_of(given: Given) -> Search:
    """Return LanceDB's hybrid search with its default reranker, reciprocal rank fusion."""
    import lancedb  # noqa: PLC0415 a peer
    from lancedb.index import FTS  # noqa: PLC0415 a peer
    from lancedb.query import MatchQuery  # noqa: PLC0415 a peer
    from lancedb.rerankers import RRFReranker  # noqa: PLC0415 a peer

    folder = tempfile.TemporaryDirectory(prefix="ragqa-peers-")
    rows = [{"row": row, "text": text, "vector": vector} for row, (text, vector) in enumerate(zip(given.texts, given.vectors, strict=True))]
    table = lancedb.connect(Path(folder.name)).create_table("passages", rows)
    table.create_index("text", config=FTS())
    reranker = RRFReranker()

    def search(number: int, _kept: object = folder) -> Ranked:
        asked = table.search(query_type="hybrid").vector(given.asked[number]).distance_type("cosine").text(MatchQuery(given.questions[number], "text"))
        found = asked.rerank(reranker).limit(DEPTH).to_list()
        return [(hit["row"], hit["_relevance_score"]) for hit in found]

    return search


PEERS: dict[str, Callable[[Given], Search]] = {
    "bm25s": bm25s_of,
    "rank-bm25": rank_bm25_of,
    "LlamaIndex fusion, reciprocal rank": lambda given: llamaindex_of(given, "reciprocal_rerank"),
    "LlamaIndex fusion, relative score": lambda given: llamaindex_of(given, "relative_score"),
    "Haystack joiner, reciprocal rank": haystack_of,
    "txtai hybrid": txtai_of,
    "LanceDB hybrid": lancedb_of,
}
