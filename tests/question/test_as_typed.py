"""Questions as people type them: shorthand, values, what a patient has had, what is ruled out, and what is asked of a drug."""

import pytest

from ragqa.compose.topic import Topics
from ragqa.question import named
from ragqa.question.premise import premise_in
from ragqa.text import terms
from ragqa.types import Concept, Facets, Query
from ragqa.vocabulary import Intent
from ragqa.vocabulary import StatementRole as Role


def texts(concepts):
    return [concept.text for concept in concepts]


def goes_by(concepts, name):
    return any(terms(name) == terms(known) for concept in concepts for known in concept.names)


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("malnourished, Na 103, mildly confused", "hyponatraemia"),
        ("sodium was 152 this morning, what now", "hypernatraemia"),
        ("K 2.6 on the gas", "hypokalaemia"),
        ("K+ of 6.8, which drug first?", "hyperkalaemia"),
        ("sugar is 2.4, sweaty", "hypoglycaemia"),
        ("blood sugar 55, shaky", "hypoglycaemia"),
    ],
)
def test_a_value_is_searched_for_by_the_name_of_its_condition(clinic, question, meant):
    assert goes_by(clinic.understand(question).facets.conditions, meant)


@pytest.mark.parametrize(
    "question",
    [
        "potassium chloride 20 mg for whom?",
        "Na 138 and K 4.2, anything to do?",
        "vitamin K 5 mg for a high INR",
        "Is 3 g of sodium a day too much?",
        "sodium 500 mg a day",
    ],
)
def test_a_value_within_its_range_or_a_dose_names_no_condition(clinic, question):
    conditions = clinic.understand(question).facets.conditions
    assert not any(goes_by(conditions, f"{way}{what}") for way in ("hypo", "hyper") for what in ("natraemia", "kalaemia"))


def test_what_a_patient_has_had_is_who_the_patient_is(clinic):
    facets = clinic.understand("DVT after a knee replacement, warfarin for how long?").facets
    assert texts(facets.interventions) == ["warfarin"]
    assert texts(facets.populations) == ["knee replacement"]


def test_a_condition_that_the_patient_has_not_is_not_asked_about(clinic):
    facets = clinic.understand("low sugar overnight, no asthma, what is the cause?").facets
    assert not goes_by(facets.conditions, "asthma")


def test_two_drugs_of_a_class_are_two(clinic):
    assert texts(clinic.understand("rivaroxaban or apixaban?").facets.interventions) == ["rivaroxaban", "apixaban"]
    assert texts(clinic.understand("Eliquis (apixaban) dose?").facets.interventions) == ["Eliquis"]


def test_a_test_is_asked_about_only_where_no_treatment_is(clinic):
    assert texts(clinic.understand("MRI for low back pain?").facets.interventions) == ["MRI"]
    assert texts(clinic.understand("first seizure, normal MRI, start Keppra?").facets.interventions) == ["Keppra"]


def test_words_cut_short_and_joined_by_a_slash(clinic):
    facets = clinic.understand("Macrobid if she's got a kidney infection and back/flank pain").facets
    assert texts(facets.interventions) == ["Macrobid"]
    assert goes_by(facets.conditions, "flank pain")


def test_a_word_is_not_corrected_to_one_that_names_nothing(clinic):
    assert clinic.understand("how to abort a migraine").corrections == ()


@pytest.mark.parametrize("word", ["overshot", "overdiagnosis", "preexisting", "unexplained"])
def test_an_everyday_word_with_a_prefix_is_no_unknown_name(clinic, word):
    assert not any(c.unknown for c in named(clinic.understand(f"{word} in asthma?").facets) if c.text == word)


@pytest.mark.parametrize("word", ["quexin", "Zorbl's disease", "Krulp"])
def test_a_name_of_nothing_is_unknown_with_a_genitive_and_short(clinic, word):
    assert any(c.unknown for c in named(clinic.understand(f"{word} and asthma?").facets))


