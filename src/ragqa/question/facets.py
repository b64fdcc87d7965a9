"""A question in; the things it names out: interventions, conditions, populations, comparison and outcome (PICO)."""

from __future__ import annotations

import re
from typing import NamedTuple

from ragqa.patterns import lazy_pattern
from ragqa.question.lexicon import Lexicon, shipped
from ragqa.question.names import ConceptKind
from ragqa.question.taken import is_taken, sort_taken
from ragqa.question.typed import typed
from ragqa.text import STOPWORDS, fold, stem, terms
from ragqa.types import Concept, Facets

# A slash joins what is short ("mg/dL", "IL-1/2"); two words of three letters or more on either side of one are two.
_WORD = lazy_pattern(r"[^\W_]+(?:[-'\u2019.][^\W_]+|(?:(?<=\b\w)|(?<=\b\w\w)|(?<=\d))/[^\W_]+|/(?=\w{1,2}\b)[^\W_]+)*\+?", re.UNICODE)
_DRUG = lazy_pattern(
    r"(?:mab|nib|pril|sartan|statin|gliptin|gliflozin|glutide|olol|azole|cillin|mycin|floxacin|cycline|vir|prazole|dipine|oxetine|triptyline"
    r"|parin|xaban|setron|triptan|lukast|thiazide|semide|tidine|curium|caine|pam|done|phylline|sone|solone|ectomy|plasty|otomy|oscopy)s?$"
)
_THERAPY = lazy_pattern(r"^(?:therap(?:y|ies)|surgery|treatments?|injections?|supplements?|exercises?|training|transplant(?:ation)?)$")
_JABS = lazy_pattern(r"jab(?:s|bed|bing)?|shots?|injections?|infusions?|drips?", re.IGNORECASE)
HOW_GIVEN = lazy_pattern(rf"{_JABS.pattern}|patch(?:es)?|neb(?:s|ulis(?:er|ed)s?)?", re.IGNORECASE)
_CONDITION = lazy_pattern(
    r"(?:itis|osis|aemia|emia|oma|pathy|algia|syndrome|disease|disorder|cancer|infection|failure|pain|fever|injury|virus|uria|penia|plegia)s?$"
)
_EFFECT_OF = lazy_pattern(
    r"\beffects? of (?P<i>.+?) (?:(?:compared|relative|as opposed) (?:with|to)|in comparison (?:with|to)|versus|vs\.?) (?P<c>.+?) (?:on|for|in terms of|regarding) (?P<o>.+?)\s*\??$",
    re.IGNORECASE,
)
_COMPARED = lazy_pattern(
    r"\b(?:how (?:does|do|did)|does|do|did|is|are|was|were|can|compared with .+?,) (?P<i>.+?) (?:(?:compare[ds]? (?:with|to)|versus|vs\.?) (?P<c>.+?)) "
    r"(?:for|on|in terms of|with respect to|regarding|when it comes to|in (?:reducing|improving|lowering|increasing|changing)) (?P<o>.+?)\s*\??$",
    re.IGNORECASE,
)
_CHANGES = lazy_pattern(
    r"\b(?:does|do|did|can|could|will|would|is) (?P<i>.+?) (?:reduce|increase|improve|lower|raise|decrease|change|affect|alter|prevent|lead to|result in) (?P<o>.+?)"
    r" (?:(?:more than|less than|compared (?:with|to)|relative to|versus|vs\.?|rather than|better than|over) )(?P<c>.+?)\s*\??$",
    re.IGNORECASE,
)
_OUTCOME_FIRST = lazy_pattern(
    r"\b(?:is|are|was|were|do|does|did) (?P<o>.+?) (?:(?:any )?(?:different|lower|higher|better|worse|improved|reduced|increased|greater|less|differ|change)) "
    r"(?:with|after|under|in|on|when given|following|between) (?P<i>.+?) (?:than (?:with|after|under|in|on)?|compared (?:with|to)|versus|vs\.?|and) ?(?P<c>.+?)\s*\??$",
    re.IGNORECASE,
)


LEAST_LETTERS = 6  # "done" and "spam" are no drugs


class Word(NamedTuple):
    """A word of the question and where it stands."""

    text: str
    start: int
    end: int


