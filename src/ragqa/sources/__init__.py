"""A library of records and a query in, a folder of its records out: PubMed, PMC, ClinicalTrials.gov and DailyMed.

One of the two rooms that reach a network, and only because a command names the library.
"""

from ragqa.sources.client import Client
from ragqa.sources.fetching import FetchReport, fetch, sync
from ragqa.sources.folder import Folder
from ragqa.sources.libraries import Access, open_feed

__all__ = ["Access", "Client", "FetchReport", "Folder", "fetch", "open_feed", "sync"]
