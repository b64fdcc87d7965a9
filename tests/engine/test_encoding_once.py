"""The vector of a question is made once, and alone."""

from __future__ import annotations

from collections import Counter

from ragqa.config import Settings
from ragqa.encode import HashingEncoder
from ragqa.engine import Engine, build_index
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
