"""A question as typed in, a Query out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from ragqa.errors import UsageError
from ragqa.patterns import lazy_pattern
from ragqa.question.effects import with_what_acts
from ragqa.question.everyday import is_common
from ragqa.question.facets import HOW_GIVEN, facets_of, is_filler, words_in
from ragqa.question.implied import with_implied
from ragqa.question.intent import aspects_of, intents_of
from ragqa.question.lexicon import Lexicon
from ragqa.question.parts import asking_in, pieces_of
from ragqa.question.premise import premise_in
from ragqa.question.safety import emergency_in
from ragqa.question.spelling import correct
from ragqa.question.taken import asks_next
from ragqa.question.values import PREGNANCY, with_values
from ragqa.text import STOPWORDS, fold, key_of, normalise, one_line, terms
from ragqa.types import Concept, Facets, Filters, Query
from ragqa.vocabulary import Audience, Intent

MOST_CHARACTERS = 2_000
_SYSTOLIC = lazy_pattern(r"\bSBP(?=\s*(?:of|is|was|at|now|under|below|over|above|[=<>])?\s*\d{2,3}\b)")  # with a number it is no peritonitis
_THE_PILL = lazy_pattern(r"\bthe pill\b(?! (?:for|i|he|she|that|which|they|we|you|my)\b)", re.IGNORECASE)  # one that needs no other word
_FITTING = lazy_pattern(r"(?<!coil )(?<!iud )(?<!ius )(?<!device )(?<!mask )(?<!cap )(?<!implant )(?<!-)\bfitting\b(?! (?:an?|of|the|in|into|with|coil|iud|ius|implant|room)\b)", re.IGNORECASE)
_A_FIT = lazy_pattern(r"(?<=\bhad )(?P<a>(?:a|one|two|three|another|her|his|my)(?: first)?|first) fits?\b(?! (?:and|of|for|to|in|with|the|or|\d))|(?<=\bhaving )(?P<b>a|another) fit\b", re.IGNORECASE)
_PASSING_OUT = lazy_pattern(r"\bpass(?:ing|es|ed)? out\b(?! (?:the|of|on|to)\b)", re.IGNORECASE)
_SWELLS = lazy_pattern(r"\b(?:lips?|tongue|throat|face)(?: (?:is|are|has|have|keeps?))? (?:swelling|swollen|swelled|closing|puffing)(?: up)?(?= after\b)", re.IGNORECASE)
_IN_FULL = ((_FITTING, "seizing"), (_A_FIT, "a seizure"), (_PASSING_OUT, "fainting"), (_SWELLS, "anaphylaxis"), (_SYSTOLIC, "systolic BP"), (_THE_PILL, "the contraceptive pill"))
_REFERS_BACK = lazy_pattern(
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|him|her|one|ones|same|instead)\b|^(?:and|what about|how about|but|or|also|then)\b",
    re.IGNORECASE,
)


def analyse(
    question: str,
    *,
    lexicon: Lexicon,
    frequency: Callable[[Sequence[str]], list[int]],
    words: Mapping[str, Mapping[str, int]],
    filters: Filters = Filters(),
    audience: Audience = Audience.CLINICIAN,
    history: Sequence[str] = (),
) -> Query:
    """Understand a question in the light of those before it.

    `frequency` tells in how many passages terms stand, `words` gives the vocabulary that spelling is corrected
    against, by first letter (looked into only where a word is unknown). Raises UsageError for a question that is empty or over 2,000 characters.
    """
    typed = one_line(normalise(question))
    asked = _in_full(typed)
    if not asked:
        raise UsageError("the question is empty", remedy='ask for example: ragqa ask "Does acupuncture help low back pain?"')
    if len(asked) > MOST_CHARACTERS:
        raise UsageError(f"the question has {len(asked)} characters", remedy=f"ask in at most {MOST_CHARACTERS}")
    searched, corrections = _corrected(asked, lexicon, frequency, words)
    facets = facets_of(searched, lexicon)
    if history:
        facets = _with_history(searched, facets, [facets_of(one_line(normalise(past)), lexicon) for past in history])
    facets = with_what_acts(searched, with_implied(with_values(searched, facets, lexicon)))
    asking = _without_names(searched, facets)
    intents = intents_of(asking_in(asking))
    if intents == (Intent.GENERAL,):
        intents = intents_of(asking)
    return Query(
        text=_with_carried(searched, facets),
        facets=facets,
        intents=intents,
        aspects=aspects_of(asking, intents),
        corrections=corrections,
        renamed=_renamed(facets, lexicon, frequency),
        filters=filters,
        audience=audience,
        premise=premise_in(searched),
        pieces=pieces_of(searched),
        next_step=asks_next(searched) and any(concept.taken for concept in facets.populations),
        emergency=emergency_in(typed),
    )


def _in_full(question: str) -> str:
    """Return a question with the words that mean one thing where they stand so, and another elsewhere, replaced by what they mean."""
    for pattern, meant in _IN_FULL:
        question = pattern.sub(meant, question)
    return question


def _with_carried(searched: str, facets: Facets) -> str:
    """Return a follow-up with the things that it leaves to the questions before it."""
    held = set(terms(searched))
    of_weeks = [c for c in facets.populations if c.of_value and c.text == PREGNANCY]
    carried = [c.text for c in (*facets.interventions, *facets.conditions, *of_weeks, *facets.others) if (found := terms(c.text)) and held.isdisjoint(found)]
    return f"{searched} ({', '.join(carried)})" if carried else searched


def named(facets: Facets) -> tuple[Concept, ...]:
    """Return every thing that a question names, interventions first."""
    return (*facets.interventions, *facets.conditions, *facets.others, *facets.populations)


def _renamed(facets: Facets, lexicon: Lexicon, frequency: Callable[[Sequence[str]], list[int]]) -> tuple[tuple[str, str], ...]:
    """Return the names of a question that no passage holds, the longest first, each with the usual one, or another that passages hold.

    Those of people are left as they are, and so is a usual name that no passage holds.
    """

    def is_held(name: str) -> bool:
        found = terms(name)
        others = len(found) == 1 and is_common(found[0]) and not is_common(fold(name))  # "Evenity" has the stem of "even"
        return bool(found) and not others and all(frequency(found))

    renamed = {}
    for concept in (*facets.interventions, *facets.conditions, *facets.others):
        group = lexicon.find(concept.text)
        if group is None or len(concept.names) == 1 or key_of(concept.text) == key_of(group.names[0]) or is_held(concept.text):
            continue
        if usual := next(filter(is_held, (group.names[0], *concept.own_names)), None):
            renamed[concept.text] = usual
    return tuple(sorted(renamed.items(), key=lambda pair: (-len(pair[0]), pair)))


def _corrected(
    asked: str,
    lexicon: Lexicon,
    frequency: Callable[[Sequence[str]], list[int]],
    words: Mapping[str, Mapping[str, int]],
) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return the question with misspelt words corrected against the index, and what was corrected."""
    unknown = [
        word
        for word in words_in(asked)
        if not is_filler(word.text)
        and lexicon.find(word.text) is None
        and not is_common(fold(word.text))
        and len(found := terms(word.text)) == 1
        and frequency(found) == [0]
    ]
    corrections = []
    for word in reversed(unknown):
        folded = fold(word.text)
        meant = correct(folded, words[folded[:1]])
        if meant and meant not in STOPWORDS and not is_filler(meant):
            asked = asked[: word.start] + meant + asked[word.end :]
            corrections.append((word.text, meant))
    return asked, tuple(reversed(corrections))


