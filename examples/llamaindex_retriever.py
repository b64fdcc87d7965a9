"""ragqa as a retriever of LlamaIndex: passages with their sources and spans, for any query engine.

.venv/bin/python -m pip install --requirement examples/requirements.txt
.venv/bin/python examples/llamaindex_retriever.py ["QUESTION"]
"""

from __future__ import annotations

import sys
from pathlib import Path

from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.schema import NodeWithScore, QueryBundle, TextNode

from ragqa import Engine, RagqaError

INDEX = Path(__file__).parent.parent / "indexes" / "default"
QUESTION = "hypertonic saline in severe hyponatraemia"


class RagqaRetriever(BaseRetriever):
    """Finds passages of an index; `metadata` says where each stands, character by character."""

    def __init__(self, engine: Engine, *, depth: int = 5) -> None:
        super().__init__()
        self._engine, self._depth = engine, depth

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        found = self._engine.search(query_bundle.query_str, depth=self._depth)
        cards = {card.document_id: card for card in self._engine.index.cards(sorted({p.document_id for _, p in found}))}
        return [
            NodeWithScore(
                score=hit.score,
                node=TextNode(
                    id_=passage.id,
                    text=passage.text,
                    metadata={
                        "document_id": passage.document_id,
                        "start": passage.span.start,
                        "end": passage.span.end,
                        "heading_path": list(passage.heading_path),
                        "title": cards[passage.document_id].source.title,
                        "kind": cards[passage.document_id].source.kind.value,
                        "year": cards[passage.document_id].source.year,
                    },
                ),
            )
            for hit, passage in found
        ]


def main() -> None:
    """Retrieve for the words of the command line, or those above."""
    question = sys.argv[1] if len(sys.argv) > 1 else QUESTION
    try:
        retriever = RagqaRetriever(Engine.open(INDEX))
    except RagqaError as error:
        sys.exit(str(error))
    for found in retriever.retrieve(question):
        print(f"{found.score:.3f}  {found.node.metadata['title']}")
        print(f"       {' '.join(found.node.get_content().split())[:160]}")


if __name__ == "__main__":
    main()
