"""PubMed and PMC by the E-utilities of the NCBI: esearch with the history server, efetch in pages.

Entrez Programming Utilities Help, https://www.ncbi.nlm.nih.gov/books/NBK25501/. A search of PubMed gives at most 9,999
ids, so that a larger one is asked in spans of dates. Every reply is held against the ids that were asked for.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from ragqa.errors import SourceError
from ragqa.sources.client import Client, Malformed, Refused
from ragqa.sources.entrez_xml import Given, read_set
from ragqa.sources.feed import Fetched, Part, in_pages
from ragqa.vocabulary import Library

_log = logging.getLogger(__name__)
PAGE: Final = 200
MOST_IDS: Final = 9_999
_EARLIEST: Final = date(1780, 1, 1)
_OPEN_ACCESS: Final = " AND open access[filter]"
_MARKS: Final = (b">Retracted Publication<", b'"RetractionIn"', b'"retracted-article"', b'article-type="retraction"')


class Caller(NamedTuple):
    """Who asks: the NCBI wants to know the tool and an address to write to; a key allows ten requests a second."""

    tool: str
    email: str
    key: str | None


class _Search(NamedTuple):
    total: int
    ids: tuple[str, ...]
    history: tuple[str, str] | None


class Ncbi:
    """A database of the NCBI."""

    def __init__(self, client: Client, base: str, library: Library, caller: Caller) -> None:
        self.library = library
        self.suffix = ".xml"
        self._client, self._base = client, base.rstrip("/")
        fields = {"db": library.value, "tool": caller.tool, "email": caller.email, "api_key": caller.key or ""}
        self._fields = {name: value for name, value in fields.items() if value}

    def search(self, query: str, *, since: date | None = None, most: int | None = None) -> list[Part]:
        """Return the ids of a query, in parts of at most 9,999; `since` is the day from which on a record was changed."""
        term = f"({query}){_OPEN_ACCESS}" if self.library is Library.PMC else query
        today = datetime.now(tz=UTC).date() + timedelta(days=1)  # the server's day may be ahead
        kind = "edat" if since is None else "mdat"
        wanted = MOST_IDS if most is None else min(most, MOST_IDS)
        first = self._esearch(term, wanted, (kind, since, today) if since else None)
        enough = first.total if most is None else min(first.total, most)
        if len(first.ids) >= enough:
            return [Part(first.ids, first.history)]
        parts: list[Part] = []
        for part in self._by_dates(term, kind, since or _EARLIEST, today):
            parts.append(part)
            if most is not None and sum(len(part.ids) for part in parts) >= most:
                break
        found = sum(len(part.ids) for part in parts)
        if most is None and found < first.total:
            _log.warning(
                "%d of %d records have no date to be found by: narrow the query", first.total - found, first.total
            )
        return _first(parts, most)

    def pages(self, parts: Sequence[Part], wanted: Sequence[str]) -> Iterator[list[Fetched]]:
        """Yield records in pages of 200: out of the server's history where all are wanted, else by their ids.

        What the history does not give, because it has gone or holds a malformed record, is asked for by id.
        """
        left = dict.fromkeys(wanted)
        if len(left) == sum(len(part.ids) for part in parts):
            for part in parts:
                for start in range(0, len(part.ids) if part.history else 0, PAGE):
                    page = [record for record in self._from_history(part, start) if record.id in left]
                    for record in page:
                        left.pop(record.id, None)
                    if page:
                        yield page
        for ids in in_pages(list(left), PAGE):
            yield list(self._by_ids(ids))

    def retracted(self, query: str) -> list[str]:
        """Return what a query finds and PubMed marks as a retracted publication; PMC has no such mark to search by."""
        if self.library is Library.PMC:
            return []
        return [name for part in self.search(f"({query}) AND retracted publication[pt]") for name in part.ids]

    def is_marked(self, data: bytes) -> bool:
        """Tell whether a record says that it is retracted."""
        return any(mark in data for mark in _MARKS)

    def _by_dates(self, term: str, kind: str, low: date, high: date) -> Iterator[Part]:
        """Yield parts of at most 9,999 ids, newest first: a span of days with more is halved."""
        found = self._esearch(term, MOST_IDS, (kind, low, high))
        if found.total <= len(found.ids):
            if found.ids:
                yield Part(found.ids, found.history)
            return
        if low == high:
            raise SourceError(
                f"more than {MOST_IDS:,} records of {low} fit the query",
                remedy="narrow the query, or read the baseline files",
            )
        middle = low + (high - low) // 2
        yield from self._by_dates(term, kind, middle + timedelta(days=1), high)
        yield from self._by_dates(term, kind, low, middle)

    def _esearch(self, term: str, most: int, dates: tuple[str, date, date] | None) -> _Search:
        fields = {"term": term, "usehistory": "y", "retmax": str(most), "retmode": "json"}
        if dates:
            kind, low, high = dates
            fields |= {"datetype": kind, "mindate": f"{low:%Y/%m/%d}", "maxdate": f"{high:%Y/%m/%d}"}
        return self._client.post(f"{self._base}/esearch.fcgi", self._fields | fields, _search_of)

    def _from_history(self, part: Part, start: int) -> list[Fetched]:
        if part.history is None:
            return []
        environment, key = part.history
        size = min(PAGE, len(part.ids) - start)
        try:
            return _fetched(
                self._efetch({"WebEnv": environment, "query_key": key, "retstart": str(start), "retmax": str(size)})
            )
        except (Malformed, Refused):
            return []

    def _by_ids(self, ids: Sequence[str]) -> Iterator[Fetched]:
        """Yield the records of ids; a page that cannot be read is asked for in halves, down to the record that spoils it."""
        try:
            given = {record.id: record for record in _fetched(self._efetch({"id": ",".join(ids)}))}
        except (Malformed, Refused) as error:
            if len(ids) == 1:
                yield Fetched(ids[0], None, error.cause, error.reply if isinstance(error, Malformed) else b"")
                return
            middle = len(ids) // 2
            yield from self._by_ids(ids[:middle])
            yield from self._by_ids(ids[middle:])
            return
        yield from (given[name] for name in ids if name in given)
        missing = [name for name in ids if name not in given]
        if missing and given:
            yield from self._by_ids(missing)
        else:
            yield from (Fetched(name, None, "the server gave no record for it") for name in missing)

    def _efetch(self, fields: dict[str, str]) -> list[Given]:
        return self._client.post(
            f"{self._base}/efetch.fcgi",
            self._fields | fields | {"retmode": "xml"},
            lambda data: read_set(data, self.library),
        )


def _fetched(given: Sequence[Given]) -> list[Fetched]:
    return [Fetched(record.id, record.data) for record in given]


def _first(parts: Sequence[Part], most: int | None) -> list[Part]:
    kept: list[Part] = []
    left = sum(len(part.ids) for part in parts) if most is None else most
    for part in parts:
        if left > 0:
            kept.append(part._replace(ids=part.ids[:left]))
            left -= len(kept[-1].ids)
    return kept


def _search_of(data: bytes) -> _Search:
    try:
        found = json.loads(data)["esearchresult"]
        ids = tuple(str(name) for name in found.get("idlist", ()))
        if "ERROR" in found:
            raise Refused(f"the NCBI refuses the search: {str(found['ERROR'])[:200]}")
        history = (str(found["webenv"]), str(found["querykey"])) if "webenv" in found else None
        return _Search(int(found["count"]), ids, history)
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise Malformed("a reply to a search that cannot be read", data) from error
