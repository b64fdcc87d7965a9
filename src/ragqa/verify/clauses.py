"""A text in; what stands around its claims set apart, and its clauses, each with what it shares with the first, out."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ragqa.patterns import lazy_pattern

# The only words that a sentence may bring: they say that what follows stands in the source.
_FRAME = lazy_pattern(
    r"^(?:according to (?:the|this) (?:source|summary|text|document|evidence|guidance),? |in (?:this|the) (?:source|summary|text|document), "
    r"|as (?:stated|described|reported)(?: (?:here|there))?, |(?:the|this) (?:source|summary|text|document|evidence|guidance) (?:is|says|states|notes|reports|describes|shows|finds) that "
    r"|it is (?:stated|reported|noted|said) that )",
    re.IGNORECASE,
)
_ASIDE = lazy_pattern(
    r"\s?\((?!(?:if|when|unless|except|only|not|in|for|with|without|age[ds]?|over|under|above|below|at least|at most|up to|within|[<>≤≥])\b|[<>≤≥])[^()]*\)"
)
_BRACKET = lazy_pattern(r"\s?\(([^()]*)\)")
# Who says it: a name with a year, or in capitals.
_ATTRIBUTION = lazy_pattern(
    r"^(?:[Tt]he )?(?=[^,;:]*?(?:\b\d{4}\b|[A-Z]{2}))[A-Z][\w/.&-]*(?: (?:and |& )?[A-Z0-9][\w/.&-]*){0,5}(?: (?:review|trial|guideline|study|consensus|analysis|statement|report))? "
    r"(?:(?:found|finds|states|stated|concludes|concluded|notes|reports|reported|describes|shows|showed) (?:that )?|(?=(?:recommends|suggests|advises)\b))"
)
_JOINT = lazy_pattern(
    r"(?P<strong>;\s(?:and\s|but\s)?|(?<=\w\w)\.\s)|,\s(?:whereas|while)\s|,?\s(?:but|and)\s|(?P<aside>,\swhich\s)(?=[^,]*$)"
)
_HELPER = r"is|are|was|were|does|did|do|has|have|had|should|must|will|can|may|might|could|would|cannot"
_VERB = (
    r"(?:reduc|increas|improv|rais|caus|reliev|decreas)(?:es|ed)|(?:lower|worsen|recommend|suggest|prevent|show|need|remain|occur)(?:s|ed)|(?:advis|requir)(?:es|ed)"
    r"|found|finds|rose|rises|fell|falls|grew|grows|led|leads"
)
_SUBORDINATE = lazy_pattern(
    r"\b(?:who|which|that|whose|whom|if|when|whenever|unless|because|where|whether|than|until)\b", re.IGNORECASE
)
_BEFORE_VERB = lazy_pattern(
    r"\b(?:in|with|for|at|of|on|by|from|to|after|before|during|without|who|which|that|whose|if|when|unless|because|where|whether)\b"
)
_HELPED = lazy_pattern(rf"\b(?:{_HELPER})\b")
_FINITE = lazy_pattern(rf"\b(?:{_VERB})\b")


def without_frame(sentence: str) -> str:
    """Return a sentence without a beginning that only says that a source holds it."""
    return _FRAME.sub("", sentence, count=1)


def without_source(quote: str) -> str:
    """Return a quote without who says it, where it begins so: "ACP 2017 found that", or "ACP 2017" before "recommends"."""
    return _ATTRIBUTION.sub("", quote, count=1)


def asides(text: str) -> list[str]:
    """Return what stands in the brackets of a text."""
    return _BRACKET.findall(text)


def clauses(text: str) -> list[str]:
    """Return the clauses of a text: each has a subject and a verb of its own, so that one can be left out whole."""
    found, start = [], 0
    cuts = [*_JOINT.finditer(text)]
    for cut in cuts:
        left = text[start : cut.start()]
        if not _stands_alone(left) or (not cut["strong"] and _SUBORDINATE.search(left)):
            continue
        if cut["aside"] or _stands_alone(_up_to_next(text, cut, cuts)):
            found.append(left)
            start = cut.end()
    return [*found, text[start:]]


def _up_to_next(text: str, cut: re.Match[str], cuts: Iterable[re.Match[str]]) -> str:
    """Return what follows a cut, up to the first place that ends a clause."""
    for other in cuts:
        right = text[cut.end() : other.start()]
        if other.start() > cut.end() and (other["strong"] or _stands_alone(right)):
            return right
    return text[cut.end() :]


def _stands_alone(text: str) -> bool:
    """Tell whether a text has a subject before its verb."""
    folded = text.lower().strip()
    front = re.match(r"(?:in|among|for|after|during|before|with|on|at|compared)\s[^,;:]{3,90},\s", folded)
    folded = folded[front.end() :] if front else folded
    helped, finite = _HELPED.search(folded), _FINITE.search(folded)
    if helped and helped.start() and not _SUBORDINATE.search(folded[: helped.start()]):
        return True
    return bool(finite and finite.start() and not _BEFORE_VERB.search(folded[: finite.start()]))


def marked(text: str, marks: Iterable[tuple[str, str]], *, drop: bool) -> str:
    """Return a text with marks for what stands in some of its brackets; with `drop` without the other asides."""
    for said, mark in marks:
        text = text.replace(f"({said})", mark, 1)
    return _ASIDE.sub("", text) if drop else text
