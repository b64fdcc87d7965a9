"""Damaged files of every kind end in documents or in failures with a reason, never in another error."""

from __future__ import annotations

import gzip
import random
from typing import TYPE_CHECKING

import pytest

from ragqa.ingest import FailedFile, ReadDocument, SkippedFile, chunk, read_paths

from .helpers_pdf import Rule, Text, column, make_pdf
from .test_ingest_docx import word_file
from .test_ingest_html import PAGE
from .test_ingest_jats import article
from .test_ingest_markdown import SUMMARY
from .test_ingest_paths_and_archives import MEMBERS, tarred, zipped
from .test_ingest_pubmed import MEDLINE, record, records

if TYPE_CHECKING:
    from pathlib import Path

LINES = b'{"_id": "1", "title": "T", "text": "Tests include: - X rays. - A scan. BACKGROUND: It is."}\n' * 5
SAMPLES = {
    "a.md": SUMMARY.encode(),
    "a.txt": b"ASTHMA\n\nIt is common:\n- one\n- two\n\nMore text is here.",
    "a.html": PAGE.encode(),
    "a.nxml": article(
        "<sec><title>Results</title><p>It helped <sup>9</sup>.</p><list><list-item><p>a</p></list-item></list></sec>"
    ).encode(),
    "b.xml": records(record(1), record(2)).encode(),
    "a.nbib": MEDLINE.encode(),
    "a.jsonl": LINES,
    "a.jsonl.gz": gzip.compress(LINES),
    "a.pdf": make_pdf(
        [
            [
                *column(60, 700, ["Pain is common in adults.", "It is treated."]),
                Rule(60, 600, 400, 601),
                Text(60, 500, "x" * 50, 20),
            ]
        ]
        * 3
    ),
    "a.docx": word_file(),
    "a.zip": zipped(MEMBERS),
    "a.tar.gz": tarred(MEMBERS),
}
CHUNKS = (
    b"\0" * 40,
    b"\xff\xfe",
    b"<" * 90,
    b"&#x0;",
    b"]]>",
    b"\r" * 30,
    b"- " * 300,
    b"{" * 900,
    b'"',
    b"<div>" * 200,
    b"\xe2\x80\xae",
    b" " * 9000,
    b"9" * 999,
)


def damaged(data: bytes, dice: random.Random) -> bytes:
    at, size = dice.randrange(len(data)), dice.randrange(1, 300)
    match dice.randrange(6):
        case 0:
            return data[:at]
        case 1:
            return data[:at] + data[at + size :]
        case 2:
            return data[:at] + data[at : at + size] * dice.randrange(2, 20) + data[at:]
        case 3:
            return data[:at] + dice.choice(CHUNKS) + data[at:]
        case _:
            changed = bytearray(data)
            for _ in range(dice.randrange(1, 16)):
                changed[dice.randrange(len(data))] ^= 1 << dice.randrange(8)
            return bytes(changed)


@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_damage_is_survived(tmp_path: Path, name: str) -> None:
    dice = random.Random(name)  # noqa: S311  # dice, not secrets
    for turn in range(40):
        data = damaged(SAMPLES[name], dice)
        path = tmp_path / (name if turn % 8 else dice.choice(sorted(SAMPLES)))
        path.write_bytes(data)
        for result in read_paths([path]):
            if isinstance(result, ReadDocument):
                chunk(result.document)
            else:
                assert isinstance(result, FailedFile | SkippedFile)
                assert result.reason
                assert "\n" not in result.reason
        path.unlink()


@pytest.mark.parametrize(
    "suffix", [".md", ".txt", ".html", ".xml", ".nxml", ".pdf", ".docx", ".zip", ".tar.gz", ".jsonl", ".nbib"]
)
@pytest.mark.parametrize("name", sorted(SAMPLES))
def test_a_wrong_suffix_is_survived(tmp_path: Path, name: str, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    path.write_bytes(SAMPLES[name])
    results = list(read_paths([path]))
    assert results
