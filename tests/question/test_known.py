"""The files of known/: each name stands once and is kept, neighbours are apart, and what questions use is understood."""

from __future__ import annotations

import pytest

from ragqa.question import Lexicon, known
from ragqa.question.everyday import is_common
from ragqa.question.lexicon import shipped
from ragqa.text import STOPWORDS, fold, key_of

LEXICON = Lexicon()
GROUPS = tuple(known.groups())


def test_no_name_stands_in_two_groups() -> None:
    places: dict[str, set[str]] = {}
    for group in GROUPS:
        for name in (*group.names, *group.asked):
            places.setdefault(key_of(name) or name, set()).add(group.names[0])
    assert {key: heads for key, heads in places.items() if len(heads) > 1} == {}


def test_every_name_is_kept() -> None:
    lost = [name for group in GROUPS for name in (*group.names, *group.asked) if (held := LEXICON.find(name)) is None or held.names[0] != group.names[0]]
    assert lost == []


def test_every_name_can_be_found_in_a_question() -> None:
    """No known name begins or ends with a stop word, since none is looked for there."""
    ends = [(fold(word).replace("\u2019", "'").split("'")[0], name) for group in GROUPS for name in (*group.names, *group.asked) if " " in name for word in (name.split()[0], name.split()[-1])]
    assert [name for word, name in ends if word in STOPWORDS] == []


@pytest.mark.parametrize("name", known.KINDS)
def test_groups_stand_in_order(name: str) -> None:
    heads = [fold(line.split(" |")[0]) for line in (known.FOLDER / name).read_text(encoding="utf-8").splitlines()[1:]]
    assert heads == sorted(heads)


def test_what_is_a_kind_of_something_has_a_group_and_so_has_that() -> None:
    assert [pair for pair in known.broader() if None in map(LEXICON.find, pair)] == []


def test_a_short_form_that_is_an_everyday_word_is_meant_in_capitals_only() -> None:
    short = [name for group in GROUPS for name in (*group.names, *group.asked) if name.isupper() and is_common(name.lower()) and key_of(name)]
    lone = [name for name in short if all(other.isupper() for other in _sharing(name))]
    assert lone
    assert [name for name in lone if not LEXICON.concept(name.lower()).everyday] == []


def _sharing(name: str) -> list[str]:
    group = LEXICON.find(name)
    return [other for other in ((*group.names, *group.asked) if group else ()) if key_of(other) == key_of(name)]


@pytest.mark.parametrize(
    ("british", "american"),
    [
        ("haemolytic anaemia", "hemolytic anemia"),
        ("gastro-oesophageal varices", "gastroesophageal varices"),
        ("generalised anxiety disorder", "generalized anxiety disorder"),
        ("raised potassium", "raised potassium"),
        ("toe fracture", "toe fracture"),
        ("paediatric orthopaedics", "pediatric orthopedics"),
    ],
)
def test_american_spelling(british: str, american: str) -> None:
    assert known.american(british) == american


