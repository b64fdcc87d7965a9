"""What every kind of index must do alike. `RAGQA_TEST_QDRANT_URL=qdrant://HOST:PORT pytest -m conformance` tries a server too."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from ragqa.errors import CitationError, EncoderError, IndexDamaged, IndexMissing
from ragqa.protocols import Instead
from ragqa.types import Filters
from ragqa.vocabulary import Audience, SourceKind

from .conftest import DIMENSIONS, change, corpus, entry_of, fill, unit

pytestmark = [pytest.mark.conformance, pytest.mark.filterwarnings("ignore:Payload indexes have no effect"), pytest.mark.filterwarnings("ignore:Local mode performs exact")]
ALL = Filters()
QUESTIONS = ({"gout": 1.0, "fever": 2.0}, {"kidney": 1.0, "dose": 1.0, "placebo": 0.4}, {"about": 1.0, "nowhere": 1.0})
INSTEAD = (Instead({"gout": 1.0}, [{"kidney": 0.8}, {"dose": 0.4, "placebo": 0.4}]), Instead({"fever": 1.0}, [{"about": 0.5}, {"nowhere": 0.8}]))


def vector(seed=1):
    return unit(np.random.default_rng(seed).normal(size=(1, DIMENSIONS)))[0]


def both(index, *, filters=ALL, depth=20):
    lexical = [index.search_lexical(terms, depth=depth, filters=filters) for terms in QUESTIONS]
    lexical += [index.search_lexical(QUESTIONS[0], depth=depth, filters=filters, instead=INSTEAD)]
    return [index.search_dense(vector(seed), depth=depth, filters=filters) for seed in (1, 2)] + lexical


FILTERS = (
    ALL,
    Filters(kinds=(SourceKind.GUIDELINE,)),
    Filters(kinds=(SourceKind.COHORT, SourceKind.RESEARCH), since=2010, until=2018),
    Filters(since=2015),
    Filters(until=2005),
    Filters(language="EN"),
    Filters(language="en-gb"),
    Filters(documents=("doc03", "doc04", "nowhere")),
    Filters(since=2030),
    Filters(designs=("randomised controlled trial",)),
    Filters(designs=("Case control study", "nothing of the kind"), language="de"),
    Filters(audiences=(Audience.PATIENT,)),
    Filters(audiences=(Audience.PATIENT, Audience.CLINICIAN), designs=("RANDOMIZED controlled trial",), since=2010),
)


def test_the_same_ranks_and_scores_with_every_filter(whole, reference):
    index = whole
    for filters in FILTERS:
        for depth in (1, 20, 200):
            assert both(index, filters=filters, depth=depth) == both(reference, filters=filters, depth=depth)


def test_a_filter_changes_no_score(whole):
    index = whole
    whole = [dict(found) for found in both(index, depth=200)]
    for filters in FILTERS[1:]:
        for scores, found in zip(whole, both(index, filters=filters), strict=True):
            assert all(scores[name] == score for name, score in found)


def test_a_filter_on_design_and_audience_lets_pass_what_states_them(whole):
    found = {name.split(":")[0] for name, _ in whole.search_dense(vector(), depth=500, filters=Filters(designs=("randomized  Controlled-trial",)))}
    assert found == {f"doc{n:02}" for n in range(24) if n % 4 < 2 and n != 5}
    read = {name.split(":")[0] for name, _ in whole.search_dense(vector(), depth=500, filters=Filters(audiences=(Audience.PATIENT,)))}
    assert read == {f"doc{n:02}" for n in range(24) if n % 3 == 1}


def test_what_is_retracted_is_never_found(whole):
    index = whole
    assert not [name for found in both(index, depth=200) for name, _ in found if name.startswith("doc05:")]


def test_several_vectors_find_what_each_finds_alone(whole):
    for filters in (ALL, Filters(audiences=(Audience.PATIENT,))):
        asked = [vector(seed) for seed in (1, 2, 3)]
        alone = [whole.search_dense(one, depth=20, filters=filters) for one in asked]
        assert whole.search_dense_each(asked, depth=20, filters=filters) == alone


def test_all_that_is_stored_comes_back(whole, reference):
    index = whole
    ids = [hit.passage_id for hit in reference.search_dense(vector(), depth=9, filters=ALL)]
    assert index.passages(ids) == reference.passages(ids)
    assert index.fields(ids) == reference.fields(ids)
    assert (index.vectors(ids) == reference.vectors(ids)).all()
    assert all((a == b).all() for a, b in zip(index.sentence_vectors(ids), reference.sentence_vectors(ids), strict=True))
    assert (index.score_dense(vector(3), ids) == reference.score_dense(vector(3), ids)).all()
    assert (index.score_lexical(QUESTIONS[0], ids) == reference.score_lexical(QUESTIONS[0], ids)).all()
    assert (index.score_lexical(QUESTIONS[0], ids, instead=INSTEAD) == reference.score_lexical(QUESTIONS[0], ids, instead=INSTEAD)).all()
    assert index.document("doc03") == reference.document("doc03")
    assert index.passages_of("doc03") == reference.passages_of("doc03")
    assert index.cards() == reference.cards()
    assert index.cards(["doc07", "doc02"]) == reference.cards(["doc07", "doc02"])
    assert index.subjects() == reference.subjects()
    assert index.words() == reference.words()
    assert index.abbreviations() == reference.abbreviations()
    assert index.short_forms().all() == reference.short_forms().all()
    assert index.short_forms().sharing(["gt"]) == reference.short_forms().sharing(["gt"])
    names = ["gout", "fever", "nowhere"]
    assert index.document_frequency(names) == reference.document_frequency(names)
    assert (index.passage_count, index.document_count, index.snapshot) == (reference.passage_count, reference.document_count, reference.snapshot)


def test_what_is_missing_is_an_error_and_no_gap(whole):
    index = whole
    with pytest.raises(IndexDamaged):
        index.passages(["doc03:0-1"])
    with pytest.raises(CitationError):
        index.document("nowhere")
    assert index.passages([]) == []
    assert index.passages_of("nowhere") == []


def test_adding_twice_changes_nothing(backend):
    before = both(fill(backend, corpus()))
    change(backend, put=corpus()[:5])
    index = backend.open()
    assert both(index) == before
    assert index.document_count == 24


def test_a_document_is_replaced_whole(backend):
    fill(backend, corpus())
    new = entry_of("doc03", 99, sentences=2)
    change(backend, put=[new])
    index = backend.open()
    assert index.passages_of("doc03") == list(new.passages)
    assert index.document("doc03").text == new.document.text
    assert index.document_count == 24


def test_a_document_is_deleted_and_the_others_keep_their_scores(backend):
    before = fill(backend, corpus())
    dense, lexical = both(before, depth=200)[:2], both(before, depth=200)[2:]
    assert change(backend, remove=["doc03", "nowhere"]) == 1
    index = backend.open()
    gone = "doc03:"
    assert both(index, depth=200)[:2] == [[hit for hit in found if not hit.passage_id.startswith(gone)] for found in dense]
    if backend.pinned:  # a local index counts its terms anew with each generation
        assert both(index, depth=200)[2:] == [[hit for hit in found if not hit.passage_id.startswith(gone)] for found in lexical]
    with pytest.raises(CitationError):
        index.document("doc03")


def test_a_swap_is_seen_whole_or_not_at_all(backend):
    first, second = corpus()[:8], corpus()[8:]
    old = fill(backend, first)
    before = both(old)
    generation = backend.begin(second)
    generation.add(second)
    assert both(backend.open()) == before  # not before it is activated
    generation.seal()
    assert both(backend.open()) == before
    generation.activate()
    if not backend.pinned:
        generation.close()
    assert both(old) == before  # whoever has it open keeps it
    assert {card.document_id for card in backend.open().cards()} == {entry.document.id for entry in second}


def test_a_load_that_was_stopped_leaves_nothing(backend):
    before = both(fill(backend, corpus()[:8]))
    generation = backend.begin(corpus())
    generation.add(corpus()[:12])
    if not backend.pinned:
        generation.close()
    assert both(backend.open()) == before
    assert backend.open().document_count == 8
    assert {card.document_id for card in fill(backend, corpus()[4:9]).cards()} == {f"doc{n:02}" for n in range(4, 9)}


def test_what_was_put_in_force_is_there_after_a_restart(backend):
    before = both(fill(backend, corpus()))
    assert both(backend.reopen()) == before


def test_many_may_read_at_once(whole):
    index = whole
    wanted = both(index)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == wanted for found in pool.map(lambda _: both(index), range(8)))


def test_odd_ids(backend):
    names = ["doi:10.1000/a b?c#d", "日本", "a'b\"c", "x" * 150, "../../etc", "NCT0%s{}"]
    index = fill(backend, [entry_of(name, n) for n, name in enumerate(names)])
    assert sorted(card.document_id for card in index.cards()) == sorted(names)
    for name in names:
        assert {passage.document_id for passage in index.passages_of(name)} == {name}
        assert index.search_dense(vector(), depth=50, filters=Filters(documents=(name,)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_what_is_no_number_is_refused(backend, bad):
    fill(backend, corpus()[:2])
    entry = entry_of("doc99", 99)
    vectors = entry.vectors.copy()
    vectors[0, 0] = bad
    generation = backend.update()
    try:
        with pytest.raises(EncoderError, match="doc99"):
            generation.add([entry._replace(vectors=vectors)])
        with pytest.raises(EncoderError, match="doc99"):
            generation.add([entry._replace(vectors=entry.vectors[:, :8])])
    finally:
        if not backend.pinned:
            generation.close()


def test_an_index_that_is_not_there(backend):
    with pytest.raises(IndexMissing):
        backend.open()


def test_equal_scores_are_ordered_by_id(backend):
    same = entry_of("b", 1)
    index = fill(backend, [same, entry_of("a", 1), entry_of("c", 1)])
    found = index.search_dense(same.vectors[0], depth=3, filters=ALL)
    assert [hit.passage_id.partition(":")[0] for hit in found] == ["a", "b", "c"]
