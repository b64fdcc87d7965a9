"""ClinicalTrials.gov by its API, version 2: pages with tokens, studies as JSON, https://clinicaltrials.gov/data-api/api."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any, Final

from ragqa.sources.client import Client, Malformed, Refused
from ragqa.sources.feed import Fetched, Part, Unretracted, asked_alone, in_pages
from ragqa.vocabulary import Library

SEARCHED: Final = 1_000
PAGE: Final = 100


class Trials(Unretracted):
    """The registry of trials, which retracts none."""

    library = Library.CLINICALTRIALS
    suffix = ".json"

    def __init__(self, client: Client, base: str) -> None:
        self._client, self._base = client, base.rstrip("/")

    def search(self, query: str, *, since: date | None = None, most: int | None = None) -> list[Part]:
        """Return the ids of a query; `since` is the day from which on a record was updated."""
        fields = {"query.term": query, "fields": "NCTId", "format": "json"}
        if since:
            fields["filter.advanced"] = f"AREA[LastUpdatePostDate]RANGE[{since.isoformat()},MAX]"
        ids: dict[str, None] = {}
        token = ""
        while most is None or len(ids) < most:
            size = SEARCHED if most is None else min(SEARCHED, most - len(ids))
            more = {"pageSize": str(size)} | ({"pageToken": token} if token else {})
            found = self._client.get(f"{self._base}/studies", fields | more, _page_of)
            ids |= dict.fromkeys(_id_of(study) for study in found["studies"])
            token = str(found.get("nextPageToken") or "")
            if not token:
                break
        return [Part(tuple(name for name in ids if name)[:most])]

    def pages(self, parts: Sequence[Part], wanted: Sequence[str]) -> Iterator[list[Fetched]]:
        """Yield studies in pages of 100; one that a page lacks is asked for by itself."""
        del parts
        for ids in in_pages(wanted, PAGE):
            fields = {"filter.ids": "|".join(ids), "pageSize": str(PAGE), "format": "json"}
            try:
                studies = self._client.get(f"{self._base}/studies", fields, _page_of)["studies"]
            except (Malformed, Refused):
                studies = []
            given = {_id_of(study): study for study in studies}
            yield [Fetched(name, _bytes_of(given[name])) if name in given else self._one(name) for name in ids]

    def _one(self, name: str) -> Fetched:
        return asked_alone(name, lambda: self._given(name))

    def _given(self, name: str) -> Fetched:
        study = self._client.get(f"{self._base}/studies/{name}", {"format": "json"}, _object_of)
        if _id_of(study) != name:
            return Fetched(name, None, "the server gave another study for it")
        return Fetched(name, _bytes_of(study))


def _object_of(data: bytes) -> dict[str, Any]:
    try:
        found = json.loads(data)
    except ValueError as error:
        raise Malformed("a reply that is not JSON", data) from error
    if not isinstance(found, dict):
        raise Malformed("a reply that is not a JSON object", data)
    return found


def _page_of(data: bytes) -> dict[str, Any]:
    found = _object_of(data)
    if not isinstance(found.get("studies"), list):
        raise Malformed("a reply without a list of studies", data)
    return found


def _id_of(study: Any) -> str:  # noqa: ANN401 - whatever the server sends
    try:
        return str(study["protocolSection"]["identificationModule"]["nctId"])
    except (LookupError, TypeError):
        return ""


def _bytes_of(study: dict[str, Any]) -> bytes:
    return (json.dumps(study, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "replace")
