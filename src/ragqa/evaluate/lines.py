"""A JSONL file, gzip or not, in; its objects with their places ("file:line") out."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

from ragqa.errors import GoldError


def open_text(path: Path) -> IO[str]:
    """Open a text file, gzip where its name says so. Raises GoldError where it cannot be opened."""
    try:
        if path.suffix == ".gz":
            return cast(IO[str], gzip.open(path, "rt", encoding="utf-8"))
        return path.open(encoding="utf-8")
    except OSError as error:
        raise GoldError(f"{path}: cannot be read: {error.strerror or error}") from error


def text_lines(path: Path) -> Iterator[tuple[str, str]]:
    """Yield (place, line) of a file, empty lines left out. Raises GoldError where it is not UTF-8 or its gzip is damaged."""
    with open_text(path) as file:
        number = 0
        try:
            for number, line in enumerate(file, 1):
                if line.strip():
                    yield f"{path}:{number}", line
        except (OSError, EOFError, UnicodeDecodeError) as error:
            raise GoldError(f"{path}:{number + 1}: cannot be read: {error}") from error


def json_lines(path: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (place, object) of a file. Raises GoldError for a line that is not a JSON object."""
    for place, line in text_lines(path):
        try:
            value = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise GoldError(f"{place}: broken JSON: {error}", remedy="each line is a JSON object") from error
        if not isinstance(value, dict):
            raise GoldError(f"{place}: not a JSON object")
        yield place, value
