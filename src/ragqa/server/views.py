"""A template and values in; a page out. Every value that is not markup of ours is made safe and escaped."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path

from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.types import Scope

from ragqa.rendering.hostile import safe_run
from ragqa.rendering.html_style import STYLE
from ragqa.vocabulary import Role

HERE = Path(__file__).parent
STATIC = HERE / "static"


def page(scope: Scope, template: str, *, code: int = 200, headers: dict[str, str] | None = None, **values: object) -> HTMLResponse:
    """Return a page; `root` stands before every address, wherever this application is mounted."""
    visitor = scope.get("state", {}).get("visitor")
    reviewer = visitor is not None and visitor.may(Role.REVIEWER)
    root = scope.get("root_path", "")
    text = _environment().get_template(template).render(
        root=root, path=scope["path"].removeprefix(root), visitor=visitor, reviewer=reviewer, assets=assets(), **values
    )
    return HTMLResponse(text, code, headers)


@cache
def style_sheet() -> str:
    """Return the style of an article, as every HTML form has it, and then that of the pages around it."""
    return STYLE + (STATIC / "page.css").read_text(encoding="utf-8")


@cache
def script() -> str:
    """Return the little script of the pages."""
    return (STATIC / "page.js").read_text(encoding="utf-8")


@cache
def assets() -> dict[str, str]:
    """Return the names of style sheet and script; each changes with its content."""
    return {
        "style": f"page-{sha256(style_sheet().encode()).hexdigest()[:12]}.css",
        "script": f"page-{sha256(script().encode()).hexdigest()[:12]}.js",
    }


@cache
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=lambda value: safe_run(value) if isinstance(value, str) and not isinstance(value, Markup) else value,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["capitalise"] = lambda text: text[:1].upper() + text[1:]
    return made
