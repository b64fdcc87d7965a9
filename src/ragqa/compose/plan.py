"""Topics and candidates in; the sections that the answer will have, and who may stand in which, out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from ragqa.compose.asking import asks_together
from ragqa.compose.evidence import Candidate, named_by_document, named_by_title
from ragqa.compose.roles import EXCLUDES
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.text import standing
from ragqa.vocabulary import StatementRole


class Facet(NamedTuple):
    """A section to be: its heading, and the things that a statement in it must all name."""

    heading: str
    places: frozenset[int]


class Plan(NamedTuple):
    """The sections of an answer, and the pairs of things that nothing joins."""

    facets: tuple[Facet, ...]
    unlinked: tuple[tuple[int, int], ...]
    strict: bool = False  # nothing stands in a section whose things it does not name
    apart: bool = False  # a treatment and a condition are all that is asked about, and nothing joins them: what is said of either answers nothing
    beside: frozenset[int] = frozenset()  # the conditions that the person asked about has besides: what is said of these alone answers nothing
    linking: frozenset[str] = frozenset()  # the documents that join the things asked about: others are heard only where they come close

    def facet_of(self, candidate: Candidate, topics: Topics) -> int | None:
        """Return the section in which a candidate may stand, the most demanding that it fits, None where in none.

        A single section takes whatever is relevant; of several, each takes only what names its things.
        """
        if self.beside and self._is_beside(candidate, topics):
            return None
        fitting = [i for i, facet in enumerate(self.facets) if facet.places <= candidate.covered]
        if not fitting:
            return None if self.strict or not self.facets else self._nearest(candidate, topics)
        return max(fitting, key=lambda i: (topics.share(self.facets[i].places & candidate.own), len(self.facets[i].places), -i))

    def _is_beside(self, candidate: Candidate, topics: Topics) -> bool:
        """Tell whether a statement is on a condition that the person has besides, alone: by what it covers, or by the document that it is of, where it does not
        name the condition asked about.
        """
        conditions = candidate.covered.intersection(topics.conditions)
        if conditions and conditions <= self.beside:
            return True
        of_document = named_by_title(topics, candidate.card).intersection(topics.conditions)
        return bool(of_document) and of_document <= self.beside and self.facets[0].places.isdisjoint(candidate.own)

    def _nearest(self, candidate: Candidate, topics: Topics) -> int:
        """Return the section most of whose things a candidate names, the first where none does."""
        return max(range(len(self.facets)), key=lambda i: (topics.share(self.facets[i].places & candidate.own), -i))


def plan(topics: Topics, found: Sequence[Candidate], asked: str, pieces: Sequence[str] = ()) -> Plan:
    """Return sections by intervention, else by condition, else one for whatever is named.

    Two interventions that sentences join are asked about together; two that no document joins stand apart, and the
    missing link is a finding: min(best coverage of A, best coverage of B) without a joint coverage. Where the question,
    `asked`, is on what two do together, a document that names each in a sentence of its own joins nothing. What it asks of each in a
    piece of its own, of its `pieces`, nothing need join.
    """
    if len(topics.interventions) > 1:
        return _several_interventions(topics, found, pieces, together=asks_together(asked))
    if topics.interventions:
        return _one_intervention(topics, found)
    if topics.conditions:
        return _conditions(topics, found, asked, pieces)
    return Plan((Facet(_name(topics, topics.anchors[:2]), frozenset()),) if topics.all else (), ())


def _several_interventions(topics: Topics, found: Sequence[Candidate], pieces: Sequence[str], *, together: bool) -> Plan:
    pairs = [(a, b) for i, a in enumerate(topics.interventions) for b in topics.interventions[i + 1 :]]
    present = {place for place in topics.interventions if any(place in c.own for c in found)}
    telling = _telling(found)
    joined = [pair for pair in pairs if any(set(pair) <= c.own for c in telling)]
    named = named_by_document(telling)
    linked = joined if together else [pair for pair in pairs if any(set(pair) <= places for places in named.values())]
    linking = frozenset(document for document, places in named.items() if any(set(pair) <= places for pair in pairs))
    facets = [Facet(_name(topics, pair), frozenset(pair)) for pair in joined[:3]]
    alone = [place for place in topics.interventions if not any(place in pair for pair in joined)]
    facets += [Facet(_name(topics, (place,)), frozenset({place})) for place in alone]
    unlinked = tuple(pair for pair in pairs if set(pair) <= present and pair not in linked and not _asked_apart(topics, pair, pieces))
    return Plan(tuple(facets), unlinked, strict=bool(unlinked), linking=frozenset() if unlinked else linking)


_POINTS_BACK = lazy_pattern(r"\b(?:it|this|that|them|these|those|both|either|together|same|one)\b", re.IGNORECASE)


def _asked_apart(topics: Topics, pair: tuple[int, int], pieces: Sequence[str]) -> bool:
    """Tell whether each of two things is asked about in a piece of its own, which points to no other: "when can gloves come off, and is gel ok?"."""
    names = [topics.all[place].concept.text for place in pair]
    together = any(all(standing(name, piece) for name in names) for piece in pieces)
    return not together and all(any(standing(name, piece) and (place == 0 or _POINTS_BACK.search(piece) is None) for place, piece in enumerate(pieces)) for name in names)


def _one_intervention(topics: Topics, found: Sequence[Candidate]) -> Plan:
    (intervention,) = topics.interventions
    wanted = [place for place in topics.conditions if any({place, intervention} <= c.covered for c in found)]
    told = [c for c in found if c.evidence.role is not StatementRole.POPULATION or EXCLUDES.search(c.text)]  # whom a study took in joins nothing
    if topics.conditions and not any({place, intervention} <= c.covered for place in topics.conditions for c in told):
        named = named_by_document(told)
        unlinked = tuple(
            (intervention, place)
            for place in topics.conditions
            if _both_named(topics, found, intervention, place) and not any({intervention, place} <= places for places in named.values())
        )
        apart = bool(unlinked) and len(topics.conditions) == 1
        return Plan((Facet(_name(topics, (intervention, topics.conditions[0])), frozenset({intervention, topics.conditions[0]})),), unlinked, apart=apart)
    facets = [Facet(_name(topics, (intervention, place)), frozenset({intervention, place})) for place in wanted]
    return Plan(tuple(facets) or (Facet(_name(topics, (intervention,)), frozenset({intervention})),), ())


_WHO_HAS = lazy_pattern(r"\b(?:in|for) (?:(?:an?|my|our|the|this|those|some(?:one|body)|adults?|patients?|people|persons?)\b[^,;.?]{0,40}?) (?:with|who has|who have) (?P<has>[^,;.?]+)", re.IGNORECASE)


def _of_the_person(topics: Topics, found: Sequence[Candidate], asked: str) -> frozenset[int]:
    """Return the conditions that a question says its person has, where it asks about another one that something found names."""
    who = _WHO_HAS.search(asked)
    if who is None:
        return frozenset()
    has = frozenset(place for place in topics.conditions if standing(topics.all[place].concept.text, who["has"]) and not standing(topics.all[place].concept.text, asked[: who.start()]))
    others = frozenset(topics.conditions) - has
    return has if any(not c.own.isdisjoint(others) for c in found) else frozenset()


def _conditions(topics: Topics, found: Sequence[Candidate], asked: str, pieces: Sequence[str]) -> Plan:
    beside = _of_the_person(topics, found, asked)
    first, *further = sorted(topics.conditions, key=lambda place: (place in beside, topics.all[place].concept.implied is None))
    named = named_by_document(_telling(found)).values()
    unlinked = tuple(
        (first, place)
        for place in further
        if _both_named(topics, found, first, place) and not any({first, place} <= places for places in named) and not _asked_apart(topics, (first, place), pieces)
    )
    facets = [Facet(_name(topics, (first,)), frozenset({first}))]
    for place in further:
        joined = any({first, place} <= c.covered for c in found)
        if place in beside and not joined:
            continue
        facets.append(Facet(_name(topics, (place,)), frozenset({first, place} if joined else {place})))
    return Plan(tuple(facets), unlinked, beside=beside)


def _telling(found: Sequence[Candidate]) -> list[Candidate]:
    """Return candidates without those on what is not known: "no trial joins A and B" joins nothing."""
    return [c for c in found if c.evidence.role is not StatementRole.EVIDENCE_GAP]


def _both_named(topics: Topics, found: Sequence[Candidate], a: int, b: int) -> bool:
    """Tell whether a question names two things itself, not by a value, and each stands in what is found."""
    asked = not (topics.all[a].concept.of_value or topics.all[b].concept.of_value)
    return asked and any(a in c.own for c in found) and any(b in c.own for c in found)


def _name(topics: Topics, places: Sequence[int]) -> str:
    """Return the things at these places as a heading names them."""
    names = [topics.all[place].concept.text for place in places]
    text = " and ".join(names)
    return text[:1].upper() + text[1:]


