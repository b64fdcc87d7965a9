"""The shared form (`answers.jsonl.gz` beside `queries*.jsonl.gz`) in, GoldQuestions out.

The snippets of an answer are the places that bear its one claim, any of which will do; an answer with `must_have`
statements and no snippets has claims that are only worded, for a judge.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, Field, ValidationError

from ragqa.errors import GoldError
from ragqa.evaluate.gold import GoldClaim, GoldQuestion
from ragqa.evaluate.lines import json_lines
from ragqa.evaluate.locate import Lookup, gold_span
from ragqa.evaluate.parts import part_of
from ragqa.types import Record
from ragqa.vocabulary import Support

ANSWERS = "answers.jsonl.gz"
_VERDICTS = {"yes": Support.SUPPORTED, "no": Support.NOT_SUPPORTED, "maybe": Support.MIXED}


class _Loose(Record):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Snippet(_Loose):
    doc: str = Field(min_length=1)
    text: str = Field(min_length=1)
    start: int = 0


class _Line(_Loose):
    id: str = Field(alias="_id", min_length=1)
    answer: str = ""
    type: str = "unsorted"
    exact: str | None = None
    snippets: tuple[_Snippet, ...] = ()
    must_have: tuple[str, ...] = ()
    nice_to_have: tuple[str, ...] = ()


def read_shared(file: Path, lookup: Lookup) -> Iterator[GoldQuestion]:
    """Read the questions of a folder in the shared form. Raises GoldError with file, line and reason."""
    asked = read_queries(file.parent)
    for place, value in json_lines(file):
        try:
            line = _Line.model_validate(value)
        except ValidationError as error:
            first = error.errors()[0]
            raise GoldError(f"{place}: {'.'.join(map(str, first['loc']))}: {first['msg'].lower()}") from error
        if line.id not in asked:
            raise GoldError(f"{place}: no query has the id {line.id!r}")
        yield _question(line, asked[line.id], lookup, place)


def read_queries(folder: Path) -> Mapping[str, str]:
    """Read the queries of a BEIR-style folder, id -> text. Raises GoldError for an empty one or a duplicate id."""
    files = sorted(folder.glob("queries*.jsonl.gz")) + sorted(folder.glob("queries*.jsonl"))
    if not files:
        raise GoldError(f"{folder}: no queries.jsonl.gz there")
    found: dict[str, str] = {}
    for place, value in json_lines(files[0]):
        query_id, text = _string(value, "_id"), _string(value, "text")
        if not query_id or not text.strip():
            raise GoldError(f"{place}: {'empty question' if query_id else 'no _id'}")
        if query_id in found:
            raise GoldError(f"{place}: duplicate id {query_id!r}")
        found[query_id] = text
    return found


def _string(value: Mapping[str, Any], key: str) -> str:
    found = value.get(key)
    return found if isinstance(found, str) else ""


def _question(line: _Line, text: str, lookup: Lookup, place: str) -> GoldQuestion:
    spans = tuple(gold_span(snippet.doc, snippet.text, lookup, place, near=snippet.start) for snippet in line.snippets)
    claims = tuple(GoldClaim(text=statement) for statement in line.must_have)
    return GoldQuestion(
        id=line.id,
        question=text,
        part=part_of(line.id),
        type=line.type,
        support=_VERDICTS.get(line.exact or ""),
        must_have=(GoldClaim(text=line.answer or text, spans=spans),) if spans else claims,
        nice_to_have=() if spans else tuple(GoldClaim(text=statement) for statement in line.nice_to_have),
        relevant=tuple(dict.fromkeys(span.document for span in spans)),
        reference=line.answer or None,
        place=place,
    )
