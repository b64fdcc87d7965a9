from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from ragqa.errors import ReadError, UnsupportedFile
from ragqa.ingest import read_file
from ragqa.protocols import RawFile
from ragqa.vocabulary import SourceKind

from .conftest import blocks, paths, texts

if TYPE_CHECKING:
    from .conftest import Reading


def article(
    body: str,
    *,
    title: str = "Drug A in asthma: a randomised controlled trial",
    kind: str = "research-article",
    more: str = "",
    back: str = "",
) -> str:
    return f"""<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD" "journalpublishing.dtd">
<article xmlns:xlink="http://www.w3.org/1999/xlink" article-type="{kind}" xml:lang="en"><front>
<journal-meta><journal-title-group><journal-title>PLoS Medicine</journal-title></journal-title-group></journal-meta>
<article-meta><article-id pub-id-type="pmid">15630469</article-id><article-id pub-id-type="pmc">539050</article-id>
<article-id pub-id-type="doi">10.1371/Journal.pmed.0010064</article-id>
<title-group><article-title>{title}<xref ref-type="fn">*</xref></article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Papasavvas</surname><given-names>Emmanouil J.</given-names></name></contrib>
<contrib contrib-type="author"><collab>The Trial Group</collab></contrib>
<contrib contrib-type="editor"><name><surname>Editor</surname><given-names>E</given-names></name></contrib></contrib-group>
<pub-date pub-type="ppub"><year>2005</year></pub-date><pub-date pub-type="epub"><year>2004</year></pub-date>
<permissions><license xlink:href="http://creativecommons.org/licenses/by/4.0/"><license-p>Open access.</license-p></license></permissions>
{more}<abstract><sec><title>Methods</title><p>We asked.</p></sec></abstract>
<abstract abstract-type="toc"><p>In short.</p></abstract></article-meta></front><body>{body}</body><back>{back}
<ack><p>Thanks.</p></ack><ref-list><ref><mixed-citation>Smith 2010</mixed-citation></ref></ref-list></back></article>"""


def test_what_the_front_matter_states(reading: Reading) -> None:
    document = reading.one("a.nxml", article("<sec><title>Results</title><p>It helped.</p></sec>"))
    source = document.source
    assert document.id == "doi:10.1371/journal.pmed.0010064"
    assert source.title == "Drug A in asthma: a randomised controlled trial"
    assert source.authors == ("Papasavvas EJ", "The Trial Group")
    assert (source.journal, source.year, source.pmid) == ("PLoS Medicine", 2004, "15630469")
    assert source.doi == "10.1371/Journal.pmed.0010064"
    assert (source.licence, source.language) == ("CC BY 4.0", "en")
    assert (source.kind, source.study_design) == (SourceKind.RANDOMISED_TRIAL, "randomised controlled trial")
    assert paths(document) == [("Abstract", "Methods"), ("Results",)]
    assert texts(document) == ["We asked.", "It helped."]


BIBR = '<xref ref-type="bibr" rid="r">{}</xref>'


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (f"It helped [{BIBR.format(1)},{BIBR.format(2)}&#x2013;{BIBR.format(4)}]. More.", "It helped. More."),
        (f"It helped <sup>{BIBR.format(1)}</sup>.", "It helped."),
        (f"It helped.<sup>{BIBR.format('1')},{BIBR.format('2')}</sup> More.", "It helped. More."),
        (f"It helped ({BIBR.format('Smith 2010')}; {BIBR.format('Jones 2011')}).", "It helped."),
        (f"It helped (see {BIBR.format('Smith 2010')}).", "It helped."),
        (f"{BIBR.format('Smith et al.')} found it.", "Smith et al. found it."),
        (f"It helped {BIBR.format('[12]')}.", "It helped."),
        ("Counts of 10<sup>9</sup>/L and Ca<sup>2+</sup>, CO<sub>2</sub>.", "Counts of 10⁹/L and Ca²⁺, CO2."),
        ('See <xref ref-type="fig">Figure 1</xref> (p &lt; 0.05).', "See Figure 1 (p < 0.05)."),
        ("A <inline-formula><inline-graphic/></inline-formula> was used.", "A [formula] was used."),
        ("The value &alpha; and &unknown; text.", "The value α and text."),
    ],
)
def test_sentences_quote_clean(reading: Reading, inside: str, text: str) -> None:
    assert texts(reading.one("a.nxml", article(f"<p>{inside}</p>")))[1:] == [text]


def test_lists_tables_captions_and_boilerplate(reading: Reading) -> None:
    body = """<sec><title>Results</title><p>Reasons were:<list><list-item><p>pain</p></list-item><list-item><p>fever</p></list-item></list></p>
<table-wrap><label>Table 1</label><caption><title>Doses</title></caption><table><thead><tr><th>Drug</th><th>Dose</th></tr></thead>
<tbody><tr><td>A</td><td>5 mg</td></tr></tbody></table><table-wrap-foot><fn><label>a</label><p>By mouth.</p></fn><fn><p>Daily.</p></fn></table-wrap-foot></table-wrap>
<fig><label>Figure 1</label><caption><p>Flow of patients.</p></caption></fig>
<p><bold>Adverse events.</bold> None were seen.</p></sec>
<sec><title>Competing interests</title><p>None.</p></sec><sec sec-type="supplementary-material"><title>More</title><p>File.</p></sec>"""
    document = reading.one("a.nxml", article(body))
    assert blocks(document)[1:] == [
        ("paragraph", "Reasons were:"),
        ("list item", "pain"),
        ("list item", "fever"),
        ("caption", "Table 1. Doses."),
        ("table row", "Drug: A; Dose: 5 mg"),
        ("caption", "a By mouth. Daily."),
        ("caption", "Figure 1. Flow of patients."),
        ("paragraph", "None were seen."),
    ]
    assert paths(document)[-1] == ("Results", "Adverse events")
    assert document.blocks[2].lead_in is not None


