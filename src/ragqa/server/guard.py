"""A request in; the same request, or a refusal because of its host, its origin, its size or its slowness, out. Pure ASGI."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ragqa.server.problems import problem_response

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_PROXY, _PROXY_PREFIX = frozenset({"via", "forwarded", "x-real-ip"}), "x-forwarded-"  # a proxy speaks for somebody else
_READING = frozenset({"GET", "HEAD", "OPTIONS"})
_OWN_SITE = frozenset({"same-origin", "none"})


class Guard:
    """Lets through what may reach a route.

    While `keyless` says that no key is needed, only this machine is served: by the address of the client, and by the
    name that it asks for, so that a page elsewhere cannot reach the service by a name that it points here. What a
    proxy passes on is not taken for this machine's.
    """

    def __init__(self, app: ASGIApp, *, keyless: Callable[[], bool], most_body: int, arrival: float) -> None:
        self._app, self._keyless, self._most, self._arrival = app, keyless, most_body, arrival

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        refusal = self._refusal(scope, headers)
        if refusal is not None:
            await problem_response(scope, *refusal)(scope, receive, send)
            return
        read, ends = 0, asyncio.get_running_loop().time() + self._arrival
        is_whole = False

        async def counted() -> Message:
            nonlocal read, is_whole
            if is_whole:  # what comes now is that the client has gone
                return await receive()
            try:
                async with asyncio.timeout_at(ends):
                    message = await receive()
            except TimeoutError:
                raise HTTPException(*self._too_slow()) from None
            read += len(message.get("body", b""))
            is_whole = not message.get("more_body", False)
            if read > self._most:
                raise HTTPException(*self._too_large())
            return message

        try:
            await self._app(scope, counted, send)
        except HTTPException as error:  # where no route has turned it into a problem; before any response: a body is read whole first
            await problem_response(scope, error.status_code, error.detail)(scope, receive, send)

    def _refusal(self, scope: Scope, headers: Headers) -> tuple[int, str] | None:
        if not _is_local(scope, headers) and self._keyless():
            return 403, "without an API key this service answers only its own machine; make one: ragqa keys create NAME"
        length = headers.get("content-length", "0")
        if length.isdecimal() and int(length[:20]) > self._most:
            return self._too_large()
        if scope["method"] not in _READING and "authorization" not in headers and _is_foreign(headers):
            return 403, "a page of another site may not do this"
        return None

    def _too_large(self) -> tuple[int, str]:
        return 413, f"a request may have at most {self._most} bytes"

    def _too_slow(self) -> tuple[int, str]:
        return 408, f"a request must have arrived whole within {self._arrival:g} seconds"


def _is_local(scope: Scope, headers: Headers) -> bool:
    if any(name in _PROXY or name.startswith(_PROXY_PREFIX) for name in headers):
        return False
    client = scope.get("client")
    return (client is None or client[0] in LOOPBACK) and _host(headers.get("host", "")) in LOOPBACK


def _host(header: str) -> str:
    try:
        return urlsplit(f"//{header}").hostname or ""
    except ValueError:
        return ""


def _is_foreign(headers: Headers) -> bool:
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OWN_SITE
    origin = headers.get("origin")
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host", "")
    except ValueError:
        return True
