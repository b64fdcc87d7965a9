"""Query and Hits in, Answer out: the composer that quotes and never writes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from ragqa.compose.answerable import asks_for_a_text, is_answerable, signs_of
from ragqa.compose.article import Numbering, sections
from ragqa.compose.called_for import with_what_is_called_for
from ragqa.compose.caveats import with_caveats, with_gravest
from ragqa.compose.choose import Chosen, choose
from ragqa.compose.evidence import Candidate, candidates
from ragqa.compose.gaps import gaps_of
from ragqa.compose.glossary import explained
from ragqa.compose.guidance import algorithm, comparison, conflicts, disagreements, pitfalls
from ragqa.compose.leads import Lead, lead_of, with_leads
from ragqa.compose.particulars import with_particulars
from ragqa.compose.people import for_women_alone
from ragqa.compose.plan import Plan, plan
from ragqa.compose.regimen import Regimen
from ragqa.compose.related import near_misses, related_questions
from ragqa.compose.support import support_of
from ragqa.compose.topic import Topics, written
from ragqa.compose.unanswered import nothing_answers
from ragqa.compose.verdict import direct_answer, for_the_person, is_on_it
from ragqa.config import ComposeSettings
from ragqa.protocols import PassageIndex, Vectors
from ragqa.readability import reading_grade
from ragqa.types import Answer, Concept, EvidenceGap, Hit, Provenance, Query, Section, statements_of
from ragqa.version import __version__
from ragqa.vocabulary import Audience, Support

DISCLAIMER = (
    "For professional use and education. This page quotes its sources; it does not replace clinical judgement, "
    "the full text of the sources, or advice from someone who knows the patient."
)
DISCLAIMER_FOR_PATIENTS = (
    "This page copies lines from medical sources, most of them written for health professionals. It is not advice for you "
    "in person: talk with a doctor, nurse or pharmacist who knows you before you start, stop or change anything."
)
COMPOSER = "extractive-2"
_AIDED = frozenset({Audience.PATIENT, Audience.STUDENT})


class Selected(NamedTuple):
    """What an article is made of: what was asked about, all that was found on it, and what of it is shown."""

    topics: Topics
    found: list[Candidate]
    plan: Plan
    chosen: list[Chosen]  # none where the index has no answer
    direct: list[Chosen]
    gaps: tuple[EvidenceGap, ...]


def selected(
    query: Query,
    hits: Sequence[Hit],
    index: PassageIndex,
    encode: Callable[[Sequence[str]], Vectors],
    *,
    most_words: int,
    answerable: bool = False,
    leads: Sequence[Lead] = (),
) -> Selected:
    """Return what is shown of the passages found, and what is missing; `answerable` says that they hold an answer, `leads` what answers parts of it."""
    topics = Topics(query, index.document_frequency, index.passage_count)
    found = candidates(query, topics, hits, index, encode) if topics.all else []
    outline = plan(topics, found, query.text, query.pieces)
    likely = bool(found) and not asks_for_a_text(query.text)
    likely = likely and (answerable or is_answerable(signs_of(query, topics, hits, found, index, unlinked=bool(outline.unlinked)), topics))
    found = Regimen(query, topics).without_what_is_taken(with_particulars(query, topics, found))
    chosen = with_caveats(query, topics, outline, found, choose(query, topics, outline, found, most_words=most_words)) if likely else []
    direct = direct_answer(query, topics, outline, chosen)
    chosen, direct = with_leads(leads, topics, outline, found, for_the_person(query, chosen, direct), direct)
    chosen, direct = with_what_is_called_for(topics, outline, found, chosen, direct)
    direct = with_gravest(query, chosen, direct)
    if not answerable and (outline.apart or not is_on_it(topics, direct, chosen) or for_women_alone(query, [c.candidate for c in direct])):
        chosen, direct = [], []
    gaps = gaps_of(query, topics, outline, chosen, found, passages_searched=index.passage_count)
    if not answerable and nothing_answers(query, topics, chosen, gaps):
        chosen, direct, gaps = [], [], tuple(gap for gap in gaps if gap.decisive) or gaps
    return Selected(topics, found, outline, chosen, direct, gaps)


def lead(query: Query, hits: Sequence[Hit], index: PassageIndex, encode: Callable[[Sequence[str]], Vectors], *, most_words: int) -> Lead | None:
    """Return the statement that answers a question first, None where none is sure enough."""
    return lead_of(selected(query, hits, index, encode, most_words=most_words).direct, hits)


def compose(
    query: Query,
    hits: Sequence[Hit],
    index: PassageIndex,
    encode: Callable[[Sequence[str]], Vectors],
    *,
    asked: str,
    history: Sequence[str] = (),
    leads: Sequence[Lead] = (),
    settings: ComposeSettings,
) -> Answer:
    """Return the article that answers a query from the passages found; deterministic to the byte.

    `leads` are what answers its parts first (see `lead`). Every statement is the text of a span.
    """
    made = selected(query, hits, index, encode, most_words=settings.most_words, leads=leads)
    topics, chosen = made.topics, made.chosen
    parts = _Parts(query, made)
    answer = Answer(
        question=asked,
        history=tuple(history),
        snapshot=index.snapshot,
        audience=query.audience,
        intent=query.intents[0],
        title=_title(topics, asked, chosen),
        emergency=_notice(query),
        abstained=not chosen,
        related_questions=related_questions(query, chosen, made.found),
        near_misses=near_misses(topics, chosen, made.found, made.gaps),
        gaps=made.gaps,
        currency_warning=_currency(chosen, index.snapshot.year, settings.old_after_years),
        disclaimer=DISCLAIMER_FOR_PATIENTS if query.audience is Audience.PATIENT else DISCLAIMER,
        provenance=_provenance(query, index),
        **parts.made(),
    )
    return _with_aids(answer) if query.audience in _AIDED else answer


def _with_aids(answer: Answer) -> Answer:
    """Return an answer with its hard words explained, and how many years of school its statements ask for."""
    said = list(dict.fromkeys(statement.text for statement in statements_of(answer)))
    grade = reading_grade(" ".join(said))
    return answer.model_copy(update={"glossary": explained(said), "reading_grade": None if grade is None else round(grade, 1)})


class _Parts:
    """The cited parts of an article, made in reading order so that numbers run in order of first citation."""

    def __init__(self, query: Query, made: Selected) -> None:
        self._query, self._made = query, made
        self._topics, self._plan, self._chosen, self._direct = made.topics, made.plan, made.chosen, made.direct
        self._numbering = Numbering({c.card.document_id: c.card for c in made.found}, made.topics)

    def made(self) -> dict[str, object]:
        """Return the cited fields of an Answer."""
        number = self._numbering.statement
        direct = self._direct
        first = tuple(number(c) for c in direct)
        pairs = disagreements(self._topics, self._chosen)
        opposed = [side for pair in pairs for side in pair]
        warned = pitfalls(self._topics, self._chosen, [*direct, *opposed])
        body: tuple[Section, ...] = sections(self._plan, self._left_for_sections(direct, [*opposed, *warned]), self._numbering, self._query.audience)
        table = comparison(self._query, self._plan, self._topics, self._chosen, direct, self._numbering)
        against = conflicts(self._topics, pairs, self._numbering)
        warnings = tuple(number(c) for c in warned)
        support = support_of(self._query, self._topics, self._chosen, direct, self._made.gaps, self._made.found)
        steps = () if support is Support.INSUFFICIENT else algorithm(self._query, self._topics, self._chosen, direct, self._numbering, refused=support is Support.NOT_SUPPORTED)
        return {
            "support": support,
            "direct": first,
            "sections": body,
            "comparison": table,
            "conflicts": against,
            "pitfalls": warnings,
            "algorithm": steps,
            "bottom_line": first[0] if first and support is not Support.INSUFFICIENT else None,
            "references": self._numbering.references(),
        }

    def _left_for_sections(self, direct: Sequence[Chosen], elsewhere: Sequence[Chosen]) -> list[Chosen]:
        """Return what no other part says; where that would leave a subsection empty, it keeps what it has."""
        mine = [c for c in self._chosen if c not in direct]
        kept = {(c.facet, c.role) for c in mine if c not in elsewhere}
        return [c for c in mine if c not in elsewhere or (c.facet, c.role) not in kept]


def _provenance(query: Query, index: PassageIndex) -> Provenance:
    return Provenance(
        ragqa_version=__version__,
        index_fingerprint=index.fingerprint,
        encoder=index.encoder_name,
        composer=COMPOSER,
        corrections=query.corrections,
        filters=query.filters.model_dump_json(exclude_defaults=True) if query.filters != type(query.filters)() else None,
    )


def _title(topics: Topics, asked: str, chosen: Sequence[Chosen]) -> str:
    names = [_called(topics.all[place].concept, [c.candidate.text for c in chosen if place in c.candidate.own]) for place in topics.anchors[:3]]
    if not names or not chosen:
        return asked
    joined = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    return f"{joined[:1].upper()}{joined[1:]}: evidence summary"


def _called(concept: Concept, texts: Sequence[str]) -> str:
    """Return a name as asked, with the one that the statements go by where none of them uses it: "Eliquis (apixaban)"."""
    if not texts or any(written(concept.text, text) for text in texts):
        return concept.text
    counts = {name: sum(written(name, text) is not None for text in texts) for name in concept.own_names}
    best = max(counts, key=lambda name: (counts[name], len(name)), default="")
    return f"{concept.text} ({best})" if counts.get(best) else concept.text


def _notice(query: Query) -> str | None:
    if query.emergency is None:
        return None
    return f"This question describes {query.emergency}. Call your local emergency number now; do not wait for an answer from this page."


def _currency(chosen: Sequence[Chosen], year: int, old_after: int) -> str | None:
    years = [c.candidate.card.source.year for c in chosen if c.candidate.card.source.year is not None]
    if not years or year - max(years) <= old_after:
        return None
    return f"The newest source cited here is from {max(years)}: check for newer evidence."
