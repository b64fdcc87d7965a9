"""An Answer in; its page as blocks in reading order, in no form yet, out."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

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
    Pointer,
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
from ragqa.rendering.plain import Explainer
from ragqa.rendering.references import entry_of, superseded
from ragqa.rendering.statements import Sources
from ragqa.rendering.wording import (
    ASKED_BEFORE,
    CAUTION,
    COMPARED,
    NEAR,
    NEEDED,
    NEEDED_NEXT,
    NO_ANSWER,
    NO_STATEMENT,
    QUOTED,
    REWORDED,
    SNAPSHOT,
    Part,
    filters_of,
    heading,
    kind_and_year,
    made_by,
    needed_for,
    nothing_to_compare,
    reading_note,
    receipt_of,
    said_to,
    stage_of,
    stated_above,
    support_of,
    worded_by,
)
from ragqa.types import Answer, NearMiss, Section, Statement, Step, statements_of
from ragqa.vocabulary import Audience, Basis, GapKind, ReviewStatus

PART_LEVEL, DEEPEST_LEVEL = 2, 6


def outline(answer: Answer, standing: str | None = None) -> tuple[Block, ...]:
    """Return the blocks of a page: every part of the answer that applies, in the order of reading and of numbering.

    `standing` is what review says of the answer, in place of its bare status.
    """
    page = _Page(answer, standing)
    return (*page.opening(), *page.body(), *page.closing())


class _Page:
    """The parts of one answer's page."""

    def __init__(self, answer: Answer, standing: str | None) -> None:
        self._answer, self._standing = answer, standing
        self._sources = Sources(answer.references, answer.audience)
        self._direct_heading = self._heading(Part.DIRECT)
        self._above: RunIn | None = None
        self._explainer = Explainer(answer.glossary if answer.audience is Audience.PATIENT else ())

    def opening(self) -> Iterator[Block]:
        """Yield what stands above the article: emergency, question, review status, audience, title."""
        answer = self._answer
        if answer.emergency is not None:
            yield Notice(Tone.EMERGENCY, "Emergency", answer.emergency)
        yield Question("Question", answer.question)
        yield Facts(tuple((label, (Words(text),)) for label, text in self._facts()))
        if answer.review_status is not ReviewStatus.APPROVED:
            yield Notice(Tone.CAUTION, "Review", CAUTION)
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
            yield Entries(tuple(entry_of(reference, self._sources.numbers, answer.audience) for reference in answer.references))
        if answer.related_questions:
            yield self._heading(Part.RELATED)
            yield Bullets(tuple(Item((Words(question),)) for question in answer.related_questions))
        words = self._explainer.left() if answer.audience is Audience.PATIENT else answer.glossary
        if words:
            yield self._heading(Part.GLOSSARY)
            yield Terms(words)
        if answer.reading_grade is not None:
            yield Small((Words(reading_note(answer.reading_grade, answer.audience)),))
        yield self._heading(Part.DISCLAIMER)
        yield Para((Words(answer.disclaimer),))
        if answer.provenance.writing is not None:
            yield Small((Words(worded_by(answer.provenance.writing), Style.MUTED),))
        yield Small((Words(made_by(answer.provenance), Style.MUTED),))

    def _said(self, text: str) -> str:
        return said_to(self._answer.audience, text)

    def _heading(self, part: Part) -> Heading:
        return Heading(PART_LEVEL, heading(part, self._answer.audience))

    def _facts(self) -> Iterator[tuple[str, str]]:
        answer = self._answer
        for typed, searched in answer.provenance.corrections:
            yield "Spelling", f"Searched for {searched} instead of {typed}."
        if answer.history:
            yield ASKED_BEFORE, " · ".join(answer.history)
        yield "Review status", self._standing or answer.review_status.value
        yield self._said(SNAPSHOT), answer.snapshot.isoformat()
        yield "Audience", answer.audience.value.capitalize()
        if answer.provenance.filters is not None:
            yield "Searched only", filters_of(answer.provenance.filters)

    def _direct(self) -> Iterator[Block]:
        answer = self._answer
        yield self._direct_heading
        for gap in answer.gaps:
            if gap.kind is GapKind.CONJUNCTION:
                yield Para((Words(gap.message, Style.STRONG),))
        yield self._support()
        if answer.direct:
            yield self._with_sources(answer.direct)
        if answer.currency_warning is not None:
            yield Notice(Tone.CAUTION, "Currency", answer.currency_warning)
        quoted = all(statement.basis is Basis.QUOTED for statement in statements_of(answer))
        yield Small((Words(self._said(QUOTED if quoted else REWORDED), Style.MUTED),))

    def _with_sources(self, found: tuple[Statement, ...]) -> Bullets:
        return Bullets(tuple(map(self._item, found)), names=statements.names_of(found, self._sources))

    def _item(self, statement: Statement) -> Item:
        return Item(statements.line_of(statement, self._sources), words=self._explainer.beside(statement.text))

    def _support(self) -> Para:
        level, meaning = support_of(self._answer)
        label = Words(level, Style.STRONG)
        return Para((label, Words(f" {meaning}")) if meaning else (label,))

    def _no_answer(self) -> Iterator[Block]:
        yield self._heading(Part.NO_ANSWER)
        yield Para((Words(self._said(NO_ANSWER)),))
        yield self._support()

    def _section(self, section: Section, level: int) -> Iterator[Block]:
        if level == PART_LEVEL:
            self._above = None
        yield Heading(min(level, DEEPEST_LEVEL), section.heading)
        for group in section.groups:
            mark = superseded(group.superseded_by, self._sources.numbers)
            run_in = RunIn(group.run_in, kind_and_year(group.kind, group.year, self._answer.audience), mark)
            if run_in != self._above:  # what stands above already is not said again for each subsection
                yield run_in
            self._above = run_in
            yield Bullets(tuple(map(self._item, group.statements)))
        for subsection in section.subsections:
            yield from self._section(subsection, level + 1)

    def _comparison(self) -> Iterator[Block]:
        if not self._answer.comparison:
            return
        yield self._heading(Part.COMPARISON)
        rows = tuple(
            (_named(row.intervention), tuple(map(self._cell, (row.benefit, row.harm, row.monitoring))))
            for row in self._answer.comparison
        )
        if not any(cell for _, cells in rows for cell in cells):
            yield Para((Words(nothing_to_compare([row.intervention for row in self._answer.comparison])),))
            return
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
                        facts=kind_and_year(side.kind, side.year, self._answer.audience),
                        mark=superseded(side.superseded_by, self._sources.numbers),
                        line=statements.line_of(side.statement, self._sources),
                    )
                    for side in conflict.sides
                )
            )

    def _pitfalls(self) -> Iterator[Block]:
        """Yield the warnings, whole even where a section has one of them: nobody should have to look a warning up."""
        if self._answer.pitfalls:
            yield self._heading(Part.PITFALLS)
            yield self._with_sources(self._answer.pitfalls)

    def _gaps(self) -> Iterator[Block]:
        if self._answer.gaps:
            yield self._heading(Part.GAPS)
            yield Bullets(tuple(Item((Words(gap.message),), receipt_of(gap.receipt, self._answer.audience)) for gap in self._answer.gaps))

    def _needed(self) -> Iterator[Block]:
        yield self._heading(Part.NEEDED)
        aspects = dict.fromkeys(map(needed_for, self._answer.gaps)) or {NEEDED: None}
        yield Bullets(tuple(Item((Words(text),)) for text in aspects))
        yield Small((Words(self._said(NEEDED_NEXT), Style.MUTED),))

    def _near_misses(self) -> Iterator[Block]:
        if self._answer.near_misses:
            yield self._heading(Part.NEAR_MISSES)
            yield Small((Words(self._said(NEAR), Style.MUTED),))
            yield Bullets(tuple(map(self._near_miss, self._answer.near_misses)))

    def _near_miss(self, near: NearMiss) -> Item:
        return Item((Words(near.title), Words(f" · {kind_and_year(near.kind, near.year, self._answer.audience)}", Style.MUTED)))

    def _algorithm(self) -> Iterator[Block]:
        """Yield the steps, numbered throughout; what the steps of a stage have in common is said once, above them."""
        if self._answer.algorithm:
            yield self._heading(Part.ALGORITHM)
        start = 1
        for stage, steps in groupby(self._answer.algorithm, key=lambda step: step.stage):
            yield Heading(PART_LEVEL + 1, stage_of(stage, self._answer.audience))
            items = tuple(map(self._step, steps))
            yield Bullets(items, start=start)
            start += len(items)

    def _step(self, step: Step) -> Item:
        return Item(statements.in_short(step.statement, self._sources), words=self._explainer.beside(step.statement.text))

    def _bottom_line(self) -> Iterator[Block]:
        """Yield the bottom line; where the direct answer says it already, that is pointed to."""
        line = self._answer.bottom_line
        if line is None:
            return
        yield self._heading(Part.BOTTOM_LINE)
        if line in self._answer.direct:
            above = stated_above(self._answer.direct.index(line), len(self._answer.direct), self._answer.audience)
            yield Para((Pointer(above, self._direct_heading), statements.cites_of(line, self._sources)))
        else:
            yield Para(statements.in_short(line, self._sources))


def _named(intervention: str) -> str:
    """Return the name of an intervention as it heads a row."""
    first = intervention.partition(" ")[0]
    return intervention[:1].upper() + intervention[1:] if first.islower() else intervention
