"""Lines of text in, one text out: words that were parted at a line's end are mended by the document's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from ragqa.text import normalise

_SIGN: Final = "\x02"  # what pdfium puts for a hyphen at a line's end
_PARTED: Final = re.compile(r"(?<![\w-])(\w+(?:-\w+)*)(?:\x02\s*|[-\u2010\u00ad]\x02?\s*\n\s*)(\w+(?:-\w+)*)")
_WORD: Final = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_URL_END: Final = re.compile(r"(?:https?://|www\.)(?:\S*[./_-])?$")
_WORD_LENGTH: Final = 3
_LINE_END: Final = re.compile(r"[ \t]*\n[ \t]*")


class Words:
    """The words of a document, and what they say of a word that was parted."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._known: set[str] = set()
        for line in lines:
            self._known.update(word.casefold() for word in _WORD.findall(line.replace(_SIGN, " \x02 ")))

    def join(self, lines: Sequence[str]) -> str:
        """Return lines as one text."""
        text = ""
        for line in (" ".join(part.split()) for part in lines):
            if text and line and _URL_END.search(text) and (text.endswith(("/", "_")) or not line[0].isupper()):
                text += line
            else:
                text += ("\n" if text else "") + line
        text = _PARTED.sub(self._mend, text).replace(_SIGN, "-")
        return normalise(_LINE_END.sub(" ", text))

    def _mend(self, match: re.Match[str]) -> str:
        left, right = match.groups()
        whole, hyphened = f"{left}{right}", f"{left}-{right}"
        if right[0].isupper() or right[0].isdigit() or left[-1].isdigit() or hyphened.casefold() in self._known:
            return hyphened  # "1.5-2.0" must not become "1.52.0"
        if whole.casefold() in self._known:
            return whole
        last, first = left.split("-")[-1].casefold(), right.split("-")[0].casefold()
        are_words = last in self._known and first in self._known and min(len(last), len(first)) >= _WORD_LENGTH
        return hyphened if are_words or "-" in left else whole
