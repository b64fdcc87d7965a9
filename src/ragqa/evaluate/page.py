"""Titles, rows and pieces of HTML in; one self-contained page out. All text is escaped here; nothing is loaded from anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root{--ink:#1c2024;--soft:#5c6670;--line:#d9dee3;--paper:#fff;--band:#f5f7f9;--mark:#2a6fb0;--mark2:#c9822b;--bad:#b3261e;--good:#1d7a4d}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ec;--soft:#9aa5b0;--line:#363d44;--paper:#15181b;--band:#1e2327;--mark:#6cb0ef;--mark2:#e3a95c;--bad:#f2867e;--good:#63c795}}
*{box-sizing:border-box}
body{margin:0 auto;padding:1.5rem 1.25rem 4rem;max-width:72rem;font:15px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);overflow-wrap:anywhere}
h1{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}h2{font-size:1.15rem;margin:2.25rem 0 .5rem}h3{font-size:1rem;margin:1rem 0 .25rem}
p{margin:.35rem 0}.soft{color:var(--soft)}.bad{color:var(--bad)}.good{color:var(--good)}
.wide{overflow-x:auto;margin:.5rem 0}table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25rem .7rem;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}

th:first-child,td:first-child{text-align:left;padding-left:0;white-space:normal;min-width:11rem}thead th{color:var(--soft);font-weight:600;vertical-align:bottom;white-space:normal;overflow-wrap:normal;max-width:9rem}
@media(max-width:30rem){body{padding:1rem .75rem 3rem}th,td{padding:.25rem .35rem}th:first-child,td:first-child{min-width:7rem}}
.plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,26rem),1fr));gap:1.25rem;margin-top:1rem}figure{margin:0;max-width:34rem}figcaption{font-weight:600;margin-bottom:.25rem}
svg{width:100%;height:auto;display:block}svg text{font:12px system-ui,sans-serif;fill:var(--ink)}svg .soft{fill:var(--soft)}
details{border-top:1px solid var(--line);padding:.5rem 0}summary{cursor:pointer}summary b{font-weight:600}details[open]>summary{margin-bottom:.5rem}
details ul{margin:.25rem 0;padding-left:1.2rem}.two{display:grid;grid-template-columns:1fr 1fr;gap:1.25rem}@media(max-width:44rem){.two{grid-template-columns:1fr}}
.tag{display:inline-block;font-size:.8rem;color:var(--soft);border:1px solid var(--line);border-radius:3px;padding:0 .35rem;margin-left:.35rem}
blockquote{margin:.35rem 0;padding:.35rem .75rem;background:var(--band);border-left:3px solid var(--line)}
"""


def text(value: object) -> str:
    """Return a value as text that is safe inside HTML."""
    return escape(str(value), quote=True)


def number(value: float | None, digits: int = 3) -> str:
    """Return a number with so many decimals; a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of texts that can be scrolled by itself on a narrow screen."""
    top = "".join(f'<th scope="col">{text(cell).replace("ROUGE-", "ROUGE&#8209;")}</th>' for cell in head)
    body = "\n".join("<tr>" + "".join(f"<td>{text(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table><thead><tr>{top}</tr></thead><tbody>\n{body}\n</tbody></table></div>'


def listing(items: Iterable[str]) -> str:
    """Return a list of pieces that are HTML already."""
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def fold(title: str, body: str) -> str:
    """Return a part that opens with a click; both texts are HTML already."""
    return f"<details><summary>{title}</summary>{body}</details>"


def head_of(title: str) -> str:
    """Return the beginning of a page."""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>{text(title)}</title><style>{STYLE}</style></head><body>\n<h1>{text(title)}</h1>\n"
    )


FOOT = "</body></html>\n"