def test_a_notice_of_retraction_is_not_a_retracted_article(reading: Reading) -> None:
    pointer = '<related-article related-article-type="{}" xlink:href="info:doi/10.1371/journal.x"/>'
    notice = reading.one(
        "a.nxml", article("<p>We retract.</p>", kind="retraction", more=pointer.format("retracted-article"))
    )
    assert not notice.source.retracted
    assert notice.source.study_design == "retraction notice"
    assert notice.source.status == "retraction notice of doi:10.1371/journal.x"
    assert notice.source.kind is SourceKind.OTHER
    retracted = reading.one("b.nxml", article("<p>It helped.</p>", more=pointer.format("retraction-forward")))
    assert retracted.source.retracted
    named = reading.one("c.nxml", article("<p>It helped.</p>", title="RETRACTED: Drug A in asthma"))
    assert named.source.retracted


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Drug A for asthma: a systematic review and meta-analysis of randomised trials", SourceKind.SYSTEMATIC_REVIEW),
        ("Protocol for a randomised trial of drug A", SourceKind.RESEARCH),
        ("Preferred Reporting Items for Systematic Reviews: The PRISMA Statement", SourceKind.RESEARCH),
        ("Outcomes of asthma: a prospective cohort study", SourceKind.COHORT),
        ("Asthma: clinical practice guideline", SourceKind.GUIDELINE),
        ("Drug A and asthma in mice", SourceKind.RESEARCH),
    ],
)
def test_a_design_is_taken_as_stated(reading: Reading, title: str, kind: SourceKind) -> None:
    assert reading.one("a.nxml", article("<p>It helped.</p>", title=title)).source.kind is kind


def test_a_set_of_articles_goes_on_after_a_bad_one(reading: Reading) -> None:
    good = article("<p>It helped.</p>").split("?>", 1)[1].split(">", 1)[1]
    file = reading.write("a.xml", f"<pmc-articleset>{good}<article><body/></article>{good}</pmc-articleset>")
    from ragqa.ingest import read_file  # noqa: PLC0415

    found = read_file(file)
    assert next(found).origin.member == "article 1"
    with pytest.raises(ReadError, match="article 2"):
        next(found)
    assert next(found).origin.member == "article 3"


BOMB = '<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">' + "".join(
    f'<!ENTITY {chr(99 + n)} "{f"&{chr(98 + n)};" * 10}">' for n in range(8)
)


def with_type(xml: str, declared: str) -> str:
    start = xml.index("<!DOCTYPE")
    return xml[:start] + declared + xml[xml.index(">", start) :]


def test_what_stands_in_other_files_is_not_fetched(reading: Reading) -> None:
    secret = reading.write("secret.txt", "the secret").path
    declared = f'<!DOCTYPE article [<!ENTITY file SYSTEM "file://{secret}">]'
    document = reading.one("a.nxml", with_type(article("<p>One &file; two.</p>"), declared))
    assert texts(document)[1] == "One two."


def test_a_bomb_of_entities_does_not_go_off(reading: Reading) -> None:
    with pytest.raises(ReadError, match="amplification"):
        reading.all(
            "a.nxml", with_type(article("<p>One &j; two.</p>"), BOMB.replace("DOCTYPE a", "DOCTYPE article") + "]")
        )


@pytest.mark.parametrize(
    "data",
    [
        "<article>",
        "<article/>",
        "not xml",
        "<article><front><article-meta/></front></article>",
        "<a>" * 300 + "</a>" * 300,
    ],
)
def test_what_is_no_article(reading: Reading, data: str) -> None:
    with pytest.raises(ReadError):
        reading.all("a.nxml", data)


def test_xml_of_another_kind_has_no_reader(reading: Reading) -> None:
    with pytest.raises(UnsupportedFile, match="<svg>"):
        reading.all("a.xml", "<svg/>")


def test_a_journal_without_a_title_goes_by_its_nlm_abbreviation(tmp_path):
    path = tmp_path / "article.nxml"
    path.write_text(
        "<article><front><journal-meta><journal-id journal-id-type='nlm-ta'>PLoS ONE</journal-id></journal-meta>"
        "<article-meta><title-group><article-title>A trial</article-title></title-group></article-meta></front>"
        "<body><sec><title>Results</title><p>Pain fell by two points compared with placebo.</p></sec></body></article>",
        encoding="utf-8",
    )
    (document,) = read_file(RawFile(name="article.nxml", suffix=".nxml", path=path))
    assert document.source.journal == "PLoS ONE"
