"""What is asked whether to do, and what speaks against it: said first, and called what it is."""

from types import SimpleNamespace

import pytest

from ragqa.compose.answerable import asks_for_a_text
from ragqa.compose.asking import asks_of_harm, asks_whether
from ragqa.compose.divided import _sides_differ
from ragqa.compose.stance import is_reversed, oriented, speaks_of, stance_of
from ragqa.compose.topic import Topics
from ragqa.types import Concept, Facets, Query
from ragqa.vocabulary import Intent, StatementRole, Support

HEAD = 'subject: {condition: "chronic cough", interventions: [nedocromil, zafirlukast]}'
COUGH = {
    "Recommendations": [
        "CoughSoc 2021 recommends against nedocromil for chronic cough in adults.",
        "CoughSoc 2021 recommends zafirlukast for chronic cough in adults.",
        "CoughSoc 2021 finds insufficient evidence on tea with honey for chronic cough.",
    ],
}


@pytest.fixture(scope="module")
def cough(engine_over, page):
    return engine_over({"cough": page("cough", "Chronic cough in adults: CoughSoc guideline 2021", COUGH, HEAD)})


@pytest.mark.parametrize(
    ("question", "intents", "whether"),
    [
        ("Theophylline for a COPD flare?", (Intent.GENERAL,), True),
        ("Can I take it with warfarin?", (Intent.GENERAL,), True),
        ("What is the dose?", (Intent.DOSING,), False),
        ("Magnesium in asthma: dose?", (Intent.DOSING,), False),
        ("Aspirin or a DOAC?", (Intent.TREATMENT,), False),
        ("Does it cause bleeding?", (Intent.HARM,), False),
        ("The patch at 29, yes or no?", (Intent.GENERAL,), True),
        ("Prasugrel in a man who had a TIA, ok?", (Intent.GENERAL,), True),
        ("Is amitriptyline safe in someone at risk of overdose?", (Intent.GENERAL,), True),
        ("It is started, and how long for?", (Intent.GENERAL,), False),
    ],
)
def test_what_asks_whether_to_do_a_thing(question, intents, whether):
    assert asks_whether(Query(text=question, intents=intents)) is whether


def spoken(question, text, *, interventions=(), populations=()):
    concepts = [tuple(Concept(text=name, names=(name,)) for name in names) for names in (interventions, populations)]
    query = Query(text=question, facets=Facets(interventions=concepts[0], populations=concepts[1]))
    return speaks_of(query, Topics(query, lambda terms: [3 for _ in terms], 100), text)


def test_an_exception_counts_where_the_question_is_on_it():
    against = "ACG 2022 recommends against sucralfate for GERD except during pregnancy."
    assert spoken("Sucralfate for reflux?", against, interventions=["sucralfate"]) == -1.0
    assert spoken("Sucralfate in pregnancy?", against, interventions=["sucralfate"], populations=["pregnancy"]) > -1.0


def test_what_is_reserved_for_a_number_is_refused_for_all_others():
    text = "The consensus advises against routine bicarbonate and reserves bicarbonate for pH below 7.0."
    assert spoken("pH 7.1, bicarbonate?", text, interventions=["bicarbonate"]) == -1.0
    assert spoken("pH 6.9, bicarbonate?", text, interventions=["bicarbonate"]) > -1.0


@pytest.mark.parametrize("text", ["Ammonia alone adds no diagnostic or staging value.", "A progestogen is not required with vaginal estrogen."])
def test_what_is_of_no_use_is_refused(text):
    assert stance_of(text) == -1.0


def test_no_more_harm_denies_harm():
    text = "The review found no significant increase in malignancy with the cells."
    assert oriented(text, for_harm=True) == -1.0
    assert oriented(text, for_harm=False) == 0.0
    assert asks_of_harm(Query(text="Any excess of cancer or clots with the cells?", intents=(Intent.GENERAL,)))
    assert not asks_of_harm(Query(text="Which harms does it do?", intents=(Intent.HARM,)))


