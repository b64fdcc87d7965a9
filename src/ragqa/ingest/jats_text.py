"""An inline element of JATS in, its text out: marks of references dropped, powers and formulae legible."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from ragqa.ingest.xml import Element, named_character, superscript

# Private-use characters around the text of a pointer to a reference, until it is known whether it is dropped.
_OPEN, _CLOSE = "\ue000", "\ue001"
_MARK: Final = f"{_OPEN}[^{_CLOSE}]*{_CLOSE}"
_JOIN: Final = r"(?:\s*(?:[,;\u2010-\u2015\u2212-]|and|&)\s*|\s+)"
_LEAD: Final = r"(?:(?:see|also|e\.g\.|i\.e\.|cf\.?|but|reviewed (?:in|by)|for (?:a )?reviews?|in|and|refs?\.?|references?|reference)[\s,:]*)*"
_BRACKETED: Final = re.compile(rf"\s*[\[(]\s*{_LEAD}(?:{_MARK})(?:{_JOIN}?(?:{_MARK}))*\s*[\])]", re.IGNORECASE)
_NUMBER: Final = rf"{_OPEN}\s*[\[(]?\s*\d{{1,4}}[a-z]?(?:\s*[,\u2010-\u2015-]\s*\d{{1,4}})*\s*[\])]?\s*{_CLOSE}"
_NUMBERS: Final = re.compile(rf"\s*{_NUMBER}(?:{_JOIN}?{_NUMBER})*")
_NUMBERS_LEFT: Final = re.compile(r"\s*[\[(]\s*[,;\u2010-\u2015-]*\s*[\])]")
_BLANKS: Final = re.compile(r"(\s\s)\s+")  # long runs of blanks make what follows here slow
_BLANK_BEFORE: Final = re.compile(r"\s+([.,;:)\]])")

_LEFT_OUT: Final = frozenset(
    [
        "tex-math",
        "object-id",
        "fn",
        "label-alternatives",
        "graphic",
        "inline-graphic",
        "media",
        "supplementary-material",
        "inline-supplementary-material",
        "annotation",
        "annotation-xml",
        "index-term",
        "email",
        "processing-meta",
    ]
)
_PARTS: Final = 2  # of a fraction or power
_SPACED: Final = frozenset(("=", "+", "\u2212", "<", ">", "\u2264", "\u2265", "\u00d7"))
_FORMULAE: Final = frozenset(("inline-formula", "disp-formula", "chem-struct-wrap"))
_POINTERS_DROPPED: Final = frozenset(("fn", "table-fn", "aff", "corresp", "author-notes"))


def text_of_jats(element: Element | None, *, without: frozenset[str] = frozenset()) -> str:
    """Return the text of an element."""
    if element is None:
        return ""
    return tidy(raw_text(element, without=without))


def raw_text(element: Element, *, without: frozenset[str] = frozenset()) -> str:
    """Return the text of an element with its pointers to references still marked; `tidy` drops them."""
    parts: list[str] = []
    _gather(element, without, parts, is_top=True)
    return "".join(parts)


def tidy(text: str) -> str:
    """Drop marked pointers to references and the brackets around them; names that carry the sentence stay."""
    if _OPEN not in text:
        return text
    text = _BRACKETED.sub("", _BLANKS.sub(r"\1", text))
    text = _NUMBERS_LEFT.sub("", _NUMBERS.sub("", text))
    text = text.replace(_OPEN, "").replace(_CLOSE, "")
    return _BLANK_BEFORE.sub(r"\1", text)


def _gather(element: Element, without: frozenset[str], parts: list[str], *, is_top: bool = False) -> None:
    if isinstance(element, etree._Entity):  # noqa: SLF001  # lxml names the class so
        parts.append(named_character(element))
        return
    name = element.tag
    if not isinstance(name, str) or name in _LEFT_OUT or (name in without and not is_top):
        return
    inner: list[str] = [_own(element.text)]
    for child in element:
        _gather(child, without, inner)
        inner.append(_own(child.tail))
    parts.append(_rendered(element, name, "".join(inner)))


def _own(text: str | None) -> str:
    return text.replace(_OPEN, "").replace(_CLOSE, "") if text else ""


def _rendered(element: Element, name: str, text: str) -> str:
    match name:
        case "xref":
            return _pointer(element.get("ref-type"), text)
        case "sup":
            return superscript(text)
        case "break":
            return " "
        case "msup" | "mfrac" | "mo":
            return _formula(element, name, text)
        case _ if name in _FORMULAE:
            shown = " ".join(text.split())
            return shown if any(c.isalnum() for c in shown) else " [formula] "
        case _:
            return text


def _pointer(kind: str | None, text: str) -> str:
    if kind == "bibr":
        return f"{_OPEN}{text}{_CLOSE}"
    return "" if kind in _POINTERS_DROPPED else text


def _formula(element: Element, name: str, text: str) -> str:
    if name == "msup":
        return _power(element, text)
    if name == "mfrac" and len(element) == _PARTS:
        return "/".join(_bracketed(raw_text(child)) for child in element)
    sign = text.strip()
    return f" {sign} " if sign in _SPACED else sign if name == "mo" else text


def _power(element: Element, text: str) -> str:
    if len(element) != _PARTS:
        return text
    base, power = (" ".join(raw_text(child).split()) for child in element)
    raised = superscript(power)
    return base + (raised if raised != power else f"^{_bracketed(power)}")


def _bracketed(text: str) -> str:
    text = " ".join(text.split())
    return text if text.isalnum() else f"({text})"
