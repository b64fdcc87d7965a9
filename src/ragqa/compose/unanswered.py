"""What is shown and what is missing in; whether none of what is shown answers the one thing that was asked, out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ragqa.compose.ages import AGE
from ragqa.compose.asking import SEVERAL, asking_part, asks_several_things
from ragqa.compose.choose import Chosen, asks_what_to_do
from ragqa.compose.gaps import DIRECT_EVIDENCE, a_dose_of, an_age_of, asked_by_word
from ragqa.compose.people import CHILDREN
from ragqa.compose.ranges import asked_of
from ragqa.compose.stance import stance_of
from ragqa.compose.topic import Topics, written
from ragqa.patterns import lazy_pattern
from ragqa.types import EvidenceGap, Query
from ragqa.vocabulary import GapKind, Intent, StatementRole

LIKELY = -2.0  # log-odds from which a statement that names all that is asked about may answer, whatever it does
PAIR = 2  # things named, of which the one is asked about with the other
_HOW_LONG = lazy_pattern(r"\s+(?:and|&) (?:for )?(?:how (?:long|many (?:days|weeks)(?! off))|days(?! off)|duration)\b[^?.;,]*", re.IGNORECASE)
_GAINS = lazy_pattern(r"\b(?:rais(?:e|es|ing)|lower(?:s|ing)?|reduc\w+|prevent\w*|cuts?|improv\w+|faster|better|benefits?)\b", re.IGNORECASE)
_ONE_BESIDE_THE_OTHER = lazy_pattern(r"\b(?:interact\w*|together|mix\w*|combin\w*|clash\w*|with|while|before|after|during|alongside|on|stop|make|it)\b", re.IGNORECASE)


def nothing_answers(query: Query, topics: Topics, chosen: Sequence[Chosen], gaps: Sequence[EvidenceGap]) -> bool:
    """Tell whether a question asks one thing, and what it asks about is what is missing.

    What is said of the rest is then about something else: the price of a drug is not told by its dose, nor the treatment of one
    condition by that of another. A statement that refuses a drug whose dose is asked for answers.
    """
    lack = _Lack(query, topics, chosen, gaps, frozenset(gap.aspect for gap in gaps if gap.decisive))
    told = not gaps or DIRECT_EVIDENCE in lack.missing or any(gap.kind is GapKind.PREMISE for gap in gaps)
    if told or asks_several_things(_with_pairs_as_one(query, topics)):
        return False
    tests = (_people, _two_beside_each_other) if query.at_large else (_people, _two_beside_each_other, _half_of_a_pair, _every_condition, _drug, _by_its_word, _aspect, _dose)
    return any(is_missing(lack) for is_missing in tests)


class _Lack(NamedTuple):
    """A question, what is shown for it, and what of it is missing: by name those gaps that decide."""

    query: Query
    topics: Topics
    chosen: Sequence[Chosen]
    gaps: Sequence[EvidenceGap]
    missing: frozenset[str]

    def lacks(self, place: int) -> bool:
        """Tell whether a thing that is named decides, and is missing."""
        return self.topics.all[place].concept.text in self.missing


def _people(lack: _Lack) -> bool:
    """Tell whether nothing is said of the people asked about: "is it safe while breastfeeding?"."""
    if any(map(lack.lacks, lack.topics.special)) and not CHILDREN.search(lack.query.text):
        return True
    of_children = any(CHILDREN.search(item.candidate.text) for item in lack.chosen)
    age = asked_of(lack.query.text).get(AGE)
    return (Intent.DOSING in lack.query.intents or asks_what_to_do(lack.query, lack.topics)) and not of_children and age is not None and an_age_of(age) in lack.missing


def _two_beside_each_other(lack: _Lack) -> bool:
    """Tell whether it is asked what two things do to each other, and to nothing else, and nothing joins them."""
    apart = any(gap.kind is GapKind.CONJUNCTION for gap in lack.gaps) and _ONE_BESIDE_THE_OTHER.search(lack.query.text)
    return bool(apart) and not (lack.topics.conditions or _GAINS.search(lack.query.text) or _joined(lack.topics, lack.chosen))


def _half_of_a_pair(lack: _Lack) -> bool:
    """Tell whether no passage of the index mentions one of two things named: "grapefruit with levothyroxine?"."""
    nowhere = {gap.aspect for gap in lack.gaps if gap.kind is GapKind.TOPIC}
    things = [lack.topics.all[place] for place in lack.topics.named]
    return len(things) == PAIR and any((thing.known or thing.concept.unknown) and thing.concept.text in nowhere for thing in things)


def _every_condition(lack: _Lack) -> bool:
    return bool(lack.topics.conditions) and all(map(lack.lacks, lack.topics.conditions))


def _drug(lack: _Lack) -> bool:
    """Tell whether a drug or the like, and no class ("antibiotics"), is missing that the part of the question which asks names."""
    asking = lack.topics.covered(asking_part(lack.query.text)).intersection(lack.topics.interventions)
    return any(lack.lacks(place) and (thing := lack.topics.all[place]).concept.unknown and (thing.concept.classes or not thing.known) for place in asking)


def _by_its_word(lack: _Lack) -> bool:
    return SEVERAL.search(lack.query.text) is None and not lack.missing.isdisjoint(asked_by_word(beside_a_dose=Intent.DOSING in lack.query.intents))


def _aspect(lack: _Lack) -> bool:
    """Tell whether nothing does what is asked of the thing, nor comes near that names all of it; doses are told apart by `_dose`."""
    first, named = lack.query.aspects[:1], frozenset(lack.topics.named)
    if any(named <= item.candidate.own and item.candidate.relevance >= LIKELY for item in lack.chosen):  # what a statement does is not always told by its words
        return False
    return bool(first) and first[0] is not StatementRole.DOSING and first[0].value in lack.missing


def _dose(lack: _Lack) -> bool:
    undosed = [place for place in lack.topics.interventions if a_dose_of(lack.topics.all[place].concept.text) in lack.missing]
    return any(not _refused(lack.topics, lack.chosen, place) for place in undosed)


def _with_pairs_as_one(query: Query, topics: Topics) -> str:
    """Return a question in which two things that it names and joins are one, and so what and for how long: "methylphenidate and raised BP" asks one thing."""
    text = _HOW_LONG.sub("", query.text)
    names = "|".join(re.escape(topics.all[place].concept.text) for place in topics.named)
    return re.sub(rf"(?:{names})(?:\s+and\s+(?:an? |the |raised |high |low )?(?:{names}))+", "it", text) if names else text


def _joined(topics: Topics, chosen: Sequence[Chosen]) -> bool:
    """Tell whether a statement shown names two treatments that a question names, or one of them and a drug that is taken."""
    treatments = frozenset((*topics.interventions, *(place for place in topics.populations if not topics.all[place].concept.of_value)))
    return any(len(item.candidate.own & treatments) > 1 for item in chosen)


def _refused(topics: Topics, chosen: Sequence[Chosen], place: int) -> bool:
    """Tell whether a statement shown speaks against a thing, by its own name."""
    names = topics.all[place].concept.own_names
    return any(stance_of(item.candidate.text) < 0 and any(written(name, item.candidate.text) for name in names) for item in chosen)
