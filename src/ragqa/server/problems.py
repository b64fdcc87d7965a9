"""Errors in; problem+json (RFC 9457) for programs and a page for people out. Nothing of a request is repeated in them."""

from __future__ import annotations

import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import Scope

from ragqa.errors import (
    AccessError,
    ArticleMissing,
    Busy,
    CitationError,
    NoteMissing,
    NotKept,
    OwnText,
    RagqaError,
    ReviewError,
    TookTooLong,
    Unanswered,
    UsageError,
)
from ragqa.server.views import page

log = logging.getLogger("ragqa.server")
PROBLEM = "application/problem+json"
OWN_FAULT = "the service cannot do this now; its log names the cause under this request's id"
_STATUS: dict[type[RagqaError], int] = {
    UsageError: 422, NotKept: 404, ArticleMissing: 404, CitationError: 404,
    NoteMissing: 422, OwnText: 403, ReviewError: 409, AccessError: 401, Busy: 503, Unanswered: 503, TookTooLong: 504,
}  # fmt: skip
_NO_OBJECT = frozenset({"dict_type", "model_type", "model_attributes_type"})  # of pydantic's errors
_NO_WORD = "needs a word in Latin letters; ask in English"
_TITLES = {  # of pages, for people
    403: "Not allowed", 404: "Not found", 408: "Too slow", 409: "Not possible as it stands", 413: "Too long", 422: "This cannot be used as it is",
    429: "Too many requests", 500: "Something went wrong", 503: "Busy", 504: "This took too long",
}  # fmt: skip
_SAID = {404: "there is nothing at this address", 405: "this address takes no such request"}  # where the framework says no more than the status
_RETRY = {429: "60", 503: "2"}


class Problem(BaseModel):
    """What went wrong, after RFC 9457."""

    type: str = "about:blank"
    title: str = Field(examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(examples=["this answer is not kept any more; ask the question again"])
    request_id: str = Field(examples=["6f1c0c7d1f3e4a7f9d0f6f1d2a3b4c5d"])


def problem_response(scope: Scope, status: int, detail: str, headers: dict[str, str] | None = None) -> Response:
    """Return a refusal in the form that fits what was asked: JSON below /v1, else a page."""
    title = HTTPStatus(status).phrase
    headers = dict(headers or {})
    if status in _RETRY:
        headers.setdefault("retry-after", _RETRY[status])
    path = scope["path"].removeprefix(scope.get("root_path", ""))
    if path.startswith(("/v1/", "/metrics", "/healthz", "/readyz")):
        problem = Problem(title=title, status=status, detail=detail, request_id=scope["state"]["request_id"])
        return Response(problem.model_dump_json(), status, headers, PROBLEM)
    if status == HTTPStatus.UNAUTHORIZED and scope["app"].state.access.takes_keys():
        return page(scope, "sign_in.html", code=status, headers=headers, wrong=False, onward=_onward(scope, path))
    return page(scope, "problem.html", code=status, headers=headers, title=_TITLES.get(status, title), detail=detail)


def _onward(scope: Scope, path: str) -> str:
    """Return what was asked for, to be gone to after signing in; what was sent by a form would be sent without its fields."""
    query = scope["query_string"].decode("ascii", "ignore")
    return (f"{path}?{query}" if query else path) if scope["method"] == "GET" else "/"


def handle(app: FastAPI) -> None:
    """Have an application answer every deliberate error with a problem."""
    app.add_exception_handler(RagqaError, _deliberate)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


def responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what OpenAPI says of the problems of a route."""
    content = {PROBLEM: {"schema": Problem.model_json_schema()}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in (400, 401, 403, 413, 422, 429, *statuses)}


def status_of(error: Exception) -> int:
    """Return the status with which a deliberate error is answered."""
    return next((code for kind, code in _STATUS.items() if isinstance(error, kind)), 503)


def said_of(scope: Scope, error: RagqaError) -> str:
    """Return what a client is told of a deliberate error.

    One that is no fault of the request (a damaged index, a full disk) goes to the log instead: it may name files of this machine.
    """
    if isinstance(error, tuple(_STATUS)):
        return str(error)
    log.error("not served", extra={"request_id": scope["state"]["request_id"], "error": type(error).__name__, "cause": str(error)})
    return OWN_FAULT


async def _deliberate(request: Request, error: Exception) -> Response:
    assert isinstance(error, RagqaError)  # noqa: S101 registered for it
    status = status_of(error)
    headers = {"www-authenticate": "Bearer"} if status == HTTPStatus.UNAUTHORIZED else None
    return problem_response(request.scope, status, said_of(request.scope, error), headers)


async def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 registered for it
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"][1:] if isinstance(part, (str, int)))
    if first["type"] == "json_invalid":
        return problem_response(request.scope, 422, f"the body is no JSON: {first.get('ctx', {}).get('error', 'it ends too early')}")
    if first["type"] in _NO_OBJECT and not place:
        return problem_response(request.scope, 422, "the body is no JSON object; send one with the header Content-Type: application/json")
    said = _NO_WORD if first["type"] == "string_pattern_mismatch" and "question" in place else first["msg"]
    return problem_response(request.scope, 422, f"{place[:80] or 'the request'}: {said}")


async def _http(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 registered for it
    detail = _SAID.get(error.status_code, error.detail) if error.detail == HTTPStatus(error.status_code).phrase else error.detail
    return problem_response(request.scope, error.status_code, detail, dict(error.headers or {}))

