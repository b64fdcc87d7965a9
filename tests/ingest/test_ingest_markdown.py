from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ragqa.errors import ReadError
from ragqa.ingest import chunk
from ragqa.vocabulary import SourceKind

from .conftest import blocks, paths, texts

if TYPE_CHECKING:
    from .conftest import Reading

SUMMARY = """---
id: acp-2017-low-back-pain
title: "Noninvasive treatment of low back pain: ACP guideline 2017"
kind: guideline
summary_of:
  title: "Noninvasive Treatments for Low Back Pain"
  organisation: American College of Physicians
  journal: Annals of Internal Medicine
  year: 2017
  doi: 10.7326/M16-2367
  pmid: "28192789"
authors: ["Qaseem A", "Wilt TJ"]
year: 2017
condition: low back pain
interventions: [exercise, acupuncture]
synonyms:
  - [low back pain, lumbago]
  - [NSAID, NSAIDs]
specialty: musculoskeletal
language: en
licence: CC BY 4.0
status: project-written summary; verify against the source
superseded_by: acp-2030
---

# Noninvasive treatment of low back pain: ACP guideline 2017

## Recommendation
### Chronic low back pain
- ACP 2017 recommends exercise for chronic low back pain.
- ACP 2017 recommends acupuncture for chronic low back pain.

## Harms
Exercise caused no serious harm.
"""


def test_front_matter_becomes_source_and_subject(reading: Reading) -> None:
    document = reading.one("a.md", SUMMARY)
    source = document.source
    assert document.id == "acp-2017-low-back-pain"
    assert source.kind is SourceKind.GUIDELINE
    assert source.title == "Noninvasive treatment of low back pain: ACP guideline 2017"
    assert source.summary_of == "Noninvasive Treatments for Low Back Pain"
    assert (source.organisation, source.journal) == ("American College of Physicians", "Annals of Internal Medicine")
    assert (source.year, source.doi, source.pmid) == (2017, "10.7326/M16-2367", "28192789")
    assert source.authors == ("Qaseem A", "Wilt TJ")
    assert source.superseded_by == "acp-2030"
    assert document.subject.synonyms == (("low back pain", "lumbago"), ("NSAID", "NSAIDs"))
    assert document.subject.interventions == ("exercise", "acupuncture")


def test_headings_are_never_glued_to_sentences(reading: Reading) -> None:
    document = reading.one("a.md", SUMMARY)
    assert paths(document) == [("Recommendation", "Chronic low back pain"), ("Harms",)]
    quotes = [s.span.of(document.text) for p in chunk(document) for s in p.sentences]
    assert quotes == [
        "ACP 2017 recommends exercise for chronic low back pain.",
        "ACP 2017 recommends acupuncture for chronic low back pain.",
        "Exercise caused no serious harm.",
    ]


def test_plain_markdown_has_its_title_from_its_heading_or_its_name(reading: Reading) -> None:
    assert reading.one("x.md", "# Asthma\n\nIt is common.").source.title == "Asthma"
    nameless = reading.one("notes/asthma.md", "It is common.")
    assert (nameless.source.title, nameless.source.kind) == ("asthma", SourceKind.OTHER)


def test_marks_are_no_part_of_the_text(reading: Reading) -> None:
    text = "A **bold** [link](http://x.org) and `code`.\n\n1. One\n   - inner\n2. Two\n\n<!-- hidden -->\n\n<script>x()</script>\n"
    assert texts(reading.one("x.md", text)) == ["A bold link and code.", "One", "inner", "Two"]


def test_tables_and_hard_wrapped_lines(reading: Reading) -> None:
    text = "A paragraph\nover two lines.\n\n| Drug | Dose |\n|---|---|\n| A | 5 mg |\n"
    assert blocks(reading.one("x.md", text)) == [
        ("paragraph", "A paragraph over two lines."),
        ("table row", "Drug: A; Dose: 5 mg"),
    ]


@pytest.mark.parametrize(
    ("front", "reason"),
    [
        ("a: [1", "not YAML"),
        ("- " * 2000, "not YAML"),
        ("- a\n- b", "not a list of fields"),
        ("a: &x [1]\nb: [*x, *x]", "aliases"),
        ("a: !!python/object/apply:os.system ['true']", "not YAML"),
        ("[" * 3000, "too deeply nested"),
        ("a: b\n" * 10_000, "too long"),
    ],
)
def test_bad_front_matter_is_an_error(reading: Reading, front: str, reason: str) -> None:
    with pytest.raises(ReadError, match=reason):
        reading.all("x.md", f"---\n{front}\n---\n\nText here.\n")


def test_a_paragraph_of_brackets_is_refused(reading: Reading) -> None:
    with pytest.raises(ReadError, match="brackets"):
        reading.all("x.md", "![[" * 20_000)


def test_odd_values_are_not_stated(reading: Reading) -> None:
    document = reading.one(
        "x.md", "---\ntitle: T\nyear: soon\npmid: x\ndoi: none\nkind: rumour\nauthors: Smith J\n---\nText."
    )
    source = document.source
    assert (source.year, source.pmid, source.doi, source.kind) == (None, None, None, SourceKind.OTHER)
    assert source.authors == ("Smith J",)


def test_a_rule_at_the_top_is_no_front_matter(reading: Reading) -> None:
    assert texts(reading.one("x.md", "Text.\n\n---\n\nMore.")) == ["Text.", "More."]
