"""Filters in, the passages that may be searched out: a filter is applied before anything is ranked."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ragqa.index.mapping import map_array
from ragqa.types import Filters
from ragqa.vocabulary import SourceKind

TRAITS, OWNERS = "traits", "owners"
_TRAIT = np.dtype([("kind", np.uint8), ("retracted", np.bool_), ("language", np.uint16), ("year", np.int32)])
_KINDS = {kind: number for number, kind in enumerate(SourceKind)}
_NO_YEAR = -1
_KEPT = 16

Mask = NDArray[np.bool_]


class Masks:
    """What the sources of a generation are, mapped from disk."""

    def __init__(
        self,
        folder: Path,
        languages: Sequence[str],
        retracted: int,
        numbers: Callable[[Sequence[str]], list[int]],
        stating: Callable[[Filters], list[int]],
    ) -> None:
        self._traits = map_array(folder / TRAITS, np.uint8, _TRAIT.itemsize).view(_TRAIT).reshape(-1)
        self._owners = map_array(folder / OWNERS, np.int32)
        self._languages, self._retracted, self._numbers, self._stating = languages, retracted, numbers, stating
        self._kept: dict[Filters, Mask | None] = {}
        self._keeping = threading.Lock()

    def allowed(self, filters: Filters) -> Mask | None:
        """Return which passages may be returned, None where all may; a retracted source never may.

        A source that does not state its year or language does not pass a filter on it. The first filter on a study design or
        an audience reads what every source states, about a second for half a million; the mask is kept.
        """
        with self._keeping:
            if filters not in self._kept:
                if len(self._kept) >= _KEPT:
                    self._kept.clear()
                self._kept[filters] = self._mask(filters)
            return self._kept[filters]

    def _mask(self, filters: Filters) -> Mask | None:
        if filters == Filters() and not self._retracted:
            return None
        traits = self._traits
        allowed = ~traits["retracted"]
        if filters.kinds:
            allowed &= np.isin(traits["kind"], [_KINDS[kind] for kind in filters.kinds])
        if filters.since is not None:
            allowed &= traits["year"] >= filters.since
        if filters.until is not None:
            allowed &= (traits["year"] <= filters.until) & (traits["year"] != _NO_YEAR)
        if filters.language is not None:
            fits = [code for code, name in enumerate(self._languages, 1) if _speaks(name, filters.language)]
            allowed &= np.isin(traits["language"], fits)
        if filters.documents:
            allowed &= _only(self._numbers(filters.documents), traits.size)
        if filters.designs or filters.audiences:
            allowed &= _only(self._stating(filters), traits.size)
        found: Mask = allowed[self._owners]
        return found


def _only(numbers: Sequence[int], size: int) -> Mask:
    named = np.zeros(size, dtype=np.bool_)
    named[list(numbers)] = True
    return named


def write_traits(folder: Path, sources: Iterator[tuple[Any, ...]]) -> tuple[str, ...]:
    """Write (kind, year, language, retracted) of documents in order; return the languages, whose codes count from 1."""
    codes: dict[str, int] = {}
    block: list[tuple[int, bool, int, int]] = []
    with (folder / TRAITS).open("wb") as file:
        for kind, year, language, retracted in sources:
            code = codes.setdefault(language, len(codes) + 1) if language else 0
            block.append((_KINDS[SourceKind(kind)], bool(retracted), code, _NO_YEAR if year is None else year))
            if len(block) == 10_000:  # noqa: PLR2004 - a block
                file.write(np.array(block, dtype=_TRAIT).tobytes())
                block.clear()
        file.write(np.array(block, dtype=_TRAIT).tobytes())
    return tuple(codes)


def _speaks(stated: str, wanted: str) -> bool:
    stated, wanted = stated.casefold(), wanted.casefold()
    return stated == wanted or stated.startswith(wanted + "-")
