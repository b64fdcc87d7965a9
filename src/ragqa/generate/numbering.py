"""An answer whose statements have moved in; the same with references numbered in order of first citation, out."""

from __future__ import annotations

from ragqa.types import Answer, ComparisonRow, Conflict, ConflictSide, Reference, Section, Statement


class Numbers:
    """Gives documents their numbers as they are first cited."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def renumbered(self, answer: Answer) -> Answer:
        """Return an answer numbered anew, in the order of reading; a document that is cited no more leaves the list."""
        direct = tuple(map(self._statement, answer.direct))
        sections = tuple(map(self._section, answer.sections))
        comparison = tuple(map(self._row, answer.comparison))
        conflicts = tuple(map(self._conflict, answer.conflicts))
        pitfalls = tuple(map(self._statement, answer.pitfalls))
        algorithm = tuple(step.model_copy(update={"statement": self._statement(step.statement)}) for step in answer.algorithm)
        bottom_line = self._statement(answer.bottom_line) if answer.bottom_line else None
        return answer.model_copy(
            update={
                "direct": direct,
                "sections": sections,
                "comparison": comparison,
                "conflicts": conflicts,
                "pitfalls": pitfalls,
                "algorithm": algorithm,
                "bottom_line": bottom_line,
                "references": self._references(answer),
            }
        )

    def _references(self, answer: Answer) -> tuple[Reference, ...]:
        known = {reference.document_id: reference for reference in answer.references}
        return tuple(known[document].model_copy(update={"number": number}) for document, number in self._numbers.items())

    def _statement(self, statement: Statement) -> Statement:
        citations = tuple(
            citation.model_copy(update={"number": self._numbers.setdefault(citation.document_id, len(self._numbers) + 1)})
            for citation in statement.citations
        )
        return statement.model_copy(update={"citations": citations})

    def _section(self, section: Section) -> Section:
        groups = tuple(g.model_copy(update={"statements": tuple(map(self._statement, g.statements))}) for g in section.groups)
        return section.model_copy(update={"groups": groups, "subsections": tuple(map(self._section, section.subsections))})

    def _row(self, row: ComparisonRow) -> ComparisonRow:
        cells = {name: getattr(row, name) for name in ("benefit", "harm", "monitoring")}
        return row.model_copy(update={name: self._statement(cell) for name, cell in cells.items() if cell is not None})

    def _conflict(self, conflict: Conflict) -> Conflict:
        sides: tuple[ConflictSide, ...] = tuple(
            side.model_copy(update={"statement": self._statement(side.statement)}) for side in conflict.sides
        )
        return conflict.model_copy(update={"sides": sides})
