"""Groups of names that mean the same in; the same, found by the key of each name, out."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from ragqa.question.everyday import is_common
from ragqa.text import key_of, stem, words


class ConceptKind(StrEnum):
    """What a named thing is."""

    CONDITION = "condition"
    INTERVENTION = "intervention"
    POPULATION = "population"
    TEST = "test"
    OTHER = "other"


class NameGroup(NamedTuple):
    """Names that mean the same, and what they are names of."""

    kind: ConceptKind
    names: tuple[str, ...]


class Names:
    """Groups, of which later ones extend earlier ones that share a name with them. `fillers` are stems of words that name nothing."""

    def __init__(
        self,
        fillers: Collection[str],
        groups: Iterable[NameGroup] = (),
        by_key: Mapping[str, int] | None = None,
        by_capitals: Mapping[str, int] | None = None,
    ) -> None:
        """Begin with none, or with groups and the places that another one had found for their names."""
        self.fillers = fillers
        self.groups = list(groups)
        self.by_key = dict(by_key or {})
        self.by_capitals = dict(by_capitals or {})  # short forms that are everyday words in small letters: "HE"

    def find(self, phrase: str) -> NameGroup | None:
        """Return the group that holds a phrase, None where no group does."""
        place = self.by_key.get(key_of(phrase), self.by_capitals.get(phrase))
        return None if place is None else self.groups[place]

    def add(self, group: NameGroup) -> None:
        """Add a group, or its names to the group that shares one with it; names that say nothing are left out."""
        keys = {
            key: name
            for name in group.names
            if (key := key_of(name)) and not _is_worn_down(name, key) and (group.kind is ConceptKind.POPULATION or self._says_something(name))
        }
        if not keys:
            return
        place = next((self.by_key[key] for key in keys if key in self.by_key), None)
        if place is None:
            place = len(self.groups)
            self.groups.append(NameGroup(group.kind, tuple(keys.values())))
        else:
            held = self.groups[place]
            kind = held.kind if held.kind is not ConceptKind.OTHER else group.kind
            known = {key_of(name) for name in held.names}
            new = tuple(name for key, name in keys.items() if key not in known and key not in self.by_key)
            self.groups[place] = NameGroup(kind, held.names + new)
        for key in keys:
            self.by_key.setdefault(key, place)
        for name in group.names:
            if name.isupper() and not key_of(name):
                self.by_capitals.setdefault(name, place)

    def _says_something(self, name: str) -> bool:
        """Tell whether a name holds a word that is no filler: "treatment" alone names nothing."""
        return any(stem(word) not in self.fillers for word in words(name))


def _is_worn_down(name: str, key: str) -> bool:
    """Tell whether stop words are most of a name, so that nothing but an everyday word is left of it: "the change"."""
    return " " in name and " " not in key and any(stem(word) == key and is_common(word) for word in words(name))
