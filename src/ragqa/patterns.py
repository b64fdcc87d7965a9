"""A regular expression in, one that is compiled at its first use out."""

from __future__ import annotations

import re
from typing import cast

_USES = ("search", "match", "fullmatch", "finditer", "findall", "sub", "subn", "split", "pattern", "flags")


def lazy_pattern(source: str, flags: int = 0) -> re.Pattern[str]:
    """Return a pattern like `re.compile(source, flags)`, for modules that hold more of them than one question needs.

    Compiling all of them took a tenth of a cold answer, and half of them an answer does without. The first use compiles, and raises
    `re.error` where the source is wrong; a test uses each. Safe to use from many threads: two may compile the same at the same time.
    """
    return cast("re.Pattern[str]", _Lazy(source, flags))


class _Lazy:
    """Stands for a pattern: what is asked of it first is answered from the compiled one, all else then by itself."""

    def __init__(self, source: str, flags: int) -> None:
        self._written = source, flags

    def __getattr__(self, name: str) -> object:
        if name not in _USES:
            raise AttributeError(name)
        compiled = re.compile(*self._written)
        vars(self).update({use: getattr(compiled, use) for use in _USES})
        return vars(self)[name]
