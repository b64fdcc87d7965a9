"""A question of several parts, without the part that names a thing."""

import pytest

from ragqa.question import without_part


@pytest.mark.parametrize(
    ("question", "thing", "kept", "rest"),
    [
        ("Refractory anaphylaxis on bisoprolol. Next step, and how much glucagon?", "glucagon", "anaphylaxis", "Refractory anaphylaxis on bisoprolol. Next step"),
        ("GAD, first choice drug? also thinking propranolol for the shakes", "propranolol", "GAD", "GAD, first choice drug?"),
        ("My dad has gout. Would fidaxomicin help?", "fidaxomicin", "gout", None),  # what is left asks nothing
        ("Does fidaxomicin cut down asthma attacks?", "fidaxomicin", "asthma attacks", None),
        ("Is lactulose good in COPD, and how long is it taken?", "lactulose", "COPD", None),  # what is left is on nothing
        ("I have H pylori. My migraines began then, will clearing it cure them?", "H pylori", "migraines", None),  # asks what the one does to the other
        ("What helps in gout?", "fidaxomicin", "gout", None),
    ],
)
def test_what_is_left_of_a_question(question, thing, kept, rest):
    assert without_part(question, thing, kept) == rest
