"""An address and a model's name in; a checked endpoint out."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from ragqa.errors import ModelError

Structured = Literal["schema", "object", "none"]
"""How JSON is asked for: by its schema, as any JSON object, or by the instructions alone."""


class Endpoint(NamedTuple):
    """Where a model is and how it is asked."""

    model: str
    base_url: str  # with the path, such as http://127.0.0.1:11434/v1
    structured: Structured = "schema"
    timeout: float = 60.0  # seconds without a byte
    longest: float = 180.0  # seconds for a whole reply
    retries: int = 2  # after a refused connection, a 408, 409, 429 or 5xx, each after a longer pause
    most_tokens: int = 3000  # of a reply; 0 asks for no limit
    deterministic: bool = True  # temperature 0 and a fixed seed
    price_in: float | None = None  # for a million tokens
    price_out: float | None = None

    @property
    def origin(self) -> str:
        """Return scheme, host and port."""
        parts = urlsplit(self.base_url)
        return f"{parts.scheme}://{parts.netloc}"


def endpoint_of(endpoint: Endpoint, *, has_key: bool) -> Endpoint:
    """Return an endpoint that may be asked.

    Raises ModelError for one without model or address, an address that is none, and one to which a key would go in the clear.
    """
    if not endpoint.model or not endpoint.base_url:
        missing = "model" if not endpoint.model else "address"
        raise ModelError(f"the language model has no {missing}", remedy="give --model and --base-url, or set llm.model and llm.base_url")
    try:
        parts = urlsplit(endpoint.base_url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ModelError(f"{endpoint.base_url} is no address: {error}") from error
    if parts.scheme not in {"http", "https"} or not host or "@" in parts.netloc or parts.query:
        raise ModelError(f"{endpoint.base_url} is no address of an endpoint", remedy="give one such as http://127.0.0.1:11434/v1")
    if has_key and parts.scheme == "http" and not _is_loopback(host):
        raise ModelError(f"the key would go to {host} unencrypted", remedy="use https, or unset RAGQA_LLM_KEY")
    return endpoint._replace(base_url=endpoint.base_url.rstrip("/"))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
