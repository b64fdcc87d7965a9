"""Groups of names that mean the same in; the same, found by the key of each name, out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from ragqa.question.everyday import is_common
from ragqa.text import key_of, stem, words


class ConceptKind(StrEnum):
    """What a named thing is."""

    CONDITION = "condition"
    SYMPTOM = "symptom"
    INTERVENTION = "intervention"
    POPULATION = "population"
    TEST = "test"
    OTHER = "other"
    ABSENT = "absent"  # said not to be there: "no diabetes"


class NameGroup(NamedTuple):
    """Names that mean the same, and what they are names of."""

    kind: ConceptKind
    names: tuple[str, ...]
    asked: tuple[str, ...] = ()  # names that a question may use and no document is searched for


Held: TypeAlias = Sequence[Any]  # the fields of a NameGroup, as JSON has them: a record is made of those that are asked for


class Names:
    """Groups, of which later ones extend earlier ones that share a name with them. `fillers` are stems of words that name nothing."""

    def __init__(
        self,
        fillers: Collection[str],
        held: Iterable[Held] = (),
        by_key: Mapping[str, int] | None = None,
        by_capitals: Mapping[str, int] | None = None,
        longest: int = 1,
    ) -> None:
        """Begin with none, or with groups and the places that another one had found for their names."""
        self.fillers = fillers
        self.held = list(held)
        self.by_key = dict(by_key or {})
        self.by_capitals = dict(by_capitals or {})  # short forms that are everyday words in small letters: "HE"
        self.longest = longest  # terms of a key

    def at(self, place: int) -> NameGroup:
        """Return the group at a place."""
        kind, names, asked = self.held[place]
        return NameGroup(ConceptKind(kind), tuple(names), tuple(asked))

    def groups(self) -> tuple[NameGroup, ...]:
        """Return every group."""
        return tuple(map(self.at, range(len(self.held))))

    def find(self, phrase: str) -> NameGroup | None:
        """Return the group that holds a phrase, None where no group does."""
        place = self.by_key.get(key_of(phrase), self.by_capitals.get(phrase))
        return None if place is None else self.at(place)

    def add(self, group: NameGroup) -> None:
        """Add a group, or its names to the group that shares one with it; names that say nothing are left out."""
        keys, asked = self._keys(group.kind, group.names), self._keys(group.kind, group.asked)
        if not keys:
            return
        place = next((self.by_key[key] for key in keys if key in self.by_key), None)
        if place is None:
            place = len(self.held)
            self.held.append(NameGroup(group.kind, ()))
        held = self.at(place)
        kind = held.kind if held.kind is not ConceptKind.OTHER else group.kind
        known = {key_of(name) for name in (*held.names, *held.asked)}
        new, only_asked = (tuple(name for key, name in found.items() if key not in known and key not in self.by_key) for found in (keys, asked))
        self.held[place] = NameGroup(kind, held.names + new, held.asked + only_asked)
        for key in (*keys, *asked):
            self.by_key.setdefault(key, place)
            self.longest = max(self.longest, len(key.split()))
        for name in (*group.names, *group.asked):
            if name.isupper() and not key_of(name):
                self.by_capitals.setdefault(name, place)

    def _keys(self, kind: ConceptKind, names: Iterable[str]) -> dict[str, str]:
        """Return names that say something by their keys, the last of those that share one."""
        return {key: name for name in names if (key := key_of(name)) and not _is_worn_down(name, key) and (kind is ConceptKind.POPULATION or self._says_something(name))}

    def _says_something(self, name: str) -> bool:
        """Tell whether a name holds a word that is no filler: "treatment" alone names nothing."""
        return any(stem(word) not in self.fillers for word in words(name))


def _is_worn_down(name: str, key: str) -> bool:
    """Tell whether stop words are most of a name, so that nothing but an everyday word is left of it: "the change"."""
    return " " in name and " " not in key and any(stem(word) == key and is_common(word) for word in words(name))
