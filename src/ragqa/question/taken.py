"""A question and what it names in; which drugs somebody takes already, and whether what comes next to them is asked for, out."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern
from ragqa.question.lexicon import Lexicon
from ragqa.question.names import ConceptKind
from ragqa.types import Concept

_TAKEN = lazy_pattern(
    r"\b(?:(?:(?:is|are|am|was|i'm|already|stable|currently|patients?|pts?|m[ae]n|wom[ae]n|adults?|people|some(?:one|body)|anyone|those|infants?|child(?:ren)?|toddler|old|adjust\w*|alter\w*|pressure|ache|pain|vomiting|unwell|confused|drowsy|dizzy|collapsed|bleeding|\d+\w*|pregnant.*) on)|taking|takes|receiving|despite|failed|failing|refractory to|not responding to|no response to)"
    r"\s+(?:[\w%./-]+(?:\s+\d+\w*)?(?:\s*,\s*(?:and\s+)?|\s+(?:and|plus|with)\s+)){0,6}$",
    re.IGNORECASE,
)
_STOP_IT = lazy_pattern(r"\b(?:stop|continue|carry on|come off|keep|withhold|hold|restart|reduce)\b(?: (?:it|them|this|that|the \w+))?\s*\?", re.IGNORECASE)
_OF_BOTH = lazy_pattern(r"\b(?:clash\w*|interact\w*|matters?|together|mix\w*|combin\w*|with (?:it|that|them|this|those))\b", re.IGNORECASE)
_NEXT = lazy_pattern(
    r"\bnext (?:best )?(?:steps?|options?|lines?|drugs?|agents?|choices?|tablets?|moves?|treatments?|pills?|medicines?|things?|inhalers?|antibiotics?)\b|(?<!happens )(?<!happen )\bnext\s*(?:\?|$)|\bwhat (?:comes |is |do (?:i|we) (?:do|try|give|use|add) |would you (?:do|try|give|use|add) |should (?:i|we) (?:do|try|give|use|add) |can (?:i|we) (?:do|try|give|use|add) |to (?:do|try|give|use|add) )?(?:next|else|on top)\b"
    r"|\bwhat (?:to|(?:can|could|should|would|do) (?:i|we|you|they)) add\b|\badd(?:ing)? what\b|\b(?:second|third|fourth|fifth|2nd|3rd|4th|5th)[- ](?:drug|agent|tablet|antihypertensive|medicine)\b",
    re.IGNORECASE,
)
_NOW = lazy_pattern(r"\bwhat (?:do (?:i|we) (?:do|try|give) |should (?:i|we) (?:do|try|give) |to (?:do|try|give) )?now\b", re.IGNORECASE)
_NO_HELP = lazy_pattern(r"\b(?:still|despite|fail\w*|no (?:help|better|good|effect|response|use)|nothing|(?:not|\w+n't) (?:\w+ )?(?:work\w*|help\w*|hold\w*|touch\w*|enough|settl\w+))\b", re.IGNORECASE)
_CLAUSE = lazy_pattern(r"[.?!;:,]\s|\s[-\u2013]\s")
_END = lazy_pattern(r"[.?!;:]\s|\s[-\u2013]\s|,\s+(?:and\s+)?(?:what|how|which|is|are|can|could|should|do|does)\b", re.IGNORECASE)
_ON = lazy_pattern(r"\b(?:on|despite|besides|beyond|after|failing|failed|to|with)\s+(?:[\w-]+(?:\s*,\s*(?:and\s+)?|\s+(?:and|plus|with)\s+)){0,5}$", re.IGNORECASE)


def is_taken(before: str) -> bool:
    """Tell whether the words before a drug say that the patient takes it already ("on verapamil, perindopril and ...")."""
    return bool(_TAKEN.search(before)) and not re.search(r"\beffects? of\b", before, re.IGNORECASE)


def asks_next(question: str) -> bool:
    """Tell whether a question asks what comes next, or what to add to what is taken."""
    return _asking_next(question) is not None


def _asking_next(question: str) -> re.Match[str] | None:
    """Return where it is asked what comes next; "what now?" asks for it where something did not help."""
    return _NEXT.search(question) or (_NOW.search(question) if _NO_HELP.search(question) else None)


def sort_taken(question: str, found: dict[ConceptKind, list[Concept]], lexicon: Lexicon) -> None:
    """Move what somebody takes already, or has had, from the interventions asked about to what says who the patient is, and mark it."""
    _beside_another(question, found)
    _where_next_is_asked(question, found)
    _asked_about(question, found, lexicon)
    drugs = _drugs_among(found[ConceptKind.POPULATION], lexicon)
    found[ConceptKind.POPULATION] = [concept.model_copy(update={"taken": True}) if concept in drugs else concept for concept in found[ConceptKind.POPULATION]]


def _beside_another(question: str, found: dict[ConceptKind, list[Concept]]) -> None:
    """Take a drug that somebody with a condition is on ("gout flare on indapamide: start allopurinol?") for one of theirs, where another
    is asked about and nothing is asked of the two together.
    """
    if len(found[ConceptKind.INTERVENTION]) < 2 or _OF_BOTH.search(question):  # noqa: PLR2004 one is asked about, one taken
        return
    has = "|".join(re.escape(concept.text) for concept in found[ConceptKind.CONDITION])
    after = rf"\b(?:{has}) |[,;(]\s*|\d " if has else r"[,;(]\s*|\d "
    on = re.search(rf"(?:^|{after})(?i:on) (?P<drugs>[^.?:;]+)", question)
    if on is None:
        return
    taken = [concept for concept in found[ConceptKind.INTERVENTION] if concept.text in on["drugs"]]
    asked = [concept for concept in found[ConceptKind.INTERVENTION] if concept.text in question[on.end() :]]
    if taken and asked:
        _move(taken, found)


def _where_next_is_asked(question: str, found: dict[ConceptKind, list[Concept]]) -> None:
    """Take all that a question names before it asks what comes next for taken, where it names nothing as it asks."""
    asking = _asking_next(question)
    if asking is None:
        return
    begins = max((m.end() for m in _CLAUSE.finditer(question, 0, asking.start())), default=0)
    ends = next((m.start() for m in _END.finditer(question, asking.end() - 1)), len(question))
    taken = []
    for concept in found[ConceptKind.INTERVENTION]:
        at = question.find(concept.text)
        if begins <= at < ends and not _ON.search(question[begins:at]):
            return
        if at < ends:
            taken.append(concept)
    _move(taken, found)


def _asked_about(question: str, found: dict[ConceptKind, list[Concept]], lexicon: Lexicon) -> None:
    """Take what somebody is on for what is asked about, where it is asked whether to go on with it and nothing else is named."""
    if found[ConceptKind.INTERVENTION] or not _STOP_IT.search(question):
        return
    taken = _drugs_among(found[ConceptKind.POPULATION], lexicon)
    found[ConceptKind.INTERVENTION] = taken
    found[ConceptKind.POPULATION] = [concept for concept in found[ConceptKind.POPULATION] if concept not in taken]


def _drugs_among(people: list[Concept], lexicon: Lexicon) -> list[Concept]:
    return [concept for concept in people if (group := lexicon.find(concept.text)) and group.kind is ConceptKind.INTERVENTION]


def _move(taken: list[Concept], found: dict[ConceptKind, list[Concept]]) -> None:
    found[ConceptKind.INTERVENTION] = [concept for concept in found[ConceptKind.INTERVENTION] if concept not in taken]
    found[ConceptKind.POPULATION] += taken
