"""What meets half of a question and stands under its name: another drug, other people, another page, a class."""

import pytest

from ragqa.compose.choose import comes_first
from ragqa.compose.coverage import TermCoverage
from ragqa.compose.evidence import candidates
from ragqa.compose.relevance import Beside, documents_beside
from ragqa.compose.topic import Topics
from ragqa.types import Concept, Facets, Query, statements_of
from ragqa.vocabulary import GapKind, Support

PAGES = {
    "kidney": ("guideline", "Chronic kidney disease: test guideline 2024", "chronic kidney disease",
        {"Recommendation": ["The 2024 guideline states that apixaban is reasonable in chronic kidney disease with atrial fibrillation.", "The 2024 guideline recommends an ACE inhibitor as first-line treatment of chronic kidney disease with albuminuria."],
         "Harms": ["A fall in eGFR on starting an SGLT2 inhibitor in chronic kidney disease is safe and no reason to stop.", "Apixaban causes serious bleeding in 2 percent of people with chronic kidney disease."]}),
    "anxiety": ("guideline", "Generalised anxiety disorder: test guideline 2020", "generalised anxiety disorder",
        {"Harms": ["SSRIs for generalised anxiety disorder can raise the risk of bleeding.", "Stopping an antidepressant abruptly can cause dizziness in generalised anxiety disorder."],
         "Recommendation": ["The 2020 guideline recommends an SSRI for generalised anxiety disorder."]}),
    "pressure": ("guideline", "Hypertension in pregnancy: test guideline 2019", "hypertension in pregnancy",
        {"Contraindications": ["ACE inhibitors are contraindicated in pregnancy with hypertension because of birth defects."],
         "Recommendation": ["The 2019 guideline recommends labetalol as first-line treatment of hypertension in pregnancy."]}),
    "valve": ("guideline", "Clots in veins: test guideline 2021", "venous thromboembolism",
        {"Recommendation": ["The 2021 guideline suggests warfarin with a target INR of 2.5 in venous thromboembolism."]}),
    "influenza": ("patient information", "Influenza", "influenza", {"Symptoms": ["Influenza lasts for about a week in most people."]}),
    "smell": ("patient information", "Problems with smell", "problems with smell", {"Causes": ["Influenza lasts for days and can take away the sense of smell for a week."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(engine_over, page):
    return engine_over({name: page(name, title, sections, f"kind: {kind}", f"condition: {condition}") for name, (kind, title, condition, sections) in PAGES.items()})


def said(answer):
    return " ".join(statement.text for statement in statements_of(answer))


def test_another_drug_does_not_answer_for_the_one_asked_about(engine):
    answer = engine.ask("Is apixaban safe in chronic kidney disease?")
    assert "Apixaban" in said(answer)
    assert "SGLT2" not in said(answer)
    assert "ACE inhibitor" not in said(answer)


def test_what_holds_for_pregnancy_must_be_said_of_the_drug_asked_about(engine):
    answer = engine.ask("Are SSRIs safe in pregnancy?")
    assert answer.support is Support.INSUFFICIENT
    assert {"SSRIs", "pregnancy"} & {gap.aspect for gap in answer.gaps}


def test_a_page_on_the_disease_goes_before_one_that_mentions_it(engine):
    answer = engine.ask("How long does influenza last?")
    assert [reference.document_id for reference in answer.references] == ["influenza"]


def test_a_class_that_answers_for_its_member_is_said_to_do_so(engine):
    answer = engine.ask("Can I stop Lexapro suddenly in generalised anxiety disorder?")
    (gap,) = [gap for gap in answer.gaps if "itself" in gap.message]
    assert gap.kind is GapKind.FACET
    assert gap.aspect == "Lexapro"
    assert not gap.decisive


def test_a_title_tells_the_name_that_the_statements_go_by(engine):
    assert "Eliquis (apixaban)" in engine.ask("Is Eliquis safe in chronic kidney disease?").title


def test_an_answer_that_is_not_given_has_its_receipt(engine):
    answer = engine.ask("Crushing pain that goes to the left arm, what next?")
    assert answer.abstained
    assert answer.gaps
    assert all(gap.receipt.passages_searched for gap in answer.gaps)


def test_a_verb_in_between_is_no_part_of_a_name(engine):
    facets = engine.understand("How should migraine be prevented?").facets
    assert [concept.text for concept in facets.conditions] == ["migraine"]


def test_what_comes_first_is_of_a_document_on_the_condition(engine):
    query = engine.understand("How is chronic kidney disease treated?")
    answer = engine.ask("How is chronic kidney disease treated?")
    assert any("first-line" in statement.text for statement in answer.direct)
    topics = Topics(query, engine.index.document_frequency, engine.index.passage_count)
    elsewhere = engine.understand("How is anxiety treated?")
    others = Topics(elsewhere, engine.index.document_frequency, engine.index.passage_count)
    found = candidates(query, topics, engine.hits_for(query), engine.index, engine.encoder.encode_queries)
    (first,) = [c for c in found if "first-line treatment of chronic" in c.text]
    assert comes_first(topics, first)
    assert not comes_first(others, first)


def test_a_document_is_set_beside_the_best_one():
    topics = Topics(Query(text="q", facets=Facets(interventions=(Concept(text="zeta", names=("zeta",)),))), lambda terms: [1] * len(terms), 9)
    beside = documents_beside(topics, {"a": 0.9, "b": 0.4}, {"a": frozenset(), "b": frozenset({0})})
    assert beside == {"a": Beside(0.0, -1.0), "b": Beside(pytest.approx(-0.5), 0.0)}
    assert documents_beside(topics, {"a": 0.9}, {"a": frozenset()}) == {"a": Beside(0.0, 0.0)}


def test_headings_give_the_words_that_a_sentence_leaves_out(clinic_index):
    lexical = TermCoverage("warfarin dose in kidney disease", clinic_index)
    above = lexical.held("Warfarin › Kidney disease")
    assert lexical.beyond("Warfarin is given once a day.", above) == pytest.approx(lexical.of("kidney disease").words)
    assert lexical.beyond("Warfarin in kidney disease.", above) == 0.0
    assert lexical.beyond("anything", ()) == 0.0


WHOM = {
    "cystitis": ("guideline", "Cystitis in women: test guideline 2020", "cystitis",
        {"Dosing": ["For acute cystitis the 2020 guideline gives oral nitrofurantoin as 100 mg twice daily for 5 days."],
         "Definition": ["Acute cystitis is an infection of the bladder, typically with dysuria and urinary frequency."]}),
    "fever": ("guideline", "Fever in young children: test guideline 2019", "fever in children",
        {"Recommendation": ["The 2019 guideline recommends antibiotics for babies with dysuria and fever."]}),
    "bones": ("guideline", "Osteoporosis in postmenopausal women: test guideline 2020", "osteoporosis",
        {"Dosing": ["Denosumab for osteoporosis is given as 60 mg subcutaneously every six months."]}),
    "potassium": ("guideline", "Hyperkalaemia in adults: test guideline 2023", "hyperkalaemia",
        {"Dosing": ["The calcium dose for hyperkalaemia on dialysis is 30 mL of 10 percent calcium gluconate intravenously."]}),
    "mood": ("guideline", "Depression in adults: test guideline 2022", "depression",
        {"Recommendation": ["The 2022 guideline recommends an SSRI as first-line treatment of depression in adults."]}),
    "mania": ("guideline", "Bipolar disorder in adults: test guideline 2018", "bipolar disorder", {"Recommendation": ["The 2018 guideline recommends lithium to prevent relapse of bipolar disorder."]}),
    "contrast": ("guideline", "Contrast media and the thyroid: test guideline 2021", "thyroid disease",
        {"Effects": ["Contrast medium does not affect thyroid function tests in patients with a normal thyroid."],
         "Contraindications": ["Contrast medium is contraindicated in thyroid disease with overt hyperthyroidism."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def whom(engine_over, page):
    return engine_over({name: page(name, title, sections, f"kind: {kind}", f"condition: {condition}") for name, (kind, title, condition, sections) in WHOM.items()})


@pytest.mark.parametrize("question", ["55 yr old man, burning when I pee. Nitrofurantoin dose?", "Denosumab dose for my dad's osteoporosis?"])
def test_what_is_written_for_women_is_no_answer_for_a_man(whom, question):
    answer = whom.ask(question)
    assert answer.abstained
    assert [gap.aspect for gap in answer.gaps] == ["men"]


def test_the_same_is_an_answer_for_a_woman_and_where_nobody_is_named(whom):
    assert "100 mg twice daily" in said(whom.ask("27F dysuria, not pregnant. Nitrofurantoin dose?"))
    assert "60 mg" in said(whom.ask("Denosumab dose for osteoporosis?"))


def test_what_is_said_of_babies_alone_is_no_answer_for_a_grown_woman(whom):
    assert "babies" not in said(whom.ask("27F dysuria, not pregnant. Nitrofurantoin or another antibiotic?"))


def test_a_dose_of_a_document_that_names_the_drug_nowhere_is_no_dose_of_it(whom):
    answer = whom.ask("Denosumab dose for women on dialysis?")
    assert "60 mg" in said(answer)
    assert "gluconate" not in said(answer)


def test_a_condition_that_qualifies_another_must_be_named_with_it(whom):
    assert whom.ask("Bipolar disorder depression: which SSRI first line?").abstained
    assert not whom.ask("Depression: which SSRI first line?").abstained


def test_what_holds_for_a_sound_organ_is_no_answer_on_its_disease(whom):
    answer = whom.ask("Is contrast medium safe in thyroid disease?")
    assert "contraindicated in thyroid disease" in answer.direct[0].text
    assert "normal thyroid" not in " ".join(statement.text for statement in answer.direct)


def test_what_is_ruled_out_for_the_person_stands_in_the_direct_answer(engine_over, page):
    told = {
        "Dosing": ["Zetagrel for heart attack is given as 60 mg, then 10 mg once daily.", "Zetagrel for heart attack is given as 5 mg once daily in small people."],
        "Contraindications": ["Zetagrel is contraindicated in heart attack with a previous stroke."],
    }
    engine = engine_over({"zeta": page("zeta", "Heart attack: test guideline 2023", told, "kind: guideline", "condition: heart attack")})
    direct = [statement.text for statement in engine.ask("Zetagrel dose in heart attack with a previous stroke?").direct]
    assert any("contraindicated" in text for text in direct)


def test_two_drugs_that_nothing_compares_are_said_to_be_compared_nowhere(engine_over, page):
    told = {"Effects": ["Zetastatin lowers blood pressure in hypertension.", "Gammastatin lowers blood pressure in hypertension."]}
    joined = {"Effects": ["Zetastatin lowers blood pressure more than gammastatin in hypertension."]}
    question = "Is zetastatin or gammastatin better for blood pressure in hypertension?"
    apart, beside = ([gap.message for gap in engine_over({"grel": page("grel", "Hypertension: zetastatin and gammastatin", part, "kind: guideline")}).ask(question).gaps] for part in (told, joined))
    assert any("against" in message for message in apart)
    assert not any("against" in message for message in beside)
