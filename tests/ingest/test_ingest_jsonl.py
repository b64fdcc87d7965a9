from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.ingest import FailedFile, ReadDocument, read_paths
from ragqa.ingest.glued import pieces_of_line
from ragqa.ingest.labels import labelled_parts
from ragqa.ingest.structure import structure
from ragqa.text import normalise
from ragqa.types import Document
from ragqa.vocabulary import Audience

from .conftest import blocks, paths, texts

if TYPE_CHECKING:
    from .conftest import Reading


def record(text: str, **fields: object) -> str:
    return json.dumps({"_id": "d1", "title": "Asthma", "text": text, **fields})


def leads(document: Document) -> list[str | None]:
    return [block.lead_in.of(document.text) if block.lead_in else None for block in document.blocks]


def test_the_text_stays_as_the_record_has_it(reading: Reading) -> None:
    text = "Asthma\n\nIt is  common. - Really.\r\n\n\n  End here. "
    document = reading.one("a.jsonl", record(text))
    assert document.text == normalise(text)
    assert document.id == "d1"
    assert document.source.title == "Asthma"


def test_fields_of_the_record_become_the_source(reading: Reading) -> None:
    metadata = {
        "url": "https://pubmed.ncbi.nlm.nih.gov/21645374/",
        "year": "2011",
        "journal": "Nutrients",
        "doi": "10.3390/nu1",
        "license": "cc-by-4.0",
        "source": "CancerGov",
        "question": "What is asthma?",
        "qtype": "information",
        "synonyms": ["wheeze"],
        "study_design": "cohort study",
        "audience": "Patient",
    }
    document = reading.one("a.jsonl", record("It is common.", metadata=metadata))
    source = document.source
    assert (source.year, source.journal, source.doi, source.pmid) == (2011, "Nutrients", "10.3390/nu1", "21645374")
    assert (source.licence, source.organisation, source.url) == ("cc-by-4.0", "CancerGov", metadata["url"])
    assert (source.study_design, source.audience) == ("cohort study", Audience.PATIENT)
    assert reading.one("b.jsonl", record("It is common.", metadata={"audience": "anybody"})).source.audience is None
    assert paths(document) == [("What is asthma?",)]
    assert document.subject.condition == "Asthma"
    assert document.subject.synonyms == (("Asthma", "wheeze"),)


def test_items_glued_into_a_line_are_items(reading: Reading) -> None:
    text = (
        "The doctor asks. Tests include: - X rays. - Blood tests. - A scan. These tests show the cause. They are safe."
    )
    document = reading.one("a.jsonl", record(text))
    assert blocks(document) == [
        ("paragraph", "The doctor asks. Tests include:"),
        ("list item", "X rays."),
        ("list item", "Blood tests."),
        ("list item", "A scan."),
        ("paragraph", "These tests show the cause. They are safe."),
    ]
    assert leads(document)[1:4] == ["Tests include:"] * 3


@pytest.mark.parametrize(
    ("line", "pieces"),
    [
        ("It causes problems with - Movement - Speaking", ["It causes problems with", "Movement", "Speaking"]),
        (
            "Common problems include - Osteoarthritis - wear-and-tear of joints - Tendinitis - an irritation of tendons",
            [
                "Common problems include",
                "Osteoarthritis - wear-and-tear of joints",
                "Tendinitis - an irritation of tendons",
            ],
        ),
        (
            "- The most common symptoms are - diarrhea - weight loss - People may be tired.",
            ["The most common symptoms are", "diarrhea", "weight loss", "People may be tired."],
        ),
        (
            "Problems include - COPD - Cystic fibrosis During rehab you may do exercise.",
            ["Problems include", "COPD", "Cystic fibrosis", "During rehab you may do exercise."],
        ),
        (
            "Signs may include - losing things - forgetting events. losing things forgetting events. Talk to a doctor.",
            ["Signs may include", "losing things", "forgetting events.", "Talk to a doctor."],
        ),
        ("A 2 - 3 day course - as a rule - is enough.", ["A 2 - 3 day course - as a rule - is enough."]),
        ("What are the signs of X? Fever is one of them.", ["Fever is one of them."]),
        ("It is rare. NIH: National Eye Institute", ["It is rare."]),
        (
            (
                "Signs and Symptoms Approximate number of patients (when available) Fever 90% Low-set ears - The Human"
                " Phenotype Ontology (HPO) has collected data."
            ),
            [
                "Signs and Symptoms Approximate number of patients (when available)",
                "Fever 90%",
                "Low-set ears -",
                "The Human Phenotype Ontology (HPO) has collected data.",
            ],
        ),
    ],
)
def test_lines_are_cut_where_it_is_safe(line: str, pieces: list[str]) -> None:
    assert [line[piece.start : piece.end] for piece in pieces_of_line(line, 0, len(line))] == pieces


