"""An Answer in; text out, in one of four forms. And the traces of its quotes, for the terminal."""

from __future__ import annotations

from typing import Protocol

from ragqa.errors import UsageError
from ragqa.rendering.html import to_html
from ragqa.rendering.json_form import parse_answer, to_json
from ragqa.rendering.markdown import to_markdown
from ragqa.rendering.terminal import to_terminal
from ragqa.rendering.trace import render_trace, render_traces
from ragqa.types import Answer

__all__ = ["RENDERERS", "Renderer", "parse_answer", "render", "render_trace", "render_traces"]


class Renderer(Protocol):
    """Turn an answer into text; only the terminal heeds width and colour."""

    def __call__(self, answer: Answer, *, width: int | None = None, color: bool = False) -> str:
        """Return the text."""


RENDERERS: dict[str, Renderer] = {
    "terminal": to_terminal,
    "markdown": to_markdown,
    "html": to_html,
    "json": to_json,
}


def render(answer: Answer, form: str, *, width: int | None = None, color: bool = False) -> str:
    """Return an answer in a form of RENDERERS; the same answer gives the same text.

    Raises UsageError for another form.
    """
    renderer = RENDERERS.get(form)
    if renderer is None:
        raise UsageError(f"unknown form {form!r}", remedy=f"choose one of {', '.join(RENDERERS)}")
    return renderer(answer, width=width, color=color)
