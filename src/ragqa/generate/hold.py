"""A model's sentence and the ids that it cites in; the evidence that bears it, or why none does, out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from ragqa.generate.evidence import Piece
from ragqa.generate.shapes import Draft
from ragqa.protocols import Checker, Finding
from ragqa.text import is_faithful, normalise, one_line
from ragqa.types import Citation, Statement
from ragqa.vocabulary import Basis, Fault


class Held(NamedTuple):
    """A sentence that was held against its evidence."""

    sentence: str
    cited: tuple[str, ...]
    bearing: tuple[Piece, ...]  # each bears the sentence whole and alone; empty where none does
    findings: tuple[Finding, ...]
    unborne: tuple[str, ...] = ()  # ids that are cited beside those that bear it

    @property
    def reason(self) -> str:
        """Return why it is refused."""
        return "; ".join(finding.detail for finding in self.findings)


def hold(draft: Draft, pieces: Mapping[str, Piece], checker: Checker) -> Held:
    """Return a draft with what bears it."""
    sentence, cited = one_line(normalise(draft.text)), tuple(dict.fromkeys(draft.evidence))
    unknown = [name for name in cited if name not in pieces]
    if not cited or unknown:
        detail = f"it cites {', '.join(unknown)}, which it was not given" if unknown else "it cites nothing"
        return Held(sentence, cited, (), (Finding(Fault.CITATION, detail),))
    found: dict[str, list[Finding]] = {name: checker.check(sentence, pieces[name].quote(pieces[name].statement.citations[0])) for name in cited}
    bearing = tuple(pieces[name] for name, faults in found.items() if not faults)
    if not bearing:
        fewest = min(found.values(), key=len)
        return Held(sentence, cited, (), tuple(fewest))
    return Held(sentence, cited, bearing, (), tuple(name for name, faults in found.items() if faults))


def statement_of(held: Held, checker: Checker) -> Statement:
    """Return a borne sentence as a statement: the only place where a statement is made that is not a quote.

    It takes what the first piece states of strength and certainty, and every citation whose quote bears it.
    """
    if not held.bearing:
        raise ValueError("a sentence that no quote bears is no statement")
    first = held.bearing[0].statement
    if is_faithful(held.sentence, first.citations[0].quoted):
        return first
    citations: dict[tuple[str, int], Citation] = {}
    for piece in held.bearing:
        for place, citation in enumerate(piece.statement.citations):
            if place == 0 or not checker.check(held.sentence, piece.quote(citation)):
                citations.setdefault((citation.document_id, citation.span.start), citation)
    return Statement(
        role=first.role,
        text=held.sentence,
        citations=tuple(citations.values()),
        basis=Basis.VERIFIED,
        direction=first.direction,
        strength=first.strength,
        certainty=first.certainty,
        key_term=first.key_term,
    )
