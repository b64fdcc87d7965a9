"""A question as typed in, a Query out: what it names, what it asks for, and what it is in the light of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragqa.errors import UsageError
from ragqa.question import ByLetter, Lexicon, analyse, named
from ragqa.text import terms
from ragqa.types import Filters, Query, Subject
from ragqa.vocabulary import Audience, Intent, SourceKind
from ragqa.vocabulary import StatementRole as Role


def texts(concepts):
    return [concept.text for concept in concepts]


def goes_by(concepts, name):
    """Tell whether any of the concepts goes by a name, in any of its forms."""
    return any(terms(name) == terms(known) for concept in concepts for known in concept.names)


# --- what it names ------------------------------------------------------------------------------------------------


def test_interventions_conditions_and_populations(clinic):
    facets = clinic.understand("Is metformin or warfarin safe in pregnancy with type 2 diabetes and asthma?").facets
    assert texts(facets.interventions) == ["metformin", "warfarin"]
    assert texts(facets.conditions) == ["type 2 diabetes", "asthma"]
    assert texts(facets.populations) == ["pregnancy"]


def test_unknown_names_are_sorted_by_how_they_end(clinic):
    facets = clinic.understand("Does zorblaxumab help quexitis and gravidoxemia?").facets
    assert texts(facets.interventions) == ["zorblaxumab"]
    assert texts(facets.conditions) == ["quexitis", "gravidoxemia"]


@pytest.mark.parametrize(
    ("question", "facet", "name"),
    [
        ("Does Tylenol help headache?", "interventions", "acetaminophen"),
        ("Is paracetamol safe?", "interventions", "acetaminophen"),
        ("Is Glucophage safe?", "interventions", "metformin"),
        ("dose of Eliquis", "interventions", "apixaban"),
        ("Do blood thinners help?", "interventions", "anticoagulation"),
        ("Does an EpiPen help?", "interventions", "adrenaline"),
        ("Is TXA useful?", "interventions", "tranexamic acid"),
        ("treating HTN", "conditions", "hypertension"),
        ("treating high blood pressure", "conditions", "hypertension"),
        ("What helps after a heart attack?", "conditions", "myocardial infarction"),
        ("management of T2DM", "conditions", "type 2 diabetes"),
        ("treatment of AFib", "conditions", "atrial fibrillation"),
        ("help for backache", "conditions", "low back pain"),
        ("lactulose for HE", "conditions", "hepatic encephalopathy"),
        ("H. pylori eradication", "conditions", "Helicobacter pylori infection"),
        ("treating hyponatremia", "conditions", "hyponatraemia"),
        ("treatment of hyponatræmia", "conditions", "hyponatraemia"),
        ("target A1c", "others", "HbA1c"),
        ("aspirin in the elderly", "populations", "older adults"),
        ("aspirin in older adults", "populations", "elderly"),
        ("fever in kids", "populations", "children"),
    ],
)
def test_brand_lay_and_short_names_go_by_the_professional_one(clinic, question, facet, name):
    query = clinic.understand(question)
    found = getattr(query.facets, facet)
    assert goes_by(found, name)
    assert found[0].names[0] == found[0].text  # the words as asked come first


@pytest.mark.parametrize(
    ("drug", "kind"),
    [("lisinopril", "ACE inhibitor"), ("ramipril", "ACE inhibitor"), ("atorvastatin", "statin"), ("Lipitor", "statin"), ("apixaban", "direct oral anticoagulant"), ("ibuprofen", "NSAID"), ("Prozac", "SSRI")],
)
def test_a_drug_goes_by_its_class_but_a_class_not_by_its_drugs(clinic, drug, kind):
    (member,) = clinic.understand(f"Does {drug} cause cough?").facets.interventions
    assert goes_by([member], kind)
    (group,) = clinic.understand(f"Does {kind} cause cough?").facets.interventions
    assert not goes_by([group], drug)


def test_names_that_the_question_does_not_use_are_searched_too(clinic):
    query = clinic.understand("Is Glucophage safe in T2D?")
    names = dict(query.synonyms)
    assert "metformin" in names["Glucophage"]
    assert "type 2 diabetes" in names["T2D"]


def test_the_abbreviations_of_an_index_are_expanded_unless_they_mean_two_things(memory, clinic_documents):
    index = memory.MemoryIndex(clinic_documents, abbreviations={"QXD": ("quexil disease",), "ZZT": ("zig zag test", "zoo time")})
    engine = memory.MemoryEngine(index)
    assert goes_by(named(engine.understand("treatment of QXD").facets), "quexil disease")
    assert not goes_by(named(engine.understand("treatment of ZZT").facets), "zig zag test")


@pytest.mark.parametrize("question", ["Which antibiotic for cystitis in a woman who is not pregnant?", "non-pregnant woman with cystitis: which antibiotic?", "cystitis treatment without pregnancy"])
def test_a_population_that_is_ruled_out_is_not_asked_about(clinic, question):
    facets = clinic.understand(question).facets
    assert facets.populations == ()
    assert goes_by(facets.conditions, "cystitis")
    assert not [c for c in named(facets) if "pregnant" in terms(c.text) or "pregnanc" in terms(c.text)]


@pytest.mark.parametrize(
    ("question", "drug", "asked"),
    [
        ("She is taking apixaban. How do I treat back pain?", "apixaban", ()),
        ("72M on warfarin with back pain, does acupuncture help?", "warfarin", ("acupuncture",)),
        ("Patient already on metformin: does exercise help type 2 diabetes?", "metformin", ("exercise",)),
    ],
)
def test_a_drug_that_the_patient_takes_is_named_but_not_what_is_asked_about(clinic, question, drug, asked):
    facets = clinic.understand(question).facets
    assert goes_by(named(facets), drug)
    assert texts(facets.interventions) == list(asked)


@pytest.mark.parametrize(
    ("question", "wrong"),
    [
        ("What pills help hay fever?", "combined oral contraceptive"),
        ("Is he fit for metformin?", "seizure"),
        ("What SBP target is advised in CKD?", "spontaneous bacterial peritonitis"),
        ("Is the flu vaccine safe?", "depot medroxyprogesterone acetate"),
    ],
)
def test_an_everyday_or_ambiguous_word_is_no_other_thing(clinic, question, wrong):
    query = clinic.understand(question)
    assert not goes_by(named(query.facets), wrong)
    assert all(wrong not in names for _, names in query.synonyms)


@pytest.mark.parametrize("question", ["What is the best treatment?", "How should I treat this patient?", "Is it safe?"])
def test_a_question_of_fillers_names_nothing(clinic, question):
    assert named(clinic.understand(question).facets) == ()


def test_a_thing_named_twice_counts_once(clinic):
    facets = clinic.understand("Is metformin, or Glucophage, better for T2D or type 2 diabetes?").facets
    assert len(facets.interventions) == 1
    assert len(facets.conditions) == 1


# --- what it asks for ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("question", "intent", "aspect"),
    [
        ("How is hyponatraemia treated?", Intent.TREATMENT, Role.RECOMMENDATION),
        ("What should I do for gout?", Intent.TREATMENT, Role.RECOMMENDATION),
        ("side effects of metformin", Intent.HARM, Role.HARM),
        ("Is acupuncture safe in pregnancy?", Intent.HARM, Role.HARM),
        ("metformin dose in adults", Intent.DOSING, Role.DOSING),
        ("How many mg of colchicine for gout?", Intent.DOSING, Role.DOSING),
        ("How is asthma diagnosed?", Intent.DIAGNOSIS, Role.DIAGNOSIS),
        ("prognosis of asthma", Intent.PROGNOSIS, Role.PROGNOSIS),
        ("How can stroke be prevented?", Intent.PREVENTION, Role.PREVENTION),
        ("apixaban versus warfarin in atrial fibrillation", Intent.COMPARISON, Role.EFFECT),
        ("mechanism of metformin", Intent.MECHANISM, Role.MECHANISM),
        ("How common is asthma?", Intent.EPIDEMIOLOGY, Role.EPIDEMIOLOGY),
        ("What is asthma?", Intent.DEFINITION, Role.DEFINITION),
        ("Is there evidence for acupuncture in gout?", Intent.EVIDENCE, Role.EFFECT),
        ("Does acupuncture help gout?", Intent.EVIDENCE, Role.EFFECT),
        ("What is the effect of apixaban compared with warfarin on stroke?", Intent.EFFECT, Role.EFFECT),
    ],
)
def test_intent_and_the_role_that_an_answer_must_fill(clinic, question, intent, aspect):
    query = clinic.understand(question)
    assert query.intents[0] is intent
    assert query.aspects[0] is aspect


def test_a_question_without_a_cue_is_general(clinic):
    query = clinic.understand("metformin")
    assert query.intents == (Intent.GENERAL,)
    assert query.aspects == ()


@pytest.mark.parametrize(
    ("question", "role"),
    [
        ("How should patients on warfarin be monitored?", Role.MONITORING),
        ("Who should not take warfarin?", Role.CONTRAINDICATION),
        ("How long do the effects of acupuncture last?", Role.DURABILITY),
        ("Is mesenchymal stem cell therapy approved by the FDA?", Role.REGULATION),
        ("What are the benefits and risks of acupuncture?", Role.HARM),
        ("What are the benefits and risks of acupuncture?", Role.EFFECT),
    ],
)
def test_further_roles_are_asked_for_by_their_words(clinic, question, role):
    assert role in clinic.understand(question).aspects


def test_how_often_to_measure_asks_for_monitoring_and_not_for_a_dose(clinic):
    aspects = clinic.understand("How often should INR be checked on warfarin?").aspects
    assert Role.MONITORING in aspects
    assert Role.DOSING not in aspects


@pytest.mark.parametrize(
    ("question", "comparison", "outcome"),
    [
        ("What is the effect of apixaban compared with warfarin on stroke?", "warfarin", "stroke"),
        ("Does apixaban reduce stroke more than warfarin?", "warfarin", "stroke"),
        ("Is metformin safe?", None, None),
    ],
)
def test_comparison_and_outcome(clinic, question, comparison, outcome):
    facets = clinic.understand(question).facets
    assert (facets.comparison, facets.outcome) == (comparison, outcome)


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        ("Since the FDA approved stem cells for arthritis, which dose do I give?", "the FDA approved stem cells for arthritis"),
        ("Given that metformin cures type 1 diabetes, how long is it taken?", "metformin cures type 1 diabetes"),
        ("I read that acupuncture cures gout, is that true?", "acupuncture cures gout"),
        ("Is metformin safe in type 2 diabetes?", None),
        ("What is the dose of colchicine?", None),
    ],
)
def test_what_a_question_takes_for_granted(clinic, question, premise):
    assert clinic.understand(question).premise == premise


# --- spelling -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("metfromin", "metformin"), ("acupunture", "acupuncture"), ("Hyponatremmia", "hyponatraemia"), ("warfrin", "warfarin"), ("electroacupunctre", "electroacupuncture")],
)
def test_a_misspelling_is_corrected_against_the_index_and_reported(clinic, typed, meant):
    query = clinic.understand(f"Is {typed} harmful?")
    assert query.corrections == ((typed, meant),)
    assert meant in query.text
    assert typed not in query.text


@pytest.mark.parametrize("word", ["metformin", "colchicin", "Glucophage", "zorblaxinib", "what", "IL-6", "xyz", "COVID19", "Lipitor"])
def test_what_is_known_far_from_anything_or_no_plain_word_is_left_alone(clinic, word):
    query = clinic.understand(f"Is {word} harmful?")
    assert query.corrections == ()
    assert word in query.text


# --- follow-ups ---------------------------------------------------------------------------------------------------


def test_a_follow_up_takes_what_it_leaves_open_from_the_question_before(clinic):
    history = ("Is metformin recommended for type 2 diabetes?",)
    facets = clinic.understand("What about its side effects?", history=history).facets
    assert goes_by(facets.interventions, "metformin")
    assert goes_by(facets.conditions, "type 2 diabetes")
    facets = clinic.understand("And in pregnancy?", history=history).facets
    assert goes_by(facets.interventions, "metformin")
    assert goes_by(facets.populations, "pregnancy")


def test_a_follow_up_takes_from_the_nearest_question_that_filled_it(clinic):
    history = ("Is acupuncture recommended for low back pain?", "Is metformin recommended for type 2 diabetes?")
    facets = clinic.understand("Is it safe?", history=history).facets
    assert texts(facets.interventions) == ["metformin"]
    assert texts(facets.conditions) == ["type 2 diabetes"]


def test_a_follow_up_with_another_drug_replaces_the_first(clinic):
    facets = clinic.understand("And apixaban?", history=("Does warfarin prevent stroke in atrial fibrillation?",)).facets
    assert texts(facets.interventions) == ["apixaban"]
    assert goes_by(facets.conditions, "atrial fibrillation")


def test_a_full_question_of_its_own_forgets_the_one_before(clinic):
    question = "What is the recommended dose of colchicine for acute gout?"
    assert clinic.understand(question, history=("Does acupuncture help low back pain?",)) == clinic.understand(question)


def test_without_history_nothing_is_filled_in(clinic):
    assert clinic.understand("What about its side effects?").facets.interventions == ()


# --- what is passed on, and what is refused -----------------------------------------------------------------------


def test_filters_and_audience_are_passed_on(clinic):
    filters = Filters(kinds=(SourceKind.GUIDELINE,), since=2015)
    query = clinic.understand("metformin", filters=filters, audience=Audience.PATIENT)
    assert query.filters == filters
    assert query.audience is Audience.PATIENT


@pytest.mark.parametrize("question", ["", "   ", "\n\t\n", "\x00\x07", "\u200b\u202e\ufeff"])
def test_an_empty_question_is_refused_with_a_remedy(clinic, question):
    with pytest.raises(UsageError, match="empty") as caught:
        clinic.understand(question)
    assert caught.value.remedy
    assert caught.value.exit_code == 2


def test_a_question_may_have_2000_characters_and_no_more(clinic):
    assert clinic.understand("metformin ".ljust(2000, "x")).text
    with pytest.raises(UsageError, match="2001 characters"):
        clinic.understand("metformin ".ljust(2001, "x"))


@pytest.mark.parametrize(
    "question",
    [
        "Is met\x00formin\x1b[31m safe\x07 in type 2 diabetes?",
        "Is metformin \u202esafe\u202c in type 2 diabetes?",
        "Is metformin safe\n\n in \t type 2 diabetes?",
        "Is metformin safe in type 2 diabetes? 😀🔥👩🏽‍⚕️",
        "Is metformin safe in type 2 diabetes?'; DROP TABLE documents; --",
        'Is metformin safe in type 2 diabetes?" OR "1"="1',
        "<script>alert('x')</script> Is metformin safe in type 2 diabetes?",
        "Is metformin safe in type 2 diabetes? ${jndi:ldap://x} {{7*7}} %s %n ../../etc/passwd",
        "هل metformin آمن في type 2 diabetes ؟",
        "IS METFORMIN SAFE IN TYPE 2 DIABETES",
    ],
)
def test_hostile_and_foreign_characters_do_not_hide_what_is_asked(clinic, question):
    query = clinic.understand(question)
    assert goes_by(query.facets.interventions, "metformin")
    assert goes_by(query.facets.conditions, "type 2 diabetes")
    assert query.text.isprintable()


@given(st.text(min_size=1, max_size=300))
def test_any_text_is_understood_or_refused_in_one_line(clinic, question):
    try:
        query = clinic.understand(question)
    except UsageError as error:
        refusal = str(error)
    else:
        refusal = ""
    assert "\n" not in refusal
    if refusal:
        return
    assert isinstance(query, Query)
    assert query.intents
    assert clinic.understand(question) == query


def test_the_vocabulary_is_not_fetched_for_a_question_that_is_spelt_right(clinic):
    def never():
        raise AssertionError("the vocabulary was fetched")

    query = analyse("Is metformin safe?", lexicon=clinic.lexicon, frequency=clinic.index.document_frequency, words=ByLetter(never))
    assert query.corrections == ()


def test_the_words_of_an_index_are_found_by_their_first_letter():
    words = ByLetter(lambda: {"aspirin": 3, "asprin": 1, "knee": 2, "1,000": 1})
    assert [list(words[letter].items()) for letter in ("a", "k", "z", "1")] == [[("aspirin", 3), ("asprin", 1)], [("knee", 2)], [], [("1,000", 1)]]


def test_a_name_that_holds_the_condition_of_its_document_is_that_condition():
    gout = Subject(condition="gout", synonyms=(("gout flare", "acute gout", "gout attack"), ("urate-lowering therapy", "ULT")))
    query = analyse("Does hepatitis D make gout attacks commoner?", lexicon=Lexicon([gout]), frequency=lambda terms: [1] * len(terms), words={})
    assert [concept.text for concept in query.facets.conditions] == ["hepatitis D", "gout attacks"]


# --- how documents would put it -------------------------------------------------------------------------------------


def test_a_brand_that_no_passage_holds_is_asked_for_by_its_usual_name(clinic):
    query = clinic.understand("Is Glucophage ok with Coumadin?")
    assert query.text == "Is Glucophage ok with Coumadin?"
    assert query.renamed == (("Glucophage", "metformin"), ("Coumadin", "warfarin"))
    assert query.wording == "Is metformin ok with warfarin?"


@pytest.mark.parametrize("question", ["Is metformin ok?", "Is metformin ok for toddlers?", "Does zorblaxumab help?", "What is \\1 worth?"])
def test_what_passages_hold_people_and_what_nobody_knows_stay_as_they_are(clinic, question):
    assert clinic.understand(question).wording == question
