"""A verifier that knows a few names, to which all texts mean the same: what is left are its rules."""

import numpy as np
import pytest

from ragqa.question import common_words
from ragqa.verify import NameBook, Verifier

CONDITIONS = [
    ("stroke",),
    ("asthma",),
    ("gout",),
    ("depression",),
    ("sepsis",),
    ("heart failure",),
    ("atrial fibrillation", "AF"),
    ("kidney disease", "CKD"),
    ("migraine",),
    ("diabetes",),
    ("dementia",),
    ("eczema",),
    ("infection",),
    ("cancer",),
    ("hypertension", "high blood pressure"),
]
DRUGS = [
    ("aspirin",),
    ("apixaban",),
    ("warfarin",),
    ("metformin",),
    ("insulin",),
    ("prednisolone",),
    ("vancomycin",),
    ("NSAIDs", "non-steroidal anti-inflammatory drugs"),
    ("corticosteroids",),
    ("clopidogrel",),
    ("lithium",),
    ("allopurinol",),
    ("colchicine",),
    ("statins",),
    ("alteplase",),
]
BOOK = NameBook([*((names, True) for names in CONDITIONS), *((names, False) for names in DRUGS)], common_words())


@pytest.fixture(scope="session")
def verifier():
    return Verifier(BOOK, lambda texts: np.ones((len(texts), 2), dtype=np.float32) / np.sqrt(2))
