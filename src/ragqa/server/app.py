"""An engine in; a FastAPI application, to be served or to be mounted in another one, out."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from pathlib import Path
from typing import Any, TypeAlias

from fastapi import FastAPI

from ragqa.config import ServeSettings
from ragqa.engine import Engine
from ragqa.keys import KeyStore
from ragqa.review import ReviewStore
from ragqa.server import api, api_articles, pages, pages_review
from ragqa.server.access import Access, Authorise
from ragqa.server.desk import Desk, ThreadDesk
from ragqa.server.envelope import Envelope
from ragqa.server.guard import Guard
from ragqa.server.metrics import Metrics
from ragqa.server.problems import handle
from ragqa.server.service import Service
from ragqa.version import __version__

EXAMPLES = (
    "Does acupuncture help chronic low back pain?",
    "Which blood pressure target for an adult with diabetes?",
    "How is Helicobacter pylori treated after a first failure?",
    "Is colchicine safe with reduced kidney function?",
)
Lifespan: TypeAlias = Callable[[FastAPI], AbstractAsyncContextManager[None]]
_DESCRIPTION = "Answers to clinical questions, quoted from the documents of an index. Errors are problem+json (RFC 9457)."
KEYS_FILE, REVIEW_FILE = "keys.sqlite", "review.sqlite"


def create_app(
    engine: Engine,
    *,
    state: Path | str,
    settings: ServeSettings | None = None,
    authorise: Authorise | None = None,
    examples: Sequence[str] = EXAMPLES,
    approve_own: bool = False,
) -> FastAPI:
    """Return the page and the API over an engine, to be served or mounted.

    `state` is the folder of reviewed articles and API keys. Without keys in it, only this machine is served, unless
    `authorise` says who a request is from, as the application around this one knows it. With `approve_own`, who brought
    a text in may approve it: for a house of one person.
    """
    return app_over(ThreadDesk(engine), state=Path(state), settings=settings, authorise=authorise, examples=examples, approve_own=approve_own)


def app_over(
    desk: Desk,
    *,
    state: Path,
    settings: ServeSettings | None = None,
    authorise: Authorise | None = None,
    examples: Sequence[str] = EXAMPLES,
    approve_own: bool = False,
    lifespan: Lifespan | None = None,
) -> FastAPI:
    """Return the application over a desk; `lifespan` runs around it where it is served by itself."""
    chosen = settings or ServeSettings()
    metrics = Metrics()
    app = FastAPI(title="ragqa", version=__version__, description=_DESCRIPTION, docs_url=None, redoc_url=None, lifespan=lifespan)
    state_of: Any = app.state
    state_of.service = Service(desk, ReviewStore(state / REVIEW_FILE, approve_own=approve_own), chosen, metrics)
    state_of.access = Access(KeyStore(state / KEYS_FILE), authorise, rate=chosen.rate)
    state_of.examples = tuple(examples)
    for part in (api, api_articles, pages, pages_review):
        app.include_router(part.router)
    handle(app)
    app.add_middleware(Guard, keyless=state_of.access.keyless, most_body=chosen.most_body, arrival=chosen.arrival)
    app.add_middleware(Envelope, metrics=metrics)
    logging.getLogger("ragqa.server").setLevel(logging.INFO)
    return app
