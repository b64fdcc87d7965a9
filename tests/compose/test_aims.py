"""What one treatment is given beside another to prevent is told of the other, though no document joins the two; no table without two rows."""

import pytest


@pytest.fixture(scope="module")
def engine(engine_over, page):
    cells = ("kind: systematic review", "condition: graft-versus-host disease", 'interventions: ["stem cell therapy"]')
    clots = ("kind: guideline", "condition: deep vein thrombosis", 'interventions: ["anticoagulation"]')
    return engine_over(
        {
            "cells": page("cells", "Safety of stem cell therapy: review 2020", {
                "Harms": ["Stem cell therapy did not raise thrombotic events compared with control in randomised trials.", "Stem cell therapy raised the risk of fever compared with control."],
                "What is not known": ["The review of stem cell therapy reports no comparison with and without anticoagulation."]}, *cells),
            "clots": page("clots", "Deep vein thrombosis: test guideline 2021", {"Recommendations": ["The 2021 guideline recommends anticoagulation for deep vein thrombosis."]}, *clots),
        }
    )  # fmt: skip


def test_what_is_to_be_prevented_is_told(engine):
    answer = engine.ask("Is there evidence for anticoagulation before stem cell therapy?")
    shown = [statement.text for section in answer.sections for part in section.subsections for group in part.groups for statement in group.statements]
    assert any("did not raise thrombotic events" in text for text in [*shown, *(statement.text for statement in answer.direct)])
    assert answer.support.value == "insufficient evidence"


def test_a_table_has_something_to_set_beside(engine):
    assert not engine.ask("Is there evidence for anticoagulation before stem cell therapy?").comparison
