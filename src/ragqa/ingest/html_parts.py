"""An element of an HTML page in; whether it is content, furniture or a mark out."""

from __future__ import annotations

import re
from typing import Final

from ragqa.ingest.xml import Element, local, superscript, text_of

LEFT_OUT: Final = frozenset(
    [
        "head",
        "script",
        "style",
        "noscript",
        "template",
        "nav",
        "aside",
        "form",
        "button",
        "select",
        "textarea",
        "input",
        "svg",
        "math",
        "iframe",
        "object",
        "embed",
        "canvas",
        "audio",
        "video",
        "dialog",
        "menu",
    ]
)
BLOCKS: Final = frozenset(
    [
        "address",
        "article",
        "blockquote",
        "body",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "header",
        "hgroup",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "figcaption",
        "caption",
        "hr",
    ]
)
_CHROME: Final = re.compile(
    r"(?:^|[\s_-])(?:nav(?:bar|igation)?|menu|breadcrumbs?|cookie|consent|share|sharing|social|sidebar|skip-?link|pagination|pager|toolbar"
    r"|advert(?:isement)?|ads|banner|popup|modal|newsletter|subscribe|related|promo|site-?(?:header|footer)|page-?(?:header|footer)"
    r"|reflist|references|toc|mw-editsection|noprint|visually-hidden|sr-only)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MENU_LINKS: Final = 4


def is_hidden(element: Element) -> bool:
    """Tell whether an element is not shown."""
    style = (element.get("style") or "").replace(" ", "").lower()
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or "display:none" in style
        or "visibility:hidden" in style
        or "font-size:0" in style
    )


def is_chrome(element: Element) -> bool:
    """Tell whether an element is furniture of a page: a menu, a banner, a box of links."""
    if local(element) in ("html", "body", "main", "article"):
        return False
    if element.get("role") in ("navigation", "banner", "contentinfo", "search", "complementary"):
        return True
    return bool(_CHROME.search(f"{element.get('class') or ''} {element.get('id') or ''}"))


def note_or_power(element: Element) -> str:
    """Return a superscript's text; a link in it is a mark that points to a note or reference."""
    if element.find(".//a") is not None:
        return ""
    return superscript(text_of(element))


def is_menu(element: Element) -> bool:
    """Tell whether a list of a page is made of links with hardly a word beside them."""
    links = [text_of(link) for link in element.iter("a")]
    inside = any(local(parent) in ("article", "main") for parent in element.iterancestors())
    if len(links) < _MENU_LINKS or inside:
        return False
    return sum(map(len, links)) > 0.8 * len("".join(text_of(element).split("\n")).strip())
