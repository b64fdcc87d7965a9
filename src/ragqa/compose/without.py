"""Names of what a person has in, and a text; whether it is on people without one of them, out."""

from __future__ import annotations

import re
from functools import lru_cache

from ragqa.compose.cues import Cue
from ragqa.patterns import lazy_pattern


def lacks(names: tuple[str, ...], text: str) -> bool:
    """Tell whether a text speaks of people without a condition of one of these names: "in adults without type 2 diabetes",
    or of those in whom what is diseased is sound: "with a normal thyroid".
    """
    return bool(names) and _DENIED.found(text) and _without(names).search(text) is not None


_DENIED = Cue(r"\b(?:without |non|no |not |normal )", needs=("without ", "non", "no ", "not ", "normal "))  # few texts do, and no pattern is made for the others
_LONG = 7  # letters
_DISEASED = lazy_pattern(r"(?P<organ>\w{4,}) (?:disease|disorder|dysfunction|failure|impairment)s?", re.IGNORECASE)


@lru_cache(maxsize=256)
def _without(names: tuple[str, ...]) -> re.Pattern[str]:
    without = r"(?:without (?:(?:[\w-]+ ){1,8}or (?:an? )?)?(?:[\w-]+ ){0,3}|non-?|not (?:currently |of |due to |caused by )?|no (?:known |prior |previous |history of )?)"
    organs = [re.escape(match["organ"]) for name in names if (match := _DISEASED.fullmatch(name))]
    sound = rf"|\bnormal (?:{'|'.join(organs)})(?: function)?(?!\w)" if organs else ""
    return re.compile(rf"\b{without}(?:{'|'.join(map(_begun, names))})(?!\w){sound}", re.IGNORECASE)


def _begun(name: str) -> str:
    """Return the pattern of a name, of a single long word in another form of it too: "diabetes" of "diabetic"."""
    return re.escape(name) if len(name) < _LONG or not name.isalpha() else rf"{name[:-2]}\w{{0,4}}"
