"""A question in; what it says that a person is not, and which documents are on that, out.

What is done for people with diabetes is no answer for somebody who is "not diabetic", however near its words come.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SHORTEST_ROOT, ENDING = 5, 3  # letters
_IS_NOT = re.compile(r"(?<!why )(?<!or )(?<!if )\b(?:not|isn'?t|never) (?:a |been )?(\w{4,}(?:ic|ant))\b|\bnon-?(\w{4,}(?:ic|ant))\b", re.IGNORECASE)


def denied_in(question: str) -> tuple[str, ...]:
    """Return the beginnings of the words for what a question says that a person is not: "diabe" of "not diabetic"."""
    words = [next(group for group in match.groups() if group).lower() for match in _IS_NOT.finditer(question)]
    return tuple(dict.fromkeys(word[: max(SHORTEST_ROOT, len(word) - ENDING)] for word in words))


def is_on_denied(denied: Sequence[str], about: str) -> bool:
    """Tell whether what a document is about names what a person is said not to be, and not that people are without it."""
    return any(re.search(rf"\b(?<!non-)(?<!without ){re.escape(root)}", about, re.IGNORECASE) for root in denied)
