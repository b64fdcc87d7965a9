"""What is asked and what is found: Query, Hit and their parts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TypeVar

from pydantic import Field

from ragqa.errors import UsageError
from ragqa.types.records import Record, Span
from ragqa.vocabulary import Audience, Intent, SourceKind, StatementRole

Name = TypeVar("Name", bound=str)


class Filters(Record):
    """What a source must be to be searched; an empty filter lets everything pass.

    A source passes by what it states, and by nothing else: one that states no year passes no filter on years. Study designs
    are compared without regard to case, hyphens and the two spellings of "randomised".
    """

    kinds: tuple[SourceKind, ...] = ()
    since: int | None = None
    until: int | None = None
    language: str | None = None
    documents: tuple[str, ...] = ()
    designs: tuple[str, ...] = ()
    audiences: tuple[Audience, ...] = ()  # for whom the source is written

    @classmethod
    def of(
        cls,
        kinds: Sequence[SourceKind] | None,
        since: int | None,
        until: int | None,
        *,
        designs: Sequence[str] | None = None,
        audiences: Sequence[Audience] | None = None,
        language: str | None = None,
        documents: Sequence[str] | None = None,
    ) -> Filters:
        """Return filters as a door takes them, None for what was not asked for; in which order they are named changes nothing.

        Raises UsageError where no year can pass both `since` and `until`.
        """
        if since is not None and until is not None and since > until:
            raise UsageError(f"no year is from {since} on and until {until}", remedy="give the earlier year first")
        return cls(
            kinds=_once(kinds),
            since=since,
            until=until,
            language=language,
            documents=_once(documents),
            designs=_once(designs),
            audiences=_once(audiences),
        )


def _once(named: Sequence[Name] | None) -> tuple[Name, ...]:
    return tuple(sorted(set(named or ())))


class Concept(Record):
    """One thing that a question names: the words as asked, and every name known for it."""

    text: str
    names: tuple[str, ...]  # the words as asked first, then synonyms, expansions and corrected spellings
    everyday: bool = False  # nothing but everyday words that no lexicon knows, or that tell what is felt: its absence is no finding
    classes: tuple[str, ...] = ()  # those of its names that are names of its class: what holds for all of it
    implied: str | None = None  # one of its names: the narrower one that follows from what else the question says
    of_value: bool = False  # not named: a number of the question is called so, and that nothing is said of it is no finding
    members: tuple[str, ...] = ()  # of a class of treatments: what is said of one of them is on the class
    taken: bool = False  # a drug that somebody takes already, or has had
    unknown: bool = False  # no everyday words: a condition or drug, or a long word that no lexicon holds; where no passage holds it either, that is a finding
    beside: tuple[str, ...] = ()  # longer names of other members of its class that end with the name of the class: "combined hormonal contraceptive" is no mini pill

    @property
    def own_names(self) -> tuple[str, ...]:
        """Return its names but for those of its class."""
        return tuple(name for name in self.names if name not in self.classes)


class Facets(Record):
    """What a question is made of (PICO: population, intervention, comparison, outcome; and the condition)."""

    interventions: tuple[Concept, ...] = ()
    comparison: str | None = None
    outcome: str | None = None
    conditions: tuple[Concept, ...] = ()
    populations: tuple[Concept, ...] = ()
    absent: tuple[Concept, ...] = ()  # what is said not to be there: "no diabetes"
    others: tuple[Concept, ...] = ()  # what is named and is none of these, such as a lab value or an unknown word


OVERCORRECTION = "overcorrection"  # what a value that was brought back too fast is called
RESULTS = frozenset({StatementRole.EFFECT, StatementRole.HARM})  # what a study of a thing reports


class Query(Record):
    """A question, understood."""

    text: str
    facets: Facets = Facets()
    intents: tuple[Intent, ...] = (Intent.GENERAL,)  # the main one first
    aspects: tuple[StatementRole, ...] = ()  # the roles that an answer must fill, as asked
    corrections: tuple[tuple[str, str], ...] = ()  # (as typed, as searched)
    renamed: tuple[tuple[str, str], ...] = ()  # names that no passage of the index holds, each with one that passages hold
    filters: Filters = Filters()
    audience: Audience = Audience.CLINICIAN
    premise: str | None = None  # what the question takes for granted
    pieces: tuple[str, ...] = ()  # what it asks, each thing as it is asked: "which dose?", "and for how long?"
    next_step: bool = False  # what comes next to what is taken is asked for
    emergency: str | None = None  # what in the question describes an emergency

    @property
    def wording(self) -> str:
        """Return the text as the documents would put it: an encoder that never met a brand or a short form knows its usual name."""
        wording = self.text
        for name, usual in self.renamed:
            wording = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", usual.replace("\\", r"\\"), wording)
        return wording

    @property
    def further(self) -> str:
        """Return what it asks after the first thing that it asks."""
        return " ".join(self.pieces[1:])

    @property
    def synonyms(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Return the words of each thing that it names, with every name known for it."""
        facets = self.facets
        concepts = (*facets.interventions, *facets.conditions, *facets.populations, *facets.others)
        return tuple((concept.text, concept.names) for concept in concepts)

    @property
    def at_large(self) -> bool:
        """Tell whether effects or harms of things are asked about for themselves, in no condition and with nothing else named."""
        facets = self.facets
        other = facets.conditions or any(not concept.everyday for concept in facets.others)
        return bool(facets.interventions) and not other and not RESULTS.isdisjoint(self.aspects)


class Effect(Record):
    """What a question asks the effect of, on what, and against what, in its own words."""

    intervention: str
    comparison: str | None = None
    outcome: str


class Arms(Record):
    """The score of each retrieval arm: cosine (-1 to 1) and BM25 (0 upwards); None where that arm did not find it."""

    dense: float | None = None
    lexical: float | None = None


class Hit(Record):
    """A passage found, with its fused score; ranks count from 1."""

    passage_id: str
    score: float
    rank: int = Field(ge=1)
    arms: Arms = Arms()


class Excerpt(Record):
    """The piece of a document around the sentence that answers best; ranks count from 1. `text == document.text[span]`."""

    document_id: str
    passage_id: str
    span: Span
    text: str
    sentence: Span
    heading_path: tuple[str, ...]
    score: float
    rank: int = Field(ge=1)
