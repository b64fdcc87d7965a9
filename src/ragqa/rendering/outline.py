"""An Answer in; its page as blocks in reading order, in no form yet, out."""

from __future__ import annotations

from collections.abc import Iterator

from ragqa.rendering import statements
from ragqa.rendering.blocks import (
    Block,
    Bullets,
    Entries,
    Facts,
    Heading,
    Item,
    Line,
    Notice,
    Para,
    Question,
    RunIn,
    Side,
    Sides,
    Small,
    Style,
    Table,
    Terms,
    Tone,
    Words,
)
from ragqa.rendering.references import entry_of, superseded
from ragqa.rendering.statements import Sources
from ragqa.rendering.wording import (
    CAUTION,
    COMPARED,
    NEAR,
    NEEDED,
    NO_ANSWER,
    NO_STATEMENT,
    NOTHING_STATED,
    QUOTED,
    REWORDED,
    Part,
    filters_of,
    heading,
    kind_and_year,
    made_by,
    meaning_of,
    needed_for,
    receipt_of,
    stage_of,
    worded_by,
)
from ragqa.types import Answer, NearMiss, Section, Statement, statements_of
from ragqa.vocabulary import Basis, GapKind, ReviewStatus, Support

PART_LEVEL, DEEPEST_LEVEL = 2, 6


def outline(answer: Answer) -> tuple[Block, ...]:
    """Return the blocks of a page: every part of the answer that applies, in the order of reading and of numbering."""
    page = _Page(answer)
    return (*page.opening(), *page.body(), *page.closing())


