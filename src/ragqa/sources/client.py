"""A request in, a reply that could be read out: paced, and asked again where the server is busy, fails or hangs up."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Final, Self, TypeVar

import httpx

from ragqa.errors import SourceError

FIRST_WAIT: Final = 1.0
LONGEST_WAIT: Final = 300.0  # seconds; a server that asks for more is left alone
MOST_BYTES: Final = 1 << 30
_PASSING: Final = frozenset(
    (
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.INTERNAL_SERVER_ERROR,
        HTTPStatus.BAD_GATEWAY,
        HTTPStatus.SERVICE_UNAVAILABLE,
        HTTPStatus.GATEWAY_TIMEOUT,
    )
)
_MALFORMED_TRIES: Final = 2  # a reply that is wrong twice will be wrong again
Parsed = TypeVar("Parsed")
Fields = Mapping[str, str]


class Refused(SourceError):  # noqa: N818 - as in errors.py
    """Report a request that the server will not answer, however often it is asked."""


class Malformed(SourceError):  # noqa: N818 - as in errors.py
    """Report a reply that cannot be read; `reply` holds its bytes."""

    def __init__(self, cause: str, reply: bytes = b"") -> None:
        super().__init__(cause)
        self.reply = reply


class Client:
    """One who asks a server, never more often than `a_second`; not to be shared between threads."""

    def __init__(
        self,
        *,
        a_second: float,
        timeout: float = 60,
        tries: int = 6,
        agent: str = "ragqa",
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._least, self._tries, self._sleep, self._clock = 1 / a_second, tries, sleep, clock
        self._next = 0.0
        # No redirect is followed: what is sent goes where the settings say.
        self._http = httpx.Client(timeout=timeout, follow_redirects=False, headers={"User-Agent": agent})

    def __enter__(self) -> Self:
        """Return the client."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close its connections."""
        self._http.close()

    def get(self, url: str, fields: Fields, parse: Callable[[bytes], Parsed]) -> Parsed:
        """Return the parsed reply to a GET; what is raised is that of `post`."""
        return self._ask(lambda: self._http.build_request("GET", url, params=dict(fields)), url, parse)

    def post(self, url: str, fields: Fields, parse: Callable[[bytes], Parsed]) -> Parsed:
        """Return the parsed reply to a form that is posted: a key in it stands in no address, and so in no log.

        `parse` raises Malformed for a reply that it cannot read. Raises Refused for a request that is wrong, Malformed
        for a reply that was wrong twice, and SourceError where the server did not answer in the tries that there are.
        """
        return self._ask(lambda: self._http.build_request("POST", url, data=dict(fields)), url, parse)

    def _ask(self, build: Callable[[], httpx.Request], url: str, parse: Callable[[bytes], Parsed]) -> Parsed:
        host = httpx.URL(url).host
        malformed = 0
        fault, wait = "", FIRST_WAIT
        for attempt in range(self._tries):
            if attempt:
                self._sleep(wait)
            self._keep_pace()
            try:
                return parse(self._body(build()))
            except Malformed as error:
                malformed += 1
                if malformed >= _MALFORMED_TRIES:
                    raise
                fault, wait = str(error), FIRST_WAIT * 2**attempt
            except _Passing as error:
                fault, wait = str(error), error.wait if error.wait is not None else FIRST_WAIT * 2**attempt
                if wait > LONGEST_WAIT:
                    raise SourceError(
                        f"{host} asks to be left alone for {wait:.0f} seconds", remedy="try again later"
                    ) from error
        raise SourceError(
            f"{host} did not answer in {self._tries} tries: {fault}",
            remedy="run the same command again: it goes on where it stopped",
        )

    def _body(self, request: httpx.Request) -> bytes:
        host = request.url.host
        try:
            reply = self._http.send(request, stream=True)
            with_body = reply.read() if _length(reply) <= MOST_BYTES else b""
            reply.close()
        except httpx.UnsupportedProtocol as error:
            raise Refused(f"{request.url} is no address") from error
        except httpx.RequestError as error:  # unreachable, too slow, or cut off
            raise _Passing(f"{type(error).__name__}: {error}") from error
        if reply.is_success:
            return with_body
        if reply.status_code in _PASSING:
            raise _Passing(f"status {reply.status_code}", _seconds(reply.headers.get("Retry-After")))
        where = f", redirected to {reply.headers.get('Location')}" if reply.is_redirect else ""
        raise Refused(
            f"{host} refuses the request (status {reply.status_code}{where})",
            remedy="check the query and the settings of sources",
        )

    def _keep_pace(self) -> None:
        now = self._clock()
        if now < self._next:
            self._sleep(self._next - now)
        self._next = max(now, self._next) + self._least


class _Passing(Exception):  # noqa: N818 - it says what the fault is
    """A fault that may be over soon; `wait` holds the seconds that the server asks for."""

    def __init__(self, cause: str, wait: float | None = None) -> None:
        super().__init__(cause)
        self.wait = wait


def _length(reply: httpx.Response) -> int:
    said = reply.headers.get("Content-Length", "0")
    return int(said) if said.isdigit() else 0


def _seconds(said: str | None) -> float | None:
    """Return the seconds of a Retry-After, which may be a number or a date."""
    if said is None:
        return None
    if said.strip().isdigit():
        return float(said)
    try:
        until = parsedate_to_datetime(said)
    except ValueError:
        return None
    return max(0.0, (until - datetime.now(tz=UTC)).total_seconds()) if until.tzinfo else None
