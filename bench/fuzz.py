"""Damage files in every way, read them, and count what is neither a document nor one clear line with the file's name.

Usage: python bench/fuzz.py [--count N] [--first N] [--keep DIR] FILE_OR_FOLDER...

Exit code 1 where there was a fault; the files that made one are kept in DIR. Every input follows from its number: --first N --count 1
makes one again. A fault is: an error of Python's own, a reader that died, took longer than SECONDS or more memory than it may, no result
at all, a reason that is not one line, a passage that is not what its document says, or something left in the scratch folder.
"""

from __future__ import annotations

import argparse
import io
import random
import shutil
import tempfile
import time
from collections import Counter
from pathlib import Path

import pypdfium2 as pdfium
from mutations import mutate

from ragqa.ingest import READERS, CutDocument, CutResult, Limits, read_apart
from ragqa.ingest.readers import suffix_of

SECONDS = 60
MEMORY = 2 << 30
AT_ONCE = 400
LARGEST = 20_000  # of a file that is damaged, in bytes; of a larger PDF the first two pages stand for it
BAD = ("its reader", "takes longer", "needs more memory")


def make(number: int, sources: list[tuple[str, bytes]], folder: Path) -> Path:
    """Write the damaged file of a number, and return its path."""
    dice = random.Random(number)
    kind = dice.choice(sorted({suffix_of(name) for name, _ in sources}))  # each kind as often, however many files it has
    name, data = dice.choice([source for source in sources if suffix_of(source[0]) == kind])
    suffix = suffix_of(name) if dice.random() < 0.85 else dice.choice(sorted(READERS))
    path = folder / f"f{number:07d}{suffix}"
    path.write_bytes(mutate(data, dice, [other for _, other in sources]))
    return path


def fault_of(result: CutResult) -> str | None:
    """Return what is wrong with a result, None where it is as promised."""
    if isinstance(result, CutDocument):
        text = result.read.document.text
        return "a passage is not what its document says" if any(p.span.of(text) != p.text for p in result.passages) else None
    if not result.reason or not result.reason.isprintable():
        return f"a reason that is not one clear line: {result.reason!r}"
    return result.reason if result.reason.startswith(BAD) else None


def turn(paths: list[Path], scratch: Path, seen: Counter[str], slow: Counter[str]) -> dict[str, str]:
    """Read files; return name -> fault, and count what came out."""
    results: dict[str, list[CutResult]] = {path.name: [] for path in paths}
    faults: dict[str, str] = {}
    began = time.monotonic()
    for result in read_apart(paths, scratch=scratch, most=Limits(SECONDS, MEMORY, AT_ONCE)):
        name = Path(result.read.file if isinstance(result, CutDocument) else result.file).name
        slow[name] = max(slow[name], round(1000 * (time.monotonic() - began)))
        results[name].append(result)
        seen[type(result).__name__] += 1
        if (fault := fault_of(result)) is not None:
            faults[name] = fault
        began = time.monotonic()
    faults |= {name: "no result" for name, found in results.items() if not found}
    if scratch.exists():
        faults[paths[0].name] = "the scratch folder is still there"
    return faults


def _whole_or_begun(path: Path) -> bytes | None:
    if path.stat().st_size <= LARGEST:
        return path.read_bytes()
    if path.suffix != ".pdf":
        return None
    with pdfium.PdfDocument(path) as whole, pdfium.PdfDocument.new() as begun:
        begun.import_pages(whole, [0, 1])
        written = io.BytesIO()
        begun.save(written)
    return written.getvalue()


def main() -> int:
    """Damage, read and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    options = parser.parse_args()
    paths = sorted(path for source in options.sources for path in ([source] if source.is_file() else source.rglob("*")))
    named = [(path.name, _whole_or_begun(path)) for path in paths if suffix_of(path.name) in READERS]
    sources = [(name, data) for name, data in named if data is not None]
    seen: Counter[str] = Counter()
    slow: Counter[str] = Counter()
    faults = 0
    with tempfile.TemporaryDirectory() as home:
        for start in range(options.first, options.first + options.count, AT_ONCE):
            folder, scratch = Path(home) / "in", Path(home) / "scratch"
            folder.mkdir()
            scratch.mkdir()
            made = [make(number, sources, folder) for number in range(start, min(start + AT_ONCE, options.first + options.count))]
            for name, fault in sorted(turn(made, scratch, seen, slow).items()):
                faults += 1
                print(f"FAULT {name}: {fault}", flush=True)
                if options.keep is not None:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    shutil.copy(folder / name, options.keep)
            shutil.rmtree(folder)
    print(f"{options.count} inputs from {len(sources)} files: {dict(sorted(seen.items()))}, {faults} faults")
    print("slowest, ms: " + ", ".join(f"{name} {spent}" for name, spent in slow.most_common(5)))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
