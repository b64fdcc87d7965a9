"""What is encoded: the vector of a question once, and alone; sentences as far as the limit goes."""

from __future__ import annotations

from collections import Counter

from ragqa.config import IndexSettings, Settings
from ragqa.encode import HashingEncoder
from ragqa.engine import Engine, add_to_index, build_index
from ragqa.index import LocalIndex


class Counting(HashingEncoder):
    def __init__(self):
        super().__init__("hashing-64")
        self.asked = Counter()

    def encode_queries(self, texts):
        self.asked.update([tuple(texts)])
        return super().encode_queries(texts)


def test_a_question_is_encoded_once(tmp_path):
    (tmp_path / "gout.md").write_text("# Gout\n\n## Dosing\n\nColchicine is given for a gout flare at 1.2 mg, then 0.6 mg one hour later.\n", encoding="utf-8")
    settings = Settings(encoder="hashing-64")
    build_index([tmp_path / "gout.md"], tmp_path / "index", settings)
    encoder = Counting()
    with LocalIndex.open(tmp_path / "index") as index:
        engine = Engine(index, encoder, settings)
        first = engine.ask("Which dose of colchicine for a gout flare?")
        assert encoder.asked
        assert set(encoder.asked.values()) == {1}
        assert engine.ask("Which dose of colchicine for a gout flare?") == first
        assert set(encoder.asked.values()) == {1}


def test_an_addition_gives_sentences_their_vectors_where_the_limit_allows_it_now(tmp_path):
    (tmp_path / "gout.md").write_text("# Gout\n\n## Dosing\n\nColchicine is given for a gout flare at 1.2 mg, then 0.6 mg one hour later.\n", encoding="utf-8")

    def held(limit, write):
        report = write([tmp_path / "gout.md"], tmp_path / "index", Settings(encoder="hashing-64", indexing=IndexSettings(sentence_vectors=limit)))
        with LocalIndex.open(tmp_path / "index") as index:
            return index.manifest.sentences, report.encoded

    assert held(0, build_index) == (None, 1)
    assert held(1, add_to_index) == (1, 0)  # the vector of the passage is kept
    assert held(0, add_to_index) == (None, 0)
