"""Values in, inline SVG figures out: bars with their interval of quartiles, histograms and a calibration curve."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ragqa.evaluate.page import text
from ragqa.evaluate.statistics import Floats

WIDTH = 460
LABEL = 120
BAR = 22
TALL = 200
BOTTOM = 34


class Bar(NamedTuple):
    """A bar: its label, its length 0 to 1, and how many questions it stands for."""

    label: str
    value: float
    questions: int


def figure(caption: str, drawing: str) -> str:
    """Return a drawing with its caption."""
    return f"<figure><figcaption>{text(caption)}</figcaption>{drawing}</figure>"


def bars(found: Sequence[Bar]) -> str:
    """Return horizontal bars on a scale of 0 to 1, each with its value and count."""
    room = WIDTH - LABEL - 90
    pieces = []
    for row, bar in enumerate(found):
        y = row * BAR
        pieces.append(
            f'<text x="0" y="{y + 15}">{text(bar.label)}</text>'
            f'<rect x="{LABEL}" y="{y + 4}" width="{room}" height="14" fill="var(--band)"/>'
            f'<rect x="{LABEL}" y="{y + 4}" width="{bar.value * room:.1f}" height="14" fill="var(--mark)"/>'
            f'<text x="{LABEL + room + 6}" y="{y + 15}">{bar.value:.2f} <tspan class="soft">n={bar.questions}</tspan></text>'
        )
    return _drawing(len(found) * BAR + 4, pieces)


def histogram(values: Floats, *, unit: str, bins: int = 24) -> str:
    """Return how often values fall into equal steps, with median and 95th percentile marked."""
    if not len(values):
        return _drawing(BAR, ['<text x="0" y="15" class="soft">nothing to show</text>'])
    top = float(values.max()) or 1.0
    counts, _ = np.histogram(values, bins=bins, range=(0.0, top))
    step = WIDTH / bins
    scale = (TALL - BOTTOM - 16) / max(1, int(counts.max()))
    pieces = [
        f'<rect x="{place * step + 1:.1f}" y="{TALL - BOTTOM - count * scale:.1f}" width="{step - 2:.1f}" height="{count * scale:.1f}" fill="var(--mark)"/>'
        for place, count in enumerate(counts.tolist())
        if count
    ]
    for share, name in ((50, "p50"), (95, "p95")):
        value = float(np.percentile(values, share))
        x = value / top * WIDTH
        anchor = "end" if x > WIDTH / 2 else "start"
        y = 12 if share == 50 else 28  # noqa: PLR2004 two rows, so that the labels do not meet
        pieces.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{y - 10}" y2="{TALL - BOTTOM}" stroke="var(--mark2)" stroke-width="2"/>'
            f'<text x="{x + (-5 if anchor == "end" else 5):.1f}" y="{y}" text-anchor="{anchor}">{name} {value:.3f} {text(unit)}</text>'
        )
    pieces.append(_axis(f"0 {unit}", f"{top:.2f} {unit}"))
    return _drawing(TALL, pieces)


def calibration(doubt: Floats, wanted: Floats, *, bins: int = 10) -> str:
    """Return, by tenths of the questions in order of doubt, the share in which gold abstains, and the share that did."""
    order = np.argsort(doubt, kind="stable")
    tenths = [tenth for tenth in np.array_split(order, min(bins, len(order))) if len(tenth)]
    step = WIDTH / max(1, len(tenths))
    high = TALL - BOTTOM - 16
    pieces = []
    for place, tenth in enumerate(tenths):
        share = float((wanted[tenth] > 0).mean())
        given = float((doubt[tenth] >= 1).mean())
        x = place * step
        pieces.append(
            f'<rect x="{x + 3:.1f}" y="{TALL - BOTTOM - share * high:.1f}" width="{step - 6:.1f}" height="{share * high:.1f}" fill="var(--mark)"/>'
            f'<text x="{x + step / 2:.1f}" y="{TALL - BOTTOM - share * high - 4:.1f}" text-anchor="middle">{share:.2f}</text>'
            f'<line x1="{x + 3:.1f}" x2="{x + step - 3:.1f}" y1="{TALL - BOTTOM - given * high:.1f}" y2="{TALL - BOTTOM - given * high:.1f}" stroke="var(--mark2)" stroke-width="3"/>'
        )
    pieces.append(_axis("surest tenth", "most doubted"))
    return _drawing(TALL, pieces)


def _axis(left: str, right: str) -> str:
    y = TALL - BOTTOM
    return (
        f'<line x1="0" x2="{WIDTH}" y1="{y}" y2="{y}" stroke="var(--line)"/>'
        f'<text x="0" y="{y + 18}" class="soft">{text(left)}</text><text x="{WIDTH}" y="{y + 18}" text-anchor="end" class="soft">{text(right)}</text>'
    )


def _drawing(height: int, pieces: Sequence[str]) -> str:
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="img">{"".join(pieces)}</svg>'
