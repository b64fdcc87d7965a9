"""Cut vectors, prompts by setting, and a pair of models: tried on tiny untrained models that are made here."""

from pathlib import Path

import numpy as np
import pytest

from ragqa.config import EncodingSettings, Settings
from ragqa.encode import OnnxEncoder, PairEncoder, open_encoder
from ragqa.encode.models import Manner, split_name
from ragqa.engine import Engine, add_to_index, build_index
from ragqa.errors import EncoderError, IndexMismatch, UsageError
from ragqa.index import LocalIndex
from ragqa.tuning import tune

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
GOUT = sorted((Path(__file__).parents[2] / "corpus" / "musculoskeletal").glob("*gout*.md"))[:1]
WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", ":", "query", "passage", "gout", "colchicine", "dose", "flare", "urate", "of", "the", "a", "in", "with"]
TEXTS = ["gout flare", "colchicine dose of the flare", "urate"]


def make_model(folder, seed, *, width=8, prompts=None):
    """Write an untrained sentence-transformers model of `width` dimensions."""
    torch = pytest.importorskip("torch")
    from sentence_transformers import SentenceTransformer  # noqa: PLC0415 late
    from sentence_transformers.models import Pooling, Transformer  # noqa: PLC0415 late
    from transformers import BertConfig, BertModel, BertTokenizerFast  # noqa: PLC0415 late

    torch.manual_seed(seed)
    plain = folder / "plain"
    BertModel(
        BertConfig(vocab_size=len(WORDS), hidden_size=width, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, initializer_range=0.9)
    ).save_pretrained(plain)
    (plain / "vocab.txt").write_text("\n".join(WORDS) + "\n", encoding="utf-8")
    BertTokenizerFast(str(plain / "vocab.txt")).save_pretrained(plain)
    words = Transformer(str(plain), max_seq_length=64)
    model = SentenceTransformer(modules=[words, Pooling(width, pooling_mode="cls")], prompts=prompts)
    model.save(str(folder / "model"))
    return folder / "model", model


@pytest.fixture(scope="module")
def articles(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("articles"), 1, prompts={"query": "query: ", "document": "passage: "})


@pytest.fixture(scope="module")
def asking(tmp_path_factory):
    return make_model(tmp_path_factory.mktemp("asking"), 2)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


def by_library(model, prompt, dimensions=None):
    rows = model.encode(TEXTS, prompt=prompt, normalize_embeddings=False)[:, :dimensions]
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def test_a_suffix_cuts_vectors_and_gives_them_unit_length(articles, cache):
    folder, model = articles
    whole, cut = open_encoder(str(folder), cache=cache), open_encoder(f"{folder}+4d", cache=cache)
    assert (whole.dimensions, cut.dimensions) == (8, 4)
    assert cut.name == f"{whole.name}+4d"
    np.testing.assert_allclose(cut.encode_queries(TEXTS), by_library(model, "query: ", 4), atol=1e-5)
    np.testing.assert_allclose(cut.encode_passages(TEXTS), by_library(model, "passage: ", 4), atol=1e-5)
    with pytest.raises(EncoderError, match="8 dimensions, fewer than 9"):
        open_encoder(f"{folder}+9d", cache=cache)


def test_suffixes_by_hand():
    assert split_name("a+256d+int8") == ("a", Manner(256, True))
    assert split_name("/b/c++d") == ("/b/c++d", Manner())
    assert split_name("a+0d") == ("a+0d", Manner())
    assert Manner(256, True, "q: ").named("a").startswith("a+prompts-")
    assert Manner(256, True).named("a") == "a+256d+int8"


def test_prompts_by_setting_stand_in_place_of_the_models_own(articles, cache):
    folder, model = articles
    own = open_encoder(str(folder), cache=cache)
    np.testing.assert_allclose(own.encode_queries(TEXTS), by_library(model, "query: "), atol=1e-5)
    other = open_encoder(str(folder), prompts=("the ", None), cache=cache)
    np.testing.assert_allclose(other.encode_queries(TEXTS), by_library(model, "the "), atol=1e-5)
    np.testing.assert_allclose(other.encode_passages(TEXTS), by_library(model, "passage: "), atol=1e-5)
    none = open_encoder(str(folder), prompts=("", ""), cache=cache)
    np.testing.assert_allclose(none.encode_passages(TEXTS), by_library(model, ""), atol=1e-5)
    assert len({own.name, other.name, none.name}) == 3


def test_a_pair_reads_passages_with_one_and_questions_with_the_other(articles, asking, cache):
    encoder = open_encoder(str(articles[0]), questions=str(asking[0]), cache=cache)
    assert isinstance(encoder, PairEncoder)
    np.testing.assert_allclose(encoder.encode_passages(TEXTS), by_library(articles[1], "passage: "), atol=1e-5)
    np.testing.assert_allclose(encoder.encode_queries(TEXTS), by_library(asking[1], ""), atol=1e-5)
    again = open_encoder(encoder.name, exported=encoder.folder)
    assert again.encode_queries(TEXTS).tolist() == encoder.encode_queries(TEXTS).tolist()


def test_two_that_do_not_belong_together_are_refused(articles, tmp_path, cache):
    narrow, _ = make_model(tmp_path, 3, width=4)
    with pytest.raises(EncoderError, match=r"8 dimensions and .* 4"):
        open_encoder(str(articles[0]), questions=str(narrow), cache=cache)
    with pytest.raises(EncoderError, match="cannot be paired"):
        open_encoder(str(articles[0]), questions=str(articles[0]), adapter="clinical", cache=cache)


def test_an_index_keeps_its_pair_and_refuses_another(articles, asking, tmp_path, cache):
    settings = Settings(encoder=str(articles[0]), encoding=EncodingSettings(questions=str(asking[0]), passage_prompt="passage: "))
    folder = tmp_path / "index"
    assert build_index(GOUT, folder, settings).encoded > 0
    assert add_to_index(GOUT, folder, settings).encoded == 0
    with LocalIndex.open(folder) as index:
        expected = OnnxEncoder(index.encoder_folder / "questions").encode_queries(["gout flare"])
    engine = Engine.open(folder)
    assert engine.encoder.encode_queries(["gout flare"]).tolist() == expected.tolist()
    assert engine.search("gout flare")
    with pytest.raises(IndexMismatch):
        add_to_index(GOUT, folder, Settings(encoder=str(articles[0])))
    with pytest.raises(UsageError, match="takes no adapter"):
        tune(folder)
