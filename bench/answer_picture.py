"""Take the picture of README.md: the first screen of an answer as a terminal with colours shows it, as SVG.

Usage: python bench/answer_picture.py INDEX docs/answer.svg   (needs rich, which the command line has)
"""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ragqa.engine import Engine
from ragqa.rendering import render

QUESTION = "Does acupuncture help chronic low back pain?"
WIDTH, ROWS = 80, 37


def main() -> None:
    """Answer, and draw the first rows."""
    answer = Engine.open(Path(sys.argv[1])).ask(QUESTION)
    rows = render(answer, "terminal", width=WIDTH, color=True).splitlines()[:ROWS]
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi("\n".join(rows)))
    drawn = console.export_svg(title=f'ragqa ask "{QUESTION}"', unique_id="answer")
    Path(sys.argv[2]).write_text(re.sub(r"\n *@font-face \{.*?\n *\}", "", drawn, flags=re.DOTALL), encoding="utf-8")  # no foreign address


if __name__ == "__main__":
    main()
