"""Count sentences split a second, beside sentencex alone, and how many of the cases in tests/data/sentences.jsonl are right.

Usage: python bench/sentences.py [RUNS]
"""

from __future__ import annotations

import json
import statistics
import sys
import time

from passages import ROOT, real_sentences
from sentencex import get_sentence_boundaries

from ragqa.text import sentences

PARAGRAPH = 7


def main() -> None:
    """Measure and print."""
    pool = real_sentences()
    texts = [" ".join(pool[start : start + PARAGRAPH]) for start in range(0, len(pool), PARAGRAPH)]
    rates: dict[str, list[float]] = {"ragqa": [], "sentencex alone": []}
    for _ in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5):
        start = time.process_time()
        count = sum(len(sentences(text)) for text in texts)
        middle = time.process_time()
        other = sum(len(get_sentence_boundaries("en", text)) for text in texts)
        rates["ragqa"].append(count / (middle - start))
        rates["sentencex alone"].append(other / (time.process_time() - middle))
    for name, some in rates.items():
        print(f"{name:<16} median {statistics.median(some):9,.0f} sentences a second of processor   least {min(some):9,.0f}   most {max(some):9,.0f}")
    cases = [json.loads(line) for line in (ROOT / "tests" / "data" / "sentences.jsonl").read_text(encoding="utf-8").splitlines()]
    right = sum([case["text"][a:b] for a, b in sentences(case["text"])] == case["sentences"] for case in cases)
    print(f"right: {right} of {len(cases)} cases")


if __name__ == "__main__":
    main()
