"""The folder `known/` in; groups of names that mean the same, what is a kind of what, and words that name nothing, out.

A group a line: the professional term first, in British spelling, then short forms, lay and brand names, with bars between them.
What stands behind a double bar is understood in a question and looked for in no document: slang, adjectives, and short forms
that are everyday words.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from ragqa.patterns import lazy_pattern
from ragqa.question.names import ConceptKind, NameGroup

FOLDER = Path(__file__).with_name("known")
KINDS = {
    "conditions.txt": ConceptKind.CONDITION,
    "symptoms.txt": ConceptKind.SYMPTOM,
    "drugs.txt": ConceptKind.INTERVENTION,
    "procedures.txt": ConceptKind.INTERVENTION,
    "people.txt": ConceptKind.POPULATION,
    "tests.txt": ConceptKind.TEST,
    "others.txt": ConceptKind.OTHER,
}
FILES = tuple(FOLDER / name for name in (*KINDS, "kinds.txt", "fillers.txt", "implied.toml"))


def groups() -> Iterator[NameGroup]:
    """Yield each group of names as it stands."""
    for name, kind in KINDS.items():
        for line in _lines(name):
            yield NameGroup(kind, *parts(line))


def parts(line: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names on a line: those that documents use, and those that only questions do."""
    names, _, asked = line.partition("||")
    return _between_bars(names), _between_bars(asked)


def broader() -> Iterator[tuple[str, str]]:
    """Yield (a name, one of what it is a kind of): what is true of the second may be what is asked of the first."""
    for line in _lines("kinds.txt"):
        broad, _, members = line.partition(":")
        for narrow in _between_bars(members):
            yield narrow, broad


def members() -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield (a wide class, its members): what is said of a member is on the class, and not the other way round."""
    for line in _lines("members.txt"):
        broad, _, names = line.partition(":")
        yield broad, _between_bars(names)


def fillers() -> list[str]:
    """Return words that ask, and name nothing."""
    return [word for line in _lines("fillers.txt") for word in line.split()]


@lru_cache(maxsize=1)
def apart() -> frozenset[str]:
    """Return words that have the stem of a name and are not it."""
    return frozenset(word for line in _lines("apart.txt") for word in line.split())


def implied() -> list[dict[str, Any]]:
    """Return the conditions that go by another name too where certain things are named beside them."""
    table: list[dict[str, Any]] = tomllib.loads((FOLDER / "implied.toml").read_text(encoding="utf-8"))["implied"]
    return table


def american(name: str) -> str:
    """Return a name in American spelling: "haemolytic anaemia" gives "hemolytic anemia"."""
    if "ae" in name or "oe" in name or "our" in name or any(map(name.__contains__, _OTHERS)):
        for british, other in _SPELLINGS:
            name = name.replace(british, other)
    return _ISED.sub("iz", name) if "is" in name else name


def _lines(name: str) -> Iterator[str]:
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("# "):
            yield line


def _between_bars(text: str) -> tuple[str, ...]:
    return tuple(name for part in text.split("|") if (name := part.strip()))


def spelled(name: str) -> tuple[str, ...]:
    """Return the other spellings of a name: the American one, and compounds with a short part in one word and in two ("C-section")."""
    forms = dict.fromkeys((name, american(name)))
    if "-" in name:
        forms |= dict.fromkeys(pattern for form in tuple(forms) for pattern in (_SHORT_PART.sub("", form), _SHORT_PART.sub(" ", form)))
    return tuple(forms)[1:]


# Each row is (British, American).
_SPELLINGS = (
    ("aem", "em"), ("aesth", "esth"), ("aeti", "eti"), ("aena", "ena"), ("aec", "ec"), ("paed", "ped"), ("caes", "ces"), ("phaeo", "pheo"), ("naev", "nev"),
    ("oesoph", "esoph"), ("gastro-esoph", "gastroesoph"), ("oestr", "estr"), ("oed", "ed"), ("oea", "ea"), ("coeli", "celi"), ("foet", "fet"), ("homoeo", "homeo"), ("amoeb", "ameb"),
    ("oeuvre", "euver"), ("leuco", "leuko"), ("sulph", "sulf"), ("tumour", "tumor"), ("labour", "labor"), ("behaviour", "behavior"), ("colour", "color"), ("odour", "odor"),
    ("fibre", "fiber"), ("goitre", "goiter"), ("programme", "program"), ("aluminium", "aluminum"),
)  # fmt: skip
_OTHERS = ("leuco", "sulph", "fibre", "itre", "gramme", "minium")
_ISED = lazy_pattern(r"(?<=[a-z]{2}[lrnmtds])is(?=ation|ed\b|ing\b|er\b)")
_SHORT_PART = lazy_pattern(r"(?<=\b\w)-(?=\w)|(?<=\b\w\w)-(?=\w)|(?<=\b\w\w\w)-(?=\w)|(?<=\w)-(?=\w{1,3}\b)|(?<=\d)-(?=\w)|(?<=\w)-(?=\d)")
