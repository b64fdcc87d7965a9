"""Build an index of a folder of your own, ask it, and hold every quote of the answer against its document.

.venv/bin/python examples/own_documents.py [FOLDER "QUESTION"]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from ragqa import Engine, RagqaError, Settings, render
from ragqa.engine import build_index

FOLDER = Path(__file__).parent.parent / "corpus" / "nephrology"
QUESTION = "How fast may chronic hyponatraemia be corrected?"


def main() -> None:
    """Index a folder in a scratch place; name a lasting one to keep the index."""
    folder, question = (Path(sys.argv[1]), sys.argv[2]) if len(sys.argv) > 2 else (FOLDER, QUESTION)  # noqa: PLR2004
    settings = Settings()
    with tempfile.TemporaryDirectory() as scratch:
        index = Path(scratch) / "index"
        try:
            report = build_index([folder], index, settings)
            engine = Engine.open(index, settings=settings)
            answer = engine.ask(question)
            traces = engine.trace(answer)
        except RagqaError as error:
            sys.exit(str(error))
        print(f"{report.documents} documents, {report.passages} passages\n")
        print(render(answer, "terminal"))
        print(f"{sum(trace.intact for trace in traces)} of {len(traces)} quotes stand in their documents")


if __name__ == "__main__":
    main()
