"""A sentence with its headings in; its role, its direction, and the strength and certainty that it states out."""

from __future__ import annotations

import re
from functools import lru_cache

from ragqa.compose.cues import Cue
from ragqa.patterns import lazy_pattern
from ragqa.remembering import remembered
from ragqa.vocabulary import Direction, StatementRole

R = StatementRole
_REMEMBERED = 20_000  # sentences: those of one question are often those of the next

# The first that matches a heading, the innermost heading first, decides.
_HEADINGS: tuple[tuple[StatementRole, str], ...] = (
    (R.EVIDENCE_GAP, r"evidence gap|research (?:gap|need|recommendation)|not known|unanswered|future research"),
    (R.CONTRAINDICATION, r"contra-?indicat|warning|precaution|who should not|do not use|boxed"),
    (R.HARM, r"harm|adverse|side[ -]?effect|safety|toxicit|complication|risks?\b(?! factor)|tolerab"),
    (R.DOSING, r"dos(?:e|ing|age)|administration|regimen"),
    (R.MONITORING, r"monitor|follow[ -]?up|surveillance|when to (?:refer|seek)|when to call"),
    (R.RECOMMENDATION, r"recommend|guideline statement|management|treatment|therap|what can be done|practice point|clinical implication"),
    (R.PREVENTION, r"prevent|prophyla"),
    (R.DIAGNOSIS, r"diagnos|symptom|sign|presentation|clinical feature|screening|exam|test|criteria|definition of cases"),
    (R.DURABILITY, r"durab|long[ -]term"),
    (R.REGULATION, r"regulat|approval|licen[cs]ing|legal"),
    (R.PROGNOSIS, r"prognos|outlook|surviv|expectation|natural history"),
    (R.EPIDEMIOLOGY, r"epidemiolog|frequency|how many|prevalence|incidence|how common|who gets|risk factor|susceptib|who is at risk"),
    (R.MECHANISM, r"mechanism|pathophysiolog|pathogenesis|cause|genetic|gene|inherit|how .* works?|biology|aetiolog|etiolog|clinical pharmacology"),
    (R.CURRENCY, r"currency|update|version history"),
    (R.LIMITATION, r"limit(?!ed)|strengths and|weakness|quality of evidence"),
    (R.POPULATION, r"population|participants|patients|eligib|setting|study selection"),
    (R.EFFECT, r"effect|efficacy|benefit|outcome|result|finding|conclusion|interpretation|clinical studies"),
    (R.METHODS, r"method|design|statistical|procedure|data (?:source|extraction|collection|analysis)|search strategy|measure"),
    (R.DEFINITION, r"definition|what (?:is|are)|overview|description|about"),
    (R.BACKGROUND, r"background|introduction|objective|aim|purpose|rationale|context|importance"),
)  # fmt: skip
# Headings that name a role and nothing else: wherever they stand in the path, what is below them has that role.
_PLAIN: dict[str, StatementRole] = {
    "definition": R.DEFINITION, "epidemiology": R.EPIDEMIOLOGY, "mechanism": R.MECHANISM, "diagnosis": R.DIAGNOSIS,
    "recommendation": R.RECOMMENDATION, "recommendations": R.RECOMMENDATION, "population": R.POPULATION, "effect": R.EFFECT,
    "effects": R.EFFECT, "results": R.EFFECT, "conclusion": R.EFFECT, "conclusions": R.EFFECT, "dosing": R.DOSING, "harms": R.HARM,
    "adverse effects": R.HARM, "adverse reactions": R.HARM, "side effects": R.HARM, "contraindications": R.CONTRAINDICATION,
    "monitoring": R.MONITORING, "when to refer": R.MONITORING, "prevention": R.PREVENTION, "prognosis": R.PROGNOSIS,
    "durability": R.DURABILITY, "regulatory status": R.REGULATION, "evidence gaps": R.EVIDENCE_GAP, "limitations": R.LIMITATION,
    "currency": R.CURRENCY, "methods": R.METHODS, "background": R.BACKGROUND, "introduction": R.BACKGROUND,
}  # fmt: skip
_HEADING_PATTERNS = tuple((role, lazy_pattern(pattern, re.IGNORECASE)) for role, pattern in _HEADINGS)
_GENERIC = lazy_pattern(r"^(?:abstract|summary|discussion|main text|body|article|introduction|.*\bkey points?)$", re.IGNORECASE)

