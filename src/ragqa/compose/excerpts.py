"""Hits in; the pieces of documents around the sentences that answer best, best first, out.

No one formula serves all questions: what lifts questions about an effect harms questions for a fact, and the other way
round. So each kind has its own, of few and round weights, chosen on half of COVID-QA and Evidence Inference
(`bench/evidence.py`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from ragqa.compose.coverage import TermCoverage
from ragqa.patterns import lazy_pattern
from ragqa.protocols import PassageIndex, Vectors
from ragqa.types import Effect, Excerpt, Hit, Passage, Sentence, Span

WINDOW = 1_200  # characters of an excerpt
LEAST_CHARACTERS = 25  # what is shorter is the cell of a table, or a heading
ENCODED_NOW = 40  # sentences encoded at question time, where the index holds no vectors of sentences
TOP_OF_DOCUMENT = 3  # passages by which a document is weighed

_TESTED = lazy_pattern(r"\bp[- ]values?\b|\bp\s?[<=>≤]|\bsignifican(?:t|tly|ce)\b", re.IGNORECASE)
_INTERVAL = lazy_pattern(
    r"\b95\s?% ?(?:CI|confidence)|\bCI\b|confidence interval|±|\(SD|\b(?:OR|HR|RR)\b|(?:odds|hazard|risk) ratio", re.IGNORECASE
)
_COMPARES = lazy_pattern(
    r"\b(?:compared|versus|vs|than|between|differ\w*|similar|groups?|reduc\w+|increas\w+|decreas\w+|improv\w+|lower|higher|greater|fewer|less|more)\b",
    re.IGNORECASE,
)
_RESULTS = lazy_pattern(r"result|finding|outcome|effect|efficacy|analys|safety|adverse", re.IGNORECASE)
_METHODS = lazy_pattern(
    r"method|design|statistic|procedure|participant|patient|setting|intervention|randomi|measure|assessment|sample size|background|introduction"
    r"|objective|aim|treatment|eligib|data collection|ethic|fund|acknowl|compet|contribut",
    re.IGNORECASE,
)
_DISCUSSES = lazy_pattern(r"conclusion|discussion|interpretation", re.IGNORECASE)
_PLANS = lazy_pattern(
    r"\b(?:will be|was to|were to|aim\w*|objective|hypothes\w+|we (?:measured|assessed|evaluated|calculated)"
    r"|(?:was|were) (?:measured|assessed|recorded|calculated|defined|performed|used|collected))\b",
    re.IGNORECASE,
)


class _Place(NamedTuple):
    """A sentence of a passage that was found."""

    passage: Passage
    number: int
    sentence: Sentence

    @property
    def text(self) -> str:
        """Return the sentence."""
        return self.passage.text_at(self.sentence.span)


def excerpts(
    question: str,
    effect: Effect | None,
    hits: Sequence[Hit],
    index: PassageIndex,
    encode: Callable[[Sequence[str]], Vectors],
    *,
    depth: int,
) -> list[Excerpt]:
    """Return at most `depth` excerpts of 1,200 characters, one a passage, none half inside one before it.

    With an `effect`, sentences that state results on its outcome lead; without, those nearest in meaning and terms.
    Ties are broken by passage id and place.
    """
    passages = index.passages([hit.passage_id for hit in hits])
    places = [_Place(p, n, s) for p in passages for n, s in enumerate(p.sentences)]
    scores = _by_result(effect, places, hits, index) if effect else _by_fact(question, places, hits, index, encode)
    best: dict[str, tuple[float, _Place]] = {}
    for place, score in zip(places, scores, strict=True):
        held = best.get(place.passage.id)
        long_enough = len(place.text) >= LEAST_CHARACTERS
        if held is None or (long_enough, score) > (len(held[1].text) >= LEAST_CHARACTERS, held[0]):
            best[place.passage.id] = (score, place)
    ranked = sorted(best.values(), key=lambda pair: (len(pair[1].text) < LEAST_CHARACTERS, -pair[0], pair[1].passage.id))
    return _cut(ranked, index, depth)


def _by_fact(
    question: str, places: Sequence[_Place], hits: Sequence[Hit], index: PassageIndex, encode: Callable[[Sequence[str]], Vectors]
) -> list[float]:
    """Return fused score + 2 (cosine + 0.5 coverage + 0.3 coverage of pairs) for each sentence."""
    found = {hit.passage_id: hit.score for hit in hits}
    lexical = TermCoverage(question, index)
    covered = [lexical.of(place.text) for place in places]
    cosines = _cosines(question, places, [c.words + c.pairs for c in covered], index, encode)
    return [
        round(found[place.passage.id] + 2 * (cosine + 0.5 * c.words + 0.3 * c.pairs), 6)
        for place, cosine, c in zip(places, cosines, covered, strict=True)
    ]


def _cosines(
    question: str, places: Sequence[_Place], likely: Sequence[float], index: PassageIndex, encode: Callable[[Sequence[str]], Vectors]
) -> list[float]:
    """Return the cosine of each sentence, from vectors made at build time; else of the likeliest, encoded now, 0 for others."""
    asked = encode([question])[0]
    ids = list(dict.fromkeys(place.passage.id for place in places))
    stored = index.sentence_vectors(ids)
    if stored is not None:
        rows = dict(zip(ids, stored, strict=True))
        return [float(rows[place.passage.id][place.number] @ asked) for place in places]
    first = sorted(range(len(places)), key=lambda i: (-likely[i], i))[:ENCODED_NOW]
    cosines = [0.0] * len(places)
    for i, cosine in zip(first, (encode([places[i].text for i in first]) @ asked).tolist(), strict=True):
        cosines[i] = cosine
    return cosines


def _by_result(effect: Effect, places: Sequence[_Place], hits: Sequence[Hit], index: PassageIndex) -> list[float]:
    """Return how far each sentence states a result on the outcome, by its words, its headings and its document."""
    found = _scaled({hit.passage_id: hit.arms.lexical or 0.0 for hit in hits})
    document = _documents(found, places)
    outcome = TermCoverage(effect.outcome, index)
    scores = []
    for place in places:
        covered = outcome.of(place.text)
        headings = " > ".join(place.passage.heading_path)
        scores.append(
            found[place.passage.id]
            + document[place.passage.document_id]
            + covered.words
            + 1.3 * covered.pairs
            + _states_result(place.text)
            + _stands_in_results(headings)
        )
    return [round(score, 6) for score in scores]


def _states_result(text: str) -> float:
    return (
        0.45 * bool(_TESTED.search(text))
        + 0.2 * bool(_INTERVAL.search(text))
        + 0.15 * bool(_COMPARES.search(text))
        + 0.3 * any(character.isdigit() for character in text)
        - 0.3 * bool(_PLANS.search(text))
    )


def _stands_in_results(headings: str) -> float:
    return 0.3 * bool(_RESULTS.search(headings)) - 0.3 * bool(_METHODS.search(headings)) - 0.6 * bool(_DISCUSSES.search(headings))


def _scaled(scores: dict[str, float]) -> dict[str, float]:
    low, high = min(scores.values(), default=0.0), max(scores.values(), default=0.0)
    return {key: (score - low) / (high - low) if high > low else 0.0 for key, score in scores.items()}


def _documents(found: dict[str, float], places: Sequence[_Place]) -> dict[str, float]:
    """Return the mean score of the best three passages of each document, that of the best document being 1."""
    passages: dict[str, dict[str, float]] = {}
    for place in places:
        passages.setdefault(place.passage.document_id, {})[place.passage.id] = found[place.passage.id]
    means = {
        document: sum(sorted(scores.values(), reverse=True)[:TOP_OF_DOCUMENT]) / TOP_OF_DOCUMENT
        for document, scores in passages.items()
    }
    most = max(means.values(), default=0.0) or 1.0
    return {document: mean / most for document, mean in means.items()}


def _cut(ranked: Sequence[tuple[float, _Place]], index: PassageIndex, depth: int) -> list[Excerpt]:
    """Return the windows around the best sentences, those left out that are half inside one before them."""
    texts: dict[str, str] = {}
    made: list[Excerpt] = []
    for score, place in ranked:
        if len(made) == depth:
            break
        document_id = place.passage.document_id
        if document_id not in texts:
            texts[document_id] = index.document(document_id).text
        span = _window(place.sentence.span, len(texts[document_id]))
        if any(e.document_id == document_id and 2 * _shared(e.span, span) > WINDOW for e in made):
            continue
        made.append(
            Excerpt(
                document_id=document_id,
                passage_id=place.passage.id,
                span=span,
                text=span.of(texts[document_id]),
                sentence=place.sentence.span,
                heading_path=place.passage.heading_path,
                score=score,
                rank=len(made) + 1,
            )
        )
    return made


def _window(sentence: Span, length: int) -> Span:
    """Return 1,200 characters with a sentence in the middle, as far as the text reaches."""
    missing = max(0, WINDOW - (sentence.end - sentence.start))
    start = max(0, min(sentence.start - missing // 2, length - WINDOW))
    return Span(start=start, end=min(length, max(sentence.end, start + WINDOW)))


def _shared(a: Span, b: Span) -> int:
    return max(0, min(a.end, b.end) - max(a.start, b.start))
