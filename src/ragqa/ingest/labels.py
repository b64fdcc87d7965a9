"""An abstract in, its labelled parts ("METHODS: ...") out."""

from __future__ import annotations

import re
from typing import Final

_NAMES: Final = (
    r"(?:(?:STUDY |RESEARCH )?(?:BACKGROUND|CONTEXT|INTRODUCTION|RATIONALE|OBJECTIVES?|AIMS?|PURPOSE|HYPOTHESIS|DESIGN|SETTINGS?|PARTICIPANTS?|PATIENTS?|SUBJECTS"
    r"|POPULATION|INTERVENTIONS?|EXPOSURES?|METHODS?|METHODOLOGY|MEASUREMENTS?|MEASURES|MATERIALS?|ANALYSIS|DATA (?:SOURCES?|EXTRACTION|SYNTHESIS|COLLECTION)"
    r"|STUDY SELECTION|SEARCH METHODS|SELECTION CRITERIA|MAIN OUTCOME MEASURES?|MAIN OUTCOMES?|OUTCOMES?|MAIN RESULTS|PRINCIPAL FINDINGS|RESULTS?|FINDINGS"
    r"|LIMITATIONS?|DISCUSSION|INTERPRETATION|CONCLUSIONS?|AUTHORS' CONCLUSIONS|SIGNIFICANCE|IMPLICATIONS|RELEVANCE|FUNDING|TRIAL REGISTRATION|REGISTRATION"
    r"|PRIMARY FUNDING SOURCE|METHODOLOGY/PRINCIPAL FINDINGS|CONCLUSIONS/SIGNIFICANCE))"
)
_LABEL: Final = re.compile(
    rf"(?:^|(?<=[.!?)\]\u201d\"]\s)|(?<=\n))({_NAMES}(?:(?:,? AND |, |/| & | OF | )(?:{_NAMES}|THE STUDY))*)(?:\s{{0,3}}:\s{{0,3}}|\s{{1,3}}(?=[A-Z][a-z]|A\s|In\s|\d))"
)


_LEAST: Final = 2


def label_spans(text: str, start: int = 0, end: int | None = None) -> list[tuple[str, int, int]]:
    """Return the labelled parts of `text[start:end]` as (label, start, end), the label outside; "" before the first.

    A single label is none: it takes two to make a structured abstract.
    """
    end = len(text) if end is None else end
    found = [(match.group(1), start + match.start(), start + match.end()) for match in _LABEL.finditer(text[start:end])]
    if len(found) < _LEAST:
        return [("", start, end)]
    parts = [("", start, found[0][1])] if text[start : found[0][1]].strip() else []
    ends = [*(first for _, first, _ in found[1:]), end]
    return parts + [(label.capitalize(), last, until) for (label, _, last), until in zip(found, ends, strict=True)]


def labelled_parts(text: str) -> list[tuple[str, str]]:
    """Return the labelled parts of an abstract as (label, text); one part with an empty label where it has none."""
    return [(label, text[start:end].strip()) for label, start, end in label_spans(text) if text[start:end].strip()]
