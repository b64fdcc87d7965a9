"""Whom a question is on, and which statements are on other people."""

import pytest

from ragqa.compose.people import of_other_sex, says_for_whom_alone, sex_of

PAGES = {
    "pressure": ("Hypertension in adults: test guideline 2019", "hypertension",
        {"Recommendations": [
            "The 2019 guideline recommends an ACE inhibitor as step 1 treatment of hypertension in adults who are not of Black African or African-Caribbean family origin.",
            "The 2019 guideline recommends a calcium channel blocker as step 1 treatment of hypertension in adults of Black African or African-Caribbean family origin.",
        ]}),
    "screening": ("Cervical cancer screening: test guideline 2018", "cervical cancer",
        {"Recommendations": [
            "The 2018 guideline states that cervical screening may be indicated in women older than 65 years whose prior screening was inadequate.",
            "The 2018 guideline recommends against cervical screening in women older than 65 years who have had adequate prior screening.",
        ]}),
    "clots": ("Atrial fibrillation: test guideline 2023", "atrial fibrillation",
        {"Recommendations": [
            "The 2023 guideline states that apixaban might be reasonable in atrial fibrillation with chronic kidney disease or dialysis.",
            "The 2023 guideline recommends apixaban over warfarin in atrial fibrillation.",
        ]}),
    "hair": ("Androgenetic alopecia: test guideline 2018", "androgenetic alopecia",
        {"Dosing": ["Finasteride for male androgenetic alopecia is taken as 1 mg once daily."],
         "Contraindications": ["Finasteride for androgenetic alopecia is contraindicated in women who may become pregnant."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(guidelines_over):
    return guidelines_over(PAGES)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Black man of 48 with hypertension, which drug first?", "calcium channel blocker"),
        ("I'm 67 and all my smears have been normal, do I still need cervical screening?", "recommends against"),
        ("Atrial fibrillation, normal kidneys: apixaban or warfarin?", "apixaban over warfarin"),
        ("Finasteride for a woman with androgenetic alopecia?", "contraindicated in women"),
    ],
)
def test_what_is_said_of_others_does_not_come_first(engine, question, first):
    assert first in engine.ask(question).direct[0].text


@pytest.mark.parametrize(("question", "sex"), [("my husband is 60", "man"), ("women going thin on top", "woman"), ("his wife", ""), ("a person of 60", "")])
def test_the_sex_that_a_question_names(question, sex):
    assert sex_of(question) == sex


def test_a_text_on_the_other_sex_alone():
    assert of_other_sex("woman", "Finasteride for male androgenetic alopecia is taken once a day.")
    assert not of_other_sex("woman", "A score of 2 in men or 3 in women.")
    assert of_other_sex("man", "Postmenopausal women should be treated.")
    assert not of_other_sex("", "Men alone.")


def test_for_whom_alone_a_thing_is_approved():
    assert says_for_whom_alone("The FDA approved it only for children aged 2 months and older.")
    assert not says_for_whom_alone("The dose in children is 10 mg.")
