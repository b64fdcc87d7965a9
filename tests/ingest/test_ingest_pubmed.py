from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from ragqa.errors import ReadError
from ragqa.ingest import ReadDocument, Withdrawal, read_paths
from ragqa.vocabulary import SourceKind

from .conftest import blocks, paths

if TYPE_CHECKING:
    from .conftest import Reading


def record(
    pmid: int,
    *,
    types: tuple[str, ...] = ("Journal Article",),
    abstract: str = "<AbstractText>It helped.</AbstractText>",
    more: str = "",
) -> str:
    kinds = "".join(f"<PublicationType>{name}</PublicationType>" for name in types)
    return f"""<PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>
<Journal><JournalIssue><PubDate><MedlineDate>1998 Nov-Dec</MedlineDate></PubDate></JournalIssue><Title>The Lancet</Title></Journal>
<ArticleTitle>Drug A in asthma.</ArticleTitle><Abstract>{abstract}</Abstract>
<AuthorList><Author><LastName>Smith</LastName><Initials>JA</Initials></Author><Author><CollectiveName>Group</CollectiveName></Author></AuthorList>
<Language>eng</Language><PublicationTypeList>{kinds}</PublicationTypeList></Article>{more}
<MeshHeadingList><MeshHeading><DescriptorName>Asthma</DescriptorName></MeshHeading></MeshHeadingList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/x{pmid}</ArticleId></ArticleIdList></PubmedData></PubmedArticle>"""


def records(*found: str) -> str:
    return f"<?xml version='1.0'?><PubmedArticleSet>{''.join(found)}</PubmedArticleSet>"


def test_a_record(reading: Reading) -> None:
    abstract = '<AbstractText Label="METHODS">We asked.</AbstractText><AbstractText Label="RESULTS">n = 10<sup>3</sup>.</AbstractText>'
    document = reading.one(
        "a.xml", records(record(7, types=("Journal Article", "Randomized Controlled Trial"), abstract=abstract))
    )
    source = document.source
    assert document.id == "doi:10.1000/x7"
    assert (source.title, source.journal, source.year, source.pmid) == ("Drug A in asthma", "The Lancet", 1998, "7")
    assert source.authors == ("Smith JA", "Group")
    assert (source.kind, source.study_design) == (SourceKind.RANDOMISED_TRIAL, "randomized controlled trial")
    assert source.language == "en"
    assert paths(document) == [("Methods",), ("Results",)]
    assert blocks(document) == [("paragraph", "We asked."), ("paragraph", "n = 10³.")]


@pytest.mark.parametrize(
    ("types", "more", "retracted"),
    [
        (("Journal Article",), "", False),
        (("Retracted Publication",), "", True),
        (("Retraction of Publication",), "", False),
        (
            ("Journal Article",),
            '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"/></CommentsCorrectionsList>',
            True,
        ),
        (
            ("Journal Article",),
            '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionOf"/></CommentsCorrectionsList>',
            False,
        ),
    ],
)
def test_retraction(reading: Reading, types: tuple[str, ...], more: str, *, retracted: bool) -> None:
    assert reading.one("a.xml", records(record(7, types=types, more=more))).source.retracted is retracted


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (("Journal Article", "Review", "Practice Guideline"), SourceKind.GUIDELINE),
        (("Review", "Meta-Analysis"), SourceKind.SYSTEMATIC_REVIEW),
        (("Review",), SourceKind.NARRATIVE),
        (("Journal Article",), SourceKind.RESEARCH),
        (("Letter",), SourceKind.OTHER),
        (("Clinical Trial, Phase III",), SourceKind.RESEARCH),
    ],
)
def test_publication_types(reading: Reading, types: tuple[str, ...], kind: SourceKind) -> None:
    assert reading.one("a.xml", records(record(7, types=types))).source.kind is kind


def test_many_records_go_on_after_one_without_an_abstract(reading: Reading) -> None:
    found = [record(n, abstract="" if n == 3 else "<AbstractText>It helped.</AbstractText>") for n in range(1, 500)]
    file = reading.write("a.xml.gz", gzip.compress(records(*found).encode()))
    results = list(read_paths([file.path]))
    assert sum(isinstance(result, ReadDocument) for result in results) == 498
    (failure,) = [result for result in results if not isinstance(result, ReadDocument)]
    assert failure.reason == "record 3 (PMID 3): no abstract"


def test_a_file_that_breaks_off_gives_what_came_before(reading: Reading) -> None:
    whole = records(record(1), record(2))
    file = reading.write("a.xml", whole[: len(whole) - 200])
    kinds = [type(result).__name__ for result in read_paths([file.path])]
    assert kinds == ["ReadDocument", "FailedFile"]


MEDLINE = """
PMID- 12345
DP  - 2004 Mar 12
TI  - Drug A in asthma: a randomised
      controlled trial.
AB  - BACKGROUND: Asthma is common. METHODS: We asked
      40 adults. RESULTS: It helped (P = 0.01).
FAU - Smith, John A
AU  - Smith JA
AU  - Jones K
LA  - eng
PT  - Journal Article
PT  - Randomized Controlled Trial
JT  - The Lancet
AID - 10.1000/abc [doi]
AID - S0140 [pii]

PMID- 12346
TI  - No abstract here.
PT  - Retracted Publication

PMID- 12347
TI  - Retracted one.
AB  - It helped nobody.
RIN - Lancet. 2005
"""


@pytest.mark.parametrize("name", ["a.txt", "a.nbib", "a.medline"])
def test_medline_text(reading: Reading, name: str) -> None:
    file = reading.write(name, MEDLINE)
    first, failed, last = read_paths([file.path])
    assert isinstance(first, ReadDocument)
    assert isinstance(last, ReadDocument)
    assert not isinstance(failed, ReadDocument)
    assert failed.reason == "record 2 (PMID 12346): no abstract"
    document = first.document
    assert document.source.title == "Drug A in asthma: a randomised controlled trial"
    assert (document.source.year, document.source.doi, document.source.pmid) == (2004, "10.1000/abc", "12345")
    assert document.source.authors == ("Smith JA", "Jones K")
    assert document.source.kind is SourceKind.RANDOMISED_TRIAL
    assert paths(document) == [("Background",), ("Methods",), ("Results",)]
    assert blocks(document)[1] == ("paragraph", "We asked 40 adults.")
    assert last.document.source.retracted


def test_no_record_is_an_error(reading: Reading) -> None:
    with pytest.raises(ReadError, match="no MEDLINE record"):
        reading.all("a.nbib", "Just a text.\n")


def test_an_update_file_takes_records_back(reading: Reading) -> None:
    reading.write("a.xml", records(record(1), record(2)))
    gone = records(record(3), "<DeleteCitation><PMID Version='1'>2</PMID><PMID>9</PMID></DeleteCitation>")
    reading.write("b.xml", gone)
    found = list(read_paths([reading.folder]))
    assert [result.pmids for result in found if isinstance(result, Withdrawal)] == [("2", "9")]
    assert len([result for result in found if isinstance(result, ReadDocument)]) == 3
