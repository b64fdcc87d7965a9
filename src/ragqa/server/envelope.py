"""Around every request: an id, secure headers, one log line and the counters. Pure ASGI, so that streams stay streams."""

from __future__ import annotations

import json
import logging
import re
import sys
import time
import traceback
import uuid
from datetime import UTC, datetime
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ragqa.server.metrics import Metrics
from ragqa.server.problems import problem_response

log = logging.getLogger("ragqa.server")
_ID = re.compile(r"[\w.-]{1,64}", re.ASCII)
POLICY: Final = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Final = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
}


class Envelope:
    """The outermost layer of the service."""

    def __init__(self, app: ASGIApp, *, metrics: Metrics) -> None:
        self._app, self._metrics = app, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope).get("x-request-id", "")
        request_id = asked if _ID.fullmatch(asked) else uuid.uuid4().hex
        scope.setdefault("state", {})["request_id"] = request_id
        began, status, started = time.perf_counter(), 500, False
        is_head = scope["method"] == "HEAD"
        inner = {**scope, "method": "GET"} if is_head else scope  # HEAD is answered as GET is, without the body

        async def sealed(message: Message) -> None:
            nonlocal status, started
            if message["type"] == "http.response.start":
                status, started = message["status"], True
                headers = MutableHeaders(scope=message)
                headers["x-request-id"] = request_id
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", "no-store")
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        try:
            await self._app(inner, receive, sealed)
        except Exception as error:
            log.error("unforeseen", extra={"request_id": request_id, "error": type(error).__name__, "trace": _frames(error)})  # noqa: TRY400 as in _frames
            if started:
                raise
            detail = "something went wrong here; the log names it under this request's id"
            await problem_response(scope, 500, detail)(scope, receive, sealed)
        finally:
            self._note(inner, scope["method"], request_id, status, time.perf_counter() - began)

    def _note(self, scope: Scope, method: str, request_id: str, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "none")  # the pattern: an address made up by a client is no label
        self._metrics.requests.labels(method=_method(method), route=route, status=str(status)).inc()
        self._metrics.seconds.labels(route=route).observe(seconds)
        fields = {"request_id": request_id, "method": _method(method), "route": route, "status": status, "ms": round(seconds * 1000, 1)}
        visitor = scope["state"].get("visitor")
        log.info("request", extra=fields | ({"key": visitor.key_id} if visitor is not None and visitor.key_id else {}))


class JsonLines(logging.Formatter):
    """Log records as one JSON object a line: time, level, message and what was given as `extra`."""

    _KNOWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName", "color_message"}

    def format(self, record: logging.LogRecord) -> str:
        """Return a record as JSON."""
        fields: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        fields |= {name: value for name, value in vars(record).items() if name not in self._KNOWN}
        if record.exc_info and record.exc_info[1]:
            fields |= {"error": type(record.exc_info[1]).__name__, "trace": _frames(record.exc_info[1])}
        return json.dumps(fields, default=str)


def log_as_json() -> None:
    """Have this process write its log to standard error, one JSON object a line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.getLogger("faiss").setLevel(logging.WARNING)  # says at each start which of its builds it tried


def _frames(error: BaseException) -> list[str]:
    """Return where an error came from, without its message: that may repeat what was asked."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)[-12:]]


def _method(method: str) -> str:
    return method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
