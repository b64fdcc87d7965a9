"""Requests in; what would be sent, printed by whoever asked, out. Nothing leaves the machine."""

from __future__ import annotations

import json
from collections.abc import Callable

from ragqa.errors import ReplyError
from ragqa.llm.body import Mask, body_of
from ragqa.llm.endpoint import Endpoint
from ragqa.protocols import ModelReply, ModelRequest


class DryRun:
    """Stands where a language model would, shows each request and never replies."""

    def __init__(self, endpoint: Endpoint, mask: Mask, show: Callable[[str], None]) -> None:
        self._endpoint, self._mask, self._show = endpoint, mask, show

    @property
    def name(self) -> str:
        """Return the name of the model that would be asked."""
        return self._endpoint.model

    @property
    def endpoint(self) -> str:
        """Return where it would be asked."""
        return self._endpoint.origin

    def complete(self, request: ModelRequest, *, on_text: Callable[[str], None] | None = None) -> ModelReply:  # noqa: ARG002 the socket
        """Show address and body of the request, and raise ReplyError: there is no reply."""
        body = json.dumps(body_of(request, self._endpoint, self._mask), indent=2, ensure_ascii=False)
        self._show(f"POST {self._endpoint.base_url}/chat/completions\n{body}\n")
        raise ReplyError("a dry run: nothing was sent")
