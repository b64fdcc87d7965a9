"""A study of ClinicalTrials.gov as JSON in (API version 2), one Document out: what was registered, not what was found.

Tables of results are left out: their numbers stand without the sentences that would say what they mean.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ragqa.errors import ReadError, UnsupportedFile
from ragqa.ingest.builder import Builder, clean
from ragqa.ingest.decode import read_whole
from ragqa.ingest.identity import as_year
from ragqa.protocols import RawFile
from ragqa.types import Document, Origin, Source, Subject
from ragqa.vocabulary import SourceKind

_NCT: Final = re.compile(r"NCT\d{8}")
_ITEM: Final = re.compile(r"(\s*)(?:[*\u2022-]|\d{1,2}[.)])\s+(.+)", re.DOTALL)
_OUTCOMES: Final = (
    ("Primary outcomes", "primaryOutcomes"),
    ("Secondary outcomes", "secondaryOutcomes"),
    ("Other outcomes", "otherOutcomes"),
)
Fields = Mapping[str, Any]


def read_trial(file: RawFile) -> Iterator[Document]:
    """Read the one study of a file; raise UnsupportedFile for JSON that is no study."""
    try:
        study = json.loads(read_whole(file.path))
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not JSON ({str(error)[:100]})") from error
    protocol = study.get("protocolSection") if isinstance(study, dict) else None
    if not isinstance(protocol, dict):
        raise UnsupportedFile("JSON that is no study of ClinicalTrials.gov")
    yield _document(protocol, Origin(file=file.name))


def _document(protocol: Fields, origin: Origin) -> Document:
    identity, status = _part(protocol, "identificationModule"), _part(protocol, "statusModule")
    name = _text(identity.get("nctId"))
    if not _NCT.fullmatch(name):
        raise ReadError("a study without an NCT number")
    title = _text(identity.get("officialTitle")) or _text(identity.get("briefTitle")) or name
    builder = Builder(title)
    _describe(protocol, builder)
    conditions = _texts(_part(protocol, "conditionsModule").get("conditions"))
    interventions = [_text(found.get("name")) for found in _parts(protocol, "armsInterventionsModule", "interventions")]
    updated = _part(status, "lastUpdatePostDateStruct").get("date")
    said = _text(status.get("overallStatus")).replace("_", " ").lower()
    source = Source(
        kind=SourceKind.RESEARCH,
        study_design="trial registration",
        title=title,
        organisation=_text(_part(_part(protocol, "sponsorCollaboratorsModule"), "leadSponsor").get("name")) or None,
        year=as_year(updated),
        status=f"registered as {name}"
        + (f", {said}" if said else "")
        + (f", updated {updated}" if isinstance(updated, str) else ""),
    )
    subject = Subject(
        condition=next(iter(conditions), None), interventions=tuple(dict.fromkeys(n for n in interventions if n))
    )
    return builder.build(source, origin, name=f"nct:{name}", subject=subject)


def _describe(protocol: Fields, builder: Builder) -> None:
    description = _part(protocol, "descriptionModule")
    _prose("Summary", description.get("briefSummary"), builder)
    _prose("Description", description.get("detailedDescription"), builder)
    _items("Arms", [_arm(found) for found in _parts(protocol, "armsInterventionsModule", "armGroups")], builder)
    _items(
        "Interventions",
        [_intervention(found) for found in _parts(protocol, "armsInterventionsModule", "interventions")],
        builder,
    )
    for heading, key in _OUTCOMES:
        _items(heading, [_outcome(found) for found in _parts(protocol, "outcomesModule", key)], builder)
    _prose("Eligibility", _part(protocol, "eligibilityModule").get("eligibilityCriteria"), builder)
    stopped = _text(_part(protocol, "statusModule").get("whyStopped"))
    if stopped:
        _prose("Why stopped", stopped, builder)


def _prose(heading: str, text: object, builder: Builder) -> None:
    """Add paragraphs and lists as the registry's text shows them: by empty lines and marks."""
    if not isinstance(text, str) or not text.strip():
        return
    builder.heading(heading, 1)
    for paragraph in re.split(r"\n\s*\n", text.replace("\r\n", "\n")):
        item = _ITEM.fullmatch(paragraph)
        if item:
            for line in re.split(r"\n(?=\s*(?:[*\u2022-]|\d{1,2}[.)])\s)", paragraph):
                found = _ITEM.fullmatch(line)
                builder.list_item(_plain(found.group(2) if found else line))
        else:
            builder.paragraph(_plain(paragraph))


def _items(heading: str, lines: list[str], builder: Builder) -> None:
    if not any(lines):
        return
    builder.heading(heading, 1)
    for line in lines:
        builder.list_item(_plain(line))
    builder.end_list()


def _arm(found: Fields) -> str:
    return _joined(_text(found.get("label")), _text(found.get("description")))


def _intervention(found: Fields) -> str:
    return _joined(_text(found.get("name")), _text(found.get("description")))


def _outcome(found: Fields) -> str:
    frame = _text(found.get("timeFrame"))
    measure = _text(found.get("measure")) + (f" (time frame: {frame})" if frame else "")
    return _joined(measure, _text(found.get("description")))


def _joined(name: str, text: str) -> str:
    return f"{name}: {text}" if name and text else name or text


def _plain(text: str) -> str:
    return re.sub(r"\\([*<>\[\]_~^-])", r"\1", text)  # the registry escapes what Markdown would read as marks


def _part(fields: Fields, key: str) -> Fields:
    found = fields.get(key)
    return found if isinstance(found, dict) else {}


def _parts(protocol: Fields, module: str, key: str) -> list[Fields]:
    found = _part(protocol, module).get(key)
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _text(value: object) -> str:
    return clean(value) if isinstance(value, str) else ""


def _texts(value: object) -> list[str]:
    return [text for text in map(_text, value) if text] if isinstance(value, list) else []
