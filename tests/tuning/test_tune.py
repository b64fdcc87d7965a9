"""An index is fitted to pairs: what is learnt from, what is measured, what is kept."""

import json
import shutil

import numpy as np
import pytest

from ragqa.config import Settings
from ragqa.encode import find_adapter, open_encoder
from ragqa.engine import Engine, add_to_index, build_index
from ragqa.errors import GoldError, UsageError
from ragqa.index import LocalIndex, verify
from ragqa.tuning import tune
from ragqa.tuning.pairs import own_pairs, read_pairs
from ragqa.tuning.trial import Material, Wording, change

DRUGS = ["amlodipine", "bisoprolol", "candesartan", "digoxin", "enalapril", "furosemide", "gliclazide", "heparin", "ibuprofen", "ketamine", "lisinopril", "metformin"]
ORGANS = ["heart", "kidney", "liver", "lung", "stomach", "skin"]


@pytest.fixture(scope="module")
def documents(tmp_path_factory):
    folder = tmp_path_factory.mktemp("documents")
    for drug in DRUGS:
        for organ in ORGANS:
            text = f"---\nid: {drug}-{organ}\ntitle: {drug.capitalize()} and the {organ}\n---\n\n## Monitoring\n\nThe dose of {drug} is adjusted to the function of the {organ}.\n"
            (folder / f"{drug}-{organ}.md").write_text(text)
    return folder


@pytest.fixture(scope="module")
def plain(documents, tmp_path_factory):
    """An index without an adapter."""
    folder = tmp_path_factory.mktemp("plain") / "index"
    build_index([documents], folder, Settings(adapter="none"))
    return folder


def all_ids(index):
    return [p.id for card in index.cards() for p in index.passages_of(card.document_id)]


def test_an_index_of_short_documents_gets_the_shipped_adapter_and_keeps_it(documents, plain, tmp_path):
    folder = tmp_path / "index"
    build_index([documents], folder)
    adapter = find_adapter("clinical")
    with LocalIndex.open(folder) as adapted, LocalIndex.open(plain) as before:
        assert adapted.encoder_name.endswith(f"~{adapter.name}")
        ids = all_ids(before)
        assert adapted.vectors(ids) == pytest.approx(adapter.turn(before.vectors(ids)), abs=1e-5)
    more = tmp_path / "more.md"
    more.write_text("# Warfarin and the liver\n\nWarfarin is monitored by the INR.\n")
    assert add_to_index([more], folder).encoded == 1
    assert build_index([documents], folder).encoded == 0  # nothing is encoded again
    assert verify(folder).problems == ()
    assert Engine.open(folder).search("Does amlodipine harm the kidney?")[0][1].document_id == "amlodipine-kidney"


def test_vectors_turned_are_those_encoded_with_the_adapter(documents, tmp_path):
    build_index([documents], tmp_path / "turned")
    build_index([documents], tmp_path / "encoded", Settings(adapter="clinical"))
    with LocalIndex.open(tmp_path / "turned") as one, LocalIndex.open(tmp_path / "encoded") as other:
        assert one.fingerprint == other.fingerprint
        assert one.vectors(all_ids(one)) == pytest.approx(other.vectors(all_ids(other)), abs=1e-5)


def pairs_file(path, index, *, asked):
    with path.open("w") as file:
        for card in index.cards():
            drug, organ = card.document_id.split("-")
            file.write(json.dumps({"question": asked(drug, organ), "document": card.document_id}) + "\n")
    return path