@pytest.mark.parametrize(
    ("question", "intent", "not_intent"),
    [
        ("DVT, how long does she need tablets for", Intent.DOSING, Intent.PROGNOSIS),
        ("How long should I stay on warfarin?", Intent.DOSING, Intent.PROGNOSIS),
        ("how long does gout last", Intent.PROGNOSIS, Intent.DOSING),
        ("how often do statins cause side effects", Intent.HARM, Intent.DOSING),
        ("how often should I take metformin", Intent.DOSING, Intent.PROGNOSIS),
    ],
)
def test_durations_and_frequencies_are_asked_of_the_drug_or_of_the_disease(clinic, question, intent, not_intent):
    intents = clinic.understand(question).intents
    assert intent in intents
    assert not_intent not in intents


def test_what_rules_a_drug_out_is_a_contraindication(clinic):
    assert clinic.understand("any allergies that rule out warfarin?").aspects[0] is Role.CONTRAINDICATION
    assert clinic.understand("who can't have metformin?").aspects[0] is Role.CONTRAINDICATION


def test_premises_of_authorities_and_of_reasons():
    assert premise_in("USPSTF says never smokers should have a yearly lung CT - is one enough?") == "USPSTF says never smokers should have a yearly lung CT"
    assert premise_in("My insurance says I have to fail pills first. Is that still right?") is None
    assert premise_in("why are statins banned in pregnancy, and what else is there?") == "statins banned in pregnancy"


@pytest.mark.parametrize(
    ("question", "premise"),
    [
        ("WHI proved combined HRT shields the heart - how many years until it does?", "WHI proved combined HRT shields the heart"),
        ("GINA backs iv aminophylline when nebs fail: loading dose?", "GINA backs iv aminophylline when nebs fail"),
        ("ribavirin is licensed for Nipah, what dose", "ribavirin is licensed for Nipah"),
        ("ribavirin for Nipah, what dose", None),
    ],
)
def test_what_is_said_to_be_proven_or_licensed_is_taken_for_granted(question, premise):
    assert premise_in(question) == premise


def test_an_unknown_name_set_against_a_drug_is_taken_for_one(clinic):
    facets = clinic.understand("lumetaban vs warfarin, bleeding in AF?").facets
    assert {"lumetaban", "warfarin"} <= set(texts(facets.interventions))
    assert "lumetaban" not in texts(clinic.understand("lumetaban and a bleeding nose").facets.interventions)


@pytest.mark.parametrize(
    ("question", "kind", "text"),
    [
        ("Is apixaban an option for someone on dialysis?", "populations", "dialysis"),
        ("Does the dose need adjusting on dialysis?", "populations", "dialysis"),
        ("The midwife said aspirin, how much?", "populations", "midwife"),
        ("Heroin user, when to give the first buprenorphine?", "conditions", "Heroin user"),
    ],
)
def test_who_somebody_is_is_no_treatment(clinic, question, kind, text):
    facets = clinic.understand(question).facets
    assert text in texts(getattr(facets, kind))
    assert text not in texts(facets.interventions)


def test_a_value_in_the_blood_is_no_treatment(clinic):
    assert "calcium" not in texts(clinic.understand("how often does denosumab drop the calcium?").facets.interventions)
    assert "folate" not in texts(clinic.understand("what does a low folate mean?").facets.interventions)
    assert "folate" in texts(clinic.understand("does folate prevent anaemia?").facets.interventions)


def test_a_condition_that_is_not_there_is_none(clinic):
    assert clinic.understand("first drug for a man and a woman of 48, neither diabetic").facets.conditions == ()


@pytest.mark.parametrize(
    ("question", "kind", "meant"),
    [
        ("AF with fast rate, EF 30%. Diltiazem ok?", "populations", "left ventricular systolic dysfunction"),
        ("68F T -3.4, two falls. Which drug?", "conditions", "osteoporosis"),
        ("CKD, urate 9.4 mg/dL, allopurinol?", "conditions", "hyperuricaemia"),
        ("BP 158/92 on max ramipril, amlodipine and indapamide. Next?", "conditions", "resistant hypertension"),
    ],
)
def test_a_measure_is_searched_for_by_what_it_is_called(clinic, question, kind, meant):
    assert goes_by(getattr(clinic.understand(question).facets, kind), meant)