_CUES: tuple[tuple[StatementRole, str], ...] = (
    (R.EVIDENCE_GAP, r"\b(?:no (?:randomi[sz]ed |controlled |published |clinical )*(?:trials?|stud(?:y|ies)|evidence|data) (?:has|have|is|are|was|were|exist|identified)|(?:remains?|is|are) (?:unclear|unknown|uncertain|not known)|further (?:research|studies|trials) (?:is|are) needed|insufficient evidence)\b"),
    (R.CONTRAINDICATION, r"\b(?:contra-?indicated|should not (?:be (?:used|given|taken|offered)|receive|take)|must not|do not (?:use|give|offer)|is not recommended for|avoid)\b"),
    (R.RECOMMENDATION, r"\b(?:recommends?|recommended|suggests? (?:that|using|against|offering|adding)|should (?:be|receive|undergo|have|start|take)|advises?|guidelines? (?:state|advise)|first[- ]line|treatment of choice|is indicated)\b"),
    (R.HARM, r"\b(?:adverse (?:events?|effects?|reactions?)|side[- ]effects?|toxicity|serious harms?|bleeding events?|discontinu\w+ (?:due|because)|mortality was higher|tolerated)\b"),
    (R.DOSING, r"\b\d+(?:\.\d+)?\s?(?:mg|mcg|µg|g|ml|units?|IU)(?:/(?:kg|day|d|m2|h))?\b.{0,40}\b(?:daily|twice|once|every|per day|orally|intravenous\w*|IV|bolus|b\.i\.d|tid)\b"),
    (R.EFFECT, r"\b(?:significant(?:ly)?|p\s?[<=>]\s?0?\.\d+|95\s?% (?:CI|confidence)|odds ratio|hazard ratio|relative risk|risk ratio|(?:RR|OR|HR)\s?[=,:]?\s?\d|reduced|improved|increased|decreased|more effective|no difference|compared (?:with|to)|versus)\b"),
    (R.DIAGNOSIS, r"\b(?:diagnos(?:is|ed|tic)|symptoms? (?:include|are|of)|signs? (?:include|of)|sensitivity|specificity|criteria)\b"),
    (R.PROGNOSIS, r"\b(?:prognosis|survival|mortality|life expectancy|recurrence|outlook)\b"),
    (R.EPIDEMIOLOGY, r"\b(?:prevalence|incidence|affects? (?:about|approximately|an estimated|up to|\d)|per 100,?000|most common)\b"),
    (R.MECHANISM, r"\b(?:caused by|mutations?|mechanism|pathway|receptor|binds|inhibits|results from|due to)\b"),
    (R.METHODS, r"\b(?:we (?:used|measured|assessed|searched|included|enrolled|recruited|randomi[sz]ed|conducted|performed|examined|evaluated|investigated|aimed)|were (?:randomi[sz]ed|recruited|enrolled|assessed|measured|collected|analy[sz]ed)|the (?:aim|objective|purpose))\b"),
    (R.DEFINITION, r"^(?:an? |the )?[\w\s(),/-]{2,60}? (?:is|are) (?:an? |the |a type of |a group of )"),
)  # fmt: skip
_CUE_PATTERNS = tuple((role, Cue(pattern)) for role, pattern in _CUES)

