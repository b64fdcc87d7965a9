"""Text in; how often and per what time it says something out: "twice daily", "/kg/h", "every other week", "at night"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from ragqa.patterns import lazy_pattern

_NUMBERS = dict(zip(("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"), range(1, 13), strict=True))
_ORDINALS = {"other": 2, "alternate": 2, "second": 2, "third": 3, "fourth": 4}
_UNITS: dict[str, str] = {
    "s": r"s|sec(?:ond)?s?", "min": r"min(?:ute)?s?", "h": r"h|hrs?|hours?", "d": r"d|days?", "night": r"nights?|bedtimes?", "morning": r"mornings?",
    "evening": r"evenings?", "w": r"wks?|weeks?", "mo": r"mo|months?", "y": r"y|yrs?|years?",
}  # fmt: skip
_ADVERBS = {
    "hourly": "h", "daily": "d", "nightly": "night", "weekly": "w", "fortnightly": "2 w", "monthly": "mo", "quarterly": "3 mo", "yearly": "y", "annually": "y",
}  # fmt: skip
_LATIN = {"qd": "1", "bid": "2", "bd": "2", "tid": "3", "tds": "3", "qid": "4", "qds": "4"}
_NOT_PER = frozenset(["within", "for", "in", "after", "before", "least", "most", "about", "over", "during", "than", "until", "such", "half", "is", "was", "to", "by", "of", "at", "nearly", "almost", "and"])
"""What before "a day" makes it a length of time, not a rate."""

_UNIT = "|".join(_UNITS.values())
_N = rf"(?:\d+(?:\.\d+)?|{'|'.join(_NUMBERS)})"
_RANGE = rf"{_N}(?:(?: to | or |[ ]?-[ ]?){_N})?"
_RHYTHM = lazy_pattern(
    rf"(?:\b(?P<times>{_RANGE}[ ]times|once or twice|once|twice|thrice)(?:[ ](?:in|on))?[ ]?)?"
    rf"(?:\b(?P<adverb>{'|'.join(_ADVERBS)})\b"
    rf"|(?:\b(?:per|each|every)[ ]|/[ ]?)(?:(?P<every>{_RANGE})[ -]?|(?P<ordinal>{'|'.join(_ORDINALS)})[ ])?(?P<unit>{_UNIT})\b"
    rf"|\b(?P<article>a|the same)[ ](?P<a_unit>min(?:ute)?|hour|day|night|week|month|year)\b(?![ ](?:later|after|before|ago|earlier|apart|old|of)\b)"
    rf"|\balternate[ ](?P<alternate>{_UNIT})\b)"
    rf"|\b(?P<hourly>{_RANGE})-?[ ]?hourly\b|\bq[ ]?(?P<q>\d+)[ ]?(?P<q_unit>h|d|w)\b|\b(?P<latin>{'|'.join(_LATIN)}|[bt]\.i\.d|q\.i\.d)\b"
    r"|\b(?:at|in the|before)[ ](?P<time>night|bedtime|morning|evening)s?\b"
)


class Rhythm(NamedTuple):
    """How often ("1", "2-3") in what time ("d", "2 w", "night"), and where a folded text says so."""

    times: str
    span: str
    start: int
    end: int

    def __str__(self) -> str:
        """Return the rhythm as a person reads it."""
        return f"{self.times} per {self.span}"

    @property
    def key(self) -> tuple[str, str]:
        """Return what is equal for all wordings of one rhythm."""
        return self.times, self.span


def rhythms(folded: str) -> Iterator[Rhythm]:
    """Yield the rhythms of a folded text in order."""
    for match in _RHYTHM.finditer(folded):
        if match["article"] and not match["times"] and (_word_before(folded, match.start()) in _NOT_PER):
            continue
        yield Rhythm(*_key(match), match.start(), match.end())


def _key(match: re.Match[str]) -> tuple[str, str]:
    said: dict[str, str] = {name: text for name, text in match.groupdict().items() if text}
    times = _range(said.get("times", "1"))
    if "latin" in said:
        return _LATIN[str(said["latin"]).replace(".", "")], "d"
    if "hourly" in said:
        return "1", _span(_range(said["hourly"]), "h")
    if "q" in said:
        return "1", _span(said["q"], said["q_unit"])
    if "adverb" in said:
        return times, _ADVERBS[said["adverb"]]
    if "alternate" in said:
        return times, _span("2", _unit(said["alternate"]))
    every = str(_ORDINALS[said["ordinal"]]) if "ordinal" in said else _range(said.get("every", "1"))
    return times, _span(every, _unit(said.get("unit") or said.get("a_unit") or said["time"]))


def _span(count: str, unit: str) -> str:
    return unit if count == "1" else f"{count} {unit}"


def _unit(word: str) -> str:
    return next(unit for unit, pattern in _UNITS.items() if re.fullmatch(pattern, word))


def _range(said: str) -> str:
    """Return "2-3" for "two to three times"."""
    numbers = {"once": "1", "twice": "2", "thrice": "3"} | {word: str(value) for word, value in _NUMBERS.items()}
    return "-".join(numbers.get(word, word) for word in re.findall(r"[a-z]+|\d+(?:\.\d+)?", said) if word not in {"to", "or", "times"})


def _word_before(folded: str, place: int) -> str:
    found: list[str] = re.findall(r"[a-z]+", folded[max(0, place - 16) : place])
    return found[-1] if found else ""
