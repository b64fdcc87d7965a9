"""Time a cold `ragqa ask` against importing sentence_transformers, in turn, and print the ratio.

Usage: python bench/cold_ask.py [RUNS] [--index DIR]
Whole processes, started anew each time; the first of each is not counted. Medians, with the least and the most.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time

QUESTION = "Does acupuncture help chronic low back pain?"


def seconds(command: list[str]) -> float:
    """Return how long a process takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="?", type=int, default=5)
    parser.add_argument("--index", default=None)
    options = parser.parse_args()
    ask = [sys.executable, "-c", "from ragqa.cli import main; main()", "ask", QUESTION]
    if options.index:
        ask += ["--index", options.index]
    peer = [sys.executable, "-c", "import sentence_transformers"]
    pairs = [(seconds(ask), seconds(peer)) for _ in range(options.runs + 1)][1:]
    for name, values in (("ragqa ask", [a for a, _ in pairs]), ("import sentence_transformers", [b for _, b in pairs])):
        print(f"{name:<30} median {statistics.median(values):6.2f} s   least {min(values):6.2f}   most {max(values):6.2f}")
    ratios = [a / b for a, b in pairs]
    print(f"{'ratio, pair by pair':<30} median {statistics.median(ratios):6.3f}     least {min(ratios):6.3f}   most {max(ratios):6.3f}")


if __name__ == "__main__":
    main()
