"""Questions on diseases that an index does not hold, beside others that it does, from a set of pages on many diseases.

Usage: python bench/near_neighbours.py MEDQUAD FOLDER

Writes FOLDER/corpus.jsonl, every seventh section of MedQuAD, to be indexed with `ragqa index build FOLDER/corpus.jsonl --index INDEX`,
and FOLDER/questions.jsonl: questions in wordings of our own on sections that are among them ("held"), and on diseases of which no
section is, by name, synonym and concept identifier ("absent"). What is absent is mostly a near neighbour of something held.
`bench/fit_relevance.py --near FOLDER INDEX` fits answerability on both beside the gold set.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import sys
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any, NamedTuple

EVERY = 7
MOST = 450  # questions of either kind
MOST_OF_A_TYPE = 75
MOST_TITLES = 5  # of a concept identifier that tells one disease from another
LONGEST_TITLE = 50  # characters

WORDINGS = {
    "treatment": ("What are the treatments for {}?", "How is {} treated?", "What can be done for {}?", "My brother was just told he has {}. What are his options?", "best therapy {}"),
    "symptoms": ("What are the symptoms of {}?", "How do I know if I have {}?", "What does {} feel like?", "signs of {}"),
    "causes": ("What causes {}?", "Why do people get {}?", "etiology of {}"),
    "information": ("What is {}?", "Can you explain {} to me?", "Tell me about {}", "{}"),
    "inheritance": ("Is {} inherited?", "Could my children get {} from me?", "Does {} run in families?"),
    "prevention": ("How to prevent {}?", "Can {} be prevented?", "what can I do so I don't get {}"),
    "frequency": ("How many people are affected by {}?", "How common is {}?"),
    "exams and tests": ("How to diagnose {}?", "Which tests show {}?", "how do doctors find out if it's {}"),
    "outlook": ("What is the outlook for {}?", "How long do people with {} live?", "prognosis of {}"),
    "complications": ("What are the complications of {}?", "Can {} be dangerous?"),
    "susceptibility": ("Who is at risk for {}?", "What raises the risk of {}?"),
    "genetic changes": ("What are the genetic changes related to {}?", "Which gene is behind {}?"),
    "research": ("What research is being done on {}?",),
}


class Asked(NamedTuple):
    """A question, the section it was made from, and whether the part of the set holds that section."""

    id: str
    question: str
    section: str
    held: bool


def main() -> None:
    """Write the part and its questions."""
    source, folder = Path(sys.argv[1]), Path(sys.argv[2])
    folder.mkdir(parents=True, exist_ok=True)
    with gzip.open(source / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        sections = [json.loads(line) for line in lines]
    part = sections[::EVERY]
    _write(folder / "corpus.jsonl", part)
    asked = questions(sections, {section["_id"] for section in part})
    _write(folder / "questions.jsonl", [question._asdict() for question in asked])
    print(f"{len(part)} sections; {sum(q.held for q in asked)} questions on what they hold, {sum(not q.held for q in asked)} on what they do not")


def questions(sections: list[dict[str, Any]], part: set[str]) -> list[Asked]:
    """Return questions on sections, in an order that depends on their ids alone."""
    titles = defaultdict(set)
    for section in sections:
        for concept in section["metadata"]["cui"]:
            titles[concept].add(section["title"].lower())
    telling = {concept for concept, held in titles.items() if len(held) <= MOST_TITLES}
    held_names = {name for section in sections if section["_id"] in part for name in _names(section, telling)}
    counts: Counter[tuple[bool, str]] = Counter()
    asked, seen = [], set()
    for section in sorted(sections, key=lambda section: _digest(section["_id"])):
        kind, title, held = section["metadata"]["qtype"], section["title"], section["_id"] in part
        if kind not in WORDINGS or len(title) > LONGEST_TITLE or (title.lower(), kind) in seen:
            continue
        seen.add((title.lower(), kind))
        if not held and held_names & _names(section, telling):
            continue
        if counts[held, ""] >= MOST or counts[held, kind] >= MOST_OF_A_TYPE:
            continue
        counts.update([(held, ""), (held, kind)])
        digest = _digest(section["_id"])
        name = title if digest % 2 or title.isupper() else title[0].lower() + title[1:]
        wording = WORDINGS[kind][digest // 2 % len(WORDINGS[kind])]
        asked.append(Asked(f"near-{section['_id']}", wording.format(name), section["_id"], held))
    return asked


def _names(section: dict[str, Any], telling: set[str]) -> set[str]:
    """Return the names of a section's disease in small letters, and its identifiers as far as they tell it from others."""
    metadata = section["metadata"]
    return {section["title"].lower(), *(name.lower() for name in metadata["synonyms"]), *(c for c in metadata["cui"] if c in telling)}


def _digest(text: str) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def _write(path: Path, rows: list[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


if __name__ == "__main__":
    main()
