"""Files in, Documents and Passages out: one reader per format, chosen by suffix."""

from ragqa.ingest.abbreviations import abbreviations
from ragqa.ingest.apart import Limits, read_apart
from ragqa.ingest.candidates import find_files
from ragqa.ingest.chunk import chunk
from ragqa.ingest.cutting import Cut, CutDocument, CutResult
from ragqa.ingest.identity import file_name
from ragqa.ingest.readers import READERS, read_file
from ragqa.ingest.reading import read_paths
from ragqa.ingest.report import (
    FailedFile,
    FileReport,
    Outcome,
    ReadDocument,
    ReadResult,
    SkippedFile,
    Tally,
    Withdrawal,
)

__all__ = [
    "READERS",
    "Cut",
    "CutDocument",
    "CutResult",
    "FailedFile",
    "FileReport",
    "Limits",
    "Outcome",
    "ReadDocument",
    "ReadResult",
    "SkippedFile",
    "Tally",
    "Withdrawal",
    "abbreviations",
    "chunk",
    "file_name",
    "find_files",
    "read_apart",
    "read_file",
    "read_paths",
]
