"""A question in; what it asks for out: intents in order of weight, and the roles that an answer must fill."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern
from ragqa.vocabulary import Intent, StatementRole

_CUES: tuple[tuple[Intent, str], ...] = (
    (Intent.EFFECT, r"\b(?:what (?:is|are|was|were) the effects? of|effects? of .+ (?:on|versus|vs\.?|compared)|how (?:does|do|did) .+ (?:affect|change|influence|compare)|impact of .+ on)\b"),
    (Intent.HARM, r"\b(?:side[- ]?effects?|adverse|harm(?:s|ful)?|risks? (?:of|and|from)|benefits? and risks?|safety|safely|(?<!juice )(?<!food )safe(?! from)|(?<!when is it )(?<!when is this )(?<!when are they )danger(?:s|ous)?|complications? of|toxic(?:ity)?|hurt|bad for|contra-?indicat\w*|precautions?|warnings?|interact\w*)\b"),
    (Intent.DOSING, r"\b(?:(?<!low-)(?<!high-)(?<!renal-)(?<!single-)dos(?:e|es|age|ing(?! (?:her|him|them|me|my|the|a)\b))|(?<!by )how much(?! (?:longer|more|less|better|worse|did|of an?|risk|benefit)\b)|how many (?:mg|tablets?|pills?|puffs?|drops?|cells|units|micrograms?|grams?|sachets?|sprays?)|mg/kg|(?:what|which|opening|starting|first) (?:strength|mg|mcg|mls?)|(?:mgs?|mcg|micrograms?|mls?|units|ng/kg/min|mg/h)(?=\s*(?:\?|&|$))|infusion rate|(?:reducing|tapering|induction|loading) (?:regimen?|weeks|schedule|course)|how often (?:should|can|to|do (?:i|we|you|they|patients) (?:take|give|need|have|use|inject|dose))(?!.*\b(?:check|test|measur|monitor|screen|follow))|titrat\w*|(?<!next )(?<!which )(?<!what )(?<!salvage )(?<!line )(?<!second )regimen|how long (?:should|do|does|to|must|on|for)\b.*(?:\b(?:take|treat\w*|continue|need|stay on|be on|keep)\b|\b(?:tablets?|antibiotics?|anticoag\w*|pills?|steroids?|course)\b)|duration of (?:treatment|therapy|antibiotics?))\b"),
    (Intent.DIAGNOSIS, r"\b(?:diagnos\w+|tests? for|how (?:do|can) (?:i|you|we|doctors?) (?:know|tell)|symptoms?|signs?|screen\w*|criteria|cut-?offs?(?: for)?|what (?:numbers?|levels?|values?|readings?) (?:mean|count|make|is|are)|work[- ]?up|investigat\w+|detect\w*|rule out|scan)\b"),
    (Intent.PROGNOSIS, r"\b(?:prognos\w+|outlook|surviv\w+|life expectancy|how long (?:will|do|does|until)(?!\b.*\b(?:take|treat|continue|need|stay on|be on|keep|give)\b)(?! (?:i|we|you|they|he|she) (?:\w+ ){0,2}(?:hold|leave|wait|observe|watch|monitor|run|carry|isolate|fast|rest)\b)|mortality|(?:risk|rate|chance)s? of (?:recurrence|relapse)|(?:recurrence|relapse) (?:rates?|risk)\b(?<!low recurrence risk)|happens? again|course of|get better|go away)\b"),
    (Intent.PREVENTION, r"\b(?:prevent\w*|prophyla\w+|avoid(?:ing)?|reduce (?:the |my )?(?:risk|chance)|vaccin\w*|immuni[sz]\w*)\b"),
    (Intent.COMPARISON, r"\b(?:versus|vs\.?|compared? (?:with|to)|better than|differences? between|or (?:should|is)|which is (?:better|safer)|rather than|superior|differ)\b"),
    (Intent.MECHANISM, r"\b(?:mechanism|how (?:does|do) .+ work|why (?:does|do|is|are)|pathophysiolog\w+|causes?|role of|trigger\w*|genetic changes?|genes?|inherit\w*|hereditary|runs? in (?:the |my )?famil(?:y|ies))\b"),
    (Intent.EPIDEMIOLOGY, r"\b(?:how common|prevalence|incidence|how many people|epidemiolog\w+|who (?:gets|is at risk)|at risk|risk factors?)\b"),
    (Intent.EVIDENCE, r"\b(?:by how much|how much (?:longer|more|less|better|worse|did)|evidence|clinical data|studies|trials?|proven|research|support(?:s|ed)?|efficacy|effective(?:ness)?|does .+ (?:help|work|improve|reduce|lower|cure)|benefits?|help with|any good|works? for)\b"),
    (Intent.TREATMENT, r"\b(?:treat\w*|manag\w+|therap\w+|options?|cure[sd]?|correct\w*|first[- ]line|second[- ]line|what (?:should|can|do|must|would|shall) (?:i|we|you|they|she|he) (?:\w+ )?(?:do|take|give|use|start|add|try|offer|prescribe)|what to (?:do|add|give|start|use|try|offer|prescribe)|(?:first|next|which|what|second|third|add-on) (?:drug|tablet|pill|agent|antibiotic|medicine|therapy|regimen|choice|line)s?|next steps?|what next|(?<!happens )next\s*\?|what now|now what|recommend\w*|medication|drugs? for|antibiotics? for|antidote|remed(?:y|ies)|guidelines?|target|should|considerations?|when to (?:start|stop|refer|use)|indicat\w+)\b"),
    (Intent.DEFINITION, r"\b(?:what (?:is|are) (?:an? |the )?[\w\s()/-]{2,40}\?*$|define|definition|meaning of|what does .+ (?:mean|stand for)|do you have information about|tell me about)"),
)  # fmt: skip
_PATTERNS = tuple((intent, lazy_pattern(pattern, re.IGNORECASE)) for intent, pattern in _CUES)

_ROLES: dict[Intent, tuple[StatementRole, ...]] = {
    Intent.TREATMENT: (StatementRole.RECOMMENDATION, StatementRole.EFFECT),
    Intent.HARM: (StatementRole.HARM, StatementRole.CONTRAINDICATION),
    Intent.DOSING: (StatementRole.DOSING,),
    Intent.DIAGNOSIS: (StatementRole.DIAGNOSIS,),
    Intent.PROGNOSIS: (StatementRole.PROGNOSIS,),
    Intent.PREVENTION: (StatementRole.PREVENTION, StatementRole.RECOMMENDATION),
    Intent.COMPARISON: (StatementRole.EFFECT, StatementRole.RECOMMENDATION),
    Intent.MECHANISM: (StatementRole.MECHANISM,),
    Intent.EPIDEMIOLOGY: (StatementRole.EPIDEMIOLOGY,),
    Intent.DEFINITION: (StatementRole.DEFINITION,),
    Intent.EVIDENCE: (StatementRole.EFFECT,),
    Intent.EFFECT: (StatementRole.EFFECT,),
    Intent.GENERAL: (),
}
_DEFINE = lazy_pattern(r"\b(?:define|definition|meaning|mean|stand for|information|tell me about)\b", re.IGNORECASE)
_MONITORING = lazy_pattern(r"\b(?:monitor\w*|follow[- ]?up|how often .*(?:check\w*|test\w*|measur\w*))\b", re.IGNORECASE)
_REGULATION = lazy_pattern(r"\b(?:approv\w+|licen[cs]\w+|regulat\w+|fda|ema|legal|(?:on|off)-?label)\b", re.IGNORECASE)
_DURABILITY = lazy_pattern(r"\b(?:long[- ]term (?:effect|benefit|result|outcome)s?|(?:effects?|benefits?|relief|results?) last|how long (?:do|does|will) .{0,40}\blast\b|durab\w+|wear off)\b", re.IGNORECASE)
_TO_BE_SEEN = lazy_pattern(r"\bwhen (?:is (?:it|this) (?:\w+ )?(?:dangerous|serious|an emergency|urgent|worrying)|are they dangerous|(?:should|do) (?:i|we) (?:\w+ ){0,2}(?:worry|see|call|go to|phone|ring|take (?:him|her|them)|bring))|\bred flags?\b|\bwarning signs?\b", re.IGNORECASE)
_CONTRAINDICATION = lazy_pattern(r"\b(?:contra-?indicat\w+|who (?:should(?:n't| not)|can(?:'?t|not))|avoid\w*|(?:something|conditions?|things?|diseases?) (?:that|which) rules? out)\b", re.IGNORECASE)


def intents_of(question: str) -> tuple[Intent, ...]:
    """Return the intents whose cues the question holds, in the order in which the cues appear; GENERAL where none does."""
    found = []
    for rank, (intent, pattern) in enumerate(_PATTERNS):
        match = pattern.search(question)
        if match:
            found.append((intent is not Intent.EFFECT, intent is Intent.DEFINITION, match.start(), rank, intent))
    if len(found) > 1:  # "what are the treatments" asks for no definition
        found = [item for item in found if item[-1] is not Intent.DEFINITION or _DEFINE.search(question)]
    return tuple(intent for *_, intent in sorted(found)) or (Intent.GENERAL,)


def aspects_of(question: str, intents: tuple[Intent, ...]) -> tuple[StatementRole, ...]:
    """Return the roles that an answer to the question must fill: those asked for by name first, then those of its intents."""
    named = (
        (_CONTRAINDICATION, StatementRole.CONTRAINDICATION),
        (_MONITORING, StatementRole.MONITORING),
        (_TO_BE_SEEN, StatementRole.MONITORING),
        (_REGULATION, StatementRole.REGULATION),
        (_DURABILITY, StatementRole.DURABILITY),
    )
    first = [role for pattern, role in named if pattern.search(question)]
    return tuple(dict.fromkeys((*first, *(role for intent in intents for role in _ROLES[intent]))))
