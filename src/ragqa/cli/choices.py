"""A word typed on a command line in; the member of a closed set that it names, or a plain refusal, out."""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum
from typing import TypeVar

import typer

from ragqa.vocabulary import Audience, SourceKind

Member = TypeVar("Member", bound=StrEnum)
_MEANT: dict[str, StrEnum] = {  # what people type for a member that is spelt otherwise
    "rct": SourceKind.RANDOMISED_TRIAL, "trial": SourceKind.RANDOMISED_TRIAL, "clinical trial": SourceKind.RANDOMISED_TRIAL,
    "review": SourceKind.SYSTEMATIC_REVIEW, "meta analysis": SourceKind.SYSTEMATIC_REVIEW, "observational": SourceKind.COHORT,
    "label": SourceKind.REGULATORY, "study": SourceKind.RESEARCH,
    "doctor": Audience.CLINICIAN, "physician": Audience.CLINICIAN, "nurse": Audience.CLINICIAN, "professional": Audience.CLINICIAN,
    "layperson": Audience.PATIENT, "public": Audience.PATIENT, "scientist": Audience.RESEARCHER,
}  # fmt: skip
_FIRST_YEAR, _LAST_YEAR = 1500, 2200


def one_of(members: type[Member]) -> Callable[[str], Member]:
    """Return what reads a member; case, hyphens and an "s" at the end make no difference."""

    def read(typed: str) -> Member:
        known = {_plain(member.value): member for member in members}
        plain = _plain(typed)
        found = known.get(plain) or known.get(plain.removesuffix("s"))
        if found is None:
            raise typer.BadParameter(_refusal(typed, plain, members, list(known)))
        return found

    return read


def year(typed: str) -> int:
    """Return a year."""
    if not (typed.isascii() and typed.isdecimal() and _FIRST_YEAR <= int(typed[:9]) <= _LAST_YEAR):
        raise typer.BadParameter(f"{typed!r} is no year; give one such as 2018.")
    return int(typed)


def _plain(text: str) -> str:
    return re.sub(r"[\s_-]+", " ", text).strip().casefold().replace("randomized", "randomised")


def _refusal(typed: str, plain: str, members: type[StrEnum], known: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 only a word that is not known needs it

    near = [member for member in members if member is _MEANT.get(plain) or member is _MEANT.get(plain.removesuffix("s"))]
    near = near or [member for member in members if get_close_matches(plain, known, 1) == [_plain(member.value)]]
    meant = f" Did you mean {_quoted(near[0].value)}?" if near else ""
    return f"{typed!r} is not known.{meant} It is one of: {', '.join(_quoted(member.value) for member in members)}."


def _quoted(value: str) -> str:
    """Return a value as it is typed in a shell."""
    return f'"{value}"' if " " in value else value
