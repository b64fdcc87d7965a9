"""Placed evidence in; a model's sentences that it bears, and those that it does not with what became of them, out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from ragqa.errors import ReplyError
from ragqa.generate.asking import Desk, data_of
from ragqa.generate.evidence import Piece, Stock, head_of, lines_of
from ragqa.generate.hold import Held, hold
from ragqa.generate.plan import Placed
from ragqa.generate.shapes import Draft, Drafts, Mended, Mendings, items_in
from ragqa.protocols import Checker, ModelReply
from ragqa.types import Answer

WRITE, MEND = "write-2", "mend-2"
OnSentence = Callable[[str], None]


class Refused(NamedTuple):
    """A sentence that is not borne, and what the model made of it when it was told so."""

    held: Held
    again: Held | None = None


class Wording(NamedTuple):
    """What a model wrote, sorted."""

    kept: tuple[Held, ...]  # as first written, in order, those mended in the place of what they mend
    refused: tuple[Refused, ...]
    written: int


class Writer:
    """Has sentences written and holds each against its evidence, as soon as it is whole."""

    def __init__(self, answer: Answer, stock: Stock, checker: Checker, desk: Desk, on_sentence: OnSentence | None) -> None:
        self._answer, self._stock, self._checker, self._desk = answer, stock, checker, desk
        self._on_sentence = on_sentence
        self._held: dict[tuple[str, tuple[str, ...]], Held] = {}

    def write(self, placed: Placed) -> Wording:
        """Return the sentences written for placed evidence; each that fails is asked for once more, with the reason."""
        order = [piece for leaf in self._stock.leaves for piece in placed[leaf.id]]
        evidence = lines_of(order, self._answer)
        drafts = self._drafts(data_of(head_of(self._answer, self._stock, placed), evidence))
        held = list({found.sentence: found for found in reversed([self._hold(draft) for draft in drafts])}.values())[::-1]
        failed = [found for found in held if not found.bearing]
        mended = self._mend(failed, evidence) if failed else {}
        kept = [found if found.bearing else mended.get(place) for place, found in _numbered(held, failed)]
        self._note_unborne([found for found in kept if found])
        refused = tuple(Refused(found, mended.get(number)) for number, found in enumerate(failed, 1))
        return Wording(tuple(found for found in kept if found is not None and found.bearing), refused, len(held))

    def _drafts(self, data: str) -> list[Draft]:
        reply = self._desk.ask(WRITE, data, Drafts, on_text=self._watch)
        if reply is None:
            return []
        drafts = self._read(reply)
        if drafts is None:  # once more, as for a sentence that fails
            reply = self._desk.ask(WRITE, data, Drafts, on_text=self._watch)
            drafts = self._read(reply) if reply is not None else None
        return drafts or []

    def _read(self, reply: ModelReply) -> list[Draft] | None:
        try:
            drafts, unread = items_in(reply.text, "sentences", Draft, whole=reply.finished)
        except ReplyError as error:
            self._desk.note(f"{WRITE}: {error}")
            return None
        if unread:
            self._desk.note(f"{WRITE}: {unread} items of the reply were no sentences with their evidence")
        return drafts

    def _watch(self, text: str) -> None:
        """Hold what is whole of a reply that is still coming; its last item may not be."""
        if not text.rstrip().endswith(("}", "]")):
            return
        try:
            drafts, _ = items_in(text, "sentences", Draft, whole=False)
        except ReplyError:
            return
        for draft in drafts[:-1]:
            self._hold(draft)

    def _hold(self, draft: Draft) -> Held:
        """Return a draft held against its evidence; one that passes for the first time is made known."""
        key = (draft.text, draft.evidence)
        if key not in self._held:
            self._held[key] = found = hold(draft, self._stock.pieces, self._checker)
            if found.bearing and self._on_sentence:
                self._on_sentence(found.sentence)
        return self._held[key]

    def _mend(self, failed: list[Held], evidence: list[dict[str, object]]) -> Mapping[int, Held]:
        """Return what the model wrote in the place of failed sentences, borne or not, by their number from 1."""
        told = [
            {"number": number, "text": found.sentence, "evidence": list(found.cited), "reason": found.reason}
            for number, found in enumerate(failed, 1)
        ]
        cited = {name for found in failed for name in found.cited}
        needed = [line for line in evidence if line["id"] in cited] or evidence
        reply = self._desk.ask(MEND, data_of({"question": self._answer.question, "refused": told}, needed), Mendings)
        if reply is None:
            return {}
        try:
            drafts, _ = items_in(reply.text, "sentences", Mended, whole=reply.finished)
        except ReplyError as error:
            self._desk.note(f"{MEND}: {error}")
            return {}
        return {draft.number: self._hold(Draft(text=draft.text, evidence=draft.evidence)) for draft in reversed(drafts)}

    def _note_unborne(self, kept: list[Held]) -> None:
        dropped = sum(len(found.unborne) for found in kept)
        if dropped:
            self._desk.note(f"{dropped} citations beside those that bear a sentence were dropped: their quotes do not say it")


def _numbered(held: list[Held], failed: list[Held]) -> list[tuple[int, Held]]:
    """Return sentences with the numbers under which failed ones are mended, 0 for the others."""
    return [(0 if found.bearing else failed.index(found) + 1, found) for found in held]


def pieces_cited(held: Held, stock: Stock) -> list[Piece]:
    """Return the pieces that a sentence cites and was given."""
    return [stock.pieces[name] for name in held.cited if name in stock.pieces]
