"""Time a cold `ragqa ask` against importing sentence_transformers, in turn, and print the ratio.

Usage: python bench/cold_ask.py [RUNS] [--index DIR] [--question TEXT]
Whole processes, started anew each time; the first of each is not counted, and leaves bytecode for the others, as an
installation does, even where PYTHONDONTWRITEBYTECODE is set. The ratio of processor time holds on a busy machine, too; that of
the clock only on a quiet one.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile

from timing import in_turn, of_command, show

QUESTION = "Does acupuncture help chronic low back pain?"
ASK = "import sys; from ragqa.cli import main\ntry: main()\nexcept SystemExit as done: sys.exit(0 if done.code in (None, 0, 3) else 1)"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="?", type=int, default=5)
    parser.add_argument("--index", default=None)
    parser.add_argument("--question", default=QUESTION)
    options = parser.parse_args()
    ask = [sys.executable, "-c", ASK, "ask", options.question]
    if options.index:
        ask += ["--index", options.index]
    peer = [sys.executable, "-c", "import sentence_transformers"]
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as bytecode:
        os.environ["PYTHONPYCACHEPREFIX"] = bytecode
        show(in_turn(options.runs, {"ragqa ask": lambda: of_command(ask), "import sentence_transformers": lambda: of_command(peer)}))


if __name__ == "__main__":
    main()
