"""Who is put into a class is told what is to be done for it."""

import pytest

PAGES = {
    "fever": ("Fever in children under 5: test guideline 2019", "fever",
        {"Diagnosis": ["The 2019 guideline lists a temperature of 38 or higher in a baby under 3 months with fever as a red feature.",
                       "A fever of 38.4 in a baby of 10 weeks has often settled by the next visit."],
         "When to refer": ["Children with fever and any red feature are referred urgently to a paediatrician.",
                           "Children with fever and amber features alone are given a safety net."]}),
}  # fmt: skip


@pytest.fixture(scope="module")
def engine(guidelines_over):
    return guidelines_over(PAGES)


def test_the_act_follows_the_class(engine):
    direct = [statement.text for statement in engine.ask("My baby is 10 weeks old and has a fever of 38.4. Is that a red feature?").direct]
    assert "red feature" in direct[0]
    assert "referred urgently" in direct[1]
    assert not any("amber" in text for text in direct)
