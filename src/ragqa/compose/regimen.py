"""What somebody takes already in; whether a statement adds to it, or says to take what is taken, out."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ragqa.compose.drugs import A_DRUG
from ragqa.compose.evidence import Candidate
from ragqa.compose.roles import WARNINGS
from ragqa.compose.stance import recommends, stance_of
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.types import Concept, Query
from ragqa.vocabulary import StatementRole

_FAILS = lazy_pattern(r"\b(?:not (?:\w+ )?(?:holding|working|helping|enough|controlled|coping|settling|responding|cutting it)|(?:isn't|hasn't|doesn't|didn't) (?:\w+ )?(?:work\w*|help\w*|hold\w*|touch\w*)|what (?:to|can (?:i|we)|should (?:i|we)|do (?:i|we)) add|add(?:ing)? what|add-?on|on top|fail(?:ed|ing|s)|no better|despite|refractory|already on|still (?:[\w-]+ ){0,4}(?:after|despite|on)|(?:has|have|had|did) not help\w*)\b|\bnext\s*\?|\bwhat now\s*\?", re.IGNORECASE)
_ADDS = lazy_pattern(r"\b(?:add(?:s|ed|ing|ition)?|add-on|additional|not (?:\w+ )?(?:respon\w+|controlled|tolerated|enough)|inadequate\w*|refractory|resistant|second-line|step (?:[2-9]|two|three|four)|persist\w*|unresponsive|non-?respon\w+|fail\w*|not (?:met|reached))\b", re.IGNORECASE)
_NAMED = r"(?:an? )?[\w/-]+(?: (?!(?:or|and|when|if|in|for|as|with|to)\b)[\w/-]+){0,3}"
_LIST = lazy_pattern(rf"(?:{_NAMED}, )*{_NAMED},? or {_NAMED}(?: or {_NAMED})*", re.IGNORECASE)
_GOES_FURTHER = lazy_pattern(r"\b(?:add-on|refractory|persist\w*|unresponsive|non-?respon\w+|repeat\w*|further|infusion|rais(?:e[sd]?|ing)|increas\w+|titrat\w*|escalat\w+|maxim\w+|high(?:er)?[- ]dose|doubl\w+|twice|switch\w*|stopp?\w*|longer|alternativ\w*|ineffective|another|different|continu\w+)\b", re.IGNORECASE)
_RESPONDS = lazy_pattern(r"\b(?:when|if|who|that)\b(?![^,;]*\bnot\b)[^,;]*\brespond(?:s|ed)?\b(?! (?:inadequately|poorly|partially|only))", re.IGNORECASE)
_UNTREATED = lazy_pattern(r"\b(?:treatment|drug|therapy)-na(?:i|\u00ef)ve\b|\bpreviously untreated\b", re.IGNORECASE)
_STARTS = lazy_pattern(r"\b(?:stage 1|(?:discussing|starting|considering) (?:drug |antihypertensive )?treatment\b|(?:initial|first-line|step 1) (?:treatment|drugs?|therapy|monotherapy))", re.IGNORECASE)
_WITHOUT = lazy_pattern(r"\b(?:not (?:previously |yet |already )?(?:been )?(?:treated with|given|received|tried|taking|on)|na(?:i|\u00ef)ve to|never (?:had|received|taken))\b[^,;]*", re.IGNORECASE)
_ADDING = lazy_pattern(r"\b(?:add(?:s|ed|ing)?|addition of)\b(?P<what>[^.;]*?)(?=\b(?:when|if|for|in|to)\b|[.;]|$)", re.IGNORECASE)
_A_WORD = lazy_pattern(r"\b(?!treatment|therapy|another|second|third)[a-z]{5,}", re.IGNORECASE)
_OVER = lazy_pattern(r"\b(?:over|rather than|instead of) [^,.;(]*", re.IGNORECASE)
_ADVICE = frozenset({StatementRole.RECOMMENDATION, StatementRole.DOSING, StatementRole.EFFECT})


class Regimen:
    """What a question says that somebody takes, and whether it asks what to add to it, or what does for what has failed."""

    def __init__(self, query: Query, topics: Topics) -> None:
        taken = [concept for concept in query.facets.populations if concept.taken]
        self._taken = _written(taken) if taken and query.next_step else None
        self._fails = query.next_step or _FAILS.search(query.text) is not None
        self._asked = topics.interventions

    def weight_of(self, candidate: Candidate) -> int:
        """Return 1 for a statement on what is added, where that is asked for; -1 for one that says to take what is taken, or what has failed, -2 for one on those in whom it has not."""
        if not self._fails:
            return 0
        if self.holds(candidate):
            return -1
        if _RESPONDS.search(candidate.text):
            return -2
        if self._is_advice_on_the_taken(candidate):
            return 0
        if _ADDS.search(candidate.text) and not (self._taken is not None and candidate.evidence.role in WARNINGS):
            return 1
        return -int(len(self._asked) == 1 and recommends(candidate, self._asked))

    def without_what_is_taken(self, found: list[Candidate]) -> list[Candidate]:
        """Return candidates without those that say to take what somebody takes already, where what comes next is asked for."""
        return [c for c in found if not self.holds(c)] or found if self._taken is not None else found

    def holds(self, candidate: Candidate) -> bool:
        """Tell whether a statement says to take what somebody takes already, and no more of it nor otherwise, or is for those who have not had it, where
        what comes next is asked for.
        """
        without = _WITHOUT.search(candidate.text)
        if self._taken is not None and (_UNTREATED.search(candidate.text) or _STARTS.search(candidate.text) or (without and self._taken.search(without.group()))):
            return True
        return self._is_advice_on_the_taken(candidate) and _GOES_FURTHER.search(candidate.text) is None

    def _is_advice_on_the_taken(self, candidate: Candidate) -> bool:
        return candidate.evidence.role in _ADVICE and self._is_of_the_taken(candidate.text) and stance_of(candidate.text) >= 0

    def _is_of_the_taken(self, text: str) -> bool:
        """Tell whether a text names what is taken, or alternatives to it, and no other drug."""
        if self._taken is None:
            return False
        rest = self._taken.sub(" ", _LIST.sub(self._without_alternatives, _OVER.sub(" ", text)))
        added = _ADDING.search(rest)
        return rest != text and A_DRUG.search(rest) is None and not (added and _A_WORD.search(added["what"]))

    def _without_alternatives(self, listed: re.Match[str]) -> str:
        """Return nothing in place of a list of which one is taken: "an ACE inhibitor or an angiotensin receptor blocker"."""
        return " " if self._taken is not None and self._taken.search(listed.group()) else listed.group()


def _written(taken: Sequence[Concept]) -> re.Pattern[str]:
    """Return how drugs are written, and their classes in short: "the diuretic"."""
    names = {name.removesuffix("s") for concept in taken for name in concept.names}
    names |= {f"the {name.split()[-1]}" for concept in taken for name in concept.classes if " " in name}
    return re.compile(rf"\b(?:{'|'.join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)))})(?:e?s)?\b", re.IGNORECASE)
