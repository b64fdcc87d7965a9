"""The name of a library in, the feed that asks it out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from ragqa.errors import SettingsError
from ragqa.sources.client import Client
from ragqa.sources.dailymed import DailyMed
from ragqa.sources.feed import Feed
from ragqa.sources.ncbi import Caller, Ncbi
from ragqa.sources.trials import Trials
from ragqa.vocabulary import Library

_WITH_KEY, _WITHOUT_KEY = 10.0, 3.0  # requests a second that the NCBI allows
_A_SECOND: Final = {Library.CLINICALTRIALS: 0.8, Library.DAILYMED: 3.0}  # the registry allows about 50 a minute
_MARGIN: Final = 0.95


class Access(NamedTuple):
    """Where the libraries are, who asks, and how patiently."""

    urls: dict[Library, str]
    tool: str
    email: str
    key: str | None
    timeout: float
    tries: int


@contextmanager
def open_feed(library: Library, access: Access) -> Iterator[Feed]:
    """Open a feed, paced as its library wants; nothing is contacted before it is searched.

    Raises SettingsError for an address that is none.
    """
    url = access.urls[library]
    if not url.startswith(("https://", "http://")):
        raise SettingsError(
            f"the address of {library.value} is not one: {url!r}", remedy="see docs/settings.md, table sources"
        )
    is_ncbi = library in (Library.PUBMED, Library.PMC)
    rate = (_WITH_KEY if access.key else _WITHOUT_KEY) * _MARGIN if is_ncbi else _A_SECOND[library]
    agent = f"{access.tool} ({access.email})" if access.email else access.tool
    with Client(a_second=rate, timeout=access.timeout, tries=access.tries, agent=agent) as client:
        if is_ncbi:
            yield Ncbi(client, url, library, Caller(access.tool, access.email, access.key))
        elif library is Library.CLINICALTRIALS:
            yield Trials(client, url)
        else:
            yield DailyMed(client, url)
