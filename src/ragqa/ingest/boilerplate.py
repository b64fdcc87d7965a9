"""A heading in, whether what stands under it is no prose of the document out."""

from __future__ import annotations

import re
from typing import Final

_NUMBER: Final = r"(?:\d+(?:\.\d+)*\.?\s+)?"
_NOT_PROSE: Final = re.compile(
    _NUMBER
    + r"(?:references?(?: list)?|reference list|bibliography|literature cited|works cited|notes and references|further reading|see also"
    r"|external links|related (?:articles|content|links|pages|topics|resources)|(?:table of )?contents\*?|list of (?:tables|figures)|acknowledge?ments?"
    r"|(?:declarations? of )?(?:conflicts? of|competing|conflicting) (?:interests?|financial interests)(?: statement| disclosure)?|disclosures?"
    r"|(?:financial |author )?disclosure statement|authors?[\u2019']?s?[\u2019']? contributions?|author information|authors?[\u2019']? details|contributors|contributorship"
    r"|funding(?: sources?| statement| information)?|financial (?:support|disclosure)|sources? of (?:funding|support)|role of the funding source"
    r"|pre-?publication history|supporting information|supplementary (?:materials?|data|information|files?)|supplemental (?:materials?|data|information)"
    r"|additional files?|electronic supplementary material|data availability(?: statement)?|availability of data(?: and materials?)?"
    r"|ethics approval and consent to participate|consent (?:for|to) publication|publisher[\u2019']?s note|copyright|legal notice|cookies?"
    r"|provenance and peer review|share this(?: page)?|follow us|footnotes?|source documents"
    r"|full prescribing information: contents\*?)[\s:.*]*",
    re.IGNORECASE,
)


def is_boilerplate(heading: str) -> bool:
    """Tell whether a heading stands over references, contents, thanks, interests or the like."""
    return _NOT_PROSE.fullmatch(heading.strip()) is not None