@pytest.mark.parametrize("written", ["pre-eclampsia", "preeclampsia", "pre eclampsia"])
def test_a_compound_is_one_name_however_it_is_written(written: str) -> None:
    assert LEXICON.keys_of(written) >= {key_of("pre-eclampsia"), key_of("preeclampsia")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("type 1 diabetes", "type 2 diabetes"),
        ("hepatitis B", "hepatitis C"),
        ("Crohn disease", "ulcerative colitis"),
        ("bacterial meningitis", "viral meningitis"),
        ("heart failure with preserved ejection fraction", "heart failure with reduced ejection fraction"),
        ("STEMI", "NSTEMI"),
        ("small cell lung cancer", "non-small cell lung cancer"),
        ("polymyalgia rheumatica", "giant cell arteritis"),
        ("thrombotic thrombocytopenic purpura", "immune thrombocytopenia"),
        ("hyperthyroidism", "hypothyroidism"),
        ("hypertension", "hypotension"),
        ("peanut allergy", "egg allergy"),
        ("leukaemia", "acute lymphoblastic leukaemia"),
        ("clopidogrel", "ticagrelor"),
        ("rivaroxaban", "apixaban"),
        ("insulin glargine", "insulin aspart"),
        ("CBT", "CBT-I"),
        ("intrauterine device", "levonorgestrel intrauterine device"),
    ],
)
def test_neighbours_are_two_things(one: str, other: str) -> None:
    assert LEXICON.find(one) is not None or LEXICON.find(other) is not None
    assert LEXICON.keys_of(one).isdisjoint(LEXICON.keys_of(other))


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("GTC", "generalised tonic-clonic seizure"), ("first GTC", "first seizure"), ("HHS", "hyperosmolar hyperglycaemic state"), ("FTT", "failure to thrive"),
        ("NOF", "hip fracture"), ("SBO", "bowel obstruction"), ("TURP", "transurethral resection of the prostate"), ("TTP", "thrombotic thrombocytopenic purpura"),
        ("PSVT", "supraventricular tachycardia"), ("MGUS", "monoclonal gammopathy of undetermined significance"), ("pinkeye", "conjunctivitis"), ("charley horse", "muscle cramps"),
        ("piles", "haemorrhoids"), ("water tablets", "diuretic"), ("slapped cheek", "slapped cheek syndrome"), ("flu jab", "influenza vaccine"), ("laughing gas", "nitrous oxide"),
        ("Nurofen", "ibuprofen"), ("Zestril", "lisinopril"), ("Endone", "oxycodone"), ("albuterol", "salbutamol"), ("epinephrine", "adrenaline"), ("rifampin", "rifampicin"),
        ("hemolytic uremic syndrome", "haemolytic uraemic syndrome"), ("Wegener granulomatosis", "granulomatosis with polyangiitis"), ("septic", "sepsis"), ("kidney disease", "chronic kidney disease"),
    ],
)  # fmt: skip
def test_what_people_type_is_understood(asked: str, meant: str) -> None:
    assert LEXICON.keys_of(asked) >= {key_of(asked), key_of(meant)}


@pytest.mark.parametrize(("drug", "kind"), [("Reyvow", None), ("perindopril", "ACE inhibitor"), ("Ozempic", "GLP-1 receptor agonist"), ("cefixime", "cephalosporin"), ("Latuda", "antipsychotic")])
def test_a_drug_knows_its_class(drug: str, kind: str | None) -> None:
    classes = {key_of(name) for name in LEXICON.concept(drug).classes}
    assert (key_of(kind) in classes) if kind else not classes


def test_what_only_questions_use_is_looked_for_in_no_document() -> None:
    assert "kidney disease" not in LEXICON.concept("CKD").names
    assert "chronic kidney disease" in LEXICON.concept("kidney disease").names


def test_what_is_felt_is_no_name_where_it_is_said_in_everyday_words() -> None:
    dizzy = LEXICON.concept("dizzy")
    assert dizzy.everyday
    assert "lightheadedness" in dizzy.names
    assert not LEXICON.concept("heart attack").everyday


def test_a_known_condition_or_drug_that_no_passage_holds_is_a_name_like_an_unknown_one() -> None:
    assert LEXICON.concept("takotsubo cardiomyopathy").unknown
    assert LEXICON.concept("tezepelumab").unknown
    assert not LEXICON.concept("exercise").unknown
    assert not LEXICON.concept("blood pressure").unknown


def test_the_longest_name_is_known() -> None:
    names = shipped().names
    assert names.longest == max(len(key.split()) for key in names.by_key)


@pytest.mark.parametrize("word", ["lactate", "even", "Expected", "cytology", "premature", "pancreatic", "mucosal", "sinus"])
def test_a_word_that_shares_a_stem_is_no_name(word: str) -> None:
    assert LEXICON.find(word) is None


@pytest.mark.parametrize("name", ["lactation", "Evenity", "expecting", "pancreatitis", "sinusitis", "cirrhotic"])
def test_the_name_itself_is_one(name: str) -> None:
    assert LEXICON.find(name) is not None


def test_words_apart_are_names_by_their_stem_alone() -> None:
    named = {fold(name) for group in GROUPS for name in (*group.names, *group.asked)}
    assert known.apart().isdisjoint(named)
