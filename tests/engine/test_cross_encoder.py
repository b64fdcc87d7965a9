"""A cross-encoder by option: a tiny one, made here and untrained, puts the passages of a search in order."""

from pathlib import Path

import pytest

from ragqa.config import RetrieveSettings, Settings
from ragqa.engine import Engine, build_index
from ragqa.errors import EncoderError

CORPUS = Path(__file__).parents[2] / "corpus" / "musculoskeletal"
QUESTION = "Which dose of colchicine for a gout flare?"
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "gout", "colchicine", "dose", "mg", "flare", "allopurinol", "urate", "treat", "recommends", "for", "of", "a", "the"]


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gout")
    build_index(sorted(CORPUS.glob("*gout*.md")), folder, Settings(encoder="hashing-64"))
    return folder


@pytest.fixture(scope="module")
def reranker(tmp_path_factory):
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast  # noqa: PLC0415 late

    torch.manual_seed(2)
    folder = tmp_path_factory.mktemp("models") / "tiny"
    config = BertConfig(
        vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, num_labels=1, initializer_range=0.9
    )
    BertForSequenceClassification(config).save_pretrained(folder)
    (folder / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    BertTokenizerFast(str(folder / "vocab.txt")).save_pretrained(folder)
    return folder


def with_model(index, model):
    return Engine.open(index, settings=Settings(retrieve=RetrieveSettings(cross_encoder=str(model))))


def test_the_first_passages_are_in_the_order_of_the_model(index, reranker):
    torch = pytest.importorskip("torch")
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415 late

    engine = with_model(index, reranker)
    found = [passage for _, passage in engine.search(QUESTION, depth=8)]
    tokenizer = AutoTokenizer.from_pretrained(reranker)
    model = AutoModelForSequenceClassification.from_pretrained(reranker).eval()
    titles = {card.document_id: card.source.title for card in engine.index.cards()}

    def score(passage):
        text = "\n".join(dict.fromkeys((titles[passage.document_id], *passage.heading_path, passage.text)))
        with torch.no_grad():
            return float(model(**tokenizer(QUESTION, text, return_tensors="pt", truncation=True)).logits[0, 0])

    scores = [score(passage) for passage in found]
    assert scores == sorted(scores, reverse=True)
    plain = [passage.id for _, passage in Engine.open(index).search(QUESTION, depth=8)]
    assert [passage.id for passage in found] != plain


def test_an_answer_with_it_stands_by_its_quotes(index, reranker):
    engine = with_model(index, reranker)
    answer = engine.ask(QUESTION)
    assert not answer.abstained
    assert all(trace.intact for trace in engine.trace(answer))


def test_a_model_that_is_not_there_is_said_at_the_first_question(index, tmp_path):
    with pytest.raises(EncoderError, match="no encoder"):
        with_model(index, tmp_path / "nowhere").search(QUESTION)
