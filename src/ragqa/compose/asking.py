"""A question in; what it asks for out: whether to do a thing, to avoid or to stop it, whether it does harm, and which part of it asks."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern
from ragqa.types import RESULTS, Query
from ragqa.vocabulary import Intent

OF_HARM = lazy_pattern(
    r"\b(?:causes?|(?<!at )(?<!at high )(?<!at low )(?<!at increased )risks?|harm\w*|side[- ]effects?|adverse|danger\w*|trigger\w*|contraindicat\w*|avoid\w*|interact\w*|raise|increase|excess|worse)\b", re.IGNORECASE
)
_TO_AVOID = lazy_pattern(r"\b(?:steer clear|stay away|avoid(?:ed)?|drop it|leave (?:\w+ ){1,3}(?:alone|off|out)|off the cards|ruled? (?:\w+ )?out|hold off|should (?:the |his |her |my )?\w+ wait|(?:have|need) to wait)\b", re.IGNORECASE)
_GO_ON = lazy_pattern(r"\b(?:carry on|keep (?:going|taking|on)|continue|stay on)\b", re.IGNORECASE)
_GIVE_IT_NOW = lazy_pattern(r"\b(?:give|have|take|start|get|repeat) (?:(?:the|his|her|my|a|an|another) )?(?:first|next|second|third|another|loading|booster)? ?dose\b(?! of \w+ is)", re.IGNORECASE)  # whether, not how much
_FOR_ALL = lazy_pattern(r"\b(?:every(?:one|body)?|all (?:\w+ ){0,2}(?:patients|people|adults|women|men|children|over|under)|routine(?:ly)?|universal(?:ly)?)\b", re.IGNORECASE)
_AGE = lazy_pattern(r"\bages? (?:recommend\w+|limits?|ranges?|groups?|restrictions?|cut-?offs?)\b|\b(?:what|which|minimum|maximum|upper|lower) ages?\b|\bhow (?:old|young)\b|\btoo (?:old|young)\b", re.IGNORECASE)
_CAUTION = lazy_pattern(r"\b(?:considerations?|precautions?|cautions?|be careful|(?:check|know|watch|look (?:out )?for) before)\b", re.IGNORECASE)
_TOGETHER = lazy_pattern(r"\b(?:together|combin\w+|pair|work(?:s)? better|enhanc\w+|boost\w*|synerg\w+|on top of each other)\b", re.IGNORECASE)
_SOMEBODY = r"(?:i|we|he|she|they|you|it|(?:my|the|his|her) \w+)"
_TO_STOP = lazy_pattern(
    rf"\b(?:can|could|should|may|shall|must|do) {_SOMEBODY} (?:\w+ ){{0,3}}?(?:stop|come off|discontinue|quit)\b(?! (?:an? |\w+ing\b(?<!taking)))|\bbe (?:\w+ )?(?:stopped|discontinued)\b"
    r"|\b(?:to|just) (?:stop|come off|discontinue|quit)\b(?! (?:(?:him|her|them|me|us|it|\w+) )?(?:an? |\w+ing\b(?<!taking)))(?! (?:\w+ ){1,3}from\b)|(?<!if )\bcoming off\b|\bstop(?: it| them)?\s*\?",
    re.IGNORECASE,
)
# "What ...?", "and how ...", but no "a man who had a stroke".
OPEN = lazy_pattern(r"(?:^|[.?!;:,\u2013-]\s*|\b(?:and|or|but|so|then|much)\s+)(?:(?:in|for|of|to|at|on|by|from|with)\s+)?(?:what|which|how|when|why|who|where)\b|\b(?:what|which|how)\W*$|\b(?:to|for|with|not) what\b|\beffects? (?:on|sizes?)\b", re.IGNORECASE)
_WIDE = lazy_pattern(r"\b(?:considerations?|options|management|how (?:to|do (?:you|we)) (?:correct|manage|treat)|overview|approach to|tell me about|summar\w+)\b", re.IGNORECASE)
_ONE_ALL_THE_SAME = lazy_pattern(r"\b(?:yes or no|or not|any (?:\w+ ){1,4}or)\b", re.IGNORECASE)
SEVERAL = lazy_pattern(r"\b(?:or|vs|versus|disagree|compare|better than|equally|benefits? and)\b", re.IGNORECASE)
_LAST_WHETHER = lazy_pattern(r"[:.?\u2013-]\s+(?P<asking>(?:does|do|did|is|are|was|were|can|could|should|will|would)\b[^.?:]*)\?\s*$", re.IGNORECASE)  # "A vs B for C: does it lower D?"
_LISTED = lazy_pattern(r":\s*(?:[^,.;?]+,){2}")  # "allopurinol: start dose, flare cover, who needs a test"
_FURTHER = lazy_pattern(r"\b(?:and|plus|also|but)\s+(?P<asking>(?:(?:for|in|at|by|to|with) )?(?:how|what|which|when|why|can|could|is|are|does|do|did|would|should|will)\b[^?;]*)", re.IGNORECASE)
_PARTS = lazy_pattern(r"\?\s+\w|,\s|\band (?:how|what|which|when|why|is|are|does|do|can|should|who|the|side|harm)\b", re.IGNORECASE)
_SEVERAL_THINGS = lazy_pattern(r"\b(?:and|plus|also|but)\b|;|\?\s+\w|,\s*(?:how|what|which|when|why|who|is|are|does|do|can|should)\b", re.IGNORECASE)
_ASKING = lazy_pattern(
    r"(?:^|[.;:,?!]\s+|\s[-\u2013]\s+|\b(?:so|but|and|then)\s+)(?P<asking>(?:can|could|should|shall|will|would|is|are|does|do|did|may|might|has|have|what|which|how|when|any)\b[^.;?]*)(?=[.;?]|$)",
    re.IGNORECASE,
)


def asks_age(question: str) -> bool:
    """Tell whether a question asks at which age a thing is for somebody."""
    return _AGE.search(question) is not None


def asks_together(question: str) -> bool:
    """Tell whether a question is on what two things do together."""
    return _TOGETHER.search(question) is not None


def asks_both_sides(query: Query) -> bool:
    """Tell whether benefits and risks of things at large are asked about, and not what two of them do together."""
    return query.at_large and RESULTS.issubset(query.aspects) and not asks_together(query.text)


def asks_what_to_mind(question: str) -> bool:
    """Tell whether a question asks what to mind before a thing is done."""
    return _CAUTION.search(question) is not None


def asks_whether(query: Query) -> bool:
    """Tell whether a question asks if a thing is to be done or works ("Theophylline for a COPD flare?"), not what, how much, which of several or what harm."""
    dosing = Intent.DOSING in query.intents and not (_GO_ON.search(query.text) or _GIVE_IT_NOW.search(query.text))  # "carry on at the same dose?" asks for none
    return _asks_one_thing(query) and not (OF_HARM.search(query.text) or dosing)


def asks_to_avoid(question: str) -> bool:
    """Tell whether a question asks if a thing is not to be done ("Is it one to steer clear of?"): what advises against it says yes."""
    return _TO_AVOID.search(question) is not None


def asks_for_all(question: str) -> bool:
    """Tell whether a question asks if a thing is for everybody: what is for some alone says no."""
    return _FOR_ALL.search(question) is not None


def asks_to_stop(question: str) -> bool:
    """Tell whether a question asks if a treatment may be stopped: what is for the treatment then speaks against."""
    return _TO_STOP.search(question) is not None


def asks_to_go_on(question: str) -> bool:
    """Tell whether a question asks if a treatment is to be gone on with."""
    return _GO_ON.search(question) is not None


def asks_for_overview(query: Query) -> bool:
    """Tell whether a question is on a thing at large, its management or options."""
    return query.at_large or _WIDE.search(query.text) is not None


def is_wide(query: Query) -> bool:
    """Tell whether a question is on all of a thing, its management, options, or effects and harms at large, or on several."""
    if query.at_large or (Intent.HARM in query.intents and OPEN.search(query.text)):  # all that it may do, or in whom it must not be used
        return True
    return any(pattern.search(query.text) for pattern in (_WIDE, SEVERAL, _FURTHER, _LISTED))


def asks_of_harm(query: Query) -> bool:
    """Tell whether a question asks if a thing does harm ("any excess of cancer?")."""
    return _asks_one_thing(query) and bool(OF_HARM.search(query.text)) and Intent.DOSING not in query.intents


def _asks_one_thing(query: Query) -> bool:
    last = _LAST_WHETHER.search(query.text)
    if last and not (OPEN.search(last["asking"]) or SEVERAL.search(last["asking"])) and not OPEN.search(query.text):
        return True
    return not (OPEN.search(query.text) or _WIDE.search(query.text) or SEVERAL.search(_ONE_ALL_THE_SAME.sub("", query.text)))


def further_parts(question: str) -> str:
    """Return what a question asks after a first part: "how many get breathless?" of "which dose, and how many get breathless?"."""
    return " ".join(match["asking"] for match in _FURTHER.finditer(question))


def has_parts(question: str) -> bool:
    """Tell whether a question asks more than one thing."""
    return question.count("?") > 1 or _PARTS.search(question) is not None


def asks_several_things(question: str) -> bool:
    """Tell whether a question asks, or may ask, of more than one thing: "fracture benefit and cost?"."""
    return _SEVERAL_THINGS.search(question) is not None


def asking_part(question: str) -> str:
    """Return the last part of a question that asks: "can I use labetalol?" of what tells of a person before; all of it where none does."""
    parts = [match["asking"] for match in _ASKING.finditer(question)]
    return parts[-1] if parts else question
