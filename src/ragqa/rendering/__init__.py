"""An Answer in; text out, in one of four forms. And the traces of its quotes, and what a search found, for the terminal."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol, cast

from ragqa.errors import UsageError
from ragqa.rendering.found import render_found
from ragqa.rendering.json_form import parse_answer, to_json
from ragqa.rendering.terminal import to_terminal
from ragqa.rendering.trace import render_trace, render_traces
from ragqa.types import Answer

__all__ = ["RENDERERS", "Renderer", "parse_answer", "render", "render_found", "render_trace", "render_traces"]


class Renderer(Protocol):
    """Turn an answer into text; only the terminal heeds width and colour. `standing` is what review says of it, in place of the bare status."""

    def __call__(self, answer: Answer, *, width: int | None = None, color: bool = False, standing: str | None = None) -> str:
        """Return the text."""


def _late(module: str, name: str) -> Renderer:
    """Return a renderer whose module is loaded with its first answer: most are read in a terminal."""

    def renderer(answer: Answer, *, width: int | None = None, color: bool = False, standing: str | None = None) -> str:
        found = cast("Renderer", getattr(import_module(module), name))
        return found(answer, width=width, color=color, standing=standing)

    return renderer


RENDERERS: dict[str, Renderer] = {
    "terminal": to_terminal,
    "markdown": _late("ragqa.rendering.markdown", "to_markdown"),
    "html": _late("ragqa.rendering.html", "to_html"),
    "json": to_json,
}


def render(answer: Answer, form: str, *, width: int | None = None, color: bool = False, standing: str | None = None) -> str:
    """Return an answer in a form of RENDERERS; the same answer gives the same text.

    `standing` says in place of the bare status how it stands in review, such as who approved it; JSON holds the status alone.

    Raises UsageError for another form.
    """
    renderer = RENDERERS.get(form)
    if renderer is None:
        raise UsageError(f"unknown form {form!r}", remedy=f"choose one of {', '.join(RENDERERS)}")
    return renderer(answer, width=width, color=color, standing=standing)
