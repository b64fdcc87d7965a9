"""Text in; its numbers with unit, bound and rhythm out, and whether those of a sentence are those of its quote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ragqa.patterns import lazy_pattern
from ragqa.protocols import Finding
from ragqa.text import STOPWORDS, fold, stem
from ragqa.verify.rhythm import Rhythm, rhythms
from ragqa.vocabulary import Fault

WINDOW = 6  # words on each side that tell what a number belongs to
FARTHEST_RHYTHM = 6  # words between a number and how often it is said of

_NUMBER = lazy_pattern(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\w*[a-z]\d|[ab]\b)")
_SMALL = {
    word: Decimal(value)
    for value, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"]
    )
} | {"half": Decimal("0.5"), "thirty": Decimal(30), "forty": Decimal(40), "fifty": Decimal(50), "sixty": Decimal(60), "hundred": Decimal(100), "twice": Decimal(2), "once": Decimal(1)}  # fmt: skip
_WORD_NUMBER = lazy_pattern(r"\b(?:" + "|".join(sorted(_SMALL, key=len, reverse=True)) + r")\b")
_UNITS: tuple[tuple[str, str], ...] = (
    ("%-point", r"(?:%|per ?cent(?:age)?)[ -]?points?"), ("%", r"%|per ?cent"),
    ("mg/dl", r"mg/dl"), ("mmol/l", r"mmol/l|millimoles? per lit(?:re|er)"), ("meq/l", r"meq/l"), ("mg/l", r"mg/l"), ("g/dl", r"g/dl"), ("g/l", r"g/l"),
    ("umol/l", r"(?:mu|u|µ)mol/l"), ("nmol/l", r"nmol/l"), ("ng/ml", r"ng/ml"), ("pg/ml", r"pg/ml"), ("u/l", r"i?u/l"), ("mu/l", r"mi?u/l"),
    ("mg/kg", r"mg/kg|milligrams? per kilogram"), ("mcg/kg", r"(?:mcg|mug|ug)/kg"), ("ml/kg", r"ml/kg"), ("unit/kg", r"i?u/kg|units?/kg"), ("kg/m2", r"kg/m2"),
    ("mcg", r"mcg|mug|ug|micrograms?"), ("mg", r"mg|milligrams?"), ("kg", r"kg|kilograms?"), ("g", r"g|grams?"), ("mmol", r"mmol|millimoles?"), ("meq", r"meq"),
    ("ml", r"ml|millilit(?:re|er)s?"), ("l", r"l|lit(?:re|er)s?"), ("iu", r"iu|international units?"), ("unit", r"units?"),
    ("mmhg", r"mm ?hg"), ("mm", r"mm|millimet(?:re|er)s?"), ("cm", r"cm|centimet(?:re|er)s?"),
    ("s", r"seconds?|secs?"), ("min", r"minutes?|mins?"), ("hz", r"hz"), ("h", r"hours?|hrs?|h"), ("d", r"days?"), ("w", r"weeks?|wks?"), ("mo", r"months?|mo"), ("y", r"years?|yrs?|y"),
    ("c", r"°? ?c(?:elsius)?"), ("point", r"points?"), ("fold", r"-?fold"),
)  # fmt: skip
_TIME = r"(?:d|day|h|hr|hour|min|minute|wk|week|mo|month|y|yr|year)\b"  # a rhythm, and no part of the unit
_UNIT_AFTER = tuple((unit, lazy_pattern(rf"[\s-]?(?:{pattern})(?![a-z0-9]|/(?!{_TIME}))")) for unit, pattern in _UNITS)
_LEAST_BEFORE = lazy_pattern(
    r"(?:at least|no (?:less|fewer) than|>=|≥|minimum of|(?<!no )(?<!not )more than|greater than|above|over|exceed(?:s|ing|ed)?|higher than|older than|>|from)\s*(?:about |an? )?$"
)
_MOST_BEFORE = lazy_pattern(
    r"(?:at most|no (?:more|greater|later|longer) than|not (?:more|exceed)(?:ing| than)?|<=|≤|maximum of|up to|within|(?<!no )(?<!not )less than|(?<!no )fewer than|below|under|lower than|younger than|<|until|by)\s*(?:about |an? )?$"
)
_LEAST_AFTER = lazy_pattern(
    r"^\W{0,3}(?:\w+ ){0,2}(?:or|and) (?:more|older|above|over|higher|greater|longer)\b(?! (?:than )?\d)|^\W{0,3}(?:\w+ ){0,2}and older\b|^\+"
)
_MOST_AFTER = lazy_pattern(r"^\W{0,3}(?:\w+ ){0,2}(?:or|and) (?:less|fewer|younger|below|under|lower)\b(?! (?:than )?\d)")
_AGED_BEFORE = lazy_pattern(
    r"\b(?:aged?|ages)(?: of)?(?: between| from| over| under| above| below)? *$|(?:older|younger) than *$"
)
_PEOPLE_BEFORE = lazy_pattern(
    r"\b(?:adults|people|patients|women|men|children|persons|individuals)(?: aged)? (?:over|under|above|below) *$"
)
_OLDER_AFTER = lazy_pattern(r"^(?:\+| (?:or|and) (?:older|younger)\b)")
_OLD = lazy_pattern(r"[ -](?:old|of age)\b")
_RANGE = lazy_pattern(r"\s*(?:to|-|–|in|of|out of)\s*(?:every )?")
_OPEN_BEFORE = lazy_pattern(
    r"(?<!no )(?<!not )(?:more than|greater than|above|over|exceed(?:s|ing|ed)?|(?:high|old|low|young|few)er than|less than|below|under|>|<)\s*(?:about |an? )?$"
)
_EITHER_BEFORE = lazy_pattern(
    r"(?:within|until|by|from|no (?:more|fewer|less|greater|later|longer) than|(?:in|for) less than)\s*(?:about |an? )?$"
)
_NOT_BOUND = lazy_pattern(r"(?:from|by)\s*(?:about |an? )?$")  # a change or a range, no bound


class Quantity(NamedTuple):
    """A number as it stands in a text, folded."""

    value: Decimal
    unit: str | None
    bound: str | None  # "least", "most" or None
    start: int
    end: int
    rhythms: frozenset[tuple[str, str]] = frozenset()  # of the amount: "daily", "/h"
    is_open: bool | None = (
        None  # whether the bound leaves the number itself out; None where that is not said ("within")
    )

    def has_bound_of(self, other: Quantity) -> bool:
        """Tell whether both are bounded alike."""
        return self.bound == other.bound and (self.is_open == other.is_open or None in {self.is_open, other.is_open})

    def __str__(self) -> str:
        """Return the number as a person reads it."""
        names = ("above ", "below ") if self.is_open else ("at least ", "at most ")
        bound = {"least": names[0], "most": names[1]}.get(self.bound or "", "")
        return f"{bound}{self.value.normalize():f}{' ' + self.unit if self.unit else ''}"


def quantities(text: str) -> list[Quantity]:
    """Return the numbers of a text in order; those written as words too, those of a rhythm ("every 6 hours") not."""
    return list(_found(fold(text)))


@lru_cache(maxsize=2_000)
def _found(folded: str) -> tuple[Quantity, ...]:
    paces = list(rhythms(folded))
    found = [q for q in (*_digits(folded), *_words(folded)) if not any(r.start <= q.start < r.end for r in paces)]
    return tuple(_shared_units(_with_rhythms(sorted(found, key=lambda q: q.start), paces, folded), folded))


def amounts(folded: str) -> list[tuple[int, int, str]]:
    """Return where a folded text holds numbers with unit and bound, or rhythms, in order; each with what is equal for all its wordings."""
    found = [(r.start, r.end, f"@{r.times}/{r.span}") for r in rhythms(folded)]
    for number in quantities(folded):
        ahead = folded[: number.start]
        before = next(
            (
                m.start()
                for p in (_LEAST_BEFORE, _MOST_BEFORE)
                if (m := p.search(ahead)) and not _NOT_BOUND.search(ahead)
            ),
            number.start,
        )
        before = m.start() if (m := _AGED_BEFORE.search(folded[:before])) else before
        before -= len("in ") * (folded[:before].endswith(" in ") and folded.startswith("less than", before))  # "within"
        after = next((m.end() for p in (_LEAST_AFTER, _MOST_AFTER) if (m := p.search(folded[number.end :]))), 0)
        about = "about " if "about" in folded[before : number.start] else ""
        end = max(_unit_end(folded, number.end), number.end + after)
        found.append((before, end, f"#{about}{number.value.normalize():f} {number.unit or ''}"))
    return sorted(found)


def _digits(folded: str) -> Iterator[Quantity]:
    for match in _NUMBER.finditer(folded):
        yield _quantity(folded, match, Decimal(match.group().replace(",", "")))


def _words(folded: str) -> Iterator[Quantity]:
    for match in _WORD_NUMBER.finditer(folded):
        unit = _unit_after(folded, match.end())
        if match.group() == "one" and unit is None:  # "one of", "no one": a pronoun as often as a number
            continue
        yield _quantity(folded, match, _SMALL[match.group()])


def _quantity(folded: str, match: re.Match[str], value: Decimal) -> Quantity:
    before, unit = folded[max(0, match.start() - 24) : match.start()], _unit_after(folded, match.end())
    after, beyond = folded[match.end() : match.end() + 40], folded[_unit_end(folded, match.end()) :][:40]
    bound = None
    if (
        (_LEAST_BEFORE.search(before) and not _NOT_BOUND.search(before))
        or _LEAST_AFTER.search(after)
        or _LEAST_AFTER.search(beyond)
    ):
        bound = "least"
    elif (
        (_MOST_BEFORE.search(before) and not _NOT_BOUND.search(before))
        or _MOST_AFTER.search(after)
        or _MOST_AFTER.search(beyond)
    ):
        bound = "most"
    if unit is None and (_AGED_BEFORE.search(before) or _PEOPLE_BEFORE.search(before) or _OLDER_AFTER.search(after)):
        unit = "y"
    is_open = None if bound is None or _EITHER_BEFORE.search(before) else bool(_OPEN_BEFORE.search(before))
    return Quantity(value, unit, bound, match.start(), match.end(), is_open=is_open)


def _unit_end(folded: str, place: int) -> int:
    end = next((match.end() for _, pattern in _UNIT_AFTER if (match := pattern.match(folded, place))), place)
    return age.end() if (age := _OLD.match(folded, end)) else end


def _unit_after(folded: str, place: int) -> str | None:
    return next((unit for unit, pattern in _UNIT_AFTER if pattern.match(folded, place)), None)


def _with_rhythms(found: list[Quantity], paces: list[Rhythm], folded: str) -> list[Quantity]:
    """Give every number the rhythms that follow it in its clause, up to the next number."""
    ends = [*(q.start for q in found[1:]), len(folded)]
    return [
        q._replace(rhythms=_following(q.end, end, paces, folded)) for q, end in zip(found, ends, strict=False)
    ]  # none: no end is asked for


def _following(place: int, end: int, paces: list[Rhythm], folded: str) -> frozenset[tuple[str, str]]:
    kept = []
    for pace in (r for r in paces if place <= r.start < end):
        between = folded[place : pace.start]
        if re.search(r"[;:]|\.\s", between) or len(between.split()) > FARTHEST_RHYTHM:
            break
        kept.append(pace.key)
        place = pace.end
    return frozenset(kept)


def _shared_units(found: list[Quantity], folded: str) -> list[Quantity]:
    """Give "10 to 20 mg daily" and "5, 10 or 20 mg" the unit and the rhythms of their last number throughout."""
    joined = re.compile(r"\s*(?:to|-|,|or|and|, or|, and|/)\s*")
    for place in range(len(found) - 2, -1, -1):
        this, following = found[place], found[place + 1]
        if this.unit is None and following.unit is not None and joined.fullmatch(folded[this.end : following.start]):
            found[place] = this._replace(unit=following.unit, rhythms=following.rhythms)
    return found


def check_quantities(sentence: str, quote: str) -> list[Finding]:
    """Return the numbers of a sentence that its quote does not hold with that unit and bound."""
    held, faults = quantities(quote), []
    mine = quantities(sentence)
    for asked in mine:
        same = [q for q in held if q.value == asked.value]
        if sum(q.value == asked.value for q in mine) > len(same):
            faults.append(Finding(Fault.NUMBER, f"{asked} is not in the quote, or not so often"))
        elif sum((q.value, q.unit) == (asked.value, asked.unit) for q in mine) > len(
            alike := [q for q in same if q.unit == asked.unit]
        ):
            faults.append(Finding(Fault.UNIT, f"{asked} stands in the quote as {same[0]}"))
        elif not _nearest(sentence, asked, quote, alike).has_bound_of(asked):
            faults.append(
                Finding(Fault.COMPARATOR, f"{asked} stands in the quote as {_nearest(sentence, asked, quote, alike)}")
            )
    return faults or _cut(mine, held, quote) or _paced(mine, held, sentence, quote) or _exchanged(sentence, quote, held)


def _cut(mine: list[Quantity], held: list[Quantity], quote: str) -> list[Finding]:
    """Find one end of a range ("10 to 20", "1 in 8") without the other."""
    said, folded = {q.value for q in mine}, fold(quote)
    for one, other in pairwise(held):
        between = folded[_unit_end(folded, one.end) : other.start]
        ranged = _RANGE.fullmatch(between) or (
            between.strip() == "and" and folded[: one.start].rstrip().endswith("between")
        )
        if ranged and (one.value in said) != (other.value in said):
            return [Finding(Fault.NUMBER, f"the quote gives {one} with {other}")]
    return []


def _paced(mine: list[Quantity], held: list[Quantity], sentence: str, quote: str) -> list[Finding]:
    """Find a rhythm that the quote does not hold, and a number that has lost its own or bears another."""
    said, source = list(rhythms(fold(sentence))), {r.key for r in rhythms(fold(quote))}
    if new := [r for r in said if r.key not in source]:
        return [Finding(Fault.UNIT, f"the quote does not say {new[0]}")]
    kept = {r.key for r in said}
    for asked in mine:
        alike = [q.rhythms for q in held if (q.value, q.unit) == (asked.value, asked.unit)]
        if all(theirs and not theirs <= kept for theirs in alike):
            return [Finding(Fault.UNIT, f"the quote says how often of {asked}")]
        if asked.rhythms and all(theirs and not theirs & asked.rhythms for theirs in alike):
            return [Finding(Fault.UNIT, f"the quote says another rhythm of {asked}")]
    return []


def _nearest(sentence: str, asked: Quantity, quote: str, held: list[Quantity]) -> Quantity:
    """Return the number of the quote whose neighbours are most those of the sentence's; of equals, one with its bound."""
    here = _about(fold(sentence), asked)
    return max(held, key=lambda q: (len(here & _about(fold(quote), q)), q.has_bound_of(asked)))