def test_what_is_put_before_another_speaks_against_the_other():
    text = "CHEST 2021 suggests a vitamin K antagonist over rivaroxaban in antiphospholipid syndrome."
    assert spoken("Is rivaroxaban ok?", text, interventions=["rivaroxaban"]) == -1.0
    assert spoken("Is a vitamin K antagonist ok?", text, interventions=["vitamin K antagonist"]) == 1.0


def test_other_words_decide_where_one_thing_stands_on_one_side():
    text = "ACG 2022 recommends taking proton pump inhibitors before a meal rather than at bedtime for GERD."
    concepts = [Concept(text="proton pump inhibitors", names=("proton pump inhibitors",))], [Concept(text="bedtime", names=("bedtime",))]
    query = Query(text="Are proton pump inhibitors best at bedtime?", facets=Facets(interventions=tuple(concepts[0]), others=tuple(concepts[1])))
    assert speaks_of(query, Topics(query, lambda terms: [3 for _ in terms], 100), text) == -1.0


def test_what_refuses_below_a_number_refuses_nothing_above():
    text = "The consensus advises delaying insulin when potassium is below 3.5 mmol/L and giving potassium until it is above 3.5 mmol/L."
    assert spoken("potassium 3.1, start insulin?", text, interventions=["insulin"]) == -1.0
    assert spoken("potassium 4.2, start insulin?", text, interventions=["insulin"]) == 0.0


def test_an_exception_that_a_number_does_not_meet_excepts_nothing():
    text = "KDIGO 2024 advises continuing an ACE inhibitor unless creatinine rises by more than 30%."
    assert spoken("Should I stop the ACE inhibitor if creatinine rises 20%?", text, interventions=["ACE inhibitor"]) == -1.0


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("Stopping denosumab leads to rapid bone loss.", -1.0),
        ("The society advises that denosumab should not be delayed or stopped.", -1.0),
        ("The society advises stopping denosumab before dental surgery.", 1.0),
        ("The society recommends denosumab for osteoporosis.", 0.0),
    ],
)
def test_whether_to_stop_is_told_by_what_is_said_of_stopping(text, stance):
    assert spoken("Can I stop denosumab?", text, interventions=["denosumab"]) == stance


def test_what_is_for_some_alone_is_not_for_everybody():
    text = "World Guidelines 2022 recommend and reserve vitamin D for older adults at risk of deficiency."
    assert spoken("Should everyone over 75 have vitamin D?", text, interventions=["vitamin D"]) == -1.0


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("NICE NG222 2022 advises clinicians not to prescribe St John's wort.", -1.0),
        ("Labelling contraindicates labetalol in people with asthma.", -1.0),
        ("The society keeps metronidazole only as an alternative.", -1.0),
        ("Hypothyroidism is not a contraindication to contrast CT.", 1.0),
    ],
)
def test_refusals_in_other_words(text, stance):
    assert stance_of(text) == stance


def test_a_number_outside_of_a_range_turns_a_recommendation_round():
    text = "HFSA 2022 recommends eplerenone in HFrEF if eGFR is above 30 mL/min/1.73 m2."
    assert spoken("eGFR 26, eplerenone?", text, interventions=["eplerenone"]) == -1.0
    assert spoken("eGFR 46, eplerenone?", text, interventions=["eplerenone"]) == 1.0


def test_no_reason_to_withhold_speaks_for_it():
    assert stance_of("Benzodiazepines should not be a reason to withhold methadone.") > 0


def test_people_at_raised_risk_are_no_harm():
    assert stance_of("Apixaban might be reasonable in atrial fibrillation with raised stroke risk.") > 0
    assert stance_of("Apixaban raised the risk of bleeding.") < 0


def test_what_a_source_advises_against_is_not_supported(cough):
    answer = cough.ask("Nedocromil for chronic cough?")
    assert answer.direct[0].text.startswith("CoughSoc 2021 recommends against nedocromil")
    assert answer.support is Support.NOT_SUPPORTED
    assert cough.ask("Zafirlukast for chronic cough?").support is Support.SUPPORTED


