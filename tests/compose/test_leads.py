"""A question of several parts: each is answered at once."""

import pytest

PAGES = {
    "faint": ("Syncope: test guideline 2018", "vasovagal syncope",
        {"Mechanism": ["Vasovagal syncope is triggered by standing or by pain.", "Vasovagal syncope follows a fall in the return of blood to the heart."],
         "Recommendations": ["The 2018 guideline recommends a supine and a standing blood pressure in vasovagal syncope."]}),
    "liver": ("Hypoglycaemia in liver disease: test guideline 2021", "hypoglycaemia",
        {"Mechanism": ["Chronic liver disease impairs gluconeogenesis, which favours hypoglycaemia."]}),
    "delta": ("Hepatitis D: test guideline 2023", "hepatitis D",
        {"Recommendations": ["The 2023 guideline recommends bulevirtide for hepatitis D."], "Contraindications": ["Bulevirtide for hepatitis D is not recommended in decompensated liver disease."]}),
    "joint": ("Bone metastases: test guideline 2018", "bone metastases",
        {"Recommendations": ["The 2018 guideline recommends single-fraction radiotherapy for bone metastases."],
         "What is not known": ["The 2018 guideline makes no recommendation for or against denosumab for pain from bone metastases."]}),
    "belly": ("Peritonitis: test guideline 2021", "spontaneous bacterial peritonitis",
        {"Recommendations": ["The 2021 guideline recommends a third-generation cephalosporin for spontaneous bacterial peritonitis.",
                             "The 2021 guideline recommends antibiotics at once for spontaneous bacterial peritonitis."],
         "Dosing": ["Albumin for spontaneous bacterial peritonitis is given as 1.5 g/kg on day 1."]}),
    "water": ("Ascites: test guideline 2021", "ascites", {"Dosing": ["Albumin for ascites is given as 8 g for each litre removed."]}),
    "gut": ("C. difficile: test guideline 2017", "Clostridioides difficile infection",
        {"Prevention": ["The 2017 guideline advises gown and gloves in Clostridioides difficile infection until 48 hours after diarrhoea.",
                        "In outbreaks of Clostridioides difficile infection the 2017 guideline prefers soap and water to alcohol gel."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(guidelines_over):
    return guidelines_over(PAGES)


def told(answer):
    return [statement.text for statement in answer.direct]


def test_the_direct_answer_has_a_statement_for_each_part(engine):
    direct = told(engine.ask("Can vasovagal syncope be triggered by standing in a man with hepatitis D, and are patients with chronic liver disease at risk of hypoglycaemia?"))
    assert "triggered by standing" in direct[0]
    assert any("gluconeogenesis" in text for text in direct)


def test_what_is_said_of_a_disease_that_the_person_has_besides_is_left_out(engine):
    answer = engine.ask("Can vasovagal syncope be triggered by standing in a man with hepatitis D, and are patients with chronic liver disease at risk of hypoglycaemia?")
    shown = [statement.text for section in answer.sections for part in section.subsections for group in part.groups for statement in group.statements]
    assert not any("bulevirtide" in text.lower() for text in [*shown, *told(answer), *(statement.text for statement in answer.pitfalls)])


def test_what_is_known_goes_before_what_is_not_where_it_is_asked_first(engine):
    direct = told(engine.ask("Bone metastases. Radiotherapy: one fraction or several? And is denosumab recommended for the pain?"))
    assert "single-fraction" in direct[0]


def test_two_things_asked_apart_need_not_be_joined(engine):
    answer = engine.ask("Clostridioides difficile infection. When can the gown and gloves come off, and is the alcohol gel ok?")
    assert not any(gap.kind.value == "conjunction" for gap in answer.gaps)
    assert len(told(answer)) > 1


def test_a_further_part_is_on_the_condition_of_the_first(engine):
    direct = told(engine.ask("Spontaneous bacterial peritonitis: which antibiotic, and how much albumin?"))
    assert any("1.5 g/kg" in text for text in direct)
    assert not any("each litre" in text for text in direct)


def test_which_of_a_class_is_answered_with_a_member(engine):
    assert "cephalosporin" in told(engine.ask("Spontaneous bacterial peritonitis: which antibiotic?"))[0]
