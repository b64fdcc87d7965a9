"""Ask one question and print the answer as Markdown.

Run `scripts/ragqa ask "..."` once before: it builds the index that is opened here. Then:
.venv/bin/python examples/ask.py ["QUESTION"]
"""

from __future__ import annotations

import sys
from pathlib import Path

from ragqa import Engine, RagqaError, render

INDEX = Path(__file__).parent.parent / "indexes" / "default"
QUESTION = "Does acupuncture help chronic low back pain?"


def main() -> None:
    """Answer the question of the command line, or the one above."""
    question = sys.argv[1] if len(sys.argv) > 1 else QUESTION
    try:
        answer = Engine.open(INDEX).ask(question)
    except RagqaError as error:
        sys.exit(str(error))
    print(render(answer, "markdown"))


if __name__ == "__main__":
    main()