class Comparison(NamedTuple):
    """The parts of a question about the effect of one thing against another, as asked."""

    intervention: str
    comparison: str
    outcome: str


def comparison_in(question: str) -> Comparison | None:
    """Return intervention, comparison and outcome where the question is built around them."""
    for pattern in (_EFFECT_OF, _CHANGES, _OUTCOME_FIRST, _COMPARED):
        match = pattern.search(question)
        if match:
            return Comparison(match["i"].strip(" ,"), match["c"].strip(" ,"), match["o"].strip(" ,"))
    return None


_CONTRACTED = lazy_pattern(r"(?:n't|^(?:i|you|he|she|it|we|they|that|there|what|who|how|where)'(?:m|ve|re|ll|d|s))$|^(?:shes|hes|theyre|theyve|youre|ive|im|dont|doesnt|didnt|cant|wont|isnt|arent|wasnt|wouldnt|shouldnt|couldnt)$")


def words_in(question: str) -> list[Word]:
    """Return the words of a question with their offsets."""
    return [Word(m.group(), m.start(), m.end()) for m in _WORD.finditer(question)]


def is_filler(word: str) -> bool:
    """Tell whether a word of a question names nothing."""
    folded = fold(word).replace("\u2019", "'").removesuffix("'s")
    if _CONTRACTED.search(folded):
        return True
    return (len(folded) == 1 and folded.isalpha()) or folded in STOPWORDS or stem(folded) in shipped().fillers or not terms(folded)


def facets_of(question: str, lexicon: Lexicon) -> Facets:
    """Return what the question names; known names win, the longest first, then runs of words that are no fillers."""
    found = _things_in(question, lexicon)
    _kinds_of_compared(question, found)
    _without_how_given(found)
    sort_taken(question, found, lexicon)
    comparison = comparison_in(question)
    asked_of = ConceptKind.OTHER if found[ConceptKind.INTERVENTION] else ConceptKind.INTERVENTION
    found[asked_of] += found[ConceptKind.TEST]  # a test is what is asked about only where no treatment is
    return Facets(
        interventions=_unique(found[ConceptKind.INTERVENTION], lexicon),
        conditions=_unique(found[ConceptKind.CONDITION], lexicon),
        populations=_unique(found[ConceptKind.POPULATION], lexicon),
        others=_unique(found[ConceptKind.OTHER], lexicon),
        absent=_unique(found[ConceptKind.ABSENT], lexicon),
        comparison=comparison.comparison if comparison else None,
        outcome=comparison.outcome if comparison else None,
    )


def _things_in(question: str, lexicon: Lexicon) -> dict[ConceptKind, list[Concept]]:
    found: dict[ConceptKind, list[Concept]] = {kind: [] for kind in ConceptKind}
    words = words_in(question)
    place = 0
    taken_to: int | None = None  # where the name of what somebody takes ends
    while place < len(words):
        known = _known_at(question, words, place, lexicon)
        length = known or _run_at(question, words, place, lexicon)
        if not length:
            place += 1
            continue
        start, end = words[place].start, words[place + length - 1].end
        concept = lexicon.concept(question[start:end])
        kind = _kind_here(question[:start], concept.text, question[end:], lexicon) if known else _unless_absent(question[:start], _kind_of(concept.text, ConceptKind.OTHER))
        if kind is ConceptKind.INTERVENTION and taken_to is not None and question[taken_to:start].strip() in {"", "and", "plus", "&"}:
            kind = ConceptKind.POPULATION  # "on ramipril amlodipine and indapamide"
        taken_to = end if kind is ConceptKind.POPULATION and known else None
        place += length
        found[kind].append(concept)
        if kind is ConceptKind.CONDITION and (of_type := typed(question, start, end, concept)):
            found[ConceptKind.OTHER].append(of_type.concept)
            place += sum(end <= word.start < of_type.end for word in words)
    return found


