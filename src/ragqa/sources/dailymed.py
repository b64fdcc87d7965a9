"""Labels of DailyMed by its web service, version 2: pages of set ids, one label in SPL at a time.

https://dailymed.nlm.nih.gov/dailymed/app-support-web-services.cfm
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Final
from urllib.parse import parse_qsl

from lxml import etree

from ragqa.sources.client import Client, Malformed
from ragqa.sources.feed import Fetched, Part, Unretracted, asked_alone, in_pages
from ragqa.vocabulary import Library

SEARCHED: Final = 100
PAGE: Final = 20
_SPL: Final = "{urn:hl7-org:v3}"


class DailyMed(Unretracted):
    """The drug labels of the FDA, of which the next version replaces one. A query is a drug's name, or parameters of the service such as `drug_class_code=N0000175503`."""

    library = Library.DAILYMED
    suffix = ".xml"

    def __init__(self, client: Client, base: str) -> None:
        self._client, self._base = client, base.rstrip("/")

    def search(self, query: str, *, since: date | None = None, most: int | None = None) -> list[Part]:
        """Return the set ids of a query; `since` is the day from which on a version was published."""
        fields = dict(parse_qsl(query)) if "=" in query else {"drug_name": query}
        if since:
            fields |= {"published_date": since.isoformat(), "published_date_comparison": "gte"}
        ids: dict[str, None] = {}
        page = pages = 1
        while page <= pages and (most is None or len(ids) < most):
            found, pages = self._client.get(
                f"{self._base}/spls.json", fields | {"pagesize": str(SEARCHED), "page": str(page)}, _list_of
            )
            ids |= dict.fromkeys(found)
            page += 1
        return [Part(tuple(ids)[:most])]

    def pages(self, parts: Sequence[Part], wanted: Sequence[str]) -> Iterator[list[Fetched]]:
        """Yield labels, one request each."""
        del parts
        for ids in in_pages(wanted, PAGE):
            yield [self._one(name) for name in ids]

    def _one(self, name: str) -> Fetched:
        url = f"{self._base}/spls/{name}.xml"
        return asked_alone(name, lambda: Fetched(name, self._client.get(url, {}, lambda data: _label_of(data, name))))


def _list_of(data: bytes) -> tuple[list[str], int]:
    """Return the set ids of a page, and how many pages there are."""
    try:
        found = json.loads(data)
        return [str(label["setid"]) for label in found["data"]], int(found["metadata"]["total_pages"])
    except (ValueError, LookupError, TypeError) as error:
        raise Malformed("a list of labels that cannot be read", data) from error


def _label_of(data: bytes, name: str) -> bytes:
    parser = etree.XMLParser(resolve_entities=False, load_dtd=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Malformed(f"not well-formed XML ({str(error)[:120]})", data) from error
    stated = root.find(f"{_SPL}setId") if root is not None and root.tag == f"{_SPL}document" else None
    if stated is None or (stated.get("root") or "").lower() != name.lower():
        raise Malformed("not the label that was asked for", data)
    return data
