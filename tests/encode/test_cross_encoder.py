import pytest

from ragqa.encode import open_cross_encoder
from ragqa.errors import EncoderError
from ragqa.evaluate.judges import open_judge

WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "aspirin", "statins", "lower", "cholesterol", "bleeding"]


@pytest.fixture
def tiny(tmp_path):
    """Return what makes the folder of an untrained model with these labels."""
    torch = pytest.importorskip("torch")
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast  # noqa: PLC0415

    def make(labels):
        torch.manual_seed(1)
        config = BertConfig(
            vocab_size=len(WORDS), hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8,
            id2label=dict(enumerate(labels)), label2id={label: place for place, label in enumerate(labels)},
            initializer_range=0.9,
        )  # fmt: skip
        folder = tmp_path / f"tiny-{len(labels)}"
        BertForSequenceClassification(config).save_pretrained(folder)
        vocabulary = tmp_path / "vocab.txt"
        vocabulary.write_text("\n".join(WORDS) + "\n", encoding="utf-8")
        BertTokenizerFast(str(vocabulary)).save_pretrained(folder)
        return folder

    return make


PAIRS = [("statins lower cholesterol", "aspirin bleeding"), ("aspirin bleeding", "statins lower cholesterol")]


def test_an_inference_model_reads_the_text_as_premise_and_gives_the_probability_of_entailment(tiny):
    torch = pytest.importorskip("torch")
    from transformers import AutoModelForSequenceClassification, AutoTokenizer  # noqa: PLC0415

    folder = tiny(["contradiction", "entailment", "neutral"])
    judge = open_judge(f"cross-encoder:{folder}", None)
    tokenizer = AutoTokenizer.from_pretrained(folder)
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    with torch.no_grad():
        logits = [model(**tokenizer(text, claim, return_tensors="pt")).logits[0] for claim, text in PAIRS]
    assert judge.score(PAIRS) == pytest.approx([float(torch.softmax(one, -1)[1]) for one in logits], abs=1e-5)
    assert judge.score([]) == []
    assert judge.name == "cross-encoder tiny-3"


def test_a_reranker_gives_a_score_between_0_and_1(tiny):
    scores = open_cross_encoder(str(tiny(["LABEL_0"])))(PAIRS)
    assert len(scores) == 2
    assert all(0 < score < 1 for score in scores)
    assert scores[0] != scores[1]


def test_other_labels_and_other_folders_are_refused(tiny, tmp_path):
    with pytest.raises(EncoderError, match="not entailment"):
        open_cross_encoder(str(tiny(["bad", "good"])))
    (tmp_path / "none").mkdir()
    with pytest.raises(EncoderError, match="safetensors"):
        open_judge(f"cross-encoder:{tmp_path / 'none'}", None)