def _kind_here(before: str, phrase: str, after: str, lexicon: Lexicon) -> ConceptKind:
    """Return what a known name is between these words."""
    group = lexicon.find(phrase)
    kind = _kind_of(phrase, group.kind if group else ConceptKind.OTHER)
    if kind is ConceptKind.INTERVENTION and _ANALYTE.fullmatch(phrase) and _MEASURED.search(before):
        return ConceptKind.OTHER  # "how often does it drop the calcium" is on a value
    if kind is ConceptKind.INTERVENTION and (_NOT_TOLERATED.search(before) or _ALLERGY.match(after)):
        return ConceptKind.ABSENT  # what somebody is allergic to is not asked about
    if kind is ConceptKind.INTERVENTION and (is_taken(before) or _HAD.search(before) or _PATIENTS.match(after)):
        kind = ConceptKind.POPULATION  # what a patient takes already, or has had, says who the patient is
    return _unless_absent(before, kind)


def _unless_absent(before: str, kind: ConceptKind) -> ConceptKind:
    """Return a kind, or that the words before a name say that it is not there."""
    absent = {ConceptKind.POPULATION: _NEGATED, ConceptKind.CONDITION: _ABSENT}.get(kind)
    return ConceptKind.ABSENT if absent and absent.search(before) else kind


def _without_how_given(found: dict[ConceptKind, list[Concept]]) -> None:
    """Take out how a drug is given where the drug, or what it is for, is named too: "months between jabs of Prolia"."""
    interventions = found[ConceptKind.INTERVENTION]
    named = [concept for concept in interventions if not (concept.everyday or HOW_GIVEN.fullmatch(concept.text))]
    if named:
        found[ConceptKind.OTHER] += [concept for concept in interventions if concept.everyday and not HOW_GIVEN.fullmatch(concept.text)]
        found[ConceptKind.INTERVENTION] = named
    conditions = [concept for concept in found[ConceptKind.CONDITION] if not HOW_GIVEN.fullmatch(concept.text)]
    if named or conditions:
        found[ConceptKind.CONDITION] = conditions
        found[ConceptKind.INTERVENTION] = [concept for concept in found[ConceptKind.INTERVENTION] if not _JABS.fullmatch(concept.text)]


def _kinds_of_compared(question: str, found: dict[ConceptKind, list[Concept]]) -> None:
    """Take for an intervention what no lexicon knows and the question sets against one ("lumetaban vs apixaban")."""
    known = "|".join(re.escape(concept.text) for concept in found[ConceptKind.INTERVENTION])
    for concept in list(found[ConceptKind.OTHER]):
        name = re.escape(concept.text)
        if known and concept.unknown and re.search(rf"\b{name} {_AGAINST} (?:{known})\b|\b(?:{known}) {_AGAINST} {name}\b", question):
            found[ConceptKind.OTHER].remove(concept)
            found[ConceptKind.INTERVENTION].append(concept)


_AGAINST = r"(?:vs\.?|versus|or|than|over|instead of|rather than|compared (?:with|to))"


_TO_BE = frozenset({"be", "been", "being", "is", "are", "was", "were"})


def _known_at(question: str, words: list[Word], place: int, lexicon: Lexicon) -> int:
    """Return how many words from `place` on make a known name, 0 for none."""
    for length in range(min(lexicon.longest + 3, len(words) - place), 0, -1):
        first, last = words[place], words[place + length - 1]
        phrase = question[first.start : last.end]
        if (_is_stop(first.text) or _is_stop(last.text)) and not (length == 1 and phrase.isupper()):
            continue
        if "," in phrase or ";" in phrase or "?" in phrase or lexicon.find(phrase) is None:
            continue
        if len(phrase) == 1 or _are_two_drugs(phrase, lexicon):
            continue  # a grade, or a unit; or "perindopril and indapamide", which need not be in one tablet
        if any(fold(word.text) in _TO_BE for word in words[place + 1 : place + length - 1]):
            continue  # "migraine be prevented" is no "migraine prevention"
        if length == 1 and not first.text.isupper() and (is_filler(first.text) or lexicon.is_short_form_only(phrase)):
            continue
        return length
    return 0


def _are_two_drugs(phrase: str, lexicon: Lexicon) -> bool:
    """Tell whether words are the names of two drugs with "and" or a plus between them."""
    names = [lexicon.find(name) for name in _BETWEEN_TWO.split(phrase)]
    return len(names) > 1 and all(group is not None and group.kind is ConceptKind.INTERVENTION for group in names)