def test_sbp_with_a_number_is_a_pressure(clinic):
    assert clinic.understand("SBP 85 on carvedilol").text.startswith("systolic BP 85")
    assert clinic.understand("SBP and ascites").text.startswith("SBP and")


def test_how_a_drug_is_given_is_no_other_drug(clinic):
    facets = clinic.understand("On Hepcludex injections: colchicine dose?").facets
    assert "injections" not in texts(facets.interventions)
    assert "colchicine" in texts(facets.interventions)
    assert texts(clinic.understand("months between jabs of Prolia?").facets.interventions) == ["Prolia"]


def test_a_second_condition_that_was_never_had_is_none(clinic):
    assert not goes_by(clinic.understand("never had heart trouble or a stroke. Aspirin?").facets.conditions, "stroke")


def test_a_measure_with_a_normal_value_is_not_asked_about(clinic):
    facets = clinic.understand("K 4.2, eGFR 88. Which antihypertensive?").facets
    assert not goes_by((*facets.others, *facets.populations, *facets.conditions), "eGFR")
    assert not goes_by(facets.others, "K")


def test_a_value_is_no_finding_where_it_is_not_told_of(clinic):
    answer = clinic.ask("Can my patient with eGFR 25 stay on metformin?")
    assert not any("chronic kidney disease" in gap.message for gap in answer.gaps)
    concepts = clinic.understand("Can my patient with eGFR 25 stay on metformin?").facets.populations
    assert [concept.of_value for concept in concepts if goes_by([concept], "chronic kidney disease")] == [True]


def test_weeks_as_obstetricians_write_them(clinic):
    assert goes_by(clinic.understand("33/40, which vaccine?").facets.populations, "pregnancy")
    assert not goes_by(clinic.understand("septic, BP 82/40, fluids?").facets.populations, "pregnancy")


def test_the_pill_is_the_contraceptive_one(clinic):
    assert goes_by(clinic.understand("does doxycycline make the pill fail?").facets.interventions, "oral contraceptive")
    assert not goes_by(clinic.understand("the pill I take for my heart, with doxycycline?").facets.interventions, "oral contraceptive")


@pytest.mark.parametrize("question", ["anticoagulate a 3-minute AHRE?", "vitamin D for over-75s?", "do tablets actualy help?"])
def test_no_thing_is_made_of_times_ages_and_slips(clinic, question):
    others = clinic.understand(question).facets.others
    assert all(concept.everyday for concept in others if concept.text in {"3-minute", "over-75s", "actualy"})


def test_a_name_that_is_a_stop_word_in_small_letters_is_seen_in_capitals():
    query = Query(text="WHO advice?", facets=Facets(others=(Concept(text="WHO", names=("WHO", "World Health Organization")),)))
    topics = Topics(query, lambda found: [1 for _ in found], 10)
    assert topics.covered("WHO 2018 makes no recommendation.") == {0}
    assert topics.covered("Those who take it sleep better.") == frozenset()


def test_what_is_over_or_never_was_says_who_somebody_is(clinic):
    assert goes_by(clinic.understand("finished chemotherapy in May, does acupuncture help?").facets.populations, "chemotherapy")
    assert not goes_by(clinic.understand("never an abnormal smear, which test?").facets.conditions, "abnormal smear")


@pytest.mark.parametrize(
    ("question", "condition"),
    [
        ("Na 112 and fitting on the ward", "seizures"),
        ("8 week old, 38.4, wait or go in", "fever"),
        ("baby 2 months old temp 38.2", "fever"),
        ("I've got type 1 and I'm expecting", "type 1 diabetes"),
        ("14 years after my periods stopped, too late for HRT?", "menopause"),
    ],
)
def test_what_people_call_a_condition(clinic, question, condition):
    assert goes_by(clinic.understand(question).facets.conditions, condition)


