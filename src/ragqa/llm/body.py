"""A request in; the very body that is sent, with identifiers masked, out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ragqa.llm.endpoint import Endpoint
from ragqa.protocols import ModelRequest
from ragqa.types import Record

Mask = Callable[[str], str]
SEED = 20261101
_LEFT_OUT = frozenset({"title", "default", "description", "maxLength", "minLength", "maxItems", "minItems"})  # strict endpoints refuse some


def body_of(request: ModelRequest, endpoint: Endpoint, mask: Mask) -> dict[str, Any]:
    """Return the body of a chat completion: what a dry run shows and what is sent are this, both."""
    body: dict[str, Any] = {
        "model": endpoint.model,
        "messages": [{"role": "system", "content": request.instructions}, {"role": "user", "content": mask(request.data)}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if endpoint.deterministic:
        body |= {"temperature": 0, "seed": SEED}
    if endpoint.most_tokens:
        body["max_tokens"] = endpoint.most_tokens
    if endpoint.structured != "none":
        body["response_format"] = _format(request) if endpoint.structured == "schema" else {"type": "json_object"}
    return body


def _format(request: ModelRequest) -> dict[str, Any]:
    schema = strict_schema(request.shape)
    return {"type": "json_schema", "json_schema": {"name": request.prompt, "strict": True, "schema": schema}}


def strict_schema(shape: type[Record]) -> dict[str, Any]:
    """Return the JSON schema of a record in the form that strict endpoints take: every field required, none beside them."""
    schema: dict[str, Any] = _strict(shape.model_json_schema())
    return schema


def _strict(node: Any) -> Any:  # noqa: ANN401 a schema is any JSON
    if isinstance(node, list):
        return [_strict(item) for item in node]
    if not isinstance(node, dict):
        return node
    kept = {key: _strict(value) for key, value in node.items() if key not in _LEFT_OUT}
    if isinstance(node.get("properties"), dict):  # whose names are not keywords, even one that is called "title"
        kept["properties"] = {name: _strict(value) for name, value in node["properties"].items()}
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept
