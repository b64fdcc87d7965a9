"""What was asked and what is shown in; what is missing, with the receipt of having looked, out."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from ragqa.compose.ages import AGE
from ragqa.compose.answerable import unknown_names
from ragqa.compose.asking import asking_part, asks_both_sides, further_parts
from ragqa.compose.choose import Chosen, asks_what_to_do
from ragqa.compose.cues import Cue
from ragqa.compose.evidence import Candidate
from ragqa.compose.granted import is_confirmed, is_denied
from ragqa.compose.people import ADULT, CHILDREN, for_women_alone, is_child, of_adults_alone, on_adults_alone
from ragqa.compose.plan import Plan
from ragqa.compose.ranges import asked_of, decided_by
from ragqa.compose.relevance import probability
from ragqa.compose.roles import EXCLUDES, FILLED_BY, NO_CARE, SETTLES_NOTHING, TELLS_NOTHING, WARNINGS
from ragqa.compose.topic import Topics, written
from ragqa.patterns import lazy_pattern
from ragqa.text import standing
from ragqa.types import EvidenceGap, Filters, Query, Receipt
from ragqa.vocabulary import GapKind, Intent, StatementRole

DIRECT_EVIDENCE = "direct evidence"
RARE = 0.05  # a word that names nothing known is missed only where it stands in at most this share of passages

AS_NEAR = 1.0  # log-odds
ANSWERS = 0.5  # log-odds from which the first statement answers, whatever role was looked for

R = StatementRole
_DECISIVE = frozenset({R.DOSING, R.HARM, R.CONTRAINDICATION, R.MONITORING, R.DURABILITY, R.REGULATION, R.PROGNOSIS})
_ASPECT_WORDS: dict[StatementRole, str] = {
    R.RECOMMENDATION: "a recommendation or treatment",
    R.EFFECT: "an effect",
    R.HARM: "harms or safety",
    R.DOSING: "a dose",
    R.CONTRAINDICATION: "contraindications",
    R.DIAGNOSIS: "diagnosis or symptoms",
    R.MONITORING: "monitoring",
    R.MECHANISM: "a cause or mechanism",
    R.PROGNOSIS: "prognosis",
    R.PREVENTION: "prevention",
    R.EPIDEMIOLOGY: "frequency or risk factors",
    R.DURABILITY: "how long an effect lasts",
    R.REGULATION: "regulatory status",
}


def gaps_of(
    query: Query, topics: Topics, plan: Plan, chosen: Sequence[Chosen], found: Sequence[Candidate], *, passages_searched: int
) -> tuple[EvidenceGap, ...]:
    """Return what no statement covers: links between things, things, and aspects, tested on what is shown."""
    receipt = partial(_receipt, passages_searched)
    gap = partial(EvidenceGap, receipt=receipt(found))
    found_gaps = []
    for a, b in plan.unlinked:
        names = [topics.all[place].concept.text for place in (a, b)]
        message = f"No document in this index joins {names[0]} and {names[1]}: nothing here says how the two act together."
        found_gaps.append(gap(kind=GapKind.CONJUNCTION, aspect=" + ".join(names), message=message, decisive=not asks_both_sides(query)))
    if query.premise and chosen and not is_confirmed(query.premise, chosen):
        message = f"The question takes for granted: \u201c{query.premise}\u201d. No passage found states that; see what the nearest ones say."
        found_gaps.append(gap(kind=GapKind.PREMISE, aspect=query.premise, message=message, decisive=True))
    elif chosen and is_denied(query, topics, chosen):
        message = "The question takes for granted what the nearest statement denies; see what it says."
        found_gaps.append(gap(kind=GapKind.PREMISE, aspect="what is taken for granted", message=message, decisive=True))
    if chosen and chosen[0].role is StatementRole.EVIDENCE_GAP and _NOT_KNOWN.search(chosen[0].candidate.text) and not plan.unlinked and not _answered_beside(query, chosen) and not _is_elsewhere(topics, chosen):
        message = "The statement nearest to the question says what is not known or not covered."
        found_gaps.append(gap(kind=GapKind.FACET, aspect=DIRECT_EVIDENCE, message=message, decisive=True))
    found_gaps += _things_missing(query, topics, chosen, found, receipt)
    if not chosen:
        return _nothing_shown(query, topics, found, found_gaps, receipt(found))
    for name, broad in _by_class_alone(topics, chosen):
        message = f"No statement here names {name} itself: what is shown holds for {broad}, to which it belongs."
        found_gaps.append(gap(kind=GapKind.FACET, aspect=name, message=message))
    if not plan.unlinked and (pair := _compared_nowhere(query, topics, chosen)):
        message = f"No statement found sets {pair[0]} against {pair[1]}: what is shown is said of each for itself."
        found_gaps.append(gap(kind=GapKind.FACET, aspect=f"{pair[0]} against {pair[1]}", message=message))
    untold = dict.fromkeys(_untold(query, topics, chosen))
    found_gaps = [known for known in found_gaps if known.aspect not in untold]
    found_gaps += [gap(kind=GapKind.FACET, aspect=what, message=f"No statement found on this says anything of {what}.", decisive=True) for what in untold]
    about = " and ".join(topics.all[place].concept.text for place in topics.anchors[:3])
    missing_roles = _missing_roles(query, topics, chosen)
    nothing_asked = set(missing_roles) >= set(query.aspects) or (R.RECOMMENDATION in missing_roles and {c.role for c in chosen} <= NO_CARE)
    answered = chosen[0].candidate.relevance >= ANSWERS
    for role in missing_roles:
        message = f"No passage in this index states {_ASPECT_WORDS[role]} for {about}."
        found_gaps.append(gap(kind=GapKind.FACET, aspect=role.value, message=message, decisive=role is query.aspects[0] and (role in _DECISIVE or nothing_asked) and not answered))
    return tuple(found_gaps)


def _nothing_shown(query: Query, topics: Topics, found: Sequence[Candidate], gaps: list[EvidenceGap], receipt: Receipt) -> tuple[EvidenceGap, ...]:
    """Return the gaps of an answer that shows nothing: that what comes nearest is on other people; else, where something asked about is nowhere,
    or joined to nothing, that this is missing, and not what passages hold beside it.
    """
    nothing = partial(EvidenceGap, receipt=receipt, decisive=True)
    if for_women_alone(query, found[:1]):
        return (nothing(kind=GapKind.FACET, aspect="men", message="What comes nearest is on women alone: no passage that answers the question is on men."),)
    if on_adults_alone(query, sorted(found, key=lambda c: -len(c.covered))):
        return (nothing(kind=GapKind.FACET, aspect="children", message="What comes nearest is on adults alone: no passage that answers the question is on children."),)
    held = {topic.concept.text for topic in topics.all if topic.passages}
    missing = [gap for gap in gaps if gap.aspect not in held] or gaps
    return tuple(missing) or (nothing(kind=GapKind.TOPIC, aspect="the question", message="No passage in this index comes near enough to the question to answer it."),)


def _things_missing(
    query: Query, topics: Topics, chosen: Sequence[Chosen], found: Sequence[Candidate], receipt: Callable[[Sequence[Candidate]], Receipt]
) -> list[EvidenceGap]:
    """Return a gap for each thing asked about that no statement shown covers."""
    shown = _covered(chosen)
    asking = topics.covered(asking_part(query.text)).intersection(topics.anchors)  # what is told of a person before is beside it
    deciding = set(unknown_names(topics)).intersection(asking or topics.anchors)
    deciding |= {beside for _, beside in topics.qualified if not topics.all[beside].concept.everyday}  # "guttate psoriasis": psoriasis at large is not what is asked about
    answering = _covered([c for c in chosen if c.role not in SETTLES_NOTHING]) or shown
    if answering.isdisjoint(topics.conditions) and not _are_indications(query, topics, answering):  # what is shown is on other conditions than the one asked about
        deciding.update(topics.conditions)
        shown -= frozenset(topics.conditions)
    if _TARGET.search(query.text):
        deciding.update(set(topics.others).intersection(topics.anchors))
    missing = _missing(topics, shown)
    further = f"{further_parts(query.text)} {query.further}"
    deciding.update(place for place in missing if topics.all[place].known and standing(topics.all[place].concept.text, further))
    if Intent.DOSING in query.intents and len(topics.conditions) > 1 and _EACH.search(query.text):  # the dose in each of several conditions is asked for
        deciding.update(set(missing).intersection(topics.conditions))
    if len(topics.interventions) == 1:  # a drug by name that nothing shown names, nor its class
        deciding.update(place for place in topics.interventions if topics.all[place].known and (concept := topics.all[place].concept).unknown and not concept.text.isupper())
    gaps = []
    for place in missing:
        topic = topics.all[place]
        if topic.concept.of_value or (query.next_step and topic.concept.taken):
            continue
        near = [c for c in found if place in c.covered] or list(found)
        if not found and query.filters != Filters():
            kind, message = GapKind.FACET, f"Of what the filters let through, nothing mentions {topic.concept.text}."
        elif topic.passages == 0:
            kind, message = GapKind.TOPIC, f"No passage in this index mentions {topic.concept.text}."
        else:
            kind, message = GapKind.FACET, f"No passage that answers the question mentions {topic.concept.text}."
        gaps.append(EvidenceGap(kind=kind, aspect=topic.concept.text, message=message, receipt=receipt(near), decisive=place in deciding))
    return gaps


def _are_indications(query: Query, topics: Topics, answering: frozenset[int]) -> bool:
    """Tell whether every condition that a question names is but what one of several treatments is for ("a contrast CT for ?PE"), all of which what is shown names."""
    if len(topics.interventions) < 2 or not answering.issuperset(topics.interventions):  # noqa: PLR2004 what one alone is for is what is asked about
        return False
    treatments = "|".join(re.escape(topics.all[place].concept.text) for place in topics.interventions)
    return all(re.search(rf"\b(?:{treatments}) for \??(?:(?:an?|the|her|his|my|their|possible|suspected) )*{re.escape(topics.all[place].concept.text)}", query.text) for place in topics.conditions)


def _by_class_alone(topics: Topics, chosen: Sequence[Chosen]) -> list[tuple[str, str]]:
    """Return the interventions that the statements shown name by their class alone, each with the name of the class."""
    found = []
    for place in topics.interventions:
        concept = topics.all[place].concept
        on_it = [c.candidate.text for c in chosen if place in c.candidate.own]
        if concept.classes and on_it and not any(written(name, text) for name in concept.own_names for text in on_it):
            found.append((concept.text, next((name for name in concept.classes if any(written(name, text) for text in on_it)), concept.classes[0])))
    return found


def _compared_nowhere(query: Query, topics: Topics, chosen: Sequence[Chosen]) -> tuple[str, str] | None:
    """Return two interventions that a question compares and no statement shown names together."""
    if len(topics.interventions) < 2 or not (Intent.COMPARISON in query.intents or _EITHER_OR.search(query.text)):  # noqa: PLR2004 one thing is not compared
        return None
    asked = frozenset(topics.interventions)
    if any(len(c.candidate.own & asked) > 1 for c in chosen):
        return None
    first, second = (topics.all[place].concept.text for place in topics.interventions[:2])
    return first, second


_EITHER_OR = lazy_pattern(r"\b(?:better|best|safer|prefer\w*|choose|which)\b.*\bor\b|\bor\b.*\b(?:better|best|safer|prefer\w*|first)\b", re.IGNORECASE)


def _receipt(passages_searched: int, candidates: Sequence[Candidate]) -> Receipt:
    nearest = candidates[0] if candidates else None
    return Receipt(
        passages_searched=passages_searched,
        best_score=round(probability(nearest.relevance), 3) if nearest else None,
        nearest_title=nearest.card.source.title if nearest else None,
    )


def _covered(chosen: Sequence[Chosen]) -> frozenset[int]:
    """Return the places of the things that any of these statements covers."""
    return frozenset[int]().union(*(c.candidate.covered for c in chosen))


def _untold(query: Query, topics: Topics, chosen: Sequence[Chosen]) -> list[str]:
    """Return what was asked for by name and no shown statement tells of: people, the dose of a drug, a further thing."""
    telling = [c for c in chosen if c.role not in TELLS_NOTHING and not EXCLUDES.search(c.candidate.text)]
    asked_about = frozenset(topics.interventions)
    on_it = _covered([c for c in telling if c.candidate.covered & asked_about]) if asked_about & _covered(telling) else _covered(telling)
    advised = _covered([c for c in telling if c.role not in WARNINGS])  # what somebody must not have is not what to do for them
    what_to_do = asks_what_to_do(query, topics)
    untold = []
    for place in topics.special:
        name = topics.all[place].concept.text
        if place not in on_it:
            untold.append(name)
        elif what_to_do and place not in advised:
            untold.append(f"what to do for {name}")
    age = asked_of(query.text).get(AGE)
    if age is not None and age < ADULT and not any(CHILDREN.search(c.candidate.text) or (decided_by({AGE: age}, c.candidate.text) > 0 and not of_adults_alone(c.candidate.text)) for c in telling):
        untold.append(an_age_of(age))
    if R.DOSING in query.aspects and is_child(query.further) and not any(CHILDREN.search(c.candidate.text) for c in telling):
        untold.append("a dose for children")
    untold += [name for asked_for, told_by, name in _ASKED_BY_WORD if asked_for.found(query.text) and not any(told_by.found(c.candidate.text) and (not asked_about or c.candidate.covered & asked_about or (name in _OF_WHOM and c is chosen[0])) for c in telling)]
    if R.DOSING in query.aspects and _DOSE.search(query.text) and topics.interventions and not any(_gives_dose(c, topics.interventions, query.text) for c in telling):
        untold.append(a_dose_of(topics.all[topics.interventions[0]].concept.text))
    untold += [dose for dose in _doses_asked_further(query, topics, telling) if dose not in untold]
    further = _FURTHER.search(query.text)
    if further:
        after = {place for place in topics.others if topics.all[place].concept.text in further["what"] and not topics.all[place].concept.everyday}
        untold += [topics.all[place].concept.text for place in sorted(after) if topics.all[place].passages == 0 and not topics.all[place].concept.text.isupper()]
    return untold


def _doses_asked_further(query: Query, topics: Topics, telling: Sequence[Chosen]) -> list[str]:
    """Return the doses that a further piece of a question asks for by the name of a drug, and no statement gives."""
    pieces = [piece for piece in query.pieces[1:] if _AN_AMOUNT.search(piece)]
    named = [place for place in topics.interventions if any(standing(topics.all[place].concept.text, piece) for piece in pieces)]
    return [a_dose_of(topics.all[place].concept.text) for place in named if not any(_gives_dose(c, [place], query.text) and place in c.candidate.own for c in telling)]


def an_age_of(years: float) -> str:
    """Return how an age is called that nothing shown is on."""
    return f"the age of {years:g} years" if years >= 1 else "a child below one year of age"


def a_dose_of(name: str) -> str:
    """Return how the dose of a thing is called where it is missing."""
    return f"a dose of {name}"


def asked_by_word(*, beside_a_dose: bool) -> frozenset[str]:
    """Return how what is asked of a treatment by its own word is called where it is missing; beside a dose, without whom it is for:
    there the usual dose is told.
    """
    return frozenset(name for *_, name in _ASKED_BY_WORD) - (_OF_WHOM if beside_a_dose else frozenset())


def _gives_dose(item: Chosen, interventions: Sequence[int], question: str) -> bool:
    """Tell whether a statement gives an amount of one of the things asked about, or for how long it is given where no unit is asked for."""
    text = item.candidate.text
    given = item.role is R.DOSING or _AMOUNT.search(text) or (_TIME.search(text) and not _BY_UNIT.search(question))
    return bool(given) and not item.candidate.covered.isdisjoint(interventions)


_TARGET = lazy_pattern(r"\b(?:target|goal|normal|range|cut-?off|threshold|ceiling|maximum|minimum)\b", re.IGNORECASE)  # of what it names a number is asked for
_DOSE = lazy_pattern(r"\b(?:(?<!-)(?<!low )(?<!high )(?<!lower )dos(?:e|es|age|ing(?! (?:her|him|them|me|my|the|a)\b))|how (?:much|many)|m?c?gs?|mls?|ng/kg/min|mg/kg|strength|titrat\w*|schedule|infusion rate|reducing regimen?|loading|induction)\b", re.IGNORECASE)
_AN_AMOUNT = lazy_pattern(r"\b(?:dos(?:e|es|age)|how (?:much|many (?:mg|ml|mcg|grams?|tablets?|units)))\b", re.IGNORECASE)
_AMOUNT = lazy_pattern(r"\d\s?(?:mg|mcg|micrograms?|µg|g|ml|mmol|units?|IU|L/min|sessions?|puffs?|tablets?|cells)\b", re.IGNORECASE)
_BY_UNIT = lazy_pattern(r"\b(?:mg|mcg|micrograms?|milligrams?|µg|units?|IU|ml)\b", re.IGNORECASE)
_TIME = lazy_pattern(r"\d\s?(?:weeks|days|months|hours)\b", re.IGNORECASE)
_NOT_KNOWN = lazy_pattern(
    r"\b(?:not (?:\w+ )?(?:known|clear|established|designed|powered|large enough|able|reported|studied|covered?|addressed?|evaluated?|assessed?|report\w*|examin\w*|include\w*)|unknown|unclear|uncertain|insufficient|lack\w*|limited|few|sparse"
    r"|no (?:\w+ ){0,3}(?:trials?|stud(?:y|ies)|evidence|data|recommendation|information|guidance|document)|outside|remains?|exclude[sd]?|did not|cannot|neither|only (?:in|on|from))\b",
    re.IGNORECASE,
)
_EACH = lazy_pattern(r"\b(?:vs|versus|or)\b|\(b\)", re.IGNORECASE)
_FURTHER = lazy_pattern(r"(?:,|;|\?|\s[-–]|:)\s*(?:and|plus|also)\s+(?P<what>[^,;?]+)", re.IGNORECASE)
# What is asked of a treatment by its own word and no role holds: the words of the question, those of an answer, and how it is called.
_ASKED_BY_WORD: tuple[tuple[Cue, Cue, str], ...] = tuple(
    (Cue(asked), Cue(told), name)
    for asked, told, name in (
        (r"\b(?:costs?(?! in (?:side|harms?|adverse|bleeds?|bleeding|lives|terms)\b)|price[sd]?|pricing|how expensive|cheap(?:er|est)?|set (?:you|me|us) back)\b", r"\b(?:costs?|price[sd]?|pricing|expensive|cheap\w*)\b", "a cost or price"),
        (r"\b(?:off work|(?:return|back) to work|sick (?:leave|note)|time off)\b", r"\b(?:off work|return to work|sick leave|work days?|working days?)\b", "time off work"),
        (r"\b(?:(?<!or )drive|drivers?|driving(?! (?:the|up|down|\w*[A-Z]{2}))|behind the wheel|HGV|DVLA|driving licen[cs]e)\b", r"\b(?:drive|driving|drivers?|vehicles?)\b", "driving"),
        (r"\b(?:fly|flying|flights?|planes?|long[- ]haul)\b", r"\b(?:fly|flying|flights?|air travel|plane)\b", "flying"),
        (r"\b(?:pay for|afford)\b", r"\b(?:costs?|price[sd]?|pricing|pay|paid|afford\w*)\b", "a cost or price"),
        (r"\b(?:miss(?:ed|ing|es)?|forg[eo]t\w*) (?:(?:a|an|my|his|her|the|this|that|one|morning'?s?|evening'?s?) ){0,3}\w+\b.{0,40}\b(?:dose|double|tablet|pill|catch up|take)", r"\b(?:missed|forgotten|skipped|delayed) (?:\w+ )?(?:dose|tablet|pill|infusion)s?\b", "a missed dose"),
        (r"\b(?:stor(?:e|ed|age)|fridge|refrigerat\w*|shelf life|kept (?:at|cold|in))\b", r"\b(?:stor(?:e|ed|age)|refrigerat\w*|shelf life|thaw\w*|frozen|°C)\b", "storage"),
        (r"\b(?:child[- ]pugh|liver (?:impairment|disease|failure))\b.*|\badjust\w* .*\b(?:liver|hepatic)\b", r"\b(?:child[- ]pugh|liver|hepatic|cirrho\w+)\b", "liver disease"),
        (r"\b(?:egfr|crcl|creatinine clearance|gfr|creat(?:inine)? (?:(?:of|is|was) )?\d+)\b|\bon (?:ha?emo)?dialysis\b", r"\b(?:egfr|crcl|creatinine|gfr|kidney|renal|dialysis|ckd)\b", "kidney function"),
        (r"\b(?:1[2-9]\d|2\d\d) ?kg\b", r"\b(?:\d ?kg|body weight|weighing (?:less|more|over|under|at)|obes\w*|bmi)\b", "so high a body weight"),
        (r"\b(?:half-?li(?:fe|ves)|bio-?availab\w+|pharmacokinetic\w*|protein[- ]bound|protein binding|volume of distribution)\b", r"\b(?:half-?li(?:fe|ves)|bio-?availab\w+|pharmacokinetic\w*|protein|distribution)\b", "pharmacokinetics"),
        (r"\b(?:what|which) colou?rs?\b|\bcolou?rs? (?:of|is|are)\b", r"\bcolou?r\w*\b", "a colour"),
        (r"\b(?:taper\w*|wean\w*)\b", r"\b(?:taper\w*|wean\w*|withdraw\w*|gradual\w*|slowly|stopp\w*|discontinu\w*|reduc\w+ (?:the |\w+ )?dose\w*)\b", "how to taper it off"),
        (r"\b(?:in|for|among) (?:men|males)\b", r"\b(?:men|males?|adults)\b", "men"),
    )
)
_OF_WHOM = frozenset({"liver disease", "kidney function", "so high a body weight", "men"})


def _is_elsewhere(topics: Topics, chosen: Sequence[Chosen]) -> bool:
    """Tell whether the first statement names none of the conditions asked about, and another one shown does."""
    conditions = frozenset(topics.conditions)
    return chosen[0].candidate.covered.isdisjoint(conditions) and not _covered(chosen[1:]).isdisjoint(conditions)


def _answered_beside(query: Query, chosen: Sequence[Chosen]) -> bool:
    """Tell whether a statement that does what is asked comes near the first one, which says what is not known."""
    return any(c.role in query.aspects and c.candidate.relevance >= chosen[0].candidate.relevance - AS_NEAR for c in chosen)


def _missing(topics: Topics, shown: frozenset[int]) -> list[int]:
    """Return the places of the things that no shown statement covers; a word that names nothing known must be rare."""
    most = max((topic.passages for topic in topics.all), default=0)
    missing = []
    for place, topic in enumerate(topics.all):
        if place in shown:
            continue
        if topic.concept.everyday or not topic.names:  # in how many passages "WHO" stands is not counted
            continue
        known = place in topics.interventions or place in topics.conditions or place in topics.populations or len(topic.names) > 1
        if known or topic.passages <= max(1, RARE * most):
            missing.append(place)
    return missing


def _missing_roles(query: Query, topics: Topics, chosen: Sequence[Chosen]) -> list[StatementRole]:
    anchors = frozenset(topics.anchors)
    on_it = [c for c in chosen if not c.candidate.covered.isdisjoint(anchors)] or chosen  # what is told of other things is none of it
    shown = {c.role for c in on_it}
    if R.DOSING in query.aspects and not _DOSE.search(query.text) and any(_AMOUNT.search(c.candidate.text) or _TIME.search(c.candidate.text) for c in chosen):
        shown.add(R.DOSING)  # asked for how long: a recommendation that gives a time tells
    return [role for role in query.aspects if role in _ASPECT_WORDS and not shown & FILLED_BY.get(role, frozenset({role}))]
