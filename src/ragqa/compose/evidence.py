"""Hits in, Evidence out: every quotable sentence of the passages found, with what it covers and how well it answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

import numpy as np

from ragqa.compose.coverage import TermCoverage, densities
from ragqa.compose.denied import denied_in, is_on_denied
from ragqa.compose.kinds import OF_ONE_THING, Kind, kinds_of, stands_in
from ragqa.compose.relevance import Beside, Features, Match, Weighing, beside_the_best, documents_beside, relevance_of
from ragqa.compose.roles import certainty_of, direction_of, role_of, strength_of
from ragqa.compose.standalone import MOST_CHARACTERS, fault_of, is_boilerplate
from ragqa.compose.topic import Topics
from ragqa.patterns import lazy_pattern
from ragqa.protocols import DocumentCard, PassageIndex, Vectors
from ragqa.text import terms, trim_quote, words
from ragqa.types import Hit, Passage, Query, Sentence, Span
from ragqa.vocabulary import BlockKind, Direction, StatementRole

MOST_LIST_WORDS = 60
_NUMBER = lazy_pattern(r"(?<![\w-])\d+")
ENCODED_NOW = 40  # sentences encoded at question time, where the index holds no vectors of sentences


class Evidence(NamedTuple):
    """A quotable sentence of a passage, with what it states and how well it bears on the question.

    Some 350 are made for a question, and most go with it: they are checked where they are shown, as statements, and what
    few are asked for is worked out where it is asked.
    """

    document_id: str
    passage_id: str
    span: Span
    text: str
    heading_path: tuple[str, ...]
    role: StatementRole
    relevance: float

    @property
    def direction(self) -> Direction:
        """Return which way an effect goes; UNSTATED where the words do not say."""
        return direction_of(self.text)

    @property
    def strength(self) -> str | None:
        """Return the strength as the source states it: "strong recommendation", "Class IIa"."""
        return strength_of(self.text)

    @property
    def certainty(self) -> str | None:
        """Return the certainty as the source states it: "moderate-certainty evidence", "LOE B"."""
        return certainty_of(self.text)


class Candidate(NamedTuple):
    """A piece of evidence with what it takes to choose it."""

    evidence: Evidence
    card: DocumentCard
    own: frozenset[int]  # the things asked about that its own words name
    covered: frozenset[int]  # those that its words, headings or title name
    relevance: float  # log-odds of answering the question
    features: Features

    @property
    def text(self) -> str:
        """Return the text as a statement shows it."""
        return trim_quote(self.evidence.text)


def named_by_document(found: Sequence[Candidate]) -> dict[str, frozenset[int]]:
    """Return, for each document, the things asked about that its sentences, headings and title name."""
    named: dict[str, frozenset[int]] = {}
    for candidate in found:
        document_id = candidate.card.document_id
        named[document_id] = named.get(document_id, frozenset()) | candidate.covered
    return named


def named_by_title(topics: Topics, card: DocumentCard) -> frozenset[int]:
    """Return the things asked about that the title or the stated condition of a document names."""
    return topics.covered(card.source.title, card.subject.condition or "")


def named_by_subject(topics: Topics, card: DocumentCard) -> frozenset[int]:
    """Return the things asked about that the title or the stated subject of a document names."""
    return named_by_title(topics, card) | topics.covered("; ".join(card.subject.interventions))


class _Unit(NamedTuple):
    passage: Passage
    number: int  # which sentence of the passage: the row of its vector
    span: Span
    quoted: str
    role: StatementRole


def candidates(
    query: Query, topics: Topics, hits: Sequence[Hit], index: PassageIndex, encode: Callable[[Sequence[str]], Vectors]
) -> list[Candidate]:
    """Return the quotable sentences under the hits, best first by (-relevance, document, place)."""
    passages = index.passages([hit.passage_id for hit in hits])
    cards = {card.document_id: card for card in index.cards(sorted({p.document_id for p in passages}))}
    denied = denied_in(query.text)
    heard = {name for name, card in cards.items() if not card.source.retracted and not is_on_denied(denied, f"{card.source.title} {card.subject.condition or ''}")}
    units = [unit for passage in passages if passage.document_id in heard for unit in _units(passage, cards[passage.document_id])]
    if not units:
        return []
    wording = query.wording
    lexical = TermCoverage(wording, index)
    by_meaning = _cosines(query, units, passages, index, encode, lexical)
    by_density = densities([unit.quoted for unit in units], topics.name_terms.union(terms(wording)), index)
    kinds = kinds_of(topics, cards.values(), index)
    by_passage = {hit.passage_id: hit for hit in hits}
    headed = {passage.id: _above(topics, lexical, passage, cards[passage.document_id]) for passage in passages if passage.document_id in heard}
    matches = [
        _match(topics, unit, headed[unit.passage.id], kinds.get(unit.passage.document_id), lexical, meaning, density)
        for unit, meaning, density in zip(units, by_meaning, by_density, strict=True)
    ]
    # Of several interventions each has its own best: what is said of the one is not set beside what is said of the other.
    several = frozenset(topics.interventions if len(topics.interventions) > 1 else ())
    weighing = Weighing(query, topics)
    documents = _documents(topics, passages, by_passage, cards)
    features = beside_the_best(
        [
            weighing.features_of(match, by_passage[unit.passage.id], unit.role, cards[unit.passage.document_id].source, documents[unit.passage.document_id])
            for unit, match in zip(units, matches, strict=True)
        ],
        [match.covered & several for match in matches],
    )
    found = [
        _candidate(unit, cards[unit.passage.document_id], match, row)
        for unit, match, row in zip(units, matches, features, strict=True)
    ]
    return sorted(found, key=lambda c: (-c.relevance, c.evidence.document_id, c.evidence.span.start))


def _units(passage: Passage, card: DocumentCard) -> list[_Unit]:
    """Return what can be quoted of a passage: sentences that stand alone, and lists with their lead-in."""
    units = []
    lists: dict[int, list[int]] = {}
    for number, sentence in enumerate(passage.sentences):
        quoted = passage.text_at(sentence.span)
        if fault_of(quoted, sentence.kind) is None:
            units.append(_unit(passage, number, sentence.span, quoted, card))
        elif sentence.kind is BlockKind.LIST_ITEM and sentence.lead_in and sentence.lead_in.within(passage.span):
            lists.setdefault(sentence.lead_in.start, []).append(number)
    for start, numbers in sorted(lists.items()):
        span = _list_span(passage, start, [passage.sentences[n] for n in numbers])
        if span is not None and not is_boilerplate(passage.text_at(span)):
            units.append(_unit(passage, numbers[0], span, passage.text_at(span), card))
    return units


def _unit(passage: Passage, number: int, span: Span, quoted: str, card: DocumentCard) -> _Unit:
    return _Unit(passage, number, span, quoted, role_of(quoted, passage.heading_path, card.source.title))


def _list_span(passage: Passage, start: int, items: Sequence[Sentence]) -> Span | None:
    """Return the span of a lead-in with as many whole items as fit, None where none does or the two are apart."""
    best = None
    for item in items:
        piece = passage.text[start - passage.span.start : item.span.end - passage.span.start]
        if len(piece) > MOST_CHARACTERS or len(words(piece)) > MOST_LIST_WORDS:
            break
        best = Span(start=start, end=item.span.end)
    return best


class _Above(NamedTuple):
    """What stands above a passage: the things asked about that title, headings or subject name, and the question's words in
    its headings.
    """

    named: frozenset[int]
    words: tuple[str, ...]


def _above(topics: Topics, lexical: TermCoverage, passage: Passage, card: DocumentCard) -> _Above:
    studied = "; ".join(card.subject.interventions) if card.source.kind in OF_ONE_THING else ""
    headings = " ".join(passage.heading_path)
    return _Above(named_by_title(topics, card) | topics.covered(headings, studied), lexical.held(headings))


def _match(topics: Topics, unit: _Unit, above: _Above, kind: Kind | None, lexical: TermCoverage, meaning: float, density: float) -> Match:
    own = topics.covered(unit.quoted)
    if kind is not None and any(stands_in(name, unit.quoted) for name in kind.names):
        own |= kind.of
    return Match(own, above.named if own <= above.named else own | above.named, *lexical.of(unit.quoted), meaning, density, lexical.beyond(unit.quoted, above.words), bool(_NUMBER.search(unit.quoted)))


def _documents(topics: Topics, passages: Sequence[Passage], hits: Mapping[str, Hit], cards: Mapping[str, DocumentCard]) -> dict[str, Beside]:
    """Return how the documents of the passages found compare with the best of them."""
    scores: dict[str, float] = {}
    for passage in passages:
        scores[passage.document_id] = max(scores.get(passage.document_id, 0.0), hits[passage.id].score)
    return documents_beside(topics, scores, {name: named_by_subject(topics, card) for name, card in cards.items()})


def _candidate(unit: _Unit, card: DocumentCard, match: Match, features: Features) -> Candidate:
    evidence = Evidence(
        document_id=card.document_id,
        passage_id=unit.passage.id,
        span=unit.span,
        text=unit.quoted,
        heading_path=unit.passage.heading_path,
        role=unit.role,
        relevance=round(relevance_of(features), 6),
    )
    return Candidate(evidence, card, match.own, match.covered, evidence.relevance, features)


def _cosines(
    query: Query, units: Sequence[_Unit], passages: Sequence[Passage], index: PassageIndex, encode: Callable[[Sequence[str]], Vectors], lexical: TermCoverage
) -> list[float]:
    """Return the cosine of each unit to the question: from vectors stored at build time, else encoded now, the likeliest only."""
    asked = encode([query.text])[0]
    stored = index.sentence_vectors([passage.id for passage in passages])
    if stored is not None:
        rows: dict[str, list[float]] = {p.id: np.vecdot(vectors, asked).tolist() for p, vectors in zip(passages, stored, strict=True)}
        return [round(rows[unit.passage.id][unit.number], 4) for unit in units]
    likely = sorted(range(len(units)), key=lambda i: (-sum(lexical.of(units[i].quoted)), i))[:ENCODED_NOW]
    vectors = encode([units[i].quoted for i in likely])
    cosines = [0.2] * len(units)
    for i, cosine in zip(likely, (vectors @ asked).tolist(), strict=True):
        cosines[i] = round(cosine, 4)
    return cosines
