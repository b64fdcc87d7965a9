"""Flip bytes in every file of an index: opening, asking or `verify` names the file, and no answer ever holds a wrong quote.

Usage: python bench/damage.py [--flips N] [--seed N]

Each of N flips changes one to eight bytes of one file, each file as often as any other. `verify` must name that file; opening and
searching must give either what the whole index holds, character by character, or an error of ragqa's own. Then each file in turn is cut
short, emptied and removed. Exit code 1 where a promise was broken.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from collections import Counter
from pathlib import Path

from crash import SETTINGS, write_documents

from ragqa.encode import HashingEncoder
from ragqa.engine.build import build_index
from ragqa.errors import RagqaError
from ragqa.index import LocalIndex, verify
from ragqa.types import Filters

ENCODER = HashingEncoder(SETTINGS.encoder)
ASKED = ("aspirin lowers pain", "knee trial placebo", "renal dose of warfarin")


def read(folder: Path, truth: dict[str, str] | None = None) -> dict[str, str]:
    """Search an index and return the documents found; raise AssertionError for a quote that is not what `truth` holds there."""
    found: dict[str, str] = {}
    with LocalIndex.open(folder) as index:
        for asked in ASKED:
            hits = index.search_lexical(dict.fromkeys(asked.split(), 1.0), depth=20, filters=Filters())
            hits += index.search_dense(ENCODER.encode_queries([asked])[0], depth=20, filters=Filters())
            for passage in index.passages([hit.passage_id for hit in hits]):
                text = index.document(passage.document_id).text
                found[passage.document_id] = text
                whole = text if truth is None else truth.get(passage.document_id, "")
                if passage.span.of(whole) != passage.text or text != whole:
                    raise AssertionError(f"{passage.id} is not what its document says")
    return found


def look(folder: Path, name: str, truth: dict[str, str], *, strict: bool) -> list[str]:
    """Return the promises that an index with one damaged file breaks."""
    broken = []
    problems: tuple[str, ...]
    try:
        problems = verify(folder).problems
    except RagqaError as error:
        problems = (str(error),)
    gone = name == "CURRENT" and not (folder / name).exists()  # that is the same as no index, and said so
    if strict and not any(name in problem or (gone and "there is no index" in problem) for problem in problems):
        broken.append(f"verify does not name it: {problems[:2]}")
    try:
        read(folder, truth)
    except RagqaError:
        pass
    except Exception as error:  # noqa: BLE001 - any other error is what is looked for
        broken.append(f"{type(error).__name__}: {error}")
    return broken


def main() -> int:
    """Damage, look and mend."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--flips", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = random.Random(options.seed)
    counts: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="ragqa-damage-") as work:
        write_documents(Path(work) / "in", 1, 30)
        folder = Path(work) / "index"
        build_index([Path(work) / "in"], folder, SETTINGS)
        with LocalIndex.open(folder) as index:
            truth = {card.document_id: index.document(card.document_id).text for card in index.cards()}
        read(folder, truth)
        paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.stat().st_size)
        for turn in range(options.flips + 3 * len(paths)):
            path = dice.choice(paths) if turn < options.flips else paths[(turn - options.flips) // 3]
            whole = path.read_bytes()
            data = bytearray(whole)
            if turn < options.flips:
                for _ in range(dice.choice((1, 1, 2, 8))):
                    data[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
                path.write_bytes(data)
            elif turn % 3:
                path.write_bytes(whole[: len(whole) // 2] if turn % 3 == 1 else b"")
            else:
                path.unlink()
            same = path.is_file() and path.read_bytes().split() == whole.split()
            lock = path.name == ".lock"
            for problem in look(folder, path.name, truth, strict=not (same or lock)):
                counts["BROKEN"] += 1
                print(f"BROKEN turn {turn}, {path.relative_to(folder)}: {problem}", flush=True)
            counts[f"damaged {path.name}"] += 1
            path.write_bytes(whole)
        clean = not verify(folder).problems
    print(f"{sum(counts.values()) - counts['BROKEN']} damages to {len(paths)} files; whole again afterwards: {clean}; {counts['BROKEN']} promises broken")
    return 1 if counts["BROKEN"] or not clean else 0


if __name__ == "__main__":
    raise SystemExit(main())