def test_a_second_list_has_its_own_lead_in(reading: Reading) -> None:
    text = (
        "Before treatment, prognosis depends on: - The stage. - Whether it has come back. After treatment, prognosis is"
        " affected by: - The surgery. - The response."
    )
    document = reading.one("a.jsonl", record(text))
    assert list(zip(texts(document), leads(document), strict=True)) == [
        ("Before treatment, prognosis depends on:", None),
        ("The stage.", "Before treatment, prognosis depends on:"),
        ("Whether it has come back.", "Before treatment, prognosis depends on:"),
        ("After treatment, prognosis is affected by:", None),
        ("The surgery.", "After treatment, prognosis is affected by:"),
        ("The response.", "After treatment, prognosis is affected by:"),
    ]


def test_a_list_in_a_list_ends_where_its_items_change(reading: Reading) -> None:
    text = "- Cancer is treated. - Two types of treatment are used: - Surgery - Radiation - New types are tested."
    document = reading.one("a.jsonl", record(text))
    lead = "Two types of treatment are used:"
    assert leads(document) == [None, None, lead, lead, None]


def test_headings_on_lines_of_their_own(reading: Reading) -> None:
    text = "Overview\n\nAsthma is a disease of the airways in children and adults.\n\nTests\n\nA doctor listens to the chest of the child."
    assert paths(reading.one("a.jsonl", record(text))) == [("Overview",), ("Tests",)]


def test_short_lines_under_a_lead_in_are_items(reading: Reading) -> None:
    text = "Foods that help include:\n\nOlive oil\n\nNuts and seeds\n\nAsk the doctor before you change what you eat every day."
    document = reading.one("a.jsonl", record(text))
    assert leads(document) == [None, "Foods that help include:", "Foods that help include:", None]


def test_headings_with_their_part_of_the_article(reading: Reading) -> None:
    text = "TITLE:\nAsthma\n\nABSTRACT.METHODS:\nWe asked.\n\nBODY.RESULTS:\nBODY.PAIN:\nIt fell.\n\nBODY.AUTHORS' CONTRIBUTIONS:\nAll wrote.\n"
    document = reading.one("a.jsonl", record(text))
    assert paths(document) == [("Abstract", "Methods"), ("Results", "Pain")]
    assert texts(document) == ["We asked.", "It fell."]


def test_the_head_of_an_article_is_no_prose(reading: Reading) -> None:
    text = "Asthma\n\nhttps://x.org/1\n\nAuthors: He, Ying\nDate: 2014-05-14\n\nAbstract: BACKGROUND: It is common. METHODS: We asked.\n\nText: It goes on."
    document = reading.one("a.jsonl", record(text))
    assert texts(document) == ["It is common.", "We asked.", "It goes on."]
    assert paths(document) == [("Abstract", "Background"), ("Abstract", "Methods"), ()]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("BACKGROUND: A b. RESULTS: C d.", [("Background", "A b."), ("Results", "C d.")]),
        (
            "BACKGROUND Asthma is bad. METHODS AND FINDINGS We asked.",
            [("Background", "Asthma is bad."), ("Methods and findings", "We asked.")],
        ),
        ("RESULTS were good.", [("", "RESULTS were good.")]),
        ("We saw RESULTS: none. And METHODS: none.", [("", "We saw RESULTS: none. And METHODS: none.")]),
    ],
)
def test_labels_of_abstracts(text: str, parts: list[tuple[str, str]]) -> None:
    assert labelled_parts(text) == parts


def test_a_bad_line_does_not_stop_the_others(reading: Reading) -> None:
    good = record("It helped.")
    lines = [
        good,
        "{not json",
        '{"_id": "x"}',
        '{"_id": "y", "text": " "}',
        "[]",
        '{"_id": "z", "text": "a\\ud800b"}',
        "",
        good,
    ]
    file = reading.write("a.jsonl.gz", gzip.compress("\n".join(lines).encode()))
    results = list(read_paths([file.path]))
    assert [type(result) for result in results] == [ReadDocument, *[FailedFile] * 4, ReadDocument, ReadDocument]
    assert [r.reason.split(":")[0] for r in results if isinstance(r, FailedFile)] == [
        "line 2",
        "line 3",
        "line 4",
        "line 5",
    ]


def test_a_line_longer_than_a_record_may_be(reading: Reading, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ragqa.ingest.limits.RECORD", 200)
    file = reading.write("a.jsonl", "\n".join([record("Short."), record("long " * 200), record("Short again.")]))
    kinds = [type(result) for result in read_paths([file.path])]
    assert kinds == [ReadDocument, FailedFile, ReadDocument]


def test_hostile_ids_and_titles(reading: Reading) -> None:
    line = json.dumps({"_id": "a\u202eb\x1b[31m\n" + "x" * 500, "title": "T\u200b\x07itle", "text": "It helped."})
    document = reading.one("a.jsonl", line)
    assert document.id.startswith("ab[31m")
    assert len(document.id) <= 200
    assert document.source.title == "Title"


@given(st.text(alphabet="Ab. -:\n?#•1%", max_size=120))
def test_any_text_is_cut_into_spans_in_order(text: str) -> None:
    text = normalise(text)
    shape = structure(text, title="A", path=("Q",))
    last = 0
    for block in shape.blocks:
        assert last <= block.span.start < block.span.end <= len(text)
        piece = block.span.of(text)
        assert piece == piece.strip()
        last = block.span.end
        assert any(block.span.within(section.span) for section in shape.sections)
    assert all(section.heading_path[0] == "Q" for section in shape.sections)