def _exchanged(sentence: str, quote: str, held: list[Quantity]) -> list[Finding]:
    """Find two numbers of one unit whose neighbours in the sentence are each other's in the quote."""
    folded, source = fold(sentence), fold(quote)
    asked = [q for q in quantities(sentence) if sum(h.value == q.value for h in held) == 1]
    for i, one in enumerate(asked):
        for other in asked[i + 1 :]:
            if one.value == other.value or one.unit != other.unit:
                continue
            here, there = _about(folded, one), _about(folded, other)
            at_one = _about(source, next(h for h in held if h.value == one.value))
            at_other = _about(source, next(h for h in held if h.value == other.value))
            straight = len(here & at_one) + len(there & at_other)
            crossed = len(here & at_other) + len(there & at_one)
            if crossed > straight:
                return [Finding(Fault.EXCHANGED, f"{one} and {other} have changed places")]
    return []


def _about(folded: str, number: Quantity) -> frozenset[str]:
    """Return the content words nearest to a number: up to the next clause, and on neither side past another number."""
    before = re.split(r"[;:]|\d", folded[: number.start])[-1].split()[-WINDOW:]
    after = re.split(r"[;:]|\d", folded[number.end :])[0].split()[:WINDOW]
    kept = (word.strip(".,()[]") for word in (*before, *after))
    return frozenset(stem(word) for word in kept if word.isalpha() and word not in STOPWORDS)
