"""An Answer in; one self-contained page of HTML out, which needs no script and loads nothing."""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256

from ragqa.rendering.blocks import Block, Heading
from ragqa.rendering.html_blocks import PageSetter, escape
from ragqa.rendering.html_style import STYLE
from ragqa.rendering.outline import PART_LEVEL, outline
from ragqa.types import Answer

_POLICY = "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'"
_STYLE_HASH = b64encode(sha256(STYLE.encode()).digest()).decode()
_HEAD = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="ragqa">
<title>{title}</title>
<style>{style}</style>
</head>
"""


def to_html(answer: Answer, *, width: int | None = None, color: bool = False, standing: str | None = None) -> str:  # noqa: ARG001 one signature for all forms
    """Return an answer as a page: the opening in a header, the article in main, headings as a table of contents."""
    blocks = outline(answer, standing)
    first = next(place for place, block in enumerate(blocks) if isinstance(block, Heading))
    setter = PageSetter(blocks)
    opening = "\n".join(map(setter.html, blocks[:first]))
    article = "\n".join(map(setter.html, blocks[first:]))
    head = _HEAD.format(policy=_POLICY.format(_STYLE_HASH), title=escape(answer.title), style=STYLE)
    return (
        f"{head}<body>\n"
        '<a class="skip" href="#article">Skip to the article</a>\n'
        '<div class="page">\n'
        f'<header class="opening">\n{opening}\n</header>\n'
        f'<nav class="contents" aria-label="Contents">\n{_contents(blocks, setter)}\n</nav>\n'
        f'<main id="article" tabindex="-1">\n{article}\n</main>\n'
        "</div>\n</body>\n</html>\n"
    )


def _contents(blocks: tuple[Block, ...], setter: PageSetter) -> str:
    items = [
        f'<li><a href="#{setter.anchor(block)}">{escape(block.text)}</a></li>'
        for block in blocks
        if isinstance(block, Heading) and block.level == PART_LEVEL
    ]
    return f"<ul>\n{chr(10).join(items)}\n</ul>"
