"""Answer the ten questions of questions.txt from an index of corpus/, one Markdown file each in answers/.

Usage: python examples/write_answers.py [INDEX] [--check]
With --check nothing is written, and the exit code is 1 where a file is not what ragqa answers now.
"""

from __future__ import annotations

import argparse
import re
import sys
from pathlib import Path

from ragqa.config import Settings
from ragqa.engine import Engine, default_index
from ragqa.rendering import render

HERE = Path(__file__).parent
# What depends on the day and the machine rather than on the question and the documents.
PASSING = re.compile(r"^(?:- \*\*Index snapshot:\*\*.*|> \*\*Currency:\*\*.*|ragqa \d.*)\n", re.MULTILINE)


def main() -> None:
    """Ask, and write or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("index", nargs="?", type=Path, default=None)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    engine = Engine.open(options.index or default_index(Settings()))
    stale = []
    for line in (HERE / "questions.txt").read_text(encoding="utf-8").splitlines():
        name, question = line.split("\t")
        path = HERE / "answers" / f"{name}.md"
        text = PASSING.sub("", render(engine.ask(question), "markdown"))
        if not options.check:
            path.write_text(text, encoding="utf-8")
        elif not path.is_file() or path.read_text(encoding="utf-8") != text:
            stale.append(path.name)
    if stale:
        sys.exit(f"not what ragqa answers now: {', '.join(stale)}; run scripts/examples and read the difference")


if __name__ == "__main__":
    main()
