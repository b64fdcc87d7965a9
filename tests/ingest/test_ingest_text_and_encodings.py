from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from ragqa.errors import ReadError

from .conftest import blocks, paths, texts

if TYPE_CHECKING:
    from .conftest import Reading

TEXT = """Asthma in adults

DEFINITION

Asthma is a disease of the airways. It is
common in adults.

Treatment includes:
- inhaled steroids
- salbutamol, as
  needed

References

1. Smith 2010.
"""


def test_plain_text_is_read_by_its_shape(reading: Reading) -> None:
    document = reading.one("a.txt", TEXT)
    assert document.source.title == "Asthma in adults"
    assert blocks(document) == [
        ("paragraph", "Asthma is a disease of the airways. It is common in adults."),
        ("paragraph", "Treatment includes:"),
        ("list item", "inhaled steroids"),
        ("list item", "salbutamol, as needed"),
    ]
    assert paths(document) == [("DEFINITION",)]
    assert document.blocks[2].lead_in == document.blocks[1].span


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "latin-1", "cp1252"])
def test_encodings(reading: Reading, encoding: str) -> None:
    text = "Die Behandlung der Grippe: Müdigkeit, Übelkeit, hohes Fieber und schwere Schmerzen quälen ältere Männer während der Krankheit."
    assert texts(reading.one("a.txt", text.encode(encoding))) == [text]


def test_line_ends_controls_and_bidi_marks(reading: Reading) -> None:
    text = "One line.\r\nGoes on \u202eback\u202c\x07.\r\n\r\nNext\u00a0one.\r"
    assert texts(reading.one("a.txt", text)) == ["One line. Goes on back.", "Next one."]


@pytest.mark.parametrize("data", [b"", b"\0\0\0\0", b"   \n", b"\xef\xbb\xbf"])
@pytest.mark.parametrize(
    "name",
    [
        "a.txt",
        "a.md",
        "a.html",
        "a.xml",
        "a.nxml",
        "a.pdf",
        "a.docx",
        "a.zip",
        "a.tar.gz",
        "a.jsonl",
        "a.jsonl.gz",
        "a.nbib",
    ],
)
def test_an_empty_file_is_an_error(reading: Reading, name: str, data: bytes) -> None:
    with pytest.raises(ReadError):
        reading.all(name, data)


def test_a_binary_file_is_no_text(reading: Reading) -> None:
    with pytest.raises(ReadError, match="not a text file"):
        reading.all("a.txt", bytes(range(256)) * 40)


def test_a_single_line_of_ten_megabytes(reading: Reading) -> None:
    document = reading.one("a.txt", "Pain is common in adults. " * 400_000)
    assert len(document.text) == 400_000 * 26 - 1


def test_a_gzip_that_is_cut_short(reading: Reading) -> None:
    data = gzip.compress(b'{"_id": "a", "text": "Some text that is long enough."}\n' * 2000)
    with pytest.raises(ReadError, match="cut short"):
        reading.all("a.jsonl.gz", data[: len(data) // 2])
