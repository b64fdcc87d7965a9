from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import docx
import pytest

from ragqa.errors import ReadError

from .conftest import blocks, paths

if TYPE_CHECKING:
    from .conftest import Reading


def word_file() -> bytes:
    document = docx.Document()
    document.core_properties.title = "Asthma guide"
    document.core_properties.author = "Smith J; Jones K"
    document.add_heading("Asthma guide", 0)
    document.add_heading("Treatment", 1)
    document.add_paragraph("Treatment includes:")
    document.add_paragraph("inhaled steroids", style="List Bullet")
    document.add_paragraph("salbutamol", style="List Bullet")
    table = document.add_table(rows=2, cols=2)
    for cell, text in zip([*table.rows[0].cells, *table.rows[1].cells], ["Drug", "Dose", "A", "5 mg"], strict=True):
        cell.text = text
    document.add_heading("Acknowledgements", 1)
    document.add_paragraph("Thanks to all.")
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def test_headings_lists_and_tables(reading: Reading) -> None:
    document = reading.one("a.docx", word_file())
    assert document.source.title == "Asthma guide"
    assert document.source.authors == ("Smith J", "Jones K")
    assert paths(document) == [("Treatment",)]
    assert blocks(document) == [
        ("paragraph", "Treatment includes:"),
        ("list item", "inhaled steroids"),
        ("list item", "salbutamol"),
        ("table row", "Drug | Dose"),
        ("table row", "A | 5 mg"),
    ]
    assert document.blocks[2].lead_in == document.blocks[0].span


def repacked(data: bytes, changes: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, changes.get(name, old.read(name)))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"PK\x03\x04 not a zip", "not a Word document"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "password"),
        (repacked(word_file(), {"word/document.xml": b"<broken"}), "damaged"),
        (
            repacked(word_file(), {"word/document.xml": b'<?xml version="1.0" encoding="UT999-8"?><a/>'}),
            "unknown encoding",
        ),
        (
            repacked(
                word_file(), {"word/document.xml": b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}
            ),
            "entities",
        ),
    ],
)
def test_what_is_no_word_document(reading: Reading, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        reading.all("a.docx", data)


def test_a_package_that_unpacks_to_too_much(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragqa.ingest.limits.DOCX_UNPACKED", 100)
    with pytest.raises(ReadError, match="unpacks to more"):
        reading.all("a.docx", word_file())
