"""A connection in; the same, closed where the head of a request does not arrive in time. What uvicorn itself waits for for ever."""

from __future__ import annotations

import asyncio
from typing import Any, Final

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

MOST_CONNECTIONS: Final = 500
"""Below the 1,024 files that a process may usually have open; those beyond it get 503."""


class PatientProtocol(H11Protocol):
    """HTTP/1.1 as h11 reads it: two hosts, two lengths or a broken head are refused, a slow head is given up."""

    arrival = 15.0
    _waiting: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in the class above
        """Begin to wait for a head."""
        super().connection_made(transport)
        self._look()

    def data_received(self, data: bytes) -> None:
        """Take in what came; what comes in drops renews no time."""
        super().data_received(data)
        self._look()

    def on_response_complete(self) -> None:
        """Wait for the next head, and for the rest of a body that nobody reads any more."""
        super().on_response_complete()
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        """Stop waiting."""
        self._stop()
        super().connection_lost(exc)

    def _look(self) -> None:
        answering = self.cycle is not None and not self.cycle.response_complete
        if answering or self.transport.is_closing():
            self._stop()
        elif self._waiting is None:
            self._waiting = self.loop.call_later(self.arrival, self._give_up)

    def _stop(self) -> None:
        if self._waiting is not None:
            self._waiting.cancel()
            self._waiting = None

    def _give_up(self) -> None:
        self._waiting = None
        if self.conn.our_state is not h11.ERROR and not self.transport.is_closing():
            self.transport.close()


def options(arrival: float) -> dict[str, Any]:
    """Return what uvicorn is told: this protocol with its patience in seconds, no other one, and how many connections there may be."""
    protocol = type("PatientProtocol", (PatientProtocol,), {"arrival": arrival})
    return {"http": protocol, "ws": "none", "limit_concurrency": MOST_CONNECTIONS}
