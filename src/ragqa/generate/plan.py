"""Pieces of evidence in; which stands in which section, and in which order, as a model plans it within bounds, out."""

from __future__ import annotations

from collections.abc import Mapping

from ragqa.errors import ReplyError
from ragqa.generate.asking import Desk, data_of
from ragqa.generate.evidence import DIRECT, Leaf, Piece, Stock, head_of, lines_of
from ragqa.generate.shapes import Outline, PlannedSection, items_in
from ragqa.types import Answer

PROMPT = "plan-1"
MOST_ADDED = 1  # pieces that a plan may add to the direct answer

Placed = Mapping[str, list[Piece]]
"""Leaf id -> its pieces in order."""


def planned(answer: Answer, stock: Stock, desk: Desk) -> Placed:
    """Return the places of all pieces. Nothing is lost: what the plan does not name stays where it stood, at the end.

    A heading tells a reader what the statements under it are about, so a piece keeps its topic; and the direct answer keeps
    its evidence, on which the support level rests.
    """
    offered = {leaf.id: [p for p in stock.pieces.values() if p.leaf == leaf] for leaf in stock.leaves}
    data = data_of(head_of(answer, stock, offered), lines_of(list(stock.pieces.values()), answer))
    reply = desk.ask(PROMPT, data, Outline)
    if reply is None:
        return offered
    try:
        sections, unread = items_in(reply.text, "sections", PlannedSection, whole=reply.finished)
    except ReplyError as error:
        desk.note(f"{PROMPT}: {error}")
        return offered
    leaves = {leaf.id: leaf for leaf in stock.leaves}
    placed: dict[str, list[Piece]] = {leaf.id: [] for leaf in stock.leaves}
    placed[DIRECT] = list(offered[DIRECT])
    taken, refused = {piece.id for piece in placed[DIRECT]}, unread
    for section in sections:
        for name in section.evidence:
            piece, leaf = stock.pieces.get(name), leaves.get(section.section)
            if piece is None or leaf is None or (piece.id not in taken and not _may_stand(piece, leaf, placed, offered)):
                refused += 1
            elif piece.id not in taken:
                placed[leaf.id].append(piece)
                taken.add(piece.id)
    if refused:
        desk.note(f"{PROMPT}: {refused} places that the plan named were not taken")
    for leaf in stock.leaves:
        placed[leaf.id] += [piece for piece in offered[leaf.id] if piece.id not in taken]
    return placed


def _may_stand(piece: Piece, leaf: Leaf, placed: Placed, offered: Placed) -> bool:
    if leaf.id == DIRECT:
        return len(placed[DIRECT]) < len(offered[DIRECT]) + MOST_ADDED
    return piece.leaf.topic == leaf.topic
