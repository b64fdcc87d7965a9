"""YAML front matter in; the id, Source and Subject of a document out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

import yaml

from ragqa.errors import ReadError
from ragqa.ingest.builder import clean
from ragqa.ingest.identity import as_doi, as_pmid, as_year
from ragqa.ingest.kinds import named_audience, named_kind
from ragqa.types import Source, Subject

_LONGEST: Final = 20_000  # characters
_DEEPEST: Final = 20


class Front(NamedTuple):
    """What front matter states; `source` is None where there is none."""

    source: Source | None
    id: str | None = None
    subject: Subject | None = None


def read_front_matter(text: str) -> Front:
    """Return what the YAML between the marks states; raise ReadError where it is not a YAML mapping."""
    if len(text) > _LONGEST or _depth(text) > _DEEPEST:
        raise ReadError("the front matter is too long or too deeply nested", remedy="check where it ends")
    try:
        # Aliases can be nested to explode, and front matter needs none.
        has_alias = any(isinstance(token, yaml.AliasToken) for token in yaml.scan(text, yaml.SafeLoader))
        fields = None if has_alias else yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ReadError(
            f"the front matter is not YAML ({' '.join(str(error).split())[:120]})", remedy="mend it"
        ) from error
    if has_alias:
        raise ReadError("the front matter uses YAML aliases", remedy="write the values out")
    if fields is None:
        return Front(source=None)
    if not isinstance(fields, dict):
        raise ReadError("the front matter is not a list of fields", remedy="write `key: value` lines")
    return Front(source=_source(fields), id=_text(fields.get("id")), subject=_subject(fields))


def _depth(text: str) -> int:
    """Return how deeply brackets are nested, at most; YAML's own parser takes minutes over thousands."""
    depth = deepest = 0
    for char in text:
        if char in "[{":
            depth += 1
            deepest = max(deepest, depth)
        elif char in "]}":
            depth -= 1
    return deepest


def _source(fields: Mapping[object, object]) -> Source:
    summarised = fields.get("summary_of")
    original: Mapping[object, object] = summarised if isinstance(summarised, dict) else {}

    def either(key: str) -> object:
        own = fields.get(key)
        return original.get(key) if own is None else own

    return Source(
        kind=named_kind(fields.get("kind")),
        title=_text(fields.get("title")) or "",
        authors=_texts(either("authors")),
        organisation=_text(either("organisation") or either("organization")),
        journal=_text(either("journal")),
        year=as_year(either("year")) or as_year(fields.get("date")),
        doi=as_doi(either("doi")),
        pmid=as_pmid(either("pmid")),
        url=_text(either("url")),
        licence=_text(fields.get("licence") or fields.get("license")),
        language=_text(fields.get("language")),
        study_design=_text(either("study_design")),
        audience=named_audience(fields.get("audience")),
        retracted=fields.get("retracted") is True,
        superseded_by=_text(fields.get("superseded_by")),
        summary_of=_text(original.get("title")) if original else _text(summarised),
        status=_text(fields.get("status")),
    )


def _subject(fields: Mapping[object, object]) -> Subject:
    groups = fields.get("synonyms")
    listed = groups if isinstance(groups, list) else []
    if listed and not any(isinstance(group, list) for group in listed):
        listed = [listed]
    synonyms = tuple(_texts(group) for group in listed)
    return Subject(
        condition=_text(fields.get("condition")),
        interventions=_texts(fields.get("interventions")),
        synonyms=tuple(group for group in synonyms if len(group) > 1),
        specialty=_text(fields.get("specialty")),
    )


def _text(value: object) -> str | None:
    if value is None or isinstance(value, dict | list | bool):
        return None
    return clean(str(value)) or None


def _texts(value: object) -> tuple[str, ...]:
    values = value if isinstance(value, list) else [value]
    return tuple(text for text in (_text(item) for item in values) if text)
