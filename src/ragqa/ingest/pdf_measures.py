"""Lines of a PDF in; what is usual among them out: the size of the text, the distance of lines, where columns end."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from ragqa.ingest.pdf_layout import Line

_LEVEL: Final = 4.0  # points between two left edges that are the same
_BLOCK_LINES: Final = 2  # more than so many lines that end alike are a block


class Measures:
    """What is usual in a document: the size of its text, the distance of its lines, the right edge of its columns."""

    def __init__(self, lines: Sequence[Line]) -> None:
        sizes: Counter[float] = Counter()
        fonts: Counter[str] = Counter()
        bold = 0
        self._edges: dict[tuple[int, int], float] = {}
        for line in lines:
            if line.grid:
                continue
            length = len(line.text)
            sizes[line.size] += length
            fonts[line.font] += length
            bold += length * line.bold
            key = (line.page, line.column)
            self._edges[key] = max(self._edges.get(key, 0.0), line.x1 if len(line.cells) == 1 else 0.0)
        self.body = statistics.median(sizes.elements()) if sizes else 1.0
        self.font = fonts.most_common(1)[0][0] if fonts else ""
        self.is_bold = bold > sum(sizes.values()) / 2
        gaps = [a.y - b.y for a, b in pairwise(lines) if is_below(a, b) and self._is_body(a) and self._is_body(b)]
        close = sorted(gap for gap in gaps if 0.7 * self.body < gap < 3 * self.body)
        self.pitch = (
            close[len(close) // 10] if close else 1.2 * self.body
        )  # of lines in a paragraph: the smallest usual one
        self._blocks = self._edges_of_blocks(lines)

    def _is_body(self, line: Line) -> bool:
        return abs(line.size - self.body) < 0.1 * self.body

    def _edges_of_blocks(self, lines: Sequence[Line]) -> dict[Line, float]:
        """Return the right edge of lines that stand in a block narrower than their column, such as a note under a table."""
        edges: dict[Line, float] = {}
        block: list[Line] = []
        for line in [*lines, None]:
            if (
                line is not None
                and block
                and is_below(block[-1], line)
                and block[-1].y - line.y < 1.3 * self.pitch
                and abs(line.x0 - block[-1].x0) < _LEVEL
            ):
                block.append(line)
                continue
            if len(block) > _BLOCK_LINES:
                left, right = block[0].x0, max(inner.x1 for inner in block)
                if all(inner.x1 > left + 0.85 * (right - left) for inner in block[:-1]):
                    edges.update(dict.fromkeys(block, right))
            block = [line] if line is not None and not line.grid else []
        return edges

    def _edge(self, line: Line) -> float:
        return self._blocks.get(line, self._edges.get((line.page, line.column), 0.0))

    def breaks_early(self, line: Line, following: Line) -> bool:
        """Tell whether the next line's first word would have fitted on this line: then its end is meant."""
        word = following.cells[0].text.split(" ")[0]
        width = (following.cells[0].x1 - following.cells[0].x0) * len(word) / max(len(following.cells[0].text), 1)
        return line.x1 + width + 1.5 * line.size < self._edge(line)

    def is_short(self, line: Line) -> bool:
        """Tell whether a line leaves more than a quarter of its column free."""
        edge = self._edge(line)
        return line.x1 < edge - 0.25 * (edge - line.x0)


def is_below(above: Line, line: Line) -> bool:
    """Tell whether a line stands under another in the same column."""
    return (above.page, above.column) == (line.page, line.column) and above.y > line.y
