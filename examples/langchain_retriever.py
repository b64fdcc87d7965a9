"""ragqa as a retriever of LangChain: passages with their sources and spans, for any chain.

.venv/bin/python -m pip install --requirement examples/requirements.txt
.venv/bin/python examples/langchain_retriever.py ["QUESTION"]
"""

from __future__ import annotations

import sys
from pathlib import Path

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import ConfigDict

from ragqa import Engine, RagqaError

INDEX = Path(__file__).parent.parent / "indexes" / "default"
QUESTION = "hypertonic saline in severe hyponatraemia"


class RagqaRetriever(BaseRetriever):
    """Finds passages of an index; `metadata` says where each stands, character by character."""

    model_config = ConfigDict(arbitrary_types_allowed=True)
    engine: Engine
    depth: int = 5

    def _get_relevant_documents(self, query: str, *, run_manager: CallbackManagerForRetrieverRun) -> list[Document]:
        del run_manager
        found = self.engine.search(query, depth=self.depth)
        cards = {card.document_id: card for card in self.engine.index.cards(sorted({p.document_id for _, p in found}))}
        return [
            Document(
                id=passage.id,
                page_content=passage.text,
                metadata={
                    "document_id": passage.document_id,
                    "start": passage.span.start,
                    "end": passage.span.end,
                    "heading_path": list(passage.heading_path),
                    "title": cards[passage.document_id].source.title,
                    "kind": cards[passage.document_id].source.kind.value,
                    "year": cards[passage.document_id].source.year,
                    "score": hit.score,
                },
            )
            for hit, passage in found
        ]


def main() -> None:
    """Retrieve for the words of the command line, or those above."""
    question = sys.argv[1] if len(sys.argv) > 1 else QUESTION
    try:
        retriever = RagqaRetriever(engine=Engine.open(INDEX))
    except RagqaError as error:
        sys.exit(str(error))
    for document in retriever.invoke(question):
        print(f"{document.metadata['score']:.3f}  {document.metadata['title']}")
        print(f"       {' '.join(document.page_content.split())[:160]}")


if __name__ == "__main__":
    main()