def test_pairs_of_a_user_are_learnt_and_what_is_better_is_kept(plain, tmp_path):
    folder = tmp_path / "index"
    shutil.copytree(plain, folder)
    codes = {drug: f"agent {number}" for number, drug in enumerate(DRUGS)}  # what no encoder can know
    with LocalIndex.open(folder) as index:
        file = pairs_file(tmp_path / "pairs.jsonl", index, asked=lambda drug, organ: f"{codes[drug]} {organ}")
        before = index.encoder_name
    trial = tune(folder, pairs=file, dry_run=True)
    assert not trial.kept
    assert trial.pairs + trial.held_back == len(DRUGS) * len(ORGANS)
    assert LocalIndex.open(folder).encoder_name == before
    report = tune(folder, pairs=file)
    assert report.change == trial.change  # one seed, one result
    assert report.kept == report.change.better
    assert verify(folder).problems == ()
    with LocalIndex.open(folder) as index:
        assert index.encoder_name == report.encoder
        assert ("~tuned@" in index.encoder_name) == report.kept
        vector = open_encoder(index.encoder_name, exported=index.encoder_folder).encode_queries(["agent 3 liver"])[0]
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_what_was_made_from_headings_is_not_kept_unless_asked(plain):
    before = LocalIndex.open(plain).fingerprint
    report = tune(plain)
    assert report.made_from_documents
    assert not report.kept
    assert LocalIndex.open(plain).fingerprint == before


def test_made_pairs_ask_for_title_and_heading(plain):
    with LocalIndex.open(plain) as index:
        pairs, passages = own_pairs(index)
    assert len(passages) == len(DRUGS) * len(ORGANS)
    assert "Digoxin and the lung: Monitoring" in {pair.question for pair in pairs}
    assert all(set(pair.passages) <= {passage.id for passage in passages} for pair in pairs)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"question": "Why?"}', "a pair has"),
        ('{"question": "Why?", "document": "nowhere"}', "not in this index"),
        ('{"question": "Why?", "document": "digoxin-lung", "quoted": "never said"}', "does not hold the quote"),
        ("no json", "broken JSON"),
    ],
)
def test_a_bad_line_is_named(plain, tmp_path, line, said):
    path = tmp_path / "pairs.jsonl"
    path.write_text(line + "\n")
    with LocalIndex.open(plain) as index, pytest.raises(GoldError, match=said) as error:
        read_pairs(path, index)
    assert "pairs.jsonl:1" in str(error.value)


def test_too_few_pairs_are_refused(plain, tmp_path):
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"question": "Which dose?", "document": "digoxin-lung"}\n')
    with pytest.raises(UsageError, match="too few"):
        tune(plain, pairs=path)


def test_an_encoder_without_a_model_takes_no_adapter(documents, tmp_path):
    build_index([documents], tmp_path / "index", Settings(encoder="hashing-64"))
    with pytest.raises(UsageError, match="takes no adapter"):
        tune(tmp_path / "index")


def test_a_change_is_measured_on_what_was_held_back():
    passages = np.eye(12, dtype=np.float32)
    questions = passages[:4].copy()
    wrong = np.roll(passages, 1, axis=0)[:4]
    material = Material(wrong, passages, [np.array([row]) for row in range(4)], np.array([True, True, True, False]))
    found = change(material, questions, passages)
    assert found.after == 1.0
    assert found.before < 0.7
    assert found.better


def test_fused_the_lexical_arm_counts_too():
    passages = np.eye(12, dtype=np.float32)
    material = Material(passages[1:2], passages, [np.array([0])], np.array([True]))
    wording = Wording([(np.array([0, 1]), np.array([9.0, 0.5], dtype=np.float32))], dense_weight=0.3)
    found = change(material, passages[1:2], passages, wording)
    assert (found.before, found.after) == (1.0, 1.0)  # by meaning alone passage 1 would come first


def test_a_pair_names_its_document_by_id_or_by_a_title_of_its_own(tmp_path):
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, title in (("one", "Falls"), ("two", "Fractures"), ("three", "Fractures")):
        (folder / f"{name}.md").write_text(f"---\nid: {name}\ntitle: {title}\n---\n\nOlder adults fall in chapter {name}.\n")
    build_index([folder], tmp_path / "index", Settings(encoder="hashing-64"))
    path = tmp_path / "pairs.jsonl"
    with LocalIndex.open(tmp_path / "index") as index:
        path.write_text("".join(json.dumps({"question": "Who falls?", "document": named}) + "\n" for named in ("Falls", "two")))
        assert [pair.document for pair in read_pairs(path, index)] == ["one", "two"]
        path.write_text(json.dumps({"question": "Who falls?", "document": "Fractures"}) + "\n")
        with pytest.raises(GoldError, match="a title that no other has"):
            read_pairs(path, index)
