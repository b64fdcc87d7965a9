"""Show how figures grow with the number of passages: a table with exponents, and a plot as SVG.

Usage: python bench/growth.py FOLDER [SIZE...] [--svg FILE] [--runs N]

Indexes of made passages (bench/passages.py) are built in FOLDER where they are not there yet. The exponent is the slope of a
straight line through the logarithms: 1 where a figure grows with the size, 0 where it does not grow.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Callable
from pathlib import Path

import numpy as np
from bm25 import DEPTH, QUESTIONS
from passages import build
from timing import of_call

from ragqa.index import LocalIndex
from ragqa.text import terms
from ragqa.types import Filters

WIDTH, HEIGHT, MARGIN, LABELS = 760, 420, 60, 210
COLOURS = ("#1f6f8b", "#b5532a", "#5b7d2e", "#7a4b94", "#8a6d1d")


def figures(folder: Path, size: int, runs: int) -> dict[str, float]:
    """Return the figures of one size: medians of processor milliseconds, and bytes."""
    home = folder / f"made-{size}"
    if not (home / "CURRENT").is_file():
        build(size, home)
    with LocalIndex.open(home) as index:
        rng = np.random.default_rng(size)
        vectors = index._dense.vectors(rng.integers(index.passage_count, size=len(QUESTIONS)))  # noqa: SLF001 - a bench looks inside
        words = [dict.fromkeys(terms(question), 1.0) for question in QUESTIONS]
        ids = [hit.passage_id for hit in index.search_dense(vectors[0], depth=DEPTH, filters=Filters())]
        each = len(QUESTIONS)
        disk = sum(sheet.size for name, sheet in index.manifest.files.items() if not name.startswith("encoder/"))
        return {
            "opening, ms": _median(lambda: LocalIndex.open(home).close(), runs),
            "BM25, best 100, ms": _median(lambda: [index._lexical.best(asked, DEPTH) for asked in words], runs) / each,  # noqa: SLF001
            "vectors, best 100, ms": _median(lambda: [index._dense.search(vector, DEPTH, None) for vector in vectors], runs) / each,  # noqa: SLF001
            "100 passages read, ms": _median(lambda: index.passages(ids), runs),
            "disk, MB": disk / 1e6,
        }


def _median(call: Callable[[], object], runs: int) -> float:
    call()
    return statistics.median(1000 * of_call(call).processor for _ in range(runs))


def exponent(sizes: list[int], values: list[float]) -> float:
    """Return the slope of the logarithms."""
    return float(np.polyfit(np.log(sizes), np.log(np.maximum(values, 1e-6)), 1)[0])


def plot(sizes: list[int], series: dict[str, list[float]]) -> str:
    """Return the figures over the sizes as SVG, both axes logarithmic."""
    every = [value for values in series.values() for value in values]
    low, high = np.floor(np.log10(min(every))), np.ceil(np.log10(max(every)))
    left, right = np.log10(min(sizes)), np.log10(max(sizes))

    def place(size: float, value: float) -> tuple[float, float]:
        across = MARGIN + (np.log10(size) - left) / (right - left) * (WIDTH - MARGIN - LABELS)
        return float(across), float(HEIGHT - MARGIN - (np.log10(value) - low) / (high - low) * (HEIGHT - 2 * MARGIN))

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">',
        f'<title>Growth with the number of passages</title><rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>',
    ]
    for power in range(int(low), int(high) + 1):
        _, y = place(min(sizes), 10.0**power)
        parts.append(f'<path d="M{MARGIN} {y:.1f}H{WIDTH - LABELS}" stroke="#ddd"/><text x="{MARGIN - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    parts += [f'<text x="{place(size, 10.0**low)[0]:.1f}" y="{HEIGHT - MARGIN + 20}" text-anchor="middle">{size:,}</text>' for size in sizes]
    for colour, (name, values) in zip(COLOURS, series.items(), strict=True):
        points = [place(size, value) for size, value in zip(sizes, values, strict=True)]
        parts.append(f'<polyline points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{points[-1][0] + 8:.1f}" y="{points[-1][1] + 4:.1f}" fill="{colour}">{name}: n^{exponent(sizes, values):.2f}</text>')
    return "\n".join([*parts, f'<text x="{MARGIN}" y="{HEIGHT - 12}">passages; processor time</text>', "</svg>", ""])


def main() -> None:
    """Measure, print and draw."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("sizes", type=int, nargs="*", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--svg", type=Path)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    rows = [figures(options.folder, size, options.runs) for size in options.sizes]
    series = {name: [row[name] for row in rows] for name in rows[0]}
    print("| figure | " + " | ".join(f"{size:,}" for size in options.sizes) + " | exponent |")
    print("|---" + "|---:" * (len(options.sizes) + 1) + "|")
    for name, values in series.items():
        print(f"| {name} | " + " | ".join(f"{value:.3g}" for value in values) + f" | {exponent(options.sizes, values):.2f} |")
    if options.svg:
        options.svg.write_text(plot(options.sizes, series), encoding="utf-8")


if __name__ == "__main__":
    main()
