"""How far the sources support what is asked: yes, no, both, or not to be said."""

import pytest

from ragqa.compose.support import stance_of
from ragqa.vocabulary import Support


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("NICE NG59 recommends against acupuncture for low back pain.", -1),
        ("ESUR 2004 does not advise routine thyroid tests before contrast medium.", -1),
        ("The consensus advises delaying insulin when potassium is below 3.5 mmol/L.", -1),
        ("Prasugrel is contraindicated after a stroke.", -1),
        ("Aspirin did not reduce mortality compared with placebo.", -1),
        ("The drug is not approved for any neurological disorder.", -1),
        ("Bisoprolol is unsafe to add to verapamil.", -1),
        ("The drug raised the risk of bleeding.", -0.6),
        ("ACP 2017 recommends exercise for chronic low back pain.", 1),
        ("Acupuncture lowered pain by 12 points.", 1),
        ("The trial enrolled 120 adults.", 0),
    ],
)
def test_the_stance_of_a_statement(text, stance):
    assert stance_of(text) == stance


@pytest.fixture(scope="module")
def sources(memory):
    def guideline(name, drug, condition, *lines):
        return memory.make_document(
            name,
            f"{drug} for {condition}: guideline 2022",
            {"Recommendation": lines},
            source={"kind": "guideline", "year": 2022},
            subject={"condition": condition, "interventions": (drug.lower(),)},
        )

    return memory.MemoryEngine(
        memory.MemoryIndex(
            [
                guideline(
                    "against", "Aspirin", "low back pain", "The society recommends against aspirin for low back pain (strong recommendation)."
                ),
                guideline("for", "Exercise", "knee osteoarthritis", "The society recommends exercise for knee osteoarthritis (strong recommendation)."),
            ]
        )
    )


def test_a_recommendation_against_does_not_support_its_use(sources):
    answer = sources.ask("Should aspirin be used for low back pain?")
    assert "against aspirin" in answer.direct[0].text
    assert answer.support is Support.NOT_SUPPORTED


def test_a_recommendation_for_supports_it(sources):
    answer = sources.ask("What is recommended for knee osteoarthritis, exercise?")
    assert answer.support is Support.SUPPORTED


def test_nothing_found_is_insufficient(sources):
    assert sources.ask("Does zinc cure the common cold?").support is Support.INSUFFICIENT