class _Page:
    """The parts of one answer's page."""

    def __init__(self, answer: Answer) -> None:
        self._answer = answer
        self._sources = Sources(answer.references)

    def opening(self) -> Iterator[Block]:
        """Yield what stands above the article: emergency, question, review status, audience, title."""
        answer = self._answer
        if answer.emergency is not None:
            yield Notice(Tone.EMERGENCY, "Emergency", answer.emergency)
        yield Question("Question", answer.question)
        yield Facts(tuple((label, (Words(text),)) for label, text in self._facts()))
        if answer.review_status is not ReviewStatus.APPROVED:
            yield Notice(Tone.CAUTION, "Review", CAUTION)
        if answer.currency_warning is not None:
            yield Notice(Tone.CAUTION, "Currency", answer.currency_warning)
        yield Heading(1, answer.title)

    def body(self) -> Iterator[Block]:
        """Yield the article itself."""
        if self._answer.abstained:
            yield from self._no_answer()
            yield from self._gaps()
            yield from self._needed()
            yield from self._near_misses()
            return
        yield from self._direct()
        for section in self._answer.sections:
            yield from self._section(section, PART_LEVEL)
        yield from self._comparison()
        yield from self._conflicts()
        yield from self._pitfalls()
        yield from self._gaps()
        yield from self._near_misses()
        yield from self._algorithm()
        yield from self._bottom_line()

    def closing(self) -> Iterator[Block]:
        """Yield what stands below the article: references, related questions, glossary, disclaimer, provenance."""
        answer = self._answer
        if answer.references:
            yield self._heading(Part.REFERENCES)
            yield Entries(tuple(entry_of(reference, self._sources.numbers) for reference in answer.references))
        if answer.related_questions:
            yield self._heading(Part.RELATED)
            yield Bullets(tuple(Item((Words(question),)) for question in answer.related_questions))
        if answer.glossary:
            yield self._heading(Part.GLOSSARY)
            yield Terms(answer.glossary)
        if answer.reading_grade is not None:
            yield Small((Words(f"Reading grade of this page: {answer.reading_grade:.1f} (years of schooling)."),))
        yield self._heading(Part.DISCLAIMER)
        yield Para((Words(answer.disclaimer),))
        if answer.provenance.writing is not None:
            yield Small((Words(worded_by(answer.provenance.writing), Style.MUTED),))
        yield Small((Words(made_by(answer.provenance), Style.MUTED),))

    def _heading(self, part: Part) -> Heading:
        return Heading(PART_LEVEL, heading(part, self._answer.audience))

    def _facts(self) -> Iterator[tuple[str, str]]:
        answer = self._answer
        for typed, searched in answer.provenance.corrections:
            yield "Spelling", f"Searched for {searched} instead of {typed}."
        if answer.history:
            yield "Asked before", " · ".join(answer.history)
        yield "Review status", answer.review_status.value
        yield "Index snapshot", answer.snapshot.isoformat()
        yield "Audience", answer.audience.value.capitalize()
        if answer.provenance.filters is not None:
            yield "Searched only", filters_of(answer.provenance.filters)

    def _direct(self) -> Iterator[Block]:
        answer = self._answer
        yield self._heading(Part.DIRECT)
        for gap in answer.gaps:
            if gap.kind is GapKind.CONJUNCTION:
                yield Para((Words(gap.message, Style.STRONG),))
        yield self._support()
        if answer.direct:
            yield Bullets(tuple(statements.with_source(statement, self._sources) for statement in answer.direct))
        quoted = all(statement.basis is Basis.QUOTED for statement in statements_of(answer))
        yield Small((Words(QUOTED if quoted else REWORDED, Style.MUTED),))

    def _support(self) -> Para:
        answer = self._answer
        meaning = (
            NOTHING_STATED if answer.support is Support.INSUFFICIENT and answer.direct else meaning_of(answer.support)
        )
        label = Words(f"Support level: {answer.support.value}.", Style.STRONG)
        return Para((label, Words(f" {meaning}")) if meaning else (label,))

    def _no_answer(self) -> Iterator[Block]:
        yield self._heading(Part.NO_ANSWER)
        yield Para((Words(NO_ANSWER),))
        yield self._support()

    def _section(self, section: Section, level: int) -> Iterator[Block]:
        yield Heading(min(level, DEEPEST_LEVEL), section.heading)
        for group in section.groups:
            mark = superseded(group.superseded_by, self._sources.numbers)
            yield RunIn(group.run_in, kind_and_year(group.kind, group.year), mark)
            yield Bullets(tuple(Item(statements.line_of(statement, self._sources)) for statement in group.statements))
        for subsection in section.subsections:
            yield from self._section(subsection, level + 1)

    def _comparison(self) -> Iterator[Block]:
        if not self._answer.comparison:
            return
        yield self._heading(Part.COMPARISON)
        rows = tuple(
            (row.intervention, tuple(map(self._cell, (row.benefit, row.harm, row.monitoring))))
            for row in self._answer.comparison
        )
        yield Table("Interventions by benefit, harm and monitoring", COMPARED, rows, NO_STATEMENT)

    def _cell(self, statement: Statement | None) -> Line | None:
        return statements.in_short(statement, self._sources) if statement is not None else None

    def _conflicts(self) -> Iterator[Block]:
        if not self._answer.conflicts:
            return
        yield self._heading(Part.CONFLICTS)
        for conflict in self._answer.conflicts:
            if conflict.topic:
                yield Heading(PART_LEVEL + 1, conflict.topic[:1].upper() + conflict.topic[1:])
            yield Sides(
                tuple(
                    Side(
                        title=side.title,
                        facts=kind_and_year(side.kind, side.year),
                        mark=superseded(side.superseded_by, self._sources.numbers),
                        line=statements.line_of(side.statement, self._sources),
                    )
                    for side in conflict.sides
                )
            )

    def _pitfalls(self) -> Iterator[Block]:
        if self._answer.pitfalls:
            yield self._heading(Part.PITFALLS)
            yield Bullets(
                tuple(statements.with_source(statement, self._sources) for statement in self._answer.pitfalls)
            )

    def _gaps(self) -> Iterator[Block]:
        if self._answer.gaps:
            yield self._heading(Part.GAPS)
            yield Bullets(tuple(Item((Words(gap.message),), receipt_of(gap.receipt)) for gap in self._answer.gaps))

    def _needed(self) -> Iterator[Block]:
        yield self._heading(Part.NEEDED)
        aspects = dict.fromkeys(map(needed_for, self._answer.gaps)) or {NEEDED: None}
        yield Bullets(tuple(Item((Words(text),)) for text in aspects))
        yield Small(
            (Words("Add such a document to the index and ask again, or look outside this index.", Style.MUTED),)
        )

    def _near_misses(self) -> Iterator[Block]:
        if self._answer.near_misses:
            yield self._heading(Part.NEAR_MISSES)
            yield Small((Words(NEAR, Style.MUTED),))
            yield Bullets(tuple(map(_near_miss, self._answer.near_misses)))

    def _algorithm(self) -> Iterator[Block]:
        if self._answer.algorithm:
            yield self._heading(Part.ALGORITHM)
            steps = tuple(
                Item(statements.in_short(step.statement, self._sources), label=stage_of(step.stage))
                for step in self._answer.algorithm
            )
            yield Bullets(steps, numbered=True)

    def _bottom_line(self) -> Iterator[Block]:
        if self._answer.bottom_line is not None:
            yield self._heading(Part.BOTTOM_LINE)
            yield Para(statements.in_short(self._answer.bottom_line, self._sources))


def _near_miss(near: NearMiss) -> Item:
    return Item((Words(near.title), Words(f" · {kind_and_year(near.kind, near.year)}", Style.MUTED)))
