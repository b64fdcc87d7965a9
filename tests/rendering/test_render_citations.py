"""References for reference managers, read back by the parsers of others."""

import bibtexparser
import pytest
import rispy

from ragqa.rendering.citations import to_bibtex, to_ris
from ragqa.types import Reference, Source
from ragqa.vocabulary import SourceKind

SOURCE = Source(
    kind=SourceKind.GUIDELINE,
    title="Back pain in brief",
    authors=("Qaseem A", "Wilt TJ"),
    journal="Annals of Internal Medicine",
    year=2017,
    doi="10.7326/M16-2367",
    pmid="28192789",
    summary_of="Noninvasive treatments: 50% & {more}",
)
HOSTILE = Source(title="Evil}\n\nER  - \r\nTY  - JOUR\n@article{x, title={y}}", url="javascript:alert(1)")


@pytest.fixture
def answer(clinic):
    found = clinic.ask("Does acupuncture help chronic low back pain?")
    return found.model_copy(update={"references": tuple(Reference(number=n, document_id=f"doc {n}", source=s) for n, s in enumerate((SOURCE, HOSTILE), 1))})


def test_ris_is_read_back(answer):
    first, second = rispy.loads(to_ris(answer))
    assert first["type_of_reference"] == "JOUR"
    assert first["title"] == SOURCE.summary_of
    assert first["authors"] == ["Qaseem A", "Wilt TJ"]
    assert (first["year"], first["doi"]) == ("2017", SOURCE.doi)
    assert "Back pain in brief" in first["notes"][0]
    assert second["type_of_reference"] == "RPRT"
    assert second["title"].startswith("Evil}")
    assert "urls" not in second


def test_bibtex_is_read_back(answer):
    library = bibtexparser.parse_string(to_bibtex(answer))
    assert not library.failed_blocks
    first, second = library.entries
    assert (first.key, first["journal"], first["year"]) == ("doc-1", SOURCE.journal, "2017")
    assert first["title"] == r"Noninvasive treatments: 50\% \& \{more\}"
    assert second.entry_type == "techreport"
    assert "url" not in second.fields_dict
