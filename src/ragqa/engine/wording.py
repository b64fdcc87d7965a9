"""Settings in, the language model that they name, out; and an answer in a model's words for a question."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from ragqa.config import LLM_KEY, LlmSettings
from ragqa.llm import ChatModel, DryRun, Endpoint, endpoint_of
from ragqa.protocols import LanguageModel, PassageIndex, Vectors
from ragqa.question import mask_identifiers
from ragqa.retrieve import names_instead, weighted_terms
from ragqa.types import Arms, Hit, Query
from ragqa.vocabulary import Audience

SEARCH_DEPTH = 15  # passages looked at for each search in a model's words


def open_model(settings: LlmSettings, *, dry_run: Callable[[str], None] | None = None) -> LanguageModel:
    """Return the language model that settings name; its key comes from the environment variable RAGQA_LLM_KEY alone.

    Nothing is contacted before something is asked. With `dry_run` nothing ever is: it is called with what would be sent.
    Raises ModelError for settings without model or address, MissingExtra where the client library is not installed.
    """
    endpoint = Endpoint(**settings.model_dump(exclude={"search", "nli"}))
    if dry_run is not None:
        return DryRun(endpoint_of(endpoint, has_key=False), _masked, dry_run)
    return ChatModel(endpoint, _masked, key=os.environ.get(LLM_KEY) or None)


def wants_search(query: Query, history: Sequence[str]) -> bool:
    """Tell whether a question is a follow-up or in everyday words: one that names no known intervention or condition."""
    return bool(history) or query.audience is Audience.PATIENT or not (query.facets.interventions or query.facets.conditions)


def with_more(hits: Sequence[Hit], more: Sequence[Hit], query: Query, vector: Vectors, index: PassageIndex) -> list[Hit]:
    """Return hits with those of other words after them. Each of these is scored by the question itself, as asked: a
    model's words may find a passage, and never make it look nearer to the question than it is.
    """
    known = {hit.passage_id for hit in hits}
    new = {hit.passage_id: hit for hit in more if hit.passage_id not in known}
    if not new:
        return list(hits)
    ids = sorted(new)
    dense = index.score_dense(vector, ids)
    asked = weighted_terms(query.text)
    lexical = index.score_lexical(asked, ids, instead=names_instead(asked, query.synonyms, index))
    least = min((hit.score for hit in hits), default=0.0)
    found = [
        new[name].model_copy(update={"score": least / 2, "arms": Arms(dense=round(float(d), 6), lexical=round(float(x), 6))})
        for name, d, x in zip(ids, dense, lexical, strict=True)
    ]
    return [*hits, *found]


def _masked(text: str) -> str:
    return mask_identifiers(text)[0]
