"""A question in; what it says that a person is not or cannot have, and which documents and statements are on that, out.

What is done for people with diabetes is no answer for somebody who is "not diabetic", however near its words come, and
a penicillin none for somebody who is allergic to it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.patterns import lazy_pattern

SHORTEST_ROOT, ENDING = 5, 3  # letters
_IS_NOT = lazy_pattern(r"(?<!why )(?<!or )(?<!if )\b(?:not|isn'?t|never|neither|nor) (?:is |are |a |been )?(\w{4,}(?:ic|ant))\b|\bnon-?(\w{4,}(?:ic|ant))\b", re.IGNORECASE)

_NEVER_HAD = lazy_pattern(r"\b(?:never (?:had|has had|have had)|no (?:known |previous |prior |personal )?history of|denies|have(?:n't| not) had|hasn't had)\s+(?P<what>[^.,;?!]{3,60})", re.IGNORECASE)
_LEAST_OF_A_NAME = 5  # letters
_NAMES_NO_DISEASE = lazy_pattern(r"before|problem|trouble|issue|disease|previous|either|since|though|symptom|screen|scan|\w*scop(?:y|ies)|smear|mammogra|vaccin|test|surgery|operat|dos(?:e|ing)|treat|drug|tablet|child|bab(?:y|ies)|anything|these|those|their")


def never_had(question: str) -> re.Pattern[str] | None:
    """Return what finds a disease that the person of a question never had: "stroke" of "never had a heart attack or a stroke"."""
    words = [word for match in _NEVER_HAD.finditer(question) for word in re.findall(r"[a-z]+", match["what"].lower()) if len(word) >= _LEAST_OF_A_NAME and not _NAMES_NO_DISEASE.match(word)]
    return re.compile(rf"\b(?<!without )(?<!no )(?:{'|'.join(map(re.escape, dict.fromkeys(words)))})", re.IGNORECASE) if words else None


def denied_in(question: str) -> tuple[str, ...]:
    """Return the beginnings of the words for what a question says that a person is not: "diabe" of "not diabetic"."""
    words = [next(group for group in match.groups() if group).lower() for match in _IS_NOT.finditer(question)]
    return tuple(dict.fromkeys(word[: max(SHORTEST_ROOT, len(word) - ENDING)] for word in words))


def is_on_denied(denied: Sequence[str], about: str) -> bool:
    """Tell whether what a document is about names what a person is said not to be, and not that people are without it."""
    return any(re.search(rf"\b(?<!non-)(?<!without ){re.escape(root)}", about, re.IGNORECASE) for root in denied)


_DRUG_NAME = r"[\w-]+(?:cillins?|mycin|floxacin|cyclines?|azole|prim|sporins?|furantoin|profen|oxib|codeine|statins?|sartan|pril|salazine)|aspirin|nsaids?|sul(?:f|ph)\w+|septrin|bactrim|tmp-?smx|co-amoxiclav|augmentin|quinolones?|macrolides?|heparin|morphine|latex|iodine|naproxen|diclofenac"
_ALLERGIC = lazy_pattern(rf"\b(?:allerg(?:y|ic) to|allerg(?:y|ies):|anaphylaxis (?:to|after|with)|hypersensitiv\w+ to|intoleran(?:t|ce) (?:of|to)) (?:an? |the |both )?({_DRUG_NAME})\b|\b(?:swell\w*|swollen|hives|angio-?o?edema|rash) (?:\w+ ){{0,2}}?(?:on|after|with|from) (?:an? |the |my )?({_DRUG_NAME})\b|\b({_DRUG_NAME})[- ](?:allerg(?:y|ic)|anaphylaxis|hypersensitiv\w+)", re.IGNORECASE)
_PENICILLINS = r"\w*cillins?|co-amoxiclav|amoxicillin-clavulanate|augmentin|tazocin"
_SULFONAMIDES = r"sul(?:f|ph)\w+|[\w-]*sulfamethoxazole|co-trimoxazole|septrin|bactrim|tmp-?smx"
_NSAIDS = r"nsaids?|\w+profen|naproxen|diclofenac|indomethacin|\w+coxib|aspirin|non-?steroidal anti-inflammatory drugs?"
_ACE_INHIBITORS = r"\w+pril|ace[- ]inhibitors?|acei"
_NOT_ALLERGIC = lazy_pattern(r"\b(?:without|no|not) (?:an? )?(?:\w+ )?allerg", re.IGNORECASE)
_OF_ALLERGY = lazy_pattern(r"\b(?:allerg\w*|hypersensitiv\w*|anaphyla\w*|intoleran\w*)\b", re.IGNORECASE)
_MINDFUL = lazy_pattern(r"\b(?:angio-?o?edema|allerg\w*|hypersensitiv\w*|anaphyla\w*|intoleran\w*|contra-?indicat\w*|avoid\w*|instead of|rather than)\b", re.IGNORECASE)


def barred_in(question: str) -> re.Pattern[str] | None:
    """Return what finds a drug that the person of a question is allergic to, its kin with it; None without an allergy."""
    names = [next(group for group in match.groups() if group).lower().removesuffix("s") for match in _ALLERGIC.finditer(question)]
    if not names:
        return None
    found = "|".join(_kin_of(name) for name in dict.fromkeys(names))
    return re.compile(rf"\b(?:{found})\b", re.IGNORECASE)


def _kin_of(name: str) -> str:
    """Return the pattern of a drug and of those that somebody who is allergic to it must not have either."""
    return next((kin for kin in (_PENICILLINS, _ACE_INHIBITORS, _SULFONAMIDES, _NSAIDS) if re.fullmatch(kin, name, re.IGNORECASE)), rf"{re.escape(name)}s?")


def offers(barred: re.Pattern[str] | None, text: str) -> bool:
    """Tell whether a statement names a drug that is barred, without a word on allergy or on avoiding it, or is on people without an allergy."""
    if barred is None:
        return False
    return _NOT_ALLERGIC.search(text) is not None or (barred.search(text) is not None and _MINDFUL.search(text) is None)


def is_mindful(barred: re.Pattern[str], text: str) -> bool:
    """Tell whether a statement is on those who are allergic to a drug that is barred."""
    return barred.search(text) is not None and _OF_ALLERGY.search(text) is not None and _NOT_ALLERGIC.search(text) is None
