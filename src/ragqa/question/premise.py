"""A question in; what it takes for granted out."""

from __future__ import annotations

import re

from ragqa.patterns import lazy_pattern

_PREMISES = (
    r"^(?:since|now that|given that|because|as|seeing that|considering that) (?P<p>[^,?]{12,160}),",
    r"^why (?:do|does|did|has|have|is|are|was|were) (?P<p>.{12,160}?)(?:,? and (?:why|how|what|when|which|who|should)\b.*)?\?*$",
    r"^(?P<p>(?:the )?(?-i:[A-Z][A-Z/]+)[\w ]{0,20}? (?:says?|recommends?|advises?|wants?|requires?|proved|proves|showed|shows|confirmed|established|found|backs?|endorses?) [^?,;:]{12,160}?)(?: [-\u2013] |[,;:] |\. )",
    r"^(?P<p>[^?,;:]{4,80}? (?:is|are) (?:licensed|approved|recommended|indicated|advised|first choice|first[- ]line|proven|shown)\b[^?,;:]{0,80}?)[,;:] (?:so |then )?(?:what|how|which|when|loading)\b",
    r"\b(?:i (?:heard|read|was told)|everyone says|they say) (?:that )?(?P<p>[^,?.]{12,160})[,.;]",
)
_PATTERNS = tuple(lazy_pattern(pattern, re.IGNORECASE) for pattern in _PREMISES)
_CLAIMS = lazy_pattern(
    r"\b(?:says?|said|backs?|endorses?|licensed|found|established|confirmed|recommends?|recommended|shows?|showed|proves?|proved|approved|bans?|banned|lowers?|lowered|cures?|cured|prevents?|prevented"
    r"|causes?|caused|requires?|required|gives?|give|advises?|allows?|is|are|was|were|needs?|works?|does|do)\b",
    re.IGNORECASE,
)


def premise_in(question: str) -> str | None:
    """Return the clause that a question takes for granted ("Since X recommends Y, ..."), None where it takes nothing so."""
    for pattern in _PATTERNS:
        match = pattern.search(question)
        if match and _CLAIMS.search(match["p"]):
            return match["p"].strip()
    return None
