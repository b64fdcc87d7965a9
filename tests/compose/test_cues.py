"""A cue finds what `re` finds, whatever the case and the script."""

from __future__ import annotations

import re
from types import ModuleType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ragqa.compose import particulars, roles, standalone, support
from ragqa.compose.cues import Cue

_ODD = ["ſ", "K", "İ", "ı", "µ", "μ", "Σ", "ς", "É", "ﬁ", "–", "≥", "’", "\n"]  # letters with a form that is an ASCII one, and signs without case
_WORDS = ["No", "ISN'T", "difference", "Reduced", "the", "RISK", "of", "Avoid", "www.", "See", "above", "is", "25", "MG/kg", "daily", "class", "IIa"]


def cues_of(module: ModuleType) -> dict[str, Cue]:
    """Return the cues that a module is written with."""
    found = {name: value for name, value in vars(module).items() if isinstance(value, Cue)}
    table = getattr(module, "_CUE_PATTERNS", ())
    return found | {f"cue for {role}": cue for role, cue in table}


CUES = {f"{module.__name__} {name}": cue for module in (particulars, roles, standalone, support) for name, cue in cues_of(module).items()}


@pytest.mark.parametrize("cue", CUES.values(), ids=CUES.keys())
@given(parts=st.lists(st.sampled_from([*_ODD, *_WORDS]) | st.text(max_size=3), max_size=12), joint=st.sampled_from([" ", ""]))
def test_a_cue_finds_what_re_finds(cue: Cue, parts: list[str], joint: str) -> None:
    text = joint.join(parts)
    expected = re.compile(cue.pattern, re.IGNORECASE).search(text)
    found = cue.search(text)
    assert cue.found(text) == (expected is not None)
    assert (found and (found.span(), found.groups())) == (expected and (expected.span(), expected.groups()))


NEEDY = {name: cue for name, cue in CUES.items() if cue.needs}


@pytest.mark.parametrize("cue", NEEDY.values(), ids=NEEDY.keys())
@given(data=st.data())
@settings(suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow], max_examples=60, deadline=None)
def test_what_a_cue_needs_stands_in_whatever_it_finds(cue: Cue, data: st.DataObject) -> None:
    text = data.draw(st.from_regex(re.compile(cue.pattern, re.IGNORECASE | re.ASCII)))
    assert cue.found(text) == (re.search(cue.pattern, text, re.IGNORECASE) is not None)


def test_a_cue_that_lacks_what_it_needs_is_not_looked_for():
    assert not Cue(r"a|b", needs=("b",)).found("a")  # so `needs` must be right, which the test above tries


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        (r"\bcauses?\b", "It CAUSES harm", "CAUSES"),
        (r"\b[A-D]\b", "grade c", "c"),
        (r"\S+\D\W", "AB!", "AB!"),
        (r"(?P<Low>\d+) MG", "5 mg", "5 mg"),
        (r"stress", "\u017ftreſs", "\u017ftreſs"),  # a long s is an s to `re`
        (r"kg", "5 \u212ag", "\u212ag"),  # and a Kelvin sign a k
        (r"µg", "5 μg", "μg"),
        (r"risk", "– the Risk –", "Risk"),
    ],
)
def test_a_match_is_given_as_it_is_written(pattern: str, text: str, found: str) -> None:
    match = Cue(pattern).search(text)
    assert match is not None
    assert match.group() == found