@pytest.mark.parametrize("question", ["Painful coil fitting, what helps?", "Fitting of a diaphragm?", "UTI with a temp of 38.6"])
def test_what_is_called_so_and_is_another(clinic, question):
    conditions = clinic.understand(question).facets.conditions
    assert not goes_by(conditions, "seizures")
    assert not goes_by(conditions, "fever")


def test_weeks_of_a_pregnancy_are_searched_for_in_words(clinic):
    assert "pregnancy" in clinic.understand("34/40 BP 168/112 which drug").text


@pytest.mark.parametrize(("question", "fast"), [("Na 109 -> 124 in 20 hours", True), ("sodium went from 108 to 122 in 24 hours", True), ("Na 120 to 126 in a day", False), ("Na 112, which drug", False)])
def test_sodium_that_rose_too_fast(clinic, question, fast):
    assert ("overcorrection" in texts(clinic.understand(question).facets.others)) is fast


@pytest.mark.parametrize(
    ("question", "asked", "taken"),
    [
        ("gout flare on bendroflumethiazide: start allopurinol?", ["allopurinol"], "bendroflumethiazide"),
        ("gout flare on bendroflumethiazide, does it clash with allopurinol?", ["bendroflumethiazide", "allopurinol"], None),
        ("Can a renal transplant patient have allopurinol?", ["allopurinol"], "renal transplant"),
        ("H pylori, failed clarithromycin, what next", [], "clarithromycin"),
        ("patient on ramipril amlodipine and indapamide, add doxazosin?", ["doxazosin"], "amlodipine"),
        ("She is on clozapine. Stop it?", ["clozapine"], None),
    ],
)
def test_what_somebody_takes_is_not_what_is_asked_about(clinic, question, asked, taken):
    facets = clinic.understand(question).facets
    assert texts(facets.interventions) == asked
    assert taken is None or taken in texts(facets.populations)


@pytest.mark.parametrize(("text", "named"), [("Combined hormonal contraceptives are category 4.", False), ("Progestogen-only pills are category 1.", True), ("Hormonal contraception is safe.", True)])
def test_a_member_of_a_class_is_not_named_by_another_member(clinic, text, named):
    query = clinic.understand("mini pill in migraine?")
    topics = Topics(query, lambda terms: [1] * len(terms), 9)
    assert (not topics.covered(text).isdisjoint(topics.interventions)) is named


@pytest.mark.parametrize(
    ("question", "intent"),
    [
        ("Na 112, what do I give now", Intent.TREATMENT),
        ("black man of 48, first drug?", Intent.TREATMENT),
        ("failed triple therapy, next regimen", Intent.TREATMENT),
        ("what numbers mean diabetes", Intent.DIAGNOSIS),
    ],
)
def test_what_is_asked_in_few_words(clinic, question, intent):
    assert clinic.understand(question).intents[0] is intent


def test_when_to_be_seen_is_no_question_of_harm(clinic):
    query = clinic.understand("my husband fainted, when is it dangerous?")
    assert Intent.HARM not in query.intents
    assert query.aspects[0] is Role.MONITORING


def test_two_drugs_in_one_name_need_not_stand_in_a_row(clinic):
    query = clinic.understand("insulin/glucose dose in hyperkalaemia?")
    topics = Topics(query, lambda terms: [1] * len(terms), 9)
    assert not topics.covered("10 units of soluble insulin in 25 g of glucose are given.").isdisjoint(topics.interventions)
    assert topics.covered("10 units of insulin are given.").isdisjoint(topics.interventions)


