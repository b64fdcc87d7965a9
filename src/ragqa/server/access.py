"""A request in; who it is from and what they may do, or a refusal, out."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple

from fastapi import Request
from limits import RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.exceptions import HTTPException

from ragqa.errors import AccessError, StateError
from ragqa.keys import KeyStore, allows
from ragqa.vocabulary import Role

COOKIE = "ragqa_session"
SESSION = 12 * 3600  # seconds
MOST_SESSIONS, MOST_OF_A_KEY = 10_000, 20


class Visitor(NamedTuple):
    """Who a request is from; `key_id` is None where no key is needed."""

    name: str
    role: Role
    key_id: str | None = None

    def may(self, role: Role) -> bool:
        """Tell whether this visitor may do what a role may."""
        return allows(self.role, role)


LOCAL = Visitor("local user", Role.ADMIN)
Authorise = Callable[[Request], Visitor | None]
"""How another application says who a request is from; None refuses it."""


class Access:
    """Who may do what: by API key, by a session that a key opened, or by what another application says.

    As long as no key was ever made, whoever sits at this machine may do everything.
    """

    def __init__(self, keys: KeyStore | None, authorise: Authorise | None, *, rate: int) -> None:
        self._keys, self._authorise = keys, authorise
        self._sessions: dict[str, tuple[str, float]] = {}  # token -> key id, end
        self._lock = threading.Lock()
        self._keyed = False  # a key has been seen: a file that goes away opens nothing
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._rate = RateLimitItemPerMinute(rate)

    def keyless(self) -> bool:
        """Tell whether no key is needed: as long as none was ever made, and never again once one was seen.

        A file of keys that cannot be read may hold some.
        """
        if self._authorise is None and not self._keyed and self._keys is not None:
            try:
                self._keyed = bool(self._keys.cards())
            except StateError:
                return False
        return self._authorise is None and not self._keyed

    def takes_keys(self) -> bool:
        """Tell whether people sign in with keys; another application has its own way."""
        return self._authorise is None

    def visitor(self, request: Request) -> Visitor:
        """Return who a request is from, and count it; raise AccessError, or 429 where there were too many.

        What is refused counts for its address; an address that has used up its minute has no key looked up any more.
        """
        if not self._limiter.test(self._rate, _address(request)):
            raise self._too_many(_address(request))
        try:
            found = self._visitor(request)
        except AccessError:
            self.count(request)
            raise
        self.count(request, found.key_id)
        request.state.visitor = found
        return found

    def count(self, request: Request, key_id: str | None = None) -> None:
        """Count a request for its key or address; raise 429 where there were too many within a minute."""
        name = key_id or _address(request)
        if not self._limiter.hit(self._rate, name):
            raise self._too_many(name)

    def open_session(self, key: str) -> str:
        """Return the token of a new session; raise AccessError for what is no key."""
        if self._keys is None:
            raise AccessError("this service takes no keys")
        card = self._keys.holder(key)
        token, now = secrets.token_urlsafe(32), time.monotonic()
        with self._lock:
            self._sessions = {t: held for t, held in self._sessions.items() if held[1] > now}
            own = [t for t, (key_id, _) in self._sessions.items() if key_id == card.id]
            for oldest in own[: max(0, len(own) + 1 - MOST_OF_A_KEY)]:  # nobody fills the room of the others
                del self._sessions[oldest]
            if len(self._sessions) >= MOST_SESSIONS:
                raise AccessError("too many sessions", remedy="try again later")
            self._sessions[token] = (card.id, now + SESSION)
        return token

    def end_session(self, token: str) -> None:
        """Forget a session."""
        with self._lock:
            self._sessions.pop(token, None)

    def _too_many(self, name: str) -> HTTPException:
        wait = max(1, round(self._limiter.get_window_stats(self._rate, name).reset_time - time.time()))
        return HTTPException(429, f"more than {self._rate.amount} requests in a minute", {"retry-after": str(wait)})

    def _visitor(self, request: Request) -> Visitor:
        if self._authorise is not None:
            found = self._authorise(request)
            if found is None:
                raise AccessError("this needs permission")
            return found
        if self._keys is None or self.keyless():
            return LOCAL
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            card = self._keys.holder(key.strip())
            return Visitor(card.name, card.role, card.id)
        with self._lock:
            key_id, end = self._sessions.get(request.cookies.get(COOKIE, ""), ("", 0.0))
        card_of = {card.id: card for card in self._keys.cards() if card.revoked is None}
        if key_id not in card_of or end <= time.monotonic():
            raise AccessError("this needs an API key", remedy="sign in, or send it as: Authorization: Bearer KEY")
        return Visitor(card_of[key_id].name, card_of[key_id].role, key_id)


def _address(request: Request) -> str:
    return request.client.host if request.client else "nowhere"


def needs(role: Role) -> Callable[[Request], Awaitable[Visitor]]:
    """Return a dependency that gives the visitor, and refuses one who may not do what the role may."""

    async def dependency(request: Request) -> Visitor:
        access: Access = request.app.state.access
        visitor = access.visitor(request)
        if not visitor.may(role):
            raise HTTPException(403, f"this needs the role {role.value}")
        return visitor

    return dependency
