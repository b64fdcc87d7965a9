"""Files of the PubMed baseline in, in order: the last version of a record counts, and what is taken back is gone."""

from __future__ import annotations

import gzip

from ragqa.config import Settings
from ragqa.engine import Engine, add_to_index, build_index

SETTINGS = Settings(encoder="hashing-64")


def record(pmid, title="Drug A in asthma", more=""):
    return (
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><ArticleTitle>{title}.</ArticleTitle><Abstract><AbstractText>It helped"
        f" patient {pmid}.{more}</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    )


def write(path, *found):
    path.write_bytes(gzip.compress(f"<PubmedArticleSet>{''.join(found)}</PubmedArticleSet>".encode(), 1))


def documents(index):
    return {card.document_id: card.source.title for card in Engine.open(index).index.cards()}


def test_later_files_replace_and_take_back(tmp_path):
    folder, index = tmp_path / "pubmed", tmp_path / "index"
    folder.mkdir()
    write(folder / "pubmed26n0001.xml.gz", record(1), record(2), record(3))
    build_index([folder], index, SETTINGS)
    write(
        folder / "pubmed26n0002.xml.gz",
        record(2, "Drug B in asthma"),
        "<DeleteCitation><PMID>3</PMID></DeleteCitation>",
    )
    report = add_to_index([folder], index, SETTINGS)
    assert (report.read, report.unchanged) == (1, 1)
    assert documents(index) == {"pmid:1": "Drug A in asthma", "pmid:2": "Drug B in asthma"}
