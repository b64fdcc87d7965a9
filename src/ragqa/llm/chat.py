"""A request in; the reply of an OpenAI-compatible endpoint, streamed, counted and bounded, out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import TYPE_CHECKING, Any

from ragqa.errors import MissingExtra, ModelError, ReplyError
from ragqa.llm.body import Mask, body_of
from ragqa.llm.endpoint import Endpoint, endpoint_of
from ragqa.protocols import ModelReply, ModelRequest
from ragqa.types import Usage

if TYPE_CHECKING:
    from openai import OpenAI

MOST_CHARACTERS = 200_000  # of a reply; whatever comes after is not read
MILLION = 1_000_000
NO_KEY = "none"  # local servers ask for none, the library for some


class ChatModel:
    """A model behind an endpoint; safe to use from many threads."""

    def __init__(self, endpoint: Endpoint, mask: Mask, *, key: str | None = None) -> None:
        """Take a checked or unchecked endpoint, what masks identifiers, and the key, if any. Nothing is contacted yet.

        Raises ModelError for an endpoint that cannot be asked, MissingExtra where the client library is not installed.
        """
        self._endpoint, self._mask = endpoint_of(endpoint, has_key=key is not None), mask
        self._key = key
        _library()

    @property
    def name(self) -> str:
        """Return the model's name."""
        return self._endpoint.model

    @property
    def endpoint(self) -> str:
        """Return scheme, host and port."""
        return self._endpoint.origin

    def complete(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """Return the reply, whole or as far as it came.

        Raises ModelError where the endpoint, its key or the model is wrong, and ReplyError where no reply came.
        """
        reading = _Reading(self._endpoint, on_text)
        body = body_of(request, self._endpoint, self._mask)
        for chunk in self._chunks(body, reading):
            reading.take(chunk)
            if reading.is_full:
                break
        return reading.reply()

    def _client(self) -> OpenAI:
        """Return a client for one request: nothing stays open between them."""
        openai = _library()
        client: OpenAI = openai.OpenAI(
            api_key=self._key or NO_KEY,
            base_url=self._endpoint.base_url,
            organization="",  # not those of the environment, which belong to another endpoint
            project="",
            timeout=self._endpoint.timeout,
            max_retries=self._endpoint.retries,
            http_client=openai.DefaultHttpxClient(follow_redirects=False, trust_env=False),  # what is sent goes where the user said, by no proxy
        )
        client._custom_headers = {}  # noqa: SLF001 those of OPENAI_CUSTOM_HEADERS, which no argument turns off
        return client

    def _chunks(self, body: dict[str, Any], reading: _Reading) -> Iterator[Any]:
        """Yield what comes; a reply that breaks off after its first words ends there."""
        import httpx2  # noqa: PLC0415 comes with the extra
        import openai  # noqa: PLC0415 two seconds, and an extra

        try:
            with self._client() as client, client.chat.completions.create(**body) as stream:
                yield from stream
        except (openai.APITimeoutError, httpx2.TimeoutException) as error:
            reading.break_off(f"no reply within {self._endpoint.timeout:g} seconds", error)
        except openai.APIStatusError as error:
            raise _status_error(error, self._endpoint) from error
        except openai.APIConnectionError as error:
            if reading.text:
                reading.break_off("the connection broke", error)
            else:
                raise ModelError(f"{self._endpoint.origin} cannot be reached: {error.__cause__ or error}", remedy="is the server running?") from error
        except (openai.APIError, httpx2.HTTPError, ValueError) as error:  # a broken stream, or one that is no stream
            reading.break_off(f"the reply cannot be read: {str(error)[:120]}", error)


class _Reading:
    """Gathers a reply as it comes, within the bounds of time and length."""

    def __init__(self, endpoint: Endpoint, on_text: Callable[[str], None] | None) -> None:
        self._endpoint, self._on_text = endpoint, on_text
        self._until = time.monotonic() + endpoint.longest
        self._tokens: tuple[int, int] | None = None
        self._finish: str | None = None
        self.text = ""

    @property
    def is_full(self) -> bool:
        """Tell whether no more is read."""
        return len(self.text) > MOST_CHARACTERS or time.monotonic() > self._until

    def take(self, chunk: Any) -> None:  # noqa: ANN401 whatever the endpoint sends: its fields are checked here
        """Add a chunk."""
        usage = getattr(chunk, "usage", None)
        if usage is not None:
            self._tokens = (_count(usage, "prompt_tokens"), _count(usage, "completion_tokens"))
        for choice in (getattr(chunk, "choices", None) or [])[:1]:
            self._finish = getattr(choice, "finish_reason", None) or self._finish
            piece = getattr(getattr(choice, "delta", None), "content", None)
            if isinstance(piece, str) and piece:
                self.text += piece
                if self._on_text:
                    self._on_text(self.text)

    def break_off(self, reason: str, error: Exception) -> None:
        """End a reply that began; raise ReplyError for one that did not."""
        if not self.text:
            raise ReplyError(f"the language model: {reason}") from error

    def reply(self) -> ModelReply:
        """Return what came."""
        if not self.text.strip():
            raise ReplyError("the language model gave an empty reply")
        return ModelReply(self.text, self._finish == "stop" and not self.is_full, self._usage())

    def _usage(self) -> Usage:
        if self._tokens is None:
            return Usage(requests=1, unreported=1)
        prices = (self._endpoint.price_in, self._endpoint.price_out)
        known = [price * count / MILLION for price, count in zip(prices, self._tokens, strict=True) if price is not None]
        return Usage(requests=1, prompt_tokens=self._tokens[0], reply_tokens=self._tokens[1], cost=sum(known) if known else None)


def _count(usage: object, name: str) -> int:
    value = getattr(usage, name, None)
    return value if isinstance(value, int) and value >= 0 else 0


def _library() -> ModuleType:
    try:
        import openai  # noqa: PLC0415 two seconds, and an extra
    except ImportError as error:
        raise MissingExtra("the connection to a language model", "llm") from error
    return openai


def _status_error(error: Any, endpoint: Endpoint) -> ModelError:  # noqa: ANN401 an error of a library that is imported late
    code, said = error.status_code, str(error.message)[:160]
    if code in {401, 403}:
        return ModelError(f"{endpoint.origin} refuses the key ({code})", remedy="set RAGQA_LLM_KEY")
    if code == 404:  # noqa: PLR2004 not found
        return ModelError(f"{endpoint.origin} knows no model {endpoint.model} at this address ({said})", remedy="check llm.model and llm.base_url")
    if code in {400, 422}:
        return ModelError(f"{endpoint.origin} refuses the request: {said}", remedy='try llm.structured = "object" or "none", or llm.most_tokens = 0')
    if 300 <= code < 400:  # noqa: PLR2004 a redirection
        return ModelError(f"{endpoint.origin} sends requests elsewhere ({code}), and they do not follow", remedy="name the final address")
    return ReplyError(f"the language model: {endpoint.origin} answered {code}: {said}")