def test_where_all_that_is_told_refuses_it_is_not_supported_however_it_is_asked(engine_over, page):
    against = {"Recommendations": ["SprainSoc 2021 recommends against nedocromil for ankle sprain.", "SprainSoc 2021 recommends against zafirlukast for ankle sprain."]}
    head = 'subject: {condition: "ankle sprain", interventions: [nedocromil, zafirlukast]}'
    engine = engine_over({"sprain": page("sprain", "Ankle sprain: SprainSoc guideline 2021", against, "kind: guideline", head)})
    assert engine.ask("Nedocromil or zafirlukast for ankle sprain: what does SprainSoc say?").support is Support.NOT_SUPPORTED


def test_a_warning_on_two_things_together_refuses_the_one_beside_the_other():
    text = "Labelling warns that azathioprine taken with allopurinol can reach toxic levels."
    assert spoken("On azathioprine, allopurinol?", text, interventions=["allopurinol", "azathioprine"]) == -1.0
    assert spoken("Allopurinol?", text, interventions=["allopurinol"]) == 0.0


def test_what_people_are_told_of_risks_is_neither_for_nor_against():
    assert stance_of("NICE advises that people who take opioids be told the risks of continuing.") == 0.0


def told_by(document, text):
    both = frozenset({0, 1})
    return SimpleNamespace(role=StatementRole.RECOMMENDATION, candidate=SimpleNamespace(text=text, own=both, covered=both, card=SimpleNamespace(document_id=document)))


def test_a_recommendation_against_it_and_another_for_it_are_two_sides():
    facets = Facets(interventions=(Concept(text="metoprolol", names=("metoprolol",)),), conditions=(Concept(text="migraine", names=("migraine",)),))
    query = Query(text="Metoprolol for migraine?", facets=facets)
    topics = Topics(query, lambda terms: [3 for _ in terms], 100)
    against, by_another = told_by("one", "OneSoc recommends against metoprolol for migraine."), told_by("two", "TwoSoc recommends metoprolol for migraine.")
    assert _sides_differ(query, topics, [against, by_another])
    assert not _sides_differ(query, topics, [against, told_by("two", "TwoSoc recommends against metoprolol for migraine.")])
    assert not _sides_differ(query, topics, [against, told_by("one", "OneSoc recommends metoprolol for migraine.")])


def test_what_is_ruled_out_for_others_comes_after_the_answer(clinic):
    answer = clinic.ask("Is metformin ok in type 2 diabetes?")
    roles = [statement.role for statement in answer.direct]
    assert roles[0] is not StatementRole.CONTRAINDICATION
    assert answer.support is not Support.NOT_SUPPORTED


def test_what_a_source_does_not_know_is_insufficient(cough):
    assert cough.ask("Does tea with honey help in chronic cough?").support is Support.INSUFFICIENT


@pytest.mark.parametrize(
    ("request_", "a_text"),
    [
        ("Write me a cover letter for a band 6 staff nurse job in ED", True),
        ("please translate this email for me", True),
        ("What should the discharge letter say about warfarin?", False),
        ("Create an arteriovenous fistula or use a catheter?", False),
    ],
)
def test_a_request_for_a_text_is_told(request_, a_text):
    assert asks_for_a_text(request_) is a_text


@pytest.mark.parametrize(
    ("question", "text", "speaks"),
    [
        ("Febuxostat after a heart attack?", "ACR 2020 recommends switching from febuxostat to another drug in people with a heart attack.", -1.0),
        ("Carvedilol in ascites, carry on?", "Baveno VII advises reducing or stopping carvedilol for low blood pressure in ascites.", -1.0),
        ("9 weeks pregnant, aspirin?", "NICE recommends aspirin from 12 weeks of pregnancy.", 1.0),
        ("9 weeks pregnant, aspirin?", "NICE recommends aspirin before 8 weeks of pregnancy.", -1.0),
    ],
)
def test_what_speaks_for_and_against(question, text, speaks):
    drug = question.split()[-1].rstrip("?") if "aspirin" in question else question.split()[0].lower()
    assert spoken(question, text, interventions=[drug]) == speaks


def test_advice_that_was_reversed():
    assert is_reversed("ATS 2019 suggested no steroids in severe pneumonia, advice that ATS 2025 reversed.")
    assert not is_reversed("ATS 2019 suggested no steroids in severe pneumonia.")
