"""Files in, Documents and Passages out: one reader per format, chosen by suffix."""

from ragqa.ingest.abbreviations import abbreviations
from ragqa.ingest.chunk import chunk
from ragqa.ingest.readers import READERS, read_file
from ragqa.ingest.reading import read_paths
from ragqa.ingest.report import FailedFile, FileReport, Outcome, ReadDocument, ReadResult, SkippedFile, Tally

__all__ = [
    "READERS",
    "FailedFile",
    "FileReport",
    "Outcome",
    "ReadDocument",
    "ReadResult",
    "SkippedFile",
    "Tally",
    "abbreviations",
    "chunk",
    "read_file",
    "read_paths",
]
