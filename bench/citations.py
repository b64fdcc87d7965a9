"""Ask questions of public sets and check every citation of every answer, character by character.

Usage: python bench/citations.py SET=INDEX... [--most 1000]        (SET holds queries in the BEIR form)

For each answer: every statement is cited, every citation's span holds the quoted text and lies in its document, the
statement's words are those of the quote, numbers run from 1 in order of first citation without a hole, no number is
without a reference and no reference without a citation. Ends with 1 where anything fails. The questions are the first
of each set by a hash of their ids, the same number of each.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from hashlib import blake2b
from pathlib import Path

from ragqa.engine import Engine
from ragqa.errors import RagqaError
from ragqa.evaluate.gold_shared import read_queries
from ragqa.evaluate.locate import remembering
from ragqa.text import words
from ragqa.types import Answer, Document, statements_of


def main() -> None:
    """Ask, check, print the counts, and tell by the exit code whether all is well."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", nargs="+", metavar="SET=INDEX")
    parser.add_argument("--most", type=int, default=1000)
    given = parser.parse_args()
    pairs = [tuple(map(Path, pair.split("=", 1))) for pair in given.sets]
    total: Counter[str] = Counter()
    for folder, index in pairs:
        counted = check_set(folder, index, given.most // len(pairs))
        print(f"{folder.name:22} " + "  ".join(f"{what} {number}" for what, number in counted.items()))
        total += counted
    faults = sum(number for what, number in total.items() if what.startswith("fault"))
    print(f"{'all':22} " + "  ".join(f"{what} {number}" for what, number in total.items()) + f"  faults {faults}")
    sys.exit(int(faults > 0))


def check_set(folder: Path, index: Path, most: int) -> Counter[str]:
    """Return how many questions, answers, statements and citations were looked at, and how many faults of each kind."""
    engine = Engine.open(index)
    document_of = remembering(engine.index.document)
    asked = sorted(read_queries(folder).items(), key=lambda pair: blake2b(pair[0].encode(), digest_size=8).digest())[:most]
    counted: Counter[str] = Counter()
    for _, question in asked:
        counted["questions"] += 1
        try:
            answer = engine.ask(question)
        except RagqaError as error:
            counted[f"fault: {type(error).__name__}"] += 1
            continue
        counted["abstained" if answer.abstained else "answers"] += 1
        counted += faults_of(answer, document_of)
    return counted


def faults_of(answer: Answer, document_of: object) -> Counter[str]:
    """Return the statements and citations of an answer, and what is wrong with them."""
    counted: Counter[str] = Counter()
    numbers: list[int] = []
    for statement in statements_of(answer):
        counted["statements"] += 1
        if not statement.citations:
            counted["fault: statement without a citation"] += 1
        for citation in statement.citations:
            counted["citations"] += 1
            numbers.append(citation.number)
            document: Document = document_of(citation.document_id)  # type: ignore[operator]
            if document.text[citation.span.start : citation.span.end] != citation.quoted:
                counted["fault: quote is not the span"] += 1
        if statement.citations and not _is_within(words(statement.text), words(statement.citations[0].quoted)):
            counted["fault: statement says more than its quote"] += 1
    order = list(dict.fromkeys(numbers))
    listed = [reference.number for reference in answer.references]
    if order != list(range(1, len(order) + 1)):
        counted["fault: numbers out of order"] += 1
    if sorted(listed) != sorted(order):
        counted["fault: references are not what is cited"] += 1
    return counted


def _is_within(said: list[str], quoted: list[str]) -> bool:
    """Tell whether the words said stand in the quote in the same order."""
    rest = iter(quoted)
    return all(word in rest for word in said)


if __name__ == "__main__":
    main()
