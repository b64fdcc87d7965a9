from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ragqa.errors import ReadError

from .conftest import blocks, paths, texts
from .helpers_pdf import Rule, Text, column, make_pdf

if TYPE_CHECKING:
    from .conftest import Reading

LEFT = [
    "The transition of care from acute",
    "hospitals to outpatient settings, with",
    "ongoing outbreaks and patient events,",
    "has shown the need for greater under-",
    "standing of basic infection prevention",
    "guidance in all of the settings where",
    "healthcare is delivered to patients and",
]
RIGHT = [
    "to their families at home or elsewhere.",
    "The understanding of transmission has",
    "grown since then, and the guidance has",
    "been updated several times for each of",
    "the settings named in this document so",
    "that staff can follow it in their daily",
    "work with patients in any such place.",
]


def test_columns_are_read_one_after_the_other_and_words_mended(reading: Reading) -> None:
    document = reading.one("a.pdf", make_pdf([column(60, 700, LEFT) + column(320, 700, RIGHT)]))
    (text,) = texts(document)
    assert text.startswith("The transition of care from acute hospitals to outpatient settings, with ongoing")
    assert "the need for greater understanding of basic infection prevention guidance" in text
    assert "delivered to patients and to their families at home or elsewhere. The understanding" in text


def page(number: int, lines: list[str]) -> list[Text | Rule]:
    furniture: list[Text | Rule] = [Text(200, 770, "Guide to Asthma Version 2"), Text(300, 20, f"Page {number}")]
    return furniture + column(60, 700, lines)


def test_running_heads_and_page_numbers_go_and_pages_are_known(reading: Reading) -> None:
    pages = [
        page(n, [f"Sentence number {n} stands on a page of its own here.", "It is followed by another one."])
        for n in range(1, 6)
    ]
    document = reading.one("a.pdf", make_pdf(pages, info="/Title (Guide to Asthma)"))
    assert document.source.title == "Guide to Asthma"
    assert "Version" not in document.text
    assert [p.page for p in document.origin.pages] == [1, 2, 3, 4, 5]
    third = next(p for p in document.origin.pages if p.page == 3)
    assert document.text[third.start :].startswith("Sentence number 3")


def test_a_sentence_over_two_pages_is_one(reading: Reading) -> None:
    pages = [
        page(1, ["A first sentence is here.", "The second sentence of it goes on over the"]),
        page(2, ["next page and ends there."]),
    ]
    document = reading.one(
        "a.pdf", make_pdf([*pages, *[page(n, [f"Text {n} is here for the running heads."]) for n in (3, 4)]])
    )
    assert "The second sentence of it goes on over the next page and ends there." in texts(document)
    second = next(p for p in document.origin.pages if p.page == 2)
    assert document.text[second.start :].lstrip().startswith("next page")


def test_headings_lists_and_numbers(reading: Reading) -> None:
    items: list[Text | Rule] = [
        Text(60, 720, "Dosing", 16, bold=True),
        Text(60, 695, "The dose of the drug depends on the weight of the patient. It is:"),
        Text(70, 680, "\x95 5 mg in children who weigh less than forty kilograms and have no other"),
        Text(80, 668, "disease"),
        Text(70, 653, "\x95 10 mg in adults"),
        Text(60, 630, "The doses that trials have shown to be enough for most patients are 1.5-"),
        Text(60, 618, "2.0 mg in mild disease."),
    ]
    document = reading.one("a.pdf", make_pdf([items], info="/Title (Drug A)"))
    assert paths(document) == [("Dosing",)]
    assert blocks(document)[1:3] == [
        ("list item", "5 mg in children who weigh less than forty kilograms and have no other disease"),
        ("list item", "10 mg in adults"),
    ]
    assert document.blocks[1].lead_in is not None
    assert "1.5-2.0 mg" in document.text


def test_a_ruled_table_gives_rows_with_their_heads(reading: Reading) -> None:
    rules: list[Text | Rule] = [Rule(60, y, 400, y + 1) for y in (700, 680, 650, 630)]
    rules += [Rule(x, 630, x + 1, 700) for x in (60, 200, 400)]
    words: list[Text | Rule] = [
        Text(70, 686, "Drug", bold=True),
        Text(210, 686, "Dose", bold=True),
        Text(70, 662, "Warfarin"),
        Text(210, 668, "5 mg"),
        Text(210, 655, "once daily"),
        Text(70, 636, "Aspirin"),
        Text(210, 636, "75 mg"),
    ]
    intro = column(60, 740, ["The doses of the drugs are given in the table that follows here."])
    document = reading.one("a.pdf", make_pdf([intro + rules + words]))
    assert texts(document)[1:] == ["Drug: Warfarin; Dose: 5 mg once daily", "Drug: Aspirin; Dose: 75 mg"]


def test_powers_stay_powers_and_marks_of_notes_go(reading: Reading) -> None:
    items: list[Text | Rule] = [
        Text(60, 700, "The count was 10", 10),
        Text(133, 705, "9", 6),
        Text(137, 700, "per litre in most of the hospitals.", 10),
        Text(283, 705, "12", 6),
        Text(60, 688, "It fell in the others, as had been expected by all of the authors.", 10),
    ]
    text = reading.one("a.pdf", make_pdf([items])).text
    assert "10⁹" in text
    assert "12" not in text


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (make_pdf([[Rule(10, 10, 500, 500)]]), "run OCR first"),
        (b"%PDF-1.7\nnothing", "not a PDF"),
        (b"no pdf at all", "not a PDF"),
        (make_pdf([column(60, 700, LEFT)]).replace(b"/Kids [6 0 R]", b"/Kids [2 0 R]"), "."),
    ],
)
def test_what_cannot_be_read(reading: Reading, data: bytes, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        reading.all("a.pdf", data)


def test_limits(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragqa.ingest.limits.PDF_PAGES", 1)
    with pytest.raises(ReadError, match="more than 1 pages"):
        reading.all("a.pdf", make_pdf([column(60, 700, LEFT)] * 2))
