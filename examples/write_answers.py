"""Answer the ten questions of questions.txt from the starter corpus, one Markdown file each.

Usage: python examples/write_answers.py [INDEX] [--out FOLDER]
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ragqa.config import Settings
from ragqa.engine import Engine, default_index
from ragqa.rendering import render

HERE = Path(__file__).parent


def main() -> None:
    """Ask and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("index", nargs="?", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=HERE / "answers")
    options = parser.parse_args()
    engine = Engine.open(options.index or default_index(Settings()))
    for line in (HERE / "questions.txt").read_text(encoding="utf-8").splitlines():
        name, question = line.split("\t")
        answer = engine.ask(question)
        (options.out / f"{name}.md").write_text(render(undated(answer), "markdown"), encoding="utf-8")
        print(f"{name}: {answer.support}, {len(answer.references)} references")


def undated(answer):  # noqa: ANN001, ANN201 an Answer
    """Return an answer without the day on which the index was made, so that a file changes only when the answer does."""
    return answer.model_copy(update={"snapshot": answer.snapshot.replace(month=1, day=1)})


if __name__ == "__main__":
    main()
