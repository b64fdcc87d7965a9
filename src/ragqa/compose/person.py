"""A question in; what it tells of the person it is on, and how far a statement is on other people, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.ages import AGE
from ragqa.compose.evidence import Candidate
from ragqa.compose.people import (
    CHILDREN,
    is_child,
    is_grown,
    is_well,
    of_adults_alone,
    of_children_alone,
    of_other_sex,
    of_the_ill,
    says_for_whom_alone,
    sex_of,
)
from ragqa.compose.ranges import decided_by
from ragqa.compose.topic import Topics
from ragqa.compose.without import lacks
from ragqa.patterns import lazy_pattern
from ragqa.types import Query

RULED_OUT = -4.0  # log-odds of a statement on people without a condition that the question names
OTHERS = -2.0  # log-odds of a statement on people of the other sex alone, or on those who were not screened
SAME_ORIGIN = 1.0  # log-odds that a statement gains which names the person's origin
_ORIGIN = r"(?:black|(?:west |east )?african|afro-?caribbean)"
_BLACK = lazy_pattern(rf"(?<!non-)(?<!not )\b{_ORIGIN}\b(?! (?:stools?|cohosh|tarry|eye))", re.IGNORECASE)
_NOT_BLACK = lazy_pattern(rf"\b(?:not (?:of )?|non-?){_ORIGIN}\b", re.IGNORECASE)
_SCREENED = lazy_pattern(
    r"\b(?:all|every|always|previous|last \w+|never)\b[^.?;]{0,30}\b(?:smears?|screens?|tests?|scans?|mammograms?)\b[^.?;]{0,20}\b(?:normal|negative|clear|fine|ok)\b"
    r"|\b(?:smears?|screening) (?:up to date|all (?:normal|negative|clear))|\bnever (?:had )?an? abnormal\b",
    re.IGNORECASE,
)
_NOT_SCREENED = lazy_pattern(r"\b(?:inadequate|unknown|never screened|not (?:been )?(?:adequately )?screened)\b", re.IGNORECASE)
_AMOUNT = lazy_pattern(r"\d\s?(?:mg|mcg|micrograms?|µg|g|ml|mmol|units?|IU)\b", re.IGNORECASE)
# How an organ is called sound ("normal kidneys", "liver is fine"), and how its diseases are written.
_SOUND: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (
        lazy_pattern(rf"\b(?:normal|good|healthy|fine|ok|preserved) (?:{organ})(?: function)?\b|\b(?:{organ})(?: function)? (?:is|are|was|were) (?:normal|fine|ok|good)\b", re.IGNORECASE),
        lazy_pattern(rf"\b(?:{disease})\b", re.IGNORECASE),
    )
    for organ, disease in (
        (r"kidneys?|renal|egfr|creatinine", r"(?:chronic )?kidney disease|dialysis|(?:renal|kidney) (?:impairment|failure)|ckd"),
        (r"liver|hepatic|lfts?", r"cirrhosis|liver (?:disease|failure|impairment)|hepatic impairment"),
    )
)


def _of_those_with(names: Sequence[str]) -> re.Pattern[str] | None:
    """Return how a sentence says that it is on those who have a condition of one of these names: "in DKA"."""
    return re.compile(rf"(?<!without )\b(?:in|during|(?:treatment|management) of) (?:(?:adults|people|patients|those|women|men) with )?(?:severe |moderate |mild |acute |chronic )?(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE) if names else None


class Person:
    """Whom a question is on: what they have, a child or not, woman or man, of what origin, what of them is sound, and their numbers."""

    def __init__(self, query: Query, topics: Topics, numbers: dict[str, float]) -> None:
        text = query.text
        self._has = topics.held
        self._numbers = numbers
        self._well, self._sex = is_well(text), sex_of(text)
        self._child, self._grown = is_child(text) and not (CHILDREN.search(query.further) and not is_child(query.pieces[0])), is_grown(text)
        self._black = _BLACK.search(text) is not None
        self._screened = _SCREENED.search(text) is not None
        self._absent = _of_those_with([name for concept in query.facets.absent if not concept.everyday for name in concept.names])
        self._diseases_ruled_out = [disease for organ, disease in _SOUND if organ.search(text)]

    @property
    def is_anybody(self) -> bool:
        """Tell whether the question tells nothing of a person."""
        return not (self._has or self._well or self._sex or self._child or self._grown or self._black or self._screened or self._absent or self._diseases_ruled_out)

    def fits(self, c: Candidate) -> float:
        """Return the log-odds that a statement loses where it is on other people, or gains where it names this person's."""
        text = c.text
        ruled_out = lacks(self._has, text) + (self._well and of_the_ill(text)) + (self._child and self._is_dose_of_others(c))
        ruled_out += self._child and not CHILDREN.search(text) and (of_adults_alone(c.card.source.title) or of_adults_alone(text))
        ruled_out += self._grown and of_children_alone(text) and not says_for_whom_alone(text)
        ruled_out += any(disease.search(text) is not None for disease in self._diseases_ruled_out)
        ruled_out += self._absent is not None and self._absent.search(text) is not None
        ruled_out += self._black and _NOT_BLACK.search(text) is not None
        others = (self._screened and _NOT_SCREENED.search(text) is not None) + (self._sex != "" and of_other_sex(self._sex, text))
        return RULED_OUT * ruled_out + OTHERS * others + SAME_ORIGIN * (self._black and _BLACK.search(text) is not None)

    def _is_dose_of_others(self, c: Candidate) -> bool:
        """Tell whether a statement gives an amount for another age than a child's, or stands where no child is spoken of."""
        if not _AMOUNT.search(c.text):
            return False
        age = {AGE: self._numbers[AGE]} if AGE in self._numbers else {}
        decided = decided_by(age, c.text)
        spoken_of = any(CHILDREN.search(text) for text in (c.text, c.card.source.title, *c.evidence.heading_path))
        return decided < 0 or (decided == 0 and not spoken_of)