_BETWEEN_TWO = lazy_pattern(r" (?:and|\+|&|plus) ")


def _is_stop(word: str) -> bool:
    """Tell whether a word, cut short or not ("she's"), is a stop word."""
    return fold(word).replace("\u2019", "'").split("'")[0] in STOPWORDS


def _run_at(question: str, words: list[Word], place: int, lexicon: Lexicon) -> int:
    """Return how many words from `place` on make a run of words that name something and are not known themselves."""
    length = 0
    while place + length < len(words):
        word = words[place + length]
        if is_filler(word.text) or _AGE.match(word.text) or _RULED_OUT.match(word.text):
            break
        if length and (question[words[place + length - 1].end : word.start].strip(" ") or _known_at(question, words, place + length, lexicon)):
            break
        length += 1
    return length


_AGE = lazy_pattern(r"^(?:d\d{1,3}|(?:(?:over|under)-?)?\d[\d.,/-]*)(?:-?years?-?old|yo|y/o|yr|-?year|[mfs]|h|hr|hrs|am|pm|mg|ml|kg|d|wk|/40|-?(?:day|week|month|hour|minute|min|second)s?(?:-?old)?)?$", re.IGNORECASE)


_NOT_TOLERATED = lazy_pattern(r"\b(?:allerg(?:y|ic) to|allerg(?:y|ies):|hypersensitiv\w+ to|intoleran(?:t|ce) (?:of|to)) (?:[\w-]+(?:, | and | or |, and )){0,2}$", re.IGNORECASE)
_ALLERGY = lazy_pattern(r"[- ](?:allerg(?:y|ic)|hypersensitiv\w+)\b", re.IGNORECASE)
_RULED_OUT = lazy_pattern(r"^(?:non-?(?:pregnant|lactating|breastfeeding|elderly)|(?:NG|CG|TA|QS|DG)\d{1,4})$", re.IGNORECASE)  # and the numbers of NICE's guidance
_ANALYTE = lazy_pattern(r"calcium|magnesium|phosphate|iron|vitamin (?:d|b12)|folate|albumin|glucose|dextrose", re.IGNORECASE)
_MEASURED = lazy_pattern(r"\b(?:low(?:er\w*)?|high|serum|corrected|plasma|drop\w*|rais(?:e[sd]?|ing)|reduc\w+|affect\w*|check\w*|measur\w+|monitor\w*|level of) (?:(?:the|my|her|his|their|your|blood|serum) )*$", re.IGNORECASE)
_HAD = lazy_pattern(r"\b(?:after|following|post|since|finished|completed|(?:not|never|n't|nt) had)\s+(?:an?\s+|the\s+|her\s+|his\s+|my\s+)?$", re.IGNORECASE)
_PATIENTS = lazy_pattern(r"\s+(?:patients?|pts?|recipients?)\b", re.IGNORECASE)
_ABSENT = lazy_pattern(r"\b(?:no|not|non|without|neither|nor|isn't|denies|(?:never|not|n't) had(?: an?)?|never an?|negative for)[\s-]+$|\b(?:never had|no history of|denies|no|without) (?:[\w'-]+ ){1,3}n?or (?:an? |any )?$", re.IGNORECASE)
_NEGATED = lazy_pattern(r"\b(?:not|non|isn't|without)[\s-]+$", re.IGNORECASE)


def _kind_of(phrase: str, known: ConceptKind) -> ConceptKind:
    if known not in {ConceptKind.OTHER, ConceptKind.SYMPTOM}:
        return known
    last = fold(phrase.rsplit(maxsplit=1)[-1])
    if (len(last) >= LEAST_LETTERS and _DRUG.search(last)) or _THERAPY.match(last):
        return ConceptKind.INTERVENTION
    return ConceptKind.CONDITION if _CONDITION.search(last) else ConceptKind.OTHER


def _unique(concepts: list[Concept], lexicon: Lexicon) -> tuple[Concept, ...]:
    """Return concepts without those that another names already."""
    kept: list[Concept] = []
    seen: set[str] = set()
    for concept in concepts:
        keys = lexicon.keys_of(concept.text)
        if not keys & seen:
            kept.append(concept)
        seen |= keys
    return tuple(kept)
