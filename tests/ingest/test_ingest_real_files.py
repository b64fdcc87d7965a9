"""Real files, where they are at hand: none of their text is kept here."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from ragqa.ingest import ReadDocument, chunk, read_paths
from ragqa.text import normalise
from ragqa.types import Document
from ragqa.vocabulary import BlockKind, SourceKind

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
RAW = DATA / "raw"
CORPUS = ROOT / "corpus"

needs_raw = pytest.mark.skipif(not RAW.is_dir(), reason="../shared/data/raw is not here")


def documents(path: Path) -> dict[str, Document]:
    return {r.file.rsplit("/", 1)[-1]: r.document for r in read_paths([path]) if isinstance(r, ReadDocument)}


@needs_raw
def test_every_article_gives_its_source_and_its_sections_in_order() -> None:
    found = documents(RAW / "plos_jats") | documents(RAW / "pmc_rct_nxml") | documents(RAW / "pmc_misc_nxml")
    assert len(found) == 60
    for name, document in found.items():
        source = document.source
        assert source.title, name
        assert not source.title.startswith("Untitled"), name
        assert source.authors, name
        assert source.year, name
        assert source.doi, name
        assert document.id == f"doi:{source.doi.lower()}"
        assert source.licence, name
        starts = [section.span.start for section in document.sections]
        assert starts == sorted(starts)
        assert normalise(document.text) == document.text
    assert sum(document.source.journal is None for document in found.values()) <= 1
    by_hand = found["PMC539050.nxml"].source
    assert (by_hand.journal, by_hand.year, by_hand.pmid) == ("PLoS Medicine", 2004, "15630469")
    assert by_hand.kind is SourceKind.RANDOMISED_TRIAL
    assert not any(document.source.retracted for document in found.values())


@needs_raw
def test_the_guideline_and_the_labels_read_cleanly() -> None:
    found = documents(RAW / "guideline_pdf") | documents(RAW / "fda_label_pdf")
    assert len(found) == 5
    guide = found["cdc_outpatient_infection_prevention_guide.pdf"]
    assert guide.source.kind is SourceKind.GUIDELINE
    assert (guide.source.year, guide.source.organisation) == (2016, "Centers for Disease Control and Prevention")
    paragraphs = [b.span.of(guide.text) for b in guide.blocks if b.kind is BlockKind.PARAGRAPH]
    long = [text for text in paragraphs if len(text.split()) > 20]
    assert sum(text.endswith((".", ":", ")")) for text in long) > 0.9 * len(long)
    assert not any("Version 2.3" in text for text in paragraphs)
    warfarin = found["fda_warfarin_label_2025.pdf"]
    assert warfarin.source.kind is SourceKind.REGULATORY
    rows = [b.span.of(warfarin.text) for b in warfarin.blocks if b.kind is BlockKind.TABLE_ROW]
    assert any(row.startswith("Study: AFASAK") and "PT Ratio: 1.5-2.0" in row for row in rows)
    acetaminophen = found["fda_acetaminophen_highlights_2025.pdf"]
    rows = [b.span.of(acetaminophen.text) for b in acetaminophen.blocks if b.kind is BlockKind.TABLE_ROW]
    assert any(row.startswith("children 6 to 11 years | take 1 tablet every 4-6 hours") for row in rows)


@pytest.mark.skipif(not (DATA / "covid_qa").is_dir(), reason="../shared/data is not here")
@pytest.mark.parametrize("name", ["covid_qa", "scifact", "medquad"])
def test_offsets_into_records_hold(name: str) -> None:
    path = DATA / name / "corpus.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        texts = {
            record["_id"]: record["text"]
            for record in (json.loads(line) for _, line in zip(range(300), stream, strict=False))
        }
    for result in read_paths([path]):
        assert isinstance(result, ReadDocument)
        document = result.document
        if document.id not in texts:
            break
        assert document.text == normalise(texts[document.id])
        chunk(document)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="corpus/ is not here")
def test_the_starter_corpus_quotes_whole_sentences() -> None:
    found = documents(CORPUS)
    assert found
    for document in found.values():
        assert document.source.kind is not SourceKind.OTHER
        assert document.source.summary_of
        for passage in chunk(document):
            assert passage.heading_path, document.id
            for sentence in passage.sentences:
                text = sentence.span.of(document.text)
                assert text.endswith("."), (document.id, text)
                assert not text.startswith(("-", "#")), (document.id, text)
