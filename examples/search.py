"""Print the passages that a question finds, with the scores of both arms.

Run `scripts/ragqa ask "..."` once before: it builds the index that is opened here. Then:
.venv/bin/python examples/search.py ["QUESTION"]
"""

from __future__ import annotations

import sys
from pathlib import Path

from ragqa import Engine, RagqaError

INDEX = Path(__file__).parent.parent / "indexes" / "default"
QUESTION = "hypertonic saline in severe hyponatraemia"


def main() -> None:
    """Search for the words of the command line, or those above."""
    question = sys.argv[1] if len(sys.argv) > 1 else QUESTION
    try:
        found = Engine.open(INDEX).search(question, depth=5)
    except RagqaError as error:
        sys.exit(str(error))
    for hit, passage in found:
        print(f"{hit.rank}. {hit.score:.3f}  cosine {hit.arms.dense}  BM25 {hit.arms.lexical}")
        print(f"   {passage.document_id} › {' › '.join(passage.heading_path)}")
        print(f"   {' '.join(passage.text.split())[:160]}")


if __name__ == "__main__":
    main()