@pytest.mark.parametrize(
    ("question", "taken", "asked"),
    [
        ("BP 160/95 despite amlodipine and ramipril. Next step?", ["amlodipine", "ramipril"], []),
        ("On metformin and gliclazide, HbA1c still 70, what next?", ["metformin", "gliclazide"], []),
        ("hypertension on verapamil, perindopril and indapamide: next options?", ["verapamil", "perindopril", "indapamide"], []),
        ("GAD. sertraline did nothing. what next, and what if an SNRI is no good either?", ["sertraline"], ["SNRI"]),
        ("Is spironolactone the next step in resistant hypertension?", [], ["spironolactone"]),
        ("Alteplase running, he has a thumping headache. What now?", [], ["Alteplase"]),
    ],
)
def test_what_is_taken_where_the_next_step_is_asked_for(clinic, question, taken, asked):
    facets = clinic.understand(question).facets
    assert texts(concept for concept in facets.populations if concept.taken) == taken
    assert texts(facets.interventions) == asked


def test_two_drugs_with_and_between_them_are_two(clinic):
    assert texts(clinic.understand("Is perindopril and indapamide good for hypertension?").facets.interventions) == ["perindopril", "indapamide"]


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("HbA1c 9.1%, on metformin", "type 2 diabetes"),
        ("HbA1c 70 on metformin", "type 2 diabetes"),
        ("still 158/92 on amlodipine", "hypertension"),
        ("baby of 10 weeks, the thermometer says 38.3", "fever"),
    ],
)
def test_further_values_are_searched_for_by_name(clinic, question, meant):
    assert goes_by(clinic.understand(question).facets.conditions, meant)


@pytest.mark.parametrize(("question", "absent"), [("low potassium, no diabetes. how fast?", ["diabetes"]), ("gout, never had asthma", ["asthma"]), ("gout in asthma", [])])
def test_what_is_said_not_to_be_there(clinic, question, absent):
    facets = clinic.understand(question).facets
    assert texts(facets.absent) == absent
    assert not set(absent) & set(texts(facets.conditions))


def test_a_class_has_its_members_and_does_not_go_by_their_names(clinic):
    statin = clinic.understand("statin dose after a heart attack?").facets.interventions[0]
    assert "atorvastatin" in statin.members
    assert "atorvastatin" not in statin.names


@pytest.mark.parametrize("word", ["oliguric", "euvolaemic", "tachycardic", "obtunded"])
def test_how_somebody_is_is_no_name(clinic, word):
    assert not any(concept.unknown for concept in clinic.understand(f"{word} pneumonia, what dose of amoxicillin?").facets.others)


def test_what_somebody_is_allergic_to_is_not_asked_about(clinic):
    facets = clinic.understand("Cystitis in a woman allergic to sulfa: which antibiotic?").facets
    assert "sulfa" not in texts(facets.interventions)
    assert "sulfa" in texts(facets.absent)


def test_a_wide_class_has_members_that_do_not_go_by_its_name(clinic):
    assert "nitrofurantoin" in clinic.understand("which antibiotic for cystitis?").facets.interventions[0].members
    assert "antibiotics" not in clinic.understand("is nitrofurantoin good for cystitis?").facets.interventions[0].names


def test_a_fit_that_somebody_had_is_a_seizure(clinic):
    assert "seizure" in clinic.understand("My husband had one fit last week. Tablets?").text
    assert "seizure" not in clinic.understand("I had a fit and well dad of 80").text


def test_an_everyday_word_in_ing_is_no_name_of_its_stem(clinic):
    assert not clinic.understand("my girl is 2 months old and feels burning hot, thermometer says 38.4").facets.conditions[0].text.startswith("burn")


@pytest.mark.parametrize(
    ("question", "meant"),
    [
        ("my lips are swelling after peanuts, what do i do", "anaphylaxis"),
        ("i keep passing out when i stand, heart scan?", "fainting"),
    ],
)
def test_what_people_say_of_an_emergency(clinic, question, meant):
    assert meant in clinic.understand(question).text


def test_a_scan_is_imaging(clinic):
    assert goes_by(clinic.understand("low back pain, do i need an mri scan").facets.interventions, "imaging")
