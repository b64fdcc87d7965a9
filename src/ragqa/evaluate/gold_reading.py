"""Gold files in, checked GoldQuestions out; the first fault is a GoldError with file, line and reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pydantic import Field, ValidationError

from ragqa.errors import GoldError
from ragqa.evaluate.gold import Abstain, GoldClaim, GoldQuestion
from ragqa.evaluate.gold_shared import ANSWERS, read_shared
from ragqa.evaluate.lines import json_lines
from ragqa.evaluate.locate import Lookup, gold_span, known_document, remembering
from ragqa.evaluate.parts import part_of
from ragqa.types import Record
from ragqa.vocabulary import Audience, Support

_SUPPORT = {
    "supported": Support.SUPPORTED,
    "mixed": Support.MIXED,
    "not supported": Support.NOT_SUPPORTED,
    "insufficient": Support.INSUFFICIENT,
}


class _Span(Record):
    document: str = Field(min_length=1)
    quoted: str = Field(min_length=1)


class _Claim(Record):
    text: str = Field(min_length=1)
    spans: tuple[_Span, ...] = Field(min_length=1)


class _Line(Record):
    id: str = Field(min_length=1)
    question: str
    audience: Audience
    type: str = Field(min_length=1)
    support: str
    must_have: tuple[_Claim, ...]
    nice_to_have: tuple[_Claim, ...] = ()
    must_not: tuple[str, ...] = ()
    relevant: tuple[str, ...] = ()
    abstain: Abstain
    abstain_kind: str | None = None
    gap: str | None = None


def read_gold(path: Path, lookup: Lookup) -> list[GoldQuestion]:
    """Read a gold file, a folder of them, or a folder in the shared form, and resolve every quote to its span.

    Raises GoldError for a missing or empty file, broken JSON, a wrong field, an empty question, a duplicate id,
    an unknown document or a quote that its document does not hold.
    """
    lookup = remembering(lookup)
    questions: list[GoldQuestion] = []
    seen: dict[str, str] = {}
    for file in gold_files(path):
        for question in read_shared(file, lookup) if file.name == ANSWERS else _read_file(file, lookup):
            if question.id in seen:
                raise GoldError(
                    f"{question.place}: duplicate id {question.id!r}",
                    remedy=f"it stands at {seen[question.id]} as well",
                )
            seen[question.id] = question.place
            questions.append(question)
    if not questions:
        raise GoldError(f"{path}: no question in it")
    return questions


def gold_files(path: Path) -> list[Path]:
    """Return the gold files of a path in order of name. Raises GoldError where there is none."""
    if path.is_file():
        return [path]
    if (path / ANSWERS).is_file():
        return [path / ANSWERS]
    found = sorted(path.glob("*.jsonl"))
    if not found:
        raise GoldError(
            f"{path}: no gold file there", remedy=f"name a .jsonl file, a folder of them, or a folder with {ANSWERS}"
        )
    return found


def _read_file(file: Path, lookup: Lookup) -> Iterator[GoldQuestion]:
    for place, value in json_lines(file):
        try:
            line = _Line.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"]) or "line"
            raise GoldError(f"{place}: {field}: {first['msg'].lower()}") from error
        _check(line, place)
        yield _question(line, lookup, place)


def _check(line: _Line, place: str) -> None:
    if not line.question.strip():
        raise GoldError(f"{place}: empty question")
    if line.support not in _SUPPORT:
        raise GoldError(f"{place}: support: {line.support!r} is none of {', '.join(_SUPPORT)}")
    if any(not words.strip() for words in line.must_not):
        raise GoldError(f"{place}: must_not: an empty string is in every answer")
    if (line.abstain is Abstain.WHOLE) != (not line.must_have):
        raise GoldError(f"{place}: must_have: a question has claims that must be there, or abstain is 'whole'")
    if (line.abstain is Abstain.NO) != (line.abstain_kind is None):
        raise GoldError(f"{place}: abstain_kind: stated where abstain is 'partial' or 'whole', and only there")


def _question(line: _Line, lookup: Lookup, place: str) -> GoldQuestion:
    def claims(given: tuple[_Claim, ...]) -> tuple[GoldClaim, ...]:
        return tuple(
            GoldClaim(
                text=claim.text,
                spans=tuple(gold_span(span.document, span.quoted, lookup, place) for span in claim.spans),
            )
            for claim in given
        )

    for document in line.relevant:
        known_document(document, lookup, place)
    return GoldQuestion(
        id=line.id,
        question=line.question,
        part=part_of(line.id),
        audience=line.audience,
        type=line.type,
        support=_SUPPORT[line.support],
        must_have=claims(line.must_have),
        nice_to_have=claims(line.nice_to_have),
        must_not=line.must_not,
        relevant=line.relevant,
        abstain=line.abstain,
        abstain_kind=line.abstain_kind,
        gap=line.gap,
        place=place,
    )
