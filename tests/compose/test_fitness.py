"""Which statement answers first: on stopping where that is asked, on what is added to what fails, on values, and on the first drug."""

import pytest

PAGES = {
    "reflux": ("Reflux in adults: test guideline 2022", "gastro-oesophageal reflux disease",
        {"Recommendations": ["The 2022 guideline recommends omeprazole for gastro-oesophageal reflux disease for 8 weeks.",
                             "The 2022 guideline recommends attempting to stop omeprazole when gastro-oesophageal reflux disease has settled."]}),
    "liver": ("Hepatic encephalopathy: test guideline 2014", "hepatic encephalopathy",
        {"Recommendations": ["The 2014 guideline recommends lactulose as the first choice for hepatic encephalopathy.",
                             "The 2014 guideline recommends rifaximin as an add-on to lactulose for hepatic encephalopathy that recurs."]}),
    "sugar": ("Gestational diabetes: test guideline 2015", "gestational diabetes",
        {"Diagnosis": ["The 2015 guideline recommends an oral glucose tolerance test for gestational diabetes at 24 weeks.",
                       "The 2015 guideline diagnoses gestational diabetes when the fasting glucose of an oral glucose tolerance test is 5.6 mmol/L or above."]}),
    "worry": ("Generalised anxiety disorder and panic disorder: test guideline 2011", "generalised anxiety disorder",
        {"Recommendations": ["The 2011 guideline recommends against diazepam for panic disorder, because diazepam does harm in the long term.",
                             "The 2011 guideline recommends against diazepam for generalised anxiety disorder, except in a crisis."]}),
    "pressure": ("Hypertension in pregnancy: test guideline 2019", "hypertension in pregnancy",
        {"Recommendations": ["The 2019 guideline recommends treatment of hypertension in pregnancy when blood pressure remains above 140/90 mmHg.",
                             "The 2019 guideline recommends labetalol first for hypertension in pregnancy."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(guidelines_over):
    return guidelines_over(PAGES)


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Can I come off omeprazole for gastro-oesophageal reflux disease?", "attempting to stop"),
        ("Lactulose is not holding her hepatic encephalopathy, what to add?", "add-on"),
        ("Oral glucose tolerance test: what numbers mean gestational diabetes?", "5.6 mmol/L"),
        ("Should I ever use diazepam for generalised anxiety disorder?", "except in a crisis"),
        ("34/40, BP 168/112, which antihypertensive first line?", "labetalol first"),
    ],
)
def test_the_statement_that_does_what_is_asked_comes_first(engine, question, first):
    assert first in engine.ask(question).direct[0].text
