"""Draw a seeded sample of statements out of answers, to be read and marked; then count the marks.

Usage: python bench/statements.py draw NAME QUESTIONS INDEX FILE [--seed 1] [--most 100]
       python bench/statements.py bare FILE...
       python bench/statements.py count FILE...

QUESTIONS is a folder of gold questions (only tuned ones are asked) or one in the BEIR form. Questions are asked in a
seeded order, and one statement is drawn from each answer (two, where answers run out), with the heading that the page
sets above it. A reader marks each line: `stands_alone` (can be understood under its heading), `wrong_condition` (is on
another disease or thing than asked about), `answers` (helps to answer the question). Intervals: Wilson, 95 %. `bare` takes the
texts of others out of a marked file and leaves a digest of each: who has the data draws them again with the same seed.
"""

from __future__ import annotations

import argparse
import json
import math
import random
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ragqa.engine import Engine
from ragqa.evaluate.gold_reading import read_gold
from ragqa.evaluate.gold_shared import read_queries
from ragqa.evaluate.parts import Part, part_of
from ragqa.rendering.references import label_of
from ragqa.types import Answer, Section

MARKS = ("stands_alone", "wrong_condition", "answers")
ROUNDS = 2  # statements of one answer, at most
Z = 1.96


def main() -> None:
    """Draw or count."""
    parser = argparse.ArgumentParser(description=__doc__)
    what = parser.add_subparsers(dest="what", required=True)
    drawing = what.add_parser("draw")
    drawing.add_argument("name")
    drawing.add_argument("questions", type=Path)
    drawing.add_argument("index", type=Path)
    drawing.add_argument("file", type=Path)
    drawing.add_argument("--seed", type=int, default=1)
    drawing.add_argument("--most", type=int, default=100)
    for name in ("bare", "count"):
        what.add_parser(name).add_argument("files", nargs="+", type=Path)
    given = parser.parse_args()
    if given.what != "draw":
        for file in given.files:
            (count if given.what == "count" else make_bare)(file)
        return
    engine = Engine.open(given.index)
    rows = draw(engine, questions_of(engine, given.questions), given.name, seed=given.seed, most=given.most)
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    given.file.parent.mkdir(parents=True, exist_ok=True)
    given.file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def questions_of(engine: Engine, folder: Path) -> dict[str, str]:
    """Return the questions to ask, by id: the tuned part of a gold folder, or all queries of one in the BEIR form."""
    if list(folder.glob("queries*")):
        return dict(read_queries(folder))
    return {q.id: q.question for q in read_gold(folder, engine.index.document) if part_of(q.id) is Part.TUNED and q.must_have}


def draw(engine: Engine, questions: dict[str, str], name: str, *, seed: int, most: int) -> list[dict[str, Any]]:
    """Return so many statements with empty marks; fewer where the answers hold no more."""
    order = sorted(questions)
    chance = random.Random(seed)
    chance.shuffle(order)
    left: list[list[dict[str, Any]]] = []
    rows: list[dict[str, Any]] = []
    for question in order:
        if len(rows) == most:
            return rows
        shown = list(shown_in(engine.ask(questions[question])))
        chance.shuffle(shown)
        found = [{"id": f"{name}-{question}-{n}", "question": questions[question], **row, **dict.fromkeys(MARKS), "note": ""} for n, row in enumerate(shown[:ROUNDS])]
        rows += found[:1]
        left.append(found[1:])
    return [*rows, *(row for more in left for row in more)][:most]


def shown_in(answer: Answer) -> Iterator[dict[str, str]]:
    """Yield each statement of an answer once, with the part of the page that it stands in and the heading above it."""
    titles = {reference.number: label_of(reference.source) for reference in answer.references}
    seen: set[str] = set()
    for statement in answer.direct:
        seen.add(statement.text)
        yield {"part": "direct", "heading": titles[statement.citations[0].number], "text": statement.text}
    for section in answer.sections:
        for part, heading, text in _in_section(section, ()):
            if text not in seen:
                seen.add(text)
                yield {"part": part, "heading": heading, "text": text}


def _in_section(section: Section, above: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    path = (*above, section.heading)
    for group in section.groups:
        for statement in group.statements:
            yield " > ".join(path), group.run_in, statement.text
    for inner in section.subsections:
        yield from _in_section(inner, path)


def make_bare(file: Path) -> None:
    """Leave ids, marks and digests in a file, and no text."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    kept = [
        {"id": row["id"], "digest": row.get("digest") or blake2b(row["text"].encode(), digest_size=8).hexdigest()}
        | {mark: row[mark] for mark in MARKS}
        | {"note": row["note"]}
        for row in rows
    ]
    file.write_text("".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in kept), encoding="utf-8")


def count(file: Path) -> None:
    """Print the share of each mark in a file with its interval, and what was marked."""
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines() if line]
    marked = [row for row in rows if all(isinstance(row[mark], bool) for mark in MARKS)]
    print(f"{file.name}: {len(rows)} statements, {len(marked)} marked")
    for mark in MARKS:
        if marked:
            hits = sum(row[mark] for row in marked)
            low, high = wilson(hits, len(marked))
            print(f"  {mark:16} {hits / len(marked):.3f} ({low:.3f} to {high:.3f})")
    for row in marked:
        if not row["stands_alone"] or row["wrong_condition"]:
            print(f"    {row['id']}: {row['note']}")


def wilson(hits: int, tried: int) -> tuple[float, float]:
    """Return the 95 % interval of a share (Wilson, 1927)."""
    share, square = hits / tried, Z * Z
    middle = (share + square / (2 * tried)) / (1 + square / tried)
    reach = Z * math.sqrt(share * (1 - share) / tried + square / (4 * tried * tried)) / (1 + square / tried)
    return max(0.0, middle - reach), min(1.0, middle + reach)


if __name__ == "__main__":
    main()
