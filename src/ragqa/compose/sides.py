"""A question or a heading that is one in; which sides of a disease it is about out: symptoms, tests, treatment, causes."""

from __future__ import annotations

from ragqa.compose.cues import Cue

# The sides of a disease that pages for patients tell one by one, under a question each.
_SIDES = tuple(
    Cue(pattern)
    for pattern in (
        r"\b(?:symptoms?|signs?|feel like|know if)\b",
        r"\b(?:diagnos\w+|tests?|exams?|detect\w*|find out if)\b",
        r"\b(?:treat\w*|therap\w+|manag\w+|options|cure[sd]?|what to do|can be done)\b",
        r"\b(?:causes?|why)\b",
        r"\b(?:genetic|genes?|inherit\w*|hereditary|run in families)\b",
        r"\b(?:prevent\w*)\b",
        r"\b(?:how common|how many people|frequency|prevalence)\b",
        r"\b(?:at risk|risk factors|raises the risk)\b",
        r"\b(?:outlook|prognosis|how long do|live)\b",
        r"\b(?:complications?|dangerous)\b",
        r"\b(?:research|trials?)\b",
        r"^what (?:is|are|is \(are\)) (?!the )|\b(?:information|explain|tell me about|definition)\b",
    )
)

AT_LARGE = len(_SIDES) - 1  # the last of them: what a disease is


def sides_of(question: str) -> frozenset[int]:
    """Return which sides of a disease a question asks about, by their places in a list of such sides."""
    return frozenset(place for place, pattern in enumerate(_SIDES) if pattern.found(question))
