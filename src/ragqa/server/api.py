"""The HTTP API: ask, search, passages, health and counters."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from ragqa.errors import RagqaError
from ragqa.question import mask_identifiers
from ragqa.server.access import needs
from ragqa.server.desk import Asked
from ragqa.server.problems import responses, said_of
from ragqa.server.schemas import Found, FoundPassage, Health, KeptAnswer, Question, Search
from ragqa.server.service import Kept, Service
from ragqa.server.sources import Surroundings, parse_passage_id, surroundings
from ragqa.server.streaming import events_of, failure, understood
from ragqa.types import Span
from ragqa.vocabulary import Role

Place = Annotated[str, Field(pattern=r"^[0-9]{1,9}-[0-9]{1,9}$", examples=["120-268"])]
READER, ADMIN = Depends(needs(Role.READER)), Depends(needs(Role.ADMIN))
router = APIRouter()
_EVENT = {
    "type": "object",
    "required": ["event", "data"],
    "properties": {
        "event": {"enum": ["understood", "opening", "section", "closing", "done", "problem"]},
        "data": {"type": "string", "description": "JSON"},
    },
}
_EVENTS: dict[int | str, dict[str, Any]] = {200: {"description": "Events", "content": {"text/event-stream": {"schema": _EVENT}}}}


def service_of(request: Request) -> Service:
    """Return the service behind a request."""
    service: Service = request.app.state.service
    return service


Serving = Annotated[Service, Depends(service_of)]


@router.post("/v1/answers", tags=["answers"], dependencies=[READER], response_model=KeptAnswer, responses=responses(503, 504))
async def ask(question: Question, service: Serving) -> Response:
    """Answer a question. An answer without statements has `abstained` true, and says in its gaps what was searched."""
    return _whole(await service.ask(question.asked()))


@router.post(
    "/v1/answers/stream", tags=["answers"], dependencies=[READER], responses={**_EVENTS, **responses(503, 504)}, response_class=Response
)
async def stream(request: Request, question: Question, service: Serving) -> Response:
    """Answer a question as server-sent events.

    `understood` comes at once, with an emergency notice where the question describes one, and with the
    kinds of `identifiers` of a patient that it seems to hold; then `opening`, a `section`
    for each section in reading order, `closing`, and `done` with the answer's id. A refusal is a `problem`.
    """
    return StreamingResponse(_events(request, question.asked(), service), media_type="text/event-stream")


@router.get("/v1/answers/{answer_id}", tags=["answers"], dependencies=[READER], response_model=KeptAnswer, responses=responses(404))
async def kept_answer(answer_id: Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")], service: Serving) -> Response:
    """Return an answer that was given before. Answers are kept in memory, the newest only."""
    return _whole(service.kept(answer_id))


@router.post("/v1/search", tags=["search"], dependencies=[READER], responses=responses(503))
async def search(query: Search, service: Serving) -> Found:
    """Return the passages found for a question, best first, with the scores of both arms."""
    return await run_in_threadpool(_search, query, service)


@router.get("/v1/passages/{passage_id:path}", tags=["search"], dependencies=[READER], responses=responses(404))
async def passage(
    passage_id: Annotated[str, Path(description="DOCUMENT:START-END, in characters of the document.", examples=["acp-2017-low-back-pain:0-412"])],
    service: Serving,
    quote: Annotated[list[Place], Query(max_length=20, description="Spans to mark.")] = [],  # noqa: B006 never changed
) -> Surroundings:
    """Return a passage in its section, with the offsets of what is quoted from it (the passage itself where nothing is named)."""
    document_id, span = parse_passage_id(passage_id)
    spans = [parse_passage_id(f"{document_id}:{place}")[1] for place in quote] or [span]
    return await run_in_threadpool(surroundings, service.engine.index, document_id, spans)


@router.get("/healthz", tags=["operation"])
async def health() -> Health:
    """Say that the process answers."""
    return Health(status="ok")


@router.get("/readyz", tags=["operation"])
async def ready(service: Serving) -> Health:
    """Say which index is in force."""
    index = service.engine.index
    return Health(status="ok", index=index.fingerprint, passages=index.passage_count)


@router.get(
    "/metrics", tags=["operation"], dependencies=[ADMIN], response_class=Response,
    responses={200: {"description": "Counters", "content": {"text/plain": {"schema": {"type": "string"}}}}, **responses()},
)  # fmt: skip
async def metrics(service: Serving) -> Response:
    """Return the counters for Prometheus."""
    return Response(service.metrics.text(), media_type="text/plain; version=0.0.4")


def _whole(kept: Kept) -> Response:
    """Return a KeptAnswer; its JSON was checked when the answer was made, and goes out as it is."""
    identifiers = json.dumps(mask_identifiers(json.loads(kept.data)["question"])[1])
    return Response(b'{"id":"%s","identifiers":%s,"answer":%s}' % (kept.id.encode(), identifiers.encode(), kept.data), media_type="application/json")


def _search(query: Search, service: Service) -> Found:
    engine = service.engine
    found = engine.search(query.question, filters=query.filters(), depth=query.depth)
    titles = {card.document_id: card.source.title for card in engine.index.cards(sorted({p.document_id for _, p in found}))}
    passages = [
        FoundPassage(
            id=passage.id, document_id=passage.document_id, title=titles[passage.document_id], heading_path=passage.heading_path,
            text=passage.text, rank=hit.rank, score=hit.score, dense=hit.arms.dense, lexical=hit.arms.lexical,
        )
        for hit, passage in found
    ]  # fmt: skip
    return Found(identifiers=list(mask_identifiers(query.question)[1]), passages=passages)


async def _events(request: Request, asked: Asked, service: Service) -> AsyncIterator[bytes]:
    try:
        query = await run_in_threadpool(
            service.engine.understand, asked.question, audience=asked.audience, filters=asked.filters, history=asked.history
        )
        yield _event("understood", understood(query, mask_identifiers(asked.question)[1]))
        kept: Kept = await service.ask(asked)
    except RagqaError as error:
        yield _event("problem", failure(said_of(request.scope, error)))
        return
    for name, data in events_of(kept.id, kept.answer):
        yield _event(name, data)


def _event(name: str, data: str) -> bytes:
    return format_sse_event(event=name, data_str=data)


def spans_of(quotes: list[str], document_id: str) -> list[Span]:
    """Return the spans that an address names."""
    return [parse_passage_id(f"{document_id}:{place}")[1] for place in quotes]