def _without_names(searched: str, facets: Facets) -> str:
    """Return a question with what it names blanked out: "stem cell therapy" asks for no treatment."""
    for concept in sorted((*facets.interventions, *facets.conditions), key=lambda c: -len(c.text)):
        searched = re.sub(rf"\b{re.escape(concept.text)}(?!\w)", "something", searched)
    return searched


def _with_history(searched: str, facets: Facets, past: list[Facets]) -> Facets:
    """Return the facets of a follow-up: what it leaves open is taken from the nearest question that filled it."""
    if facets.interventions and all(HOW_GIVEN.fullmatch(concept.text) for concept in facets.interventions):
        facets = facets.model_copy(update={"interventions": ()})  # "and the infusion?" is of what was asked about
    if (facets.interventions or facets.conditions) and not _REFERS_BACK.search(searched):
        return facets  # a question of its own
    for earlier in reversed(past):
        facets = facets.model_copy(
            update={
                "interventions": facets.interventions or (earlier.interventions if not _swaps(facets) else ()),
                "conditions": facets.conditions or earlier.conditions,
                "others": facets.others or (() if named(facets) else earlier.others),
            }
        )
    return facets


def _swaps(facets: Facets) -> bool:
    """Tell whether a follow-up names a new thing in place of an old intervention ("and apixaban?")."""
    return bool(facets.others)
