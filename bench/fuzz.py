"""Damage files in every way, read them, and count what is neither a document nor one clear line with the file's name.

Usage: python bench/fuzz.py [--count N] [--first N] [--keep DIR] [--whole FOLDER] FILE_OR_FOLDER...
       python bench/hostile_files.py FOLDER   makes traps: FOLDER/small are seeds, FOLDER/large is for --whole

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
from lxml import etree
from mutations import mutate

from ragqa.ingest import READERS, CutDocument, CutResult, Limits, read_apart
from ragqa.ingest.readers import suffix_of

SECONDS = 60
MEMORY = 2 << 30
AT_ONCE = 400
LARGE = (300, 4 << 30, AT_ONCE)  # what ragqa itself allows
LARGEST = 64_000  # bytes of a file that is damaged; of a larger one its beginning stands for it, or it is read once as it is
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


def turn(paths: list[Path], scratch: Path, seen: Counter[str], slow: Counter[str], most: Limits = Limits(SECONDS, MEMORY, AT_ONCE)) -> dict[str, str]:
    """Read files; return name -> fault, and count what came out."""
    results: dict[str, list[CutResult]] = {path.name: [] for path in paths}
    faults: dict[str, str] = {}
    began = time.monotonic()
    for result in read_apart(paths, scratch=scratch, most=most):
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


def whole_or_begun(path: Path) -> bytes:
    """Return a file that is small; of a PDF its first two pages, of XML its first elements, of text its first bytes."""
    if path.stat().st_size <= LARGEST:
        return path.read_bytes()
    if path.suffix in {".xml", ".nxml"}:
        return _first_elements(path)
    if path.suffix != ".pdf":
        return path.read_bytes()[:LARGEST]
    with pdfium.PdfDocument(path) as whole, pdfium.PdfDocument.new() as begun:
        begun.import_pages(whole, list(range(min(2, len(whole)))))
        written = io.BytesIO()
        begun.save(written)
    return written.getvalue()


def _first_elements(path: Path) -> bytes:
    """Return an XML file without its last elements, well-formed as before."""
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=True, recover=True)
    root = etree.parse(path, parser).getroot()
    while len(data := etree.tostring(root)) > LARGEST:
        largest = max((e for e in root.iter() if len(e)), key=lambda e: (len(e), len(etree.tostring(e))), default=None)
        if largest is None:
            return data[:LARGEST]
        del largest[(len(largest) + 1) // 2 - (len(largest) == 1) :]
    return data


def alone(path: Path, scratch: Path) -> str | None:
    """Read one file that took too long again, by itself; return its fault, None where only the machine was busy."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    return turn([path], scratch, Counter(), Counter()).get(path.name)


def as_they_are(paths: list[Path], scratch: Path) -> int:
    """Read large files whole, once; return how many faults there were."""
    scratch.mkdir()
    slow: Counter[str] = Counter()
    faults = turn(paths, scratch, Counter(), slow, Limits(*LARGE)) if paths else {}
    for name, fault in sorted(faults.items()):
        print(f"FAULT {name}: {fault}", flush=True)
    print(f"{len(paths)} large files read as they are, {len(faults)} faults; slowest, ms: {slow.most_common(3)}", flush=True)
    return len(faults)


def main() -> int:
    """Damage, read and report."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sources", type=Path, nargs="+")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--whole", type=Path, help="a folder whose files, and the large ones of the others, are first read as they are")
    options = parser.parse_args()
    paths = sorted(path for source in options.sources for path in ([source] if source.is_file() else source.rglob("*")))
    paths = [path for path in paths if suffix_of(path.name) in READERS]
    sources = [(path.name, whole_or_begun(path)) for path in paths]
    seen: Counter[str] = Counter()
    slow: Counter[str] = Counter()
    faults = 0
    with tempfile.TemporaryDirectory() as home:
        if options.whole is not None:
            large = [*(path for path in paths if path.stat().st_size > LARGEST), *sorted(options.whole.iterdir())]
            faults += as_they_are(large, Path(home) / "scratch")
        for start in range(options.first, options.first + options.count, AT_ONCE):
            folder, scratch = Path(home) / "in", Path(home) / "scratch"
            folder.mkdir()
            scratch.mkdir()
            made = [make(number, sources, folder) for number in range(start, min(start + AT_ONCE, options.first + options.count))]
            for name, told in sorted(turn(made, scratch, seen, slow).items()):
                fault = alone(folder / name, scratch) if told.startswith("takes longer") else told
                if fault is None:
                    seen["waited on a busy machine"] += 1
                    continue
                faults += 1
                print(f"FAULT {name}: {fault}", flush=True)
                if options.keep is not None:
                    options.keep.mkdir(parents=True, exist_ok=True)
                    shutil.copy(folder / name, options.keep)
            shutil.rmtree(folder)
            if (start - options.first) % (10 * AT_ONCE) == 0:
                print(f"{start - options.first + len(made)} inputs read", flush=True)
    print(f"{options.count} inputs from {len(sources)} files: {dict(sorted(seen.items()))}, {faults} faults")
    print("slowest, ms: " + ", ".join(f"{name} {spent}" for name, spent in slow.most_common(5)))
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