EXCLUDES = lazy_pattern(r"\b(?:not|no) (?:\w+ ){0,2}(?:cover|address|apply|include|enrol|recommendation)\w*|\boutside the\b|\b(?:not |non-?)pregnant\b|\bpregnancy (?:is|was|were) excluded", re.IGNORECASE)  # says on whom a document is not
TELLS_NOTHING = frozenset({R.EVIDENCE_GAP, R.LIMITATION, R.CURRENCY})  # "does not cover X" is nothing on X
SETTLES_NOTHING = TELLS_NOTHING | {R.POPULATION}  # nor does whom a document is on say what holds for them
NO_CARE = SETTLES_NOTHING | {R.PROGNOSIS, R.EPIDEMIOLOGY, R.DEFINITION, R.MECHANISM, R.BACKGROUND}  # what to do is none of these
AGAINST = frozenset({Direction.NO_DIFFERENCE, Direction.HARM})  # the directions that speak against an intervention
SAYS_WHICH = frozenset({Direction.BENEFIT, Direction.NO_DIFFERENCE})  # the directions that tell whether it works
# What may fill a role in place of a statement headed so.
WARNINGS = (R.CONTRAINDICATION, R.HARM)  # the roles that warn, the graver first
FILLED_BY: dict[StatementRole, frozenset[StatementRole]] = {
    R.RECOMMENDATION: frozenset({R.RECOMMENDATION, R.EFFECT, R.DOSING, R.CONTRAINDICATION, R.MONITORING, R.PREVENTION, R.EVIDENCE_GAP, R.REGULATION}),
    R.EFFECT: frozenset({R.EFFECT, R.RECOMMENDATION, R.DURABILITY, R.EVIDENCE_GAP, R.PROGNOSIS, R.PREVENTION}),
    R.HARM: frozenset({R.HARM, R.CONTRAINDICATION, R.EVIDENCE_GAP}),
    R.CONTRAINDICATION: frozenset({R.CONTRAINDICATION, R.HARM, R.RECOMMENDATION}),
    R.PREVENTION: frozenset({R.PREVENTION, R.RECOMMENDATION, R.EFFECT}),
    R.DEFINITION: frozenset(StatementRole),
    R.MECHANISM: frozenset({R.MECHANISM, R.DEFINITION, R.EPIDEMIOLOGY, R.EFFECT, R.DIAGNOSIS, R.HARM, R.UNSORTED, R.BACKGROUND}),
    R.EPIDEMIOLOGY: frozenset({R.EPIDEMIOLOGY, R.POPULATION, R.EFFECT, R.HARM, R.PROGNOSIS, R.MECHANISM}),
    R.DIAGNOSIS: frozenset({R.DIAGNOSIS, R.RECOMMENDATION, R.MONITORING, R.DEFINITION}),
    R.MONITORING: frozenset({R.MONITORING, R.RECOMMENDATION}),
    R.PROGNOSIS: frozenset({R.PROGNOSIS, R.EFFECT, R.DURABILITY, R.EPIDEMIOLOGY}),
}
_NULL = Cue(
    r"\b(?:no (?:\w+ ){0,3}(?:difference|benefit|effect|improvement|advantage|reduction|association|evidence (?:of|that|for))|no (?:more effective|better|worse)|(?:did|do|does) not (?:\w+ ){0,2}(?:reduce|improve|lower|increase|raise|change|differ|decrease|affect|prevent|prolong|shorten|slow|relieve|help|show|alter|result|lead|exceed(?! \d))"
    r"|not (?:significantly|statistically)|(?:was|were|is|are) not (?:\w+ )?(?:different|superior|effective|associated|better|reduced|improved|significant)|non-?significant|similar (?:to|in|between|rates?)|comparable|neither|little or no|non-?inferior|unchanged|failed to)\b",
)
_AGAINST = Cue(
    r"\b(?:(?:recommends?|recommended|suggests?|suggested|advises?|advised) (?:(?:considering )?(?:stopping|avoiding|discontinuing|withholding)|against)|recommends? not|(?:should|must) not|do not|is not recommended|not (?:be )?(?:offered|used|recommended)|(?:does|do|did) not (?:\w+ )?(?:recommend|advise|suggest)|no longer recommends?)\b",
)
_WORSE = Cue(
    r"\b(?:(?:increas\w+|rais\w+|higher|greater|more|excess|doubled?) (?:\w+ ){0,5}(?:risk|mortality|deaths?|bleeding|haemorrhage|hemorrhage|adverse|harms?|complications?|rates? of|incidence of|hypotension|fractures?|infections?)|worse(?:ned|ns)?|harmful|caused? (?:\w+ ){0,2}(?:death|harm|injury|bleeding))\b",
)
_BETTER = Cue(
    r"\b(?:reduc\w+|lower\w*|decreas\w+|improv\w+|better|superior|effective|benefit\w*|prevent\w*|fewer|reliev\w+|increas\w+ (?:\w+ ){0,3}(?:survival|remission|response|recovery|cure)|faster|shorten\w*|eradicat\w+|cur(?:e|ed|es)|recommends?|suggests?)\b",
)
_STRENGTH = Cue(
    r"\b(?:(?:strong|weak|conditional)(?:ly)?(?: recommendation)?(?= recommend|[,;)]| for| against)|(?<!NYHA )(?<!Pugh )(?<!functional )class (?:of recommendation )?(?:I{1,3}[ab]?|1|2[ab]?|3)\b|COR [123][ab]?|(?<=\()grade [A-DI](?=[),;])|grade [A-DI](?= recommendation)(?: recommendation)?|GRADE [12][A-D]|(?:strong|weak|conditional|moderate) recommendation)",
    needs=("strong", "weak", "conditional", "class ", "cor ", "grade ", "moderate recommendation"),
)
_CERTAINTY = Cue(
    r"\b(?:(?:high|moderate|low|very[- ]low)[- ](?:certainty|quality)(?: (?:of )?evidence)?|(?:high|moderate|low|very low) certainty|level of evidence:? [A-C1-5][\w-]*|LOE:? [A-C][\w-]*|level (?:of evidence )?[A-C](?:-\w+)?)\b",
    needs=("certainty", "quality", "level ", "loe"),
)


