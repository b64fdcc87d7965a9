"""An index on disk in; answers, hits and traces out."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

from ragqa.compose import Lead, compose, excerpts, headed_as, lead, studied
from ragqa.config import Settings
from ragqa.cores import free_cores
from ragqa.encode import AdaptedEncoder, OnnxEncoder, PairEncoder, open_cross_encoder, open_encoder
from ragqa.engine.places import is_on_server
from ragqa.engine.probes import ASPECT_PROBES, Sought, named, probes_of, sought_by
from ragqa.engine.tracing import Tracer
from ragqa.engine.vectors import QuestionVectors
from ragqa.index import LocalIndex
from ragqa.protocols import Encoder, LanguageModel, PassageIndex, Scored, Vectors
from ragqa.question import MOST_CHARACTERS, ByLetter, Lexicon, analyse, effect_in, parts_of, without_part
from ragqa.retrieve import Judge, probe_of, retrieve
from ragqa.text import normalise, one_line
from ragqa.types import RESULTS, Answer, Excerpt, Filters, Hit, Passage, Query, Subject, Trace
from ragqa.vocabulary import Audience, GapKind, StatementRole

if TYPE_CHECKING:
    from ragqa.verify import Verifier

_EXPORTED = (OnnxEncoder, AdaptedEncoder, PairEncoder)  # those that let go of the interpreter
FACET_DEPTH, FACETS_DEPTH = 15, 40  # passages looked at for each thing that a question names, at least, and for all of them


class Engine:
    """An index open for questions; safe to use from many threads."""

    def __init__(self, index: PassageIndex, encoder: Encoder, settings: Settings, *, beside: int = 1) -> None:
        self.index = index
        self.encoder = encoder
        self.settings = settings
        self._spelled = ByLetter(index.words)
        self._vector_of = QuestionVectors(encoder.encode_queries, ahead=isinstance(encoder, _EXPORTED) and beside < free_cores())

    @classmethod
    def open(cls, path: Path | str, *, settings: Settings = Settings(), beside: int = 1) -> Self:
        """Open the index in a folder, or on a server: qdrant://HOST:PORT/NAME.

        `beside` is how many processes answer questions at the same time, this one counted: where they leave a core free,
        encoding goes on beside the rest of an answer.
        Raises IndexMissing, IndexDamaged or IndexMismatch, each with its remedy, and ClusterError for a server.
        """
        if is_on_server(path):
            from ragqa.engine.clusters import open_cluster  # noqa: PLC0415 an extra

            return cls(*open_cluster(path, settings.cluster), settings, beside=beside)
        index = LocalIndex.open(Path(path))
        return cls(index, open_encoder(index.encoder_name, exported=index.encoder_folder), settings, beside=beside)

    def ask(
        self,
        question: str,
        *,
        audience: Audience = Audience.CLINICIAN,
        filters: Filters = Filters(),
        history: Sequence[str] = (),
        model: LanguageModel | None = None,
        on_sentence: Callable[[str], None] | None = None,
    ) -> Answer:
        """Answer a question from the index, in the light of the questions before it.

        The same index, question and settings give the same bytes. With a `model` (see `open_model`), it words the answer:
        each of its sentences is held against the quotes that it cites, and `on_sentence` is called with those that pass.
        Raises UsageError for a question that cannot be read, and ModelError for a model that cannot be asked.
        """
        if not history and len(question) <= MOST_CHARACTERS:  # most are searched for as they are asked
            self._vector_of.announce(one_line(normalise(question)))
        query = self.understand(question, audience=audience, filters=filters, history=history)
        hits = self.hits_for(query)
        if model is None:
            return self._composed(query, hits, question, history)
        from ragqa.engine.wording import SEARCH_DEPTH, wants_search, with_more  # noqa: PLC0415 only for a model
        from ragqa.generate import Searches, searches_for, written  # noqa: PLC0415 only for a model

        searches = Searches()
        if self.settings.llm.search and wants_search(query, history):
            searches = searches_for(question, history, model)
            more = [hit for text in searches.words for hit in self._retrieve(Sought(text), query.filters)[:SEARCH_DEPTH]]
            hits = with_more(hits, more, query, self._vector_of(query.text), self.index)
        return written(self._composed(query, hits, question, history), model, self._verifier, searches=searches, on_sentence=on_sentence)

    def _composed(self, query: Query, hits: Sequence[Hit], question: str, history: Sequence[str]) -> Answer:
        answer = self._made(query, hits, question, history)
        return (self._answered_in_part(answer, query) if answer.abstained else None) or answer

    def _answered_in_part(self, answer: Answer, query: Query) -> Answer | None:
        """Return the answer to what is left of a question without the part on a thing that nothing joins to the rest, which stays a gap."""
        for gap in answer.gaps:
            thing, joined, kept = gap.aspect.partition(" + ")
            rest = without_part(query.text, thing, kept) if joined and gap.kind is GapKind.CONJUNCTION else None
            if rest is None:
                continue
            part = self.understand(rest, audience=query.audience, filters=query.filters)
            made = self._made(part, self.hits_for(part), answer.question, answer.history)
            if not made.abstained:
                return made.model_copy(update={"gaps": (gap, *made.gaps), "emergency": answer.emergency})
        return None

    def _leads(self, query: Query) -> list[Lead]:
        """Return the statement that answers each part of a question first, of those that have one; none for a question of one part."""
        first, *further = parts_of(query.text) or ("",)
        if not further:
            return []
        asked = [self.understand(first, audience=query.audience, filters=query.filters)]
        asked += [self._understand_further(part, first, asked[0]) for part in further]
        leads = (lead(part, self.hits_for(part), self.index, self._encode, most_words=self.settings.compose.most_words) for part in asked)
        return [found for found in leads if found is not None]

    def _understand_further(self, part: str, first: str, query: Query) -> Query:
        """Return a further part of a question as it is understood: on the condition of the first part, where it names none."""
        alone = self.understand(part, audience=query.audience, filters=query.filters, history=(first,))
        condition = next((concept.text for concept in query.facets.conditions if not concept.of_value), None)
        if condition is None or alone.facets.conditions:
            return alone
        return self.understand(f"{condition}: {part}", audience=query.audience, filters=query.filters, history=(first,))

    def _made(self, query: Query, hits: Sequence[Hit], question: str, history: Sequence[str]) -> Answer:
        leads = self._leads(query)
        found = {hit.passage_id: hit for hit in hits}
        _take_further([each.hit for each in leads], found)
        return compose(
            query,
            sorted(found.values(), key=lambda hit: (-hit.score, hit.passage_id)) if len(found) > len(hits) else hits,
            self.index,
            self._encode,
            asked=question,
            history=history,
            leads=leads,
            settings=self.settings.compose,
        )

    def ask_again(self, answer: Answer) -> Answer:
        """Ask the question of an answer again, of the index as it is now: equal where nothing has changed."""
        kept = answer.provenance.filters
        filters = Filters.model_validate_json(kept) if kept is not None else Filters()
        return self.ask(answer.question, audience=answer.audience, filters=filters, history=answer.history)

    def search(self, question: str, *, filters: Filters = Filters(), depth: int = 10) -> list[tuple[Hit, Passage]]:
        """Return the passages found for a question with the scores of both arms, best first."""
        query = self.understand(question, filters=filters)
        hits = self._retrieve(sought_by(query), query.filters, rerank=self.settings.retrieve.rerank, judged=True)[:depth]
        return list(zip(hits, self.index.passages([hit.passage_id for hit in hits]), strict=True))

    def evidence(self, question: str, *, filters: Filters = Filters(), depth: int = 10) -> list[Excerpt]:
        """Return the pieces of documents around the sentences that answer best, 1,200 characters each, best first.

        Questions about the effect of one thing on another are ranked by the results that state it, others by meaning
        and terms.
        """
        query = self.understand(question, filters=filters)
        effect = effect_in(query.text)
        hits = self._retrieve(sought_by(query), query.filters, dense_weight=0.0 if effect else None)
        return excerpts(query.text, effect, hits, self.index, self.encoder.encode_queries, depth=depth)

    def understand(
        self,
        question: str,
        *,
        audience: Audience = Audience.CLINICIAN,
        filters: Filters = Filters(),
        history: Sequence[str] = (),
    ) -> Query:
        """Return a question as it is understood: its facets, intents, spelling and expansions."""
        return analyse(
            question,
            lexicon=self._lexicon,
            frequency=self.index.document_frequency,
            words=self._spelled,
            filters=filters,
            audience=audience,
            history=history,
        )

    def trace(self, answer: Answer, number: int | None = None) -> list[Trace]:
        """Hold every citation of an answer (or those of one number) against its source, and a model's sentences against
        the quotes that they cite.

        Raises UsageError where the answer has no such number.
        """
        return Tracer(self.index, self._verifier).trace(answer, number)

    def warm(self) -> None:
        """Load the encoder in a thread of its own, for a caller that is about to ask."""
        if isinstance(self.encoder, _EXPORTED):
            self.encoder.warm()

    def verifier(self) -> Verifier:
        """Return what holds a sentence against a quote, with the names that this index knows."""
        return self._verifier

    @cached_property
    def _verifier(self) -> Verifier:
        from ragqa.engine.verifying import verifier_of  # noqa: PLC0415 answers that only quote do without

        return verifier_of(self._lexicon, self.encoder, nli=self.settings.llm.nli)

    @cached_property
    def _lexicon(self) -> Lexicon:
        forms = self.index.short_forms()
        return Lexicon(_Subjects(self.index), self.index.abbreviations() if forms is None else {}, forms)

    def hits_for(self, query: Query) -> list[Hit]:
        """Return the hits of the whole question, and those of each intervention and condition that it names."""
        probes, sought = probes_of(query), sought_by(query)
        texts = [sought.wording, *(text for text, _ in probes)]
        self._vector_of.prepare(texts)
        first, *others = self.index.search_dense_each([self._vector_of(text) for text in texts], depth=self.settings.retrieve.depth, filters=query.filters)
        hits = self._retrieve(sought, query.filters, judged=True, most=self.settings.compose.passages, nearest=first)
        if probes:
            found = {hit.passage_id: hit for hit in hits}
            for (text, thing), nearest in zip(probes, others, strict=True):
                depth = max(FACET_DEPTH, FACETS_DEPTH // len(probes))
                _take_further(self._retrieve(Sought(text, [thing]), query.filters, most=depth, nearest=nearest), found)
            _take_further(self._results_on(query), found)
            hits = sorted(found.values(), key=lambda hit: (-hit.score, hit.passage_id))
        return hits

    def _results_on(self, query: Query) -> list[Hit]:
        """Return what studies report of a thing that a question asks about at large.

        Each studied it in a condition of its own, in words far from the question's: they are looked for by what they are on.
        """
        results: list[Hit] = []
        for concept in query.facets.interventions if query.at_large else ():
            near = self.index.passages([hit.passage_id for hit in self._retrieve(Sought(concept.text, [named(concept)]), query.filters)])
            cards = self.index.cards(sorted({passage.document_id for passage in near}))
            on_it = tuple(card.document_id for card in cards if studied(concept, card))
            if on_it:
                filters = query.filters.model_copy(update={"documents": on_it})
                hits = self._retrieve(Sought(f"{concept.text} {ASPECT_PROBES[StatementRole.EFFECT]}", [named(concept)]), filters)
                headed = zip(hits, self.index.passages([hit.passage_id for hit in hits]), strict=True)
                results += [hit for hit, passage in headed if headed_as(passage.heading_path) in RESULTS]
        return results

    @cached_property
    def _judge(self) -> Judge | None:
        """Return the cross-encoder of the settings, opened at the first question that needs it."""
        chosen = self.settings.retrieve.cross_encoder
        return open_cross_encoder(chosen) if chosen is not None else None

    def _retrieve(
        self,
        sought: Sought,
        filters: Filters,
        *,
        rerank: bool = False,
        judged: bool = False,
        dense_weight: float | None = None,
        most: int | None = None,
        nearest: Sequence[Scored] | None = None,
    ) -> list[Hit]:
        # An answer chooses among sentences by a model of its own, to which the order of passages adds nothing (ADR 0008).
        settings = self.settings.retrieve
        return retrieve(
            probe_of(self._vector_of(sought.wording or sought.text), sought.text, sought.synonyms, self.index, effect=rerank and effect_in(sought.text) is not None)._replace(nearest=nearest),
            self.index,
            depth=settings.depth,
            dense_weight=settings.dense_weight if dense_weight is None else dense_weight,
            feedback=settings.feedback,
            rerank=rerank,
            judge=self._judge if judged else None,
            filters=filters,
            most=most,
        )

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return self._vector_of(texts[0])[None] if len(texts) == 1 else self.encoder.encode_queries(texts)


class _Subjects:
    """The subjects of the documents of an index, read each time that they are gone through."""

    def __init__(self, index: PassageIndex) -> None:
        self._index = index

    def __iter__(self) -> Iterator[Subject]:
        return iter(self._index.subjects().values())


def _take_further(hits: Sequence[Hit], found: dict[str, Hit]) -> None:
    """Take hits of a part of a question, each for half of what it scores, where there is not that passage yet."""
    for hit in hits:
        if hit.passage_id not in found:
            found[hit.passage_id] = hit.model_copy(update={"score": hit.score / 2})
