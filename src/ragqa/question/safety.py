"""A question in; what calls for help at once, and what identifies a patient, out."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern

_FIRST_PERSON = r"(?:i|i'm|i am|i've|im|my|me|he|she|we|someone|somebody)"
_YOUNG = r"(?:newborn|neonate|(?:[1-9]|1[0-2]|two|three|four|five|six|seven|eight)[- ](?:week|wk)s?[- ]old|(?:[12]|one|two)[- ]months?[- ]old)"
_FEVER = r"(?:fever(?:ish)?|temp(?:erature)?\b.{0,12}(?:3[89]|4[01])|(?:38|39|40|41)(?:\.\d)? ?(?:°|degrees|c\b))"
_EMERGENCIES: tuple[tuple[str, str], ...] = (
    ("thoughts of suicide or self-harm", r"\b(?:suicid\w*|kill(?:ing)? (?:myself|himself|herself|themselves)|end my life|want to die|self[- ]?harm(?:ing)?|hurt(?:ing)? myself)\b"),
    ("signs of a heart attack", r"\b(?:crushing|sudden|severe|tight\w*|right now|radiat\w*|having|with|my)\b.{0,30}\bchest (?:pain|pressure|tightness)\b|\bchest (?:pain|pressure|tightness)\b.{0,60}\b(?:arm|jaw|sweat\w*|breath\w*|now|right now|minutes?)\b|\bthink .{0,20}heart attack\b|\bhaving a heart attack\b"),
    ("signs of a stroke", r"\b(?:face|mouth) (?:is |has |just |suddenly ){0,3}(?:droop|dropp|sagg)\w*|\b(?:speech|words) (?:is |are |has |have ){0,2}(?:gone|garbled|jumbled|slurred)\b|\bcan(?:'?t|not) (?:speak|talk) properly\b|\bget (?:his|her|their|my) words out\b|\b(?:arm|leg|side) (?:has |have )?(?:suddenly |just )?(?:gone|went) (?:weak|limp)\b|\bsudden(?:ly)? .{0,40}(?:weak\w*|numb\w*|slurred|can'?t speak|speech)\b|\bslurr(?:ed|ing) (?:speech|words)\b|\bhaving a stroke\b"),
    ("signs of a severe allergic reaction", r"\b(?:throat|tongue|lips?|face) .{0,25}(?:swell\w*|swollen|closing|tight\w*)\b|\b(?:swollen|swelling) .{0,15}(?:throat|tongue|lips)\b|\bgoing into anaphyla\w+\b"),
    ("an overdose or poisoning", r"\b(?:took|taken|swallowed|ate) (?:\w+ ){0,2}\d{2,}(?: \w+){0,3} (?:tablets?|pills?|capsules?)\b|\b(?:took|taken|swallowed) (?:a |the )?(?:whole|entire|lots of|loads of|all (?:the|my|his|her)) |\b(?:overdos(?:e|ed|ing)|took too many|swallowed .{0,30}(?:pills|tablets|bleach|battery)|poisoned)\b"),
    ("signs of low blood sugar", r"\b(?:sugars?|glucose|bm)\b.{0,20}\b(?:low|drop\w*|[0-3]\.\d)\b.{0,60}\b(?:shak\w+|sweat\w*|confus\w+|faint|drowsy|slurr\w+|fit(?:ting)?|passed out|unconscious)\b|\bhypo\b.{0,40}\b(?:confus\w+|drowsy|fitting|won'?t (?:wake|eat|drink)|passed out)\b"),
    ("trouble breathing", r"\b(?:can'?t|cannot|unable to|struggling to) breathe?\b|\b(?:turning|gone|lips? (?:are )?) ?blue\b"),
    ("a seizure or loss of consciousness going on", r"\b(?:unconscious|unresponsive|won'?t wake up|not waking up|still seizing|seizure .{0,20}(?:right now|won'?t stop|5 minutes|more than five))\b"),
    ("a very ill infant", r"\b(?:bab(?:y|ies)|newborn|infant|\d+ (?:weeks?|months?)[- ]old)\b.{0,80}\b(?:floppy|fits?|seizure|not (?:feeding|breathing|waking|responding)|blue|fever of (?:39|4\d)|unresponsive)\b"),
    ("fever in a baby under three months", rf"\b{_YOUNG}\b.{{0,80}}\b{_FEVER}|\b{_FEVER}.{{0,80}}\b{_YOUNG}\b"),
    ("signs of meningitis", r"\b(?:stiff neck|neck (?:is |feels |so )?stiff\w*|neck stiffness|(?:rash|spots) .{0,30}(?:(?:does|do|did|will)(?:n'?t| not)|won'?t) (?:fade|blanch|go away)|non-?blanching)\b.{0,80}\b(?:fever\w*|temp\w*|headache|vomit\w*|drowsy|light)|\b(?:fever\w*|temp(?:erature)?|headache|vomit\w*|drowsy)\b.{0,80}\b(?:stiff neck|neck (?:is |feels |so )?stiff\w*|neck stiffness|non-?blanching|(?:rash|spots) .{0,30}(?:(?:does|do|did|will)(?:n'?t| not)|won'?t) (?:fade|blanch))"),
    ("a sudden, worst-ever headache", r"\b(?:thunderclap|worst headache (?:of|in|ever)|sudden(?:ly)? .{0,20}severe headache)\b"),
    ("heavy bleeding", r"\b(?:heavy bleeding (?:after|since|and)|bleeding .{0,30}(?:faint|dizzy|clots)|vomiting (?:up )?blood\b|bleeding .{0,20}(?:won'?t stop|heavily|a lot|non-?stop)|coughing up blood|vomiting blood)\b"),
)  # fmt: skip
_PATTERNS = tuple((label, lazy_pattern(pattern, re.IGNORECASE)) for label, pattern in _EMERGENCIES)
_IN_GENERAL = lazy_pattern(
    r"^(?:what|which|why|who|how (?:common|many|often|do (?:you|we|doctors)|is|are|to|does)|when (?:is|are|should|do)|is there|are there|does|do|management|treatment|diagnosis"
    r"|dose|dosing|guidelines?|risk|prevention|evidence|options|efficacy|next|should (?:we|patients|adults))\b",
    re.IGNORECASE,
)
_ABOUT_A_PERSON = lazy_pattern(rf"\b{_FIRST_PERSON}\b|\b(?:now|help|right now|(?:husband|wife|mother|father|mum|mom|dad|son|daughter|child|baby|friend|partner)\b)", re.IGNORECASE)  # fmt: skip

_IDENTIFIERS: tuple[tuple[str, str], ...] = (
    ("e-mail address", r"\b[\w.+-]+@[\w-]+\.[\w.]+\b"),
    ("telephone number", r"(?<![\w.])(?:\+?\d{1,3}[ -])?(?:\(\d{2,4}\)|\d{3,4})[ -]\d{3}[ -]\d{3,4}\b"),
    ("record number", r"\b(?:mrn|nhs(?: number| no\.?)?|ssn|record (?:number|no\.?)|hospital (?:number|no\.?))\s*[:#]?\s*[\dA-Z-]{5,}\b"),
    ("social security number", r"\b\d{3}-\d{2}-\d{4}\b"),
    ("date of birth", r"\b(?:dob|born(?: on)?|date of birth)\s*:?\s*\d{1,4}[-/. ](?:\d{1,2}|[A-Za-z]{3,9})[-/. ]\d{2,4}\b"),
    ("name", (r"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof|Herr|Frau)\.? [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*|\b(?:[Pp]atient(?:'s)? name(?: is)?:?|[Mm]y name is|[Nn]ame:) [A-Z][\w'’-]+(?: [A-Z][\w'’-]+)*|\b(?:named|called) [A-Z][\w'’-]+ [A-Z][\w'’-]+\b"
     r"|\b(?:[Mm]y|her|his|our) (?:son|daughter|wife|husband|mother|father|mum|mom|dad|sister|brother|friend|partner|baby),? [A-Z][a-z]+(?: [A-Z][a-z]+)?\b"
     r"|\b[Mm]y patient,? [A-Z][a-z]+ [A-Z][a-z]+\b|\b[A-Z][a-z]+ [A-Z][a-z]+(?=,? \(?\[(?:date of birth|record number|social security number|e-mail address|telephone number)\])"
     r"|\b[A-Z][a-z]+ [A-Z][a-z]+(?=, \d{1,3}[,)]|,? aged \d| \(\d{1,3}\)|,? \d{1,3}[ -]years?[ -]old)")),
)  # fmt: skip
_IDENTIFIER_PATTERNS = tuple((label, lazy_pattern(pattern, 0 if label == "name" else re.IGNORECASE)) for label, pattern in _IDENTIFIERS)

_READABLE = lazy_pattern(r"[A-Za-z0-9\u00c0-\u024f\u0370-\u03ff]")  # Greek letters stand in names: "β-blockers"


def emergency_in(question: str) -> str | None:
    """Return what in a question describes an emergency of a person, None where nothing does.

    A question about an emergency in general ("antibiotics in sepsis") describes none.
    """
    if _IN_GENERAL.match(question) and not _ABOUT_A_PERSON.search(question):
        return None
    return next((label for label, pattern in _PATTERNS if pattern.search(question)), None)


def mask_identifiers(question: str) -> tuple[str, tuple[str, ...]]:
    """Return the question with patient identifiers replaced by [their kind], and the kinds that were found."""
    found = []
    for label, pattern in _IDENTIFIER_PATTERNS:
        question, count = pattern.subn(f"[{label}]", question)
        if count:
            found.append(label)
    return question, tuple(found)


def is_readable(question: str) -> bool:
    """Tell whether a question holds a word that may be English; one of ASCII signs alone is left to find nothing."""
    return question.isascii() or _READABLE.search(question) is not None
