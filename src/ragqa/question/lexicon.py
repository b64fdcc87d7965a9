"""Names in, groups of names that mean the same out: shipped ones, and those that the documents of an index state."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple, TypeAlias

from ragqa.patterns import lazy_pattern
from ragqa.protocols import ShortForms
from ragqa.question import known
from ragqa.question.everyday import common_words_from, is_common
from ragqa.question.keyed import kept
from ragqa.question.names import ConceptKind, Held, NameGroup, Names
from ragqa.question.spelling import LONG, correct
from ragqa.text import key_of, stem, words
from ragqa.types import Concept, Subject

LEAST_LETTERS = 5
_LONG_ENOUGH = 7  # letters of a slip whose absence is no finding
_LEARNT_IN_VAIN = 100_000  # keys without a short form that are remembered


class Implied(NamedTuple):
    """A condition that goes by another name too where one thing of each row is named beside it."""

    condition: str
    name: str
    beside: tuple[tuple[str, ...], ...]


class Shipped(NamedTuple):
    """What the folder `known/` holds."""

    names: Names
    broader: Mapping[str, Sequence[str]]  # the key of a name -> what it is a kind of
    implied: tuple[Implied, ...]
    fillers: frozenset[str]


@lru_cache(maxsize=1)
def shipped() -> Shipped:
    """Return the names and filler words that travel with ragqa; the names are not to be added to."""
    folder = Path(__file__).parent
    code = [folder / name for name in ("lexicon.py", "known.py", "names.py", "everyday.py", "common_words.txt", "../text.py")]
    held, by_key, by_capitals, longest, broader, implied, fillers = kept("lexicon", [*code, *known.FILES], _keyed)
    stems = frozenset(fillers)
    return Shipped(
        Names(stems, held, by_key, by_capitals, longest),
        broader,
        tuple(Implied(condition, name, tuple(map(tuple, beside))) for condition, name, beside in implied),
        stems,
    )


_Keyed: TypeAlias = tuple[list[Held], dict[str, int], dict[str, int], int, dict[str, list[str]], list[tuple[str, str, list[list[str]]]], list[str]]


def _keyed() -> _Keyed:
    """Return the fields of `Shipped` as lists and objects, every name with its key."""
    fillers = frozenset(stem(word) for word in known.fillers())
    names = Names(fillers)
    groups = tuple(known.groups())
    for group in groups:
        names.add(group)
    for group in groups:  # another spelling is given up where it is a name of its own: "CBT-I" is no "CBT I"
        for name in (*group.names, *group.asked):
            for other in known.spelled(name):
                if key_of(other) not in names.by_key:
                    names.add(NameGroup(group.kind, (name, other)) if name in group.names else NameGroup(group.kind, group.names[:1], (other,)))
    broader: dict[str, list[str]] = {}
    for narrow, broad in known.broader():
        broader.setdefault(key_of(narrow), []).append(broad)
    implied = [(row["condition"], row["name"], row["beside"]) for row in known.implied()]
    return [list(map(_plain, held)) for held in names.held], names.by_key, names.by_capitals, names.longest, broader, implied, sorted(fillers)


def _plain(field: str | tuple[str, ...]) -> str | list[str]:
    return str(field) if isinstance(field, str) else list(field)


class Lexicon:
    """Finds the group of a name. Later groups extend earlier ones that share a name with them.

    `abbreviations` are read now; `forms` as far as names are asked for, with the same groups. `subjects` are gone through now, and
    again when all groups are asked for: none is held meanwhile, because there may be one a document. Safe in many threads.
    """

    def __init__(
        self,
        subjects: Iterable[Subject] = (),
        abbreviations: Mapping[str, tuple[str, ...]] | None = None,
        forms: ShortForms | None = None,
    ) -> None:
        self._forms: ShortForms | None = None
        self._learnt: set[str] = set()
        self._learning = Lock()
        self._subjects = subjects
        names = shipped().names
        self._names = Names(names.fillers, names.held, names.by_key, names.by_capitals, names.longest)
        for subject in self._subjects:
            self._add_subject(subject)
        self._add_short_forms({short: longs[0] for short, longs in (abbreviations or {}).items() if len(longs) == 1})  # an ambiguous one is not expanded
        self.longest = self._names.longest
        if forms is not None:
            self._forms = forms
            self.longest = max(self.longest, forms.longest)

    def groups(self) -> tuple[NameGroup, ...]:
        """Return every group of names."""
        if self._forms is None:
            return self._names.groups()
        return Lexicon(self._subjects, {short: (long,) for short, long in self._forms.all().items()}).groups()

    def find(self, phrase: str) -> NameGroup | None:
        """Return the group that holds a phrase, None where no group does."""
        if phrase.lower() in known.apart():
            return None
        key = key_of(phrase)
        self._learn(key or phrase)
        group = self._names.find(phrase)
        return None if group and (_is_of_an_inflammation(phrase, key, group) or _is_other_form(phrase, key, group)) else group

    def is_short_form_only(self, word: str) -> bool:
        """Tell whether a word in small letters is known as an abbreviation only, and is an everyday word besides: "ten", "fit"."""
        group = self.find(word)
        meant = [name for name in ((*group.names, *group.asked) if group else ()) if key_of(name) == key_of(word)]
        return bool(meant) and all(name.isupper() for name in meant) and is_common(word.lower())

    def concept(self, phrase: str) -> Concept:
        """Return a phrase with every name known for it, itself first.

        A qualified name ("chronic low back pain") also goes by the names of what it qualifies ("low back pain"):
        the heading above a quote tells the reader for which stage it holds.
        """
        if phrase.islower() and self.is_short_form_only(phrase):
            return Concept(text=phrase, names=(phrase,), everyday=True)
        broader = self._broader(phrase)
        names = self._names_of(phrase, _unqualified(phrase), *broader)
        itself = self.keys_of(phrase) if broader else names.keys()
        classes = tuple(name for key, name in names.items() if key not in itself)
        beside = self._beside(classes, itself) if classes else ()
        own = self.find(phrase)
        if own and own.kind is ConceptKind.CONDITION:  # what is said of "HFrEF" is said of heart failure
            names = {**names, **{key_of(name): name for kind in self._narrower(own.names) for name in kind if key_of(name) not in names}}
        members = self._members(own.names, names) if own and own.kind is ConceptKind.INTERVENTION else ()
        plain = all(_is_everyday(word) or (own is None and _is_slip(word, _LONG_ENOUGH)) for word in words(phrase))
        everyday = plain and (own.kind is ConceptKind.SYMPTOM if own else len(names) == 1)
        unknown = own.kind in _DECIDING and not all(_is_everyday(word) or _is_derived(word) for word in words(phrase)) if own else len(names) == 1 and any(_is_name(word) for word in words(phrase))
        return Concept(text=phrase, names=tuple(names.values()), classes=classes, beside=beside, members=members, everyday=everyday, unknown=unknown)

    def keys_of(self, phrase: str) -> frozenset[str]:
        """Return the keys of every name of the thing itself, those of its class left out: two drugs of a class are two."""
        return frozenset(self._names_of(phrase, _unqualified(phrase)))

    def _names_of(self, phrase: str, *forms: str) -> dict[str, str]:
        names = {key_of(phrase): phrase}
        for form in (phrase, *forms):
            group = self.find(form)
            for name in (*(group.names if group else ()), form):
                names.setdefault(key_of(name), name)
        return names

    def _members(self, names: Sequence[str], known: Mapping[str, str]) -> tuple[str, ...]:
        """Return the usual name of each member of the class of these names, and of those of its own classes, but for names that are `known`."""
        wide = [kind for name in names for kind in _members_of_wide().get(key_of(name), ())]
        kinds = [*self._narrower(names), *(group.names for kind in wide if (group := self.find(kind)))]
        members = dict.fromkeys(name for group in kinds for name in (group[0], *(narrower[0] for narrower in self._narrower(group))))
        return tuple(name for name in members if key_of(name) not in known)

    def _narrower(self, names: Sequence[str]) -> list[tuple[str, ...]]:
        """Return the names of each kind of what goes by these names."""
        kinds = dict.fromkeys(kind for name in names for kind in _kinds_of().get(key_of(name), ()))
        return [group.names for kind in kinds if (group := self.find(kind))]

    def _beside(self, classes: Sequence[str], itself: Iterable[str]) -> tuple[str, ...]:
        """Return longer names of other members of these classes that hold the name of the class."""
        keys = [key_of(name) for name in classes]
        own = set(itself)
        members = dict.fromkeys(kind for key in keys for kind in _kinds_of().get(key, ()))
        names = (name for kind in members if kind not in own and (group := self.find(kind)) for name in group.names)
        return tuple(name for name in dict.fromkeys(names) if not {held := key_of(name)} & {*own, *keys} and any(f" {key} " in f" {held} " for key in keys))

    def _broader(self, phrase: str) -> tuple[str, ...]:
        """Return what a phrase, by any of its names, is a kind of: what holds for the class may answer for the member."""
        group = self.find(phrase)
        kinds = shipped().broader
        return tuple(dict.fromkeys(broad for name in (phrase, *(group.names if group else ())) for broad in kinds.get(key_of(name), ())))

    def _learn(self, key: str) -> None:
        """Add the short forms that bear on a key: those that share it, and those that share a name with one of these or
        with its group, and so on. Others could not change what is found, so they may come later or never.
        """
        if self._forms is None or key in self._learnt:
            return
        with self._learning:
            met: dict[str, str] = {}
            seen, asked = set[str](), {key}
            while asked:
                met.update(self._forms.sharing(asked))
                seen |= asked
                near = {name for pair in met.items() for name in pair} | {name for k in seen if k in self._names.by_key for name in self._names.at(self._names.by_key[k]).names}
                asked = {key_of(name) or name for name in near} - seen
            self._add_short_forms(met)
            if met or len(self._learnt) < _LEARNT_IN_VAIN:
                self._learnt |= seen

    def _add_short_forms(self, meant: Mapping[str, str]) -> None:
        for short, long in sorted(meant.items()):
            if key_of(short) not in self._names.by_key:
                self._names.add(NameGroup(ConceptKind.OTHER, (long, short)))

    def _add_subject(self, subject: Subject) -> None:
        condition = f" {key_of(subject.condition or '')} "
        for names in subject.synonyms:
            of_it = condition.strip() and any(condition in f" {key_of(name)} " for name in names)  # "gout attack" is gout
            self._names.add(NameGroup(ConceptKind.CONDITION if of_it else ConceptKind.OTHER, names))
        if subject.condition:
            self._names.add(NameGroup(ConceptKind.CONDITION, (subject.condition,)))
        for name in subject.interventions:
            self._names.add(NameGroup(ConceptKind.INTERVENTION, (name,)))


def _is_of_an_inflammation(word: str, key: str, group: NameGroup) -> bool:
    """Tell whether a word has but the stem of an inflammation: "pancreatic" is no pancreatitis."""
    if " " in word or word.lower().endswith(("itis", "itic", "itides")):
        return False
    meant = [name for name in (*group.names, *group.asked) if " " not in name and key_of(name) == key]
    return bool(meant) and all(name.lower().endswith("itis") for name in meant)


def _is_other_form(word: str, key: str, group: NameGroup) -> bool:
    """Tell whether an everyday word in "-ing" has but the stem of a name: "burning" is no burn."""
    if " " in word or not word.endswith("ing") or not is_common(word):
        return False
    meant = [name for name in (*group.names, *group.asked) if " " not in name and key_of(name) == key]
    return bool(meant) and not any(name.lower().endswith("ing") for name in meant)


@lru_cache(maxsize=1)
def _members_of_wide() -> dict[str, tuple[str, ...]]:
    """Return the members of each class that is too wide to stand for them."""
    return {key_of(name): members for name, members in known.members()}


@lru_cache(maxsize=1)
def _kinds_of() -> dict[str, list[str]]:
    """Return what is a kind of each thing: the key of a name -> keys."""
    kinds: dict[str, list[str]] = {}
    for narrow, broad in shipped().broader.items():
        for name in broad:
            kinds.setdefault(key_of(name), []).append(narrow)
    return kinds


def _is_everyday(word: str) -> bool:
    """Tell whether a word is one of everyday English, or a number with at most a letter or two ("67m", "2h")."""
    letters = "".join(c for c in word if c.isalpha())
    if len(letters) < len(word):
        return (len(letters) <= 2 and letters != "") or word.replace("/", "").replace(".", "").isdigit()  # noqa: PLR2004
    return is_common(word)


# Adjectives of how somebody is, which are no names: "oliguric", "euvolaemic", "tachycardic".
_STATE = lazy_pattern(
    r"(?:an|olig|poly|non-?olig)uric|(?:eu|hypo|hyper|normo|hyperdyn)\w*(?:a?emic|tensive|thermic|thyroid|capnic|ox(?:a?em)?ic|gly\w+ic)|(?:tachy|brady)(?:cardic|pn(?:o?e)ic)|a?febrile|pyrexial"
    r"|icteric|jaundiced|obtunded|drowsy|diaphoretic|cyanos?[te][di]c?|dyspn(?:o?e)ic|a?symptomatic|dehydrated|encephalopathic|septic|clammy|breathless|immunocompetent|multiparous|nulliparous|primigravida|multip|primip",
    re.IGNORECASE,
)


def _is_name(word: str) -> bool:
    """Tell whether a word that no lexicon knows is a name: long, of letters, and not everyday; shorter may be shorthand."""
    word = re.sub("['\u2019]s$", "", word)
    return len(word) >= LEAST_LETTERS and word.isalpha() and not _is_everyday(word.removesuffix("s")) and not _is_derived(word) and not _is_slip(word) and _STATE.fullmatch(word) is None


def _is_derived(word: str) -> bool:
    """Tell whether a word is an everyday one with a prefix or an ending, or two of them: "overshot", "malnourished"."""
    base = _PREFIX.sub("", word.lower())
    endings = (base, *(base.removesuffix(end) + more for end in ("ing", "ed", "er", "ly", "ness", "ment", "es", "y", "d") if base.endswith(end) for more in ("", "e")))
    return any(len(form) >= 3 and is_common(form) for form in endings)  # noqa: PLR2004 shorter pieces say nothing


def _is_slip(word: str, least: int = LONG) -> bool:
    """Tell whether a word of so many small letters is a slip for an everyday one of about its length: "somthing"."""
    if len(word) < least or word[0].isupper():
        return False
    meant = correct(word.lower(), _equally_common(word[0]))
    return meant is not None and abs(len(meant) - len(word)) <= 1


@lru_cache(maxsize=64)
def _equally_common(letter: str) -> dict[str, int]:
    """Return the everyday words that begin with a letter, in the order of the alphabet."""
    return dict.fromkeys(common_words_from(letter), 1)


_DECIDING = frozenset({ConceptKind.CONDITION, ConceptKind.INTERVENTION})
_PREFIX = lazy_pattern("^(?:un|mal|over|under|re|pre|non|mis|out|dis|de|inter|self)(?=[a-z]{3})")


_ROUTES = frozenset({"iv", "im", "sc", "po"})


def _unqualified(phrase: str) -> str:
    """Return a phrase without the fillers that it begins with, and without how a drug is given, where that is cut short."""
    parts = phrase.split()
    while len(parts) > 1 and (parts[0].lower() in _ROUTES or stem(parts[0].lower()) in shipped().fillers):
        parts = parts[1:]
    return " ".join(parts)
