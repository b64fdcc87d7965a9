"""An Answer and what an editor wants of it in; the Answer with statements left out or in another order, out.

No word of an answer can be written here: an editor takes away or puts in order, and the references are numbered anew.
The support level and the evidence gaps stay as they were found, so that leaving out the statements of one side does
not turn "mixed" into "supported".
"""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from ragqa.errors import ReviewError
from ragqa.types import Answer, ComparisonRow, Conflict, Group, Record, Reference, Section, Statement, statements_of

EDITED = " (edited)"  # added to the name of the composer, so that every form of the page says so
_CELLS = ("benefit", "harm", "monitoring")
_SIDES = 2


class Edit(Record):
    """What to leave out (ids of statements), and in which order to put statements and top-level sections.

    Statements that are named stand first in their list, in the order named; `sections` holds positions counted from 0.
    """

    leave_out: tuple[str, ...] = ()
    statements: tuple[str, ...] = ()
    sections: tuple[int, ...] = ()


def statement_id(statement: Statement) -> str:
    """Return what names a claim, the same wherever it is shown: a digest of its text and of the spans that bear it."""
    spans = [f"{c.document_id}:{c.span.start}-{c.span.end}" for c in statement.citations]
    return sha256("\n".join((statement.text, *spans)).encode()).hexdigest()[:12]


def edit(answer: Answer, change: Edit) -> Answer:
    """Return the edited answer; raise ReviewError where the edit names what is not there, or leaves nothing."""
    known = {statement_id(statement) for statement in statements_of(answer)}
    unknown = [name for name in (*change.leave_out, *change.statements) if name not in known]
    if unknown:
        raise ReviewError(f"the answer has no statement {unknown[0]!r}")
    if known <= set(change.leave_out):
        raise ReviewError("an article must keep a statement", remedy="reject it instead")
    sections = _in_order(answer.sections, change.sections)
    editor = _Editor(change)
    fields = {
        "direct": editor.kept(answer.direct),
        "sections": editor.sections(sections),
        "comparison": editor.rows(answer.comparison),
        "conflicts": editor.conflicts(answer.conflicts),
        "pitfalls": editor.kept(answer.pitfalls),
        "algorithm": tuple(step for step in answer.algorithm if editor.keeps(step.statement)),
        "bottom_line": answer.bottom_line if answer.bottom_line and editor.keeps(answer.bottom_line) else None,
    }
    edited = answer.model_copy(update=fields)
    if edited == answer:
        raise ReviewError("the edit changes nothing")
    composer = answer.provenance.composer.removesuffix(EDITED) + EDITED
    return _renumbered(edited.model_copy(update={"provenance": answer.provenance.model_copy(update={"composer": composer})}))


class _Editor:
    """Carries one edit through the parts of an answer."""

    def __init__(self, change: Edit) -> None:
        self._out = frozenset(change.leave_out)
        self._places = {name: place for place, name in enumerate(change.statements)}

    def keeps(self, statement: Statement) -> bool:
        return statement_id(statement) not in self._out

    def kept(self, statements: Sequence[Statement]) -> tuple[Statement, ...]:
        staying = filter(self.keeps, statements)
        return tuple(sorted(staying, key=lambda s: self._places.get(statement_id(s), len(self._places))))

    def sections(self, sections: Sequence[Section]) -> tuple[Section, ...]:
        found = (
            section.model_copy(update={"groups": self._groups(section.groups), "subsections": self.sections(section.subsections)})
            for section in sections
        )
        return tuple(section for section in found if section.groups or section.subsections)

    def rows(self, rows: Sequence[ComparisonRow]) -> tuple[ComparisonRow, ...]:
        return tuple(row.model_copy(update={cell: self._cell(getattr(row, cell)) for cell in _CELLS}) for row in rows)

    def conflicts(self, conflicts: Sequence[Conflict]) -> tuple[Conflict, ...]:
        found = []
        for conflict in conflicts:
            sides = tuple(side for side in conflict.sides if self.keeps(side.statement))
            if len(sides) >= _SIDES:
                found.append(conflict.model_copy(update={"sides": sides}))
        return tuple(found)

    def _groups(self, groups: Sequence[Group]) -> tuple[Group, ...]:
        kept = ((group, self.kept(group.statements)) for group in groups)
        return tuple(group.model_copy(update={"statements": statements}) for group, statements in kept if statements)

    def _cell(self, statement: Statement | None) -> Statement | None:
        return statement if statement is not None and self.keeps(statement) else None


def _in_order(sections: tuple[Section, ...], order: Sequence[int]) -> tuple[Section, ...]:
    if not order:
        return sections
    if sorted(order) != list(range(len(sections))):
        raise ReviewError(f"the order of sections must name each of 0 to {len(sections) - 1} once")
    return tuple(sections[place] for place in order)


def _renumbered(answer: Answer) -> Answer:
    """Return an answer with its references numbered in order of first citation, checked as any answer is."""
    numbers: dict[str, int] = {}
    for statement in statements_of(answer):
        for citation in statement.citations:
            numbers.setdefault(citation.document_id, len(numbers) + 1)
    sources = {reference.document_id: reference.source for reference in answer.references}
    references = tuple(Reference(number=n, document_id=name, source=sources[name]) for name, n in numbers.items())
    fields = answer.model_copy(update={"references": references}).model_dump(mode="json")
    _number(fields, numbers)
    return Answer.model_validate(fields)


def _number(value: object, numbers: dict[str, int]) -> None:
    """Put the new number on every citation in a tree of plain values."""
    if isinstance(value, list):
        for item in value:
            _number(item, numbers)
    elif isinstance(value, dict):
        if "quoted" in value:
            value["number"] = numbers[value["document_id"]]
        for item in value.values():
            _number(item, numbers)
