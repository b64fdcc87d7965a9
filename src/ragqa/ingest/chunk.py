"""A Document in, its Passages out: whole sentences of one section each, none left out, none twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from ragqa.text import sentences
from ragqa.types import Block, Document, Passage, Sentence, Span
from ragqa.vocabulary import BlockKind

_REMNANT_WORDS: Final = 30  # a last piece with fewer joins the one before
_SHORT_ITEM_WORDS: Final = 30  # a list item or table row up to this length is quoted whole
_FULL: Final = 0.7  # from this share of the target on, a passage ends where a paragraph does


class _Unit(NamedTuple):
    """A sentence with its length in words; `opens` where it is the first of its block."""

    sentence: Sentence
    words: int
    opens: bool


def chunk(document: Document, *, target_words: int = 140, most_words: int = 180) -> list[Passage]:
    """Cut a document into passages of about `target_words`, at most `most_words` unless one sentence is longer.

    A list stays with the sentence that introduces it where both fit into one passage.
    """
    passages = []
    for path, blocks in _sections(document):
        groups = _groups([unit for block in blocks for unit in _units(document.text, block)], most_words)
        passages += [_passage(document, path, units) for units in _pack(groups, target_words, most_words)]
    return passages


def _sections(document: Document) -> Iterator[tuple[tuple[str, ...], list[Block]]]:
    """Yield heading paths and the blocks under them, in order."""
    at = 0
    open_path: tuple[str, ...] = ()
    open_section = -1
    held: list[Block] = []
    for block in document.blocks:
        while at < len(document.sections) and document.sections[at].span.end <= block.span.start:
            at += 1
        inside = at < len(document.sections) and block.span.within(document.sections[at].span)
        section, path = (at, document.sections[at].heading_path) if inside else (-1, ())
        if held and section != open_section:
            yield open_path, held
            held = []
        open_section, open_path = section, path
        held.append(block)
    if held:
        yield open_path, held


def _units(text: str, block: Block) -> list[_Unit]:
    inside = block.span.of(text)
    spans = sentences(inside)
    is_running = block.kind in (BlockKind.PARAGRAPH, BlockKind.CAPTION)
    if not is_running and (len(inside.split()) <= _SHORT_ITEM_WORDS or block.kind is BlockKind.TABLE_ROW):
        spans = [(spans[0][0], spans[-1][1])] if spans else []
    units = []
    for number, (start, end) in enumerate(spans):
        sentence = Sentence(
            span=Span(start=block.span.start + start, end=block.span.start + end),
            kind=block.kind,
            lead_in=block.lead_in if number == 0 else None,  # only an item's first sentence goes on from it
            header=block.header,
        )
        units.append(_Unit(sentence, len(inside[start:end].split()), opens=number == 0))
    return units


def _groups(units: list[_Unit], most: int) -> list[list[_Unit]]:
    """Put a lead-in and the items after it into one group where they fit; every other unit is a group."""
    groups: list[list[_Unit]] = []
    together: list[_Unit] = []  # a lead-in and its items so far
    lead: Span | None = None
    for unit in units:
        own = unit.sentence.lead_in
        goes_on = bool(together) and (own is not None or not unit.opens) and unit.sentence.kind is BlockKind.LIST_ITEM
        if own is not None and not goes_on and groups and groups[-1][-1].sentence.span == own:
            together, lead = groups.pop(), own
            goes_on = True
        if goes_on and lead is not None:
            together.append(unit)
            continue
        groups += _fitting(together, most)
        together, lead = [], None
        groups.append([unit])
    return groups + _fitting(together, most)


def _fitting(units: list[_Unit], most: int) -> list[list[_Unit]]:
    if not units:
        return []
    if sum(unit.words for unit in units) <= most:
        return [units]
    return (
        [units[:2], *([unit] for unit in units[2:])]
        if units[0].words + units[1].words <= most
        else [[unit] for unit in units]
    )


def _pack(groups: list[list[_Unit]], target: int, most: int) -> list[list[_Unit]]:
    packed: list[list[_Unit]] = []
    held: list[_Unit] = []
    words = 0
    for group in groups:
        size = sum(unit.words for unit in group)
        is_full = (
            words + size > most
            or words >= target
            or (words >= _FULL * target and group[0].opens and words + size > target)
        )
        if held and is_full:
            packed.append(held)
            held, words = [], 0
        held = held + group
        words += size
    if held:
        packed.append(held)
    if len(packed) > 1 and _words(packed[-1]) < _REMNANT_WORDS and _words(packed[-2]) + _words(packed[-1]) <= most:
        packed[-2:] = [packed[-2] + packed[-1]]
    return packed


def _words(units: list[_Unit]) -> int:
    return sum(unit.words for unit in units)


def _passage(document: Document, path: tuple[str, ...], units: list[_Unit]) -> Passage:
    span = Span(start=units[0].sentence.span.start, end=units[-1].sentence.span.end)
    return Passage(
        id=f"{document.id}:{span.start}-{span.end}",
        document_id=document.id,
        span=span,
        heading_path=path,
        text=span.of(document.text),
        sentences=tuple(unit.sentence for unit in units),
    )