_NOT_TAKEN = lazy_pattern(r"\b(?:(?:trial|study|[A-Z][A-Z0-9-]{2,}) (?:\d{4} )?(?:excluded|did not enrol|enrolled)|did not enrol)\b")
_GIVEN_TO_ALL = lazy_pattern(r"\b(?:all (?:patients|participants|women|men|children) (?:[\w-]+ ){0,5}(?:received|were given)|matching placebo)\b")
# "stage 3 or worse" and "patients at raised risk of stroke" name people, not an effect.
_OR_WORSE = lazy_pattern(r"\b(?:or|and) worse\b|\b(?:with|at|having|had) (?:an? )?(?:raised|increased|higher|high|greater) (?:[\w-]+ ){0,3}risks?\b", re.IGNORECASE)


def role_of(text: str, heading_path: tuple[str, ...], title: str = "") -> StatementRole:
    """Return the role of a sentence: from its headings, the innermost first; under generic ones from its own cues."""
    headed = headed_as(heading_path, title if title.endswith("?") else "")
    return _refined(headed, text) if headed else _cued(text) or StatementRole.UNSORTED


@lru_cache(maxsize=_REMEMBERED)
def headed_as(heading_path: tuple[str, ...], title: str = "") -> StatementRole | None:
    """Return the role that headings give to what stands below them, None where they are generic."""
    plain = next((_PLAIN[key] for h in reversed(heading_path) if (key := h.strip().lower()) in _PLAIN), None)
    if plain is not None:
        return plain
    telling = (heading for heading in (*reversed(heading_path), title) if not _GENERIC.match(heading.strip()))
    return next((role for heading in telling for role, pattern in _HEADING_PATTERNS if pattern.search(heading)), None)


@remembered(_REMEMBERED)
def _cued(text: str) -> StatementRole | None:
    """Return the role of which a sentence's own wording speaks."""
    return next((role for role, cue in _CUE_PATTERNS if cue.found(text)), None)


def _refined(role: StatementRole, text: str) -> StatementRole:
    """Return the role of a sentence whose heading holds more than one kind of thing."""
    cue = _cued(text) if role in {R.RECOMMENDATION, R.EFFECT, R.BACKGROUND} else None
    if role is R.RECOMMENDATION and cue in {R.CONTRAINDICATION, R.DOSING} and not _CUE_PATTERNS[2][1].found(text):
        return cue
    if role in {R.CONTRAINDICATION, R.DOSING, R.HARM} and (of_trial := _of_a_trial(text)):
        return of_trial
    if role in {R.EFFECT, R.BACKGROUND} and cue in {R.EVIDENCE_GAP, R.METHODS}:
        return cue
    return role


@remembered(_REMEMBERED)
def _of_a_trial(text: str) -> StatementRole | None:
    """Return the role of a sentence that says whom a trial took, or what everybody in it was given."""
    if _NOT_TAKEN.search(text):
        return R.POPULATION
    return R.METHODS if _GIVEN_TO_ALL.search(text) else None


@remembered(_REMEMBERED)
def direction_of(text: str) -> Direction:
    """Return which way an effect goes, by the sentence's own words; UNSTATED where they do not say."""
    if _NULL.found(text):
        return Direction.NO_DIFFERENCE
    if _AGAINST.found(text) or (_WORSE.found(text) and _WORSE.found(_OR_WORSE.sub("", text))):
        return Direction.HARM
    return Direction.BENEFIT if _BETTER.found(text) else Direction.UNSTATED


def denies_effect(text: str) -> bool:
    """Tell whether a sentence says in so many words that there is no effect or difference."""
    return _NULL.found(text)


def advises_against(text: str) -> bool:
    """Tell whether a sentence advises against something in so many words."""
    return _AGAINST.found(text)


@remembered(_REMEMBERED)
def strength_of(text: str) -> str | None:
    """Return the strength of a recommendation as the sentence states it."""
    match = _STRENGTH.search(text)
    return match.group() if match else None


@remembered(_REMEMBERED)
def certainty_of(text: str) -> str | None:
    """Return the certainty of the evidence as the sentence states it."""
    match = _CERTAINTY.search(text)
    return match.group() if match else None
